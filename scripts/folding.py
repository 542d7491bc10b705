#!/usr/bin/env python3
"""Makes src/Soma.Grains/Searching/Text/folding.txt: what each character becomes in a term, where that is not just its lower case.

    python3 scripts/folding.py TSCharacters.js JPShinjitaiCharacters.js > src/Soma.Grains/Searching/Text/folding.txt

The two files are tables of OpenCC (Apache-2.0) as the npm package opencc-js 1.4.2 has them in dist/esm-lib/dict: traditional to simplified
characters, and the old to the new forms of Japan. A line is `<what it becomes> <the characters>`; `-` stands for nothing. Characters beyond the basic plane are listed in the same way."""
import re, sys, unicodedata

# Accents and vowel points that a reader may leave out. Marks of other scripts (the vowels of Hindi, the voicing of kana) are part of the word.
MARKS = [(0x300, 0x36f), (0x483, 0x489), (0x591, 0x5bd), (0x5bf, 0x5bf), (0x5c1, 0x5c2), (0x5c4, 0x5c5), (0x5c7, 0x5c7), (0x610, 0x61a), (0x640, 0x640),
         (0x64b, 0x65f), (0x670, 0x670), (0x6d6, 0x6dc), (0x6df, 0x6e4), (0x6e7, 0x6e8), (0x6ea, 0x6ed), (0x1ab0, 0x1aff), (0x1dc0, 0x1dff),
         (0x20d0, 0x20ff), (0xfe00, 0xfe0f), (0xfe20, 0xfe2f), (0xe0100, 0xe01ef)]
LETTERS = dict(zip("øłđħŧıŋðɖƀɨʉƶǥɫ", "olđhtinddbiuzgl")) | {
    "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss", "ĳ": "ij", "ŉ": "n",
    # Arabic and Persian keyboards write the same letter with different code points; the last letter of a Hebrew word has a form of its own.
    "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ې": "ي", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۃ": "ه", "ٱ": "ا", "ۆ": "و", "ے": "ي",
    # The Ukrainian ґ is typed as г.
    "ґ": "г",
    "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ"}
# Symbols are tokens of their own, except those that stand for letters: ㎏ is kg, ℃ is °C.
def is_symbol(c): return unicodedata.category(c) in ("So", "Sc", "Sk", "Sm") and not (0x3200 <= ord(c) <= 0x33ff or 0x2f00 <= ord(c) <= 0x2fd5 or c in "℡℻")
def is_mark(c): return any(a <= ord(c) <= b for a, b in MARKS)


def fold(c):
    if unicodedata.category(c) == "Nd":
        return str(unicodedata.digit(c))
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", c).casefold())
    # The breve of й and the diaeresis of ї make other letters.
    if c in "йЙїЇ":
        return c.lower()
    # ㈱ is 株, ⑴ is 1.
    parts = parts[1:-1] if parts.startswith("(") and parts.endswith(")") else parts
    kept = "".join(LETTERS.get(p, p) for p in parts if not is_mark(p))
    return unicodedata.normalize("NFC", kept)


def pairs(path):
    """Each character of a table with the first that stands for it."""
    rows = re.search('"(.+)"', open(path, encoding="utf-8").read()).group(1).split("|")
    return {a: next(c for c in b.split(" ") if c != a) for a, b in (row.split(" ", 1) for row in rows) if len(a) == 1 and b != a}


# Traditional and simplified Chinese, and the new forms of Japan, are one character: 會 and 会, 龍, 竜 and 龙.
simplified, new_forms = (pairs(path) for path in sys.argv[1:])
HAN = dict(simplified)
for new, old in new_forms.items():
    HAN.setdefault(new, simplified.get(old, old))
HAN |= {"髙": "高", "﨑": "崎", "嵜": "崎", "邉": "边", "濵": "滨", "栁": "柳", "德": "徳"}
HAN = {a: HAN.get(b, b) for a, b in HAN.items() if a != HAN.get(b, b)}

groups = {}
for n in range(0x80, 0x30000):
    c = chr(n)
    category = unicodedata.category(c)
    # Hiragana and katakana are two ways to write one syllable: りんご, リンゴ.
    folded_kana = chr(n + 0x60) if 0x3041 <= n <= 0x3096 else None
    if c in HAN or folded_kana:
        groups.setdefault(folded_kana or HAN[c], []).append(c)
    elif category[0] in "LMN" or (category == "So" and not is_symbol(c)):
        folded = HAN.get(fold(c), fold(c))
        lower = c.lower() if len(c.lower()) == 1 else c
        if folded != lower and all(unicodedata.category(f)[0] in "LMN" for f in folded):
            groups.setdefault(folded, []).append(c)
print(f"# Made by scripts/folding.py from the Unicode Character Database {unicodedata.unidata_version} and the dictionaries of OpenCC (NOTICE)")
for folded, characters in sorted(groups.items()):
    print((folded or "-") + " " + "".join(characters))
