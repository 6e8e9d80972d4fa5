"""What "mkdocs serve" adds to its pages: outputs that arrive while somebody reads.

A page asks for its outputs when it is opened, and again every second as long as some are missing.
So a lesson that ends in the middle of a build needs no care: it is in the store, and pages ask.
"""

import json
import mimetypes
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

STATUS = ".lessons"
"""Where a page asks, below the address of the site."""


class Live:
    """Wrap the WSGI application of MkDocs for a site at a path such as `/jaxdigits/`.

    The `State` of the hooks says what the pages show, how far the lessons are, and what can be
    downloaded.
    """

    def __init__(self, app: Any, mount: str, state: Any) -> None:
        self.app, self.mount, self.state = app, mount, state

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        path = environ["PATH_INFO"].removeprefix(self.mount)
        if path == STATUS:
            content = json.dumps(self._status(parse_qs(environ.get("QUERY_STRING", "")))).encode()
            return _answer(start_response, "200 OK", content, "application/json")
        if (content := self.state.download(path)) is not None:
            kind = mimetypes.guess_type(path)[0] or "text/plain"
            return _answer(start_response, "200 OK", content, kind)
        started: list[Any] = []
        # If MkDocs is building, this waits until it is ready.
        body = self.app(environ, lambda *answer: started.extend(answer))
        status, headers = started
        kind = dict(headers).get("Content-Type", "")
        if not (status.startswith("200") and kind.startswith("text/html")):
            start_response(status, headers)
            return body
        html = self.state.finish(path.removesuffix("index.html"), b"".join(body).decode())
        return _answer(start_response, status, html.encode(), kind)

    def _status(self, query: dict[str, list[str]]) -> dict[str, Any]:
        """Say how far the course is; and what is new on a page, if it shows another version."""
        done, total, seconds = self.state.left()
        minutes = round(seconds / 60)
        left = f"about {minutes} minutes left" if minutes > 1 else "about a minute left"
        status: dict[str, Any] = {"done": done, "total": total, "left": left}
        if "page" in query:
            shown = query.get("version", [""])[0]
            version, parts = self.state.news(query["page"][0], shown)
            status |= {"version": version, "parts": parts}
        return status


def _answer(start_response: Any, status: str, content: bytes, kind: str) -> Iterable[bytes]:
    length = ("Content-Length", str(len(content)))
    start_response(status, [("Content-Type", kind), length, ("Cache-Control", "no-store")])
    return [content]
