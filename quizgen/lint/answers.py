"""Whether a question can be answered and graded at all."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from quizgen.markup import Reader
from quizgen.model import (
    Accepted,
    Choice,
    Cloze,
    Date,
    Essay,
    Flashcard,
    Gap,
    GapText,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    Question,
    ShortAnswer,
    Text,
    TrueFalse,
)
from quizgen.problems import Problem, shorten


def check_answers(question: Question, reader: Reader) -> Iterator[Problem]:
    """Keys and distractors differ, and there are enough of them."""
    match question:
        case MultipleChoice(answer=answer, distractors=distractors):
            yield from _options([answer], distractors)
        case MultipleResponse(answers=answers, distractors=distractors):
            yield from _options(answers, distractors)
            if len(answers) + len(distractors) < 2:
                yield Problem(
                    "too-few", "there is one option alone; add another", answers[0].text.span
                )
        case ShortAnswer(answers=accepted, case_sensitive=case_sensitive):
            yield from _accepted(accepted, case_sensitive)
        case Matching(pairs=pairs, distractors=others):
            yield from _pairs(pairs, others)
        case Ordering(items=items):
            yield from _alike(items, "item", "equal items have no order; change one")
            first, *rest = items
            if not rest:
                yield Problem("too-few", "one item has no order; write at least two", first.span)
        case Cloze(text=text):
            for gap in text.gaps:
                yield from _gap(gap, text)
        case TrueFalse() | Numeric() | Date() | Essay() | Flashcard():
            pass


def _options(right: Iterable[Choice], wrong: Iterable[Choice]) -> Iterator[Problem]:
    texts = [choice.text for choice in (*right, *wrong)]
    yield from _alike(texts, "option", "two options may not be equal; change one")


def _accepted(answers: tuple[Accepted, ...], case_sensitive: bool) -> Iterator[Problem]:
    if answers[0].credit != 1:
        yield Problem(
            "credit",
            "the first answer is the key and earns it all; move this one down",
            answers[0].text.span,
        )
    texts = [answer.text for answer in answers]
    yield from _alike(texts, "answer", "it is accepted already; remove it", fold=not case_sensitive)


def _pairs(pairs: tuple[tuple[Text, Text], ...], others: tuple[Text, ...]) -> Iterator[Problem]:
    (left, _), *rest = pairs
    if not rest:
        yield Problem("too-few", "one pair matches itself; write at least two", left.span)
    yield from _alike([left for left, _ in pairs], "left side", "ask for it once; change one")
    rights = {_bare(right): right for _, right in pairs}
    for other in others:
        if _bare(other) in rights:
            yield Problem(
                "equal",
                f"the distractor '{shorten(other.source)}' is the right side of a pair; change it",
                other.span,
            )
    yield from _alike(others, "distractor", "change one")


def _gap(gap: Gap, text: GapText) -> Iterator[Problem]:
    offered = {unicodedata.normalize("NFC", answer) for answer in gap.answers}
    for wrong in gap.wrong:
        bare = unicodedata.normalize("NFC", wrong)
        if bare in offered:
            message = f"a gap offers '{shorten(wrong)}' already; change the wrong answer"
            yield Problem("equal", message, text.span)
        offered.add(bare)


def _alike(
    texts: Sequence[Text], what: str, advice: str, *, fold: bool = False
) -> Iterator[Problem]:
    compared = [_bare(text).casefold() if fold else _bare(text) for text in texts]
    if len(set(compared)) == len(compared):
        return
    first: dict[str, Text] = {}
    for text, bare in zip(texts, compared, strict=True):
        if bare in first:
            where = first[bare].span
            yield Problem(
                "equal",
                f"the {what} '{shorten(text.source)}' stands already in line {where.line};"
                f" {advice}",
                text.span,
            )
        first.setdefault(bare, text)


def _bare(text: Text) -> str:
    """The text for comparison: spaces and Unicode forms do not make a difference."""
    joined = " ".join(text.source.split())
    return joined if joined.isascii() else unicodedata.normalize("NFC", joined)
