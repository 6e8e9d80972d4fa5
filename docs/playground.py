# %% [markdown]
# ---
# title: Playground
# description: Draw a digit, and see what each model of the lessons makes of it
# hide: [toc]
# ---

# %% [markdown]
# # Playground
#
# **Draw a digit. What does each model of the lessons take it for, and why?** Draw with a mouse, a
# finger, a pen, or the keyboard, or take a digit that no model has learned from. All of it is
# computed in your browser: what you draw stays with you.
#
# <div class="playground" markdown="1">
#
# <noscript>The playground needs JavaScript. Without it, the lessons show what these models make of
# the test set.</noscript>
#
# - [Nearest mean, absolute difference](lessons/13_ten_averages.py){ data-model=l1 }
# - [Nearest mean, squared difference](lessons/13_ten_averages.py){ data-model=squared }
# - [Linear model, sigmoid and squares](lessons/14_ten_linear_models.py){ data-model=sigmoid_mse }
# - [Linear model, softmax and squares](lessons/14_ten_linear_models.py){ data-model=softmax_mse }
# - [Linear model, cross-entropy](lessons/14_ten_linear_models.py){ data-model=cross_entropy }
# - [Network with 64 hidden numbers](lessons/15_a_small_network.py){ data-model=network }
# - [Small convolutional network](lessons/18_small_and_better.py){ data-model=small_network }
#
# </div>
#
# ## Through training
#
# This is the linear model with cross-entropy once more, at the start of its training and after each
# of its first epochs. Red weights speak for a digit where there is ink, blue ones against it. Move
# the slider and watch noise turn into digits.
#
# <div class="playground-training"><noscript>The slider needs JavaScript.</noscript></div>
#
# ## What to notice
#
# - **Where it is.** Switch off *Center and scale* and draw a digit off to one side, or a small one
#   in the middle. To a mean image or a linear model each pixel is a thing of its own, and a digit
#   that has moved or shrunk is another image. Which of the models copes best? MNIST's digits were
#   scaled and centered by its makers, and the playground does the same to yours: part of the reading
#   is done before any model begins.
# - **How thick it is.** Draw the same digit with a thin and with a wide pen. By absolute
#   difference, pale means have a hard time:
#   [lesson 13](lessons/13_ten_averages.py#why-the-one) tells why.
# - **What speaks against it.** In the pictures of the linear models, find a stroke that is blue.
#   What does the model say when you leave it out?
# - **No digit at all.** Draw a house. Softmax has to share out all of its belief among ten digits,
#   whatever it is shown. Only the sigmoids may say no to all ten, and often they do not.
# - **Sure and wrong.** A belief is not the chance to be right. How certain are the networks of
#   something that you yourself cannot read?
#
# ## Where the parameters come from
#
# They were trained when this page was built, just as in the lessons, if with fewer epochs. The
# convolutional network is that of lesson 18 itself. Each file holds numbers and their names, as
# [`download_link`][jaxdigits.download_link] writes them, and the browser checks that it got what the
# build wrote: take them along.

# %% tags=["remove-cell"]
from functools import partial

import jax
import numpy as np
from IPython.display import display

import jaxdigits as jd

jd.enable_compilation_cache()
digits = jd.load("auto")
train = jd.flatten(digits.train.images), digits.train.labels  # As bytes they train faster.
x_test, y_test = jd.to_examples(digits.test)
key_params, key_batches = jax.random.split(jax.random.key(0))
batch_size = min(256, len(train[0]) // 40)
optimizer = jd.sgd(1.0)
network = partial(jd.mlp, activation=jax.nn.sigmoid)
images = jd.to_float(digits.test.images)


def trained(model, params, loss, epochs, key=key_batches):
    options = dict(epochs=epochs, batch_size=batch_size, key=key)
    return jd.fit(model, params, loss, optimizer, train, **options).params


# All models train side by side on the same batches, as one model that is compiled once. Its outputs
# are those of all, its loss is the sum of their losses, so each gets the gradient of its own loss.
def side_by_side(params, x):
    linear_models, layers = params
    outputs = jd.linear(linear_models, x), network(layers, x)
    return jax.numpy.concatenate(outputs, axis=1)


def sum_of_losses(outputs, labels):
    parts = jax.numpy.split(outputs, len(losses) + 1, axis=1)
    of_each = zip((*losses, jd.cross_entropy_loss), parts, strict=True)
    return sum(loss(part, labels) for loss, part in of_each)


def score(logits):
    return float(jd.accuracy(logits, y_test))


# %% tags=["remove-cell"]
means = jd.mean_images(jd.to_float(digits.train.images), digits.train.labels)
start = jd.init_linear(key_params, n_in=784, n_out=10, scale=0.3)
losses = jd.sigmoid_mse_loss, jd.softmax_mse_loss, jd.cross_entropy_loss
starts = jax.tree.map(lambda part: np.concatenate([part] * len(losses), axis=-1), start)
both = starts, jd.init_mlp(key_params, (784, 64, 10))
together, layers = trained(side_by_side, both, sum_of_losses, epochs=20)
linear_models = {
    loss.__name__.removesuffix("_loss"): jax.tree.map(
        lambda part, i=i: np.split(np.asarray(part), len(losses), axis=-1)[i], together
    )
    for i, loss in enumerate(losses)
}

# %% tags=["remove-cell"]
# Every epoch on the way, in half precision. Less noise to begin with: then there is more to see.
stages = [jd.init_linear(key_params, n_in=784, n_out=10, scale=0.01)]
for epoch in range(12):
    key = jax.random.fold_in(key_batches, epoch)
    stages.append(trained(jd.linear, stages[-1], jd.cross_entropy_loss, epochs=1, key=key))
halves = jax.tree.map(lambda *stage: np.stack(stage).astype(np.float16), *stages)
accuracy = np.array([score(jd.linear(stage, x_test)) for stage in stages], np.float32)

# %% tags=["remove-cell"]
# Ten of each.
labels = np.asarray(digits.test.labels)
chosen = np.concatenate([np.flatnonzero(labels == digit)[:10] for digit in range(10)])
ten_of_each = {"images": np.asarray(digits.test.images)[chosen], "labels": labels[chosen]}

# %% tags=["hide-input"]
display(
    jd.download_link("mean_images", {"means": means}),
    jd.download_link("linear_models", linear_models),
    jd.download_link("network", layers),
    jd.download_link("training", halves._asdict() | {"accuracy": accuracy}),
    jd.download_link("test_digits", ten_of_each),
)

# %% [markdown]
# [small_network.safetensors](lessons/18_small_and_better.py){ download=small_network.safetensors }
# is offered by [lesson 18](lessons/18_small_and_better.py#take-it-along).
#
# Of all test digits these models read correctly:

# %% tags=["hide-input"]
scores = {}
for name, distance in ("absolute", jd.l1_distance), ("squared", jd.mse_distance):
    found = jd.nearest(images, means, distance)
    scores[f"nearest mean, {name} difference"] = (found == y_test).mean()
names = "sigmoid and squares", "softmax and squares", "cross-entropy"
for name, params in zip(names, linear_models.values(), strict=True):
    scores[f"linear model, {name}"] = score(jd.linear(params, x_test))
scores["network with 64 hidden numbers"] = score(network(layers, x_test))
for name, share in scores.items():
    print(f"{name:34} {share:.4f}")
