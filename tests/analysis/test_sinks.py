"""Sources and sinks of the packages around torch, jax, tensorflow, numpy and scipy; marks as in test_points."""

from __future__ import annotations

from marked import marked

CASES = {
    "autograd differentiates numpy": """
import autograd.numpy as np
from autograd import elementwise_grad, grad

def loss(w, x):
    return np.sum(np.sqrt(np.maximum(np.dot(x, w), 0.0)))  # error: DIF404

def stepped(w):
    return np.sum(np.round(w) ** 2)  # error: DIF101

gradients = grad(loss), elementwise_grad(stepped)
""",
    "autograd's arrays are no foreign ones": """
import autograd.numpy as np
from autograd import grad

def loss(w):
    return (np.exp(w) * w).sum().reshape(())

gradient = grad(loss)
""",
    "scipy: derivative-free searches are no sinks, quasi-Newton methods are": """
import numpy as np
from scipy.optimize import brute, differential_evolution, minimize, minimize_scalar

def free(x):
    return np.sum(np.floor(x) ** 2)

differential_evolution(free, [(0, 1)])
brute(free, [(0, 1)])
minimize_scalar(free)
minimize(free, [1.0], method="Nelder-Mead")

def smooth(x):
    return np.sum(np.floor(x) ** 2)  # error: DIF101

minimize(smooth, [1.0], method="BFGS")
""",
    "a tape is a sink of what it differentiates": """
import tensorflow as tf

w = tf.Variable(tf.zeros(3))

def train(x, y):
    with tf.GradientTape() as tape:
        p = tf.sigmoid(tf.linalg.matvec(x, w))
        loss = tf.reduce_mean(tf.round(p) - y)  # error: DIF101
    return tape.gradient(loss, [w])

def slope(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sqrt(tf.reduce_sum(x * x))  # error: DIF301
    return tape.gradient(y, x)
""",
    "keras: a loss given to compile is differentiated in the prediction": """
import tensorflow as tf
from tensorflow import keras

def distance(y_true, y_pred):
    wanted = tf.cast(y_true, tf.int32)
    return tf.sqrt(tf.reduce_sum(tf.square(tf.cast(wanted, tf.float32) - y_pred), -1))  # error: DIF301

class Distance(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return keras.ops.sqrt(keras.ops.sum(keras.ops.square(y_true - y_pred), -1))  # error: DIF301

model = keras.Sequential([keras.layers.Dense(3)])
model.compile("adam", loss=distance)
""",
    "lightning differentiates what training_step returns": """
import pytorch_lightning as pl
from torch import nn

class Model(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(3, 3)

    def training_step(self, batch, index):
        x, y = batch
        loss = (self.net(x).argmax(-1) - y).float().pow(2).mean()  # error: DIF105
        self.log("loss", loss.detach())
        return loss

    def validation_step(self, batch, index):
        x, y = batch
        self.log("accuracy", (self.net(x).argmax(-1) == y).float().mean())
""",
    "a sampling statement differentiates its density": """
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist

def model(x, y=None):
    w = numpyro.sample("w", dist.Normal(0.0, 1.0))
    mean = jnp.round(w * x)  # error: DIF101
    numpyro.sample("y", dist.Normal(mean, 1.0), obs=y)

def smooth(x, y=None):
    w = numpyro.sample("w", dist.Normal(0.0, 1.0))
    numpyro.sample("y", dist.Normal(w * x, jnp.exp(w)), obs=y)
""",
    "a constrained parameter is positive": """
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
from numpyro.distributions import constraints

def guide(x, y=None):
    scale = numpyro.param("scale", jnp.ones(3), constraint=constraints.positive)
    free = numpyro.param("free", jnp.zeros(3))
    numpyro.sample("w", dist.Normal(0.0, 1.0 / scale))
    numpyro.sample("v", dist.Normal(0.0, 1.0 / free))  # error: DIF303
""",
    "pyro does, too": """
import pyro
import pyro.distributions as dist
import torch

def model(data):
    z = pyro.sample("z", dist.Normal(torch.zeros(3), torch.ones(3)))
    scale = torch.sqrt((z**2).sum())  # error: DIF301
    with pyro.plate("data", 3):
        pyro.sample("x", dist.Normal(0.0, scale), obs=data)
""",
    "distributions: a reparameterised draw is alive": """
from torch import nn
from torch.distributions import Normal, kl_divergence

class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(3, 3)

    def forward(self, x):
        h = self.net(x)
        q = Normal(h, h.sigmoid())
        return q.log_prob(q.rsample()).sum() + kl_divergence(q, Normal(0.0, 1.0)).sum()
""",
    "kernels and solvers of jax differentiate what they are given": """
import blackjax
import jax.numpy as jnp
import jaxopt

def density(x):
    return -jnp.sum(jnp.floor(x) ** 2)  # error: DIF101

def length(x):
    return jnp.linalg.norm(x)  # error: DIF302

def walked(x):
    return -jnp.sum(jnp.where(x > 0, 1.0, 0.0) * 3.0)

kernels = blackjax.nuts(density, step_size=0.1), blackjax.rmh(walked), jaxopt.LBFGS(fun=length)
""",
    "a function of the module may overwrite its argument": """
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(3))

    def forward(self, x):
        y = torch.exp(self.weight * x)
        torch.clamp_(y, min=0.1)  # error: DIF508
        return y.log().sum()
""",
    "a loss that a model is compiled with": """
import numpy as np
import tensorflow as tf
from tensorflow import keras

def positions(y_true, y_pred):
    return tf.reduce_mean((y_true - tf.cast(tf.argmax(y_pred, -1), tf.float32)) ** 2)  # error: DIF105

def outside(y_true, y_pred):
    return tf.reduce_mean((y_true - y_pred.numpy()) ** 2)  # error: DIF505

def foreign(y_true, y_pred):
    return tf.reduce_mean(np.abs(y_true - y_pred))  # error: DIF506

def called(y_true, y_pred):
    return tf.numpy_function(np.subtract, [y_true, y_pred], tf.float32)  # error: DIF801

def traced(y_true, y_pred):
    return tf.py_function(lambda a, b: tf.reduce_mean((a - b) ** 2), [y_true, y_pred], tf.float32)

def accuracy(y_true, y_pred):
    return tf.reduce_mean(tf.cast(y_true == tf.round(y_pred), tf.float32))

model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", loss=positions, metrics=[accuracy])
model.compile("adam", loss=outside)

def build(model):
    model.compile("adam", loss=foreign)
    model.compile("adam", loss=called)
    model.compile("adam", loss=traced)
""",
}

test_case = marked(CASES)
