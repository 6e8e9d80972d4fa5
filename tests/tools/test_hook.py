"""The hook in MkDocs: small sites, built and served."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from PIL import Image
from sites import BuildSite, MakeSite, variables, write

pytestmark = pytest.mark.slow

SITE = "https://jaxdigits.github.io/jaxdigits/"
HOME = """# %% [markdown]
# ---
# title: Home
# description: About *digits*
# ---
#
# # Welcome
#
# To [the plot](lessons/01_first.py#the-plot), [file](lessons/01_first/f.bin){ download=f.bin }.
#
# <!--course-->

# %%
# A comment,
print("at home")
"""
FIRST = """# %% [markdown]
# ---
# offers: [f.bin]
# ---
#
# # 1. First
#
# **How does `f` see?** Math $x^2$, a note[^1], [the second](02_second.md).
#
# [^1]: The note.
#
# !!! warning "Mind"
#     Text, [`half`][jaxdigits.halves.half].
#
# ![An arrow.](../assets/diagrams/network.svg)
#
# ## The plot

# %% alt="A \\"line\\""
import matplotlib.pyplot as plt
plt.figure(figsize=(2, 2)); plt.plot([1, 2], label="legend");

# %% [markdown]
# ## The plot
#
# findable

# %% tags=["raises-exception"]
1 / 0

# %%
from jaxdigits.files import DownloadLink
DownloadLink("f.bin", b"\\0\\1")
"""
HALVES = '''"""Halves."""


def half(x: float) -> float:
    """Return one half."""
    return x / 2
'''
PAGES = {
    "index.py": HOME,
    "lessons/01_first.py": FIRST,
    "lessons/02_second.md": '# 2. `a` < b & "quotes"\n\nA sentence. [B](01_first.py#the-plot_1)\n'
    "\n[File](01_first/f.bin){ download=f.bin }\n",
    "reference.md": "# Reference\n\n::: jaxdigits.halves\n",
}


@pytest.fixture(scope="module")
def root(make_site: MakeSite, build_site: BuildSite) -> Path:
    """Return a site on digits that are not MNIST, built strictly; and as `first`, built before."""
    root = make_site(PAGES, plugins=["mkdocstrings"])
    write(root, {"jaxdigits/halves.py": HALVES})
    for kept in "first", "site":
        done = build_site(root, FAKE_DIGITS="uci", SOURCE_DATE_EPOCH="1780185600")
        assert done.returncode == 0, done.stderr
        assert ("Finished" in done.stderr) == (kept == "first"), done.stderr
        (root / "site").rename(root / kept)
    return root


@pytest.fixture(scope="module")
def site(root: Path) -> Path:
    return root / "site"


def read(site: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((site / page / "index.html").read_text(), "html.parser")


def article(site: Path, page: str) -> Tag:
    found = read(site, page).article
    assert found is not None
    return found


# A build.


def test_build_twice_writes_the_same(root: Path):
    first, second = (
        {str(p.relative_to(root / name)): p.read_bytes() for p in (root / name).rglob("*.*")
         if p.is_file()}
        for name in ("first", "site")
    )  # fmt: skip
    assert {"llms.txt", "lessons/01_first.ipynb", "sitemap.xml"} < set(first)
    assert [name for name in first if first[name] != second.get(name)] == []
    assert set(first) == set(second)


def test_lesson_page_is_the_sites_own_markdown_with_outputs(site: Path):
    page = article(site, "lessons/01_first")
    for selector in (
        "h1[id='1-first'] ~ p.downloads",
        "h2#the-plot_1 a.headerlink",
        "div.admonition.warning",
        "div.footnote",
        "span.arithmatex > .katex",
        "figure.drawn.diagram > svg[aria-label='An arrow.']",
        "div.highlight code",
        "div.output.error",
        "figure.drawn > svg[aria-label='A \"line\"']",
        "figure.drawn + details.figure-data table",
        'div.output a[download="f.bin"][href="f.bin"]',
    ):
        assert page.select(selector), selector
    assert (site / "lessons/01_first/f.bin").read_bytes() == b"\0\1"
    links = {str(a.get("href")) for a in page.find_all("a")}
    assert "../02_second/" in links and "../../reference/#jaxdigits.halves.half" in links
    assert "lessons/01_first/#the-plot" in str(article(site, "."))
    assert page.select("style, script") == [] and "<!--" not in str(page)


def test_page_has_titles_contents_and_neighbors(site: Path):
    page = read(site, "lessons/01_first")
    assert page.title is not None and page.title.text == "1. First - jaxdigits"
    contents = page.select(".md-sidebar--secondary a.md-nav__link")
    assert [str(link["href"]) for link in contents] == ["#the-plot", "#the-plot_1"]
    edit = page.select_one("a.md-content__button[rel=edit]")
    assert edit is not None and edit["href"] == (
        "https://github.com/jaxdigits/jaxdigits/edit/main/docs/lessons/01_first.py"
    )
    assert page.select('nav.between a[rel=next][href="../02_second/"]')
    assert read(site, "").select('meta[name="description"][content="About *digits*"]')
    assert "---" not in article(site, "").get_text()


def test_front_page_leads_to_all_lessons_with_their_questions(site: Path):
    first, second = article(site, "").select(".course li a.stop")
    assert first["href"] == "lessons/01_first/"
    assert first.get_text(" ", strip=True) == "1. First How does f see?"
    assert first.select('.tile[style="--n:1"]')
    assert second.get_text(" ", strip=True) == '2. a < b & "quotes"'


def test_page_ends_with_the_question_of_the_next_one(site: Path):
    (back,) = article(site, "lessons/02_second").select("nav.between a[rel=prev]")
    assert back["href"] == "../01_first/"
    assert back.get_text(" ", strip=True) == "Previous 1. First How does f see?"


def test_code_is_shown_as_it_was_written(site: Path):
    code = article(site, "").select_one("div.highlight code")
    assert code is not None and code.get_text() == '# A comment,\nprint("at home")\n'


def test_search_leads_to_sections_and_not_into_figures(site: Path):
    index = (site / "search/search_index.json").read_text()
    assert '"location":"lessons/01_first/#the-plot_1"' in index and "findable" in index
    for left in ("<path", "Download notebook", "figure's data", "Built without MNIST"):
        assert left not in index


def test_pages_say_what_they_ran_on(site: Path):
    page = article(site, "lessons/01_first")
    assert "1,797" in str(page.select_one(".admonition.warning"))
    foot = page.select_one(".provenance")
    assert foot is not None and "the embedded 1,797 digits" in foot.get_text()
    assert foot.get_text().endswith(", from the source of 2026-05-31.")
    assert article(site, "reference").select_one(".provenance") is None
    assert "<lastmod>2026-05-31</lastmod>" in (site / "sitemap.xml").read_text()


def test_other_pages_can_link_to_an_offered_file(site: Path):
    (link,) = article(site, "").select("a[download]")
    assert link["href"] == "lessons/01_first/f.bin"
    (link,) = article(site, "lessons/02_second").select("a[download]")
    assert (link["href"], link["download"]) == ("../01_first/f.bin", "f.bin")


def test_every_page_has_a_text_whose_links_lead_somewhere(site: Path):
    names = {str(path.relative_to(site)) for path in site.rglob("*.md")}
    assert names == {"index.md", "lessons/01_first.md", "lessons/02_second.md", "reference.md"}
    found = 0
    for name in names:
        for link in re.findall(r"\]\(([^)]*)\)", (site / name).read_text()):
            if not link.startswith("https:"):
                place, _, anchor = link.partition("#")
                text = (site / name).parent.joinpath(place).read_bytes()
                assert "plot" in anchor or anchor.encode() in text, (name, link)
                found += 1
    assert found > 6
    text = (site / "lessons/01_first.md").read_text()
    assert text.startswith("# 1. First\n\n**How does `f` see?**")
    assert "![An arrow.](../assets/diagrams/network.svg)" in text
    assert '![A "line"](01_first/figure-1.svg)' in text and "ZeroDivisionError" in text
    assert (site / "index.md").read_text().startswith("# Welcome\n\nTo [the plot](lessons/01_")
    assert 'id="jaxdigits.halves.half"' in (site / "reference.md").read_text()
    (link,) = read(site, "lessons/01_first").select('head link[type="text/markdown"]')
    assert link["href"] == "../01_first.md"


def test_llms_txt_lists_every_page(site: Path):
    listed = (site / "llms.txt").read_text().splitlines()
    assert f"- [Home]({SITE}index.md): About *digits*" in listed
    assert f"- [1. First]({SITE}lessons/01_first.md): How does `f` see?" in listed


@pytest.mark.parametrize(
    ("page", "title", "line"),
    [
        ("", "jaxdigits", "About digits"),
        ("lessons/01_first/", "1. First", "How does f see?"),
        ("lessons/02_second/", '2. a < b & "quotes"', "A sentence."),
    ],
)
def test_page_says_what_other_sites_show_beside_a_link(
    site: Path, page: str, title: str, line: str
):
    metas = read(site, page).select('head meta[property^="og:"], head meta[name^="twitter:"]')
    tags = {str(tag.get("property") or tag.get("name")): str(tag["content"]) for tag in metas}
    assert len(tags) == len(metas) and tags["twitter:card"] == "summary_large_image"
    assert (tags["og:title"], tags["og:description"]) == (title, line)
    assert (tags["og:url"], tags["og:site_name"]) == (SITE + page, "jaxdigits")
    assert tags["og:type"] == ("article" if page else "website")
    with Image.open(site / tags["og:image"].removeprefix(SITE)) as picture:
        size = tags["og:image:width"], tags["og:image:height"]
        assert tuple(map(str, picture.size)) == size


def test_nothing_is_fetched_from_elsewhere(site: Path):
    for path in site.rglob("*.html"):
        page = BeautifulSoup(path.read_text(), "html.parser")
        fetched = [str(e.get("href")) for e in page.select('link:not([rel="canonical"])')]
        fetched += [str(e["src"]) for e in page.find_all(src=True)]
        assert not [url for url in fetched if re.match(r"(https?:)?//", url)], path


# What goes wrong in a build.


def warnings(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stderr.splitlines() if "WARNING" in line]


def test_build_failing_cell_ends_it_at_once(make_site: MakeSite, build_site: BuildSite):
    slow = "# %%\nimport time\ntime.sleep(600)\n"
    root = make_site({"index.py": "# %%\nx = 1\n\n# %%\n# why\nx / 0\n", "lessons/a.py": slow})
    done = build_site(root)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert (
        "docs/index.py:5: code cell 2 failed. It begins:\n    # why\n----> 2 x / 0\n"
        "ZeroDivisionError: division by zero\n"
    ) in done.stderr
    assert len(done.stderr.splitlines()) < 15 and not kernels(root)


def test_build_broken_package_is_told_once(make_site: MakeSite, build_site: BuildSite):
    root = make_site({"index.py": "# %%\n1\n", "lessons/01.py": "# %%\n2\n"})
    write(root, {"jaxdigits/__init__.py": "import nowhere\n"})
    done = build_site(root)
    assert done.returncode == 1 and done.stderr.count("Traceback") == 1
    assert done.stderr.count("No module named 'nowhere'") == 1


def test_build_strict_fails_for_what_readers_would_miss(make_site: MakeSite, build_site: BuildSite):
    drawing = "# %%\nimport matplotlib.pyplot as plt\nplt.plot([1]);\n"
    answer = '# %%\ndef check_a(x):\n    return "Not yet: no"\n\n# %% tags=["answer"]\n'
    links = "[b](lessons/b.py#none), [c](c.py)"
    offers = "# ---\n# offers: [gone.bin]\n# ---\n#"
    root = make_site(
        {
            "index.py": f"# %% [markdown]\n# # A\n#\n# {links}\n\n{drawing}",
            "lessons/b.py": f"# %% [markdown]\n{offers} # B\n\n{answer}print(check_a(1))\n",
            "lessons/c.md": "# C\n\n![](../assets/diagrams/network.svg)\n\n<script>x()</script>\n",
        }
    )
    for _ in range(2):  # Also when nothing has to run.
        done = build_site(root)
        found = warnings(done)
        assert done.returncode == 1
        for part in (
            "index.py:7: the cell has figures: 1, alternative texts: 0",
            "lessons/b.py:12: the answer fails its own check, which says: Not yet: no",
            "does not contain an anchor '#none'",
            "'c.py'",
            "lessons/b.py: its header offers gone.bin, but its code does not",
            "network.svg has no alternative text",
            "lessons/c/index.html: put the script",
        ):
            assert sum(part in line for line in found) == 1, (part, done.stderr)
        assert len(found) == 7, found


def test_build_without_npm_shows_tex_and_warns_once(make_site: MakeSite, build_site: BuildSite):
    root = make_site({"index.md": "# Home\n\n$x^2$\n", "a.md": "# A\n\n$y$\n"})
    done = build_site(root, NPM_FAILS="no network")
    assert done.returncode == 0 and done.stderr.count("no network") == 1
    assert r"\(x^2\)" in article(root / "site", "").get_text()


# Serving.


def kernels(root: Path) -> list[int]:
    """Return the processes that work in a folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.joinpath("cwd").resolve(strict=True) == root:
                found.append(int(folder.name))
        except OSError:
            pass
    return found


def start(command: list[str], root: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a command as a terminal does, its messages in a file."""
    with log.open("w") as file:
        return subprocess.Popen(
            command, cwd=root, env=variables(root), stderr=file, start_new_session=True
        )


class Server:
    """`mkdocs serve` on a site."""

    def __init__(self, root: Path, port: int) -> None:
        self.root, self.address = root, f"http://127.0.0.1:{port}/jaxdigits/"
        self.log = root / "log"
        command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
        self.process = start(command, root, self.log)

    def told(self, text: str) -> None:
        """Wait until the terminal shows a text."""
        end = time.monotonic() + 120
        while text not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.05)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=60) as answer:
            return answer.read().decode()

    def parts(self, lesson: str) -> dict[str, str]:
        """Return the parts of a lesson's page, as an open page gets them."""
        return json.loads(self.get(f".lessons?page={lesson}"))["parts"]

    def interrupt(self) -> float:
        """Press Ctrl-C; return how many seconds it took to end."""
        begin = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(60)
        return time.monotonic() - begin


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    server = Server(root, free_port())
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.interrupt()


def gate(name: str) -> str:
    """Return a lesson that ends when a file of that name exists."""
    return (
        f"# %% [markdown]\n# # {name}\n\n# %%\nimport os, time\n"
        f"while not os.path.exists('{name}'):\n    time.sleep(0.05)\nprint('{name} is done')\n"
    )


def soon() -> float:
    """Return two seconds; more, if others keep this machine busy."""
    return 2.0 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_serve_answers_before_lessons_have_run(make_site: MakeSite):
    root = make_site({"index.md": "# Home\n", "lessons/a.py": gate("a"), "lessons/b.py": gate("b")})
    with serving(root) as server:
        server.told("Serving on")
        page = BeautifulSoup(server.get("lessons/a/"), "html.parser")
        assert page.select(".part > .output.pending") and page.select(".highlight code")
        server.told("Running lessons/a.py")
        assert json.loads(server.get(".lessons"))["done"] == 0
        for name, count in {"a": 1, "b": 2}.items():
            write(root, {name: ""})
            server.told(f"Finished lessons/{name}.py")
            server.told(f"({count} of 2)")
            assert f"{name} is done\n</code>" in server.parts(f"lessons/{name}.py")["cell 1"]
        assert "lessons/a.py" in server.log.read_text()
        assert "a is done" in server.get("lessons/a.md")
        status = json.loads(server.get(".lessons?page=lessons/a.py"))
        assert status["parts"] and (status["done"], status["total"]) == (2, 2)
        shown = f".lessons?page=lessons/a.py&version={status['version']}"
        assert json.loads(server.get(shown))["parts"] == {}
        assert '"cell_type"' in server.get("lessons/a.ipynb")


def test_serve_shows_a_failure_on_its_page_and_in_the_terminal(make_site: MakeSite):
    title = "# %% [markdown]\n# # B\n\n# %%\n"
    root = make_site(
        {"index.md": "# Home\n", "lessons/a.py": gate("a"), "lessons/b.py": f"{title}1 / 0\n"}
    )
    with serving(root) as server:
        server.told("lessons/b.py:5: code cell 1 failed")
        server.told("ZeroDivisionError: division by zero")
        assert "Finished lessons/a.py" not in server.log.read_text()
        told = server.parts("lessons/b.py")["notice"]
        assert "failure" in told and "lessons/b.py:5" in told and "ZeroDivisionError" in told
        write(root, {"docs/lessons/b.py": f"{title}print(2 + 2)\n"})
        server.told("Finished lessons/b.py")
        assert "<code>4\n</code>" in server.parts("lessons/b.py")["cell 1"]


def test_serve_save_ends_the_execution_and_keeps_older_outputs(
    make_site: MakeSite, build_site: BuildSite
):
    first = "# %% [markdown]\n# # A\n\n# %%\nprint('old')\n"
    root = make_site({"index.md": "# Home\n", "lessons/a.py": first})
    assert build_site(root).returncode == 0
    with serving(root) as server:
        server.told("Serving on")
        write(root, {"docs/lessons/a.py": f"{first}\n# %%\nimport time\ntime.sleep(600)\n"})
        server.told("Running lessons/a.py")
        old, pending = [*server.parts("lessons/a.py").values()][:2]
        assert "older" in old and "old\n" in old and "pending" in pending
        write(root, {"docs/lessons/a.py": f"{first}\n# %%\nprint('new')\n"})
        server.told("Finished lessons/a.py")
        old, new = [*server.parts("lessons/a.py").values()][:2]
        assert "old\n" in old and "new\n" in new and "older" not in old


def test_serve_again_renders_only_what_is_new_or_warned(make_site: MakeSite):
    pages = {
        "index.md": "# Home\n\n[There](a.md#part). [`half`][jaxdigits.halves.half]\n",
        "a.md": "# A\n\nKept text. [Not there](b.md#none)\n\n## Part\n",
        "b.md": "# B\n\nKept text. [Nowhere](none.md)\n",
        "reference.md": "# Reference\n\n::: jaxdigits.halves\n",
    }
    root = make_site(pages, plugins=["mkdocstrings"])
    write(root, {"jaxdigits/halves.py": HALVES})
    with serving(root) as server:
        server.told("Serving on")
        before = {name: server.get(f"{name}/") for name in ("reference", "a")}
    for path in (root / ".cache/pages").iterdir():
        path.write_bytes(path.read_bytes().replace(b"Kept text", b"Kept TEXT"))
    write(root, {"docs/index.md": pages["index.md"] + "\nMore.\n"})
    with serving(root) as server:
        server.told("Serving on")
        assert "Kept TEXT" in server.get("a/") and "Kept text" in server.get("b/")
        article = BeautifulSoup(server.get("reference/"), "html.parser").article
        assert article == BeautifulSoup(before["reference"], "html.parser").article
        assert "More." in (home := server.get(""))
        assert 'href="reference/#jaxdigits.halves.half"' in home and 'href="a/#part"' in home
        told = server.log.read_text()
        assert "'none.md'" in told and "'#none'" in told and told.count("WARNING") == 2, told


def test_serve_taken_port_is_told_before_anything_runs(make_site: MakeSite):
    root = make_site({"index.py": "# %%\nprint(1)\n"})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = Server(root, port)
        assert server.process.wait(60) == 1
    told = server.log.read_text()
    assert f"127.0.0.1:{port} cannot be used" in told and "--dev-addr" in told
    assert "Traceback" not in told and "Running" not in told
    assert not (root / ".cache/runs").exists()


@pytest.mark.parametrize("moment", ["Building documentation", "Serving on", "Running", "cell"])
def test_serve_interrupt_ends_soon_and_quietly(make_site: MakeSite, moment: str):
    cell = gate("never") + "\n# %%\nprint(1)\n"
    code = cell.replace("import os, time\n", "import os, time\nopen('cell', 'w').close()\n")
    root = make_site({"index.md": "# Home\n", "lessons/a.py": code, "lessons/b.py": gate("b")})
    with serving(root) as server:
        if moment == "cell":
            while not (root / "cell").exists():
                time.sleep(0.05)
        else:
            server.told(moment)
        assert server.interrupt() < soon()
    told = server.log.read_text()
    assert "Traceback" not in told and "Error" not in told, told
    assert kernels(root) == []
    assert not list((root / ".cache/runs").glob("*"))


def test_build_interrupt_ends_soon_and_quietly(make_site: MakeSite):
    root = make_site({"index.md": "# Home\n", "lessons/a.py": gate("never")})
    process = start([sys.executable, "-m", "mkdocs", "build"], root, root / "log")
    while "Running" not in (root / "log").read_text():
        assert process.poll() is None
        time.sleep(0.05)
    begin = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == 1 and time.monotonic() - begin < soon()
    assert "Traceback" not in (root / "log").read_text() and kernels(root) == []


def test_serve_outputs_arrive_in_the_open_page(make_site: MakeSite, browser: Any):
    filler = "".join(f"#\n# Paragraph {n}.\n" for n in range(60))
    lesson = gate("a") + f"\n# %% [markdown]\n# ## Below\n{filler}\n# %%\nprint('the end')\n"
    root = make_site({"index.md": "# Home\n", "lessons/a.py": lesson, "lessons/b.py": gate("b")})
    with serving(root) as server, browser.new_context() as context:
        context.set_default_timeout(60_000)
        server.told("Serving on")
        page, other = context.new_page(), context.new_page()
        for tab, path in (page, "lessons/a/"), (other, "lessons/b/"):
            tab.goto(server.address + path)
            tab.evaluate("window.same = true")
            tab.locator(".pending").first.wait_for()
        page.locator(".lessons-left", has_text="0 of 2 lessons computed").wait_for()
        page.get_by_text("Paragraph 30.", exact=True).evaluate("e => e.scrollIntoView()")
        place = "e => e.getBoundingClientRect().top"
        before = page.get_by_text("Paragraph 30.", exact=True).evaluate(place)
        write(root, {"a": ""})
        page.get_by_text("a is done", exact=True).wait_for(state="attached")
        page.get_by_text("the end", exact=True).wait_for(state="attached")
        after = page.get_by_text("Paragraph 30.", exact=True).evaluate(place)
        assert abs(after - before) < 2
        assert page.evaluate("window.same") and other.evaluate("window.same")
        assert other.locator(".pending").count() == 1
        write(root, {"b": ""})
        other.get_by_text("b is done", exact=True).wait_for()
        other.locator(".lessons-left").wait_for(state="detached")
        assert other.evaluate("window.same")
