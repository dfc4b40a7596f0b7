"""A web server on this machine that plays a status page, and what may be called in tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, ThreadingTCPServer

from db.web.addresses import IpAddress


def this_machine(number: IpAddress) -> bool:
    """The rule of tests: what is refused to everybody else, and nothing but that."""
    return number.is_loopback


@dataclass
class Page:
    """What the server answers at one path, and what it was asked."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    posted: list[bytes] = field(default_factory=list)


@contextmanager
def serving(pages: dict[str, Page]) -> Iterator[str]:
    """Serve pages by path; a page with an ETag answers 304 to whoever has it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            page = pages.get(self.path, Page(status=404))
            page.posted.append(self.rfile.read(int(self.headers["content-length"])))
            self._answer()

        def _answer(self) -> None:
            page = pages.get(self.path, Page(status=404))
            page.asked.append({name.lower(): value for name, value in self.headers.items()})
            etag = page.headers.get("ETag")
            same = etag is not None and self.headers.get("If-None-Match") == etag
            self.send_response(304 if same else page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            body = b"" if same else page.body
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def dribbling(first: bytes, then: bytes) -> Iterator[str]:
    """A server that answers whoever calls with ``first`` and then, for ever, with ``then``."""
    stop = threading.Event()

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            with suppress(OSError):
                self.request.sendall(first)
                while not stop.wait(0.02):
                    self.request.sendall(then)

    server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        thread.join()
