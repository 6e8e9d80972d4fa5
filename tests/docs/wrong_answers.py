"""Wrong answers to the lessons' exercises, of the kinds that readers give."""

import itertools
from typing import Any

import jax
import jax.numpy as jnp
import optax

import jaxdigits as jd

scan: Any = jax.lax.scan


class Learner:
    """A right one for lesson 18, to be spoiled in one place each."""

    def __init__(self, model, params, loss, optimizer, metric):
        self.model, self.loss, self.optimizer, self.metric = model, loss, optimizer, metric
        self.params, self.opt_state, self.history = params, optimizer.init(params), []

    def train_batch(self, x, y):
        value, grads = jax.value_and_grad(lambda p: self.loss(self.model(p, x), y))(self.params)
        updates, self.opt_state = self.optimizer.update(grads, self.opt_state, self.params)
        self.params = optax.apply_updates(self.params, updates)
        return float(value)

    def key_of(self, key, epoch):
        return jax.random.fold_in(key, epoch)

    def record(self, losses, train, valid):
        metric = self.metric(self.model(self.params, valid[0]), valid[1])
        self.history.append((sum(losses) / len(losses), float(metric)))

    def fit(self, train, valid, *, epochs, batch_size, key):
        for i in range(epochs):
            batches = jd.epoch_batches(self.key_of(key, i), len(train[0]), batch_size)
            losses = [self.train_batch(train[0][b], train[1][b]) for b in batches]
            self.record(losses, train, valid)


class NothingLearned(Learner):
    def train_batch(self, x, y):
        params, value = self.params, super().train_batch(x, y)
        self.params = params
        return value


class Uphill(Learner):
    def train_batch(self, x, y):
        params, value = self.params, super().train_batch(x, y)
        self.params = jax.tree.map(lambda old, new: 2 * old - new, params, self.params)
        return value


class Forgetful(Learner):
    def train_batch(self, x, y):
        self.opt_state = self.optimizer.init(self.params)
        return super().train_batch(x, y)


class SameBatches(Learner):
    def key_of(self, key, epoch):
        return jax.random.fold_in(key, 0)


class NoHistory(Learner):
    def record(self, losses, train, valid):
        pass


class LastLoss(Learner):
    def record(self, losses, train, valid):
        super().record(losses[-1:], train, valid)


class MetricOnTrain(Learner):
    def record(self, losses, train, valid):
        super().record(losses, train, train)


def untrained(x, y, key):
    params = jd.init_mlp(key, (784, 64, 10))
    return lambda inputs: jd.mlp(params, inputs).argmax(axis=1)


def logits_for_digits(x, y, key):
    params = jd.init_mlp(key, (784, 64, 10))
    return lambda inputs: jd.mlp(params, inputs)


def averages(x, y, key):
    means = jd.mean_images(x.reshape(-1, 28, 28), y)
    return lambda inputs: jd.nearest(inputs.reshape(-1, 28, 28), means, jd.rmse_distance)


# For each check, answers that readers might give and that are wrong.
WRONG = {
    "01_pixels": {
        "check_ink_share": [lambda i: i.mean() / 255, lambda i: (i > 0).sum(), lambda i: 1.0],
        "check_negative": [lambda i: 255.0 - i, lambda i: -i, lambda i: i],
        "check_rarest": [
            lambda y: min(int((y == d).sum()) for d in range(10)),
            lambda y: jnp.bincount(y, length=10).argmin(),
            lambda y: 0,
        ],
    },
    "03_pixel_similarity": {
        "check_max_distance": [lambda a, b: (a - b).max(), jd.l1_distance, jd.rmse_distance],
        "check_median_image": [
            lambda images: images.mean(axis=0),
            jnp.median,
            lambda images: jnp.median(images, axis=(1, 2)),
        ],
        "check_signed_distance": [jd.l1_distance, lambda a, b: (a - b).mean(), lambda a, b: 0.0],
    },
    "04_metrics": {
        "check_broadcast_shape": [
            lambda a, b: max(a, b),
            lambda a, b: tuple(max(m, n) for m, n in zip(a, b, strict=False)),
        ],
        "check_all_distances": [
            lambda a, b: jnp.abs(a - b).mean(axis=(-2, -1)),
            lambda a, b: jnp.abs(b[:, None] - a).mean(axis=(-2, -1)),
            lambda a, b: jnp.abs(a[:, None] - b).sum(axis=(-2, -1)),
        ],
        "check_overall_accuracy": [
            lambda a, b: (a.mean() + b.mean()) / 2,
            lambda a, b: a.mean(),
        ],
    },
    "08_putting_it_together": {
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
    },
    "09_an_optimizer": {
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
    },
    "02_arrays": {
        "check_halved_evens": [
            lambda numbers: [n // 2 for n in numbers],
            lambda numbers: [n for n in numbers if n % 2 == 0],
            lambda numbers: [n // 2 for n in numbers if n // 2 % 2 == 0],
            lambda numbers: (n // 2 for n in numbers if n % 2 == 0),
        ],
        "check_pairs": [
            lambda a, b: [(a[i], b[i]) for i in range(len(a))],
            lambda a, b: [(m, n) for m in a for n in b],
            lambda a, b: [[m, n] for m, n in zip(a, b, strict=False)],
            lambda a, b: [a, b],
        ],
        "check_middle": [
            lambda images: images[4:24, 4:24],
            lambda images: images[:, 4:23, 4:23],
            lambda images: images[:, :20, :20],
        ],
        "check_chessboard": [
            lambda n: jnp.zeros((n, n)),
            lambda n: jnp.zeros((n, n)).at[::2, 1::2].set(1),
            lambda n: jnp.zeros((n, n)).at[::2, ::2].set(1).at[1::2, 1::2].set(1),
            lambda n: jnp.zeros((n, n)).at[:, 1::2].set(1),
        ],
        "check_more_ink": [
            lambda image, amount: image + amount,
            lambda image, amount: jnp.clip(image + amount, 0, 255),
            lambda image, amount: image.astype(jnp.float32) + amount,
            lambda image, amount: jnp.minimum(image.astype(jnp.int32) + amount, 255),
        ],
    },
    "05_gradients": {
        "check_nudge_gradient": [
            lambda f, x, nudge: (f(x + nudge) - f(x)) / nudge,
            lambda f, x, nudge: jnp.stack([f(x.at[i].add(nudge)) - f(x) for i in range(3)]),
            lambda f, x, nudge: jnp.stack([f(x) - f(x.at[i].add(nudge)) for i in range(3)]) / nudge,
            lambda f, x, nudge: jnp.full(3, (f(x + nudge) - f(x)) / nudge),
            lambda f, x, nudge: jnp.stack([f(x.at[i].set(nudge)) for i in range(3)]) / nudge,
        ],
        "check_steps_needed": [
            lambda rate: next(
                (n for n in range(1000) if abs(3 * (1 - 2 * rate) ** (n + 1)) < 0.01), None
            ),
            lambda rate: next((n for n in range(1, 999) if 3 * (1 - 2 * rate) ** n < 0.01), None),
            lambda rate: 1000,
            lambda rate: None,
        ],
        "check_one_step_rate": [
            lambda f, x: jax.grad(jax.grad(f))(x),
            lambda f, x: 1 / jax.grad(f)(x),
            lambda f, x: 0.5,
            lambda f, x: 2 / jax.grad(jax.grad(f))(x),
        ],
    },
    "10_a_nonlinearity": {
        "check_merge": [
            lambda first, second: jd.Linear(first.w @ second.w, second.b),
            lambda first, second: jd.Linear(first.w @ second.w, first.b + second.b),
            lambda first, second: jd.Linear(second.w @ first.w, second.b),
            lambda first, second: first,
            lambda first, second: first.w @ second.w,
        ],
        "check_count_parameters": [
            lambda sizes: sum(sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1)),
            lambda sizes: sum(sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1)) + sum(sizes),
            lambda sizes: sum(sizes[1:]),
            lambda sizes: sizes[0] * sizes[-1],
        ],
        "check_absolute": [
            lambda: jd.init_mlp(jax.random.key(0), [1, 2, 1]),
            lambda: (
                jd.Linear(jnp.array([[1.0, -1.0]]), jnp.zeros(2)),
                jd.Linear(jnp.array([[1.0], [-1.0]]), jnp.zeros(1)),
            ),
            lambda: (jd.Linear(jnp.ones((1, 1)), jnp.zeros(1)),) * 2,
            lambda: (jnp.array([[1.0, -1.0]]), jnp.ones((2, 1))),
            lambda: (
                jd.Linear(jnp.array([1.0, -1.0]), jnp.zeros(2)),
                jd.Linear(jnp.ones(2), jnp.zeros(1)),
            ),
        ],
    },
    "06_roller_coaster": {
        "check_stop_at": [
            lambda losses, least: next(
                (i for i in range(len(losses) - 1) if losses[i] - losses[i + 1] < least), None
            ),
            lambda losses, least: max(
                (i for i in range(1, len(losses)) if losses[i - 1] - losses[i] < least),
                default=None,
            ),
            lambda losses, least: next(
                (i for i in range(1, len(losses)) if abs(losses[i - 1] - losses[i]) < least), None
            ),
            lambda losses, least: next(
                (i for i in range(1, len(losses)) if losses[i - 1] - losses[i] < least), len(losses)
            ),
            lambda losses, least: next((i for i, x in enumerate(losses) if x < least), None),
        ],
        "check_careful_step": [
            lambda f, x, rate: x - rate * jax.grad(f)(x),
            lambda f, x, rate: (x + rate * jax.grad(f)(x), rate),
            lambda f, x, rate: (x - rate * jax.grad(f)(x), rate),
            lambda f, x, rate: (x - rate * jax.grad(f)(x), rate / 2),
            lambda f, x, rate: (x, rate / 2),
            lambda f, x, rate: (min(x, x - rate * jax.grad(f)(x), key=f), rate),
        ],
        "check_cubic": [
            lambda params, t: params[0] + params[1] * t + params[2] * t**2 + params[3] * t**3,
            lambda params, t: params[0] * t**2 + params[2] * t + params[3],
            lambda params, t: (params[0] * t**3 + params[2] * t + params[3]).sum(),
            lambda params, t: params[0] * t**3 + params[3],
        ],
    },
    "07_a_loss_for_digits": {
        "check_plain_loss": [
            lambda p, targets: (targets - p).mean(),
            lambda p, targets: ((p - targets) ** 2).mean(),
            lambda p, targets: jnp.abs(p - targets).sum(),
            lambda p, targets: jnp.abs(p - targets),
            lambda p, targets: p.mean(),
        ],
        "check_logit": [
            jax.nn.sigmoid,
            jnp.log,
            lambda p: jnp.log((1 - p) / p),
            lambda p: p - 0.5,
            lambda p: jnp.log(p / (1 - p)).mean(),
        ],
        "check_count_steps": [
            lambda n, batch_size, keep_rest: n / batch_size,
            lambda n, batch_size, keep_rest: n // batch_size,
            lambda n, batch_size, keep_rest: n // batch_size + keep_rest,
            lambda n, batch_size, keep_rest: -(-n // batch_size),
        ],
    },
    "18_questions": {
        "check_learner": [
            NothingLearned,
            Uphill,
            Forgetful,
            SameBatches,
            NoHistory,
            LastLoss,
            MetricOnTrain,
        ],
        "check_learn": [untrained, logits_for_digits, averages],
    },
    "11_ten_averages": {
        "check_most_confused": [
            lambda m: jnp.unravel_index(m.argmax(), m.shape),
            lambda m: jnp.unravel_index((m * (1 - jnp.eye(len(m), dtype=int))).T.argmax(), m.shape),
            lambda m: m.max(),
            lambda m: (1, 2),
        ],
        "check_precision": [
            lambda m: jnp.diagonal(m) / m.sum(axis=1),
            lambda m: jnp.diagonal(m) / m.sum(),
            lambda m: jnp.trace(m) / m.sum(),
            lambda m: m[0] / m.sum(axis=0),
        ],
        "check_majority_accuracy": [
            lambda train, test: jnp.bincount(test).max() / len(test),
            lambda train, test: jnp.bincount(train).max() / len(train),
            lambda train, test: 0.1,
        ],
    },
    "12_ten_linear_models": {
        "check_cross_entropy_gradient": [
            lambda logits, label: jax.nn.softmax(logits)[label] - 1,
            lambda logits, label: jax.nn.one_hot(label, 10) - jax.nn.softmax(logits),
            lambda logits, label: jax.nn.softmax(logits),
            lambda logits, label: jax.nn.sigmoid(logits) - jax.nn.one_hot(label, 10),
        ],
        "check_count_yes": [
            lambda logits: (logits > 0).sum(axis=0),
            lambda logits: (logits > 0).sum(),
            lambda logits: (logits > 0.5).sum(axis=1),
            lambda logits: (logits < 0).sum(axis=1),
        ],
        "check_start_at_zero": [
            lambda n_in, n_out: jnp.zeros((n_in, n_out)),
            lambda n_in, n_out: jd.Linear(jnp.zeros((n_out, n_in)), jnp.zeros(n_out)),
            lambda n_in, n_out: jd.Linear(jnp.zeros((n_in, n_out)), jnp.zeros(1)),
            lambda n_in, n_out: jd.init_linear(jax.random.key(0), n_in, n_out),
        ],
    },
    "13_a_small_network": {
        "check_count_parameters": [
            lambda sizes: sum(m * n for m, n in itertools.pairwise(sizes)),
            lambda sizes: sum(m * n for m, n in itertools.pairwise(sizes)) + sum(sizes),
            lambda sizes: sum(sizes),
            lambda sizes: (sizes[0] + 1) * sizes[1] + (sizes[1] + 1) * sizes[2],
        ],
        "check_epochs_needed": [
            lambda metric, goal: int((metric >= goal).argmax()),
            lambda metric, goal: int((metric < goal).sum()) + 2,
            lambda metric, goal: int((metric >= goal).argmax()) + 1,
            lambda metric, goal: int((metric > goal).argmax()) + 1,
        ],
        "check_sigmoid_from_tanh": [
            jnp.tanh,
            lambda x: 1 + jnp.tanh(x / 2),
            lambda x: (1 + jnp.tanh(x)) / 2,
            lambda x: (1 + jnp.tanh(x / 4)) / 2,
        ],
    },
    "14_resnet": {
        "check_output_size": [
            lambda size, taps, stride, padding: (size + 2 * padding - taps) // stride,
            lambda size, taps, stride, padding: (size + padding - taps) // stride + 1,
            lambda size, taps, stride, padding: -((size + 2 * padding - taps) // -stride) + 1,
            lambda size, taps, stride, padding: (size + 2 * padding - taps) / stride + 1,
            lambda size, taps, stride, padding: (size + 2 * padding - taps + 1) // stride,
            lambda size, taps, stride, padding: size // stride,
            lambda size, taps, stride, padding: size - taps + 1,
            lambda size, taps, stride, padding: (size + 2 * padding - taps) // stride + 1.0,
        ],
        "check_count_parameters": [
            lambda taps, channels, features: taps**2 * channels * features,
            lambda taps, channels, features: taps**2 * channels * features + features,
            lambda taps, channels, features: taps**2 * channels * features + 3 * features,
            lambda taps, channels, features: taps**2 * channels * features + 4 * features,
            lambda taps, channels, features: taps * channels * features + 2 * features,
            lambda taps, channels, features: taps**2 * features + 2 * features,
        ],
        "check_fold": [
            lambda kernel, scale, bias, mean, var: (kernel * scale / var, bias),
            lambda kernel, scale, bias, mean, var: (kernel * scale, bias),
            lambda kernel, scale, bias, mean, var: (kernel * scale / jnp.sqrt(var), bias),
            lambda kernel, scale, bias, mean, var: (kernel * scale / jnp.sqrt(var), bias - mean),
            lambda kernel, scale, bias, mean, var: (
                kernel * scale / jnp.sqrt(var),
                bias + mean * scale / jnp.sqrt(var),
            ),
            lambda kernel, scale, bias, mean, var: kernel * scale / jnp.sqrt(var),
        ],
    },
    "15_small_and_better": {
        "check_multiplications": [
            lambda size, taps, channels, features, stride: taps**2 * channels * features,
            lambda size, taps, channels, features, stride: size**2 * taps * channels * features,
            lambda size, taps, channels, features, stride: size**2 * taps**2 * channels * features,
            lambda size, taps, channels, features, stride: (
                (size // stride) ** 2 * taps**2 * channels * features
            ),
            lambda size, taps, channels, features, stride: (
                ((size - taps) // stride + 1) ** 2 * taps**2 * channels * features
            ),
            lambda size, taps, channels, features, stride: size**2 * channels * features,
        ],
        "check_shift_image": [
            lambda image, down, right: jnp.roll(image, (down, right), (0, 1)),
            lambda image, down, right: (
                jnp.pad(image, ((down, 0), (right, 0))) if down >= 0 else image
            ),
            lambda image, down, right: (
                jnp.zeros_like(image)
                .at[down:, right:]
                .set(image[: len(image) - down, : image.shape[1] - right])
                if down >= 0
                else image
            ),
            lambda image, down, right: jnp.zeros_like(image),
        ],
        "check_orthogonalize": [
            lambda matrix: matrix,
            lambda matrix: matrix / jnp.linalg.norm(matrix),
            lambda matrix: jnp.linalg.qr(matrix)[0],
            lambda matrix: jnp.linalg.svd(matrix, False)[0] @ jnp.linalg.svd(matrix, False)[2].T,
            lambda matrix: jnp.linalg.svd(matrix, False)[0],
            lambda matrix: jnp.linalg.svd(matrix)[0],
        ],
        "check_is_clear": [
            lambda a, b, n: a - b > 2 * ((a + b) / 2 * (1 - (a + b) / 2) * 2 / n) ** 0.5,
            lambda a, b, n: abs(a - b) > 2 * ((a + b) / 2 * (1 - (a + b) / 2) / n) ** 0.5,
            lambda a, b, n: abs(a - b) > ((a + b) / 2 * (1 - (a + b) / 2) * 2 / n) ** 0.5,
            lambda a, b, n: abs(a - b) > 0.001,
            lambda a, b, n: abs(a - b) > 0.03,
            lambda a, b, n: True,
        ],
    },
    "16_what_jax_adds": {
        "check_count_traces": [
            len,
            lambda calls: len({shape for shape, _ in calls}),
            lambda calls: len({dtype for _, dtype in calls}),
            lambda calls: len(list(itertools.groupby(calls))),
            lambda calls: 1,
            lambda calls: max(len(set(calls)), 1),
        ],
        "check_best_so_far": [
            lambda metric: metric.max(),
            lambda metric: scan(lambda a, b: (jnp.maximum(a, b),) * 2, 0.0, metric)[1],
            lambda metric: scan(lambda a, b: (jnp.maximum(a, b), a), -jnp.inf, metric)[1],
            lambda metric: scan(lambda a, b: (jnp.maximum(a, b),) * 2, -jnp.inf, metric)[0],
            lambda metric: scan(lambda a, b: jnp.maximum(a, b), -jnp.inf, metric)[1],
            jax.lax.cummax,
            lambda metric: jnp.array([max(metric[: i + 1]) for i in range(len(metric))]),
        ],
        "check_gradient_in_parts": [
            lambda loss, w, x, y, parts: jax.vmap(jax.grad(loss), (None, 0, 0))(
                w, x.reshape(parts, -1, 2), y.reshape(parts, -1)
            ),
            lambda loss, w, x, y, parts: jax.vmap(jax.grad(loss), (None, 0, 0))(
                w, x.reshape(parts, -1, 2), y.reshape(parts, -1)
            ).sum(axis=0),
            lambda loss, w, x, y, parts: jax.vmap(jax.grad(loss), (None, 0, 0))(
                w, x.reshape(parts, -1, 2), y.reshape(parts, -1)
            ).mean(),
            lambda loss, w, x, y, parts: jax.grad(loss)(
                w, x[: len(x) // parts], y[: len(y) // parts]
            ),
            lambda loss, w, x, y, parts: jax.vmap(jax.grad(loss), (None, 0, 0))(
                w, x.reshape(parts, -1, 2), y.reshape(-1, parts).T
            ).mean(axis=0),
        ],
    },
}
