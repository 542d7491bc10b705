"""The changes of a namespace, in order and without a gap."""
from __future__ import annotations

import contextlib
import json
import time
from typing import Any, AsyncGenerator, Sequence

from ..errors import Cancelled, Gone, LogReplaced, SomaError
from ..message import EventReader, Malformed, given
from ..settings import Options, back_off
from ..wire import Change, ChangeKind, ChangePage
from .caller import AsyncCaller, Call
from .stream import DeadlineReached, pause


class AsyncChangeFeed:
    """Iterate over it. A stream that breaks is opened again where it was.

    ``after`` and ``log`` are the place up to which changes were handed out and done with: kept together, they let another process go on there.
    """

    def __init__(
        self, caller: AsyncCaller, after: int, log: str | None, follow: bool, ops: Sequence[ChangeKind] | None, coord: str | None,
        id_prefix: str | None, include_embedding: bool, silence: float, options: Options | None,
    ) -> None:
        self.after = after
        self.log = log
        self._caller = caller
        self._follow = follow
        self._filters = given(ops=list(ops) if ops else None, coord=coord, id_prefix=id_prefix, include="embedding" if include_embedding else None)
        self._silence = silence
        self._options = options or Options()
        self._running: AsyncGenerator[Change, None] | None = None

    def __aiter__(self) -> AsyncGenerator[Change, None]:
        self._running = self._stream() if self._follow else self._pages()
        return self._running

    async def aclose(self) -> None:
        """Closes the connection of an iteration that was left before its end."""
        if self._running:
            await self._running.aclose()

    async def __aenter__(self) -> AsyncChangeFeed:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _query(self) -> dict[str, Any]:
        return {**self._filters, **given(after=self.after, log=self.log)}

    async def _pages(self) -> AsyncGenerator[Change, None]:
        while True:
            try:
                page: ChangePage = await self._caller.json(Call("GET", "/changes", {**self._query(), "limit": 1000}), self._options)
            except Gone as error:
                raise _replaced(error) from error
            self.log = page["log"]
            for change in page["changes"]:
                yield change
                self.after = change["seq"]
            if page["next_after"] <= self.after and not page["changes"]:
                return
            self.after = page["next_after"]

    async def _stream(self) -> AsyncGenerator[Change, None]:
        failures = 0
        cancellation = self._options.cancellation
        while True:
            if failures:
                await pause(back_off(failures - 1), cancellation)
            failures += 1
            headers = {"accept": "text/event-stream", "last-event-id": str(self.after)}
            try:
                answer = await self._caller.open(Call("GET", "/changes", self._query(), headers=headers), self._options)
            except Gone as error:
                raise _replaced(error) from error
            except Cancelled:
                raise
            except SomaError as error:
                # Whatever the service says about the request would be said again. All else is a connection that broke.
                if error.status is not None and error.status < 500 and error.status != 429:
                    raise
                continue
            events = EventReader()
            chunks = answer.chunks(lambda: time.monotonic() + self._silence)
            with cancellation.calling(answer.abort) if cancellation else contextlib.nullcontext():
                try:
                    async for chunk in chunks:
                        for event in events.feed(chunk):
                            failures = 1
                            if event.name == "reset":
                                raise LogReplaced("the namespace has another log", status=410)
                            if event.name == "log":
                                self.log = json.loads(event.data)["log"]
                            elif event.data:
                                yield json.loads(event.data)
                            if event.id is not None:
                                self.after = int(event.id)
                except (OSError, EOFError, Malformed, DeadlineReached):
                    pass
                finally:
                    # A body that was read to its end has given its connection back; every other one is closed here.
                    await chunks.aclose()
            if cancellation and cancellation.is_cancelled:
                raise Cancelled("the feed was cancelled")


def _replaced(error: Gone) -> LogReplaced:
    return LogReplaced(str(error), status=410, problem=error.problem, request_id=error.request_id)
