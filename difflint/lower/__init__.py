"""The front end: Python source to the intermediate representation. Knows no framework."""

from difflint.lower.file import Lowered, lower_file

__all__ = ["Lowered", "lower_file"]
