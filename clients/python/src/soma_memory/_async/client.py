"""The client."""
from __future__ import annotations

import dataclasses
import secrets
import ssl
from typing import Any, AsyncGenerator, Callable, Iterable, Literal, Mapping, Sequence

from ..batches import batches
from ..context import HEADING, Context, estimate, render
from ..errors import NotFound
from ..keys import Key, key_text, memory_path
from ..message import given
from ..settings import Options, Settings, resolve
from ..wire import (
    CallerView, ChangeKind, DeletedCount, DeletedLink, DeletedMemory, Direction, FoundPath, Health, Hits, Included, ListOrder, Memory, MemoryKind,
    MemoryVersion, Mode, NeighborLinks, OnSimilar, PatchMemory, SearchExpansion, SearchWeights, Stats, Stored, StoredBatch, StoredLink, StoreMemory,
)
from .access import AsyncKeys
from .caller import AsyncCaller, Call
from .changes import AsyncChangeFeed
from .namespaces import AsyncNamespaces, pages

_Moment = int | float | str


class AsyncSoma:
    """One namespace of a Soma service.

    What is left out comes from the environment: SOMA_URL, SOMA_API_KEY or SOMA_API_TOKEN, SOMA_NAMESPACE. ``token`` may be a function that is
    asked before every attempt, and ``trace`` one that gives the headers of the current trace. What calls take and give is what the HTTP API
    takes and gives. A client may be shared.
    """

    def __init__(
        self, url: str | None = None, *, token: str | Callable[[], str] | None = None, namespace: str | None = None, tenant: str | None = None,
        timeout: float = 60.0, retries: int = 5, headers: Mapping[str, str] | None = None,
        trace: Callable[[], Mapping[str, str]] | None = None, tls: ssl.SSLContext | None = None,
    ) -> None:
        self._begin(AsyncCaller(resolve(url, token, namespace, tenant, timeout, retries, headers, trace, tls)))

    def _begin(self, caller: AsyncCaller) -> AsyncSoma:
        self._caller = caller
        self.namespaces = AsyncNamespaces(caller)
        self.keys = AsyncKeys(caller)
        return self

    @classmethod
    def of(cls, settings: Settings) -> AsyncSoma:
        """A client with the settings of another."""
        return cls.__new__(cls)._begin(AsyncCaller(settings))

    @property
    def settings(self) -> Settings:
        return self._caller.settings

    def within(self, namespace: str, tenant: str | None = None) -> AsyncSoma:
        """The same service and settings, in another namespace. The two share their connections."""
        settings = dataclasses.replace(self.settings, namespace=namespace, tenant=tenant or self.settings.tenant)
        return type(self).__new__(type(self))._begin(self._caller.with_settings(settings))

    async def __aenter__(self) -> AsyncSoma:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections that are kept for the next call."""
        self._caller.close()

    # Memories

    async def store(
        self, memory: str | Mapping[str, Any], *, id: str | None = None, coord: Key | None = None, memory_type: MemoryKind | None = None,
        importance: float | None = None, embedding: Sequence[float] | str | None = None, text: str | None = None,
        expires_at: float | str | None = None, ttl_seconds: float | None = None, on_similar: OnSimilar | None = None,
        options: Options | None = None,
    ) -> Stored:
        """Stores a payload; a text alone becomes ``{"text": …}``. The same key again replaces the memory. ``expires_at="never"`` holds against
        the namespace's rule."""
        body = given(
            payload={"text": memory} if isinstance(memory, str) else memory, id=id, coord=None if coord is None else key_text(coord),
            memory_type=memory_type, importance=importance, embedding=embedding, text=text, expires_at=expires_at, ttl_seconds=ttl_seconds,
            on_similar=on_similar)
        if expires_at == "never":
            body["expires_at"] = None
        return await self._write("POST", "/memories", body, options)

    async def batch(self, items: Sequence[StoreMemory], *, options: Options | None = None) -> StoredBatch:
        """Stores up to 1,000 memories, all or none."""
        return await self._write("POST", "/memories/batch", {"items": items}, options)

    async def store_many(self, items: Iterable[StoreMemory], *, options: Options | None = None) -> Sequence[Stored]:
        """Stores any number of memories, in batches that are each stored whole or not at all.

        If it fails, run it again with the same items and the same ``idempotency_key``: what was stored is not stored twice.
        """
        options = options or Options()
        key = options.idempotency_key or secrets.token_hex(16)
        stored: list[Stored] = []
        for number, items_of_one in enumerate(batches(items)):
            answer = await self.batch(items_of_one, options=dataclasses.replace(options, idempotency_key=f"{key}:{number}"))
            stored += answer["results"]
        return stored

    async def get(self, key: Key, *, as_of: _Moment | None = None, options: Options | None = None) -> Memory:
        """Raises NotFound if there is no such memory."""
        return (await self._read(memory_path(key), given(as_of=as_of), options))["memory"]

    async def find(self, key: Key, *, as_of: _Moment | None = None, options: Options | None = None) -> Memory | None:
        """As ``get``, but None if there is no such memory."""
        try:
            return await self.get(key, as_of=as_of, options=options)
        except NotFound:
            return None

    async def patch(self, key: Key, patch: PatchMemory, *, options: Options | None = None) -> Stored:
        """``payload`` is a merge patch (RFC 7396); the other fields replace, and None removes."""
        return await self._write("PATCH", memory_path(key), patch, options)

    async def delete(self, key: Key, *, purge: bool = False, options: Options | None = None) -> DeletedMemory:
        """Deletes a memory and its links. ``purge`` also deletes the content of its history."""
        return await self._caller.json(Call("DELETE", memory_path(key), given(purge=purge or None), is_write=True), options)

    async def delete_many(
        self, *, filters: Mapping[str, Any] | None = None, coords: Sequence[Key] | None = None, dry_run: bool = False,
        options: Options | None = None,
    ) -> DeletedCount:
        """Deletes what the filter and the keys name. ``dry_run`` only counts."""
        keys = None if coords is None else [key_text(key) for key in coords]
        return await self._write("POST", "/memories/delete", given(filters=filters, coords=keys, dry_run=dry_run or None), options)

    def list(
        self, *, filters: Mapping[str, Any] | None = None, memory_type: MemoryKind | None = None, order: ListOrder | None = None,
        desc: bool | None = None, as_of: _Moment | None = None, limit: int | None = None, options: Options | None = None,
    ) -> AsyncGenerator[Memory, None]:
        """All memories that the query lets pass; pages of ``limit`` are read as the loop gets to them."""
        query = given(filters=filters, memory_type=memory_type, order=order, desc=desc, as_of=as_of, limit=limit)
        return pages(self._caller, "/memories", query, "memories", options)

    def range(
        self, min: Sequence[float], max: Sequence[float], *, filters: Mapping[str, Any] | None = None, limit: int | None = None,
        options: Options | None = None,
    ) -> AsyncGenerator[Memory, None]:
        """Those whose coordinates lie between two corners."""
        query = given(min=key_text(min), max=key_text(max), filters=filters, limit=limit)
        return pages(self._caller, "/memories/range", query, "memories", options)

    # Finding

    async def search(
        self, query: str = "", *, top_k: int | None = None, offset: int | None = None, filters: Mapping[str, Any] | None = None,
        memory_type: MemoryKind | None = None, embedding: Sequence[float] | str | None = None, mode: Mode | None = None,
        min_score: float | None = None, min_relevance: float | None = None, explain: bool | None = None,
        include: Sequence[Included] | None = None, accurate: bool | None = None, exact: bool | None = None,
        weights: SearchWeights | None = None, expand: SearchExpansion | None = None, max_tokens: int | None = None,
        as_of: _Moment | None = None, options: Options | None = None,
    ) -> Hits:
        body = given(
            query=query, top_k=top_k, offset=offset, filters=filters, memory_type=memory_type, embedding=embedding, mode=mode,
            min_score=min_score, min_relevance=min_relevance, explain=explain, include=include, accurate=accurate, exact=exact,
            weights=weights, expand=expand, max_tokens=max_tokens, as_of=as_of)
        return await self._caller.json(Call("POST", "/memories/search", body=body), options)

    async def context(
        self, query: str, max_tokens: int = 1000, *, min_relevance: float | None = None, top_k: int = 50,
        filters: Mapping[str, Any] | None = None, memory_type: MemoryKind | None = None, accurate: bool | None = None,
        weights: SearchWeights | None = None, expand: SearchExpansion | None = None, as_of: _Moment | None = None, heading: str = HEADING,
        count_tokens: Callable[[str], int] = estimate, options: Options | None = None,
    ) -> Context:
        """What a prompt needs to know for the query: one line a memory with its date and key, most relevant first, within ``max_tokens``."""
        hits = await self.search(
            query, top_k=top_k, filters=filters, memory_type=memory_type, min_relevance=min_relevance, accurate=accurate, weights=weights,
            expand=expand, max_tokens=max_tokens, as_of=as_of, options=options)
        return render(hits["memories"], max_tokens, heading, count_tokens)

    # Links

    async def link(
        self, from_: Key, to: Key, *, link_type: str | None = None, strength: float | None = None, metadata: Mapping[str, Any] | None = None,
        options: Options | None = None,
    ) -> StoredLink:
        body = given(from_coord=key_text(from_), to_coord=key_text(to), link_type=link_type, strength=strength, metadata=metadata)
        return await self._write("POST", "/graph/link", body, options)

    async def unlink(self, from_: Key, to: Key, *, link_type: str | None = None, options: Options | None = None) -> DeletedLink:
        query = given(from_coord=key_text(from_), to_coord=key_text(to), link_type=link_type)
        return await self._caller.json(Call("DELETE", "/graph/link", query, is_write=True), options)

    async def neighbors(
        self, of: Key, *, k_hop: int | None = None, limit: int | None = None, offset: int | None = None, link_type: str | None = None,
        direction: Direction | None = None, as_of: _Moment | None = None, options: Options | None = None,
    ) -> NeighborLinks:
        query = given(coord=key_text(of), k_hop=k_hop, limit=limit, offset=offset, link_type=link_type, direction=direction, as_of=as_of)
        return await self._read("/graph/neighbors", query, options)

    async def path(
        self, from_: Key, to: Key, *, max_length: int | None = None, link_type: str | None = None, weighted: bool | None = None,
        as_of: _Moment | None = None, options: Options | None = None,
    ) -> FoundPath:
        query = given(
            from_coord=key_text(from_), to_coord=key_text(to), max_length=max_length, link_type=link_type, weighted=weighted, as_of=as_of)
        return await self._read("/graph/path", query, options)

    # The past

    def history(self, key: Key, *, limit: int | None = None, options: Options | None = None) -> AsyncGenerator[MemoryVersion, None]:
        """The versions of a memory, newest first."""
        return pages(self._caller, memory_path(key) + "/history", given(limit=limit), "versions", options)

    async def revert(
        self, key: Key, *, version: int | None = None, seq: int | None = None, as_of: _Moment | None = None, options: Options | None = None,
    ) -> Stored:
        """Stores the content of an earlier version again, as the next one."""
        return await self._write("POST", memory_path(key) + "/revert", given(version=version, seq=seq, as_of=as_of), options)

    def changes(
        self, *, after: int = 0, log: str | None = None, follow: bool = True, ops: Sequence[ChangeKind] | None = None, coord: str | None = None,
        id_prefix: str | None = None, include_embedding: bool = False, silence: float = 45.0, options: Options | None = None,
    ) -> AsyncChangeFeed:
        """Every committed change in order. It waits for further ones unless ``follow`` is False.

        A stream that is silent for ``silence`` seconds is opened again; the service sends something every 15.
        """
        return AsyncChangeFeed(self._caller, after, log, follow, ops, coord, id_prefix, include_embedding, silence, options)

    # The service

    async def stats(self, *, options: Options | None = None) -> Stats:
        return await self._read("/stats", {}, options)

    async def health(self, *, options: Options | None = None) -> Health:
        return await self._read("/health", {}, options)

    async def whoami(self, *, options: Options | None = None) -> CallerView:
        """What the token in use may do."""
        return await self._read("/whoami", {}, options)

    async def _read(self, path: str, query: Mapping[str, Any], options: Options | None) -> Any:
        return await self._caller.json(Call("GET", path, query), options)

    async def _write(self, method: Literal["POST", "PATCH"], path: str, body: Any, options: Options | None) -> Any:
        return await self._caller.json(Call(method, path, body=body, is_write=True), options)
