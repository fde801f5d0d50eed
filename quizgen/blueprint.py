"""Quiz files: an exam planned by topic, type and difficulty, over banks that stand elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from quizgen.bank import Track, find, read, shipped
from quizgen.decode import (
    BOOLEAN,
    DIFFICULTY,
    ID,
    LANGUAGE,
    NUMBER,
    POSITIVE,
    STRING,
    TAG,
    TEXT,
    TYPE,
    Decoder,
    Field,
    Fields,
    Kind,
    decode_mapping,
    object_schema,
)
from quizgen.markup import Reader
from quizgen.model import Bank, Difficulty, Text
from quizgen.native import path_of
from quizgen.problems import (
    Problem,
    QuizgenError,
    Span,
    did_you_mean,
    error_at,
    has_errors,
    shorten,
    sort_problems,
)
from quizgen.quiz import MAX_VERSIONS
from quizgen.source import ListNode, MapNode, Node, is_quiz, is_quiz_file, read_file

MOST = 100_000
"""The largest count, and the longest time in minutes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many questions, of one difficulty or of any; `count` None is all that there are."""

    count: int | None
    difficulty: Difficulty | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section as it is planned: what it is drawn from; `names` are its banks as written."""

    title: str
    span: Span = field(compare=False)
    instructions: Text | None = None
    names: tuple[Text, ...] = ()
    banks: tuple[Bank, ...] = ()
    tags: tuple[Text, ...] = ()
    types: tuple[str, ...] = ()
    difficulties: tuple[Difficulty, ...] = ()
    wanted: tuple[Wanted, ...] = (Wanted(None),)
    points: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """The plan of an exam; `shuffle` as on the command line, None for options alone."""

    id: str
    title: str
    span: Span = field(compare=False)
    parts: tuple[Part, ...]
    language: str | None = None
    instructions: Text | None = None
    minutes: int | None = None
    seed: str | None = None
    versions: int = 1
    shuffle: bool | None = None

    @property
    def names(self) -> tuple[Text, ...]:
        """The banks of all parts as they are written, each once."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.names))


@dataclass(frozen=True, slots=True)
class Found:
    """What was read of banks and quiz files, and every problem of all of them, sorted."""

    banks: tuple[Bank, ...]
    blueprints: tuple[Blueprint, ...]
    problems: tuple[Problem, ...]


def load_blueprint(path: str | Path, track: Track = iter) -> Blueprint:
    """A quiz file with its banks, whole.

    Raises QuizgenError with every problem of the file and of its banks.
    """
    text = read_file(Path(path))
    if not is_quiz(text):
        raise error_at(path, "no-quiz", "this is no quiz file; begin with 'quiz: ID'")
    found = read_all([path], track)
    if has_errors(found.problems):
        raise QuizgenError(found.problems)
    return found.blueprints[0]


def files_of(names: Iterable[str | Path]) -> list[Path]:
    """The files that the names stand for, and those that quiz files name, be they there or not."""
    files: list[Path] = []
    for path in find(names)[0]:
        files.append(path)
        if is_quiz_file(path):
            with suppress(QuizgenError):  # whoever reads the file tells of it
                blueprint, _ = decode_blueprint(read_file(path), str(path))
                for name in blueprint.names if blueprint else ():
                    files += _files(path.parent, name, []) or [path.parent / path_of(name.source)]
    return files


def read_all(
    names: Iterable[str | Path] = (), track: Track = iter, *, thorough: bool = False
) -> Found:
    """The banks and quiz files that the names stand for, and the banks that quiz files name.

    See `quizgen.bank.find` and `quizgen.bank.read`.
    """
    names = list(names)
    quizzes = [path for path in find(names)[0] if is_quiz_file(path)] if names else []
    rest = [name for name in names if Path(name) not in quizzes]
    paths, problems = find(rest) if rest or not names else ([], [])
    files = {Path(os.path.realpath(path)): str(path) for path in paths}
    planned: list[tuple[Blueprint, dict[Text, list[Path]]]] = []
    for path in quizzes:
        try:
            blueprint, found = decode_blueprint(read_file(path), str(path))
        except QuizgenError as error:
            problems += error.problems
            continue
        problems += found
        if blueprint is None:
            continue
        named: dict[Text, list[Path]] = {}
        for name in blueprint.names:
            for file in _files(path.parent, name, problems):
                named.setdefault(name, []).append(real := Path(os.path.realpath(file)))
                files.setdefault(real, str(file))
        planned.append((blueprint, named))
    banks: tuple[Bank, ...] = ()
    if files:  # no name at all would stand for what is shipped
        banks, others = read(files.values(), track, thorough=thorough)
        problems += others
    by_file = {Path(os.path.realpath(bank.span.file)): bank for bank in banks}
    blueprints = tuple(_with_banks(blueprint, named, by_file) for blueprint, named in planned)
    return Found(banks, blueprints, sort_problems(problems))


def _with_banks(
    blueprint: Blueprint, named: Mapping[Text, Sequence[Path]], by_file: Mapping[Path, Bank]
) -> Blueprint:
    parts: list[Part] = []
    for part in blueprint.parts:
        files = dict.fromkeys(file for name in part.names for file in named.get(name, ()))
        banks = tuple(by_file[file] for file in files if file in by_file)
        parts.append(replace(part, banks=banks))
    return replace(blueprint, parts=tuple(parts))


def _files(folder: Path, name: Text, problems: list[Problem]) -> list[Path]:
    """The files that a name in a quiz file of that folder stands for."""
    known = shipped()
    beside = folder / path_of(name.source)
    if is_quiz_file(beside):
        message = f"'{shorten(name.source, 60)}' is a quiz file and no bank; name a bank"
        problems.append(Problem("quiz-file", message, name.span))
        return []
    if beside.exists():
        found, others = find([beside])
        problems += (replace(each, span=name.span) for each in others)
        return [path for path in found if not is_quiz_file(path)]
    if name.source in known:
        return [known[name.source]]
    near = did_you_mean(name.source, known) or f"; shipped are {', '.join(known)}"
    message = f"'{shorten(name.source, 60)}' is no file or folder beside the quiz file"
    problems.append(Problem("no-bank", f"{message}, and no shipped bank{near}", name.span))
    return []


def decode_blueprint(text: str, file: str) -> tuple[Blueprint | None, list[Problem]]:
    """A quiz file from YAML text, its banks not yet read, and what is wrong with it."""
    values, span, problems = decode_mapping(text, file, QUIZ_FIELDS, "a quiz")
    if values is None:
        return None, problems
    banks: tuple[Text, ...] = values.pop("banks", ())
    parts: list[Part] = []
    for part in values.pop("sections"):
        if not (part.names or banks):
            message = f"the section '{shorten(part.title)}' names no 'banks', nor does the quiz"
            problems.append(Problem("missing-key", f"{message}; add them", part.span))
        parts.append(part if part.names else replace(part, names=banks))
    values = {_NAMES.get(name, name): value for name, value in values.items()}
    return Blueprint(span=span, parts=tuple(parts), **values), problems


def _one_or_more(kind: Kind) -> Kind:
    """A value, or a list of them."""

    def read_values(decoder: Decoder, node: Node) -> tuple[Any, ...]:
        nodes = decoder.items(node) if isinstance(node, ListNode) else [node]
        return decoder.each(nodes, kind.read)

    many = {"type": "array", "minItems": 1, "items": kind.schema}
    return Kind(read_values, {"anyOf": [kind.schema, many]})


def _whole(most: int) -> Kind:
    """A whole number from 1 up."""

    def read_whole(decoder: Decoder, node: Node) -> int:
        value: Decimal = NUMBER.read(decoder, node)
        if value != int(value) or not 1 <= value <= most:
            message = f"{value} must be a whole number from 1 to {most:,}"
            raise decoder.reject(node, "number", message)
        return int(value)

    return Kind(read_whole, {"type": "integer", "minimum": 1, "maximum": most})


def _read_instructions(decoder: Decoder, node: Node) -> Text:
    text: Text = TEXT.read(decoder, node)
    if Reader().media(text.source):
        message = "instructions hold no images; put the image into a question"
        raise decoder.reject(node, "image-kind", message)
    return text


def _read_tag(decoder: Decoder, node: Node) -> Text:
    return Text(TAG.read(decoder, node), decoder.span(node))


def _read_wanted(decoder: Decoder, node: Node) -> tuple[Wanted, ...]:
    if not isinstance(node, MapNode):
        return (Wanted(COUNT.read(decoder, node), span=decoder.span(node)),)
    counts = decoder.fields(node, _BY_DIFFICULTY, "a count by difficulty")
    if not node.entries:
        raise decoder.reject(node, "empty", "the counts are empty; write one, such as 'easy: 5'")
    spans = {name: decoder.span(value) for name, (_, value) in node.entries.items()}
    return tuple(Wanted(count, Difficulty(name), spans[name]) for name, count in counts.items())


def _read_section(decoder: Decoder, node: Node) -> Part:
    return Part(
        span=decoder.span(node),
        **{
            _NAMES.get(name, name): value
            for name, value in decoder.fields(node, SECTION_FIELDS, "a section").items()
        },
    )


def _read_sections(decoder: Decoder, node: Node) -> tuple[Part, ...]:
    return decoder.each(decoder.items(node), _read_section)


# The format of a quiz file: every key, what its value is, and what to say about it in an editor.

COUNT = _whole(MOST)
_BY_DIFFICULTY = Fields(
    {each.value: Field(COUNT, f"How many {each.value} questions") for each in Difficulty}
)
WANTED = Kind(_read_wanted, {"anyOf": [COUNT.schema, object_schema(_BY_DIFFICULTY)]})
_BANKS = Field(_one_or_more(TEXT), "Banks to draw from: files, folders or shipped ids")
INSTRUCTIONS = Kind(_read_instructions, TEXT.schema)

SECTION_FIELDS = Fields(
    {
        "title": Field(STRING, "Heading of the section", required=True),
        "instructions": Field(INSTRUCTIONS, "What is to be done in it"),
        "banks": _BANKS,
        "tag": Field(
            _one_or_more(Kind(_read_tag, TAG.schema)), "Takes questions with one of these"
        ),
        "type": Field(_one_or_more(TYPE), "Takes questions of these types"),
        "difficulty": Field(_one_or_more(DIFFICULTY), "Takes questions of these difficulties"),
        "count": Field(
            WANTED, "How many are drawn: a number, or one a difficulty; all if not given"
        ),
        "points": Field(POSITIVE, "What each question is worth here"),
    }
)
_NAMES = {
    "banks": "names",
    "tag": "tags",
    "type": "types",
    "difficulty": "difficulties",
    "count": "wanted",
    "time": "minutes",
    "quiz": "id",
}
"""What the model calls a key."""

QUIZ_FIELDS = Fields(
    {
        "quiz": Field(
            ID, "Id of the quiz; orders are drawn from it if there is no seed", required=True
        ),
        "title": Field(STRING, "Title, as it is printed", required=True),
        "language": Field(
            LANGUAGE, "Language of the sheet (BCP 47); the first bank's if not given"
        ),
        "instructions": Field(INSTRUCTIONS, "What stands below the title"),
        "time": Field(_whole(MOST), "How many minutes there are"),
        "seed": Field(STRING, "What every order is drawn from"),
        "versions": Field(_whole(MAX_VERSIONS), "How many versions there are"),
        "shuffle": Field(
            BOOLEAN, "true draws the order of questions too, false keeps options as written"
        ),
        "banks": _BANKS,
        "sections": Field(
            Kind(
                _read_sections,
                {"type": "array", "minItems": 1, "items": object_schema(SECTION_FIELDS)},
            ),
            "The parts of the quiz, in order",
            required=True,
        ),
    }
)


def quiz_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of a quiz file, for editors that complete and check YAML."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A quizgen quiz",
        **object_schema(QUIZ_FIELDS),
    }
