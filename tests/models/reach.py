"""A trajectory: an actuator with a dead zone, a bound on its size, a peak. (casadi, Opti)"""

import casadi as ca

opti = ca.Opti()
x = opti.variable(2, 21)
u = opti.variable(1, 20)
limit = opti.parameter()

for k in range(20):
    drive = ca.if_else(u[k] > 0.1, u[k] - 0.1, 0.0)  # DIF905
    opti.subject_to(x[:, k + 1] == x[:, k] + 0.1 * ca.vertcat(x[1, k], drive))

opti.subject_to(ca.fabs(u) <= limit)  # DIF902
gap = ca.norm_2(x[:, 20])  # DIF904
peak = ca.fmax(x[0, 20], x[1, 20])  # DIF903
stage = ca.floor(x[0, 3])  # DIF906
opti.minimize(ca.sumsqr(u) + gap + peak + stage)
opti.solver("ipopt")
