"""Tests of types: integers have no gradient, whoever asks for their type and however its name is compared."""

from __future__ import annotations

from marked import JAX, TORCH, marked

_NAMES = """
NAMES = {"int32": torch.int32, "float32": torch.float32}
PLAIN = {int: "int32", float: "float32"}


def name_of(dtype):
    dtype = PLAIN.get(dtype, dtype)
    if hasattr(dtype, "name"):
        dtype = dtype.name
    elif hasattr(dtype, "__str__") and "torch" in str(dtype):
        dtype = str(dtype).split(".")[-1]
    return dtype


def type_of(dtype):
    found = NAMES.get(name_of(dtype), None)
    if found is None:
        raise ValueError(dtype)
    return found
"""

_CASES = {
    "where a type is one of integers there is no gradient": f"""{TORCH}

def rounded(x: torch.Tensor):
    if x.dtype in (torch.int32, torch.int64):
        return torch.round(x * 2.0) / 3.0
    if x.dtype == torch.bool:
        return torch.round(x * 4.0) / 3.0
    return torch.round(x * 5.0) / 3.0  # error: DIF101
""",
    "where a type is one of fractions there is one": f"""{TORCH}

def rounded(x: torch.Tensor):
    if x.dtype == torch.float64:
        return torch.round(x * 2.0) / 3.0  # error: DIF101
    return torch.zeros(3)
""",
    "what is no fraction is an integer": f"""{TORCH}

def rounded(x: torch.Tensor):
    if not x.is_floating_point():
        return torch.round(x * 2.0) / 3.0
    return torch.round(x * 4.0) / 3.0  # error: DIF101


def stepped(x: torch.Tensor):
    if x.dtype.is_floating_point:
        return torch.round(x * 2.0) / 3.0  # error: DIF101
    return torch.round(x * 4.0) / 3.0
""",
    "a type is no type of integers as it was found to be none": f"""{TORCH}

def rounded(x: torch.Tensor):
    return torch.zeros(3) if x.dtype != torch.int32 else torch.round(x * 2.0) / 3.0


def stepped(x: torch.Tensor):
    return torch.zeros(3) if x.dtype == torch.int32 else torch.round(x * 2.0) / 3.0  # error: DIF101
""",
    "kinds of types": f"""{JAX}import numpy as np


def rounded(x: jax.Array):
    if jnp.issubdtype(x.dtype, jnp.integer) or np.issubdtype(x.dtype, np.bool_):
        return jnp.round(x * 2.0) / 3.0
    return jnp.round(x * 2.0) / 3.0  # error: DIF101


def stepped(x: jax.Array):
    if not jnp.issubdtype(x.dtype, jnp.floating):
        return jnp.round(x * 2.0) / 3.0
    return jnp.zeros(3)


def counted(x: jax.Array):
    if jnp.issubdtype(x.dtype, jnp.complexfloating):
        return jnp.round(x * 2.0) / 3.0  # error: DIF101
    return jnp.zeros(3)
""",
    "the name of a type as text": f"""{TORCH}{_NAMES}

def rounded(x: torch.Tensor, decimals=0):
    kind = name_of(x.dtype)
    if "int" in kind and decimals < 0:
        return torch.round(x * 2.0) / 3.0
    if "float" not in kind:
        return torch.round(x * 4.0) / 3.0
    return torch.round(x * 5.0) / 3.0  # error: DIF101
""",
    "the name of another array's type says nothing": f"""{TORCH}{_NAMES}

def rounded(x: torch.Tensor, y: torch.Tensor):
    if "int" in name_of(y.dtype):
        return torch.round(x * 2.0) / 3.0  # error: DIF101
    return torch.zeros(3)
""",
    "a helper that tells types apart": f"""{TORCH}

def is_integer(x):
    if not torch.is_floating_point(x) and not torch.is_complex(x):
        return True
    return False


def rounded(x: torch.Tensor):
    if is_integer(x):
        return torch.round(x * 2.0) / 3.0
    return torch.round(x * 4.0) / 3.0  # error: DIF101
""",
    "a type that is found by its name": f"""{TORCH}{_NAMES}

def cast(x, dtype):
    return x.to(type_of(dtype))


def whole(x: torch.Tensor):
    return torch.topk(cast(x, "int32"), 3)[1].to(torch.float32) * 2.0


def part(x: torch.Tensor):
    return torch.topk(cast(x, "float32"), 3)[1].to(torch.float32) * 2.0  # error: DIF105
""",
    "what was cast back from integers is alive where it was none": f"""{TORCH}

def rooted(x: torch.Tensor):
    if x.dtype == torch.int64:
        x = x.float()
    return torch.sqrt(x * x).sum()  # error: DIF301
""",
    "what a framework computed is an array of it": f"""{TORCH}import numpy as np


class Named:
    pass


def is_tensor(x):
    return isinstance(x, torch.Tensor)


def convert(x):
    if isinstance(x, Named):
        x = x.value
    if is_tensor(x):
        return x.to(torch.int32)
    return torch.as_tensor(np.array(x))


def place(x: torch.Tensor):
    return convert(torch.argmax(x, dim=0).view(-1))
""",
    "an object that is no type for all that is known may be one of integers": f"""{TORCH}import settings


def place(x: torch.Tensor):
    return torch.argmax(x, dim=0).to(settings.dtype)


def placed(x: torch.Tensor):
    return torch.argmax(x, dim=0).to(x.dtype)  # error: DIF105
""",
    "an argument that ranks as it came is data": f"""{TORCH}

class Picked(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def forward(self, x, mask):
        return self.layer(x)[mask.flatten().nonzero()]


class Sorted(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def forward(self, x, y):
        return y[self.layer(x).argsort()]  # error: DIF110
""",
    "what is cut is not lost further down as well": f"""{TORCH}

class Quantised(nn.Module):
    def __init__(self):
        super().__init__()
        self.codes = nn.Embedding(8, 3)

    def forward(self, z):
        q = self.codes(torch.argmin(torch.cdist(z, self.codes.weight), dim=1))
        return z + (q - z).detach()
""",
    "the rank of the events of a distribution is no value": f"""{TORCH}import pyro


def wrapped(fn, x):
    if fn.event_dim < 2:
        x = x * 2.0
    return torch.sin(x) * torch.exp(fn.scale)


def scaled(fn, x):
    if fn.scale < 2:  # error: DIF601
        x = x + 2.0
    return torch.sin(x) * torch.exp(fn.scale)
""",
    "a distribution is no array, nor is what left the framework": f"""{TORCH}

def spread(x: torch.Tensor):
    if isinstance(torch.distributions.Normal(x, 1.0), torch.Tensor):
        return x
    return torch.sqrt(x * x)  # error: DIF301


def left(x: torch.Tensor):
    if isinstance(x.numpy(), torch.Tensor):
        return x
    return torch.sqrt(x * x)  # error: DIF301


def kept(x: torch.Tensor):
    if isinstance(torch.sin(x), torch.Tensor):
        return x
    return torch.sqrt(x * x)
""",
    "what was found to be no array has no gradient of its own": f"""{TORCH}

def plain(x: float | torch.Tensor, w):
    if isinstance(x, torch.Tensor):
        return torch.sin(w)
    return torch.sin(w) + torch.full((3,), x * 2.0)


def asked(x: float | torch.Tensor, w):
    return torch.sin(w) + (torch.zeros(3) if torch.is_tensor(x) else torch.full((3,), x * 2.0))


def is_array(x):
    return isinstance(x, torch.Tensor)


def helped(x: float | torch.Tensor, w):
    if not (w is None or is_array(x)):
        return torch.sin(w) + torch.full((3,), x * 2.0)
    return torch.zeros(3)


def checked(x: float | torch.Tensor, w):
    y = x * 2.0
    assert not isinstance(x, (torch.Tensor, nn.Module))
    return torch.sin(w) + torch.full((3,), y)


def other(x: float | torch.Tensor, w):
    if isinstance(x, nn.Parameter):
        return torch.sin(w)
    return torch.sin(w) + torch.full((3,), x * 2.0)  # error: DIF507


def either(x: float | torch.Tensor, w, wanted: bool):
    if isinstance(x, torch.Tensor) and wanted:
        return torch.sin(w)
    return torch.sin(w) + torch.full((3,), x * 2.0)  # error: DIF507


def found(x: float | torch.Tensor, w):
    if isinstance(x, torch.Tensor):
        return torch.sin(w) + torch.full((3,), x * 2.0)  # error: DIF507
    return torch.sin(w)


def chosen(x: float | torch.Tensor, w, wanted: bool):
    total = torch.sin(x).sum() if wanted else 1.0
    if isinstance(total, torch.Tensor):
        return torch.sin(w)
    return torch.sin(w) + torch.full((3,), x * 2.0)  # error: DIF507
""",
    "what is no array may hold arrays": f"""{TORCH}

def entries(x):
    if isinstance(x, torch.Tensor):
        return x
    return torch.stack([torch.sqrt(part * part) for part in x])  # error: DIF301


def entry(x):
    if isinstance(x, torch.Tensor):
        return x
    return torch.sqrt(x["mean"] * x["mean"])  # error: DIF301


def joined(x):
    if isinstance(x, torch.Tensor):
        return x
    return torch.sqrt(torch.stack(x) ** 2)  # error: DIF301


def unpacked(x):
    if isinstance(x, torch.Tensor):
        return x
    first, second = x
    return torch.sqrt(first * first) + second  # error: DIF301


def field(x):
    if isinstance(x, torch.Tensor):
        return x
    return torch.sqrt(x.mean * x.mean)  # error: DIF301
""",
    "the checker of types is told of one": f"""{TORCH}from typing import cast


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)

    def forward(self, x):
        return cast(torch.Tensor, torch.sqrt(self.linear(x).square().sum(1)))  # error: DIF301


class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()

    def forward(self, x):
        return self.inner(x).sum()
""",
    "what is annotated as integers has no gradient": f"""{TORCH}from typing import Optional, Union


def score(hits: torch.LongTensor, misses: Optional["torch.LongTensor"] = None):
    share = torch.where(hits > 0, hits / (hits - misses), torch.zeros(1))
    return share.mean() + torch.round(misses * 0.5).sum()


def either(hits: Union[torch.LongTensor, torch.FloatTensor]):
    return torch.round(hits * 0.5).sum()  # error: DIF101
""",
}
test_types = marked(_CASES)
