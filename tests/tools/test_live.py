import json
from types import SimpleNamespace
from typing import Any

import pytest
from lessonsite.live import VERSION_PLACEHOLDER, Live, Shown

PAGE = f"<h1>One</h1><!--cell 1--><p data-version='{VERSION_PLACEHOLDER}'></p>"


class Server:
    """MkDocs' application, a runner, and one lesson, `one.py`, at the address `one/`."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.asked: list[str] = []
        self.version, self.html = "waiting-1", "pending"
        self.computed = 0
        runner: Any = SimpleNamespace(
            jobs={"one.py": None, "two.py": None}, open=self.opened.append, left=lambda: (1, 150.0)
        )
        self.app = Live(self.mkdocs, "/site/", runner, self.shown_at, self.offered)

    def mkdocs(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.asked.append(environ["PATH_INFO"])
        there = not environ["PATH_INFO"].endswith("gone/")
        status = "200 OK" if there else "404 Not Found"
        content = (PAGE if there else "gone <!--cell 1-->").encode()
        length = ("Content-Length", str(len(content)))
        start_response(status, [("Content-Type", "text/html"), length])
        return [content[:9], content[9:]]

    def shown_at(self, path: str) -> Shown | None:
        def parts() -> dict[str, str]:
            self.computed += 1
            return {"<!--cell 1-->": self.html}

        return Shown("one.py", self.version, parts) if path in ("one/", "one.py", "gone/") else None

    def offered(self, path: str) -> bytes | None:
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
def test_page_shows_what_is_known_and_its_lesson_is_opened(server: Server, path: str):
    status, _, body = server.get(path)
    part = '<div class="part" data-part="cell 1">pending</div>'
    page = PAGE.replace("<!--cell 1-->", part).replace(VERSION_PLACEHOLDER, "waiting-1")
    assert (status, body.decode()) == ("200 OK", page)
    assert server.opened == ["one.py"] and server.asked == [f"/site/{path}"]


def test_other_pages_are_mkdocs_own(server: Server):
    assert server.get("other/")[2].decode() == PAGE
    assert server.get("gone/")[:1] == ("404 Not Found",)
    assert server.get("gone/")[2] == b"gone <!--cell 1-->"
    assert server.computed == 0


def test_offered_file_is_answered_at_once(server: Server):
    assert server.get("one/é.bin") == ("200 OK", "application/octet-stream", b"\0\1")
    status, _, body = server.get("one.py")
    assert (status, body) == ("200 OK", b"code") and server.asked == []


def test_status_counts_and_sends_parts_only_of_another_version(server: Server):
    count = {"done": 1, "total": 2, "left": "about 2 minutes left"}
    assert json.loads(server.get(".lessons")[2]) == count
    same = server.get(".lessons", "page=one.py&version=waiting-1")
    assert same[1] == "application/json" and json.loads(same[2]) == count
    assert server.opened == ["one.py"] and server.computed == 0
    server.version, server.html = "done-2", "<b>4</b>"
    found = json.loads(server.get(".lessons", "page=one.py&version=waiting-1")[2])
    assert found == count | {"version": "done-2", "parts": {"cell 1": "<b>4</b>"}}
