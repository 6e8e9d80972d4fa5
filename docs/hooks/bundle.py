"""Ship one style sheet and one script in place of seven each: every request delays a first page.

Both are named by what is in them, so that no page meets those of an earlier build. The script waits
until the page is there. Material's own is mended, where no option and no page can do that.
"""

import logging
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.hooks.bundle")

# What the theme, its plugins, and `mkdocs.yml` refer to, one after the other. Modules are no such
# scripts: they find others by their own address. One, and then any number: a pattern that begins
# with a plain string is found sooner than one that begins with a group.
_STYLE = r'<link rel="stylesheet" href="[^":]*\bassets/[^"]*">\s*'
_SCRIPT = r'<script src="[^":]*\bassets/[^"]*"></script>\s*'
_STYLES, _SCRIPTS = (re.compile(f"{one}(?:{one})*") for one in (_STYLE, _SCRIPT))
_ADDRESS = re.compile(r'="([^"]*?)\b(assets/[^"]*)"')
# What these tell of, lines and columns, holds no longer.
_SOURCE_MAP = re.compile(r"^(?://|/\*)# sourceMappingURL=.*$", re.MULTILINE)
_RELATIVE = re.compile(r"\burl\((?=[\w.])(?!data:)")

# Stops every transition while colors change. Material changes them once when a page opens, too, and
# for this rule the browser computes the style of all elements twice more: a fifth of its work.
_SWITCHING = re.compile(r"\[data-md-color-switching\] [^{}]*\{[^{}]*\}")

# What Material's script does once, and what it should do.
_MENDED = (
    # The place of a code block's buttons is no landmark: a page would have dozens without a name.
    (re.compile(r'\("nav",\{class:"md-code__nav"\}\)'), '("div",{class:"md-code__nav"})'),
    # A <meta> that says whether colors are light or dark costs the style of all elements, twice,
    # even if it says that they are light, which they are without it.
    (
        re.compile(
            r'(let (\w+)=\w+\("meta",\{name:"color-scheme"\}\);)document\.head\.appendChild\(\2\);'
        ),
        r"\1",
    ),
    (
        re.compile(r"return (\w+)\.content=(\w+)\.colorScheme,"),
        r'return \1.content=\2.colorScheme,\1.content!=="dark"||document.head.appendChild(\1),',
    ),
)
_BEFORE = [Path(__file__).with_name(name) for name in ("search_waits.js", "styles_stay.js")]


def mend(script: str) -> str | None:
    """Return Material's script as it should be, or None if it is not that of Material 9.8."""
    if "search/search_index.json" not in script or "XMLHttpRequest" not in script:
        return None
    for wrong, right in _MENDED:
        script, times = wrong.subn(right, script)
        if times != 1:
            return None
    return "\n".join([*(path.read_text(encoding="utf-8") for path in _BEFORE), script])


def combine(html: str, site: Path) -> str:
    """Return a page that refers to one style sheet and one script, and write both.

    Args:
        html: The page.
        site: Where the site is built; what the page refers to is there.
    """

    def style(run: re.Match[str]) -> str:
        address = _write(run[0], "css", site)
        return f'<link rel="stylesheet" href="{address}">\n' if address else run[0]

    def script(run: re.Match[str]) -> str:
        address = _write(run[0], "js", site)
        return f'<script src="{address}" defer></script>\n' if address else run[0]

    return _SCRIPTS.sub(script, _STYLES.sub(style, html))


def _write(run: str, kind: str, site: Path) -> str | None:
    """Write one file, and return its address, or None if one that it is made of is missing."""
    found = _ADDRESS.findall(run)
    try:
        parts = tuple((place, (site / place).stat().st_mtime_ns) for _, place in found)
    except FileNotFoundError:
        return None
    return f"{found[0][0]}{_combined(parts, kind, site)}"


@lru_cache(maxsize=8)
def _combined(parts: tuple[tuple[str, int], ...], kind: str, site: Path) -> str:
    """Write a file of parts, each as it was at a time, and return its place. All pages want it."""
    text = "\n".join(_read(site / place, Path(place).parent) for place, _ in parts)
    place = f"assets/site.{sha256(text.encode()).hexdigest()[:8]}.{kind}"
    (site / place).write_text(text, encoding="utf-8")
    return place


def _read(path: Path, folder: Path) -> str:
    text = _SOURCE_MAP.sub("", path.read_text(encoding="utf-8"))
    if path.match("javascripts/bundle.*.js"):
        if mended := mend(text):
            return mended
        # With another version of Material, the site is as good, if slower: no reason to stop.
        log.info(f"{path.name} is not the script that docs/hooks/bundle.py mends")
    if path.suffix == ".css":
        # An address in a style sheet is relative to it, and the whole is in `assets/`.
        text = _RELATIVE.sub(f"url(../{folder.as_posix()}/", text)
    return _SWITCHING.sub("", text)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Combine what a page refers to."""
    return combine(output, Path(config.site_dir))


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Combine what the page of errors refers to, which MkDocs takes for a template."""
    if not template_name.endswith(".html"):
        return output_content
    return combine(output_content, Path(config.site_dir))
