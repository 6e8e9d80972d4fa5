# %% [markdown]
# # 23. Questions
#
# **How much of it is yours by now?** Thirty-seven questions, in the order in which the lessons
# raised them, and then two projects that ask for all of it at once. Answer in your own words, on
# paper or in a cell, before you open what is folded. Where an answer is code, it ran when this
# page was built, and it asserts that it agrees with the library.
#
# *You need:* lessons [1](01_pixels.py) to [11](11_a_nonlinearity.py); for the second project also
# lessons [13](13_ten_averages.py) to [15](15_a_small_network.py). Words that you miss are in the
# [jargon](22_jargon.md).
#
# The answers share this beginning: threes and sevens, as a model takes them. Answers that train or
# differentiate use JAX. The others do with NumPy, where the same expressions mean the same.

# %%
import functools
import timeit

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax

import jaxdigits as jd

jd.enable_compilation_cache()
digits = jd.load("auto")
threes_sevens = [jd.select(s, [3, 7]) for s in (digits.train, digits.test)]
train, valid = (jd.to_examples(split, positive=3) for split in threes_sevens)
x, y = train
batch_size = min(256, len(x) // 16)

# %% [markdown]
# ## Pixels and arrays
#
# ### 1. What does a computer keep of a picture?
#
# Of one in shades of gray, and of one in color?
#
# ??? success "Answer"
#
#     A grid of numbers, one a pixel. In MNIST each is a whole number from 0, background, to 255,
#     full ink, with the grays between. A color picture keeps three numbers a pixel: how much red,
#     green and blue. [Lesson 1](01_pixels.py#one-three-three-ways)
#
# ### 2. Where are the threes to learn from, and where those to check?
#
# And why are they kept apart?
#
# ??? success "Answer"
#
#     In the book's download there is a folder for training and one for validation, and in each
#     a folder a digit, whose name is the label. Here `digits.train` and `digits.test` each hold
#     one array of images and one of labels, and `jd.select(digits.train, 3)` plays the folder.
#     They are kept apart because a model may remember what it has seen; only new digits show what
#     it can do. [Lesson 1](01_pixels.py#why-two-sets)
#
# ### 3. How can you tell threes from sevens without training anything?
#
# ??? success "Answer"
#
#     Average all threes to learn from, pixel by pixel, and all sevens. A new image is what it is
#     nearer to: compare it with both averages, pixel by pixel, and take the smaller distance. It
#     is a baseline: what comes later must do better.
#     [Lesson 3](03_pixel_similarity.py#the-average-digit)
#
# ### 4. How do you square only the large ones?
#
# From `[3, 14, 8, 21]`, make the list of the squares of all numbers above ten, in a single
# expression. What is such an expression called?
#
# ??? success "Answer in words"
#
#     A *list comprehension*: what to make, for which item, from which list, under which
#     condition. It is good for lists of unlike things. For arrays, let one operation do all
#     entries. [Lesson 2](02_arrays.py#two-tools-for-lists)

# %% tags=["answer"]
numbers = [3, 14, 8, 21]
squares = [n**2 for n in numbers if n > 10]
print(squares)

as_array = np.array(numbers)
assert squares == (as_array[as_array > 10] ** 2).tolist()

# %% [markdown]
# ### 5. What is an array of rank 3?
#
# How many indices do you need to reach one of its numbers, and where have you met one?
#
# ??? success "Answer"
#
#     An array with three axes: a stack of tables. It takes three indices to reach one number.
#     All threes together are one: `images[i, row, column]` is the image, then the row, then the
#     column. PyTorch calls it a tensor, JAX an array. [Lesson 2](02_arrays.py#rank-shape-axis)
#
# ### 6. How do rank and shape differ?
#
# What does the shape say that the rank does not, and how do you get the one from the other?
#
# ??? success "Answer in words"
#
#     The shape lists how long each axis is; the rank only counts the axes. So the rank is the
#     length of the shape. The other way there is no going back.
#     [Lesson 2](02_arrays.py#rank-shape-axis)

# %% tags=["answer"]
images = jd.select(digits.test, 3).images
print(f"shape {images.shape}, rank {len(images.shape)}")
assert len(images.shape) == images.ndim

# %% [markdown]
# ## Distances and metrics
#
# ### 7. Which two distances do we use?
#
# Write the L1 distance and the root mean squared error (RMSE) of two arrays. Which of them minds
# one large error more than many small ones?
#
# ??? success "Answer in words"
#
#     L1 is the mean of the absolute differences. RMSE squares the differences, takes the mean, and
#     undoes the square by a root. Both keep differences of unlike sign from canceling. RMSE minds
#     the one large error more, since squaring makes large numbers larger and small ones smaller.
#     PyTorch's `F.l1_loss` and `F.mse_loss` are [`l1_loss`][jaxdigits.l1_loss] and
#     [`mse_loss`][jaxdigits.mse_loss] here. [Lesson 3](03_pixel_similarity.py#why-square)


# %% tags=["answer"]
def l1(a, b):
    return abs(a - b).mean()


def rmse(a, b):
    return ((a - b) ** 2).mean() ** 0.5


a, b = np.asarray(jd.to_float(images[:2]))
print(f"two threes: L1 {l1(a, b):.4f}, RMSE {rmse(a, b):.4f}")
assert np.isclose(l1(a, b), jd.l1_loss(a, b))
assert np.isclose(rmse(a, b), jd.rmse_loss(a, b))

# %% [markdown]
# ### 8. How do you avoid a loop over thousands of numbers?
#
# ??? success "Answer in words"
#
#     Hand the whole array to one operation. The loop then runs in compiled code on a block of
#     memory, or on a GPU in thousands of places at once, and Python is asked once and not once
#     a number. `jax.jit` goes further and compiles several operations into one.
#     [Lesson 4](04_metrics.py#one-distance-per-image)

# %% tags=["answer"]
as_list = [float(i % 7) for i in range(200_000)]
as_array = jnp.array(np.array(as_list))
mean_square = jax.jit(lambda a: (a**2).mean())
one_by_one = sum(v**2 for v in as_list) / len(as_list)
assert np.isclose(mean_square(as_array), one_by_one, rtol=1e-4)


def milliseconds(job):
    return 1e3 * min(timeit.repeat(job, number=1, repeat=5))


loop = milliseconds(lambda: sum(v**2 for v in as_list) / len(as_list))
call = milliseconds(lambda: mean_square(as_array).block_until_ready())
print(f"loop {loop:.1f} ms, one call {call:.3f} ms")

# %% [markdown]
# ### 9. How do you double nine numbers and take a corner?
#
# Put 1 to 9 into three rows of three. Double all of them at once, then cut out the two-by-two
# block that ends in the last corner.
#
# ??? success "Answer in words"
#
#     `2 * grid` doubles every entry. In `[1:, 1:]` the first part chooses rows, the second
#     columns; `1:` is from index 1 to the end. [Lesson 2](02_arrays.py#taking-a-part)

# %% tags=["answer"]
grid = np.arange(1, 10).reshape(3, 3)
corner = (2 * grid)[1:, 1:]
print(corner)
assert corner.tolist() == [[10, 12], [16, 18]]

# %% [markdown]
# ### 10. What happens when shapes differ?
#
# You subtract an array of shape `(28, 28)` from one of shape `(1000, 28, 28)`. Why is that not an
# error, and when does the same rule hurt?
#
# ??? success "Answer"
#
#     *Broadcasting*: shapes are aligned at the right, and along an axis that is missing or of
#     length 1 the array acts as if it were repeated, though nothing is copied. So one image is
#     subtracted from each of a thousand. It hurts where you did not mean it: `(n,)` with `(n, 1)`
#     gives `(n, n)` without a word. [Lesson 4](04_metrics.py#the-rule)
#
# ### 11. On which digits is a metric measured?
#
# ??? success "Answer"
#
#     On the validation set, which the model did not learn from. On the digits of training
#     a model that merely remembers them would score best, and you could not see it overfit.
#     [Lesson 4](04_metrics.py#a-number-for-people)
#
# ## Going downhill
#
# ### 12. What is stochastic gradient descent?
#
# ??? success "Answer"
#
#     A way to improve a model automatically: measure on some examples how the loss would change
#     with each parameter, and move each a little the way that lowers it; then again. *Stochastic*,
#     by chance, are the examples: every step sees others, drawn at random.
#     [Lesson 9](09_putting_it_together.py#batches)
#
# ### 13. Why step on a few hundred digits, and not on one or on all?
#
# ??? success "Answer"
#
#     All of them make one step precise and expensive. A single digit makes it cheap, but its
#     direction is mostly chance, and the processor has too little to do at once. A *mini-batch*
#     gives nearly the right direction for a small part of the work.
#     [Lesson 8](08_a_loss_for_digits.py#mini-batches)
#
# ### 14. Which seven steps does training consist of?
#
# ??? success "Answer"
#
#     1. Initialize the parameters.
#     2. Predict.
#     3. Measure the loss.
#     4. Find its gradient.
#     5. Step.
#     6. Repeat from 2.
#     7. Stop, when the metric is good enough or no longer improves.
#
#     [Lesson 6](06_roller_coaster.py#the-seven-steps)
#
# ### 15. What are the weights before training?
#
# Draw weights for 784 pixels and one output. What must you hand over in JAX that PyTorch keeps to
# itself?
#
# ??? success "Answer in words"
#
#     Small random numbers; biases may start at 0. The hidden units of a network must start out
#     different, or they would all learn the same. JAX wants a *key* for whatever is random: the
#     same key gives the same numbers. PyTorch's `torch.randn` draws from a hidden generator.
#     [Lesson 9](09_putting_it_together.py#a-start-that-knows-nothing)

# %% tags=["answer"]
key_params, key_batches = jax.random.split(jax.random.key(0))
w = 0.1 * np.asarray(jax.random.normal(key_params, (784, 1)))
start = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.1)
assert np.allclose(w, start.w)
print(f"standard deviation {w.std():.2f}, mean {w.mean():.2f}")

# %% [markdown]
# ### 16. What is a loss?
#
# ??? success "Answer"
#
#     One number that says how wrong a model is: small is good. It is a function of the
#     parameters, and it must answer to small changes of them, so that its gradient can say how
#     to improve. [Lesson 8](08_a_loss_for_digits.py#a-loss-for-yes-and-no)
#
# ### 17. If small steps are slow, why not take large ones?
#
# Walk down the square of `x` from 1, at learning rates 0.1, 0.9 and 1.1.
#
# ??? success "Answer in words"
#
#     The gradient holds only nearby. A large step leaps over the lowest point and lands on
#     the other side, bouncing; a larger one lands higher than it started, and every further step
#     makes it worse. [Lesson 5](05_gradients.py#too-large-bouncing)

# %% tags=["answer"]
slope_at = jax.jit(jax.grad(jnp.square))
for rate in 0.1, 0.9, 1.1:
    position, walk = 1.0, []
    for _ in range(5):
        position = position - rate * float(slope_at(position))
        walk.append(f"{position:6.2f}")
    print(f"learning rate {rate}: ", *walk)
assert np.isclose(position, (1 - 2 * 1.1) ** 5)

# %% [markdown]
# ### 18. What is a gradient?
#
# ??? success "Answer"
#
#     For each parameter one number: how fast the loss rises when that parameter alone rises
#     a little. Together they have the shape of the parameters and point uphill, most steeply.
#     [Lesson 5](05_gradients.py#many-numbers-at-once)
#
# ### 19. Must you work out derivatives yourself?
#
# ??? success "Answer in words"
#
#     No. `jax.grad` takes a function and returns the function that computes its gradient, by the
#     chain rule, through everything that the function calls. You should know what the number
#     means, and you can always test it: nudge the input and see.
#     [Lesson 5](05_gradients.py#check-it-by-nudging)


# %% tags=["answer"]
@jax.jit
def f(x):
    return jnp.sin(x) * x**2


nudge = 1e-2
rise = float(f(2.0 + nudge)) - float(f(2.0 - nudge))
by_nudging = rise / (2 * nudge)
by_calculus = jax.grad(f)(2.0)
print(f"by nudging {by_nudging:.3f}, by calculus {by_calculus:.3f}")
assert np.isclose(by_nudging, by_calculus, rtol=1e-2)

# %% [markdown]
# ## Losses
#
# ### 20. Why not use accuracy as the loss?
#
# What is its gradient with respect to the weights?
#
# ??? success "Answer in words"
#
#     It is 0 nearly everywhere. A small change of a weight moves no digit across the line, so
#     the accuracy stays the same; where one does cross, it jumps. Nothing says which way to go.
#     [Lesson 8](08_a_loss_for_digits.py#why-accuracy-cannot-be-the-loss)


# %% tags=["answer"]
def moving(measure):
    def measured(params, x, y):
        return measure(jd.linear(params, x), y)

    grads = jax.jit(jax.grad(measured))(start, x, y)
    return (np.asarray(grads.w) != 0).mean()


for measure in jd.binary_accuracy, jd.mnist_loss:
    share = moving(measure)
    print(f"{measure.__name__}: {share:.0%} of its gradient is not 0")
    assert (share == 0) == (measure is jd.binary_accuracy)

# %% [markdown]
# ### 21. What does the sigmoid look like?
#
# Draw it. What makes it fit for a loss that wants a confidence between 0 and 1?
#
# ??? success "Answer in words"
#
#     It takes any number and gives one between 0 and 1. It always rises, so order is kept; it is
#     smooth, so there is a gradient everywhere; and it is flat at both ends, so being surer than
#     sure gains little. At 0 it is one half. [Lesson 8](08_a_loss_for_digits.py#the-sigmoid)


# %% tags=["answer"] alt="The sigmoid: an S that rises from just above 0 on the left, through one half at 0, to just below 1 on the right."
def sigmoid(x):
    return 1 / (1 + jnp.exp(-x))


ax = jd.plots.plot_function(sigmoid, -6, 6, ylabel="sigmoid(x)")
points = jnp.linspace(-6, 6, 401)
assert np.allclose(sigmoid(points), jax.nn.sigmoid(points), rtol=1e-3)

# %% [markdown]
# ### 22. Who reads the loss, and who the metric?
#
# ??? success "Answer"
#
#     The loss is for the optimizer: smooth, and measured on each batch of the training set. The
#     metric is for people: what they care about, such as the share of right answers, and measured
#     on the validation set after each epoch. [Lesson 8](08_a_loss_for_digits.py#loss-and-metric)
#
# ### 23. By what rule do old parameters become new ones?
#
# ??? success "Answer in words"
#
#     New is old minus the learning rate times the gradient; minus, since the gradient points
#     uphill. PyTorch changes the array in place, `w.data -= lr * w.grad`. A JAX array never
#     changes: the rule returns a new one. [Lesson 9](09_putting_it_together.py#one-step)

# %% tags=["answer"]
old, slopes = np.array([3.0, -1.0]), np.array([6.0, -2.0])
new = old - 0.1 * slopes
print(new)
assert np.allclose(new, jd.sgd_update(old, slopes, learning_rate=0.1))

# %% [markdown]
# ## Batches and the linear model
#
# ### 24. What does a batch iterator do?
#
# Write one for any sequence. What takes its place in this package?
#
# ??? success "Answer in words"
#
#     It shuffles the examples and hands them out in batches, each example once an epoch. In
#     PyTorch that is a `DataLoader`. Our data fits in memory, so shuffled *indices* do:
#     [`epoch_batches`][jaxdigits.epoch_batches], from a key. One difference: it leaves out an
#     incomplete last batch, as compiled code wants batches of one size.
#     [Lesson 8](08_a_loss_for_digits.py#a-batch-iterator)


# %% tags=["answer"]
def batches_of(items, size, key):
    order = jax.random.permutation(key, len(items)).tolist()
    for i in range(0, len(items), size):
        yield [items[j] for j in order[i : i + size]]


letters, key = "abcdefgh", jax.random.key(0)
for batch in batches_of(letters, 4, key):
    print("".join(batch))
for row in np.asarray(jd.epoch_batches(key, n=8, batch_size=4)):
    print(row, "".join(letters[i] for i in row))

# %% [markdown]
# ### 25. What happens in an epoch?
#
# Write it first as pseudocode, then as code.
#
# ??? success "Answer in words"
#
#     ```text
#     for each batch of inputs and targets:
#         predict
#         measure the loss
#         find the gradient of the loss
#         parameters = parameters - learning rate * gradient
#     ```
#
#     As real code it is as short, and does what [`train_epoch`][jaxdigits.train_epoch] does.
#     [Lesson 9](09_putting_it_together.py#twenty-epochs)


# %% tags=["answer"]
@jax.jit
def gradient(params, xs, ys):
    return jax.grad(lambda p: jd.mnist_loss(jd.linear(p, xs), ys))(params)


def one_epoch(params, batches):
    for batch in batches:
        grads = gradient(params, x[batch], y[batch])
        params = jd.sgd_update(params, grads, learning_rate=1.0)
    return params


batches = jd.epoch_batches(key_batches, len(x), batch_size)
sgd = jd.sgd(1.0)
now = jd.TrainState(start, sgd.init(start))
theirs, _ = jd.train_epoch(jd.linear, jd.mnist_loss, sgd, now, train, batches)
assert np.allclose(one_epoch(start, batches).w, theirs.params.w, atol=1e-5)

# %% [markdown]
# ### 26. How do you pair two lists by hand?
#
# Without `zip`, write `pair(a, b)`, which puts the first with the first, the second with the
# second, and so on. What is a list of such pairs good for?
#
# ??? success "Answer in words"
#
#     Each pair is a tuple of an input and a target, and that makes the list a data set as PyTorch
#     understands it: it has a length, and item `i` is example `i`. In JAX turn it inside out:
#     a tuple of two *arrays*, `(x, y)`, so that `x[batch], y[batch]` takes a whole batch at once.
#     [Lesson 2](02_arrays.py#two-tools-for-lists)


# %% tags=["answer"]
def pair(a, b):
    return [(a[i], b[i]) for i in range(min(len(a), len(b)))]


labels, names = [3, 7, 3], ["three", "seven", "three"]
print(pair(labels, names))
assert pair(labels, names) == list(zip(labels, names, strict=True))

# %% [markdown]
# ### 27. How do pictures become rows?
#
# Turn a hundred images of 28 by 28 into a hundred rows, without computing how long a row is. Does
# a number change?
#
# ??? success "Answer in words"
#
#     `reshape` gives the same numbers, in the same order, another shape; `-1` stands for whatever
#     length is left over. PyTorch's `view` does the same and promises not to copy. In JAX there
#     is no such promise to ask for: arrays never change, so whether two share memory is the
#     compiler's business. [Lesson 7](07_from_averages_to_weights.py#from-a-square-to-a-row)

# %% tags=["answer"]
hundred = np.asarray(digits.train.images)[:100]
rows = hundred.reshape(len(hundred), -1)
print(f"{hundred.shape} -> {rows.shape}")
assert np.array_equal(rows, jd.flatten(hundred))
assert np.array_equal(rows.reshape(hundred.shape), hundred)

# %% [markdown]
# ### 28. What is the bias for?
#
# What could a linear model say about an empty image if it had none?
#
# ??? success "Answer"
#
#     Only 0: every weight is multiplied by a pixel, and all pixels are 0. The bias is a number
#     that is added whatever the input is, so that the line between three and seven need not pass
#     through that point. Weights and biases together are the parameters.
#     [Lesson 7](07_from_averages_to_weights.py#the-bias)
#
# ### 29. What does `@` compute?
#
# Write it with loops for two small matrices.
#
# ??? success "Answer in words"
#
#     The matrix product: each row of the left with each column of the right, multiplied entry by
#     entry and added up. With images as rows and weights as columns, `x @ w` is the weighted sum
#     of all pixels for all images at once. `*` would multiply entry by entry and add nothing.
#     [Lesson 7](07_from_averages_to_weights.py#all-images-at-once)


# %% tags=["answer"]
def product(a, b):
    (rows, inner), (_, columns) = a.shape, b.shape
    entries = [
        [sum(a[i, k] * b[k, j] for k in range(inner)) for j in range(columns)]
        for i in range(rows)
    ]
    return np.array(entries)


a, b = np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(3, 2)
print(product(a, b))
assert np.array_equal(product(a, b), a @ b)

# %% [markdown]
# ## The training loop
#
# ### 30. What happens in the backward pass?
#
# PyTorch has a method `backward`. Where is it in JAX?
#
# ??? success "Answer in words"
#
#     The forward pass computes the loss from the parameters. The backward pass goes through the
#     same operations from the loss back to the parameters and finds the gradient by the chain
#     rule. PyTorch's `loss.backward()` leaves it in each parameter's `.grad`. `jax.grad(loss)`
#     makes one function of both passes and *returns* it. To hold the backward pass in your hand,
#     ask `jax.vjp`. [Lesson 5](05_gradients.py#let-jax-do-the-calculus)


# %% tags=["answer"]
def loss(params):
    return jd.mnist_loss(jd.linear(params, x), y)


value, backward = jax.vjp(loss, start)  # the forward pass happens here
(grads,) = backward(jnp.ones_like(value))  # and the backward pass here
print(f"loss {value:.4f}, gradient of the bias {grads.b.item():.4f}")
assert np.allclose(grads.w, gradient(start, x, y).w, atol=1e-6)

# %% [markdown]
# ### 31. Why must PyTorch's gradients be set to zero, and JAX's not?
#
# And what if you want to add up gradients?
#
# ??? success "Answer in words"
#
#     `backward` *adds* to what is in `.grad`. Unless it is zeroed after a step, the next step also
#     uses the gradient of the last. `jax.grad` returns a fresh array and remembers nothing. If
#     a batch does not fit in memory, add up gradients where everyone can see it: the mean over
#     equal parts is the gradient of the whole. [Lesson 5](05_gradients.py#the-same-call-the-same-gradient)

# %% tags=["answer"]
half = len(x) // 2
first = gradient(start, x[:half], y[:half])
second = gradient(start, x[half : 2 * half], y[half : 2 * half])
whole = gradient(start, x[: 2 * half], y[: 2 * half])
mean_w = (np.asarray(first.w) + np.asarray(second.w)) / 2
assert np.allclose(mean_w, whole.w, atol=1e-6)
print("the mean of the halves' gradients is the gradient of the whole")

# %% [markdown]
# ### 32. What must a training loop be told?
#
# ??? success "Answer"
#
#     fastai's `Learner` takes the data, the model, the loss, the optimizer and the metrics, and
#     how long to train and at which rate comes with `fit`. [`jd.fit`][jaxdigits.fit] takes the
#     same, and two things more, because they are hidden in no object: the parameters to start from
#     and the key for the shuffling. The learning rate belongs to the optimizer.
#     [Lesson 10](10_an_optimizer.py#the-loop-becomes-fit)
#
# ### 33. What does a training loop look like in code?
#
# Write one: three epochs of the linear model, with an accuracy after each.
#
# ??? success "Answer in words"
#
#     An epoch, from question 25, in a loop: a key of its own for each, so that the batches
#     differ, and a look at the validation set after it. [`jd.fit`][jaxdigits.fit] does the same.
#     [Lesson 9](09_putting_it_together.py#twenty-epochs)

# %% tags=["answer"]
params, accuracies = start, []
for epoch in range(3):
    epoch_key = jax.random.fold_in(key_batches, epoch)
    batches = jd.epoch_batches(epoch_key, len(x), batch_size)
    params = one_epoch(params, batches)
    logits = jd.linear(params, valid[0])
    accuracies.append(jd.binary_accuracy(logits, valid[1]))
    print(f"epoch {epoch + 1}: accuracy {accuracies[-1]:.4f}")

settings = {"epochs": 3, "batch_size": batch_size, "key": key_batches}
settings |= {"valid": valid, "metric": jd.binary_accuracy}
fitted = jd.fit(jd.linear, start, jd.mnist_loss, sgd, train, **settings)
assert np.allclose(params.w, fitted.params.w, atol=1e-4)
assert np.allclose(accuracies, fitted.history.metric, atol=0.02)

# %% [markdown]
# ## Networks
#
# ### 34. What does a ReLU look like?
#
# Draw it from minus 2 to 2. What is its slope on either side of 0?
#
# ??? success "Answer in words"
#
#     A *rectified linear unit* replaces negative numbers by 0 and leaves the others as they are:
#     the larger of `x` and 0. Its slope is 0 on the left and 1 on the right. At 0 itself there is
#     no slope, and JAX settles on 0. [Lesson 11](11_a_nonlinearity.py#a-bend)


# %% tags=["answer"] alt="The ReLU from minus 2 to 2: a flat line at 0 up to the origin, and from there a straight line that rises to 2."
def relu(x):
    return jnp.maximum(x, 0)


ax = jd.plots.plot_function(relu, -2, 2, ylabel="relu(x)")
assert np.array_equal(relu(points), jax.nn.relu(points))
slopes = [float(jax.grad(jax.nn.relu)(x)) for x in (-1.0, 0.0, 1.0)]
print(f"slopes at -1, 0 and 1: {slopes}")

# %% [markdown]
# ### 35. What is an activation function?
#
# What would be left of a network without any?
#
# ??? success "Answer in words"
#
#     A function that is not linear, applied to every number between two linear layers: ReLU,
#     sigmoid and others. Without it the layers collapse: a weighted sum of weighted sums is
#     a weighted sum, so two linear layers are one.
#     [Lesson 11](11_a_nonlinearity.py#more-of-the-same)

# %% tags=["answer"]
first, second = layers = jd.init_mlp(jax.random.key(1), (784, 30, 1))
eight = x[:8]
two = jd.linear(second, jd.linear(first, eight))
merged = jd.Linear(first.w @ second.w, first.b @ second.w + second.b)
assert np.allclose(two, jd.linear(merged, eight), atol=1e-4)
assert not np.allclose(jd.mlp(layers, eight), two, atol=1e-2)
print("two linear layers are one; with a ReLU between them they are not")

# %% [markdown]
# ### 36. A function or a layer: what is the difference?
#
# PyTorch has ReLU twice, as the function `F.relu` and as the module `nn.ReLU`. Which of them do
# you need in JAX?
#
# ??? success "Answer in words"
#
#     They compute the same. `nn.Sequential` wants objects that can be listed, so PyTorch wraps the
#     function as a *module*, an object without parameters. In JAX a function can stand wherever
#     a layer can, and `jax.nn.relu` is all there is. Parameters are arguments. Another activation
#     makes another model, and Python's `functools.partial` keeps it.
#     [Lesson 11](11_a_nonlinearity.py#the-network)

# %% tags=["answer"]
smooth_mlp = functools.partial(jd.mlp, activation=jax.nn.sigmoid)
by_hand = jd.linear(second, jax.nn.sigmoid(jd.linear(first, eight)))
assert np.allclose(smooth_mlp(layers, eight), by_hand, atol=1e-5)
print("a model with another activation, and no class anywhere")

# %% [markdown]
# ### 37. If one nonlinearity can do everything, why use more?
#
# Two ReLUs make a tent: `2 * relu(x) - 4 * relu(x - 0.5)`, up and down once between 0 and 1. How
# many teeth has the tent of a tent of a tent of a tent?
#
# ??? success "Answer in words"
#
#     One nonlinearity is enough in principle, if the layer may be as wide as it likes, and that
#     can be very wide. Every further layer folds what the one before has made: teeth double from
#     layer to layer at the price of two more ReLUs, where a single layer pays for each bend.
#     Deep and narrow often needs fewer parameters, and less time, for the same result.
#     [Lesson 12](12_a_hidden_layer.py#why-more-layers-all-the-same)


# %% tags=["answer"] alt="Two curves between 0 and 1. One layer: a tent with a single peak. Four layers: a saw with many narrow teeth of the same height."
def tent(x):
    return 2 * relu(x) - 4 * relu(x - 0.5)


def deep(x, layers):
    for _ in range(layers):
        x = tent(x)
    return x


figure, ax = plt.subplots(figsize=(5, 3))
grid = np.linspace(0, 1, 513)
for layers in 1, 4:
    heights = np.asarray(deep(grid, layers))
    print(f"layers {layers}: teeth {(heights == 1).sum()}")
    assert (heights == 1).sum() == 2 ** (layers - 1)
    ax.plot(grid, heights, label=f"layers: {layers}")
ax.set(xlabel="x", ylim=(0, 1.35))
ax.legend(loc="upper center", ncols=2)

# %% [markdown]
# ## Project 1: your own Learner
#
# fastai's `Learner` is an object that holds model, data and optimizer, and trains when asked.
# Build one in JAX. It shall be used like this, and end at the very parameters of
# [`jd.fit`][jaxdigits.fit] with the same key:
#
# ```python
# learner = Learner(model, params, loss, optimizer, metric)
# learner.fit(train, valid, epochs=3, batch_size=64, key=key)
# learner.params   # trained
# learner.history  # a list: the pair (mean loss, metric) of each epoch
# ```
#
# Before you begin: `jax.jit` cannot compile a method that changes its object. Which part of the
# learner can be compiled, then, and which cannot?
#
# ### Step 1: the part that is pure
#
# Write `make_step(model, loss, optimizer)`. It returns a compiled function
# `step(params, opt_state, x, y)` that takes one step on one batch and returns new parameters, new
# optimizer state and the loss before the step.
#
# ??? tip "A hint"
#     `jax.value_and_grad` gives loss and gradient in one go. An Optax optimizer turns gradients
#     into updates, `optimizer.update(grads, opt_state, params)`, and `optax.apply_updates` adds
#     them. Everything that changes is an argument and a result.


# %% tags=["answer"]
def make_step(model, loss, optimizer):
    def batch_loss(params, x, y):
        return loss(model(params, x), y)

    @jax.jit
    def step(params, opt_state, x, y):
        value, grads = jax.value_and_grad(batch_loss)(params, x, y)
        updates, opt_state = optimizer.update(grads, opt_state, params)
        return optax.apply_updates(params, updates), opt_state, value

    return step


# %% [markdown]
# ### Step 2: what the object holds
#
# Write the class with its `__init__` and a method `train_batch(x, y)`, which takes one step and
# returns the loss. What has to be remembered between two steps?
#
# ??? tip "A hint"
#     The parameters, and the optimizer's state, at first `optimizer.init(params)`: momentum lives
#     there. What `step` returns must go back into the object.


# %% tags=["answer"]
class BatchLearner:
    def __init__(self, model, params, loss, optimizer, metric):
        self.model, self.metric = model, metric
        self.params, self.opt_state = params, optimizer.init(params)
        self.history = []
        self.step = make_step(model, loss, optimizer)

    def train_batch(self, x, y):
        self.params, self.opt_state, value = self.step(
            self.params, self.opt_state, x, y
        )
        return value


# %% [markdown]
# ### Step 3: epochs
#
# Add `train_epoch(train, batches)`, which returns the mean loss of the batches; `validate(valid)`,
# which returns the metric; and `fit`. To see the same batches as the package, epoch `i` takes
# them from `jd.epoch_batches(jax.random.fold_in(key, i), n, batch_size)`.
#
# ??? tip "A hint"
#     The metric takes the model's outputs for the *whole* validation set, once an epoch. Turn
#     both numbers into floats as they go into the history: that waits for JAX to finish.
#
# (In a file of your own this is one class; here it grows by inheritance, a step a cell.)


# %% tags=["answer"]
class Learner(BatchLearner):
    def train_epoch(self, train, batches):
        x, y = train
        losses = [self.train_batch(x[rows], y[rows]) for rows in batches]
        return np.mean(losses)

    def validate(self, valid):
        return self.metric(self.model(self.params, valid[0]), valid[1])

    def fit(self, train, valid, *, epochs, batch_size, key):
        for i in range(epochs):
            epoch_key = jax.random.fold_in(key, i)
            batches = jd.epoch_batches(epoch_key, len(train[0]), batch_size)
            mean_loss = float(self.train_epoch(train, batches))
            self.history.append((mean_loss, float(self.validate(valid))))


# %% [markdown]
# ### Step 4: the check
#
# It trains your class and `jd.fit` side by side on a few made-up numbers, for one epoch of plain
# SGD and for three with momentum, and says where the two part.


# %% tags=["check"]
def learn_twice(Learner, optimizer, epochs):
    made_up = np.linspace(-1, 1, 26, dtype="float32").reshape(13, 2) ** 2
    x, y = jnp.asarray(made_up), jnp.asarray(made_up.sum(1, keepdims=True))
    train, valid = (x, y), (x[:5], y[:5])
    start = jd.init_linear(jax.random.key(1), 2, 1)
    settings = {"epochs": epochs, "batch_size": 4, "key": jax.random.key(2)}
    learner = Learner(jd.linear, start, jd.mse_loss, optimizer, jd.l1_loss)
    learner.fit(train, valid, **settings)
    settings |= {"valid": valid, "metric": jd.l1_loss}
    right = jd.fit(jd.linear, start, jd.mse_loss, optimizer, train, **settings)
    return learner, right, start


def agree(a, b):
    return np.allclose(a.w, b.w, atol=1e-5)


# %% tags=["check"]
def compare_histories(ours, theirs):
    if np.shape(ours) != (len(theirs.loss), 2):
        return "Not yet: the history should hold one pair an epoch."
    losses, metrics = np.array(ours).T
    if not np.allclose(losses, theirs.loss, atol=1e-4):
        return "Not yet: each loss should be the mean over an epoch's batches."
    if not np.allclose(metrics, theirs.metric, atol=1e-4):
        return "Not yet: measure on all of valid, after the epoch."
    return "right"


# %% tags=["check"]
def check_learner(Learner):
    learner, right, start = learn_twice(Learner, jd.sgd(0.1), epochs=1)
    if agree(learner.params, start):
        return "Not yet: after fit, learner.params are what they were before."
    if not agree(learner.params, right.params):
        return "Not yet: one epoch of plain SGD already ends elsewhere."
    momentum = optax.sgd(0.1, momentum=0.9)
    learner, right, _ = learn_twice(Learner, momentum, epochs=3)
    if agree(learner.params, right.params):
        history = getattr(learner, "history", [])
        return compare_histories(history, right.history)
    learner, right, _ = learn_twice(Learner, momentum, epochs=1)
    if not agree(learner.params, right.params):
        return "Not yet: momentum goes wrong; is the optimizer's state kept?"
    return "Not yet: the first epoch is right; is each one shuffled anew?"


# %% tags=["answer"]
print(check_learner(Learner))

# %% [markdown]
# ### Step 5: threes and sevens
#
# Now let it learn something real: a network with 30 hidden units, as in
# [lesson 11](11_a_nonlinearity.py), with momentum. Does it agree with `jd.fit` here, too?

# %% tags=["answer"]
network = jd.init_mlp(key_params, (784, 30, 1))
optimizer = optax.sgd(0.1, momentum=0.9)
settings = {"epochs": 3, "batch_size": batch_size, "key": key_batches}
learner = Learner(jd.mlp, network, jd.mnist_loss, optimizer, jd.binary_accuracy)
learner.fit(train, valid, **settings)
for epoch, (mean_loss, metric) in enumerate(learner.history, start=1):
    print(f"epoch {epoch}: loss {mean_loss:.4f}, accuracy {metric:.4f}")

settings |= {"valid": valid, "metric": jd.binary_accuracy}
fitted = jd.fit(jd.mlp, network, jd.mnist_loss, optimizer, train, **settings)
for ours, theirs in zip(learner.params, fitted.params, strict=True):
    assert np.allclose(ours.w, theirs.w, atol=1e-2)

# %% [markdown]
# What you have is a shell that changes around a core that does not. The core is compiled and can
# be tested by itself; the shell is convenient. `jd.fit` leaves the shell away and so can compile
# the epochs, too. What would you add to yours: a progress bar, early stopping, a plot of the
# history?
#
# ## Project 2: all ten digits
#
# The whole way once more, with ten digits in place of two, and with hints only where you want them:
# from the data to a network that reads more than nine of ten digits that it has never seen.
#
# ### Step 1: the data
#
# Take *all* digits as inputs and labels. How many are there of each, and what share would you get
# right by always giving the same answer?
#
# ??? tip "A hint"
#     [`to_examples`][jaxdigits.to_examples] without `positive` leaves the labels as they are;
#     `np.bincount` counts them.

# %% tags=["answer"]
x, y = jd.to_examples(digits.train)
x_valid, y_valid = jd.to_examples(digits.test)
print(f"to learn from: x {x.shape}, y {y.shape}")
of_each = np.bincount(y)
print(f"of each digit: {of_each.tolist()}")
always = of_each.argmax()
print(f"always {always}: {(np.asarray(y_valid) == always).mean():.4f}")

# %% [markdown]
# ### Step 2: a baseline
#
# What do ten average digits achieve?
#
# ??? tip "A hint"
#     [`mean_images`][jaxdigits.mean_images] and [`nearest`][jaxdigits.nearest] do it in two lines,
#     as in [lesson 13](13_ten_averages.py). Try both distances.

# %% tags=["answer"]
means = jd.mean_images(jd.to_float(digits.train.images), y)
pictures = jd.to_float(digits.test.images)
for distance in jd.l1_distance, jd.rmse_distance:
    right = np.equal(jd.nearest(pictures, means, distance), y_valid)
    print(f"{distance.__name__:13}  {right.mean():.4f}")

# %% [markdown]
# ### Step 3: one output a digit
#
# How must the model, the loss and the metric change, now that there are ten answers? Write down
# the shape of the weights and of the outputs first. What should the loss be before any training,
# if every digit is held to be equally likely?
#
# ??? tip "A hint"
#     Ten columns of weights, one a digit; the largest output is the answer.
#     [`cross_entropy_loss`][jaxdigits.cross_entropy_loss] and [`accuracy`][jaxdigits.accuracy]
#     take outputs `[n, 10]` and labels `[n]`, as in [lesson 14](14_ten_linear_models.py). Equally
#     likely means a probability of one tenth, and the loss is minus its logarithm.

# %% tags=["answer"]
zeros = jd.Linear(w=jnp.zeros((784, 10)), b=jnp.zeros(10))
undecided = jd.cross_entropy_loss(jd.linear(zeros, x), y)
print(f"loss when undecided {undecided:.4f}, -log(1/10) {np.log(10):.4f}")
assert np.isclose(undecided, np.log(10), rtol=1e-4)

# %% [markdown]
# ### Step 4: learn
#
# Write `learn(x, y, key)`. It trains a network of 784 inputs, 64 hidden units and 10 outputs, and
# returns a function `predict` that takes inputs `[n, 784]` to digits `[n]`. It should work for
# a thousand digits as well as for sixty thousand.
#
# ??? tip "A hint"
#     Split the key: one for the parameters, one for the batches. A small data set has few batches
#     an epoch, so it needs more epochs: think in steps, a thousand or so. If the loss grows,
#     the learning rate is too high; `optax.adam(3e-3)` is less touchy about it than SGD.


# %% tags=["check"]
def check_learn(learn):
    _, known, new = jd.load("uci")
    (x, y), (x_new, labels) = jd.to_examples(known), jd.to_examples(new)
    answers = np.asarray(learn(x, y, jax.random.key(3))(x_new))
    if answers.shape != labels.shape:
        return f"Not yet: give one digit an image, not {answers.shape}."
    score = (answers == np.asarray(labels)).mean()
    means = jd.mean_images(jd.to_float(known.images), y)
    nearest = jd.nearest(jd.to_float(new.images), means, jd.rmse_distance)
    baseline = (np.asarray(nearest) == np.asarray(labels)).mean()
    if score < 0.3:
        return f"Not yet: {score:.2f} is guessing; does training reach predict?"
    if score <= baseline:
        return f"Not yet: {score:.2f}, but the averages get {baseline:.2f}."
    return "right"


# %% tags=["answer"]
def learn(x, y, key):
    key_params, key_batches = jax.random.split(key)
    batch_size = min(256, len(x) // 16)
    fitted = jd.fit(
        jd.mlp,
        jd.init_mlp(key_params, (784, 64, 10)),
        jd.cross_entropy_loss,
        optax.adam(3e-3),
        (x, y),
        epochs=1 + 1000 // (len(x) // batch_size),
        batch_size=batch_size,
        key=key_batches,
    )
    return jax.jit(lambda inputs: jd.mlp(fitted.params, inputs).argmax(axis=1))


print(check_learn(learn))

# %% [markdown]
# The check trains your function on the UCI digits that come with scikit-learn, and compares it
# with the ten averages there. So it has to learn from whatever digits it is given.
#
# ### Step 5: judge it
#
# Run `learn` on this page's digits. Compare the accuracy on the digits that it learned from with
# that on new ones: which do you expect to be higher? Then see which digits are taken for which.
#
# ??? tip "A hint"
#     [`confusion_matrix`][jaxdigits.confusion_matrix] counts, and
#     [`plot_confusion`][jaxdigits.plots.plot_confusion] draws. What is off the diagonal is wrong.

# %% tags=["answer"] alt="A table of ten rows, the true digits, by ten columns, the predicted ones, with counts. Nearly all digits are counted on the diagonal, which is left pale; a few pairs of similar digits stand out beside it."
predict = learn(x, y, jax.random.key(0))
predicted = np.asarray(predict(x_valid))
seen, unseen = np.equal(predict(x), y).mean(), (predicted == y_valid).mean()
print(f"digits seen in training {seen:.4f}, new digits {unseen:.4f}")

ax = jd.plots.plot_confusion(jd.confusion_matrix(predicted, y_valid))

# %% [markdown]
# ### Step 6: look at the mistakes
#
# Numbers say how often, pictures say why. Draw some of the digits that it got wrong, with what it
# took them for. Would you have read them right?
#
# ??? tip "A hint"
#     `np.flatnonzero(predicted != y_valid)` holds their places, and
#     [`show_images`][jaxdigits.plots.show_images] takes titles.

# %% tags=["answer"] alt="Digits that the network got wrong, each under its true label and what it was taken for. Several are hard to read: open loops, missing strokes, unusual slants."
labels = np.asarray(y_valid)
wrong = np.flatnonzero(predicted != labels)[:16]
titles = [f"{labels[i]}, not {predicted[i]}" for i in wrong]
figure = jd.plots.show_images(np.asarray(pictures)[wrong], titles=titles)

# %% [markdown]
# From pixels to a network that reads digits, in a handful of functions, each of which you could
# now write yourself. Where to go on: another width, more epochs, a schedule, a second hidden
# layer. Change one thing at a time, and decide beforehand what would convince you.
#
# ## What you learned
#
# - Thirty-seven answers, in your own words; those that were hard name the lesson to read again.
# - An object that trains is a thin shell around pure functions, and takes the very same steps.
# - Ten digits need ten outputs, another loss and another metric. The loop stays as it is.
# - Judge a model by a baseline, by digits it has not seen, and by looking at its mistakes.
#
# **Next:** [From PyTorch to JAX](24_from_pytorch.py), name by name.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4, for
# the topics of the questions and the two projects. Cybenko, *Approximation by Superpositions of
# a Sigmoidal Function*, 1989, and Telgarsky, *Benefits of Depth in Neural Networks*, 2016, on
# question 37.
