"""The compiled catalogue: found by content, harmless when damaged, never needed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from difflint.catalogue import compiled, load
from difflint.catalogue.model import Catalogue
from difflint.errors import InvalidInput

OPERATOR = '[mine]\nrole = "function"\narguments = ["x"]\nnote = "{note}"\n'


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "rules" / "operators").mkdir(parents=True)
    (tmp_path / "rules" / "operators" / "mine.toml").write_text(OPERATOR.format(note="first"))
    return tmp_path / "rules"


def loaded(*roots: Path) -> Catalogue:
    """The catalogue as a new process loads it."""
    load._load.cache_clear()
    return load.load(roots)


def entries() -> list[Path]:
    return sorted(compiled.cache_folder().iterdir())


def test_a_second_run_reads_no_rule_file(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = loaded(rules)

    def read(_: object) -> None:
        raise AssertionError("the rule files were read again")

    monkeypatch.setattr(load, "_read", read)

    second = loaded(rules)

    for part in ("operators", "checks", "spellings", "classes", "aliases"):
        assert dict(getattr(first, part)) == dict(getattr(second, part))
    assert repr(first.constants) == repr(second.constants)  # one of them is NaN
    for name, framework in first.frameworks.items():
        again = second.frameworks[name]
        assert [str(item) for item in framework.conventions] == [str(item) for item in again.conventions]
        assert framework.modules == again.modules
    assert stat.S_IMODE(compiled.cache_folder().stat().st_mode) == 0o700


def test_a_change_of_a_file_counts_at_once(rules: Path) -> None:
    loaded(rules)
    (rules / "operators" / "mine.toml").write_text(OPERATOR.format(note="again"))

    assert loaded(rules).operators["mine"].note == "again"
    assert len(entries()) == 2


def test_a_folder_that_is_gone_is_an_error(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    loaded(tmp_path / "empty")
    (tmp_path / "empty").rmdir()
    with pytest.raises(InvalidInput, match="no folder"):
        loaded(tmp_path / "empty")


@pytest.mark.parametrize("damage", [b"", b"x" * 40, b"\0" * 500_000])
def test_a_damaged_entry_is_replaced(rules: Path, damage: bytes) -> None:
    loaded(rules)
    (entry,) = entries()
    entry.write_bytes(damage)

    assert loaded(rules).operators["mine"].note == "first"
    assert entry.read_bytes() != damage


def test_an_entry_cut_short_is_replaced(rules: Path) -> None:
    loaded(rules)
    (entry,) = entries()
    short = entry.read_bytes()[:-1]
    entry.write_bytes(short)
    loaded(rules)

    assert entry.read_bytes() != short


def test_a_cache_that_cannot_be_written_is_done_without(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (rules.parent / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(rules.parent / "file"))

    assert loaded(rules).operators["mine"].note == "first"
    assert not (rules.parent / "cache").exists()


def test_old_entries_go(rules: Path) -> None:
    for number in range(12):
        compiled.keep(str(number), ({}, {}, {}))

    assert len(entries()) == 8
