"""Blending with a quality premium: a conditional price and a smooth penalty. (pyomo)"""

import pyomo.environ as pyo


def build(target=0.5):
    m = pyo.ConcreteModel()
    m.K = pyo.Set(initialize=["a", "b", "c"])
    m.share = pyo.Var(m.K, domain=pyo.NonNegativeReals, initialize=0.3)
    m.quality = pyo.Var(initialize=0.4)
    m.whole = pyo.Constraint(expr=sum(m.share[k] for k in m.K) == 1)

    @m.Constraint(m.K)
    def rich(m, k):
        return m.share[k] * abs(m.quality - target) <= 0.2  # DIF201

    @m.Objective()
    def cost(m):
        premium = pyo.Expr_if(m.quality >= 0.6, 2 * m.quality, 1.2)  # DIF905
        return premium + sum(abs(m.share[k]) for k in m.K) + pyo.exp(m.quality)

    return m


model = build()
