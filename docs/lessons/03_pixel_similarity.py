# %% [markdown]
# # 3. Pixel similarity
#
# **Can we tell threes from sevens without any learning?** Surprisingly well: average all threes,
# average all sevens, and ask which average a new digit resembles more. On the way you meet the
# two distances on which half of machine learning rests.
#
# *You need:* [lesson 1](01_pixels.py) for the data and [lesson 2](02_arrays.py) for arrays.
#
# ## What a baseline is for
#
# Before building anything clever, build something simple: a *[baseline](22_jargon.md#baseline)*. It takes minutes, it
# tests the whole path from data to score, and it tells you later whether the clever thing was
# worth the trouble. A model that is right nine times in ten sounds fine until you hear that the
# baseline is, too.

# %%
import jax.numpy as jnp
import numpy as np
import optax

import jaxdigits as jd

digits = jd.load("auto")
threes = jd.to_float(jd.select(digits.train, 3).images)
sevens = jd.to_float(jd.select(digits.train, 7).images)

# %% [markdown]
# [`to_float`][jaxdigits.to_float] divides by 255, so that 0 is background and 1 is solid ink.
# Calculate with floats, never with bytes: a byte has no room for negative numbers, and
# $10 - 250$ silently comes out as 16.
#
# ## Rules by hand
#
# Why not just write down what a three is? "A three has curves." But where in a grid of numbers
# is a curve? Something measurable, then: a seven is empty at the lower left, where a three ends
# in a hook. Look at that corner.

# %%
corner = slice(18, 24), slice(5, 12)
print(f"mean ink at the lower left of threes {threes[:, *corner].mean():.3f}")
print(f"mean ink at the lower left of sevens {sevens[:, *corner].mean():.3f}")

# %% [markdown]
# A fine rule, on average. Say *three* if there is more ink in that corner than half way between
# the two. How many threes would you expect it to recognize?

# %% alt="Threes that the rule misses: their lower left corner is nearly empty."
limit = (threes[:, *corner].mean() + sevens[:, *corner].mean()) / 2
recognized = np.asarray(threes[:, *corner].mean(axis=(1, 2)) > limit)
print(f"{recognized.mean():.1%} of the threes")

figure = jd.plots.show_images(threes[~recognized][:8])

# %% [markdown]
# The pictures are threes that the rule misses: written higher, further right, or without
# the hook. You could add a rule for each of them, and then one for the sevens that those rules
# catch. People did this for years. It never ends, and for the next ten symbols it starts again.
#
# ## Every pixel ever inked
#
# Let the data speak instead. A first thought: lay all threes on top of each other and blacken
# every pixel that was inked in any of them. A new digit is a three if it looks like that.
# What do you think you will see?

# %% alt="Two nearly equal black squares: wherever some three has ink, some seven has ink as well. Only the outermost border is white."
composites = jnp.stack([jd.ink_composite(threes), jd.ink_composite(sevens)])
figure = jd.plots.show_images(composites, titles=["any three", "any seven"])

# %%
black_in_both = (composites.min(axis=0) == 1).sum() / (
    composites.max(axis=0) == 1
).sum()
print(f"of the pixels black in one, {black_in_both:.0%} are black in both")

# %% [markdown]
# With thousands of writers, nearly every pixel was inked by someone. "Ever" forgets *how often*.
#
# ## The average digit
#
# So count how often: the mean over all threes. A pixel that is always inked comes out dark, one
# that rarely is comes out pale. `axis=0` is the axis of images; the two axes of pixels remain.

# %% alt="The mean three and the mean seven: two blurred but unmistakable digits, dark where all writers agree and pale where they do not."
mean_three, mean_seven = threes.mean(axis=0), sevens.mean(axis=0)
figure = jd.plots.show_images(
    jnp.stack([mean_three, mean_seven]), titles=["mean three", "mean seven"]
)

# %% [markdown]
# These two pictures are the whole model. Call them *prototypes*: a new digit shall be a three if
# it is nearer to the mean three than to the mean seven.
#
# The package computes the means of all classes at once. It agrees:

# %%
both = jd.select(digits.train, [3, 7])
means = jd.mean_images(jd.to_float(both.images), both.labels)
assert jnp.allclose(means[3], mean_three, atol=1e-5)
assert jnp.allclose(means[7], mean_seven, atol=1e-5)

# %% [markdown]
# ## How far is one image from another?
#
# Take the three of lesson 1 and subtract the mean three. That gives a difference a pixel; but
# *nearer* needs one number. Their average, perhaps?

# %% alt="The difference of the three and the mean three: red where the three has more ink than the mean, blue where it has less."
numbers = np.flatnonzero(digits.train.labels == 3).tolist()
three = jd.to_float(digits.train.images[sorted(numbers, key=str)[1]])
ax = jd.plots.show_image(three - mean_three)
print(f"mean difference {(three - mean_three).mean():.4f}")

# %% [markdown]
# A strange measure for two images that plainly differ. Where the three has more ink the
# difference is positive, where it has less it is negative, and in the sum **they cancel**. There are two
# classic ways to get rid of the sign:
#
# - take absolute values, then the mean: the *mean absolute difference*, or **[L1](22_jargon.md#l1-norm)** norm;
# - square, take the mean, and then the root, which undoes the square: the *root mean squared
#   error* (**[RMSE](22_jargon.md#rmse)**), or **[L2](22_jargon.md#l2-norm)** norm.
#
# $$
# \text{L1} = \frac1n \sum_i |a_i - b_i|
# \qquad
# \text{RMSE} = \sqrt{\frac1n \sum_i (a_i - b_i)^2}
# $$

# %%
for name, mean in ("three", mean_three), ("seven", mean_seven):
    l1 = jnp.abs(three - mean).mean()
    rmse = ((three - mean) ** 2).mean() ** 0.5
    print(f"to the mean {name}: L1 {l1:.4f}, RMSE {rmse:.4f}")

# %% [markdown]
# By either measure our three is nearer to the mean three. That is one digit classified without
# any learning.
#
# The package has both distances, and so have its [losses](22_jargon.md#loss), under the names that you will meet
# everywhere. A distance compares two images, a loss a [batch](22_jargon.md#batch) of [predictions](22_jargon.md#prediction) with what they should
# have been: the same formula in two roles. [Optax](https://optax.readthedocs.io), JAX's library
# for training, knows the squared error for each pixel.

# %%
assert jnp.isclose(jd.l1_distance(three, mean_seven), l1)
assert jnp.isclose(jd.rmse_distance(three, mean_seven), rmse)
assert jnp.isclose(jd.l1_loss(three, mean_seven), l1)
assert jnp.isclose(jd.mse_loss(three, mean_seven) ** 0.5, rmse)
assert jnp.isclose(jd.rmse_loss(three, mean_seven), rmse)
assert jnp.isclose(optax.squared_error(three, mean_seven).mean() ** 0.5, rmse)

# %% [markdown]
# ## Why square?
#
# The RMSE came out larger than the L1 distance, and it always does unless all differences are
# equal. Here are two ways of being wrong by the same total: a little in four places, or a lot
# in one.

# %%
right = jnp.zeros((2, 2))
spread = jnp.array([[0.2, 0.2], [0.2, 0.2]])
one_spot = jnp.array([[0.8, 0.0], [0.0, 0.0]])
for name, image in ("a little, four times", spread), ("a lot, once", one_spot):
    l1, rmse = jd.l1_distance(image, right), jd.rmse_distance(image, right)
    print(f"{name:20}  L1 {l1:.2f}  RMSE {rmse:.2f}")

# %% [markdown]
# L1 cannot tell them apart. The square can: an error twice as large counts four times, one half
# as large a quarter. Squared error **punishes big differences and forgives small ones**. Whether
# that is what you want depends on the errors you fear.
#
# ## What this distance does not see
#
# "Distance" is between the values of pixels in the same place. It knows nothing about places
# next to each other. Shift our three sideways, which changes nothing for a human reader:

# %% alt="The same three four times, each shifted two pixels further to the right."
shifted = jnp.stack([jnp.roll(three, 2 * i, axis=1) for i in range(4)])
figure = jd.plots.show_images(shifted)
for i, image in enumerate(shifted):
    distance = jd.l1_distance(image, mean_three)
    print(f"shifted {2 * i} pixels: L1 {distance:.4f} to the mean three")

# %% [markdown]
# The further the shift, the less of a three it is. That MNIST's digits are all centered
# makes our baseline work at all. Remember this weakness: [convolutions](22_jargon.md#convolution) will cure it.
#
# ## What you learned
#
# - A baseline comes first: simple, quick, and hard to argue with.
# - Differences with signs cancel; absolute values or squares do not.
# - The square gives big differences more weight, and the root brings back the unit.
# - Pixel distance compares places one by one; it does not see shapes.
#
# ## Exercises
#
# ### Exercise 1: the largest difference
#
# A third norm looks only at the worst pixel. Write `max_distance(a, b)`, the largest absolute
# difference of two images.


# %% tags=["check"]
def check_max_distance(max_distance):
    a, b = jnp.array([[0.1, 0.9]]), jnp.array([[0.2, 0.3]])
    if max_distance(a, b) < max_distance(b, a) or max_distance(
        b, a
    ) < max_distance(a, b):
        return (
            "Not yet: it matters which image comes first; what about the sign?"
        )
    if jnp.isclose(max_distance(a, b), jd.l1_distance(a, b)):
        return "Not yet: that is the mean; only the worst pixel counts."
    return (
        "right"
        if jnp.isclose(max_distance(a, b), 0.6)
        else "Not yet: one pixel is off by 0.6."
    )


# %% tags=["answer"]
def max_distance(a, b):
    return jnp.abs(a - b).max()


print(check_max_distance(max_distance))

# %% [markdown]
# ### Exercise 2: the middle digit
#
# Instead of the mean you could take the *median* of each pixel: half of all writers have more
# ink there. Write `median_image(images)`, and look at the median three. What has become of the
# pale parts?


# %% tags=["check"]
def check_median_image(median_image):
    images = jnp.array([[[0.0, 0.0]], [[0.1, 0.0]], [[0.8, 0.9]]])
    result = median_image(images)
    if result.shape != (1, 2):
        return (
            f"Not yet: the shape is {result.shape}; which axis is the images'?"
        )
    if jnp.allclose(result, images.mean(axis=0)):
        return "Not yet: that is the mean."
    return (
        "right"
        if jnp.allclose(result, images[1])
        else "Not yet: sort three numbers by hand."
    )


# %% tags=["answer"] alt="The median three: thinner and sharper than the mean, without the pale parts."
def median_image(images):
    return np.median(images, axis=0)


print(check_median_image(median_image))
ax = jd.plots.show_image(median_image(threes))

# %% [markdown]
# ### Exercise 3: a rule that cannot cancel
#
# Write `signed_distance(a, b)`, the absolute value of the *mean* difference. Use the check to
# see for yourself why nobody uses it.


# %% tags=["check"]
def check_signed_distance(signed_distance):
    stroke = jnp.array([[0.0, 1.0]])
    if jnp.isclose(signed_distance(stroke, 1 - stroke), 1.0):
        return "Not yet: that is L1; take the mean first, then drop the sign."
    if signed_distance(stroke, jnp.ones((1, 2))) < 0:
        return "Not yet: a distance is never negative."
    if not jnp.isclose(signed_distance(stroke, jnp.ones((1, 2))), 0.5):
        return "Not yet: divide by the number of pixels."
    negative = signed_distance(stroke, 1 - stroke)
    return f"right, and a negative is at distance {negative}!"


# %% tags=["answer"]
def signed_distance(a, b):
    return jnp.abs((a - b).mean())


print(check_signed_distance(signed_distance))

# %% [markdown]
# **Next:** one digit is classified. [Lesson 4](04_metrics.py) does all of them at once, and says
# how often that is right.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
