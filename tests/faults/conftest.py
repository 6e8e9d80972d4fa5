"""A few digits in MNIST's format; what the fixtures give is told where they are defined."""

from small_mnist import arrays, files, online

__all__ = ["arrays", "files", "online"]
