"""Which parameters are mappings."""

from __future__ import annotations

from typing import Any

from difflint.probe.keys import keys_of


def area(shape: Any) -> Any:
    return shape["width"] * shape["height"]


def priced(order: Any, table: Any, rate: Any) -> Any:
    total = area(order) + area(shape=table)
    return total * rate[0] * table["price"]


def test_items_taken_by_name_are_keys() -> None:
    assert keys_of(area) == {"shape": ("width", "height")}


def test_keys_are_those_of_the_functions_that_a_parameter_is_handed_to() -> None:
    assert keys_of(priced) == {"order": ("width", "height"), "table": ("width", "height", "price")}


def test_code_without_source_has_none() -> None:
    assert keys_of(len) == {}
