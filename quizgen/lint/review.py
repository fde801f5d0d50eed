"""The review of banks: every rule of the table, what is silenced, and the counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from quizgen.lint.asked import Asked, ask, by_bank
from quizgen.lint.document import Document
from quizgen.lint.guess import Guess, guesses
from quizgen.lint.rule import Finding, Rule, Survey
from quizgen.lint.rules import ALL_RULES, QUESTION_RULES, RULE_CODES, SURVEY_RULES
from quizgen.lint.summary import Summary, summarize
from quizgen.model import Bank, Question
from quizgen.problems import Problem, Severity, did_you_mean, shorten, sort_problems


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What to review by.

    `ignore` are codes of rules to leave out, `enable` of rules that are off by default;
    `documents` are cited texts by the key of their source.
    """

    ignore: Collection[str] = ()
    enable: Collection[str] = ()
    documents: Mapping[str, Document] = field(default_factory=dict[str, Document])

    def wants(self, rule: Rule[Asked] | Rule[Survey]) -> bool:
        """Whether the rule is to be applied."""
        return (
            rule.code not in self.ignore
            and (rule.default or rule.code in self.enable)
            and (bool(self.documents) or not rule.documents)
        )


@dataclass(frozen=True)
class Review:
    """Warnings and information about banks, the counts, and by bank how well guessing pays."""

    problems: Sequence[Problem]
    summary: Summary
    guesses: Mapping[str, Sequence[Guess]]


def review(banks: Sequence[Bank], advice: Advice = Advice()) -> Review:
    """What could be better in banks that have been read."""
    questions = list(ask(banks))
    problems = list(_unsilenced(questions, advice))
    return Review(
        problems=sort_problems(problems),
        summary=summarize(banks, advice.documents),
        guesses={bank.id: guesses(own) for bank, own in by_bank(questions)},
    )


def _findings(
    questions: Sequence[Asked], advice: Advice
) -> Iterator[tuple[str, Severity, Finding]]:
    """What the rules find, each finding with its rule's code and severity."""
    for rule in filter(advice.wants, QUESTION_RULES):
        for asked in questions:
            for finding in rule.find(asked):
                yield rule.code, rule.severity, finding._replace(asked=asked)
    survey = Survey(questions, advice.documents)
    for wide in filter(advice.wants, SURVEY_RULES):
        for finding in wide.find(survey):
            yield wide.code, wide.severity, finding


def _unsilenced(questions: Sequence[Asked], advice: Advice) -> Iterator[Problem]:
    """Findings that no question silences, and silences that nothing breaks."""
    used: set[tuple[int, str]] = set()
    for code, severity, finding in _findings(questions, advice):
        question = finding.asked.question if finding.asked else None
        if question and any(each.code == code for each in question.silence):
            used.add((id(question), code))
        else:
            yield Problem(code, finding.message, finding.span, severity=severity)
    applied = {rule.code for rule in ALL_RULES if advice.wants(rule)}
    for asked in questions:
        if asked.question.silence:
            yield from _silences(asked.question, used, applied, advice)


def _silences(
    question: Question, used: Collection[tuple[int, str]], applied: Collection[str], advice: Advice
) -> Iterator[Problem]:
    for silence in question.silence:
        if silence.code not in RULE_CODES:
            near = did_you_mean(silence.code, RULE_CODES) or "; remove it"
            yield Problem(
                "silence-unknown",
                f"there is no rule '{shorten(silence.code)}' to be silenced{near}",
                silence.span,
                severity=Severity.WARNING,
            )
        elif silence.code in applied and (id(question), silence.code) not in used:
            yield Problem(
                "silence-unused",
                f"the question does not break '{shorten(silence.code)}'; remove the silence",
                silence.span,
                severity=Severity.INFO,
            )
