import jax.numpy as jnp

import jaxdigits as jd

REACH = {"plain ": 0.97}

WRONG = {
    "check_momentum": [
        lambda rate, decay: jd.sgd(rate),
        lambda rate, decay: jd.sgd(lambda step: -rate),
    ],
    "check_warm_up": [
        lambda count: count / 100,
        lambda count: min(float(count), 100) / 100,
        lambda count: jnp.minimum(count / 50, 1.0),
        lambda count: min(count / 100, 1.0),
    ],
}
