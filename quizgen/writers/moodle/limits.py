"""What Moodle holds: shares, lengths, and the names that it does not change."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal

from quizgen.numbers import show_number

FRACTIONS = tuple(
    map(
        Decimal,
        (
            *("0", "100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40"),
            *("33.33333", "30", "25", "20", "16.66667", "14.28571", "12.5", "11.11111", "10", "5"),
        ),
    )
)
"""The shares of the points, in percent, that Moodle lets an answer have."""

LONGEST_RIGHT_SIDE = 255
LONGEST_IDNUMBER = 100
LONGEST_CATEGORY = 255
LONGEST_NAME = 255
LONGEST_UNIT = 50
LONGEST_TAG = 50
MOST_POINTS = 100_000
MOST_DECIMALS = 7

_PENALTIES = ("0.3333333", "0.5", "0.3333333", "0.25", "0.2")
_LEAST_PENALTY = "0.1"


def fraction(share: Decimal) -> str | None:
    """A share of the points, -1 to 1, as Moodle writes it; None if it takes none such."""
    if share == 1:
        return "100"
    percent = share * 100
    for legal in FRACTIONS:
        if abs(abs(percent) - legal) < Decimal("0.001"):
            sign = "-" if percent < 0 and legal else ""
            return f"{sign}{show_number(legal)}"
    return None


def cost(options: int) -> str:
    """What each of so many options costs so that all of them cost everything, or a little more."""
    least = Decimal(100) / options
    return f"-{show_number(min(legal for legal in FRACTIONS if legal > least - Decimal('0.001')))}"


def penalty(hints: int) -> str:
    """What a wrong try costs: with all hints used up nothing is left to win, or little.

    One of the values that Moodle's form offers; without hints its default.
    """
    return _PENALTIES[hints] if hints < len(_PENALTIES) else _LEAST_PENALTY


def idnumber(whole: str) -> str:
    """An id number, shortened with a digest of itself where Moodle would not take it whole."""
    if len(whole) <= LONGEST_IDNUMBER:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{whole[: LONGEST_IDNUMBER - 17]}-{digest}"


def plain_name(name: str, longest: int) -> str:
    """A name in one line: Moodle strips tags, and cuts what is too long."""
    return " ".join(name.translate({ord("<"): "‹", ord(">"): "›"}).split())[:longest].strip()


def category(name: str) -> str:
    """A category's name within a path, where single slashes divide."""
    name = plain_name(name, LONGEST_CATEGORY)
    # A slash at an end would run into the one that divides; Moodle trims the space again.
    padded = f"{' ' * name.startswith('/')}{name}{' ' * name.endswith('/')}"
    return padded.replace("/", "//")


def category_path(path: str) -> str:
    """A path as a user gives it, its parts made into names; empty ones are passed over."""
    parts = re.split(r"(?<!/)/(?!/)", path)
    return "/".join(category(part.replace("//", "/")) for part in parts if part.strip(" /"))
