# %% [markdown]
# # 3. Pixel similarity
#
# **Can averages alone tell threes from sevens?** Take the average of all threes and the average of
# all sevens, and ask which of the two a new digit resembles more. On the way you try two simpler
# ideas that fail, and learn from how they fail.
#
# Why care? Every network of this course, and every chatbot, learns by making one number smaller:
# the number that says how far its answers are from the right ones. Here you meet two formulas for
# this number, and see what each notices, and what both overlook.
#
# *You need:* [lesson 1](01_pixels.py) for the data and [lesson 2](02_arrays.py) for arrays.
#
# ## What a baseline is for
#
# Before you build anything clever, build something simple: a *[baseline](22_jargon.md#baseline)*.
# Suppose you write a spam filter that is right for nine mails out of ten. That sounds good, until
# somebody notices that nine mails out of ten aren't spam, so a filter that does nothing is right
# just as often. A baseline protects you from such surprises. It takes minutes to build, and every
# later model has to beat it.
#
# Our task is to tell threes from sevens. What is the simplest program that could do it?

# %%
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax

import jaxdigits as jd

digits = jd.load("auto")
threes = jd.to_float(jd.select(digits.train, 3).images)
sevens = jd.to_float(jd.select(digits.train, 7).images)
new_threes = jd.to_float(jd.select(digits.test, 3).images)
new_sevens = jd.to_float(jd.select(digits.test, 7).images)

# %% [markdown]
# `threes` and `sevens` are the digits that we learn from. `new_threes` and `new_sevens` are the
# ones that we keep for checking. All are floats, from 0 for no ink to 1 for solid ink.
#
# ## Rules by hand
#
# Why not write down what a three is? "A three has curves." But where in a table of numbers is a
# curve? We need something that can be measured. Look at the frame at the lower left. A three ends
# there in a hook, while a seven usually has nothing there.

# %% tags=["no-data"] alt="Four threes and four sevens, each with a frame at the lower left, seven pixels wide and six high. The lower ends of the threes reach into the frame. The stems of some sevens touch its right edge, and one passes through it."
figure = jd.plots.show_images(jnp.concatenate([threes[:4], sevens[:4]]))
for ax in figure.axes:
    frame = plt.Rectangle((4.5, 17.5), 7, 6, fill=False, color="#c8553d")
    ax.add_patch(frame)


# %% [markdown]
# The frame holds the rows 18 to 23 and the columns 5 to 11. How much ink is there, on average?


# %%
def corner_ink(images):
    return np.asarray(images[:, 18:24, 5:12].mean(axis=(1, 2)))


ink_3, ink_7 = corner_ink(threes), corner_ink(sevens)
print(f"mean ink in the corner of threes {ink_3.mean():.3f}")
print(f"mean ink in the corner of sevens {ink_7.mean():.3f}")

# %% [markdown]
# The corner of a three has far more ink, on average. That suggests a rule: call a digit a _three_
# if it has more ink there than a _limit_ half way between the two means. But a mean says nothing
# about single digits, so look at all of them in a _histogram_: each bar counts the digits with
# about the same ink. What would you like it to show, and what do you expect?

# %% tags=["claim"]
if digits.name == "mnist":
    assert ink_3.mean() > 3 * ink_7.mean()

# %% alt="Two histograms of the ink in the corner, one over the other. Most sevens are close to zero, and their number falls quickly. The threes spread from zero to one half and beyond. The two overlap widely, and the dashed line of the limit runs through the overlap."
limit = (ink_3.mean() + ink_7.mean()) / 2

figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
bins = np.linspace(0, 0.7, 36)
ax.hist(ink_3, bins, alpha=0.6, label="threes")
ax.hist(ink_7, bins, alpha=0.6, label="sevens")
ax.axvline(limit, color="gray", linestyle="--", label="limit")
ax.text(0.6, 0.13, "threes", color="C0", transform=ax.transAxes)
ax.text(0.08, 0.9, "sevens", color="C1", transform=ax.transAxes)
ax.text(0.32, 0.9, "limit", color="gray", transform=ax.transAxes)
ax.set(xlabel="ink in the corner", ylabel="number of digits")

# %% [markdown]
# We would like two heaps with a gap between them. Instead, they overlap: even the threes' tallest
# bar is the one for almost no ink, and some sevens have much ink there. Wherever you put the
# limit, some digits are on the wrong side.
#
# There are two kinds of errors, and you need to count both. A _missed_ three is to the left of the
# limit. A _mistaken_ seven is to the right of it, so that the rule calls it a three. We count them
# among the new digits, which had no part in choosing the limit. What will happen to the two counts
# if the limit goes up?

# %%
new_ink_3, new_ink_7 = corner_ink(new_threes), corner_ink(new_sevens)
print("limit  threes missed  sevens mistaken")
for number in -1, 0.05, 0.10, limit, 0.30:
    missed = (new_ink_3 <= number).mean()
    mistaken = (new_ink_7 > number).mean()
    print(f"{number:5.2f}  {missed:13.1%}  {mistaken:15.1%}")

# %% [markdown]
# With a higher limit, the rule misses more threes and mistakes fewer sevens. In the first row the
# limit is lower than any ink can be, so everything is called a three. That rule misses no three at
# all, and it is as useless as the spam filter that does nothing: it is right for about half of the
# digits, because about half are threes. So neither number says much on its own, because you can
# always make one of them perfect. With the limit half way between the means, our rule misses 29 %
# of the threes and takes 18 % of the sevens for threes.

# %% tags=["claim"]
if digits.name == "mnist":
    assert round((new_ink_3 <= limit).mean(), 2) == 0.29
    assert round((new_ink_7 > limit).mean(), 2) == 0.18

# %% alt="Eight threes that the rule misses: some end lower or further right, and some end without a hook. | Eight sevens that the rule takes for threes: they lean far to the right, so that their stem runs through the corner, or they are thick."
missed_threes = np.asarray(new_threes)[new_ink_3 <= limit]
mistaken_sevens = np.asarray(new_sevens)[new_ink_7 > limit]
figure = jd.plots.show_images(missed_threes[:8])
figure = jd.plots.show_images(mistaken_sevens[:8])

# %% [markdown]
# The upper row shows threes that the rule misses. Some end without a hook, and others end lower or
# further right than the corner. The lower row shows sevens that it takes for threes. Most of them
# lean so far, or are so thick, that the stem runs through the corner. You could now add a second
# rule for threes without a hook, a third for sevens that lean, and then one for the digits that
# those rules get wrong. People worked like this for years. But each rule has exceptions, and for
# the next ten symbols you start all over again.
#
# ## Every pixel ever inked
#
# Let us use the data instead. Here is a first idea: lay all threes on top of each other, and
# blacken every pixel where any three has ink. Do the same for the sevens. This gives two
# *[composites](22_jargon.md#composite)*. What do they look like?

# %% alt="Two nearly equal black shapes that fill most of the square. Only a ragged white border, at most a few pixels wide, is left."
composite_3 = np.asarray(jd.ink_composite(threes))
composite_7 = np.asarray(jd.ink_composite(sevens))
composites = np.stack([composite_3, composite_7])
figure = jd.plots.show_images(composites, titles=["any three", "any seven"])

# %% [markdown]
# With thousands of digits, three quarters of all pixels, and nearly all in the middle, have been
# inked by somebody at least once.
#
# Still, the two are not exactly equal, so perhaps we can make a rule out of them. Compare a new
# digit with a composite pixel by pixel, and count the _mismatches_: places where one of them has
# ink and the other has none. The composite with fewer mismatches wins. Will this rule be better
# than the corner?


# %%
def mismatches(images, composite):
    inked = composite > 0
    return np.array([((image > 0) != inked).sum() for image in images])


for name, images in {"threes": new_threes, "sevens": new_sevens}.items():
    images = np.asarray(images)
    off_3 = mismatches(images, composite_3)
    off_7 = mismatches(images, composite_7)
    called_three = off_3 < off_7
    print(f"of {len(images):,} {name}, {called_three.sum()} are called threes")

# %% [markdown]
# This rule is a little worse: it reads 73 % of the new digits correctly, against the corner's 77 %.
# It calls nearly every seven a seven, but also more than half of the threes. Why?

# %% tags=["claim"]
if digits.name == "mnist":
    new = np.asarray(new_threes)
    right_3 = mismatches(new, composite_3) < mismatches(new, composite_7)
    assert right_3.mean() < 0.5
    new = np.asarray(new_sevens)
    called_three = mismatches(new, composite_3) < mismatches(new, composite_7)
    assert called_three.mean() < 0.01
    right = np.concatenate([right_3, ~called_three])
    assert round(right.mean(), 2) == 0.73
    right = np.concatenate([new_ink_3 > limit, new_ink_7 <= limit])
    assert round(right.mean(), 2) == 0.77

# %%
only_3 = (composite_3 > 0) & (composite_7 == 0)
only_7 = (composite_7 > 0) & (composite_3 == 0)
print(f"pixels inked by some three, but by no seven: {only_3.sum()}")
print(f"pixels inked by some seven, but by no three: {only_7.sum()}")

# %% [markdown]
# (`&` is _and_, place by place.) Only these pixels matter, because everywhere else the
# composites are equal and give the same mismatches. They lie at the edge, where many digits have no
# ink at all. Take a digit without ink in any of them. It mismatches the composite three at all
# pixels that only threes inked, and the composite seven at all that only sevens inked. The threes
# have one such pixel more, so the composite three has one mismatch more, and all such digits,
# threes included, are called sevens: **for them, one pixel decides**. "Ever inked" is a single yes
# or no per pixel, and one odd writer is enough for a yes.

# %% tags=["claim"]
if digits.name == "mnist":
    assert only_3.sum() == only_7.sum() + 1

# %% [markdown]
# ## The average digit
#
# So do not ask _whether_ a pixel was ever inked. Ask _how much_ ink it has on average. The mean
# over all threes is an image as well. A pixel that nearly everybody inks comes out dark, and one
# that few people ink comes out pale. `axis=0` counts the images, so the two axes of pixels remain.

# %% alt="The mean three and the mean seven: two blurred but clearly readable digits, dark where the writers agree and pale where they do not."
mean_three, mean_seven = threes.mean(axis=0), sevens.mean(axis=0)
figure = jd.plots.show_images(
    np.stack([mean_three, mean_seven]), titles=["mean three", "mean seven"]
)

# %% [markdown]
# The composites were made from the same images, but you can read these two. In a mean, one odd
# writer is only one among thousands.
#
# These two pictures are our whole model, and our baseline. Such typical examples are called
# *[prototypes](22_jargon.md#prototype)*: we call a new digit a three if it is nearer to the mean
# three than to the mean seven. Nothing was adjusted step by step, and yet the model has learned
# from thousands of digits what the two look like.
#
# The package computes the means of all classes at once, and they agree with ours:

# %%
both = jd.select(digits.train, [3, 7])
means = jd.mean_images(jd.to_float(both.images), both.labels)
assert jnp.allclose(means[3], mean_three, atol=1e-5)
assert jnp.allclose(means[7], mean_seven, atol=1e-5)

# %% [markdown]
# ## How far is one image from another?
#
# To say "nearer", we need one number that says how different two images are. Take the three of
# lesson 1 and subtract the mean three. That gives one difference per pixel. What would you do with
# 784 differences: take their mean?

# %%
# The same three as in lesson 1.
places = np.flatnonzero(np.asarray(digits.train.labels) == 3).tolist()
chosen = sorted(places, key=str)[1]

# %% alt="The difference of the three and the mean three: red where the three has more ink than the mean, blue where it has less."
three = jd.to_float(digits.train.images[chosen])
ax = jd.plots.show_image(three - mean_three)
print(f"mean difference {(three - mean_three).mean():.4f}")

# %% [markdown]
# That is nearly zero, as if the two images were equal. Where the three has more ink, the difference
# is positive (red), and where it has less, the difference is negative (blue). In the mean, **they
# cancel**. There are two classic ways to get rid of the sign:
#
# - take absolute values, and then the mean: the *mean absolute difference*, known as the
#   **[L1](22_jargon.md#l1-norm)** distance;
# - take squares, then the mean, and then the root, which undoes the square: the *root mean squared
#   error* or **[RMSE](22_jargon.md#rmse)**, known as the **[L2](22_jargon.md#l2-norm)** distance.
#   Without the root, it is the *[mean squared error](22_jargon.md#mean-squared-error)*.
#
# Take two images of two pixels, which differ by 0.1 and by -0.7. Their mean difference is -0.3, and
# their L1 distance is (0.1 + 0.7) / 2 = 0.4. The mean of the squares is (0.01 + 0.49) / 2 = 0.25,
# and its root, 0.5, is the RMSE. <!-- typed: arithmetic --> In general:
#
# $$
# \begin{aligned}
# \text{L1} &= \frac1n \sum_i |a_i - b_i| \\
# \text{RMSE} &= \sqrt{\frac1n \sum_i (a_i - b_i)^2}
# \end{aligned}
# $$
#
# Here $a_i$ and $b_i$ are the two images' values at pixel $i$, the sign $\sum_i$ adds up over all
# pixels, and $n$ is how many there are. In code, `** 0.5` is the root.

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs((three - mean_three).mean()) < 0.002


# %%
def l1(a, b):
    return jnp.abs(a - b).mean()


def rmse(a, b):
    return ((a - b) ** 2).mean() ** 0.5


for name, mean in {"three": mean_three, "seven": mean_seven}.items():
    distances = f"L1 {l1(three, mean):.4f}, RMSE {rmse(three, mean):.4f}"
    print(f"to the mean {name}: {distances}")

# %% [markdown]
# By both measures, our three is nearer to the mean three. That is one digit read correctly, with
# nothing but averages. The rules of the corner and the composites were right for about three
# quarters of the new digits. In [lesson 4](04_metrics.py) you will see how far the averages get,
# and how close your bet of lesson 2 was.

# %% tags=["claim"]
if digits.name == "mnist":
    assert l1(three, mean_three) < l1(three, mean_seven)
    assert rmse(three, mean_three) < rmse(three, mean_seven)

# %% [markdown]
# ## Why "L1" and "L2"?
#
# In mathematics, a *[norm](22_jargon.md#norm)* measures the size of a list of numbers. The L1 norm
# adds up their absolute values. The L2 norm is the root of the sum of their squares. With two
# numbers you can see both. An image of two pixels is a point in the plane, and the difference of
# two such images leads from one point to the other. L1 walks along the streets. L2 goes straight,
# and you know the length of that way from Pythagoras.

# %% tags=["hide-input", "no-data"] alt="A grid of streets with two points. From a, three blocks to the right and four up, lies b. A line along the streets is labeled L1 norm 3 + 4 = 7, and a straight line from a to b is labeled L2 norm, the root of 9 + 16, which is 5."
figure, ax = plt.subplots(figsize=(3.6, 3.6), layout="constrained")
ax.plot([1, 4, 4], [0, 0, 4], color="#c8553d", linewidth=3)
ax.plot([1, 4], [0, 4], color="#3f6fb5", linewidth=3)
ax.plot([1, 4], [0, 4], "o", color="gray", markersize=8)
ax.text(0.7, -0.15, "a", fontsize=13, ha="right")
ax.text(4.0, 4.25, "b", fontsize=13, ha="center")
ax.text(4.15, 1.6, "L1 norm\n3 + 4 = 7", color="#c8553d", fontsize=11)
ax.text(1.9, 2.6, "L2 norm", color="#3f6fb5", fontsize=11, ha="right")
ax.text(1.9, 2.15, r"$\sqrt{9+16}=5$", color="#3f6fb5", ha="right")
ax.set(xlim=(-0.5, 6.2), ylim=(-1, 5), aspect="equal")
ax.set(xlabel="first pixel", ylabel="second pixel")
ax.grid(alpha=0.4)
ax.set_xticks(range(7), [])
ax.set_yticks(range(-1, 6), [])
ax.tick_params(length=0)

# %% [markdown]
# Our two distances are these norms, rescaled. The mean absolute difference is the L1 norm of the
# difference divided by $n$, the number of pixels. The RMSE is the L2 norm divided by $\sqrt n$,
# because the mean stands inside the root. All images here have the same $n$, so the division never
# changes which distance is smaller, and people use the names L1 and L2 for both. NumPy has the
# norms:

# %%
difference = np.asarray(three - mean_three).reshape(784)
l1_norm = np.linalg.norm(difference, ord=1)
l2_norm = np.linalg.norm(difference, ord=2)
print(f"L1 norm {l1_norm:.2f}, L2 norm {l2_norm:.2f}")
assert np.isclose(l1_norm / 784, l1(three, mean_three))
assert np.isclose(l2_norm / 784**0.5, rmse(three, mean_three))

# %% [markdown]
# The package has both formulas as distances, and again as *[losses](22_jargon.md#loss)*. A loss is
# the number from the beginning of this lesson: it says how far a model's answers, its
# [predictions](22_jargon.md#prediction), are from the right ones. You need losses from lesson 5
# on. Here we only check that the formulas agree, also with [Optax](https://optax.readthedocs.io),
# a library for training with JAX.

# %%
a, b = three, mean_seven
assert jnp.isclose(jd.l1_distance(a, b), l1(a, b))
assert jnp.isclose(jd.rmse_distance(a, b), rmse(a, b))
assert jnp.isclose(jd.l1_loss(a, b), l1(a, b))
assert jnp.isclose(jd.mse_loss(a, b) ** 0.5, rmse(a, b))
assert jnp.isclose(jd.rmse_loss(a, b), rmse(a, b))
assert jnp.isclose(optax.squared_error(a, b).mean() ** 0.5, rmse(a, b))

# %% [markdown]
# ## Why square?
#
# Look at the four distances again: each RMSE is larger than the L1 distance beside it. That is
# always so, unless all differences have the same size; then the two are equal. To see where this
# comes from, take two ways of being wrong by the same total: a little in four places, or a lot in
# one. Which one is worse?

# %% tags=["try"]
correct = jnp.zeros((2, 2))
little = jnp.array([[0.2, -0.2], [0.2, 0.2]])
a_lot = jnp.array([[0.8, 0.0], [0.0, 0.0]])
for name, image in {"a little, 4 times": little, "a lot, once": a_lot}.items():
    distances = f"L1 {l1(image, correct):.2f}  RMSE {rmse(image, correct):.2f}"
    print(f"{name:17}  {distances}")

# %% [markdown]
# L1 cannot tell them apart, because it only adds up the differences. With squares, twice the
# difference counts four times as much, and half the difference a quarter as much. So the squared
# error **punishes big differences and forgives small ones**, and by the RMSE the single big error
# is twice as bad. In a real image, too, the RMSE is larger because the big differences dominate it.
#
# Which distance to use depends on the errors that you worry about. A blurred stroke makes many
# small differences. A stroke where there should be none makes a few big ones, which the RMSE minds
# more.
#
# ## What this distance does not see
#
# Our distances compare values in the same pixel. They know nothing about neighboring pixels. If you
# move a three a little to the side, it is still the same three to you. Is it to our model? Drag the
# digit sideways, or move the slider, and watch both distances. How far can you go before the three
# becomes a seven? (Red is ink that the mean lacks, blue is ink that the digit lacks.)
#
# <div class="interactive shifted-three"><noscript>The picture is on the website, and needs JavaScript. Without it, look at the curves below.</noscript></div>
#
# Here are all distances at once. `np.roll` moves the columns of an image. Those that leave on one
# side come in on the other. (Here, they are blank.)

# %% alt="Both distances as curves over the shift, from five pixels to the left to seven to the right. The distance to the mean three has a deep valley at zero. The distance to the mean seven is higher there, has a shallow valley a bit to the left, and rises less at both ends, where the curves have crossed."
shifts = range(-5, 8)
moved = [np.roll(three, shift, axis=1) for shift in shifts]
to_three = np.array([l1(image, mean_three) for image in moved])
to_seven = np.array([l1(image, mean_seven) for image in moved])

figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
ax.plot(shifts, to_three, "o-", label="to the mean three")
ax.plot(shifts, to_seven, "s--", label="to the mean seven")
ax.text(0.68, 0.1, "to the mean three", color="C0", transform=ax.transAxes)
ax.text(0.28, 0.5, "to the mean seven", color="C1", transform=ax.transAxes)
ax.set(xlabel="pixels to the right", ylabel="L1 distance")

# %% [markdown]
# Three pixels to the left or five to the right are enough to make the model call our three a seven.
# Far out of place, both distances are larger, but the one to the mean three grows sooner and
# faster, because it starts from a good match. The red and blue in the picture show why. As soon as
# a stroke lies beside the same stroke of the mean, it counts twice: as extra ink where it is, and
# missing ink where it should be.

# %% tags=["claim"]
if digits.name == "mnist":
    sevens_at = [
        s for s, d in zip(shifts, to_three - to_seven, strict=True) if d > 0
    ]
    assert sevens_at == [-5, -4, -3, 5, 6, 7]
    assert to_three[0] > to_three[5] and to_seven[0] > to_seven[5]
    assert to_three[-1] - to_three[5] > to_seven[-1] - to_seven[5]

# %% [markdown]
# So the makers of MNIST did us a big favor when they centered all digits. Without that, our
# baseline would be lost. Much later, [convolutions](22_jargon.md#convolution) will look for strokes
# wherever they are.
#
# ## What you learned
#
# - You can build a baseline, and say what it is for.
# - You can judge a rule by both kinds of errors, and see in a histogram why no limit avoids them.
# - You can turn a heap of images into a prototype with `mean(axis=0)`.
# - You can compute the L1 distance and the RMSE, and say how they relate to the norms.
# - You can say which errors the square punishes, and what a pixel-by-pixel distance does not see.
#
# ## Exercises
#
# ### Exercise 1: the largest difference
#
# A third distance looks only at the worst pixel. Write `max_distance(a, b)`, the largest absolute
# difference of two images. For example, `[[0.1, 0.9]]` and `[[0.2, 0.3]]` are 0.6 apart.
# <!-- typed: an example -->
#
# ??? tip "A hint"
#     First subtract, then get rid of the signs, then take the maximum.


# %% tags=["check"]
def check_max_distance(max_distance):
    def expected(a, b):
        return np.abs(a - b).max()

    random = np.random.default_rng(0)
    inputs = [(np.array([[0.1, 0.9]]), np.array([[0.2, 0.3]]))]
    for shape in (3, 4), (5, 2), (2, 7):
        a, b = random.random(shape), random.random(shape)
        inputs = [*inputs, (a, b), (a + 1, b), (a, b + 1)]
    slips = {
        "which image comes first should not matter; what about the sign?": (
            lambda a, b: (a - b).max()
        ),
        "what if the second image has more ink? Mind the sign.": (
            lambda a, b: (b - a).max()
        ),
        "that is the mean; only the worst pixel counts.": lambda a, b: np.abs(
            a - b
        ).mean(),
        "subtract first: the two maxima may be in different pixels.": (
            lambda a, b: abs(a.max() - b.max())
        ),
        "drop the signs before you take the maximum.": lambda a, b: abs(
            (a - b).max()
        ),
    }
    return jd.check_answer(max_distance, expected, inputs, slips=slips)


# %% tags=["answer"]
def max_distance(a, b):
    return jnp.abs(a - b).max()


print(check_max_distance(max_distance))

# %% [markdown]
# ### Exercise 2: the distance that cancels
#
# Write `signed_distance(a, b)`, the absolute value of the _mean_ difference. Then compute this
# distance between our three and its mirror image `three[:, ::-1]`. Can you see why nobody uses it?
#
# ??? tip "A hint"
#     It has the same parts as L1, in another order.


# %% tags=["check"]
def check_signed_distance(signed_distance):
    def expected(a, b):
        return abs((a - b).mean())

    random = np.random.default_rng(0)
    inputs = []
    for shape in (3, 4), (5, 2), (2, 7):
        a, b = random.random(shape), random.random(shape) + 0.3
        inputs = [*inputs, (a, b), (b, a)]
    slips = {
        "that is L1; take the mean first, then drop the sign.": lambda a, b: (
            np.abs(a - b).mean()
        ),
        "a distance is never negative.": lambda a, b: (a - b).mean(),
        "a distance is never negative; drop the sign.": lambda a, b: (
            b - a
        ).mean(),
        "divide by the number of pixels.": lambda a, b: abs((a - b).sum()),
        "that is the RMSE; nothing is squared here.": lambda a, b: np.sqrt(
            ((a - b) ** 2).mean()
        ),
    }
    return jd.check_answer(signed_distance, expected, inputs, slips=slips)


# %% tags=["answer"]
def signed_distance(a, b):
    return jnp.abs((a - b).mean())


print(check_signed_distance(signed_distance))
mirrored = three[:, ::-1]
print(f"to its mirror image: {signed_distance(three, mirrored):.4f}")

# %% [markdown]
# The distance is zero: this measure only compares how much ink two images have in total.
#
# ### Exercise 3: both kinds of errors
#
# Write `both_errors(ink_3, ink_7, limit)`, which returns two counts: how many threes are missed
# because their ink is at the limit or below, and how many sevens are mistaken for threes because
# their ink is above it. For example, with the limit 0.2, the threes `[0.1, 0.3, 0.4]` and the
# sevens `[0.2, 0.0]` give 1 and 0. <!-- typed: an example -->
#
# ??? tip "A hint"
#     The sum of a mask says how many are true.


# %% tags=["check"]
def check_both_errors(both_errors):
    def expected(ink_3, ink_7, limit):
        return int((ink_3 <= limit).sum()), int((ink_7 > limit).sum())

    random = np.random.default_rng(0)
    inputs = [(np.array([0.1, 0.3, 0.4]), np.array([0.2, 0.0]), 0.2)]
    for threes, sevens, limit in (9, 14, 0.3), (20, 11, 0.5), (7, 5, 0.25):
        ink_3 = np.append(random.random(threes), [limit, limit])
        ink_7 = np.append(random.random(sevens), limit)
        inputs.append((ink_3, ink_7, limit))
    slips = {
        "missed threes first, then mistaken sevens.": lambda a, b, limit: (
            expected(a, b, limit)[::-1]
        ),
        "that counts the digits that are read correctly.": (
            lambda a, b, limit: (np.sum(a > limit), np.sum(b <= limit))
        ),
        "those are shares; counts were asked for.": lambda a, b, limit: (
            (a <= limit).mean(),
            (b > limit).mean(),
        ),
        "a digit exactly at the limit is called a seven.": (
            lambda a, b, limit: (np.sum(a < limit), np.sum(b >= limit))
        ),
        "a three exactly at the limit is missed.": lambda a, b, limit: (
            np.sum(a < limit),
            np.sum(b > limit),
        ),
        "a seven exactly at the limit is no mistake.": lambda a, b, limit: (
            np.sum(a <= limit),
            np.sum(b >= limit),
        ),
        "keep the two kinds apart.": lambda a, b, limit: sum(
            expected(a, b, limit)
        ),
    }
    return jd.check_answer(both_errors, expected, inputs, slips=slips)


# %% tags=["answer"]
def both_errors(ink_3, ink_7, limit):
    return (ink_3 <= limit).sum(), (ink_7 > limit).sum()


print(check_both_errors(both_errors))
missed, mistaken = both_errors(new_ink_3, new_ink_7, limit)
print(f"{missed} threes missed, {mistaken} sevens mistaken")

# %% [markdown]
# ### Exercise 4: the middle digit
#
# Instead of the mean, you can take the *[median](22_jargon.md#median)* of each pixel: sort its
# values from all images, and take the one in the middle. If their number is even, take the mean of
# the two in the middle. Write `median_image(images)`, and look at the median three. What happened
# to the pale parts?
#
# ??? tip "A hint"
#     `np.median` takes an `axis`, just as `np.mean` does.


# %% tags=["check"]
def check_median_image(median_image):
    def expected(images):
        return np.median(images, axis=0)

    random = np.random.default_rng(0)
    inputs = [
        (random.random(shape) ** 3,)
        for shape in ((3, 1, 2), (4, 3, 2), (7, 2, 5), (6, 5, 4))
    ]
    slips = {
        "that is the mean.": lambda images: images.mean(axis=0),
        "that is the middle image; each pixel has a median of its own.": (
            lambda images: images[len(images) // 2]
        ),
        "an even number has two in the middle; take their mean.": (
            lambda images: np.sort(images, axis=0)[len(images) // 2]
        ),
        "an even number has two in the middle; take the mean of both.": (
            lambda images: np.sort(images, axis=0)[(len(images) - 1) // 2]
        ),
        "that is one number for all; which axis counts the images?": np.median,
        "each pixel has a median; that is one of each image.": (
            lambda images: np.median(images, axis=(1, 2))
        ),
    }
    return jd.check_answer(median_image, expected, inputs, slips=slips)


# %% tags=["answer"] alt="The median three: thinner and sharper than the mean, without the pale parts."
def median_image(images):
    return np.median(images, axis=0)


print(check_median_image(median_image))
ax = jd.plots.show_image(median_image(threes))

# %% [markdown]
# The pale parts are gone. Where fewer than half of the writers have any ink, more than half of the
# values are 0, and so the one in the middle is 0.
#
# ### Exercise 5: a distance that forgives
#
# This one may take an evening. We can cure the weakness of our distance a little: try several
# shifts, and keep the best. Write `forgiving_distance(image, prototype, max_shift)`, the smallest
# L1 distance to the prototype over all shifts of the image sideways, from `max_shift` pixels to the
# left to `max_shift` pixels to the right. Use `np.roll(image, shift, axis=1)`. Does it help our
# three when it is five pixels out of place? And what might go wrong if you forgive everything?
#
# ??? tip "A hint"
#     `range(-max_shift, max_shift + 1)` has all the shifts. Collect the distances in a list, and
#     take `min`.


# %% tags=["check"]
def check_forgiving_distance(forgiving_distance):
    def over(shifts, image, prototype, axis=1):
        moved = [np.roll(image, shift, axis=axis) for shift in shifts]
        return [np.abs(each - prototype).mean() for each in moved]

    def expected(image, prototype, max_shift):
        shifts = range(-max_shift, max_shift + 1)
        return min(over(shifts, image, prototype))

    random = np.random.default_rng(0)
    inputs = []
    for shape, shift, most in (
        ((4, 9), 2, 2),
        ((4, 9), -2, 2),
        ((5, 8), 3, 2),
        ((8, 7), -1, 3),
        ((3, 6), 1, 0),
    ):
        image = random.random(shape)
        noise = 0.2 * random.random(shape)
        inputs.append((image, np.roll(image, shift, axis=1) + noise, most))
    slips = {
        "do not forget the shifts to the left.": lambda image, p, most: min(
            over(range(most + 1), image, p)
        ),
        "do not forget the shifts to the right.": lambda image, p, most: min(
            over(range(-most, 1), image, p)
        ),
        "the end of a range is not included.": lambda image, p, most: min(
            over(range(-most, max(most, 1 - most)), image, p)
        ),
        "move it sideways, along axis 1.": lambda image, p, most: min(
            over(range(-most, most + 1), image, p, axis=0)
        ),
        "without an axis, a pixel that leaves a row enters the next one.": (
            lambda image, p, most: min(
                over(range(-most, most + 1), image, p, axis=None)
            )
        ),
        "that is the largest distance; the best shift has the smallest.": (
            lambda image, p, most: max(over(range(-most, most + 1), image, p))
        ),
        "that is the distance without any shift.": lambda image, p, most: (
            np.abs(image - p).mean()
        ),
    }
    return jd.check_answer(forgiving_distance, expected, inputs, slips=slips)


# %% tags=["answer"]
def forgiving_distance(image, prototype, max_shift):
    distances = []
    for shift in range(-max_shift, max_shift + 1):
        moved = np.roll(image, shift, axis=1)
        distances.append(np.abs(moved - prototype).mean())
    return min(distances)


print(check_forgiving_distance(forgiving_distance))
far = np.roll(three, 5, axis=1)
for name, mean in {"three": mean_three, "seven": mean_seven}.items():
    print(f"to the mean {name}: {l1(far, mean):.4f}", end=", ")
    print(f"forgiving {forgiving_distance(far, np.asarray(mean), 5):.4f}")

# %% [markdown]
# The three is a three again. But every digit now gets nearer to _every_ prototype. If you forgive
# too much (shifts, turns, slants, stretching), a seven can become a three as well.

# %% tags=["claim"]
if digits.name == "mnist":
    prototypes = np.asarray(mean_three), np.asarray(mean_seven)
    to_3, to_7 = [forgiving_distance(far, each, 5) for each in prototypes]
    assert to_3 < to_7

# %% [markdown]
# **Next:** you have read one digit. [Lesson 4](04_metrics.py) reads all the new ones at once, and
# counts how many it gets right.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
