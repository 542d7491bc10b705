"""LangGraph's items as memories, without any input or output."""
from __future__ import annotations

import hashlib
import json
import re
import urllib.parse
from typing import Any, Iterable, Mapping, Sequence, cast

from .wire import StoreMemory

Labels = Sequence[str]


def prefix_text(labels: Labels) -> str:
    """Labels joined so that no two tuples give the same text. The text of the empty tuple is "/", which every item has."""
    return "/" + "".join(urllib.parse.quote(label, safe="") + "/" for label in labels)


def key_of(namespace: Labels, key: str) -> str:
    name = "store" + prefix_text(namespace) + urllib.parse.quote(key, safe="")
    # An id has at most 512 bytes; this one is ASCII. A longer one is named by its digest.
    return "@" + (name if len(name) <= 512 else "store#" + hashlib.sha256(name.encode()).hexdigest())


def memory_of(put: Any, index: Sequence[str]) -> StoreMemory:
    """The memory of a ``PutOp``. ``prefixes`` holds the item's namespace and each one above it, so that a filter finds them all."""
    paths: Sequence[str] = index if put.index is None else put.index or []
    texts = [text for path in paths for text in texts_at(put.value, path)]
    payload: dict[str, Any] = {
        # First, because every search asks for it and the index of the service holds what comes first.
        "prefixes": [prefix_text(put.namespace[:depth]) for depth in range(len(put.namespace) + 1)],
        "namespace": list(put.namespace), "key": put.key, "value": put.value, "indexed": bool(texts),
    }
    memory: StoreMemory = {"coord": key_of(put.namespace, put.key), "payload": payload}
    if put.ttl is not None:
        payload["ttl"] = put.ttl
        memory["ttl_seconds"] = put.ttl * 60
    if texts:
        memory["text"] = "\n".join(texts)
    return memory


def filters_of(prefix: Labels, filter: Mapping[str, Any] | None = None) -> dict[str, Any]:
    # Only texts are compared by the service too; the rest of the filter is decided here, by the reference's own rules.
    texts = {f"payload.value.{name}": value for name, value in (filter or {}).items() if isinstance(value, str) and re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII)}
    return {"payload.prefixes": prefix_text(prefix), **texts}


def texts_at(value: Any, path: str) -> list[str]:
    """The texts at a path such as ``title``, ``notes[*].text``, ``tags[-1]`` or ``*``; ``$``: all texts of the value."""
    found = [value]
    if path not in ("", "$"):
        for step in re.findall(r"\[[^\]]*\]|\{[^}]*\}|[^.[{]+", path):
            found = [child for one in found for child in _children(one, step)]
    return [text for one in found for text in _leaves(one)]


def _children(value: Any, step: str) -> Iterable[Any]:
    if step.startswith("{"):
        return [child for field in step[1:-1].split(",") for child in _children(value, field.strip())]
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return fields.values() if step in ("*", "[*]") else [fields[step]] if step in fields else []
    if isinstance(value, (list, tuple)):
        elements = cast("Sequence[Any]", value)
        element = re.fullmatch(r"\[(-?\d+)\]", step)
        position = int(element[1]) if element else 0
        if element and -len(elements) <= position < len(elements):
            return [elements[position]]
        return elements if step in ("*", "[*]") else []
    return []


def _leaves(value: Any) -> list[str]:
    if isinstance(value, (dict, list, tuple)):
        children = cast("Iterable[Any]", value.values() if isinstance(value, dict) else value)
        return [text for child in children for text in _leaves(child)]
    return [] if value is None else [value if isinstance(value, str) else json.dumps(value)]


def is_match(actual: Any, wanted: Any) -> bool:
    """Whether a value passes a filter, as LangGraph's reference decides it."""
    if isinstance(wanted, dict):
        conditions = cast("dict[str, Any]", wanted)
        if any(name.startswith("$") for name in conditions):
            return all(_holds(actual, operator, operand) for operator, operand in conditions.items())
        return isinstance(actual, dict) and all(is_match(cast("dict[str, Any]", actual).get(name), value) for name, value in conditions.items())
    if isinstance(wanted, (list, tuple)):
        elements = cast("Sequence[Any]", wanted)
        given = cast("Sequence[Any]", actual) if isinstance(actual, (list, tuple)) else None
        return given is not None and len(given) == len(elements) and all(map(is_match, given, elements))
    return bool(actual == wanted)


def _holds(actual: Any, operator: str, operand: Any) -> bool:
    if operator == "$eq":
        return bool(actual == operand)
    if operator == "$ne":
        return bool(actual != operand)
    if operator not in ("$gt", "$gte", "$lt", "$lte"):
        raise ValueError(f"Unsupported operator: {operator}")
    try:
        one, other = float(actual), float(operand)
    except (TypeError, ValueError):
        return False
    return {"$gt": one > other, "$gte": one >= other, "$lt": one < other, "$lte": one <= other}[operator]


def distinct_namespaces(namespaces: Iterable[Labels], conditions: Iterable[Any] | None, max_depth: int | None) -> list[tuple[str, ...]]:
    """Sorted; those that ``max_depth`` makes equal are one."""
    return sorted({tuple(labels[:max_depth]) for labels in namespaces if all(_is_of(condition, labels) for condition in conditions or ())})


def _is_of(condition: Any, labels: Labels) -> bool:
    path: Labels = condition.path
    if len(path) > len(labels):
        return False
    part = labels[: len(path)] if condition.match_type == "prefix" else labels[len(labels) - len(path) :]
    return all(wanted in ("*", label) for wanted, label in zip(path, part))
