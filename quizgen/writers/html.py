"""HTML for print and screen: a worksheet a version, and the answer key."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from jinja2 import Environment
from markupsafe import Markup

from quizgen.languages import direction, show_date
from quizgen.lower import lower
from quizgen.markup import Dialect, MarkedHtml, MathError, Reader, Renderer, to_mathml
from quizgen.model import (
    Accepted,
    Bank,
    Choice,
    Cloze,
    Date,
    Essay,
    Flashcard,
    Gap,
    Image,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    Question,
    ShortAnswer,
    Text,
    TrueFalse,
    prompt_of,
)
from quizgen.numbers import show_number
from quizgen.problems import Problem, Severity
from quizgen.quiz import Item, Quiz, Version, gap_options, options, right_sides, scrambled
from quizgen.words import words
from quizgen.writers.output import (
    Output,
    Track,
    base64,
    encode,
    environment,
    lowered,
    show_citations,
    template_errors,
)

NATIVE: frozenset[type[Question]] = frozenset(
    {
        MultipleChoice,
        MultipleResponse,
        TrueFalse,
        ShortAnswer,
        Numeric,
        Date,
        Matching,
        Ordering,
        Cloze,
        Essay,
    }
)
"""The types that paper has a form of its own for."""


class Paper(Enum):
    """The sheets that a document is laid out for."""

    A4 = "a4"
    LETTER = "letter"


class Key(Enum):
    """Where the answers go."""

    SEPARATE = "separate"
    INLINE = "inline"
    NONE = "none"
    ONLY = "only"


class Layout(Enum):
    """What is made of the questions."""

    WORKSHEET = "worksheet"
    TEST = "test"


NOTHING = Markup("")
T = TypeVar("T")


@dataclass(frozen=True)
class HtmlOptions:
    """`word_bank` puts the answers of a cloze in a box above it."""

    paper: Paper = Paper.A4
    key: Key = Key.SEPARATE
    layout: Layout = Layout.TEST
    word_bank: bool = False
    templates: Path | None = None


class Label(NamedTuple):
    """A lettered line: an option, the right side of a pair, an item to be ordered."""

    letter: str
    text: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What a type of question looks like; `kind` names the template's macro that draws it."""

    kind: str
    labels: tuple[Label, ...] = ()
    columns: int = 1
    left: tuple[Markup, ...] = ()
    text: Markup = NOTHING
    bank: tuple[str, ...] = ()
    lines: int = 1
    field: str = ""
    unit: str = ""


class Reason(NamedTuple):
    """What the key says of one option or answer; `mark` is its letter or its place."""

    mark: str
    text: Markup
    right: bool
    feedback: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What the key says: in short for the grid, then as a text or with reasons."""

    short: str
    text: Markup = NOTHING
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A question in its place, as it is asked and as it is solved."""

    number: int
    points: str
    language: str
    direction: str
    prompt: Markup
    block: Block
    solution: Solution
    feedback: Markup
    hints: tuple[Markup, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question as HTML on the sheet, in the key's grid and list; empty where none is made."""

    question: Markup
    row: Markup
    solution: Markup


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version: what the student gets and what the teacher keeps."""

    mark: str
    points: str
    questions: tuple[Drawn, ...]


def write(quiz: Quiz, options: HtmlOptions = HtmlOptions(), track: Track = iter) -> Output:
    """Documents that need nothing beside them.

    The sheet ends in `.html`, or `-A.html`, `-B.html` ... with several versions; a key of its own
    in `-key.html`.
    """
    with template_errors(options.templates):
        templates = environment("html", options.templates, css_string=_css_string)
        known = cast("dict[str, Any]", templates.globals)  # typed as what Jinja puts there itself
        known |= {
            "language": quiz.language,
            "words": words(quiz.language),
            "scored": options.layout is Layout.TEST,
        }
        writer = _Writer(options, templates)
        sheets = [writer.sheet(version, track) for version in quiz.versions]
        files: dict[str, bytes] = {}
        if options.key is not Key.ONLY:
            for sheet in sheets:
                suffix = f"-{sheet.mark}.html" if sheet.mark else ".html"
                files[suffix] = _document(templates, "sheet.html.j2", quiz, options, [sheet])
        if options.key in (Key.SEPARATE, Key.ONLY):
            suffix = "-key.html" if options.key is Key.SEPARATE else ".html"
            files[suffix] = _document(templates, "key.html.j2", quiz, options, sheets)
    return Output(files, tuple(dict.fromkeys(writer.problems)))


def _document(
    templates: Environment, name: str, quiz: Quiz, options: HtmlOptions, sheets: Sequence[Sheet]
) -> bytes:
    licences = dict.fromkeys(bank.licence for bank in quiz.banks if bank.licence)
    works = dict.fromkeys(str(source) for bank in quiz.banks for source in bank.sources)
    parts = templates.get_template(name).generate(
        title=quiz.title,
        language=quiz.language,
        direction=direction(quiz.language),
        sheets=sheets,
        paper=options.paper.value,
        inline_key=options.key is Key.INLINE,
        licence=", ".join(licences),
        works=list(works),
    )
    return encode(parts)


class _Writer:
    """Items to blocks and solutions."""

    def __init__(self, options: HtmlOptions, templates: Environment) -> None:
        self.problems: list[Problem] = []
        self._questions: Any = templates.get_template("questions.html.j2").module
        self._answers: Any = templates.get_template("answers.html.j2").module
        self._word_bank = options.word_bank
        self._key = options.key
        self._reader = Reader()
        self._formulas: dict[tuple[str, bool], str] = {}
        self._renderer = Renderer(Dialect(html.escape, html.escape, self._math, _image, _audio))

    def sheet(self, version: Version, track: Track) -> Sheet:
        """A version, drawn and solved."""
        placed = (self._placed(item) for item in track(version.items))
        return Sheet(
            mark=version.mark,
            points=show_number(version.points),
            questions=tuple(self._drawn(each) for each in placed if each),
        )

    def _drawn(self, placed: Placed) -> Drawn:
        return Drawn(
            question=NOTHING if self._key is Key.ONLY else self._questions.question(placed),
            row=NOTHING if self._key is Key.NONE else self._answers.row(placed),
            solution=NOTHING if self._key is Key.NONE else self._answers.solution(placed),
        )

    def _placed(self, item: Item) -> Placed | None:
        question = lower(item.question, NATIVE, item.bank.language, self._reader)
        if question is None:
            message = "paper has nothing like this question"
            self.problems.append(
                Problem("left-out", message, item.question.span, severity=Severity.WARNING)
            )
            return None
        if type(question) is not type(item.question):
            self.problems.append(lowered(item.question, question, "HTML"))
        bank = item.bank
        block, solution = self._body(item, question)
        return Placed(
            number=item.number,
            points=show_number(question.points),
            language=bank.language,
            direction=direction(bank.language),
            prompt=self.text(_asked(question), bank),
            block=block,
            solution=solution,
            feedback=self.text(question.feedback, bank),
            hints=tuple(self.text(hint, bank) for hint in question.hints),
            source=show_citations(question.cite),
        )

    def _body(self, item: Item, question: Question) -> tuple[Block, Solution]:
        match question:
            case MultipleChoice() | MultipleResponse():
                return self._options(item, question)
            case TrueFalse():
                return self._true_false(item, question)
            case ShortAnswer():
                return self._short_answer(item, question)
            case Numeric():
                return self._numeric(item, question)
            case Date():
                return self._date(item, question)
            case Matching():
                return self._matching(item, question)
            case Ordering():
                return self._ordering(item, question)
            case Cloze():
                return self._cloze(item, question)
            case Essay():
                return self._essay(item, question)
            case Flashcard():
                raise TypeError("a flashcard is to be lowered first")

    # Text.

    def text(self, text: Text | None, bank: Bank) -> Markup:
        """A text as HTML; empty for no text."""
        if text is None:
            return NOTHING
        source = text.source
        if "$" not in source:
            return Markup(self._renderer.render(source, bank.images))
        return Markup(self._set(text, lambda: self._renderer.render(source, bank.images), ""))

    def _set(self, text: Text, render: Callable[[], T], instead: T) -> T:
        """What `render` makes of the text; a formula that cannot be set is noted."""
        try:
            return render()
        except MathError as error:
            message = f"a formula cannot be set: {error}; correct it"
            self.problems.append(Problem("math", message, text.span))
            return instead

    def _math(self, latex: str, display: bool) -> str:
        formula = self._formulas.get((latex, display))
        if formula is None:
            formula = self._formulas[latex, display] = to_mathml(latex, display=display)
        return formula

    def _labels(self, texts: Iterable[Text], bank: Bank) -> tuple[Label, ...]:
        return tuple(
            Label(letter(place), self.text(text, bank)) for place, text in enumerate(texts)
        )

    def _columns(self, texts: Iterable[Text]) -> int:
        """How many columns the texts fit in, by their longest."""
        widest = max(_width(self._reader.plain(text.source)) for text in texts)
        pictured = any("![" in text.source or "\n" in text.source for text in texts)
        return 2 if pictured and widest <= 34 else 1 if pictured else _columns_for(widest)

    # Question types: what stands on the sheet, what in the key.

    def _options(
        self, item: Item, question: MultipleChoice | MultipleResponse
    ) -> tuple[Block, Solution]:
        bank = item.bank
        shown = options(item, question)
        texts = [option.choice.text for option in shown]
        labels = self._labels(texts, bank)
        single = isinstance(question, MultipleChoice)
        block = Block(
            kind="choice" if single else "response",
            labels=labels,
            columns=min(self._columns(texts), max(2, len(texts))),
        )
        reasons = tuple(
            Reason(label.letter, label.text, option.right, self._feedback(option.choice, bank))
            for label, option in zip(labels, shown, strict=True)
        )
        short = ", ".join(reason.mark for reason in reasons if reason.right)
        return block, Solution(short=short, reasons=reasons)

    def _feedback(self, choice: Choice | Accepted, bank: Bank) -> Markup:
        return self.text(choice.feedback, bank)

    def _true_false(self, item: Item, question: TrueFalse) -> tuple[Block, Solution]:
        word = words(item.bank.language)
        answer = word["true"] if question.answer else word["false"]
        return Block(kind="verdict"), Solution(short=answer)

    def _short_answer(self, item: Item, question: ShortAnswer) -> tuple[Block, Solution]:
        bank = item.bank
        block = Block(kind="line")
        key, *others = question.answers
        reasons = tuple(
            Reason(
                mark=f"{show_number(answer.credit * 100)} %" if answer.credit != 1 else "",
                text=Markup.escape(answer.text.source),
                right=answer.credit == 1,
                feedback=self._feedback(answer, bank),
            )
            for answer in (question.answers if key.feedback or others else ())
        )
        return block, Solution(short=key.text.source, reasons=reasons)

    def _numeric(self, item: Item, question: Numeric) -> tuple[Block, Solution]:
        unit = question.unit or ""
        short = " ".join(filter(None, (show_number(question.answer), unit)))
        if question.margin:
            short += f" (± {show_number(question.margin)})"
        block = Block(
            kind="number",
            unit=unit,
            field=_millimetres(question.points) if question.points >= 2 else "",
        )
        return block, Solution(short=short)

    def _date(self, item: Item, question: Date) -> tuple[Block, Solution]:
        shown = show_date(question.answer, item.bank.language)
        also = [Text(shown, question.span), *question.accept] if question.accept else ()
        reasons = tuple(Reason("", Markup.escape(text.source), True, NOTHING) for text in also)
        return Block(kind="line"), Solution(short=shown, reasons=reasons)

    def _matching(self, item: Item, question: Matching) -> tuple[Block, Solution]:
        bank = item.bank
        rights = right_sides(item, question)
        labels = self._labels(rights, bank)
        by_text = dict(zip(rights, labels, strict=True))
        left = tuple(self.text(side, bank) for side, _ in question.pairs)
        block = Block(kind="matching", labels=labels, left=left)
        matched = [by_text[right] for _, right in question.pairs]
        reasons = tuple(
            Reason(
                str(place),
                side + f" → {label.letter} " + label.text,
                True,
                NOTHING,
            )
            for place, (side, label) in enumerate(zip(left, matched, strict=True), 1)
        )
        short = ", ".join(f"{place} {label.letter}" for place, label in enumerate(matched, 1))
        return block, Solution(short=short, reasons=reasons)

    def _ordering(self, item: Item, question: Ordering) -> tuple[Block, Solution]:
        shown = scrambled(item, question)
        labels = self._labels(shown, item.bank)
        by_text = dict(zip(shown, labels, strict=True))
        block = Block(
            kind="ordering",
            labels=labels,
            columns=min(2, self._columns(shown)),
        )
        right = [by_text[text] for text in question.items]
        reasons = tuple(Reason(label.letter, label.text, True, NOTHING) for label in right)
        short = ", ".join(label.letter for label in right)
        return block, Solution(short=short, reasons=reasons)

    def _cloze(self, item: Item, question: Cloze) -> tuple[Block, Solution]:
        bank = item.bank
        gaps = question.text.gaps
        # All blanks are as long as the longest answer needs, so that none tells.
        width = max(8, *(_width(gap.key) for gap in gaps)) + 2
        marked = self._set(
            question.text,
            lambda: self._renderer.render_marked(question.text.pieces, bank.images),
            MarkedHtml("", ()),
        )
        text = marked.filled(
            lambda gap: _blank(gap, width, () if self._word_bank else gap_options(item, gap))
        )
        words_of = dict.fromkeys(word for gap in gaps for word in (gap.answers[0], *gap.wrong))
        block = Block(
            kind="cloze",
            text=Markup(text),
            bank=tuple(sorted(words_of, key=str.casefold)) if self._word_bank else (),
        )
        short = "; ".join(gap.key for gap in gaps)
        return block, Solution(short=short, text=Markup(marked.filled(_filled)))

    def _essay(self, item: Item, question: Essay) -> tuple[Block, Solution]:
        bank = item.bank
        word = words(bank.language)
        lines = question.lines or max(4, int(question.points * 2) + 2)
        block = Block(kind="lines", lines=lines)
        parts = [(word["model"], question.answer), (word["rubric"], question.rubric)]
        reasons = tuple(
            Reason(name, self.text(text, bank), True, NOTHING) for name, text in parts if text
        )
        return block, Solution(short="…", reasons=reasons)


def _asked(question: Question) -> Text | None:
    """What stands above a question's body; a cloze may have nothing there."""
    return question.prompt if isinstance(question, Cloze) else prompt_of(question)


def letter(place: int) -> str:
    """A, B, ... Z, AA, AB, ... for 0, 1, ..."""
    rest, last = divmod(place, 26)
    return (letter(rest - 1) if rest else "") + chr(ord("A") + last)


def _image(image: Image, alt: str) -> str:
    return f'<img src="data:{image.mime};base64,{base64(image.data)}" alt="{alt}">'


def _audio(audio: Image, alt: str) -> str:
    """A player on screen; on paper, where nothing is heard, what is to be heard."""
    src = f"data:{audio.mime};base64,{base64(audio.data)}"
    return f'<span class="audio"><audio controls src="{src}"></audio> <span>♪ {alt}</span></span>'


def _blank(gap: Gap, width: int, offered: Sequence[str]) -> str:
    """A blank, then what it offers, then its hint."""
    options = " / ".join(f"<bdi>{html.escape(each)}</bdi>" for each in offered)
    more = f' <span class="offered">({options})</span>' if options else ""
    more += f' <span class="hint">({html.escape(gap.hint)})</span>' if gap.hint else ""
    return f'<span class="blank" style="inline-size: {min(width, 30)}ch"></span>{more}'


def _filled(gap: Gap) -> str:
    key, *others = (html.escape(answer) for answer in (gap.key, *gap.answers[1:]))
    also = f' <span class="also">({", ".join(others)})</span>' if others else ""
    return f'<b class="filled">{key}</b>{also}'


def _width(text: str) -> int:
    """The width of a text in columns of a Latin letter, an East Asian one taking two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _columns_for(width: int) -> int:
    return 4 if width <= 13 else 2 if width <= 34 else 1


def _millimetres(points: Decimal) -> str:
    """The height of a field to work in."""
    return f"{min(120, 10 + 10 * int(points))}mm"


def _css_string(text: str) -> Markup:
    """The text as a quoted string of CSS, safe inside a style element."""
    plain = re.sub(r"[^\w .,:;!?()·–—-]", lambda found: f"\\{ord(found[0]):x} ", text)
    return Markup(f'"{plain}"')
