# %% [markdown]
# # 6. A roller coaster in seven steps
#
# **How does a gradient find the curve behind a handful of measurements?** You time a ride, choose
# a curve with three [parameters](22_jargon.md#parameters), and let the parameters walk downhill. The seven steps of that
# walk are all there is to training, whether there are three parameters or three million.
#
# *You need:* [lesson 5](05_gradients.py).
#
# ## Twenty seconds of a ride
#
# A car rolls over a hill of the track. It slows down on the way up, crawls over the top and
# gathers speed on the way down. Once a second somebody reads a speedometer, and not very well.

# %% alt="Twenty dots: speed against time. They fall steeply, lie near zero around the middle of the ride, and rise again. They scatter a little."
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

key_noise, key_params = jax.random.split(jax.random.key(0))
seconds = jnp.arange(20.0)
truth = 0.75 * (seconds - 9.5) ** 2 + 1
speed = truth + 3 * jax.random.normal(key_noise, seconds.shape)

figure, ax = plt.subplots(figsize=(5, 3))
ax.set(xlabel="time in seconds", ylabel="speed in km/h")
dots = ax.plot(seconds, speed, "o")

# %% [markdown]
# ## Where does 0.75 (t - 9.5)² + 1 come from?
#
# From us. Nobody rode anywhere. The line that computes `truth` is made up, and so are the
# measurements: they are the truth plus random numbers, three km/h off in a typical case. (That is
# why a reading near the top may fall below zero. The car never rolls back.)
#
# The numbers in it are no law of physics either. Each was chosen for what it does to the curve:
#
# | number | what it says |
# | --- | --- |
# | 9.5 | the car is slowest after 9.5 seconds, the middle of 0 to 19 |
# | 1 | there it still moves, at 1 km/h |
# | 0.75 | how fast it gains speed away from the top |
#
# Why make up a truth? Because then there is an answer to compare with. With real measurements
# you have the dots and nothing else. **So from here on we look at the dots alone**, and open the
# envelope with the truth in it at the end.
#
# ## A guess at the form
#
# What kind of curve could have made those dots? They fall, turn once, and rise: a parabola may
# do. Any parabola can be written with three numbers,
#
# $$ \text{speed}(t) = a\,t^2 + b\,t + c, $$
#
# so the search for a curve becomes a search for $a$, $b$ and $c$. They are the *parameters*. The
# function with room for them is the *model*.


# %%
def model(params, t):
    a, b, c = params
    return a * t**2 + b * t + c


# %% [markdown]
# It takes two things of different kinds. `t` is given, and we never change it. `params` is what
# we look for.
#
# ## The seven steps
#
# ![Six boxes joined by arrows. Initialize, with random numbers, leads into a ring of four: predict from the parameters; loss, how wrong; gradient, which way is uphill; step, a little downhill. From step a red arrow, repeat, goes back to predict. Another arrow leaves the ring for stop, when it is enough.](../assets/diagrams/seven_steps.svg)
#
# Each of the next seven sections is one of them.
#
# ## Step 1: initialize
#
# Begin anywhere. We know nothing about the parameters, so we take random numbers. It sounds
# careless, but the later steps correct a bad start, whichever it is.

# %%
start = jax.random.normal(key_params, (3,))
print(start)

# %% [markdown]
# ## Step 2: predict
#
# Put the parameters into the model and see which speeds it claims. How good a fit do you expect
# from three random numbers?


# %% alt="The measured dots, and a curve that has nothing to do with them and leaves the picture."
def show_fit(params, t, title, ax):
    ax.plot(seconds, speed, "o", markersize=4)
    ax.plot(seconds, model(params, t))
    ax.set(ylim=(-60, 100), xlabel="time", title=title)


figure, ax = plt.subplots(figsize=(3.2, 2.8), layout="constrained")
show_fit(start, seconds, "random parameters", ax)

# %% [markdown]
# ## Step 3: measure the loss
#
# How far off is that? Asked of a computer, the question needs one number: small is good, large
# is bad. We take the [mean squared error](22_jargon.md#mean-squared-error) of [lesson 3](03_pixel_similarity.py), with speeds
# where there were pixels.


# %%
@jax.jit
def loss(params, t):
    return ((model(params, t) - speed) ** 2).mean()


print(f"loss {loss(start, seconds):,.0f}")
package_loss = jd.mse_loss(model(start, seconds), speed)
assert jnp.isclose(loss(start, seconds), package_loss)

# %% [markdown]
# The loss is a function *of the parameters*: other parameters, other curve, other error. The
# measurements stay what they are. That is the change of view behind all of training.
#
# ## Step 4: find the gradient
#
# Which way should each parameter move? One could try: a little more of $a$, a little less of
# $b$, and see. The gradient answers for all of them at once. It says how fast the loss grows when
# a parameter grows.

# %%
grads = jax.grad(loss)(start, seconds)
for name, grad in zip("abc", grads, strict=True):
    print(f"{name}: {grad:12,.0f}")

# %% [markdown]
# The sign gives the direction: negative means that *more* of this parameter would lower the
# loss. And the sizes? They differ a lot. Remember that; it will come back.
#
# ## Step 5: step
#
# Go the other way, downhill, by the gradient times the *learning rate*. Which learning rate?
# Lesson 5 showed what is at stake: too small and it takes forever, too large and it flies off.
# Nothing but a trial tells, so try some powers of ten, ten steps each.


# %%
@jax.jit
def step(params, t, learning_rate):
    return params - learning_rate * jax.grad(loss)(params, t)


for learning_rate in 1e-3, 1e-4, 1e-5, 1e-6:
    params = start
    for _ in range(10):
        params = step(params, seconds, learning_rate)
    print(f"{learning_rate:.0e}: loss {loss(params, seconds):9.3g}")

# %% [markdown]
# The larger two explode: every [step](22_jargon.md#step) overshoots by more than the last. Of the others, 1e-5 is
# quicker. The package has the rule as [`sgd_update`][jaxdigits.sgd_update].

# %%
learning_rate = 1e-5
once = step(start, seconds, learning_rate)
package_step = jd.sgd_update(start, grads, learning_rate)
assert jnp.allclose(once, package_step)
print(f"before {loss(start, seconds):,.0f}", end=", ")
print(f"after one step {loss(once, seconds):,.0f}")

# %% [markdown]
# ## Step 6: repeat
#
# From the new place the ground slopes differently. So predict again, measure again, ask for a new
# gradient, and step. It is a `for` [loop](22_jargon.md#training-loop).


# %%
def walk(params, t, learning_rate, steps):
    path = [params]
    for _ in range(steps):
        path.append(step(path[-1], t, learning_rate))
    return np.stack(path)


path = walk(start, seconds, learning_rate, steps=2000)


# %% alt="Four pictures of dots and curve, after none, one, three and ten steps. The curve starts far below, comes up quickly and ends among the dots, but it is bent far too little."
def show_path(path, t, chosen):
    figure = plt.figure(figsize=(8, 2.4), layout="constrained")
    axes = figure.subplots(1, 4, sharey=True)
    for n, ax in zip(chosen, axes, strict=True):
        show_fit(path[n], t, f"step {n}", ax)


show_path(path, seconds, chosen=[0, 1, 3, 10])

# %% [markdown]
# Nobody told the curve where to go. Each step knew no more than the slope at its place.
#
# ## Step 7: stop
#
# When is it enough? There is no bell. People stop when the loss hardly falls any more, when the
# metric is good enough, or when their patience ends. Look at the loss over all the steps. Would
# you stop?

# %% alt="The loss against the number of steps, both axes logarithmic: it falls steeply for a handful of steps and is flat from then on."
losses = jax.vmap(loss, in_axes=(0, None))(path, seconds)

figure, ax = plt.subplots(figsize=(5, 3))
ax.set(xlabel="steps, counted from 1", ylabel="loss")
lines = ax.loglog(range(1, len(losses) + 1), losses)

# %% [markdown]
# It looks finished. Yet the last picture above was no good fit. Is a parabola the wrong model?
# The root of the loss is in km/h, so we can compare it with the best that any parabola can do.
# For so small a problem algebra knows that one, and `np.polyfit` computes it.

# %%
best = jnp.asarray(np.polyfit(seconds, speed, deg=2))
print(f"after 2,000 steps: {losses[-1] ** 0.5:.1f} km/h off")
print(f"the best parabola: {loss(best, seconds) ** 0.5:.1f} km/h off")

# %% [markdown]
# The model was fine. **A flat loss does not mean that you have arrived.** It may mean that you
# walk too slowly to notice.
#
# ## One learning rate for all
#
# Why so slow? Recall the gradient of step 4, so uneven in size. In the formula $a$ is multiplied
# by $t^2$, which goes up to 361, $b$ by $t$, up to 19, and $c$ by 1. A nudge to $a$ moves the
# curve hundreds of times as much as a nudge to $c$. The learning rate must be small enough for
# $a$, or the loss explodes. For $c$ it is then far too small, and $c$ has hardly left its place:

# %%
for name, before, after in zip("abc", start, path[-1], strict=True):
    print(f"{name}: from {before:5.2f} to {after:5.2f}")
print(f"the best c is {best[2]:.2f}")

# %% [markdown]
# The cure is to measure time differently. Nothing says that it must count from the first reading
# and in seconds. Count from the middle of the readings, in units of half their length, and it
# runs from -1 to 1. All three parameters then have about the same say. Such a change of scale is
# called *normalizing* the input.

# %%
middle = (seconds[0] + seconds[-1]) / 2
half = (seconds[-1] - seconds[0]) / 2
scaled = (seconds - middle) / half
print(f"time runs from {scaled[0]} to {scaled[-1]}")

for name, grad in zip("abc", jax.grad(loss)(start, scaled), strict=True):
    print(f"{name}: {grad:12,.0f}")

# %% [markdown]
# No parameter drowns out the others any more. The loop stays as it is, the learning rate can be
# tens of thousands of times larger, and a tenth of the steps will have to do.

# %% alt="Four pictures of dots and curve, after none, five, twenty and two hundred steps. At first a flat curve, then one that bends more and more, and in the end one that runs through the dots."
path = walk(start, scaled, learning_rate=0.3, steps=200)
show_path(path, scaled, chosen=[0, 5, 20, 200])

fitted = path[-1]
print(f"after 200 steps: {loss(fitted, scaled) ** 0.5:.1f} km/h off")
assert jnp.isclose(loss(fitted, scaled), loss(best, seconds), rtol=1e-3)

# %% [markdown]
# The same best parabola, found without algebra. You have normalized before:
# [`to_float`][jaxdigits.to_float] divides pixels by 255. Now you know one reason why.
#
# ## Opening the envelope
#
# Did the walk find the truth? Written like the truth, the fitted curve has a time where it is
# slowest, a speed there, and a factor. (The lowest point of $a u^2 + b u + c$ lies at
# $u = -b / 2a$. The rest turns units back into seconds.)

# %%
a, b, c = fitted
lowest = -b / (2 * a)
factor = a / half**2
when = middle + half * lowest
slowest = model(fitted, lowest)
print("made up: 0.75 (t - 9.50)^2 + 1.00")
print(f"found:   {factor:.2f} (t - {when:.2f})^2 + {slowest:.2f}")

# %% [markdown]
# Close, and not equal. Would more steps close the gap? One last prediction: which of the two
# curves has the lower loss on the measurements, the truth that made them or our fit?

# %%
print(f"loss of the truth {jnp.mean((truth - speed) ** 2):.2f}")
print(f"loss of the fit   {loss(fitted, scaled):.2f}")

# %% [markdown]
# The fit is *better than the truth*, on these dots. It bends a little toward the accidents in
# them, because the dots are all it knows. On readings of another ride the truth would win, on
# average. That is why a model is judged on data it has not seen ([lesson 1](01_pixels.py#why-two-heaps)).
#
# ## What you learned
#
# - Training is seven steps: [initialize](22_jargon.md#initialization),
#   [predict](22_jargon.md#forward-pass), loss, gradient, step, repeat, stop.
# - The loss is a function of the parameters; the data stand still.
# - A made-up truth lets you check whether a method finds what is there.
# - A flat loss may be slow progress. Inputs of about the same size let one learning rate serve
#   all parameters.
# - The lowest loss is not the truth. It fits the noise as well.
#
# ## Exercises
#
# ### Exercise 1: a rule for stopping
#
# Write `stop_at(losses, least)`. `losses[0]` is the loss before any step, `losses[1]` the one
# after the first. Return the number of the first step that lowered the loss by less than `least`
# (one that raised it did, too), or `None` if there is no such step.


# %% tags=["check"]
def check_stop_at(stop_at):
    answer = stop_at([8.0, 4.0, 3.0, 2.9, 2.8], 0.5)
    if answer == 2:
        return "Not yet: off by one; the first step leads to losses[1]."
    if answer == 4:
        return "Not yet: that is the last such step; stop at the first."
    if answer is None or answer != 3:
        return f"Not yet: 8, 4, 3, 2.9, 2.8 should stop at 3, not {answer}."
    if stop_at([8.0, 4.0, 9.0], 0.5) != 2:
        return "Not yet: a step that raises the loss should stop it, too."
    if stop_at([8.0, 4.0, 1.0], 0.5) is not None:
        return "Not yet: if every step still helps, return None."
    return "right"


# %% tags=["answer"]
def stop_at(losses, least):
    for n in range(1, len(losses)):
        if losses[n - 1] - losses[n] < least:
            return n
    return None


print(check_stop_at(stop_at))
print(stop_at(losses.tolist(), least=1.0), "in seconds")

# %% [markdown]
# ### Exercise 2: a careful step
#
# Spare yourself the search for a learning rate. Write `careful_step(f, x, learning_rate)`, which
# returns a pair. If a step lowers `f`, it is the new `x` and the learning rate as it was. If not,
# stay at `x` and halve the learning rate.


# %% tags=["check"]
def check_careful_step(careful_step):
    try:
        x, rate = careful_step(lambda x: x**2, 1.0, 0.25)
        bad_x, bad_rate = careful_step(lambda x: x**2, 1.0, 2.0)
    except (TypeError, ValueError):
        return "Not yet: return a pair, x and the learning rate."
    if jnp.isclose(x, 1.5):
        return "Not yet: that went uphill."
    if not jnp.isclose(x, 0.5):
        return "Not yet: on x squared, from 1 at rate 0.25, x should be 0.5."
    if rate != 0.25:
        return "Not yet: after a good step keep the learning rate."
    if not jnp.isclose(bad_x, 1.0):
        return "Not yet: a step that raised f must be taken back."
    return "right" if bad_rate == 1.0 else "Not yet: halve 2 after a bad step."


# %% tags=["answer"]
def careful_step(f, x, learning_rate):
    new = x - learning_rate * jax.grad(f)(x)
    if f(new) < f(x):
        return new, learning_rate
    return x, learning_rate / 2


print(check_careful_step(careful_step))

# %% [markdown]
# ### Exercise 3: one parameter more
#
# Write `cubic(params, t)`: $a t^3 + b t^2 + c t + d$, with its parameters in this order. Before
# you train it: can its loss be lower than the parabola's? Can it be *nearer the truth*?


# %% tags=["check"]
def check_cubic(cubic):
    params = jnp.array([2.0, 0.0, 1.0, 5.0])
    answer = jnp.asarray(cubic(params, jnp.array([0.0, 1.0, 2.0])))
    if answer.shape != (3,):
        return f"Not yet: three times need three speeds, not {answer.shape}."
    if answer[0] != 5:
        return "Not yet: at t = 0 only the last parameter is left."
    if answer[1] != 8:
        return "Not yet: at t = 1 it is the sum of the parameters."
    return "right" if answer[2] == 23 else "Not yet: is each power right?"


# %% tags=["answer"]
def cubic(params, t):
    a, b, c, d = params
    return a * t**3 + b * t**2 + c * t + d


print(check_cubic(cubic))


# %% tags=["answer"]
def cubic_loss(params):
    return jd.mse_loss(cubic(params, scaled), speed)


gradient = jax.jit(jax.grad(cubic_loss))
params = jnp.zeros(4)
for _ in range(1000):
    params = params - 0.3 * gradient(params)
off_cubic = jd.rmse_loss(cubic(params, scaled), truth)
off_parabola = jd.rmse_loss(model(fitted, scaled), truth)
print(f"loss: cubic {cubic_loss(params):.2f}", end=", ")
print(f"parabola {loss(fitted, scaled):.2f}")
print(f"km/h from the truth: cubic {off_cubic:.2f}", end=", ")
print(f"parabola {off_parabola:.2f}")

# %% [markdown]
# **Next:** a parabola will not tell threes from sevens. [Lesson 8](08_a_loss_for_digits.py)
# looks for a model that might, and for a loss that has a slope.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4, from
# which the roller coaster and the seven steps come; the measurements are our own. LeCun, Bottou,
# Orr and Müller, *Efficient BackProp*, in *Neural Networks: Tricks of the Trade*, 1998, on
# normalizing inputs.
