"""Serve a site from a folder of a host, compressed, as hosts of static pages do."""

import gzip
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple
from urllib.parse import urlsplit

from site_checks import tree

_TEXT = ("text/", "application/javascript", "application/json", "application/xml", "image/svg+xml")


class Answer(NamedTuple):
    """What a server sends."""

    status: int
    kind: str
    content: bytes
    compressed: bool


@lru_cache(maxsize=1000)
def answer(site: Path, prefix: str, path: str) -> Answer:
    """Return what is sent for a path; outside of `prefix`, nothing is found."""
    inside = path.startswith(prefix)
    file = tree.file_of(site, path.removeprefix(prefix)) if inside else site / "404.html"
    found = inside and file.is_file()
    file = file if found else site / "404.html"
    content = file.read_bytes() if file.is_file() else b""
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    compressed = kind.startswith(_TEXT)
    if compressed:
        content = squeeze(content)
    return Answer(200 if found else 404, kind, content, compressed)


def squeeze(content: bytes) -> bytes:
    """Return a text as it travels."""
    return gzip.compress(content, 6, mtime=0)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        pass  # A browser hangs up on what it no longer wants.


@contextmanager
def serve(site: Path, prefix: str, port: int = 0) -> Iterator[str]:
    """Serve a site until the end of the block; yield its address.

    Args:
        site: The folder.
        prefix: Where the site begins on its host, such as `"/jaxdigits/"`.
        port: Where to listen; 0 for any that is free.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # Connections stay open, as everywhere.

        def do_GET(self) -> None:
            found = answer(site, prefix, urlsplit(self.path).path)
            self.send_response(found.status)
            self.send_header("Content-Type", found.kind)
            if found.compressed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(found.content)))
            self.send_header("Cache-Control", "max-age=600")
            self.end_headers()
            self.wfile.write(found.content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with _Server(("127.0.0.1", port), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{prefix}"
        server.shutdown()
        thread.join()
