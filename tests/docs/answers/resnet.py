import math

import jax.numpy as jnp
import numpy as np

EXACT = [
    "linear layer 784 x 2704 = 2,119,936 weights\nconvolution  36 weights",
    "7 taps, stride 2, padding 3: 28 x 28 -> 14 x 14",
    "in total                    11,175,370",
    "state                            9,600",
]

REACH = {
    r"accuracy (?=0\.\d+: )": 0.995,
    "resnet-threes: (?s:.*?)mean ": 0.997,
    "resnet: (?s:.*?)mean ": 0.9941,
}


def _places(size, taps, stride, padding):
    return len(range(-padding, size + padding - taps + 1, stride))


def _walk(size, taps, stride, padding):
    count, left = 0, -padding
    while left + taps <= size + padding:
        count, left = count + 1, left + stride
    return count


def _by_arrays(taps, channels, features):
    kernel, scale = np.zeros((taps, taps, channels, features)), np.zeros(features)
    return kernel.size + scale.size + scale.size


def _fold_by_points(kernel, scale, bias, mean, var):
    """Normalize 0 and 1, and read the line off."""
    at_0, at_1 = (scale * (c - mean) / np.sqrt(var) + bias for c in (0, 1))
    return [kernel * (at_1 - at_0), at_0]


def _fold_in_jax(kernel, scale, bias, mean, var):
    std = jnp.sqrt(jnp.asarray(var) + 1e-5)
    return jnp.asarray(kernel) / std * scale, scale * (0 - mean) / std + bias


def _field_backward(layers):
    seen = 1
    for taps, stride in reversed(layers):
        seen = (seen - 1) * stride + taps
    return seen


def _field_recursive(layers):
    if not layers:
        return 1
    taps, stride = layers[0]
    return taps + stride * (_field_recursive(layers[1:]) - 1)


RIGHT = {
    "check_output_size": [
        _places,
        _walk,
        lambda size, taps, stride, padding: math.floor((size + 2 * padding - taps) / stride + 1),
        lambda size, taps, stride, padding: np.int64(
            (size + 2 * padding - taps + stride) // stride
        ),
    ],
    "check_count_parameters": [
        _by_arrays,
        lambda taps, channels, features: features * (channels * taps**2 + 2),
    ],
    "check_fold": [_fold_by_points, _fold_in_jax],
    "check_field": [_field_backward, _field_recursive],
}

WRONG = {
    "check_output_size": [
        lambda size, taps, stride, padding: (size + 2 * padding - taps) // stride,
        lambda size, taps, stride, padding: (size + padding - taps) // stride + 1,
        lambda size, taps, stride, padding: -((size + 2 * padding - taps) // -stride) + 1,
        lambda size, taps, stride, padding: (size + 2 * padding - taps) / stride + 1,
        lambda size, taps, stride, padding: (size + 2 * padding - taps + 1) // stride,
        lambda size, taps, stride, padding: size // stride,
        lambda size, taps, stride, padding: size - taps + 1,
        lambda size, taps, stride, padding: None,
    ],
    "check_count_parameters": [
        lambda taps, channels, features: taps**2 * channels * features,
        lambda taps, channels, features: taps**2 * channels * features + features,
        lambda taps, channels, features: taps**2 * channels * features + 3 * features,
        lambda taps, channels, features: taps**2 * channels * features + 4 * features,
        lambda taps, channels, features: taps * channels * features + 2 * features,
        lambda taps, channels, features: taps**2 * features + 2 * features,
        lambda taps, channels, features: taps**2 * channels * features + 2 * channels,
        lambda taps, channels, features: 12,
    ],
    "check_fold": [
        lambda kernel, scale, bias, mean, var: (kernel * scale / var, bias - mean * scale / var),
        lambda kernel, scale, bias, mean, var: (kernel * scale, bias - mean * scale),
        lambda kernel, scale, bias, mean, var: (kernel * scale / jnp.sqrt(var), bias),
        lambda kernel, scale, bias, mean, var: (kernel * scale / jnp.sqrt(var), bias - mean),
        lambda kernel, scale, bias, mean, var: (
            kernel * scale / jnp.sqrt(var),
            bias + mean * scale / jnp.sqrt(var),
        ),
        lambda kernel, scale, bias, mean, var: kernel * scale / jnp.sqrt(var),
        lambda kernel, scale, bias, mean, var: (kernel, bias),
    ],
    "check_field": [
        lambda layers: 1 + sum(taps - 1 for taps, _ in layers),
        lambda layers: math.prod(taps for taps, _ in layers),
        lambda layers: sum(taps for taps, _ in layers),
        lambda layers: _field_backward(layers[::-1]),
        lambda layers: 1 + sum((taps - 1) * stride for taps, stride in layers),
        lambda layers: layers[0][0] * 2 - 1,
    ],
}
