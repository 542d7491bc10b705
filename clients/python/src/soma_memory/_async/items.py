"""The operations of LangGraph's store, on memories. Operations come as LangGraph's own; memories go out."""
from __future__ import annotations

from typing import Any, AsyncGenerator, Sequence

from ..errors import NotFound
from ..items import distinct_namespaces, filters_of, is_match, key_of, memory_of
from ..wire import Hit, Memory, StoreMemory
from .client import AsyncSoma

_PAGE = 100


class AsyncItems:
    def __init__(self, soma: AsyncSoma, index: Sequence[str]) -> None:
        self._soma = soma
        self._index = index

    async def get(self, operation: Any) -> Memory | None:
        memory = await self._soma.find(key_of(operation.namespace, operation.key))
        if memory and operation.refresh_ttl:
            await self._refresh(memory)
        return memory

    async def search(self, operation: Any) -> Sequence[Hit | Memory]:
        found: dict[str, Hit | Memory] = {}
        most = operation.offset + operation.limit
        candidates = self._candidates(operation)
        async for memory in candidates:
            if len(found) >= most:
                break
            value = memory.get("payload", {})["value"]
            if memory["coord"] not in found and all(is_match(value.get(name), wanted) for name, wanted in (operation.filter or {}).items()):
                found[memory["coord"]] = memory
        await candidates.aclose()
        shown = [*found.values()][operation.offset :]
        for memory in shown if operation.refresh_ttl else ():
            await self._refresh(memory)
        return shown

    async def list_namespaces(self, operation: Any) -> Sequence[tuple[str, ...]]:
        labels = [memory["payload"]["namespace"] async for memory in self._soma.list(filters=filters_of(()), limit=1000)]
        namespaces = distinct_namespaces(labels, operation.match_conditions, operation.max_depth)
        return namespaces[operation.offset : operation.offset + operation.limit]

    async def apply(self, puts: Sequence[Any]) -> None:
        """The last put of a key wins. The stores are one commit, up to 1,000; the deletes follow."""
        last = {key_of(put.namespace, put.key): put for put in puts}
        stores: list[StoreMemory] = [memory_of(put, self._index) for put in last.values() if put.value is not None]
        deletes = [key for key, put in last.items() if put.value is None]
        if stores:
            await self._soma.store_many(stores)
        if deletes:
            await self._soma.delete_many(coords=deletes)

    async def _candidates(self, operation: Any) -> AsyncGenerator[Hit | Memory, None]:
        """What the query finds, best first, and then the items that it does not, latest first and without a score."""
        filters = filters_of(operation.namespace_prefix, operation.filter)
        offset = 0
        while operation.query:
            hits = await self._soma.search(operation.query, top_k=_PAGE, offset=offset, filters={**filters, "payload.indexed": True})
            for hit in hits["memories"]:
                yield hit
            offset += _PAGE
            if len(hits["memories"]) < _PAGE:
                break
        async for memory in self._soma.list(filters=filters, order="seq", desc=True, limit=_PAGE):
            yield memory

    async def _refresh(self, memory: Hit | Memory) -> None:
        minutes = memory.get("payload", {}).get("ttl")
        if minutes is None:
            return
        try:
            await self._soma.patch(memory["coord"], {"ttl_seconds": minutes * 60})
        except NotFound:
            pass  # The item was deleted between the read and the refresh.
