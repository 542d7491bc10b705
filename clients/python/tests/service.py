"""Clients of the service under test (SOMA_URL, SOMA_API_TOKEN), in namespaces that no other test uses."""
from __future__ import annotations

import time
import uuid
from typing import Any, Callable

from soma_memory import AsyncSoma, Soma


def new_name() -> str:
    return f"py-{uuid.uuid4()}"


def new_soma(url: str | None = None, **settings: Any) -> Soma:
    return Soma(url, **{"namespace": new_name(), **settings})


def new_async_soma(url: str | None = None, **settings: Any) -> AsyncSoma:
    return AsyncSoma(url, **{"namespace": new_name(), **settings})


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        if time.monotonic() > until:
            raise AssertionError("it did not happen")
        time.sleep(0.005)


def wait_until_refined(soma: Soma) -> None:
    """Better vectors come some time after a put, and change the order that searches find."""
    wait_for(lambda: soma.search("kettle")["refining"] == 0)
