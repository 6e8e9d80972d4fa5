EXACT = [
    "gradient [ 6.  8. 20.], and again [ 6.  8. 20.]",
    "a begins with 1, b with 9",
    "2147483647 + 1 = -2147483648",
    "five[10] is 40\nfive[-10] is 0",
    "a [0. 0. 0.], b [1. 1. 1.]",
    "  (traced)\n0.1\n0.1",
]

REACH = {"accuracy after twenty epochs ": 0.97}
