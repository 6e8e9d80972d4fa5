# %% [markdown]
# # 13. Ten averages
#
# **How far does the baseline carry when there are ten digits to choose from?** You guess at
# random, then compare each digit with ten averages, and learn to read a result that no longer
# fits into one number: class by class, confusion by confusion, and image by image.
#
# *You need:* [lesson 3](03_pixel_similarity.py) and [lesson 4](04_metrics.py).
#
# ## Guessing
#
# Two digits could be told apart by tossing a coin, and the coin was right half the time. What is
# left of that with ten digits? Throw a die with ten faces for each image and count.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

digits = jd.load("auto")
images = jd.to_float(digits.test.images)
labels = np.asarray(digits.test.labels).astype(int)

guesses = jax.random.randint(jax.random.key(0), labels.shape, 0, 10)
print(f"{len(labels):,} digits to check")
print(f"guessing at random is right for {(guesses == labels).mean():.4f}")

# %% [markdown]
# One in ten, up to luck. Any model must be judged against this, and not against one half: with
# ten classes, a score that would be a failure for threes and sevens already shows that something
# was understood.
#
# ## Ten prototypes
#
# The idea of lesson 3 needs no change. Average all zeros, all ones, and so on;
# [`mean_images`][jaxdigits.mean_images] does it in one call.

# %% alt="The ten mean digits, 0 to 9. All are blurred and all can be read; four and nine look alike."
train_images = jd.to_float(digits.train.images)
means = jd.mean_images(train_images, digits.train.labels)
figure = jd.plots.show_images(means, columns=5)

# %% [markdown]
# Now the distance of each image to each mean. Give the images a new axis, and broadcasting
# makes a table with a row for each image and a column for each digit. The nearest mean is the
# smallest number in a row.

# %%
distances = jd.l1_distance(images[:, None], means)
by_hand = distances.argmin(axis=1)
print(f"distances {distances.shape}, predictions {by_hand.shape}")

predicted = np.asarray(jd.nearest(images, means, jd.l1_distance))
assert (predicted == by_hand).all()

# %% [markdown]
# [`nearest`][jaxdigits.nearest] does the same.
#
# ## Ten accuracies
#
# Before you look: which digit is the easiest to recognize by its mean, and which is the hardest?
# The accuracy of one class is the share of its images that were recognized.

# %%
zeros = labels == 0
print(f"zeros recognized: {(predicted[zeros] == 0).mean():.4f}")

by_class = jd.per_class_accuracy(predicted, labels)
assert jnp.isclose(by_class[0], (predicted[zeros] == 0).mean())

# %% [markdown]
# [`per_class_accuracy`][jaxdigits.per_class_accuracy] returns all ten. We measure with absolute
# differences (L1) and with squared ones (MSE), each from the digit 0 at the left to the 9 at
# the right.

# %%
predictions = {
    "L1": predicted,
    "MSE": np.asarray(jd.nearest(images, means, jd.mse_distance)),
}
for name, answers in predictions.items():
    shares = jd.per_class_accuracy(answers, labels)
    print(f"{name:3}", *(f"{share:.4f}" for share in shares))

# %% alt="Bars for the ten digits, two for each: the share recognized by L1 and by mean squared error. A dashed line far below marks guessing. By L1 the bars are more uneven."
figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
bars = zip((-0.2, 0.2), predictions.items(), strict=True)
for offset, (name, answers) in bars:
    shares = jd.per_class_accuracy(answers, labels)
    ax.bar(np.arange(10) + offset, shares, width=0.4, label=name)
ax.axhline(0.1, linestyle="--", color="gray", label="guessing")
ax.set(xlabel="digit", ylabel="share recognized", xticks=range(10))
figure.legend(loc="outside upper right", ncols=3)

# %% [markdown]
# With two digits the choice of the distance mattered little; with ten it matters more. The reason
# is in the pictures of the means. Where writers disagree, a mean is gray. For an image without ink
# there, each gray pixel costs its full value by L1, but only its square by MSE, and the square of
# a small number is tiny. So a mean with much pale gray is at a disadvantage by L1, and one with
# little attracts whatever is in doubt. In MNIST that is the one, a single narrow stroke.
#
# How much gray has each mean? Add up its pixels below one half, as they are and squared.

# %%
gray = jnp.where(means < 0.5, means, 0.0)
for name, values in ("pale ink", gray), ("squared", gray**2):
    totals = values.sum(axis=(-2, -1))
    print(f"{name:8}", *(f"{total:5.1f}" for total in totals))

# %% [markdown]
# ## From ten numbers to one
#
# Ten accuracies can become one number in two ways:
#
# - the **mean of the classes**: average the ten shares, so that each *digit* counts the same;
# - the **overall accuracy**: the share of all images, so that each *image* counts the same.
#
# Which of them is larger depends on whether the frequent digits are the easy ones.

# %%
for name, answers in predictions.items():
    shares = jd.per_class_accuracy(answers, labels)
    overall = (answers == labels).mean()
    print(f"{name:3} mean of classes {shares.mean():.4f}", end=", ")
    print(f"overall accuracy {overall:.4f}")

# %% [markdown]
# The classes are nearly of one size here, so the two stay close. That is not so everywhere. Suppose
# that one of your classes is rare, such as a disease that few patients have: a model that
# never mentions it scores well overall, and poorly in the mean of the classes. When you read
# "accuracy", ask which one. From [lesson 14](14_ten_linear_models.py) on we report the
# overall accuracy, as [`accuracy`][jaxdigits.accuracy] computes it.
#
# ## What is taken for what
#
# A five that is not recognized is taken for something. The *[confusion matrix](22_jargon.md#confusion-matrix)* counts for what:
# a row for each true digit, a column for each prediction. Building it takes one addition an
# image.

# %%
squared = predictions["MSE"]
matrix = jnp.zeros((10, 10), int).at[labels, squared].add(1)

assert (matrix == jd.confusion_matrix(squared, labels)).all()
shares = jnp.diagonal(matrix) / matrix.sum(axis=1)
assert jnp.allclose(shares, jd.per_class_accuracy(squared, labels))

# %% [markdown]
# The diagonal holds what is right; divided by the sum of its row, it gives the accuracy of the
# class again. Everything beside the diagonal is a mistake of one kind. Which pairs do you
# expect to be dark?

# %% alt="The confusion matrix of the nearest mean by squared error, ten rows by ten columns. Most images are on the diagonal; some cells beside it stand out."
ax = jd.plots.plot_confusion(matrix)

# %% [markdown]
# Read it along a row: what becomes of a four? And along a column: what is called a nine?
# The matrix need not be symmetric. If fours are often taken for nines, nines need not be taken for
# fours as often.
#
# The same for L1. Look for a column that is dark from top to bottom: a digit that attracts the
# others. In MNIST there is one such digit, and the gray of the means has told you which.

# %% alt="The confusion matrix of the nearest mean by L1. More images lie beside the diagonal than by squared error."
by_l1 = jd.confusion_matrix(predicted, labels)
ax = jd.plots.plot_confusion(by_l1)
print("called by L1: ", *(f"{n:5}" for n in by_l1.sum(axis=0)))
print("really there: ", *(f"{n:5}" for n in by_l1.sum(axis=1)))

# %% [markdown]
# ## The worst mistakes
#
# Some mistakes are close calls. To find those that are not, compare two distances: to the mean
# of the true digit, and to the nearest mean. Their difference, the *margin*, is zero where the
# prediction is right, small for a close call, and large where the baseline was sure and wrong.

# %%
squared_distances = np.asarray(jd.mse_distance(images[:, None], means))
to_truth = squared_distances[np.arange(len(labels)), labels]
margin = to_truth - squared_distances.min(axis=1)

worst = np.argsort(-margin)[:16]
assert (margin[squared == labels] == 0).all()
print(f"largest margin {margin[worst[0]]:.4f}", end=", ")
print(f"median of all mistakes {np.median(margin[margin > 0]):.4f}")

# %% alt="The sixteen images with the largest margins, each titled with the true digit and what it was taken for. Most are bold, wide or slanted, and easy to read for a person."
titles = [f"{labels[i]}, not {squared[i]}" for i in worst]
figure = jd.plots.show_images(np.asarray(images)[worst], titles=titles)

# %% [markdown]
# You can read most of them. What they have in common is that their ink lies elsewhere than in the
# average digit: slanted, wide, or with bold strokes. The baseline compares place by place, and so
# a digit in an unusual pose is far from its own mean. To do better, a model must be free to choose
# which pixels matter. That is what weights are for.
#
# ## What you learned
#
# - With ten classes, guessing is right one time in ten.
# - One number hides much: look at each class, and say whether you averaged classes or images.
# - A confusion matrix counts which class is taken for which; rows are true, columns predicted.
# - The largest margins show the mistakes made with conviction. Look at them.
#
# ## Exercises
#
# ### Exercise 1: the most frequent mistake
#
# Write `most_confused(matrix)`: from a confusion matrix, the pair `(true, predicted)` of the
# most frequent mistake, as two integers.


# %% tags=["check"]
def check_most_confused(most_confused):
    matrix = jnp.array([[9, 2, 1], [0, 8, 4], [5, 1, 7]])
    try:
        true, guess = (int(digit) for digit in most_confused(matrix))
    except TypeError:
        return "Not yet: return two integers, the row and the column."
    if true == guess:
        return "Not yet: the diagonal is right, and no mistake."
    if (true, guess) == (0, 2):
        return "Not yet: rows are true, columns predicted; which is first?"
    if (true, guess) == (2, 0):
        return "right"
    return "Not yet: find the largest number beside the diagonal."


# %% tags=["answer"]
def most_confused(matrix):
    mistakes = np.array(matrix)
    np.fill_diagonal(mistakes, 0)
    true, guess = np.unravel_index(mistakes.argmax(), mistakes.shape)
    return int(true), int(guess)


print(check_most_confused(most_confused))
print("by squared error, true and predicted:", most_confused(matrix))

# %% [markdown]
# ### Exercise 2: can it be trusted?
#
# The accuracy of a class says how many of the ones were found. If the model says *one*, how often
# is that true? This is called *precision*. Write `precision(matrix)` for all classes.


# %% tags=["check"]
def check_precision(precision):
    matrix = jnp.array([[3, 1], [2, 2]])
    result = precision(matrix)
    if jnp.shape(result) != (2,):
        return "Not yet: return one number for each class."
    if jnp.allclose(result, jnp.array([0.75, 0.5])):
        return "Not yet: that is the share found; what does a column hold?"
    if jnp.allclose(result, jnp.array([3 / 8, 2 / 8])):
        return "Not yet: divide by what was called so, not by all images."
    if jnp.allclose(result, jnp.array([3 / 5, 2 / 3])):
        return "right"
    return "Not yet: of all that are called 0 here, three of five are."


# %% tags=["answer"]
def precision(matrix):
    return jnp.diagonal(matrix) / matrix.sum(axis=0)


print(check_precision(precision))
for name, counts in ("L1", by_l1), ("MSE", matrix):
    print(f"{name:3}", *(f"{share:.2f}" for share in precision(counts)))

# %% [markdown]
# ### Exercise 3: a better guess
#
# There is a baseline below the baseline: always say the digit that is most frequent among those to
# learn from. Write `majority_accuracy(train_labels, test_labels)`, the overall accuracy of this
# rule.


# %% tags=["check"]
def check_majority_accuracy(majority_accuracy):
    train, test = jnp.array([4, 4, 4, 2]), jnp.array([2, 2, 4, 7, 2])
    result = majority_accuracy(train, test)
    if jnp.isclose(result, 0.6):
        return "Not yet: the rule may not look at the test labels."
    if jnp.isclose(result, 0.75):
        return "Not yet: learn from one set, but measure on the other."
    if jnp.isclose(result, 0.2):
        return "right"
    return "Not yet: here it always says 4, and is right once in five."


# %% tags=["answer"]
def majority_accuracy(train_labels, test_labels):
    favorite = np.bincount(train_labels).argmax()
    return (np.asarray(test_labels) == favorite).mean()


print(check_majority_accuracy(majority_accuracy))
print(f"{majority_accuracy(digits.train.labels, digits.test.labels):.4f}")

# %% [markdown]
# **Next:** [Ten linear models](14_ten_linear_models.py) replaces the ten averages by ten sets of
# weights, and learns them.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4,
# for the baseline of average images.
