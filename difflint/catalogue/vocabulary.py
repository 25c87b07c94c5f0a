"""The words the tables may use, beside the enums of the model."""

from __future__ import annotations

FAMILIES = frozenset(
    {
        "rounding",
        "step",
        "comparison",
        "integer-cast",
        "argmax",
        "binning",
        "modulo",
        "index",
        "nearest",
        "root",
        "norm",
        "division",
        "log",
        "inverse-trig",
        "angle",
        "power",
        "deviation",
        "normalisation",
        "entropy",
        "special",
        "matrix-inverse",
        "decomposition",
        "exponential",
        "probability",
        "detach",
        "region",
        "extract",
        "rebuild",
        "convert",
        "foreign",
        "factory",
        "write",
        "argument",
        "loop",
        "branch",
        "opaque",
        "sample",
        "absolute",
        "extremum",
        "rectifier",
        "activation",
        "clamp",
        "order",
        "interpolation",
        "loss",
        "select",
    }
)

RELATIONS = frozenset(
    {
        "lt",
        "le",
        "eq",
        "ne",
        "ge",
        "gt",
        "close",
        "and",
        "or",
        "xor",
        "not",
        "finite",
        "infinite",
        "nan",
        "max",
        "min",
        "partial",
        "traced",
    }
)

HEADINGS = (
    "What it finds",
    "Why it matters",
    "Example",
    "Use instead",
    "When it is fine",
    "Sources",
)

PLACEHOLDERS = frozenset(
    {
        "call",
        "operand",
        "range",
        "point",
        "effect",
        "framework",
        "detail",
        "operator",
        "sources",
    }
)
