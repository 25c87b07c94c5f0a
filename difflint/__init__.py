"""difflint: a differentiability linter for Python model code."""

__version__ = "0.1.0"
