"""Functions with the points they have, as the labels say; () is smooth. They import what user code imports."""

import math
from math import exp, sqrt

import numpy as np
from numpy.linalg import norm

LABELLED = []


def label(*kinds, low=-2.0, high=2.0, n=1):
    def add(function):
        LABELLED.append((function, frozenset(kinds), low, high, n))
        return function

    return add


@label("kink")
def hinge(x):
    return max(0.0, 1.3 - x[0]) + 0.1 * x[0]


@label("kink", n=3)
def total_variation(x):
    return np.abs(np.diff(x)).sum() + x @ x


@label("kink", n=2)
def chebyshev(x):
    return norm(x - np.array([0.2, -0.4]), np.inf)


@label("kink", n=4)
def trimmed_mean(x):
    return np.sort(x)[1:3].mean()


@label("kink", n=2)
def distance_to_point(x):
    return math.hypot(x[0] - 0.25, x[1] + 0.5)


@label("kink", n=3)
def top_two(x):
    return np.partition(x, 1)[1:].sum()


@label("kink")
def leaky(x):
    return np.where(x > 0.6, x, 0.6 + 0.1 * (x - 0.6))


@label("kink", n=2)
def early_return(x):
    if x[0] * x[0] < x[1]:
        return x[1]
    return x[0] ** 2


@label("kink", low=0.0, high=5.0)
def tariff(x):
    total, previous = 0.0, 0.0
    for edge, rate in ((1.5, 0.1), (3.5, 0.3)):
        total = total + rate * np.clip(x[0] - previous, 0.0, edge - previous)
        previous = edge
    return total + x[0]


@label("kink", n=3)
def largest_eigenvalue(x):
    return np.linalg.eigvalsh(np.array([[x[0], x[1]], [x[1], x[2]]]))[-1]


@label("kink", n=2)
def quantile_loss(x):
    r = x - 0.3
    return np.maximum(0.8 * r, -0.2 * r).mean()


@label("jump")
def step_cost(x):
    return x[0] + (3.0 if x[0] >= 1.1 else 0.0)


@label("jump", n=2)
def cutoff_potential(x):
    r = np.sqrt(x @ x + 0.01)
    return np.where(r < 1.5, 1.0 / r - 0.3, 0.0)


@label("jump", n=3)
def nearest_centre(x):
    centres = np.array([-1.0, 0.2, 1.4])
    return sum((v - centres[np.argmin(np.abs(centres - v))]) * 0.5 for v in x)


@label("jump", "zero gradient")
def quantised(x):
    return np.round(x * 4) / 4


@label("jump", "zero gradient", n=2)
def accuracy(x):
    return np.mean(x > 0.15)


@label("jump")
def wrapped_angle(x):
    return (x + 1.0) % 1.5


@label("jump", n=3)
def ranked(x):
    return np.argsort(x) @ x


@label("jump", low=0.0, high=4.0)
def table_lookup(x):
    return np.array([1.0, 4.0, 2.0, 8.0, 3.0])[int(x[0])] * x[0]


@label("jump", n=2)
def counted(x):
    return x.sum() * np.count_nonzero(x > -0.3)


@label("jump", n=2)
def binned(x):
    return np.digitize(x, [-0.5, 0.5]) @ x


@label("infinite slope", low=0.0, high=1.0, n=2)
def geometric_mean(x):
    return sqrt(x[0] * x[1])


@label("infinite slope", low=0.0, high=1.0)
def entropy(x):
    return -x * np.log(x)


@label("infinite slope", low=-1.0, high=1.0)
def angle_of(x):
    return np.arcsin(x) * 2


@label("infinite slope", low=0.0, high=3.0)
def fractional(x):
    return x**0.7


@label("pole", n=2)
def slope_of_line(x):
    return x[1] / (x[0] - 0.7)


@label("pole", low=-1.0, high=1.0)
def cotangent(x):
    return 1 / np.tan(x - 0.1)


@label("pole", n=4)
def inverse_entry(x):
    return np.linalg.inv(x.reshape(2, 2))[0, 1]


@label("pole", low=0.0, high=2.0)
def inverse_root(x):
    return 1 / np.sqrt(x)


@label("pole", n=3)
def standardised(x):
    return (x[0] ** 2 + 1.0) / x.var()


@label("nan", "infinite slope", low=-1.0, high=1.0)
def root_of_negative(x):
    return np.sqrt(x - 0.25)


@label("raises", "infinite slope", low=-1.0, high=1.0)
def checked_logarithm(x):
    return math.log(x[0])


@label("nan", low=-1.0, high=1.0)
def cardinal_sine(x):
    return np.sin(x) / x


@label("masked", low=-1.0, high=1.0, n=2)
def guarded_logarithm(x):
    return np.where(x > 0, x * x * np.log(np.where(x > -5, x, 1.0)), 0.0).sum()


@label("masked", low=-1.0, high=1.0)
def repaired(x):
    return np.nan_to_num(np.sqrt(x) * x * x)


@label("masked", low=-1.0, high=1.0, n=2)
def overwritten(x):
    y = np.sqrt(x) ** 5
    y[x < 0] = 0.0
    return y.sum()


@label("wrong gradient")
def through_float(x):
    scale = float(x[0] * 2)
    return x * scale


@label("wrong gradient", "zero gradient", n=2)
def through_text(x):
    return float(str(x[0])) + x[1]


@label("wrong gradient", "zero gradient", n=2)
def through_a_table(x):
    TABLE[1] = x[1]
    return TABLE.sum() + x[0]


TABLE = np.zeros(2)


@label(n=3)
def quadratic(x):
    return x @ np.array([[2.0, 0.3, 0.0], [0.3, 1.0, 0.1], [0.0, 0.1, 3.0]]) @ x


@label(n=3)
def log_sum_exp(x):
    m = x.max()
    return m + np.log(np.exp(x - m).sum())


@label(n=2)
def pseudo_huber(x):
    return (np.sqrt(1 + (x / 0.5) ** 2) - 1).sum()


@label()
def squared_hinge(x):
    return np.maximum(0, 1 - x) ** 2


@label()
def cubic_of_abs(x):
    return np.abs(x - 0.2) ** 3


@label(n=2)
def max_plus_min(x):
    return np.maximum(x[0], x[1]) + np.minimum(x[0], x[1])


@label(n=4)
def sum_of_sorted(x):
    return np.sort(x).sum() * np.tanh(x).mean()


@label(n=3)
def trace_by_eigenvalues(x):
    return np.linalg.eigvalsh(np.array([[x[0], x[1]], [x[1], x[2]]])).sum()


@label(low=-3.0, high=3.0)
def branching_softplus(x):
    v = x[0]
    return v + math.log1p(exp(-v)) if v > 0 else math.log1p(exp(v))


@label(n=2)
def guarded_division(x):
    ok = np.abs(x) > 0.5
    return np.where(ok, np.where(ok, x, 1.0) ** 2, x * x).sum()


@label(low=-4.0, high=4.0)
def bump(x):
    v = x[0]
    return math.exp(-1 / (1 - v * v)) if abs(v) < 0.9999 else 0.0


@label(n=2)
def printed(x):
    text = f"{x[0]:.2f} {float(x[1])}"
    assert text
    return x @ x


@label(n=2)
def accumulated(x):
    out = np.zeros(3)
    out[0] = x[0]
    for k in range(1, 3):
        out[k] = out[k - 1] * x[1] + 0.5
    return out.sum()


@label(low=0.5, high=3.0, n=2)
def positive_domain(x):
    return np.sqrt(x[0]) / x[1] + np.log(x).sum() + x[0] ** 0.3


@label(n=6)
def regularised_solve(x):
    a = x.reshape(2, 3)
    return np.linalg.solve(a @ a.T + np.eye(2), np.ones(2)).sum()


@label(n=40)
def many_inputs(x):
    return np.sum(x**2) + np.prod(np.cos(x))


@label("kink", n=30)
def many_inputs_with_a_kink(x):
    return np.maximum(x.sum() - 0.4, 0.0) + 0.1 * x @ x
