"""A bank to the YAML that a person would have written: `decode` reads it back as it was.

Keys stand in the order of the README. A text stands as it is where YAML takes it for a text, in
quotes where it does not, and in a block where it is long or has several lines. What is short
stands in one line.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from quizgen.decode import COMMON_FIELDS, QUESTION_FIELDS, SOURCE_FIELDS
from quizgen.model import (
    TYPES,
    Accepted,
    Bank,
    CalendarDate,
    Choice,
    Citation,
    Question,
    Source,
    Text,
    Tolerance,
    type_name,
)
from quizgen.numbers import show_number

WIDTH = 100
"""How many characters a line has at most, where it can be broken."""

LONGEST_ITEM = 40
"""How long a text may be that shares its line with the others of a list."""

Notes = Mapping[str, Sequence[str]]
"""Comments by the id of the question that they stand above; those of the bank under no id."""


def encode(bank: Bank, notes: Notes | None = None) -> str:
    """The text of a bank file, with comments above the questions that they are about."""
    notes = notes or {}
    defaults = _defaults(bank.questions)
    head: dict[str, _Node] = {
        "bank": bank.id,
        "title": bank.title,
        "language": _Word(bank.language),
        **_given({"description": bank.description, "licence": bank.licence}),
        **_given({"sources": {each.key: _node(each) for each in bank.sources}}),
        **_given({"defaults": {key: _field(key, value) for key, value in defaults.items()}}),
    }
    questions = [
        "\n".join([*_comment(notes.get(each.id, ()), 2), _item(_question(each, defaults), 2)])
        for each in bank.questions
    ]
    parts = [*_comment(notes.get("", ()), 0), *_entries(head, 0), "", "questions:"]
    return "\n".join(parts) + "\n" + "\n\n".join(questions) + "\n"


class _Word(str):
    """A value that needs no quotes: a word of the format, a number, a date."""

    __slots__ = ()


_Node = str | list[Any] | dict[str, Any]
"""A text, a list or a mapping, as it will stand in the file."""


# A bank as nodes.


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _question(question: Question, defaults: Mapping[str, Any]) -> dict[str, _Node]:
    name = type_name(question)
    found: dict[str, _Node] = {"id": question.id, "type": _Word(name)}
    usual = _usual(name)
    for key in _keys(name):
        value = getattr(question, key)
        if value != (defaults[key] if key in defaults else usual.get(key, MISSING)):
            found[key] = _field(key, value)
    return found


@cache
def _keys(name: str) -> tuple[str, ...]:
    """The fields of a type: its own, then those of all, advice to be passed over last."""
    common = [key for key in COMMON_FIELDS if key != "type"]
    last = ("retired", "silence")
    own = [key for key in QUESTION_FIELDS[name] if key not in {"id", "type", *common, *last}]
    return (*own, *common, *last)


@cache
def _usual(name: str) -> Mapping[str, Any]:
    """What a field of a type is that is not given."""
    return {each.name: each.default for each in fields(TYPES[name])}


def _defaults(questions: Sequence[Question]) -> dict[str, Any]:
    """Values that all questions need and most share: they are written once."""
    found: dict[str, Any] = {}
    for key in ("difficulty", "tags", "cite"):
        values = Counter(getattr(question, key) for question in questions)
        value, times = values.most_common(1)[0] if values else (None, 0)
        if value and times > 2 and times > len(questions) / 2 and not (values[None] or values[()]):
            found[key] = value
    return {key: found[key] for key in COMMON_FIELDS if key in found}


def _field(key: str, value: Any) -> _Node:
    if key == "cite" and len(value) == 1:
        return _node(value[0])
    if key == "silence":
        return {each.code: each.reason for each in value}
    return _node(value)


def _node(value: Any) -> _Node:
    match value:
        case bool():
            return _Word(str(value).lower())
        case int():
            return _Word(value)
        case Decimal():
            return _number(value)
        case str():
            return value
        case Text(source=source):
            return source
        case Enum():
            return _Word(value.value)
        case CalendarDate():
            return _Word(value)
        case Tolerance(amount=amount, relative=relative):
            return _percent(amount) if relative else _number(amount)
        case Choice(text=text, feedback=feedback, pin=pin):
            return _bare_or(text, _given({"feedback": feedback, "pin": pin}))
        case Accepted(text=text, credit=credit, feedback=feedback):
            part = {} if credit == 1 else {"credit": _percent(credit)}
            return _bare_or(text, part | _given({"feedback": feedback}))
        case Citation(source=source, locator=locator):
            return f"{source.key} {locator}".strip()
        case Source():
            return {key: _node(given) for key in SOURCE_FIELDS if (given := getattr(value, key))}
        case tuple():
            return [_node(each) for each in value]  # pyright: ignore[reportUnknownVariableType] - a field's value is Any
        case _:
            raise TypeError(f"a bank holds no {type(value).__name__}")


def _bare_or(text: Text, more: Mapping[str, Any]) -> _Node:
    """A text by itself, or a mapping where there is more to say."""
    return {"text": text.source, **{k: _node(v) for k, v in more.items()}} if more else text.source


def _number(number: Decimal) -> _Word:
    shown = show_number(number)
    return _Word(shown if Decimal(shown) == number else number)


def _percent(share: Decimal) -> _Word:
    return _Word(f"{_number(share * 100)}%")


# Nodes as YAML.


def _comment(lines: Iterable[str], indent: int) -> list[str]:
    return [
        wrapped
        for line in lines
        for wrapped in textwrap.wrap(
            _UNSEEN.sub(" ", line),
            WIDTH,
            initial_indent=" " * indent + "# ",
            subsequent_indent=" " * indent + "#   ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]


def _entries(mapping: Mapping[str, _Node], indent: int) -> Iterator[str]:
    """The lines of a mapping in block style."""
    for key, value in mapping.items():
        start = " " * indent + f"{_in_line(key, _FLOW)}:"
        yield start + _value(value, indent, len(start) + 1)


def _value(node: _Node, indent: int, column: int) -> str:
    """What follows a key, from `column` on."""
    if isinstance(node, str):
        return " " + _scalar(node, indent + 2, column)
    if (line := _flow(node, WIDTH - column)) is not None:
        return " " + line
    if isinstance(node, dict):
        return "\n" + "\n".join(_entries(node, indent + 2))
    return "\n" + "\n".join(_item(each, indent + 2) for each in node)


def _item(node: _Node, indent: int) -> str:
    """An item of a list in block style."""
    start = " " * indent + "- "
    if isinstance(node, str):
        return start + _scalar(node, indent + 2, len(start))
    if "id" not in node and (line := _flow(node, WIDTH - len(start))) is not None:
        return start + line
    inner = (
        _entries(node, indent + 2)
        if isinstance(node, dict)
        else (_item(each, indent + 2) for each in node)
    )
    return start + "\n".join(inner).lstrip(" ")


def _flow(node: list[Any] | dict[str, Any], room: int) -> str | None:
    """A collection of texts in one line; None where it does not fit."""
    values = node.values() if isinstance(node, dict) else node
    most = WIDTH if isinstance(node, dict) else LONGEST_ITEM
    if not all(isinstance(each, str) and "\n" not in each and len(each) <= most for each in values):
        return None
    shown = [_in_line(each, _FLOW) for each in values]
    if isinstance(node, dict):
        pairs = zip(node, shown, strict=True)
        shown = [f"{_in_line(key, _FLOW)}: {value}" for key, value in pairs]
    line = ", ".join(shown)
    line = f"{{{line}}}" if isinstance(node, dict) else f"[{line}]"
    return line if len(line) <= room else None


_UNSEEN = re.compile("[\r\n\t\x85\u2028\u2029\ufeff]")
"""What ends a line for one reader and not for another, or is not seen: escaped in quotes."""

_BLOCK = re.compile(
    r"""(?! [-?:,\[\]{}#&*!|>'"%@`\s=~.] | <<)   # an indicator, or what YAML reads as no text
        (?: [^:#] | :(?=\S) | (?<=\S)\# )+ (?<![\s:])""",
    re.VERBOSE,
)
"""Texts that need no quotes behind a key."""

_FLOW = re.compile(
    r"""(?! [-?:,\[\]{}#&*!|>'"%@`\s=~.] | <<)
        (?: [^:#,\[\]{}?] | :(?=[\w:]) | (?<=\S)\# )+ (?<![\s:])""",
    re.VERBOSE,
)
"""Texts that need none between brackets either."""

_OTHER = re.compile(
    r"[-+]?[\d.][\d.,_:eExXoOa-fA-F+\- TZ]*|(?:y|yes|no?|on|off|true|false|null)", re.IGNORECASE
)
"""What looks like a number, a date, a truth or nothing."""


def _in_line(text: str, plain: re.Pattern[str]) -> str:
    """A text in one line, in quotes unless it can stand without."""
    if isinstance(text, _Word):
        return text
    if _UNSEEN.search(text):
        return f'"{_ESCAPED.sub(_escape, text)}"'
    if plain.fullmatch(text) and not _OTHER.fullmatch(text):
        return text
    if '"' in text or "\\" in text:
        return "'{}'".format(text.replace("'", "''"))
    return f'"{text}"'


_ESCAPED = re.compile(rf'["\\]|{_UNSEEN.pattern}')
_NAMES = {"\n": r"\n", "\t": r"\t", "\r": r"\r", '"': r"\"", "\\": r"\\"}


def _escape(found: re.Match[str]) -> str:
    return _NAMES.get(found[0]) or f"\\u{ord(found[0]):04x}"


_LITERAL = re.compile(r"(?![\s])[^\r\x85\u2028\u2029\ufeff]*[^\r\n\x85\u2028\u2029\ufeff]\n?")
_BLANK = re.compile(r"^[ \t]+$", re.MULTILINE)


def _scalar(text: str, indent: int, column: int) -> str:
    """A text behind a key or a dash: in one line if it fits, else in a block."""
    if "\n" in text and _LITERAL.fullmatch(text) and not _BLANK.search(text):
        start = "|" if text.endswith("\n") else "|-"
        lines = text.removesuffix("\n").split("\n")
        return "\n".join([start, *(" " * indent + line if line else "" for line in lines)])
    line = _in_line(text, _BLOCK)
    if column + len(line) <= WIDTH or isinstance(text, _Word):
        return line
    words = text.split(" ")
    if len(words) < 2 or "" in words or _UNSEEN.search(text):
        return line
    return "\n".join([">-", *(" " * indent + each for each in _lines(words, WIDTH - indent))])


def _lines(words: Iterable[str], width: int) -> Iterator[str]:
    """The words in lines of a width; a longer word has one of its own."""
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
