"""How sheets fit on their pages, read out of the PDF that Chromium's Skia writes.

Skia leaves all but the streams uncompressed, an object a line or more, so that the tags and the
pages can be read without a PDF library: a tagged item that has content on two pages is torn.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_PAGE = re.compile(rb"\n(\d+) 0 obj\n<</Type /Page\n(.*?)\nendobj", re.DOTALL)
_CONTENTS = re.compile(rb"/Contents (\d+) 0 R")
_HEIGHT = re.compile(rb"/MediaBox \[[-\d.]+ [-\d.]+ [-\d.]+ ([\d.]+)\]")
_TAG = re.compile(
    rb"\n(\d+) 0 obj\n<</Type /StructElem\n/S /(\w+)\n/P (\d+) 0 R(.*?)>>\nendobj", re.DOTALL
)
_OWN_PAGE = re.compile(rb"^\n/Pg (\d+) 0 R")
_ELSEWHERE = re.compile(rb"<</Type /MCR\n/Pg (\d+) 0 R\n/MCID (\d+)>>")
_REFERENCE = re.compile(rb"\d+ 0 R")
_MARKED = re.compile(rb"/MCID (\d+) >>BDC(.*?)EMC", re.DOTALL)
_DRAWN = re.compile(rb" T[jJ]\b| Do\b")
_GLYPHS = re.compile(rb"<((?:[0-9A-F]{4})+)> ?T[jJ]")
_MARGIN = 40.0
"""The band at the top and bottom of a page, in points, in which the running lines stand."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A document's pages; `torn` are pairs of pages that share an item, `last` the share used."""

    pages: int
    torn: tuple[tuple[int, int], ...]
    last: float


def read_fit(pdf: bytes) -> Fit:
    """The fit of a PDF that Chromium has printed."""
    pages = _PAGE.findall(pdf)
    streams = [_stream(pdf, page) for _, page in pages]
    drawn = {
        (int(pages[place][0]), int(mark)): place + 1
        for place, stream in enumerate(streams)
        for mark, content in _MARKED.findall(stream)
        if _DRAWN.search(content)
    }
    height = _HEIGHT.search(pages[-1][1]) if pages else None
    return Fit(
        pages=len(pages),
        torn=tuple(_torn(pdf, drawn)),
        last=_used(streams[-1], float(height[1])) if height else 0.0,
    )


def lacks_glyphs(pdf: bytes) -> bool:
    """Whether a box is drawn for a character that no font has: a font's glyph 0, or its like."""
    streams = (_stream(pdf, page) for _, page in _PAGE.findall(pdf))
    return b"/LastResort" in pdf or any(map(_has_missing, streams))


def undated(pdf: bytes) -> bytes:
    """The PDF without the time of its making, its other bytes in their places."""
    start = pdf.find(b"\n1 0 obj")  # Skia's first object is what it says about the document
    end = pdf.find(b"endobj", start)
    info = re.sub(
        rb"/(?:Creation|Mod)Date \(D:[^)]*\)", lambda found: b" " * len(found[0]), pdf[start:end]
    )
    return pdf[:start] + info + pdf[end:]


def _stream(pdf: bytes, page: bytes) -> bytes:
    found = _CONTENTS.search(page)
    start = pdf.find(b"\n%s 0 obj\n" % found[1]) if found else -1
    if start < 0:
        return b""
    start = pdf.index(b"stream\n", start) + len(b"stream\n")
    with_end = zlib.decompressobj()
    return with_end.decompress(pdf[start:])


def _torn(pdf: bytes, drawn: Mapping[tuple[int, int], int]) -> Iterator[tuple[int, int]]:
    """The first and last page of every outermost list item that stands on several.

    `drawn` has the page, counted from 1, of all marked content that is not empty, by the object of
    its page and its mark: an item that is moved to the next page leaves empty content behind.
    """
    parents: dict[int, int] = {}
    items: set[int] = set()
    found: dict[int, set[int]] = {}
    for number, kind, parent, rest in _TAG.findall(pdf):
        element = int(number)
        parents[element] = int(parent)
        if kind == b"LI":
            items.add(element)
        on = {drawn[mark] for mark in _marks(rest) if mark in drawn}
        if on:
            found[element] = on
    outermost: dict[int, int | None] = {}

    def item_of(element: int) -> int | None:
        chain: list[int] = []
        while element in parents and element not in outermost:
            chain.append(element)
            element = parents[element]
        item = outermost.get(element)
        for each in reversed(chain):
            item = item if item is not None else each if each in items else None
            outermost[each] = item
        return item

    pages: dict[int, set[int]] = {}
    for element, on in found.items():
        if (item := item_of(element)) is not None:
            pages.setdefault(item, set()).update(on)
    yield from sorted({(min(on), max(on)) for on in pages.values() if len(on) > 1})


def _marks(element: bytes) -> Iterator[tuple[int, int]]:
    """The content of a tag: the object of the page and the mark on it."""
    for page, mark in _ELSEWHERE.findall(element):
        yield int(page), int(mark)
    own = _OWN_PAGE.search(element)
    if own:
        kids = _ELSEWHERE.sub(b"", element[own.end() :]).partition(b"/K ")[2]
        for mark in _REFERENCE.sub(b"", kids).translate(None, b"[]").split():
            yield int(own[1]), int(mark)


def _has_missing(stream: bytes) -> bool:
    return any(
        b"0000" in (glyphs[place : place + 4] for place in range(0, len(glyphs), 4))
        for glyphs in _GLYPHS.findall(stream)
        if b"0000" in glyphs
    )


_OPERATION = re.compile(rb"((?:[-+.\d]+ )*)(?:<[0-9A-F]*> )?(q|Q|cm|re|Tm|Td|TD|m|l|Do|BT)(?=\s|$)")

Matrix = tuple[float, float, float, float, float, float]


def _used(stream: bytes, height: float) -> float:
    """The share of a page's height that is drawn upon, from the top, without the running lines."""
    now: Matrix = (1, 0, 0, 1, 0, 0)
    stack: list[Matrix] = []
    text = line = (0.0, 0.0)
    lowest = height
    for numbers, operator in _OPERATION.findall(stream):
        values = [float(number) for number in numbers.split()]
        marks: Sequence[float] = ()
        match operator, values:
            case b"q", _:
                stack.append(now)
            case b"Q", _:
                now = stack.pop() if stack else now
            case b"cm", [a, b, c, d, e, f]:
                now = _times((a, b, c, d, e, f), now)
            case b"Tm", [_, _, _, _, e, f]:
                text = line = e, f
                marks = [_y(now, *text)]
            case ((b"Td" | b"TD"), [x, y]):
                text = line = line[0] + x, line[1] + y
                marks = [_y(now, *text)]
            case b"re", [x, y, width, tall]:
                ends = _y(now, x, y), _y(now, x + width, y + tall)
                marks = ends if abs(ends[0] - ends[1]) < height / 2 else ()
            case ((b"m" | b"l"), [x, y]):
                marks = [_y(now, x, y)]
            case b"Do", _:
                marks = [_y(now, 0, 0)]
            case _:
                pass
        for mark in marks:
            if _MARGIN < mark < lowest:
                lowest = mark
    return max(0.0, (height - _MARGIN - lowest) / (height - 2 * _MARGIN))


def _times(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
            e * g + f * i + k, e * h + f * j + m)  # fmt: skip


def _y(matrix: Matrix, x: float, y: float) -> float:
    _, b, _, d, _, f = matrix
    return b * x + d * y + f
