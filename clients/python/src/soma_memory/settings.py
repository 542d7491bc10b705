"""What a client and a call can be told."""
from __future__ import annotations

import dataclasses
import os
import random
import ssl
import urllib.parse
from typing import Callable, Literal, Mapping

from .cancellation import Cancellation


@dataclasses.dataclass(frozen=True)
class Options:
    """What one call may say in addition."""

    timeout: float | None = None
    """Seconds the call may take, retries included. Default: the client's."""
    headers: Mapping[str, str] | None = None
    cancellation: Cancellation | None = None
    idempotency_key: str | None = None
    """Of a write. Default: a random one, made once per call and sent with each of its attempts."""
    if_match: int | Literal["*"] | None = None
    """The memory's latest write must have this seq; ``*``: the memory must exist."""
    if_none_match: Literal["*"] | None = None
    """The memory must not exist."""
    min_seq: int | None = None
    """Of a read: the answer must contain the write with this seq."""


@dataclasses.dataclass(frozen=True)
class Settings:
    """Where the service is and how it is called; the client's parameters, with what the environment says filled in."""

    url: str
    token: str | Callable[[], str] | None
    namespace: str | None
    tenant: str | None
    timeout: float
    retries: int
    headers: Mapping[str, str]
    trace: Callable[[], Mapping[str, str]] | None
    tls: ssl.SSLContext | None

    @property
    def is_tls(self) -> bool:
        return self.url.startswith("https:")

    @property
    def address(self) -> tuple[str, int]:
        parts = urllib.parse.urlsplit(self.url)
        return parts.hostname or "127.0.0.1", parts.port or (443 if self.is_tls else 80)

    @property
    def host(self) -> str:
        return urllib.parse.urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def prefix(self) -> str:
        return urllib.parse.urlsplit(self.url).path


def resolve(
    url: str | None, token: str | Callable[[], str] | None, namespace: str | None, tenant: str | None, timeout: float, retries: int,
    headers: Mapping[str, str] | None, trace: Callable[[], Mapping[str, str]] | None, tls: ssl.SSLContext | None,
) -> Settings:
    environment = os.environ.get
    url = (url or environment("SOMA_URL") or "http://127.0.0.1:9595").rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"not a URL of a service: {url}")
    if token is None:
        token = environment("SOMA_API_KEY") or environment("SOMA_API_TOKEN")
    return Settings(
        url=url, token=token, namespace=namespace or environment("SOMA_NAMESPACE"), tenant=tenant, timeout=timeout, retries=retries,
        headers=dict(headers or {}), trace=trace, tls=tls or (ssl.create_default_context() if url.startswith("https:") else None),
    )


def back_off(attempt: int) -> float:
    """100 ms, doubled up to 5 s, of which a random half is taken off: clients that failed together do not come back together."""
    return min(5.0, 0.1 * 2**attempt) * (0.5 + random.random() / 2)
