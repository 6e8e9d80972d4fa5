# %% [markdown]
# # 2. Arrays
#
# **How do you calculate with thousands of images as if they were one number?** You put them into an
# array and say once what should happen to all of them. In this lesson you make arrays, cut pieces
# out of them, sum them up along an axis, and see how the wrong type of number ruins a picture
# without an error message.
#
# Why care? Because of these four lines:
#
# ```python
# mean_3, mean_7 = threes.mean(axis=0), sevens.mean(axis=0)
# off_3 = abs(new - mean_3).mean(axis=(1, 2))
# off_7 = abs(new - mean_7).mean(axis=(1, 2))
# is_three = off_3 < off_7
# ```
#
# That is a complete program for telling threes from sevens. It averages thousands of images and
# compares every new image with both averages, without a loop. Place a bet before you know how it
# works: of 100 new threes and sevens, how many will it read correctly? You will build it in [lesson
# 3](03_pixel_similarity.py) and test it in [lesson 4](04_metrics.py).
#
# First come four tools of plain Python that these lessons use all the time. After that come the
# arrays, and the text points out each piece of the four lines when you meet it.
#
# *You need:* [lesson 1](01_pixels.py). If you know NumPy well, look at the pictures and go on to
# [NumPy and JAX](#numpy-and-jax).
#
# ## Two tools for lists
#
# A **[list comprehension](22_jargon.md#list-comprehension)** builds a list out of another one. It
# says what to put in, where it comes from, and, if you like, a condition that decides what stays.
# Read the last line below from the word `for`. What will it print?

# %%
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

words = ["zero", "one", "two", "three", "four", "five"]
print([len(word) for word in words if "e" in word])

# %% [markdown]
# Four of the six words have an _e_, and their lengths are 4, 3, 5 and 4. A list comprehension is a
# loop in one line. Written out, it is this:

# %%
lengths = []
for word in words:
    if "e" in word:
        lengths.append(len(word))
print(lengths)

# %% [markdown]
# **`zip`** walks through several lists at once and gives you one element of each, like the two
# sides of a zipper. It stops silently where the shortest list ends. With `strict=True` it complains
# if the lengths differ, which is what you want when inputs and answers are in two separate lists.

# %%
for digit, word in zip([3, 7, 3], ["three", "seven", "three"], strict=True):
    print(digit, word)
print(list(zip("abcde", [1, 2, 3], strict=False)))

# %% [markdown]
# In the last line, _d_ and _e_ have no partner, so they are dropped.
#
# ## Small functions and silent checks
#
# **`lambda`** makes a small function without a name: the arguments come before the colon, and the
# value that it returns comes after it. It is handy when you want to pass a function as an argument.
# Here we tell `sorted` to compare words by their last letter. In which order will they come out?

# %%
print(sorted(words, key=lambda word: word[-1]))

# %% [markdown]
# The three words that end in _e_ come first, in their old order. Two that end in _o_ follow, and
# then the one that ends in _r_.
#
# **`assert`** stops the program with an error if a statement is false, and does nothing if it is
# true. So [a silent `assert` is good news](../start.md#when-nothing-is-printed). With floats,
# "equal" has to mean _equal up to rounding_, and that is what `np.isclose` checks, or `np.allclose`
# for many numbers at once.

# %%
assert len(words) == 6
print(0.1 + 0.2 == 0.3, 0.1 + 0.2)
assert np.isclose(0.1 + 0.2, 0.3)

# %% [markdown]
# A computer cannot store 0.1 exactly, just as you cannot write one third with finitely many
# decimals. So the sum is off by a tiny bit, and `==` says that it is not 0.3. `np.isclose` ignores
# differences as small as that.
#
# ## Why lists are not enough
#
# An image could be a list of rows, each of them a list of numbers. To halve the ink you would write
# two loops, one inside the other:

# %%
rows = [[0, 48, 166], [93, 244, 249]]
print([[pixel / 2 for pixel in row] for row in rows])

# %% [markdown]
# An **array** holds the same numbers in one block of memory, all of one type, and knows how they
# are laid out. You write the operation once, and the array runs the loops itself, in code that was
# [compiled](22_jargon.md#compilation): translated in advance into the processor's own instructions.

# %%
image = np.array(rows)
print(image / 2)

# %% [markdown]
# That is shorter, and for many images also faster, as you will measure in
# [lesson 4](04_metrics.py).
#
# ## Rank, shape, axis
#
# A table has two directions in which you count, down and across. An array can have any number, and
# each direction is an **[axis](22_jargon.md#axis)**. The **[rank](22_jargon.md#rank)** is the
# number of axes, and the **[shape](22_jargon.md#shape)** says how long each axis is.
#
# ![Four arrays as tables. A scalar is one cell, shape (), rank 0. A vector is a row of three cells along axis 0, shape (3,), rank 1. A matrix has two rows along axis 0 and three columns along axis 1, shape (2, 3), rank 2. A stack of four such matrices has axis 0 going from one to the next, axis 1 along the rows and axis 2 along the columns, shape (4, 2, 3), rank 3.](../assets/diagrams/axes.svg)
#
# A single number is a *scalar*, a row of numbers a *vector*, a table a *matrix*. From rank 3 on,
# people say _rank-3 array_ or *[tensor](22_jargon.md#tensor)*. What will the rank and the shape of
# all training images together be?

# %%
digits = jd.load("auto")
stack = np.asarray(digits.train.images)
labels = np.asarray(digits.train.labels)

examples = {"scalar": np.array(7), "vector": image[0], "matrix": image}
examples["stack of images"] = stack
for name, x in examples.items():
    print(f"{name:15}  rank {x.ndim}  shape {x.shape}")
print(f"{stack.size:,} numbers in one array")

# %% [markdown]
# There are three axes, so the rank is 3: which image, which row, which column. To find out how many
# numbers are in the array, multiply the three lengths.
#
# Rank and shape are easily confused. The shape is a tuple with one length per axis; the rank is the
# length of that tuple. If you know the shape, you know the rank, but not the other way round.

# %%
assert stack.ndim == len(stack.shape)
assert stack.size == stack.shape[0] * stack.shape[1] * stack.shape[2]

# %% [markdown]
# !!! note "Two words to be careful with"
#     Some people say *[dimension](22_jargon.md#rank)* for the number of axes ("a 3-dimensional
#     array"), others for the length of an axis ("a 784-dimensional vector"). And in linear algebra,
#     the *rank* of a matrix is something else entirely. Say axis, rank and shape, and you will be
#     understood.
#
# ## Making arrays
#
# Here are five ways to make an array. What are the shapes?

# %% tags=["try"]
for x in (
    np.array([[1, 2, 3], [4, 5, 6]]),
    np.zeros((2, 2)),
    np.full((2, 3), 255),
    np.arange(5),
    np.linspace(0, 1, 5),
):
    print(x.shape, x.tolist())

# %% [markdown]
# `np.array` takes its shape from the lists; `zeros` and `full` need to be told. `arange(5)` counts
# from 0 and stops before 5, like `range`. `linspace(0, 1, 5)` gives five evenly spaced numbers, and
# both ends are included.
#
# `reshape` lays out the same numbers in another shape, row by row. `np.stack` puts arrays of equal
# shape on top of each other, which adds an axis in front.

# %%
table = np.arange(12).reshape(3, 4)
print(table)
pages = np.stack([table, table + 100])
print(pages.shape)

# %% [markdown]
# Along the new axis 0 there are two tables.
#
# ## Taking a part
#
# Square brackets take one index per axis, beginning with the first. Axes without an index are kept
# whole. A number picks one place, and its axis disappears. A **slice** `start:end` keeps the axis
# and takes everything from `start` up to, but not including, `end`. Without `end`, it goes on to
# the last one. A colon alone means all of it, `-1` means the last one, and `::2` every second one.
# Cover the lower part of each picture and predict the shape.

# %% tags=["hide-input", "no-data"] alt="The table with three rows and four columns, six times, each time with the part that an index takes in color. table[1] takes the second row, shape (4,). table[:, 1] the second column, shape (3,). table[1, 1:3] two numbers in the middle of the second row, shape (2,). table[-1] the last row, shape (4,). table[0, ::2] the first and third number of the first row, shape (2,). table[1:, 2:] the four numbers at the lower right, shape (2, 2)."
parts = {
    "table[1]": np.s_[1],
    "table[:, 1]": np.s_[:, 1],
    "table[1, 1:3]": np.s_[1, 1:3],
    "table[-1]": np.s_[-1],
    "table[0, ::2]": np.s_[0, ::2],
    "table[1:, 2:]": np.s_[1:, 2:],
}
figure, axes = plt.subplots(2, 3, figsize=(6.6, 4.2), layout="constrained")
for (name, part), ax in zip(parts.items(), axes.flat, strict=True):
    taken = np.zeros(table.shape)
    taken[part] = 1
    ax.imshow(taken, cmap="Oranges", vmin=0, vmax=2, alpha=0.6 * taken)
    for (row, column), value in np.ndenumerate(table):
        ax.text(column, row, value, ha="center", va="center")
    ax.set_xticks(np.arange(-0.5, 4), [])
    ax.set_yticks(np.arange(-0.5, 3), [])
    ax.grid(color="gray")
    ax.tick_params(length=0)
    ax.set_title(name, family="monospace", fontsize=10)
    ax.set_xlabel(f"shape {table[part].shape}")

# %% tags=["try"]
print(table[1])
print(table[:, 1])
print(2 * table[1:, 2:])

# %% [markdown]
# A column comes out as a plain row of numbers. Because its axis is gone, the array no longer knows
# that these numbers were below each other. The last line doubles the four numbers at the lower
# right.
#
# The third number of a slice is its step, so `::-1` goes backward. On an image, slices are a small
# picture editor. Take the first training three (not the one of lesson 1). Guess what each of these
# slices does to it: `three[4:24, 4:24]`, `three[::-1]`, `three[:, ::-1]`, `three[::2, ::2]`.

# %% alt="Five pictures of a handwritten three: as it is; cropped, and so larger in its frame; upside down; mirrored left to right; and coarse, with half as many rows and columns."
threes = stack[labels == 3]
three = threes[0]
figure, axes = plt.subplots(1, 5, figsize=(8, 2), layout="constrained")
jd.plots.show_image(three, title="three", ax=axes[0])
jd.plots.show_image(three[4:24, 4:24], title="[4:24, 4:24]", ax=axes[1])
jd.plots.show_image(three[::-1], title="[::-1]", ax=axes[2])
jd.plots.show_image(three[:, ::-1], title="[:, ::-1]", ax=axes[3])
_ = jd.plots.show_image(three[::2, ::2], title="[::2, ::2]", ax=axes[4])

# %% [markdown]
# The second picture is cropped, the third stands on its head, the fourth is mirrored, and the last
# one has only every second row and column, so that it looks coarse. (`_ =` takes a value that we do
# not need. Without it, the notebook would print what the last line returns.)
#
# ## Two more ways to choose
#
# Did you notice the first line of that cell? `labels == 3` is an array of true and false, a
# **[mask](22_jargon.md#mask)**. Used as an index, it keeps the places where it is true. This makes
# the `threes` of the four lines at the top, and it is how [`select`][jaxdigits.select] picks
# images, as the last line below checks. (`.all()` asks whether everything in an array is true.)

# %%
print(labels[:8])
print(labels[:8] == 3)
assert (threes == np.asarray(jd.select(digits.train, 3).images)).all()

# %% [markdown]
# If you use an **array of integers** as an index, you get those places, in that order, as often as
# each is named. Later, we will use shuffled integers to deal out the images like cards. `argsort`
# makes such an array: the order in which to take the places so that the numbers come out sorted.
# What will each `print` show?

# %%
letters = np.array(["a", "b", "c", "d"])
print(letters[np.array([2, 0, 0])])
order = np.argsort([30, 10, 40, 20])
print(order, letters[order])

# %% [markdown]
# First `c`, then `a` twice. The smallest number is at place 1, so `argsort` begins with 1, and `b`
# comes first.
#
# ## Arithmetic, all at once
#
# `+`, `-`, `*`, `/`, `**` and comparisons work number by number. If you combine a number with an
# array, it is combined with every element. Two arrays of the same shape are combined element by
# element: the first with the first, the second with the second. So `*` between two matrices is
# _not_ the matrix product, which is written `@` and has to wait for
# [lesson 7](07_from_averages_to_weights.py). What will `a > 1.5` be?

# %%
a, b = np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0])
print(a + b, a * b, a**2, a > 1.5)

# %% [markdown]
# The comparison gives a mask, with one answer per number. So does `off_3 < off_7`, the last of the
# four lines, with one answer per image.
#
# Other functions boil many numbers down to fewer: `sum`, `mean`, `max`. Without an axis they use
# everything. With `axis=0` they walk along axis 0, and **that axis disappears**.
#
# ![The table with the numbers 0 to 11 in three rows and four columns. Arrows lead down each column to the sums 12, 15, 18 and 21: sum(axis=0), axis 0 is gone, shape (4,). Arrows lead along each row to the sums 6, 22 and 38: sum(axis=1), axis 1 is gone, shape (3,).](../assets/diagrams/sums.svg)

# %% tags=["try"]
print(table.sum(), table.sum(axis=0), table.sum(axis=1))
print((table > 5).sum(), (table > 5).mean())

# %% [markdown]
# Four columns give four sums, three rows give three. The last line counts. Because true is 1 and
# false is 0, the sum of a mask says how many are true, and its mean is the _share_ that is true.
# Half of the numbers are larger than 5.
#
# Now the same on an image. The mean along axis 0 goes down over the rows and leaves one number per
# column, which is drawn below the three. The mean along axis 1 goes across the columns and leaves
# one number per row, drawn to the right. Which row has the most ink?

# %% alt="A three. Below it a bar for each column says how much ink the column has, at its right a bar for each row. The bars are long where a stroke runs along them."
figure, axes = plt.subplots(2, 2, figsize=(4, 4), layout="constrained")
jd.plots.show_image(three, ax=axes[0, 0])
places = np.arange(28)
axes[1, 0].bar(places, three.mean(axis=0))
axes[1, 0].set(xlabel="column", ylabel="mean(axis=0)", xlim=(-0.5, 27.5))
axes[0, 1].barh(places, three.mean(axis=1))
axes[0, 1].set(ylabel="row", xlabel="mean(axis=1)", ylim=(27.5, -0.5))
axes[1, 1].set_axis_off()

# %% [markdown]
# It is row 7. The three horizontal strokes show up as three groups of long bars, and the longest
# bar belongs to the top stroke. Along the columns there is one hill, on the right, where the two
# curves of the three lie above each other. The first of the four lines takes the mean along axis
# 0, too, but in a stack, where this axis counts the images. The next two remove the rows and the
# columns at once, by `axis=(1, 2)`.

# %% tags=["claim"]
if digits.name == "mnist":
    assert three.mean(axis=1).argmax() == 7
    assert 15 <= three.mean(axis=0).argmax() <= 20

# %% [markdown]
# ## The type of a number
#
# All numbers in an array have one type, its [`dtype`](22_jargon.md#dtype). It says how many bytes a
# number takes and what it can hold.

# %%
for x in three, table, table / 2, three > 0:
    print(f"{x.dtype!s:8} bytes per number: {x.dtype.itemsize}")

# %% [markdown]
# (In the f-string, `!s:8` prints the type's name and fills it up to eight characters.)
#
# The pixels of an image are `uint8`, *[unsigned](22_jargon.md#dtype)* integers of 8 bits, which
# means whole numbers from 0 to 255. `int64` holds whole numbers of either sign, `float64` numbers
# with a fractional part, and `bool` true or false.
#
# When does an integer become a float? Predict the type of each of these.

# %%
for what, x in {
    "three": three,
    "three + 1": three + 1,
    "three / 2": three / 2,
    "three * 0.5": three * 0.5,
    "three.mean()": three.mean(),
    "three.astype(np.float32)": three.astype(np.float32),
}.items():
    print(f"{what:25}{x.dtype}")

# %% [markdown]
# It becomes a float when the result has to be one: in a division, in a mean, or together with a
# float. A whole number that you type, such as the 1, adapts to the array: bytes stay bytes. And
# `astype` converts to whatever you ask for.
#
# ## Bytes wrap around
#
# A byte counts like the odometer of an old car: after the last number comes zero. In arrays,
# there is no error and no warning. What is 200 + 100 in bytes, and what is 16 · 16?

# %%
byte = np.array([200, 10, 16], np.uint8)
other = np.array([100, 250, 16], np.uint8)
print("sum       ", byte + other)
print("difference", byte - other)
print("product   ", byte * other)

# %% [markdown]
# Wherever the true result fits into a byte, you get it: 200 - 100, 16 + 16, and 16 - 16. All the
# others are off by 256, or by a multiple of it. 200 + 100 = 300 becomes 44, and 16 · 16 = 256
# becomes 0.
#
# Now suppose you want more ink and add 100 to every pixel. What happens to the darkest strokes?

# %% alt="Three pictures of a three. As it is; with 100 added as bytes, where the strokes are as gray as the background and only a broken outline of black and white dots is left; and with 100 added as floats and cut off at full ink, dark strokes on a gray background."
more_bytes = three + 100
more_floats = np.minimum(three / 255 + 100 / 255, 1.0)
pictures = [three / 255, more_bytes / 255, more_floats]
titles = ["three", "bytes + 100", "floats"]
figure = jd.plots.show_images(np.stack(pictures), titles=titles)

# %% [markdown]
# Full ink, 255 + 100, wrapped around to 99. The background is 100 now, almost the same, so the
# stroke is gone, and only its edges are left. With floats, cut off at 1 by `np.minimum`, the
# stroke stays.
#
# In the four lines, `new - mean_3` is safe, because a mean is a float. In bytes, a pixel one shade
# paler than the average would come out as 255 shades darker.
#
# ## Why floats from 0 to 1?
#
# So the first thing to do with pixels is to turn them into floats. That makes room for negative
# numbers, for halves, and for numbers above 255. The second is to divide by 255, for two reasons.
#
# - *Meaning.* 0 is no ink and 1 is full ink, whatever numbers the file format uses. A mean of ink
#   is a share, and a difference of 0.1 means the same for every source of
#   images. <!-- typed: an example -->
# - *Scale.* A model multiplies pixels by [weights](22_jargon.md#weights) and adds up. If pixels
#   were 255 times as large, so would the sums be. The methods of the next lessons work best for
#   numbers around 1.
#
# The package's function for both is [`to_float`][jaxdigits.to_float]:

# %%
scaled = three.astype(np.float32) / 255
assert np.allclose(scaled, jd.to_float(three))
print(f"{scaled.dtype}, from {scaled.min()} to {scaled.max()}")

# %% [markdown]
# ## NumPy and JAX
#
# All of this was NumPy, the library on which most of scientific Python is built. This course
# computes with [JAX](https://docs.jax.dev), which spells nearly everything the same. Where NumPy
# has `np.`, JAX has `jnp.`. So you have learned two libraries at once. Which differences do you see
# below?

# %%
x = np.arange(12).reshape(3, 4) / 11
y = jnp.arange(12).reshape(3, 4) / 11
print("NumPy", x[1:, ::2].sum(axis=0), x.dtype)
print("JAX  ", y[1:, ::2].sum(axis=0), y.dtype)
assert np.allclose(x, y)

# %% [markdown]
# The numbers agree, but JAX keeps about 7 digits of each in 32 bits, where NumPy keeps 16 digits in
# 64. Neural networks do not need more, and half the bits are half the memory.
#
# Then why do we need a second library? JAX does three things that NumPy cannot. It computes
# [gradients](22_jargon.md#gradient), which tell a model how to get better, it compiles _your_
# functions, and it runs on a GPU. Three differences are good to know before you use it:
#
# - We calculate in JAX, and look at results in NumPy: `np.asarray(y)` brings numbers from JAX to
#   NumPy for printing and plotting, and `jnp.asarray(x)` takes them the other way.
# - You can write into a NumPy array, as in `x[0, 0] = 5`. A JAX array never changes; it is
#   *[immutable](22_jargon.md#immutable)*. You calculate a new one instead.
# - An index that is too large is an error in NumPy. JAX cannot stop for errors in the middle of its
#   work, so it reads the last element instead.
#
# [Lesson 19](19_jax_for_numpy_users.py) has the other differences.
#
# ## The four lines again
#
# Go back to the four lines at the top of the page. Suppose that `threes` and `sevens` are stacks of
# training images, and `new` holds 500 images that nobody has sorted yet. What are the shapes of
# `mean_3`, of `off_3`, and of `is_three`?
#
# - **`mean_3`** is `(28, 28)`. The axis that counts the threes disappears. What is left is one
#   image, the average three.
# - **`new - mean_3`** subtracts the average three from each of the new images. The two shapes
#   differ, and why that is allowed is a story for [lesson 4](04_metrics.py).
# - **`off_3`** is `(500,)`. `abs` removes the minus signs, and `mean(axis=(1, 2))` removes the rows
#   and the columns. So there is one number per image, which says how far the image is from the
#   average three.
# - **`is_three`** is `(500,)` as well: a mask, true where the average three is nearer than the
#   average seven. If all 500 were threes, `is_three.mean()` would be the share that the program
#   gets right.
#
# In lesson 4 you will find out how close your bet was, and which digits the program gets wrong.
#
# ## What you learned
#
# - You can read and write list comprehensions, `zip`, `lambda` and `assert`.
# - You can say the rank and the shape of an array, and which axis a sum or a mean removes.
# - You can take parts by numbers, slices, masks and arrays of integers, and predict their shapes.
# - You can count what meets a condition, and get its share, with the `sum` and the `mean` of a
#   mask.
# - You know why bytes wrap around, and turn pixels into floats from 0 to 1 before you calculate.
# - You can read `jnp` as NumPy whose arrays do not change.
# - You can read a program of four lines that tells threes from sevens.
#
# ## Exercises
#
# ### Exercise 1: a list in one line
#
# Write `halved_evens(numbers)` with a list comprehension: half of every even number in a list, in
# order. Odd numbers are left out. `halved_evens([8, 3, 4])` is `[4, 2]`.
#
# ??? tip "A hint"
#     A number is even if `number % 2 == 0`: dividing it by 2 leaves no remainder.


# %% tags=["check"]
def check_halved_evens(halved_evens):
    def expected(numbers):
        return [n // 2 for n in numbers if n % 2 == 0]

    inputs = [([8, 3, 8, 4, 10],), ([7, 6],), ([2, -4, 9, 0, 12, 1],)]
    slips = {
        "the odd numbers are still there; add a condition.": lambda numbers: [
            n // 2 for n in numbers
        ],
        "the right numbers, but they are not halved.": lambda numbers: [
            n for n in numbers if n % 2 == 0
        ],
        "ask whether the number is even, not its half.": lambda numbers: [
            n // 2 for n in numbers if n // 2 % 2 == 0
        ],
        "those were the odd ones.": lambda numbers: [
            n // 2 for n in numbers if n % 2 == 1
        ],
    }
    return jd.check_answer(halved_evens, expected, inputs, slips=slips)


# %% tags=["answer"]
def halved_evens(numbers):
    return [number // 2 for number in numbers if number % 2 == 0]


print(check_halved_evens(halved_evens))

# %% [markdown]
# ### Exercise 2: the middle of all images
#
# The four outermost pixels on each side hold little ink. Write `middle(images)`, which takes a
# stack of images and returns it without that border, all images at once: from shape `(n, 28, 28)`
# to `(n, 20, 20)`, and likewise for images of another size.
#
# ??? tip "A hint"
#     The first axis counts images, and a colon keeps all of it. What does `[4:-4]` do with a list?


# %% tags=["check"]
def check_middle(middle):
    random = np.random.default_rng(0)
    shapes = (30, 28, 28), (5, 11, 14), (12, 17, 10)
    inputs = [(random.integers(0, 256, shape),) for shape in shapes]
    slips = {
        "the first axis counts images; leave it as it is.": lambda images: (
            images[4:-4, 4:-4]
        ),
        "images may have other sizes; count from the end.": lambda images: (
            images[:, 4:24, 4:24]
        ),
        "take off the margin on all four sides.": lambda images: images[
            :, 4:, 4:
        ],
        "rows are done; do the columns, too.": lambda images: images[:, 4:-4],
    }
    return jd.check_answer(
        middle, lambda images: images[:, 4:-4, 4:-4], inputs, slips=slips
    )


# %% tags=["answer"]
def middle(images):
    return images[:, 4:-4, 4:-4]


print(check_middle(middle))

# %% [markdown]
# ### Exercise 3: more ink, safely
#
# Write `more_ink(image, amount)` for an image of bytes: add `amount` to every pixel, but stop
# at 255. For example, the pixels 0, 100 and 200 with the amount 100 become 100, 200 and 255.
#
# ??? tip "A hint"
#     Convert the bytes before you add, for example with `image.astype(np.int32)`. Then `np.minimum`
#     cuts off what is too large.


# %% tags=["check"]
def check_more_ink(more_ink):
    def wide(image):
        return image.astype(np.int32)

    random = np.random.default_rng(0)
    inputs = [
        (random.integers(0, 256, shape).astype(np.uint8), amount)
        for shape, amount in (((2, 3), 100), ((4, 3), 7), ((3, 5), 250))
    ]
    slips = {
        "bytes wrap around; convert them before you add.": lambda image, amount: (
            image + np.uint8(amount)
        ),
        "no pixel has more ink than 255.": lambda image, amount: (
            wide(image) + amount
        ),
        "it wrapped around before it was cut off.": lambda image, amount: (
            np.minimum(image + np.uint8(amount), 255)
        ),
        "where it is too much, use 255 instead of 0.": lambda image, n: (
            np.where(wide(image) + n > 255, 0, wide(image) + n)
        ),
    }
    return jd.check_answer(
        more_ink,
        lambda image, amount: np.minimum(wide(image) + amount, 255),
        inputs,
        slips=slips,
    )


# %% tags=["answer"]
def more_ink(image, amount):
    more = image.astype(np.int32) + amount
    return np.minimum(more, 255).astype(np.uint8)


print(check_more_ink(more_ink))

# %% [markdown]
# ### Exercise 4: a chessboard
#
# Write `chessboard(n)`: an array of `n` rows and `n` columns, 0 at the upper left, with 0 and 1 in
# turn along every row and every column. You may start with `board = np.zeros((n, n))`: a slice on
# the left writes into a part of it, as in `board[0, 1::2] = 1`.
#
# ??? tip "A hint"
#     Rows 0, 2, 4 and so on begin with a 0, and the others with a 1. That takes two slices on the
#     left, each with a step of 2 in both axes.


# %% tags=["check"]
def check_chessboard(chessboard):
    def expected(n):
        return [[(row + column) % 2 for column in range(n)] for row in range(n)]

    def half(n):
        board = np.zeros((n, n), int)
        board[::2, 1::2] = 1
        return board

    def stripes(n):
        return np.arange(n * n).reshape(n, n) % 2

    slips = {
        "the upper left should be 0.": lambda n: 1 - np.array(expected(n)),
        "only half of it; rows 1, 3, ... begin with a 1.": half,
        "those are stripes; rows have to take turns, too.": lambda n: np.array(
            [np.arange(n) % 2] * n
        ),
        "right for odd n, but stripes for even n.": stripes,
        "all zeros; did you write into the board?": lambda n: np.zeros((n, n)),
    }
    inputs = [(5,), (4,), (1,), (8,)]
    return jd.check_answer(chessboard, expected, inputs, slips=slips)


# %% tags=["answer"] alt="A chessboard of eight rows and eight columns, white at the upper left."
def chessboard(n):
    board = np.zeros((n, n))
    board[::2, 1::2] = 1
    board[1::2, ::2] = 1
    return board


print(check_chessboard(chessboard))
ax = jd.plots.show_image(chessboard(8))

# %% [markdown]
# ### Exercise 5: in order of ink
#
# This one takes longer. Write `by_ink(images)`, which returns the same images, sorted from the most
# ink in total to the least. No loop is needed. Then look at the inkiest and the faintest threes:
# `jd.plots.show_images(by_ink(threes)[:8])`, and `[-8:]`. Which of them would be hard to read for
# the program at the top of the page?
#
# ??? tip "A hint"
#     First `images.sum(axis=(1, 2))`, one number per image. (`sum` counts in wider integers, so
#     nothing wraps.) Then `np.argsort` says the order, and an array of integers as an index takes
#     the images in that order. `[::-1]` reverses it.


# %% tags=["check"]
def check_by_ink(by_ink):
    def ink(images):
        return images.sum(axis=(1, 2), dtype=np.int64)

    def expected(images):
        return images[np.argsort(-ink(images))]

    random = np.random.default_rng(0)
    inputs = [
        (random.integers(0, 256, shape).astype(np.uint8),)
        for shape in ((7, 2, 3), (4, 5, 4), (6, 3, 1))
    ]
    slips = {
        "the least ink came first; reverse the order.": lambda images: images[
            np.argsort(ink(images))
        ],
        "that is the order; return the images in it.": lambda images: (
            np.argsort(-ink(images))
        ),
        "sort whole images, and leave their pixels in place.": lambda images: (
            np.sort(images, axis=0)[::-1]
        ),
        "all ink counts, not only the darkest pixel.": lambda images: images[
            np.argsort(-images.max(axis=(1, 2)).astype(int))
        ],
        "that reversed the images without sorting them.": lambda images: images[
            ::-1
        ],
    }
    return jd.check_answer(by_ink, expected, inputs, slips=slips)


# %% tags=["answer"] alt="Two rows of threes: eight that are written with a very thick pen, and eight with a very thin one."
def by_ink(images):
    order = np.argsort(images.sum(axis=(1, 2)))
    return images[order[::-1]]


print(check_by_ink(by_ink))
ordered = by_ink(threes)
figure = jd.plots.show_images(np.concatenate([ordered[:8], ordered[-8:]]))

# %% [markdown]
# The thin ones: they lack much of the average three's ink, and so may be nearer to the average
# seven, which has less. In [lesson 4](04_metrics.py), dark threes are read better than pale ones.
#
# **Next:** [Pixel similarity](03_pixel_similarity.py), where arrays tell threes from sevens.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Harris and others, *Array programming with NumPy*, Nature, 2020. The documentation of
# [JAX](https://docs.jax.dev), on sharp bits.
