"""What is called: a function of the module, or a method of an object that is given or made up."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import Any

from difflint.probe.backends import Backend
from difflint.probe.evaluation import describe
from difflint.probe.given import Given
from difflint.probe.inputs import Argument, trained
from difflint.probe.objects import Made, makings

OBJECTS = 6
"""Objects whose method is tried; constructors seldom tell whether a size fits the input."""
_ADVICE = "say --inputs-from FILE.py:FACTORY, a function that returns (object, arguments), or --record -- COMMAND"


class Uncallable(Exception):
    """Why a function cannot be called, for the report."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A function, or a method of an object, and how a replay writes it.

    `called` has `{}` where the object's text stands. `state` are the trained arrays of an object of
    the framework, None where there is no such object. `body` is what the user wrote, if that is not
    the function itself.
    """

    function: Callable[..., Any]
    called: str
    made: Made | None = None
    state: tuple[Argument, ...] | None = None
    body: Callable[..., Any] | None = None

    @property
    def model(self) -> str:
        """The text of the framework's object whose method it is, empty if there is none."""
        return self.made.text if self.made is not None and self.state is not None else ""

    @property
    def written(self) -> str:
        """The function as a replay writes it."""
        return self.called if self.made is None else self.called.format(self.made.text)


def subjects(module: ModuleType, name: str, given: Given, backend: Backend) -> Iterator[Subject]:
    """What a name of the module may stand for, the likeliest object of a method first. Raises Uncallable."""
    owner, own = _owner(module, name)
    if not callable(getattr(owner, own, None)):
        raise Uncallable(f"the module has no function {name}")
    if not is_method(module, name):
        yield Subject(getattr(owner, own), name)
    elif own == "__init__":
        yield Subject(_constructor(owner), owner.__qualname__)
    elif given.owner is not None:
        yield _method(owner, own, Made(given.owner, given.owner_text), backend)
    else:
        backend.seed()
        yield from (_method(owner, own, made, backend) for made in _objects(owner, backend))


def is_method(module: ModuleType, name: str) -> bool:
    """Whether an object comes first among the arguments. Raises Uncallable."""
    owner, own = _owner(module, name)
    return inspect.isclass(owner) and not isinstance(
        inspect.getattr_static(owner, own, None), (staticmethod, classmethod)
    )


def _owner(module: ModuleType, name: str) -> tuple[Any, str]:
    """The module or class that has a function, and the function's own name. Raises Uncallable."""
    owner: Any = module
    parts = name.split(".")
    for part in parts[:-1]:
        owner = getattr(owner, part, None)
        if owner is None:
            raise Uncallable(f"{name} is defined inside of another function")
    return owner, parts[-1]


def _objects(cls: Any, backend: Backend) -> Iterator[Made]:
    count = 0
    try:
        for made in makings(cls, backend.OBJECTS):
            count += 1
            yield made
            if count == OBJECTS:
                return
    except (Exception, SystemExit) as error:
        raise Uncallable(f"{cls.__name__}() fails: {describe(error)}; {_ADVICE}") from None
    if not count:
        raise Uncallable(f"{cls.__name__}() needs arguments that nothing is known about; {_ADVICE}")


def _constructor(cls: type) -> Callable[..., Any]:
    """A class as a function of its arguments: what an object of it holds."""

    def construct(*args: Any, **kwargs: Any) -> Any:
        return vars(cls(*args, **kwargs))

    construct.__signature__ = inspect.signature(cls)  # type: ignore[attr-defined]
    return construct


def _method(cls: type, name: str, made: Made, backend: Backend) -> Subject:
    """A method of an object; trained arrays of the object are arguments as well."""
    method = _bound(cls, name, made.owner)
    objects = backend.OBJECTS
    state = objects.state(made.owner) if objects is not None else None
    if type(made.owner) is not cls:  # a class below may have a method of its own
        return Subject(method, f"{cls.__qualname__}.{name}.__get__({{}})", made)
    if objects is None or state is None:
        return Subject(method, f"{{}}.{name}", made)

    def run(*args: Any, trained: Mapping[str, Any] = MappingProxyType({}), **kwargs: Any) -> Any:
        return objects.run(made.owner, name, trained, args, kwargs)

    run.__signature__ = inspect.signature(method)  # type: ignore[attr-defined]
    arrays = tuple(trained(key, value) for key, value in state.items())
    return Subject(run, f"{{}}.{name}", made, arrays, method)


def _bound(owner: type, name: str, instance: Any) -> Callable[..., Any]:
    """A method of an object; the one of this class, even where the object's own class has another."""
    function = inspect.getattr_static(owner, name)
    method: Callable[..., Any] = function.__get__(instance) if inspect.isfunction(function) else getattr(instance, name)
    return method
