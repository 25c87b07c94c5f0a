"""Functions without any point to report. They import what user code imports."""

import math
from math import exp

import numpy as np
from labels import label


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
