"""Memories as a prompt takes them."""
from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any, Callable, Mapping, Sequence

from .wire import Hit

HEADING = "Memories, most relevant first (date, key, text):"
_TEXTS = ("text", "content", "summary", "memory", "message")


@dataclasses.dataclass(frozen=True)
class Context:
    """``str(context)`` is its text."""

    text: str
    """One line a memory, most relevant first; "" if there is none."""
    memories: Sequence[Hit]
    """Those that the text holds."""
    tokens: int

    def __str__(self) -> str:
        return self.text


def estimate(text: str) -> int:
    """Four bytes of UTF-8 are taken for a token."""
    return -(-len(text.encode()) // 4)


def render(hits: Sequence[Hit], max_tokens: int, heading: str = HEADING, count: Callable[[str], int] = estimate) -> Context:
    """Best first. What does not fit is passed over, as the service does; only a first memory that is too long alone is cut."""
    lines = [heading] if heading else []
    kept: list[Hit] = []

    def fits(line: str) -> bool:
        return count("\n".join([*lines, line])) <= max_tokens

    for hit in hits:
        line = _line(hit)
        if not kept and not fits(line):
            line = _cut(line, fits)
        if line and fits(line):
            lines.append(line)
            kept.append(hit)
    text = "\n".join(lines) if kept else ""
    return Context(text, kept, count(text) if kept else 0)


def _cut(line: str, fits: Callable[[str], bool]) -> str:
    """The longest beginning of the line that fits; "" if only a scrap of it would be left."""
    least, most = 0, len(line)
    while least < most:
        middle = (least + most + 1) // 2
        if fits(line[:middle] + "…"):
            least = middle
        else:
            most = middle - 1
    return "" if least <= line.find("]") + 8 else line[:least] + "…"


def _line(hit: Hit) -> str:
    payload = hit.get("payload", {})
    speaker = _text_in(payload, "speaker", "role")
    text = _text_in(payload, *_TEXTS) or json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    line = f"- [{_date(hit)} {hit['coord']}] {f'{speaker}: ' if speaker else ''}{text}"
    # A line is one memory: a text with line breaks could otherwise pass itself off as several.
    return " ".join(line.split())


def _text_in(payload: Mapping[str, Any], *names: str) -> str | None:
    return next((payload[name] for name in names if isinstance(payload.get(name), str) and payload[name].strip()), None)


def _date(hit: Hit) -> str:
    """The day and minute, in UTC, of the payload's own ``timestamp``, else of the memory's first store."""
    moment = _moment(hit.get("payload", {}).get("timestamp")) or _moment(hit["created_at"])
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""


def _moment(value: Any) -> datetime.datetime | None:
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.datetime.fromtimestamp(value / 1000 if value > 1e11 else value, datetime.timezone.utc)
        # Before Python 3.11, fromisoformat does not know the Z.
        moment = datetime.datetime.fromisoformat(str(value).replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)).astimezone(datetime.timezone.utc)
    except (OverflowError, OSError, ValueError):
        return None
