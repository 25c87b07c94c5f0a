"""Flow through pipes: losses of either sign, a valve, a count of pumps. (pyomo)"""

import pyomo.environ as pyo

m = pyo.ConcreteModel()
m.I = pyo.RangeSet(3)
m.flow = pyo.Var(m.I, initialize=1.0)
m.head = pyo.Var(m.I, bounds=(0.0, 100.0))
m.speed = pyo.Var(bounds=(0.1, 2.0), initialize=1.0)


def loss(m, i):
    return m.head[i] == 0.3 * m.flow[i] * abs(m.flow[i])  # DIF209


def split(m):
    return m.flow[1] / m.flow[2] == 2.0  # DIF901


m.loss = pyo.Constraint(m.I, rule=loss)
m.split = pyo.Constraint(rule=split)
m.level = pyo.Constraint(expr=m.head[1] / m.speed == 40.0)
m.pumps = pyo.Constraint(expr=pyo.ceil(m.flow[3]) <= 4)  # DIF906
m.cost = pyo.Objective(expr=abs(m.flow[1] - 2.0) + m.speed**2 + pyo.sqrt(1.0 + m.flow[2] ** 2))  # DIF902
