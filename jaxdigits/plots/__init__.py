"""Pictures of digits, of weights, and of how training went."""

from jaxdigits.plots.curves import plot_confusion, plot_function, plot_history
from jaxdigits.plots.images import show_image, show_images, show_pixels

__all__ = [
    "plot_confusion",
    "plot_function",
    "plot_history",
    "show_image",
    "show_images",
    "show_pixels",
]
