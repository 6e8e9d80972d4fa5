import asyncio
import hashlib
from pathlib import Path

import pytest
from lessonsite.digits import Digits, DigitsError, probe
from sites import FAKES, write

# All zeros: images and labels of two digits, twice.
CHECKSUM = hashlib.sha256(bytes(2 * (2 * 28 * 28 + 2))).hexdigest()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, FAKES)
    return tmp_path


def test_probe_finds_digits_and_device(root: Path):
    assert asyncio.run(probe(root)) == ("mnist", CHECKSUM, "abacus")


def test_probe_of_a_broken_package_says_why(root: Path):
    write(root, {"jaxdigits/__init__.py": "import nowhere\n"})
    with pytest.raises(DigitsError, match=r"No lesson can run(?s:.*)No module named 'nowhere'"):
        asyncio.run(probe(root))


def test_digits_keep_lessons_on_what_was_found():
    uci = Digits("uci", "0123456789abcdef", "cpu")
    assert "MNIST" in uci.variables["JAXDIGITS_MNIST_DIR"]
    assert Digits("mnist", "0", "cpu").variables == {}
    said = uci.sentence("2020-02-04")
    assert said.startswith("Executed on the embedded 1,797 digits (SHA-256 of the arrays: 012345")
    assert "the device cpu, with JAX " in said and said.endswith("from the source of 2020-02-04.")
    assert "source" not in uci.sentence("")
