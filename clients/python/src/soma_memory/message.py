"""HTTP/1.1 messages and server-sent events as bytes, without any input or output."""
from __future__ import annotations

import dataclasses
import json
import re
import urllib.parse
from typing import Any, Iterator, Mapping

_FORBIDDEN = re.compile(r"[\r\n\0]")


class Malformed(Exception):
    """What came is no HTTP/1.1."""


def given(**fields: Any) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def to_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def query_text(query: Mapping[str, Any]) -> str:
    pairs = [(name, _query_value(value)) for name, value in query.items() if value is not None]
    return "?" + urllib.parse.urlencode(pairs) if pairs else ""


def _query_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return to_json(value).decode()
    if isinstance(value, (list, tuple)):
        return ",".join(str(one) for one in value)
    return str(value)


def request_head(method: str, target: str, headers: Mapping[str, str]) -> bytes:
    for name, value in headers.items():
        # A line break in a value would begin a header of the value's own.
        if _FORBIDDEN.search(name) or _FORBIDDEN.search(value):
            raise ValueError(f"the header {name!r} has a line break")
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def read_status(line: bytes) -> int:
    match = re.match(rb"HTTP/1\.[01] (\d{3})", line)
    if not match:
        raise Malformed(f"not the head of an answer: {line[:100]!r}")
    return int(match[1])


def read_header(line: bytes) -> tuple[str, str]:
    name, colon, value = line.decode("latin-1").partition(":")
    if not colon:
        raise Malformed(f"not a header: {line[:100]!r}")
    return name.strip().lower(), value.strip()


def read_size(line: bytes) -> int:
    try:
        return int(line.split(b";")[0].strip(), 16)
    except ValueError:
        raise Malformed(f"not the size of a chunk: {line[:100]!r}") from None


@dataclasses.dataclass
class Event:
    name: str = "message"
    data: str = ""
    id: str | None = None


class EventReader:
    """Takes bytes and gives out the server-sent events that they complete."""

    def __init__(self) -> None:
        self._rest = b""
        self._event = Event()

    def feed(self, chunk: bytes) -> Iterator[Event]:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for raw in lines:
            line = raw.removesuffix(b"\r").decode()
            if line:
                self._take(line)
                continue
            if self._event.data or self._event.id is not None:
                yield self._event
            self._event = Event()

    def _take(self, line: str) -> None:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            self._event.name = value
        elif field == "id":
            self._event.id = value
        elif field == "data":
            self._event.data = f"{self._event.data}\n{value}" if self._event.data else value
