"""How a memory is named."""
from __future__ import annotations

import urllib.parse
from typing import Any, Mapping, Sequence, Union

Key = Union[str, Sequence[float], Mapping[str, Any]]
"""The text that answers call ``coord`` (``"@kettle"`` for the id ``kettle``, ``"1.0,2.0"`` for a coordinate), the numbers of a coordinate, or a
mapping with a ``coord`` or an ``id``, such as a hit."""


def key_text(key: Key) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, Mapping):
        return str(key["coord"]) if "coord" in key else f"@{key['id']}"
    return ",".join(repr(float(number)) for number in key)


def memory_path(key: Key) -> str:
    return "/memories/" + urllib.parse.quote(key_text(key), safe="")


def namespace_path(name: str) -> str:
    return "/namespaces/" + urllib.parse.quote(name, safe="")
