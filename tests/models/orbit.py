"""A transfer: distances, angles that wrap, a guarded root. (scipy)"""

import numpy as np
from scipy.optimize import minimize

goal = np.array([3.0, 1.0])


def effort(point):
    gap = point - goal
    distance = np.linalg.norm(gap)  # DIF302
    bearing = np.mod(point[0] * 0.5 + 2.0, 6.28)  # DIF107
    safe = np.sqrt(1e-6 + np.sum(gap**2))
    step = np.interp(point[1], [0.0, 1.0, 2.0], [0.0, 0.5, 0.7])  # DIF208
    return distance + bearing**2 + safe + step


best = minimize(effort, np.zeros(2), method="BFGS")
