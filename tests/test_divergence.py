"""Training that diverges: noticed, told, and never gone on with."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxdigits as jd


def slope(params, x):
    return params * x


def squares(outputs, y):
    """Gradients are as long as the inputs, so that the learning rate alone decides."""
    return ((outputs - y) ** 2).mean()


X = jnp.ones((8, 1))
SETTINGS = {"epochs": 6, "batch_size": 4, "key": jax.random.key(0)}


def run(rate, train=(X, X), loss=squares, start=0.0, **settings):
    start = jnp.array(start)
    return jd.fit(slope, start, loss, optax.sgd(rate), train, **{**SETTINGS, **settings})


def by_hand(rate, epochs):
    """The parameter and the mean loss after each epoch of two steps, in float32."""
    params, path = np.float32(0), []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(epochs):
            losses = []
            for _ in range(2):
                losses.append((params - 1) ** 2)
                params = np.float32(params - np.float32(rate) * 2 * (params - 1))
            path.append((params, np.mean(losses, dtype=np.float32)))
    return path


# An epoch multiplies the error by 1e10 and the loss by 1e20: the third is past a float32's range.
TOO_LARGE = 5e4


@pytest.mark.parametrize("progress", [False, True])
class TestStopping:
    def test_returns_the_last_finite_parameters_and_the_epoch(self, progress):
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

    def test_the_metric_is_not_known_from_then_on(self, progress):
        settings = {"valid": (X, X), "metric": lambda outputs, y: (outputs < 0).sum()}
        metric = run(TOO_LARGE, on_divergence="stop", progress=progress, **settings).history.metric
        np.testing.assert_array_equal(metric, [8, 8, *[np.nan] * 4])
        # A count is a number like any other where all goes well.
        metric = run(0.1, progress=progress, **settings).history.metric
        np.testing.assert_array_equal(metric, [0] * 6)

    def test_parameters_that_the_last_step_makes_infinite(self, progress):
        """The loss before that step is finite: only the parameters tell."""

        def steep(outputs, y):
            return (jnp.float32(3e37) * (outputs - y)).mean()

        one_step = {"epochs": 1, "batch_size": 8, "progress": progress, "loss": steep}
        with pytest.raises(FloatingPointError, match=r"epoch 0.*loss nan"):
            run(100.0, start=0.5, **one_step)
        fitted = run(100.0, start=0.5, on_divergence="stop", **one_step)
        assert fitted.params == 0.5 and fitted.history.completed == 0
        assert run(0.1, start=0.5, **one_step).history.completed == 1

    def test_a_state_stops_with_the_parameters(self, progress):
        def model(params, state, x, training):
            state = {"steps": state["steps"] + 1, "key": jax.random.split(state["key"])[0]}
            return params * x, state

        state = {"steps": jnp.array(0), "key": jax.random.key(7)}
        fitted = jd.fit_stateful(
            *(
                model,
                jnp.array(0.0),
                state,
                squares,
                optax.sgd(0.1, 0.9),
                (X, X.at[0].set(jnp.inf)),
            ),
            **SETTINGS,
            progress=progress,
            on_divergence="stop",
        )
        assert fitted.state["steps"] == 0 and fitted.params == 0
        assert fitted.state["key"] == state["key"]

    def test_a_state_may_be_infinite(self, progress):
        def model(params, least, x, training):
            return params * x, jnp.minimum(least, x.min() + jnp.where(params < 9, jnp.inf, 0))

        fitted = jd.fit_stateful(
            *(model, jnp.array(0.0), jnp.array(jnp.inf), squares, optax.sgd(0.1), (X, X)),
            **SETTINGS,
            progress=progress,
        )
        assert jnp.isinf(fitted.state) and fitted.history.completed == 6


@pytest.mark.parametrize("progress", [False, True])
class TestRaising:
    def test_names_the_epoch_the_loss_and_what_to_do(self, progress):
        with pytest.raises(FloatingPointError) as raised:
            run(TOO_LARGE, progress=progress)
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
    def test_numbers_that_were_not_finite_from_the_start(self, progress, change, said):
        with pytest.raises(FloatingPointError, match=f"in epoch 0.*Before the first step, {said}"):
            run(0.1, progress=progress, **change)

    def test_the_bar_does_not_go_on(self, progress, capsys):
        with pytest.raises(FloatingPointError):
            run(TOO_LARGE, progress=progress, epochs=50)
        err = capsys.readouterr().err
        assert ("3/50" in err) == progress and "4/50" not in err


def test_what_diverged_costs_no_more_steps():
    steps = []

    def counted(outputs, y):
        jax.debug.callback(lambda: steps.append(1))
        return squares(outputs, y)

    run(TOO_LARGE, loss=counted, epochs=100, on_divergence="stop")
    jax.effects_barrier()
    assert len(steps) == 3 * 2


def test_one_of_many_runs_at_once_may_diverge():
    rates = jnp.array([0.1, TOO_LARGE, 0.2])
    together = jax.vmap(run)(rates)
    np.testing.assert_array_equal(together.history.completed, [6, 2, 6])
    for i, rate in enumerate(rates.tolist()):
        alone = run(rate, on_divergence="stop")
        np.testing.assert_allclose(together.params[i], alone.params, rtol=1e-5)
        np.testing.assert_allclose(together.history.loss[i], alone.history.loss, rtol=1e-5)


def test_gradients_go_through_training():
    """The derivative of the trained parameter by the learning rate, against differences."""

    def trained(rate):
        return run(rate).params

    slope = (trained(0.0501) - trained(0.0499)) / 0.0002
    np.testing.assert_allclose(jax.grad(trained)(0.05), slope, rtol=1e-2)


def test_another_word_is_refused():
    with pytest.raises(
        ValueError, match=r"on_divergence is 'ignore': choose \"raise\" or \"stop\""
    ):
        run(0.1, on_divergence="ignore")
