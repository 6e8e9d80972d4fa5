"""Convolutional networks in Flax, and the convolution that makes them fast on a CPU.

Flax is imported here and nowhere else in the package.
"""

from jaxdigits.convnets.convolution import conv
from jaxdigits.convnets.folding import fold_norms
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
    "fold_norms",
    "functional",
    "shifted_products",
]
