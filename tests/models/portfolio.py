"""A portfolio: costs of trading, a loss branch, terms that look like kinks and are none. (scipy)"""

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

held = np.array([0.2, 0.3, 0.5])
moves = np.array([[0.1, -0.2, 0.05], [-0.1, 0.3, 0.0]])


def cost(weights):
    gains = moves @ weights
    trade = np.sum(np.abs(weights - held))  # DIF902
    worst = logsumexp(-50.0 * gains) / 50.0
    if gains[0] < 0.0:  # DIF602
        worst = worst + gains[0] ** 2
    variance = np.abs(gains[1]) ** 2 + np.maximum(gains[1] ** 2, 0.0)
    floor = np.minimum(1.0 + gains[0] ** 2, 0.0)
    return 0.01 * trade + worst + variance + floor + np.abs(1.0 + gains[1] ** 2)


best = minimize(cost, held, method="L-BFGS-B")
