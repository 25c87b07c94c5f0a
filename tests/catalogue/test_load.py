"""Loading: every problem at once, with file, table, key and the nearest allowed word."""

from __future__ import annotations

from pathlib import Path

import pytest

from difflint.catalogue.expression import check, compile_formula
from difflint.catalogue.load import load
from difflint.errors import InvalidInput

RULE = """```toml
name = "{name}"
summary = "s"
message = "{message}"
suggestion = ""
since = "0.1"
applicability = "none"

[[facts]]
kind = "{kind}"
{group}
cause = ["jump"]

[severity]
sgd = "warning"
```

## What it finds
## Why it matters
## Example
## Use instead
## When it is fine
## Sources
"""


def problems(root: Path) -> str:
    with pytest.raises(InvalidInput) as raised:
        load((root,))
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[a]\nrole = "functoin"\n', "'function'"),
        ('[a]\nrole = "function"\nargments = ["x"]\n', "'arguments'"),
        ('[a]\nrole = "function"\nrange = "[0, 1"\n', "interval"),
        ('[a]\nrole = "function"\nfamily = "rot"\n', "'root'"),
        ('[a]\nrole = "function"\narguments = ["x"]\nvalue = "sqr(x)"\n', "'sqrt'"),
        ('[a]\nrole = "function"\narguments = ["x"]\nflow = { x = "zeor" }\n', "'zero'"),
        ('[a]\nrole = "function"\narguments = ["x"]\nflow = { y = "zero" }\n', "no argument 'y'"),
        ('[a]\nrole = "layer"\ncalls = "relux"\n', "'relu'"),
        ("[a]\nrole = 3\n", "found 3"),
        ("[a\n", "TOML"),
    ],
)
def test_operator_problems(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "operators").mkdir()
    (tmp_path / "operators" / "mine.toml").write_text(text)

    found = problems(tmp_path)

    assert expected in found
    assert all("mine.toml" in line for line in found.splitlines())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('name = "f"\n[operators]\nsqrtt = ["f.sqrt"]\n', "'sqrt'"),
        ('name = "f"\n[operators]\nsqrt = ["f.s"]\nexp = ["f.s"]\n', "again"),
        ('name = "f"\n[operators]\nclamp = ["f.c"]\n[signatures]\n"f.c" = "a:x b:mni"\n', "'min'"),
        ('name = "f"\n[signatures]\n"f.c" = "x"\n', "no spelling"),
        ('name = "f"\n[classes]\n"f.M" = { kind = "modul" }\n', "'module'"),
        ('name = "f"\n[conventions.nrom]\nfinite_order = 1\n', "'norm'"),
        ('mane = "f"\n', "unknown key 'mane'"),
        ('name = "f"\n[[profiles]]\nnames = ["f.fit"]\nprofile = "second-oder"\n', "'second-order'"),
        ('name = "f"\n[[profiles]]\nnames = ["f.fit"]\n', "[profiles[0].profile]: found nothing, expected one of"),
        (
            'name = "f"\n[operators]\nobjective = ["f.fit"]\n[signatures]\n"f.fit" = "fun:function method:"\n'
            '[[profiles]]\nnames = ["f.fit"]\nargument = "methd"\nvalues = ["a"]\nprofile = "pinn"\n',
            "'method'",
        ),
    ],
)
def test_framework_problems(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "frameworks").mkdir()
    (tmp_path / "frameworks" / "mine.toml").write_text(text)

    assert expected in problems(tmp_path)


@pytest.mark.parametrize(
    ("file", "values", "expected"),
    [
        ("XYZ001-mine.md", {"name": "other"}, "'mine'"),
        ("XYZ001-mine.md", {"message": "{operan}"}, "'operand'"),
        ("XYZ001-mine.md", {"kind": "unbouned"}, "'unbounded'"),
        ("mine.md", {}, "DIFnnn-name.md"),
        ("XYZ001-mine.md", {"group": 'operator = ["sqr"]'}, "'sqrt'"),
        ("XYZ001-mine.md", {"group": 'family = ["root"]\noperator = ["sqrt"]'}, "one of the two"),
    ],
)
def test_rule_problems(tmp_path: Path, file: str, values: dict[str, str], expected: str) -> None:
    (tmp_path / "checks").mkdir()
    text = RULE.format(**{"name": "mine", "message": "m", "kind": "unbounded", "group": 'family = ["root"]'} | values)
    (tmp_path / "checks" / file).write_text(text)

    assert expected in problems(tmp_path)


OPERATOR_FIELDS = (
    "role arguments family operand value derivative flow smoothness order value_domain derivative_domain range "
    "turns period monotone relation saves calls outputs fields integer trained stable note source"
).split()
FRAMEWORK_FIELDS = (
    "modules array differentiable host digits traced mutable optimises constants operators signatures variants classes "
    "aliases copies conventions"
).split()
NESTED_FIELDS = [
    ('classes."f.M".kind', "classes.f.M.kind"),
    ('classes."f.M".call', "classes.f.M.call"),
    ('classes."f.M".objectives', "classes.f.M.objectives"),
    ("conventions.abs.derivative", "conventions.abs.derivative"),
    ("conventions.abs.derivative.zero", "conventions.abs.derivative.zero"),
    ("conventions.abs.finite_order", "conventions.abs.finite_order"),
    ("conventions.abs.selects", "conventions.abs.selects"),
    ("constants.pi", "constants.pi"),
    ("operators.abs", "operators.abs"),
    ("aliases.a", "aliases.a"),
    ("copies.a", "copies.a"),
]
CHECK_FIELDS = "name summary message suggestion since applicability facts severity".split()
DATE = "1979-05-27"
"""A value that no field takes."""


@pytest.mark.parametrize("field", OPERATOR_FIELDS)
def test_every_field_of_an_operator_is_checked(tmp_path: Path, field: str) -> None:
    lines = {"role": '"function"', "arguments": '["x"]'} | {field: DATE}
    (tmp_path / "operators").mkdir()
    text = "[a]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())
    (tmp_path / "operators" / "mine.toml").write_text(text)

    assert any("mine.toml" in line and f"[a.{field}" in line for line in problems(tmp_path).splitlines())


@pytest.mark.parametrize(
    ("field", "place"), [*((field, field) for field in ("name", *FRAMEWORK_FIELDS)), *NESTED_FIELDS]
)
def test_every_field_of_a_framework_is_checked(tmp_path: Path, field: str, place: str) -> None:
    (tmp_path / "frameworks").mkdir()
    name = "" if field == "name" else 'name = "f"\n'
    (tmp_path / "frameworks" / "mine.toml").write_text(f"{name}{field} = {DATE}\n")

    assert any("mine.toml" in line and f"[{place}" in line for line in problems(tmp_path).splitlines())


@pytest.mark.parametrize("field", ["names", "argument", "values", "array", "operator"])
def test_every_field_of_a_variant_is_checked(tmp_path: Path, field: str) -> None:
    lines = {"names": '["f.abs"]', "argument": '"p"', "operator": '"sqrt"'} | {field: DATE}
    (tmp_path / "frameworks").mkdir()
    text = 'name = "f"\n[operators]\nabs = ["f.abs"]\n[[variants]]\n'
    (tmp_path / "frameworks" / "mine.toml").write_text(text + "".join(f"{key} = {lines[key]}\n" for key in lines))

    assert any("mine.toml" in line and f"variants[0].{field}" in line for line in problems(tmp_path).splitlines())


@pytest.mark.parametrize("field", CHECK_FIELDS)
def test_every_field_of_a_rule_is_checked(tmp_path: Path, field: str) -> None:
    (tmp_path / "checks").mkdir()
    text = RULE.format(name="mine", message="m", kind="unbounded", group='family = ["root"]')
    head, _, rest = text.partition("\n[[facts]]")
    tables, _, _ = rest.partition("```")
    facts, _, severity = tables.partition("[severity]")
    kept = [line for line in head.splitlines() if not line.startswith(f"{field} =")]
    kept.append(f"{field} = {DATE}")
    kept += [] if field == "facts" else ["[[facts]]", *facts.strip().splitlines()]
    kept += [] if field == "severity" else ["[severity]", *severity.strip().splitlines()]
    (tmp_path / "checks" / "XYZ001-mine.md").write_text("\n".join(kept) + "\n```\n" + rest.partition("```")[2])

    assert any("XYZ001" in line and f"[{field}" in line for line in problems(tmp_path).splitlines())


def test_all_problems_at_once(tmp_path: Path) -> None:
    (tmp_path / "operators").mkdir()
    (tmp_path / "operators" / "mine.toml").write_text('[a]\nrole = "x"\n[b]\nrole = "y"\n')

    assert len(problems(tmp_path).splitlines()) == 2


def test_own_rules_extend_the_built_in_ones(tmp_path: Path) -> None:
    for folder in ("operators", "frameworks", "checks"):
        (tmp_path / folder).mkdir()
    (tmp_path / "operators" / "o.toml").write_text('[mine]\nrole = "function"\narguments = ["x"]\n')
    (tmp_path / "frameworks" / "f.toml").write_text('name = "f"\nmodules = ["f"]\n[operators]\nmine = ["f.mine"]\n')
    (tmp_path / "checks" / "XYZ001-mine.md").write_text(
        RULE.format(name="mine", message="m", kind="unbounded", group='family = ["root"]')
    )
    catalogue = load((tmp_path,))

    assert catalogue.spellings["f.mine"].operator == "mine"
    assert catalogue.checks["XYZ001"].name == "mine"
    assert "sqrt" in catalogue.operators


@pytest.mark.parametrize("text", ["__import__('os')", "x.y", "[x]", "lambda: 1", "x(1)(2)", "'a'", "f(x)", "1 +"])
def test_formulas_are_closed(text: str) -> None:
    with pytest.raises(ValueError):
        check(text, ("x",))


def test_formulas_compile() -> None:
    assert compile_formula("where(x > 0, sqrt(x), -y)", ("x", "y"))(4.0, 1.0) == 2.0
