"""Aiken, Moodle's format for plain multiple choice (question/format/aiken of Moodle 4.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from quizgen.lower import lower
from quizgen.markup import Reader
from quizgen.model import MultipleChoice, Question, Text
from quizgen.problems import Problem, Severity, shorten
from quizgen.quiz import Item, Quiz, has_order, options
from quizgen.writers.output import Output, Track, encode, lowered

NATIVE: frozenset[type[Question]] = frozenset({MultipleChoice})
"""The type that Aiken has."""

_TAKEN = re.compile(r"[A-Z][).]|ANSWER:|.?$")
"""What a question may not begin with: an option, the key; and it has two characters."""


@dataclass(frozen=True)
class AikenOptions:
    """Aiken has no options."""


def write(quiz: Quiz, options: AikenOptions = AikenOptions(), track: Track = iter) -> Output:
    """One text file, ending `.txt`: the multiple-choice questions of the first version."""
    writer = _Writer()
    data = encode(writer.parts(quiz, track))
    if not data:
        message = "no question can be said in Aiken: there is nothing to write"
        writer.problems.append(Problem("nothing-held", message))
    return Output({".txt": data}, tuple(writer.problems))


class _Writer:
    """Questions to their text, noting what Aiken cannot say."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._reader = Reader()

    def parts(self, quiz: Quiz, track: Track) -> Iterator[str]:
        """The questions, an empty line between them."""
        between = ""
        for item in track(quiz.versions[0].items):
            question = lower(item.question, NATIVE, item.bank.language, self._reader)
            shown = self._question(item, question) if isinstance(question, MultipleChoice) else None
            if shown is None:
                if question is None:
                    self.note("left-out", "Aiken has multiple choice alone", item.question)
                continue
            if question is not None and type(question) is not type(item.question):
                self.problems.append(lowered(item.question, question, "Aiken"))
            yield between + shown
            between = "\n"

    def _question(self, item: Item, question: MultipleChoice) -> str | None:
        """A question; None for one that cannot be said, which is noted."""
        chosen = options(item, question)
        if len(chosen) > len(ascii_uppercase):
            self.note("left-out", f"Aiken has 26 options, not {len(chosen)}; split it", question)
            return None
        prompt = self._line(question.prompt)
        texts = [self._line(each.choice.text) for each in chosen]
        if _TAKEN.match(prompt) or not all(texts):
            self.note("left-out", f"Aiken cannot say '{shorten(prompt)}'; reword it", question)
            return None
        self._note_lost(question)
        key = next(
            letter for letter, each in zip(ascii_uppercase, chosen, strict=False) if each.right
        )
        lines = [f"{letter}) {text}" for letter, text in zip(ascii_uppercase, texts, strict=False)]
        return "\n".join([prompt, *lines, f"ANSWER: {key}"]) + "\n"

    def _line(self, text: Text) -> str:
        return self._reader.plain(text.source)

    def _note_lost(self, question: MultipleChoice) -> None:
        choices = (question.answer, *question.distractors)
        said = any(each.feedback for each in choices) or question.feedback or question.cite
        lost = ["feedback"] if said else []
        lost += ["hints"] if question.hints else []
        lost += ["the order of its options"] if has_order(question) else []
        if any(self._reader.shows_more(text.source) for text in _shown(question)):
            lost.append("formulas, pictures or recordings")
        if question.points != 1:
            lost.append("its points")
        if lost:
            self.note("aiken-lost", f"Aiken has no place for {', '.join(lost)}: left out", question)

    def note(self, code: str, message: str, question: Question) -> None:
        problem = Problem(code, message, question.span, severity=Severity.WARNING)
        self.problems.append(problem)


def _shown(question: MultipleChoice) -> Iterator[Text]:
    yield question.prompt
    yield question.answer.text
    yield from (each.text for each in question.distractors)
