"""The small network, against one written out in NumPy, and one in PyTorch, if it is installed."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from jaxdigits.convnets import SmallConvNet, functional
from jaxdigits.losses import cross_entropy_loss


def convolve(images, kernel, stride):
    """A convolution by the book: at each place, the sum over the window."""
    taps = len(kernel)
    sides = (taps // 2, taps // 2)
    padded = np.pad(images, ((0, 0), sides, sides, (0, 0)))
    places = range(0, images.shape[1], stride)
    rows = []
    for y in places:
        windows = [padded[:, y : y + taps, x : x + taps] for x in places]
        rows.append([np.einsum("nijc,ijcf->nf", window, kernel) for window in windows])
    return np.moveaxis(np.array(rows), 2, 0)


def oracle(params, state, images, training):
    """Logits and new running statistics, in float64."""
    params, state = jax.tree.map(lambda a: np.asarray(a, np.float64), (params, state))
    x, new_state = np.asarray(images, np.float64)[..., None], {"layers": {}}
    for layer in range(len(params["layers"])):
        weights, norm = params["layers"][layer], state["layers"][layer]["norm"]
        x = convolve(x, weights["conv"]["kernel"], stride=2 if layer < 3 else 1)
        mean, var = norm["mean"], norm["var"]
        if training:
            mean, var = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
            # Flax's running variance is that of the batch; PyTorch's is n / (n - 1) times it.
            running = {
                "mean": 0.9 * norm["mean"] + 0.1 * mean,
                "var": 0.9 * norm["var"] + 0.1 * var,
            }
            new_state["layers"][layer] = {"norm": running}
        x = (x - mean) / np.sqrt(var + 1e-5) * weights["norm"]["scale"] + weights["norm"]["bias"]
        x = np.maximum(x, 0)
    head = params["head"]
    return x.max(axis=(1, 2)) @ head["kernel"] + head["bias"], new_state


@pytest.fixture(scope="module")
def network():
    """A network with four layers whose scales, biases and statistics are nothing special."""
    model, params, state = functional(SmallConvNet(channels=(4, 6, 8, 16), rngs=nnx.Rngs(0)))
    rng = np.random.default_rng(0)
    params, state = jax.tree.map(
        lambda a: a * jnp.asarray(rng.uniform(0.5, 2, a.shape), jnp.float32) + 0.1, (params, state)
    )
    images = jnp.asarray(rng.uniform(size=(3, 28, 28)), jnp.float32)
    return model, params, state, images


@pytest.fixture(scope="module")
def trained(network):
    """Logits and new state in training, and the gradient of the sum of all logits' squares."""
    model, params, state, images = network

    def loss(params):
        logits, new_state = model(params, state, images, True)
        return (logits**2).sum(), (logits, new_state)

    # One program, because it takes long to compile.
    gradient, (logits, new_state) = jax.jit(jax.grad(loss, has_aux=True))(params)
    return logits, new_state, gradient


def test_small_network_evaluating_agrees_with_numpy(network):
    model, params, state, images = network
    logits, _ = jax.jit(model, static_argnums=3)(params, state, images, False)
    expected, _ = oracle(params, state, images, training=False)
    np.testing.assert_allclose(logits, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


def test_small_network_training_agrees_with_numpy(network, trained):
    _, params, state, images = network
    logits, new_state, _ = trained
    expected, expected_state = oracle(params, state, images, training=True)
    np.testing.assert_allclose(logits, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())
    jax.tree.map(
        lambda a, e: np.testing.assert_allclose(a, e, rtol=1e-4, atol=1e-5),
        new_state,
        expected_state,
    )


def test_small_network_gradient_agrees_with_finite_differences(network, trained):
    _, params, state, images = network
    gradient = jax.tree.map(lambda a: np.asarray(a, np.float64), trained[2])
    start = jax.tree.map(lambda a: np.asarray(a, np.float64), params)
    rng = np.random.default_rng(2)
    direction = jax.tree.map(lambda a: rng.normal(size=a.shape), start)
    ahead, behind = (
        jax.tree.map(lambda a, d, h=h: a + h * d, start, direction) for h in (1e-6, -1e-6)
    )
    difference = sum(
        sign * (oracle(at, state, images, training=True)[0] ** 2).sum()
        for sign, at in ((1, ahead), (-1, behind))
    )
    slope = sum(jax.tree.leaves(jax.tree.map(lambda g, d: (g * d).sum(), gradient, direction)))
    np.testing.assert_allclose(slope, difference / 2e-6, rtol=1e-3)


def torch_network(params):
    """The same network as PyTorch's modules, in float64."""
    import torch  # pyright: ignore[reportMissingImports]

    layers, channels = [], 1
    for number, held in params["layers"].items():
        taps, _, _, features = held["conv"]["kernel"].shape
        stride = 2 if number < 3 else 1
        conv = torch.nn.Conv2d(channels, features, taps, stride, taps // 2, bias=False)
        conv.weight.data = torch.tensor(np.asarray(held["conv"]["kernel"]).transpose(3, 2, 0, 1))
        norm = torch.nn.BatchNorm2d(features)
        norm.weight.data = torch.tensor(np.asarray(held["norm"]["scale"]))
        norm.bias.data = torch.tensor(np.asarray(held["norm"]["bias"]))
        layers += [conv, norm, torch.nn.ReLU()]
        channels = features
    head = torch.nn.Linear(channels, 10)
    head.weight.data = torch.tensor(np.asarray(params["head"]["kernel"]).T)
    head.bias.data = torch.tensor(np.asarray(params["head"]["bias"]))
    end = torch.nn.AdaptiveMaxPool2d(1), torch.nn.Flatten(), head
    return torch.nn.Sequential(*layers, *end).double()


def test_small_network_training_agrees_with_pytorch(network):
    torch: Any = pytest.importorskip("torch", reason='PyTorch: pip install -e ".[oracle]"')
    model, params, state, images = network
    labels = jnp.arange(len(images))
    state = jax.tree.map(jnp.zeros_like, state)  # What PyTorch's running means start from.

    def loss(params, state, images):
        logits, new_state = model(params, state, images, True)
        return cross_entropy_loss(logits, labels), (logits, new_state)

    with jax.enable_x64(True), jax.numpy_dtype_promotion("standard"):
        to_float64 = partial(jax.tree.map, lambda array: jnp.asarray(array, jnp.float64))
        gradients, (logits, new_state) = jax.jit(jax.grad(loss, has_aux=True))(
            *to_float64((params, state, images))
        )

    theirs: Any = torch_network(params)
    expected = theirs(torch.tensor(np.asarray(images, np.float64))[:, None])
    torch.nn.functional.cross_entropy(expected, torch.tensor(np.asarray(labels)).long()).backward()

    def close(actual, tensor):
        tensor = tensor.detach().numpy()
        np.testing.assert_allclose(actual, tensor, rtol=0, atol=1e-9 * np.abs(tensor).max())

    close(logits, expected)
    for number, held in gradients["layers"].items():
        conv, norm = theirs[3 * number], theirs[3 * number + 1]
        close(held["conv"]["kernel"], conv.weight.grad.permute(2, 3, 1, 0))
        close(held["norm"]["scale"], norm.weight.grad)
        close(held["norm"]["bias"], norm.bias.grad)
        close(new_state["layers"][number]["norm"]["mean"], norm.running_mean)
    close(gradients["head"]["kernel"], theirs[-1].weight.grad.T)
    close(gradients["head"]["bias"], theirs[-1].bias.grad)


@pytest.mark.parametrize(
    ("options", "count"), [({}, 136_882), ({"channels": (24, 48, 64)}, 39_538)]
)
def test_small_network_has_the_number_of_parameters_promised(options, count):
    params = nnx.eval_shape(lambda: nnx.state(SmallConvNet(**options, rngs=nnx.Rngs(0)), nnx.Param))
    assert sum(leaf.size for leaf in jax.tree.leaves(params)) == count


def test_small_network_with_five_convolutions_has_a_stride_of_2_in_three():
    network = nnx.eval_shape(lambda: SmallConvNet(channels=(1,) * 5, rngs=nnx.Rngs(0)))
    assert [layer.conv.strides for layer in network.layers] == [(2, 2)] * 3 + [(1, 1)] * 2


def test_small_network_kernels_have_the_standard_deviation_of_he():
    _, params, _ = functional(SmallConvNet(channels=(24, 96), rngs=nnx.Rngs(0)))
    kernel = np.asarray(params["layers"][1]["conv"]["kernel"])
    # 20,736 numbers: the standard deviation is known to half a percent.
    np.testing.assert_allclose(kernel.std(), (2 / (3 * 3 * 96)) ** 0.5, rtol=0.02)
    assert abs(kernel.mean()) < 0.001


def test_small_network_same_seed_same_parameters():
    first, again, other = (
        functional(SmallConvNet(channels=(4, 4), rngs=nnx.Rngs(seed)))[1] for seed in (0, 0, 1)
    )
    same = [
        jax.tree.leaves(jax.tree.map(lambda a, b: bool((a == b).all()), first, params))
        for params in (again, other)
    ]
    assert all(same[0]) and not all(same[1])


def test_small_network_wrong_arguments_raises():
    with pytest.raises(ValueError, match="channels is empty"):
        SmallConvNet(channels=(), rngs=nnx.Rngs(0))
    network = SmallConvNet(channels=(4,), rngs=nnx.Rngs(0))
    with pytest.raises(TypeError, match=r"images is uint8\[2, 28, 28\].*to_float"):
        network(jnp.zeros((2, 28, 28), jnp.uint8))
    with pytest.raises(TypeError, match=r"images is float\d\d\[2, 784\]"):
        network(jnp.zeros((2, 784)))
