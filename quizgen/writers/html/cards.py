"""Flashcards for cutting: fronts and backs that meet when the paper is turned."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from markupsafe import Markup

from quizgen.languages import show_date
from quizgen.model import (
    Cloze,
    Date,
    Essay,
    Flashcard,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    ShortAnswer,
    Text,
    TrueFalse,
    type_name,
)
from quizgen.problems import Problem, Severity
from quizgen.quiz import Item, Version, options
from quizgen.writers.html.measure import lines_of, size_of
from quizgen.writers.html.options import Duplex, HtmlOptions
from quizgen.writers.html.press import Press
from quizgen.writers.html.question import labels, marked_text
from quizgen.writers.html.sheet import NOTHING, Label, Sheet, Tongue
from quizgen.writers.html.solution import number_key

T = TypeVar("T")

EDGE = 14.0
"""Around the cards of a sheet, in millimetres: room for cut marks where any printer prints."""

_PADDING = 4.5
_POINT = 25.4 / 72
_PICTURE = 26.0
"""The height that a picture gets on a card, in millimetres; those of the style sheet."""

_FONT_SIZES = (15.0, 13.5, 12.0, 10.5, 9.0, 8.0)
_LARGE_FONT_SIZES = (24.0, 21.0, 18.0)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a card: what stands in the middle, what in small below it, its size in points."""

    text: Markup
    labels: tuple[Label, ...]
    more: Markup
    size: float


@dataclass(frozen=True, slots=True)
class Card:
    """A question on a card; `id` is on both sides."""

    id: str
    tongue: Tongue
    front: Side
    back: Side


class Leaf(NamedTuple):
    """A sheet of paper, row by row on each side; None is a place that no card takes."""

    fronts: tuple[Card | None, ...]
    backs: tuple[Card | None, ...]


@dataclass(frozen=True, slots=True)
class CardSheet(Sheet):
    """All cards, in rows and columns; width and height of the cards of a side in millimetres."""

    columns: int
    rows: int
    width: float
    height: float
    leaves: tuple[Leaf, ...]

    def content(self) -> Iterable[str]:
        """The cards of all leaves."""
        yield repr(self.leaves)


class _Face(NamedTuple):
    """What is to be said on one side: HTML, its plain text for measuring."""

    text: Markup
    plain: str
    labels: tuple[Label, ...] = ()
    options: tuple[str, ...] = ()
    more: str = ""


def grid_of(options: HtmlOptions) -> tuple[int, int]:
    """Columns and rows of cards on a side."""
    if options.large_print:
        return (2, 2) if options.landscape else (2, 3)
    return (3, 4) if options.landscape else (2, 5)


def draw_cards(version: Version, press: Press) -> CardSheet:
    """A card for each question that has a short key; a warning for each that has none."""
    columns, rows = grid_of(press.options)
    width, height = (side - 2 * EDGE for side in size_of(press.options))
    room = (width / columns - 2 * _PADDING, height / rows - 2 * _PADDING)
    digits = max(2, len(str(len(version.items))))
    cards = [
        card
        for item in press.track(version.items)
        if (card := _card(item, f"{item.number:0{digits}}", room, press))
    ]
    if not cards:
        message = "no question has a short key: there is nothing to make cards of"
        press.problems.append(Problem("no-cards", message))
    return CardSheet(
        mark=version.mark,
        points=version.points,
        columns=columns,
        rows=rows,
        width=width,
        height=height,
        leaves=tuple(_leaves(cards, columns, rows, press.options)),
    )


def _leaves(cards: Sequence[Card], columns: int, rows: int, options: HtmlOptions) -> Iterator[Leaf]:
    each = columns * rows
    for first in range(0, len(cards), each):
        fronts: list[Card | None] = [*cards[first : first + each]]
        fronts += [None] * (each - len(fronts))
        yield Leaf(tuple(fronts), tuple(turned(fronts, columns, options)))


def turned(places: Sequence[T], columns: int, options: HtmlOptions) -> list[T]:
    """The places of a side as the other side has them, row by row.

    Over an upright edge columns change places, over a lying one rows do: the long edge of an
    upright sheet, and the short one of a sheet that lies on its side, is upright.
    """
    rows = [list(places[at : at + columns]) for at in range(0, len(places), columns)]
    if (options.duplex is Duplex.LONG) != options.landscape:
        return [place for row in rows for place in reversed(row)]
    return [place for row in reversed(rows) for place in row]


def _card(item: Item, number: str, room: tuple[float, float], press: Press) -> Card | None:
    faces = _faces(item, press)
    if faces is None:
        kind = type_name(item.question)
        message = f"a question of type {kind} has no short key: it is on no card"
        press.problems.append(
            Problem("left-out", message, item.question.span, severity=Severity.WARNING)
        )
        return None
    tongue = press.tongue(item.bank)
    sides: list[Side] = []
    for face, name in zip(faces, ("front", "back"), strict=True):
        size, fits = _size(face, room, tongue, press.options)
        if not fits:
            message = f"the {name} has more than a card holds; shorten it, or use --large-print"
            if press.options.large_print:
                message = f"the {name} has more than a card holds in large print; shorten it"
            press.problems.append(
                Problem("card-full", message, item.question.span, severity=Severity.WARNING)
            )
        more = Markup.escape(face.more) if face.more else NOTHING
        sides.append(Side(face.text, face.labels, more, size))
    return Card(number, tongue, *sides)


def _faces(item: Item, press: Press) -> tuple[_Face, _Face] | None:
    """What stands on the front and on the back; None if there is no short key."""
    question, bank = item.question, item.bank
    tongue = press.tongue(bank)
    match question:
        case MultipleChoice() | MultipleResponse():
            shown = options(item, question)
            texts = [option.choice.text for option in shown]
            lettered = labels(texts, bank, press)
            right = [at for at, option in enumerate(shown) if option.right]
            key = Markup("<br>".join(lettered[at].text for at in right))
            plain = tuple(press.reader.plain(text.source) for text in texts)
            back = _Face(
                key,
                " ".join(plain[at] for at in right),
                more=", ".join(lettered[at].letter for at in right),
            )
            return _face(question.prompt, item, press, lettered, plain), back
        case TrueFalse():
            word = tongue.words
            front = _face(question.prompt, item, press)
            asked = f"{word['true']} / {word['false']}"
            return front._replace(more=asked), _literal(
                word["true" if question.answer else "false"]
            )
        case ShortAnswer():
            first, *others = (each.text.source for each in question.answers if each.credit == 1)
            return _face(question.prompt, item, press), _literal(first, " · ".join(others))
        case Numeric():
            return _face(question.prompt, item, press), _literal(
                number_key(question, tongue.language)
            )
        case Date():
            return _face(question.prompt, item, press), _literal(
                show_date(question.answer, tongue.language)
            )
        case Cloze():
            return _gapped(question, item, press)
        case Flashcard():
            return _face(question.front, item, press), _face(question.back, item, press)
        case Matching() | Ordering() | Essay():
            return None


def _face(
    text: Text,
    item: Item,
    press: Press,
    lettered: tuple[Label, ...] = (),
    plain: tuple[str, ...] = (),
) -> _Face:
    shown = press.text(text, item.bank)
    return _Face(shown, press.reader.plain(text.source), lettered, plain)


def _literal(text: str, more: str = "") -> _Face:
    return _Face(Markup.escape(text), text, more=more)


def _gapped(question: Cloze, item: Item, press: Press) -> tuple[_Face, _Face]:
    """The text with blanks, and what they hold."""
    marked = marked_text(question, item.bank, press)
    name = press.tongue(item.bank).words["gap"]
    blank = f'<span class="blank" role="img" aria-label="{name}"></span>'
    hints = {gap: f" ({gap.hint})" if gap.hint else "" for gap in question.text.gaps}
    text = marked.filled(lambda gap: blank + html.escape(hints[gap]))
    keys = " · ".join(gap.key for gap in question.text.gaps)
    plain = press.reader.plain(question.text.source)
    return _Face(Markup(text), plain), _literal(keys)


def _size(
    face: _Face, room: tuple[float, float], tongue: Tongue, options: HtmlOptions
) -> tuple[float, bool]:
    """The largest size in points in which a side fits its card; the least, and no, if none does."""
    sizes = _LARGE_FONT_SIZES if options.large_print else _FONT_SIZES
    # Nastaliq hangs from line to line and wants twice the room.
    leading = 2.2 if tongue.language.startswith("ur") else 1.3
    for size in sizes:
        if _height(face, room[0], size, leading) <= room[1]:
            return size, True
    return sizes[-1], False


def _height(face: _Face, width: float, size: float, leading: float) -> float:
    """The height that a side takes in a size, in millimetres."""
    line = width / (size * _POINT)
    small = max(0.62 * size, 7.5)  # as in the style sheet
    small_line = width / (small * _POINT)
    height = lines_of(face.plain, line) * size * leading
    height += sum(lines_of(each, small_line - 2) * small * leading for each in face.options)
    height += lines_of(face.more, small_line) * small * leading if face.more else 0
    pictures = _count_pictures((face.text, *(label.text for label in face.labels)))
    return height * _POINT + pictures * _PICTURE + (2 if face.options or face.more else 0)


def _count_pictures(texts: Iterable[str]) -> int:
    return sum(text.count("<img ") for text in texts)
