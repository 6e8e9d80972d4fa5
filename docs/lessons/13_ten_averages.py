# %% [markdown]
# ---
# description: The nearest average on all ten digits, and how to read its result by class, by confusion and by image, with recall, precision and a confusion matrix.
# ---
#
# # 13. Ten averages
#
# **How well does the baseline do when there are ten digits to choose from?** You first let a die
# guess, then compare each digit with ten averages. One number no longer tells you how good the
# result is, so you learn to read it class by class, mistake by mistake, and image by image.
#
# You will need this for every classifier that you ever build or buy. Below you will meet one that
# finds nearly all ones, and yet you should not believe it when it says _one_.
#
# *You need:* [lesson 3](03_pixel_similarity.py) for averages and distances, and
# [lesson 4](04_metrics.py) for broadcasting.
#
# ## Guessing
#
# If you toss a coin to tell threes from sevens, you are right about half of the time. Now there are
# ten digits, so throw a die with ten faces, one throw per image. How often will it be right?

# %%
import jax
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

digits = jd.load("auto")
images = np.asarray(jd.to_float(digits.test.images))
labels = np.asarray(digits.test.labels).astype(int)

guesses = jax.random.randint(jax.random.key(0), labels.shape, 0, 10)
print(f"{len(labels):,} digits to check")
print(f"guessing at random is right for {(guesses == labels).mean():.4f}")

# %% [markdown]
# About one in ten. From now on we judge a model against this, and no longer against one half.
#
# (We check on the test set here. That does no harm, because no later decision depends on the
# result.)

# %% tags=["claim"]
if digits.name == "mnist":
    assert 0.09 < (guesses == labels).mean() < 0.11

# %% [markdown]
# ## Ten prototypes
#
# The idea of lesson 3 works as it is: average all zeros, all ones, and so on. The package's
# [`mean_images`][jaxdigits.mean_images] does it in one call. Look at the ten prototypes before you
# go on. Which digit will be the easiest to recognize by its mean? Which will be the hardest? And
# which two will be mixed up?

# %% alt="The ten mean digits, 0 to 9. All are blurred and all can be read. The one is a narrow dark stroke; the five is the palest and most blurred; four and nine look alike."
train_images = np.asarray(jd.to_float(digits.train.images))
means = np.asarray(jd.mean_images(train_images, digits.train.labels))
figure = jd.plots.show_images(means, columns=5)

# %% [markdown]
# Now measure the distance of each image to each mean. `images[:, None]` has one more axis, of
# length 1, so broadcasting pairs each image with all ten means. The result is a table with one row
# per image and one column per digit. The smallest number in a row belongs to the nearest mean.

# %%
distances = np.asarray(jd.l1_distance(images[:, None], means))
by_l1 = distances.argmin(axis=1)
print(f"images {images[:, None].shape} against means {means.shape}", end=": ")
print(f"distances {distances.shape}")
print(f"the first image: {distances[0].round(3)}")
print(f"nearest: {by_l1[0]}, really: {labels[0]}")

assert (by_l1 == jd.nearest(images, means, jd.l1_distance)).all()

# %% [markdown]
# The smallest of the ten distances of the first image is in column 7, so the image is called a
# seven, and it is one. The package's [`nearest`][jaxdigits.nearest] gives the same answers.
#
# ## Ten accuracies
#
# What share of the zeros was recognized? Take the zeros only, and count. This share is called the
# *[recall](22_jargon.md#recall)* of the zeros: out of all the zeros, how many did the model find?

# %%
zeros = labels == 0
print(f"recall of the zeros: {(by_l1[zeros] == 0).mean():.4f}")

recall = np.asarray(jd.per_class_accuracy(by_l1, labels))
assert np.isclose(recall[0], (by_l1[zeros] == 0).mean())

# %% [markdown]
# [`per_class_accuracy`][jaxdigits.per_class_accuracy] returns the recall of all ten. Here it is,
# once with absolute differences (L1) and once with squared ones (MSE), from the digit 0 on the left
# to the digit 9 on the right.

# %%
by_mse = np.asarray(jd.nearest(images, means, jd.mse_distance))
recalls = {
    "L1": recall,
    "MSE": np.asarray(jd.per_class_accuracy(by_mse, labels)),
}
for name, shares in recalls.items():
    print(f"{name:3}", *(f"{share:.4f}" for share in shares))

# %% alt="Bars for the ten digits, two per digit: the share recognized by L1 and by mean squared error. A dashed line far below marks guessing. By L1 the one is nearly perfect, while five, two and eight are below one half. By mean squared error all digits are above 0.65."
figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
ax.bar(np.arange(10) - 0.2, recalls["L1"], width=0.4, label="L1")
ax.bar(np.arange(10) + 0.2, recalls["MSE"], width=0.4, label="MSE")
ax.axhline(0.1, linestyle="--", color="gray", label="guessing")
ax.text(8.9, recalls["L1"][9] + 0.02, "L1", color="C0", ha="right")
ax.text(9.1, recalls["MSE"][9] + 0.02, "MSE", color="C1")
ax.text(10, 0.1, "guessing", color="gray", va="center")
ax.set(xlabel="digit", ylabel="recall", xticks=range(10))

# %% [markdown]
# The one has the highest recall with either distance. Nearly everybody writes it as a single
# stroke, but for L1 you will soon meet a less flattering reason. The five is the hardest. Its mean
# is the most blurred of all, because people disagree most about how to write a five. Squares do
# better than absolute differences with all digits but the one, and far better with twos, fives and
# eights.

# %% tags=["claim"]
if digits.name == "mnist":
    for shares in recalls.values():
        assert shares.argmax() == 1 and shares.argmin() == 5
    gained = recalls["MSE"] - recalls["L1"]
    assert set(np.argsort(-gained)[:3]) == {2, 5, 8}
    assert list(np.flatnonzero(gained < 0)) == [1]

# %% [markdown]
# ## From ten numbers to one
#
# There are two ways to turn ten recalls into one number:
#
# - the **[macro average](22_jargon.md#macro-average)** takes the mean of the ten recalls (the code
#   prints it as _mean of classes_), so that each _digit_ counts the same;
# - the **overall accuracy** is the share of all images that are right, so that each _image_ counts
#   the same.
#
# Will they differ much here?

# %%
predictions = {"L1": by_l1, "MSE": by_mse}
for name, predicted in predictions.items():
    overall = (predicted == labels).mean()
    print(f"{name:3} mean of classes {recalls[name].mean():.4f}", end=", ")
    print(f"overall accuracy {overall:.4f}")

# %% [markdown]
# Not much, because there are about equally many images of each digit. The overall accuracy is a
# little higher, because the one, which is easy, is also the most frequent digit.
#
# With unequal classes, they can differ a lot. Take a disease that one patient in a hundred has, and
# a "model" that calls everybody healthy:

# %% tags=["claim"]
if digits.name == "mnist":
    assert np.bincount(labels).argmax() == 1
    for name, predicted in predictions.items():
        overall = (predicted == labels).mean()
        assert 0 < overall - recalls[name].mean() < 0.01

# %%
ill = np.arange(1000) % 100 == 0
called_ill = np.zeros(1000, bool)
healthy_recall = (~called_ill[~ill]).mean()
ill_recall = called_ill[ill].mean()
print(f"overall accuracy {(called_ill == ill).mean():.3f}", end=", ")
print(f"macro average {(healthy_recall + ill_recall) / 2:.3f}")

# %% [markdown]
# By overall accuracy this is an excellent model. The macro average exposes it: the recall is 1 for
# the healthy and 0 for the ill, and their mean is no better than with a tossed coin, which would
# find about half of each. When you read "accuracy", ask which of the two is meant. In
# this course we report the overall accuracy, as [`accuracy`][jaxdigits.accuracy] computes it,
# because our ten classes are about equally large.
#
# ## What is taken for what
#
# If a five is not recognized, what is it taken for? The *[confusion
# matrix](22_jargon.md#confusion-matrix)* counts all these mistakes, with one row per true digit and
# one column per prediction. To build it, add 1 in the right place for each image:

# %%
matrix = np.zeros((10, 10), int)
for true, guess in zip(labels, by_mse, strict=True):
    matrix[true, guess] += 1

assert (matrix == jd.confusion_matrix(by_mse, labels)).all()

# %% [markdown]
# The diagonal counts the images that were recognized. Every other cell counts one kind of mistake,
# and the darker the cell, the more frequent the mistake. You have seen the ten means. Which cells
# do you expect to be dark?

# %% alt="The confusion matrix of the nearest mean by squared error, ten rows by ten columns. Most images are on the diagonal. The darkest cells beside it are fives taken for threes and fours taken for nines, then eights taken for threes and nines taken for fours."
ax = jd.plots.plot_confusion(matrix)

# %% [markdown]
# Fives taken for threes, and fours taken for nines: two pairs whose means look alike. Read the
# matrix in two directions:
#
# - **Along a row:** what are the fours called? Most of them are recognized. Two out of three of the
#   others are called a nine. Divide the diagonal entry by the sum of its row, and you have the
#   recall.
# - **Along a column:** what is called a nine? Mostly real nines, then fours, then sevens.
#
# Is the matrix symmetric? No. More than twice as many fives are taken for threes as threes for
# fives. Why? An image is called a three only if the mean three is the nearest of all ten, not just
# nearer than its own mean. For a five that is nearer to the mean three than to its own, this is
# usually so. But of the threes that are nearer to the mean five than to their own, about half are
# nearer still to another mean, often that of the eight, one or seven, and end up in its column.

# %% tags=["claim"]
if digits.name == "mnist":
    mistakes = matrix * (1 - np.eye(10, dtype=int))
    top = {
        (int(i) // 10, int(i) % 10) for i in np.argsort(-mistakes.ravel())[:2]
    }
    assert top == {(5, 3), (4, 9)}
    assert 0.6 < mistakes[4, 9] / mistakes[4].sum() < 0.75
    assert list(np.argsort(-matrix[:, 9])[:3]) == [9, 4, 7]
    assert matrix[5, 3] > 2 * matrix[3, 5]
    for true, other, low, high in (5, 3, 0.8, 1.0), (3, 5, 0.35, 0.65):
        to_means = jd.mse_distance(images[labels == true][:, None], means)
        to_means = np.asarray(to_means)
        strayed = to_means[to_means[:, other] < to_means[:, true]]
        assert low < (strayed.argmin(axis=1) == other).mean() < high

# %% [markdown]
# Why are fours called nines? The counts cannot tell, so look at the images. Here are fours that
# were called nines, and below them nines that were called fours. Could you have told them apart?

# %% alt="Two rows of eight digits. Above, fours that were called nines: clear fours with an open top, most of them narrow and upright. Below, nines that were called fours: most are clear nines, some with a slanted, a very wide or an open loop."
fours = np.flatnonzero((labels == 4) & (by_mse == 9))[:8]
nines = np.flatnonzero((labels == 9) & (by_mse == 4))[:8]
shown = list(fours) + list(nines) or [0]  # a smaller set may have none
titles = [f"{labels[i]}, not {by_mse[i]}" for i in shown]
figure = jd.plots.show_images(images[shown], titles=titles)

# %% [markdown]
# Most of them are easy for you, because you see at once whether the top is open or closed. The
# baseline cannot see a loop. It only knows how much ink lies at each place, and the few pixels that
# would close a four hardly count among hundreds.
#
# ## Can it be trusted?
#
# Now the same matrix for L1. I have outlined two things: the row of the ones, and the column of all
# images that were _called_ a one.

# %% alt="The confusion matrix of the nearest mean by L1. The row of the ones, outlined in blue, has almost everything on the diagonal. The column of the ones, outlined in red, is dark from top to bottom: images of every other digit but zero were called a one by the hundred."
matrix_l1 = np.asarray(jd.confusion_matrix(by_l1, labels))
ax = jd.plots.plot_confusion(matrix_l1)
row = plt.Rectangle((-0.5, 0.5), 10, 1, fill=False, color="C0", linewidth=3)
column = plt.Rectangle((0.5, -0.5), 1, 10, fill=False, color="C3", linewidth=3)
for outline in row, column:
    ax.add_patch(outline)

# %% [markdown]
# The row looks wonderful: nearly all ones were found. But look down the column. By L1, images of
# every digit are called a one. If this model says _one_, how often is that true? That share is
# called the *[precision](22_jargon.md#precision)* of the ones.

# %%
right = matrix_l1[1, 1]
print(f"there are {matrix_l1[1].sum()} ones, and {right} were found", end=": ")
print(f"recall {right / matrix_l1[1].sum():.3f}")
print(f"{matrix_l1[:, 1].sum()} images are called ones", end=": ")
print(f"precision {right / matrix_l1[:, 1].sum():.3f}")

# %% [markdown]
# This classifier finds nearly every one because it says _one_ so often: for about a third of all
# images. Two out of three times it is wrong. That is why you should look at recall and precision
# together. If you call more images a one, the recall cannot fall, but the precision usually falls.
# If you keep only the surest of them, the recall cannot rise, but the precision usually rises.

# %% tags=["claim"]
if digits.name == "mnist":
    assert right / matrix_l1[1].sum() > 0.99 and matrix_l1[:, 1].min() > 0
    assert 0.3 < (by_l1 == 1).mean() < 0.35
    assert 0.32 < right / matrix_l1[:, 1].sum() < 0.36

# %% [markdown]
# ### Why the one?
#
# Look at the means again. Where people write a digit differently, its mean is gray. Take a pixel
# where the mean is 0.2, say. An image with full ink there is off by 0.8, and an image without ink
# is off by 0.2. In the L1 distance, the second difference counts a quarter as much as the first.
# In the MSE it counts 0.04 against 0.64, a sixteenth. So pale gray weighs much more by L1, and a
# mean with much pale gray is far from every image. <!-- typed: an example -->
#
# Which mean has the least pale gray? Add up the pixels below one half, as they are and squared.

# %%
gray = np.where(means < 0.5, means, 0.0)
for name, values in ("pale ink", gray), ("squared", gray**2):
    totals = values.sum(axis=(1, 2))
    print(f"{name:8}", *(f"{total:5.1f}" for total in totals))

# %% [markdown]
# The mean one, a narrow stroke, has the least. So by L1, an image that resembles no mean well is
# usually nearest to the mean one. The mean five has the most pale gray, so it is hardly ever the
# nearest. That explains its poor recall. The second row shows why MSE suffers less: squared, the
# pale gray shrinks to less than a third, while full ink counts as before.
#
# There is a deeper reason. The mean is the prototype that makes the _squared_ distances smallest
# ([lesson 5](05_gradients.py)). For absolute differences you need another prototype, and in
# exercise 4 you find it.

# %% tags=["claim"]
if digits.name == "mnist":
    pale = gray.sum(axis=(1, 2))
    assert pale.argmin() == 1 and pale.argmax() == 5
    assert ((gray**2).sum(axis=(1, 2)) < pale / 3).all()
    assert np.bincount(by_l1).argmin() == 5

# %% [markdown]
# ## The worst mistakes
#
# Some mistakes are close calls, and some are not. To see which, compare the distance to the mean of
# the true digit with the distance to the nearest mean. The difference is the
# *[margin](22_jargon.md#margin)* by which the true digit lost. Unlike in lesson 4, it is never
# negative: it is 0 where the prediction is right, small for a close call, and large where the
# baseline was far off. What do you expect the worst mistakes to look like?
#
# To pick the distance to the true digit from each row, the code uses two arrays as an index, one
# with row numbers and one with column numbers. They are read in pairs: row 0 with the first label,
# and so on.

# %%
squared = np.asarray(jd.mse_distance(images[:, None], means))
to_truth = squared[np.arange(len(labels)), labels]
margin = to_truth - squared.min(axis=1)

worst = np.argsort(-margin)[:16]
assert (margin[by_mse == labels] == 0).all()
print(f"largest margin {margin[worst[0]]:.4f}", end=", ")
print(f"median of all mistakes {np.median(margin[margin > 0]):.4f}")

# %% alt="The sixteen images with the largest margins, each titled with the true digit and what it was taken for. Most are bold, wide or strongly slanted, and easy to read for a person."
titles = [f"{labels[i]}, not {by_mse[i]}" for i in worst]
figure = jd.plots.show_images(images[worst], titles=titles)

# %% [markdown]
# These are no close calls: the largest margin is more than eight times the median. And yet you can
# read most of them without trouble. Their ink just lies in other places than the ink of the average
# digit, because they are slanted, wide or bold. The baseline compares pixel by pixel, so a
# well-written seven that leans to one side is far from the mean seven.
#
# So the averages are right for about 82 of 100 images, which beats guessing by far. We also know
# their weakness: a distance treats every pixel alike. A better model has to be free to choose
# _which pixels matter_, such as the few that decide between a four and a nine. That is what weights
# are for.

# %% tags=["claim"]
if digits.name == "mnist":
    assert margin[worst[0]] > 8 * np.median(margin[margin > 0])
    assert round(100 * (by_mse == labels).mean()) == 82

# %% [markdown]
# ## What you learned
#
# - You can say what guessing would score, and judge a model against that.
# - You can compute recall and precision, and say which question each of them answers.
# - You can tell a macro average from an overall accuracy, and know when they differ.
# - You can read a confusion matrix along rows (what a digit is called) and along columns (what is
#   called that digit).
# - You can find the worst mistakes by their margin, and look at them.
#
# ## Exercises
#
# ### Exercise 1: the most frequent mistake
#
# Write `most_confused(matrix)`. From a confusion matrix, it returns the most frequent mistake as
# the pair `(true, predicted)` of two integers. For `np.array([[9, 2], [3, 8]])` it is `(1, 0)`.
#
# ??? tip "A hint"
#     Copy the matrix and set its diagonal to zero. `argmax` counts through the whole matrix, row by
#     row; `divmod(place, columns)` turns such a place into a row and a column.


# %% tags=["check"]
def check_most_confused(most_confused):
    def expected(matrix):
        mistakes = np.where(np.eye(len(matrix), dtype=bool), -1, matrix)
        row, column = divmod(int(mistakes.argmax()), len(matrix))
        return row, column

    def with_diagonal(matrix):
        return divmod(int(matrix.argmax()), len(matrix))

    def by_share(matrix):
        return expected(matrix / matrix.sum(axis=1, keepdims=True))

    inputs = [(np.array([[9, 2], [3, 8]]),)]
    for size in 3, 5, 10:
        random = np.random.default_rng(size)
        counts = random.permutation(size**2).reshape(size, size)
        inputs.append((counts + 100 * np.eye(size, dtype=int),))
    inputs.append((np.array([[90, 9, 0], [1, 5, 6], [0, 4, 30]]),))
    inputs.append((np.array([[1, 0, 2], [7, 20, 3], [4, 5, 2]]),))
    slips = {
        "the diagonal counts right answers, not mistakes.": with_diagonal,
        "rows are true, columns predicted; which comes first?": lambda m: (
            expected(m)[::-1]
        ),
        "count the mistakes; do not divide by the size of the class.": by_share,
        "return the row and the column, not the count.": lambda m: m[
            expected(m)
        ],
    }
    return jd.check_answer(most_confused, expected, inputs, slips=slips)


# %% tags=["answer"]
def most_confused(matrix):
    mistakes = np.array(matrix)
    np.fill_diagonal(mistakes, 0)
    return divmod(int(mistakes.argmax()), len(mistakes))


print(check_most_confused(most_confused))
print("by squared error, true and predicted:", most_confused(matrix))
print("by absolute differences:", most_confused(matrix_l1))

# %% [markdown]
# ### Exercise 2: ten precisions
#
# Write `precision(matrix)`: the precision of every class, from a confusion matrix. For
# `np.array([[3, 1], [2, 2]])` it is `[0.6, 0.667]`: of five that are called 0, three are. With L1,
# which of the ten answers can you trust most?
#
# ??? tip "A hint"
#     `np.diagonal(matrix)` counts the right predictions. Column 0 counts all images that are called
#     a 0. Along which axis do you have to add to get the sum of each column?


# %% tags=["check"]
def check_precision(precision):
    def expected(matrix):
        return np.diagonal(matrix) / matrix.sum(axis=0)

    inputs = [(np.array([[3, 1], [2, 2]]),)]
    for size in 3, 6, 10:
        random = np.random.default_rng(size)
        inputs.append((random.integers(1, 30, (size, size)),))
    slips = {
        "that is the recall; what does a column hold?": lambda m: (
            np.diagonal(m) / m.sum(axis=1)
        ),
        "divide by what was called so, not by all images.": lambda m: (
            np.diagonal(m) / m.sum()
        ),
        "return one number per class.": lambda m: np.trace(m) / m.sum(),
        "that is the share that is wrong.": lambda m: 1 - expected(m),
    }
    return jd.check_answer(precision, expected, inputs, slips=slips)


# %% tags=["answer"]
def precision(matrix):
    return np.diagonal(matrix) / matrix.sum(axis=0)


print(check_precision(precision))
for name, counts in ("L1", matrix_l1), ("MSE", matrix):
    print(f"{name:3}", *(f"{share:.2f}" for share in precision(counts)))

# %% [markdown]
# It is _two_. The model finds fewer than half of the twos, but when it says _two_, it is nearly
# always right.

# %% tags=["claim"]
if digits.name == "mnist":
    assert precision(matrix_l1).argmax() == 2 and recalls["L1"][2] < 0.5

# %% [markdown]
# ### Exercise 3: a better guess
#
# There is an even simpler baseline: always say the digit that is most frequent among the training
# digits. Write `majority_accuracy(train_labels, test_labels)`, the overall accuracy of this rule.
# With `[4, 4, 4, 2]` to learn from and `[2, 2, 4, 7, 2]` to check, it is 0.2.
#
# ??? tip "A hint"
#     `np.bincount(train_labels)` counts how often each number occurs.


# %% tags=["check"]
def check_majority_accuracy(majority_accuracy):
    def rule(find):
        def accuracy(train_labels, test_labels):
            return (np.asarray(test_labels) == find(train_labels)).mean()

        return accuracy

    def most_frequent(values):
        return np.bincount(values).argmax()

    inputs = [(np.array([4, 4, 4, 2]), np.array([2, 2, 4, 7, 2]))]
    for seed, often in (0, 1), (1, 8), (2, 0):
        random = np.random.default_rng(seed)
        train = np.append(random.integers(0, 10, 40), [often] * 15)
        test = np.append(random.integers(0, 10, 31), [often] * 2 + [8] * 12)
        inputs.append((random.permutation(train), test))
    slips = {
        "the rule may not look at the test labels.": lambda train, test: rule(
            lambda _: most_frequent(test)
        )(train, test),
        "learn from one set, but measure on the other.": lambda train, test: (
            rule(most_frequent)(train, train)
        ),
        "the largest label is not the most frequent one.": rule(np.max),
        "the middle label is not the most frequent one.": rule(np.median),
        "which label did you find? argmax gives the place of the most.": rule(
            lambda train: np.bincount(train).max()
        ),
    }
    return jd.check_answer(
        majority_accuracy, rule(most_frequent), inputs, slips=slips
    )


# %% tags=["answer"]
def majority_accuracy(train_labels, test_labels):
    favorite = np.bincount(train_labels).argmax()
    return (np.asarray(test_labels) == favorite).mean()


print(check_majority_accuracy(majority_accuracy))
print(f"{majority_accuracy(digits.train.labels, digits.test.labels):.4f}")

# %% [markdown]
# Even this beats the die a little, because the digits are not equally frequent. With very unequal
# classes it would score much higher.
#
# ### Exercise 4: the right prototype for L1
#
# *To think about overnight.* Which prototype makes the _absolute_ differences smallest? Take one
# pixel that is 0 in seven images and 1 in three. The mean is 0.3. Which value has the smallest sum
# of absolute differences to the ten? (Try 0.3 and 0.) Find the rule, and write
# `prototypes(images, labels, classes)`. It returns the best prototype for L1 for each of the digits
# 0, 1, ... below `classes`, as an array of shape `(classes, rows, columns)`. The answer then
# repeats this lesson with these prototypes. <!-- typed: an example -->
#
# ??? tip "A hint"
#     Sort the ten values and move your guess a little to the right. The distances to the values on
#     its left grow, and the distances to the values on its right shrink. When do they balance?
#
# ??? tip "Another hint"
#     It is the median: `np.median(..., axis=0)`.


# %% tags=["check"]
def check_prototypes(prototypes):
    def by(center):
        def all_classes(images, labels, classes):
            each = [center(images[labels == c], axis=0) for c in range(classes)]
            return np.stack(each)

        return all_classes

    inputs = []
    for seed, rows, columns, classes in (
        (0, 2, 3, 2),
        (1, 4, 1, 3),
        (2, 3, 2, 5),
    ):
        random = np.random.default_rng(seed)
        # An odd number of each class, so that there is one best value.
        numbers = [3 + 2 * int(n) for n in random.integers(0, 4, classes)]
        labels = random.permutation(np.repeat(np.arange(classes), numbers))
        images = random.uniform(0, 1, (len(labels), rows, columns)) ** 3
        inputs.append((images, labels, classes))

    slips = {
        "that is the mean, which is best for squares.": by(np.mean),
        "use the images of one class at a time.": lambda images, _, classes: (
            np.stack([np.median(images, axis=0)] * classes)
        ),
        "one value per pixel, not one per image.": lambda images, labels, n: (
            np.array([np.median(images[labels == c]) for c in range(n)])
        ),
    }
    return jd.check_answer(prototypes, by(np.median), inputs, slips=slips)


# %% tags=["answer"] alt="Ten digits, each the median of its class. They are sharper than the means, nearly black and white, and thin."
def prototypes(images, labels, classes):
    each = [np.median(images[labels == c], axis=0) for c in range(classes)]
    return np.stack(each)


print(check_prototypes(prototypes))
medians = prototypes(train_images, np.asarray(digits.train.labels), 10)
figure = jd.plots.show_images(medians, columns=5)
by_median = np.asarray(jd.nearest(images, medians, jd.l1_distance))
print(f"L1 to the means   {(by_l1 == labels).mean():.4f}")
print(f"L1 to the medians {(by_median == labels).mean():.4f}")

# %% [markdown]
# For the ten values, the sum of absolute differences is 4.2 at 0.3, the mean, and only 3 at 0, the
# median. With the medians, L1 does much better, though not as well as MSE with the means. The
# prototype has to fit the distance. <!-- typed: arithmetic -->

# %% tags=["claim"]
if digits.name == "mnist":
    shares = [(p == labels).mean() for p in (by_l1, by_median, by_mse)]
    assert shares[0] + 0.05 < shares[1] < shares[2] - 0.05

# %% [markdown]
# **Next:** [Ten linear models](14_ten_linear_models.py) replaces the ten averages by ten sets of
# weights, and learns them.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4,
# for the baseline of average images.
