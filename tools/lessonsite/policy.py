"""Tells browsers what a page may load and run: its Content-Security-Policy.

GitHub Pages sends no headers of ours, so each page carries the policy in its head. All pages carry
the same one: Material's instant navigation puts the next page into the one that is open, whose
policy stays in force.
"""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html.parser import HTMLParser

PLACE = "the-content-security-policy"
"""What the template writes where the policy belongs."""

# Whatever is not named here is loaded from nowhere.
_DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",  # ... and the theme's inline scripts, by their hashes.
    # Figures and formulas have sizes and colors in `style` attributes, which no hash allows.
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


class _Scripts(HTMLParser):
    """Collects the inline scripts of a page: the theme's, and those that its text brings along."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.theme: set[str] = set()
        self.text: set[str] = set()
        self._in_text = self._in_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        self._in_text |= tag == "article"
        # A script with a `src` is a file, and JSON does not run.
        self._in_script = tag == "script" and not {"src", "type"} & about.keys()

    def handle_data(self, data: str) -> None:
        if self._in_script:
            (self.text if self._in_text else self.theme).add(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False
        self._in_text &= tag != "article"


def policy(pages: Iterable[str]) -> tuple[str, set[str]]:
    """Return the policy that lets pages run the theme's scripts, and the scripts that it bars."""
    scripts = [_Scripts(page) for page in pages]
    theme = set().union(*(found.theme for found in scripts))
    hashes = sorted(b64encode(sha256(script.encode()).digest()).decode() for script in theme)
    sources = " ".join(["'self'", *(f"'sha256-{found}'" for found in hashes)])
    directives = _DIRECTIVES | {"script-src": sources}
    text = "; ".join(f"{name} {value}" for name, value in directives.items())
    return text, set().union(*(found.text for found in scripts))
