"""YAML text to plain nodes that know their place, over PyYAML's event stream.

A scalar stays the text that stands in the file: what it means is decided by whoever reads it.
The parser is libyaml's where PyYAML was built with it, else the one in pure Python.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from quizgen.problems import Problem, QuizgenError, Span, error_at, shorten

MAX_BYTES = 1 << 30
"""The largest file that is read, in bytes."""

MAX_DEPTH = 40
"""How deep collections may nest; a bank needs six levels."""

MAX_ALIASED = 100_000
"""How many nodes the aliases of one file may stand for, counted as if each were written out."""

MAX_FAULTS = 2_000
"""How many faults of a file are looked for."""

_STANDARD_TAGS = {None, "!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))}

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""Characters that XML or HTML cannot carry: controls, lone surrogates, noncharacters."""


class Mark(Protocol):
    """A place in a text, line and column counted from 0, as the parser's own marks."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class Point(NamedTuple):
    """A mark of one's own making."""

    line: int
    column: int


START = Point(0, 0)


class ScalarNode(Protocol):
    """A value as it is written, quotes and folding undone; without `style` it has no quotes.

    It is the parser's event itself: most of a file is values, and a copy of each takes time.
    """

    value: str
    style: str | None
    start_mark: Mark


@dataclass(slots=True)
class ListNode:
    """A list of nodes."""

    items: list[Node]
    start_mark: Mark
    value: ClassVar[None] = None


@dataclass(slots=True)
class MapNode:
    """Values by key in the order of the file, each with its key, merge keys already followed."""

    entries: dict[str, tuple[ScalarNode, Node]]
    start_mark: Mark
    value: ClassVar[None] = None


Node = ScalarNode | ListNode | MapNode

_SCALAR: Any = ScalarEvent
"""What a scalar node is at run time; PyYAML's types say that its mark may be missing."""


def span_of(node: Node, file: str) -> Span:
    """Where in the file a node begins."""
    mark = node.start_mark
    return Span(file, mark.line + 1, mark.column + 1)


def read_bytes(path: Path, check: Callable[[bytes], object] = bytes) -> bytes:
    """What a file holds; `check` sees its beginning before the rest is read, and may raise.

    Raises QuizgenError if there is none, it is no regular file, too large.
    """
    try:
        with open(path, "rb", opener=_opened) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise error_at(path, "not-a-file", "this is no regular file; name one that is")
            too_large = error_at(
                path, "too-large", f"the file has over {MAX_BYTES:,} bytes, the most; split it"
            )
            if status.st_size > MAX_BYTES:
                raise too_large
            if (head := file.read(_HEAD)) is None:  # pyright: ignore[reportUnnecessaryComparison]
                raise error_at(path, "not-a-file", "this is no regular file; name one that is")
            check(head)
            data = head
            if len(head) == _HEAD:  # what the system makes up while it is read has no size before
                data += file.read(MAX_BYTES + 1 - len(head))
            if len(data) > MAX_BYTES:
                raise too_large
            return data
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise error_at(path, "unreadable", f"cannot read the file: {reason}") from error


def read_file(path: Path) -> str:
    """The text of a UTF-8 file, without a byte order mark.

    Raises QuizgenError if there is none, it is no regular file, too large, or not UTF-8.
    """
    data = read_bytes(path, lambda head: _check_text(head, path))
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _no_text(data, error, path) from error


def _check_text(head: bytes, path: Path) -> None:
    """Raises QuizgenError if a file's beginning is not that of a text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise error_at(path, "encoding", "the file is UTF-16; save it as UTF-8")
    head = head.removeprefix(codecs.BOM_UTF8)
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # it may end within a character
    except UnicodeDecodeError as error:
        raise _no_text(head, error, path) from error
    if "\0" in text:
        raise QuizgenError(forbidden(text, str(path)))


def _no_text(data: bytes, error: UnicodeDecodeError, path: Path) -> QuizgenError:
    good = data[: error.start].decode()
    line, column = _position(good, len(good))
    message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
    return QuizgenError([Problem("encoding", message, Span(str(path), line, column))])


def forbidden(text: str, file: str) -> list[Problem]:
    """The characters of a text that no output can carry, the first hundred of them."""
    problems: list[Problem] = []
    line = start = 0
    for found in islice(FORBIDDEN.finditer(text), 100):
        line += text.count("\n", start, found.start())
        start = found.start()
        column = start - text.rfind("\n", 0, start)
        message = f"the file holds U+{ord(found[0]):04X}, which no output can carry; remove it"
        problems.append(Problem("control-character", message, Span(file, line + 1, column)))
    return problems


def is_quiz(text: str) -> bool:
    """Whether the text is a quiz file rather than a bank, told by the first key that tells."""
    begun = _INK.search(text)
    found = begun and _TELLING.search(text, begun.start())
    return bool(found and found[1] in ("quiz", "sections"))


def is_quiz_file(path: str | Path) -> bool:
    """Whether there is a file of that name that begins as a quiz file; the beginning tells."""
    try:
        if not Path(path).is_file():
            return False
        with open(path, "rb", opener=_opened) as file:
            return is_quiz((file.read(_HEAD) or b"").decode(errors="replace"))
    except (OSError, ValueError):  # whoever reads the file tells of it
        return False


_INK = re.compile(r"\S")
_TELLING = re.compile(
    r"""^(?:\ufeff?\{\s*)?["']?(quiz|sections|bank|questions)["']?[ \t]*:(?:\s|$)""", re.MULTILINE
)


def _opened(name: str, flags: int) -> int:
    """Opened without blocking: a FIFO that nobody writes to would hang."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


_HEAD = 1 << 16


def _position(text: str, index: int) -> tuple[int, int]:
    """Line and column, both from 1, of an index into the text."""
    start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, index) + 1, index - start + 1


class Faults(list[Problem]):
    """What is wrong with a file; of noise there is no end, of faults that are noted there is."""

    def append(self, problem: Problem, /) -> None:
        """Notes a fault. Raises QuizgenError when there are more than anyone reads."""
        super().append(problem)
        if len(self) == MAX_FAULTS:
            message = f"the file has {MAX_FAULTS:,} faults and perhaps more; correct these first"
            raise QuizgenError([Problem("too-many", message, problem.span)])


class Document:
    """One YAML document whose top level is a mapping, read an entry at a time.

    Faults that leave the rest readable (a duplicate key, an odd tag) go to `problems`; the first
    that does not is raised as QuizgenError by whoever iterates.
    """

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.problems = Faults()
        self._text = text
        self._anchors: dict[str, Node | None] = {}
        self._aliased = 0
        self._sizes: dict[int, int] = {}
        self._next: Callable[[], Any] = iter(()).__next__

    def entries(
        self, stream: str | None = None
    ) -> Iterator[tuple[ScalarNode, Node | Iterator[Node]]]:
        """The top-level keys with their values, in the order of the file.

        The list under the key `stream` comes as an iterator that builds each item when it is
        asked for, so that a large file never stands in memory whole; it must be used up.
        """
        self._reject_forbidden()
        self._check_beginning()
        text, restored = _one_kind_of_line(self._text)
        parser: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)(text)
        try:
            self._next = _restoring(parser.get_event, restored) if restored else parser.get_event
            with self._reporting():
                self._next()  # the stream's start
                event = self._next()
                if isinstance(event, StreamEndEvent):
                    raise error_at(
                        self.file, "empty", "the file is empty; a bank begins with 'bank: ID'"
                    )
                event = self._next()
                if not isinstance(event, MappingStartEvent):
                    raise self._error(event, "not-a-mapping", _NO_MAPPING)
                self._check_tag(event)
                yield from self._top(stream)
                event = self._next()
                if isinstance(event, DocumentEndEvent):
                    event = self._next()
                if not isinstance(event, StreamEndEvent):
                    raise self._error(
                        event,
                        "second-document",
                        "one file holds one bank or quiz; remove what follows '---'",
                    )
        finally:
            parser.dispose()

    @contextmanager
    def _reporting(self) -> Generator[None]:
        """Turns the parser's errors into problems."""
        try:
            yield
        except yaml.MarkedYAMLError as error:
            raise self._syntax_error(error) from error
        except yaml.reader.ReaderError as error:
            raise self._reader_error(error) from error

    def _top(self, stream: str | None) -> Iterator[tuple[ScalarNode, Node | Iterator[Node]]]:
        seen: dict[str, ScalarNode] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            key = self._key(event, 2)
            following = self._next()
            if key.value in seen:
                self._duplicate(key, seen[key.value])
                self._node(following, 1)
            elif key.value == stream and isinstance(following, SequenceStartEvent):
                yield key, self._items(following, 1)
            elif _is_merge(key):
                merged = self._merged(self._node(following, 1))
                yield from (entry for name, entry in merged.items() if name not in seen)
            else:
                yield key, self._node(following, 1)
            seen.setdefault(key.value, key)

    def _items(self, start: Any, depth: int) -> Iterator[Node]:
        self._enter(start, depth)
        with self._reporting():  # whoever asks for an item stands outside of entries()
            while not isinstance(event := self._next(), SequenceEndEvent):
                yield self._node(event, depth + 1)

    def _node(self, event: Any, depth: int) -> Node:
        if type(event) is _SCALAR:
            return self._scalar(event)
        if type(event) is AliasEvent:
            return self._alias(event)
        if event.tag or event.anchor or depth > MAX_DEPTH:
            self._enter(event, depth)
        mark: Mark = event.start_mark
        node: Node
        if type(event) is SequenceStartEvent:
            node = ListNode(self._list(depth + 1), mark)
        else:
            node = MapNode(self._entries(depth + 1), mark)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _list(self, depth: int) -> list[Node]:
        items: list[Node] = []
        while type(event := self._next()) is not SequenceEndEvent:
            items.append(self._node(event, depth))
        return items

    def _entries(self, depth: int) -> dict[str, tuple[ScalarNode, Node]]:
        """Each key once: a duplicate is reported, and a key of one's own beats a merged one."""
        entries: dict[str, tuple[ScalarNode, Node]] = {}
        merges: list[Node] = []
        following = self._next
        # Most of a file is scalars without tag, anchor and escapes: no call for these.
        while type(key := following()) is not MappingEndEvent:
            if type(key) is not _SCALAR or key.style == '"' or key.tag or key.anchor:
                key = self._key(key, depth)
            value = following()
            if type(value) is not _SCALAR or value.style == '"' or value.tag or value.anchor:
                value = self._node(value, depth)
            name = key.value
            if name == "<<" and _is_merge(key):
                merges.append(value)
            elif name in entries:
                self._duplicate(key, entries[name][0])
            else:
                entries[name] = key, value
        for value in merges:
            for name, entry in self._merged(value).items():
                entries.setdefault(name, entry)
        return entries

    def _merged(self, value: Node) -> dict[str, tuple[ScalarNode, Node]]:
        """The entries of the mappings that are merged in; the first of a name wins."""
        entries: dict[str, tuple[ScalarNode, Node]] = {}
        for node in value.items if isinstance(value, ListNode) else [value]:
            if isinstance(node, MapNode):
                for name, entry in node.entries.items():
                    entries.setdefault(name, entry)
            else:
                self._report(
                    node, "merge", "'<<' takes a mapping or a list of mappings, as '*NAME'"
                )
        return entries

    def _key(self, event: Any, depth: int) -> ScalarNode:
        node = self._node(event, depth)
        if isinstance(node, ListNode | MapNode):
            raise self._no_key(event)
        return node

    def _no_key(self, event: Any) -> QuizgenError:
        return self._error(
            event, "key", "a key is a plain word; put a text that begins with a bracket in quotes"
        )

    def _scalar(self, event: Any) -> ScalarNode:
        node: ScalarNode = event
        if node.style != '"' and not event.tag and not event.anchor:
            return node
        self._check_tag(event)
        if found := FORBIDDEN.search(node.value):
            self._report(
                node,
                "control-character",
                f"the text holds U+{ord(found[0]):04X}, which no output can carry; remove it",
            )
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            raise self._error(event, "alias", f"no '&{event.anchor}' stands before this alias")
        node = self._anchors[event.anchor]
        if node is None:
            raise self._error(event, "alias", f"'*{event.anchor}' stands inside '&{event.anchor}'")
        self._aliased += self._size(node)
        if self._aliased > MAX_ALIASED:
            raise self._error(
                event,
                "alias-limit",
                f"the aliases stand for over {MAX_ALIASED:,} values; write them out",
            )
        return node

    def _size(self, node: Node) -> int:
        """How many nodes it would be if every alias in it were written out."""
        found = self._sizes.get(id(node))
        if found is None:
            inside: Iterable[Node] = ()
            if isinstance(node, ListNode):
                inside = node.items
            elif isinstance(node, MapNode):
                inside = (value for _, value in node.entries.values())
            found = self._sizes[id(node)] = 1 + sum(map(self._size, inside))
        return found

    def _enter(self, event: Any, depth: int) -> None:
        self._check_tag(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if depth > MAX_DEPTH:
            raise self._error(event, "too-deep", _TOO_DEEP)

    def _check_tag(self, event: Any) -> None:
        if event.tag not in _STANDARD_TAGS:
            name = shorten(event.tag.replace("tag:yaml.org,2002:", "!!"), 60)
            self._report(event, "tag", f"the tag '{name}' has no meaning here; remove it")

    def _duplicate(self, key: ScalarNode, first: ScalarNode) -> None:
        self._report(
            key,
            "duplicate-key",
            f"'{shorten(key.value, 60)}' stands already in line {first.start_mark.line + 1};"
            " keep one of the two",
        )

    def _report(self, node: Node, code: str, message: str) -> None:
        self.problems.append(Problem(code, message, span_of(node, self.file)))

    def _error(self, event: Any, code: str, message: str) -> QuizgenError:
        return QuizgenError([Problem(code, message, span_of(event, self.file))])

    def _reject_forbidden(self) -> None:
        """YAML has no such characters either, but its parsers stop at the first."""
        if problems := forbidden(self._text, self.file):
            raise QuizgenError(problems)

    def _check_beginning(self) -> None:
        """A text that is no mapping from its first line on would be one value of a hundred MB."""
        found = _FIRST_LINE.match(self._text) if len(self._text) > _LONG else None
        if found and not _KEY_LIKE.match(found["line"][:10_000]):
            line, column = _position(self._text, found.start("line"))
            raise QuizgenError(
                [Problem("not-a-mapping", _NO_MAPPING, Span(self.file, line, column))]
            )

    def _syntax_error(self, error: yaml.MarkedYAMLError) -> QuizgenError:
        mark = error.problem_mark or error.context_mark
        what = f"{error.context or ''} {error.problem or ''}".strip()
        advice = next((text for sign, text in _ADVICE.items() if sign in what), None)
        message = advice or f"this is not YAML ({what}); put the text in quotes if it is one"
        if mark and self._text[mark.index : mark.index + 1] == "\t":
            message = "a tab cannot indent; use spaces"
        elif error.context_mark and any(sign in what for sign in _OPENED_BEFORE):
            mark = error.context_mark
        span = Span(self.file, mark.line + 1, mark.column + 1) if mark else Span(self.file, 1, 1)
        # LibYAML since 0.2.6 stops at 1,000 levels while it looks ahead, before any is handed out.
        if "nesting depth" in what:
            return QuizgenError([Problem("too-deep", _TOO_DEEP, span)])
        return QuizgenError([Problem("yaml", message, span)])

    def _reader_error(self, error: yaml.reader.ReaderError) -> QuizgenError:
        index = error.position if isinstance(error.position, int) else 0
        line, column = _position(self._text, index)
        message = f"the character U+{ord(self._text[index]):04X} may not stand in YAML; remove it"
        return QuizgenError([Problem("control-character", message, Span(self.file, line, column))])


def _one_kind_of_line(text: str) -> tuple[str, dict[int, str]]:
    """The text with stand-ins for what YAML 1.1 takes for line ends and no editor counts."""
    ends = [end for end in "\x85\u2028\u2029" if end in text]
    if not ends:
        return text, {}
    free = (chr(code) for code in range(0xE000, 0xF900) if chr(code) not in text)
    stand_ins = dict(zip(ends, free, strict=False))
    for end, stand_in in stand_ins.items():
        text = text.replace(end, stand_in)
    return text, {ord(stand_in): end for end, stand_in in stand_ins.items()}


def _restoring(get_event: Callable[[], Any], restored: dict[int, str]) -> Callable[[], Any]:
    """The parser's function, the stand-ins in its scalars undone."""

    def get() -> Any:
        event = get_event()
        if type(event) is ScalarEvent:
            event.value = event.value.translate(restored)
        return event

    return get


def _is_merge(key: ScalarNode) -> bool:
    return key.value == "<<" and not key.style


_LONG = 1 << 20

_NO_MAPPING = "a bank is a mapping; begin with 'bank: ID'"

_FIRST_LINE = re.compile(r"\s*+(?:(?:---[ \t]*+)?(?:#[^\n]*+)?\r?\n\s*+)*+(?P<line>[^\s#][^\n]*+)")
_KEY_LIKE = re.compile(r"""[?{%*@`-]|[&!]\S*\s*$|(["']).*\1|.*:|\[.*\]""")
"""What may begin a mapping, or a fault that the parser tells of better."""

_TOO_DEEP = f"values nest more than {MAX_DEPTH} levels deep; check the brackets"

_OPENED_BEFORE = ("while scanning a", "could not find expected ':'")
"""Faults whose beginning says more than the place where the parser gave up."""

_ADVICE = {
    "while scanning an alias": ("a text that begins with '*' would be an alias; put it in quotes"),
    "while scanning an anchor": (
        "a text that begins with '&' would be an anchor; put it in quotes"
    ),
    "invalid Unicode character escape": (
        "this escape names half of a character, or none; write the character itself"
    ),
    "unknown escape": "a backslash in double quotes starts an escape; use single quotes",
    "hexdecimal": "a backslash in double quotes starts an escape; use single quotes",
    "hexadecimal": "a backslash in double quotes starts an escape; use single quotes",
    "while scanning a block scalar": (
        "a text that begins with '>' or '|' would be a block; put it in quotes"
    ),
    "cannot start any token": (
        "a value cannot begin with this character; put the text in quotes, indent with spaces"
    ),
    "mapping values are not allowed": (
        "a ': ' inside a plain text; put the text in quotes, or check the indentation"
    ),
    "could not find expected ':'": (
        "a key without ':' or a quote that is not closed; write 'key: value'"
    ),
    "while scanning a quoted scalar": "a quote is opened here and not closed",
    "found unexpected end of stream": "a quote or bracket is opened and not closed before the end",
    "did not find expected ',' or": "a ',' or a closing bracket is missing before this place",
    "did not find expected key": (
        "a key was expected here; check the indentation, and quotes that end too early"
    ),
    "did not find expected '-' indicator": "a list item was expected here; check the indentation",
    "expected <block end>": "the indentation or a quote is wrong here",
}
