"""Matplotlib is not in a page: this says so."""

from numpy import NOT_HERE

raise ImportError(NOT_HERE.format("matplotlib"))
