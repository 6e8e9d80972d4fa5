"""The hooks in MkDocs, on small sites."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from .conftest import BuildSite, MakeSite

HOME = """# ---
# description: About digits
# ---

# %% [markdown]
# # Home
#
# To [the plot](lessons/01_first.py#the-plot).

# %%
print("at home")
"""
FIRST = """# %% [markdown]
# # First
#
# Math $x^2$, a note[^1], [the second](02_second.py).
#
# [^1]: The note.
#
# !!! warning "Mind"
#     Text.
#
# ??? success "Answer"
#     Folded.
#
# === "Tab"
#     Text.
#
# ## The plot

# %% alt="A \\"line\\" | A dot"
import matplotlib.pyplot as plt
plt.figure(figsize=(2, 2)); plt.plot([1, 2], label="legend");
plt.figure(figsize=(2, 2)); plt.plot([1], "o");

# %% [markdown]
# ## The plot
#
# findable

# %% tags=["raises-exception"]
1 / 0
"""
SECOND = """# %% [markdown]
# # Second
#
# [Back](01_first.py#the-plot_1)

# %%
2 + 2

# %%
import os
print("compiled in", os.environ["JAX_COMPILATION_CACHE_DIR"])
"""


@pytest.fixture(scope="module")
def site(make_site: MakeSite, build_site: BuildSite) -> Path:
    """Return a site, built strictly and without a warning, on digits that are not MNIST."""
    root = make_site(
        {
            "index.py": HOME,
            "lessons/01_first.py": FIRST,
            "lessons/02_second.py": SECOND,
            "plain.md": "# Plain\n\n[First](lessons/01_first.py#the-plot)\n",
        }
    )
    done = build_site(root, FAKE_DIGITS="uci", SOURCE_DATE_EPOCH="1780185600")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Executed ") == 3
    return root / "site"


def article(site: Path, page: str) -> Tag:
    found = BeautifulSoup((site / page / "index.html").read_text(), "html.parser").article
    assert found is not None
    return found


def test_each_lesson_keeps_its_compiled_programs_apart(site: Path):
    assert ".cache/compiled/02_second\n" in article(site, "lessons/02_second").get_text()


def test_lessons_are_the_sites_own_markdown(site: Path):
    page = article(site, "lessons/01_first")
    for selector in (
        "h1#first",
        "h2#the-plot",
        "h2#the-plot_1",
        "h2 a.headerlink",
        "div.admonition.warning",
        "details.success",
        "div.tabbed-set",
        "div.footnote",
        "span.arithmatex",
        "div.highlight code",
        "div.output.error",
    ):
        assert page.select(selector), selector
    links = {str(a.get("href")) for a in page.find_all("a")}
    assert "../02_second/" in links
    assert "lessons/01_first/#the-plot" in str(article(site, "."))


def test_titles_and_contents_are_the_sites_own(site: Path):
    html = (site / "lessons/01_first/index.html").read_text()
    assert "<title>First - jaxdigits</title>" in html
    contents = BeautifulSoup(html, "html.parser").select(".md-sidebar--secondary a.md-nav__link")
    assert [str(link["href"]) for link in contents] == ["#the-plot", "#the-plot_1"]
    home = BeautifulSoup((site / "index.html").read_text(), "html.parser")
    assert home.select('meta[name="description"][content="About digits"]')


def test_figures_are_named(site: Path):
    figures = article(site, "lessons/01_first").select("figure.drawn > svg")
    assert [figure["aria-label"] for figure in figures] == ['A "line"', "A dot"]


def test_nothing_of_jupyters_is_left(site: Path):
    html = (site / "lessons/01_first/index.html").read_text()
    assert "jp-" not in html and "jupyter" not in html
    assert article(site, "lessons/01_first").select("style, script") == []
    assert len(html) < 50_000


def test_search_leads_to_sections_and_not_into_figures(site: Path):
    index = (site / "search/search_index.json").read_text()
    assert '"location":"lessons/01_first/#the-plot_1"' in index
    assert "findable" in index
    assert "legend" in index  # in the code
    assert "<path" not in index and "Built without MNIST" not in index


def test_pages_say_what_they_ran_on(site: Path):
    for page in ("", "lessons/01_first", "plain"):
        assert "1,797" in str(article(site, page).select_one(".admonition.warning"))
    foot = article(site, "lessons/01_first").select_one(".provenance")
    assert foot is not None and "the embedded 1,797 digits" in foot.get_text()
    assert "on the device abacus" in foot.get_text()
    assert re.search(r"JAX \d.*Python \d.*, from the source of 2026-05-31\.$", foot.get_text())
    assert article(site, "plain").select_one(".provenance") is None


def test_a_figures_data_are_on_its_page_and_not_in_the_search(site: Path):
    page = article(site, "lessons/01_first")
    tables = page.select("figure.drawn + details.figure-data table")
    assert [[cell.text for cell in table.select("tbody td")] for table in tables] == [
        ["1", "2"],
        ["1"],
    ]
    assert "figure's data" not in (site / "search/search_index.json").read_text()


def test_a_lesson_can_be_edited_and_leads_to_the_next_and_back(site: Path):
    page = BeautifulSoup((site / "lessons/01_first/index.html").read_text(), "html.parser")
    edit = page.select_one("a.md-content__button[rel=edit]")
    assert edit is not None and edit["href"] == (
        "https://github.com/jaxdigits/jaxdigits/edit/main/docs/lessons/01_first.py"
    )
    back, on = page.select("nav.md-footer__inner a")
    assert [str(a["href"]) for a in (back, on)] == ["../../plain/", "../02_second/"]
    assert [str(a["aria-label"]) for a in (back, on)] == ["Previous: Plain", "Next: Second"]


def test_nothing_is_fetched_from_elsewhere(site: Path):
    for path in site.rglob("*.html"):
        page = BeautifulSoup(path.read_text(), "html.parser")
        links = page.select('link:not([rel="canonical"])')
        fetched = [str(e.get("href")) for e in links]
        fetched += [str(e["src"]) for e in page.find_all(src=True)]
        assert not [url for url in fetched if re.match(r"(https?:)?//", url)], path
        assert "api.github.com" not in path.read_text()
    for path in site.rglob("style.css"):
        assert "//" not in path.read_text()


def test_a_second_build_executes_only_what_changed(site: Path, build_site: BuildSite):
    root = site.parent
    lesson = root / "docs/lessons/02_second.py"
    lesson.write_text(SECOND.replace("# Second", "# Changed prose").replace("2 + 2", "2 + 3"))
    home = root / "docs/index.py"
    home.write_text(HOME.replace("To [the", "Off to [the"))
    (entry,) = [e for e in (root / ".cache/lessons").iterdir() if "at home" in e.read_text()]
    entry.write_text("corrupt")
    done = build_site(root, FAKE_DIGITS="uci")
    assert done.returncode == 0, done.stderr
    assert "Unchanged: lessons/01_first.py" in done.stderr
    assert "Executed lessons/02_second.py" in done.stderr
    assert "Executed index.py" in done.stderr
    assert "5" in str(article(site, "lessons/02_second").select_one(".output"))
    assert "Off to" in str(article(site, ""))


def test_a_failing_cell_fails_the_build(make_site: MakeSite, build_site: BuildSite):
    done = build_site(make_site({"index.py": "# %%\nx = 1\n\n# %%\n# why\nx / 0\n"}))
    assert done.returncode == 1
    assert (
        "index.py failed in code cell 2, which begins\n"
        "    # why\n"
        "----> 2 x / 0\n"
        "ZeroDivisionError: division by zero\n"
    ) in done.stderr
    assert len(done.stderr.splitlines()) < 15
    assert "Traceback" not in done.stderr


def test_a_failing_cell_is_told_in_color_on_a_terminal(make_site: MakeSite):
    root = make_site({"index.py": "# %%\n# why\nx / 0\n"})
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=root, stderr=theirs, env=os.environ | {"TERM": "xterm"})
    os.close(theirs)
    told = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 1
    assert "\x1b[1mindex.py failed in code cell 1, which begins\x1b[0m" in told
    assert "\x1b[31mNameError: name 'x' is not defined\x1b[0m" in told


SERVE_ONCE = """
from mkdocs.commands.build import build
from mkdocs.config import load_config
config = load_config("mkdocs.yml")
config.plugins.on_startup(command="serve", dirty=False)
build(config, serve_url=config.site_url)
"""


def test_while_serving_the_page_itself_says_what_failed(make_site: MakeSite):
    root = make_site({"index.py": "# %% [markdown]\n# # Home\n\n# %%\n1 / 0\n"})
    done = subprocess.run([sys.executable, "-c", SERVE_ONCE], cwd=root, capture_output=True)
    assert done.returncode == 0, done.stderr
    page = article(root / "site", "")
    assert "ZeroDivisionError: division by zero" in page.get_text()
    assert page.select_one(".provenance") is None
    # The server adds a script to pages, which a policy would keep from running.
    assert "Content-Security-Policy" not in (root / "site/index.html").read_text()


def test_a_package_that_is_broken_fails_the_build(make_site: MakeSite, build_site: BuildSite):
    root = make_site({"index.py": "# %%\n1\n", "lessons/01.py": "# %%\n2\n"})
    (root / "jaxdigits/__init__.py").write_text("import nowhere\n")
    done = build_site(root)
    assert done.returncode == 1
    assert done.stderr.count("No module named 'nowhere'") == 1


def test_a_figure_without_alternative_text_and_a_dead_link_are_warnings(
    make_site: MakeSite, build_site: BuildSite
):
    drawing = "# %%\nimport matplotlib.pyplot as plt\nplt.plot([1]);\n"
    root = make_site(
        {
            "index.py": "# %% [markdown]\n# # A\n#\n# [b](lessons/b.py#none), [c](c.py)\n\n"
            + drawing,
            "lessons/b.py": "# %% [markdown]\n# # B\n",
        }
    )
    done = build_site(root)
    assert done.returncode == 1
    warnings = [line for line in done.stderr.splitlines() if "WARNING" in line]
    assert len(warnings) == 3, done.stderr
    assert any("index.py: code cell 1 has figures: 1" in line for line in warnings)
    assert any("does not contain an anchor '#none'" in line for line in warnings)
    assert any("'c.py'" in line for line in warnings)
