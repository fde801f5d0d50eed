"""The words that outputs add to a bank's own, by language: a file of TOML each, beside this one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from quizgen.numbers import show_number

LANGUAGES = (
    *("ar", "de", "en", "es", "fa", "fr", "hi", "pt", "ru", "tg", "tr", "ur", "uz"),
    *("zh-Hans", "zh-Hant"),
)
"""The languages that have words."""

_IN_TRADITIONAL_SCRIPT = {"hant", "tw", "hk", "mo"}


def words(language: str) -> Mapping[str, str]:
    """The words in the language of the tag, in English where it has none."""
    return _read(_nearest(language))[0]


def is_spoken(language: str) -> bool:
    """Whether there are words in the language of the tag."""
    return _nearest(language) != "en" or language.split("-", maxsplit=1)[0].lower() == "en"


def counted(language: str, name: str, number: Decimal | int) -> str:
    """A number of `question`, `point` or `minute` in the language: `1 point`, `12 вопросов`."""
    nearest = _nearest(language)
    forms = _read(nearest)[1][name]
    form = forms.get(_category(nearest, number), forms["other"])
    return form.format(localized(language, number))


def localized(language: str, number: Decimal | int) -> str:
    """The number in figures, with the decimal sign of the language."""
    shown = show_number(Decimal(number))
    return shown if shown.isdigit() else shown.replace(".", _decimal_sign(_nearest(language)))


@cache
def _nearest(tag: str) -> str:
    """The tag of the words for a language."""
    language, *subtags = tag.lower().split("-")
    if language == "zh":
        return "zh-Hant" if _IN_TRADITIONAL_SCRIPT.intersection(subtags) else "zh-Hans"
    return language if language in LANGUAGES else "en"


@cache
def _read(language: str) -> tuple[Mapping[str, str], Mapping[str, Mapping[str, str]]]:
    """The words of a language, and the forms of what is counted."""
    path = Path(__file__).with_name(f"{language}.toml")
    found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return (
        {name: text for name, text in found.items() if isinstance(text, str)},
        {name: forms for name, forms in found.items() if not isinstance(forms, str)},
    )


def _category(language: str, number: Decimal | int) -> str:
    """CLDR's plural category of a number, such as `one` or `few`."""
    from babel.core import Locale

    return str(Locale.parse(language, sep="-").plural_form(number))


@cache
def _decimal_sign(language: str) -> str:
    from babel.core import Locale

    symbols: Any = Locale.parse(language, sep="-").number_symbols
    return str(symbols["latn"]["decimal"])
