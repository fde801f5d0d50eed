"""Gaps in Moodle's texts: the codes of a cloze, and the numbered places of a text with a word list.

A text comes back with a `gap_mark` in the place of each gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from quizgen.markup import gap_mark

_OPENING = re.compile(
    r"\{(?P<weight>\d{0,6}):(?P<kind>SHORTANSWER_C|SHORTANSWER|SAC|SA|MWC|MW"
    r"|MULTICHOICE(?:_[VH]?S?)?|MC[VH]?S?|MULTIRESPONSE(?:_H?S?)?|MRH?S?|NUMERICAL|NM):"
)
_ENDS = re.compile(r"(?<![\\&])(?<!&amp;)[~#}]")
_SHARE = re.compile(r"\s*(?:(?P<whole>=)|%(?P<percent>-?\d{1,3}(?:[.,]\d*)?)%)")
_NUMBERED = re.compile(r"\[\[(\d{1,3})\]\]")


@dataclass(frozen=True, slots=True)
class Option:
    """An answer of a gap as the code has it: percent, HTML of it and of what is said to it."""

    percent: Decimal
    text: str
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap: `kind` is `text`, `choice`, `several` or `number`; what it weighs; its answers."""

    kind: str
    weight: int
    options: tuple[Option, ...]
    case_sensitive: bool = False


def read_codes(source: str) -> tuple[str, list[Gap]]:
    """The text of a cloze with a mark for each gap, and the gaps."""
    gaps: list[Gap] = []
    parts: list[str] = []
    end = 0
    last = source.rfind("}")
    for opened in _OPENING.finditer(source):
        if opened.start() < end or opened.end() > last:
            continue
        ends = list(_until_closed(source, opened.end()))
        if not ends or source[ends[-1]] != "}":
            continue
        parts += source[end : opened.start()], gap_mark(len(gaps))
        kind = opened["kind"]
        gaps.append(
            Gap(
                _kind(kind),
                int(opened["weight"] or 1),
                tuple(_options(source, opened.end(), ends)),
                case_sensitive=_kind(kind) == "text" and kind.endswith("C"),
            )
        )
        end = ends[-1] + 1
    return "".join([*parts, source[end:]]), gaps


def read_places(source: str) -> tuple[str, list[int]]:
    """A text with a mark for each `[[n]]`, and the numbers."""
    numbers: list[int] = []

    def mark(found: re.Match[str]) -> str:
        numbers.append(int(found[1]))
        return gap_mark(len(numbers) - 1)

    return _NUMBERED.sub(mark, source), numbers


def _kind(code: str) -> str:
    if code.startswith(("MULTIR", "MR")):
        return "several"
    if code.startswith(("MULTIC", "MC")):
        return "choice"
    return "number" if code.startswith("N") else "text"


def _until_closed(source: str, start: int) -> Iterator[int]:
    """Where the signs stand that part a code, with the brace that closes it."""
    for found in _ENDS.finditer(source, start):
        yield found.start()
        if found[0] == "}":
            return


def _options(source: str, start: int, ends: list[int]) -> Iterator[Option]:
    pieces: list[str] = []
    for end in ends:
        pieces.append(source[start:end])
        if source[end] != "#":
            text = pieces[0]
            share = _SHARE.match(text)
            percent = Decimal(0)
            if share:
                percent = Decimal((share["percent"] or "100").rstrip(".,").replace(",", "."))
            text = text[share.end() :] if share else text
            yield Option(percent, _bare(text), _bare("#".join(pieces[1:])))
            pieces = []
        start = end + 1


def _bare(code: str) -> str:
    return re.sub(r"\\([}~#/\"\\])", r"\1", code).strip()
