"""What stands in the cells of a puzzle: a key as letters, one a cell, in any script."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

SHORTEST, LONGEST = 2, 15
"""How many letters a word of a puzzle has."""

Letters = tuple[str, ...]

_CASED = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN")
_JOINED = ("DEVANAGARI", "BENGALI", "GUJARATI", "ORIYA", "TELUGU", "MALAYALAM")
"""Scripts in which a sign binds two consonants to one letter (UAX #29, rule GB9c)."""

_GAPS = re.compile(r"[ \u00a0]+|[-\u2010-\u2013/]")
_DROPPED = re.compile("[.'\u2019\u02bc\u00b7\u30fb\u200b\u200e\u200f\u0640]")
_VIRAMA = 9
_ZERO_WIDTH_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Word:
    """A key in a puzzle, as `Sri Lanka`: eight letters, and `3, 5` for the parts, or `4-4`."""

    text: str
    letters: Letters
    parts: str
    rtl: bool

    def __str__(self) -> str:
        return "".join(self.letters)


def word_of(text: str, language: str = "en") -> Word | None:
    """The word that a key makes; None if it is too short, too long, or of more than letters.

    Letters with two cases are upper case, by the rules of the language where it has its own
    (Turkish). Spaces, hyphens, dots and apostrophes are dropped.
    """
    shown = _DROPPED.sub("", unicodedata.normalize("NFC", text).strip())
    pieces = _GAPS.split(shown)
    parts = [_letters(_upper(piece, language)) for piece in pieces]
    if not all(parts) or not all(map(_is_letter, (each for part in parts for each in part))):
        return None
    letters = tuple(each for part in parts for each in part)
    if not SHORTEST <= len(letters) <= LONGEST:
        return None
    gaps = [", " if gap.isspace() else "-" for gap in _GAPS.findall(shown)]
    lengths = [str(len(part)) for part in parts]
    said = "".join(f"{length}{gap}" for length, gap in zip(lengths, [*gaps, ""], strict=True))
    rtl = sum(unicodedata.bidirectional(each[0]) in ("R", "AL") for each in letters)
    return Word(text.strip(), letters, said, rtl * 2 > len(letters))


def _upper(text: str, language: str) -> str:
    if language.split("-", maxsplit=1)[0].lower() in ("tr", "az"):
        text = text.replace("i", "İ").replace("ı", "I")
    raised = (each.upper() if _script(each) in _CASED else each for each in text)
    return unicodedata.normalize("NFC", "".join(raised))


def _letters(text: str) -> Letters:
    """The text letter by letter as a reader counts them (UAX #29); vowel signs of Arabic go."""
    found: list[str] = []
    joins = False
    for each in text:
        mark = unicodedata.category(each)[0] == "M"
        if mark and _script(each) in ("ARABIC", "HEBREW"):
            continue
        if found and (mark or joins or each == _ZERO_WIDTH_JOINER):
            found[-1] += each
        else:
            found.append(each)
        joins = each == _ZERO_WIDTH_JOINER or (
            unicodedata.combining(each) == _VIRAMA and _script(each) in _JOINED
        )
    return tuple(found)


def _is_letter(cluster: str) -> bool:
    return unicodedata.category(cluster[0])[0] == "L"


def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]
