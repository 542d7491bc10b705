"""A stand-in for the module of this name in the package langgraph-checkpoint, which cannot be had everywhere: the same names, fields, defaults and
abstract methods, and the methods of the base class that the tests call. Written from its documented interface."""
from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any, Iterable, Literal, NamedTuple


class InvalidNamespaceError(ValueError):
    pass


class Item:
    def __init__(self, *, value: dict[str, Any], key: str, namespace: tuple[str, ...], created_at: datetime, updated_at: datetime) -> None:
        self.value, self.key, self.namespace, self.created_at, self.updated_at = value, key, tuple(namespace), created_at, updated_at


class SearchItem(Item):
    def __init__(
        self, namespace: tuple[str, ...], key: str, value: dict[str, Any], created_at: datetime, updated_at: datetime, score: float | None = None,
    ) -> None:
        super().__init__(value=value, key=key, namespace=namespace, created_at=created_at, updated_at=updated_at)
        self.score = score


class GetOp(NamedTuple):
    namespace: tuple[str, ...]
    key: str
    refresh_ttl: bool = True


class SearchOp(NamedTuple):
    namespace_prefix: tuple[str, ...]
    filter: dict[str, Any] | None = None
    limit: int = 10
    offset: int = 0
    query: str | None = None
    refresh_ttl: bool = True


class MatchCondition(NamedTuple):
    match_type: Literal["prefix", "suffix"]
    path: tuple[str, ...]


class ListNamespacesOp(NamedTuple):
    match_conditions: tuple[MatchCondition, ...] | None = None
    max_depth: int | None = None
    limit: int = 100
    offset: int = 0


class PutOp(NamedTuple):
    namespace: tuple[str, ...]
    key: str
    value: dict[str, Any] | None
    index: Literal[False] | list[str] | None = None
    ttl: float | None = None


def _validate(namespace: tuple[str, ...]) -> None:
    if not namespace or namespace[0] == "langgraph" or any(not isinstance(label, str) or not label or "." in label for label in namespace):
        raise InvalidNamespaceError(f"Invalid namespace: {namespace}")


class BaseStore(ABC):
    supports_ttl: bool = False
    ttl_config: dict[str, Any] | None = None

    __slots__ = ("__weakref__",)

    @abstractmethod
    def batch(self, ops: Iterable[Any]) -> list[Any]: ...

    @abstractmethod
    async def abatch(self, ops: Iterable[Any]) -> list[Any]: ...

    def _refresh(self, given: bool | None) -> bool:
        return bool((self.ttl_config or {}).get("refresh_on_read", True)) if given is None else given

    def _ttl(self, given: float | None) -> float | None:
        return (self.ttl_config or {}).get("default_ttl") if given is None else given

    def get(self, namespace: tuple[str, ...], key: str, *, refresh_ttl: bool | None = None) -> Any:
        return self.batch([GetOp(namespace, str(key), self._refresh(refresh_ttl))])[0]

    def search(
        self, namespace_prefix: tuple[str, ...], /, *, query: str | None = None, filter: dict[str, Any] | None = None, limit: int = 10,
        offset: int = 0, refresh_ttl: bool | None = None,
    ) -> list[Any]:
        return self.batch([SearchOp(namespace_prefix, filter, limit, offset, query, self._refresh(refresh_ttl))])[0]

    def put(
        self, namespace: tuple[str, ...], key: str, value: dict[str, Any], index: Literal[False] | list[str] | None = None, *,
        ttl: float | None = None,
    ) -> None:
        _validate(namespace)
        if ttl is not None and not self.supports_ttl:
            raise NotImplementedError
        self.batch([PutOp(namespace, str(key), value, index, self._ttl(ttl))])

    def delete(self, namespace: tuple[str, ...], key: str) -> None:
        self.batch([PutOp(namespace, str(key), None, ttl=None)])

    def list_namespaces(
        self, *, prefix: tuple[str, ...] | None = None, suffix: tuple[str, ...] | None = None, max_depth: int | None = None, limit: int = 100,
        offset: int = 0,
    ) -> list[tuple[str, ...]]:
        conditions = [MatchCondition(kind, path) for kind, path in (("prefix", prefix), ("suffix", suffix)) if path]  # type: ignore
        return self.batch([ListNamespacesOp(tuple(conditions), max_depth, limit, offset)])[0]

    async def aget(self, namespace: tuple[str, ...], key: str, *, refresh_ttl: bool | None = None) -> Any:
        return (await self.abatch([GetOp(namespace, str(key), self._refresh(refresh_ttl))]))[0]

    async def aput(self, namespace: tuple[str, ...], key: str, value: dict[str, Any]) -> None:
        _validate(namespace)
        await self.abatch([PutOp(namespace, str(key), value, None, self._ttl(None))])
