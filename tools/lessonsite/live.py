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
        """Answer a request for outputs or a download; MkDocs answers all others."""
        path = environ["PATH_INFO"].removeprefix(self.mount)
        if path == STATUS:
            query = {name: text for name, [text] in parse_qs(environ["QUERY_STRING"]).items()}
            content, kind = json.dumps(self._status(**query)).encode(), "application/json"
        elif path.endswith(("/", ".html")) or (content := self.state.download(path)) is None:
            return self.app(environ, start_response)
        else:
            kind = mimetypes.guess_type(path)[0] or "text/plain"
        length = ("Content-Length", str(len(content)))
        start_response("200 OK", [("Content-Type", kind), length, ("Cache-Control", "no-store")])
        return [content]

    def _status(self, page: str = "", version: str = "") -> dict[str, Any]:
        """Say how far the course is; and what is new on a page that shows another version."""
        runner = self.state.runner
        done, seconds = runner.left()
        minutes = round(seconds / 60)
        left = f"about {minutes} minutes left" if minutes > 1 else "about a minute left"
        status = {"done": done, "total": len(runner.jobs), "left": left}
        if page in runner.jobs:
            runner.open(page)
            parts, now = self.state.parts(page)
            status |= {"version": now, "parts": parts if now != version else {}}
        return status
