"""Tells browsers what a page may load and run: its Content-Security-Policy.

GitHub Pages sends no headers of ours, so each page carries the policy in its head. All pages carry
the same one: Material's instant navigation puts the next page into the one that is open, whose
policy stays in force.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

POLICY_PLACEHOLDER = "the-content-security-policy"
"""What docs/theme/main.html writes where the policy belongs."""

# Whatever is not named here is loaded from nowhere.
_DIRECTIVES = {
    "default-src": "'none'",
    # ... and the theme's inline scripts, by their hashes. Python in a page is WebAssembly.
    "script-src": "'self' 'wasm-unsafe-eval'",
    # Figures and formulas have sizes and colors in `style` attributes, which no hash allows.
    "style-src": "'self' 'unsafe-inline'",
    # Material's icons, and figures of pixels, are `data:`.
    "img-src": "'self' data:",
    "font-src": "'self'",
    # Instant navigation, the search index, the playground's parameters.
    "connect-src": "'self'",
    "worker-src": "'self'",  # Search and Python run in workers.
    "base-uri": "'self'",
    "form-action": "'self'",
    "object-src": "'none'",
}


# A script that runs and is no file. JSON does not run.
_INLINE = re.compile(r"<script(?![^>]* (?:src|type)=)[^>]*>(.*?)</script>", re.DOTALL)


def policy(pages: Iterable[str]) -> tuple[str, set[str]]:
    """Return the policy that lets pages run the theme's scripts, and the scripts that it bars."""
    theme: set[str] = set()
    barred: set[str] = set()
    for page in pages:
        before, _, rest = page.partition("<article")
        text, _, after = rest.partition("</article>")
        theme.update(_INLINE.findall(before), _INLINE.findall(after))
        barred.update(_INLINE.findall(text))
    hashes = sorted(b64encode(sha256(script.encode()).digest()).decode() for script in theme)
    sources = " ".join([_DIRECTIVES["script-src"], *(f"'sha256-{found}'" for found in hashes)])
    directives = _DIRECTIVES | {"script-src": sources}
    return "; ".join(f"{name} {value}" for name, value in directives.items()), barred
