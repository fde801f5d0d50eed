"""What is made of a version's questions, layout by layout, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from quizgen.quiz import Item, Section, Version
from quizgen.writers.html.options import Key, Layout
from quizgen.writers.html.press import Press
from quizgen.writers.html.question import placed
from quizgen.writers.html.sheet import NOTHING, Drawn, Group, QuestionSheet, Sheet
from quizgen.writers.html.solution import answered
from quizgen.writers.output import batches


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
    key = press.options.key is not Key.NONE
    return _drawn(version, press, key=key, folded=False)


def draw_study(version: Version, press: Press) -> QuestionSheet:
    """The questions, each with its solution folded under it."""
    return _drawn(version, press, key=True, folded=True)


def _drawn(version: Version, press: Press, *, key: bool, folded: bool) -> QuestionSheet:
    asked: Any = press.templates.get_template("questions.html.j2").module
    solved: Any = press.templates.get_template("answers.html.j2").module

    def draw(items: Iterable[Item]) -> Drawn:
        found = [each for item in items if (each := placed(item, press))]
        if not key:
            return Drawn(len(found), asked.questions(found))
        answers = [answered(each, press) for each in found]
        under = {
            each.placed.item.number: solved.solutions([each], folded=True) if each.says else NOTHING
            for each in (answers if folded else ())
        }
        return Drawn(
            size=len(found),
            questions=asked.questions(found, under),
            rows=solved.rows(answers),
            solutions=solved.solutions(answers),
        )

    items = iter(press.track(version.items))
    groups = [
        Group(
            title=section.title,
            instructions=press.instructions(section.instructions),
            points=section.points,
            drawn=tuple(map(draw, batches(islice(items, len(section.items)), 100))),
        )
        for section in version.sections or (Section("", None, version.items),)
    ]
    return QuestionSheet(version.mark, version.points, tuple(groups))


# Those that are seldom asked for are imported when they are.


def _draw_cards(version: Version, press: Press) -> Sheet:
    from quizgen.writers.html.cards import draw_cards

    return draw_cards(version, press)


def _draw_wordsearch(version: Version, press: Press) -> Sheet:
    from quizgen.writers.html.games import draw_wordsearch

    return draw_wordsearch(version, press)


def _draw_crossword(version: Version, press: Press) -> Sheet:
    from quizgen.writers.html.games import draw_crossword

    return draw_crossword(version, press)


LAYOUTS: Mapping[Layout, Form] = {
    Layout.WORKSHEET: Form(draw_questions, "sheet.html.j2", "answer-key.html.j2"),
    Layout.TEST: Form(draw_questions, "sheet.html.j2", "answer-key.html.j2"),
    Layout.STUDY: Form(draw_study, "study.html.j2", None),
    Layout.CARDS: Form(_draw_cards, "cards.html.j2", None),
    Layout.WORDSEARCH: Form(_draw_wordsearch, "wordsearch.html.j2", "wordsearch-key.html.j2"),
    Layout.CROSSWORD: Form(_draw_crossword, "crossword.html.j2", "crossword-key.html.j2"),
}
"""Every layout."""
