"""What is computed again, and what is not."""

import json
import os
import subprocess
import sys

from unchanged import Unchanged

from .conftest import MakeSite

BUILD_TWICE = """
import sys
from pathlib import Path
from mkdocs.commands.build import build
from mkdocs.config import load_config

def files(name):
    config = load_config("mkdocs.yml", site_dir=name)
    build(config)
    return {str(p.relative_to(name)): p.read_bytes() for p in Path(name).rglob("*") if p.is_file()}

files("again")
for name, old, new in [("a.md", "first", "second"), ("lessons/b.py", "third", "fourth")]:
    path = Path("docs", name)
    path.write_text(path.read_text().replace(old, new))
known = files("again")
assert "second" in known["a.md"].decode() and "fourth" in known["lessons/b.executed.ipynb"].decode()
assert "second" in known["search/search_index.json"].decode()
Path("known.txt").write_text("\\n".join(sorted(known)))
"""


def test_only_what_has_changed_is_computed_again():
    computed: list[str] = []
    unchanged: Unchanged[str] = Unchanged()

    def get(name: str, of: object) -> str:
        def compute() -> str:
            computed.append(name)
            return f"{name} of {of}"

        return unchanged.get(name, of, compute)

    assert get("a", ["x"]) == get("a", ["x"]) == "a of ['x']"
    assert get("b", ["x"]) == "b of ['x']"
    assert computed == ["a", "b"]
    assert get("a", ["y"]) == "a of ['y']"
    assert get("a", ["x"]) == "a of ['x']"
    assert computed == ["a", "b", "a", "a"]


def test_a_later_build_of_a_process_is_as_a_first_one(make_site: MakeSite):
    root = make_site(
        {
            "index.md": "# Home\n",
            "a.md": "# A\n\nfirst, and [b](lessons/b.py)\n",
            "lessons/b.py": '# %% [markdown]\n# # B\n\n# %%\nprint("third")\n',
        }
    )
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "JAXDIGITS_MNIST_DIR": ""}
    for command in (["-c", BUILD_TWICE], ["-m", "mkdocs", "build", "-d", "first"]):
        done = subprocess.run(
            [sys.executable, *command], cwd=root, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    again, first = root / "again", root / "first"
    names = (root / "known.txt").read_text().splitlines()
    assert names == sorted(str(p.relative_to(first)) for p in first.rglob("*") if p.is_file())
    for name in names:
        if not name.endswith(".gz"):  # Which carry the time.
            assert (again / name).read_bytes() == (first / name).read_bytes(), name
    found = json.loads((first / "search/search_index.json").read_text())["docs"]
    assert any("second" in entry["text"] for entry in found)
