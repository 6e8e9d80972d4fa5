"""Run lesson 24's pairs of PyTorch and JAX, and compare what they compute."""

import re
import textwrap
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

import jaxdigits as jd

torch: Any = pytest.importorskip("torch", reason='PyTorch: pip install -e ".[oracle]"')
LESSON = Path(__file__).parents[2] / "docs/lessons/24_from_pytorch.py"
TEXT = re.sub(r"^# ?", "", LESSON.read_text(encoding="utf-8"), flags=re.MULTILINE)
# Random numbers, and what needs a C++ compiler or a GPU, cannot be compared.
NOT_COMPARED = {
    *("torch.randn(784, 1)", "torch.manual_seed(0)"),
    *("torch.compile(f)", "torch.cuda.synchronize()"),
}


def names() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the names that the page's PyTorch and JAX code may use, with the same values."""
    x = np.array([[1.0, 4.0, 2.0], [3.0, 0.5, 6.0]], "float32")
    i = np.array([2, 0])

    def f(x):
        return (x**2).sum()

    def mnist_loss(logits, targets):
        p = logits.sigmoid()
        return torch.where(targets == 1, 1 - p, p).mean()

    theirs = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional, "f": f, "a": i.copy()}
    theirs |= {"x": torch.tensor(x), "i": torch.tensor(i), "mnist_loss": mnist_loss}
    theirs |= {name: getattr(torch.utils.data, name) for name in ("TensorDataset", "DataLoader")}
    ours = {"jax": jax, "jnp": jnp, "np": np, "optax": optax, "nnx": nnx, "jd": jd, "f": f}
    ours |= {"x": jnp.array(x), "i": jnp.array(i), "a": i.copy()}
    ours |= {"key": jax.random.key(0), "rngs": nnx.Rngs(0)}
    return theirs, ours


def value(code: str, space: dict[str, Any]) -> Any:
    """Return what an expression is, or what `x` is after a statement."""
    try:
        return eval(code, space)
    except SyntaxError:
        exec(code, space)
        return space["x"]


def comparable(result: Any) -> bool:
    return isinstance(result, (int, float, tuple, np.ndarray, jax.Array, torch.Tensor, nnx.Module))


def table_pairs() -> list[tuple[str, str]]:
    """Return the tables' code, each piece with its counterpart, where there are as many of both."""
    rows = [line.split(" | ") for line in TEXT.splitlines() if line.startswith("| `")]
    cells = [[re.findall(r"`([^`]+)`", cell) for cell in row[:2]] for row in rows]
    pairs = [pair for a, b in cells if len(a) == len(b) for pair in zip(a, b, strict=True)]
    return [pair for pair in pairs if "..." not in "".join(pair)]


def test_tables_pairs_compute_the_same():
    compared = []
    for their_code, our_code in table_pairs():
        if their_code in NOT_COMPARED:
            continue
        theirs, ours = names()
        try:
            pair = value(their_code, theirs), value(our_code, ours)
        except (NameError, SyntaxError):  # An excerpt, such as `lr_scheduler`
            continue
        if not comparable(pair[1]):
            continue
        if isinstance(pair[1], nnx.Module):
            images = np.ones((2, 9, 9, 8 if "Norm" in our_code else 1), "float32")
            outputs = pair[0](torch.tensor(images).permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
            pair = outputs.shape, pair[1](jnp.array(images)).shape
        assert np.shape(pair[0]) == np.shape(pair[1]), (their_code, our_code)
        assert np.allclose(pair[0], pair[1]), (their_code, our_code)
        compared.append(their_code)
    assert len(compared) >= 39, compared


def run_tabs(heading: str, **inputs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run the PyTorch and the JAX tab of a section; return the names of each."""
    theirs, ours = names()
    for name, array in inputs.items():
        theirs[name], ours[name] = torch.tensor(array), jnp.array(array)
    exec(tab(heading, "PyTorch"), theirs)
    exec(tab(heading, "JAX"), ours)
    return theirs, ours


def tab(heading: str, name: str) -> str:
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    code = re.search(rf'=== "{name}"\n\n    ```python\n(.*?)    ```', section, re.DOTALL)
    assert code
    return textwrap.dedent(code[1])


def close(theirs: Any, ours: Any) -> bool:
    return np.allclose(theirs.detach().numpy(), ours, atol=1e-5)


def examples(n: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    x = random.normal(size=(n, 784)).astype("float32")
    return {"x": x, "y": (x[:, :1] > 0).astype("float32")}


def test_arrays_tabs_agree():
    theirs, ours = run_tabs("Arrays")
    assert np.array_equal(theirs["b"], ours["b"])
    for name in "a", "tall", "turned", "one":
        assert theirs[name].flatten()[0] == 9 and ours[name].flatten()[0] == 1
    theirs["b"][0, 0] = 1
    for name in "a", "tall", "turned", "one", "mean", "shape", "large":
        assert np.array_equal(theirs[name], ours[name]), name


def test_gradients_tabs_agree_until_pytorch_adds():
    theirs, ours = run_tabs("Gradients")
    assert theirs["first"].tolist() == ours["first"].tolist() == [6, 8, 20]
    assert theirs["second"].tolist() == [12, 16, 40] and ours["second"].tolist() == [6, 8, 20]


def test_random_numbers_tabs_draw_different_numbers():
    for space in run_tabs("Random numbers"):
        assert space["a"].shape == space["b"].shape == (3,)
        assert space["a"].tolist() != space["b"].tolist()


def test_training_step_tabs_agree():
    theirs, ours = run_tabs("A training step")
    params = linear(theirs["model"])
    state = ours["optimizer"].init(params)
    for _ in range(2):
        x, y = examples(10).values()
        loss = theirs["step"](torch.tensor(x), torch.tensor(y))
        params, state, our_loss = ours["step"](params, state, x, y)
        assert np.isclose(loss, our_loss)
        assert close(theirs["model"].weight.T, params.w) and close(theirs["model"].bias, params.b)


def test_optimizer_tabs_agree():
    theirs, ours = names()
    x, y = examples(10).values()
    model = torch.nn.Linear(784, 1)
    start = linear(model)

    def loss(params, x, y):
        return jd.mnist_loss(jd.linear(params, x), y)

    exec(
        tab("An optimizer with options", "PyTorch"),
        theirs | {"model": model, "x": torch.tensor(x), "y": torch.tensor(y)},
    )
    ours |= {"params": start, "loss": loss, "x": jnp.array(x), "y": jnp.array(y)}
    exec(tab("An optimizer with options", "JAX"), ours)
    assert not close(model.weight.T, start.w)
    assert close(model.weight.T, ours["params"].w) and close(model.bias, ours["params"].b)


def linear(model: Any) -> jd.Linear:
    """Return a copy of a PyTorch layer's parameters."""
    weight, bias = (jnp.array(p.detach().numpy()) for p in (model.weight, model.bias))
    return jd.Linear(w=weight.T, b=bias)


def test_model_tabs_have_as_many_parameters():
    theirs, ours = run_tabs("A model", x=examples(5)["x"])
    flax = dict(ours)
    exec(tab("A model", "Flax"), flax)
    for space in theirs, ours, flax:
        assert (space["shape"], space["count"]) == ((5, 1), 23_581)


def test_convolution_tabs_agree():
    images = np.random.default_rng(0).random((4, 28, 28), "float32")
    theirs, ours = run_tabs("A convolution", images=images)
    conv = theirs["conv"]
    ours["conv"].kernel[...] = jnp.array(conv.weight.detach().permute(2, 3, 1, 0).numpy())
    ours["conv"].bias[...] = jnp.array(conv.bias.detach().numpy())
    code = tab("A convolution", "JAX")
    exec(code[code.index("norm =") :], ours)
    assert close(theirs["outputs"].permute(0, 2, 3, 1), ours["outputs"])
    assert close(theirs["norm"].running_mean, ours["norm"].mean[...])
    n = 4 * 14 * 14  # PyTorch's running variance divides by n - 1.
    variance = 0.9 + (theirs["norm"].running_var - 0.9) * (n - 1) / n
    assert close(variance, ours["norm"].var[...])


def test_data_loading_tabs_have_batches_of_the_same_shapes():
    theirs, ours = run_tabs("Data loading", **examples(600))
    assert theirs["shapes"] == ours["shapes"] == [(256, 784)] * 4
