"""A connection as a stream of bytes, on asyncio."""
from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from typing import Awaitable, TypeVar

from ..cancellation import Cancellation

_T = TypeVar("_T")


class DeadlineReached(Exception):
    """What was waited for did not come in time."""


async def pause(seconds: float, cancellation: Cancellation | None) -> None:
    """Waits; less if the cancellation is cancelled."""
    if cancellation is None:
        await asyncio.sleep(seconds)
        return
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    with cancellation.calling(lambda: loop.call_soon_threadsafe(ending.set)):
        with contextlib.suppress(DeadlineReached):
            await _before(time.monotonic() + seconds, ending.wait())


class AsyncStream:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._loop = asyncio.get_running_loop()
        self.last_used = time.monotonic()

    @classmethod
    async def connect(cls, address: tuple[str, int], tls: ssl.SSLContext | None, until: float) -> AsyncStream:
        return cls(*await _before(until, asyncio.open_connection(*address, ssl=tls)))

    @property
    def is_usable(self) -> bool:
        # A client may be used in one event loop after the other, but a connection belongs to one.
        return self._loop is asyncio.get_running_loop() and not self._reader.at_eof() and not self._writer.is_closing()

    async def write(self, data: bytes, until: float) -> None:
        self._writer.write(data)
        await _before(until, self._writer.drain())

    async def read_line(self, until: float) -> bytes:
        """The line with its end; less if the connection ends."""
        return await _before(until, self._reader.readline())

    async def read(self, most: int, until: float) -> bytes:
        """At least one byte; none if the connection ends."""
        return await _before(until, self._reader.read(most))

    def close(self) -> None:
        if not self._loop.is_closed():
            self._writer.close()

    def abort(self) -> None:
        """Ends what waits for this connection, from any thread."""
        self._loop.call_soon_threadsafe(self._writer.transport.abort)


async def _before(until: float, awaitable: Awaitable[_T]) -> _T:
    # Before Python 3.12, asyncio.wait_for drops a cancellation that comes in the same turn of the loop as the result. asyncio.wait never does.
    waited = asyncio.ensure_future(awaitable)
    try:
        await asyncio.wait({waited}, timeout=max(0.0, until - time.monotonic()))
        if not waited.done():
            raise DeadlineReached()
        return waited.result()
    finally:
        waited.cancel()
