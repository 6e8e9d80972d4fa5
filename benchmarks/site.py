"""Measure a built site, as readers and their programs get it, and hold it to its bounds.

It is served compressed, below a folder of its host. What of npm's packages, Chromium, Playwright,
or Java is missing is named, and what needs it left out.
"""

import argparse
import json
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from site_checks import node_tools, tree
from site_checks.again import again
from site_checks.bounds import Figure, table
from site_checks.browser import BROWSERS, visit_all
from site_checks.facts import facts
from site_checks.lighthouse import lighthouse
from site_checks.links import links
from site_checks.serve import serve
from site_checks.validity import validity
from site_checks.weight import html_weight, index_weight

RECORD = Path(__file__).parent / "results" / "site.json"


def main() -> int:
    """Measure, report, and fail where a bound is passed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("site", nargs="?", type=Path, default=Path("site"), metavar="SITE_DIR")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="have Lighthouse judge three pages, and not their speed",
    )
    parser.add_argument(
        "--again", action="store_true", help="also build the site twice, and compare"
    )
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name}")
    options = parser.parse_args()

    figures, left_out = measured(options.site.resolve(), options.quick)
    if options.again:
        figures.append(again())
    print(table(figures, left_out))
    if options.record:
        record = {
            "facts": facts(),
            "left_out": left_out,
            "figures": [figure.as_json() for figure in figures],
        }
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 0 if all(figure.kept for figure in figures) else 1


def measured(site: Path, quick: bool) -> tuple[list[Figure], list[str]]:
    """Return the figures of a site, and what could not be measured here."""
    base = tree.base(site)
    figures = [html_weight(site), index_weight(site), *links(site, base)]
    left_out: list[str] = []
    packages = node_tools.install()
    if packages is None:
        return figures, ["HTML errors, axe, the network, Lighthouse: npm is not installed"]
    if shutil.which("java"):
        figures.append(validity(site, packages / node_tools.VALIDATOR))
    else:
        left_out.append("HTML errors: Java is not installed")
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        return figures, [*left_out, "axe, the network, Lighthouse: Chromium is not installed"]
    with serve(site, urlsplit(base).path) as address:
        if find_spec("playwright"):
            axe = packages / node_tools.AXE
            figures += visit_all(site, address, axe, chromium, at_once=2)
        else:
            left_out.append("axe, the network: playwright is not installed")
        # One at a time, and nothing beside it.
        pages = chosen(site) if quick else tree.pages(site)
        figures += lighthouse(pages, address, packages, chromium, timed=not quick)
    return figures, left_out


def chosen(site: Path) -> list[str]:
    """Return the front page, the heaviest lesson, and the heaviest page of the reference."""
    pages = tree.pages(site)
    parts = [[page for page in pages if page.startswith(p)] for p in ("lessons/", "reference/")]
    return ["", *(max(part, key=lambda page: tree.size(site, page)) for part in parts if part)]


if __name__ == "__main__":
    sys.exit(main())
