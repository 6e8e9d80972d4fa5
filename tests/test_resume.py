"""Training that is continued, fed from a stream, or interrupted."""

import os
import signal
import subprocess
import sys
import tracemalloc

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxdigits as jd

KEY = jax.random.key(3)
START = jd.init_mlp(jax.random.key(0), (4, 5, 3))
X = jax.random.normal(jax.random.key(1), (24, 4))
Y = jnp.arange(24) % 3
ADAM = optax.adam(1e-2)


def network(params, steps, x, training):
    """A network whose state counts its steps."""
    return jd.mlp(params, x), steps + 1


def noise(key, x):
    return x + 0.1 * jax.random.normal(key, x.shape)


def run(epochs, **settings):
    return jd.fit(
        *(network, START, jd.cross_entropy_loss, ADAM, (X, Y)),
        **{
            "epochs": epochs,
            "batch_size": 8,
            "key": KEY,
            "state": jnp.array(0),
            "valid": (X, Y),
            "metric": jd.accuracy,
            "augment": noise,
            **settings,
        },
    )


def assert_same_bits(a, b):
    assert jax.tree.structure(a) == jax.tree.structure(b)
    jax.tree.map(np.testing.assert_array_equal, a, b)


@jax.tree_util.register_pytree_node_class
class Weights:
    """Parameters that compare by identity, as objects do unless told otherwise."""

    def __init__(self, w):
        self.w = w

    def tree_flatten(self):
        return (self.w,), None

    @classmethod
    def tree_unflatten(cls, _, leaves):
        return cls(*leaves)


@pytest.fixture(autouse=True)
def promoting():
    """Adam mixes types, which the tests elsewhere forbid."""
    with jax.numpy_dtype_promotion("standard"):
        yield


class TestResume:
    def test_fit_five_epochs_and_five_more_are_bit_for_bit_ten(self):
        first = run(5)
        assert_same_bits(run(5, resume=first), run(10))

    def test_fit_resumed_from_a_file_is_the_same(self, tmp_path):
        first = run(2)
        jd.save_params(tmp_path / "run.safetensors", first)
        loaded = jd.load_params(tmp_path / "run.safetensors", first)
        assert_same_bits(run(3, resume=loaded), run(5))

    def test_fit_resumed_epoch_by_epoch_compiles_once(self):
        traced = []

        def counted(params, x):
            traced.append(x.shape)
            return jd.mlp(params, x)

        fitted, sizes = None, []
        for _ in range(4):
            fitted = jd.fit(
                *(counted, START, jd.cross_entropy_loss, ADAM, (X, Y)),
                epochs=1,
                batch_size=8,
                key=KEY,
                resume=fitted,
            )
            sizes.append(len(traced))
        assert fitted is not None
        assert sizes[1:] == sizes[:1] * 3 and fitted.history.loss.shape == (4,)

    def test_fit_resumed_after_divergence_replaces_the_epochs_that_failed(self):
        def squares(outputs, y):
            return ((outputs - y) ** 2).mean()

        def trained(rate, **settings):
            return jd.fit(
                *(lambda p, x: p * x, jnp.float32(0), squares, optax.sgd(rate)),
                (jnp.ones((8, 1), jnp.float32),) * 2,
                batch_size=4,
                key=KEY,
                **settings,
            )

        stopped = trained(5e3, epochs=6, on_divergence="stop")
        assert stopped.history.completed == 2
        mended = trained(0.1, epochs=3, resume=stopped)
        assert mended.history.loss.shape == (5,) and mended.history.completed == 5

    @pytest.mark.parametrize(
        ("change", "error", "said"),
        [
            ({"resume": START}, TypeError, "Pass the result of fit"),
            ({"optimizer": optax.sgd(0.1)}, ValueError, "resume has a different opt_state"),
            ({"params": START[:1]}, ValueError, "resume has a different params"),
        ],
    )
    def test_fit_resume_that_does_not_fit_raises(self, change, error, said):
        fitted = jd.fit(
            *(jd.mlp, START, jd.cross_entropy_loss, ADAM, (X, Y)),
            **{"epochs": 1, "batch_size": 8, "key": KEY},
        )
        settings = {"params": START, "optimizer": ADAM, "resume": fitted, **change}
        with pytest.raises(error, match=said):
            jd.fit(
                jd.mlp,
                loss=jd.cross_entropy_loss,
                train=(X, Y),
                **{"epochs": 1, "batch_size": 8, "key": KEY},
                **settings,
            )


class Batches:
    """The batches that `fit` would make of the arrays, as NumPy arrays, one by one."""

    def __init__(self):
        self.epoch = 0

    def __iter__(self):
        order = jd.epoch_batches(jax.random.fold_in(KEY, self.epoch), len(X), 8)
        self.epoch += 1
        for batch in np.asarray(order):
            yield np.asarray(X)[batch], np.asarray(Y)[batch]


class TestStream:
    @staticmethod
    def run(train, **settings):
        return jd.fit(
            *(jd.mlp, START, jd.cross_entropy_loss, ADAM, train),
            **{"epochs": 3, "batch_size": 8, "key": KEY, **settings},
        )

    def test_fit_on_a_stream_of_the_same_batches_agrees_with_arrays(self):
        streamed, whole = self.run(Batches()), self.run((X, Y))
        jax.tree.map(
            lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6), streamed, whole
        )

    def test_fit_on_a_generator_trains_one_epoch(self):
        losses = self.run(((X, Y) for _ in range(4)), epochs=1).history.loss
        assert losses.shape == (1,) and jnp.isfinite(losses).all()

    def test_fit_on_a_generator_for_two_epochs_raises(self):
        with pytest.raises(ValueError, match="train can be read only once, but epochs is 2"):
            self.run(((X, Y) for _ in range(4)), epochs=2)
        # The remedy:
        assert self.run([(X, Y)] * 4, epochs=2).history.completed == 2

    def test_fit_on_a_stream_of_bytes_scales_them(self):
        images = jax.random.bits(KEY, (24, 4), jnp.uint8)
        as_bytes = self.run([(images, Y)]).params
        as_floats = self.run([(np.asarray(images) / np.float32(255), Y)]).params
        jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5), as_bytes, as_floats)

    def test_fit_on_a_loader_of_pytorch_agrees_with_arrays(self):
        torch = pytest.importorskip("torch")
        data = torch.utils.data.TensorDataset(*(torch.tensor(np.asarray(part)) for part in (X, Y)))
        by_torch = self.run(torch.utils.data.DataLoader(data, batch_size=8))
        by_hand = self.run([(X[i : i + 8], Y[i : i + 8]) for i in (0, 8, 16)])
        assert_same_bits(by_torch, by_hand)

    def test_fit_on_a_dataset_of_grain_agrees_with_arrays(self):
        grain = pytest.importorskip("grain")
        pairs = list(zip(np.asarray(X), np.asarray(Y), strict=True))
        data = grain.MapDataset.source(pairs).batch(8).to_iter_dataset()
        by_hand = self.run([(X[i : i + 8], Y[i : i + 8]) for i in (0, 8, 16)])
        assert_same_bits(self.run(data), by_hand)

    def test_fit_on_a_stream_needs_no_more_memory_for_more_batches(self):
        x, y = np.ones((2000, 4), np.float32), np.zeros(2000, int)

        def peak(batches):
            tracemalloc.start()
            self.run(((x + 0, y + 0) for _ in range(batches)), epochs=1)
            tracemalloc.stop()
            return max(sum(array.nbytes for array in jax.live_arrays()), 1)

        peak(5)
        assert peak(200) < 1.1 * peak(5)

    def test_fit_on_a_stream_fetches_at_most_one_batch_ahead(self):
        computed, ahead = [], []

        def counted(params, x):
            jax.debug.callback(lambda: computed.append(1))
            return jd.mlp(params, x)

        def batches():
            for i in range(10):
                ahead.append(i - len(computed))
                yield X, Y

        jd.fit(
            *(counted, START, jd.cross_entropy_loss, ADAM, batches()),
            **{"epochs": 1, "key": KEY},
        )
        assert max(ahead) <= 2

    def test_fit_on_a_stream_with_a_wrong_label_in_a_later_batch_mentions_labels(self):
        with pytest.raises(FloatingPointError, match="a label or target that is out of range"):
            self.run([(X, Y), (X, Y + 1)], epochs=1)

    @pytest.mark.parametrize(
        ("train", "error", "said"),
        [
            ([], ValueError, "train holds no batches"),
            (list(zip(X, Y, strict=True)), TypeError, "stack single examples"),
            ((X.tolist(), Y.tolist()), TypeError, "Convert lists with numpy.asarray"),
            ([(X, Y + 1)], ValueError, "the first batch of train: labels holds 3"),
            (7, TypeError, "train is 7. Pass a pair"),
        ],
    )
    def test_fit_on_what_is_no_stream_raises(self, train, error, said):
        with pytest.raises(error, match=said):
            self.run(train)


def test_fit_resumes_parameters_of_a_class_of_the_users():
    def fit(**settings):
        return jd.fit(
            *(lambda params, x: x @ params.w, Weights(jnp.zeros((4, 3)))),
            *(jd.cross_entropy_loss, jd.sgd(0.1), (X, Y)),
            **settings,
            batch_size=8,
            key=KEY,
        )

    continued = fit(epochs=1, resume=fit(epochs=1))
    np.testing.assert_array_equal(continued.params.w, fit(epochs=2).params.w)


@pytest.mark.slow
def test_fit_interrupted_stops_within_an_epoch():
    program = """
import jax, jax.numpy as jnp, jaxdigits as jd
x = jnp.ones((5000, 784)); y = jnp.zeros(5000, int)
jd.fit(jd.linear, jd.init_linear(jax.random.key(0), 784, 10), jd.cross_entropy_loss, jd.sgd(0.1),
       (x, y), epochs=10**6, key=jax.random.key(0), progress=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stderr=subprocess.PIPE,
        env={**os.environ, "JAX_PLATFORMS": "cpu"},
    )
    assert process.stderr
    shown = b""
    while b"loss=" not in shown:
        shown += process.stderr.read(1)
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=10)
    assert b"KeyboardInterrupt" in rest
