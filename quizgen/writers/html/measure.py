"""How much room a text takes in print and how much there is, in em or in millimetres."""

from __future__ import annotations

import unicodedata
from functools import cache

from quizgen.writers.html.options import HtmlOptions, Layout, Paper

SIZES = {Paper.A4: (210.0, 297.0), Paper.LETTER: (215.9, 279.4)}
"""Width and height in millimetres, upright."""

MARGIN = 16.0
"""At the left and the right of a sheet, in millimetres."""

_MILLIMETRES = 25.4 / 72

# The advance widths of Noto Sans in hundredths of an em, from U+0020 to U+007E.
_PRINTABLE = (
    *(26, 27, 41, 65, 57, 83, 73, 22, 30, 30, 55, 57, 27, 32, 27, 37),
    *(57, 57, 57, 57, 57, 57, 57, 57, 57, 57, 27, 27, 57, 57, 57, 43),
    *(90, 64, 65, 63, 73, 56, 52, 73, 74, 34, 27, 62, 52, 91, 76, 78),
    *(60, 78, 62, 55, 56, 73, 60, 93, 59, 57, 57, 33, 37, 33, 57, 44),
    *(28, 56, 62, 48, 62, 56, 34, 62, 62, 26, 26, 53, 26, 94, 62, 60),
    *(62, 62, 41, 48, 36, 62, 51, 79, 53, 51, 47, 38, 55, 38, 57),
)
_ASCII = bytes((*(26,) * 32, *_PRINTABLE, 0)).ljust(256, b"\0")


def width_of(text: str) -> float:
    """The width of a text in em: of Noto Sans, and estimated for other scripts than Latin."""
    if text.isascii():
        return sum(text.encode().translate(_ASCII)) / 100
    return sum(map(_advance, text)) / 100


@cache
def _advance(sign: str) -> int:
    """The width of a character: an East Asian one fills a square, a combining one takes none."""
    if sign.isascii():
        return _ASCII[ord(sign)]
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 100 if unicodedata.east_asian_width(sign) in "WF" else 65


def size_of(options: HtmlOptions) -> tuple[float, float]:
    """Width and height of the paper as it lies, in millimetres."""
    width, height = SIZES[options.paper]
    return (height, width) if options.landscape else (width, height)


def font_size(options: HtmlOptions) -> float:
    """The size of the text, in points."""
    return 18 if options.large_print else 12.5 if options.spacious else 11


def line_of(options: HtmlOptions) -> float:
    """The width that a question's body has, in em."""
    width = size_of(options)[0] - 2 * MARGIN
    if options.columns == 2:
        width = (width - 9) / 2
    beside = 6.8 if options.layout is Layout.TEST else 2.8
    line = width / _MILLIMETRES / font_size(options) - beside
    return line / 1.15 if options.spacious else line


def columns_for(widest: float, line: float) -> int:
    """In how many columns texts of this width stand, four, two or one, each behind its letter."""
    for columns in (4, 2):
        if widest + 2 + 1.1 <= line / columns:
            return columns
    return 1


def lines_of(text: str, line: float) -> int:
    """How many lines a text takes, roughly: words that do not fit leave a sixth of each empty."""
    return max(1, -int(-width_of(text) * 1.17 // line))
