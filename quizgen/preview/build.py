"""What the preview shows: sheets made of the files as they are now, or what is wrong with them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from quizgen.problems import Problem, QuizgenError, Severity, has_errors, sort_problems
from quizgen.quiz import Quiz
from quizgen.writers.html import Layout, Paper
from quizgen.writers.output import Output

PAPERS = {Paper.A4: "A4", Paper.LETTER: "Letter"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen in the page; `view` is the ending of a document, as `-key.html`."""

    layout: str
    paper: str
    view: str = ".html"


@dataclass(frozen=True, slots=True)
class Built:
    """The documents by their endings, none if there is an error; what there is to say of them."""

    problems: tuple[Problem, ...]
    title: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    questions: int = 0


Make = Callable[[Choice], tuple[Quiz, Output]]
"""Reads the banks and writes the sheets of a choice."""


class Builder:
    """Builds each choice once, until something changes; `times` counts how often it has built."""

    def __init__(self, make: Make) -> None:
        self.times = 0
        self._make = make
        self._made: dict[tuple[str, str], Built] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Lets everything be built anew."""
        with self._lock:
            self._made.clear()

    def build(self, choice: Choice) -> Built:
        """What the choice comes to; what is wrong is among its problems, and nothing is raised."""
        with self._lock:
            wanted = choice.layout, choice.paper
            if wanted not in self._made:
                self._made[wanted] = self._build(choice)
                self.times += 1
            return self._made[wanted]

    def _build(self, choice: Choice) -> Built:
        try:
            quiz, output = self._make(choice)
        except QuizgenError as error:
            return Built(error.problems)
        problems = [*quiz.problems, *output.problems]
        return Built(
            sort_problems(each for each in problems if each.severity is not Severity.INFO),
            title=quiz.title,
            files={} if has_errors(problems) else output.files,
            questions=len(quiz.versions[0].items),
        )


def view_of(built: Built, choice: Choice) -> str:
    """The ending that is shown: the chosen one, or the first if there is none such any more."""
    return choice.view if choice.view in built.files else next(iter(built.files), "")


def described(built: Built, choice: Choice) -> dict[str, object]:
    """What the page is told of it, as JSON takes it."""
    return {
        "title": built.title,
        "chosen": {"layout": choice.layout, "paper": choice.paper, "view": view_of(built, choice)},
        "layouts": [[each.value, each.value] for each in Layout],
        "papers": [[each.value, name] for each, name in PAPERS.items()],
        "views": [[ending, _view(ending)] for ending in built.files],
        "problems": [
            {"place": str(each.span or ""), "code": each.code, "message": each.message}
            for each in built.problems
        ],
        "state": f"{built.questions} question{'' if built.questions == 1 else 's'}",
    }


def _view(ending: str) -> str:
    mark = ending.removesuffix(".html").removeprefix("-")
    return "Answer key" if mark == "key" else f"Version {mark}" if mark else "Sheet"
