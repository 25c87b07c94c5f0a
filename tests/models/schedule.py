"""A maintenance plan: lateness, rounded crews, a logarithm inside its domain. (pyomo)"""

import pyomo.environ as pyo

m = pyo.ConcreteModel()
m.start = pyo.Var(bounds=(0, 20), initialize=5.0)
m.length = pyo.Var(bounds=(1, 8), initialize=2.0)
m.crews = pyo.Var(domain=pyo.NonNegativeIntegers, initialize=1)
m.late = pyo.Var(domain=pyo.NonNegativeReals, initialize=0.0)
m.due = pyo.Constraint(expr=m.late >= m.start + m.length - 12)
m.work = pyo.Constraint(expr=pyo.floor(m.length) * m.crews >= 6)  # DIF906
m.cost = pyo.Objective(expr=m.late + pyo.log(m.length) + 2.0 * m.crews + pyo.sqrt((m.start - 6.0) ** 2))  # DIF301
