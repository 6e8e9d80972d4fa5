# %% [markdown]
# # 6. A roller coaster in seven steps
#
# **How does a gradient find the curve behind a handful of measurements?** You get twenty readings
# of a speedometer, choose a kind of curve with three adjustable numbers, and let these numbers
# walk downhill. First you will try to beat the gradient by hand. The walk has seven steps, and
# they are all there is to training, whether there are three numbers to adjust or three hundred
# billion.
#
# *You need:* [lesson 5](05_gradients.py) for `jax.grad`, the learning rate, and `@jax.jit`.
#
# ## Twenty readings of a ride
#
# The car of a roller coaster rolls over a hill of the track. It slows down on the way up, creeps
# over the top, and gathers speed on the way down. Once per second somebody reads a speedometer, and
# not very well: each reading is off by a few km/h, and some are below zero.

# %% alt="Twenty dots: speed against time. They fall steeply from 72, lie near zero in the middle of the ride, and rise again to 70. They scatter a little."
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

up = [71.7, 52.5, 40.9, 29.2, 21.1, 18.0, 12.4, 2.6, 7.7, -4.5]
down = [-2.7, 3.1, 2.2, 10.9, 21.4, 25.2, 34.5, 41.8, 57.9, 69.8]
speed = jnp.array(up + down)
seconds = jnp.arange(20.0)

figure, ax = plt.subplots(figsize=(5, 3))
ax.set(xlabel="time in seconds", ylabel="speed in km/h")
dots = ax.plot(seconds, speed, "o")

# %% [markdown]
# You may suspect that nobody rode anywhere, and you are right: we made up a true curve and added
# random errors. Our recipe is in a sealed envelope. **Until the end of the lesson, we look at the
# dots alone**, as we would have to with real measurements.
#
# ## A guess at the form
#
# What kind of curve could lie behind these dots? They fall, turn once, and rise, so a parabola
# might fit. Every parabola can be written with three numbers,
#
# $$ \text{speed}(t) = a\,t^2 + b\,t + c, $$
#
# and so the search for a curve becomes a search for $a$, $b$ and $c$. These three are the
# *[parameters](22_jargon.md#parameters)*. The function that uses them is the
# *[model](22_jargon.md#model)*.


# %%
def model(params, t):
    a, b, c = params
    return a * t**2 + b * t + c


# %% [markdown]
# The time `t` is given, and we never change it. The parameters are the numbers that we are looking
# for.
#
# ## Try it by hand first
#
# Before a gradient does the work, see how hard it is. Move the three sliders until the curve runs
# through the dots. Below the sliders you see the
# [mean squared error](22_jargon.md#mean-squared-error) as the loss. How low can you get it? Write
# down your best.
#
# <div class="interactive roller-coaster" data-speeds="71.7 52.5 40.9 29.2 21.1 18.0 12.4 2.6 7.7 -4.5 -2.7 3.1 2.2 10.9 21.4 25.2 34.5 41.8 57.9 69.8"><noscript>The sliders are on the website, and need JavaScript. Without it, call <code>model</code> with numbers of your own in your copy of this lesson.</noscript></div> <!-- typed: the readings -->
#
# Fitting by hand is surprisingly slow, because the sliders disturb each other. Once `b` is right,
# `a` is wrong again. And these were only three. With a thousand, you would have no chance.

# %% [markdown]
# ## The seven steps
#
# ![Six boxes joined by arrows. Initialize, with random numbers, leads into a ring of four: predict from the parameters; loss, how wrong; gradient, which way is uphill; step, a little downhill. From step a red arrow, repeat, goes back to predict. Another arrow leaves the ring for stop, when it is enough.](../assets/diagrams/seven_steps.svg)
#
# Now it is the gradient's turn. The next seven sections are its seven steps. (The fifth of them is
# itself called *step*: it moves the parameters, and we count how often we take it.)
#
# ## Step 1: initialize
#
# The walk has to begin somewhere. We know nothing about the parameters yet, so take random numbers.
#
# JAX makes random numbers from a *[key](22_jargon.md#random-key)*, which you pass to the function
# that draws. `jax.random.key` makes one from a whole number of your choice. The same key always
# gives the same numbers, so others can repeat your results. This comes with one rule: **use every
# key once**. With the same key, two draws that should have nothing to do with each other could
# give the same numbers. If you need random numbers for two purposes, split a key in two, and use
# each part for one of them. One part made the random errors of our readings, and the other draws
# our start.

# %%
key_errors, key_start = jax.random.split(jax.random.key(0))
start = jax.random.normal(key_start, (3,))
print(start)

# %% [markdown]
# `normal` draws numbers around 0, most of them between -1 and 1, and a few, like the first two
# here, beyond -2 or 2.
#
# ## Step 2: predict
#
# Put the parameters into the model and see which speeds it predicts. How good a fit do you expect
# from three random numbers?


# %% alt="The measured dots, and a curve that has nothing to do with them and leaves the picture."
def show_fit(params, t, title, ax):
    ax.plot(seconds, speed, "o", markersize=4)
    ax.plot(seconds, model(params, t))
    ax.set(ylim=(-60, 100), xlabel="time", title=title)


figure, ax = plt.subplots(figsize=(3.2, 2.8), layout="constrained")
show_fit(start, seconds, "random parameters", ax)

# %% [markdown]
# It does not fit at all, and that is fine. We only need a place to start from.
#
# ## Step 3: measure the loss
#
# How far off is the curve? A computer needs a single number to go by, one that is small when the
# fit is good. We take the mean squared error again.


# %%
def loss(params, t, speed):
    return ((model(params, t) - speed) ** 2).mean()


print(f"loss {loss(start, seconds, speed):,.0f}")
package_loss = jd.mse_loss(model(start, seconds), speed)
assert jnp.isclose(loss(start, seconds, speed), package_loss)

# %% [markdown]
# The number is huge, because errors of hundreds of km/h are squared. (`mse_loss` is the same loss
# in the package.) As in lesson 5, the loss is a function _of the parameters_. The measurements do
# not change.
#
# ## Step 4: find the gradient
#
# Which way should each parameter move? With sliders, you tried a little more of $a$, a little less
# of $b$, and looked. The gradient answers for all three at once: how fast does the loss grow when
# this parameter grows?

# %%
gradient = np.asarray(jax.grad(loss)(start, seconds, speed))
for name, slope in zip("abc", gradient, strict=True):
    print(f"{name}: {slope:12,.0f}")

# %% [markdown]
# All three are negative, so _more_ of each parameter would lower the loss. But look at the sizes.
# The slope for $a$ is hundreds of times as large as the slope for $c$. Remember this, because it
# will soon cause trouble.

# %% tags=["claim"]
assert (gradient < 0).all() and gradient[0] / gradient[2] > 200

# %% [markdown]
# ## Step 5: step
#
# Go the other way, downhill, by the gradient times the *learning rate*. You know the danger: if the
# rate is too small, the walk takes forever, and if it is too large, it flies off. The only way to
# find out is to try, so take four powers of ten, with ten steps each. (`1e-3` is $10^{-3}$ in
# Python, or 0.001.)


# %%
@jax.jit
def step(params, learning_rate, t, speed):
    gradient = jax.grad(loss)(params, t, speed)
    return params - learning_rate * gradient


for learning_rate in 1e-3, 1e-4, 1e-5, 1e-6:
    params = start
    for _ in range(10):
        params = step(params, learning_rate, seconds, speed)
    print(f"{learning_rate:.0e}: loss {loss(params, seconds, speed):9.3g}")

# %% [markdown]
# The larger two explode (`inf` is a number too large for 32 bits): every [step](22_jargon.md#step)
# overshoots by more than the last. Of the other two, 1e-5 gets further in ten steps, so we take
# that one. The package has the step as [`sgd_update`][jaxdigits.sgd_update].

# %%
learning_rate = 1e-5
once = step(start, learning_rate, seconds, speed)
package_step = jd.sgd_update(start, gradient, learning_rate)
assert jnp.allclose(once, package_step)
print(f"before {loss(start, seconds, speed):,.0f}", end=", ")
print(f"after one step {loss(once, seconds, speed):,.0f}")

# %% [markdown]
# ## Step 6: repeat
#
# At the new place the ground slopes differently. So predict again, measure again, ask for a new
# gradient, and step. This is what a `for` [loop](22_jargon.md#training-loop) is for.


# %%
def walk(params, learning_rate, t, steps):
    path = [params]
    for _ in range(steps):
        path.append(step(path[-1], learning_rate, t, speed))
    return np.stack(path)


path = walk(start, learning_rate, seconds, steps=2000)


# %% alt="Four pictures of dots and curve, after none, one, three and ten steps. The curve starts far below, comes up quickly and ends among the dots, but it is bent far too little."
def show_path(path, t, chosen):
    figure = plt.figure(figsize=(8, 2.4), layout="constrained")
    axes = figure.subplots(1, 4, sharey=True)
    for n, ax in zip(chosen, axes, strict=True):
        show_fit(path[n], t, f"step {n}", ax)


show_path(path, seconds, chosen=[0, 1, 3, 10])

# %% [markdown]
# After ten steps the curve comes near the dots on the right, but not on the left. You will soon
# see why.
#
# ## Step 7: stop
#
# When is it enough? The walk itself does not tell us. People stop when the loss hardly falls any
# more, when the metric is good enough, or when they run out of patience. Here is the loss over all
# 2,000 steps. (Both axes are logarithmic: each labeled mark is ten times the one before, so that
# large and small numbers fit. `jax.jit(loss)` compiles `loss`, as a line `@jax.jit` above it
# would.) Would you stop?

# %% alt="The loss against the number of steps, both axes logarithmic: it falls steeply for a handful of steps and is nearly flat from then on."
loss_at = jax.jit(loss)
losses = [float(loss_at(params, seconds, speed)) for params in path]

figure, ax = plt.subplots(figsize=(5, 3))
ax.set(xlabel="steps", ylabel="loss")
lines = ax.loglog(range(1, len(losses)), losses[1:])

# %% [markdown]
# The curve looks finished. Yet after ten steps, the fit missed the whole left side, and since then
# the loss has hardly fallen. Is a parabola the wrong kind of curve? For a problem this small,
# algebra finds the best of _all_ parabolas directly, with `np.polyfit`. We compare roots of losses,
# because they are in km/h.

# %%
best = jnp.asarray(np.polyfit(seconds, speed, deg=2))
best_loss = loss(best, seconds, speed)
print(f"after 2,000 steps: {float(losses[-1]) ** 0.5:.1f} km/h off")
print(f"the best parabola: {float(best_loss) ** 0.5:.1f} km/h off")

# %% [markdown]
# So the model is fine, but the walk still has far to go. **A flat loss does not mean that you have
# arrived.** It may also mean that you walk too slowly to notice.

# %% tags=["claim"]
assert losses[-1] ** 0.5 > 3 * best_loss**0.5

# %% [markdown]
# ## One learning rate for all
#
# Why is the walk so slow? Remember how uneven the slopes of step 4 were. In the formula, $a$ is
# multiplied by $t^2$, which goes up to 361, $b$ by $t$, up to 19, and $c$ by 1. A nudge of $a$
# moves the end of the curve hundreds of times as far as a nudge of $c$. But there is one learning
# rate for all three. It must be small enough for $a$, or the loss explodes, and then it is far too
# small for $c$. So $c$, the speed at time 0, has hardly moved, and the curve still misses the left
# side:

# %%
for name, before, after in zip("abc", start, path[-1], strict=True):
    print(f"{name}: from {before:5.2f} to {after:5.2f}")
print(f"the best c is {best[2]:.2f}")

# %% [markdown]
# The cure is to measure time differently. Nothing forces us to count from the first reading, in
# seconds. Count from the middle of the ride, in units of half its length, and time runs from -1
# to 1. Then $t^2$, $t$ and 1 are all of about the same size, and the three parameters have about
# the same influence. Moving and stretching an input like this is called
# *[normalizing](22_jargon.md#normalization)* it. The model can still draw all the same parabolas.
# But $a$, $b$ and $c$ now mean something else, so the walk from the same three random numbers
# starts with another curve.

# %%
middle = (seconds[0] + seconds[-1]) / 2
half = (seconds[-1] - seconds[0]) / 2
scaled = (seconds - middle) / half
print(f"time runs from {scaled[0]} to {scaled[-1]}")

gradient = np.asarray(jax.grad(loss)(start, scaled, speed))
for name, slope in zip("abc", gradient, strict=True):
    print(f"{name}: {slope:12,.0f}")

# %% [markdown]
# Now no slope drowns out the others. (The one for $b$ is small for a different reason: neither the
# dots nor our curve is tilted much, so there is little for $b$ to mend.) The loop stays as it is.
# The learning rate can be 30,000 times larger, and we give the walk only a tenth of the steps.

# %% alt="Four pictures of dots and curve, after none, five, twenty and two hundred steps. At first a flat curve, then one that bends more and more, and in the end one that runs through the dots."
path = walk(start, 0.3, scaled, steps=200)
show_path(path, scaled, chosen=[0, 5, 20, 200])

fitted = path[-1]
print(f"after 200 steps: {loss(fitted, scaled, speed) ** 0.5:.1f} km/h off")
assert jnp.isclose(loss(fitted, scaled, speed), best_loss, rtol=1e-3)

# %% [markdown]
# This is the best parabola, found without any algebra. Compare its loss with your best by hand:

# %%
print(f"loss of the gradient's parabola {loss(fitted, scaled, speed):.1f}")

# %% [markdown]
# If yours is nearly as low, well done. It cannot be lower, because no parabola does better.
#
# Pixels need less of this care. All of them run over the same range already, so dividing all by
# 255, as [`to_float`][jaxdigits.to_float] does, makes no difference _between_ them. It only brings
# the numbers near 1, where the usual learning rates work.
#
# ## Square or root?
#
# The root of the loss, the RMSE, is lowest where the loss is lowest, and it is in km/h. So why not
# walk down the root instead? Take ten steps with each, from the same start and with the same
# learning rate. Which one gets further?


# %%
def root_loss(params, t, speed):
    return loss(params, t, speed) ** 0.5


for each in loss, root_loss:
    gradient_of = jax.jit(jax.grad(each))
    params = start
    for _ in range(10):
        params = params - 0.3 * gradient_of(params, scaled, speed)
    off = root_loss(params, scaled, speed)
    print(f"{each.__name__:9}: {off:.1f} km/h off")

# %% [markdown]
# The root hardly moves. By the [chain rule](22_jargon.md#chain-rule), the slope of $\sqrt{L}$ is
# the slope of $L$ divided by $2\sqrt{L}$, and at the start $\sqrt{L}$ is about 36. So the first
# step goes the same way, but is about 70 times shorter. A larger learning rate makes up for that,
# but near the bottom it is too large, because the divisor $2\sqrt{L}$ has fallen to about 6.
# That is why people train with the mean squared error and _report_ its root.

# %% tags=["claim"]
assert 34 < root_loss(start, scaled, speed) < 38
assert 68 < 2 * root_loss(start, scaled, speed) < 76  # about 70 times

# %% [markdown]
# ## Does it always reach the bottom?
#
# The loss of our parabolas is a bowl with a single lowest point, so every start leads there, given
# a suitable learning rate and enough steps. Not every loss is so kind. Here is one with two
# valleys. Walk down from -2 and from 2, with the same learning rate. Where will the walks end?


# %% alt="A curve with two valleys, the left one deeper. One row of dots walks down from minus 2 into the left valley, another from 2 into the right one, and stays there, although the left valley is lower."
def two_valleys(x):
    return x**4 - 4 * x**2 + x


slope_of_valleys = jax.grad(two_valleys)
ax = jd.plots.plot_function(two_valleys, -2.2, 2.2)
for x in -2.0, 2.0:
    walked = [x]
    for _ in range(30):
        walked.append(walked[-1] - 0.02 * float(slope_of_valleys(walked[-1])))
    walked = np.array(walked)
    ax.plot(walked, two_valleys(walked), "o--", linewidth=1, markersize=4)
    print(f"from {x:4}: ends at {walked[-1]:5.2f}", end=", ")
    print(f"value {two_valleys(walked[-1]):5.2f}")

# %% [markdown]
# From 2, the walk ends in the right valley and stays there, although the left one is deeper. At the
# bottom of either valley the slope is zero, and a walk that knows only the slope can't tell that
# there is a better place elsewhere. From -2, the walk happens to end in the deeper valley. The
# bottom of a valley is called a *[local minimum](22_jargon.md#local-minimum)*, even if another
# valley is deeper. **Gradient descent usually finds a low place near the start. It does not promise
# the lowest.**
#
# The losses of neural networks have many valleys. In practice this hurts less than people once
# feared, because with many parameters most valleys that training ends in are about equally low.
# But that is experience, not a law, which is one reason why a careful comparison trains from
# several random starts.
#
# ## Opening the envelope
#
# Did the walk find the truth? Here is what we did to make the readings. The true curve is
# $0.75\,(t - 9.5)^2 + 1$: slowest after 9.5 seconds, at 1 km/h, with 0.75 for how strongly the
# curve bends. To each speed we added a random error, typically of about three km/h:

# %%
truth = 0.75 * (seconds - 9.5) ** 2 + 1
readings = truth + 3 * jax.random.normal(key_errors, seconds.shape)
assert jnp.allclose(readings, speed, atol=0.051)  # Read to one decimal.

# %% [markdown]
# What did we find, in the same form? Our walk used the scaled time. Call it $u$: the lowest point
# of $a u^2 + b u + c$ lies at $u = -b / (2a)$, or in seconds at `middle + half * u`. One second is
# `1 / half` units of $u$, and $u$ is squared, so $a$ is divided by `half**2`.

# %%
a, b, c = fitted
lowest = -b / (2 * a)
factor = a / half**2
when = middle + half * lowest
slowest = model(fitted, lowest)
print("made up: 0.75 (t - 9.50)^2 + 1.00")
print(f"found:   {factor:.2f} (t - {when:.2f})^2 + {slowest:.2f}")

# %% [markdown]
# Close, but not equal. More steps would not close the gap, because this is already the best
# parabola for these dots. One last prediction: which curve has the lower loss on our twenty
# readings, the truth that made them or our fit?

# %%
print(f"loss of the truth {jnp.mean((truth - speed) ** 2):.2f}")
print(f"loss of the fit   {loss(fitted, scaled, speed):.2f}")

# %% [markdown]
# The fit is _better than the truth_, on these dots. It bends a little toward their random errors,
# because the dots are all it knows. On the readings of another ride, the truth would win on
# average. This is why a model is judged on data that it has not seen
# ([lesson 1](01_pixels.py#why-two-sets)), and it is a first glimpse of
# *[overfitting](22_jargon.md#overfitting)*.
#
# ## What you learned
#
# - You can name the seven steps of training, and write each:
#   [initialize](22_jargon.md#initialization), [predict](22_jargon.md#forward-pass), loss, gradient,
#   step, repeat, stop.
# - You can draw random numbers with keys, each used once.
# - You can tell slow progress from having arrived, and normalize inputs so that one learning rate
#   serves all parameters.
# - You know that gradient descent finds a low place, not always the lowest, and that the lowest
#   loss is not the truth.
#
# ## Exercises
#
# ### Exercise 1: one parameter more
#
# Write `cubic(params, t)`: $a t^3 + b t^2 + c t + d$, with the parameters in this order. Then
# think: can its loss be lower than the parabola's? Can the curve be _nearer the truth_?
#
# ??? tip "A hint"
#     It is `model` with one more name in the line that unpacks `params`.


# %% tags=["check"]
def check_cubic(cubic):
    def expected(params, t):
        return params[0] * t**3 + params[1] * t**2 + params[2] * t + params[3]

    def backward(params, t):
        return expected(params[::-1], t)

    slips = {
        "a, the first parameter, belongs to the highest power": backward,
        "return one speed per time, not their sum": lambda params, t: sum(
            expected(params, t)
        ),
        "you have left out the square": lambda params, t: (
            params[0] * t**3 + params[2] * t + params[3]
        ),
    }
    random = np.random.default_rng(0)
    inputs = [(random.normal(size=4), random.normal(size=n)) for n in (3, 6)]
    return jd.check_answer(cubic, expected, inputs, slips=slips)


# %% tags=["answer"]
def cubic(params, t):
    a, b, c, d = params
    return a * t**3 + b * t**2 + c * t + d


print(check_cubic(cubic))

# %% [markdown]
# Train it, and compare both with the truth:


# %%
def cubic_loss(params, t, speed):
    return jd.mse_loss(cubic(params, t), speed)


gradient_of = jax.jit(jax.grad(cubic_loss))
params = jnp.zeros(4)
for _ in range(1000):
    params = params - 0.3 * gradient_of(params, scaled, speed)
off_cubic = jd.rmse_loss(cubic(params, scaled), truth)
off_parabola = jd.rmse_loss(model(fitted, scaled), truth)
cubic_now = cubic_loss(params, scaled, speed)
print(
    f"loss: cubic {cubic_now:.2f}, parabola {loss(fitted, scaled, speed):.2f}"
)
print(f"from the truth: cubic {off_cubic:.2f} km/h", end=", ")
print(f"parabola {off_parabola:.2f} km/h")

# %% [markdown]
# The loss of the cubic is lower, as it must be: with $a = 0$ the cubic _is_ a parabola, so it can
# do everything that a parabola can. But the cubic is further from the truth. It used its additional
# freedom to follow the errors of the readings. Could the best cubic come nearer with other errors?
# No: the truth is itself a parabola, so errors are all that the fourth parameter can find.

# %% tags=["claim"]
assert cubic_now < loss(fitted, scaled, speed) and off_cubic > off_parabola

# %% [markdown]
# ### Exercise 2: a rule for stopping
#
# Write `stop_at(losses, least)`. `losses[0]` is the loss before any step, `losses[1]` the one after
# the first. Return the number of the first step that lowered the loss by less than `least`. A step
# that raised the loss counts, too. Return `None` if there is no such step. For
# `stop_at([8.0, 4.0, 3.0, 2.9], 0.5)` it is 3.
#
# ??? tip "A hint"
#     Step `n` leads from `losses[n - 1]` to `losses[n]`. Which values can `n` have?


# %% tags=["check"]
def check_stop_at(stop_at):
    def found(losses, least, size=lambda change: change):
        steps = range(1, len(losses))
        falls = [size(losses[n - 1] - losses[n]) for n in steps]
        return [n for n in steps if falls[n - 1] < least]

    def expected(losses, least):
        return (found(losses, least) or [None])[0]

    slips = {
        "the first step leads to losses[1]; you are one too low": (
            lambda losses, least: (found(losses, least) or [None])[0] - 1
        ),
        "this is the last such step; stop at the first": lambda losses, least: (
            found(losses, least) or [None]
        )[-1],
        "a step that raises the loss should stop it, too": (
            lambda losses, least: (found(losses, least, abs) or [None])[0]
        ),
        "compare the changes with least, not the losses": lambda losses, least: (
            next((n for n, value in enumerate(losses) if value < least), None)
        ),
    }
    inputs = [
        ([8.0, 4.0, 3.0, 2.9, 2.8], 0.5),
        ([8.0, 4.0, 9.0, 8.9], 0.5),
        ([9.0, 8.0, 5.0, 4.5, 1.0, 0.9], 2.0),
        ([8.0, 4.0, 3.0, 2.9], 0.5),
        ([8.0, 4.0, 3.5, 3.4], 0.5),
    ]
    never = [([8.0, 4.0, 1.0], 0.5)]
    said = jd.check_answer(stop_at, expected, inputs, slips=slips)
    return (
        said if said != "right" else jd.check_answer(stop_at, expected, never)
    )


# %% tags=["answer"]
def stop_at(losses, least):
    for n in range(1, len(losses)):
        if losses[n - 1] - losses[n] < least:
            return n
    return None


print(check_stop_at(stop_at))
print("the first walk would have stopped after", stop_at(losses, 1.0), "steps")

# %% [markdown]
# The first walk would have stopped very early, and as we saw, far from the bottom. A rule for
# stopping can't tell slow progress from the end, either.
#
# ### Exercise 3: a careful step
#
# Spare yourself the search for a learning rate. Write `careful_step(f, x, learning_rate)`, which
# returns a pair. If a step of gradient descent lowers `f`, return the new `x` and the learning rate
# as it was. If not, return the old `x` and half the learning rate. For $x^2$, from 1, a rate of
# 0.25 gives `(0.5, 0.25)`, and a rate of 2 gives `(1.0, 1.0)`.
#
# ??? tip "A hint"
#     Compute the new `x` first, and compare `f` there with `f` at the old one. What if both are
#     equal?


# %% tags=["check"]
def check_careful_step(careful_step):
    def new(f, x, rate):
        return x - rate * float(jax.grad(f)(x))

    def expected(f, x, rate):
        lower = f(new(f, x, rate)) < f(x)
        return (new(f, x, rate), rate) if lower else (x, rate / 2)

    slips = {
        "that went uphill; subtract the gradient": lambda f, x, rate: (
            new(f, x, -rate),
            rate,
        ),
        "a step that did not lower f must be taken back": lambda f, x, rate: (
            new(f, x, rate),
            rate if f(new(f, x, rate)) < f(x) else rate / 2,
        ),
        "a step that leaves f as it is did not lower it": lambda f, x, rate: (
            (new(f, x, rate), rate)
            if f(new(f, x, rate)) <= f(x)
            else (x, rate / 2)
        ),
        "halve the learning rate only after a bad step": lambda f, x, rate: (
            new(f, x, rate) if f(new(f, x, rate)) < f(x) else x,
            rate / 2,
        ),
    }
    square, other = lambda x: x**2, lambda x: x**4 - 3 * x
    pairs = [(1.0, 0.25), (1.0, 2.0), (1.0, 1.0), (-3.0, 0.1), (1.0, 0.7)]
    inputs = [(f, x, rate) for f in (square, other) for x, rate in pairs]
    inputs.append((lambda x: x**4 - 4 * x**2 + x, -1.9, 0.18))
    return jd.check_answer(careful_step, expected, inputs, slips=slips)


# %% tags=["answer"]
def careful_step(f, x, learning_rate):
    new = x - learning_rate * jax.grad(f)(x)
    if f(new) < f(x):
        return new, learning_rate
    return x, learning_rate / 2


print(check_careful_step(careful_step))

# %% [markdown]
# ### Exercise 4: many starts
#
# *To think about overnight.* Write `best_end(f, starts, learning_rate, steps)`: walk down `f` from
# each of the `starts`, and return the lowest value of `f` that any of the walks _ends_ at. Try it
# on `two_valleys` with one start, and with five. How many random starts would you need to be sure?
#
# ??? tip "A hint"
#     Two loops: one over the starts, and in it one over the steps. Keep the value at the end of
#     each walk in a list.


# %% tags=["check"]
def check_best_end(best_end):
    def ends(f, starts, rate, steps):
        slope = jax.grad(f)
        found = []
        for x in starts:
            for _ in range(steps):
                x = x - rate * float(slope(x))
            found.append(x)
        return found

    def expected(f, starts, rate, steps):
        return min(f(x) for x in ends(f, starts, rate, steps))

    slips = {
        "return the value of f, not the place": lambda f, *rest: min(
            ends(f, *rest), key=f
        ),
        "walk from every start, not only from the first": (
            lambda f, starts, *rest: expected(f, starts[:1], *rest)
        ),
        "walk from every start, not only from the last": (
            lambda f, starts, *rest: expected(f, starts[-1:], *rest)
        ),
        "you took one step too few": lambda f, starts, rate, steps: expected(
            f, starts, rate, steps - 1
        ),
        "take the lowest of the ends, not the highest": lambda f, *rest: max(
            f(x) for x in ends(f, *rest)
        ),
    }
    valleys = lambda x: x**4 - 4 * x**2 + x  # noqa: E731
    inputs = [
        (valleys, [2.0, -1.5, 1.0], 0.02, 5),
        (valleys, [-0.5, 0.9, 1.4], 0.02, 20),
        (lambda x: (x - 1.0) ** 2 + 3, [-2.0, 2.5], 0.3, 3),
        (lambda x: (x - 1.0) ** 2 + 3, [2.0, -0.5], 1.1, 2),
    ]
    return jd.check_answer(best_end, expected, inputs, slips=slips)


# %% tags=["answer"]
def best_end(f, starts, learning_rate, steps):
    slope = jax.grad(f)
    values = []
    for x in starts:
        for _ in range(steps):
            x = x - learning_rate * slope(x)
        values.append(f(x))
    return min(values)


print(check_best_end(best_end))
five = [-2.0, -1.0, 0.5, 1.0, 2.0]
for starts in five[-1:], five:
    lowest_end = best_end(two_valleys, starts, 0.02, 30)
    print(f"starts: {len(starts)}, lowest end {lowest_end:.2f}")

# %% [markdown]
# No number of random starts makes you sure. A start finds the deep valley if it falls into that
# valley's part of the line, so with more starts it is more likely. If the deep valley is narrow,
# you need many.
#
# **Next:** a parabola won't tell threes from sevens.
# [Lesson 7](07_from_averages_to_weights.py) looks for a model that might.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4, from
# which the roller coaster and the seven steps come; the measurements are our own. LeCun, Bottou,
# Orr and Müller, *Efficient BackProp*, in *Neural Networks: Tricks of the Trade*, 1998, on
# normalizing inputs. Choromanska and others, *The Loss Surfaces of Multilayer Networks*, 2015, on
# the valleys of networks.
