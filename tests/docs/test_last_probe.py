import os
from pathlib import Path

import last_probe
import pytest
from provenance import Provenance


@pytest.fixture
def probes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Provenance]:
    """What probes will find, one after the other; MNIST's files are in `tmp_path`."""
    found = [Provenance("mnist", str(n), "cpu") for n in range(3)]
    monkeypatch.setattr(last_probe, "probe", lambda root, package: found.pop(0))
    folder = tmp_path / "mnist files"
    folder.mkdir()
    (folder / "images").write_bytes(b"0123")
    monkeypatch.setenv("JAXDIGITS_MNIST_DIR", str(folder))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "prepared"))
    return found


def test_nothing_is_loaded_again_while_all_is_as_it_was(probes: list[Provenance], tmp_path: Path):
    first = last_probe.probed(tmp_path, "p")
    assert last_probe.probed(tmp_path, "p") == first
    assert len(probes) == 2


@pytest.mark.parametrize("change", ["package", "content", "prepared", "variable", "corrupt"])
def test_whatever_changes_is_seen(
    change: str, probes: list[Provenance], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first = last_probe.probed(tmp_path, "p")
    images = tmp_path / "mnist files" / "images"
    if change == "content":
        images.write_bytes(b"3210")
        os.utime(images, ns=(0, 1))  # However soon after the first one it was written.
    if change == "prepared":
        (tmp_path / "prepared/jaxdigits_mnist/1.0.0").mkdir(parents=True)
        (tmp_path / "prepared/jaxdigits_mnist/1.0.0/record").write_bytes(b"")
    if change == "variable":
        monkeypatch.setenv("JAX_PLATFORMS", "gpu")
    if change == "corrupt":
        (entry,) = (tmp_path / ".cache/probes").iterdir()
        entry.write_text("{")
    assert last_probe.probed(tmp_path, "q" if change == "package" else "p") != first


def test_that_there_is_no_mnist_is_found_out_each_time(probes: list[Provenance], tmp_path: Path):
    probes.insert(0, Provenance("uci", "", "cpu"))
    assert last_probe.probed(tmp_path, "p").digits == "uci"
    assert last_probe.probed(tmp_path, "p").digits == "mnist"


def test_digits_that_the_probe_itself_prepared_are_remembered(
    probes: list[Provenance], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def prepare(root: Path, package: str) -> Provenance:
        (tmp_path / "prepared/jaxdigits_mnist/1.0.0").mkdir(parents=True)
        (tmp_path / "prepared/jaxdigits_mnist/1.0.0/record").write_bytes(b"")
        return probes.pop(0)

    monkeypatch.setattr(last_probe, "probe", prepare)
    assert last_probe.probed(tmp_path, "p") == last_probe.probed(tmp_path, "p")
