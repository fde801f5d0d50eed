"""Items to be ordered that carry their dates: these make a time line, the rest is placed on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

from quizgen.languages import parse_date, show_date
from quizgen.model import CalendarDate, Text

_YEAR = re.compile(r"\d{4}")
_DATE = r"(?P<date>\d{4}(?:-\d{2}(?:-\d{2})?)?)"
_DATED = (
    re.compile(rf"{_DATE}\s*(?:[:：]|\s[–—-])\s+(?P<rest>\S.*)"),
    re.compile(rf"(?P<rest>.*\S)\s*[(（]{_DATE}[)）]"),
)
"""`1951: They meet` and `They meet (1951)`; a day is written as `1951-05-21`."""


class TimeLine(NamedTuple):
    """The dates as they are shown, and the items without them, each in the given order."""

    dates: tuple[str, ...]
    items: tuple[Text, ...]


def time_line(items: Sequence[Text], language: str) -> TimeLine | None:
    """The items on a time line; None if one has no date, or the dates do not run one way."""
    if not _YEAR.search(items[0].source):
        return None
    for form in _DATED:
        found = list(takewhile(bool, (form.fullmatch(item.source) for item in items)))
        dated = [(match["date"], match["rest"]) for match in found if match]
        dates = [date for text, _ in dated if (date := parse_date(text))]
        rests = [rest for _, rest in dated]
        if len(dates) == len(items) == len(set(rests)) and _runs(dates):
            return TimeLine(
                tuple(show_date(date, language) for date in dates),
                tuple(replace(item, source=rest) for item, rest in zip(items, rests, strict=True)),
            )
    return None


def _runs(dates: Sequence[CalendarDate]) -> bool:
    """Whether each date is later than the one before it, or each earlier."""
    keys = [(date.year, date.month or 0, date.day or 0) for date in dates]
    return keys in (sorted(set(keys)), sorted(set(keys), reverse=True))
