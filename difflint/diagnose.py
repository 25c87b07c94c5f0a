"""Facts and checks to diagnostics, under a profile and the user's selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from difflint.catalogue.model import Check, Claim, operator_claim
from difflint.diagnostic import Diagnostic, Profile, Severity
from difflint.facts import Certainty, Effect, Fact

URL = "https://difflint.readthedocs.io/rules/{code}"
_SURENESS = tuple(Certainty)
_EFFECTS = {
    Effect.ZERO: "zero",
    Effect.INFINITE: "infinite",
    Effect.NAN: "infinite or NaN",
    Effect.CUT: "cut",
    Effect.WRONG: "wrong",
    Effect.ERROR: "an error",
    Effect.NONE: "unknown",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What to report: codes, prefixes or names; `per_file` maps a path to what is ignored there.

    `profile` is what the optimiser needs, `profiles` the same for some paths; None is what the code implies.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    per_file: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    profile: Profile | None = Profile.SGD
    severity: Severity = Severity.INFO
    certainty: Certainty = Certainty.LIKELY
    profiles: Mapping[str, Profile | None] = field(default_factory=dict)


def matches(check: Check | Diagnostic, words: Iterable[str]) -> bool:
    """Whether a code, a prefix of one, a rule's name or `ALL` names a check."""
    return any(word in ("ALL", check.name) or check.code.startswith(word) for word in words)


def enabled(check: Check | Diagnostic, selection: Selection) -> bool:
    """Whether a check is switched on at all; the longer of two prefixes decides."""
    if matches(check, selection.extend):
        return True
    chosen = _longest(check, selection.select) if selection.select else 0
    ignored = _longest(check, selection.ignore)
    return chosen is not None and (ignored is None or ignored < chosen)


def _longest(check: Check | Diagnostic, words: Iterable[str]) -> int | None:
    lengths = [
        len(check.code) if word == check.name else 0 if word == "ALL" else len(word)
        for word in words
        if matches(check, (word,))
    ]
    return max(lengths, default=None)


class Rules:
    """Finds the check that claims a fact: an operator before a cause before a family before a bare kind.

    A check that every profile at hand switches off leaves the fact to others.
    """

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._table: dict[Claim, list[Check]] = {}
        for check in checks.values():
            for claim in check.claims:
                self._table.setdefault(claim, []).append(check)

    def claim(self, fact: Fact, grounds: Sequence[Ground]) -> Check | None:
        """The check for a fact."""
        operator = operator_claim(fact.operator)
        keys = (
            (fact.kind, operator, fact.cause),
            (fact.kind, operator, None),
            (fact.kind, fact.family, fact.cause),
            (fact.kind, "", fact.cause),
            (fact.kind, fact.family, None),
            (fact.kind, "", None),
        )
        return next((check for key in keys for check in self._table.get(key, ()) if _applies(check, grounds)), None)


@dataclass(frozen=True, slots=True)
class Ground:
    """A profile that applies, and why where no setting says so."""

    profile: Profile
    reason: str = ""


def _applies(check: Check, grounds: Sequence[Ground]) -> bool:
    return any(check.severity_in(ground.profile) is not Severity.OFF for ground in grounds)


@dataclass(frozen=True, slots=True)
class Needs:
    """Which profiles apply where: those that are set, or those that calls in the code imply.

    A call speaks for its file and for the functions given to it, with what these call.
    """

    selection: Selection = field(default_factory=Selection)
    calls: Sequence[Fact] = ()

    def of(self, fact: Fact) -> tuple[Ground, ...]:
        """What applies to a fact, in the order of the calls."""
        path = fact.span.path
        stated = self.selection.profiles.get(path, self.selection.profile)
        if stated is not None:
            return (Ground(stated),)
        places = (fact.span, *(step.span for step in fact.trace))
        implied = tuple(
            Ground(Profile(call.detail), f"{call.span.path}:{call.span.start.line} calls {call.call}")
            for call in self.calls
            if call.span.path == path or any(step.span.contains(place) for step in call.trace for place in places)
        )
        return implied or (Ground(Profile.SGD),)


def diagnose(facts: Sequence[Fact], checks: Mapping[str, Check], needs: Needs) -> list[Diagnostic]:
    """Every diagnostic, shown or not: the surest one per place and code, ordered by place."""
    rules = Rules(checks)
    found: dict[tuple[object, str], Diagnostic] = {}
    for fact in facts:
        grounds = needs.of(fact)
        check = rules.claim(fact, grounds)
        if check is None:
            continue
        diagnostic = judge(fact, check, grounds)
        if diagnostic is None:
            continue
        key = (diagnostic.span, diagnostic.code)
        if key not in found or _surer(diagnostic, found[key]):
            found[key] = diagnostic
    return sorted(found.values(), key=lambda item: (item.span, item.code))


def _surer(one: Diagnostic, other: Diagnostic) -> bool:
    return _SURENESS.index(one.certainty) < _SURENESS.index(other.certainty)


def visible(item: Diagnostic, selection: Selection) -> bool:
    """Whether the selection shows a diagnostic."""
    return (
        _SURENESS.index(item.certainty) <= _SURENESS.index(selection.certainty)
        and item.certainty is not Certainty.REFUTED
        and item.severity.rank >= selection.severity.rank
        and enabled(item, selection)
        and not matches(item, selection.per_file.get(item.span.path, ()))
    )


def judge(fact: Fact, check: Check, grounds: Sequence[Ground]) -> Diagnostic | None:
    """The diagnostic of one fact by the strictest profile that applies, None if all switch it off."""
    ground = max(grounds, key=lambda ground: check.severity_in(ground.profile).rank)
    severity = check.severity_in(ground.profile)
    if severity is Severity.OFF:
        return None
    words = {
        "call": fact.call,
        "operand": fact.operand,
        "range": fact.range,
        "point": fact.point,
        "effect": _EFFECTS[fact.effect],
        "framework": fact.framework,
        "detail": fact.detail,
        "operator": fact.operator,
        "sources": ", ".join(f"`{name}`" for name in fact.sources),
    }
    message = check.message.format(**words)
    if ground.reason and severity is not check.severity_in(Profile.SGD):
        message += f" ({ground.profile.value} profile, since {ground.reason})"
    return Diagnostic(
        check.code,
        check.name,
        severity,
        fact.certainty,
        fact.span,
        message,
        check.suggestion.format(**words),
        fact.trace,
        URL.format(code=check.code),
        ground.profile,
        fact.verdict,
    )
