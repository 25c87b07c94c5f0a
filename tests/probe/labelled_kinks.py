"""Functions that are continuous with kinks. They import what user code imports."""

import math

import numpy as np
from labels import label
from numpy.linalg import norm


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


@label("kink", n=30)
def many_inputs_with_a_kink(x):
    return np.maximum(x.sum() - 0.4, 0.0) + 0.1 * x @ x


@label("kink", low=0.0, high=4.0)
def relu_tiny(x):
    return 1e-2 * np.maximum(x - 1.9, 0) + np.sin(x)


@label("kink", n=4)
def std(x):
    return x.std()


@label("kink", n=2)
def norm_floor(x):
    return np.maximum(np.linalg.norm(x), 0.5)


@label("kink", n=6)
def third_smallest(x):
    return np.partition(x, 2)[2]


@label("kink", n=6)
def ninth_decile(x):
    return np.quantile(x, 0.9) + 0.1 * x.sum()


@label("kink", n=4)
def specnorm(x):
    return np.linalg.norm(x.reshape(2, 2), 2)


@label("kink", n=4)
def nuclear_norm(x):
    return np.linalg.norm(x.reshape(2, 2), "nuc")


@label("kink")
def tent(x):
    return max(0.0, 1 - abs(x[0] - 0.1))


@label("kink")
def periodic_tri(x):
    return np.arcsin(np.sin(3 * x))


@label("kink", n=2)
def spread(x):
    return np.ptp(x)


@label("kink")
def two_pieces(x):
    return np.piecewise(x, [x < 0.5, x >= 0.5], [lambda v: v, lambda v: 0.5 + 3 * (v - 0.5)])


@label("kink", n=25)
def median_of_many(x):
    return np.median(x)


@label("kink", n=9)
def median_of_few(x):
    return np.median(x * np.arange(1, 10))


@label("kink", n=12)
def upper_half(x):
    return np.sort(x) @ np.r_[np.zeros(6), np.ones(6)]
