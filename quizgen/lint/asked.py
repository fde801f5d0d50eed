"""A question as the rules see it: plain texts and their words, taken apart once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from quizgen.languages import show_date
from quizgen.lint.language import Language, Words, known, primary
from quizgen.markup import Reader
from quizgen.model import (
    Bank,
    Choice,
    Cloze,
    Date,
    Essay,
    Flashcard,
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


@dataclass(frozen=True, slots=True)
class Phrase:
    """A plain text, taken apart.

    `spaced` are its folded words with a space around each, `content` the stems of those that carry
    content.
    """

    text: str
    spaced: str
    content: frozenset[str]

    def holds(self, other: Phrase) -> bool:
        """Whether the other's words stand in it, whole and one after another."""
        return other.spaced in self.spaced


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: what it asks, what is right and what is wrong.

    `keys` and `wrong` are empty where nothing is to be chosen or written in a few words.
    """

    bank: Bank
    question: Question
    language: Language | None
    prompt: Phrase
    keys: tuple[Phrase, ...]
    wrong: tuple[Phrase, ...]
    feedback: Phrase | None

    def is_in(self, language: str) -> bool:
        """Whether the bank is in the language or a variety of it."""
        return primary(self.bank.language) == language

    @property
    def options(self) -> tuple[Phrase, ...]:
        """All that is offered, the right ones first."""
        return (*self.keys, *self.wrong)

    @property
    def choices(self) -> tuple[tuple[Choice, Phrase], ...]:
        """The options of a choice question, the right ones first; none of any other type."""
        question = self.question
        if isinstance(question, MultipleChoice):
            return tuple(zip((question.answer, *question.distractors), self.options, strict=True))
        if isinstance(question, MultipleResponse):
            return tuple(zip((*question.answers, *question.distractors), self.options, strict=True))
        return ()


def ask(banks: Iterable[Bank]) -> Iterator[Asked]:
    """The current questions of all banks, taken apart."""
    reader = Reader()
    askers: dict[str, _Asker] = {}
    for bank in banks:
        asker = askers.setdefault(bank.language, _Asker(bank.language, reader))
        for question in bank.current:
            yield asker.ask(bank, question)


def by_bank(asked: Sequence[Asked]) -> Iterator[tuple[Bank, list[Asked]]]:
    """The questions of each bank."""
    for _, group in groupby(asked, key=lambda each: id(each.bank)):
        own = list(group)
        yield own[0].bank, own


class _Asker:
    """Takes the questions of one language apart."""

    def __init__(self, tag: str, reader: Reader) -> None:
        self._tag = tag
        self._language = known(tag)
        self._words = Words(tag)
        self._reader = reader

    def ask(self, bank: Bank, question: Question) -> Asked:
        keys, wrong = self._answers(question)
        return Asked(
            bank=bank,
            question=question,
            language=self._language,
            prompt=self._prompt(question),
            keys=keys,
            wrong=wrong,
            feedback=self._markdown(question.feedback) if question.feedback else None,
        )

    def _phrase(self, text: str) -> Phrase:
        found, content = self._words.take_apart(text)
        return Phrase(text, f" {' '.join(found)} ", content)

    def _markdown(self, text: Text) -> Phrase:
        return self._phrase(self._reader.plain(text.source))

    def _prompt(self, question: Question) -> Phrase:
        if not isinstance(question, Cloze):
            return self._markdown(prompt_of(question))
        pieces = question.text.pieces
        gapped = "".join(piece if isinstance(piece, str) else " … " for piece in pieces)
        instruction = f"{question.prompt} " if question.prompt else ""
        return self._phrase(self._reader.plain(instruction + gapped))

    def _answers(self, question: Question) -> tuple[tuple[Phrase, ...], tuple[Phrase, ...]]:
        match question:
            case MultipleChoice(answer=answer, distractors=distractors):
                return self._choices([answer]), self._choices(distractors)
            case MultipleResponse(answers=answers, distractors=distractors):
                return self._choices(answers), self._choices(distractors)
            case ShortAnswer(answers=accepted):
                return (self._phrase(accepted[0].text.source),), ()
            case Numeric(answer=answer):
                return (self._phrase(show_number(answer)),), ()
            case Date(answer=date):
                return (self._phrase(show_date(date, self._tag)),), ()
            case Matching(pairs=pairs, distractors=others):
                return self._texts(right for _, right in pairs), self._texts(others)
            case Ordering(items=items):
                return self._texts(items), ()
            case Cloze(text=text):
                keys = tuple(self._phrase(gap.answers[0]) for gap in text.gaps)
                wrong = (self._phrase(each) for gap in text.gaps for each in gap.wrong)
                return keys, tuple(wrong)
            case Flashcard(back=back):
                return (self._markdown(back),), ()
            case TrueFalse() | Essay():
                return (), ()

    def _choices(self, choices: Iterable[Choice]) -> tuple[Phrase, ...]:
        return self._texts(choice.text for choice in choices)

    def _texts(self, texts: Iterable[Text]) -> tuple[Phrase, ...]:
        return tuple(self._markdown(text) for text in texts)
