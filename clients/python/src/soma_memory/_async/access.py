"""Access keys: what each agent or service may do, and where. It needs the root token, or a key with the scope admin."""
from __future__ import annotations

import urllib.parse
from typing import AsyncGenerator, Sequence

from ..message import given
from ..settings import Options
from ..wire import KeyLimits, KeyRevoked, KeyView, Scope
from .caller import AsyncCaller, Call
from .namespaces import pages


class AsyncKeys:
    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def make(
        self, name: str, *, namespaces: Sequence[str], scopes: Sequence[Scope], tenant: str | None = None, expires_at: float | str | None = None,
        limits: KeyLimits | None = None, options: Options | None = None,
    ) -> KeyView:
        """The answer's ``key`` is the token, which nothing shows again. If the answer is lost, the key is there, without anyone who knows its token."""
        body = given(name=name, namespaces=namespaces, scopes=scopes, tenant=tenant, expires_at=expires_at, limits=limits)
        return await self._caller.json(Call("POST", "/keys", body=body, is_write=True, is_once=True), options)

    def list(self, *, limit: int | None = None, options: Options | None = None) -> AsyncGenerator[KeyView, None]:
        return pages(self._caller, "/keys", given(limit=limit), "keys", options)

    async def rotate(self, id: str, overlap_seconds: float, *, options: Options | None = None) -> KeyView:
        """Gives the key another token; the one before goes on working for the overlap."""
        body = {"overlap_seconds": overlap_seconds}
        return await self._caller.json(Call("POST", _path(id) + "/rotate", body=body, is_write=True, is_once=True), options)

    async def revoke(self, id: str, *, options: Options | None = None) -> KeyRevoked:
        """Every gateway refuses the key within 5 seconds."""
        return await self._caller.json(Call("DELETE", _path(id)), options)


def _path(id: str) -> str:
    return "/keys/" + urllib.parse.quote(id, safe="")
