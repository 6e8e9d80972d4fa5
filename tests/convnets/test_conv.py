"""The convolution, against XLA's own, and against one worked by hand."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from jaxdigits.convnets import concatenated_windows, conv, shifted_products

LAYOUT = ("NHWC", "HWIO", "NHWC")

# Size of the image, taps, stride, padding, channels, features.
CASES = [
    pytest.param(12, 7, 2, ((3, 3), (3, 3)), 1, 64, id="stem of ResNet-18"),
    pytest.param(14, 3, 2, ((1, 1), (1, 1)), 24, 16, id="stride 2, even size"),
    pytest.param(7, 3, 2, ((1, 1), (1, 1)), 64, 128, id="stride 2, odd size"),
    pytest.param(7, 1, 2, ((0, 0), (0, 0)), 16, 32, id="way around"),
    pytest.param(1, 3, 1, ((1, 1), (1, 1)), 16, 16, id="eight taps outside"),
    pytest.param(8, 3, 2, "SAME_LOWER", 16, 4, id="SAME_LOWER, uneven"),
    pytest.param(8, 3, 2, "VALID", 16, 4, id="VALID, a remainder left over"),
    pytest.param(5, 2, 1, ((0, 3), (2, 1)), 16, 4, id="uneven padding, even kernel"),
    pytest.param(6, 3, 1, ((-1, 0), (0, -2)), 16, 4, id="cropping"),
    pytest.param(4, 3, 4, ((1, 1), (1, 1)), 16, 4, id="stride beyond the kernel"),
    pytest.param(3, 3, 1, ((4, 4), (4, 4)), 16, 4, id="outputs that see no pixel"),
]


def images_and_kernel(size, taps, channels, features, batch=2):
    rng = np.random.default_rng(size + taps + channels)
    images = rng.normal(size=(batch, size, size, channels))
    kernel = rng.normal(size=(taps, taps, channels, features)) / (taps * channels**0.5)
    return jnp.asarray(images, jnp.float32), jnp.asarray(kernel, jnp.float32)


def value_and_gradients(function, images, kernel):
    """The outputs, and the gradient of their sum under random weights."""
    outputs, pull_back = jax.vjp(function, images, kernel)
    # From NumPy, as JAX's random numbers take as long to compile as a convolution.
    weights = np.random.default_rng(0).normal(size=outputs.shape)
    return outputs, *pull_back(jnp.asarray(weights, outputs.dtype))


@partial(jax.jit, static_argnums=(0, 1))
def both(actual, expected, images, kernel):
    return tuple(value_and_gradients(f, images, kernel) for f in (actual, expected))


def assert_close(actual, expected):
    """Equal except for float32 rounding, relative to the largest entry."""
    for a, e in zip(actual, expected, strict=True):
        assert a.dtype == e.dtype and a.shape == e.shape
        np.testing.assert_allclose(a, e, rtol=1e-5, atol=1e-5 * np.abs(np.asarray(e)).max())


@pytest.mark.parametrize("size, taps, stride, padding, channels, features", CASES)
def test_conv_values_and_gradients_agree_with_lax(size, taps, stride, padding, channels, features):
    images, kernel = images_and_kernel(size, taps, channels, features)

    def using(function):
        return lambda x, k: function(x, k, (stride, stride), padding, dimension_numbers=LAYOUT)

    assert_close(*both(using(conv), using(jax.lax.conv_general_dilated), images, kernel))


@pytest.mark.parametrize(
    ("stride", "padding"),
    [
        ((1, 1), ((0, 0), (0, 0))),
        ((1, 3), ((1, 1), (1, 1))),
        ((2, 2), ((2, 0), (1, 3))),
        ((3, 1), ((0, -1), (-1, 0))),
    ],
)
def test_forms_of_oblong_images_and_kernels_agree_with_lax(stride, padding):
    rng = np.random.default_rng(0)
    images = jnp.asarray(rng.normal(size=(6, 4, 2, 3)), jnp.float32)
    kernel = jnp.asarray(rng.normal(size=(3, 2, 3, 5)), jnp.float32)

    def expected(x, k):
        return jax.lax.conv_general_dilated(
            x, k, stride, padding, dimension_numbers=("HWNC", "HWIO", "HWNC")
        )

    functions = (
        lambda x, k: shifted_products(x, k, stride, padding),
        lambda x, k: concatenated_windows(x, k, stride, padding),
        expected,
    )
    *actual, exact = jax.jit(
        lambda x, k: [value_and_gradients(function, x, k) for function in functions]
    )(images, kernel)
    for results in actual:
        assert_close(results, exact)


@pytest.mark.parametrize("form", [shifted_products, concatenated_windows])
def test_forms_by_hand_are_exact(form):
    image = jnp.asarray(np.array([[1, 2], [3, 4]], np.float32)[:, :, None, None])
    kernel = jnp.asarray(np.array([[1, 10], [100, 1000]], np.float32)[:, :, None, None])
    padded = jax.jit(lambda x, k: form(x, k, (1, 1), ((0, 1), (1, 0))))(image, kernel)
    expected = [[1010 + 3000 - 1000, 1 + 20 + 300 + 4000], [30, 3 + 40]]
    np.testing.assert_array_equal(np.asarray(padded)[:, :, 0, 0], expected)


@pytest.mark.parametrize("form", [shifted_products, concatenated_windows])
def test_forms_by_default_move_by_one_pixel_and_pad_nothing(form):
    image = np.arange(9.0, dtype=np.float32).reshape(3, 3)
    kernel = np.array([[1, 10], [100, 1000]], np.float32)[:, :, None, None]
    upper = image[:-1, :-1] + 10 * image[:-1, 1:]
    lower = 100 * image[1:, :-1] + 1000 * image[1:, 1:]
    convolved = jax.jit(form)(jnp.asarray(image[:, :, None, None]), jnp.asarray(kernel))
    np.testing.assert_array_equal(np.asarray(convolved)[:, :, 0, 0], upper + lower)


def test_conv_tap_outside_the_image_computes_nothing():
    """At 1 x 1 pixel, one tap of nine is left, and the program has one product."""
    images, kernel = images_and_kernel(1, 3, 16, 16)
    lowered = jax.jit(conv, static_argnums=(2, 3), static_argnames="dimension_numbers").lower(
        images, kernel, (1, 1), ((1, 1), (1, 1)), dimension_numbers=LAYOUT
    )
    assert lowered.as_text().count("stablehlo.dot_general") == 1


@pytest.mark.parametrize(("platform", "products"), [("cpu", True), ("cuda", False), ("tpu", False)])
def test_conv_on_each_platform_uses_its_form(platform, products):
    images, kernel = images_and_kernel(4, 3, 16, 16)

    def loss(x, k):
        return (conv(x, k, (1, 1), "SAME", dimension_numbers=LAYOUT) ** 2).sum()

    traced = jax.jit(jax.value_and_grad(loss, (0, 1))).trace(images, kernel)
    text = traced.lower(lowering_platforms=(platform,)).as_text()
    assert ("stablehlo.dot_general" in text) == products
    assert ("stablehlo.convolution" in text) == (not products)


@pytest.mark.parametrize(("channels", "products"), [(15, 1), (16, 9)])
def test_conv_in_a_flax_module_makes_one_product_of_few_channels(channels, products):
    module = nnx.Conv(channels, 4, (3, 3), padding=1, conv_general_dilated=conv, rngs=nnx.Rngs(0))
    lowered = jax.jit(lambda x: module(x)).lower(jnp.ones((2, 5, 5, channels), jnp.float32))
    assert lowered.as_text().count("stablehlo.dot_general") == products


def test_conv_of_equal_shapes_is_one_function_for_all_layers():
    images, kernel = images_and_kernel(4, 3, 16, 16)

    def two_layers(x):
        for _ in range(2):
            x = conv(x, kernel, (1, 1), "SAME", dimension_numbers=LAYOUT)
        return x

    text = jax.jit(two_layers).lower(images).as_text()
    assert text.count("func.func private @_products") == 1


def test_conv_of_integers_agrees_with_lax():
    images, kernel = (10 * jnp.abs(x) for x in images_and_kernel(4, 3, 16, 4))
    arguments = images.astype(int), kernel.astype(int), (1, 1), "SAME"
    expected = jax.lax.conv_general_dilated(*arguments, dimension_numbers=LAYOUT)
    np.testing.assert_array_equal(conv(*arguments, dimension_numbers=LAYOUT), expected)


def test_conv_of_one_pixel_is_a_product():
    pixel, kernel = jnp.full((1, 1, 1, 1), 3.0), jnp.full((1, 1, 1, 1), 2.0)
    for form in shifted_products, concatenated_windows:
        np.testing.assert_array_equal(form(pixel, kernel), [[[[6]]]])
    lowered = jax.jit(lambda x: conv(x, kernel, (1, 1), "SAME", dimension_numbers=LAYOUT))
    assert "stablehlo.dot_general" in lowered.lower(pixel).as_text()


@pytest.mark.parametrize("channels", [1, 16])
def test_conv_under_vmap_agrees_with_a_loop(channels):
    def loss(x, k):
        return (conv(x, k, (2, 2), "SAME", dimension_numbers=LAYOUT) ** 2).sum()

    image, kernel = map(np.asarray, images_and_kernel(5, 3, channels, 4))
    images, kernels = (np.stack([x, x + 1, 2 * x]) for x in (image, kernel))
    gradients = jax.jit(jax.grad(loss, (0, 1)))
    looped = [gradients(x, k) for x, k in zip(images, kernels, strict=True)]
    together = jax.jit(jax.vmap(gradients))(images, kernels)
    assert_close(together, [np.stack(parts) for parts in zip(*looped, strict=True)])


def test_conv_forward_mode_agrees_with_lax():
    images, kernel = images_and_kernel(5, 3, 16, 4)

    def using(function):
        return lambda x, k: function(x, k, (2, 2), "SAME", dimension_numbers=LAYOUT)

    tangents = jnp.ones_like(images), kernel
    actual, expected = (
        jax.jvp(jax.jit(using(function)), (images, kernel), tangents)
        for function in (conv, jax.lax.conv_general_dilated)
    )
    assert_close(actual, expected)


@pytest.mark.parametrize("padding", [((1, 0), (2, 1)), "SAME"])
def test_conv_in_a_flax_module_agrees_with_lax(padding):
    images, _ = images_and_kernel(7, 3, 16, 8)
    ours, theirs = (
        nnx.Conv(
            16, 8, (3, 3), strides=2, padding=padding, conv_general_dilated=c, rngs=nnx.Rngs(0)
        )
        for c in (conv, jax.lax.conv_general_dilated)
    )
    actual, expected = jax.jit(lambda x: [(f(x), f(x[0])) for f in (ours, theirs)])(images)
    assert_close(actual, expected)


@pytest.mark.parametrize(
    "options",
    [
        {"lhs_dilation": (2, 2)},
        {"rhs_dilation": (2, 1)},
        {"feature_group_count": 2},
        {"batch_group_count": 2},
        {"preferred_element_type": jnp.float32},
        {"dimension_numbers": ("NWHC", "WHIO", "NHWC")},
    ],
)
def test_conv_with_other_options_agrees_with_lax(options):
    images, kernel = images_and_kernel(6, 3, 16, 4)
    if "feature_group_count" in options:
        kernel = kernel[:, :, :8]
    arguments = images, kernel, (1, 1), ((0, 0), (0, 0))
    options = {"dimension_numbers": LAYOUT, **options}
    expected = jax.lax.conv_general_dilated(*arguments, **options)
    np.testing.assert_array_equal(conv(*arguments, **options), expected)


@pytest.mark.parametrize(
    ("images", "kernel"),
    [
        pytest.param(jnp.ones((2, 3, 5, 5)), jnp.ones((4, 3, 3, 3)), id="channels first"),
        pytest.param(jnp.ones((2, 3, 5)), jnp.ones((4, 3, 3)), id="one dimension"),
        pytest.param(jnp.ones((2, 3, 4, 4, 4)), jnp.ones((4, 3, 3, 3, 3)), id="three dimensions"),
        pytest.param(
            jnp.ones((2, 3, 5, 5), jnp.int32), jnp.ones((4, 3, 3, 3), jnp.int32), id="int"
        ),
        pytest.param(jnp.ones((2, 3, 2, 2)), jnp.ones((4, 3, 3, 3)), id="no output"),
        pytest.param(jnp.ones((0, 3, 5, 5)), jnp.ones((4, 3, 3, 3)), id="no images"),
    ],
)
def test_conv_without_dimension_numbers_agrees_with_lax(images, kernel):
    arguments = images, kernel, (1,) * (images.ndim - 2), "VALID"
    expected = jax.lax.conv_general_dilated(*arguments)
    np.testing.assert_array_equal(conv(*arguments), expected)


@pytest.mark.parametrize(("n", "size"), [(0, 5), (2, 2)], ids=["no images", "no output"])
def test_conv_of_nothing_returns_nothing_as_lax(n, size):
    arguments = jnp.ones((n, size, size, 16)), jnp.ones((3, 3, 16, 4)), (1, 1), "VALID"
    expected = jax.lax.conv_general_dilated(*arguments, dimension_numbers=LAYOUT)
    assert conv(*arguments, dimension_numbers=LAYOUT).shape == expected.shape


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rhs": jnp.ones((3, 3, 8, 4))}, "feature dimension"),
        ({"rhs": jnp.ones((3, 3, 16, 4), jnp.float16)}, "dtype"),
        ({"window_strides": (1,)}, "window_strides"),
        ({"padding": "SOME"}, "SOME"),
        ({"padding": ((1, 1),)}, "explicit pads"),
    ],
)
def test_conv_wrong_arguments_raises_as_lax(change, message):
    images, kernel = images_and_kernel(6, 3, 16, 4)
    arguments = {"lhs": images, "rhs": kernel, "window_strides": (1, 1), "padding": "SAME"}
    with pytest.raises((TypeError, ValueError, RuntimeError), match=message):
        conv(**{**arguments, **change}, dimension_numbers=LAYOUT)


@pytest.mark.parametrize("form", [shifted_products, concatenated_windows])
class TestWrongArgumentsOfTheForms:
    def test_forms_different_channels_raises(self, form):
        with pytest.raises(
            TypeError, match=r"kernel is float\d\d\[3, 3, 2, 1\].*float\d\d\[5, 5, 1, 3\]"
        ):
            form(jnp.ones((5, 5, 1, 3)), jnp.ones((3, 3, 2, 1)))

    def test_forms_zero_stride_raises(self, form):
        with pytest.raises(ValueError, match=r"strides is \(1, 0\)"):
            form(jnp.ones((5, 5, 1, 1)), jnp.ones((3, 3, 1, 1)), strides=(1, 0))

    def test_forms_kernel_larger_than_the_images_raises(self, form):
        with pytest.raises(ValueError, match=r"kernel has 3 x 7 taps.*5 x 6 pixels"):
            form(jnp.ones((5, 4, 1, 1)), jnp.ones((3, 7, 1, 1)), padding=((0, 0), (1, 1)))
