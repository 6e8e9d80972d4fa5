"""Tell browsers what a page may load and run: its Content-Security-Policy.

GitHub Pages sends no headers of ours, so each page carries the policy in its head. All pages carry
the same. Material's instant navigation puts the next page into the one that is open, whose policy
goes on; if the next one's differed, it would be added, and both would have to allow whatever runs.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

# Whatever is not named here is loaded from nowhere.
_DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",  # ... and Material's inline scripts, by their hashes
    # Figures and formulas have their sizes and colors in `style` attributes, which no hash allows.
    "style-src": "'self' 'unsafe-inline'",
    # Material's icons, and figures of pixels, are `data:`.
    "img-src": "'self' data:",
    "font-src": "'self'",
    # Instant navigation, the search index, the playground's parameters.
    "connect-src": "'self'",
    "worker-src": "'self'",  # Search runs in a worker.
    "base-uri": "'self'",
    "form-action": "'self'",
    "object-src": "'none'",
}
# Not those of a `src`, which are files, nor JSON, which does not run.
_INLINE = re.compile(
    r"<script(?![^>]*\b(?:src=|type=.application/(?:ld\+)?json))[^>]*>(.*?)</script>", re.DOTALL
)
_CONTENT = re.compile(r"<article\b.*</article>", re.DOTALL)
# It must stand before whatever it is to govern.
_PLACE = re.compile(r'<meta charset="utf-8">')


def write(site: Path) -> list[str]:
    """Write the policy into every page of a site, once they are all there.

    Returns:
        What the policy forbids or fails to reach, in words.
    """
    pages = {path: path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}
    # What the theme runs is allowed, what a page's text brings along is not.
    theme = (script for page in pages.values() for script in _INLINE.findall(_outside(page)))
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(theme)}">'
    problems = []
    for path, page in pages.items():
        name = path.relative_to(site)
        if any(map(_INLINE.search, _CONTENT.findall(page))):
            problems.append(f"{name}: a script in the text will not run; put it into a file")
        page, found = _PLACE.subn(lambda charset: f"{charset[0]}{meta}", page, count=1)
        if not found:
            problems.append(f"{name}: found no place for the Content-Security-Policy")
        path.write_text(page, "utf-8")
    return problems


def policy(scripts: Iterable[str]) -> str:
    """Return the policy of pages that run these inline scripts, and no others."""
    hashes = {b64encode(sha256(script.encode()).digest()).decode() for script in scripts}
    sources = " ".join(["'self'", *(f"'sha256-{found}'" for found in sorted(hashes))])
    directives = _DIRECTIVES | {"script-src": sources}
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _outside(page: str) -> str:
    return _CONTENT.sub("", page)
