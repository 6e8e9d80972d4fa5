"""Training that diverges is noticed, reported and stopped."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxdigits as jd


def slope(params, x):
    return params * x


def squares(outputs, y):
    """Return the mean square: whether it diverges depends on the learning rate alone."""
    return ((outputs - y) ** 2).mean()


def count_negative(outputs, y):
    return (outputs < 0).sum()


# The same optimizer for the same rate: a program is compiled once for all tests that run it.
sgd = cache(optax.sgd)
X = jnp.ones((8, 1), jnp.float32)
SETTINGS = {"epochs": 6, "batch_size": 4, "key": jax.random.key(0)}


def run(rate, train=(X, X), loss=squares, start=0.0, **settings):
    optimizer = sgd(rate) if isinstance(rate, float) else optax.sgd(rate)
    return jd.fit(
        slope, jnp.array(start, jnp.float32), loss, optimizer, train, **{**SETTINGS, **settings}
    )


def by_hand(rate, epochs):
    """Return the parameter and the mean loss after each epoch of two steps, in float32."""
    params, path = np.float32(0), []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(epochs):
            losses = []
            for _ in range(2):
                losses.append((params - 1) ** 2)
                params = np.float32(params - np.float32(rate) * 2 * (params - 1))
            path.append((params, np.mean(losses, dtype=np.float32)))
    return path


# An epoch multiplies the error by 1e10 and the loss by 1e20: in the third, float32 overflows.
TOO_LARGE = 5e4


class TestStopping:
    @pytest.mark.parametrize("progress", [False, True])
    def test_fit_diverging_returns_the_last_finite_parameters(self, progress):
        fitted = run(TOO_LARGE, on_divergence="stop", progress=progress)
        path = by_hand(TOO_LARGE, 6)
        finite = [np.isfinite(loss) and np.isfinite(params) for params, loss in path]
        diverged = finite.index(False)
        assert fitted.history.completed == diverged == 2
        np.testing.assert_allclose(fitted.params, path[diverged - 1][0], rtol=1e-5)
        losses = [loss for _, loss in path]
        np.testing.assert_allclose(fitted.history.loss[:diverged], losses[:diverged], rtol=1e-5)
        assert np.isinf(fitted.history.loss[diverged])
        assert np.isnan(fitted.history.loss[diverged + 1 :]).all()
        assert fitted.history.loss.shape == fitted.history.metric.shape == (6,)

    def test_fit_diverging_has_no_metric_from_then_on(self):
        settings = {"valid": (X, X), "metric": count_negative}
        metric = run(TOO_LARGE, on_divergence="stop", **settings).history.metric
        np.testing.assert_array_equal(metric, [8, 8, *[np.nan] * 4])
        # Where all goes well, a metric may be a whole number.
        metric = run(0.1, **settings).history.metric
        np.testing.assert_array_equal(metric, [0] * 6)

    def test_fit_infinite_parameters_after_the_last_step_is_noticed(self):
        """The loss before that step is finite, so only the parameters can tell."""

        def steep(outputs, y):
            return (jnp.float32(3e37) * (outputs - y)).mean()

        one_step = {"epochs": 1, "batch_size": 8, "loss": steep}
        with pytest.raises(FloatingPointError, match=r"epoch 0.*loss nan"):
            run(100.0, start=0.5, **one_step)
        fitted = run(100.0, start=0.5, on_divergence="stop", **one_step)
        assert fitted.params == 0.5 and fitted.history.completed == 0
        assert run(0.1, start=0.5, **one_step).history.completed == 1

    def test_fit_with_a_state_diverging_returns_the_last_finite_state(self):
        def model(params, state, x, training):
            state = {"steps": state["steps"] + 1, "key": jax.random.split(state["key"])[0]}
            return params * x, state

        state = {"steps": jnp.array(0), "key": jax.random.key(7)}
        fitted = jd.fit(
            *(model, jnp.array(0.0), squares, optax.sgd(0.1, 0.9), (X, X.at[0].set(jnp.inf))),
            **SETTINGS,
            state=state,
            on_divergence="stop",
        )
        assert fitted.state["steps"] == 0 and fitted.params == 0
        assert fitted.state["key"] == state["key"]

    def test_fit_with_a_state_infinite_state_goes_on(self):
        def model(params, least, x, training):
            return params * x, jnp.minimum(least, x.min() + jnp.where(params < 9, jnp.inf, 0))

        fitted = jd.fit(
            *(model, jnp.array(0.0), squares, optax.sgd(0.1), (X, X)),
            **SETTINGS,
            state=jnp.array(jnp.inf),
        )
        assert jnp.isinf(fitted.state) and fitted.history.completed == 6


class TestRaising:
    def test_fit_diverging_names_epoch_loss_and_remedy(self):
        with pytest.raises(FloatingPointError) as raised:
            run(TOO_LARGE)
        said = str(raised.value)
        before = f"{by_hand(TOO_LARGE, 6)[1][1]:.4g}"
        assert "in epoch 2, counting from 0" in said and f"loss inf, after {before}" in said
        assert "learning rate" in said and 'on_divergence="stop"' in said

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"train": (X.at[3].set(jnp.nan), X)}, "train's x held"),
            ({"train": (X, X.at[3].set(jnp.inf))}, "train's y held"),
            ({"start": jnp.nan}, "params held"),
        ],
    )
    def test_fit_infinite_from_the_start_names_what_is(self, change, said):
        with pytest.raises(FloatingPointError, match=f"in epoch 0.*Before the first step, {said}"):
            run(0.1, **change)

    def test_fit_diverging_stops_the_progress_bar(self, capsys):
        with pytest.raises(FloatingPointError):
            run(TOO_LARGE, progress=True, epochs=50)
        err = capsys.readouterr().err
        assert "3/50" in err and "4/50" not in err


def test_fit_diverged_takes_no_more_steps():
    steps = []

    def counted(outputs, y):
        jax.debug.callback(lambda: steps.append(1))
        return squares(outputs, y)

    run(TOO_LARGE, loss=counted, epochs=100, on_divergence="stop")
    jax.effects_barrier()
    assert len(steps) == 3 * 2


def test_fit_under_vmap_one_run_may_diverge():
    rates = jnp.array([0.1, TOO_LARGE])
    together = jax.vmap(run)(rates)
    np.testing.assert_array_equal(together.history.completed, [6, 2])
    for i, rate in enumerate(rates.tolist()):
        alone = run(rate, on_divergence="stop")
        np.testing.assert_allclose(together.params[i], alone.params, rtol=1e-5)
        np.testing.assert_allclose(together.history.loss[i], alone.history.loss, rtol=1e-5)


def test_fit_gradient_by_the_learning_rate_is_that_of_differences():
    @jax.jit
    def trained(rate):
        return run(rate).params

    slope = (trained(0.0501) - trained(0.0499)) / 0.0002
    np.testing.assert_allclose(jax.grad(trained)(0.05), slope, rtol=1e-2)


def test_fit_unknown_on_divergence_raises():
    with pytest.raises(
        ValueError, match=r"on_divergence is 'ignore': choose \"raise\" or \"stop\""
    ):
        run(0.1, on_divergence="ignore")
