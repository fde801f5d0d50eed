"""A cited work as text: plain or Markdown, its paragraphs numbered as citations count them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_HEADING = re.compile(r"#{1,6}(?:\s|$)|.*\n(?:=+|-{2,})\s*$")
_RULE = re.compile(r"([-*_])(?:\s*\1){2,}\s*$")
_SENTENCE_END = re.compile(r"[.!?…。！？۔।][\"'”’»)\]*_]*$")
_FRONT_MATTER = re.compile(r"---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_NUMBERED = re.compile(
    r"(?:(?<![¶§])[¶§]++|\bpar(?:a|as|agraphs?|s)?\b\.?)\s*(\d[\d\s,–-]*)", re.IGNORECASE
)
_SPAN = re.compile(r"(\d{1,9})\d*(?: *[–-] *(\d{1,9})\d*)?")  # a longer one is out of any range


@dataclass(frozen=True)
class Paragraph:
    """A paragraph and the line where it begins, from 1."""

    text: str
    line: int


@dataclass(frozen=True)
class Document:
    """A work that questions cite: `paragraphs[0]` is ¶1."""

    path: str
    paragraphs: Sequence[Paragraph]


def read_paragraphs(text: str, path: str) -> Document:
    """The paragraphs of a text: blocks between empty lines.

    Not counted are Markdown's front matter, headings and rules, and what stands before the first
    block that ends as a sentence does, such as a title and the author's name.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    blocks = [
        block
        for block in _blocks(text, start)
        if not _HEADING.match(block.text) and not _RULE.match(block.text)
    ]
    first = next(
        (place for place, block in enumerate(blocks) if _SENTENCE_END.search(block.text)), 0
    )
    return Document(path, tuple(blocks[first:]))


def _blocks(text: str, start: int) -> Iterator[Paragraph]:
    lines: list[str] = []
    first = text.count("\n", 0, start) + 1
    for number, line in enumerate([*text[start:].split("\n"), ""], first):
        if line.strip():
            lines.append(line.strip())
        elif lines:
            yield Paragraph("\n".join(lines), number - len(lines))
            lines = []


def paragraph_numbers(locator: str) -> list[range]:
    """The paragraphs that a locator names, such as `¶11`, `¶3-5` or `para. 3, 7`; none is `[]`."""
    spans = [
        (int(first), int(last or first))
        for numbers in _NUMBERED.findall(locator)
        for first, last in _SPAN.findall(numbers)
    ]
    return [range(first, last + 1) for first, last in spans]
