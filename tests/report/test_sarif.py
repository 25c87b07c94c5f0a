"""SARIF: valid by the schema, complete, and stable where lines move."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from difflint.cli import cli

SCHEMA = json.loads((Path(__file__).parent / "schema" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
MODEL = """import torch


def size(v):
    return torch.sqrt(v)


def loss(x):
    first = size((x * x).sum())
    return first + torch.round(x).sum() + torch.sqrt((x * x).sum()) + torch.sqrt((x * x).mean())
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a model.py").write_text(MODEL)
    return tmp_path


def run(*arguments: str) -> dict[str, Any]:
    """The one run of the report, which must be valid."""
    document = json.loads(CliRunner().invoke(cli, ["check", ".", "--format", "sarif", *arguments]).stdout)
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    (found,) = document["runs"]
    return dict(found)


def test_the_report_is_valid_and_complete(folder: Path) -> None:
    found = run("--profile", "strict", "--certainty", "possible")
    rules = found["tool"]["driver"]["rules"]

    assert found["invocations"][0]["executionSuccessful"]
    assert found["columnKind"] == "unicodeCodePoints"
    assert {result["ruleId"] for result in found["results"]} == {rule["id"] for rule in rules}
    for result in found["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert 0 < result["rank"] <= 100
        location = result["locations"][0]["physicalLocation"]
        assert location["artifactLocation"] == {"uri": "a%20model.py", "uriBaseId": "%SRCROOT%"}
    for rule in rules:
        markdown = rule["help"]["markdown"]
        assert markdown.startswith(f"# {rule['id']} {rule['name']}\n\n## What it finds\n")
        assert "[severity]" not in markdown


def test_a_flow_leads_from_the_source_to_the_operation(folder: Path) -> None:
    result = next(
        result for result in run()["results"] if len(result["codeFlows"][0]["threadFlows"][0]["locations"]) > 2
    )
    steps = [
        (step["location"]["physicalLocation"]["region"]["startLine"], step["location"]["message"]["text"])
        for step in result["codeFlows"][0]["threadFlows"][0]["locations"]
    ]

    assert steps[0] == (8, "`x` is differentiated")
    assert steps[1][0] == 9
    assert steps[2][0] == 5


def test_fingerprints_are_different_and_stay_when_lines_move(folder: Path) -> None:
    before = [result["partialFingerprints"]["difflint/v1"] for result in run()["results"]]
    (folder / "a model.py").write_text('"""Moved."""\n\n' + MODEL)
    after = [result["partialFingerprints"]["difflint/v1"] for result in run()["results"]]

    assert len(set(before)) == len(before) >= 3
    assert before == after


def test_what_cannot_be_read_is_noted(folder: Path) -> None:
    invocation = run("missing.py")["invocations"][0]

    assert not invocation["executionSuccessful"]
    assert "missing.py" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_nothing_found_is_valid(folder: Path) -> None:
    assert run("--select", "DIF001")["results"] == []
