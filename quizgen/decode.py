"""Nodes to model: the bank format as tables of fields, and a decoder that notes every problem."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import count
from typing import Any

from quizgen.languages import is_known_language, parse_date
from quizgen.model import (
    TYPES,
    Accepted,
    Bank,
    CalendarDate,
    Choice,
    Citation,
    Difficulty,
    Gap,
    GapText,
    Grading,
    Question,
    Silence,
    Source,
    Text,
    Tolerance,
)
from quizgen.problems import Problem, QuizgenError, Span, did_you_mean, shorten
from quizgen.source import (
    START,
    Document,
    Faults,
    ListNode,
    MapNode,
    Node,
    Point,
    ScalarNode,
    span_of,
)

MAX_GAPS = 500
"""The most gaps of a cloze, and the highest number of a group; Anki makes a card of each."""

MAX_ID = 80
"""The most characters of an id; what an LMS stores holds two of them."""

_ID = re.compile(r"\w[\w.-]*")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
_OPENING = re.compile(r"(?<!\\)\{\{")
_GROUP = re.compile(r"c(\d{1,6})::")


def _shown(value: str) -> str:
    """A value in quotes, in one line, as much of it as a message bears."""
    return f"'{shorten(value, 60)}'"


class _RejectedError(Exception):
    """A value could not be read; its problem is already noted."""


@dataclass(frozen=True)
class Kind:
    """What a value is: how it is read, and its JSON Schema."""

    read: Callable[[Decoder, Node], Any]
    schema: Mapping[str, object]


@dataclass(frozen=True)
class Field:
    """A key of a mapping: what its value is, whether it must stand, what it says to an author."""

    kind: Kind
    help: str
    required: bool = field(default=False, kw_only=True)


class Fields(dict[str, Field]):
    """The fields of a mapping by key, how each is read, and which must stand."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        super().__init__(fields)
        self.readers = {name: each.kind.read for name, each in fields.items()}
        self.required = tuple(name for name, each in fields.items() if each.required)


@dataclass
class Header:
    """What a bank says of itself and its questions; `late` if some of it stands below its use."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    late: bool = False

    @property
    def sources(self) -> Mapping[str, Source]:
        found: Mapping[str, Source] = self.values.get("sources", {})
        return found

    @property
    def defaults(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.values.get("defaults", {})
        return found


class Decoder:
    """Reads the values of one file and notes what is wrong with them."""

    def __init__(self, file: str, header: Header) -> None:
        self.file = file
        self.header = header
        self.problems = Faults()

    def span(self, node: Node) -> Span:
        return span_of(node, self.file)

    def note(self, node: Node, code: str, message: str) -> None:
        self.problems.append(Problem(code, message, self.span(node)))

    def reject(self, node: Node, code: str, message: str) -> _RejectedError:
        self.note(node, code, message)
        return _RejectedError()

    def scalar(self, node: Node) -> str:
        value = node.value
        if value is None:
            what = "a list" if isinstance(node, ListNode) else "a mapping"
            raise self.reject(node, "not-a-text", f"here stands {what}; write a single value")
        if not value or value.isspace():
            raise self.reject(node, "empty", "the value is empty; write one")
        return value

    def items(self, node: Node) -> list[Node]:
        if not isinstance(node, ListNode):
            raise self.reject(
                node, "not-a-list", "a list belongs here; write '- ' before each item"
            )
        if not node.items:
            raise self.reject(node, "empty", "the list is empty; fill it")
        return node.items

    def each(self, nodes: Iterable[Node], read: Callable[[Decoder, Node], Any]) -> tuple[Any, ...]:
        """All items read; those that cannot be are noted one by one before the list is given up."""
        values: list[Any] = []
        rejected: _RejectedError | None = None
        for node in nodes:
            try:
                values.append(read(self, node))
            except _RejectedError as error:
                rejected = error
        if rejected:
            raise rejected
        return tuple(values)

    def fields(
        self, node: Node, fields: Fields, what: str, given: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The values of a mapping by key, over those given; unreadable ones are left out.

        Raises if the node is no mapping, or if a required value is missing or unreadable.
        """
        if not isinstance(node, MapNode):
            raise self.reject(
                node, "not-a-mapping", f"{what} is a mapping; write 'key: value' lines"
            )
        values = {key: value for key, value in given.items() if key in fields} if given else {}
        unreadable = rejected = False
        for name, (key, value) in node.entries.items():
            read = fields.readers.get(name)
            if read is None:
                near = (
                    did_you_mean(name, fields) or "; remove it, or put a text with ': ' in quotes"
                )
                self.note(key, "unknown-key", f"{what} has no {_shown(name)}{near}")
                continue
            try:
                values[name] = read(self, value)
            except _RejectedError:
                values[name] = None
                rejected = True
                unreadable |= name in fields.required
        for name in fields.required:
            if name not in values:
                self.note(node, "missing-key", f"{what} needs '{name}'; add it")
                unreadable = True
        if unreadable:
            raise _RejectedError
        if rejected:
            return {key: value for key, value in values.items() if value is not None}
        return values

    def question(self, node: Node) -> Question:
        """A question; its problems are noted, and it is given up only if it cannot be built."""
        if not isinstance(node, MapNode):
            raise self.reject(
                node, "not-a-mapping", "a question is a mapping; begin with 'id: ...'"
            )
        defaults = self.header.defaults
        entry = node.entries.get("type")
        if entry is None and "type" not in defaults:
            raise self.reject(node, "missing-key", f"a question needs 'type': {', '.join(TYPES)}")
        name: str = _read_type(self, entry[1]) if entry else defaults["type"]
        values = self.fields(node, QUESTION_FIELDS[name], _CALLED[name], defaults)
        del values["type"]
        return TYPES[name](span=self.span(node), **values)


def decode_mapping(
    text: str, file: str, fields: Fields, what: str
) -> tuple[dict[str, Any] | None, Span, list[Problem]]:
    """A whole document by its fields: the values, None if one that is required cannot be read.

    With its place, and what is wrong with it; `what` is what a message calls it, as `a quiz`.
    """
    document = Document(text, file)
    decoder = Decoder(file, Header())
    values = None
    top = MapNode({}, START)
    try:
        # No list is streamed, so that each value is a node.
        entries: Any = document.entries()
        for key, value in entries:
            top.entries[key.value] = key, value
        if top.entries:
            top.start_mark = next(iter(top.entries.values()))[0].start_mark
        with suppress(_RejectedError):
            values = decoder.fields(top, fields, what)
    except QuizgenError as error:
        decoder.problems += error.problems
    return values, decoder.span(top), document.problems + decoder.problems


def decode(text: str, file: str) -> tuple[Bank | None, list[Problem]]:
    """A bank from YAML text, and what is wrong with it.

    The bank is None where the header or the YAML cannot be read; questions that cannot be built
    are left out of it, each with its problem. `file` is the name that problems carry.
    """
    header = Header()
    bank, problems = _decode(text, file, header)
    if header.late:  # what stands above what it needs is read again, with all of it
        bank, problems = _decode(text, file, header)
    return bank, problems


def _decode(text: str, file: str, header: Header) -> tuple[Bank | None, list[Problem]]:
    document = Document(text, file)
    decoder = Decoder(file, header)
    seen: dict[str, ScalarNode] = {}
    questions: tuple[Question, ...] = ()
    broken = False
    try:
        for key, value in document.entries("questions"):
            found = BANK_FIELDS.get(key.value)
            if found is None:
                near = did_you_mean(key.value, BANK_FIELDS) or "; remove it"
                decoder.note(key, "unknown-key", f"a bank has no {_shown(key.value)}{near}")
                continue
            header.late |= "questions" in seen or (key.value == "sources" and "defaults" in seen)
            seen[key.value] = key
            try:
                if isinstance(value, Iterator):
                    questions = tuple(_questions(decoder, key, value))
                else:
                    header.values[key.value] = found.kind.read(decoder, value)
            except _RejectedError:
                broken = True
    except QuizgenError as error:
        return None, [*document.problems, *decoder.problems, *error.problems]
    top: Node = next(iter(seen.values()), MapNode({}, START))
    for name, each in BANK_FIELDS.items():
        if each.required and name not in seen:
            decoder.note(top, "missing-key", f"a bank needs '{name}'; add it")
            broken = True
    problems = document.problems + decoder.problems
    if broken:
        return None, problems
    values: dict[str, Any] = {
        **header.values,
        "sources": tuple(header.sources.values()),
        "questions": questions,
    }
    values.pop("defaults", None)
    return Bank(id=values.pop("bank"), span=decoder.span(seen["bank"]), **values), problems


def _questions(decoder: Decoder, key: ScalarNode, nodes: Iterator[Node]) -> Iterator[Question]:
    lines: dict[str, int] = {}
    node = None
    for node in nodes:
        _note_duplicate(decoder, node, lines)
        try:
            yield decoder.question(node)
        except _RejectedError:
            continue
    if node is None:
        raise decoder.reject(key, "empty", "the list of questions is empty; write one")


def _note_duplicate(decoder: Decoder, node: Node, lines: dict[str, int]) -> None:
    """Notes an id that stands in `lines` already, and puts it there."""
    if isinstance(node, MapNode) and "id" in node.entries:
        _, value = node.entries["id"]
        if name := value.value:
            if name in lines:
                message = f"the id {_shown(name)} stands already in line {lines[name]}; change one"
                decoder.note(value, "duplicate-id", message)
            lines.setdefault(name, value.start_mark.line + 1)


# How values are read: one function a kind of value.


def _read_string(decoder: Decoder, node: Node) -> str:
    return decoder.scalar(node)


def _read_text(decoder: Decoder, node: Node) -> Text:
    mark = node.start_mark  # half of a bank is texts: no call for their place
    return Text(decoder.scalar(node), Span(decoder.file, mark.line + 1, mark.column + 1))


def is_id(name: str) -> bool:
    """Whether a name can be the id of a bank or a question."""
    return _ID.fullmatch(name) is not None and len(name) <= MAX_ID


def _read_id(decoder: Decoder, node: Node) -> str:
    value = decoder.scalar(node)
    if not _ID.fullmatch(value):
        raise decoder.reject(
            node,
            "id",
            f"{_shown(value)} is no id; use letters, digits, '-', '_' and '.', no spaces",
        )
    if len(value) > MAX_ID:
        raise decoder.reject(
            node, "id", f"the id has {len(value)} characters; the most is {MAX_ID}"
        )
    return value


def _read_tag(decoder: Decoder, node: Node) -> str:
    value = " ".join(decoder.scalar(node).split())
    if not _is_tag(value):
        raise decoder.reject(
            node, "tag-name", f'{_shown(value)} is no tag; use a word without < > ` , " &'
        )
    return value


@lru_cache(1000)
def _is_tag(value: str) -> bool:
    named = re.fullmatch(r"[^<>`,\"&]+", value) and "" not in value.split("::")
    return bool(named) and value != "0"


def _one_of(what: str, known: Mapping[str, Any]) -> Kind:
    """A word out of a list, read as what the list maps it to."""

    def read(decoder: Decoder, node: Node) -> Any:
        value = decoder.scalar(node)
        if value not in known:
            near = did_you_mean(value, known) or f"; use one of {', '.join(known)}"
            raise decoder.reject(node, what, f"{_shown(value)} is no {what}{near}")
        return known[value]

    return Kind(read, {"enum": list(known)})


def _read_language(decoder: Decoder, node: Node) -> str:
    value = decoder.scalar(node)
    if not is_known_language(value):
        raise decoder.reject(
            node,
            "language",
            f"{_shown(value)} is no known language tag; write one such as en, ur or zh-Hans",
        )
    return value


def _read_boolean(decoder: Decoder, node: Node) -> bool:
    value = decoder.scalar(node)
    if value.lower() not in _BOOLEANS:
        raise decoder.reject(
            node, "boolean", f"{_shown(value)} is neither true nor false; write one of them"
        )
    return _BOOLEANS[value.lower()]


def _read_number(decoder: Decoder, node: Node) -> Decimal:
    return _number(decoder, node, decoder.scalar(node))


def _number(decoder: Decoder, node: Node, value: str) -> Decimal:
    if _NUMBER.fullmatch(value) and len(value) <= 60:
        return Decimal(value)
    if re.fullmatch(r"[+-]?[\d.,' \u00a0\u202f]+", value) and "," in value:
        advice = "write a decimal point and no thousands separators, such as 1234.5"
    else:
        advice = "write digits alone, such as 1951, -3.5 or 6.02e23"
    raise decoder.reject(node, "number", f"{_shown(value)} is no number; {advice}")


def _read_positive(decoder: Decoder, node: Node) -> Decimal:
    value = _read_number(decoder, node)
    if value <= 0:
        raise decoder.reject(node, "number", f"{_shown(decoder.scalar(node))} must be more than 0")
    return value


def _read_lines(decoder: Decoder, node: Node) -> int:
    value = _read_number(decoder, node)
    if value != int(value) or not 1 <= value <= 100:
        raise decoder.reject(
            node, "number", f"{_shown(decoder.scalar(node))} must be a whole number from 1 to 100"
        )
    return int(value)


def _share_or_number(decoder: Decoder, node: Node, value: str) -> Decimal:
    if value.endswith("%"):
        return _number(decoder, node, value[:-1].rstrip()) / 100
    return _number(decoder, node, value)


def _read_tolerance(decoder: Decoder, node: Node) -> Tolerance:
    value = decoder.scalar(node)
    relative = value.endswith("%")
    amount = _share_or_number(decoder, node, value)
    if amount < 0:
        raise decoder.reject(
            node, "number", f"the tolerance {_shown(value)} must not be less than 0"
        )
    return Tolerance(amount, relative)


def _read_credit(decoder: Decoder, node: Node) -> Decimal:
    value = decoder.scalar(node)
    credit = _share_or_number(decoder, node, value)
    if not 0 <= credit <= 1:
        raise decoder.reject(
            node, "credit", f"{_shown(value)} is no share; write one from 0% to 100%"
        )
    return credit


def _read_date(decoder: Decoder, node: Node) -> CalendarDate:
    value = decoder.scalar(node)
    date = parse_date(value)
    if date is None:
        raise decoder.reject(
            node,
            "date",
            f"{_shown(value)} is no date of the calendar; write 1951-05-21, 1951-05 or 1951",
        )
    return date


def _read_type(decoder: Decoder, node: Node) -> str:
    name: str = TYPE.read(decoder, node)
    return name


def _read_citations(decoder: Decoder, node: Node) -> tuple[Citation, ...]:
    nodes = decoder.items(node) if isinstance(node, ListNode) else [node]
    return decoder.each(nodes, _read_citation)


def _read_citation(decoder: Decoder, node: Node) -> Citation:
    key, _, locator = decoder.scalar(node).strip().partition(" ")
    source = decoder.header.sources.get(key)
    if source is None:
        near = did_you_mean(key, decoder.header.sources) or "; name it under 'sources'"
        raise decoder.reject(node, "citation", f"there is no source {_shown(key)}{near}")
    return Citation(source, locator.strip(), decoder.span(node))


def _read_sources(decoder: Decoder, node: Node) -> dict[str, Source]:
    if not isinstance(node, MapNode):
        raise decoder.reject(
            node, "not-a-mapping", "sources is a mapping; write 'key: {title: ...}'"
        )
    found: dict[str, Source] = {}
    rejected: _RejectedError | None = None
    for key, value in node.entries.values():
        try:
            name = _read_id(decoder, key)
            found[name] = Source(key=name, **decoder.fields(value, SOURCE_FIELDS, "a source"))
        except _RejectedError as error:
            rejected = error
    if rejected:
        raise rejected
    return found


def _read_silence(decoder: Decoder, node: Node) -> tuple[Silence, ...]:
    if not isinstance(node, MapNode):
        raise decoder.reject(
            node, "not-a-mapping", "silence is a mapping; write 'CODE: why it does not apply'"
        )
    entries = node.entries.values()
    reasons = decoder.each([reason for _, reason in entries], _read_string)
    return tuple(
        Silence(code.value, reason, decoder.span(code))
        for (code, _), reason in zip(entries, reasons, strict=True)
    )


def _read_defaults(decoder: Decoder, node: Node) -> dict[str, Any]:
    return decoder.fields(node, COMMON_FIELDS, "defaults")


def _read_choice(decoder: Decoder, node: Node) -> Choice:
    if node.value is None:
        return Choice(**decoder.fields(node, CHOICE_FIELDS, "an option"))
    return Choice(_read_text(decoder, node))


def _read_accepted(decoder: Decoder, node: Node) -> Accepted:
    if node.value is None:
        return Accepted(**decoder.fields(node, ACCEPTED_FIELDS, "an answer"))
    return Accepted(_read_text(decoder, node))


def _list_of(kind: Kind) -> Kind:
    """A list; a single value is not taken for one."""

    def read(decoder: Decoder, node: Node) -> tuple[Any, ...]:
        return decoder.each(decoder.items(node), kind.read)

    return Kind(read, {"type": "array", "minItems": 1, "items": kind.schema})


def _read_pair(decoder: Decoder, node: Node) -> tuple[Text, Text]:
    if not isinstance(node, ListNode) or len(node.items) != 2:
        raise decoder.reject(node, "pair", "a pair is a list of two; write [left, right]")
    left, right = decoder.each(node.items, _read_text)
    return left, right


def _read_gap_text(decoder: Decoder, node: Node) -> GapText:
    """Markdown with `{{key}}`, `{{key|also accepted|!wrong}}`, `{{9.81±0.05}}`, `{{key::hint}}`.

    A group stands before: `{{c1::key}}`.
    """
    return _gap_text(decoder, node, decoder.scalar(node))


def _gap_text(decoder: Decoder, node: Node, source: str) -> GapText:
    taken = {int(match[1]) for match in re.finditer(_OPENING.pattern + _GROUP.pattern, source)}
    free = (number for number in count(1) if number not in taken)
    pieces: list[str | Gap] = []
    end = 0
    while opened := _OPENING.search(source, end):
        closing = source.find("}}", opened.end())
        if closing < 0:
            raise decoder.reject(
                node, "gap", "a '{{' has no '}}'; close the gap, or write '\\{{' for braces"
            )
        if opened.start() > end:
            pieces.append(source[end : opened.start()])
        pieces.append(_gap(decoder, node, source[opened.end() : closing], free))
        end = closing + 2
    if not pieces:
        raise decoder.reject(node, "gap", "the text has no gap; write one as {{answer}}")
    if sum(isinstance(piece, Gap) for piece in pieces) > MAX_GAPS:
        raise decoder.reject(node, "gap", f"there are over {MAX_GAPS} gaps; split the text")
    if end < len(source):
        pieces.append(source[end:])
    return GapText(source, decoder.span(node), tuple(pieces))


def gap_text(source: str, span: Span) -> GapText:
    """The text of a cloze from its source. Raises QuizgenError if its gaps cannot be read."""
    decoder = Decoder(span.file, Header())
    try:
        return _gap_text(decoder, MapNode({}, Point(span.line - 1, span.column - 1)), source)
    except _RejectedError as error:
        raise QuizgenError(decoder.problems) from error


def _gap(decoder: Decoder, node: Node, inside: str, free: Iterator[int]) -> Gap:
    group = _GROUP.match(inside)
    if group and not 1 <= int(group[1]) <= MAX_GAPS:
        message = f"'{group[1]}' is no number of a group; write c1:: to c{MAX_GAPS}::"
        raise decoder.reject(node, "gap", message)
    body, _, hint = (inside[group.end() :] if group else inside).partition("::")
    parts = [" ".join(part.split()) for part in re.split(r"(?<!\\)\|", body)]
    answers = tuple(_literal(part) for part in parts if not part.startswith("!"))
    wrong = tuple(_literal(part[1:].lstrip()) for part in parts if part.startswith("!"))
    tolerance = None
    if "" in answers + wrong:
        message = f"the gap {_shown('{{' + inside + '}}')} has an empty answer; write one"
        raise decoder.reject(node, "gap", message)
    if not answers:
        message = f"the gap {_shown('{{' + inside + '}}')} has wrong answers alone"
        raise decoder.reject(node, "gap", f"{message}; add the right one, without '!'")
    if re.search(r"(?<!\\)±", body):
        answers, tolerance = _number_gap(decoder, node, parts)
    return Gap(
        answers=answers,
        hint=hint.strip() or None,
        group=int(group[1]) if group else next(free),
        wrong=wrong,
        tolerance=tolerance,
    )


def _literal(part: str) -> str:
    """A part of a gap without the backslashes before what would mean something."""
    bare = part[1:] if part.startswith("\\!") else part
    return bare.replace("\\|", "|").replace("\\±", "±")


def _number_gap(decoder: Decoder, node: Node, parts: list[str]) -> tuple[tuple[str], Decimal]:
    """`9.81±0.05`: the number as it is written, and how far off is still right."""
    number, _, margin = (part.strip() for part in parts[0].partition("±"))
    fits = len(parts[0]) <= 60 and _NUMBER.fullmatch(number) and _NUMBER.fullmatch(margin)
    if len(parts) > 1 or not fits or Decimal(margin) < 0:
        message = f"{_shown('|'.join(parts))} is not one number ± another"
        advice = "write such as {{9.81±0.05}}, or '\\±' for the sign"
        raise decoder.reject(node, "gap", f"{message}; {advice}")
    return (number.removeprefix("+"),), Decimal(margin)


# The bank format: every key, what its value is, and what to say about it in an editor.

_SCALARS = ["string", "number", "boolean"]
STRING = Kind(_read_string, {"type": _SCALARS})
TEXT = Kind(_read_text, {"type": _SCALARS, "description": "Markdown; $...$ is math"})
LITERAL = Kind(_read_text, {"type": _SCALARS, "description": "text as it is typed"})
ID = Kind(
    _read_id, {"type": ["string", "integer"], "pattern": rf"^{_ID.pattern}$", "maxLength": MAX_ID}
)
TAG = Kind(_read_tag, {"type": _SCALARS, "pattern": '^[^<>`,"&]+$'})
LANGUAGE = Kind(_read_language, {"type": "string", "description": "BCP 47, such as en-GB or ur"})
BOOLEAN = Kind(_read_boolean, {"type": "boolean"})
NUMBER = Kind(_read_number, {"type": "number"})
POSITIVE = Kind(_read_positive, {"type": "number", "exclusiveMinimum": 0})
LINES = Kind(_read_lines, {"type": "integer", "minimum": 1, "maximum": 100})
_SHARE_OR_NUMBER = [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^[\d.]+ ?%$"}]
TOLERANCE = Kind(_read_tolerance, {"anyOf": _SHARE_OR_NUMBER})
CREDIT = Kind(_read_credit, {"anyOf": _SHARE_OR_NUMBER})
DATE = Kind(_read_date, {"type": ["string", "integer"], "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"})
TYPE = _one_of("type", {name: name for name in TYPES})
DIFFICULTY = _one_of("difficulty", {each.value: each for each in Difficulty})
GRADING = _one_of("grading", {each.value: each for each in Grading})
PAIR = Kind(_read_pair, {"type": "array", "minItems": 2, "maxItems": 2, "items": TEXT.schema})
GAP_TEXT = Kind(_read_gap_text, {"type": "string", "pattern": r"\{\{"})
SILENCE = Kind(_read_silence, {"type": "object", "additionalProperties": {"type": "string"}})
CITE = Kind(
    _read_citations, {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
)


def object_schema(fields: Fields) -> dict[str, object]:
    """The JSON Schema of a mapping with these fields."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, each in fields.items() if each.required],
        "properties": {
            name: {**each.kind.schema, "description": each.help} for name, each in fields.items()
        },
    }


CHOICE_FIELDS = Fields(
    {
        "text": Field(TEXT, "The option", required=True),
        "feedback": Field(TEXT, "Shown to whoever chose it"),
        "pin": Field(BOOLEAN, "Keeps the option last"),
    }
)
CHOICE = Kind(_read_choice, {"anyOf": [{"type": _SCALARS}, object_schema(CHOICE_FIELDS)]})

ACCEPTED_FIELDS = Fields(
    {
        "text": Field(LITERAL, "The answer as it is typed", required=True),
        "credit": Field(CREDIT, "Its share of the points, such as 50%"),
        "feedback": Field(TEXT, "Shown to whoever wrote it"),
    }
)
ACCEPTED = Kind(_read_accepted, {"anyOf": [{"type": _SCALARS}, object_schema(ACCEPTED_FIELDS)]})

SOURCE_FIELDS = Fields(
    {
        "title": Field(STRING, "Title of the work", required=True),
        "author": Field(STRING, "Who wrote it"),
        "year": Field(STRING, "When it came out"),
        "url": Field(STRING, "Where it can be read"),
        "note": Field(STRING, "Anything else worth knowing"),
    }
)

COMMON_FIELDS = Fields(
    {
        "type": Field(TYPE, "What kind of question it is"),
        "points": Field(POSITIVE, "What a full answer is worth; 1 if not given"),
        "difficulty": Field(DIFFICULTY, "easy, medium or hard"),
        "tags": Field(_list_of(TAG), "Topics; a::b is a topic within a topic"),
        "feedback": Field(TEXT, "Shown after answering"),
        "hints": Field(_list_of(TEXT), "Shown on demand, one after another"),
        "cite": Field(CITE, "Source and place, such as 'essay ¶11'; one or a list"),
        "shuffle": Field(BOOLEAN, "false keeps the options as they are written"),
    }
)
_PROMPT = Field(TEXT, "What is asked", required=True)
_OWN_FIELDS: Mapping[str, Mapping[str, Field]] = {
    "multiple-choice": {
        "prompt": _PROMPT,
        "answer": Field(CHOICE, "The right option", required=True),
        "distractors": Field(_list_of(CHOICE), "The wrong options", required=True),
    },
    "multiple-response": {
        "prompt": _PROMPT,
        "answers": Field(_list_of(CHOICE), "The right options", required=True),
        "distractors": Field(_list_of(CHOICE), "The wrong options"),
        "grading": Field(GRADING, "partial, or all-or-nothing"),
    },
    "true-false": {
        "prompt": _PROMPT,
        "answer": Field(BOOLEAN, "Whether the statement is true", required=True),
    },
    "short-answer": {
        "prompt": _PROMPT,
        "answers": Field(_list_of(ACCEPTED), "The key, then what is also accepted", required=True),
        "case_sensitive": Field(BOOLEAN, "Whether capitals matter"),
    },
    "numeric": {
        "prompt": _PROMPT,
        "answer": Field(NUMBER, "The number", required=True),
        "tolerance": Field(
            TOLERANCE, "How far off is still right: a number, or a share such as 5%"
        ),
        "unit": Field(STRING, "The unit that stands behind the answer"),
    },
    "date": {
        "prompt": _PROMPT,
        "answer": Field(DATE, "1951-05-21, 1951-05 or 1951", required=True),
        "accept": Field(_list_of(LITERAL), "Further ways to write it"),
    },
    "matching": {
        "prompt": _PROMPT,
        "pairs": Field(_list_of(PAIR), "Pairs of [left, right]", required=True),
        "distractors": Field(_list_of(TEXT), "Right-hand sides that match nothing"),
    },
    "ordering": {
        "prompt": _PROMPT,
        "items": Field(_list_of(TEXT), "The items in the right order", required=True),
    },
    "cloze": {
        "prompt": Field(TEXT, "An instruction above the text"),
        "text": Field(
            GAP_TEXT,
            "Text with gaps: {{answer}}, {{answer|also|!wrong}}, {{9.81±0.05}}, {{answer::hint}}",
            required=True,
        ),
    },
    "essay": {
        "prompt": _PROMPT,
        "answer": Field(TEXT, "A model answer"),
        "rubric": Field(TEXT, "How it is marked"),
        "lines": Field(LINES, "Room to write on paper"),
    },
    "flashcard": {
        "front": Field(TEXT, "The side that asks", required=True),
        "back": Field(TEXT, "The side that answers", required=True),
        "reversed": Field(BOOLEAN, "Asks from the back as well"),
    },
}
QUESTION_FIELDS: Mapping[str, Fields] = {
    name: Fields(
        {
            "id": Field(ID, "Unique in the bank, never changed", required=True),
            **COMMON_FIELDS,
            **own,
            "retired": Field(BOOLEAN, "true keeps it in decks that have it, and asks it no more"),
            "silence": Field(SILENCE, "Rules that this question may break: CODE and the reason"),
        }
    )
    for name, own in _OWN_FIELDS.items()
}


_CALLED = {name: f"{'an' if name[0] in 'aeio' else 'a'} {name} question" for name in TYPES}
"""What a message calls a question of each type."""


def _read_question_list(decoder: Decoder, node: Node) -> tuple[Question, ...]:
    raise decoder.reject(node, "not-a-list", "questions is a list; write '- ' before each question")


def _question_schema() -> dict[str, object]:
    variants = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": object_schema(fields),
        }
        for name, fields in QUESTION_FIELDS.items()
    ]
    question = {
        "type": "object",
        "required": ["id"],
        "properties": {"type": TYPE.schema},
        "allOf": variants,
    }
    return {"type": "array", "minItems": 1, "items": question}


BANK_FIELDS = Fields(
    {
        "bank": Field(ID, "Unique id of the bank: the namespace of its questions", required=True),
        "title": Field(STRING, "Title, as a learner sees it", required=True),
        "language": Field(LANGUAGE, "Language of the texts (BCP 47)", required=True),
        "description": Field(STRING, "What the bank is about"),
        "licence": Field(STRING, "Under which terms it may be used"),
        "sources": Field(
            Kind(
                _read_sources,
                {"type": "object", "additionalProperties": object_schema(SOURCE_FIELDS)},
            ),
            "Works that questions cite, by a short key",
        ),
        "defaults": Field(
            Kind(_read_defaults, object_schema(COMMON_FIELDS)),
            "Fields for questions that lack them",
        ),
        "questions": Field(
            Kind(_read_question_list, _question_schema()), "The questions", required=True
        ),
    }
)


def bank_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of a bank, for editors that complete and check YAML."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A quizgen question bank",
        **object_schema(BANK_FIELDS),
    }
