"""Demand under a tariff with a peak price, a free allowance and whole units. (scipy)"""

import numpy as np
from scipy.optimize import minimize

need = np.linspace(1.0, 2.0, 24)


def bill(load):
    peak = np.max(load)  # DIF903
    tiers = np.where(load > 1.5, 0.4 * load, 0.2 * load)  # DIF602
    excess = np.maximum(np.sum(load) - 30.0, 0.0)  # DIF209
    units = np.ceil(load[0]) * load[1]  # DIF108
    charge = 3.0 if load[2] > 2.0 else 0.0  # DIF601
    return peak + np.sum(tiers) + excess**2 + units + charge + np.sum((load - need) ** 2)


def total(load):
    return np.sum(load) / load[0] - 20.0  # DIF901


best = minimize(bill, need, method="SLSQP", constraints={"type": "eq", "fun": total})
