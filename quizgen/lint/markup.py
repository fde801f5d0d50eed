"""Whether what a text embeds can be shown: formulas, and gaps where a gap can be."""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.markup import Reader, mark_gaps, math_fault
from quizgen.model import Cloze, Question, markdown_of
from quizgen.problems import Problem


def check_markup(question: Question, reader: Reader) -> Iterator[Problem]:
    """Formulas can be read and make no links; gaps stand in text, not in a formula or an image."""
    for text in markdown_of(question):
        if "$" not in text.source:
            continue
        for token in reader.tokens(text.source):
            if token.type.startswith("math") and (fault := math_fault(token.content)):
                yield Problem(
                    "math", f"the formula '{token.content.strip()}' is wrong: {fault}", text.span
                )
    if isinstance(question, Cloze):
        source, _ = mark_gaps(question.text.pieces)
        for token in reader.tokens(source):
            inside = token.type.startswith(("math", "image")) and "\ufdd0" in token.content
            if inside or any("%EF%B7%90" in str(value) for value in token.attrs.values()):
                yield Problem(
                    "gap",
                    "a gap stands inside a formula, an image or a link; move it into the text",
                    question.text.span,
                )
