import json
from collections.abc import Mapping
from typing import Any

import pytest
from lessonsite.live import Live

PAGE = "<h1>One</h1>"


class Server:
    """MkDocs' application, and pages of which `one/` shows the lesson `one.py`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.app = Live(self.mkdocs, "/site/", self)

    def mkdocs(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.asked.append(path := environ["PATH_INFO"])
        kind = "text/css" if path.endswith("css") else "text/html"
        status = "404 Not Found" if path.endswith("gone/") else "200 OK"
        length = ("Content-Length", str(len(PAGE)))
        start_response(status, [("Content-Type", kind), length])
        return [PAGE[:9].encode(), PAGE[9:].encode()]

    def finish(self, path: str, html: str) -> str:
        return f"{path}: {html}"

    def news(self, uri: str, shown: str) -> tuple[str, Mapping[str, str]]:
        return "2", {} if shown == "2" else {"cell 1": f"from {uri}"}

    def left(self) -> tuple[int, int, float]:
        return 1, 2, 150.0

    def download(self, path: str) -> bytes | None:
        return {"one/é.bin": b"\0\1", "one.py": b"code"}.get(path)

    def get(self, path: str, query: str = "") -> tuple[str, str, bytes]:
        started: list[Any] = []
        environ = {"PATH_INFO": f"/site/{path}", "QUERY_STRING": query}
        body = b"".join(self.app(environ, lambda *answer: started.extend(answer)))
        headers = dict(started[1])
        assert headers["Content-Length"] == str(len(body))
        return started[0], headers["Content-Type"], body


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.mark.parametrize("path", ["one/", "one/index.html"])
def test_page_shows_what_is_known(server: Server, path: str):
    assert server.get(path) == ("200 OK", "text/html", f"one/: {PAGE}".encode())


@pytest.mark.parametrize("path", ["gone/", "a.css"])
def test_what_is_no_page_is_mkdocs_own(server: Server, path: str):
    assert server.get(path)[2].decode() == PAGE


def test_download_is_answered_at_once(server: Server):
    assert server.get("one/é.bin") == ("200 OK", "application/octet-stream", b"\0\1")
    status, _, body = server.get("one.py")
    assert (status, body) == ("200 OK", b"code") and server.asked == []


def test_status_counts_and_sends_parts_only_of_another_version(server: Server):
    count = {"done": 1, "total": 2, "left": "about 2 minutes left"}
    assert json.loads(server.get(".lessons")[2]) == count
    for version, parts in {"1": {"cell 1": "from one.py"}, "2": {}}.items():
        _, kind, body = server.get(".lessons", f"page=one.py&version={version}")
        assert kind == "application/json"
        assert json.loads(body) == count | {"version": "2", "parts": parts}
