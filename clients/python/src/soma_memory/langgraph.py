"""LangGraph's store on one Soma namespace. It needs the package langgraph-checkpoint; nothing else of this library does."""
from __future__ import annotations

import asyncio
import datetime
from typing import Any, Iterable, Sequence

try:
    from langgraph.store.base import BaseStore, GetOp, Item, ListNamespacesOp, PutOp, SearchItem, SearchOp  # pyright: ignore
except ImportError as error:
    raise ImportError("soma_memory.langgraph needs LangGraph's base class: pip install langgraph-checkpoint") from error

from ._async.client import AsyncSoma
from ._async.items import AsyncItems
from ._sync.client import Soma
from ._sync.items import Items


class SomaStore(BaseStore):  # pyright: ignore
    """A tuple of labels becomes part of an item's id, so any tuples share the namespace.

    Within one batch, reads see the state before the batch's puts, and the last put of a key wins. The puts of a batch are stored whole or not at
    all, up to 1,000; deletes follow them.
    """

    supports_ttl = True

    def __init__(self, soma: Soma, *, index: Sequence[str] = ("$",), ttl: Any = None) -> None:
        """``index``: paths of a value's texts that a query finds, where ``put`` names none. ``ttl``: LangGraph's ``TTLConfig``."""
        self.ttl_config = ttl
        self._items = Items(soma, index)
        self._async_items = AsyncItems(AsyncSoma.of(soma.settings), index)

    def batch(self, ops: Iterable[Any]) -> list[Any]:
        operations = list(ops)
        results = [self._read(operation) for operation in operations]
        self._items.apply([operation for operation in operations if isinstance(operation, PutOp)])
        return results

    async def abatch(self, ops: Iterable[Any]) -> list[Any]:
        operations = list(ops)
        results = await asyncio.gather(*(self._aread(operation) for operation in operations))
        await self._async_items.apply([operation for operation in operations if isinstance(operation, PutOp)])
        return list(results)

    def _read(self, operation: Any) -> Any:
        if isinstance(operation, GetOp):
            return _item(self._items.get(operation))
        if isinstance(operation, SearchOp):
            return [_found(memory) for memory in self._items.search(operation)]
        if isinstance(operation, ListNamespacesOp):
            return list(self._items.list_namespaces(operation))
        return None

    async def _aread(self, operation: Any) -> Any:
        if isinstance(operation, GetOp):
            return _item(await self._async_items.get(operation))
        if isinstance(operation, SearchOp):
            return [_found(memory) for memory in await self._async_items.search(operation)]
        if isinstance(operation, ListNamespacesOp):
            return list(await self._async_items.list_namespaces(operation))
        return None


def _fields(memory: Any) -> dict[str, Any]:
    payload = memory["payload"]
    return {
        "namespace": tuple(payload["namespace"]), "key": payload["key"], "value": payload["value"],
        "created_at": datetime.datetime.fromisoformat(memory["created_at"]), "updated_at": datetime.datetime.fromisoformat(memory["updated_at"]),
    }


def _item(memory: Any) -> Any:
    return None if memory is None else Item(**_fields(memory))


def _found(memory: Any) -> Any:
    return SearchItem(**_fields(memory), score=memory.get("score"))
