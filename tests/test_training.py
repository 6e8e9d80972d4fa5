import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

import jaxdigits as jd
from jaxdigits.shuffle import shuffled

# Made once: a run with the same functions and shapes is compiled once for all tests.
SGD, SLOW = jd.sgd(1.0), jd.sgd(0.01)
TRACES = []


def counted_linear(params, x):
    """Compute what `jd.linear` does, and count how often JAX traces it."""
    TRACES.append(x.shape)
    return jd.linear(params, x)


@pytest.fixture(scope="module")
def separable():
    """Two classes of points in the plane, and a start that has them wrong."""
    rng = np.random.default_rng(0)
    y = np.arange(70) % 2
    x = rng.normal(size=(70, 2)) + 3 * (2 * y[:, None] - 1)
    train = jnp.asarray(x[:50], jnp.float32), jnp.asarray(y[:50, None], jnp.float32)
    valid = jnp.asarray(x[50:], jnp.float32), jnp.asarray(y[50:, None], jnp.float32)
    return jd.Linear(w=-jnp.ones((2, 1)), b=jnp.zeros(1)), train, valid


def assert_same(a, b, **tolerance):
    jax.tree.map(lambda x, y: np.testing.assert_allclose(x, y, **tolerance), a, b)


class TestEpochBatches:
    @staticmethod
    def orders(key, many, n):
        """Many orders of n examples, as one program."""

        @jax.jit
        def run(key):
            keys = jax.random.split(key, many)
            return jax.vmap(lambda key: jd.epoch_batches(key, n, n)[0])(keys)

        return np.asarray(run(key))

    @pytest.mark.parametrize("batch_size", [1, 4, 12])
    def test_epoch_batches_hold_every_index_once(self, batch_size: int):
        batches = jd.epoch_batches(jax.random.key(0), 12, batch_size)
        assert batches.shape == (12 // batch_size, batch_size)
        assert sorted(batches.ravel().tolist()) == list(range(12))

    def test_epoch_batches_leave_out_the_remainder(self):
        batches = jd.epoch_batches(jax.random.key(0), 14, 4)
        indices = batches.ravel().tolist()
        assert batches.shape == (3, 4)
        assert len(set(indices)) == 12 and set(indices) <= set(range(14))

    def test_epoch_batches_same_key_same_order(self):
        first, again, other = (jd.epoch_batches(jax.random.key(k), 100, 10) for k in (0, 0, 1))
        np.testing.assert_array_equal(first, again)
        assert not (first == other).all()

    def test_epoch_batches_put_each_index_anywhere_equally_often(self):
        orders = self.orders(jax.random.key(0), 4000, 5)
        counts = [np.bincount(place, minlength=5) for place in orders.T]
        # 800 expected in each of 25 cells, with a standard deviation of 25.
        assert np.abs(np.array(counts) - 800).max() < 4 * 25

    def test_epoch_batches_take_every_order_equally_often(self):
        orders = self.orders(jax.random.key(1), 24 * 500, 4)
        _, counts = np.unique(orders, axis=0, return_counts=True)
        # The statistic of chi-square with 23 degrees of freedom: 49.7 is passed once in 1000.
        assert len(counts) == 24 and ((counts - 500) ** 2 / 500).sum() < 49.7

    def test_epoch_batches_of_many_examples_show_no_pattern(self):
        n = 60_000
        order = np.asarray(jd.epoch_batches(jax.random.key(2), n, n)[0]).astype(float)
        correlations = [
            np.corrcoef(order, np.arange(n))[0, 1],
            *(np.corrcoef(order[lag:], order[:-lag])[0, 1] for lag in (1, 2, 256)),
        ]
        assert np.abs(correlations).max() < 4 / n**0.5
        assert (np.abs(np.diff(order)) == 1).sum() < 12  # 2 expected.

    def test_shuffled_part_of_an_order_is_the_same_alone(self):
        n = 2**31 - 1  # The most, and a prime: no batch size divides it.

        def order(places):
            return shuffled(jax.random.key(3), places, n)

        some, around = order(jnp.array([0, 1, 5_000_000, n - 1])), order(jnp.arange(n - 3, n))
        assert some[-1] == around[-1]
        assert len({*some.tolist(), *around.tolist()}) == 6

    @pytest.mark.parametrize("batch_size", [0, -1, 11])
    def test_epoch_batches_impossible_batch_size_raises(self, batch_size):
        with pytest.raises(ValueError, match=f"batch_size is {batch_size}, but there are 10"):
            jd.epoch_batches(jax.random.key(0), 10, batch_size)


def test_train_epoch_agrees_with_gradients_in_numpy(separable):
    params, (x, y), _ = separable
    batches = jd.epoch_batches(jax.random.key(0), 50, 8)
    optimizer = optax.sgd(0.1)
    start = jd.TrainState(params, optimizer.init(params))
    (trained, _, _), loss = jd.train_epoch(
        jd.linear, jd.mse_loss, optimizer, start, (x, y), batches
    )
    w, b = np.asarray(params.w, np.float64), np.asarray(params.b, np.float64)
    losses = []
    for batch in np.asarray(batches):
        xb, yb = np.asarray(x, np.float64)[batch], np.asarray(y, np.float64)[batch]
        error = xb @ w + b - yb
        losses.append((error**2).mean())
        w, b = w - 0.1 * 2 * xb.T @ error / len(xb), b - 0.1 * 2 * error.mean(axis=0)
    assert_same(tuple(trained), (w, b), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(loss, np.mean(losses), rtol=1e-5)


class TestFit:
    @staticmethod
    def run(separable, seed=0, optimizer=SGD, progress=False, start=None):
        """Train the linear model for ten epochs, the same program in most tests."""
        params, train, valid = separable
        return jd.fit(
            counted_linear,
            params if start is None else start,
            jd.mnist_loss,
            optimizer,
            train,
            epochs=10,
            batch_size=16,
            key=jax.random.key(seed),
            valid=valid,
            metric=jd.binary_accuracy,
            progress=progress,
        )

    def test_fit_agrees_with_a_loop_by_hand(self, separable):
        params, (x, y), valid = separable
        result = self.run(separable)

        @jax.jit
        def loss_and_gradient(params, batch):
            return jax.value_and_grad(lambda p: jd.mnist_loss(jd.linear(p, x[batch]), y[batch]))(
                params
            )

        for epoch in range(10):
            losses = []
            for batch in jd.epoch_batches(jax.random.fold_in(jax.random.key(0), epoch), 50, 16):
                value, grads = loss_and_gradient(params, batch)
                params = jd.sgd_update(params, grads, 1.0)
                losses.append(value)
            np.testing.assert_allclose(result.history.loss[epoch], np.mean(losses), rtol=1e-4)
            accuracy = jd.binary_accuracy(jd.linear(params, valid[0]), valid[1])
            np.testing.assert_allclose(result.history.metric[epoch], accuracy, rtol=1e-6)
        assert_same(result.params, params, rtol=1e-5, atol=1e-6)

    def test_fit_with_optax_sgd_ends_at_the_same_parameters(self, separable):
        by_optax = self.run(separable, optimizer=optax.sgd(1.0))
        assert_same(by_optax.params, self.run(separable).params, rtol=1e-5, atol=1e-6)

    def test_fit_learns_and_does_not_change_the_start(self, separable):
        params, _, valid = separable
        result = self.run(separable)
        assert jd.binary_accuracy(jd.linear(params, valid[0]), valid[1]) < 0.1
        assert result.history.metric[-1] == 1
        assert result.history.loss[-1] < result.history.loss[0] / 4
        np.testing.assert_array_equal(params.w, -np.ones((2, 1)))

    def test_fit_with_a_progress_bar_returns_the_same(self, separable, capsys):
        quiet = self.run(separable)
        assert capsys.readouterr() == ("", "")
        shown = self.run(separable, progress=True)
        out, err = capsys.readouterr()
        assert out == "" and "10/10" in err and f"metric={shown.history.metric[-1]:.4f}" in err
        assert_same(quiet, shown, rtol=1e-6)

    def test_fit_same_key_same_result(self, separable):
        first, again, other = (self.run(separable, seed) for seed in (0, 0, 1))
        jax.tree.map(np.testing.assert_array_equal, first, again)
        assert not (first.params.w == other.params.w).all()

    def test_fit_from_another_start_does_not_compile_again(self, separable):
        self.run(separable)
        before = len(TRACES)
        self.run(separable, seed=5, start=jax.tree.map(lambda p: p + 1, separable[0]))
        assert len(TRACES) == before > 0

    def test_fit_at_another_rate_of_sgd_does_not_compile_again(self, separable):
        slow = self.run(separable, optimizer=jd.sgd(0.02))
        before = len(TRACES)
        fast = self.run(separable, optimizer=jd.sgd(0.04))
        assert len(TRACES) == before > 0
        assert fast.history.loss[-1] < slow.history.loss[-1]

    def test_fit_under_vmap_is_the_loop_over_learning_rates_and_keys(self, separable):
        params, train, _ = separable

        @jax.jit
        def history(rate, seed):
            return jd.fit(
                *(jd.linear, params, jd.mse_loss, jd.sgd(rate), train),
                epochs=2,
                batch_size=10,
                key=jax.random.key(seed),
            ).history

        rates, seeds = jnp.array([0.001, 0.01, 0.05]), jnp.arange(3)
        alone = [history(rate, seed) for rate, seed in zip(rates, seeds, strict=True)]
        together = jax.vmap(history)(rates, seeds)
        expected = jnp.stack([each.loss for each in alone])
        np.testing.assert_allclose(together.loss, expected, rtol=1e-5)
        assert jnp.isnan(together.metric).all() and together.metric.shape == (3, 2)

    def test_fit_on_bytes_trains_as_on_their_intensities(self):
        images = np.random.default_rng(0).integers(256, size=(60, 4), dtype=np.uint8)
        targets = jnp.asarray(images[:, :1] > 127, jnp.float32)
        start = jd.init_linear(jax.random.key(1), 4, 1)

        def run(x):
            return jd.fit(
                *(jd.linear, start, jd.mnist_loss, SGD, (x, targets)),
                epochs=3,
                batch_size=20,
                key=jax.random.key(2),
                valid=(x, targets),
                metric=jd.binary_accuracy,
            )

        assert_same(run(images), run(images / np.float32(255)), rtol=1e-6)

    def test_fit_metric_covers_every_example_once(self):
        n = 2007
        x = jnp.arange(n, dtype=jnp.float32)[:, None]
        result = jd.fit(
            lambda params, x: params * x,
            jnp.array(1.0),
            jd.mse_loss,
            optax.sgd(0.0),
            (x, x),
            epochs=1,
            key=jax.random.key(0),
            valid=(x, x),
            metric=lambda outputs, y: (outputs == y).astype(float).sum() + outputs[-1, 0] / 10_000,
        )
        np.testing.assert_allclose(result.history.metric, [n + (n - 1) / 10_000], rtol=1e-6)

    def test_fit_augment_changes_training_inputs_alone(self, separable):
        params, train, _ = separable
        x = jnp.ones((1, 2))

        def double(key, x):
            return 2 * x

        def doubled_linear(params, x):
            return jd.linear(params, 2 * x)

        def mean_output(outputs, y):
            return outputs.mean()

        def run(model, augment):
            return jd.fit(
                *(model, params, jd.mse_loss, SLOW, train),
                epochs=2,
                batch_size=10,
                key=jax.random.key(0),
                valid=(x, jnp.zeros((1, 1))),
                metric=mean_output,
                augment=augment,
            )

        augmented = run(jd.linear, double)
        assert_same(augmented.params, run(doubled_linear, None).params, rtol=1e-5)
        expected = jd.linear(augmented.params, x).mean()
        np.testing.assert_allclose(augmented.history.metric[-1], expected, rtol=1e-6)

    def test_fit_augment_gets_a_key_of_its_own_in_every_step(self):
        seen = []

        def augment(key, x):
            jax.debug.callback(
                lambda data: seen.append(tuple(data.tolist())), jax.random.key_data(key)
            )
            return x + jax.random.normal(key, x.shape)

        x = jnp.ones((12, 1))

        def run():
            return jd.fit(
                # A new function, so that the second run is traced again.
                *(lambda p, x: p * x, jnp.array(1.0), jd.mse_loss, SLOW, (x, x)),
                epochs=3,
                batch_size=4,
                key=jax.random.key(0),
                augment=augment,
            )

        first = run()
        jax.effects_barrier()
        assert len(set(seen)) == len(seen) == 9
        assert_same(run().params, first.params, rtol=0)

    @pytest.mark.parametrize(
        ("change", "error", "said"),
        [
            ({"epochs": 0}, ValueError, "epochs is 0"),
            ({"batch_size": 51}, ValueError, "batch_size is 51, but there are 50"),
            ({"batch_size": 0}, ValueError, "batch_size is 0"),
            ({"metric": jd.accuracy}, ValueError, "metric is given without valid"),
            ({"valid": (jnp.ones((1, 2)),) * 2}, ValueError, "valid is given without metric"),
            (
                {"train": (jnp.ones((0, 2)), jnp.ones((0, 1)))},
                ValueError,
                r"train pairs x float\d\d\[0, 2\].*at least one example",
            ),
            (
                {"train": (jnp.ones((60, 2)), jnp.ones((59, 1)))},
                ValueError,
                r"train pairs x float\d\d\[60, 2\] with y float\d\d\[59, 1\]",
            ),
            (
                {"train": (jnp.ones((60, 2), jnp.int32), jnp.ones((60, 1)))},
                TypeError,
                r"x is int\d\d\[60, 2\].*astype\(float\)",
            ),
            (
                {"train": (jnp.ones((60, 2)), jnp.ones(60))},
                TypeError,
                r"mse_loss: targets is float\d\d\[60\].*predictions float\d\d\[60, 1\]",
            ),
            (
                {"train": (jnp.ones((60, 2)), jnp.full(60, 10)), "loss": jd.cross_entropy_loss},
                ValueError,
                "train: labels holds 10",
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_fit_wrong_arguments_raises(self, separable, change, error, said):
        params, train, _ = separable
        arguments = {
            "loss": jd.mse_loss,
            "train": train,
            "epochs": 1,
            "batch_size": 10,
            "key": jax.random.key(0),
        }
        with pytest.raises(error, match=said):
            jd.fit(jd.linear, params, optimizer=SGD, **{**arguments, **change})


def test_fit_with_a_state_agrees_with_a_loop_by_hand():
    def model(params, state, x, training):
        """Batch normalization of one number without a scale, and then a slope."""
        mean = x.mean() if training else state["mean"]
        state = {"mean": 0.5 * state["mean"] + 0.5 * mean, "steps": state["steps"] + 1}
        return params * (x - mean), state

    inputs = jnp.arange(12.0)[:, None]
    result = jd.fit(
        model,
        jnp.array(1.0),
        jd.mse_loss,
        SLOW,
        (inputs, 2 * inputs),
        state={"mean": jnp.array(0.0), "steps": jnp.array(0)},
        epochs=2,
        batch_size=4,
        key=jax.random.key(0),
        valid=(inputs, inputs),
        metric=lambda outputs, y: outputs.mean(),
    )
    x = np.arange(12.0)
    slope, mean = 1.0, 0.0
    for epoch in range(2):
        key = jax.random.fold_in(jax.random.key(0), epoch)
        losses = []
        for batch in np.asarray(jd.epoch_batches(key, 12, 4)):
            centered = x[batch] - x[batch].mean()
            error = slope * centered - 2 * x[batch]
            losses.append((error**2).mean())
            slope -= 0.01 * 2 * (error * centered).mean()
            mean = 0.5 * mean + 0.5 * x[batch].mean()
        np.testing.assert_allclose(result.history.loss[epoch], np.mean(losses), rtol=1e-5)
    np.testing.assert_allclose(result.params, slope, rtol=1e-5)
    np.testing.assert_allclose(result.state["mean"], mean, rtol=1e-6)
    # Measuring uses the state that training left, and does not change it.
    assert result.state["steps"] == 6
    np.testing.assert_allclose(
        result.history.metric[-1], slope * (x.mean() - mean), rtol=1e-4, atol=1e-6
    )


def test_fit_lowers_for_cpu_gpu_and_tpu(separable):
    params, train, valid = separable

    def run(params, key, train, valid):
        settings = {"epochs": 2, "batch_size": 10, "key": key}
        settings |= {"valid": valid, "metric": jd.binary_accuracy}
        return jd.fit(jd.linear, params, jd.mnist_loss, SGD, train, **settings)

    platforms = "cpu", "cuda", "tpu"
    exported = jax.export.export(jax.jit(run), platforms=platforms)(
        params, jax.random.key(0), train, valid
    )
    assert exported.platforms == platforms


class TestPredict:
    @pytest.mark.parametrize("n", [0, 1, 6, 14])
    def test_predict_any_number_of_examples_agrees_with_the_model(self, n):
        line = jd.Linear(w=jnp.ones((2, 3)), b=jnp.arange(3.0))
        x = jnp.arange(2.0 * n).reshape(n, 2)
        outputs = jd.predict(jd.linear, line, x, batch_size=6)
        np.testing.assert_allclose(outputs, jd.linear(line, x), rtol=1e-6)

    def test_predict_second_call_does_not_trace_again(self):
        traces = []

        def model(params, x):
            traces.append(x.shape)
            return params * x

        for factor in 2.0, 3.0:
            jd.predict(model, jnp.array(factor), jnp.ones((5, 2)), batch_size=2)
        assert traces == [(2, 2), (1, 2)]

    def test_predict_bytes_are_scaled(self):
        line = jd.Linear(w=jnp.ones((2, 1)), b=jnp.zeros(1))
        images = np.array([[255, 0], [255, 255]], np.uint8)
        np.testing.assert_allclose(jd.predict(jd.linear, line, images), [[1], [2]], rtol=1e-6)

    def test_predict_with_a_state_is_not_training(self):
        def model(params, state, x, training):
            return x * (params if training else state), state

        outputs = jd.predict(model, jnp.array(2.0), jnp.ones((3, 1)), state=jnp.array(5.0))
        np.testing.assert_array_equal(outputs, np.full((3, 1), 5))

    def test_predict_given_what_is_no_array_or_no_parameters_says_what_to_pass(self):
        line = jd.Linear(w=jnp.ones((2, 1)), b=jnp.zeros(1))
        with pytest.raises(TypeError, match=r"Convert it with numpy\.asarray"):
            jd.predict(jd.linear, line, [[1.0, 2.0]])  # pyright: ignore[reportArgumentType]
        fitted = jd.Fit(line, (), None, ())  # pyright: ignore[reportArgumentType]
        with pytest.raises(TypeError, match=r"Pass its parameters, fitted\.params"):
            jd.predict(jd.linear, fitted, jnp.ones((3, 2)))
        assert jd.predict(jd.linear, fitted.params, jnp.ones((3, 2))).shape == (3, 1)


def test_train_step_and_train_epoch_second_call_does_not_trace_again(separable):
    params, train, _ = separable
    traces = []

    def loss(outputs, y):
        traces.append(outputs.shape)
        return jd.mse_loss(outputs, y)

    now = jd.TrainState(params, SLOW.init(params))
    for seed in 0, 1:
        jd.train_step(jd.linear, loss, SLOW, now, *train)
        batches = jd.epoch_batches(jax.random.key(seed), len(train[0]), 5)
        jd.train_epoch(jd.linear, loss, SLOW, now, train, batches)
    assert traces == [(len(train[0]), 1), (5, 1)]


def test_train_step_augmenting_without_a_key_raises(separable):
    params, (x, y), _ = separable
    now = jd.TrainState(params, SGD.init(params))
    with pytest.raises(ValueError, match="augment is given without key"):
        jd.train_step(jd.linear, jd.mse_loss, SGD, now, x, y, augment=lambda key, x: x)


def test_fit_traced_with_a_key_as_state_uses_each_key_once(separable):
    """As with dropout; tests run once with JAX's check that no key is used twice."""
    params, train, _ = separable

    def model(params, key, x, training):
        return jd.linear(params, x), jax.random.split(key)[0]

    def run(key):
        settings = {"epochs": 2, "batch_size": 10, "key": jax.random.key(1), "state": key}
        return jd.fit(model, params, jd.mse_loss, SLOW, train, **settings)

    traced = jax.eval_shape(run, jax.random.key(0))
    assert traced.state.dtype == jax.random.key(0).dtype


class Module(nnx.Module):
    pass


@pytest.mark.parametrize(
    ("change", "said", "remedy"),
    [
        ({"optimizer": 0.1}, "optimizer is 0.1, not an Optax", {"optimizer": jd.sgd(0.1)}),
        ({"optimizer": jd.sgd}, r"Call it: sgd\(0.1\)", {"optimizer": jd.sgd(0.1)}),
        ({"key": 0}, r"key is 0.*jax.random.key\(0\)", {"key": jax.random.key(0)}),
        ({"model": Module()}, "model is a Module, an NNX module", {}),
        ({"train": jd.data.Dataset("mine", (), ())}, r"to_examples\(dataset.train\)", {}),
        ({"valid": jd.data.Dataset("mine", (), ())}, "valid is a whole Dataset.*to_examples", {}),
        (
            {"train": [{"x": 1, "y": 2}]},
            "the first batch of train is .*turn a dictionary into a pair",
            {},
        ),
        ({"epochs": 2.0}, r"epochs is 2.0: pass a whole number", {}),
        (
            {"model": lambda params, state, x, training: (x, state)},
            r"cannot be called as model\(params, x\).*Pass state=",
            {},
        ),
        (
            {"state": jnp.array(0)},
            r"cannot be called as model\(params, state, .*Leave state out",
            {},
        ),
        (
            {"metric": lambda outputs, y: outputs == y},
            r"<lambda> returns bool\[20, 1\] for valid.*Take the mean",
            {"metric": lambda outputs, y: (outputs == y).mean()},
        ),
        ({"loss": lambda outputs, y: (outputs - y) ** 2}, "Take the mean", {"loss": jd.mse_loss}),
    ],
)
def test_fit_wrong_kind_of_argument_names_a_remedy_that_works(separable, change, said, remedy):
    params, train, valid = separable
    settings = {
        **{"model": jd.linear, "params": params, "loss": jd.mse_loss, "optimizer": SLOW},
        **{"train": train, "valid": valid, "metric": jd.mse_loss},
        **{"epochs": 1, "batch_size": 10, "key": jax.random.key(0)},
    }
    with pytest.raises((TypeError, ValueError), match=said):
        jd.fit(**{**settings, **change})
    assert jd.fit(**{**settings, **remedy}).history.completed == 1


def test_fit_own_loss_may_have_any_targets(separable):
    params, (x, y), _ = separable

    def hinge(outputs, targets):
        return jnp.maximum(0, 1 - outputs[:, 0] * targets).mean()

    signs = jnp.where(y[:, 0] == 1, 1, -1).astype(x.dtype)
    settings = {"epochs": 1, "batch_size": 10, "key": jax.random.key(0)}
    assert jd.fit(jd.linear, params, hinge, SLOW, (x, signs), **settings).history.completed == 1


def test_fit_on_intensities_up_to_255_warns_at_the_call(separable):
    params, (x, y), _ = separable
    settings = {"epochs": 1, "batch_size": 10, "key": jax.random.key(0)}
    with pytest.warns(UserWarning, match="train holds intensities up to 255") as warnings:
        jd.fit(jd.linear, params, jd.mnist_loss, SLOW, (255 * jnp.ones_like(x), y), **settings)
    assert [warning.filename for warning in warnings] == [__file__]


def test_predict_on_intensities_up_to_255_warns_at_the_call(separable):
    params, (x, _), _ = separable
    for images in 255 * jnp.ones_like(x), 255 * np.ones_like(x):
        with pytest.warns(UserWarning, match="x holds intensities up to 255") as warnings:
            jd.predict(jd.linear, params, images)
        assert [warning.filename for warning in warnings] == [__file__]


def test_fit_reduces_the_learning_rate_on_a_plateau(separable):
    params, train, _ = separable
    plateau = optax.contrib.reduce_on_plateau(patience=1, cooldown=0, rtol=1.0)
    settings = {"epochs": 1, "batch_size": 5, "key": jax.random.key(0)}
    optimizer = optax.chain(optax.sgd(0.1), plateau)
    with jax.numpy_dtype_promotion("standard"):  # Optax mixes types.
        fitted = jd.fit(jd.linear, params, jd.mse_loss, optimizer, train, **settings)
    assert fitted.opt_state[1].scale < 1


def test_fit_with_a_progress_bar_under_vmap_raises(separable):
    params, train, _ = separable

    def run(key):
        settings = {"epochs": 1, "batch_size": 10, "key": key, "progress": True}
        return jd.fit(jd.linear, params, jd.mse_loss, SLOW, train, **settings)

    with pytest.raises(ValueError, match=r"progress is True, but under jax\.jit"):
        jax.vmap(run)(jax.random.split(jax.random.key(0), 2))
