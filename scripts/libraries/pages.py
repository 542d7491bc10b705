#!/usr/bin/env python3
"""Takes the programs out of a page of documentation, so that a test can run them.

    pages.py program <language> <page>    prints the page's blocks of the language (python, ts, csharp) that are tabs, as one program for the service
                                          of SOMA_URL and SOMA_API_TOKEN
    pages.py compare <page> < output      fails unless the output is what the page's blocks "The programs print" show; … is any text within a line
"""
from __future__ import annotations

import os
import pathlib
import re
import sys


def blocks(page: str, opening: str) -> str:
    text = pathlib.Path(page).read_text(encoding="utf-8")
    found = re.findall(rf"^```{opening}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    if not found:
        sys.exit(f"{page} has no block that begins with ```{opening}")
    return "".join(found)


def main(action: str, *arguments: str) -> None:
    if action == "program":
        language, page = arguments
        program = blocks(page, re.escape(language) + r" \[[^\]]+\]")
        print(program.replace("http://127.0.0.1:9595", os.environ["SOMA_URL"]).replace("devtoken", os.environ["SOMA_API_TOKEN"]))
        return
    (page,) = arguments
    shown = blocks(page, r"text \[The programs print\]")
    said = sys.stdin.read()
    lines, answers = shown.splitlines(), said.splitlines()
    for number in range(max(len(lines), len(answers))):
        line, answer = (both[number] if number < len(both) else "(nothing)" for both in (lines, answers))
        if not re.fullmatch(re.escape(line).replace("…", ".*"), answer):
            sys.exit(f"{page}: line {number + 1} shows\n  {line}\nand the program prints\n  {answer}\n\nall that it prints:\n{said}")


main(*sys.argv[1:])
