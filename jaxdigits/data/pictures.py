"""Make pictures of digits from a camera, a scanner or a drawing program look like MNIST's.

The makers of MNIST scaled the ink of each scan until its longer side had 20 pixels, and put its
center of mass into the middle of 28 x 28. The playground does the same in `prepare.js`.
"""

import math
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from jaxtyping import Array, Float32

from jaxdigits._checks import describe
from jaxdigits._disk import expanded
from jaxdigits.data.arrays import Digits

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE, LONGER = 28, 20
MIDDLE = 14.5  # The place of MNIST's centers of mass, to half a pixel.
LARGE = 280  # Larger pictures are reduced first, which removes noise.
FAINTEST = 20  # Of 255. Plain paper varies by less.


def read_image(
    source: "str | os.PathLike[str] | np.ndarray | Image | Array",
) -> Float32[Array, "28 28"]:
    """Return a picture of one digit as an image like MNIST's: 0 is background, 1 is full ink.

    The digit may be dark on light or light on dark, and anywhere in the picture. Soft shadows on
    the paper do little harm, but lines and other objects in the picture count as ink.

    `source` is a file that Pillow can read, rotated as its EXIF data say, or a Pillow image, or an
    array `[h, w]`, `[h, w, 3]` (RGB) or `[h, w, 4]` (RGBA) of bytes or of floats from 0 to 1.

    Examples:
        >>> drawing = np.zeros((100, 60), np.uint8)
        >>> drawing[10:90, 25:35] = 255
        >>> image = read_image(drawing)
        >>> image.shape, float(image.max())
        ((28, 28), 1.0)
    """
    name = str(source) if isinstance(source, str | os.PathLike) else "the picture"
    ink = _find_ink(_gray(source, name))
    if ink is None:
        raise ValueError(
            f"{name}: no ink found. Crop it to one digit with some plain paper around it. The ink "
            "must be darker or lighter than the paper, and narrower than a third of the picture."
        )
    return jax.device_put(_like_mnist(ink).astype(np.float32))


def load_folder(path: str | os.PathLike[str]) -> tuple[Digits, tuple[str, ...]]:
    """Return the pictures in a folder that has one folder per class, and the classes' names.

    `read_image` reads each picture. Its label is the position of its class in the sorted names. If
    all names are digits, the folder `3` always gets label 3, even if other digits are missing.
    Files beside the folders and hidden files are left out.

    Examples:
        >>> digits, classes = load_folder("my digits")  # doctest: +SKIP
        >>> x, y = to_examples(digits)  # doctest: +SKIP
    """
    folder = expanded(path)
    found = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    names = tuple(p.name for p in found)
    if not found:
        raise ValueError(f"{folder} has no folders. Put the pictures of each class into one.")
    classes = tuple("0123456789") if set(names) <= set("0123456789") else names
    images, labels = [], []
    for pictures in found:
        files = sorted(p for p in pictures.iterdir() if p.is_file() and not p.name.startswith("."))
        if not files:
            raise ValueError(f"{pictures} has no pictures. Add some, or remove the folder.")
        images += [np.rint(255 * np.asarray(read_image(file))).astype(np.uint8) for file in files]
        labels += [classes.index(pictures.name)] * len(files)
    return Digits(*jax.device_put((np.stack(images), np.array(labels, np.uint8)))), classes


def _gray(source: Any, name: str) -> np.ndarray:
    """Return how light each pixel is, 0 to 255, after reducing a large picture."""
    from PIL import Image, ImageOps

    if isinstance(source, str | os.PathLike):
        with open(expanded(source), "rb") as file:
            try:
                picture = ImageOps.exif_transpose(Image.open(file))
            except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
                raise ValueError(
                    f"{name} is not a picture that can be read: {error}. Save it as PNG or JPEG."
                ) from error
    elif isinstance(source, Image.Image):
        picture = ImageOps.exif_transpose(source)
    else:
        picture = Image.fromarray(_bytes(np.asarray(source)))
    if picture.mode.startswith("I"):  # 16 bits per pixel
        picture = Image.fromarray((np.asarray(picture) / 257).clip(0, 255).astype(np.uint8))
    light, alpha = np.moveaxis(np.asarray(picture.convert("LA"), np.float32), -1, 0)
    # If the ground is transparent, choose white or black, whichever differs more from the ink.
    ground = 255 if np.sum(light * alpha) < 127.5 * np.sum(alpha) else 0
    light = ground + (light - ground) * alpha / 255
    return np.asarray(Image.fromarray(light).reduce(math.ceil(max(light.shape) / LARGE)))


def _bytes(pixels: np.ndarray) -> np.ndarray:
    shape, kind = pixels.shape, pixels.dtype.kind
    if 0 in shape or len(shape) < 2 or shape[2:] not in ((), (3,), (4,)) or kind not in "buif":
        raise ValueError(
            f"the picture is {describe(pixels)}, expected bytes or floats from 0 to 1, [h, w], "
            "[h, w, 3] or [h, w, 4]. Pass one picture at a time."
        )
    largest = 255 if kind in "ui" else 1
    if not (pixels.min() >= 0 and pixels.max() <= largest):
        remedy = "Divide it by 255." if kind == "f" else "Scale it."
        raise ValueError(
            f"the picture has values from {pixels.min()} to {pixels.max()}, expected 0 to "
            f"{largest} for {pixels.dtype}. {remedy}"
        )
    return np.rint(pixels.astype(np.float32) * (255 / largest)).astype(np.uint8)


def _find_ink(light: np.ndarray) -> np.ndarray | None:
    """Return the ink of each pixel, 0 to 255 and 0 away from the digit; None if there is none."""
    from PIL import Image, ImageFilter

    # Ink is thin, so the pixels that differ most from their surroundings are ink, light or dark.
    around = ImageFilter.BoxBlur(max(light.shape) // 6)
    detail = light - np.asarray(Image.fromarray(light.astype(np.uint8)).filter(around))
    if np.sum(detail**3) < 0:
        light, detail = 255 - light, -detail
    if detail.max() < FAINTEST:
        return None
    strong = detail > detail.max() / 2
    size = max(int(np.ptp(places)) + 1 for places in np.nonzero(strong))
    near = _slide(strong.astype(float), size // 2 | 1, np.max) > 0
    # Anything at least two fifths as wide as the picture is ground and its shadows. With a third,
    # the thickest digits of MNIST would lose ink.
    wide = 2 * max(light.shape) // 5 | 1
    ink = light - _slide(_slide(light, wide, np.min), wide, np.max)
    if not near.all():
        ink = ink - 2.5 * np.median(ink[~near])  # Noise rarely exceeds this.
    ink = np.where(near, ink, 0).clip(0)
    full = np.quantile(ink[strong], 0.9)
    if full == 0:
        return None
    if full > 240:  # A drawing is already black and white.
        return ink
    # Stretch a photograph to black and white. Its faintest grays are the grain of the paper.
    return np.where(ink < full / 4, 0, ink * (255 / full)).clip(0, 255)


def _slide(pixels: np.ndarray, size: int, extreme: Callable[..., np.ndarray]) -> np.ndarray:
    """Return the extreme of the square of some odd size around every pixel."""
    margin = size // 2
    for _ in range(2):  # Along columns, then along rows.
        # Reflected like this, a shadow goes on beyond the edge as it does within.
        wide = np.pad(pixels, ((margin, margin), (0, 0)), "reflect", reflect_type="odd")
        pixels = extreme(np.lib.stride_tricks.sliding_window_view(wide, size, axis=0), axis=-1).T
    return pixels


def _like_mnist(ink: np.ndarray) -> np.ndarray:
    """Scale the ink until its longer side has 20 pixels, with its center of mass in the middle."""
    extents = [np.flatnonzero(ink.sum(axis))[[0, -1]] + (0, 1) for axis in (1, 0)]
    step = max(end - first for first, end in extents) / LONGER
    shares = []
    for axis, (first, end) in zip((1, 0), extents, strict=True):
        mass, places = ink.sum(axis), np.arange(ink.shape[1 - axis])
        center = np.sum(mass * (places + 0.5)) / mass.sum()
        # Move by whole pixels, as MNIST does, without losing ink at an edge.
        wanted = math.floor(MIDDLE - (center - first) / step + 0.5)
        room = SIDE - math.ceil((end - first) / step)
        start = first - min(max(wanted, 0), room) * step
        # How much of each pixel of the result each pixel of the picture covers.
        edges = start + step * np.arange(SIDE)[:, None]
        overlap = np.minimum(edges + step, places + 1) - np.maximum(edges, places)
        shares.append(overlap.clip(0) / step)
    return shares[0] @ ink @ shares[1].T / 255
