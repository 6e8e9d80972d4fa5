"""What "mkdocs serve" adds to its pages: outputs that arrive while somebody reads.

A page asks for its outputs when it is opened, and again every second as long as some are missing.
So a lesson that ends in the middle of a build needs no care: it is in the store, and pages ask.
"""

import json
import mimetypes
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from lessonsite.render import fill
from lessonsite.runner import Runner

STATUS = ".lessons"
"""Where a page asks, below the address of the site."""


VERSION_PLACEHOLDER = "the-version-of-this-page"
"""What stands in a page where the version that it shows belongs."""


class Shown(NamedTuple):
    """What can stand at the marks of a page now."""

    lesson: str
    version: str
    """Another one whenever the parts are others."""
    parts: Callable[[], Mapping[str, str]]


class Live:
    """A WSGI application in front of MkDocs' own.

    Args:
        app: MkDocs' application.
        mount: The path of the site, such as `/jaxdigits/`.
        runner: Runs the lessons.
        shown_at: From the path of a page below the mount, or the name of its lesson, to what it
            shows; None if it shows nothing that has to be computed.
        download_at: From a path below the mount to a file for download.
    """

    def __init__(
        self,
        app: Any,
        mount: str,
        runner: Runner,
        shown_at: Callable[[str], Shown | None],
        download_at: Callable[[str], bytes | None],
    ) -> None:
        self.app, self.mount, self.runner = app, mount, runner
        self.shown_at, self.download_at = shown_at, download_at

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        path = environ["PATH_INFO"].removeprefix(self.mount)
        if path == STATUS:
            content = json.dumps(self._status(parse_qs(environ.get("QUERY_STRING", "")))).encode()
            return _answer(start_response, content, "application/json")
        shown = self.shown_at(path.removesuffix("index.html"))
        # By its address it is the page; by the name of its file it is a download.
        if shown and not path.endswith(".py"):
            self.runner.open(shown.lesson)
            return self._filled(path, environ, start_response)
        if (content := self.download_at(path)) is not None:
            return _answer(start_response, content, mimetypes.guess_type(path)[0] or "text/plain")
        return self.app(environ, start_response)

    def _filled(self, path: str, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        started: list[Any] = []
        # If MkDocs is building, this waits until it is ready.
        body = self.app(environ, lambda status, headers, *rest: started.extend((status, headers)))
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        status, headers = started
        shown = self.shown_at(path.removesuffix("index.html"))
        if shown and status.startswith("200"):
            live = {mark: _part(mark, html) for mark, html in shown.parts().items()}
            content = fill(content.decode(), live | {VERSION_PLACEHOLDER: shown.version}).encode()
        kept = [(key, value) for key, value in headers if key.lower() != "content-length"]
        start_response(status, [*kept, ("Content-Length", str(len(content)))])
        return [content]

    def _status(self, query: dict[str, list[str]]) -> dict[str, Any]:
        """Say how far the course is; and what is new on a page, if it shows another version."""
        done, seconds = self.runner.left()
        status: dict[str, Any] = {"done": done, "total": len(self.runner.jobs)}
        shown = self.shown_at(query.get("page", ["no page"])[0])
        if shown:
            self.runner.open(shown.lesson)
            if shown.version != query.get("version", [""])[0]:
                names = {_name(mark): html for mark, html in shown.parts().items()}
                status |= {"version": shown.version, "parts": names}
        return status | {"left": _words(seconds)}


def _answer(start_response: Any, content: bytes, kind: str) -> Iterable[bytes]:
    length = ("Content-Length", str(len(content)))
    start_response("200 OK", [("Content-Type", kind), length, ("Cache-Control", "no-store")])
    return [content]


def _name(mark: str) -> str:
    return mark.removeprefix("<!--").removesuffix("-->")


def _part(mark: str, html: str) -> str:
    # An element of the theme's text: what it holds can be put in place of what it held.
    return f'<div class="part" data-part="{_name(mark)}">{html}</div>'


def _words(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"about {minutes} minutes left" if minutes > 1 else "about a minute left"
