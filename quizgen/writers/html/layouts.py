"""What is made of a version's questions, layout by layout, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from quizgen.quiz import Section, Version
from quizgen.writers.html.games import draw_crossword, draw_wordsearch
from quizgen.writers.html.options import Key, Layout
from quizgen.writers.html.press import Press
from quizgen.writers.html.question import placed
from quizgen.writers.html.sheet import NOTHING, Drawn, Group, QuestionSheet, Sheet


@dataclass(frozen=True)
class Form:
    """A layout: how a version is drawn, the document of a sheet, a version's part of the key.

    `sheet` extends `page.html.j2`; both templates find what `draw` gave as `sheet`. Where there is
    no `key`, the answers are on the sheet itself.
    """

    draw: Callable[[Version, Press], Sheet]
    sheet: str
    key: str | None


def draw_questions(version: Version, press: Press) -> QuestionSheet:
    """The questions one below the other."""
    asked: Any = press.templates.get_template("questions.html.j2").module
    solved: Any = press.templates.get_template("answers.html.j2").module
    key = press.options.key
    drawn = {
        item.number: Drawn(
            question=NOTHING if key is Key.ONLY else asked.question(each),
            row=NOTHING if key is Key.NONE else solved.row(each),
            solution=NOTHING if key is Key.NONE else solved.solution(each),
        )
        for item in press.track(version.items)
        if (each := placed(item, press))
    }
    groups = [
        Group(
            title=section.title,
            instructions=press.instructions(section.instructions),
            points=section.points,
            questions=tuple(drawn[item.number] for item in section.items if item.number in drawn),
        )
        for section in version.sections or (Section("", None, version.items),)
    ]
    return QuestionSheet(version.mark, version.points, tuple(groups))


LAYOUTS: Mapping[Layout, Form] = {
    Layout.WORKSHEET: Form(draw_questions, "sheet.html.j2", "answer-key.html.j2"),
    Layout.TEST: Form(draw_questions, "sheet.html.j2", "answer-key.html.j2"),
    Layout.WORDSEARCH: Form(draw_wordsearch, "wordsearch.html.j2", "wordsearch-key.html.j2"),
    Layout.CROSSWORD: Form(draw_crossword, "crossword.html.j2", "crossword-key.html.j2"),
}
"""Every layout."""
