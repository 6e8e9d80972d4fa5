# %% [markdown]
# # 23. Questions
#
# **How much of the course can you explain without looking it up?** This page has 47 questions and
# two projects. The first 37 ask, in our own words, what the book chapter that the course follows
# asks at its end (chapter 4 of [Deep Learning for Coders](https://course.fast.ai)), in the same
# order. Ten more are about JAX. After them come short answers to questions that readers of the book
# ask in public.
#
# Why care? After reading a page you feel that you know it better than you do. In a well-known
# experiment, people who tried to recall a text remembered more of it a week later than people who
# had spent the same time reading it again, although those readers had felt surer. So answer in your
# own words, on paper or in a cell, and only then open the answer. One section is enough for an
# evening. Mark the questions that you missed, and try them again a week later.
#
# *You need:* lessons [1](01_pixels.py) to [12](12_a_hidden_layer.py). For the questions about JAX
# also [lesson 19](19_jax_for_numpy_users.py), and for the second project lessons
# [13](13_ten_averages.py) to [15](15_a_small_network.py). If you have forgotten a word, see the
# [jargon](22_jargon.md).
#
# The answers share this beginning: threes and sevens, a linear model with random weights, its loss
# and its gradient. As in the chapter, MNIST's test digits serve as the validation set. That is fine
# here, because we don't choose anything by them.

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
batch_size = min(256, len(x) // 16)  # smaller if there are few digits


# %%
key_start, key_order, key_epoch, key_batches, key_network, key_learner = (
    jax.random.split(jax.random.key(0), 6)
)
start = jd.init_linear(key_start, n_in=784, n_out=1, scale=0.1)


def loss(params, x, y):
    return jd.mnist_loss(jd.linear(params, x), y)


gradient = jax.jit(jax.grad(loss))

# %% [markdown]
# If an answer is code, it ran when this page was built. Where a library has the same function, the
# answer asserts that the two agree. A GPU may round products to three digits, so we call two
# results equal if they differ by less than a hundredth of the largest number.


# %%
def close(a, b):
    return np.allclose(a, b, rtol=0, atol=0.01 * np.abs(b).max())


# %% [markdown]
# ## Pixels and arrays
#
# ### 1. What is a picture to a computer?
#
# Answer for a picture in shades of gray, and for one in color.
#
# ??? success "Answer"
#
#     A grid of numbers, one per pixel. In MNIST each is a whole number from 0 for the background to
#     255 for full ink, with the grays in between. A color picture has three numbers per pixel: how
#     much red, green and blue. [Lesson 1](01_pixels.py#one-three-three-ways)
#
# ### 2. How is the data laid out?
#
# Where are the threes to learn from, where are the threes to check with, and why are they kept
# apart?
#
# ??? success "Answer"
#
#     The book's download has one folder for training and one for validation. Each of them has one
#     folder per digit, and the folder's name is the label. Here, `digits.train` and `digits.test`
#     each hold an array of images and an array of labels, and `jd.select(digits.train, 3)` takes
#     the place of a folder. They are kept apart because a model may simply remember the digits that
#     it has seen. Only new digits show whether it has understood them. [Lesson
#     1](01_pixels.py#why-two-sets)
#
# ### 3. How can you tell threes from sevens by pixel similarity?
#
# ??? success "Answer"
#
#     Take the average of all training threes, pixel by pixel, and the average of all training
#     sevens. Compare a new image with both, and choose the nearer one. You need no gradients, and
#     it is a good baseline: anything more complicated has to do better. [Lesson
#     3](03_pixel_similarity.py#the-average-digit)
#
# ### 4. How do you square only the large numbers?
#
# From `[3, 14, 8, 21]`, make the list of the squares of all numbers above ten, in one expression.
# What is such an expression called?
#
# ??? success "Answer in words"
#
#     It is a *list comprehension*: what to put in, from which list, and under which condition. With
#     an array you need no loop, because a mask picks the entries: `a[a > 10]`. In a function that
#     JAX compiles, such a mask is an error, because the size of the result would depend on the
#     numbers. Use `jnp.where(a > 10, a**2, 0)` there, which keeps the size.
#     Lessons [2](02_arrays.py#two-tools-for-lists) and
#     [19](19_jax_for_numpy_users.py#a-mask-in-compiled-code)

# %% tags=["answer"]
numbers = [3, 14, 8, 21]
squares = [n**2 for n in numbers if n > 10]
print(squares)

as_array = np.array(numbers)
assert squares == (as_array[as_array > 10] ** 2).tolist()

# %% [markdown]
# ### 5. What is an array of rank 3?
#
# How many indices does it take to reach one of its numbers? Where have you met one?
#
# ??? success "Answer"
#
#     An array with three axes, like a stack of tables. It takes three indices to reach one number.
#     All threes together are such an array: `images[i, row, column]` is one pixel. PyTorch calls it
#     a tensor, JAX an array. [Lesson 2](02_arrays.py#rank-shape-axis)
#
# ### 6. What is the difference between rank and shape?
#
# And how do you get one from the other?
#
# ??? success "Answer in words"
#
#     The shape lists the length of each axis, and the rank is the number of axes. So the rank is
#     the length of the shape. You cannot get the shape from the rank.
#     [Lesson 2](02_arrays.py#rank-shape-axis)

# %% tags=["answer"]
images = jd.select(digits.test, 3).images
print(f"shape {images.shape}, rank {len(images.shape)}")
assert len(images.shape) == images.ndim

# %% [markdown]
# ## Distances and metrics
#
# ### 7. What are RMSE and the L1 distance?
#
# Write both for two arrays. Which of them is hit harder by one large error than by many small ones?
#
# ??? success "Answer in words"
#
#     The L1 distance is the mean of the absolute differences. The root mean squared error (RMSE)
#     squares the differences, takes their mean, and then the square root. Neither of them lets
#     positive and negative differences cancel. RMSE is hit harder by one large error, because
#     squaring makes large numbers count more. PyTorch's `F.l1_loss` and `F.mse_loss` are
#     [`l1_loss`][jaxdigits.l1_loss] and [`mse_loss`][jaxdigits.mse_loss] here.
#     [Lesson 3](03_pixel_similarity.py#why-square)


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
# ### 8. How do you compute with thousands of numbers without a loop?
#
# And why is that so much faster?
#
# ??? success "Answer in words"
#
#     Give the whole array to one operation. Then compiled code runs the loop, on a GPU even for
#     thousands of numbers at once, and Python does its slow work once per array instead of once per
#     number. `jax.jit` goes further and makes one program of several operations. [Lesson
#     4](04_metrics.py#one-distance-per-image)

# %% tags=["answer"]
as_list = [float(i % 7) for i in range(200_000)]
as_array = jnp.array(np.array(as_list))
mean_square = jax.jit(lambda a: (a**2).mean())
one_by_one = sum(v**2 for v in as_list) / len(as_list)
assert np.isclose(mean_square(as_array), one_by_one, rtol=1e-3)


def milliseconds(job):
    return 1e3 * min(timeit.repeat(job, number=1, repeat=5))


loop = milliseconds(lambda: sum(v**2 for v in as_list) / len(as_list))
call = milliseconds(lambda: mean_square(as_array).block_until_ready())
print(f"loop {loop:.1f} ms, one call {call:.3f} ms")

# %% [markdown]
# ### 9. How do you double nine numbers and cut out a corner?
#
# Put the numbers 1 to 9 into three rows of three. Double them all at once, and take the two by two
# block at the lower right.
#
# ??? success "Answer in words"
#
#     `2 * grid` doubles every number. In `[1:, 1:]`, the first part chooses the rows and the second
#     the columns, and `1:` means from index 1 to the end.
#     [Lesson 2](02_arrays.py#taking-a-part)

# %% tags=["answer"]
grid = np.arange(1, 10).reshape(3, 3)
corner = (2 * grid)[1:, 1:]
print(corner)
assert corner.tolist() == [[10, 12], [16, 18]]

# %% [markdown]
# ### 10. What is broadcasting?
#
# You subtract an array of shape `(28, 28)` from one of shape `(1000, 28, 28)`. Why is that no
# error, and when does the same rule hurt you?
#
# ??? success "Answer"
#
#     Shapes are aligned at the right. Along an axis that is missing or has length 1, the array is
#     used again and again, as if it were repeated, but nothing is copied. So the one image is
#     subtracted from each of the thousand. It hurts when you did not want it: a row `(n,)` minus a
#     column `(n, 1)` gives a square `(n, n)` without any warning. [Lesson
#     4](04_metrics.py#the-rule)
#
# ### 11. On which digits do you compute a metric?
#
# ??? success "Answer"
#
#     On the validation set, from which the model did not learn. On the training digits, a model
#     that learned everything by heart would look best, and you would not notice that it overfits.
#     [Lesson 4](04_metrics.py#a-number-for-people)
#
# ## Going downhill
#
# ### 12. What is stochastic gradient descent?
#
# ??? success "Answer"
#
#     A way to improve a model automatically. Take some examples, find out how the loss on them
#     changes with each parameter, and move each parameter a little in the direction that lowers the
#     loss. Then do it again. _Stochastic_ means "by chance": every step draws its examples at
#     random. [Lesson 9](09_putting_it_together.py#batches)
#
# ### 13. Why do we use mini-batches?
#
# Why step on a few hundred digits, and not on a single one, or on all of them? How much more
# precise is the gradient of four times as many digits?
#
# ??? success "Answer in words"
#
#     A step on all digits is precise but expensive. A step on a single digit is cheap, but its
#     direction is mostly chance, and the processor has too little to do at a time. A mini-batch is
#     a compromise. The chance error of its gradient is proportional to $1/\sqrt n$, so four times
#     as many digits cost four times the work and only halve the error. (The code measures the
#     error as the distance to the gradient on all digits.) [Lesson
#     8](08_a_loss_for_digits.py#mini-batches)


# %% tags=["answer"]
def chance_error(size):
    order = np.asarray(jax.random.permutation(key_order, len(x)))
    whole = np.asarray(gradient(start, x, y).w)
    squares = []
    for i in range(min(100, len(x) // size)):
        rows = order[i * size : (i + 1) * size]
        off = np.asarray(gradient(start, x[rows], y[rows]).w) - whole
        squares.append((off**2).sum())
    return np.mean(squares) ** 0.5


errors = [chance_error(size) for size in (1, 4, 16)]
for size, error in zip((1, 4, 16), errors, strict=True):
    print(f"{size:2} digits: the gradient is off by {error:.3f}")
assert 1.5 < errors[0] / errors[1] < 2.7 and 1.5 < errors[1] / errors[2] < 2.7

# %% [markdown]
# ### 14. What are the seven steps of training?
#
# ??? success "Answer"
#
#     1. Initialize the parameters.
#     2. Predict.
#     3. Measure the loss.
#     4. Find its gradient.
#     5. Step.
#     6. Repeat from step 2.
#     7. Stop when the metric is good enough, or no longer improves.
#
#     [Lesson 6](06_roller_coaster.py#the-seven-steps)
#
# ### 15. How are the weights initialized?
#
# Draw weights for 784 pixels and one output. What do you have to pass in JAX that PyTorch keeps to
# itself?
#
# ??? success "Answer in words"
#
#     The weights start as small random numbers, and the biases may start at 0. The hidden units of
#     a network have to start out different, because otherwise they would all learn the same. JAX
#     needs a _key_ for everything random, and the same key gives the same numbers. PyTorch's
#     `torch.randn` draws from a hidden generator instead.
#     [Lesson 9](09_putting_it_together.py#a-start-that-knows-nothing)

# %% tags=["answer"]
w = 0.1 * np.asarray(jax.random.normal(key_start, (784, 1)))
print(f"standard deviation {w.std():.2f}, mean {w.mean():.2f}")
assert close(w, start.w)

# %% [markdown]
# ### 16. What is a loss?
#
# ??? success "Answer"
#
#     A number that says how wrong a model is, so small is good. It is a function of the parameters,
#     and it has to change when they change a little, so that its gradient can say how to improve.
#     [Lesson 8](08_a_loss_for_digits.py#a-loss-for-yes-and-no)
#
# ### 17. Small steps are slow, so why not take large ones?
#
# Walk down the curve $x^2$ from 1, with learning rates 0.1, 0.9 and 1.1.
#
# ??? success "Answer in words"
#
#     The gradient describes the curve only nearby. A large step jumps over the lowest point, so you
#     bounce. A still larger one lands higher than where it started, and every further step makes it
#     worse. [Lesson 5](05_gradients.py#too-large-bouncing)

# %% tags=["answer"]
slope_at = jax.jit(jax.grad(jnp.square))
for rate in 0.1, 0.9, 1.1:
    position, walk = 1.0, []
    for _ in range(5):
        position = position - rate * float(slope_at(position))
        walk.append(f"{position:6.2f}")
    print(f"learning rate {rate}: ", *walk)
assert np.isclose(position, (1 - 2 * 1.1) ** 5, rtol=1e-3)

# %% [markdown]
# ### 18. What is a gradient?
#
# ??? success "Answer"
#
#     One number per parameter: how fast the loss rises if that parameter alone is increased a
#     little. Together they have the shape of the parameters, and they point in the direction in
#     which the loss rises most steeply. [Lesson 5](05_gradients.py#many-numbers-at-once)
#
# ### 19. Do you have to work out gradients yourself?
#
# What does JAX need from your function, so that it can do it for you?
#
# ??? success "Answer in words"
#
#     No. `jax.grad` takes a function and returns the function that computes its gradient, by the
#     chain rule. It follows everything that is written in JAX, with Python's loops and function
#     calls around it. It cannot follow a call of NumPy, such as `np.sin`, and it cannot go back
#     through a `jax.lax.while_loop`, because it does not know beforehand how many times that will
#     repeat. You can always test a gradient: nudge the input and see. [Lesson
#     5](05_gradients.py#check-it-by-nudging)


# %% tags=["answer"]
@jax.jit
def f(x):
    return jnp.sin(x) * x**2


rise = float(f(2.01)) - float(f(1.99))
by_nudging = rise / 0.02
by_calculus = jax.grad(f)(2.0)
print(f"by nudging {by_nudging:.3f}, by calculus {by_calculus:.3f}")
assert np.isclose(by_nudging, by_calculus, rtol=1e-2)


# %% tags=["answer"]
def through_numpy(x):
    return jnp.square(np.sin(x))


def doubled_often(x):
    return jax.lax.while_loop(lambda x: x < 10, lambda x: 2 * x, x)


for function in through_numpy, doubled_often:
    try:
        jax.grad(function)(1.0)
    except (jax.errors.TracerArrayConversionError, ValueError) as error:
        print(f"{function.__name__}: {type(error).__name__}")

# %% [markdown]
# ## Losses
#
# ### 20. Why can't accuracy be the loss?
#
# What is its gradient with respect to the weights?
#
# ??? success "Answer in words"
#
#     Its gradient is 0 almost everywhere. A small change of a weight usually carries no digit across
#     the border between "three" and "seven", so the accuracy stays exactly as it is. If a digit does
#     cross, the accuracy jumps. In neither case does it say in which direction to go. (The loss
#     has slopes of 0, too, for pixels that are blank in all images.)
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
# Draw it. Why does it suit a loss that needs a score between 0 and 1, and what is the price of its
# flat ends?
#
# ??? success "Answer in words"
#
#     It turns any number into one between 0 and 1, and 0 into one half. It always rises, so it
#     keeps the order of the outputs, and it has a slope everywhere. Toward both ends it becomes
#     flat, and that is the price: where the slope is nearly 0, the model hardly learns.
#     Even its steepest slope is only 1/4. A network with many layers multiplies these slopes, and
#     ten of them leave a millionth of the gradient at most, unless large weights make up for it.
#     This is the [vanishing gradient](22_jargon.md#vanishing-gradients), and it is why hidden
#     layers mostly use ReLU.
#     Lessons [8](08_a_loss_for_digits.py#the-sigmoid) and
#     [11](11_a_nonlinearity.py#why-relu-and-not-the-sigmoid)


# %% tags=["answer"] alt="The sigmoid: an S that rises from just above 0 on the left, through one half at 0, to just below 1 on the right."
def sigmoid(x):
    return 1 / (1 + jnp.exp(-x))


ax = jd.plots.plot_function(sigmoid, -6, 6, ylabel="sigmoid(x)")
points = jnp.linspace(-6, 6, 401)
assert np.allclose(sigmoid(points), jax.nn.sigmoid(points), rtol=1e-3)
steepest = float(jax.grad(jax.nn.sigmoid)(0.0))
print(f"steepest slope {steepest}, ten of them multiplied {steepest**10:.7f}")
assert np.isclose(steepest, 1 / 4)

# %% [markdown]
# ### 22. What is the difference between a loss and a metric?
#
# ??? success "Answer"
#
#     The loss is for the optimizer. It has useful slopes, and it is computed on each batch of the
#     training set. The metric is for people. It measures something that they care about, such as
#     the share of right answers, and it is computed on the validation set after each epoch. [Lesson
#     8](08_a_loss_for_digits.py#loss-and-metric)
#
# ### 23. By which rule does a step change the parameters?
#
# ??? success "Answer in words"
#
#     The new parameters are the old ones minus the learning rate times the gradient. There is a
#     minus because the gradient points uphill, and we want to go down. PyTorch changes the array
#     itself, `w.data -= lr * w.grad`. A JAX array never changes, so the rule returns a new one.
#     [Lesson 9](09_putting_it_together.py#one-step)

# %% tags=["answer"]
old, slopes = np.array([3.0, -1.0]), np.array([6.0, -2.0])
new = old - 0.1 * slopes
print(new)
assert close(new, jd.sgd_update(old, slopes, learning_rate=0.1))

# %% [markdown]
# ## Batches and the linear model
#
# ### 24. What does a batch iterator do?
#
# Write one for any sequence. What takes its place in this package?
#
# ??? success "Answer in words"
#
#     It shuffles the examples and hands them out in batches, each example once per epoch. PyTorch
#     calls it a `DataLoader`. Our data fits into memory, so it is enough to shuffle _indices_,
#     which [`epoch_batches`][jaxdigits.epoch_batches] does with a key. It leaves out the last batch
#     if that is not full, because a compiled function wants batches of one size.
#     [Lesson 8](08_a_loss_for_digits.py#a-batch-iterator)


# %% tags=["answer"]
def batches_of(items, size, key):
    order = jax.random.permutation(key, len(items)).tolist()
    batches = []
    for i in range(0, len(items), size):
        batches.append([items[j] for j in order[i : i + size]])
    return batches


for batch in batches_of("abcdefgh", 4, jax.random.key(0)):
    print("".join(batch))
for row in np.asarray(jd.epoch_batches(jax.random.key(0), 8, batch_size=4)):
    print(row, "".join("abcdefgh"[i] for i in row))

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
#     The real code is just as short, because `gradient` does the first three lines. It does the
#     same as [`train_epoch`][jaxdigits.train_epoch].
#     [Lesson 9](09_putting_it_together.py#twenty-epochs)


# %% tags=["answer"]
def one_epoch(params, x, y, batches, learning_rate):
    for rows in batches:
        grads = gradient(params, x[rows], y[rows])
        params = jd.sgd_update(params, grads, learning_rate)
    return params


batches = np.asarray(jd.epoch_batches(key_epoch, len(x), batch_size))
sgd = jd.sgd(1.0)
now = jd.TrainState(start, sgd.init(start))
theirs, _ = jd.train_epoch(jd.linear, jd.mnist_loss, sgd, now, train, batches)
assert close(one_epoch(start, x, y, batches, 1.0).w, theirs.params.w)

# %% [markdown]
# ### 26. How do you pair two lists by hand?
#
# Write `pair(a, b)` without `zip`: the first with the first, the second with the second, and so on.
# What is a list of such pairs good for?
#
# ??? success "Answer in words"
#
#     If each pair is an input and its target, then the list is a data set as PyTorch understands
#     it: it has a length, and item `i` is example `i`. In JAX, use a pair of two arrays, `(x, y)`,
#     because `x[rows], y[rows]` takes a whole batch at once.
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
# Turn a hundred images of 28 by 28 pixels into a hundred rows, without computing how long a row is.
# Do any numbers change?
#
# ??? success "Answer in words"
#
#     `reshape` keeps the numbers and their order, and changes only the shape. `-1` stands for the
#     length that is left over. PyTorch's `view` does the same and promises not to copy. JAX
#     promises nothing, and need not: arrays never change, so you could not tell the difference.
#     [Lesson 7](07_from_averages_to_weights.py#from-a-square-to-a-row)

# %% tags=["answer"]
hundred = np.asarray(digits.train.images)[:100]
rows = hundred.reshape(len(hundred), -1)
print(f"{hundred.shape} -> {rows.shape}")
assert np.array_equal(rows, jd.flatten(hundred))
assert np.array_equal(rows.reshape(hundred.shape), hundred)

# %% [markdown]
# ### 28. What is the bias for?
#
# What would a linear model without a bias say about a blank page?
#
# ??? success "Answer"
#
#     It would always say 0, because every weight is multiplied by a pixel, and all pixels are 0.
#     The bias is added whatever the input is, so the model can lean to one side before it has seen
#     any ink. [Lesson 7](07_from_averages_to_weights.py#the-bias)
#
# ### 29. What does `@` compute?
#
# Write it with loops for two small matrices.
#
# ??? success "Answer in words"
#
#     The matrix product: take each row of the left matrix with each column of the right one,
#     multiply them number by number, and add up the products. With images as rows and weights as a
#     column, `x @ w` is the weighted sum of the pixels, for all images at once. `*` would only
#     multiply entry by entry, where the shapes allow it at all. [Lesson
#     7](07_from_averages_to_weights.py#all-images-at-once)


# %% tags=["answer"]
def product(a, b):
    (rows, inner), (_, columns) = a.shape, b.shape
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            result[i, j] = sum(a[i, k] * b[k, j] for k in range(inner))
    return result


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
#     same operations in reverse, from the loss back to the parameters, and finds the gradient by
#     the chain rule. PyTorch's `loss.backward()` leaves it in each parameter's `.grad`.
#     `jax.grad(loss)` makes one function of both passes, which _returns_ the gradient. If you want
#     the backward pass as a function, ask `jax.vjp` for it. You give that function the number at
#     which the chain of products begins: the slope of the loss with respect to itself, which is 1.
#     Lessons [5](05_gradients.py#let-jax-do-the-calculus) and
#     [11](11_a_nonlinearity.py#backpropagation-by-hand)


# %% tags=["answer"]
def loss_of(params):
    return loss(params, x, y)


value, backward = jax.vjp(loss_of, start)  # the forward pass happens here
(grads,) = backward(jnp.ones_like(value))  # and the backward pass here
print(f"loss {value:.4f}, gradient of the bias {grads.b.item():.4f}")
assert close(grads.w, gradient(start, x, y).w)

# %% [markdown]
# ### 31. Why does PyTorch need `zero_grad` when JAX doesn't?
#
# And what do you do if you want to add up gradients?
#
# ??? success "Answer in words"
#
#     `backward` _adds_ to the numbers in `.grad`. If you don't clear it after a step, the next step
#     uses the old gradient once more. `jax.grad` returns a new array each time and remembers
#     nothing. If a batch does not fit into memory, compute gradients of its parts and take their
#     mean. This is the gradient of the whole batch if the parts are equally large, if the loss is a
#     _mean_ over the examples, and if no layer mixes examples, as batch normalization does. Optax
#     does it for you: `optax.MultiSteps`. [Lesson
#     5](05_gradients.py#the-same-call-the-same-gradient)

# %% tags=["answer"]
half = len(x) // 2
first = gradient(start, x[:half], y[:half])
second = gradient(start, x[half : 2 * half], y[half : 2 * half])
whole = gradient(start, x[: 2 * half], y[: 2 * half])
mean_w = (np.asarray(first.w) + np.asarray(second.w)) / 2
assert close(mean_w, whole.w)
print("the mean of the halves' gradients is the gradient of the whole")

# %% [markdown]
# ### 32. What does a training loop have to be told?
#
# ??? success "Answer"
#
#     fastai's `Learner` takes the data, the model, the loss, the optimizer and the metrics, and its
#     method `fit` takes the number of epochs and the learning rate. [`jd.fit`][jaxdigits.fit] takes
#     the same, with the learning rate inside the optimizer. It takes three things more, which
#     fastai hides in its objects: the parameters to start from, the batch size, and the key for
#     the shuffling.
#     [Lesson 10](10_an_optimizer.py#the-loop-becomes-fit)
#
# ### 33. What does a training loop look like in code?
#
# Write one that trains the linear model for three epochs and prints the accuracy after each.
#
# ??? success "Answer in words"
#
#     It is the epoch of question 25, in a loop. Each epoch needs a key of its own, so that the
#     batches differ: `fold_in` makes one from a key and a number. After each epoch, the loop computes
#     the metric on the validation set. [`jd.fit`][jaxdigits.fit] does the same.
#     [Lesson 9](09_putting_it_together.py#twenty-epochs)

# %% tags=["answer"]
params, accuracies = start, []
for epoch in range(3):
    epoch_key = jax.random.fold_in(key_batches, epoch)
    batches = np.asarray(jd.epoch_batches(epoch_key, len(x), batch_size))
    params = one_epoch(params, x, y, batches, learning_rate=1.0)
    logits = jd.linear(params, valid[0])
    accuracies.append(float(jd.binary_accuracy(logits, valid[1])))
    print(f"epoch {epoch + 1}: accuracy {accuracies[-1]:.4f}")

settings = {"epochs": 3, "batch_size": batch_size, "key": key_batches}
settings |= {"valid": valid, "metric": jd.binary_accuracy}
fitted = jd.fit(jd.linear, start, jd.mnist_loss, sgd, train, **settings)
assert close(params.w, fitted.params.w)
assert np.allclose(accuracies, fitted.history.metric, atol=0.02)

# %% [markdown]
# ## Networks
#
# ### 34. What does a ReLU look like?
#
# Draw it from minus 2 to 2. What is its slope on either side of 0, and what does JAX say _at_ 0?
#
# ??? success "Answer in words"
#
#     A *rectified linear unit* replaces negative numbers by 0 and leaves the others as they are.
#     Its slope is 0 on the left and 1 on the right. At 0 itself there is a corner and so no slope,
#     and a library has to choose. `jax.nn.relu` chooses 0. If you write `jnp.maximum(x, 0)`, both
#     arguments are equally large there, and JAX takes the middle, one half. For training it makes
#     no difference that you would notice. [Lesson 11](11_a_nonlinearity.py#a-bend)


# %% tags=["answer"] alt="The ReLU from minus 2 to 2: a flat line at 0 up to the origin, and from there a straight line that rises to 2."
def relu(x):
    return jnp.maximum(x, 0)


ax = jd.plots.plot_function(relu, -2, 2, ylabel="relu(x)")
assert np.array_equal(relu(points), jax.nn.relu(points))
both = {"jnp.maximum(x, 0)": relu, "jax.nn.relu": jax.nn.relu}
for name, function in both.items():
    slope_of = jax.grad(function)
    slopes = [float(slope_of(x)) for x in (-1.0, 0.0, 1.0)]
    print(f"{name:17}: slopes at -1, 0 and 1: {slopes}")
    assert slopes == [0, 0.5 if function is relu else 0, 1]

# %% [markdown]
# ### 35. What is an activation function?
#
# And what would a network be without one?
#
# ??? success "Answer in words"
#
#     A function that is not linear and is applied to every number between two linear layers: ReLU,
#     sigmoid and others. Without it, two layers are no more than one, because a weighted sum of
#     weighted sums is just another weighted sum. [Lesson 11](11_a_nonlinearity.py#more-of-the-same)

# %% tags=["answer"]
first, second = layers = jd.init_mlp(key_network, (784, 30, 1))
eight = x[:8]
two = jd.linear(second, jd.linear(first, eight))
merged = jd.Linear(first.w @ second.w, first.b @ second.w + second.b)
assert close(two, jd.linear(merged, eight))
assert not close(jd.mlp(layers, eight), two)
print("two linear layers are one; with a ReLU between them they are not")

# %% [markdown]
# ### 36. What is the difference between a function and a layer?
#
# PyTorch has ReLU twice, as the function `F.relu` and as the module `nn.ReLU`. Which of them do
# you need in JAX?
#
# ??? success "Answer in words"
#
#     They compute the same. PyTorch's `nn.Sequential` takes _modules_, objects that hold
#     parameters, so there the function is wrapped in a module that has none. In JAX, parameters are
#     arguments, and a function can stand wherever a layer can. So `jax.nn.relu` is all you need. A
#     model with another activation is another function, and Python's `functools.partial` makes it
#     for you: it returns a function in which one argument is fixed.
#     [Lesson 11](11_a_nonlinearity.py#the-network)

# %% tags=["answer"]
smooth_mlp = functools.partial(jd.mlp, activation=jax.nn.sigmoid)
by_hand = jd.linear(second, jax.nn.sigmoid(jd.linear(first, eight)))
assert close(smooth_mlp(layers, eight), by_hand)
print("a model with another activation, and no class anywhere")

# %% [markdown]
# ### 37. If one nonlinearity is enough, why use more?
#
# Two hinges add up to one peak: between `x = 0` and `x = 1`, `2 * relu(x) - 4 * relu(x - 0.5)`
# rises from 0 to 1 and falls back to 0. Feed this sum into the same two hinges again, and again.
# How many peaks will the curve have after four layers?
#
# ??? success "Answer in words"
#
#     Eight. The curve of one layer runs through all numbers from 0 to 1 twice, once up and once
#     down. So whatever the other layers draw is drawn twice, side by side, and the number of peaks
#     doubles with each layer: one, two, four, eight. Each layer costs two more hinges, while a
#     single layer needs about one hinge for every bend. So one hidden layer, if it is wide enough,
#     can come as close as you like to any continuous curve on such an interval. But it may have to
#     be very wide, and for some curves a deep and narrow network needs far fewer units.
#     [Lesson 12](12_a_hidden_layer.py#then-why-use-more-layers)


# %% tags=["answer"] alt="Two curves between 0 and 1. One layer: a single peak. Four layers: a zigzag of eight narrow peaks of the same height."
def two_hinges(x):
    return 2 * relu(x) - 4 * relu(x - 0.5)


figure, ax = plt.subplots(figsize=(5, 3))
grid = np.linspace(0, 1, 513, dtype="float32")
heights = grid
for layer in 1, 2, 3, 4:
    heights = np.asarray(two_hinges(heights))
    peaks = (heights == 1).sum()
    print(f"layers {layer}: peaks {peaks}")
    assert peaks == 2 ** (layer - 1)
    if layer in (1, 4):
        ax.plot(grid, heights, label=f"layers: {layer}")
ax.set(xlabel="x", ylim=(0, 1.35))
ax.legend(loc="upper center", ncols=2)

# %% [markdown]
# ## JAX
#
# These ten things surprise many people who are new to JAX.
#
# ### 38. Why does `print` work only once?
#
# You put a `print` into a compiled function. The first call prints something strange, and the
# second prints nothing. Why? How do you see the numbers?
#
# ??? success "Answer in words"
#
#     `jax.jit` runs your Python function once, with stand-ins that have a shape and a type but no
#     numbers, and writes down every operation on them. This is *tracing*. Later calls run that
#     record, which contains no Python any more. So everything else that Python does happens only
#     while tracing: printing, appending to a list, changing a global variable, drawing from
#     `np.random`. `jax.debug.print` becomes part of the record. Lessons
#     [19](19_jax_for_numpy_users.py#what-happens-when-jit-compiles) and
#     [21](21_when_it_does_not_learn.py#print-from-a-compiled-function)


# %% tags=["answer"]
@jax.jit
def mean_ink(rows):
    print("traced with", jax.typeof(rows))
    return rows.mean()


for call in "first", "second":
    print(f"{call} call: {mean_ink(x[:100]):.4f}")

# %% [markdown]
# ### 39. Why is `if` an error in a compiled function?
#
# `if slope > 1: slope = 1.0` works until you put `@jax.jit` above the function. How do you write it
# instead? Which conditions are allowed?
#
# ??? success "Answer in words"
#
#     While it is traced, `slope` has no value, so Python cannot decide which way to go.
#     `jnp.where(condition, a, b)` computes both sides and picks one per entry, and `jax.lax.cond`
#     runs only one of two functions. Conditions are allowed if their value is known while tracing:
#     on shapes and types, and on _static_ arguments, which are not traced. Lessons
#     [19](19_jax_for_numpy_users.py#arguments-that-are-not-arrays) and
#     [24](24_from_pytorch.py#a-training-step)


# %% tags=["answer"]
@jax.jit
def with_if(slope):
    return 1.0 if slope > 1 else slope


@jax.jit
def with_where(slope):
    return jnp.where(slope > 1, 1.0, slope)


try:
    with_if(3.0)
except jax.errors.TracerBoolConversionError as error:
    print("with if:", str(error).splitlines()[0])
print("with where:", with_where(3.0), with_where(-2.0))
assert with_where(3.0) == 1 and with_where(-2.0) == -2

# %% [markdown]
# ### 40. Why is my compiled function slow at every call, and not only at the first?
#
# ??? success "Answer in words"
#
#     Probably it is compiled again and again. A program is kept for the shapes and types of its
#     arguments and for the values of its static ones, and anything new makes a new program. Common
#     causes are a last batch that is smaller than the others, a list that grows, and a
#     `jax.jit(...)` or a `lambda` that is made anew inside a loop. The numbers in an array do not
#     matter. To see it, count the traces, as below, or switch on `jax.log_compiles(True)`. [Lesson
#     19](19_jax_for_numpy_users.py#when-it-compiles-again)

# %% tags=["answer"]
traced = []


@jax.jit
def total_ink(rows):
    traced.append(len(rows))
    return rows.sum()


for size in 256, 256, 100, 256, 100:
    total_ink(np.ones((size, 784), dtype="float32"))
print(f"five calls, traced for {traced} rows")
assert traced == [256, 100]

# %% [markdown]
# ### 41. How do you change one number in an array that cannot change?
#
# And how do you count labels that way, such as two threes and a seven?
#
# ??? success "Answer in words"
#
#     You ask for a new array that differs in one place: `a.at[i].set(v)`, or `.add`, `.multiply`,
#     `.min` and `.max`. Keep the result, because `a` stays as it is. Inside a compiled function JAX
#     writes in place if nobody needs the old array. If an index occurs twice, `.at[...].add` adds
#     twice, where NumPy's `+=` adds only once.
#     [Lesson 19](19_jax_for_numpy_users.py#arrays-do-not-change)

# %% tags=["answer"]
labels = np.array([3, 7, 3])
counts = jnp.zeros(10, dtype=int).at[labels].add(1)
numpy_counts = np.zeros(10, dtype=int)
numpy_counts[labels] += 1
print("JAX  ", counts)
print("NumPy", numpy_counts)
assert counts.tolist() == np.bincount(labels, minlength=10).tolist()
assert numpy_counts[3] == 1

# %% [markdown]
# ### 42. Why do I get the same random numbers each time?
#
# `jax.random.normal(key, (3,))` returns the same three numbers whenever you call it. Is that a bug?
# How do you get new ones in every step of a loop?
#
# ??? success "Answer in words"
#
#     No. The numbers are a function of the key, so that you can repeat a run. For new numbers, make
#     new keys: `jax.random.split(key, n)` makes `n` of them, and `jax.random.fold_in(key, step)`
#     makes one for each step. Use each key only once. If you have split a key, don't draw from it
#     as well. [Lesson 19](19_jax_for_numpy_users.py#randomness-has-a-key)

# %% tags=["answer"]
key = jax.random.key(5)
draws = []
for step in range(3):
    step_key = jax.random.fold_in(key, step)
    draws.append(np.asarray(jax.random.normal(step_key, (3,))))
    print(f"step {step}:", draws[-1].round(2))
again = jax.random.normal(jax.random.fold_in(jax.random.key(5), 2), (3,))
assert close(again, draws[2]) and not close(draws[0], draws[1])

# %% [markdown]
# ### 43. What is a pytree?
#
# The parameters of a network are many arrays. How do you count them all, and how do you take a step
# with all of them in one line?
#
# ??? success "Answer in words"
#
#     Tuples, lists, dictionaries and named tuples, one inside the other as you like, with arrays at
#     the ends. JAX's functions take and return such trees, and the gradient of a tree is a tree of
#     the same form. `jax.tree.map` calls a function with each array, or with the arrays at the same
#     place in several trees. `jax.tree.leaves` lists the arrays.
#     [Lesson 19](19_jax_for_numpy_users.py#parameters-in-a-tree)


# %% tags=["answer"]
@jax.jit
def network_gradient(layers, x, y):
    return jax.grad(lambda p: jd.mnist_loss(jd.mlp(p, x), y))(layers)


grads = network_gradient(layers, eight, y[:8])
moved = jax.tree.map(lambda p, g: p - 0.1 * g, layers, grads)
print(f"{sum(leaf.size for leaf in jax.tree.leaves(moved)):,} parameters")
for ours, theirs in zip(
    jax.tree.leaves(moved),
    jax.tree.leaves(jd.sgd_update(layers, grads, 0.1)),
    strict=True,
):
    assert np.allclose(ours, theirs, atol=1e-6)

# %% [markdown]
# ### 44. How do you get more from a function than its gradient?
#
# You want the loss, its gradient, and the accuracy from one call. And why does `jax.grad` refuse a
# function that returns an array?
#
# ??? success "Answer in words"
#
#     A gradient says how _one_ number changes, so the function has to return one number: take the
#     mean or the sum. (`jax.jacobian` returns the table of all slopes if you do want it.)
#     `jax.value_and_grad` returns the number as well. With `has_aux=True` the function returns a
#     pair, the loss and anything else that you want to have, and only the loss is differentiated.
#     Lessons [5](05_gradients.py#many-numbers-at-once) and
#     [24](24_from_pytorch.py#from-name-to-name)


# %% tags=["answer"]
def loss_and_accuracy(params, x, y):
    logits = jd.linear(params, x)
    return jd.mnist_loss(logits, y), jd.binary_accuracy(logits, y)


everything = jax.jit(jax.value_and_grad(loss_and_accuracy, has_aux=True))
(value, accuracy), grads = everything(start, x, y)
print(f"loss {value:.4f}, accuracy {accuracy:.4f}, gradient {grads.w.shape}")
assert close(grads.w, gradient(start, x, y).w)

try:
    jax.grad(jnp.square)(jnp.arange(3.0))
except TypeError as error:
    print(str(error).partition(".")[0])

# %% [markdown]
# ### 45. What does `vmap` do?
#
# You have the gradient for one example. How do you get the gradients of a whole batch, one per
# example, without a loop? What is their mean?
#
# ??? success "Answer in words"
#
#     `jax.vmap` turns a function of one thing into a function of many. `in_axes=(None, 0, 0)` says
#     that all share the first argument, and that the others have one entry per example along their
#     first axis. It does not loop: every operation inside becomes one operation on a larger array.
#     The mean of the gradients is the gradient of the mean loss. (The digit that
#     "pulls hardest" has the longest gradient.) [Lesson
#     19](19_jax_for_numpy_users.py#sixty-four-models-at-once)

# %% tags=["answer"]
per_example = jax.jit(jax.vmap(jax.grad(loss), in_axes=(None, 0, 0)))
each = np.asarray(per_example(start, x[:64], y[:64]).w)
strength = np.sqrt((each**2).sum(axis=(1, 2)))
print(f"{each.shape}; digit {strength.argmax()} pulls hardest")
assert close(each.mean(axis=0), gradient(start, x[:64], y[:64]).w)

# %% [markdown]
# ### 46. Why use `scan` if a `for` loop works?
#
# ??? success "Answer in words"
#
#     A `for` loop in a compiled function is _unrolled_: a hundred turns leave a hundred copies of
#     its body in the program, which takes far longer to compile. `jax.lax.scan` compiles the body
#     once. The body takes a carried value and the next item, and returns the new carried value and
#     something to collect. A `for` loop _outside_ of compiled functions is fine if each turn has
#     enough work to do. [Lesson 19](19_jax_for_numpy_users.py#a-whole-run-as-one-program)


# %% tags=["answer"]
def by_for(position):
    for _ in range(100):
        position = position - 0.1 * 2 * position  # down the curve x^2
    return position


def by_scan(position):
    def body(position, _):
        return position - 0.1 * 2 * position, position

    return jax.lax.scan(body, position, length=100)[0]


for walk in by_for, by_scan:
    record = jax.make_jaxpr(walk)(1.0)
    print(f"{walk.__name__}: {len(str(record).splitlines())} lines")
assert np.isclose(by_for(1.0), by_scan(1.0), atol=1e-6)

# %% [markdown]
# ### 47. Why is JAX so incredibly fast on my stopwatch?
#
# By your measurement, a large matrix product takes a fraction of a millisecond, but the first call
# was a thousand times slower. What went wrong?
#
# ??? success "Answer"
#
#     JAX hands work to the device and returns at once, with an array whose numbers are still to
#     come, so you have measured how fast Python can ask. Wait with
#     `result.block_until_ready()`, or `jax.block_until_ready(tree)`, before you stop the clock.
#     (`print`, `float` and `np.asarray` wait, too.) And the first call compiles, so make one before
#     you start the clock. [Lesson 19](19_jax_for_numpy_users.py#time-is-not-what-it-seems)
#
# ## Questions that readers ask
#
# Readers of the chapter have asked these questions in public. Here is a short answer to each, with
# a link to the lesson that gives the long one.
#
# - **Why multiply pixels by weights, and not compare them?** Multiplying is a way of comparing: if
#   you multiply out the nearest mean, you get a weighted sum. [Lesson
#   7](07_from_averages_to_weights.py#the-nearest-mean-rearranged)
# - **Why one bias per image, and not one per pixel?** The biases of all pixels would only be added
#   up, and their sum is one number. [Lesson 7](07_from_averages_to_weights.py#the-bias)
# - **Why `[784, 1]` and not `[784]`?** The outputs have to be a column like the targets. Otherwise
#   broadcasting compares each output with every target.
#   [Lesson 7](07_from_averages_to_weights.py#all-images-at-once)
# - **MSE or RMSE as the loss of the roller coaster, and why does the root hardly move?** They are
#   lowest in the same place. But the slopes of the root are divided by twice the root, which is large
#   at the start, so its steps are much shorter. Train with MSE and report RMSE. [Lesson
#   6](06_roller_coaster.py#square-or-root)
# - **Does the accuracy before training mean anything?** No. Threes resemble each other, so random
#   weights get most of them right or most of them wrong, by luck.
#   [Lesson 9](09_putting_it_together.py#a-start-that-knows-nothing)
# - **How do I pick a learning rate?** Try several, each three times the one before, and compare the
#   accuracy on held-out digits. Of the rates that do about equally well, take a smaller one.
#   [Lesson 10](10_an_optimizer.py#which-learning-rate)
# - **Why do two linear layers train no better than one, or worse?** They compute what one can
#   compute. But their weights multiply, so that the same learning rate changes the model more, and
#   at a high rate the steps are too long.
#   [Lesson 11](11_a_nonlinearity.py#they-train-no-better)
# - **What does one hidden unit do, and why 30?** One unit draws one straight border, like the
#   linear model. With threes and sevens, more than about 30 units hardly help. Lesson 12, [one
#   unit](12_a_hidden_layer.py#what-one-unit-does) and [how wide](12_a_hidden_layer.py#how-wide)
# - **Why does my deeper network do worse?** Look at the start, the learning rate and the
#   nonlinearity: weights that are all positive and a rate that is far too large are fatal.
#   [Lesson 12](12_a_hidden_layer.py#why-my-deeper-network-does-worse)
# - **Why not binary cross-entropy for 3 against 7?** It would do as well, and its scores mean more.
#   `mnist_loss` is easier to explain. [Lesson 14](14_ten_linear_models.py#yes-or-no-by-surprise)
# - **Is the softmax of two classes a sigmoid?** Yes, the sigmoid of the difference of the two
#   logits. [Lesson 14](14_ten_linear_models.py#second-loss-one-question)
# - **One-vs-rest or softmax?** Softmax, because it lets the digits compete. With each of them at its
#   best learning rate, softmax read about one digit more in a hundred. [Lesson
#   14](14_ten_linear_models.py#two-by-two)
# - **What should a linear model of ten digits reach?** About 92 of 100 new digits. If yours reads
#   only 80, something is wrong; start with the
#   [checklist](21_when_it_does_not_learn.py#the-checklist). [Lesson
#   14](14_ten_linear_models.py#ten-pictures)
# - **How do I let the model read a photograph of my own?** Crop it to one digit, and call
#   `jd.read_image("photo.jpg")`, which makes it look like MNIST.
#   [Lesson 16](16_your_own_digits.py#in-one-call-read_image)
# - **Does the same code work on Fashion-MNIST?** Yes, you only change the name of the data. Clothes
#   are harder than digits, so expect a lower accuracy.
#   [Lesson 16](16_your_own_digits.py#does-the-same-code-work-on-other-pictures)

# %% tags=["claim"]
if digits.name == "mnist":
    zeros = jd.Linear(w=jnp.zeros((784, 10)), b=jnp.zeros(10))
    linear_fit = jd.fit(
        jd.linear,
        zeros,
        jd.cross_entropy_loss,
        jd.sgd(0.3),
        jd.to_examples(digits.train),
        epochs=3,
        key=jax.random.key(6),
        valid=jd.to_examples(digits.test),
        metric=jd.accuracy,
    )
    assert abs(linear_fit.history.metric[-1] - 92 / 100) < 0.01

# %% [markdown]
# And about JAX:
#
# - **Why is 16,777,216 + 1 the same as 16,777,216?** JAX's floats have 32 bits, which is about
#   seven digits. If you need 64 bits, set `jax_enable_x64` at the start of the program.
#   [Lesson 19](19_jax_for_numpy_users.py#floats-have-32-bits)
# - **Why is an index beyond the end no error?** Compiled code cannot stop in the middle. Reading
#   gives the last element, and writing does nothing. [Lesson
#   19](19_jax_for_numpy_users.py#an-index-beyond-the-end)
# - **What does "Array has been deleted" mean?** The array was _donated_: you allowed JAX to put a
#   result into its memory. From then on, use the result. [Lesson
#   19](19_jax_for_numpy_users.py#give-an-array-away)
# - **How do I give a model to somebody who doesn't have my code?** `jax.export` writes the traced
#   function down as a list of operations, for several kinds of hardware.
#   [Lesson 19](19_jax_for_numpy_users.py#a-model-to-take-along)

# %% tags=["claim"]
assert jnp.float32(16_777_216) + 1 == 16_777_216

# %% [markdown]
# ## Project 1: your own Learner
#
# fastai's `Learner` is an object that holds the model, the data and the optimizer, and trains when
# you ask it to. Build one in JAX. It should be used as below, and end at the same parameters as
# [`jd.fit`][jaxdigits.fit] with the same key:
#
# ```python
# learner = Learner(model, params, loss, optimizer, metric)
# learner.fit(train, valid, epochs=3, batch_size=64, key=key)
# learner.params   # trained
# learner.history  # a list: the pair (mean loss, metric) of each epoch
# ```
#
# Why build it, if `jd.fit` exists? Because almost every library for training has such an object, and
# you understand it best after you have written one. Before you begin, think about this: a compiled
# function returns results, and cannot change an object on the way (question 38). So which part of the
# learner can be compiled, and which can't?
#
# ### Step 1: the part that is pure
#
# Write `make_step(model, loss, optimizer)`. It returns a compiled function
# `step(params, opt_state, x, y)`, which takes one step on one batch and returns the new parameters,
# the new state of the optimizer, and the loss before the step.
#
# ??? tip "A hint"
#     `jax.value_and_grad` gives you the loss and its gradient. An Optax optimizer turns gradients
#     into updates, `optimizer.update(grads, opt_state, params)`, and `optax.apply_updates` adds
#     them to the parameters. Everything that changes goes in as an argument and comes out as a
#     result.


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
# The step can be compiled, because everything that it changes comes out as a result. (Model, loss
# and optimizer are functions that never change, so `step` may use them from outside.)
#
# ### Step 2: what the object holds
#
# Write the class with its `__init__` and a method `train_batch(x, y)`, which takes one step and
# returns the loss. What does it have to remember from one step to the next?
#
# ??? tip "A hint"
#     The parameters and the optimizer's state, which begins as `optimizer.init(params)`. Momentum,
#     for example, lives in this state. Store the results of `step` in the object.


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
# which returns the metric; and `fit`. To get the same batches as the package, take those of epoch
# `i` from `jd.epoch_batches(jax.random.fold_in(key, i), n, batch_size)`.
#
# ??? tip "A hint"
#     The metric takes the model's outputs for the _whole_ validation set, once per epoch. Turn both
#     numbers into floats when they go into the history.
#
# (In your own file, this would be one class. Ours inherits from the class above, so that every step
# has its own cell.)


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
# The check trains your class and `jd.fit` side by side on a few random numbers, for one epoch of
# plain SGD and for three epochs with momentum. First it compares the parameters, then the history.


# %% tags=["check"]
def check_learner(Learner):
    random = np.random.default_rng(0).random((18, 3), dtype="float32")
    train = jnp.asarray(random[:13, :2]), jnp.asarray(random[:13, 2:])
    valid = jnp.asarray(random[13:, :2]), jnp.asarray(random[13:, 2:])
    start = jd.init_linear(jax.random.key(1), 2, 1)
    key = jax.random.key(2)
    first_epoch = jd.epoch_batches(jax.random.fold_in(key, 0), 13, 4)
    repeated = [(train[0][rows], train[1][rows]) for rows in first_epoch]

    def learned(momentum, epochs):
        optimizer = optax.sgd(0.1, momentum=momentum)
        mine = Learner(jd.linear, start, jd.mse_loss, optimizer, jd.l1_loss)
        mine.fit(train, valid, epochs=epochs, batch_size=4, key=key)
        return mine

    def fitted(momentum, epochs, train=train, valid=valid, rate=0.1):
        return jd.fit(
            jd.linear,
            start,
            jd.mse_loss,
            optax.sgd(rate, momentum=momentum),
            train,
            epochs=epochs,
            batch_size=4,
            key=key,
            valid=valid,
            metric=jd.l1_loss,
        )

    def same_batches(momentum, epochs):
        return fitted(momentum, epochs, train=repeated)

    def no_momentum(momentum, epochs):
        return fitted(0.0, epochs)

    def uphill(momentum, epochs):
        return fitted(momentum, epochs, rate=-0.1)

    def parameters_of(fit):
        def parameters(momentum, epochs):
            params = fit(momentum, epochs).params
            return params.w, params.b

        return parameters

    def history_of(fit, train=train, valid=valid):
        def history(momentum, epochs):
            history = fit(momentum, epochs, train, valid).history
            return np.stack([history.loss, history.metric], axis=1)

        return history

    inputs = [(0.0, 1), (0.9, 3)]
    expected = parameters_of(fitted)
    slips = {
        "after fit, learner.params are what they were before": (
            lambda momentum, epochs: (start.w, start.b)
        ),
        "momentum has no effect; is the optimizer's state kept?": (
            parameters_of(no_momentum)
        ),
        "the first epoch is right; is each one shuffled anew?": (
            parameters_of(same_batches)
        ),
        "the step goes uphill": parameters_of(uphill),
    }
    said = jd.check_answer(
        parameters_of(learned), expected, inputs, slips=slips
    )
    if said != "right":
        return said

    right = history_of(fitted)
    slips = {
        "learner.history is empty": lambda momentum, epochs: [],
        "measure the metric on valid, not on train": (
            history_of(fitted, valid=train)
        ),
        "first the mean loss, then the metric": (
            lambda momentum, epochs: right(momentum, epochs)[:, ::-1]
        ),
    }

    def history(momentum, epochs):
        return learned(momentum, epochs).history

    said = jd.check_answer(history, right, inputs, slips=slips)
    return said.replace("it returns", "the history is")


# %% tags=["answer"]
print(check_learner(Learner))

# %% [markdown]
# ### Step 5: threes and sevens
#
# Now let it learn something real: a network with 30 hidden units, as in
# [lesson 11](11_a_nonlinearity.py), with momentum. Does it agree with `jd.fit` here, too?

# %% tags=["answer"]
optimizer = optax.sgd(0.1, momentum=0.9)
settings = {"epochs": 3, "batch_size": batch_size, "key": key_learner}
learner = Learner(jd.mlp, layers, jd.mnist_loss, optimizer, jd.binary_accuracy)
learner.fit(train, valid, **settings)
for epoch, (mean_loss, metric) in enumerate(learner.history, start=1):
    print(f"epoch {epoch}: loss {mean_loss:.4f}, accuracy {metric:.4f}")

settings |= {"valid": valid, "metric": jd.binary_accuracy}
fitted = jd.fit(jd.mlp, layers, jd.mnist_loss, optimizer, train, **settings)
for ours, theirs in zip(learner.params, fitted.params, strict=True):
    assert np.allclose(ours.w, theirs.w, atol=0.02)

# %% [markdown]
# It does. You have built an object that changes, around a function that doesn't. The function is
# compiled and can be tested by itself, and the object is convenient to use. `jd.fit` keeps no such
# object, and so it can compile a whole epoch as one program. What would you add to yours: a
# progress bar, early stopping, a plot of the history?
#
# ## Project 2: all ten digits
#
# Go the whole way once more, this time with ten digits and mostly on your own: from the data to a
# network that reads far more than nine of ten new digits.
#
# ### Step 1: the data
#
# Take _all_ digits as inputs and labels. How many of each are there? How many would you get right
# if you always gave the same answer?
#
# ??? tip "A hint"
#     [`to_examples`][jaxdigits.to_examples] without `positive` leaves the labels as they are, and
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
# How good are ten average digits?
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
# ### Step 3: one output per digit
#
# How do the model, the loss and the metric have to change, now that there are ten answers? Write
# down the shapes of the weights and of the outputs first. What should the loss be before training,
# if the model thinks that every digit is equally likely?
#
# ??? tip "A hint"
#     The weights have ten columns, one per digit, and the largest output is the answer.
#     [`cross_entropy_loss`][jaxdigits.cross_entropy_loss] and [`accuracy`][jaxdigits.accuracy]
#     take outputs `[n, 10]` and labels `[n]`, as in [lesson 14](14_ten_linear_models.py). Equally
#     likely means a probability of one tenth, and the loss is minus the logarithm of it.

# %% tags=["answer"]
zeros = jd.Linear(w=jnp.zeros((784, 10)), b=jnp.zeros(10))
undecided = jd.cross_entropy_loss(jd.linear(zeros, x), y)
print(f"loss when undecided {undecided:.4f}, -log(1/10) {np.log(10):.4f}")
assert np.isclose(undecided, np.log(10), rtol=1e-4)

# %% [markdown]
# ### Step 4: learn
#
# Write `learn(x, y, key)`. It trains a network with 784 inputs, 64 hidden units and 10 outputs, and
# returns a function `predict`, which takes inputs `[n, 784]` and returns digits `[n]`. It should
# work for a thousand digits as well as for sixty thousand. The check trains it on the small digits that
# come with scikit-learn, and compares it with ten averages of the same digits.
#
# ??? tip "A hint"
#     Split the key: one part for the parameters, one for the batches. A small data set has few
#     batches per epoch, so it needs more epochs. Think in steps: a thousand or so. If the loss
#     grows, the learning rate is too high. `optax.adam(3e-3)` is less sensitive to it than SGD.


# %% tags=["check"]
def check_learn(learn):
    _, known, new = jd.load("uci")
    (x, y), (x_new, labels) = jd.to_examples(known), jd.to_examples(new)
    try:
        answers = np.asarray(learn(x, y, jax.random.key(3))(x_new))
    except Exception as error:
        return f"Not yet: it raises {type(error).__name__}: {error}"
    if answers.shape != labels.shape:
        return f"Not yet: give one digit per image, not {answers.shape}."
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
    return lambda inputs: jd.mlp(fitted.params, inputs).argmax(axis=1)


print(check_learn(learn))

# %% [markdown]
# ### Step 5: judge it
#
# Run `learn` on this page's digits. Compare the accuracy on the digits that it learned from with
# the accuracy on new ones. Which will be higher? Then look at which digits are taken for which.
#
# ??? tip "A hint"
#     [`confusion_matrix`][jaxdigits.confusion_matrix] counts, and
#     [`plot_confusion`][jaxdigits.plots.plot_confusion] draws. Everything off the diagonal is
#     wrong.

# %% tags=["answer"] alt="A table of ten rows, the true digits, by ten columns, the predicted ones, with counts. Nearly all digits are counted on the diagonal, which is left pale; a few pairs of similar digits stand out beside it."
predict = learn(x, y, jax.random.key(0))
predicted = np.asarray(predict(x_valid))
seen = np.equal(predict(x), y).mean()
unseen = (predicted == np.asarray(y_valid)).mean()
print(f"digits seen in training {seen:.4f}, new digits {unseen:.4f}")

ax = jd.plots.plot_confusion(jd.confusion_matrix(predicted, y_valid))

# %% [markdown]
# The network reads more than 95 of 100 new digits, and even more of its training digits. The
# difference is overfitting: some of what the network learned fits only its training digits. The
# largest count off the diagonal belongs to two digits that look alike: fours taken for nines.

# %% tags=["claim"]
if digits.name == "mnist":
    assert unseen > 95 / 100 and seen > unseen
    confused = np.array(jd.confusion_matrix(predicted, y_valid))
    np.fill_diagonal(confused, 0)
    assert confused[4, 9] == confused.max()

# %% [markdown]
# ### Step 6: look at the mistakes
#
# The numbers say how often the network is wrong, but not why. To find out, draw some of the digits
# that it got wrong, each with the network's answer above it. Would you have read them correctly?
#
# ??? tip "A hint"
#     `np.flatnonzero(predicted != y_valid)` says where they are, and
#     [`show_images`][jaxdigits.plots.show_images] takes titles.

# %% tags=["answer"] alt="Digits that the network got wrong, each under its true label and what it was taken for. Several are hard to read: open loops, missing strokes, unusual slants."
labels = np.asarray(y_valid)
wrong = np.flatnonzero(predicted != labels)[:16]
titles = [f"{labels[i]}, not {predicted[i]}" for i in wrong]
figure = jd.plots.show_images(np.asarray(pictures)[wrong], titles=titles)

# %% [markdown]
# You probably read some of them at once, and hesitated at others. A better network could still get
# the easy ones: [lesson 17](17_resnet.py) builds one that knows which pixels are neighbors.
#
# You have gone the whole way, from pixels to a network that reads digits. If you want to go on, try
# another width, more epochs, a schedule, or a second hidden layer. Change one thing at a time,
# choose on held-out training digits, and decide beforehand which result would convince you.
#
# ## What you learned
#
# - You can explain the ideas of the chapter in your own words, and you know which lessons to read
#   again.
# - You can say what JAX does with your function: when it is traced, compiled, compiled again,
#   differentiated and vectorized.
# - You can build an object that trains around a pure function, and check it against a library.
# - You can take a model from two classes to ten: ten outputs, another loss and another metric, and
#   the same loop.
# - You can judge a model by a baseline, by new digits, and by its mistakes.
#
# **Next:** [From PyTorch to JAX](24_from_pytorch.py), name by name.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4, for
# the topics of the first 37 questions and of the two projects. Roediger and Karpicke,
# *Test-Enhanced Learning*, 2006, on recalling and rereading. Cybenko, *Approximation by
# Superpositions of a Sigmoidal Function*, 1989, and Telgarsky, *Benefits of Depth in Neural
# Networks*, 2016, on question 37. The documentation of [JAX](https://docs.jax.dev) for the questions
# about it. The fast.ai forum, for those that readers ask.
