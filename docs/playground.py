# %% [markdown]
# ---
# title: Playground
# description: Draw a digit, and see what each model of the lessons makes of it
# hide: [toc]
# offers: [network.safetensors, sample.safetensors]
# ---

# %% [markdown]
# # Playground
#
# **What does each model of the lessons take a digit for, and why?** The page opens with a digit
# from the test set, which no model has learned from. Draw your own over it with a mouse, a finger,
# a pen or the keyboard. You can also write a digit on paper and let the page read a picture of it.
# Everything is computed in your browser, so your drawings and pictures never leave your device.
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
# - [Network with 64 hidden units](lessons/15_a_small_network.py){ data-model=network }
# - [Small convolutional network](lessons/18_small_and_better.py){ data-model=small_network }
#
# </div>
#
# ## Through training
#
# Here you can watch the linear model with cross-entropy learn. The slider goes from the start of
# its training through its first epochs. Where a weight is red, ink speaks for the digit; where it
# is blue, ink speaks against it. Move the slider from left to right, and you see the noise turn
# into traces of digits.
#
# <div class="playground-training"><noscript>The slider needs JavaScript.</noscript></div>
#
# ## What to try
#
# - **Move your digit.** Switch off *Center and scale* and draw a small digit in a corner. Which
#   model copes best? None of them copes well, and the network with 64 hidden units is often quite
#   sure of its wrong answer. These models compare pixel by pixel, so the same digit in another
#   place looks like a different image to them. A convolutional network forgives a small shift, but
#   a digit of half the size is new to it as well. The makers of MNIST scaled and centered every
#   digit, and the playground does the same to yours, which makes the task much easier before any
#   model begins.
# - **Change the pen.** Draw the same digit with the thinnest pen and then with a wide one. With
#   thin lines, the nearest mean by absolute difference takes most digits for a 1.
#   [Lesson 13](lessons/13_ten_averages.py#why-the-one) explains why.
# - **Leave a stroke out.** In the pictures of the linear models, look for a stroke that is blue. It
#   speaks against the answer, and the line below the picture says how much all blue parts together
#   take away from the logit. Draw the digit again without that stroke, and compare the two numbers.
# - **Draw something else.** Draw a house. Softmax has to share out all of its belief among the ten
#   digits, whatever you draw, so some digit gets a large share. Sigmoids don't share: every
#   confidence can stay low, and only the model with sigmoids can say no to all ten digits.
# - **Find a confident mistake.** A scribble that you can't read yourself may still get a belief
#   above 0.9. A high belief doesn't mean that the answer is right, because the models have only
#   ever seen digits.
# - **Use your own handwriting.** Write a digit on paper with a thick pen. On a phone, press *Take a
#   picture*; anywhere else, take a picture of it first, and then press *Choose a picture*. The page
#   finds the ink, then scales and centers it, just as [`read_image`][jaxdigits.read_image] does in
#   Python.
#
# ## Where the parameters come from
#
# The models were trained when this page was built, in the same way as in the lessons but for fewer
# epochs. Only the convolutional network was trained in lesson 18 itself. You can download the
# parameters below and load them into your own program, because
# [`download_link`][jaxdigits.download_link] writes them in the common format safetensors.

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


# All models train side by side on the same batches, as one model, so JAX compiles only once. The
# loss is the sum of their losses, so each model still gets the gradient of its own loss.
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
# Keep the parameters after every epoch, in half precision to make the file smaller. Small weights
# at the start make the traces of digits visible earlier.
stages = [jd.init_linear(key_params, n_in=784, n_out=10, scale=0.01)]
for epoch in range(12):
    key = jax.random.fold_in(key_batches, epoch)
    stages.append(trained(jd.linear, stages[-1], jd.cross_entropy_loss, epochs=1, key=key))
halves = jax.tree.map(lambda *stage: np.stack(stage).astype(np.float16), *stages)
accuracy = np.array([score(jd.linear(stage, x_test)) for stage in stages], np.float32)

# %% tags=["remove-cell"]
# The playground offers ten test digits of each kind.
labels = np.asarray(digits.test.labels)
chosen = np.concatenate([np.flatnonzero(labels == digit)[:10] for digit in range(10)])
ten_of_each = {"images": np.asarray(digits.test.images)[chosen], "labels": labels[chosen]}

# %% tags=["remove-cell"]
# The front page opens with this digit. It comes with its answer, so that the front page need not
# load the network before a reader draws.
three = ten_of_each["images"][ten_of_each["labels"] == 3][0]
logits = network(layers, jd.flatten(jd.to_float(three[None])))
sample = {"image": three, "beliefs": np.asarray(jax.nn.softmax(logits))[0]}

# %% tags=["hide-input"]
display(
    jd.download_link("mean_images", {"means": means}),
    jd.download_link("linear_models", linear_models),
    jd.download_link("network", layers),
    jd.download_link("training", halves._asdict() | {"accuracy": accuracy}),
    jd.download_link("test_digits", ten_of_each),
    jd.download_link("sample", sample),
)

# %% [markdown]
# [small_network.safetensors](lessons/18_small_and_better/small_network.safetensors){ download=small_network.safetensors }
# comes from [lesson 18](lessons/18_small_and_better.py#take-it-along). `test_digits` holds the
# digits behind the ten buttons. `sample` holds the digit on the front page, and the beliefs of the
# network with 64 hidden units in it.
#
# The share of all test digits that each model reads correctly:

# %% tags=["hide-input"]
scores = {}
for name, distance in ("absolute", jd.l1_distance), ("squared", jd.mse_distance):
    found = jd.nearest(images, means, distance)
    scores[f"nearest mean, {name} difference"] = (found == y_test).mean()
names = "sigmoid and squares", "softmax and squares", "cross-entropy"
for name, params in zip(names, linear_models.values(), strict=True):
    scores[f"linear model, {name}"] = score(jd.linear(params, x_test))
scores["network with 64 hidden units"] = score(network(layers, x_test))
for name, share in scores.items():
    print(f"{name:34} {share:.4f}")
