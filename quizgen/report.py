"""A review as text for people, and as JSON, SARIF or GitHub's commands for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from quizgen import __version__
from quizgen.explain import EXPLANATIONS
from quizgen.lint.guess import Guess
from quizgen.lint.rules import ALL_RULES
from quizgen.lint.summary import Coverage, Summary
from quizgen.model import Difficulty
from quizgen.native import legible, text_of
from quizgen.numbers import show_number
from quizgen.problems import Problem, Severity, shorten
from quizgen.quiz import Quiz


@dataclass(frozen=True)
class Report:
    """What a check prints: the problems that are shown, all that were found by severity, counts."""

    problems: Sequence[Problem]
    found: Mapping[Severity, int]
    summary: Summary
    guesses: Mapping[str, Sequence[Guess]]


def show(report: Report, form: str) -> str:
    """The report in one of FORMATS, its last line ended."""
    problems = [_legible(problem) for problem in report.problems]
    return FORMATS[form](replace(report, problems=problems))


def _legible(problem: Problem) -> Problem:
    """The problem with the paths of files as text."""
    span = problem.span and problem.span._replace(file=text_of(problem.span.file))
    return replace(problem, message=legible(problem.message), span=span)


def count_of(number: int, noun: str) -> str:
    """`1 question`, `2 questions`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def show_counts(summary: Summary) -> Iterator[str]:
    """What is in banks, a line a kind of count; a kind that does not occur has none."""
    yield from _row("types", _counted(summary.types))
    yield from _row("difficulty", _counted(summary.difficulties))
    yield from _row("tags", _counted(summary.tags))
    for coverage in summary.coverage:
        yield from _row("cited", _covered(coverage))
    yield from _row("retired", str(summary.retired) if summary.retired else "")


def show_exam(quiz: Quiz) -> Iterator[str]:
    """An exam in a line, then its sections, one a line with what each is worth."""
    version = quiz.versions[0]
    facts = [count_of(len(version.items), "question"), _points(version.points)]
    facts += [count_of(quiz.minutes, "minute")] if quiz.minutes else []
    facts += [count_of(len(quiz.versions), "version")] if len(quiz.versions) > 1 else []
    yield f"{quiz.title} ({', '.join(facts)})"
    for section in version.sections:
        counts = Counter(item.question.difficulty for item in section.items)
        by_difficulty = {each.value: counts[each] for each in Difficulty if counts[each]}
        title = shorten(section.title, 30)
        yield f"  {title:<31}" + (
            f"{count_of(len(section.items), 'question')}, {_points(section.points)}"
            + (f": {_counted(by_difficulty)}" if by_difficulty else "")
        )


def _points(points: Decimal) -> str:
    shown = show_number(points)
    return f"{shown} point{'' if shown == '1' else 's'}"


def _text(report: Report) -> str:
    lines = [str(problem) for problem in report.problems]
    summary = report.summary
    if summary.questions:
        lines += [""] if lines else []
        lines += _row("banks", _counted(summary.banks))
        lines += show_counts(summary)
        lines += _row(
            "uncited", str(summary.uncited) if summary.coverage and summary.uncited else ""
        )
        lines += _row("key stands", "; ".join(_placed(summary)))
        lines += _row("guessing", ", ".join(_guessed(report.guesses)))
    found = report.found
    lines.append(
        f"{count_of(summary.questions, 'question')} in {count_of(len(summary.banks), 'bank')}: "
        f"{count_of(found[Severity.ERROR], 'error')}, "
        f"{count_of(found[Severity.WARNING], 'warning')}, "
        f"{found[Severity.INFO]:,} information"
    )
    return "\n".join(lines) + "\n"


def _row(name: str, shown: str) -> Iterator[str]:
    if shown:
        yield f"  {name:<11}{shown}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _covered(coverage: Coverage) -> str:
    places = f": {_counted(coverage.places)}" if coverage.places else ""
    missing = ""
    if coverage.uncited is not None:
        named = ", ".join(f"¶{number}" for number in coverage.uncited)
        missing = f"; nothing asks about {named}" if named else "; every paragraph is asked about"
    return f"{coverage.source} {coverage.questions}{places}{missing}"


def _placed(summary: Summary) -> Iterator[str]:
    for size, counts in summary.positions.items():
        placed = ", ".join(f"{chr(ord('A') + at)} {count}" for at, count in enumerate(counts))
        yield f"of {size} options {placed}"
    if any(summary.verdicts):
        yield f"true {summary.verdicts[0]}, false {summary.verdicts[1]}"


def _guessed(guesses: Mapping[str, Sequence[Guess]]) -> Iterator[str]:
    """The strategy that does best in each bank, against chance."""
    for bank, tried in guesses.items():
        if tried:
            best = max(tried, key=lambda guess: guess.z)
            yield (
                f"{bank} z {best.z:.1f} ({best.strategy}: {best.score:.1f} of {best.questions},"
                f" chance {best.chance:.1f})"
            )


def _json(report: Report) -> str:
    data = {
        "problems": [
            {
                "code": problem.code,
                "severity": problem.severity.name.lower(),
                "message": problem.message,
                "file": problem.span.file if problem.span else None,
                "line": problem.span.line if problem.span else None,
                "column": problem.span.column if problem.span else None,
            }
            for problem in report.problems
        ],
        "found": {each.name.lower(): report.found[each] for each in Severity},
        "summary": {"questions": report.summary.questions, **asdict(report.summary)},
        "guesses": {
            bank: [asdict(guess) for guess in tried] for bank, tried in report.guesses.items()
        },
    }
    return _dump(data)


_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def _sarif(report: Report) -> str:
    """SARIF 2.1.0 (OASIS, 2020), with all rules and the codes of the errors that were found."""
    rules = [
        {
            "id": rule.code,
            "shortDescription": {"text": rule.about},
            "help": {"text": f"Bad:\n{rule.bad}\n\nGood:\n{rule.good}"},
            "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.default},
        }
        for rule in ALL_RULES
    ]
    known = {rule.code for rule in ALL_RULES}
    others = dict.fromkeys(each.code for each in report.problems if each.code not in known)
    rules += [
        {"id": code, "shortDescription": {"text": EXPLANATIONS[code].about}} for code in others
    ]
    driver = {"name": "quizgen", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(problem) for problem in report.problems],
    }
    return _dump(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [run],
        }
    )


def _sarif_result(problem: Problem) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "level": _LEVELS[problem.severity],
        "message": {"text": problem.message},
    }
    if problem.span:
        region = {"startLine": problem.span.line, "startColumn": problem.span.column}
        file = {"uri": _uri(problem.span.file)}
        result["locations"] = [{"physicalLocation": {"artifactLocation": file, "region": region}}]
    return result


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _github(report: Report) -> str:
    """Workflow commands, which GitHub shows beside the lines of a change."""
    commands = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
    lines: list[str] = []
    for problem in report.problems:
        fields = {"title": problem.code}
        if problem.span:
            file, line, column = problem.span
            fields = {"file": file, "line": str(line), "col": str(column), **fields}
        shown = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in fields.items())
        lines.append(f"::{commands[problem.severity]} {shown}::{_escaped(problem.message)}\n")
    return "".join(lines)


def _escaped(text: str, more: Iterable[str] = "") -> str:
    for sign in ("%", "\r", "\n", *more):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def _dump(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}
"""How a report can be shown."""
