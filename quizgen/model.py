"""The bank as typed, frozen data. Knows no file format: text is source text, never HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from enum import Enum

from quizgen.problems import Span
from quizgen.record import record


@record(frozen=True, slots=True)
class Text:
    """Source text as the author wrote it: Markdown, or literal where a field says so."""

    source: str
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return self.source


class Difficulty(Enum):
    """How hard a question is meant to be."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Grading(Enum):
    """How a multiple response is graded when the answer is partly right."""

    PARTIAL = "partial"
    ALL_OR_NOTHING = "all-or-nothing"


@record(frozen=True, slots=True)
class Source:
    """A work that questions cite; `key` is its name within the bank."""

    key: str
    title: str
    author: str | None = None
    year: str | None = None
    url: str | None = None
    note: str | None = None

    def __str__(self) -> str:
        year = f" ({self.year})" if self.year else ""
        author = f"{self.author}, " if self.author else ""
        return f"{author}{self.title}{year}"


@record(frozen=True, slots=True)
class Citation:
    """A place in a source, such as `¶11`; an empty locator cites the whole work."""

    source: Source
    locator: str
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return f"{self.source}, {self.locator}" if self.locator else str(self.source)


@record(frozen=True, slots=True)
class Choice:
    """An option of a choice question (Markdown). A pinned one stays last, in its written order."""

    text: Text
    feedback: Text | None = None
    pin: bool = False


@record(frozen=True, slots=True)
class Accepted:
    """An answer that may be typed (literal text) and the share of the points it earns, 0 to 1."""

    text: Text
    credit: Decimal = Decimal(1)
    feedback: Text | None = None


@record(frozen=True, slots=True)
class CalendarDate:
    """A day, a month or a year of the Gregorian calendar."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts)


@record(frozen=True, slots=True)
class Gap:
    """A gap of a cloze: accepted answers (literal, the first is the key), a hint, its group.

    Where there are `wrong` answers, one of all is to be chosen. Where there is a `tolerance`, the
    one answer is a number, and that is how far off is still right, ends included.
    """

    answers: tuple[str, ...]
    hint: str | None
    group: int
    wrong: tuple[str, ...] = ()
    tolerance: Decimal | None = None

    @property
    def key(self) -> str:
        """The key as it is shown: `Gwadar`, or `9.81 ± 0.05`."""
        return f"{self.answers[0]} ± {self.tolerance}" if self.tolerance else self.answers[0]


@record(frozen=True, slots=True)
class GapText(Text):
    """A cloze's text: its source, and the pieces of Markdown and gaps that follow each other."""

    pieces: tuple[str | Gap, ...] = field(compare=False)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The gaps alone, in reading order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Gap))


@record(frozen=True, slots=True)
class Tolerance:
    """How far a number may be off: an amount, or a share of the answer where `relative`."""

    amount: Decimal
    relative: bool = False


@record(frozen=True, slots=True)
class Silence:
    """A rule that a question may break, and why."""

    code: str
    reason: str
    span: Span = field(compare=False)


@record(frozen=True, slots=True, kw_only=True)
class Common:
    """What every question has."""

    id: str
    span: Span = field(compare=False)
    points: Decimal = Decimal(1)
    difficulty: Difficulty | None = None
    tags: tuple[str, ...] = ()
    feedback: Text | None = None
    hints: tuple[Text, ...] = ()
    cite: tuple[Citation, ...] = ()
    shuffle: bool = True
    retired: bool = False
    silence: tuple[Silence, ...] = ()


@record(frozen=True, slots=True, kw_only=True)
class MultipleChoice(Common):
    """One right option among distractors."""

    prompt: Text
    answer: Choice
    distractors: tuple[Choice, ...]


@record(frozen=True, slots=True, kw_only=True)
class MultipleResponse(Common):
    """Several right options among distractors."""

    prompt: Text
    answers: tuple[Choice, ...]
    distractors: tuple[Choice, ...] = ()
    grading: Grading = Grading.PARTIAL


@record(frozen=True, slots=True, kw_only=True)
class TrueFalse(Common):
    """A statement to be judged; `prompt` is the statement."""

    prompt: Text
    answer: bool


@record(frozen=True, slots=True, kw_only=True)
class ShortAnswer(Common):
    """A word or phrase to be written; the first answer is the key."""

    prompt: Text
    answers: tuple[Accepted, ...]
    case_sensitive: bool = False


@record(frozen=True, slots=True, kw_only=True)
class Numeric(Common):
    """A number to be written; right within `tolerance`, ends included."""

    prompt: Text
    answer: Decimal
    tolerance: Tolerance = Tolerance(Decimal(0))
    unit: str | None = None

    @property
    def margin(self) -> Decimal:
        """The tolerance as an amount in the answer's unit."""
        share = abs(self.answer) if self.tolerance.relative else Decimal(1)
        return self.tolerance.amount * share


@record(frozen=True, slots=True, kw_only=True)
class Date(Common):
    """A date to be written, in any usual form of the bank's language or as in `accept`."""

    prompt: Text
    answer: CalendarDate
    accept: tuple[Text, ...] = ()


@record(frozen=True, slots=True, kw_only=True)
class Matching(Common):
    """Pairs to be joined; distractors are further right-hand sides that join nothing."""

    prompt: Text
    pairs: tuple[tuple[Text, Text], ...]
    distractors: tuple[Text, ...] = ()


@record(frozen=True, slots=True, kw_only=True)
class Ordering(Common):
    """Items to be put in order; `items` has the right one."""

    prompt: Text
    items: tuple[Text, ...]


@record(frozen=True, slots=True, kw_only=True)
class Cloze(Common):
    """A text with gaps to be filled."""

    prompt: Text | None = None
    text: GapText


@record(frozen=True, slots=True, kw_only=True)
class Essay(Common):
    """A free text to be written; `answer` is a model answer, `lines` the room on paper."""

    prompt: Text
    answer: Text | None = None
    rubric: Text | None = None
    lines: int | None = None


@record(frozen=True, slots=True, kw_only=True)
class Flashcard(Common):
    """Two sides of a card; `reversed` asks from the back as well."""

    front: Text
    back: Text
    reversed: bool = False


Question = (
    MultipleChoice
    | MultipleResponse
    | TrueFalse
    | ShortAnswer
    | Numeric
    | Date
    | Matching
    | Ordering
    | Cloze
    | Essay
    | Flashcard
)
"""The closed union of question types."""

TYPES: Mapping[str, type[Question]] = {
    "multiple-choice": MultipleChoice,
    "multiple-response": MultipleResponse,
    "true-false": TrueFalse,
    "short-answer": ShortAnswer,
    "numeric": Numeric,
    "date": Date,
    "matching": Matching,
    "ordering": Ordering,
    "cloze": Cloze,
    "essay": Essay,
    "flashcard": Flashcard,
}
"""The question types by the name that a bank gives them."""

_NAMES: Mapping[type[Question], str] = {cls: name for name, cls in TYPES.items()}


@record(frozen=True, slots=True)
class Media:
    """A picture or a recording beside a bank: its bytes, and a file name made from their hash."""

    name: str
    mime: str
    data: bytes = field(repr=False)

    @property
    def is_audio(self) -> bool:
        """Whether it is to be heard rather than seen."""
        return self.mime.startswith("audio/")


@record(frozen=True, slots=True, kw_only=True)
class Bank:
    """A question bank.

    `media` maps a path as a text has it to what is found there; `modified` is when the file
    last changed, in seconds since 1970.
    """

    id: str
    title: str
    language: str
    questions: tuple[Question, ...]
    span: Span = field(compare=False)
    description: str | None = None
    licence: str | None = None
    sources: tuple[Source, ...] = ()
    media: Mapping[str, Media] = field(default_factory=dict[str, Media])
    modified: int = field(default=0, compare=False)

    @property
    def current(self) -> tuple[Question, ...]:
        """The questions that are asked: all but the retired ones."""
        return tuple(question for question in self.questions if not question.retired)


def type_name(question: Question) -> str:
    """The name of the question's type, such as `multiple-choice`."""
    return _NAMES[type(question)]


def prompt_of(question: Question) -> Text:
    """What the question asks: its stem, a cloze's text, a card's front."""
    match question:
        case Cloze():
            return question.prompt or question.text
        case Flashcard():
            return question.front
        case (
            MultipleChoice()
            | MultipleResponse()
            | TrueFalse()
            | ShortAnswer()
            | Numeric()
            | Date()
            | Matching()
            | Ordering()
            | Essay()
        ):
            return question.prompt


def markdown_of(question: Question) -> Iterator[Text]:
    """Every Markdown text of a question, with a cloze's text as written, gaps and all."""
    yield prompt_of(question)
    if question.feedback:
        yield question.feedback
    yield from question.hints
    match question:
        case MultipleChoice(answer=answer, distractors=distractors):
            yield from _choice_texts((answer, *distractors))
        case MultipleResponse(answers=answers, distractors=distractors):
            yield from _choice_texts((*answers, *distractors))
        case ShortAnswer(answers=accepted):
            yield from (answer.feedback for answer in accepted if answer.feedback)
        case Matching(pairs=pairs, distractors=others):
            yield from (side for pair in pairs for side in pair)
            yield from others
        case Ordering(items=items):
            yield from items
        case Cloze(prompt=prompt, text=text):
            yield from (text,) if prompt else ()
        case Essay(answer=model, rubric=rubric):
            yield from (text for text in (model, rubric) if text)
        case Flashcard(back=back):
            yield back
        case TrueFalse() | Numeric() | Date():
            pass


def _choice_texts(choices: tuple[Choice, ...]) -> Iterator[Text]:
    for choice in choices:
        yield choice.text
        if choice.feedback:
            yield choice.feedback
