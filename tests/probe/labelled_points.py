"""Functions with jumps, poles and other points, as their labels say. They import what user code imports."""

import math
from math import sqrt

import numpy as np
from labels import label


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


@label("jump", "kink", low=0.5, high=3.0, n=3)
def pair_potential(x):
    r = np.abs(np.array([x[0] - x[1], x[1] - x[2], x[0] - x[2]])) + 0.3
    e = 4 * ((1 / r) ** 12 - (1 / r) ** 6)
    return np.where(r < 1.7, e, 0.0).sum()


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


@label("jump", n=3)
def cosine(x):
    return x @ np.array([1.0, 2.0, 3.0]) / np.linalg.norm(x)


@label("jump", "zero gradient", n=2)
def heaviside_steps(x):
    return np.heaviside(x - 0.2, 0.5).sum()


@label("jump")
def fmod(x):
    return np.fmod(x, 0.8)


@label("infinite slope", n=4)
def log_determinant(x):
    return np.linalg.slogdet(x.reshape(2, 2))[1]


@label("pole", n=4)
def inv_tr(x):
    return np.trace(np.linalg.inv(x.reshape(2, 2)))


@label("jump", n=3)
def order_stat_idx(x):
    i = np.argsort(x)
    return float(i[0]) + x.sum()


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


@label("jump", n=12)
def fourth_position(x):
    return float(np.argsort(x)[3]) + x.sum()
