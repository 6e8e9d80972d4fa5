"""The color that stands for the page's own."""

INK = "#010203"
"""The color of text and axes: one that nobody picks, so that a page can replace it by its own."""
