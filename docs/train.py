# %% [markdown]
# ---
# title: Train
# description: Train a linear model or a small network in your browser, and watch its weights learn
# hide: [toc]
# offers: [digits.safetensors, more_digits.safetensors]
# ---

# %% [markdown]
# # Train
#
# **Train a model right here, and watch it learn.** Your browser does the work, with real digits.
# Press *Start*. The pictures are the model's weights: red speaks for a digit, blue against it. They
# begin as noise, and within seconds you can make out digits in them. Meanwhile draw a digit of your
# own, and see when the model begins to read it. Then change one thing, such as the learning rate.
#
# <div class="train" markdown="1">
# <noscript>Training in the page needs JavaScript. Without it, lessons
# 9 and 15 show the same training in Python.</noscript>
# </div>
#
# ## Experiments
#
# Each link sets everything up and presses *Start* for you. Guess first what you will see. The
# address of this page always holds your setting, so you can send an experiment of your own to a
# friend by copying it. Your browser's *Back* returns to the setting and the training of before.
#
# <div class="train-experiments" markdown="1">
#
# - [**A learning rate that is too large.**](train.py?rate=0.5&race&b.rate=20) Two linear models
#   start with the same weights and see the same batches, but one takes steps that are forty times
#   as large. At first its loss jumps up and down, because each step leaps over the valley. Later it
#   reads all training digits, but is far too sure of its mistakes on others: look at its held-out
#   loss.
# - [**Momentum.**](train.py?rate=0.02&race&b.momentum=0.9) With a small learning rate, the model
#   creeps. Momentum adds up steps that point the same way, here about ten of them.
# - [**A network that starts with zeros.**](train.py?model=relu&scale=0&rate=0.1&race&b.scale=1) If
#   all weights are zero, all hidden units are equal and stay equal, and with ReLU they get no
#   gradient at all. Only the output's biases learn. We start with random weights so that the hidden
#   units become different.
# - [**A linear model that starts with zeros.**](train.py?scale=0&race&b.scale=1) Here zeros do no
#   harm, because each output has its own digit to look for, so its gradient is different.
# - [**Overfitting on 100 digits.**](train.py?model=relu&units=64&digits=100&batch=10&rate=0.1) The
#   network soon reads all of its 100 training digits, and its training loss goes to zero. After
#   some 10 epochs the loss on held-out digits slowly rises again: the network learns these 100 by
#   heart, and nothing more about other digits.
# - [**Wrong labels.**](train.py?model=relu&units=128&rate=0.1&wrong=0.4&race&b.wrong=0) In one of
#   the two training sets, four of ten labels are wrong. At first the network still learns what the
#   right ones have in common. Later it memorizes the wrong ones as well, and reads worse.
# - [**Batches of one digit, and of all.**](train.py?batch=1&rate=0.02&race&b.batch=1000&b.rate=0.5)
#   One model takes a small, noisy step after each digit, the other one large, exact step after all
#   1,000 digits. Compare how far they get with the same number of digits.
# - [**Squares in place of cross-entropy.**](train.py?loss=sigmoid_mse&race&b.loss=cross_entropy)
#   You cannot compare the two losses, because they measure different things. Compare the shares of
#   digits read correctly instead.
# - [**Linear model and network.**](train.py?digits=10000&rate=0.2&race&b.model=relu&b.units=64)
#   With 10,000 digits, which are loaded when you follow this link, a hidden layer pays off.
# - [**Network and convolutional network.**](train.py?model=relu&units=64&rate=0.2&race&b.model=convolutional)
#   The convolutional network moves small filters across the image, and uses the same filter
#   everywhere. It does not have to learn each stroke again at each place, so it learns more from the
#   same 1,000 digits: after 10 epochs it reads about 90 % of the held-out digits, the other network
#   86 %. Each of its digits takes more than ten times as long, and you see its filters, of 5 by 5
#   weights, instead of whole digits.
# - [**Weight decay.**](train.py?digits=100&batch=10&rate=0.1&race&b.decay=0.02) Some pixels hardly
#   matter, such as those at the edge, and their weights stay as noisy as they began. Weight decay
#   lets them fade, and you see what is left.
#
# </div>
#
# ## Your own hand
#
# The digits above were written by other people. How well does the model read *you*? Train it for a
# while, then write each digit three times. Two of the three are for practice, and the third is for
# the test. Then the model's last layer, which is all of a linear model, can learn from your twenty
# practice digits. If you race two settings, the first one learns. Everything stays in your browser.
#
# <div class="train-hand playground" data-ready></div>
#
# ## The valley
#
# A model has thousands of parameters, and the loss is a landscape over all of them. This map shows
# a slice through it: the plane through the start, the present parameters, and the point on the way
# between them that lies farthest from the straight line. All other points of the way are projected
# onto this plane. In a race, you see the way of the first setting. For the convolutional network the
# map takes some seconds, and it is coarser, because each of its losses takes longer to compute.
#
# <div class="train-plane"></div>
#
# ## The same in Python
#
# This program trains with the setting from above. The page uses JAX's own random numbers, so the
# program starts with the same weights and takes the same batches. As long as the loss falls
# steadily, the losses agree as well, to about three digits. With a learning rate that is too large
# they soon differ, because each step then makes differences in rounding larger. The button saves
# the parameters of the (first) model, and `jd.load_params("trained.safetensors", params)` reads
# them after the program has run.
#
# <div class="train-python"></div>

# %% [markdown]
# ## Where the digits come from
#
# The page loads the first file below, and the second one if you ask for more than 1,000 digits. The
# held-out digits, which are never used for training, follow after the others in the training set.

# %% tags=["remove-cell"]
import gzip

import numpy as np
from IPython.display import display

import jaxdigits as jd

digits = jd.load("auto").train
images, labels = np.asarray(digits.images), np.asarray(digits.labels)
# On the embedded digits, which are fewer, the page is built for tests.
count, first, held_out = (10_000, 1_000, 500) if len(labels) > 10_500 else (1_200, 700, 200)


def offered(places: np.ndarray, **more: float) -> dict[str, np.ndarray]:
    # Four of five pixels are zero, so compressed the images take a fifth.
    packed = gzip.compress(images[places].tobytes(), mtime=0)
    numbers = {name: np.float32(number) for name, number in more.items()}
    return {"images": np.frombuffer(packed, np.uint8), "labels": labels[places], **numbers}


start = np.r_[:first, count : count + held_out]

# %% tags=["hide-input"]
display(
    jd.download_link("digits", offered(start, count=count, held_out=held_out)),
    jd.download_link("more_digits", offered(np.arange(first, count))),
)
