"""ResNet-18, against one written in PyTorch, where it is installed."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from jaxdigits.convnets import ResNet18, functional
from jaxdigits.convnets.resnet import Block
from jaxdigits.losses import cross_entropy_loss


def torch_network(stages, widths, num_classes):
    """The same architecture, independently: modules in the order in which ours hold them."""
    from torch import nn  # pyright: ignore[reportMissingImports]

    def conv_norm(channels, features, taps, stride):
        conv = nn.Conv2d(channels, features, taps, stride, taps // 2, bias=False)
        return nn.Sequential(conv, nn.BatchNorm2d(features))

    class Block(nn.Module):
        def __init__(self, channels, features, stride):
            super().__init__()
            self.first = conv_norm(channels, features, 3, stride)
            self.second = conv_norm(features, features, 3, 1)
            self.around = (
                conv_norm(channels, features, 1, stride)
                if stride != 1 or channels != features
                else nn.Identity()
            )

        def forward(self, x):
            return (self.second(self.first(x).relu()) + self.around(x)).relu()

    layers, channels = [], widths[0]
    for stage, (num_blocks, width) in enumerate(zip(stages, widths, strict=True)):
        for block in range(num_blocks):
            layers.append(Block(channels, width, 2 if stage and not block else 1))
            channels = width
    return nn.Sequential(
        conv_norm(1, widths[0], 7, 2),
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2, padding=1),
        *layers,
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(channels, num_classes),
    )


def pairs(params, state, network: Any) -> Iterator[tuple[Any, Any, tuple[int, ...]]]:
    """Yield (our array, PyTorch's tensor, its axes in our order) for all parameters and buffers."""

    def conv_norm(ours, statistics, theirs):
        conv, norm = theirs
        yield ours["conv"]["kernel"], conv.weight, (2, 3, 1, 0)
        yield ours["norm"]["scale"], norm.weight, (0,)
        yield ours["norm"]["bias"], norm.bias, (0,)
        yield statistics["norm"]["mean"], norm.running_mean, (0,)
        yield statistics["norm"]["var"], norm.running_var, (0,)

    yield from conv_norm(params["stem"], state["stem"], network[0])
    for number, block in params["blocks"].items():
        for part in block:
            theirs = getattr(network[3 + number], part)
            yield from conv_norm(block[part], state["blocks"][number][part], theirs)
    yield params["head"]["kernel"], network[-1].weight, (1, 0)
    yield params["head"]["bias"], network[-1].bias, (0,)


def close(actual, expected):
    """Equal up to rounding, relative to the largest entry."""
    expected = expected.detach().numpy()
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize(
    ("stages", "widths", "size"),
    [
        pytest.param((2, 2, 2, 2), (64, 128, 256, 512), 28, id="ResNet-18", marks=pytest.mark.slow),
        pytest.param((1, 2), (16, 24), 33, id="narrow, odd size"),
    ],
)
def test_resnet_outputs_gradients_and_statistics_agree_with_pytorch(stages, widths, size):
    torch = pytest.importorskip("torch")
    model, params, state = functional(ResNet18(stages=stages, widths=widths, rngs=nnx.Rngs(0)))
    network = torch_network(stages, widths, 10).double()
    seen = {}
    for norm in network.modules():
        if isinstance(norm, torch.nn.BatchNorm2d):
            norm.register_forward_pre_hook(
                lambda norm, args: seen.update({norm.running_var: args[0][:, 0].numel()})
            )
    for array, tensor, axes in pairs(params, state, network):
        tensor.data = torch.tensor(np.asarray(array).transpose(np.argsort(axes))).double()
    rng = np.random.default_rng(0)
    images, labels = rng.uniform(size=(3, size, size)), rng.integers(10, size=3)

    @jax.jit
    def run(params, state, images, labels):
        def loss(params):
            logits, new_state = model(params, state, images, training=True)
            return cross_entropy_loss(logits, labels), (logits, new_state)

        gradients, (logits, new_state) = jax.grad(loss, has_aux=True)(params)
        return logits, gradients, new_state, model(params, new_state, images, training=False)[0]

    # In float64: normalizing three numbers, as the last stage does, magnifies every rounding, and
    # in float32 two right answers differ by more than a slip in, say, epsilon would change.
    with jax.enable_x64(True), jax.numpy_dtype_promotion("standard"):
        to_float64 = partial(jax.tree.map, lambda array: jnp.asarray(array, jnp.float64))
        logits, gradients, new_state, evaluated = run(
            *to_float64((params, state, images)), jnp.asarray(labels)
        )

    expected = network(torch.tensor(images)[:, None])
    close(logits, expected)
    torch.nn.functional.cross_entropy(expected, torch.tensor(labels)).backward()
    for gradient, tensor, axes in pairs(gradients, state, network):
        if tensor.requires_grad:
            close(gradient, tensor.grad.permute(axes))
    for statistic, tensor, _ in pairs(params, new_state, network):
        if tensor in seen:
            # PyTorch keeps the unbiased variance of the n numbers seen, n / (n - 1) times Flax's.
            n = seen[tensor]
            tensor.copy_(0.9 + (tensor - 0.9) * (n - 1) / n)
        if not tensor.requires_grad:
            close(statistic, tensor)
    close(evaluated, network.eval()(torch.tensor(images)[:, None]))


def test_resnet18_has_11_175_370_parameters():
    shapes = nnx.eval_shape(lambda: nnx.state(ResNet18(rngs=nnx.Rngs(0)), nnx.Param))
    assert sum(leaf.size for leaf in jax.tree.leaves(shapes)) == 11_175_370


@nnx.jit
def run(module, x):
    return module(x)


def random_images(*shape):
    return jnp.asarray(np.random.default_rng(0).uniform(size=shape), jnp.float32)


@pytest.mark.parametrize(
    ("options", "scale"), [({"zero_init_residual": True}, 0), ({}, 1)], ids=["zero", "default"]
)
def test_resnet_zero_init_residual_makes_the_last_scale_of_each_block_zero(options, scale):
    network = ResNet18(stages=(2, 2), widths=(4, 8), rngs=nnx.Rngs(0), **options)
    for block in network.blocks:
        np.testing.assert_array_equal(block.second.norm.scale[...], scale)
        np.testing.assert_array_equal(block.first.norm.scale[...], 1)


@pytest.mark.parametrize("zero", [True, False])
def test_block_zero_init_starts_as_the_identity(zero):
    block = Block(8, 8, stride=1, zero_init=zero, rngs=nnx.Rngs(0))
    x = random_images(2, 7, 7, 8)
    assert np.array_equal(run(block, x), x) == zero


def test_block_zero_init_has_a_gradient():
    block = Block(8, 8, stride=1, zero_init=True, rngs=nnx.Rngs(0))
    x = random_images(2, 7, 7, 8)
    # Not the sum alone, to which all that is normalized adds nothing.
    gradient = nnx.jit(nnx.grad(lambda block: (x * block(x)).sum()))(block)
    assert np.abs(gradient["second"]["norm"]["scale"][...]).max() > 1e-3


@pytest.mark.parametrize(("features", "stride"), [(4, 1), (16, 1), (8, 2)])
def test_block_that_changes_the_shape_adds_a_convolution_of_its_input(features, stride):
    block = Block(8, features, stride=stride, zero_init=True, rngs=nnx.Rngs(0))
    x = random_images(2, 6, 6, 8)
    outputs = run(block, x)
    assert outputs.shape == (2, 6 // stride, 6 // stride, features)
    np.testing.assert_array_equal(outputs, np.maximum(run(block.around, x), 0))
    assert np.any(outputs)


def test_resnet_of_other_stages_has_their_parameters():
    network = nnx.eval_shape(lambda: ResNet18(7, stages=(3, 4, 6, 3), rngs=nnx.Rngs(0)))
    assert len(network.blocks) == 16
    assert network.head.kernel.shape == (512, 7)
    count = sum(leaf.size for leaf in jax.tree.leaves(nnx.state(network, nnx.Param)))
    # ResNet-34 as torchvision counts it, less two of three input channels and 993 of 1,000 classes.
    assert count == 21_797_672 - 2 * 7 * 7 * 64 - 993 * 513


def test_resnet_wrong_arguments_raises():
    with pytest.raises(ValueError, match=r"stages is \(2, 2\) and widths is \(8,\)"):
        ResNet18(stages=(2, 2), widths=(8,), rngs=nnx.Rngs(0))
    with pytest.raises(ValueError, match=r"stages is \(2,\) and widths is \(8, 16\)"):
        ResNet18(stages=(2,), widths=(8, 16), rngs=nnx.Rngs(0))
    with pytest.raises(ValueError, match=r"stages is \(\)"):
        ResNet18(stages=(), widths=(), rngs=nnx.Rngs(0))
    with pytest.raises(TypeError, match=r"images is int32\[2, 28, 28\].*to_float"):
        ResNet18(stages=(1,), widths=(4,), rngs=nnx.Rngs(0))(jnp.zeros((2, 28, 28), jnp.int32))
