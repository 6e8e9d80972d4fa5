# %% [markdown]
# ---
# runs_for: 90  # trains about twenty small networks, six of them for long
# description: Train 784-64-10 on all digits; see overfitting, cure it three ways, and open the test set last.
# ---
#
# # 15. A small neural network
#
# **What gets past the limit of a linear model, and how do you notice when a model learns its
# examples by heart?** You put one hidden layer between pixels and digits, and train as before. Then
# you give the same network far too few digits, watch it _overfit_, and try three cures. At the end,
# when all decisions are made, you open the test set.
#
# Why care? In 1989, a network with fewer parameters than the one below read handwritten ZIP codes,
# and within ten years its successors read several million bank checks a day. But a network that is
# large enough, theirs or yours, can also learn its examples by heart, and look perfect until it
# meets new ones.
#
# *You need:* [lesson 11](11_a_nonlinearity.py) and [lesson 14](14_ten_linear_models.py).
#
# ## The model
#
# Lesson 11 told two digits apart with a hidden layer and a ReLU. Now there are ten digits, and
# between the layers we first put the sigmoid, the usual nonlinearity for decades. [Further
# down](#which-nonlinearity) it competes with the ReLU.
#
# To choose a learning rate and a nonlinearity, we hold out some of the training digits, as in
# [lesson 10](10_an_optimizer.py).

# %%
import json
import pathlib

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax

import jaxdigits as jd

jd.enable_compilation_cache()
digits = jd.load("auto")
x, y = [np.asarray(array) for array in jd.to_examples(digits.train)]

keys = jax.random.split(jax.random.key(0), 6)
key_split, key_params, key_batches, key_runs, key_shuffle, key_linear = keys
order = np.asarray(jax.random.permutation(key_split, len(x)))
n_held = len(x) // 6
held_out = (x[order[:n_held]], y[order[:n_held]])
training = (x[order[n_held:]], y[order[n_held:]])
x_held, y_held = held_out
print(f"{len(training[0]):,} digits to learn from, {n_held:,} held out")

# %% [markdown]
# The network goes from 784 pixels to 64 hidden units to 10 logits. The package's
# [`mlp`][jaxdigits.mlp] takes the nonlinearity as an argument.


# %%
def sigmoid_network(params, x):
    return jd.mlp(params, x, activation=jax.nn.sigmoid)


start = jd.init_mlp(key_params, (784, 64, 10))
for layer in start:
    print(f"weights {layer.w.shape}, biases {layer.b.shape}")

# %% [markdown]
# How many numbers are there to learn? Guess first: the linear model has ten columns of 784 weights,
# and the first layer of the [network](22_jargon.md#neural-network) has 64.


# %%
def count(params):
    return sum(layer.w.size + layer.b.size for layer in params)


linear_start = jd.init_linear(key_linear, n_in=784, n_out=10, scale=0.3)
print(f"linear model {count([linear_start]):6,} parameters")
print(f"network      {count(start):6,} parameters")

# %% [markdown]
# The network has more than six times as many, nearly all in its first layer. It can use them to
# learn what the images of a digit have in common, or to memorize each image.
#
# ## Same loop, other model
#
# Cross-entropy, learning rate 1, mini-batches: all of this is as in the race of lesson 14. Is that
# fair? For the linear model, rate 1 was the best of the four that lesson 14 tried at the end
# (called 10 there, because the loss was divided by ten). For the network, we have not tried any
# rate yet. So if the rate favors one of the two, it should be the linear model.


# %%
def train_model(model, start, optimizer, epochs=12):
    return jd.fit(
        model,
        start,
        jd.cross_entropy_loss,
        optimizer,
        training,
        epochs=epochs,
        batch_size=min(256, len(training[0]) // 40),
        key=key_batches,
        valid=held_out,
        metric=jd.accuracy,
    )


rate_1 = jd.sgd(1.0)
linear_fit = train_model(jd.linear, linear_start, rate_1)
network_fit = train_model(sigmoid_network, start, rate_1)

# %% [markdown]
# Which model do you expect to be ahead after the first epoch, and which after the last?

# %%
linear_curve = np.asarray(linear_fit.history.metric)
network_curve = np.asarray(network_fit.history.metric)
for epochs in 1, 2, 5, 12:
    print(f"{epochs:2} epochs: linear {linear_curve[epochs - 1]:.4f}", end="")
    print(f", network {network_curve[epochs - 1]:.4f}")

# %% tags=["hide-input"] alt="Accuracy on held-out digits over twelve epochs, for the linear model and the network. The linear model soon levels off. The network goes on climbing, steeply at first, then more slowly."
figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
ax.plot(range(1, 13), linear_curve, label="linear model")
ax.plot(range(1, 13), network_curve, label="network")
ax.text(12.2, linear_curve[-1], "linear model", color="C0", va="top")
ax.text(12.2, network_curve[-1], "network", color="C1", va="bottom")
ax.set(xlabel="epoch", ylabel="held-out accuracy")

# %% [markdown]
# The network is ahead from the first epoch. The linear model has soon learned nearly all it can,
# and ends with about 92 of 100 held-out digits right. The network goes on climbing, to about 96.5
# of 100: _more than half_ of the linear model's mistakes are gone.

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs(100 * linear_curve[-1] - 92) < 1.5
    assert network_curve[0] > linear_curve[0]
    assert abs(100 * network_curve[-1] - 96.5) < 0.8
    assert 1 - network_curve[-1] < (1 - linear_curve[-1]) / 2

# %% [markdown]
# ## Learning by heart
#
# Now give the network only a thousand digits, one for every fifty parameters, and plenty of time:
# two hundred epochs. What will the loss do on the thousand digits, and what on the held-out ones?
# Draw both curves before you look.
#
# This time `fit` measures the loss instead of the accuracy, and only on some of the held-out
# digits, to save time.


# %%
def train_on(n, epochs, optimizer=rate_1, valid=None, metric=None):
    return jd.fit(
        sigmoid_network,
        start,
        jd.cross_entropy_loss,
        optimizer,
        (training[0][:n], training[1][:n]),
        epochs=epochs,
        batch_size=min(100, n // 10),
        key=key_batches,
        valid=valid,
        metric=metric,
    )


# %%
few = min(1000, len(training[0]) // 2)
some_held = x_held[:2000], y_held[:2000]
long_fit = train_on(few, 200, valid=some_held, metric=jd.cross_entropy_loss)
seen = np.asarray(long_fit.history.loss)
new = np.asarray(long_fit.history.metric)
best = int(new.argmin()) + 1
print(f"lowest loss on held-out digits: {new.min():.3f}, after epoch {best}")
print(f"after epoch 200: {seen[-1]:.3f} seen, {new[-1]:.3f} held out")

# %% tags=["hide-input"] alt="Two losses over two hundred epochs. On the digits that the network learns from, the loss falls toward zero. On held-out digits it falls at first, too, reaches its lowest point after some thirty epochs, marked by a dashed line, and then rises slowly but steadily."
figure, ax = plt.subplots(figsize=(5.5, 3), layout="constrained")
ax.plot(range(1, 201), seen, label="seen digits")
ax.plot(range(1, 201), new, label="held-out digits")
ax.axvline(best, color="gray", linestyle="--")
ax.text(205, seen[-1], "seen digits", color="C0")
ax.text(205, new[-1], "held-out digits", color="C1")
ax.set(xlabel="epoch", ylabel="loss", ylim=(0, 1))

# %% [markdown]
# On the digits that the network has seen, the loss falls toward zero. On held-out digits it turns
# around, here after some thirty epochs, and rises again. This is
# *[overfitting](22_jargon.md#overfitting)*. After the turn, what the network learns still helps on
# these thousand images, but makes its beliefs about new ones worse.
#
# Does the network also make more mistakes? And how sure is it of them? Its *confidence* is its
# belief in its own answer, the largest of the ten. To get the network of the best epoch, train
# again with the same key, which makes the same batches, and stop there.

# %%
short_fit = train_on(few, epochs=best)
assert np.allclose(short_fit.history.loss, seen[:best], atol=1e-2)
for epochs, params in (best, short_fit.params), (200, long_fit.params):
    logits = np.asarray(sigmoid_network(params, x_held))
    wrong = logits.argmax(axis=1) != np.asarray(y_held)
    confidence = np.asarray(jax.nn.softmax(logits)).max(axis=1)
    print(f"after {epochs:3} epochs: {1 - wrong.mean():.4f} right", end=", ")
    print(f"mean confidence in mistakes {confidence[wrong].mean():.2f}")

# %% [markdown]
# At the end, the network gets all thousand seen digits right. On held-out digits, the accuracy has
# hardly moved: about 89 of 100 are right, early and late. But the network is now more certain of
# its mistakes, and cross-entropy punishes that. Lesson 14 said that this loss asks for honest
# beliefs. It does, but only about the digits in training. There the network is always right, so it
# never learns how often it is wrong about new digits. In practice this does harm: a bank lets
# people read the checks of which the network is unsure, and this network is too seldom unsure. So
# watch the loss on held-out digits, and not only their accuracy.
#
# ??? note "Watch it in your browser"
#     You can see the held-out loss rise, with only [a hundred
#     digits](../train.py?model=relu&units=64&digits=100&batch=10&rate=0.1) or with [wrong
#     labels](../train.py?model=relu&units=128&rate=0.1&wrong=0.4&race&b.wrong=0), which can only be
#     learned by heart.

# %% tags=["claim"]
if digits.name == "mnist":
    assert 15 <= best <= 60 and seen[-1] < 0.01 < 0.35 < new[-1]  # some thirty
    assert new[-1] > 1.1 * new.min()
    late = sigmoid_network(long_fit.params, x_held)
    early = sigmoid_network(short_fit.params, x_held)
    late_score = jd.accuracy(late, y_held)
    early_score = jd.accuracy(early, y_held)
    assert abs(late_score - early_score) < 0.01
    assert abs(100 * late_score - 89) < 1.5
    seen_logits = sigmoid_network(long_fit.params, training[0][:few])
    assert jd.accuracy(seen_logits, training[1][:few]) > 0.9995  # all thousand
    right = np.asarray(late).argmax(1) == np.asarray(y_held)
    sure = np.asarray(jax.nn.softmax(late)).max(1)[~right].mean()
    right = np.asarray(early).argmax(1) == np.asarray(y_held)
    assert np.asarray(jax.nn.softmax(early)).max(1)[~right].mean() + 0.05 < sure

# %% [markdown]
# ## Three cures
#
# **Stop early.** Keep the parameters of the epoch with the lowest held-out loss, as in `short_fit`.
# This is called *[early stopping](22_jargon.md#early-stopping)*.
#
# **Hold the weights down.** To be certain of every single image, a network needs large weights,
# because they drive its logits apart. *[Weight decay](22_jargon.md#weight-decay)* pulls each
# weight toward zero in every step, by a small share of its size: the decay times the learning
# rate. A weight then stays large only if many digits keep pushing it. In Optax,
# `add_decayed_weights` adds `decay * w` to the gradient of `w`, and does the same for the biases.
# `optax.chain` passes the sum on to SGD.
#
# How strong should the decay be? Like the learning rate, it is a number that we have to choose,
# because no gradient finds it: a *[hyperparameter](22_jargon.md#hyperparameter)*. So compare a few
# values on held-out digits.


# %%
def held_out_loss(params):
    return float(jd.cross_entropy_loss(sigmoid_network(params, x_held), y_held))


def accuracy(model, params, inputs):
    return float(jd.accuracy(model(params, inputs), y_held))


def train_with_decay(decay):
    shrink = optax.add_decayed_weights(decay)
    return train_on(few, 200, optax.chain(shrink, rate_1))


# %% [markdown]
# Here and in a later comparison, most runs come from a record, as in [lesson
# 11](11_a_nonlinearity.py#they-train-no-better), and we train one of them ourselves. `sweep` and
# the functions that we pass to it, whose code is in the notebook, train only what the record lacks.
# The record is from:

# %% tags=["hide-input"]
path = pathlib.Path("benchmarks/results/sweeps.json")
records = json.loads(path.read_text()) if path.exists() else {}
record = records.get("15_a_small_network", {"facts": {}, "swept": {}})
if digits.name != "mnist":
    record = {"facts": {}, "swept": {}}  # the record is of MNIST
for name in "date", "processor", "jax":
    print(f"{name:9} {record['facts'].get(name, 'no record here')}")
known, swept = record["swept"], {}


def sweep(measure, settings, runs):
    for setting in settings:
        results = list(known.get(setting, []))
        for run in range(len(results), runs):
            results.append(measure(setting, run))
        swept[setting] = results
    return np.array([swept[setting] for setting in settings])


def loss_with_decay(setting, run):
    decay = float(setting.split()[1])  # 0.001 of "decay 0.001"
    return held_out_loss(train_with_decay(decay).params)


def score_at_rate(setting, run):
    name, rate = setting.split()  # such as "tanh 0.3"
    model = networks[name]
    return train_once(model, float(rate), run, training[0], x_held)


# %%
settings = ["decay 0.0003", "decay 0.001", "decay 0.003"]
decay_losses = sweep(loss_with_decay, settings, runs=1)[:, 0]
for setting, loss in zip(settings, decay_losses, strict=True):
    print(f"{setting}: held-out loss {loss:.3f}")
best_decay = settings[decay_losses.argmin()].split()[1]
decay_fit = train_with_decay(float(best_decay))
decay_live = held_out_loss(decay_fit.params)
print(f"trained here, with {best_decay}: {decay_live:.3f}")

# %% [markdown]
# The middle one is best. Less decay leaves more of the overfitting, and more decay holds back what
# is worth learning as well. The network trained here agrees with the record to within 0.01.

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs(decay_live - decay_losses.min()) < 0.01
    assert decay_losses.argmin() == 1  # the middle one

# %% [markdown]
# **Get more digits.** With more digits, it pays less to learn the quirks of one image, and more to
# learn what many share. So take three times and ten times as many digits, with fewer epochs, so
# that the number of steps stays about the same. (As with the decays, we measure on all held-out
# digits. So the first two held-out losses differ a little from those that `fit` measured on some
# of them.) Which of the three cures will help most?

# %%
runs = {
    f"{few:,} digits": (few, long_fit),
    "stopped early": (few, short_fit),
    "weight decay": (few, decay_fit),
}
for factor in 3, 10:
    n = min(factor * few, len(training[0]))
    runs[f"{n:,} digits"] = (n, train_on(n, 200 * few // n))

# %%
losses = {}
for name, (n, fitted) in runs.items():
    logits = sigmoid_network(fitted.params, training[0][:n])
    loss_seen = float(jd.cross_entropy_loss(logits, training[1][:n]))
    losses[name] = loss_seen, held_out_loss(fitted.params)
    score = accuracy(sigmoid_network, fitted.params, x_held)
    print(f"{name:13}  loss {losses[name][0]:.3f} seen", end="")
    print(f", {losses[name][1]:.3f} held out, accuracy {score:.4f}")

# %% tags=["hide-input"] alt="Two bars for each of five runs: the loss on seen and on held-out digits. Without a cure the held-out bar is high and the seen one nearly invisible. Early stopping and weight decay lower the held-out bar somewhat. With three thousand digits it is lower, with ten thousand less than half as high."
figure, ax = plt.subplots(figsize=(6.5, 3), layout="constrained")
places = np.arange(len(losses))
pairs = np.array(list(losses.values()))
ax.bar(places - 0.2, pairs[:, 0], width=0.4, label="seen digits")
ax.bar(places + 0.2, pairs[:, 1], width=0.4, label="held-out digits")
ax.set(xticks=places, ylabel="loss")
ax.set_xticklabels(list(losses), fontsize="small")
ax.legend()

# %% [markdown]
# All three lower the held-out loss. But compare the accuracies. With early stopping and weight
# decay, the network makes about as many mistakes as before, and is only less sure of them. Nothing
# comes near _more data_: ten times as many digits cut both the held-out loss and the number of
# mistakes to less than half. So if you can get more examples, do that first.
#
# Changes to the training that work against overfitting, such as the first two cures, are called
# *[regularization](22_jargon.md#regularization)*. The distance between the two bars, or between the
# accuracies on seen and new digits, is the *[generalization gap](22_jargon.md#generalization-gap)*.
# A small gap is not a goal: a model that has learned nothing has none. Judge a model by its
# held-out bar alone.

# %% tags=["claim"]
if digits.name == "mnist":
    base, stopped, decayed, three, ten = (pair[1] for pair in losses.values())
    assert stopped < 0.95 * base and decayed < 0.95 * base
    assert ten < three < min(stopped, decayed) and ten < base / 2
    assert pairs[1, 0] > pairs[0, 0] and pairs[2, 0] > pairs[0, 0]
    shares = [
        accuracy(sigmoid_network, fitted.params, x_held)
        for _, fitted in runs.values()
    ]
    assert max(shares[:3]) - min(shares[:3]) < 0.008
    assert 1 - shares[4] < (1 - shares[0]) / 2

# %% [markdown]
# ## Which nonlinearity?
#
# Should you use the sigmoid, the ReLU, or the hyperbolic tangent, `tanh`? The `tanh` has the
# sigmoid's S-shape, but runs from -1 to 1. Comparing them at one learning rate would be unfair,
# because their slopes differ: at zero the sigmoid has a slope of one quarter and `tanh` has 1, and
# the ReLU has 1 everywhere above zero. So each gets three rates, larger ones for the sigmoid, with
# three random starts at each. To save time, each run has only 6,000 digits and five epochs.
# (`on_divergence="stop"` lets `fit` return what it has if training
# [diverges](22_jargon.md#divergence).) Which would you bet on?


# %%
def train_briefly(model, start, optimizer, key, x):
    n = min(6_000, len(x))
    fitted = jd.fit(
        model,
        start,
        jd.cross_entropy_loss,
        optimizer,
        (x[:n], training[1][:n]),
        epochs=5,
        batch_size=min(100, n // 40),
        key=key,
        on_divergence="stop",
    )
    return fitted.params


# %%
def tanh_network(params, x):
    return jd.mlp(params, x, activation=jnp.tanh)


def relu_network(params, x):
    return jd.mlp(params, x, activation=jax.nn.relu)


optimizers = {rate: jd.sgd(rate) for rate in (0.3, 1.0, 3.0, 10.0)}


def train_once(model, rate, run, x, x_held):
    key_start, key = jax.random.split(jax.random.fold_in(key_runs, run))
    start = jd.init_mlp(key_start, (784, 64, 10))
    params = train_briefly(model, start, optimizers[rate], key, x)
    return accuracy(model, params, x_held)


networks = {"sigmoid": sigmoid_network, "tanh": tanh_network}
networks["ReLU"] = relu_network
live = train_once(sigmoid_network, 3.0, 0, training[0], x_held)
print(f"here, the sigmoid at rate 3: {live:.4f}")

# %%
rates = {"sigmoid": [1.0, 3.0, 10.0], "tanh": [0.3, 1.0, 3.0]}
rates["ReLU"] = [0.3, 1.0, 3.0]
tables = {}
for name in networks:
    settings = [f"{name} {rate}" for rate in rates[name]]
    tables[name] = sweep(score_at_rate, settings, runs=3)
    for setting, scores in zip(settings, tables[name], strict=True):
        low, mean, high = scores.min(), scores.mean(), scores.max()
        print(f"{setting:12}: {mean:.4f}, from {low:.4f} to {high:.4f}")

# %% tags=["hide-input"] alt="Held-out accuracy over the learning rate, for three nonlinearities. The curves of tanh and ReLU have their tops near 1 and fall steeply, out of the picture, toward 3. The sigmoid has its top at 3 and falls toward 10. The three tops are about equally high."
figure, ax = plt.subplots(figsize=(5.5, 3), layout="constrained")
for name, table in tables.items():
    ax.plot(rates[name], table.mean(axis=1), "o-", label=name)
    low, high = table.min(axis=1), table.max(axis=1)
    ax.fill_between(rates[name], low, high, alpha=0.25)
ax.set(xscale="log", ylim=(0.8, 0.95))
ax.set(xlabel="learning rate", ylabel="held-out accuracy")
ax.legend()

# %% [markdown]
# At their best rates the three are about one percent apart. Runs of one setting can differ by as
# much, so three runs are too few to be sure which is best. The wrong rate costs far more: at rate 3
# the sigmoid is at its best, and `tanh` and ReLU fail. At one rate for all, we would have "found"
# whatever that rate favors. (The run that we trained here agrees with the record to within 1 %.)
#
# So with one hidden layer, you can take any of the three. Nearly everybody uses the ReLU or a
# relative of it because in deep networks, the slopes of the sigmoid leave hardly anything of the
# gradient, as [lesson 11](11_a_nonlinearity.py#why-relu-and-not-the-sigmoid) showed. Those of
# `tanh`, mostly below 1, shrink it, too.

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs(live - swept["sigmoid 3.0"][0]) < 1 / 100
    tops = [table.mean(axis=1).max() for table in tables.values()]
    assert max(tops) - min(tops) < 0.016  # about one percent
    best_runs = [t[t.mean(axis=1).argmax()] for t in tables.values()]
    widest = max(three.max() - three.min() for three in best_runs)
    assert widest > max(tops) - min(tops) - 0.005  # runs differ by as much
    assert tables["sigmoid"].mean(axis=1).argmax() == 1
    for name in "tanh", "ReLU":
        assert tables[name].mean(axis=1)[2] < min(tops) - 0.05

# %% [markdown]
# ## Where to start
#
# How large should the random weights be? [`init_mlp`][jaxdigits.init_mlp] divides random numbers by
# the root of the number of inputs, so that the sums are about as large as the inputs. It also
# multiplies them by the root of 2, to make up for the half of the sums that a ReLU sets to zero (He
# and others, 2015). A sigmoid sets nothing to zero, but we gave it the same weights. Does that do
# harm? Multiply all random weights of the start by 0, 0.1, 1 or 10, and train from each of these
# starts. (The ReLU gets rate 0.3, the safer of its two good rates.) Which will fail?

# %%
by_factor = {"sigmoid": [], "ReLU": []}
for name, rate in ("sigmoid", 3.0), ("ReLU", 0.3):
    model, optimizer = networks[name], optimizers[rate]
    for factor in 0.0, 0.1, 1.0, 10.0:
        scaled = [jd.Linear(factor * layer.w, layer.b) for layer in start]
        params = train_briefly(
            model, scaled, optimizer, key_batches, training[0]
        )
        by_factor[name].append(accuracy(model, params, x_held))
        print(f"{name:7} times {factor:4}: {by_factor[name][-1]:.3f}")

# %% [markdown]
# With the sigmoid, a start ten times too small or too large costs at most a few percent in this
# short training, so a factor of root 2 hardly matters. With the ReLU, a start ten times too large
# costs far more: a factor of ten in each of two layers makes the logits a hundred times as large,
# so the network starts out certain of random answers. (A sigmoid unit never puts out more than 1.)
# In deep networks even small factors matter, because those of all layers multiply.
#
# The worst start is zero. All hidden units then compute the same, so they get the same gradient and
# stay the same forever: all sixty-four do the work of one. With the ReLU it is worse: the units put
# out 0, and the slope there is taken to be 0, too, so only the ten output biases learn, and the
# network says the same digit for every image. This is why hidden layers start at random.

# %% tags=["claim"]
if digits.name == "mnist":
    assert by_factor["ReLU"][0] < 0.13 and by_factor["sigmoid"][0] < 0.5
    assert min(by_factor["sigmoid"][1:]) > max(by_factor["sigmoid"]) - 0.07
    assert by_factor["ReLU"][3] < by_factor["ReLU"][2] - 0.05

# %% [markdown]
# ## What the hidden units look for
#
# In `network_fit`, our first network, take the six of the 64 units with the largest outgoing
# weights, because they can influence the answer most. As in lesson 12, each row below begins with
# what training added to the random weights of a unit, red where it raised them and blue where it
# lowered them. Then come the held-out digits that excite the unit most. Do you expect one unit for
# threes, one for fours, and so on?

# %% alt="Six rows. Each begins with a picture of weight changes in red and blue, curved patches and strokes rather than digits. The seven digits after it share a stroke at the same place. In some rows all seven are the same digit, in others they are of several kinds."
first, second = network_fit.params
hidden = np.asarray(jax.nn.sigmoid(x_held @ first.w + first.b))
learned = np.asarray(first.w - start[0].w)
influence = np.abs(np.asarray(second.w)).sum(axis=1)
units = np.argsort(-influence)[:6]

pictures = []
for unit in units:
    favorites = np.argsort(-hidden[:, unit])[:7]
    pictures.append(learned[:, unit])
    pictures.extend(np.asarray(x_held)[favorites])
figure = jd.plots.show_images(np.array(pictures).reshape(-1, 28, 28))

# %% [markdown]
# Some rows look like it: all seven are the same digit. But a row shows only the first seven. Among
# the hundred digits that excite a unit most, there are at least two kinds for each of the six, so
# none responds to one digit alone. What the digits of a unit have in common is a stroke in a
# certain place, where training raised the weights, and a gap where it lowered them. The second
# layer adds up many such weak hints, and each hint can serve several digits.

# %% tags=["claim"]
if digits.name == "mnist":
    # Which units they are may differ from computer to computer.
    favorites = np.argsort(-hidden[:, units], axis=0)[:7]
    assert 0 < (np.ptp(np.asarray(y_held)[favorites], axis=0) == 0).sum() < 6
    for unit in units:
        favorites = np.argsort(-hidden[:, unit])[:100]
        kinds = np.asarray(y_held)[favorites]
        assert np.bincount(kinds).max() < 100  # several digits

# %% [markdown]
# ## What it still gets wrong
#
# Here are the held-out digits for which the network believed least in the right answer:

# %% tags=["hide-input"] alt="The sixteen digits with the least confidence in the truth, each titled with the true digit and what the network said. Several are hard to read for a person, too."
logits = np.asarray(sigmoid_network(network_fit.params, x_held))
predicted = logits.argmax(axis=1)
labels = np.asarray(y_held)
log_confidence = np.asarray(jax.nn.log_softmax(logits))
in_truth = log_confidence[np.arange(len(labels)), labels]
worst = np.argsort(in_truth)[:16]
titles = [f"{labels[i]}, not {predicted[i]}" for i in worst]
images = np.asarray(x_held)[worst].reshape(-1, 28, 28)
figure = jd.plots.show_images(images, titles=titles)

# %% [markdown]
# Some of them would make you hesitate as well, such as strokes that could be a one or a seven.
# Others are written in a rarer style, but no person would misread them. What does the network lack?
#
# ## One shuffle for all
#
# An experiment will tell you. Draw one random order of the 784 pixels, `shuffle`, and rearrange
# _every_ image by it, as in `shuffled_held = x_held[:, shuffle]`. (`shuffled` holds 6,000 digits to
# learn from.) Could you still read these?

# %% tags=["hide-input"] alt="Two rows of eight images. Above, digits. Below, the same digits with their pixels shuffled: every image is a cloud of gray dots, and no digit can be made out."
shuffle = np.asarray(jax.random.permutation(key_shuffle, 784))
shuffled = training[0][:6_000][:, shuffle]
shuffled_held = x_held[:, shuffle]
both = np.concatenate([training[0][:8], shuffled[:8]])
figure = jd.plots.show_images(both.reshape(-1, 28, 28))

# %% [markdown]
# No person could. Now repeat the three short runs of the sigmoid at rate 3, from [the comparison
# above](#which-nonlinearity), but train on shuffled digits and measure on shuffled held-out digits.
# How much will the network lose, compared with those runs?

# %%
shuffled_scores = []
for run in range(3):
    score = train_once(sigmoid_network, 3.0, run, shuffled, shuffled_held)
    shuffled_scores.append(score)
plain_scores = tables["sigmoid"][1]
for name, scores in ("plain", plain_scores), ("shuffled", shuffled_scores):
    low, mean, high = min(scores), np.mean(scores), max(scores)
    print(f"{name:8} {mean:.4f}, from {low:.4f} to {high:.4f}")

# %% [markdown]
# It loses nothing. The two agree to within the spread of the runs, and they have to. If you shuffle
# the rows of the first weight matrix in the same way, as in exercise 4, all sums stay as they were.
# The gradients are then shuffled in the same way, too, so this stays true in every step. And a
# random start, shuffled, is just another random start.
#
# So this is what the network lacks: it does not know which pixels are neighbors. To it, a digit
# _is_ a cloud of dots. It has to find out from examples which dots belong together, and to learn
# anew for every place what a stroke looks like. A network can also have this knowledge of images
# built in. It is then called *[convolutional](22_jargon.md#convolutional-network)*, and you build
# one in [lesson 17](17_resnet.py).

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs(np.mean(plain_scores) - np.mean(shuffled_scores)) < 0.008

# %% [markdown]
# ## Opening the test set
#
# All comparisons are done, so now we decide: we take the nonlinearity and the learning rate that
# won our short comparison, and twelve epochs, as before. The held-out digits stay out of the
# training, so that we see how well they predict the test accuracy. How far apart will the two
# accuracies be?

# %%
best_name = max(tables, key=lambda name: tables[name].mean(axis=1).max())
best_rate = rates[best_name][tables[best_name].mean(axis=1).argmax()]
final = networks[best_name]
final_fit = train_model(final, start, optimizers[best_rate])
print(f"chosen: {best_name} at rate {best_rate}")

# %%
x_test, y_test = jd.to_examples(digits.test)
finals = {
    "linear model": (jd.linear, linear_fit),
    "sigmoid, rate 1": (sigmoid_network, network_fit),
    "chosen network": (final, final_fit),
}
test_scores = {}
for name, (model, fitted) in finals.items():
    test_score = float(jd.accuracy(model(fitted.params, x_test), y_test))
    test_scores[name] = test_score
    held_score = float(fitted.history.metric[-1])
    print(f"{name:15}  held out {held_score:.4f}  test {test_score:.4f}")

# %% [markdown]
# None of the test digits took part in any decision, and other people wrote them. The chosen network
# gets about 97 of 100 of them right. The held-out digits had promised about as much: the two
# numbers differ by less than one percent. A much worse result would have meant that these people's
# handwriting is harder to read, or that we had _overfitted the held-out digits_, by trying too many
# things on them.
#
# ??? note "What the makers of MNIST reached"
#     In the paper that introduced MNIST, a linear model misread 12 of 100 test digits, and a
#     network with 300 hidden units misread 4.7. <!-- typed: LeCun and others, 1998, section III -->
#     Our linear model misreads about 8, and our network, with 64, about 3. These figures alone
#     cannot tell us why ours are better.
#
# Open a test set only after the last decision. If we tuned further after seeing these numbers, the
# next test accuracy would be a little too good to be true.

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs(100 * test_scores["chosen network"] - 97) < 1.2
    assert abs(held_score - test_score) < 0.01  # one percent
    assert test_scores["sigmoid, rate 1"] > 0.95
    assert abs(100 * (1 - test_scores["linear model"]) - 8) < 1.2

# %% [markdown]
# ## What you learned
#
# - You can recognize overfitting: the loss on seen digits falls while the loss on held-out digits
#   rises.
# - You know three cures, early stopping, weight decay and more data, and which one to try first.
# - You can compare nonlinearities, each at its own best learning rate and with several starts.
# - You can say why hidden layers start at random, and how large the start should be.
# - You can explain why this network does not notice if all images are shuffled in the same way.
# - You can decide on held-out digits, and open the test set only after the last decision.
#
# ## Exercises
#
# ### Exercise 1: how long until it is good enough?
#
# The list `metric` holds one number per epoch. Write `epochs_needed(metric, goal)`: how many epochs
# it took until the metric was at least `goal` for the first time, or `None` if it never was.
# `epochs_needed([0.5, 0.8, 0.7], 0.7)` is 2.
#
# ??? tip "A hint"
#     `enumerate(metric, start=1)` counts from 1 while it walks through the metric.


# %% tags=["check"]
def check_epochs_needed(epochs_needed):
    def expected(metric, goal):
        reached = [i for i, value in enumerate(metric) if value >= goal]
        return reached[0] + 1 if reached else None

    def from_zero(metric, goal):
        needed = expected(metric, goal)
        return None if needed is None else needed - 1

    def strictly(metric, goal):
        return expected(metric, np.nextafter(goal, 2))

    def for_good(metric, goal):
        below = [i for i, value in enumerate(metric) if value < goal]
        last = below[-1] + 1 if below else 0
        return last + 1 if last < len(metric) else None

    def never_is_zero(metric, goal):
        needed = expected(metric, goal)
        return 0 if needed is None else needed

    metric = np.random.default_rng(0).uniform(0.2, 0.9, 11)
    inputs = [
        (metric, 0.85 * metric.max()),
        (metric, metric.max()),
        (metric, 0.95),
        (metric, 0.1),
        (np.array([0.5, 0.75, 0.625, 0.875]), 0.7),
        (np.array([0.5, 0.75, 0.625, 0.875]), 0.75),
    ]
    slips = {
        "epochs are counted from 1, indices from 0.": from_zero,
        "reaching the goal exactly is enough.": strictly,
        "the first time counts, though it fell back later.": for_good,
        "if the goal is never reached, return None.": never_is_zero,
    }
    return jd.check_answer(epochs_needed, expected, inputs, slips=slips)


# %% tags=["answer"]
def epochs_needed(metric, goal):
    for epoch, value in enumerate(metric, start=1):
        if value >= goal:
            return epoch
    return None


print(check_epochs_needed(epochs_needed))

# %% [markdown]
# How many epochs did our network need to be as good as the linear model ever was?

# %%
print(epochs_needed(network_curve, linear_curve.max()))

# %% [markdown]
# Very few: it passed the linear model's best almost at once.
#
# ### Exercise 2: a relative
#
# `tanh` has the same shape as the sigmoid, but runs from -1 to 1 and is steeper. Write
# `sigmoid_from_tanh(x)`, the sigmoid made of `jnp.tanh`, a shift and two scalings.
#
# ??? tip "A hint"
#     Plot both first. How do you have to change the height of `tanh`, and how its width?


# %% tags=["check"]
def check_sigmoid_from_tanh(sigmoid_from_tanh):
    x = np.linspace(-6, 5, 23)
    inputs = [(x,), (x.reshape(1, -1) / 3,), (0.5,)]
    slips = {
        "that is tanh itself; a sigmoid runs from 0 to 1.": jnp.tanh,
        "a sigmoid stays below 1; make it half as high.": (
            lambda x: 1 + jnp.tanh(x / 2)
        ),
        "a sigmoid is never negative; shift it up.": (
            lambda x: jnp.tanh(x / 2) / 2
        ),
        "the height is right, but it is twice as steep.": (
            lambda x: (1 + jnp.tanh(x)) / 2
        ),
        "the height is right, but it is four times as steep.": (
            lambda x: (1 + jnp.tanh(2 * x)) / 2
        ),
    }
    expected = jax.nn.sigmoid
    return jd.check_answer(sigmoid_from_tanh, expected, inputs, slips=slips)


# %% tags=["answer"] alt="The sigmoid and the hyperbolic tangent: the same S, one from 0 to 1, the other steeper and from -1 to 1."
def sigmoid_from_tanh(x):
    return (1 + jnp.tanh(x / 2)) / 2


print(check_sigmoid_from_tanh(sigmoid_from_tanh))
ax = jd.plots.plot_function(sigmoid_from_tanh, -5, 5, label="sigmoid")
ax = jd.plots.plot_function(jnp.tanh, -5, 5, label="tanh", ax=ax)
ax.legend()

# %% [markdown]
# So a sigmoid network and a `tanh` network can compute the same functions, with other weights.
#
# ### Exercise 3: stopping while it runs
#
# We trained for two hundred epochs to learn that some thirty would have been enough. In practice,
# you stop when the held-out loss has not improved on its best value for a number of epochs in a
# row, called the *[patience](22_jargon.md#patience)*. Write `early_stop(losses, patience)`, which
# returns the number of the best epoch up to the stop, counted from 1. With losses `[0.9, 0.5, 0.6,
# 0.55, 0.4]` and patience 2, training stops after the fourth epoch, and the answer is 2. With
# patience 3 it reaches the fifth epoch, and the answer is 5.
#
# ??? tip "A hint"
#     Remember the best loss and its epoch. (Before the first epoch, the best loss may be infinite:
#     `float("inf")`.) Stop when the present epoch is `patience` epochs after the best one.


# %% tags=["check"]
def check_early_stop(early_stop):
    def expected(losses, patience):
        best = 0
        for epoch, loss in enumerate(losses):
            if loss < losses[best]:
                best = epoch
            elif epoch - best >= patience:
                break
        return best + 1

    def stopped_at(losses, patience):
        best = expected(losses, patience)
        return min(best + patience, len(losses))

    def in_a_row(losses, patience):
        rises = best = 0
        for epoch in range(1, len(losses)):
            rises = rises + 1 if losses[epoch] >= losses[epoch - 1] else 0
            best = epoch if losses[epoch] < losses[best] else best
            if rises >= patience:
                break
        return best + 1

    random = np.random.default_rng(3)
    inputs = [([0.9, 0.5, 0.6, 0.55, 0.4], 2), ([0.9, 0.5, 0.6, 0.55, 0.4], 3)]
    for epochs, patience in (12, 1), (30, 3), (30, 4), (7, 10), (41, 5), (9, 2):
        losses = np.exp(-np.arange(epochs) / 8) + random.uniform(0, 0.6, epochs)
        inputs.append((losses, patience))
    slips = {
        "that is the best of all epochs; some come after the stop.": (
            lambda losses, patience: int(np.argmin(losses)) + 1
        ),
        "epochs are counted from 1, indices from 0.": (
            lambda losses, patience: expected(losses, patience) - 1
        ),
        "that is where training stops; which epoch was best?": stopped_at,
        "compare with the best loss so far, not with the one before.": in_a_row,
        "it stops one epoch too late.": (
            lambda losses, patience: expected(losses, patience + 1)
        ),
    }
    return jd.check_answer(early_stop, expected, inputs, slips=slips)


# %% tags=["answer"]
def early_stop(losses, patience):
    best_epoch, best_loss = 0, float("inf")
    for epoch, loss in enumerate(losses, start=1):
        if loss < best_loss:
            best_epoch, best_loss = epoch, loss
        elif epoch - best_epoch >= patience:
            break
    return best_epoch


print(check_early_stop(early_stop))

# %% [markdown]
# ### Exercise 4: the network that reads clouds
#
# *To think about overnight.* A layer has weights `w` of shape `[n_in, n_out]`, trained on ordinary
# images `x` of shape `[n, n_in]`. Now the images arrive shuffled, as `x[:, order]`. Write
# `shuffle_weights(w, order)`, the weights that give the same sums for shuffled images as `w` gives
# for ordinary ones, without any training.
#
# ??? tip "A hint"
#     Try it on paper with three pixels and the order `[2, 0, 1]`. Which pixel comes first now, and
#     which weights does it need?


# %% tags=["check"]
def check_shuffle_weights(shuffle_weights):
    def expected(w, order):
        return w[np.asarray(order)]

    def back(w, order):
        return w[np.argsort(order)]

    def same(w, order):
        return w

    random = np.random.default_rng(2)
    inputs = [
        (random.normal(size=(n_in, n_out)), random.permutation(n_in))
        for n_in, n_out in ((7, 3), (10, 12), (16, 1))
    ]
    slips = {
        "that undoes the shuffle; here the weights must follow it.": back,
        "these are the old weights; the first pixel is another one now.": same,
    }
    return jd.check_answer(shuffle_weights, expected, inputs, slips=slips)


# %% tags=["answer"]
def shuffle_weights(w, order):
    return w[order]


print(check_shuffle_weights(shuffle_weights))

# %% [markdown]
# With these weights, the network that learned from ordinary digits reads clouds as well:

# %%
first, second = network_fit.params
for_clouds = jd.Linear(shuffle_weights(first.w, shuffle), first.b), second
plain = accuracy(sigmoid_network, network_fit.params, x_held)
clouds = accuracy(sigmoid_network, for_clouds, shuffled_held)
print(f"ordinary digits {plain:.4f}, clouds {clouds:.4f}")

# %% [markdown]
# **Next:** the network reads MNIST. Will it read *your* handwriting, too? In [Your own
# digits](16_your_own_digits.py) you find out, and improve it where it fails.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Goodfellow, Bengio and Courville, [Deep Learning](https://www.deeplearningbook.org), 2016,
# sections 6.3, on hidden units, and 7, on regularization. LeCun and others, *Backpropagation
# Applied to Handwritten Zip Code Recognition*, 1989, and *Gradient-Based Learning Applied to
# Document Recognition*, 1998, for the checks and for the results on MNIST. He, Zhang, Ren and Sun,
# *Delving Deep into Rectifiers*, 2015, on initialization. Prechelt, *Early Stopping, But When?*,
# 1998, on patience.
