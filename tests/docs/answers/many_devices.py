import jax
import numpy as np

EXACT = [
    "images  float32[256@examples,784]",
    "f32[32,1] dot\n    f32[1,784] dot\n    (f32[1,784], f32[1]) all-reduce",
    "f32[64,1] dot\nf32[1,784] dot\n(f32[1,784], f32[1]) all-reduce\nprocess 1 of 2 holds 6198",
    "the two processes differ by 0.0",
    "all rows would take 7.8 GB",
    "continues after epoch 2",
]


def on_parts(loss, w, x, y, parts):
    pairs = zip(np.split(x, parts), np.split(y, parts), strict=True)
    return [jax.grad(loss)(w, a, b) for a, b in pairs]


def chosen(*names):
    return lambda things: [thing for thing in things if thing in names]


RIGHT = {
    "check_rows_of": [
        lambda device, devices, n: [n // devices * device, n // devices * (device + 1)],
        lambda device, devices, n: (
            int(np.split(np.arange(n), devices)[device][0]),
            int(np.split(np.arange(n), devices)[device][-1]) + 1,
        ),
    ],
    "check_gradient_in_parts": [
        lambda loss, w, x, y, parts: sum(on_parts(loss, w, x, y, parts)) / parts,
        lambda loss, w, x, y, parts: np.mean(on_parts(loss, w, x, y, parts), axis=0),
        lambda loss, w, x, y, parts: jax.vmap(jax.grad(loss), (None, 0, 0))(
            w, x.reshape(parts, -1, 2), y.reshape(parts, -1)
        ).mean(axis=0),
    ],
    "check_must_save": [
        lambda things: list(filter(("params", "momentum", "step").__contains__, things)),
        lambda things: [t for t in things if t not in ("batches", "gradient", "loss")],
    ],
}

WRONG = {
    "check_rows_of": [
        lambda device, devices, n: (n // devices * device, n // devices * (device + 1) - 1),
        lambda device, devices, n: (n // devices * (device - 1), n // devices * device),
        lambda device, devices, n: (n // devices * device, n // devices),
        lambda device, devices, n: (device, n),
        lambda device, devices, n: (32, 64),
    ],
    "check_gradient_in_parts": [
        on_parts,
        lambda loss, w, x, y, parts: sum(on_parts(loss, w, x, y, parts)),
        lambda loss, w, x, y, parts: jax.grad(loss)(w, x, y),
        lambda loss, w, x, y, parts: np.mean(on_parts(loss, w, x, y, parts)),
        lambda loss, w, x, y, parts: on_parts(loss, w, x, y, parts)[0],
        lambda loss, w, x, y, parts: (
            sum(jax.grad(loss)(w, x[i::parts], y[i::parts]) for i in range(parts)) / parts
        ),
        lambda loss, w, x, y, parts: on_parts(loss, w, x, y[::-1], parts)[0],
    ],
    "check_must_save": [
        chosen("params"),
        chosen("params", "momentum"),
        chosen("params", "step"),
        chosen("params", "momentum", "step", "batches"),
        lambda things: things,
        lambda things: ["params", "momentum", "step"],
    ],
}
