# %% [markdown]
# ---
# description: How lessons are written; replace this by a line about yours, or leave it out
# time_limit: 300
# ---
#
# # 0. Title
#
# **Which question does this lesson answer?** Ask it in bold, as the first thing. Then say in two or
# three sentences how the reader gets to the answer.
#
# *You need:* [lesson 1](01_pixels.py) for the data, and
# [lesson 5](05_gradients.py#stepping), of which this link leads to a section.
#
# The lines between `# ---` are for the site: `description` stands in search engines and previews,
# and `time_limit` is how many seconds one cell may run. Both may be left out. A lesson that needs
# more than half a minute to run, or 25 minutes to read, says so there, with its reason:
# `runs_for: 60  # trains three networks`, `reads_for: 30  # ...`.

# %%
import jax.numpy as jnp
import matplotlib.pyplot as plt

import jaxdigits as jd

digits = jd.load("auto")
print(f"{digits.name}: {len(digits.train.labels):,} to learn from")

# %% [markdown]
# ## Text
#
# One idea a section. Lead to a term where the reader first meets it, as to the
# [learning rate](17_jargon.md#learning-rate); to a function of the package by its name, as to
# [`select`][jaxdigits.select]; and to other lessons by their files.
#
# **No computed figure is typed**, for it would be wrong on other digits: print it, as above. A
# number that your code sets may be repeated. Any other one with a decimal point or a percent sign
# needs a reason behind it, which the page does not show: one half is 50 %. <!-- typed: arithmetic -->
#
# A diagram is an SVG in `docs/assets/diagrams`, drawn in `currentColor`, so that it can be read by
# day and by night. Here two shapes meet:
#
# ![Two shapes, aligned at their right ends: an axis of length one is repeated.](../assets/diagrams/broadcasting.svg)
#
# Figures take the page's colors by themselves. Where a photograph has two versions, their
# addresses end in `#only-light` and `#only-dark`.
#
# ## Code
#
# Let the reader predict before you compute: which of the 28 rows has the most ink, in a mean
# three?

# %%
threes = jd.select(digits.train, 3).images
ink = jd.to_float(threes).mean(axis=(0, 2))
print(f"row {ink.argmax()}")

# %% [markdown]
# A cell that draws says what is to be seen; two figures' texts part at ` | `. Say what the reader
# should notice, and draw what the text speaks of.

# %% alt="A line over the 28 rows of an image. It is high where the upper and the lower bow of a three end, lower between them, and zero at both edges."
figure, ax = plt.subplots(figsize=(5, 2), layout="constrained")
ax.plot(ink)
ax.set(xlabel="row", ylabel="mean ink")
ax.axvline(ink.argmax(), linestyle=":", color="gray")

# %% [markdown]
# Tags say how a cell is shown. This one hides its code, for how the picture is made teaches
# nothing here:

# %% tags=["hide-input"] alt="Eight handwritten threes, dark on white."
figure = jd.show_images(threes[:8])

# %% tags=["remove-cell"]
# Of this one, the page shows nothing. Something to be asserted can stand here.
assert ink.shape == (digits.train.images.shape[1],)

# %% [markdown]
# An error that is meant has a tag, too. Any other one stops the build.

# %% tags=["raises-exception"]
print(threes[0] @ jnp.ones(3))

# %% [markdown]
# ## What you learned
#
# - Each of these lines says one thing that the reader can do now.
#
# ## Exercises
#
# ### Exercise 1: the blackest pixel
#
# Write `darkest(images)`, the largest value in each image. Its check is folded away and calls
# wrong answers by name; the answer is folded, too, and passes it when the site is built. Put
# wrong answers of your own into `tests/docs/wrong_answers.py`.


# %% tags=["check"]
def check_darkest(darkest):
    result = jnp.asarray(darkest(jnp.array([[[0, 3]], [[5, 1]]])))
    if result.ndim == 0:
        return "Not yet: one value for each image, not one for all."
    return "right" if result.tolist() == [3, 5] else "Not yet: try by hand."


# %% tags=["answer"]
def darkest(images):
    return images.max(axis=(1, 2))


print(check_darkest(darkest))

# %% [markdown]
# **Next:** say where to go from here, as to the [questions](18_questions.py).
#
# *Sources:* name whose ideas, data and figures these are. Numbers here need no other reason.
