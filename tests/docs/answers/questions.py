import jax
import numpy as np
import optax

import jaxdigits as jd


class Learner:
    """A right one for lesson 23. Each class below spoils one part of it."""

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


class WithFit:
    """Leave it all to `jd.fit`, which is right, if not the point."""

    def __init__(self, model, params, loss, optimizer, metric):
        self.settings, self.params, self.metric = (model, loss, optimizer), params, metric

    def fit(self, train, valid, *, epochs, batch_size, key):
        model, loss, optimizer = self.settings
        fitted = jd.fit(
            model,
            self.params,
            loss,
            optimizer,
            train,
            epochs=epochs,
            batch_size=batch_size,
            key=key,
            valid=valid,
            metric=self.metric,
        )
        self.params = fitted.params
        self.history = [
            [loss.item(), metric.item()]
            for loss, metric in zip(fitted.history.loss, fitted.history.metric, strict=True)
        ]


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


class Swapped(Learner):
    def record(self, losses, train, valid):
        super().record(losses, train, valid)
        self.history[-1] = self.history[-1][::-1]


NoFit = type("NoFit", (Learner,), {"fit": None})


class MetricOnTrain(Learner):
    def record(self, losses, train, valid):
        super().record(losses, train, train)


def by_adam(x, y, key):
    params, labels = jd.init_mlp(key, (784, 64, 10)), jax.nn.one_hot(y, 10)
    optimizer = optax.adam(1e-2)
    state = optimizer.init(params)

    @jax.jit
    def step(params, state, x, labels):
        def loss(params):
            return optax.softmax_cross_entropy(jd.mlp(params, x), labels).mean()

        updates, state = optimizer.update(jax.grad(loss)(params), state)
        return optax.apply_updates(params, updates), state

    for _ in range(100):
        params, state = step(params, state, x, labels)
    return lambda inputs: jd.mlp(params, inputs).argmax(axis=1).tolist()


def by_neighbor(x, y, key):
    x, y = np.asarray(x), np.asarray(y)

    def predict(inputs):
        inputs = np.asarray(inputs)
        return y[((x**2).sum(axis=1) - 2 * inputs @ x.T).argmin(axis=1)]

    return predict


def nothing_returned(x, y, key):
    by_neighbor(x, y, key)


def untrained(x, y, key):
    params = jd.init_mlp(key, (784, 64, 10))
    return lambda inputs: jd.mlp(params, inputs).argmax(axis=1)


def logits_for_digits(x, y, key):
    params = jd.init_mlp(key, (784, 64, 10))
    return lambda inputs: jd.mlp(params, inputs)


def averages(x, y, key):
    means = jd.mean_images(x.reshape(-1, 28, 28), y)
    return lambda inputs: jd.nearest(inputs.reshape(-1, 28, 28), means, jd.rmse_distance)


EXACT = [
    "always 1: 0.1135",
    "l1_distance    0.6685",
    "rmse_distance  0.8203",
    "loss when undecided 2.3026",
]

REACH = {"epoch 3: accuracy ": 0.97, "new digits ": 0.96}

RIGHT = {"check_learner": [Learner, WithFit], "check_learn": [by_adam, by_neighbor]}

WRONG = {
    "check_learner": [
        NothingLearned,
        Uphill,
        Forgetful,
        SameBatches,
        NoHistory,
        LastLoss,
        MetricOnTrain,
        Swapped,
        NoFit,
    ],
    "check_learn": [untrained, logits_for_digits, averages, nothing_returned],
}
