"""Languages: which tags are known, which way they run, and how they write dates (Babel's CLDR)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from quizgen.model import CalendarDate

if TYPE_CHECKING:  # Babel is imported when a language is first asked about
    from babel.core import Locale

_TAG = re.compile(
    r"(?P<language>[A-Za-z]{2,3})"
    r"(?:-(?P<script>[A-Za-z]{4}))?"
    r"(?:-(?P<region>[A-Za-z]{2}|\d{3}))?"
    r"(?:-(?:[A-Za-z\d]{5,8}|\d[A-Za-z\d]{3}))*"
)
"""Language, script, region and variants of BCP 47 (RFC 5646); no extensions."""

_ZEROS = {
    "arab": 0x660,
    "arabext": 0x6F0,
    "deva": 0x966,
    "beng": 0x9E6,
    "guru": 0xA66,
    "tamldec": 0xBE6,
}
"""Where a script's own digits begin in Unicode, by CLDR's name of the numbering system."""

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_RIGHT_TO_LEFT_SCRIPTS = frozenset(
    ("Arab", "Aran", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Mand", "Samr", "Yezi")
)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_STRONG = re.compile(r"[^\W\d_]")


def is_known_language(tag: str) -> bool:
    """Whether the tag is BCP 47 and CLDR knows its language, script and region."""
    from babel.core import Locale

    match = _TAG.fullmatch(tag)
    if not match:
        return False
    names = Locale("en")
    language, script, region = match["language"], match["script"], match["region"]
    return (
        language.lower() in names.languages
        and (script is None or script.title() in names.scripts)
        and (region is None or region.upper() in names.territories)
    )


@cache
def direction(tag: str) -> str:
    """`ltr` or `rtl`: which way a page in the language runs."""
    match = _TAG.fullmatch(tag)
    if match and match["script"]:
        return "rtl" if match["script"].title() in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    locale = _locale(tag)
    return "rtl" if locale is not None and locale.text_direction == "rtl" else "ltr"


def text_direction(text: str) -> str:
    """`ltr` or `rtl` by the first letter, as `dir="auto"` does."""
    first = _STRONG.search(text)
    return "rtl" if first and _RIGHT_TO_LEFT.match(first[0]) else "ltr"


def parse_date(text: str) -> CalendarDate | None:
    """The date that `1951-05-21`, `1951-05` or `1951` stands for; None if it is none."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        datetime.date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    return CalendarDate(year or 0, month, day)


def show_date(date: CalendarDate, tag: str) -> str:
    """The date as a text in the language has it: `21 May 1951`, `May 1951`, `1951`."""
    locale = _locale(tag)
    if locale is None or date.month is None:
        return str(date.year if date.month is None else date)
    if date.day is None:
        return _by_skeleton(date, "yMMMM", locale)
    from babel.dates import format_date

    return format_date(_day(date), "long", locale)


def date_forms(date: CalendarDate, tag: str) -> tuple[str, ...]:
    """Every usual way to write the date in the language; the first is that of `show_date`.

    A Persian month that ends in a silent h is written with the hamza of the genitive or without
    it; releases of CLDR differ on which.
    """
    locale = _locale(tag)
    forms = [show_date(date, tag), str(date)]
    if locale is not None:
        forms += _local_forms(date, locale)
    plain = [
        re.sub("[\u200e\u200f]", "", form).replace("\u00a0", " ").replace("\u202f", " ")
        for form in forms
    ]
    if locale is not None and locale.language == "fa":
        plain += [form.replace("هٔ", "ه") for form in plain]
        plain += [re.sub(r"ه(?=[ ,])", "هٔ", form) for form in plain]
    native = _native_digits(locale)
    by_fold: dict[str, str] = {}
    for form in [*plain, *(form.translate(native) for form in plain if native)]:
        by_fold.setdefault(form.casefold(), form)
    return tuple(by_fold.values())


def _local_forms(date: CalendarDate, locale: Locale) -> Iterator[str]:
    from babel.dates import format_date

    if date.month is None:
        yield str(date.year)
        yield _by_skeleton(date, "y", locale)
        return
    names = locale.months["format"]
    parts = {
        "y": date.year,
        "m": date.month,
        "mm": f"{date.month:02}",
        "month": names["wide"][date.month],
        "mon": names["abbreviated"][date.month],
    }
    if date.day is None:
        yield from (_by_skeleton(date, skeleton, locale) for skeleton in ("yMMMM", "yMMM", "yM"))
        standing = locale.months["stand-alone"]["wide"][date.month]
        yield from (form.format(**parts, standing=standing) for form in _MONTH_FORMS)
        return
    parts |= {"d": date.day, "dd": f"{date.day:02}", "th": _english_ordinal(date.day)}
    yield format_date(_day(date), "medium", locale)
    english = _ENGLISH_FORMS if locale.language == "en" else ()
    yield from (form.format(**parts) for form in (*_DAY_FORMS, *_figures(locale), *english))


_DAY_FORMS = (
    *("{d} {month} {y}", "{d} {mon} {y}", "{d}. {month} {y}", "{d} {month}, {y}"),
    *("{month} {d}, {y}", "{month} {d} {y}", "{mon} {d}, {y}", "{mon} {d} {y}"),
)
_ENGLISH_FORMS = (
    *("{d}{th} {month} {y}", "{d}{th} of {month} {y}", "{d} of {month} {y}", "{d}{th} {mon} {y}"),
    *("{month} {d}{th}, {y}", "{month} {d}{th} {y}", "{mon} {d}{th}, {y}", "{mon} {d}{th} {y}"),
)
_MONTH_FORMS = (
    *("{standing} {y}", "{standing}, {y}", "{month} {y}", "{mon} {y}"),
    *("{mm}/{y}", "{m}/{y}", "{mm}.{y}", "{y}-{mm}", "{y}/{mm}"),
)


@cache
def _figures(locale: Locale) -> tuple[str, ...]:
    """How the language writes a date in figures; plain `en` is at home in two orders."""
    pattern = str(locale.date_formats["short"].pattern)
    orders = [sorted("dMy", key=pattern.find), *([["d", "M", "y"]] if str(locale) == "en" else [])]
    short, padded = {"d": "{d}", "M": "{m}", "y": "{y}"}, {"d": "{dd}", "M": "{mm}", "y": "{y}"}
    return tuple(
        sep.join(shapes[part] for part in order)
        for order in orders
        for shapes in (short, padded)
        for sep in ("/", ".", "-")
    )


def _by_skeleton(date: CalendarDate, skeleton: str, locale: Locale) -> str:
    from babel.dates import format_skeleton

    return format_skeleton(skeleton, _day(date), locale=locale)


def _day(date: CalendarDate) -> datetime.date:
    return datetime.date(date.year, date.month or 1, date.day or 1)


def _english_ordinal(number: int) -> str:
    teens = 10 < number % 100 < 14
    return "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


@cache
def _native_digits(locale: Locale | None) -> dict[int, int]:
    systems: Any = locale.other_numbering_systems if locale else {}
    zero = _ZEROS.get(systems.get("native", ""))
    return {ord("0") + i: zero + i for i in range(10)} if zero else {}


@cache
def _locale(tag: str) -> Locale | None:
    """CLDR's data for the tag, or for its nearest parent; None if it has none."""
    from babel.core import Locale, UnknownLocaleError

    parts = tag.split("-")
    while parts:
        try:
            return Locale.parse("_".join(parts))
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return None
