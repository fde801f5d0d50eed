"""XML from anywhere to elements: no entity is made, nothing is fetched, depth has an end."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Protocol

from quizgen.markdown import sound_references, unsound_reference
from quizgen.media import MAX_BYTES
from quizgen.problems import Problem, QuizgenError, Span, error_at, shorten
from quizgen.readers.text import decoded
from quizgen.source import FORBIDDEN

# lxml carries no types: what is used of it is named here.
_etree: Any = import_module("lxml.etree")
_html: Any = import_module("lxml.html")


class Element(Protocol):
    """An element of lxml's, as far as the readers look at it."""

    tag: str
    text: str | None
    sourceline: int

    def __iter__(self) -> Iterator[Element]: ...
    def get(self, key: str) -> str | None: ...
    def find(self, path: str) -> Element | None: ...
    def findall(self, path: str) -> list[Element]: ...
    def findtext(self, path: str) -> str | None: ...
    def xpath(self, path: str) -> list[Element]: ...
    def text_content(self) -> str: ...


MAX_MARKS = 2_000_000
"""How many elements a document may have; an attribute counts for three, by the memory it takes."""

MAX_RUN = 2 * MAX_BYTES
"""From how many characters on without a tag no document is read; the largest picture has fewer."""

_DECLARED = re.compile(r"""<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.-]+)["']""")
_BEGINNING = re.compile(r"\s*+<")
_ENCODINGS = ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252")
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


def parse(data: bytes, file: str) -> tuple[Element, int]:
    """The root of a document, and the line of the first character that had to be taken out, or 0.

    Raises QuizgenError if the document is not well formed, or has a document type.
    """
    text = _decoded(data, file)
    if not _BEGINNING.match(text):
        raise _unreadable(file, "it begins with no tag")
    if (place := _document_type(text)) is not None:
        message = "the file declares a document type, which no export does; remove '<!DOCTYPE …>'"
        raise QuizgenError([Problem("xml", message, Span(file, text.count("\n", 0, place) + 1, 1))])
    _check_size(text, file)
    found = FORBIDDEN.search(text)
    unfit = [found.start()] if found else []
    if (reference := unsound_reference(text)) is not None:
        unfit.append(reference)
    line = text.count("\n", 0, min(unfit)) + 1 if unfit else 0
    text = sound_references(FORBIDDEN.sub("", text))
    parser = _etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        root: Element = _etree.fromstring(text.encode(), parser)
    except _etree.XMLSyntaxError as error:
        # It may quote the file, lines and all.
        what = shorten((error.msg or "it ends too early").partition(", line ")[0], 80)
        raise _unreadable(file, what, *error.position) from error
    return root, line


def _unreadable(file: str, what: str, row: int = 1, column: int = 1) -> QuizgenError:
    message = f"this is no XML that can be read ({what}); export it again"
    return QuizgenError([Problem("xml", message, Span(file, row or 1, column or 1))])


def fragment(source: str) -> Element:
    """An element around a piece of HTML."""
    root: Element = _html.fragment_fromstring(sound_references(source), create_parent="div")
    return root


def _decoded(data: bytes, file: str) -> str:
    mark = next((mark for mark in _BOMS if data.startswith(mark)), b"")
    data = data[len(mark) :]
    declared = _DECLARED.match(data[:200].decode("latin-1"))
    encoding = _BOMS.get(mark) or (declared[1].lower() if declared else "utf-8")
    if not mark and encoding not in _ENCODINGS:
        raise error_at(file, "encoding", f"the file is in {encoding}; save it as UTF-8")
    return decoded(data, encoding, file)


def _check_size(text: str, file: str) -> None:
    """Raises QuizgenError if the document would take far more memory than its text."""
    if text.count("<") - text.count("</") + 3 * text.count("=") > MAX_MARKS:
        message = f"the file has over {MAX_MARKS:,} elements and attributes; export it in parts"
        raise error_at(file, "too-large", message)
    for start in range(0, len(text) - MAX_RUN + 1, MAX_RUN):
        if text.find("<", start, start + MAX_RUN) < 0:
            line = text.count("\n", 0, start) + 1
            message = f"over {MAX_RUN:,} characters stand here without a tag; export it in parts"
            raise QuizgenError([Problem("too-large", message, Span(file, line, 1))])


_BEFORE_ROOT = re.compile(r"\s++|<\?.*?\?>|<!--.*?-->", re.DOTALL)


def _document_type(text: str) -> int | None:
    """Where a document type stands before the root; within it there can be none."""
    place = 0
    while found := _BEFORE_ROOT.match(text, place):
        place = found.end()
    return place if text.startswith("<!", place) else None
