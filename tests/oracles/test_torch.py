"""The same computations in PyTorch, value and gradient, where it is installed."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from oracles.cases import CASES, CLASSES, HIDDEN, WIDTH, assert_same, inputs, with_slope

import jaxdigits as jd

torch: Any = pytest.importorskip("torch", reason='PyTorch: pip install -e ".[oracle]"')
F = torch.nn.functional


def tensors(tree):
    """The same numbers in PyTorch, in float64 if they are floats."""

    def tensor(array):
        array = torch.from_numpy(np.array(array))
        return array.double() if array.is_floating_point() else array.long()

    return jax.tree.map(tensor, tree)


def apart(a, b, power):
    """Per pixel: the p-norm of the difference, whose sum it takes, over the number of pixels."""
    pixels = (a - b).flatten(-2)
    return (torch.linalg.vector_norm(pixels, power, dim=-1) ** power / pixels.shape[-1]) ** (
        1 / power
    )


DISTANCES = {
    "l1_distance": partial(apart, power=1),
    "mse_distance": lambda a, b: F.mse_loss(*torch.broadcast_tensors(a, b), reduction="none").mean(
        (-2, -1)
    ),
    "rmse_distance": partial(apart, power=2),
}


def squared_error(probabilities, labels):
    return F.mse_loss(probabilities, F.one_hot(labels, CLASSES).double())


WITH_SLOPE = {
    "l1_loss": F.l1_loss,
    "mse_loss": F.mse_loss,
    "rmse_loss": lambda p, t: F.mse_loss(p, t).sqrt(),
    "mnist_loss": lambda x, t: F.l1_loss(x.sigmoid(), t.double()),
    "sigmoid_mse_loss": lambda x, y: squared_error(x.sigmoid(), y),
    "softmax_mse_loss": lambda x, y: squared_error(x.softmax(1), y),
    "cross_entropy_loss": F.cross_entropy,
    **DISTANCES,
}


@pytest.mark.parametrize("name", WITH_SLOPE)
def test_losses_and_distances_agree_with_pytorch(name):
    arrays = inputs(name)
    first, second = tensors(arrays)
    value = WITH_SLOPE[name](first.requires_grad_(), second)
    value.sum().backward()
    expected = value.detach().numpy(), first.grad.numpy()
    assert_same(jax.jit(CASES[name][0])(*arrays), expected, tolerance=1e-6)


@pytest.mark.parametrize("scale", [100.0, 1e4, 1e30])
def test_cross_entropy_loss_of_large_logits_agrees_with_pytorch(scale):
    logits, labels = inputs("cross_entropy_loss")
    x = tensors(scale * logits).requires_grad_()
    expected = F.cross_entropy(x, tensors(labels))
    expected.backward()
    actual = jax.jit(CASES["cross_entropy_loss"][0])(scale * logits, labels)
    assert_same(actual, (expected.detach().numpy(), x.grad.numpy()), tolerance=2e-6)


@pytest.mark.parametrize("loss", [jd.rmse_loss, jd.rmse_distance])
def test_roots_of_equals_have_the_gradient_of_a_norm_in_pytorch(loss):
    """Of a norm, whose gradient PyTorch, too, sets to 0 between equals; that of a root is nan."""
    same = jnp.ones((2, 3))
    x = tensors(same).requires_grad_()
    torch.linalg.vector_norm(x - tensors(same)).backward()
    _, slope = with_slope(loss, same, same)
    np.testing.assert_array_equal(slope, x.grad.numpy())


def test_metrics_agree_with_pytorch():
    logits, labels = inputs("accuracy")
    predicted = logits.argmax(axis=1)
    x, y = tensors((logits, labels))
    right = x.max(dim=1).indices == y
    np.testing.assert_allclose(jd.accuracy(logits, labels), right.double().mean(), rtol=1e-6)
    recall = [right[y == label].double().mean() for label in range(CLASSES)]
    result = jd.per_class_accuracy(predicted, labels.astype(int), num_classes=CLASSES)
    np.testing.assert_allclose(result, recall, rtol=1e-6)
    one, counts = torch.ones(len(y)), torch.zeros(CLASSES, CLASSES)
    counts.index_put_((y, x.argmax(1)), one, accumulate=True)
    result = jd.confusion_matrix(predicted, labels.astype(int), num_classes=CLASSES)
    np.testing.assert_array_equal(result, counts.numpy())
    logits, targets = inputs("binary_accuracy")
    x, t = tensors((logits, targets))
    expected = (x.sigmoid().round() == t).double().mean()
    np.testing.assert_allclose(jd.binary_accuracy(logits, targets), expected, rtol=1e-6)


def test_mean_images_and_nearest_agree_with_pytorch():
    images, labels = inputs("mean_images")
    x, y = tensors((images, labels))
    members = F.one_hot(y, CLASSES).double()
    expected = torch.tensordot(members.T, x, 1) / members.sum(0)[:, None, None]
    means = jd.mean_images(images, labels, num_classes=CLASSES)
    np.testing.assert_allclose(means, expected.numpy(), rtol=1e-5)
    for power, distance in (1, jd.l1_distance), (2, jd.rmse_distance):
        closest = torch.cdist(x.flatten(1), expected.flatten(1), p=power).argmin(1)
        np.testing.assert_array_equal(jd.nearest(images, means, distance), closest.numpy())


def torch_network(params):
    """`jd.mlp` as modules, whose weights have outputs first."""
    sizes = [params[0].w.shape[0], *(len(layer.b) for layer in params)]
    layers = []
    for n_in, n_out, (w, b) in zip(sizes, sizes[1:], tensors(params), strict=False):
        layer = torch.nn.Linear(n_in, n_out).double()
        layer.weight.data, layer.bias.data = w.T.contiguous(), b
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def parameters(network):
    """What such a network holds, in our form."""
    held = [parameter.detach().numpy() for parameter in network.parameters()]
    return tuple(jd.Linear(w.T, b) for w, b in zip(held[::2], held[1::2], strict=True))


@pytest.mark.parametrize(
    ("sizes", "schedule"),
    [
        pytest.param((WIDTH, CLASSES), False, id="linear, constant rate"),
        pytest.param((WIDTH, HIDDEN, CLASSES), True, id="network, schedule"),
    ],
)
def test_train_epoch_agrees_with_pytorch(sizes, schedule):
    """Models, a loss and its gradient, the optimizer: each epoch's loss and where they end."""
    (*_, x), labels = inputs("mlp"), inputs("accuracy")[1]
    params = jd.init_mlp(jax.random.key(0), sizes)
    network = torch_network(params)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.5)
    halved = torch.optim.lr_scheduler.StepLR(optimizer, 3, 0.5 if schedule else 1.0)
    rate = optax.exponential_decay(0.5, 3, 0.5, staircase=True) if schedule else 0.5
    ours, train = jd.sgd(rate), (x, labels)
    now, key = jd.TrainState(params, ours.init(params)), jax.random.key(1)
    for epoch in range(4):
        batches = jd.epoch_batches(jax.random.fold_in(key, epoch), len(x), 5)
        now, loss = jd.train_epoch(jd.mlp, jd.cross_entropy_loss, ours, now, train, batches)
        losses = []
        for batch in np.array(batches):
            expected = F.cross_entropy(network(tensors(x)[batch]), tensors(labels)[batch])
            optimizer.zero_grad()
            expected.backward()
            optimizer.step()
            halved.step()
            losses.append(expected.item())
        np.testing.assert_allclose(loss, np.mean(losses), rtol=1e-5)
    assert_same(now.params, parameters(network))
