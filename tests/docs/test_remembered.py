"""Pages that need not be rendered again."""

import shutil
from pathlib import Path

import pytest

from .conftest import BuildSite, MakeSite

PAGES = {
    "index.py": (
        "# %% [markdown]\n# # Home\n#\n# To [the end](lessons/02_two.py#the-end), [x][y].\n#\n"
        "# [y]: plain.md\n#\n# ## A `heading`\n"
    ),
    "lessons/01_one.py": "# %% [markdown]\n# # One\n#\n# Text[^1].\n#\n# [^1]: A note.\n",
    "lessons/02_two.py": "# %% [markdown]\n# # Two\n#\n# ## The end\n\n# %%\n1 + 1\n",
    "plain.md": "# Plain\n",
}


def tree(root: Path) -> dict[str, bytes]:
    site = root / "site"
    return {
        str(path.relative_to(site)): path.read_bytes()
        for path in site.rglob("*")
        # These name the day of the build.
        if path.is_file() and not path.name.startswith("sitemap")
    }


@pytest.fixture(scope="module")
def root(make_site: MakeSite, build_site: BuildSite) -> Path:
    root = make_site(PAGES)
    assert build_site(root).returncode == 0
    return root


def test_what_is_remembered_is_what_was_rendered(root: Path, build_site: BuildSite):
    rendered, kept = tree(root), sorted((root / ".cache/pages").iterdir())
    assert len(kept) == 3  # Plain pages are rendered every time.
    assert build_site(root).returncode == 0
    assert tree(root) == rendered
    assert sorted((root / ".cache/pages").iterdir()) == kept
    # The pages do come from there.
    for entry in kept:
        entry.write_text(entry.read_text().replace("Text", "What is remembered"))
    assert build_site(root).returncode == 0
    assert b"What is remembered" in tree(root)["lessons/01_one/index.html"]
    # What is unreadable is rendered again.
    for entry in kept:
        entry.write_text(entry.read_text()[:50])
    assert build_site(root).returncode == 0
    assert tree(root) == rendered
    shutil.rmtree(root / ".cache/pages")
    assert build_site(root).returncode == 0
    assert tree(root) == rendered


def test_a_link_whose_target_moves_is_rendered_again(root: Path, build_site: BuildSite):
    (root / "docs/plain.md").rename(root / "docs/other.md")
    try:
        done = build_site(root)
    finally:
        (root / "docs/other.md").rename(root / "docs/plain.md")
    assert done.returncode == 1
    assert "plain.md" in done.stderr


def test_a_warning_is_given_again(make_site: MakeSite, build_site: BuildSite):
    link = "# %% [markdown]\n# # Home\n#\n# [Nowhere](none.py), [no anchor](lessons/01.py#none).\n"
    root = make_site({"index.py": link, "lessons/01.py": "# %% [markdown]\n# # One\n"})
    for _ in range(2):
        done = build_site(root)
        assert done.returncode == 1
        assert "none.py" in done.stderr and "'#none'" in done.stderr


def test_an_anchor_that_vanishes_elsewhere_is_missed(make_site: MakeSite, build_site: BuildSite):
    link = "# %% [markdown]\n# # Home\n#\n# [There](lessons/01.py#there).\n"
    one = "# %% [markdown]\n# # One\n"
    root = make_site({"index.py": link, "lessons/01.py": f"{one}#\n# ## There\n"})
    assert build_site(root).returncode == 0
    (root / "docs/lessons/01.py").write_text(one)
    done = build_site(root)
    assert done.returncode == 1
    assert "does not contain an anchor '#there'" in done.stderr


def test_another_configuration_is_rendered_again(root: Path, build_site: BuildSite):
    before = set((root / ".cache/pages").iterdir())
    config = root / "mkdocs.yml"
    text = config.read_text()
    config.write_text(f"{text}\n# Changed.\n")
    try:
        assert build_site(root).returncode == 0
    finally:
        config.write_text(text)
    assert len(set((root / ".cache/pages").iterdir()) - before) == 3
