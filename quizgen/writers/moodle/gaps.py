"""Gaps of a cloze: Moodle's codes in line, and its banks of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from quizgen.markup import MarkedHtml
from quizgen.model import Gap
from quizgen.numbers import show_number
from quizgen.quiz import Item, gap_options
from quizgen.writers.limits import typed
from quizgen.writers.moodle.entry import Word
from quizgen.writers.moodle.text import escape, literal

_SIGNS = str.maketrans({sign: f"&#{ord(sign)};" for sign in '&<>"\\$@{}~#'})
"""What ends an answer or begins something else; not `&amp;`, for what follows it ends nothing."""


def in_line(item: Item, marked: MarkedHtml, weight: int) -> str:
    """The text with a code for each gap, all of the same weight."""

    def code(gap: Gap) -> str:
        return f"{{{weight}:{_answers(item, gap)}}}{_hint(gap)}"

    return marked.filled(code)


def lost_backslash(gap: Gap) -> bool:
    r"""Whether an answer that is typed holds `\}` or `\#`, of which Moodle drops the backslash."""
    typed = gap.tolerance is None and not gap.wrong
    return typed and any(r"\}" in answer or r"\#" in answer for answer in gap.answers)


def _answers(item: Item, gap: Gap) -> str:
    """The kind of a gap and its answers: texts and numbers that are typed, HTML that is chosen."""
    if gap.tolerance is not None:
        number = show_number(Decimal(gap.answers[0]))
        return f"NUMERICAL:={number}:{show_number(gap.tolerance)}"
    if gap.wrong:
        return "MULTICHOICE:" + "~".join(
            ("=" if option in gap.answers else "") + _answer(escape(option))
            for option in gap_options(item, gap)
        )
    return "SHORTANSWER:" + "~".join(f"={_answer(typed(answer))}" for answer in gap.answers)


def _answer(text: str) -> str:
    code = text.translate(_SIGNS)
    leading = {"=": "&#61;", "%": "&#37;"}.get(code[:1])
    return leading + code[1:] if leading else code


def _hint(gap: Gap) -> str:
    """Behind the gap, as Moodle has no place for it."""
    return f' <em class="quizgen-hint">({escape(gap.hint)})</em>' if gap.hint else ""


def word_bank(gaps: Sequence[Gap]) -> list[str]:
    """The words that fill the gaps and those that fill none, each once, by the alphabet."""
    words = {word for gap in gaps for word in (gap.answers[0], *gap.wrong)}
    return sorted(words, key=lambda word: (word.casefold(), word))


def numbered(marked: MarkedHtml, words: Sequence[str]) -> str:
    """The text with `[[n]]` for each gap, the place of its word in the bank."""
    places = {word: place for place, word in enumerate(words, 1)}
    bare = replace(marked, html=marked.html.replace("[[", "[&#91;"))
    return bare.filled(lambda gap: f"[[{places[gap.answers[0]]}]]{_hint(gap)}")


def as_words(gaps: Sequence[Gap], words: Sequence[str]) -> tuple[Word, ...]:
    """The bank of words as Moodle has it: HTML, and whether a word is needed again."""
    times = Counter(gap.answers[0] for gap in gaps)
    return tuple(Word(literal(escape(word)), times[word] > 1) for word in words)
