import numpy as np

EXACT = [
    "3s: 6,131 to learn from, 1,010 to check",
    "7s: 6,265 to learn from, 1,028 to check",
    "training image 10000, a 3",
    "[[  0   0   0   0   0   0]\n"
    " [  0   0   0   0   0  29]\n"
    " [  0   0   0  48 166 224]\n"
    " [  0  93 244 249 253 187]\n"
    " [  0 107 253 253 230  48]\n"
    " [  0   3  20  20  15   0]]",
]

REACH = {}


def mask_width(image):
    columns = np.flatnonzero(np.asarray(image).any(axis=0))
    return np.ptp(columns) + 1 if len(columns) else 0


def share_by_counting(image):
    pixels = image.flatten().tolist()
    return 1 - pixels.count(0) / len(pixels)


RIGHT = {
    "check_cut": [
        lambda image, row, column, size: [line[column:][:size] for line in image[row:][:size]],
        lambda image, row, column, size: image[row:, column:][:size, :size],
        lambda i, r, c, s: [[int(i[r + y, c + x]) for x in range(s)] for y in range(s)],
    ],
    "check_negative": [
        lambda image: 255.0 - image,
        lambda image: [[255 - int(pixel) for pixel in row] for row in image],
        lambda image: ~image,
        lambda image: abs(image.astype(int) - 255),
    ],
    "check_ink_share": [
        lambda image: (image != 0).sum() / image.size,
        share_by_counting,
        lambda image: np.count_nonzero(image) / (image.shape[0] * image.shape[1]),
        lambda image: sum(pixel > 0 for row in image for pixel in row) / image.size,
    ],
    "check_rarest": [
        lambda labels: min(range(10), key=labels.tolist().count),
        lambda labels: np.bincount(labels).argmin(),
        lambda labels: min(set(labels.tolist()), key=lambda d: (labels == d).sum()),
    ],
    "check_width": [
        mask_width,
        lambda image: len("".join("x" if c.any() else " " for c in image.T).strip()),
    ],
}

WRONG = {
    "check_cut": [
        lambda image, row, column, size: image[row:size, column:size],
        lambda image, row, column, size: image[column : column + size, row : row + size],
        lambda image, row, column, size: image[row : row + size - 1, column : column + size - 1],
        lambda image, row, column, size: image[row : row + size],
        lambda image, row, column, size: image[row : row + size, row : row + size],
        lambda image, row, column, size: print(image),
    ],
    "check_negative": [
        lambda image: -image,
        lambda image: image,
        lambda image: 255 * (image == 0),
        lambda image: 1 - image,
        lambda image: 256 - image.astype(int),
        lambda image: image[::-1],
    ],
    "check_ink_share": [
        lambda image: (image == 0).mean(),
        lambda image: image.mean() / 255,
        lambda image: (image > 0).sum(),
        lambda image: (image > 128).mean(),
        lambda image: 1.0,
        lambda image: (image > 0).sum() / 784,
    ],
    "check_rarest": [
        lambda labels: min(labels.tolist().count(digit) for digit in range(10)),
        lambda labels: np.bincount(labels).argmax(),
        lambda labels: 0,
        lambda labels: labels.min(),
        lambda labels: labels[0],
    ],
    "check_width": [
        lambda image: image.any(axis=0).sum(),
        lambda image: mask_width(image) - 1,
        lambda image: mask_width(image.T),
        lambda image: image.shape[1],
        lambda image: np.ptp(np.flatnonzero(image.any(axis=0))) + 1,
        lambda image: np.flatnonzero(image.any(axis=0)).max() if image.any() else 0,
    ],
}
