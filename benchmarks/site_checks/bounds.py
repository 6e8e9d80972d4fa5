"""A figure, the bound that it must keep, and how both are shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_SHOWN = 40


@dataclass
class Figure:
    """What was measured on every page.

    Attributes:
        title: What it is.
        bound: What no page may pass.
        by_page: The figure of each page.
        unit: What follows the figure.
        at_least: Whether a page passes the bound by falling below it.
        details: What is wrong where, in words.
    """

    title: str
    bound: float
    by_page: Mapping[str, float]
    unit: str = ""
    at_least: bool = False
    details: Sequence[str] = field(default_factory=tuple)

    @property
    def page(self) -> str:
        """The page that keeps the bound least, or that passes it most."""
        choose = min if self.at_least else max
        return choose(self.by_page, key=lambda page: self.by_page[page], default="")

    @property
    def worst(self) -> float:
        """The figure of that page; where nothing was measured, nothing is kept."""
        return self.by_page[self.page] if self.by_page else float("nan")

    @property
    def kept(self) -> bool:
        """Whether every page keeps the bound."""
        return self.worst >= self.bound if self.at_least else self.worst <= self.bound

    def as_json(self) -> dict[str, Any]:
        """Return what a record holds."""
        return {
            **{"title": self.title, "unit": self.unit, "bound": self.bound},
            **{"at_least": self.at_least, "worst": self.worst, "page": self.page},
            "pages": len(self.by_page),
            "by_page": {page: n for page, n in self.by_page.items() if n != self.bound},
        }


def counted(title: str, problems: Mapping[str, Sequence[str]]) -> Figure:
    """Return a figure of which no page may have any: how many problems each page has."""
    details = [f"/{page}: {problem}" for page, found in problems.items() for problem in found]
    return Figure(title, 0, {page: len(found) for page, found in problems.items()}, details=details)


def table(figures: Sequence[Figure], left_out: Sequence[str]) -> str:
    """Return the figures as lines for people."""
    return "\n".join(_lines(figures, left_out))


def _lines(figures: Sequence[Figure], left_out: Sequence[str]) -> Iterator[str]:
    width = max((len(figure.title) for figure in figures), default=0)
    for figure in figures:
        way = "at least" if figure.at_least else "at most"
        where = f"  /{figure.page}" if figure.worst != figure.bound else ""
        yield (
            f"{'ok    ' if figure.kept else 'PASSED'}  {figure.title:{width}}  "
            f"{figure.worst:7.5g} {figure.unit:2}  {way} {figure.bound:g} "
            f"({len(figure.by_page)} measured){where}"
        )
    for check in left_out:
        yield f"left out: {check}"
    for figure in figures:
        if figure.details:
            yield f"\n{figure.title}:"
            yield from (f"  {detail}" for detail in figure.details[:_SHOWN])
            if more := figure.details[_SHOWN:]:
                yield f"  and {len(more)} more"
