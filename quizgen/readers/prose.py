"""Texts of Moodle's formats to Markdown; what that takes is imported when a text needs it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes

from quizgen.markdown import from_simple_html, literal, one_line, unescaped
from quizgen.problems import Problem, QuizgenError, shorten
from quizgen.readers.reading import Desk

if TYPE_CHECKING:
    from quizgen.readers.html import HtmlConverter

_PLUGIN_FILE = "@@PLUGINFILE@@/"
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def missing(error: ModuleNotFoundError) -> QuizgenError:
    """The error of a library that is not installed."""
    message = (
        f"this needs the library {error.name}; install it with: pip install 'quizgen[convert]'"
    )
    return QuizgenError([Problem("library", message)])


def plain(source: str) -> str:
    """The text of HTML, in one line."""
    return one_line(unescaped(_TAG.sub("", source)))


class Prose:
    """Converts the texts of one file; `files` are those that the text at hand may show."""

    def __init__(self, desk: Desk) -> None:
        self.files: Mapping[str, str] = {}
        self._desk = desk
        self._line = 1
        self._converter: HtmlConverter | None = None

    def markdown(self, source: str, form: str | None, line: int) -> str:
        """Markdown of a text in one of Moodle's formats; HTML where it names none."""
        if not source or source.isspace():
            return ""
        match form:
            case "plain_text" | "plain":
                return literal(source)
            case "markdown":
                return self._from_markdown(source, line)
            case "moodle_auto_format" | "moodle":
                return self._from_html(_with_lines(source), line)
            case _:
                return self._from_html(source, line)

    def _from_markdown(self, source: str, line: int) -> str:
        if _TAG.search(source):
            self._desk.drop(line, "HTML within Markdown stands as text; rewrite it")
        return source.strip()

    def _from_html(self, source: str, line: int) -> str:
        simple = from_simple_html(source)
        if simple is not None:
            return simple
        if self._converter is None:
            try:
                from quizgen.readers.html import HtmlConverter
            except ModuleNotFoundError as error:
                raise missing(error) from error
            self._converter = HtmlConverter(self._show)
        self._line = line
        markdown, lost = self._converter.convert(source)
        for each in lost:
            self._desk.drop(line, f"a text holds {each}, which no bank does; see to it")
        return markdown

    def _show(self, source: str, alternative: str) -> str:
        """Markdown of a picture or a recording: one of the files, or one within the address."""
        found: tuple[str, bytes] | None = None
        if source.startswith(_PLUGIN_FILE):
            name = unquote(source.removeprefix(_PLUGIN_FILE))
            found = (name, _bytes(self.files[name])) if name in self.files else None
        elif source.startswith(("data:image/", "data:audio/")):
            found = "", _data(source)
        path = self._desk.media(*found, self._line) if found else None
        if path:
            return f"![{alternative}]({path})"
        if found is None:
            where = shorten(source, 80)
            self._desk.drop(self._line, f"'{where}' is not in the file; save it beside the bank")
        if re.fullmatch(r"https?:[^\s()<>]+", source):
            return f"[{alternative or 'a picture'}]({source})"
        return alternative

    def picture(self, name: str, data: str, line: int) -> str:
        """Markdown of a picture by its name and its bytes in base64; nothing for what is none."""
        path = self._desk.media(name, _bytes(data), line)
        return f"![]({path})" if path else ""


def _data(address: str) -> bytes:
    """The bytes of a `data:` address."""
    head, _, body = address.partition(",")
    return _bytes(body) if head.endswith(";base64") else unquote_to_bytes(body)


def _bytes(source: str) -> bytes:
    """What base64 stands for; nothing for what is none."""
    try:
        return base64.b64decode(source)
    except (binascii.Error, ValueError):
        return b""


def _with_lines(source: str) -> str:
    """Text of Moodle's own format as HTML: its lines are lines unless it has paragraphs."""
    if "\n" not in source.strip() or re.search(r"<(?:p|br|div|li|table)\b", source, re.IGNORECASE):
        return source
    return source.strip().replace("\n", "<br>")
