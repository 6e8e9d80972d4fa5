# %% [markdown]
# ---
# description: How to write a lesson; replace this by a line about yours, or leave it out
# ---
#
# # 0. Title
#
# **Which question does this lesson answer?** Ask it in bold, before anything else. Then say in two
# or three sentences how the reader gets to the answer.
#
# *You need:* [lesson 1](01_pixels.py) for the data, and [lesson 5](05_gradients.py#stepping), where
# this link leads to a section.
#
# The lines between `# ---` are for the site. Search engines show the `description`. Here you can
# also raise limits, with a reason: `runs_for: 60  # trains three networks` (seconds),
# `reads_for: 30  # ...` (minutes), `programs: 80  # ...` (that JAX compiles for one cell), and
# `time_limit: 600`, the seconds after which a cell is stopped.

# %%
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

digits = jd.load("auto")
print(f"{digits.name}: {len(digits.train.labels):,} images to learn from")

# %% [markdown]
# ## Text
#
# Explain one idea per section, as you would at a whiteboard. Link a term where the reader first
# meets it, such as [learning rate](22_jargon.md#learning-rate), a function of the package, such as
# [`select`][jaxdigits.select], and other lessons by their files. Write a term that you introduce as
# `*term*`, and a word that you only stress as `_not_`: a test looks for every term in the glossary.
#
# Print results, as above, because they differ on other digits. You may repeat a number that your
# code sets. If the text says what came out on MNIST, such as "more than 50 % of all pixels are
# white", a cell tagged `claim` right below it asserts exactly that. The page does not show the cell.

# %% tags=["claim"]
if digits.name == "mnist":
    assert (digits.train.images == 0).mean() > 0.5

# %% [markdown]
# Any other decimal number, percentage or count out of another needs a reason, which the page does
# not show: one tenth is 10 %. <!-- typed: arithmetic -->
#
# A diagram is an SVG in `docs/assets/diagrams`, drawn in `currentColor`, which is dark in light mode
# and light in dark mode:
#
# ![Two shapes, aligned at their right ends: an axis of length one is repeated.](../assets/diagrams/broadcasting.svg)
#
# ## Code
#
# Let the reader predict before you compute: which of the 28 rows has the most ink, in the mean of
# all threes?

# %%
threes = jd.select(digits.train, 3).images
ink = jd.to_float(threes).mean(axis=(0, 2))
print(f"row {ink.argmax()}")

# %% [markdown]
# Then answer the question in words. A cell that draws describes what there is to see, for readers
# who cannot see it; ` | ` separates the descriptions of two figures.

# %% alt="A line over the 28 rows of an image. It is high where the upper and the lower bow of a three end, lower between them, and zero at both edges."
figure, ax = plt.subplots(figsize=(5, 2), layout="constrained")
ax.plot(ink)
ax.set(xlabel="row", ylabel="mean ink")

# %% [markdown]
# Tags decide how a cell is shown. The first of these hides its code, because how the picture is
# made teaches nothing here. The second is a place for what you want to assert, and the page shows
# nothing of it. An error that you want to show needs a tag, too; any other error stops the build.

# %% tags=["hide-input"] alt="Eight handwritten threes, dark on white."
figure = jd.plots.show_images(threes[:8])

# %% tags=["remove-cell"]
assert ink.shape == (digits.train.images.shape[1],)

# %% tags=["try"]
print(ink.mean(), ink.max())

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
# Write `darkest(images)`, the largest value in each image. The page folds the check and the answer.
# The check says `right` or gives a hint; the answer has to pass it when the site is built.
#
# ??? tip "A hint"
#     Which axes does one image have?


# %% tags=["check"]
def check_darkest(darkest):
    def expected(images):
        return images.max(axis=(1, 2))

    random = np.random.default_rng(0)
    small = random.integers(0, 256, (3, 4, 5))
    wide = random.integers(0, 256, (2, 7, 3))
    slips = {"return one value per image, not one for all": np.max}
    return jd.check_answer(darkest, expected, [(small,), (wide,)], slips=slips)


# %% tags=["answer"]
def darkest(images):
    return images.max(axis=(1, 2))


print(check_darkest(darkest))

# %% [markdown]
# **Next:** say where to go from here, for example to the [questions](23_questions.py).
#
# *Sources:* name whose ideas, data and figures these are. Numbers here need no other reason.
