"""Stands between the client and the service, and spoils the requests for which it has a fault."""
from __future__ import annotations

import contextlib
import http.client
import os
import socket
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Proxy(ThreadingHTTPServer):
    """Faults: ``"cut"`` sends the request to the service, waits for the answer and breaks the connection instead of passing it on; ``"hang"`` never
    answers; ``(status, headers)`` is answered in the place of the service."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.faults: list[Any] = []
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.streams: list[socket.socket] = []
        self.stopped = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def cut_streams(self) -> None:
        while self.streams:
            with contextlib.suppress(OSError):
                self.streams.pop().shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self.stopped.set()
        self.cut_streams()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # Clients that leave are what is tested.


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def log_message(self, *_: Any) -> None:
        pass

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.seen.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}))
        fault = self.server.faults.pop(0) if self.server.faults else None
        if fault == "hang":
            self.server.stopped.wait(60)
            self.close_connection = True
            return
        if isinstance(fault, tuple):
            self._answer(fault[0], {**fault[1], "content-length": "0"})
            return
        service = urllib.parse.urlsplit(os.environ["SOMA_URL"])
        upstream = http.client.HTTPConnection(service.hostname or "", service.port, timeout=60)
        upstream.request(self.command, self.path, body or None, {name: value for name, value in self.headers.items() if name.lower() != "host"})
        answer = upstream.getresponse()
        if fault == "cut":
            answer.read()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if "content-length" in answer.headers:
            self._answer(answer.status, dict(answer.headers))
            self.wfile.write(answer.read())
            return
        self.server.streams.append(self.connection)
        self._answer(answer.status, {name: value for name, value in answer.headers.items() if name.lower() not in ("transfer-encoding", "connection")} | {"connection": "close"})
        self.close_connection = True
        with contextlib.suppress(OSError):
            while chunk := answer.read1(65536):
                self.wfile.write(chunk)
                self.wfile.flush()
        upstream.close()

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass
