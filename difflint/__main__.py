"""`difflint` and `python -m difflint`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; `--version` answers before anything else is imported."""
    if sys.argv[1:] == ["--version"]:
        from difflint import __version__

        print(f"difflint {__version__}")
        return
    from difflint.cli import run

    run()


if __name__ == "__main__":
    main()
