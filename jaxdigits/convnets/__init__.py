"""Convolutional networks in Flax, and a convolution that makes them fast on a CPU.

Only this folder imports Flax.
"""

from jaxdigits.convnets.convolution import concatenated_windows, conv, shifted_products
from jaxdigits.convnets.functional_model import FunctionalModel, functional
from jaxdigits.convnets.resnet import ResNet18
from jaxdigits.convnets.small import SmallConvNet

__all__ = [
    "FunctionalModel",
    "ResNet18",
    "SmallConvNet",
    "concatenated_windows",
    "conv",
    "functional",
    "shifted_products",
]
