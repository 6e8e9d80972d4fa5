"""Visit every page as readers do, on a phone and on a desk, in light and in dark."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from site_checks import tree
from site_checks.bounds import Figure, counted

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
# A reader who wants no motion: nothing is judged halfway through a transition.
_VIEW: dict[str, Any] = {"viewport": PHONE, "reduced_motion": "reduce", "color_scheme": "light"}
# Formulas out of sight wait until a reader does something.
_READ = """async () => {
    dispatchEvent(new Event("pointermove"));
    const unfinished = () => document.querySelector(".arithmatex:not(:has(.katex))");
    for (let turn = 0; unfinished() && turn < 250; turn++) {
        await new Promise((done) => setTimeout(done, 20));
    }
    await document.fonts.ready;
}"""
_UNFOLD = "document.querySelectorAll('details').forEach((details) => (details.open = true))"
_OVERHANG = "document.scrollingElement.scrollWidth - innerWidth"
# One line for all elements with the same trouble.
_AXE = """async () => {
    // The one rule of WCAG 2.2 at AA is not among those that axe applies without being told.
    const rules = {"target-size": {enabled: true}};
    const {violations} = await axe.run({resultTypes: ["violations"], rules});
    const found = new Map();
    for (const {id, nodes} of violations) {
        for (const {target, any, all, none} of nodes) {
            // False: this rule finds no text in MathML, which screen readers read aloud.
            const math = document.querySelector(target[0])?.querySelector("math");
            if (id === "empty-table-header" && math) continue;
            const trouble = `${id}: ${[...any, ...all, ...none][0]?.message ?? ""}`;
            found.set(trouble, [...(found.get(trouble) ?? []), target.join(" ")]);
        }
    }
    return [...found].map(([trouble, [first, ...more]]) =>
        `${trouble} ${first}${more.length ? ` and ${more.length} more` : ""}`);
}"""


@dataclass
class Visit:
    """What was seen on a page."""

    loaded: int = 0
    third_parties: list[str] = field(default_factory=list)
    overhang: float = 0
    violations: dict[str, list[str]] = field(default_factory=dict)


def visit_all(site: Path, address: str, axe: Path, chromium: str, at_once: int) -> list[Figure]:
    """Return what a browser says of the site's pages.

    Args:
        site: The folder.
        address: Where it is served.
        axe: The script that looks for barriers.
        chromium: The browser.
        at_once: How many pages are open at a time.
    """
    pages = tree.pages(site)
    script = axe.read_text(encoding="utf-8")
    visits = dict(
        zip(pages, asyncio.run(_visits(pages, address, script, chromium, at_once)), strict=True)
    )
    loaded = {page: round(v.loaded / 1000, 1) for page, v in visits.items() if tree.is_lesson(page)}
    wide = {
        page: [f"{visit.overhang:g} px too wide"] if visit.overhang > 0 else []
        for page, visit in visits.items()
    }
    return [
        Figure("First visit to a lesson, gzip", 350, loaded, "KB"),
        counted("Third-party requests", {page: v.third_parties for page, v in visits.items()}),
        counted("Pages that scroll sideways at 360 px", wide),
        *(
            counted(f"axe, {scheme}", {page: v.violations[scheme] for page, v in visits.items()})
            for scheme in ("light", "dark")
        ),
    ]


async def _visits(
    pages: Sequence[str], address: str, script: str, chromium: str, at_once: int
) -> list[Visit]:
    from playwright.async_api import async_playwright

    free = asyncio.Semaphore(at_once)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)

        async def visit(page: str) -> Visit:
            # A context of its own has nothing in its cache: a first visit.
            async with free, await browser.new_context(**_VIEW) as context:
                return await _visit(await context.new_page(), address, page, script)

        visits = await asyncio.gather(*map(visit, pages))
        await browser.close()
    return visits


async def _visit(tab: Any, address: str, page: str, script: str) -> Visit:
    visit = Visit()
    host = urlsplit(address).netloc
    finished: list[Any] = []

    def asked(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != host:
            visit.third_parties.append(request.url)

    tab.on("request", asked)
    tab.on("requestfinished", lambda request: finished.append(request))
    await tab.goto(address + page, wait_until="networkidle")
    await tab.evaluate(_READ)
    sizes = [await request.sizes() for request in finished]
    visit.loaded = sum(size["responseBodySize"] for size in sizes)
    # What is folded away is a part of the page.
    await tab.evaluate(_UNFOLD)
    visit.overhang = await tab.evaluate(_OVERHANG)
    await tab.evaluate(script)
    light = await tab.evaluate(_AXE)
    await tab.set_viewport_size(DESK)
    light += await tab.evaluate(_AXE)
    # Only colors differ now, and the larger view has what the smaller one has.
    await tab.emulate_media(color_scheme="dark")
    dark = await tab.evaluate(_AXE)
    visit.violations = {"light": list(dict.fromkeys(light)), "dark": dark}
    return visit
