"""Array code: dual numbers run it through a facade of the modules that it imports.

The import hook is told who imports: modules of the user get a module with the same contents, except
for what could not carry a tangent. Nothing outside of user code is touched.
"""

from __future__ import annotations

import builtins
import math
import random
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np

from difflint.probe.backends.numpy_boxes import active_call, arguments, scalar_call
from difflint.probe.boxes.number import Ranged
from difflint.probe.boxes.paths import current_path
from difflint.probe.dual import Dual, Truth, build, plain
from difflint.probe.dual.array import as_dual, as_number, dual_zero
from difflint.probe.dual.dispatch import library
from difflint.probe.dual.elementwise import apply_row, call_ufunc, differenced, formula, row_of
from difflint.probe.evaluation import Evaluate, Evaluation, describe
from difflint.probe.events import Array, Recorder, is_user_code, recording

IMPORTS = "import numpy as np"
MODULES = ("numpy", "math")
_SPELLED_ALIKE = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "atan2": "arctan2", "pow": "power",
}  # fmt: skip


class Facade(ModuleType):
    """A module as user code sees it; what it does not replace is the module's own."""

    def __init__(self, real: ModuleType, replaced: Mapping[str, Any], wrap: Callable[[Any], Any]) -> None:
        super().__init__(real.__name__, real.__doc__)
        self.__dict__["_real"] = real
        self.__dict__["_wrap"] = wrap
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__["_wrap"](getattr(self.__dict__["_real"], name))
        self.__dict__[name] = found
        return found

    def __dir__(self) -> Iterable[str]:
        return dir(self.__dict__["_real"])


@lru_cache(maxsize=64)
def facade(module: ModuleType) -> ModuleType:
    """The facade of a module of this backend."""
    if module is math:
        return Facade(
            math, {name: _scalar(name) for name in dir(math) if callable(getattr(math, name))}, lambda item: item
        )
    replaced = {name: _switching(name, made) for name, made in _FACTORIES.items()} if module is np else {}
    return Facade(module, replaced, _wrapped)


def _switching(name: str, made: Any) -> Any:
    """A factory for whichever numbers are in use."""
    if not isinstance(made, FunctionType):
        return made

    def make(*args: Any, **kwargs: Any) -> Any:
        if current_path() is not None:
            return active_call(name, getattr(np, name), args, kwargs)
        return made(*args, **kwargs)

    make.__name__ = name
    return make


def _wrapped(item: Any) -> Any:
    if isinstance(item, ModuleType):
        return facade(item) if item.__name__.split(".")[0] == MODULES[0] else item
    if isinstance(item, np.ufunc):
        return _Ufunc(item)
    if hasattr(item, "_implementation") or isinstance(item, (FunctionType, BuiltinFunctionType)):
        return _lifting(item)
    return item


class _Ufunc:
    """A ufunc that takes lists of dual numbers."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if current_path() is not None:
            return active_call(self._real.__name__, self._real, args, kwargs)
        return self._real(*map(build.lift, args), **kwargs)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        return _lifting(found) if callable(found) else found


def _lifting(function: Any) -> Callable[..., Any]:
    """A function whose array arguments may be lists of dual numbers; sequences of arrays stay lists."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if current_path() is not None:
            return active_call(function.__name__, function, args, kwargs)
        if not build.holds(args) and not build.holds(tuple(kwargs.values())):
            return function(*args, **kwargs)
        if function.__name__ in _SEQUENCES:
            return function(*args, **kwargs)
        return function(*map(build.lift, args), **{key: build.lift(item) for key, item in kwargs.items()})

    call.__name__ = getattr(function, "__name__", "function")
    call.__doc__ = function.__doc__
    return call


_SEQUENCES = frozenset(
    "concatenate concat stack hstack vstack dstack column_stack row_stack block select choose multi_dot meshgrid "
    "broadcast_arrays piecewise".split()
)


def _fresh(name: str) -> Callable[..., Any]:
    function = getattr(np, name)

    def make(*args: Any, **kwargs: Any) -> Any:
        return build.keep(function(*map(plain, args), **kwargs))

    make.__name__ = name
    return make


_FACTORIES: Mapping[str, Any] = {
    **{name: _fresh(name) for name in ("zeros", "ones", "empty", "eye", "identity", "tri")},
    **{
        name: getattr(build, name)
        for name in ("array", "full", "linspace", "logspace", "geomspace", "arange", "fromiter")
    },
    **{name: build.asarray for name in ("asarray", "asanyarray", "ascontiguousarray", "asfarray")},
    "vectorize": build.Vectorize,
    "frompyfunc": build.frompyfunc,
    "r_": build.Join(False),
    "c_": build.Join(True),
}


def _scalar(name: str) -> Callable[..., Any]:
    """A function of `math` on dual scalars; it raises where the real one raises."""
    real = getattr(math, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        if current_path() is not None:
            return scalar_call(name, real, args)
        args = tuple(list(item) if hasattr(item, "__next__") else item for item in args)
        if not build.holds(args):
            return real(*args, **kwargs)
        result = _dual_scalar(name, real, tuple(map(build.lift, args)), kwargs)
        real(*(plain(build.lift(item)) for item in args), **kwargs)
        return result

    call.__name__ = name
    return call


def _dual_scalar(name: str, real: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    if name in ("fsum", "prod"):
        return (np.sum if name == "fsum" else np.prod)(args[0])
    if name == "dist":
        return np.linalg.norm(as_dual(args[0]) - args[1])
    if name == "log" and len(args) == 2:
        return np.log(args[0]) / np.log(args[1])
    if name == "hypot" and len(args) != 2:
        return np.linalg.norm(build.lift(list(args)))
    if name in ("floor", "ceil", "trunc"):
        return int(plain(getattr(np, name)(args[0])))
    if name == "isclose":
        return bool(np.isclose(args[0], args[1], rtol=kwargs.get("rel_tol", 1e-9), atol=kwargs.get("abs_tol", 0.0)))
    ufunc = library(_SPELLED_ALIKE.get(name, name))
    if isinstance(ufunc, np.ufunc):
        return call_ufunc(ufunc, *args)
    row = row_of(name)
    if row is not None and row.value and row.derivative:
        return apply_row(row, formula(row.value, row.arguments), args)
    values = real(*map(plain, args), **kwargs)
    if isinstance(values, float):
        return differenced(
            lambda *parts: np.asarray(real(*(item.item() for item in parts))), tuple(map(dual_or_plain, args))
        )
    for item in args:
        if type(item) is Dual:
            item.lost(name)
    return values


def dual_or_plain(item: Any) -> Any:
    """A dual number as it is, anything else as an array."""
    return item if type(item) is Dual else dual_zero(item)


@contextmanager
def hook(roots: tuple[str, ...]) -> Iterator[None]:
    """While it holds, user code that imports a module of this backend gets the facade."""
    real = builtins.__import__

    def importing(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        module = real(name, globals, locals, fromlist, level)
        if level or name.split(".")[0] not in MODULES or not is_user_code((globals or {}).get("__file__", ""), roots):
            return module
        return facade(module)

    builtins.__import__ = importing
    try:
        yield
    finally:
        builtins.__import__ = real


def seed() -> None:
    """Make the draws of the next call those of every call."""
    random.seed(0)
    np.random.seed(0)


def array(value: Array) -> Array:
    """A constant is an array as it is."""
    return value


def numbers(value: Any) -> Array | None:
    """An array of floating numbers is one, a number of numpy's is one of no dimension."""
    found = np.asarray(value) if isinstance(value, (np.ndarray, np.floating)) else None
    return found.astype(float) if found is not None and found.dtype.kind == "f" else None


def text(value: Array) -> str:
    """An array as an expression; zeros have no sign."""
    return f"np.array({(value + 0 if value.dtype.kind == 'f' else value).tolist()!r})"


def evaluator(function: Callable[[Any], Any], roots: tuple[str, ...]) -> Evaluate:
    """Evaluate a function of one dual vector; its floating results are the outputs."""

    def evaluate(x: Array, directions: Array) -> Evaluation:
        recorder = Recorder(len(directions), roots)
        with recording(recorder), np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
            try:
                result = function(Dual(x.copy(), directions.copy()))
                value, tangents = outputs(result, len(directions))
            except (Exception, SystemExit) as error:
                return Evaluation(
                    x,
                    np.zeros(0),
                    np.zeros((len(directions), 0)),
                    tuple(recorder.events),
                    recorder.signature,
                    describe(error),
                )
        return Evaluation(x, value, tangents, tuple(recorder.events), recorder.signature)

    return evaluate


def over_box(function: Callable[[Any], Any]) -> Callable[[list[Ranged]], Any]:
    """A function of one vector as a function of ranged numbers."""
    return lambda numbers: function(arguments(numbers))


def outputs(result: Any, count: int) -> tuple[Array, Array]:
    """All real numbers of a result in order, with their tangents; anything else carries none."""
    values: list[Array] = []
    tangents: list[Array] = []
    for leaf in _leaves(result):
        if type(leaf) is Truth:
            leaf = Dual(as_number(leaf, np.dtype(float)), np.zeros((count, *leaf.shape)))
        number = leaf if type(leaf) is Dual else Dual(np.asarray(leaf), np.zeros((count, *np.shape(leaf))))
        if number.p.dtype.kind not in "fiu" or (not number.t.size and number.p.size):
            continue
        values.append(number.p.astype(float).reshape(-1))
        tangents.append(number.t.reshape(count, -1).real)
    if not values:
        return np.zeros(0), np.zeros((count, 0))
    return np.concatenate(values), np.concatenate(tangents, axis=1)


def _leaves(result: Any) -> Iterator[Any]:
    if isinstance(result, Mapping):
        result = tuple(result.values())
    if isinstance(result, (list, tuple)):
        for part in result:
            yield from _leaves(part)
    elif type(result) in (Dual, Truth) or isinstance(result, (int, float, np.ndarray, np.number)):
        yield result
