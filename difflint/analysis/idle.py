"""Functions that nobody differentiates: every mention of them stands where nothing is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from difflint.analysis.mentions import Definition, Mention, Mentions, is_special
from difflint.analysis.objects import Key

if TYPE_CHECKING:
    from difflint.analysis.interpreter import Interpreter


class Idle:
    """Decides, function by function, whether anything that mentions it may be differentiated.

    A function that nobody mentions may be called from anywhere: it is not idle. What closures do that were
    returned together, in `bundled`, is judged where they are called, and so is what closures beside them do.
    """

    def __init__(self, interpreter: Interpreter, mentions: Mentions, bundled: set[Key]) -> None:
        self._interpreter = interpreter
        self._bundled = bundled
        self._mentions = mentions
        self._known: dict[Key, bool] = {}
        self._called: dict[Key, bool] = {}

    def __contains__(self, key: Key) -> bool:
        return self._gets_data(key) or self._is_unrecorded(key)

    def is_mute(self, key: Key) -> bool:
        """Whether what a function calls with data may get anything else from others: a test, or a metric's."""
        definition = self._mentions.definition(key)
        return definition is not None and definition.mute

    def _is_unrecorded(self, key: Key) -> bool:
        if key not in self._known:
            self._known[key] = False  # in a circle, nobody outside vouches for it
            self._known[key] = self._is_mentioned_unrecorded(key)
        return self._known[key]

    def _gets_data(self, key: Key) -> bool:
        """Whether runs entered a function with data alone, from elsewhere than a test."""
        callers = self._interpreter.idle.get(key, set()) if key not in self._interpreter.entered else set()
        return not all(map(self.is_mute, callers))

    def _is_mentioned_unrecorded(self, key: Key) -> bool:
        definition = self._mentions.definition(key)
        if definition is None or key in self._interpreter.functions_differentiated:
            return False
        if not definition.recorded:
            return True
        if definition.exposed or is_special(definition.name):
            return False
        mentions = self._telling(key, definition)
        if key in self._interpreter.handed:  # what hands it on says nothing more
            return all(self._silent(mention, definition) for mention in mentions if mention.call is not None)
        return bool(mentions) and all(self._silent(mention, definition) for mention in mentions)

    def _is_called(self, key: Key, definition: Definition) -> bool:
        """Whether anything that tells of it mentions a function: it is no test."""
        if key not in self._called:
            self._called[key] = False
            self._called[key] = bool(self._telling(key, definition))
        return self._called[key]

    def _telling(self, key: Key, definition: Definition) -> list[Mention]:
        """The mentions of a function that say something of whether it is differentiated."""
        return [mention for mention in self._mentions.of(key) if not self._says_nothing(mention, key, definition)]

    def _says_nothing(self, mention: Mention, key: Key, definition: Definition) -> bool:
        """Whether a mention says nothing: by the function itself, by a method that overrides it, by a test.

        A function that hands out nothing is no test if others call it, where nothing is recorded.
        """
        if mention.holder is None or mention.holder == key:
            return mention.holder == key
        holder = self._mentions.definitions[mention.holder]
        if definition.method and holder.name == definition.name:
            return True
        return holder.mute and not (self._is_unrecorded(mention.holder) and self._is_called(mention.holder, holder))

    def _silent(self, mention: Mention, definition: Definition) -> bool:
        if not mention.recorded or mention.holder is None:
            return not mention.recorded
        return self._is_unrecorded(mention.holder) or (definition.closure and mention.holder in self._bundled)
