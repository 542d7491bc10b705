"""Cuts many memories into requests."""
from __future__ import annotations

from typing import Iterable, Iterator, Sequence

from .message import to_json
from .wire import StoreMemory

# The service takes at most 1,000 memories and, unless it is set otherwise, 5 MB in one request.
_MOST_ITEMS = 1000
_MOST_BYTES = 4_000_000


def batches(items: Iterable[StoreMemory]) -> Iterator[Sequence[StoreMemory]]:
    """The cuts depend on the items alone, so a second run makes the same batches."""
    batch: list[StoreMemory] = []
    size = 0
    for item in items:
        length = len(to_json(item))
        if batch and (len(batch) == _MOST_ITEMS or size + length > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += length
    if batch:
        yield batch
