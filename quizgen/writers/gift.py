r"""GIFT, Moodle's format for questions as text (question/format/gift of Moodle 4.5).

A text without markup stands as it is; others are HTML, which `[html]` says. A backslash stands
before `~ = # { } :` and before itself, and `\n` is the end of a line.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quizgen.lower import lower
from quizgen.markup import Dialect, Reader, Renderer, is_plain
from quizgen.model import (
    Bank,
    Cloze,
    Date,
    Essay,
    Flashcard,
    Matching,
    Media,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    Question,
    ShortAnswer,
    Text,
    TrueFalse,
    markdown_of,
)
from quizgen.numbers import show_number
from quizgen.problems import Problem, Severity, Span
from quizgen.quiz import Item, Quiz, has_order, options
from quizgen.words import words
from quizgen.writers import limits
from quizgen.writers.output import Output, Track, data_url, encode, lowered, show_citations

NATIVE: frozenset[type[Question]] = frozenset(
    {MultipleChoice, MultipleResponse, TrueFalse, ShortAnswer, Numeric, Matching, Essay}
)
"""The types that GIFT has of its own."""

_ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in "\\~=#{}:"} | {"\n": "\\n", "\r": ""})
_LITERAL = str.maketrans({"\\": "&#92;", "$": "&#36;"})
_FORMATS = ("[html]", "[markdown]", "[plain]", "[moodle]")


@dataclass(frozen=True)
class GiftOptions:
    """GIFT has no options."""


def write(quiz: Quiz, options: GiftOptions = GiftOptions(), track: Track = iter) -> Output:
    """One text file, ending `.txt`: a category a bank, the questions of the first version."""
    writer = _Writer()
    data = encode(writer.parts(quiz, track))
    return Output({".txt": data}, tuple(writer.problems))


class _Writer:
    """Questions to their text, noting what GIFT cannot say."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._bank_tag: tuple[str, ...] = ()
        self._reader = Reader()
        self._renderer = Renderer(Dialect(_literal, _literal, _math, _image, _audio))

    def parts(self, quiz: Quiz, track: Track) -> Iterator[str]:
        """Categories and questions, bank by bank, an empty line between them."""
        bank: Bank | None = None
        for item in sorted(
            track(quiz.versions[0].items), key=lambda item: quiz.banks.index(item.bank)
        ):
            if item.bank is not bank:
                bank = item.bank
                self._bank_tag = tuple(self._taken((bank.id,), bank.span))
                yield _head(quiz, bank)
            question = self._lowered(item)
            if question is not None:
                yield self._question(item, question)

    def note(self, code: str, message: str, span: Span) -> None:
        self.problems.append(Problem(code, message, span, severity=Severity.WARNING))

    def _lowered(self, item: Item) -> Question | None:
        given = item.question
        question = lower(given, NATIVE, item.bank.language, self._reader)
        if question is None:
            self.note("left-out", "GIFT has nothing like this question", given.span)
            return None
        if type(question) is not type(given):
            self.problems.append(lowered(given, question, "GIFT"))
        if isinstance(question, ShortAnswer) and any(
            "->" in str(each.text) for each in question.answers
        ):
            message = "GIFT takes an answer with '->' for a pair: left out; write another sign"
            self.note("gift-arrow", message, given.span)
            return None
        return question

    def _question(self, item: Item, question: Question) -> str:
        self._note_lost(question)
        bank = item.bank
        rich = _Texts(self._renderer, bank, question)
        number = limits.idnumber(f"{bank.id}/{question.id}")
        level = (question.difficulty.value,) if question.difficulty else ()
        own = self._taken((*level, *question.tags), question.span)
        tags = dict.fromkeys((*self._bank_tag, *own))
        comment = "".join(f" [tag:{_in_brackets(tag)}]" for tag in tags)
        feedback = rich.text(question.feedback)
        if question.cite:
            label = words(bank.language)["source"]
            cited = f"{label}: {show_citations(question.cite)}"
            feedback += rich.after(feedback, cited)
        general = f"####{feedback}" if feedback else ""
        prompt, answers = self._body(item, question, rich)
        return (
            f"// [id:{number}]{comment}\n"
            f"::{_escape(question.id)}::{rich.form}{prompt} {_braced(answers, general)}\n\n"
        )

    def _taken(self, tags: Iterable[str], span: Span) -> Iterator[str]:
        """The tags that Moodle takes."""
        for tag in tags:
            if problem := limits.tag_problem(tag, span):
                self.problems.append(problem)
            else:
                yield tag

    def _note_lost(self, question: Question) -> None:
        """What GIFT has no place for."""
        lost: list[str] = []
        if question.points != 1:
            lost.append(f"its points ({show_number(question.points)})")
        if question.hints:
            lost.append("hints")
        match question:
            case MultipleChoice() | MultipleResponse() if has_order(question):
                lost.append("the order of its options")
            case ShortAnswer(case_sensitive=True):
                lost.append("the difference of capitals")
            case Numeric(unit=str()):
                lost.append("the unit")
            case Essay(answer=answer, rubric=rubric):
                lost += ["the model answer"] if answer else []
                lost += ["the rubric"] if rubric else []
            case MultipleChoice() | MultipleResponse() | ShortAnswer() | Numeric():
                pass
            case TrueFalse() | Date() | Matching() | Ordering() | Cloze() | Flashcard():
                pass
        if lost:
            message = f"GIFT has no place for {', '.join(lost)}: left out"
            self.note("gift-lost", message, question.span)

    def _body(self, item: Item, question: Question, rich: _Texts) -> tuple[str, list[str]]:
        """The question's text, and its answers."""
        match question:
            case MultipleChoice(prompt=prompt):
                answers = [
                    rich.answer("=" if each.right else "~", each.choice.text, each.choice.feedback)
                    for each in options(item, question)
                ]
            case MultipleResponse(prompt=prompt):
                answers = list(self._response(item, question, rich))
            case TrueFalse(prompt=prompt, answer=answer):
                answers = [str(answer).upper()]
            case ShortAnswer(prompt=prompt):
                answers = list(self._short_answer(question, rich))
            case Numeric(prompt=prompt):
                off = f":{show_number(question.margin)}" if question.margin else ""
                answers = [f"#={show_number(question.answer)}{off}"]
            case Matching(prompt=prompt, pairs=pairs, distractors=distractors):
                joined = [*pairs, *((None, each) for each in distractors)]
                answers = [
                    f"={rich.text(left)} -> {_escape(self._reader.plain(right.source))}"
                    for left, right in joined
                ]
            case Essay(prompt=prompt):
                answers = []
            case Date() | Flashcard() | Ordering() | Cloze():
                raise TypeError("this type is to be lowered first")
        return rich.text(prompt), answers

    def _response(self, item: Item, question: MultipleResponse, rich: _Texts) -> Iterator[str]:
        share, cost, found = limits.shares(question)
        self.problems += found
        for each in options(item, question):
            weight = share if each.right else cost
            yield rich.answer(f"~%{weight}%", each.choice.text, each.choice.feedback)

    def _short_answer(self, question: ShortAnswer, rich: _Texts) -> Iterator[str]:
        for each in question.answers:
            share, found = limits.credit(each)
            self.problems += found
            typed = limits.typed(each.text.source)
            weight = "" if share == "100" and not typed.startswith("%") else f"%{share}%"
            said = f"#{rich.text(each.feedback)}" if each.feedback else ""
            start = "[plain]" if typed.startswith(_FORMATS) else ""
            yield f"={weight}{start}{_escape(typed)}{said}"


class _Texts:
    """The texts of one question: as they are if none has markup, else HTML."""

    def __init__(self, renderer: Renderer, bank: Bank, question: Question) -> None:
        self._renderer = renderer
        self._bank = bank
        texts = [text.source for text in markdown_of(question)]
        self._is_rich = not all(is_plain(each) and "->" not in each for each in texts)
        self.form = "[html]" if self._is_rich else ""

    def text(self, text: Text | None) -> str:
        """A text, escaped."""
        if text is None:
            return ""
        source = text.source
        if self._is_rich:
            shown = self._renderer.render(source, self._bank.media).replace("->", "-&gt;")
            return _escape(shown.replace("[", "&#91;", 1) if shown.startswith(_FORMATS) else shown)
        return f"[moodle]{_escape(source)}" if source.startswith(_FORMATS) else _escape(source)

    def answer(self, sign: str, text: Text, feedback: Text | None) -> str:
        """An answer behind its sign, and what is said to whoever gives it."""
        shown = self.text(text)
        weight = "%0%" if sign == "~" and shown.startswith("%") else ""
        said = f"#{self.text(feedback)}" if feedback else ""
        return f"{sign}{weight}{shown}{said}"

    def after(self, before: str, literal: str) -> str:
        """A sentence that is no Markdown, behind a text."""
        if self._is_rich:
            return _escape(f"<p>{_literal(literal)}</p>")
        bare = html.escape(literal, quote=False).translate(_LITERAL)
        return _escape(f" ({bare})" if before else bare)


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _in_brackets(text: str) -> str:
    """A tag as a comment has it: Moodle trims the space that keeps a backslash from the bracket."""
    return text.replace("]", "\\]") + " " * text.endswith("\\")


def _literal(text: str) -> str:
    return html.escape(text).translate(_LITERAL)


def _math(latex: str, display: bool) -> str:
    return (r"\[{}\]" if display else r"\({}\)").format(html.escape(latex, quote=False))


def _image(image: Media, alternative: str) -> str:
    """A picture within the text: GIFT has no files."""
    return f'<img src="{data_url(image)}" alt="{alternative}">'


def _audio(audio: Media, alternative: str) -> str:
    src = data_url(audio)
    return f'<audio controls="controls" src="{src}" title="{alternative}">{alternative}</audio>'


def _head(quiz: Quiz, bank: Bank) -> str:
    said = filter(None, (bank.title, bank.description, bank.licence))
    lines = "".join(f"// {' '.join(each.split())}\n" for each in said)
    return f"{lines}\n$CATEGORY: {'/'.join(limits.bank_path(quiz, bank))}\n\n"


def _braced(answers: list[str], general: str) -> str:
    if not answers or answers[0] in {"TRUE", "FALSE"}:
        return f"{{{''.join(answers)}{general}}}"
    lines = [*answers, general] if general else answers
    return "{\n" + "".join(f"\t{line}\n" for line in lines) + "}"
