"""Checks of a bank: one function a rule, each yields problems; the table names them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from quizgen.lint.answers import check_answers
from quizgen.lint.markup import check_formulas, check_markup
from quizgen.markup import Reader
from quizgen.model import Bank, Question
from quizgen.problems import Problem

Rule = Callable[[Question, Reader], Iterator[Problem]]

RULES: tuple[Rule, ...] = (check_answers, check_markup)
"""The rules that look at one question at a time."""


SLOW_RULES: tuple[Rule, ...] = (check_formulas,)
"""Those that a writer finds out for itself; left to a check of its own."""


def check(bank: Bank, *, thorough: bool = False) -> Iterator[Problem]:
    """What is wrong with the questions of a bank, beyond what reading it has found."""
    reader = Reader()
    rules = RULES + SLOW_RULES if thorough else RULES
    for question in bank.questions:
        for rule in rules:
            yield from rule(question, reader)
