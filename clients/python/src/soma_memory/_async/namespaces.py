"""What is done with whole namespaces. It needs the root token, or a key with the scope admin."""
from __future__ import annotations

import time
from typing import Any, AsyncGenerator, AsyncIterable, Callable

from ..errors import ConnectionLost
from ..keys import namespace_path
from ..message import Malformed, given
from ..settings import Options
from ..wire import (
    ChangedMemory, ForkedNamespace, NamespaceChoices, NamespaceDeleted, NamespaceImported, NamespaceListed, NamespaceView, ReindexBegun,
    RewoundNamespace,
)
from .caller import AsyncCaller, Call
from .stream import DeadlineReached

_SILENCE = 60.0


async def pages(caller: AsyncCaller, path: str, query: dict[str, Any], member: str, options: Options | None) -> AsyncGenerator[Any, None]:
    """Walks through all pages of a listing, and asks for the next one only when its elements are wanted."""
    cursor: str | None = None
    while True:
        page = await caller.json(Call("GET", path, {**query, "cursor": cursor}), options)
        for element in page[member]:
            yield element
        cursor = page["next_cursor"]
        if cursor is None:
            return


class AsyncNamespaces:
    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    def list(self, *, prefix: str | None = None, limit: int | None = None, options: Options | None = None) -> AsyncGenerator[NamespaceListed, None]:
        return pages(self._caller, "/namespaces", given(prefix=prefix, limit=limit), "namespaces", options)

    async def settings(self, name: str, *, options: Options | None = None) -> NamespaceView:
        return await self._caller.json(Call("GET", namespace_path(name)), options)

    async def configure(self, name: str, choices: NamespaceChoices, *, options: Options | None = None) -> NamespaceView:
        return await self._caller.json(Call("PUT", namespace_path(name), body=choices), options)

    async def delete(self, name: str, *, options: Options | None = None) -> NamespaceDeleted:
        """Deletes the namespace with all of its memories, links and history."""
        return await self._caller.json(Call("DELETE", namespace_path(name), {"confirm": name}), options)

    async def reindex(self, name: str, *, options: Options | None = None) -> ReindexBegun:
        """Embeds all memories anew, in the background."""
        return await self._caller.json(Call("POST", namespace_path(name) + "/reindex"), options)

    async def export(self, name: str, *, options: Options | None = None) -> AsyncGenerator[bytes, None]:
        """The namespace as JSON Lines, consistent at one seq, piece by piece. An export that is cut off raises."""
        call = Call("GET", namespace_path(name) + "/export", headers={"accept": "application/jsonl"})
        answer = await self._caller.open(call, options)
        limit: Callable[[], float] = lambda: time.monotonic() + _SILENCE
        try:
            async for chunk in answer.chunks(limit):
                yield chunk
        except (OSError, Malformed, DeadlineReached) as error:
            raise ConnectionLost(f"the export was cut off: {error}") from error

    async def import_(
        self, name: str, lines: bytes | AsyncIterable[bytes], *, replace: bool = False, options: Options | None = None,
    ) -> NamespaceImported:
        """Takes what ``export`` gave. A failed import is not sent again by itself, because an iterable cannot be read twice."""
        headers = {"content-type": "application/jsonl"}
        call = Call("POST", namespace_path(name) + "/import", given(replace=replace or None), stream=lines, headers=headers, is_write=True)
        return await self._caller.json(call, options)

    async def fork(
        self, name: str, to: str, *, as_of: int | float | str | None = None, history: bool | None = None, options: Options | None = None,
    ) -> ForkedNamespace:
        """An independent copy under another name."""
        body = given(to=to, as_of=as_of, history=history)
        return await self._caller.json(Call("POST", namespace_path(name) + "/fork", body=body, is_write=True), options)

    async def rewind(
        self, name: str, as_of: int | float | str, *, dry_run: bool | None = None, options: Options | None = None,
    ) -> RewoundNamespace:
        """Makes the present equal to a moment of the past. It is itself undone by another rewind."""
        body = given(as_of=as_of, dry_run=dry_run)
        return await self._caller.json(Call("POST", namespace_path(name) + "/rewind", body=body, is_write=True), options)

    def diff(
        self, name: str, *, from_: int | float | str | None = None, to: int | float | str | None = None, other: str | None = None,
        limit: int | None = None, options: Options | None = None,
    ) -> AsyncGenerator[ChangedMemory, None]:
        """What differs between two moments, or between two namespaces."""
        query = given(**{"from": from_, "to": to, "other": other, "limit": limit})
        return pages(self._caller, namespace_path(name) + "/diff", query, "changes", options)
