"""Functions of torch with the points the probe must find in them; none says that it must find none."""

import torch
import torch.nn.functional as F
from labels import labels

TORCH, label = labels()


@label("infinite slope", "masked")
def where_nan(x):
    return torch.where(x > 0, torch.sqrt(x), torch.zeros_like(x)).sum()


@label("infinite slope", "masked", low=0.0)
def where_nan_at_the_edge(x):
    return torch.where(x > 0.0, x.sqrt(), 0.0).sum()


@label("masked")
def masked_fill_after_division(x):
    count = (x > 5).to(x.dtype).detach().sum()
    return (x / count).masked_fill(count == 0, 0.0).sum() + x.sum()


@label("infinite slope")
def sqrt_relu(x):
    return F.relu(x).sqrt().sum()


@label("kink", n=3)
def norm(x):
    return torch.linalg.vector_norm(x)


@label("kink", n=3)
def root_of_squares(x):
    return (x * x).sum().sqrt()


@label("kink")
def relu(x):
    return F.relu(x).sum()


@label("kink")
def absolute(x):
    return x.abs().sum()


@label("kink", n=3)
def largest(x):
    return x.max()


@label("kink", n=2)
def elementwise_maximum(x):
    return torch.maximum(x[0] * 2.0, x[1])


@label("kink")
def clamped(x):
    return torch.clamp(x, -0.5, 0.5).sum() + x.sum()


@label("jump", "zero gradient")
def rounded(x):
    return torch.round(x).sum()


@label("jump", "zero gradient")
def signs(x):
    return torch.sign(x).sum()


@label("jump")
def floors(x):
    return (x.floor() + x * x).sum()


@label("jump", "zero gradient")
def integers(x):
    return x.long().to(x.dtype).sum() * 1.0


@label("jump", "zero gradient", n=3)
def position_of_largest(x):
    return x.argmax().to(torch.float64)


@label("jump", n=3)
def selected_by_argmax(x):
    return x[(-x * x).argmax()] * 1.0


@label("jump", "zero gradient")
def comparison(x):
    return (x > 0.3).float().sum()


@label("jump", n=2)
def comparison_as_mask(x):
    return (x * (x > 0.3)).sum()


@label("wrong gradient")
def item_cut(x):
    return x.sum() * (x * x).sum().item()


@label("zero gradient", "wrong gradient")
def float_cut(x):
    return torch.tensor(float((x * x).sum()))


@label("wrong gradient")
def detached(x):
    return (x * x.detach()).sum()


@label("wrong gradient")
def data_of(x):
    return (x * x.data).sum()


@label("wrong gradient")
def without_gradient(x):
    with torch.no_grad():
        weight = torch.exp(x)
    return (weight * x).sum()


@label("wrong gradient", "zero gradient")
def all_without_gradient(x):
    with torch.no_grad():
        return torch.exp(x).sum()


@label("wrong gradient", n=2)
def rebuilt(x):
    scale = torch.tensor([x[0] * x[0], x[1]])
    return (scale * x).sum()


@label("wrong gradient", n=2)
def through_numpy(x):
    return (x * torch.from_numpy(x.detach().numpy() ** 2)).sum()


class Surrogate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, cotangent):
        return cotangent


@label("wrong gradient", "zero gradient")
def surrogate(x):
    return Surrogate.apply(x).sum()


class Cubed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, cotangent):
        (x,) = ctx.saved_tensors
        return 3 * x * x * cotangent


@label()
def right_surrogate(x):
    return Cubed.apply(x).sum()


@label("jump", "wrong gradient")
def straight_through(x):
    return (x + (torch.round(x) - x).detach()).sum()


@label("wrong gradient")
def hooked(x):
    y = x * x
    y.register_hook(lambda cotangent: cotangent * 0.5)
    return y.sum()


@label("pole", low=0.1)
def logarithm_of_difference(x):
    return torch.log(torch.abs(x - 1.0) + 0.0).sum() * 0.0 + (1.0 / (x - 1.0)).sum()


@label("infinite slope", low=0.0)
def logarithm(x):
    return torch.log(x).sum()


@label("infinite slope", low=-1.0, high=1.0)
def inverse_cosine(x):
    return torch.acos(x).sum()


@label("pole", n=2)
def division(x):
    return x[0] / (x[1] - 0.5)


@label("kink", n=3)
def median(x):
    return x.median()


@label("kink", n=4)
def two_largest(x):
    return x.topk(2).values.sum()


@label("kink", n=3)
def ordered(x):
    return (x.sort().values * torch.tensor([1.0, 2.0, 3.0])).sum()


@label("jump", n=3)
def ordered_by_another(x):
    return (x.argsort() * x).sum()


@label("kink")
def branch(x):
    if x.sum() > 0:
        return x.sum() * 2
    return -x.sum()


@label("jump")
def branch_with_a_jump(x):
    return x.sum() if x.sum() > 1 else x.sum() + 3


@label("raises")
def overwritten(x):
    y = torch.sigmoid(x)
    z = y * y
    y *= 2.0
    return z.sum()


@label("pole", n=4)
def inverse(x):
    return torch.linalg.inv(x.reshape(2, 2)).square().sum()


@label()
def written(x):
    out = torch.zeros_like(x)
    out[:1] = x[:1] * 2.0
    out += x * x
    return out.sum()


@label(n=3)
def softmax(x):
    return torch.softmax(x, -1)[0]


@label(n=3)
def masked_softmax(x):
    mask = torch.tensor([True, True, False])
    return torch.softmax(x.masked_fill(~mask, float("-inf")), -1)[0]


@label()
def huber(x):
    return F.huber_loss(x, torch.zeros_like(x))


@label()
def double_where(x):
    positive = x > 0
    safe = torch.where(positive, x, torch.ones_like(x))
    return torch.where(positive, safe.sqrt() * x * x, torch.zeros_like(x)).sum()


@label()
def root_with_eps(x):
    return ((x * x).sum() + 1e-2).sqrt()


@label()
def squared_relu(x):
    return F.relu(x).square().sum()


@label()
def stable(x):
    return F.softplus(x).sum() + F.logsigmoid(x).sum() + torch.logsumexp(x, 0)


@label(n=4)
def batch_norm(x):
    return (F.batch_norm(x.reshape(4, 1), None, None, training=True) ** 3).sum()


@label(n=3)
def constants(x):
    return (x.to(torch.float32) * torch.ones(3, dtype=torch.float32)).sum() * len(x)


@label(n=4)
def distances(x):
    return torch.cdist(x[None, :2], x[None, 2:] + 9.0).sum()
