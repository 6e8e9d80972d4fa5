import jax.numpy as jnp

EXACT = [
    "linear layer 784 x 2704 = 2,119,936 weights\nconvolution  36 weights",
    "7 taps, stride 2, padding 3: 28 x 28 -> 14 x 14",
    "in total                 11,175,370",
    "state             9,600",
]

REACH = {r"accuracy (?=0\.\d+: )": 0.997}

WRONG = {
    "check_output_size": [
        lambda size, taps, stride, padding: (size + 2 * padding - taps) // stride,
        lambda size, taps, stride, padding: (size + padding - taps) // stride + 1,
        lambda size, taps, stride, padding: -((size + 2 * padding - taps) // -stride) + 1,
        lambda size, taps, stride, padding: (size + 2 * padding - taps) / stride + 1,
        lambda size, taps, stride, padding: (size + 2 * padding - taps + 1) // stride,
        lambda size, taps, stride, padding: size // stride,
        lambda size, taps, stride, padding: size - taps + 1,
        lambda size, taps, stride, padding: (size + 2 * padding - taps) // stride + 1.0,
    ],
    "check_count_parameters": [
        lambda taps, channels, features: taps**2 * channels * features,
        lambda taps, channels, features: taps**2 * channels * features + features,
        lambda taps, channels, features: taps**2 * channels * features + 3 * features,
        lambda taps, channels, features: taps**2 * channels * features + 4 * features,
        lambda taps, channels, features: taps * channels * features + 2 * features,
        lambda taps, channels, features: taps**2 * features + 2 * features,
    ],
    "check_fold": [
        lambda kernel, scale, bias, mean, var: (kernel * scale / var, bias),
        lambda kernel, scale, bias, mean, var: (kernel * scale, bias),
        lambda kernel, scale, bias, mean, var: (kernel * scale / jnp.sqrt(var), bias),
        lambda kernel, scale, bias, mean, var: (kernel * scale / jnp.sqrt(var), bias - mean),
        lambda kernel, scale, bias, mean, var: (
            kernel * scale / jnp.sqrt(var),
            bias + mean * scale / jnp.sqrt(var),
        ),
        lambda kernel, scale, bias, mean, var: kernel * scale / jnp.sqrt(var),
    ],
}
