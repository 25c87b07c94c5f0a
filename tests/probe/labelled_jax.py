"""Functions of JAX and the points they have, as their labels say. They import what user code imports."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from labels import labels

JAX, label = labels()
CENTRES = jnp.array([-1.0, 0.2, 1.4])


@label("infinite slope", "masked", n=2)
def masked_root(x):
    return jnp.where(x > 0, jnp.sqrt(x), 0.0).sum()


@label("masked")
def masked_quotient(x):
    return jnp.where(x == 0, 1.0, jnp.sin(x) / x).sum()


@label("infinite slope", n=2)
def root_of_relu(x):
    return jnp.sqrt(jax.nn.relu(x)).sum()


@label("kink", "masked", n=3)
def norm_at_zero(x):
    return jnp.linalg.norm(x)


@label("kink", n=2)
def rectified(x):
    return jax.nn.relu(x - 0.3).sum()


@label("kink")
def absolute(x):
    return jnp.abs(x - 0.4).sum()


@label("kink", n=2)
def larger(x):
    return jnp.maximum(x[0], 2 * x[1])


@label("kink", n=2)
def clipped(x):
    return jnp.clip(x, -1.0, 0.5).sum()


@label("kink", n=3)
def largest(x):
    return jnp.max(x)


@label("jump", "zero gradient", n=2)
def rounded(x):
    return jnp.round(3 * x) / 3


@label("jump", "zero gradient")
def sign_of(x):
    return jnp.sign(x - 0.2).sum()


@label("jump")
def floored(x):
    return (x - jnp.floor(x)).sum()


@label("jump", n=3)
def largest_place(x):
    return jnp.argmax(x) * x.sum()


@label("jump", low=0.0, high=3.9)
def whole(x):
    return x[0] * x.astype(int)[0]


@label("jump", n=2)
def share_above(x):
    return jnp.mean((x > 0.5).astype(jnp.float32)) + x.sum()


@label("wrong gradient", n=2)
def stopped(x):
    return (x * lax.stop_gradient(x)).sum()


@jax.custom_vjp
def straight_through(x):
    return jnp.round(x)


straight_through.defvjp(lambda x: (jnp.round(x), None), lambda _, cotangent: (cotangent,))


@label("jump", "wrong gradient", n=2)
def surrogate(x):
    return straight_through(x).sum()


@label("infinite slope", "nan")
def logarithm(x):
    return jnp.log(x).sum()


@label("infinite slope", low=-1.0, high=1.0)
def angle(x):
    return jnp.arccos(x).sum()


@label("pole", n=2)
def quotient(x):
    return x[0] / (x[0] - x[1])


@label("pole", n=2)
def reciprocal_root(x):
    return lax.rsqrt(jnp.sum(x * x))


@label("infinite slope", low=0.0)
def fractional_power(x):
    return (x**0.4).sum()


@label("kink", n=3)
def middle(x):
    return jnp.median(x)


@label("kink", n=3)
def two_best(x):
    return lax.top_k(x, 2)[0].sum()


@label("kink", n=3)
def weighted_order(x):
    return jnp.sort(x) @ jnp.array([1.0, 2.0, 4.0])


@label("jump")
def conditional(x):
    return lax.cond(x[0] > 0.3, lambda v: 2 * v, lambda v: v * v, x)


@label("kink")
def conditional_kink(x):
    return lax.cond(x[0] > 0.0, lambda v: 2 * v, lambda v: v * v, x)


@label("jump", "refused", low=0.5)
def doubling(x):
    return lax.while_loop(lambda s: s < 3.0, lambda s: 2 * s, x[0])


@label("kink", n=2)
def scanned(x):
    def step(carry, row):
        return jnp.maximum(carry, row) * 0.9, carry

    return lax.scan(step, 0.1, x)[0]


@label(n=2)
def looped(x):
    return lax.fori_loop(0, 4, lambda k, s: s + jnp.sin(s) * x[1], x[0])


@label("kink", n=2)
def compiled_inside(x):
    return jax.jit(lambda v: jnp.minimum(v, 0.7))(x).sum()


@label("kink", n=3)
def mapped_inside(x):
    return jax.vmap(lambda v: jnp.abs(v - 0.3) * 2)(x).sum()


@label("jump", "refused")
def python_branch(x):
    if x[0] > 0.3:
        return 2 * x[0]
    return x[0] ** 2


@label("kink", "refused")
def python_branches(x):
    if x[0] > 0.0:
        return x[0] if x[0] > -1.0 else x[0] * 5
    return x[0] * 3


@label("refused")
def compiled_branch(x):
    return jax.jit(lambda v: v if v > 0 else -v)(x[0])


@label("refused")
def branch_and_extraction(x):
    return float(x[0]) if x[0] > 0.3 else x[0]


@label("refused")
def extracted(x):
    return float(x[0]) * x[0]


@label("refused")
def converted(x):
    return jnp.sum(np.sin(x))


@label("jump", n=2)
def nearest(x):
    return sum(v - 0.5 * CENTRES[jnp.argmin(jnp.abs(CENTRES - v))] for v in x)


@label(n=3)
def softmax(x):
    return jax.nn.softmax(x)


@label(n=2)
def huber(x):
    return jnp.where(jnp.abs(x) < 1.0, 0.5 * x**2, jnp.abs(x) - 0.5).sum()


@label(n=2)
def double_where(x):
    positive = x > 0
    return jnp.where(positive, jnp.where(positive, x, 1.0) ** 2.5, 0.0).sum()


@label(n=3)
def log_sum(x):
    return jax.nn.logsumexp(x)


@label(n=2)
def stable_softplus(x):
    return jax.nn.softplus(x).sum()


@label(n=3)
def shifted(x):
    shift = lax.stop_gradient(jnp.max(x))
    return shift + jnp.log(jnp.sum(jnp.exp(x - shift)))


@label(n=2)
def rational(x):
    return x[0] / (1.0 + x[1] ** 2)


@label(n=2)
def unit(x):
    return x / jnp.sqrt(1.0 + x @ x)


@label("nan", n=3)
def absorbed_epsilon(x):
    return jnp.sqrt(jnp.mean(x * x) - jnp.mean(x) ** 2 + 1e-12)
