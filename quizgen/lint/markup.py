"""Whether what a text embeds can be shown: formulas, and gaps where a gap can be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from quizgen.markup import MathError, Reader, mark_gaps, math_fault, to_mathml
from quizgen.model import Cloze, GapText, Question, Text, markdown_of
from quizgen.problems import Problem, shorten
from quizgen.source import FORBIDDEN

if TYPE_CHECKING:  # heavy: imported when a text needs it
    from markdown_it.token import Token


def check_markup(question: Question, reader: Reader) -> Iterator[Problem]:
    """Formulas can be read and make no links; gaps stand in text; entities stand for text."""
    for text in markdown_of(question):
        source = text.source
        if isinstance(text, GapText):  # what is in a gap is no Markdown
            source = mark_gaps(text.pieces)[0].translate(_ALLOWED)
        if "\n" in source and _MAY_NEST.search(source) and (line := reader.unread(source)):
            message = f"lists and quotations nest too deep from its line {line} on; flatten them"
            yield Problem("too-deep", message, text.span)
        if "$" not in source and "&#" not in source:
            continue
        for latex in reader.formulas(source):
            if fault := math_fault(latex):
                yield _wrong(latex.strip(), fault, text)
        if "&#" not in source:
            continue
        for token in reader.tokens(source):
            if found := FORBIDDEN.search("".join(_said(token))):
                message = (
                    f"the text names U+{ord(found[0]):04X}, which no output can carry; remove it"
                )
                yield Problem("control-character", message, text.span)
    if isinstance(question, Cloze):
        source, gaps = mark_gaps(question.text.pieces)
        if _MAY_HIDE.search(source) and _visible_gaps(source, reader) != len(gaps):
            yield Problem(
                "gap",
                "a gap stands where it cannot be shown, as in a formula, an image, a link's address"
                " or a table without its column; move it into the text",
                question.text.span,
            )


def _said(token: Token) -> Iterator[str]:
    """What a token comes to, the text of an image with it."""
    yield from (token.content, token.info, *map(str, token.attrs.values()))
    if token.type == "image":
        for child in token.children or ():
            yield from _said(child)


_ALLOWED = str.maketrans("\ufdd0\ufdd1", "\ue000\ue001")
"""For the marks of gaps, which no bank may hold, those of private use."""

_MAY_NEST = re.compile(r"^(?:[ \t>*+-]|\d{1,9}[.)]){5}", re.MULTILINE)
_MAY_HIDE = re.compile(r"[$\[`~|<]")


def _visible_gaps(source: str, reader: Reader) -> int:
    """How many marks of gaps stand in text or code."""
    shown = ("text", "text_special", "code_inline", "code_block", "fence")
    return sum(
        token.content.count("\ufdd0") for token in reader.tokens(source) if token.type in shown
    )


def check_formulas(question: Question, reader: Reader) -> Iterator[Problem]:
    """Formulas can be set on paper. Slow: done by the writer that sets them, and by a check."""
    for text in markdown_of(question):
        for latex in reader.formulas(text.source):
            if not math_fault(latex):
                try:
                    to_mathml(latex.strip(), display=False)
                except MathError as error:
                    yield _wrong(latex.strip(), str(error), text)


def _wrong(latex: str, fault: str, text: Text) -> Problem:
    message = f"the formula '{shorten(latex, 60)}' cannot be read: {fault}; correct it"
    return Problem("math", message, text.span)
