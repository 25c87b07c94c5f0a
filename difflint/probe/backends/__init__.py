"""One file per framework: how it is evaluated with dual numbers."""

from collections.abc import Mapping

BACKENDS: Mapping[str, str] = {"numpy": "numpy", "python": "numpy", "scipy": "numpy"}
"""Frameworks of the rules, and the file here whose backend runs their code."""
