"""Whether what a text embeds can be shown: formulas, and gaps where a gap can be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizgen.markup import MathError, Reader, mark_gaps, math_fault, to_mathml
from quizgen.model import Cloze, Question, Text, markdown_of
from quizgen.problems import Problem


def check_markup(question: Question, reader: Reader) -> Iterator[Problem]:
    """Formulas can be read and make no links; gaps stand in text, not in a formula or an image."""
    for text in markdown_of(question):
        if "$" not in text.source:
            continue
        for token in reader.tokens(text.source):
            if token.type.startswith("math") and (fault := math_fault(token.content)):
                yield _wrong(token.content.strip(), fault, text)
    if isinstance(question, Cloze) and re.search(r"\$|]\(", question.text.source):
        source, _ = mark_gaps(question.text.pieces)
        for token in reader.tokens(source):
            inside = token.type.startswith(("math", "image")) and "\ufdd0" in token.content
            if inside or any("%EF%B7%90" in str(value) for value in token.attrs.values()):
                yield Problem(
                    "gap",
                    "a gap stands inside a formula, an image or a link; move it into the text",
                    question.text.span,
                )


def check_formulas(question: Question, reader: Reader) -> Iterator[Problem]:
    """Formulas can be set on paper. Slow: done by the writer that sets them, and by a check."""
    for text in markdown_of(question):
        if "$" in text.source:
            for token in reader.tokens(text.source):
                if token.type.startswith("math") and not math_fault(token.content):
                    try:
                        to_mathml(token.content.strip(), display=False)
                    except MathError as error:
                        yield _wrong(token.content.strip(), str(error), text)


def _wrong(latex: str, fault: str, text: Text) -> Problem:
    return Problem("math", f"the formula '{latex}' cannot be read: {fault}; correct it", text.span)
