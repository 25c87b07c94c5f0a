"""What user code does with numbers. Each function takes three of them and returns one."""

import copy
import decimal
import fractions
import functools
import itertools
import math as m
import operator
import pickle
import statistics
from math import atan2, fsum

import numpy
import numpy as np
import numpy.linalg as la
from numpy import array, zeros

PATTERNS = {}
TABLE = np.array([1.0, 2.0, 4.0])


PATTERNS["math"] = lambda x: m.sin(x[0]) * atan2(x[1], x[2])
PATTERNS["submodule"] = lambda x: la.norm(x) + numpy.linalg.det(np.diag(x))
PATTERNS["list to array"] = lambda x: array([[x[0], 1.0], [x[1], x[2]]]).T.ravel() @ np.arange(4.0)
PATTERNS["tuple argument"] = lambda x: np.mean((x[0], x[1] ** 2)) + np.dot([x[0], x[1]], [x[2], 1.0])
PATTERNS["nested lists"] = lambda x: np.linalg.det([[x[0], x[1]], [x[2], 1.0]])
PATTERNS["fsum"] = lambda x: fsum([x[0], x[1] * x[2]])
PATTERNS["accumulate"] = lambda x: list(itertools.accumulate(x, operator.mul))[-1]
PATTERNS["reduce"] = lambda x: functools.reduce(np.logaddexp, x)
PATTERNS["deepcopy"] = lambda x: copy.deepcopy({"a": [x, x[0]]})["a"][0].sum()
PATTERNS["pickle"] = lambda x: pickle.loads(pickle.dumps(x)).sum()
PATTERNS["statistics"] = lambda x: statistics.fmean(x) + x[0]
PATTERNS["fraction"] = lambda x: float(fractions.Fraction(float(x[0]))) * x[1]
PATTERNS["decimal"] = lambda x: float(decimal.Decimal(str(x[1]))) + x[0]
PATTERNS["text"] = lambda x: float(f"{x[0]:.17g}") + x[1]
PATTERNS["percent text"] = lambda x: float("%.17g" % x[0]) + x[1]  # noqa: UP031
PATTERNS["float32"] = lambda x: np.float32(x[0]) + x[1]
PATTERNS["dtype"] = lambda x: np.array([x[0], x[1]], dtype=np.float64).sum()
PATTERNS["object array"] = lambda x: np.array([x[0], None, x[1]], dtype=object)[0] * 2.0
PATTERNS["set"] = lambda x: sum({x[0], x[1]}, 0.0)
PATTERNS["structured"] = lambda x: np.array([(x[0], 1.0)], dtype=[("a", float), ("b", float)])["a"][0] * x[1]
PATTERNS["buffer"] = lambda x: np.frombuffer(np.asarray(x).tobytes()).sum()
PATTERNS["lexsort"] = lambda x: x[np.lexsort((x,))] @ TABLE
PATTERNS["apply along axis"] = lambda x: np.apply_along_axis(lambda v: v * v, 0, x).sum()
PATTERNS["ix"] = lambda x: np.outer(x, x)[np.ix_([0, 1], [1, 2])].sum()
PATTERNS["flat"] = lambda x: sum(np.outer(x, x).flat)
PATTERNS["clip method"] = lambda x: x.clip(0.1, 0.8).round(1).sum() + x.sum()
PATTERNS["ufunc at"] = lambda x: _added(x)
PATTERNS["module constant in place"] = lambda x: _in_place(x)
PATTERNS["module constant stored"] = lambda x: _stored(x)
PATTERNS["buffer grown"] = lambda x: _grown(x)
PATTERNS["view"] = lambda x: _view(x)
PATTERNS["generator"] = lambda x: np.array(list(v * k for k, v in enumerate(x, 1))).sum()
PATTERNS["unpack"] = lambda x: (lambda a, b, *c: a * b + c[0])(*x)
PATTERNS["zip"] = lambda x: sum(a * b for a, b in zip(x, reversed(list(x))))
PATTERNS["divmod"] = lambda x: divmod(x[0], 0.25)[1] + x[1] // 0.3
PATTERNS["bool arithmetic"] = lambda x: (x > 0.5).sum() * x[0] + True * x[1]
PATTERNS["sorted by key"] = lambda x: sorted(x, key=lambda v: -v)[0] * 2
PATTERNS["polyfit"] = lambda x: np.polyfit([0.0, 1.0, 2.0], x, 1)[0]
PATTERNS["cov"] = lambda x: np.cov(x, TABLE)[0, 1]
PATTERNS["memo"] = lambda x: _cached(x[0]) + x[1]
PATTERNS["random scale"] = lambda x: np.random.default_rng(0).normal(0.0, abs(x[0])) + x[1]
PATTERNS["empty like"] = lambda x: _filled(np.empty_like(x), x)
PATTERNS["int cast"] = lambda x: x[int(x[0])] * 2
PATTERNS["complex"] = lambda x: abs(complex(x[0], x[1]))
PATTERNS["complex array"] = lambda x: np.abs(x[0] + 1j * x[1]) + (np.exp(1j * x[2])).real
PATTERNS["ternary"] = lambda x: x[0] if x[0] > x[1] else x[1] * 2
PATTERNS["chained"] = lambda x: x[0] if 0.2 < x[0] < 0.9 else 0.0
PATTERNS["isinstance"] = lambda x: x.sum() if isinstance(x, np.ndarray) and isinstance(x[0], float) else 0.0


@functools.lru_cache
def _cached(v):
    return v * v


def _added(x):
    out = zeros(2)
    np.add.at(out, [0, 1, 1], x)
    return out @ out


def _in_place(x):
    y = TABLE.copy()
    y *= x
    return y.sum()


def _stored(x):
    y = TABLE.copy()
    y[1] = x[0]
    return y.sum() + x[1]


def _grown(x):
    y = np.zeros(0)
    for v in x:
        y = np.append(y, v * v)
    return y.sum()


def _view(x):
    y = np.zeros((2, 3))
    row = y[1]
    row[:] = x
    row[0] *= 2
    return (y**2).sum()


def _filled(y, x):
    y[:] = 1.0
    y[:2] += x[1:]
    return y.prod()
