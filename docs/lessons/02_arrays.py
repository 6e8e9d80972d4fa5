# %% [markdown]
# # 2. Arrays
#
# **How do you calculate with thousands of images as if they were one number?** You put them
# into an array and say what shall happen to all of it. In this lesson you make arrays, cut
# pieces out of them, see what happens to integers on the way, and learn where NumPy and JAX part.
#
# *You need:* [lesson 1](01_pixels.py). If you know NumPy well, start at
# [the last third](#the-same-code-in-numpy).
#
# ## Two tools for lists
#
# Before arrays, two pieces of plain Python that these lessons use all the time.
#
# A **list comprehension** builds a list out of another: what to put in, where it comes from, and
# if you like, a condition that decides what stays. Read the line below from the word `for`. What
# will it print?

# %%
import time

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

words = ["zero", "one", "two", "three", "four", "five"]
print([len(word) for word in words if "e" in word])

# %% [markdown]
# It is a loop in one line. Written out, it would be this:

# %%
lengths = []
for word in words:
    if "e" in word:
        lengths.append(len(word))
assert lengths == [len(word) for word in words if "e" in word]

# %% [markdown]
# **`zip`** walks through several lists at once and hands you one element of each, like the two
# sides of a zipper. It stops where the shortest list ends, without a word; with `strict=True` it
# complains instead. Whenever inputs and answers lie in two lists, `zip` makes pairs of them.

# %%
print(list(zip([3, 7, 3], ["three", "seven", "three"], strict=True)))
print(list(zip("abcde", [1, 2, 3], strict=False)))

# %% [markdown]
# ## Why lists are not enough
#
# An image could be a list of rows, each a list of numbers. To halve the ink you would write two
# loops, one inside the other:

# %%
rows = [[0, 48, 166], [93, 244, 249]]
print([[pixel / 2 for pixel in row] for row in rows])

# %% [markdown]
# An **array** holds the same numbers in one block of memory, all of one type, and knows how they
# are laid out. Then the loops are its business, and run in [compiled](22_jargon.md#compilation) code.

# %%
image = jnp.array(rows)
print(image / 2)

# %% [markdown]
# That is shorter, and for thousands of images faster by far. [Lesson 4](04_metrics.py) measures
# by how much.
#
# ## Rank, shape, axis
#
# An array can have any number of directions in which you count. Each direction is an **[axis](22_jargon.md#axis)**.
# The **[rank](22_jargon.md#rank)** is how many axes there are, and the **[shape](22_jargon.md#shape)** says how long each of them is.

# %%
digits = jd.load("auto")
stack = digits.train.images
examples = {
    "scalar": jnp.array(7),
    "vector": jnp.array([0, 48, 166]),
    "matrix": image,
    "stack of images": stack,
}
for name, x in examples.items():
    print(f"{name:15}  rank {x.ndim}  shape {x.shape}")

# %% [markdown]
# Rank 0 is a single number, a *scalar*. Rank 1 is a row of numbers, a *vector*. Rank 2 is a table,
# a *matrix*. From rank 3 on people say *rank-3 array* or *[tensor](22_jargon.md#tensor)*. All training images together
# are one rank-3 array: which image, which row, which column.
#
# Rank and shape are easily confused. The shape is a tuple with one length an axis; the rank is
# the length of that tuple. If you know the shape, you know the rank, but not the other way
# round.

# %%
assert stack.ndim == len(stack.shape)
assert stack.size == stack.shape[0] * stack.shape[1] * stack.shape[2]
print(f"{stack.size:,} numbers in one array")

# %% [markdown]
# !!! note "Two words to be careful with"
#     *Dimension* means the number of axes to some ("a 3-dimensional array") and the length of an
#     axis to others ("a 784-dimensional vector"). And in linear algebra the *rank* of a matrix is
#     something else entirely. Say axis, rank and shape, and you will be understood.
#
# ## Making arrays
#
# Some of the ways to make one. Before you run it: what are the shapes?

# %%
for x in (
    jnp.array([[1, 2, 3], [4, 5, 6]]),
    jnp.zeros((2, 2)),
    jnp.full((2, 3), 255),
    jnp.arange(5),
    jnp.linspace(0, 1, 5),
):
    print(x.shape, x.tolist())

# %% [markdown]
# `reshape` lays out the same numbers in another shape, row by row. `stack` puts arrays of equal
# shape on top of each other, which adds an axis.

# %%
table = jnp.arange(12).reshape(3, 4)
print(table)
pages = jnp.stack([table, table + 100])
print(pages.shape)

# %% [markdown]
# ## Taking a part
#
# Square brackets take as many indices as there are axes, from the first axis on. A number picks
# one place and its axis disappears. A **slice** `start:end` keeps the axis, without the end. A
# colon alone means all of it.

# %%
print("a row           ", table[1])
print("a column        ", table[:, 1])
print("a slice of a row", table[1, 1:3])
print("the last row    ", table[-1])
print("every other     ", table[0, ::2])
print("one number      ", table[1, 2])

# %% [markdown]
# A slice can stand on several axes at once. Here is the lower right of the table, doubled:

# %%
print(2 * table[1:, 2:])

# %% [markdown]
# On an image, slices are a small picture editor. Guess what each of these does before you look:
# `three[4:24, 4:24]`, `three[::-1]`, `three[:, ::-1]`, `three[::2, ::2]`.

# %% alt="Five pictures of a handwritten three: as it is; cropped, and so larger in its frame; upside down; mirrored left to right; and coarse, with half as many rows and columns."
threes = stack[digits.train.labels == 3]
three = threes[0]
figure, axes = plt.subplots(1, 5, figsize=(8, 2), layout="constrained")
jd.plots.show_image(three, title="three", ax=axes[0])
jd.plots.show_image(three[4:24, 4:24], title="[4:24, 4:24]", ax=axes[1])
jd.plots.show_image(three[::-1], title="[::-1]", ax=axes[2])
jd.plots.show_image(three[:, ::-1], title="[:, ::-1]", ax=axes[3])
_ = jd.plots.show_image(three[::2, ::2], title="[::2, ::2]", ax=axes[4])

# %% [markdown]
# Did you notice the first line of that cell? An array of booleans as index, a **mask**, keeps
# what is true. That is what [`select`][jaxdigits.select] does:

# %%
print(digits.train.labels[:8])
print(digits.train.labels[:8] == 3)
assert (threes == jd.select(digits.train, 3).images).all()

# %% [markdown]
# ## Arithmetic, all at once
#
# `+`, `-`, `*`, `/`, `**` and comparisons work number by number. One number against an array
# meets every element. Two arrays of the same shape meet place by place, so `*` on two matrices
# is *not* the matrix product; that is written `@` and has its turn in
# [lesson 8](08_a_loss_for_digits.py).

# %%
a, b = jnp.array([1.0, 2.0, 3.0]), jnp.array([10.0, 20.0, 30.0])
print(a + b, a * b, a**2, a > 1.5)

# %% [markdown]
# Other functions make fewer numbers out of many: `sum`, `mean`, `max`. Without an axis they take
# everything. With `axis=0` they walk along axis 0, and **that axis disappears**. For the table of
# shape `(3, 4)`, what are the shapes of the next two sums?

# %%
print(table.sum(), table.sum(axis=0), table.sum(axis=1))

# %% [markdown]
# Four columns, three rows. The same on an image: the mean along axis 0, over the rows, leaves one
# number a column, drawn below the three. The mean along axis 1, over the columns, leaves one
# number a row, drawn at its side.

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
# ## The type of a number
#
# All numbers in an array have one type, its [`dtype`](22_jargon.md#dtype). It says how many bytes a number takes and
# what they can hold.

# %%
for x in three, table, jnp.linspace(0, 1, 5), three > 0:
    print(f"{x.dtype!s:8} bytes a number: {x.dtype.itemsize}")

# %% [markdown]
# The bytes of an image are `uint8`: *unsigned* integers of 8 bits, 0 to 255. In JAX, Python's
# whole numbers become `int32`, its decimals `float32`, comparisons `bool`.
#
# When does an integer become a float? When the result needs it: by division, by a mean, or by
# meeting a float.

# %%
count = jnp.arange(3)
for what, x in {
    "count": count,
    "count + 1": count + 1,
    "count / 2": count / 2,
    "count // 2": count // 2,
    "count * 0.5": count * 0.5,
    "count.mean()": count.mean(),
    "three + 1": three + 1,
    "three / 255": three / 255,
    "three + count[0]": three + count[0],
    "count.astype(jnp.float32)": count.astype(jnp.float32),
}.items():
    print(f"{what:26}{x.dtype}")

# %% [markdown]
# A number typed into the code, such as `1`, adapts to the array: bytes stay bytes. An *array* of
# `int32` does not adapt, and bytes become `int32`.
#
# ## Bytes wrap around
#
# A byte counts like a car's odometer: after the last number comes zero. There is no error, and no
# warning. What is 200 + 100, and what is 16 · 16?

# %%
byte = jnp.array([200, 10, 16], jnp.uint8)
other = jnp.array([100, 250, 16], jnp.uint8)
print("sum       ", byte + other)
print("difference", byte - other)
print("product   ", byte * other)

# %% [markdown]
# All results are off by a multiple of 256. Now suppose you want more ink and add 100 to every
# pixel. What becomes of the darkest strokes?

# %% alt="Three pictures of a three. As it is; with 100 added as bytes, where the strokes are as gray as the ground and only a broken outline of black and white dots is left; and with 100 added as floats and cut off at full ink, dark strokes on a gray ground."
more_bytes = three + 100
more_floats = jnp.minimum(three / 255 + 100 / 255, 1.0)
pictures = [three / 255, more_bytes / 255, more_floats]
titles = ["three", "bytes + 100", "floats"]
figure = jd.plots.show_images(jnp.stack(pictures), titles=titles)

# %% [markdown]
# Full ink wrapped around to nearly the gray of the ground, and the stroke is gone. Only its edges
# are left.
#
# ## Why floats from 0 to 1?
#
# So the first thing to do with pixels is to make them floats: there is room for negative
# numbers, for halves, and for what is larger than 255. The second is to divide by 255. That has two reasons.
#
# - *Meaning.* 0 is no ink and 1 is full ink, whatever the file format thought of. A mean of ink
#   is a share, and a difference of 0.1 means the same for every source of images.
# - *Scale.* A model multiplies pixels by [weights](22_jargon.md#weights) and adds up. Pixels that
#   are 255 times as large make sums 255 times as large, and corrections to the weights as well. The methods of the next
#   lessons, and the sizes of their steps, work best for numbers around 1.
#
# In the package that is [`to_float`][jaxdigits.to_float]:

# %%
scaled = three.astype(jnp.float32) / 255
assert (scaled == jd.to_float(three)).all()
print(f"{scaled.dtype}, from {scaled.min()} to {scaled.max()}")

# %% [markdown]
# ## The same code in NumPy
#
# Everything so far was JAX, and nearly all of it is spelled the same in **NumPy**, the library on
# which most of scientific Python stands. Only the first letters differ: `np` and `jnp`.


# %%
def statistics(xp):
    x = xp.arange(12).reshape(3, 4)
    return x[1:, ::2].sum(axis=0), (x / 11).mean(), xp.sqrt(x).max()


for from_numpy, from_jax in zip(statistics(np), statistics(jnp), strict=True):
    assert np.allclose(from_numpy, from_jax)
    print(from_numpy, from_jax)

# %% [markdown]
# To change sides, use `np.asarray(x)` and `jnp.asarray(x)`. JAX takes NumPy arrays as arguments,
# too. Then why a second library? Because `jax.Array` can do what NumPy's arrays cannot: give
# [gradients](22_jargon.md#gradient), be compiled, and live on a GPU. That has a price in five places.
#
# ## 1. Arrays do not change
#
# In NumPy you can write into an array, and a slice is a *view* of it: the same memory under
# another name. Whoever writes into the slice changes the original. What will the table look like?

# %%
table = np.arange(6).reshape(2, 3)
first_row = table[0]
first_row[:] = 100
print(table)

# %% [markdown]
# Handy at times, and at times the reason why some array far away has changed overnight. In JAX an
# array never changes; it is *[immutable](22_jargon.md#immutable)*. Trying to write is an error:

# %%
x = jnp.arange(6)
try:
    x[0] = 100
except TypeError as error:
    print(str(error).split(".")[0])

# %% [markdown]
# Instead you ask for a *new* array in which something is different. `.at[...]` takes whatever
# square brackets take, followed by `.set`, `.add`, `.multiply`, `.min` or `.max`.

# %%
print(x.at[0].set(100))
print(x.at[::2].add(10))
print(x)

# %% [markdown]
# The last line shows `x` as it was. The commonest mistake is to forget to keep the result:
# `x.at[0].set(100)` on a line of its own does nothing.
#
# Is a copy for every change not wasteful? On its own, it costs a copy. Inside a compiled function
# JAX can see that nobody needs the old array any more, and write in place.

# %% alt="The three with a black frame drawn around it, and beside it the original, which still has none."
edge = jnp.array([0, -1])
framed = three.at[edge].set(255).at[:, edge].set(255)
figure = jd.plots.show_images(
    jnp.stack([framed, three]), titles=["framed", "original"]
)

# %% [markdown]
# ## 2. Randomness has a key
#
# NumPy's generator remembers where it is, so the same line gives something else each time. JAX
# remembers nothing. You pass a **[key](22_jargon.md#random-key)**, and the same key gives the same numbers, always.

# %%
generator = np.random.default_rng(0)
print("NumPy, twice:", generator.integers(100, size=3), end=" ")
print(generator.integers(100, size=3))

key = jax.random.key(0)
print("JAX, twice:  ", jax.random.randint(key, 3, 0, 100), end=" ")
print(jax.random.randint(key, 3, 0, 100))

# %% [markdown]
# For other numbers you need another key: **split** the one you have, and use each part once.

# %%
key_weights, key_noise = jax.random.split(key)
print(jax.random.randint(key_weights, 3, 0, 100))
print(jax.random.randint(key_noise, 3, 0, 100))

# %% [markdown]
# A little more to write, and every experiment can draw the same numbers again, on one machine or
# on a hundred that draw at the same time.
#
# ## 3. Arrays live on a device
#
# A NumPy array lies in the computer's main memory. A JAX array lies on a *device*: a CPU, a GPU
# or a TPU. It is calculated with where it lies, and the result stays there. If there is a GPU
# that JAX can use, arrays go there without being asked; `jax.device_put` puts them elsewhere.

# %%
print(x.devices(), (x + 1).devices())
print(type(np.asarray(x)).__name__)

# %% [markdown]
# `np.asarray(x)`, `float(x)` and `print(x)` bring the numbers to main memory. From a GPU that
# takes a while: do it for results, not in the middle of a calculation.
#
# ## 4. The answer comes before the numbers
#
# JAX hands you an array as soon as it knows what to calculate, and calculates in the background
# while Python goes on: *[asynchronous dispatch](22_jargon.md#asynchronous-dispatch)*. It waits only when somebody wants to see the
# numbers, or says `block_until_ready`. So which of these two times is the cost of a product of
# large matrices?

# %%
large = jnp.ones((1000, 1000))
_ = (large @ large).block_until_ready()  # the first call compiles

start = time.perf_counter()
product = large @ large
returned = time.perf_counter() - start
product.block_until_ready()
ready = time.perf_counter() - start
print(f"back after {1e3 * returned:.2f} ms, there after {1e3 * ready:.2f} ms")

# %% [markdown]
# The second. The first says how quickly JAX took the order. Whoever stops the clock there
# publishes a wonderful figure, and a wrong one. (For small arrays on a CPU the two hardly differ.)
#
# ## 5. 32 bits, not 64
#
# NumPy's decimals have 64 bits, about 16 digits. JAX's have 32, about 7. Networks do not need
# more, and half the bits are half the memory and, on a GPU, a multiple of the speed.

# %%
print(np.array([0.1]).dtype, jnp.array([0.1]).dtype)
print(np.asarray(three).mean().dtype, three.mean().dtype)
print(jnp.asarray(np.array([0.1])).dtype)

# %% [markdown]
# The last line is worth remembering: a 64-bit array that comes from NumPy is shortened on the way
# in. Where does it show? Seven digits are few when you count to many millions. What is
# 16,777,216 + 1?

# %%
print(f"NumPy {(np.array([16_777_216.0]) + 1)[0]:,.0f}")
print(f"JAX   {(jnp.array([16_777_216.0]) + 1)[0]:,.0f}")

# %% [markdown]
# Who needs 64 bits can have them: `jax.config.update("jax_enable_x64", True)` at the very start
# of a program.
#
# !!! warning "And beyond the end?"
#     An index beyond the end is an error in NumPy. JAX's compiled code cannot stop for errors, so
#     reading takes the last element instead, and writing does nothing.

# %%
try:
    np.arange(3)[10]
except IndexError as error:
    print("NumPy:", error)
print("JAX:  ", jnp.arange(3)[10], jnp.arange(3).at[10].set(99))

# %% [markdown]
# All on one page:
#
# | what | NumPy | JAX |
# | --- | --- | --- |
# | making, slicing, arithmetic | `np.` | `jnp.`, same names |
# | a list as argument | `np.sum([1, 2])` | `jnp.sum(jnp.array([1, 2]))` |
# | write | `x[0] = 5` | `x = x.at[0].set(5)` |
# | a slice | shares memory | is an array of its own |
# | random numbers | a generator that remembers | a key that you pass and split |
# | where | main memory | CPU, GPU or TPU |
# | when | at once | in the background |
# | decimals | 64 bits | 32 bits, unless you switch |
# | index beyond the end | error | last element; writing is ignored |
# | gradients, compilation | no | `jax.grad`, `jax.jit` |
#
# ## What you learned
#
# - A list comprehension builds a list in one line; `zip` walks through several in step.
# - The rank is the number of axes, the shape their lengths. A reduction over an axis removes it.
# - A number as index removes an axis, a slice keeps it, a mask keeps what is true.
# - Bytes wrap around. Make pixels floats from 0 to 1 before you calculate.
# - `jax.Array` looks like NumPy, but does not change, draws random numbers with keys, lives on a
#   device, is calculated in the background, and has 32 bits.
#
# ## Exercises
#
# ### Exercise 1: a list in one line
#
# Write `halved_evens(numbers)` with a list comprehension: half of every even number in a list,
# in order. Odd numbers are left out.


# %% tags=["check"]
def check_halved_evens(halved_evens):
    result = halved_evens([8, 3, 5, 4, 10])
    if not isinstance(result, list):
        return "Not yet: the result should be a list; are the brackets square?"
    if len(result) == 5:
        return "Not yet: the odd numbers are still there; add a condition."
    if result == [8, 4, 10]:
        return "Not yet: the right numbers, but they are not halved."
    if result == [4, 2, 2]:
        return "Not yet: ask whether the number is even, not its half."
    return (
        "right"
        if result == [4, 2, 5]
        else "Not yet: from 8, 3, 5, 4, 10 take 8, 4 and 10."
    )


# %% tags=["answer"]
def halved_evens(numbers):
    return [number // 2 for number in numbers if number % 2 == 0]


print(check_halved_evens(halved_evens))

# %% [markdown]
# ### Exercise 2: a zip of your own
#
# Write `pairs(a, b)` without `zip`: a list of tuples, one element of each list, as long as the
# shorter of the two.


# %% tags=["check"]
def check_pairs(pairs):
    for a, b in ([1, 2, 3], ["x", "y"]), ([1, 2], ["x", "y", "z"]):
        try:
            result = pairs(a, b)
        except IndexError:
            return "Not yet: you read beyond the end of the shorter list."
        if result == [(m, n) for m in a for n in b]:
            return "Not yet: that is each with each; walk in step."
        if result == [[1, "x"], [2, "y"]]:
            return "Not yet: make tuples, with round brackets."
        if result != [(1, "x"), (2, "y")]:
            return f"Not yet: {a} and {b} give {result}."
    return "right"


# %% tags=["answer"]
def pairs(a, b):
    return [(a[i], b[i]) for i in range(min(len(a), len(b)))]


print(check_pairs(pairs))

# %% [markdown]
# ### Exercise 3: the middle of all images
#
# The outer four pixels on each side hold little ink. Write `middle(images)`, which takes a stack of
# shape `(n, 28, 28)` and returns it without that margin, for all images at once.


# %% tags=["check"]
def check_middle(middle):
    images = jnp.arange(30 * 28 * 28).reshape(30, 28, 28)
    result = middle(images)
    if result.shape == (20, 20, 28):
        return "Not yet: the first axis counts images; leave it as it is."
    if result.shape != (30, 20, 20):
        return f"Not yet: the shape is {result.shape}, and not (30, 20, 20)."
    if not (result == images[:, 4:24, 4:24]).all():
        return "Not yet: the size is right, the place is not; start at 4."
    return "right"


# %% tags=["answer"]
def middle(images):
    return images[:, 4:-4, 4:-4]


print(check_middle(middle))

# %% [markdown]
# ### Exercise 4: a chessboard
#
# Write `chessboard(n)`: an array of `n` rows and `n` columns, 0 at the upper left, with 1 and 0 in
# turn along every row and every column. Start with `jnp.zeros((n, n))` and use `.at` twice.


# %% tags=["check"]
def check_chessboard(chessboard):
    result, expected = chessboard(5), np.indices((5, 5)).sum(axis=0) % 2
    if result is None or result.shape != (5, 5):
        return "Not yet: return an array of n rows and n columns."
    result = np.asarray(result)
    if not result.any():
        return "Not yet: all zeros; .at returns a new array, so keep it."
    if (result == 1 - expected).all():
        return "Not yet: the upper left should be 0."
    if (result[0] == expected[0]).all() and not result[1].any():
        return "Not yet: half of it; the other rows start with a 1."
    return (
        "right"
        if (result == expected).all()
        else "Not yet: rows 0, 2, 4 and rows 1, 3 need a slice each."
    )


# %% tags=["answer"] alt="A chessboard of eight rows and eight columns, white at the upper left."
def chessboard(n):
    board = jnp.zeros((n, n))
    board = board.at[::2, 1::2].set(1)
    return board.at[1::2, ::2].set(1)


print(check_chessboard(chessboard))
ax = jd.plots.show_image(chessboard(8))

# %% [markdown]
# ### Exercise 5: more ink, safely
#
# Write `more_ink(image, amount)` for bytes: adds `amount` to every pixel, stops at 255, and
# returns bytes. `jnp.clip(x, 0, 255)` cuts off what is outside.


# %% tags=["check"]
def check_more_ink(more_ink):
    image = jnp.array([[0, 100, 200]], jnp.uint8)
    result = more_ink(image, 100)
    if (result == jnp.array([[100, 200, 44]])).all():
        return "Not yet: 200 wraps around; leave the bytes before you add."
    if (result == jnp.array([[100, 200, 300]])).all():
        return "Not yet: no pixel has more ink than 255."
    if not (result == jnp.array([[100, 200, 255]])).all():
        return f"Not yet: 0, 100, 200 became {result.tolist()[0]}."
    if result.dtype != jnp.uint8:
        return f"Not yet: the result is {result.dtype}; go back to bytes."
    return "right"


# %% tags=["answer"]
def more_ink(image, amount):
    more = image.astype(jnp.int32) + amount
    return jnp.clip(more, 0, 255).astype(jnp.uint8)


print(check_more_ink(more_ink))

# %% [markdown]
# **Next:** [Pixel similarity](03_pixel_similarity.py), where arrays tell threes from sevens.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Harris and others, *Array programming with NumPy*, Nature, 2020. The documentation of
# [JAX](https://docs.jax.dev), on sharp bits, type promotion and asynchronous dispatch.
