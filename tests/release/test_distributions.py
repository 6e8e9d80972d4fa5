"""What is published: the wheel and the sdist in the folder that JAXDIGITS_DIST names."""

import email.message
import email.parser
import importlib.metadata
import os
import re
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

import jaxdigits as jd

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def folder() -> Path:
    name = os.environ.get("JAXDIGITS_DIST")
    if not name:
        pytest.skip("set JAXDIGITS_DIST to the folder of a wheel and an sdist; .ci/package does")
    return Path(name)


@pytest.fixture(scope="module")
def wheel(folder: Path) -> Files:
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def sdist(folder: Path) -> Files:
    """Its files, by their names within its one folder."""
    (path,) = folder.glob("*.tar.gz")
    files = {}
    with tarfile.open(path) as archive:
        for member in archive:
            assert member.isfile(), member.name
            top, _, name = member.name.partition("/")
            assert top == f"jaxdigits-{jd.__version__}"
            extracted = archive.extractfile(member)
            assert extracted
            files[name] = extracted.read()
    return files


@pytest.fixture(scope="module")
def metadata(wheel: Files) -> email.message.Message:
    text = wheel[f"jaxdigits-{jd.__version__}.dist-info/METADATA"].decode()
    return email.parser.Parser().parsestr(text)


def test_only_the_installed_package_is_tested(folder):
    assert importlib.metadata.version("jaxdigits") == jd.__version__
    assert "site-packages" in Path(jd.__file__).parts


def test_the_description_leads_to_the_files_of_this_version(metadata):
    at = f"jaxdigits/jaxdigits/%s/v{jd.__version__}/"
    text = metadata.get_payload()
    links = re.findall(r"\]\(([^)]*)\)", text)
    assert len(links) > 5 and all(link.startswith("https://") for link in links)
    assert f"https://github.com/{at % 'blob'}docs/lessons/09_putting_it_together.py" in links
    (picture,) = re.findall(r"!\[[^]]*\]\(([^)]*)\)", text)
    assert (
        picture
        == f"https://raw.githubusercontent.com/{at.replace('%s/', '')}docs/assets/weights.png"
    )


def test_the_wheel_holds_the_package_and_nothing_else(wheel, sdist):
    package = {name: data for name, data in sdist.items() if name.startswith("jaxdigits/")}
    info = f"jaxdigits-{jd.__version__}.dist-info/"
    assert package == {name: data for name, data in wheel.items() if not name.startswith(info)}
    rest = {name.removeprefix(info) for name in wheel.keys() - package.keys()}
    assert rest == {"METADATA", "WHEEL", "RECORD", "licenses/LICENSE"}


def test_the_wheel_says_that_it_is_typed(wheel):
    assert wheel["jaxdigits/py.typed"] == b""


def test_the_sdist_holds_what_its_tests_and_its_site_need(sdist):
    needed = {"LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md", "pyproject.toml", "mkdocs.yml"}
    assert needed < sdist.keys()
    tops = {PurePosixPath(name).parts[0] for name in sdist if "/" in name}
    assert tops == {"jaxdigits", "tests", "docs", "benchmarks", "tools"}


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_nothing_that_is_made_or_downloaded_is_published(kind, request):
    for name in request.getfixturevalue(kind):
        path = PurePosixPath(name)
        assert not path.is_absolute() and ".." not in path.parts
        assert not {"__pycache__", ".cache", "site", "dist", ".ipynb_checkpoints"} & set(path.parts)
        assert path.suffix not in {".gz", ".npz", ".npy", ".pyc", ".safetensors", ".pkl"}, name
        assert "ubyte" not in name and "array_record" not in name


def test_the_wheel_names_no_folder_of_the_machine_that_built_it(wheel):
    for name, data in wheel.items():
        for folder in b"/home/", b"/root/", b"/tmp/", b"/work/", b"/Users/":
            assert folder not in data, f"{name} names {folder.decode()}"


def test_requirements_are_lower_bounds_from_the_registry(metadata):
    for requirement in metadata.get_all("Requires-Dist"):
        assert "@" not in requirement, requirement
        assert "<" not in requirement, f"an upper bound needs a reason, here: {requirement}"


def test_the_metadata_describe_the_package(metadata):
    assert metadata["Name"] == "jaxdigits"
    assert metadata["Version"] == jd.__version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
