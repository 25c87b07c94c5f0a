"""What all tests share: a cache of their own, so that none writes to the user's."""

from __future__ import annotations

import os
import tempfile

import pytest

pytest.register_assert_rewrite("marked")


def pytest_configure(config: pytest.Config) -> None:
    """Before anything is imported: test modules load the catalogue."""
    folder = tempfile.TemporaryDirectory(prefix="difflint-tests-")
    config.add_cleanup(folder.cleanup)
    os.environ["XDG_CACHE_HOME"] = folder.name
