"""One exchange over a stream: a request out, an answer in."""
from __future__ import annotations

import time
from typing import AsyncGenerator, AsyncIterable, Callable, Mapping

from ..message import Malformed, read_header, read_size, read_status
from .stream import AsyncStream

_MOST = 65536


class AsyncAnswer:
    """The head of an answer, whose body is still to be read."""

    def __init__(self, stream: AsyncStream, status: int, headers: Mapping[str, str], release: Callable[[AsyncStream], None]) -> None:
        self.status = status
        self.headers = headers
        self._stream = stream
        self._release = release

    async def read(self, until: float) -> bytes:
        return b"".join([chunk async for chunk in self.chunks(lambda: until)])

    async def chunks(self, until: Callable[[], float]) -> AsyncGenerator[bytes, None]:
        """The body, piece by piece. A connection whose answer was read whole can be used again; every other one is closed."""
        is_whole = False
        try:
            if "chunked" in self.headers.get("transfer-encoding", ""):
                while size := read_size(await self._line(until())):
                    async for chunk in self._exactly(size, until):
                        yield chunk
                    await self._line(until())
                while (await self._line(until())).strip():
                    pass
                is_whole = True
            elif "content-length" in self.headers:
                async for chunk in self._exactly(int(self.headers["content-length"]), until):
                    yield chunk
                is_whole = True
            else:
                while chunk := await self._stream.read(_MOST, until()):
                    yield chunk
        finally:
            if is_whole and self.headers.get("connection", "").lower() != "close":
                self._stream.last_used = time.monotonic()
                self._release(self._stream)
            else:
                self.close()

    def close(self) -> None:
        self._stream.close()

    def abort(self) -> None:
        """Ends whoever reads the body, from any thread."""
        self._stream.abort()

    async def _exactly(self, size: int, until: Callable[[], float]) -> AsyncGenerator[bytes, None]:
        while size > 0:
            chunk = await self._stream.read(min(size, _MOST), until())
            if not chunk:
                raise Malformed("the answer was cut off")
            size -= len(chunk)
            yield chunk

    async def _line(self, until: float) -> bytes:
        return await read_line(self._stream, until)


async def send(stream: AsyncStream, head: bytes, body: bytes | AsyncIterable[bytes], until: float) -> None:
    if isinstance(body, bytes):
        await stream.write(head + body, until)
        return
    await stream.write(head, until)
    async for chunk in body:
        if chunk:
            await stream.write(b"%x\r\n%b\r\n" % (len(chunk), chunk), until)
    await stream.write(b"0\r\n\r\n", until)


async def read_head(stream: AsyncStream, until: float) -> tuple[int, dict[str, str]]:
    while True:
        status = read_status(await read_line(stream, until))
        headers: dict[str, str] = {}
        while line := (await read_line(stream, until)).strip():
            name, value = read_header(line)
            headers[name] = value
        # 1xx is not the answer yet.
        if status >= 200:
            return status, headers


async def read_line(stream: AsyncStream, until: float) -> bytes:
    line = await stream.read_line(until)
    if not line.endswith(b"\n"):
        raise Malformed("the answer was cut off")
    return line
