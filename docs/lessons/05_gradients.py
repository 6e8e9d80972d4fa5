# %% [markdown]
# # 5. Gradients and stepping
#
# **Which way should a number change, so that a model gets better?** You nudge a weight and watch
# the loss, then let calculus say the same for any number of weights at once. With that you walk
# downhill, and see what happens when the steps are too short or too long.
#
# *You need:* [lesson 3](03_pixel_similarity.py) for the mean three and the squared error.
#
# ## One weight, one loss
#
# The baseline has nothing that could be adjusted. So give it something: one number that the mean
# three is multiplied by, like the knob of a dimmer. Such a number is called a *weight*.

# %% alt="The mean three at four weights: almost white, pale, darker, and as dark as the mean itself."
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from jax.test_util import check_grads

import jaxdigits as jd

digits = jd.load("auto")
threes = jd.to_float(jd.select(digits.train, 3).images)
mean_three = threes.mean(axis=0)

knob = [0.1, 0.4, 0.7, 1.0]
dimmed = jnp.stack([weight * mean_three for weight in knob])
figure = jd.plots.show_images(dimmed, titles=[f"weight {w}" for w in knob])

# %% [markdown]
# How good is a weight? Compare the dimmed mean with every three there is, and take the mean of the
# squared differences. Such a number, small where things are good, is called a *loss*. The images
# are given and stay as they are. Only the weight can change, and so the loss is **a function of
# the weight**.


# %%
@jax.jit
def loss(weight):
    return ((weight * mean_three - threes) ** 2).mean()


for weight in knob:
    print(f"weight {weight}: loss {loss(weight):.5f}")

# %% [markdown]
# Weights may also be negative, or larger than 1. Before you draw the loss for many of them: at
# which weight will it be lowest?

# %% alt="The loss as a function of the weight: a valley, a parabola with its lowest point at weight 1."
weights = np.linspace(-1, 3, 41)
losses = np.array([loss(weight) for weight in weights])

figure, ax = plt.subplots(figsize=(4.5, 3))
ax.plot(weights, losses)
ax.set(xlabel="weight", ylabel="loss")
print(f"lowest at weight {weights[losses.argmin()]:.2f}")

# %% [markdown]
# The mean itself is best. (No other picture has a smaller mean squared difference to the threes.
# That is what means are good for.) And this picture is what training is about: **find the bottom
# of the valley**.
#
# Here one look is enough. But a model for digits has hundreds of weights, and large ones have
# billions. Trying 41 values for each of two weights takes 41 times 41 losses, and with every further
# weight 41 times as many. There must be a better way than looking everywhere.
#
# ## Nudge it and see
#
# Think of walking down into a valley in fog. You cannot see the bottom, but you feel with your
# foot which way the ground falls. So nudge the weight a little and see what the loss does.

# %%
weight, nudge = 0.4, 0.01
before, after = loss(weight), loss(weight + nudge)
print(f"the loss changes by {after - before:.6f}")
print(f"for each unit of weight {(after - before) / nudge:.4f}")

# %% [markdown]
# The change is negative: a larger weight lowers the loss, so go that way. The second number is
# the change divided by the nudge. It is the *slope*, and it says how steep the ground is.
#
# How large should the nudge be? To find out, take a function whose slopes are known from school,
# $f(x) = x^2$, at the place 3. What do the slopes approach as the nudge gets smaller?


# %%
def f(x):
    return x**2


for nudge in 1.0, 0.1, 0.01, 0.001:
    slope = (f(3 + nudge) - f(3)) / nudge
    print(f"nudge {nudge:5}: slope {slope:.3f}")

# %% [markdown]
# ## Let calculus say
#
# They approach 6. The value that the slopes approach is the *[derivative](22_jargon.md#derivative)*, and calculus finds it
# without any nudge. The derivative of $x^2$ is $2x$, which at 3 is 6.
#
# JAX knows these rules. `jax.grad(f)` takes a function and returns **another function**, the
# derivative of the first.

# %%
slope_of_f = jax.grad(f)
print(f"at 3 the slope is {slope_of_f(3.0)}, at -1 it is {slope_of_f(-1.0)}")
assert slope_of_f(3.0) == 6

# %% [markdown]
# A straight line through the point, as steep as that, touches the curve: it is the *tangent*.

# %% alt="The parabola of x squared, with its tangent at 3 rising steeply and its tangent at minus 1 falling gently. Each touches the curve at a dot."
ax = jd.plots.plot_function(f, -3, 5)
for x in 3.0, -1.0:
    near = jnp.array([x - 1.2, x + 1.2])
    (line,) = ax.plot(near, f(x) + slope_of_f(x) * (near - x))
    ax.plot(x, f(x), "o", color=line.get_color())

# %% [markdown]
# How does JAX do it? It nudges nothing. It looks at which operations `f` consists of, knows the
# derivative of each, and joins them by the chain rule. So `f` may be any chain of operations, such
# as our loss on thousands of images:

# %%
print(f"by calculus {jax.grad(loss)(0.4):.4f}")

# %% [markdown]
# !!! warning "Floats only"
#     `jax.grad(f)(3)` is an error, since a whole number cannot be nudged a little. Write `3.0`.
#
# ## Checked by nudging
#
# Two ways to the same number: so each can check the other. Slopes that come from nudges are called
# *finite differences*. Nudging to both sides and taking the slope in between is more accurate.
# Would you expect a nudge of 0.0000001 to be better than one of 0.01?

# %%
print("nudge   one side  both sides")
for nudge in 1e-1, 1e-2, 1e-3, 1e-5, 1e-7:
    up, down = f(jnp.float32(3 + nudge)), f(jnp.float32(3 - nudge))
    one_side = (up - f(3)) / nudge
    both_sides = (up - down) / (2 * nudge)
    print(f"{nudge:.0e} {one_side:9.4f}  {both_sides:9.4f}")

# %% [markdown]
# Down to a point the slopes improve, and then they get *worse*. A float of 32 bits has room for
# about seven digits. If 3 and its neighbor are nearly equal, most of them cancel in the
# difference, and what is left is rounding. The smallest nudge is lost altogether: in these floats
# $3 + 0.0000001$ is 3. `jax.grad` has no such trouble.
#
# As a check, a moderate nudge is good enough. JAX brings such a check along. It says nothing if
# the two agree, and raises an error if not:

# %%
check_grads(f, (3.0,), order=1, modes=["rev"])
check_grads(loss, (0.4,), order=1, modes=["rev"])

# %% [markdown]
# ## Many numbers at once
#
# Now give the function several numbers: the sum of their squares, at 3, 4 and 10. How many slopes
# does it have there, and which?


# %%
def sum_of_squares(x):
    return (x**2).sum()


x = jnp.array([3.0, 4.0, 10.0])
print(jax.grad(sum_of_squares)(x))

# %% [markdown]
# One for each number. Together they are called the **[gradient](22_jargon.md#gradient)**. It has the shape of the input,
# and each entry answers the question of the nudge: how fast does the value change if this number
# changes, and the others stay?
#
# Often you want the value, too. It is computed on the way to the gradient anyway, and
# `jax.value_and_grad` returns both:

# %%
value, gradient = jax.value_and_grad(sum_of_squares)(x)
print(f"value {value}, gradient {gradient}")
assert value == 125
assert jnp.array_equal(gradient, jnp.array([6.0, 8.0, 20.0]))

# %% [markdown]
# Nudging would take one more evaluation for each number, a million for a million weights.
# The gradient costs a few times as much as the function itself, *however many* weights there are.
# Without that, training a large model would be out of reach.
#
# The inputs may be many, but the result must be one number. Of three results, which should go down?

# %%
try:
    jax.grad(f)(x)
except TypeError as error:
    print(error)

# %% [markdown]
# That is why a loss ends in `.mean()` or `.sum()`.
#
# ## Nothing to clear
#
# Ask for the same gradient twice. Is the second one different?

# %%
gradient_of = jax.grad(sum_of_squares)
first, second = gradient_of(x), gradient_of(x)
print(f"{first}, and again {second}")
assert jnp.array_equal(first, second)

# %% [markdown]
# It is not. `gradient_of` is a function like any other: the same input gives the same result, and
# a call leaves no trace in `x`. In PyTorch it is otherwise:
#
# ??? note "If you know PyTorch"
#     There, a tensor carries its gradient with it, and each [backward pass](22_jargon.md#backward-pass) *adds* to what is there.
#     The second answer would be twice the first, unless you clear it in between.
#
#     | PyTorch | what it is for | here |
#     | --- | --- | --- |
#     | `x.requires_grad_()` | mark what gets a gradient | `jax.grad` takes it by the function's first argument |
#     | `loss.backward()`, then `x.grad` | compute the gradient and leave it in `x` | `jax.grad(f)(x)` returns it |
#     | `x.grad.zero_()` | clear it before the next | nothing: it was not kept |
#     | `with torch.no_grad():` | do not record the step | nothing: nothing is recorded |
#
#     [Lesson 24](24_from_pytorch.py) has the whole dictionary.
#
# ## Stepping
#
# The gradient points uphill. So go the other way, by an amount in proportion to the slope:
#
# $$ x_\text{new} = x - \text{learning rate} \times \text{gradient} $$
#
# ![A valley: the loss as a curve over the weight. Four dots go down its left side toward the lowest point. Through each goes the tangent, steep at the first dot and flatter at each further one. Dashed lines lead from dot to dot: a long step where it is steep, then shorter and shorter ones.](../assets/diagrams/gradient_descent.svg)
#
# The *[learning rate](22_jargon.md#learning-rate)* is a number of our choice, and it stays the same. The steps get shorter all
# the same, since the slope does. This is **[gradient descent](22_jargon.md#gradient-descent)**. As a loop:


# %%
def walk(f, start, learning_rate, steps):
    path = [jnp.asarray(start)]
    for _ in range(steps):
        gradient = jax.grad(f)(path[-1])
        path.append(path[-1] - learning_rate * gradient)
    return np.stack(path)


print(walk(f, 3.0, learning_rate=0.2, steps=6))

# %% [markdown]
# It goes from 3 toward 0, the lowest point of $x^2$. The same function walks with several numbers,
# each by its own slope. The package has one step as [`sgd_update`][jaxdigits.sgd_update]:

# %%
once = walk(sum_of_squares, x, learning_rate=0.2, steps=1)[-1]
assert jnp.allclose(once, jd.sgd_update(x, gradient, learning_rate=0.2))
print(f"{x} -> {once}")
print(f"value {sum_of_squares(x):.1f} -> {sum_of_squares(once):.1f}")

# %% [markdown]
# ## Too small
#
# What does the learning rate change? Take ten steps from 3 with a tenth of the one above. Where
# will they end?


# %% alt="Eleven dots on the parabola, close together. They begin at 3 and are still high on the same side after ten steps."
def show_walk(learning_rate, low=-4, high=4):
    path = walk(f, 3.0, learning_rate, steps=10)
    ax = jd.plots.plot_function(f, low, high)
    ax.plot(path, f(path), "o--", linewidth=1)
    ax.set_title(f"learning rate {learning_rate}")
    print(f"after ten steps x is {path[-1]:.2f}")


show_walk(0.02)

# %% [markdown]
# The direction is right, but it takes forever. Each step costs a pass over the data, so that is
# not a small matter.
#
# ## Too large: bouncing
#
# Then 0.9? The slope at 3 is 6. Work out the first step before you look.

# %% alt="Dashed lines jump from side to side of the parabola, from dot to dot, each a little lower than the one before."
show_walk(0.9)

# %% [markdown]
# The first step goes past the lowest point and lands on the other side. There the slope has the
# other sign, and so the next step comes back. Each landing is a little lower, and it gets there in
# the end, but most of the way is in vain.
#
# ## Larger still: diverging
#
# And a little above 1?

# %% alt="Dashed lines jump from side to side of the parabola, each landing higher and further out than the one before, away from the lowest point."
show_walk(1.05, low=-8, high=8)

# %% [markdown]
# Now each landing is *higher*. There the slope is steeper, which makes the next step longer, which
# makes the landing higher still. That is called *diverging*. Given enough steps, the numbers grow
# until they do not fit into a float, and the loss reads `inf` or `nan`. If you ever see that, try
# a smaller learning rate first.
#
# ## Try it
#
# Move the slider, by hand or with the arrow keys. Where does the walk begin to cross the valley,
# and where does it stop coming down? Which learning rate needs only one step? (The slider is on the
# website; in a notebook, call `show_walk`.)
#
# <div class="interactive learning-rate"><noscript>The slider needs JavaScript. Without it, call <code>show_walk</code> in your copy of this lesson.</noscript></div>
#
# ## Why just there?
#
# For $x^2$ one line of algebra tells. The gradient is $2x$, and therefore
#
# $$ x_\text{new} = x - r \cdot 2x = (1 - 2r)\,x. $$
#
# Each step multiplies $x$ by $1 - 2r$, and everything depends on that factor:
#
# | learning rate $r$ | factor | what happens |
# | --- | --- | --- |
# | near 0 | a little below 1 | too small: hardly moves |
# | below 0.5 | between 0 and 1 | comes down on one side |
# | 0.5 | 0 | one step, and there |
# | between 0.5 and 1 | between -1 and 0 | bounces, lower each time |
# | 1 | -1 | bounces forever |
# | above 1 | below -1 | diverges |

# %%
for rate in 0.02, 0.2, 0.5, 0.9, 1.0, 1.05:
    by_formula = 3 * (1 - 2 * rate) ** 10
    by_walking = walk(f, 3.0, rate, steps=10)[-1]
    assert np.isclose(by_formula, by_walking, rtol=1e-4, atol=1e-5)
    print(f"learning rate {rate:4}: after ten steps {by_walking:6.2f}")

# %% [markdown]
# ## The weight, learned
#
# Back to the dimmer. On $x^2$ a learning rate of 3 would diverge at once. On our loss, do you
# expect the same?

# %% alt="The loss over the weight, with dots that come down from weight minus 1 toward weight 1, far apart at first and then ever closer."
path = walk(loss, -1.0, learning_rate=3.0, steps=20)

figure, ax = plt.subplots(figsize=(4.5, 3))
ax.plot(weights, losses)
ax.plot(path, [loss(weight) for weight in path], "o--", linewidth=1)
ax.set(xlabel="weight", ylabel="loss")
print(f"after twenty steps the weight is {path[-1]:.4f}")
assert jnp.isclose(path[-1], 1, atol=1e-2)

# %% [markdown]
# It walks to 1, and nobody looked at the whole curve: each step knew no more than the slope at
# its place. This valley is much flatter than that of $x^2$, so longer steps are safe. **There is no
# right learning rate as such, only one for a given loss.** And real losses are no parabolas: steep
# here, flat there, so that people find the learning rate by trying.
#
# ## What you learned
#
# - The loss is a function of the weights, and training looks for a low point of it.
# - The gradient says, for each number, how fast the loss changes if that number does. `jax.grad`
#   makes it from a function; `jax.value_and_grad` returns the loss as well.
# - Nothing accumulates, so there is nothing to clear.
# - A step is $x$ minus learning rate times gradient. Too small is slow, too large bounces, larger
#   still diverges.
# - Finite differences check a gradient, with a nudge that is not too small.
#
# ## Exercises
#
# ### Exercise 1: a gradient by nudging
#
# Write `nudge_gradient(f, x, nudge)` for an array `x` of several numbers: nudge each by `nudge`, one
# at a time, and return all the slopes as an array. `x.at[i].add(nudge)` gives a nudged copy.


# %% tags=["check"]
def check_nudge_gradient(nudge_gradient):
    x = jnp.array([3.0, 4.0, 10.0])
    result = jnp.asarray(nudge_gradient(lambda x: (x**2).sum(), x, 0.5))
    if result.shape != (3,):
        return f"Not yet: three numbers need three slopes, not {result.shape}."
    if jnp.allclose(result, jnp.array([3.25, 4.25, 10.25])):
        return "Not yet: those are the changes; divide by the nudge."
    if jnp.allclose(result, -jnp.array([6.5, 8.5, 20.5])):
        return "Not yet: the sign is wrong; it is after minus before."
    if jnp.allclose(result, 35.5):
        return "Not yet: nudge one number at a time, not all of them."
    exact = jnp.array([6.0, 8.0, 20.0])  # both sides, or none
    if jnp.allclose(result, exact + 0.5) or jnp.allclose(result, exact):
        return "right"
    return "Not yet: compare f(x) with f of x, only number i nudged."


# %% tags=["answer"]
def nudge_gradient(f, x, nudge):
    nudged = [f(x.at[i].add(nudge)) for i in range(len(x))]
    return (jnp.stack(nudged) - f(x)) / nudge


print(check_nudge_gradient(nudge_gradient))
print(nudge_gradient(sum_of_squares, x, 0.01), "by nudging")
print(jax.grad(sum_of_squares)(x), "by calculus")

# %% [markdown]
# ### Exercise 2: how many steps?
#
# Write `steps_needed(learning_rate)`: how many steps $x^2$ takes from 3 until $x$ is nearer to 0
# than 0.01, on either side. Return `None` if a thousand steps are not enough. Try it with 0.02, 0.2,
# 0.5, 0.9 and 1.05.


# %% tags=["check"]
def check_steps_needed(steps_needed):
    if steps_needed(0.5) == 0 or steps_needed(0.25) == 8:
        return "Not yet: off by one; before the first step it is 0 steps."
    if steps_needed(0.9) == 1:
        return "Not yet: that is far on the other side; what about the sign?"
    if steps_needed(1.0) is not None or steps_needed(1.05) is not None:
        return "Not yet: with 1 and 1.05 it never arrives; return None."
    for rate, steps in (0.5, 1), (0.25, 9), (0.9, 26):
        if (answer := steps_needed(rate)) != steps:
            return f"Not yet: at {rate} it takes {steps} steps, not {answer}."
    return "right"


# %% tags=["answer"]
def steps_needed(learning_rate):
    x = 3.0
    for steps in range(1, 1001):
        x = x - learning_rate * 2 * x
        if abs(x) < 0.01:
            return steps
    return None


print(check_steps_needed(steps_needed))
for rate in 0.02, 0.2, 0.5, 0.9, 1.05:
    print(f"learning rate {rate:4}: {steps_needed(rate)} steps")

# %% [markdown]
# ### Exercise 3: one step, and there
#
# On $x^2$, the learning rate 0.5 arrives in one step. For any parabola there is such a rate: 1
# divided by the derivative *of the derivative*, which says how strongly the curve bends. Write
# `one_step_rate(f, x)`. Which rate is it for our `loss`?


# %% tags=["check"]
def check_one_step_rate(one_step_rate):
    rate = one_step_rate(lambda x: 4 * (x - 1) ** 2 + x, 2.0)
    if jnp.isclose(rate, 8):
        return "Not yet: that is the bend; the rate is 1 divided by it."
    if jnp.isclose(rate, 1 / 9):
        return "Not yet: that is 1 over the slope; take jax.grad twice."
    if jnp.isclose(rate, 0.5):
        return "Not yet: that is right for x squared, and not for others."
    if not jnp.isclose(rate, 1 / 8):
        return "Not yet: for 4 (x - 1)^2 + x it should be one eighth."
    return "right"


# %% tags=["answer"]
def one_step_rate(f, x):
    return 1 / jax.grad(jax.grad(f))(x)


print(check_one_step_rate(one_step_rate))
rate = one_step_rate(loss, -1.0)
print(f"learning rate {rate:.2f}:", walk(loss, -1.0, rate, steps=2))

# %% [markdown]
# **Next:** one weight is learned. [Lesson 6](06_roller_coaster.py) fits a curve with three of them,
# and sorts the way there into seven steps.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# The documentation of [JAX](https://docs.jax.dev) on automatic differentiation. Griewank and
# Walther, *Evaluating Derivatives*, SIAM, 2008, on what a gradient costs.
