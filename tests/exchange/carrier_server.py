"""A carrier on this machine: a real HTTP server in the test process that keeps what it is sent and
answers as it is told, well or badly."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

Answer = tuple[int, bytes] | str
HANGS_UP, SAYS_NOTHING, DRIPS = "hangs-up", "says-nothing", "drips"


@dataclass
class Carrier:
    """`answers`: one a call, the last for all that follow. `asked`: method and path of a call."""

    answers: list[Answer] = field(default_factory=lambda: [(200, b'{"code": 0}')])
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    on_call: Callable[[bytes], None] | None = None

    def __enter__(self) -> "Carrier":
        carrier = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                carrier.answer(self)

            def do_GET(self) -> None:
                carrier.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.over.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/send"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", "0")))
        with self.lock:
            self.calls.append((dict(handler.headers.items()), body))
            self.asked.append((handler.command, handler.path))
            given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if self.on_call is not None:
            self.on_call(body)
        if given == HANGS_UP:
            handler.close_connection = True
            return
        if given == SAYS_NOTHING:
            self.over.wait(20)
            return
        status, text = (200, b"{}") if given == DRIPS else given
        handler.send_response(int(status))
        handler.send_header("Content-Length", str(10_000 if given == DRIPS else len(text)))
        handler.end_headers()
        if given == DRIPS:
            self._drip(handler)
        else:
            handler.wfile.write(text)  # type: ignore[arg-type]

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        try:
            while not self.over.wait(0.05):
                handler.wfile.write(b" ")
                handler.wfile.flush()
        except OSError:
            return


def closed_port() -> str:
    """An address where nobody listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = server.server_address[1]
    server.server_close()
    return f"http://127.0.0.1:{port}/send"
