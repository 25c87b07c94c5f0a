"""A battery with losses in both directions, written with numpy on MX. (casadi)"""

import casadi as ca
import numpy as np

power = ca.MX.sym("power", 24)
price = np.linspace(0.1, 0.4, 24)

charge = ca.fmax(power, 0)  # DIF202
discharge = ca.fmin(power, 0)  # DIF202
stored = 5.0 + ca.cumsum(0.95 * charge + discharge / 0.9)
smooth = ca.sum1(np.sqrt(1.0 + power**2))
swing = ca.norm_1(ca.diff(power))  # DIF902
solver = ca.nlpsol("solver", "ipopt", {"x": power, "f": ca.dot(price, power) + swing + smooth, "g": stored})
