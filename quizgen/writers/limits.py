"""What Moodle holds, in any of its formats: shares, lengths, and names that it does not change."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from decimal import Decimal

from quizgen.model import Accepted, Bank, Grading, MultipleResponse
from quizgen.numbers import show_number
from quizgen.problems import Problem, Severity, Span
from quizgen.quiz import Quiz

FRACTIONS = tuple(
    map(
        Decimal,
        (
            *("0", "100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40"),
            *("33.33333", "30", "25", "20", "16.66667", "14.28571", "12.5", "11.11111", "10", "5"),
        ),
    )
)
"""The shares of the points, in percent, that Moodle lets an answer have."""

LONGEST_RIGHT_SIDE = 255
LONGEST_IDNUMBER = 100
LONGEST_CATEGORY = 255
LONGEST_NAME = 255
LONGEST_UNIT = 50
LONGEST_TAG = 50
MOST_POINTS = 100_000
MOST_DECIMALS = 7

_PENALTIES = ("0.3333333", "0.5", "0.3333333", "0.25", "0.2")
_LEAST_PENALTY = "0.1"


def fraction(share: Decimal) -> str | None:
    """A share of the points, -1 to 1, as Moodle writes it; None if it takes none such."""
    if share == 1:
        return "100"
    percent = share * 100
    for legal in FRACTIONS:
        if abs(abs(percent) - legal) < Decimal("0.001"):
            sign = "-" if percent < 0 and legal else ""
            return f"{sign}{show_number(legal)}"
    return None


def cost(options: int) -> str:
    """What each of so many options costs so that all of them cost everything, or a little more."""
    least = Decimal(100) / options
    return f"-{show_number(min(legal for legal in FRACTIONS if legal > least - Decimal('0.001')))}"


def shares(question: MultipleResponse) -> tuple[str, str, tuple[Problem, ...]]:
    """What a right option earns and a wrong one costs, in percent, and what that cannot express."""
    right, wrong = len(question.answers), len(question.distractors)
    found: list[Problem] = []
    share = fraction(Decimal(1) / right)
    if share is None:
        message = f"Moodle can divide the points by 1 to 10 or 20 right options, not by {right};"
        message += " split the question"
        found.append(Problem("moodle-fraction", message, question.span))
    # Ticking everything must not pay: each wrong option undoes a right one, or more.
    each = cost(min(right, wrong)) if wrong else "0"
    if question.grading is Grading.ALL_OR_NOTHING:
        each = "-100"
        message = "Moodle gives part of the points for part of the key, and a wrong option"
        message += " costs all"
        found.append(
            Problem("moodle-all-or-nothing", message, question.span, severity=Severity.WARNING)
        )
    return share or "0", each, tuple(found)


def credit(answer: Accepted) -> tuple[str, tuple[Problem, ...]]:
    """What an answer earns, in percent, and an error if Moodle has no such share."""
    share = fraction(answer.credit)
    if share is not None:
        return share, ()
    percent = show_number(answer.credit * 100)
    legal = ", ".join(f"{show_number(each)}%" for each in FRACTIONS)
    message = f"Moodle has no {percent}% of the points; use one of {legal}"
    return "0", (Problem("moodle-fraction", message, answer.text.span),)


def typed(answer: str) -> str:
    """An answer that is typed, in one line; a star stands for itself."""
    return " ".join(answer.split()).replace("*", r"\*")


def tag_problem(tag: str, span: Span) -> Problem | None:
    """Why Moodle does not take a tag, which is left out; None if it does."""
    if tag == "0":
        message = "Moodle's import stops at a tag '0'; it is left out"
    elif len(tag) > LONGEST_TAG:
        message = f"Moodle holds {LONGEST_TAG} characters of a tag, '{tag[:20]}…' has {len(tag)};"
        message += " it is left out"
    else:
        return None
    return Problem("moodle-tag", message, span, severity=Severity.WARNING)


def penalty(hints: int) -> str:
    """What a wrong try costs: with all hints used up nothing is left to win, or little.

    One of the values that Moodle's form offers; without hints its default.
    """
    return _PENALTIES[hints] if hints < len(_PENALTIES) else _LEAST_PENALTY


def idnumber(whole: str) -> str:
    """An id number, shortened with a digest of itself where Moodle would not take it whole."""
    if len(whole) <= LONGEST_IDNUMBER:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{whole[: LONGEST_IDNUMBER - 17]}-{digest}"


def plain_name(name: str, longest: int) -> str:
    """A name in one line: Moodle strips tags, and cuts what is too long."""
    return " ".join(name.translate({ord("<"): "‹", ord(">"): "›"}).split())[:longest].strip()


def category(name: str) -> str:
    """A category's name within a path, where single slashes divide."""
    name = plain_name(name, LONGEST_CATEGORY)
    # A slash at an end would run into the one that divides; Moodle trims the space again.
    padded = f"{' ' * name.startswith('/')}{name}{' ' * name.endswith('/')}"
    return padded.replace("/", "//")


def category_path(path: str) -> str:
    """A path as a user gives it, its parts made into names; empty ones are passed over."""
    parts = re.split(r"(?<!/)/(?!/)", path)
    return "/".join(category(part.replace("//", "/")) for part in parts if part.strip(" /"))


def bank_path(quiz: Quiz, bank: Bank, below: str | None = None) -> Iterator[str]:
    """The parts of the path of a bank's category.

    It lies below the path that is given, else below a category of the quiz if that has several
    banks.
    """
    yield from ("$course$", "top")
    if below and (path := category_path(below)):
        yield path
    elif len(quiz.banks) > 1:
        yield category(quiz.title)
    yield category(bank.title)
