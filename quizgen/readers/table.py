"""The formats that banks can be read from, in one table."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from quizgen.native import text_of
from quizgen.problems import error_at
from quizgen.readers.prose import missing
from quizgen.readers.reading import Reading, ReadOptions
from quizgen.source import read_bytes


@dataclass(frozen=True)
class Format:
    """A format: the module that reads it, and the endings of its files, which others may share."""

    module: str
    endings: tuple[str, ...]

    def read(self, data: bytes, file: str, options: ReadOptions | None = None) -> Reading:
        """The banks that a file holds.

        Raises QuizgenError if it holds none, or if a library is missing that its texts need.
        """
        try:
            module: Any = import_module(self.module)
        except ModuleNotFoundError as error:
            raise missing(error) from error
        reading: Reading = module.read(data, file, options or ReadOptions())
        return reading


READERS: Mapping[str, Format] = {
    "moodle": Format("quizgen.readers.moodle", (".xml",)),
    "gift": Format("quizgen.readers.gift", (".gift", ".gift.txt")),
    "aiken": Format("quizgen.readers.aiken", (".aiken", ".aiken.txt")),
}
"""Each is imported when it is first asked for: they need libraries that others do not."""

_PACKED = {b"PK\x03\x04": "zip", b"\x1f\x8b": "gzip", b"\xfd7zXZ": "xz", b"7z\xbc\xaf": "7z"}
"""How archives begin; a Moodle course (.mbz), an Anki deck and an office document are such."""


def _check_text(head: bytes, path: str | Path) -> None:
    """Raises QuizgenError if a file's beginning is that of an archive, or no text."""
    for sign, name in _PACKED.items():
        if head.startswith(sign):
            message = f"this is a {name} archive; unpack it, or export the questions as Moodle XML"
            raise error_at(path, "format", message)
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not marked and head.count(0) * 10 > len(head):
        raise error_at(path, "format", "this is no text; export the questions as Moodle XML")


_AIKEN = re.compile(
    r"^[ \t]*[A-Z][).][^\n]*\n(?:[ \t]*\n)?[ \t]*ANSWER[ \t]*:", re.MULTILINE | re.IGNORECASE
)


def detect(file: str, data: bytes) -> str | None:
    """The name of a file's format, by its ending, else by what it begins with; None if unknown."""
    name = file.lower()
    for known, each in READERS.items():
        if name.endswith(each.endings):
            return known
    start = data[:100_000].decode("utf-8", errors="ignore").replace("\r\n", "\n")
    if start.lstrip("\ufeff \n\t").startswith("<"):
        return "moodle"
    if _AIKEN.search(start):
        return "aiken"
    return "gift" if re.search(r"\{[^{}]*\}|^::|^\$CATEGORY:", start, re.MULTILINE) else None


def convert(
    path: str | Path, options: ReadOptions | None = None, form: str | None = None
) -> Reading:
    """The banks of a file in another format: the one named, or the one that `detect` finds.

    Raises QuizgenError if the file cannot be read, or holds no question that a bank can hold.
    """
    data = read_bytes(Path(path), lambda head: _check_text(head, path))
    known = form or detect(Path(path).name, data)
    if known is None:
        raise error_at(path, "format", "this is neither Moodle XML nor GIFT nor Aiken; see --from")
    return READERS[known].read(data, text_of(str(path)), options)
