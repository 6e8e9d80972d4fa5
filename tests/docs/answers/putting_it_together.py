import jax
import jax.numpy as jnp

REACH = {"after twenty epochs ": 0.97, "highest on the way ": 0.9848}

WRONG = {
    "check_descend": [
        lambda f, start, rate, steps: start + steps * rate * jax.grad(f)(start),
        lambda f, start, rate, steps: start - rate * jnp.sign(jax.grad(f)(start)),
        lambda f, start, rate, steps: start - rate * jax.grad(f)(start),
    ],
    "check_logit_of_blank": [
        lambda params: float(params.w.sum() + params.b[0]),
        lambda params: params.b,
        lambda params: 0.0,
    ],
    "check_final_loss": [lambda rate: jnp.ones(5), lambda rate: 0.5, lambda rate: rate],
}
