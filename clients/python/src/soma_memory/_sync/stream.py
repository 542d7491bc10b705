"""A connection as a stream of bytes, on a blocking socket."""
from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import threading
import time

from ..cancellation import Cancellation


class DeadlineReached(Exception):
    """What was waited for did not come in time."""


def pause(seconds: float, cancellation: Cancellation | None) -> None:
    """Waits; less if the cancellation is cancelled."""
    if cancellation is None:
        time.sleep(seconds)
        return
    ending = threading.Event()
    with cancellation.calling(ending.set):
        ending.wait(seconds)


class Stream:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._rest = b""
        self._is_ended = False
        self.last_used = time.monotonic()

    @classmethod
    def connect(cls, address: tuple[str, int], tls: ssl.SSLContext | None, until: float) -> Stream:
        try:
            connection = socket.create_connection(address, max(0.001, until - time.monotonic()))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                connection = tls.wrap_socket(connection, server_hostname=address[0])
        except TimeoutError:
            raise DeadlineReached() from None
        return cls(connection)

    @property
    def is_usable(self) -> bool:
        if self._is_ended or self._rest:
            return False
        # Nothing may come before the next request, so what can be read now is the end of the connection.
        with selectors.DefaultSelector() as selector:
            selector.register(self._connection, selectors.EVENT_READ)
            return not selector.select(0)

    def write(self, data: bytes, until: float) -> None:
        self._limit(until)
        try:
            self._connection.sendall(data)
        except TimeoutError:
            raise DeadlineReached() from None

    def read_line(self, until: float) -> bytes:
        """The line with its end; less if the connection ends."""
        while b"\n" not in self._rest:
            more = self._receive(until)
            if not more:
                break
            self._rest += more
        line, end, self._rest = self._rest.partition(b"\n")
        return line + end

    def read(self, most: int, until: float) -> bytes:
        """At least one byte; none if the connection ends."""
        data = self._rest or self._receive(until)
        self._rest = data[most:]
        return data[:most]

    def close(self) -> None:
        self._is_ended = True
        with contextlib.suppress(OSError):
            self._connection.close()

    def abort(self) -> None:
        """Ends what waits for this connection, from any thread. Closing alone would not wake a thread that reads."""
        self._is_ended = True
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _receive(self, until: float) -> bytes:
        self._limit(until)
        try:
            data = self._connection.recv(65536)
        except TimeoutError:
            raise DeadlineReached() from None
        self._is_ended = self._is_ended or not data
        return data

    def _limit(self, until: float) -> None:
        left = until - time.monotonic()
        if left <= 0:
            raise DeadlineReached()
        self._connection.settimeout(left)
