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


@label("jump", "kink", low=0.5, high=3.0, n=3)
def pair_potential(x):
    r = np.abs(np.array([x[0] - x[1], x[1] - x[2], x[0] - x[2]])) + 0.3
    e = 4 * ((1 / r) ** 12 - (1 / r) ** 6)
    return np.where(r < 1.7, e, 0.0).sum()


@label("kink", low=0.0, high=4.0)
def relu_tiny(x):
    return 1e-2 * np.maximum(x - 1.9, 0) + np.sin(x)


@label("jump")
def small_jump(x):
    return np.where(x > 0.4, x + 1e-3, x)


@label("pole")
def tan_pole(x):
    return np.tan(x * 1.3)


@label("infinite slope", low=1.0, high=3.0)
def acosh(x):
    return np.arccosh(x)


@label("infinite slope", low=0.0, high=1.0)
def logit(x):
    return np.log(x / (1 - x))


@label("kink", n=4)
def std(x):
    return x.std()


@label("jump", n=3)
def cosine(x):
    return x @ np.array([1.0, 2.0, 3.0]) / np.linalg.norm(x)


@label("kink", n=2)
def norm_floor(x):
    return np.maximum(np.linalg.norm(x), 0.5)


@label("kink", n=6)
def third_smallest(x):
    return np.partition(x, 2)[2]


@label("kink", n=6)
def ninth_decile(x):
    return np.quantile(x, 0.9) + 0.1 * x.sum()


@label("jump", "zero gradient", n=2)
def heaviside_steps(x):
    return np.heaviside(x - 0.2, 0.5).sum()


@label("jump")
def fmod(x):
    return np.fmod(x, 0.8)


@label("kink", n=4)
def specnorm(x):
    return np.linalg.norm(x.reshape(2, 2), 2)


@label("kink", n=4)
def nuclear_norm(x):
    return np.linalg.norm(x.reshape(2, 2), "nuc")


@label("infinite slope", n=4)
def log_determinant(x):
    return np.linalg.slogdet(x.reshape(2, 2))[1]


@label("pole", n=4)
def inv_tr(x):
    return np.trace(np.linalg.inv(x.reshape(2, 2)))


@label("kink")
def tent(x):
    return max(0.0, 1 - abs(x[0] - 0.1))


@label("kink")
def periodic_tri(x):
    return np.arcsin(np.sin(3 * x))


@label("kink", n=2)
def spread(x):
    return np.ptp(x)


@label("jump", n=3)
def order_stat_idx(x):
    i = np.argsort(x)
    return float(i[0]) + x.sum()


@label("kink")
def two_pieces(x):
    return np.piecewise(x, [x < 0.5, x >= 0.5], [lambda v: v, lambda v: 0.5 + 3 * (v - 0.5)])


@label("jump")
def three_pieces(x):
    return np.select([x < -1, x < 1], [x, x + 0.5], default=x * 2)


@label("masked", low=-1, high=1)
def quotient_behind_a_mask(x):
    return np.where(x != 0, (1 - np.cos(x)) / x, 0.0)


@label("masked", low=-1, high=1, n=2)
def nansum(x):
    return np.nansum(np.sqrt(x) * x**2)


@label("nan", low=-1, high=1)
def expm1_div(x):
    return np.expm1(x) / x


@label("pole", low=-1, high=1)
def invsq(x):
    return 1 / (x - 0.2) ** 2


@label("infinite slope", low=-1, high=1)
def signed_sqrt(x):
    return np.sign(x) * np.sqrt(np.abs(x))


@label("jump")
def loop_count(x):
    v = x[0]
    n = 0
    while v < 1.0 and n < 10:
        v, n = v + 0.7, n + 1
    return v


@label("jump")
def dict_bucket(x):
    return {True: 1.0, False: -1.0}[bool(x[0] > 0.3)] * x[0]


@label("wrong gradient", "zero gradient", n=2)
def listcut(x):
    return sum(map(float, x)) * x[0]


@label()
def where_equal(x):
    return np.where(x > 0, x, x)


@label(n=3)
def softmax_entropy(x):
    p = np.exp(x - x.max())
    p = p / p.sum()
    return -(p * np.log(p)).sum()


@label(n=2)
def norm_sq(x):
    return np.linalg.norm(x) ** 2


@label()
def elu_c1(x):
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


@label(n=3)
def var(x):
    return x.var() + x.mean() ** 2


@label()
def branchy(x):
    if x[0] < 0:
        return -(x[0] ** 3)
    elif x[0] < 1:
        return x[0] ** 3
    return 3 * x[0] - 2 + 3 * (x[0] - 1) ** 2


@label(n=4)
def chol(x):
    a = x.reshape(2, 2)
    return np.linalg.cholesky(a @ a.T + np.eye(2)).sum()


@label(low=-5, high=5)
def sharp_tanh(x):
    return np.tanh(20 * x)


@label(low=0.1, high=9)
def loggamma(x):
    return math.lgamma(x[0]) + math.gamma(x[0] / 3)


@label(n=3)
def eig_fun(x):
    w, v = np.linalg.eigh(np.array([[x[0], x[1]], [x[1], x[2]]]))
    return ((v * np.exp(w)) @ v.T).sum()


@label(n=6)
def pinv(x):
    a = x.reshape(3, 2) * 0.2 + np.eye(3)[:, :2]
    return np.linalg.pinv(a).sum()


@label(n=2)
def fft(x):
    return (np.abs(np.fft.rfft(np.r_[x, 1.0, 2.0])) ** 2).sum()


@label("kink", n=25)
def median_of_many(x):
    return np.median(x)


@label("kink", n=9)
def median_of_few(x):
    return np.median(x * np.arange(1, 10))


@label("jump", n=12)
def fourth_position(x):
    return float(np.argsort(x)[3]) + x.sum()


@label("kink", n=12)
def upper_half(x):
    return np.sort(x) @ np.r_[np.zeros(6), np.ones(6)]
