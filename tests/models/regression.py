"""A robust fit: absolute residuals, a clipped weight, an order statistic. (scipy)"""

import numpy as np
from scipy.optimize import minimize

time = np.linspace(0.0, 4.0, 41)
seen = np.exp(-0.7 * time)


def residual(params):
    return params[0] * np.exp(-np.abs(params[1]) * time) - seen  # DIF201


def cost(params):
    r = residual(params)
    weight = np.clip(params[0], 0.5, 2.0)  # DIF204
    spread = np.median(r**2)  # DIF205
    return np.sum(np.abs(r)) + weight * spread + np.sum(np.abs(params) ** 2)  # DIF902


best = minimize(cost, np.array([1.0, 0.5]), method="BFGS")
