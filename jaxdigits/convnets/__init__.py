"""Convolutional networks in Flax, and a convolution that makes them fast on a CPU.

Only this folder imports Flax.
"""

from jaxdigits.convnets.convolution import conv
from jaxdigits.convnets.functional_model import FunctionalModel, functional
from jaxdigits.convnets.products import concatenated_windows, shifted_products
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
