# %% [markdown]
# # 5. Gradients and stepping
#
# **Which way should a number change, so that a model gets better?** First you nudge a number and
# watch what happens. Then calculus gives the same answer for a million numbers at once, and you
# walk downhill with it. The largest language models are trained by such a walk, with billions of
# numbers instead of one.
#
# *You need:* [lesson 3](03_pixel_similarity.py) for the mean three and the [mean squared
# error](22_jargon.md#mean-squared-error). From school, it helps to have met the
# [slope](22_jargon.md#derivative) of a curve.
#
# ## One weight, one loss
#
# The baseline of lesson 4 has nothing to adjust but its border. Once that is in the best place, the
# baseline can't get any better. Let's add something: one number that we multiply the mean three by,
# like the knob of a dimmer. Such a number is called a *[weight](22_jargon.md#weights)*. One weight
# will not read digits any better, but a million weights are trained in the same way. This is the
# mean three at four settings of the knob:

# %% alt="The mean three at four weights: almost white at 0.1, pale at 0.4, darker at 0.7, and as dark as the mean itself at 1."
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

digits = jd.load("auto")
threes = jd.to_float(jd.select(digits.train, 3).images)
mean_three = threes.mean(axis=0)

knob = [0.1, 0.4, 0.7, 1.0]
dimmed = jnp.stack([weight * mean_three for weight in knob])
figure = jd.plots.show_images(dimmed, titles=[f"weight {w}" for w in knob])

# %% [markdown]
# How good is a weight? Compare the dimmed picture with every three that we have, and take the mean
# of all squared differences. A number like this, which is small where a model is good, is called a
# *[loss](22_jargon.md#loss)*.


# %%
def loss(weight, picture, images):
    return jnp.mean((weight * picture - images) ** 2)


for weight in knob:
    print(f"weight {weight}: loss {loss(weight, mean_three, threes):.5f}")

# %% [markdown]
# The loss falls as the weight grows. The picture and the images are given, and only the weight is
# ours to change. So think of the loss as **a function of the weight**, and give that function a
# short name:


# %%
def loss_of(weight):
    return loss(weight, mean_three, threes)


# %% [markdown]
# A weight can also be negative, or larger than 1. Before you look at the curve: at which weight
# will the loss be lowest?

# %% alt="The loss as a function of the weight: a valley, a parabola with its lowest point at weight 1."
weights = np.linspace(-1, 3, 41)
losses = np.array([loss_of(weight) for weight in weights])

figure, ax = plt.subplots(figsize=(4.5, 3))
ax.plot(weights, losses)
ax.set(xlabel="weight", ylabel="loss")
print(f"lowest at weight {weights[losses.argmin()]:.2f}")

# %% [markdown]
# At 1: the mean itself is best. (The end of this lesson shows why.) What matters now is the shape
# of the curve, a valley. Training means **finding the bottom of the valley**.
#
# For one weight, one look at the plot is enough. But our model for digits will have hundreds.
# Trying 41 values for each of only seven weights takes $41^7$ losses, almost two hundred billion.
# There must be a better way than looking everywhere.
#
# ## Nudge it and see
#
# Imagine that you stand in this valley in thick fog. You can't see the bottom, but your foot can
# feel which way the ground falls. So nudge the weight a little and see what the loss does.

# %%
weight, nudge = 0.4, 0.01
before, after = loss_of(weight), loss_of(weight + nudge)
print(f"the loss changes by {after - before:.6f}")
print(f"per unit of weight by {(after - before) / nudge:.4f}")

# %% [markdown]
# The change is negative: a slightly larger weight lowers the loss, so that is the way to go. The
# second number is the change divided by the nudge. This quotient is the
# *[slope](22_jargon.md#derivative)* of the curve between the two weights, and its size says how
# steep the ground is there.
#
# How large should a nudge be? To find out, take a function whose slopes you may know from school,
# $f(x) = x^2$, and stand at $x = 3$. A nudge of 1 takes $x$ from 3 to 4, and $x^2$ from 9 to 16, so
# the slope is 7. Which number do the slopes approach as the nudge gets smaller?


# %%
def f(x):
    return x**2


for nudge in 1.0, 0.1, 0.01, 0.001:
    slope = (f(3 + nudge) - f(3)) / nudge
    print(f"nudge {nudge:5}: slope {slope:.3f}")

# %% [markdown]
# They approach 6. School algebra shows why. With a nudge of $h$, the slope is
#
# $$ \frac{(3 + h)^2 - 3^2}{h} = \frac{6h + h^2}{h} = 6 + h, $$
#
# and the $h$ at the end shrinks with the nudge. The number that the slopes approach is called the
# *[derivative](22_jargon.md#derivative)* of $f$ at 3, and calculus finds it without any nudge: the
# derivative of $x^2$ is $2x$, which at 3 is 6. Newton and Leibniz found the rules for this in the
# 1660s and 1670s.
#
# ## Let JAX do the calculus
#
# JAX knows these rules. `jax.grad(f)` takes a function and returns **another function**: the one
# that computes the derivative of the first.

# %%
slope_of_f = jax.grad(f)
print(f"at 3 the slope is {slope_of_f(3.0)}, at -1 it is {slope_of_f(-1.0)}")

# %% [markdown]
# What do these two numbers mean in a picture? Draw a straight line through the point at 3 that
# rises by 6 per unit, and one through the point at -1 that falls by 2 per unit.

# %% alt="The parabola of x squared, with a line through its point at 3 that rises steeply, and a line through its point at minus 1 that falls gently. Each line touches the curve and does not cross it."
ax = jd.plots.plot_function(f, -3, 5)
for x in 3.0, -1.0:
    near = np.array([x - 1.2, x + 1.2])
    (line,) = ax.plot(near, f(x) + float(slope_of_f(x)) * (near - x))
    ax.plot(x, f(x), "o", color=line.get_color())

# %% [markdown]
# Each line just touches the curve: it is the *[tangent](22_jargon.md#derivative)*. Close to the
# point, curve and tangent can hardly be told apart. That is why the slope at one place is such a
# good guide for a small step.
#
# !!! warning "Floats only"
#     `jax.grad(f)(3)` is an error, because a whole number can't be nudged a little. Write `3.0`.
#
# The same works for our loss. `jax.grad` asks how fast it changes if only the _first_ argument is
# nudged. This is called the slope *[with respect to](22_jargon.md#with-respect-to)* the weight. The
# other arguments stay what they are:

# %%
slope_of_loss = jax.grad(loss)
by_calculus = slope_of_loss(0.4, mean_three, threes)
print(f"at weight 0.4 the slope is {by_calculus:.4f}")

# %% [markdown]
# The nudge above found nearly the same slope. (It looked a little further to the right, where this
# valley is less steep.) But JAX nudges nothing. To see how it gets the slope, do it by hand, for a
# single pixel.
#
# ## The chain rule, one pixel at a time
#
# Take one pixel of the mean three, say $m = 0.8$, the same pixel of one image, $x = 1.0$, and the
# weight $w = 0.5$. The loss of this pixel is
#
# $$ \text{loss} = (w \cdot m - x)^2. $$
#
# A computer gets there in three small operations. Follow the bold numbers in the boxes from left to
# right.
#
# ![A chain of four boxes. Values from left to right: the weight w is 0.5; times m, 0.8, it is p, 0.4; minus x, 1.0, it is d, minus 0.6; squared, it is the loss, 0.36. Slopes from right to left: at the loss 1; times 2 d, which is minus 1.2, gives minus 1.2 at d; times 1 gives minus 1.2 at p; times m, 0.8, gives minus 0.96 at the weight.](../assets/diagrams/chain_rule.svg) <!-- typed: the code below computes it -->
#
# Now ask how a nudge of $w$ travels through the chain. Each operation passes it on, enlarged or
# shrunk by its own slope:
#
# - $p = w \cdot m$. A nudge of $w$ arrives at $p$ multiplied by $m$. The slope is $0.8$.
# - $d = p - x$. Subtracting a fixed number changes no nudge. The slope is $1$.
# - $\text{loss} = d^2$. The derivative of the square is $2d$. The slope is $2 \cdot (-0.6) = -1.2$.
#
# Nudge $w$ by $0.01$, for example. Then $p$ moves by $0.008$, $d$ by $0.008$ as well, and the loss
# by about $-0.0096$. That is the nudge times all three slopes. So the slope of the loss with
# respect to $w$ is $0.8 \cdot 1 \cdot (-1.2) = -0.96$. This is the **[chain
# rule](22_jargon.md#chain-rule)**: the slope of a chain is the product of the slopes of its links.
#
# Here is the same in code: first the values forward, then the slopes backward, starting at the
# loss. (Our `loss` also takes single numbers, so `jax.grad` can check us.)

# %%
w, m, x = 0.5, 0.8, 1.0
p = w * m
d = p - x
print(f"forward:  p = {p}, d = {d:.1f}, loss = {d**2:.2f}")

slope_at_d = 2 * d
slope_at_p = slope_at_d * 1
slope_at_w = slope_at_p * m
print(f"backward: d {slope_at_d:.2f}, p {slope_at_p:.2f}, w {slope_at_w:.2f}")

by_jax = jax.grad(loss)(w, m, x)
print(f"jax.grad says {by_jax:.2f}")

# %% tags=["remove-cell"]
assert np.isclose(slope_at_w, -0.96) and np.isclose(by_jax, -0.96)

# %% [markdown]
# Both agree. At heart, this is what JAX does. It watches which operations a function consists of,
# knows the slope of each, and multiplies along the chain, from the loss back to the weight. If the
# weight reaches the loss along several paths, as it does through all the pixels of all the images,
# then the slopes of the paths are added up (and divided by their number, where the loss is a mean).
#
# Why multiply backward, and not forward? The chains of a million weights all end at the same loss,
# so they have their last links in common. Going backward, JAX computes this common part only once.
# In [lesson 11](11_a_nonlinearity.py) you will do this for a small network, where it is called
# *[backpropagation](22_jargon.md#backward-pass)*.
#
# ## Check it by nudging
#
# Nudging and calculus gave nearly the same slope, so each can check the other. Slopes from nudges
# are called *[finite differences](22_jargon.md#finite-differences)*. A nudge to one side also picks
# up the bend of the curve, as in $6 + h$ above. If you nudge to both sides and take the slope from
# end to end, most of this error cancels. Try both on $g(x) = x^3$ at 2, where the derivative $3x^2$
# is 12. Would you expect a nudge of 0.00000001 to be better than one of 0.01?


# %%
def g(x):
    return x**3


print("nudge   one side  both sides")
for nudge in 1e-1, 1e-2, 1e-3, 1e-5, 1e-8:
    up, down = g(np.float32(2 + nudge)), g(np.float32(2 - nudge))
    one_side = (up - g(2)) / nudge
    both_sides = (up - down) / (2 * nudge)
    print(f"{nudge:.0e} {one_side:9.4f}  {both_sides:9.4f}")

# %% [markdown]
# Nudging to both sides is more accurate at first: 12.01 where one side gives 12.61. But with a
# nudge of 0.00001 (`1e-05` in the table) both are _worse_ again, and the smallest nudge sees no
# slope at all. JAX's numbers have 32 bits and hold about seven digits, as `np.float32` does here.
# The two values of $g$ are nearly equal, so most digits cancel in their difference, and rounding
# spoils what is left. The smallest nudge is lost altogether: 2 stays 2. `jax.grad` has no nudge
# that could be too small.

# %% tags=["claim"]
assert np.isclose((g(2.1) - g(2)) / 0.1, 12.61)
assert np.isclose((g(2.1) - g(1.9)) / 0.2, 12.01)
assert one_side == both_sides == 0

# %% [markdown]
# As a check, a moderate nudge is good enough. For our loss at weight 0.4:

# %%
nudge = 0.01
by_nudging = (loss_of(0.4 + nudge) - loss_of(0.4 - nudge)) / (2 * nudge)
print(f"by nudging  {by_nudging:.4f}\nby calculus {by_calculus:.4f}")
assert np.isclose(by_nudging, by_calculus, rtol=1e-2)

# %% [markdown]
# ## Many numbers at once
#
# A model has many weights. So give a function several numbers: the sum of their squares, at 3, 4
# and 10. How many slopes does it have there, and which ones?


# %%
def sum_of_squares(x):
    return (x**2).sum()


x = jnp.array([3.0, 4.0, 10.0])
print(jax.grad(sum_of_squares)(x))

# %% [markdown]
# It has one slope per number, and each is twice its number, because the square of one number does
# not depend on the others. Together the slopes are called the
# **[gradient](22_jargon.md#gradient)**. It has the shape of the input, and each entry says how fast
# the result changes if this number changes and all others stay the same.
#
# Often you want the value as well. `jax.value_and_grad` returns both:

# %%
value, gradient = jax.value_and_grad(sum_of_squares)(x)
print(f"value {value}, gradient {gradient}")
assert value == 125
assert jnp.array_equal(gradient, jnp.array([6.0, 8.0, 20.0]))

# %% [markdown]
# Nudging would need one more evaluation per number: a million for a million weights. The gradient
# costs only a few times as much as the function itself, _however many_ weights there are, because
# JAX goes backward. Without that, nobody could train a large model.
#
# There may be many inputs, but the result must be a single number, a scalar. If there were three
# results, which one should go down? JAX can't know, and says so:

# %%
try:
    jax.grad(f)(x)
except TypeError as error:
    print(error)

# %% [markdown]
# That is why a loss ends in `.mean()` or `.sum()`.
#
# ## A map with two weights
#
# With two weights, the gradient can be drawn. Add a second knob, which puts gray on all pixels
# alike. (One unit adds a quarter of full ink, so that both knobs count about equally.) The loss is
# now a landscape over two weights, and contour lines show it as on a hiking map: along each line,
# the loss is the same. At some places, we draw an arrow _against_ the gradient. Where will the
# arrows point?


# %% tags=["hide-input", "no-data"] alt="A map of the loss over the weight of the picture and the gray that is added. Tilted oval contour lines surround a dot at weight 1 and gray 0. Twelve arrows each leave a line at a right angle and go down into the valley, but most do not point straight at the dot. Where the lines are close together, the arrows are long; near the dot they are short."
def loss_of_two(weights, picture, images):
    dimmed = weights[0] * picture + weights[1] * 0.25
    return ((dimmed - images) ** 2).mean()


@jax.jit
def map_of_loss(places, picture, images):
    here = jax.value_and_grad(loss_of_two)
    return jax.lax.map(lambda place: here(place, picture, images), places)


few = threes[:200]
across, up = np.linspace(-0.8, 2.8, 41), np.linspace(-1.6, 1.6, 41)
grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
places = np.array(
    [[a, b] for a in (-0.4, 0.5, 1.4, 2.3) for b in (-1.1, 0.2, 1.2)]
)
heights, slopes = map_of_loss(np.concatenate([grid, places]), mean_three, few)
heights, slopes = np.asarray(heights), np.asarray(slopes)
figure, ax = plt.subplots(figsize=(5.5, 4.6))
levels = np.sort(heights[41 * 41 :])
grid_heights = heights[: 41 * 41].reshape(41, 41)
ax.contour(across, up, grid_heights, levels, colors="gray", linewidths=1)
ax.plot(1, 0, "o", color="gray")
for place, slope in zip(places, slopes[41 * 41 :], strict=True):
    end = place - 2.5 * slope
    arrow = {"arrowstyle": "->", "color": "#c8553d", "linewidth": 1.5}
    ax.annotate("", end, place, arrowprops=arrow)
ax.set(xlabel="weight of the picture", ylabel="gray added", aspect="equal")
plt.show()

# %% [markdown]
# Each arrow leaves its contour line at a right angle. Why? Say that the slopes at a place are 3
# and 4, so that small nudges $(u, v)$ of the two weights change the loss by about $3u + 4v$. Try
# nudges one tiny unit long: $(1, 0)$ gives 3, $(0, 1)$ gives 4, and $(0.6, 0.8)$, along the
# gradient $(3, 4)$, gives 5, more than any other. The opposite nudge, along the arrow, gives -5.
# And $(0.8, -0.6)$, at a right angle to both, gives 0: the loss stays the same, so this is the
# direction of the contour line. The arrows point to where the loss falls fastest, and they are
# long where the ground is steep.
#
# Now look closely. The dot marks weight 1 with no gray added, and most arrows do _not_ point
# straight at it. (The lowest point is close to the dot, but not exactly there, because this map
# uses only some of the threes.) The gradient only describes the ground under your feet. So one
# large step won't do, and we will take many small ones.
#
# ## The same call, the same gradient
#
# To train, we will ask for gradients again and again. Could one call leave something behind that
# changes the next? Ask for the same gradient twice:

# %%
gradient_of = jax.grad(sum_of_squares)
first, second = gradient_of(x), gradient_of(x)
print(f"{first}, and again {second}")
assert jnp.array_equal(first, second)

# %% [markdown]
# No: `gradient_of` is a function like any other. The same input gives the same result, and a call
# leaves no trace in `x`.
#
# ??? note "If you know PyTorch"
#     There, `loss.backward()` _adds_ the gradient to `x.grad`. A second [backward
#     pass](22_jargon.md#backward-pass) would give twice the gradient, so each step calls
#     `x.grad.zero_()` first. Here, nothing has to be cleared, because nothing was kept. [Lesson
#     24](24_from_pytorch.py) has the whole dictionary.
#
# ## Stepping
#
# The gradient points uphill. So go the other way, by an amount in proportion to the slope:
#
# $$ x_\text{new} = x - \text{learning rate} \times \text{gradient} $$
#
# ![A valley: the loss as a curve over the weight. Four dots go down its left side, each with its tangent, steep at first and then ever flatter. Dashed lines lead from dot to dot: a long step where it is steep, then shorter and shorter ones.](../assets/diagrams/gradient_descent.svg)
#
# The *[learning rate](22_jargon.md#learning-rate)* is a number that we choose. If it is $0.2$, for
# example, the first step on $x^2$ from 3, where the slope is 6, leads to $3 - 0.2 \cdot 6 = 1.8$.
# The learning rate stays the same, and yet the steps get shorter toward the bottom, because the
# slopes get smaller. This is **[gradient descent](22_jargon.md#gradient-descent)**. Cauchy proposed
# it in 1847, to compute the orbits of planets. Here it is as a loop:


# %% tags=["try"]
def walk(f, start, learning_rate, steps):
    gradient_of = jax.grad(f)
    path = [jnp.asarray(start)]
    for _ in range(steps):
        here = path[-1]
        path.append(here - learning_rate * gradient_of(here))
    return np.stack(path)


print(walk(f, 3.0, learning_rate=0.2, steps=6))

# %% [markdown]
# The walk goes from 3 toward 0, the lowest point of $x^2$. (The many nines come from rounding to 32
# bits.) On this curve, each step covers the same share of the way that is left: 40 %. The function
# also works with several numbers, and each of them follows its own slope. The package has one such
# step as [`sgd_update`][jaxdigits.sgd_update] (lesson 9 explains the name):

# %%
once = walk(sum_of_squares, x, learning_rate=0.2, steps=1)[-1]
assert jnp.allclose(once, jd.sgd_update(x, gradient, learning_rate=0.2))
print(f"{x} -> {once}")
print(f"value {sum_of_squares(x):.1f} -> {sum_of_squares(once):.1f}")

# %% [markdown]
# One step lowered all three numbers, and the value with them.
#
# ## Too small
#
# What difference does the learning rate make? Take ten steps from 3 with a tenth of the rate above.
# Where will they end?


# %% alt="Eleven dots on the parabola, close together. They begin at 3 and are still high on the same side after ten steps."
def show_walk(learning_rate, low=-4, high=4):
    path = walk(f, 3.0, learning_rate, steps=10)
    ax = jd.plots.plot_function(f, low, high)
    ax.plot(path, f(path), "o--", linewidth=1)
    ax.set_title(f"learning rate {learning_rate}")
    print(f"after ten steps x is {path[-1]:.2f}")


show_walk(0.02)

# %% [markdown]
# The direction is right, but ten steps cover only a third of the way. With a real model, each step
# costs a look at the data, so slow progress is expensive.

# %% tags=["claim"]
assert abs((3 - walk(f, 3.0, 0.02, steps=10)[-1]) / 3 - 1 / 3) < 0.01

# %% [markdown]
# ## Too large: bouncing
#
# How about 0.9? The slope at 3 is 6. Work out where the first step lands before you look.

# %% alt="Dashed lines jump from side to side of the parabola, from dot to dot, each a little lower than the one before."
show_walk(0.9)

# %% [markdown]
# The first step is 0.9 times 6 long, so it runs past the lowest point and lands at -2.4. There the
# slope has the other sign, and the next step comes back. Each landing is a little lower than the
# last, so the walk arrives in the end, but most of the way is wasted.

# %% tags=["claim"]
assert np.isclose(walk(f, 3.0, 0.9, steps=1)[-1], -2.4)

# %% [markdown]
# ## Larger still: diverging
#
# What happens a little above 1?

# %% alt="Dashed lines jump from side to side of the parabola, each landing higher and further out than the one before, away from the lowest point."
show_walk(1.05, low=-8, high=8)

# %% [markdown]
# Now each landing is _higher_ than the last. Higher up it is steeper, which makes the next step
# longer, which makes the next landing higher still. The walk *[diverges](22_jargon.md#divergence)*.
# After a few hundred steps the loss no longer fits into a float, and it reads `inf` (infinity) and
# later `nan` ([not a number](22_jargon.md#nan)). If you ever see those two, try a smaller learning
# rate first.
#
# ## Try it
#
# Move the slider. Where does the walk begin to cross the valley, and where does it stop coming
# down? Which learning rate needs only one step?
#
# <div class="interactive learning-rate"><noscript>The slider is on the website, and needs JavaScript. Without it, call <code>show_walk</code> in your copy of this lesson.</noscript></div>
#
# ## Why 0.5 and 1?
#
# For $x^2$, one line of algebra answers all three questions. The gradient is $2x$, so with a
# learning rate of $r$
#
# $$ x_\text{new} = x - r \cdot 2x = (1 - 2r)\,x. $$
#
# Each step multiplies $x$ by $1 - 2r$, so everything depends on this factor:
#
# | learning rate $r$ | factor | what happens |
# | --- | --- | --- |
# | near 0 | a little below 1 | too small: hardly moves |
# | below 0.5 | between 0 and 1 | comes down on one side |
# | 0.5 | 0 | arrives in one step |
# | between 0.5 and 1 | between -1 and 0 | bounces, lower each time |
# | 1 | -1 | bounces forever |
# | above 1 | below -1 | diverges |
#
# So ten steps from 3 should lead to $3\,(1 - 2r)^{10}$. Compare with the walk:

# %%
for rate in 0.02, 0.2, 0.5, 0.9, 1.0, 1.05:
    by_formula = 3 * (1 - 2 * rate) ** 10
    by_walking = walk(f, 3.0, rate, steps=10)[-1]
    assert np.isclose(by_formula, by_walking, rtol=1e-4, atol=1e-5)
    print(f"learning rate {rate:4}: after ten steps {by_walking:6.2f}")

# %% [markdown]
# They agree.
#
# ## The weight, learned
#
# Back to the dimmer. Each step now looks at millions of pixels, so speed matters. A line `@jax.jit`
# above a function tells JAX to *[compile](22_jargon.md#compilation)* it: at the first call, JAX
# turns the whole function into one fast program, and later calls only run this program. The result
# stays the same. One program serves all arguments of the same shapes. But if the function took the
# learning rate from outside, its value would be built into the program, and changing it later
# would have no effect. So we pass everything that the step needs as an argument.


# %%
@jax.jit
def step(weight, learning_rate, picture, images):
    slope = jax.grad(loss)(weight, picture, images)
    return weight - learning_rate * slope


# %% [markdown]
# On $x^2$, a learning rate of 3 would diverge at once. Do you expect the same here? Start far from
# the bottom, at -1.

# %% alt="The loss over the weight, with dots that come down from weight minus 1 toward weight 1, far apart at first and then ever closer."
path = [-1.0]
for _ in range(20):
    path.append(float(step(path[-1], 3.0, mean_three, threes)))

figure, ax = plt.subplots(figsize=(4.5, 3))
ax.plot(weights, losses)
ax.plot(path, [loss_of(weight) for weight in path], "o--", linewidth=1)
ax.set(xlabel="weight", ylabel="loss")
print(f"after twenty steps the weight is {path[-1]:.4f}")
assert abs(path[-1] - 1) < 1e-2

# %% [markdown]
# It does not diverge. The weight walks down to 1, although no step knew more than the slope under
# its feet. This is the first number that you have trained.
#
# Why does a learning rate of 3 work here and not on $x^2$? This valley is about sixteen times
# flatter: from -1 to its bottom at 1, the loss falls by only about 0.25, where $x^2$ falls by 4
# from -2 to 0. So the slopes are sixteen times smaller, too, and 3 works about as well as 0.2 did
# on $x^2$. A good learning rate for one loss can be far too large for another. Real losses aren't
# even parabolas: they are steep here and flat there. So people find a learning rate by trying, and
# [lesson 10](10_an_optimizer.py) shows how.
#
# And why is 1 the lowest place? At weight 1 the picture is the mean, and its differences from the
# threes add up to zero at every pixel. In the slope, each difference is multiplied by $2m$, and
# the mean's pixel $m$ is the same for all threes. So the parts cancel, and the slope is 0.

# %% tags=["claim"]
if digits.name == "mnist":
    fall = losses[0] - losses.min()
    assert abs(fall - 0.25) < 0.01 and 15 < 4 / fall < 17
    assert 0.18 < 3 * fall / 4 < 0.22

# %% [markdown]
# ## What you learned
#
# - You can see the loss as a function of the weights, and training as the search for a low point.
# - You can find a slope by nudging, by the chain rule, and by `jax.grad`, and use one to check
#   another.
# - You can read a gradient: one slope per number, in the shape of the input.
# - You can take a step: $x$ minus learning rate times gradient.
# - You can tell from a walk whether the learning rate is too small, too large, or far too large.
#
# ## Exercises
#
# ### Exercise 1: backward by hand
#
# This chain has another link: the loss is $(w \cdot m + b - x)^2$, with a second weight $b$. Write
# `slopes(w, b, m, x)`, which returns the slope with respect to `w` and the one with respect to `b`,
# as a pair. Use arithmetic only, not `jax.grad`. For `slopes(0.5, 0.1, 0.8, 1.0)` the first one is
# near -0.8.
#
# ??? tip "A hint"
#     Write down the forward values $p = w \cdot m$, $q = p + b$ and $d = q - x$. The slope at $d$
#     is $2d$, and a sum passes a slope on to both of its parts.


# %% tags=["check"]
def check_slopes(slopes):
    def expected(w, b, m, x):
        d = w * m + b - x
        return 2 * d * m, 2 * d

    slips = {
        "the derivative of the square is 2 d, not d": lambda w, b, m, x: (
            (w * m + b - x) * m,
            w * m + b - x,
        ),
        "first the slope of w, then that of b": lambda w, b, m, x: (
            2 * (w * m + b - x),
            2 * (w * m + b - x) * m,
        ),
        "a nudge of w arrives multiplied by m": lambda w, b, m, x: (
            2 * (w * m + b - x),
            2 * (w * m + b - x),
        ),
        "the sign is wrong; d is what the model says, minus x": (
            lambda w, b, m, x: (
                -2 * (w * m + b - x) * m,
                -2 * (w * m + b - x),
            )
        ),
        "a nudge of b arrives as it is": lambda w, b, m, x: (
            2 * (w * m + b - x) * m,
            2 * (w * m + b - x) * b,
        ),
        "d is w m + b - x": lambda w, b, m, x: (
            2 * (w * m - x) * m,
            2 * (w * m - x),
        ),
    }
    inputs = [(0.5, 0.1, 0.8, 1.0), (2.0, -1.0, 0.3, 0.2), (1.0, 0.5, -0.8, -1)]
    return jd.check_answer(slopes, expected, inputs, slips=slips)


# %% tags=["answer"]
def slopes(w, b, m, x):
    d = w * m + b - x
    slope_at_d = 2 * d
    return slope_at_d * m, slope_at_d


print(check_slopes(slopes))

# %% [markdown]
# ### Exercise 2: a gradient by nudging
#
# Write `nudge_gradient(f, x, nudge)` for an array `x` of several numbers. Nudge each number by
# `nudge`, one at a time, and return all the slopes. `x.at[i].add(nudge)` is a copy of `x` whose
# number `i` is nudged.
#
# ??? tip "A hint"
#     The change per nudge is `f` of the nudged copy, minus `f(x)`, divided by `nudge`. Collect the
#     changes in a list, with a `for` loop over `range(len(x))`.


# %% tags=["check"]
def check_nudge_gradient(nudge_gradient):
    def expected(f, x, nudge):
        nudged = [f(x.at[i].add(nudge)) for i in range(len(x))]
        return jnp.array([(value - f(x)) / nudge for value in nudged])

    def left(f, x, nudge):
        return expected(f, x, -nudge)

    def both(f, x, nudge):
        return (expected(f, x, nudge) + left(f, x, nudge)) / 2

    slips = {
        "these are the changes; divide them by the nudge": (
            lambda f, x, nudge: nudge * expected(f, x, nudge)
        ),
        "the sign is wrong; take after minus before": (
            lambda f, x, nudge: -expected(f, x, nudge)
        ),
        "nudge one number at a time, not all of them": lambda f, x, nudge: (
            [(f(x + nudge) - f(x)) / nudge] * len(x)
        ),
        "return all the slopes, not their sum": lambda f, x, nudge: sum(
            expected(f, x, nudge)
        ),
        "if you nudge to both sides, divide by twice the nudge": (
            lambda f, x, nudge: 2 * both(f, x, nudge)
        ),
        "begin from x again for each number": lambda f, x, nudge: jnp.array(
            [
                (f(x.at[: i + 1].add(nudge)) - f(x.at[:i].add(nudge))) / nudge
                for i in range(len(x))
            ]
        ),
    }
    three, four = jnp.array([3.0, 4.0, 10.0]), jnp.array([1.0, -2, 1.0, 3])
    inputs = [
        (lambda x: (x**2).sum(), three, 0.5),
        (lambda x: x[0] * x[1] + x[3] ** 3, four, 0.25),
    ]
    exact = lambda f, x, nudge: jax.grad(f)(x)  # noqa: E731
    also = [left, both, exact]
    return jd.check_answer(
        nudge_gradient, expected, inputs, slips=slips, also=also
    )


# %% tags=["answer"]
def nudge_gradient(f, x, nudge):
    slopes = []
    for i in range(len(x)):
        nudged = x.at[i].add(nudge)
        slopes.append((f(nudged) - f(x)) / nudge)
    return jnp.array(slopes)


print(check_nudge_gradient(nudge_gradient))
print("by nudging ", nudge_gradient(sum_of_squares, x, 0.01))
print("by calculus", jax.grad(sum_of_squares)(x))

# %% [markdown]
# ### Exercise 3: how many steps?
#
# Write `steps_needed(learning_rate)`: how many steps gradient descent takes on $x^2$, from 3, until
# $x$ is nearer to 0 than 0.01, on either side. Return `None` if a thousand steps are not enough.
# Try it with 0.02, 0.2, 0.5, 0.9 and 1.05. Which of these is best, and which is hopeless?
#
# ??? tip "A hint"
#     Count in a loop over `range(1, 1001)`, and `return` from inside the loop as soon as
#     `abs(x) < 0.01`.


# %% tags=["check"]
def check_steps_needed(steps_needed):
    def expected(learning_rate, first=1, side=abs):
        x = 3.0
        for n in range(first, first + 1000):
            x -= learning_rate * 2 * x
            if side(x) < 0.01:
                return n
        return None

    slips = {
        "you are one too low; after the first step, one has been taken": (
            lambda rate: expected(rate, first=0)
        ),
        "you are one too high; stop as soon as x is near": (
            lambda rate: expected(rate, first=2)
        ),
        "x may be far off on the other side; what about its sign?": (
            lambda rate: expected(rate, side=float)
        ),
    }
    rates = [(0.5,), (0.25,), (0.9,), (0.003,), (0.002,), (1.05,), (1.0,)]
    return jd.check_answer(steps_needed, expected, rates, slips=slips)


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
    print(f"learning rate {rate:4}: steps {steps_needed(rate)}")

# %% [markdown]
# 0.5 is best, with a single step, as the table said. 1.05 is hopeless, because it never arrives.
#
# ### Exercise 4: arrive in one step
#
# *To think about overnight.* On $x^2$, a learning rate of 0.5 arrives in one step. Every parabola
# that opens upward has such a rate. Which one? Write `one_step_rate(f, x)`, which finds it for any
# such parabola `f`, from any place `x` other than the lowest point.
#
# ??? tip "A hint"
#     Take $f(x) = a x^2 + b x + c$. Its slope at $x$ is $2ax + b$, and its lowest point lies at
#     $-b / (2a)$. Which multiple of the slope leads from $x$ to there?
#
# ??? tip "Another hint"
#     The answer depends on $a$ alone, which says how strongly the parabola bends. The derivative of
#     the _slope_ is $2a$. How do you get that from `jax.grad`?


# %% tags=["check"]
def check_one_step_rate(one_step_rate):
    def expected(f, x):
        return 1 / jax.grad(jax.grad(f))(x)

    slips = {
        "this is how strongly f bends; the rate is 1 divided by it": (
            lambda f, x: jax.grad(jax.grad(f))(x)
        ),
        "this is 1 divided by the slope; use the slope of the slope": (
            lambda f, x: 1 / jax.grad(f)(x)
        ),
        "this is right for x squared, but not for others": lambda f, x: 0.5,
        "this is twice as far as it should be": lambda f, x: (
            2 / jax.grad(jax.grad(f))(x)
        ),
        "return the rate, not the place where the step arrives": lambda f, x: (
            x - jax.grad(f)(x) / jax.grad(jax.grad(f))(x)
        ),
    }
    inputs = [
        (lambda x: 4 * (x - 1) ** 2 + x, 2.0),
        (lambda x: 0.1 * x**2 - 3 * x + 7, -5.0),
        (lambda x: x**2, 3.0),
    ]
    return jd.check_answer(one_step_rate, expected, inputs, slips=slips)


# %% tags=["answer"]
def one_step_rate(f, x):
    slope_of_slope = jax.grad(jax.grad(f))
    return 1 / slope_of_slope(x)


print(check_one_step_rate(one_step_rate))
rate = float(one_step_rate(loss_of, -1.0))
print(f"for our loss: {rate:.2f}, which leads from -1", end=" ")
print(f"to {walk(loss_of, -1.0, rate, steps=1)[-1]:.4f}")

# %% [markdown]
# This trick is called Newton's method. On a parabola it is hard to beat, but on other curves it can
# go astray. With a million weights, the slope of the slope becomes a table of a million by a
# million numbers, and plain gradient descent wins.
#
# **Next:** you have learned one weight. [Lesson 6](06_roller_coaster.py) fits a curve with three
# weights, and breaks training down into seven steps.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées*, Comptes
# Rendus 25, 1847. The documentation of [JAX](https://docs.jax.dev) on automatic differentiation.
# Griewank and Walther, *Evaluating Derivatives*, SIAM, 2008, on what a gradient costs.
