import jax
import jax.numpy as jnp
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

import jaxdigits as jd
from jaxdigits.training import Fit, History

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def drawn(ax):
    (image,) = ax.get_images()
    return image


@pytest.mark.parametrize(
    ("image", "limits"),
    [
        (np.array([[0, 200]], np.uint8), (0, 255)),
        (np.array([[0, 1]]), (0, 1)),
        (np.array([[False, True]]), (0, 1)),
        (jnp.array([[0.0, 0.5]]), (0, 1)),
        (jnp.array([[0.0, 0.5]], jnp.bfloat16), (0, 1)),
        (np.array([[0.0, 254.0]]), (0, 254)),
        (jnp.array([[-0.5, 0.25]]), (-0.5, 0.5)),
    ],
    ids=["bytes", "0 and 1", "booleans", "fractions", "bfloat16", "bytes as floats", "weights"],
)
def test_show_image_of_any_type_uses_the_full_range_of_colors(image, limits):
    picture = drawn(jd.plots.show_image(image))
    np.testing.assert_array_equal(picture.get_array(), image)
    assert picture.get_clim() == limits


def test_show_image_of_ink_draws_black_on_white():
    ink = drawn(jd.plots.show_image(np.array([[0, 255]], np.uint8))).cmap
    assert sum(ink(1.0)[:3]) < 0.1 < 2.9 < sum(ink(0.0)[:3])


def test_show_image_of_signed_values_draws_blue_white_and_red():
    signed = drawn(jd.plots.show_image(np.array([[-1.0, 1.0]]))).cmap
    blue, middle, red = signed(0.0), signed(0.5), signed(1.0)
    assert min(middle[:3]) > 0.95 and blue[2] > blue[0] and red[0] > red[2]


def test_plots_given_axes_or_a_figure_draw_there():
    figure, ax = plt.subplots()
    counts = np.eye(2, dtype=int)
    assert jd.plots.show_image(counts, title="three", ax=ax) is ax
    assert ax.get_title() == "three"
    assert jd.plots.show_pixels(counts, ax=ax) is ax
    assert jd.plots.plot_confusion(counts, ax=ax) is ax
    assert jd.plots.plot_function(jnp.sin, 0, 1, ax=ax) is ax
    assert jd.plots.show_images(counts[None], figure=figure) is figure
    history = History(jnp.ones(2), jnp.ones(2))
    assert jd.plots.plot_history(history, figure=figure) is figure


def test_show_images_five_in_two_columns_draws_each_with_its_title():
    images = np.arange(5 * 4, dtype=np.uint8).reshape(5, 2, 2)
    figure = jd.plots.show_images(images, titles=list("abcde"), columns=2)
    shown = [ax for ax in figure.axes if ax.get_images()]
    assert [ax.get_title() for ax in shown] == list("abcde")
    for ax, image in zip(shown, images, strict=True):
        np.testing.assert_array_equal(drawn(ax).get_array(), image)
    assert len(figure.axes) == 6 and not figure.axes[5].axison


def test_show_pixels_writes_every_number_in_its_place():
    image = np.array([[0, 128, 255], [3, 4, 5]], np.uint8)
    texts = {t.get_position(): t for t in jd.plots.show_pixels(image).texts}
    for (row, column), value in np.ndenumerate(image):
        text = texts[column, row]
        assert text.get_text() == str(value)
        assert text.get_color() == ("white" if value > 127 else "black")


def test_show_pixels_of_floats_writes_two_decimals():
    texts = jd.plots.show_pixels(jnp.array([[0.256, 0.9]])).texts
    assert [text.get_text() for text in texts] == ["0.26", "0.90"]


def test_plot_history_plots_loss_and_metric_per_epoch():
    history = History(jnp.array([0.5, 0.25, 0.1]), jnp.array([0.7, 0.8, 0.9]))
    loss, metric = jd.plots.plot_history(history, metric="accuracy").axes
    for ax, values in (loss, history.loss), (metric, history.metric):
        (line,) = ax.lines
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3])
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert metric.get_ylabel() == "accuracy"


@pytest.mark.parametrize("loss", [[0.5, 0.1], [np.nan, np.nan]], ids=["trained", "diverged"])
def test_plot_history_without_a_metric_plots_the_loss_alone(loss):
    history = History(jnp.array(loss), jnp.full(2, jnp.nan))
    assert [ax.get_ylabel() for ax in jd.plots.plot_history(history).axes] == ["training loss"]


def test_show_image_wrong_shape_raises():
    with pytest.raises(ValueError, match=r"shape is \[3, 2, 2\], expected one image"):
        jd.plots.show_image(np.zeros((3, 2, 2)))
    with pytest.raises(ValueError, match=r"shape is \[0, 28, 28\], expected images"):
        jd.plots.show_images(np.zeros((0, 28, 28)))
    with pytest.raises(ValueError, match="titles has 1 entries, but there are 2 images"):
        jd.plots.show_images(np.zeros((2, 2, 2)), titles=["one"])


def test_plot_function_draws_its_values():
    ax = jd.plots.plot_function(jax.nn.relu, -1, 3, label="ReLU")
    (line,) = ax.lines
    x, y = (np.asarray(values, float) for values in line.get_data())
    assert (x[0], x[-1]) == (-1, 3) and line.get_label() == "ReLU"
    np.testing.assert_allclose(y, np.maximum(x, 0))


def test_plot_function_wrong_arguments_raises():
    with pytest.raises(ValueError, match="low is 1 and high is 1"):
        jd.plots.plot_function(jnp.sin, 1, 1)
    with pytest.raises(ValueError, match=r"f returned shape \[\] for shape \[401\]"):
        jd.plots.plot_function(jnp.sum, 0, 1)


def test_plot_confusion_writes_all_counts_and_darkens_only_mistakes():
    counts = jnp.array([[90, 3], [12, 80]])
    ax = jd.plots.plot_confusion(counts)
    texts = {t.get_position(): t.get_text() for t in ax.texts}
    assert texts == {(0, 0): "90", (1, 0): "3", (0, 1): "12", (1, 1): "80"}
    np.testing.assert_array_equal(drawn(ax).get_array(), [[0, 3], [12, 0]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")


def test_plot_confusion_of_no_square_raises():
    with pytest.raises(ValueError, match=r"matrix has shape \[2, 3\]"):
        jd.plots.plot_confusion(np.zeros((2, 3)))


def test_plot_history_of_a_fit_plots_its_history():
    history = History(jnp.array([0.5, 0.25]), jnp.full(2, jnp.nan))
    (ax,) = jd.plots.plot_history(Fit((), history, None, ())).axes
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [0.5, 0.25])
