"""Each check of a built site finds what it is there to find."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from site_checks import lighthouse, node_tools, tree
from site_checks.bounds import Figure, counted, table
from site_checks.links import links
from site_checks.serve import serve
from site_checks.weight import html_weight, index_weight, without_figures

BASE = "https://digits.example/learn/"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A page</title>
<link rel="canonical" href="{base}{page}">
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>A page</h1>
{content}
</main>
</body>
</html>
"""
DRAWING = '<figure class="drawn"><svg viewBox="0 0 1 1"><path d="M0 0L1 1"/></svg></figure>'


def noise(length: int) -> str:
    """Return text that gzip halves and no more."""
    return "".join(sha256(str(i).encode()).hexdigest() for i in range(length // 64))


@pytest.fixture
def make(tmp_path):
    """Return a function that writes a site: `make({"lessons/1/": "<p>Text.</p>"})`."""

    def write(contents, files=None):
        for page, content in {"": "", **contents}.items():
            file = tree.file_of(tmp_path, page)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(PAGE.format(base=BASE, page=quote(page), content=content))
        for place, text in {"search/search_index.json": '{"docs": []}', **(files or {})}.items():
            (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / place).write_text(text)
        return tmp_path

    return write


def test_a_figure_tells_which_page_is_worst_and_whether_it_keeps_the_bound():
    light = Figure("Weight", 25, {"a/": 3, "b/": 25}, "KB")
    assert (light.page, light.worst, light.kept) == ("b/", 25, True)
    assert not Figure("Weight", 24, light.by_page).kept
    assert Figure("Score", 3, light.by_page, at_least=True).kept
    assert Figure("Score", 4, light.by_page, at_least=True).page == "a/"
    assert not Figure("Score", 4, light.by_page, at_least=True).kept
    # Nothing measured is nothing kept.
    assert not Figure("Weight", 25, {}).kept and not Figure("Score", 0, {}, at_least=True).kept


def test_the_table_says_what_is_wrong_where():
    text = table([counted("Errors", {"": [], "a/": ["x", "y"]})], ["axe: npm is not installed"])
    assert "PASSED  Errors        2     at most 0 (2 measured)  /a/" in text
    assert "left out: axe" in text and "  /a/: x\n  /a/: y" in text
    assert table([counted("Errors", {"a/": []})], []).startswith("ok ")


def test_pages_and_their_address_are_found(make):
    site = make({"lessons/1/": "", "404.html": "", "a b/": ""})
    assert tree.pages(site) == ["", "404.html", "a%20b/", "lessons/1/"]
    assert tree.file_of(site, "a%20b/").is_file()
    assert tree.base(site) == BASE
    with pytest.raises(SystemExit, match="no built site"):
        tree.base(site / "lessons")


def test_a_difference_between_two_builds_is_found(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for top in (one, other):
        (top / "deep").mkdir(parents=True)
        (top / "deep/same").write_text("same")
    assert tree.differences(one, other) == []
    (one / "deep/dated").write_text("Monday")
    (other / "deep/dated").write_text("Tuesday")
    (other / "more").write_text("")
    assert tree.differences(one, other) == ["deep/dated", "more"]


def test_figures_data_does_not_count_as_html():
    icon = '<svg viewBox="0 0 24 24"></svg>'
    table = '<details class="note figure-data"><summary>s</summary><table></table></details>'
    image = '<img alt="A" src="data:image/png;base64,AAAA">'
    html = f"<p>{icon}</p>{DRAWING}{table}<details>kept</details>{image}"
    kept = f'<p>{icon}</p><figure class="drawn"></figure><details>kept</details>'
    assert without_figures(html) == f'{kept}<img alt="A" src="">'


def test_heavy_html_is_found(make):
    heavy = f"<p>{noise(60_000)}</p>"
    site = make(
        {
            "lessons/1/": heavy,
            "lessons/2/": DRAWING.replace("M0", noise(60_000)),
            "other/": heavy,
        }
    )
    figure = html_weight(site)
    assert figure.page == "lessons/1/" and figure.worst > 25 and not figure.kept
    assert figure.by_page.keys() == {"lessons/1/", "lessons/2/"}
    assert figure.by_page["lessons/2/"] < 1


def test_a_heavy_search_index_is_found(make):
    assert index_weight(make({})).kept
    index = json.dumps({"docs": [{"location": "", "text": noise(700_000)}]})
    assert not index_weight(make({}, {"search/search_index.json": index})).kept


def test_broken_links_and_anchors_are_found(make):
    site = make(
        {
            "": f'<p id="here"><a href="#here">a</a> <a href="{BASE}one/#there">b</a> '
            '<a href="one/">c</a> <a href="https://elsewhere.example/#x">d</a> '
            '<a href="mailto:a@b.example">e</a> <a href="a.md#a-head">f</a>'
            '<a href="none/">g</a> <a href="#nowhere">h</a> <img src="none.png" alt="">',
            "one/": '<p id="there"><a href="../#none">i</a> <a href="/learn/">j</a>'
            '<svg><g clip-path="url(#there)"></g><use xlink:href="#nothing"/></svg>',
        },
        {
            "a.md": "# A head\n\n[k](none.md) [l](#a-head) [m](index.html#lost)\n\n"
            "- In a list:\n\n    ```python\n    x[0](none.md)\n    ```\n",
            "llms.txt": f"- [n]({BASE}a.md): text\n- [o]({BASE}b.md): text\n",
            "a.ipynb": json.dumps(
                {
                    "cells": [
                        {"cell_type": "markdown", "source": [f"[p]({BASE}one/#lost)"]},
                        {"cell_type": "code", "source": ["x[0](none)"]},
                    ]
                }
            ),
            "assets/style.css": "a {background: url(no.woff2)} b {background: url('style.css')}",
            "sitemap.xml": f"<urlset><url><loc>{BASE}two/</loc></url></urlset>",
            "search/search_index.json": json.dumps(
                {"docs": [{"location": "one/#there"}, {"location": "x/"}]}
            ),
            "robots.txt": "[q](none)",
        },
    )
    broken, lost = links(site, BASE)
    assert not broken.kept and not lost.kept
    assert set(broken.details) == {
        "/index.html: none/",
        "/index.html: none.png",
        "/a.md: none.md",
        f"/llms.txt: {BASE}b.md",
        "/assets/style.css: no.woff2",
        f"/sitemap.xml: {BASE}two/",
        "/search/search_index.json: x/",
    }
    assert set(lost.details) == {
        "/index.html: #nowhere",
        "/one/index.html: ../#none",
        "/one/index.html: #nothing",
        "/a.md: index.html#lost",
        f"/a.ipynb: {BASE}one/#lost",
    }


def test_a_site_is_served_compressed_below_a_folder(make):
    site = make({"one/": "<p>One</p>", "404.html": "<p>Lost</p>"}, {"a.bin": "raw"})

    def get(url):
        try:
            return urllib.request.urlopen(url)
        except urllib.error.HTTPError as error:
            return error

    with serve(site, "/learn/") as address:
        assert address.endswith("/learn/")
        with get(f"{address}one/?query") as found:
            assert found.headers["Content-Encoding"] == "gzip"
            assert b"<p>One</p>" in gzip.decompress(found.read())
        with get(f"{address}a.bin") as raw:
            assert raw.read() == b"raw" and raw.headers["Content-Encoding"] is None
        for wrong in (f"{address}two/", address.replace("/learn/", "/one/")):
            with get(wrong) as missing:
                assert missing.code == 404 and b"Lost" in gzip.decompress(missing.read())


def report(performance, seo=1.0):
    audits = {
        "paint": {"score": 0.5, "title": "Paints early", "displayValue": "4.2 s"},
        "robots": {"score": 0, "title": "Is found", "details": {"items": [{"line": 1}]}},
        "unscored": {"score": None, "title": "Manual"},
        "information": {"score": 0, "title": "Weighs nothing"},
    }
    weights = {"paint": 1, "robots": 1, "unscored": 1, "information": 0}
    references = [{"id": name, "weight": weight} for name, weight in weights.items()]
    scores = {"performance": performance, "accessibility": 1.0, "best-practices": None, "seo": seo}
    return {
        "audits": audits,
        "environment": {"benchmarkIndex": 875},
        "categories": {
            name: {"score": score, "auditRefs": references} for name, score in scores.items()
        },
    }


def test_low_scores_are_found_and_explained(monkeypatch):
    monkeypatch.setattr(lighthouse, "_report", lambda *_: report(0.99, seo=0.9))
    figures = lighthouse.lighthouse(["", "a/"], "http://host/", Path(), "chromium", timed=True)
    performance, accessibility, practices, seo = figures
    assert performance.kept and accessibility.kept and not seo.kept
    assert seo.details[:2] == ["/: Paints early: 4.2 s", '/: Is found: [{"line": 1}]']
    assert len(seo.details) == 4
    # What Lighthouse could not tell is not taken for good.
    assert practices.worst == 0 and not practices.kept


def test_a_busy_moment_is_measured_again(monkeypatch):
    scores, factors = iter([0.6, 0.7, 0.65, 0.97]), []

    def measure(*arguments):
        factors.append(arguments[-1])
        return report(next(scores))

    monkeypatch.setattr(lighthouse, "_report", measure)
    slow, fast = (
        lighthouse.lighthouse([page], "http://host/", Path(), "chromium", timed=True)[0]
        for page in ("a/", "b/")
    )
    assert slow.worst == 70 and not slow.kept
    assert fast.worst == 97 and fast.kept
    # This machine is twice as fast as a phone, no more.
    assert factors == [4, 2, 2, 4]


def test_a_quick_run_judges_no_speed(monkeypatch):
    asked = []

    def measure(url, packages, chromium, categories, factor):
        asked.append(categories)
        return report(0.1)

    monkeypatch.setattr(lighthouse, "_report", measure)
    figures = lighthouse.lighthouse(["a/"], "http://host/", Path(), "chromium", timed=False)
    assert asked == [["accessibility", "best-practices", "seo"]]
    assert [figure.title for figure in figures] == [
        *("Lighthouse, accessibility", "Lighthouse, best-practices", "Lighthouse, seo")
    ]


@pytest.mark.parametrize(("index", "factor"), [(300, 1), (875, 2), (1750, 4), (3000, 4)])
def test_the_slowdown_suits_the_machine(index, factor):
    assert lighthouse.slowdown({"environment": {"benchmarkIndex": index}}) == factor


def run(site: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    script = Path(__file__).parents[2] / "benchmarks/site.py"
    command = [sys.executable, script, site]
    variables = os.environ | environment
    return subprocess.run(command, env=variables, capture_output=True, text=True)


def test_the_script_fails_where_a_bound_is_passed_and_names_what_it_left_out(make):
    done = run(make({"lessons/1/": "<p>Text</p>"}), PATH="")
    assert done.returncode == 0, done.stderr
    assert "left out: HTML errors, axe" in done.stdout
    done = run(make({"lessons/1/": '<a href="none/">link</a>'}), PATH="")
    assert done.returncode == 1 and "none/" in done.stdout


@pytest.fixture
def packages():
    """Return where npm's packages are, if the site was checked here before: none is fetched."""
    if not (folder := node_tools.installed()):
        pytest.skip("npm's packages are not installed: run benchmarks/site.py")
    return folder


def test_html_that_is_none_by_the_standard_is_found(make, packages):
    from site_checks.validity import validity

    if not shutil.which("java"):
        pytest.skip("no Java is installed")
    site = make({"bad page/": "<p tabindex=''>Text</p>", "good/": "<p>Text</p>"})
    figure = validity(site, packages / node_tools.VALIDATOR)
    assert figure.by_page == {"": 0, "bad%20page/": 1, "good/": 0}
    assert "tabindex" in figure.details[0]


def test_what_a_browser_sees_is_found(make, packages):
    from site_checks.browser import BROWSERS, visit_all

    pytest.importorskip("playwright", reason="playwright is not installed")
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        pytest.skip("no Chromium is installed")
    dark = (
        "<style>@media (prefers-color-scheme: dark) { p { color: #777; background: #666 } }</style>"
    )
    narrow = "<style>@media (max-width: 400px) { p { color: #777; background: #666 } }</style>"
    unnamed = '<button type="button"></button>'
    site = make(
        {
            "lessons/good/": "<p>Text</p>",
            "lessons/big/": '<p>Text</p><script src="big.js"></script>',
            "foreign/": '<img src="http://elsewhere.invalid/a.png" alt="">',
            "wide/": '<div style="width: 361px">Text</div>',
            "dark/": f"{dark}<p>Text</p>",
            "folded/": f"<details><summary>More</summary>{unnamed}</details>",
            "narrow/": f"{narrow}<p>Text</p>",
        },
        {"lessons/big/big.js": f"// {noise(800_000)}"},
    )
    with serve(site, "/learn/") as address:
        figures = visit_all(site, address, packages / node_tools.AXE, chromium, at_once=2)
    wrong = [{page: n for page, n in f.by_page.items() if n > f.bound} for f in figures]
    loaded, foreign, wide, light_axe, dark_axe = wrong
    assert list(loaded) == ["lessons/big/"]
    assert foreign == {"foreign/": 1}
    assert list(wide) == ["wide/"]
    assert light_axe == {"narrow/": 1, "folded/": 1}
    assert dark_axe == {"dark/": 1, "folded/": 1}
    assert "color-contrast" in figures[-1].details[0]
