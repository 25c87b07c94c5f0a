"""Repairs and ordinary training code met in the wild, told in short; marks as in test_points."""

from __future__ import annotations

from marked import JAX, TORCH, marked

KERAS = "import tensorflow as tf\nfrom tensorflow import keras\nfrom tensorflow.keras import layers\n"

CASES = {
    "what an array of positions counts to is a number of them": TORCH
    + """
def frequencies(t, dim, period=100.0):
    half = dim // 2
    scale = torch.exp(-period * torch.arange(half) / half)
    args = t[:, None].float() * scale[None]
    return torch.cat([torch.cos(args), torch.sin(args)], dim=-1)
""",
    "positions in jax, up to a multiple": JAX
    + """
def frequencies(t, dim):
    scale = jnp.exp(-jnp.arange(0, 2 * (dim // 4)) / (dim // 4))
    return jnp.cos(t[:, None] * scale[None])

def counts(x):
    return jnp.sum(x * jnp.floor(x) + jnp.sum(jnp.arange(3)))
""",
    "functions given to compile as metrics are none that training differentiates": KERAS
    + """
def soft(y_true, y_pred):
    return 1 - tf.reduce_mean(y_true * y_pred)

def f1(y_true, y_pred):
    hits = tf.reduce_sum(tf.round(y_true * y_pred))
    return hits / (tf.reduce_sum(tf.round(y_pred)) + 1e-7)

def train(x, masks):
    inp = keras.Input((64, 64, 1))
    net = keras.Model(inp, layers.Conv2D(1, 1, activation="sigmoid")(inp))
    net.compile("adam", loss=soft, metrics=[f1, "accuracy"])
    net.fit(x, masks)
""",
    "a metric that a loss calls is differentiated": KERAS
    + """
def f1(y_true, y_pred):
    hits = tf.reduce_sum(tf.round(y_true * y_pred))  # error: DIF101
    return hits / (tf.reduce_sum(y_true) + 1e-7)

def f1_loss(y_true, y_pred):
    return 1 - f1(y_true, y_pred)

METRICS = {"out": [f1]}

def train(net, x, masks):
    net.compile("adam", loss=f1_loss, metrics=METRICS)
    net.fit(x, masks)
""",
    "several losses of one model": KERAS
    + """
def count(y_true, y_pred):
    return tf.reduce_mean(tf.abs(y_true - tf.round(y_pred)))  # error: DIF101

def share(y_true, y_pred):
    return tf.reduce_mean(y_true * tf.round(y_pred))  # error: DIF101

def train(net, x, masks):
    net.compile("adam", loss={"mask": count, "edge": "mse"})
    net.compile("adam", loss=["mse", share])
    net.fit(x, masks)
""",
    "a summand that sees what is trained in steps only, whatever else it sees": TORCH
    + """
def total(pred, labels):
    hard = (torch.sigmoid(pred) > 0.5).float()  # error: DIF103
    return F.mse_loss(pred, labels) + 0.5 * (hard - labels).abs().mean()

def train(model, loader):
    opt = torch.optim.Adam(model.parameters())
    for x, y in loader:
        loss = total(model(x), y)
        loss.backward()
        opt.step()
""",
    "a summand of a loss module that sees predictions in steps only": TORCH
    + """
class Consistent(nn.Module):
    def __init__(self, parents):
        super().__init__()
        self.register_buffer("parents", parents)
        self.ce = nn.CrossEntropyLoss()

    def apart(self, coarse, fine):
        upper = torch.softmax(coarse, dim=1).argmax(dim=1)
        lower = torch.softmax(fine, dim=1).argmax(dim=1)
        wrong = (upper != lower).float()  # error: DIF103
        return torch.pow(3.0, wrong).sum()

    def forward(self, coarse, fine, labels):
        return self.ce(coarse, labels[0]) + self.ce(fine, labels[1]) + self.apart(coarse, fine)

class Refined(nn.Module):
    def forward(self, scores):
        peak = scores.sigmoid().argmax(dim=1)
        base = torch.floor(scores * 8)
        return 0.5 * peak + base / 8 + torch.tanh(scores[:, 0] - scores[:, 1])

class Counted(nn.Module):
    def forward(self, pred, target):
        weight = (target > 0).float()
        return F.l1_loss(pred, target) + 0.1 * weight.mean() - (target.argmax(1) == 3).float().sum()
""",
    "a parameter that only a comparison sees": TORCH
    + """
class Spread(nn.Module):
    def __init__(self):
        super().__init__()
        self.rate = nn.Parameter(torch.tensor(0.3))
        self.weight = nn.Parameter(torch.tensor(0.02))
        self.gate = nn.Linear(3, 3)

    def forward(self, contacts):
        chance = 1 - torch.exp(-F.softplus(self.rate) * contacts)
        caught = (chance > torch.rand(10)).float()  # error: DIF103
        return self.weight * caught.sum()

class Gated(Spread):
    def forward(self, x):
        keep = (self.gate(x) > 0).float()
        return (x * keep * self.weight * self.rate).sum()
""",
    "a latent variable that only a comparison with data sees": """
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist

def model(years, counts):
    early = numpyro.sample("early", dist.Exponential(1.0))
    late = numpyro.sample("late", dist.Exponential(1.0))
    switch = numpyro.sample("switch", dist.Uniform(1, 100))
    after = (years > switch).astype(jnp.float32)  # error: DIF103
    numpyro.sample("obs", dist.Poisson(early * (1 - after) + late * after), obs=counts)
""",
    "the logarithm of a share of a sum of probabilities": TORCH
    + """
class Aggregated(nn.Module):
    def forward(self, logits, counts):
        batch, h, w, classes = logits.shape
        prob = torch.softmax(logits.view(batch, h * w, classes), dim=-1)
        share = torch.sum(prob, dim=1) / (h * w)
        return -(torch.log(share) * counts).sum()  # error: DIF406

class Floored(nn.Module):
    def forward(self, logits, counts):
        batch, h, w, classes = logits.shape
        prob = torch.softmax(logits.view(batch, h * w, classes), dim=-1)
        share = torch.sum(prob + 1e-10, dim=1) / (h * w)
        return -(torch.log(share) * counts).sum()
""",
    "a gradient that is taken while another tape records": KERAS
    + """
class Critical(keras.Model):
    def __init__(self, critic, generator):
        super().__init__()
        self.critic = critic
        self.generator = generator

    def penalty(self, real, fake):
        mixed = real + 0.5 * (fake - real)
        with tf.GradientTape() as tape:
            tape.watch(mixed)
            score = self.critic(mixed, training=True)
        grads = tape.gradient(score, mixed)
        norm = tf.sqrt(tf.reduce_sum(tf.square(grads), axis=[1, 2, 3]))  # error: DIF301
        return tf.reduce_mean((norm - 1.0) ** 2)

    def train_step(self, real):
        with tf.GradientTape() as tape:
            fake = self.generator(real, training=True)
            cost = self.penalty(real, fake)
        grads = tape.gradient(cost, self.critic.trainable_variables)
        self.opt.apply_gradients(zip(grads, self.critic.trainable_variables))
        return {"cost": cost}
""",
    "gradients that nobody differentiates again": KERAS
    + """
def attack(model, image, label, eps=0.1):
    with tf.GradientTape() as tape:
        tape.watch(image)
        loss = keras.losses.mse(label, model(image))
    grad = tape.gradient(loss, image)
    scale = tf.sqrt(tf.reduce_sum(tf.square(grad)))
    return image + eps * tf.sign(grad) / scale
""",
    "a callable given to a constructor has weights where its result is differentiated at once": TORCH
    + """
class Learner:
    def __init__(self, critic, target, score):
        self.critic = critic
        self.target = target
        self.score = score
        self.spread = score(target)

    def update(self, batch):
        wanted = self.target(batch).detach()
        gap = self.critic(batch) - wanted
        loss = gap.pow(2).sum().sqrt()  # error: DIF301
        loss.backward()

    def weighed(self, batch):
        return self.spread.sqrt() * batch

    def shown(self, batch):
        gap = self.score(batch) - 1
        print(gap.pow(2).sum().sqrt())
""",
    "what a call of an optimiser states of the numbers that it varies": """
import numpy as np
from scipy.optimize import minimize

def bounded(theta, x, y):
    scale, width = theta
    return np.sum((np.sqrt(width) * scale / width * x - y) ** 2)

def started(theta, x, y):
    return np.sum((theta[0] * np.exp(-x / theta[2]) - y) ** 2)

def open_ended(theta, x, y):
    return np.sum((theta[0] * np.sqrt(theta[1]) - y) ** 2)  # error: DIF301

def unknown(theta, x, y):
    return np.sum((theta[0] / theta[1] * x - y) ** 2)  # error: DIF303

def both(theta, x, y):
    return np.sum((theta[0] / theta[1] * x - y) ** 2)  # error: DIF303

def fit(x, y, start):
    minimize(bounded, start, args=(x, y), bounds=[(0, 10), (0.1, None)])
    minimize(started, np.array([1.0, 2.0, 3.0]), args=(x, y))
    minimize(open_ended, [1.0, 2.0], args=(x, y), bounds=[(0, None), (0, 1)])
    minimize(unknown, start, args=(x, y))
    minimize(both, [1.0, 2.0], args=(x, y))
    minimize(both, [1.0, 0.0], args=(x, y))
""",
    "positions that what is trained decides": TORCH
    + """
class Pooled(nn.Module):
    def __init__(self, length):
        super().__init__()
        self.span = nn.Parameter(torch.tensor(16.0))
        self.length = length
        self.proj = nn.Linear(32, 32)

    def forward(self, x, n):
        width = int(self.span.clamp(1, 64).item())  # error: DIF503
        kept = self.proj(x)[:, -width:]
        return kept[:, : n // 2].mean(1) + kept[:, : self.length].mean(1)
""",
    "shifts and bounds in an objective": """
import numpy as np
from scipy.optimize import minimize

def shifted(theta, signal, wanted):
    delay = int(theta[1] * 100)  # error: DIF104
    return np.sum((theta[0] * np.roll(signal, delay) - wanted) ** 2)

def cropped(theta, signal, wanted):
    stop = int(theta[1])  # error: DIF104
    return np.sum((theta[0] * signal[:stop].mean() - wanted) ** 2)

def plain(theta, signal, wanted):
    n = len(theta) // 2
    return np.sum((theta[:n].sum() * np.roll(signal, n) - theta[n:].sum()) ** 2)

def fit(signal, wanted):
    minimize(shifted, [1.0, 0.5], args=(signal, wanted))
    minimize(cropped, [1.0, 5.0], args=(signal, wanted))
    minimize(plain, [1.0, 5.0], args=(signal, wanted))
""",
    "only what is called where a derivative is differentiated needs a second one": TORCH
    + """
class Distance(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x, y):
        return torch.norm(self.fc(x) - y, dim=1), torch.cdist(self.fc(x), y)

class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x, scale=1.0):
        return scale * torch.norm(self.fc(x), dim=1)  # error: DIF302

def penalty(critic, real, fake):
    mixed = (0.5 * real + 0.5 * fake).requires_grad_(True)
    score = critic(mixed)
    grads = torch.autograd.grad(score.sum(), mixed, create_graph=True)[0]
    return ((grads.norm(2, dim=1) - 1) ** 2).mean()
""",
    "noise that a uniform draw of zero makes infinite": TORCH
    + """
def perturbed(scores):
    noise = torch.rand_like(scores)
    noise = -torch.log(-torch.log(noise))  # error: DIF304
    return torch.softmax(F.softplus(scores) + noise, -1)

def floored(scores, eps=1e-8):
    noise = torch.rand(scores.shape).clamp(eps, 1.0)
    more = -torch.log(-torch.log(torch.rand_like(scores) + eps) + eps)
    return torch.softmax(F.softplus(scores) - torch.log(-torch.log(noise)) + more, -1)

def bounded(scores):
    noise = torch.empty_like(scores).uniform_(1e-6, 1.0)
    return torch.softmax(F.softplus(scores) - torch.log(-torch.log(noise)), -1)

def from_ones(scores):
    noise = torch.log(1 - torch.rand_like(scores))
    return torch.softmax(F.softplus(scores) * noise, -1)
""",
}

test_recall = marked(CASES)
