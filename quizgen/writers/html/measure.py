"""How much room a text takes in print."""

from __future__ import annotations

import unicodedata


def width_of(text: str) -> int:
    """The width of a text in columns of a Latin letter, an East Asian one taking two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def columns_for(width: int) -> int:
    """How many columns have room for texts of this width."""
    return 4 if width <= 13 else 2 if width <= 34 else 1
