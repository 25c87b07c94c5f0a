"""Facts and checks to diagnostics, under a profile and the user's selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from difflint.catalogue.model import Check
from difflint.diagnostic import Diagnostic, Profile, Severity
from difflint.facts import Cause, Certainty, Effect, Fact, Kind

URL = "https://difflint.readthedocs.io/rules/{code}"
_SHOWN = {
    Certainty.POSSIBLE: (Certainty.CONFIRMED, Certainty.MUST, Certainty.LIKELY, Certainty.POSSIBLE),
    Certainty.LIKELY: (Certainty.CONFIRMED, Certainty.MUST, Certainty.LIKELY),
    Certainty.MUST: (Certainty.CONFIRMED, Certainty.MUST),
    Certainty.CONFIRMED: (Certainty.CONFIRMED,),
}
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
    """What to report: codes, prefixes or names; `per_file` maps a path to what is ignored there."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    per_file: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    profile: Profile = Profile.SGD
    severity: Severity = Severity.INFO
    certainty: Certainty = Certainty.LIKELY


def matches(check: Check, words: Iterable[str]) -> bool:
    """Whether a code, a prefix of one, a rule's name or `ALL` names a check."""
    return any(word in ("ALL", check.name) or check.code.startswith(word) for word in words)


def enabled(check: Check, selection: Selection) -> bool:
    """Whether a check is switched on at all; the longer of two prefixes decides."""
    if matches(check, selection.extend):
        return True
    chosen = _longest(check, selection.select) if selection.select else 0
    ignored = _longest(check, selection.ignore)
    return chosen is not None and (ignored is None or ignored < chosen)


def _longest(check: Check, words: Iterable[str]) -> int | None:
    lengths = [
        len(check.code) if word == check.name else 0 if word == "ALL" else len(word)
        for word in words
        if matches(check, (word,))
    ]
    return max(lengths, default=None)


class Rules:
    """Finds the check that claims a fact: an explicit cause before a family before a bare kind."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._table: dict[tuple[Kind, str, Cause | None], Check] = {}
        for check in checks.values():
            for selector in check.facts:
                for family in selector.family or ("",):
                    for cause in selector.cause or (None,):
                        self._table[selector.kind, family, cause] = check

    def claim(self, fact: Fact) -> Check | None:
        """The check for a fact."""
        keys = (
            (fact.kind, fact.family, fact.cause),
            (fact.kind, "", fact.cause),
            (fact.kind, fact.family, None),
            (fact.kind, "", None),
        )
        return next((self._table[key] for key in keys if key in self._table), None)


def diagnose(facts: Iterable[Fact], checks: Mapping[str, Check], selection: Selection) -> list[Diagnostic]:
    """The diagnostics of a run, one per place and code, ordered by place."""
    rules = Rules(checks)
    shown = _SHOWN[selection.certainty]
    found: dict[tuple[object, str], Diagnostic] = {}
    for fact in facts:
        check = rules.claim(fact)
        if check is None:
            continue
        if fact.certainty not in shown:
            continue
        diagnostic = judge(fact, check, selection)
        if diagnostic is not None:
            found.setdefault((diagnostic.span, diagnostic.code), diagnostic)
    return sorted(found.values(), key=lambda item: (item.span, item.code))


def judge(fact: Fact, check: Check, selection: Selection) -> Diagnostic | None:
    """The diagnostic of one fact, None if it is switched off."""
    severity = check.severity.get(selection.profile, Severity.OFF)
    if severity is Severity.OFF or severity.rank < selection.severity.rank or not enabled(check, selection):
        return None
    if matches(check, selection.per_file.get(fact.span.path, ())):
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
    return Diagnostic(
        check.code,
        check.name,
        severity,
        fact.certainty,
        fact.span,
        check.message.format(**words),
        check.suggestion.format(**words),
        fact.trace,
        URL.format(code=check.code),
    )
