"""Ends calls from outside."""
from __future__ import annotations

import contextlib
import threading
from typing import Callable, Generator


class Cancellation:
    """Ends the calls that carry it, from any thread: they raise ``Cancelled`` at once, whatever they wait for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Callable[[], object]] = []
        self._is_cancelled = False

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled

    def cancel(self) -> None:
        with self._lock:
            self._is_cancelled = True
            calls = list(self._calls)
        for call in calls:
            call()

    @contextlib.contextmanager
    def calling(self, call: Callable[[], object]) -> Generator[None, None, None]:
        """While it is entered, ``cancel`` calls this; at once if it was cancelled before."""
        with self._lock:
            self._calls.append(call)
            is_late = self._is_cancelled
        try:
            if is_late:
                call()
            yield
        finally:
            with self._lock:
                self._calls.remove(call)
