import re
from pathlib import Path

import pytest

import jaxdigits as jd

ROOT = Path(__file__).parents[1]


def example(page):
    """The lines of a page's only block of Python, as on the data that is always there."""
    text = (ROOT / page).read_text(encoding="utf-8").replace("\n# ", "\n").replace("\n#\n", "\n\n")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert '"auto"' in code
    return code.replace('"auto"', '"uci"')


def test_readme_example_learns_the_uci_digits(capsys):
    scope = {}
    exec(example("README.md"), scope)
    right = scope["accuracy"]
    assert right > 0.6
    assert capsys.readouterr().out == f"uci: {right:.2%} of 360 unseen digits are right\n"


def test_home_page_shows_the_example_of_the_readme():
    assert example("docs/index.py").split() == example("README.md").split()


@pytest.mark.slow
@pytest.mark.mnist
def test_readme_example_learns_mnist(mnist, monkeypatch):
    monkeypatch.setattr(jd, "load", lambda source: mnist)
    scope = {}
    exec(example("README.md"), scope)
    assert scope["accuracy"] > 0.9


def test_readme_citation_has_the_version_of_the_package():
    version = re.search(r"version = \{(.*?)\}", (ROOT / "README.md").read_text())
    assert version and version[1] == jd.__version__
    assert f'version = "{jd.__version__}"' in (ROOT / "pyproject.toml").read_text()
