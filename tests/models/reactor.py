"""A reactor in SX: saturation, a table of rates, a sign in the friction. (casadi, nlpsol)"""

import casadi as ca

state = ca.SX.sym("state", 3)
feed = ca.SX.sym("feed")
grid = [0.0, 1.0, 2.0, 4.0]
rates = [0.0, 0.4, 0.7, 0.9]


def balance(concentration, temperature):
    rate = ca.pw_lin(concentration, grid, rates)  # DIF208
    return ca.exp(-1.0 / (1.0 + temperature**2)) * rate


inflow = ca.fmin(ca.fmax(feed, 0.0), 2.0)  # DIF202
drag = ca.sign(state[2]) * state[2] ** 2  # DIF906
residual = ca.vertcat(balance(state[0], state[1]) - inflow, state[1] - 3.0, state[2] + drag)
problem = {"x": ca.vertcat(state, feed), "f": ca.sumsqr(state) + feed**2, "g": residual}
solver = ca.nlpsol("solver", "ipopt", problem)
