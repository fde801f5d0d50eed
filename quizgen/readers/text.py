"""The text of a file."""

from __future__ import annotations

import codecs

from quizgen.problems import Problem, QuizgenError, Span, error_at
from quizgen.source import FORBIDDEN

MAX_CHARACTERS, MAX_LINES = 64_000_000, 2_000_000
"""The longest text that is read: each of its lines takes memory of its own."""


def text_of(data: bytes, file: str) -> str:
    """The text of UTF-8 or marked UTF-16, its lines ended alike, what no text can hold taken out.

    Raises QuizgenError if it is neither, or too long.
    """
    encoding = "utf-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    text = decoded(data.removeprefix(codecs.BOM_UTF8), encoding, file)
    if len(text) > MAX_CHARACTERS or text.count("\n") > MAX_LINES:
        message = (
            f"the file has over {MAX_CHARACTERS:,} characters, or {MAX_LINES:,} lines; split it"
        )
        raise error_at(file, "too-large", message)
    return FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def decoded(data: bytes, encoding: str, file: str) -> str:
    """The text of bytes. Raises QuizgenError with the line of what is no such text."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not {encoding}; save the file as UTF-8"
        raise QuizgenError([Problem("encoding", message, Span(file, line, 1))]) from error
