"""In the place of a language model, so that the example runs without a network. Put a call of your provider here."""
from __future__ import annotations

import re
from typing import Callable, NamedTuple


class Answer(NamedTuple):
    text: str
    is_worth_remembering: bool


Model = Callable[[str, str], Answer]


def scripted_model(system: str, message: str) -> Answer:
    if not message.endswith("?"):
        return Answer("I will remember that.", True)
    best = re.search(r"^- \[[^\]]*\] (?:[^:]*: )?(.*)$", system, re.MULTILINE)
    return Answer(f"You told me: {best[1]}" if best else "You have not told me yet.", False)
