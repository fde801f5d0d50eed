"""Where the keys stand, and how often the truth is true: chi-square against chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import erfc, sqrt

from quizgen.lint.asked import by_bank
from quizgen.lint.rule import Finding, Survey
from quizgen.model import Bank, MultipleChoice, Question, TrueFalse
from quizgen.quiz import Selection, make_quiz, options

UNLIKELY = 0.01
"""A distribution that chance makes less often than this is no chance."""

EXPECTED = 4
"""Chi-square needs about so many cases a cell."""


def key_position(survey: Survey) -> Iterator[Finding]:
    """The keys of a bank stand in one place more often than chance puts them there."""
    for bank, _ in by_bank(survey.questions):
        for size, counts in key_positions(bank).items():
            if is_unlikely(counts):
                shown = ", ".join(
                    f"{chr(ord('A') + place)} {count}" for place, count in enumerate(counts)
                )
                yield Finding(
                    f"with {size} options the key stands unevenly ({shown}); let options be drawn,"
                    " and set distractors on both sides of a number",
                    bank.span,
                )


def true_false_balance(survey: Survey) -> Iterator[Finding]:
    """True or false is right more often than chance would have it."""
    for bank, own in by_bank(survey.questions):
        counts = verdicts(asked.question for asked in own)
        if is_unlikely(counts):
            yield Finding(
                f"{counts[0]} statements are true and {counts[1]} false; turn some around",
                bank.span,
            )


def key_positions(bank: Bank) -> Mapping[int, Sequence[int]]:
    """By number of options, how often the key stands in each place, drawn as by default."""
    if not any(isinstance(each, MultipleChoice) for each in bank.current):
        return {}
    found: dict[int, Counter[int]] = {}
    for item in make_quiz([bank], Selection()).versions[0].items:
        if isinstance(item.question, MultipleChoice):
            shown = options(item, item.question)
            place = next(place for place, option in enumerate(shown) if option.right)
            found.setdefault(len(shown), Counter())[place] += 1
    return {
        size: [counts[place] for place in range(size)] for size, counts in sorted(found.items())
    }


def verdicts(questions: Iterable[Question]) -> tuple[int, int]:
    """How many statements are true, and how many false."""
    answers = [each.answer for each in questions if isinstance(each, TrueFalse)]
    return answers.count(True), answers.count(False)


def is_unlikely(counts: Sequence[int]) -> bool:
    """Whether equal chances make counts as uneven as these less often than UNLIKELY.

    Pearson's chi-square; its tail by Wilson and Hilferty, "The distribution of chi-square" (1931).
    """
    cells = len(counts)
    expected = sum(counts) / cells
    if cells < 2 or expected < EXPECTED:
        return False
    freedom = cells - 1
    square = sum((count - expected) ** 2 for count in counts) / expected
    spread = 2 / (9 * freedom)
    z = ((square / freedom) ** (1 / 3) - (1 - spread)) / sqrt(spread)
    return erfc(z / sqrt(2)) / 2 < UNLIKELY
