r"""GIFT (question/format/gift of Moodle 4.5) to banks.

Questions are divided by empty lines: `::name::[html]text {answers}`. A backslash stands before
`~ = # { } :` and before itself where they are text, and `\n` is the end of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from quizgen.markdown import literal, one_line
from quizgen.model import Essay, Matching, Question, Text, prompt_of
from quizgen.problems import shorten
from quizgen.readers.build import (
    Answer,
    Fields,
    UnfitError,
    as_date,
    matching,
    number,
    one_right,
    several_right,
    typed,
    verdict,
)
from quizgen.readers.prose import Prose
from quizgen.readers.reading import (
    Desk,
    Reading,
    ReadOptions,
    identity,
    number_of,
    path_of,
    tags_of,
)
from quizgen.readers.text import text_of

_ESCAPES = {"n": "\n"} | {sign: sign for sign in "~=#{}:\\"}
_HIDDEN = {sign: chr(0xFDE0 + place) for place, sign in enumerate(_ESCAPES)}
"""A stand-in for each escaped sign, while the others mean something."""

MAX_CHARACTERS = 1_000_000
"""The longest question."""

_FORMATS = ("html", "markdown", "plain", "moodle")
_FORMAT = re.compile(rf"^\s*\[({'|'.join(_FORMATS)})\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
# Bounded, for of a text of openings each would be followed to its end; Moodle holds 100 characters.
_ID = re.compile(r"\[id:((?:\\\]|[^\]]){1,400})\]")
_TAG = re.compile(r"\[tag:((?:\\\]|[^\]<>`]){1,400})\]")
_VERDICTS = {"T": True, "TRUE": True, "F": False, "FALSE": False}


def read(data: bytes, file: str, options: ReadOptions) -> Reading:
    """The questions of a GIFT file as banks.

    Raises QuizgenError if it is no text, or holds no question that a bank can hold.
    """
    reader = _Reader(file, options.language or "en")
    for line, lines in _blocks(text_of(data, file)):
        reader.take(line, lines)
    return reader.desk.reading(options)


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines between empty ones, with the number of the first.

    Where an empty line is missing, a name begins a question behind one that is closed.
    """
    block: list[str] = []
    for line, raw in enumerate([*text.split("\n"), ""], 1):
        shown = raw.strip()
        if block and (not shown or shown.startswith("::")):
            ends = len(block)
            if shown:  # comments before a question are its own
                while ends and _is_comment(block[ends - 1]):
                    ends -= 1
            if not shown or (ends and re.search(r"(?<!\\)}$", block[ends - 1])):
                yield line - len(block), block[:ends]
                block = block[ends:]
        if shown:
            block.append(shown)


def _is_comment(line: str) -> bool:
    return line.startswith("//")


class _Reader:
    """Reads the questions of a file one after another."""

    def __init__(self, file: str, language: str) -> None:
        self.desk = Desk(file)
        self._language = language
        self._prose = Prose(self.desk)
        self._format = "moodle"

    def take(self, line: int, lines: Sequence[str]) -> None:
        """A question, a category, or word of what cannot be read."""
        comment = "\n".join(filter(_is_comment, lines))
        said = [(place, each) for place, each in enumerate(lines, line) if not _is_comment(each)]
        if not said:
            return
        line = said[0][0]
        if sum(len(each) for _, each in said) > MAX_CHARACTERS:
            why = f"it has over {MAX_CHARACTERS:,} characters; empty lines part questions"
            self.desk.leave_out(line, said[0][1], why)
            return
        text = _hide("\n".join(each for _, each in said).strip())
        if text.startswith("$CATEGORY:"):
            head, _, rest = text.partition("\n")
            self.desk.category = path_of(_plain(head.removeprefix("$CATEGORY:")))
            if rest:  # Moodle wants an empty line here, and not everyone writes one
                self._question(line + 1, rest.strip(), comment)
            return
        self._question(line, text, comment)

    def _question(self, line: int, text: str, comment: str) -> None:
        name = ""
        if text.startswith("::") and "::" in text[2:]:
            name, _, text = text[2:].partition("::")
            name, text = one_line(_plain(name)), text.strip()
        id_number = _number_in(comment)
        told = [each.replace("\\]", "]") for each in _TAG.findall(comment)]
        difficulty, tags = tags_of(told, id_number)
        try:
            question = self._made(line, text, {"difficulty": difficulty, "tags": tags})
        except UnfitError as error:
            self.desk.leave_out(line, name or _plain(text), str(error))
            return
        bank, own = identity(id_number, name or str(prompt_of(question)))
        self.desk.add(question, own, bank)

    def _made(self, line: int, text: str, told: Fields) -> Question:
        """A question, of which its comment has `told`. Raises UnfitError for what is none."""
        opened, closed = text.find("{"), text.find("}")
        self._format = "moodle"
        if opened < 0 and closed < 0:
            said = _plain(_FORMAT.sub("", text, count=1))  # as it is: it becomes no question
            raise UnfitError(f"a description asks nothing; it says: {said}")
        if not 0 <= opened < closed:
            raise UnfitError("its braces do not pair; write '\\{' for one that is text")
        answers, rest = text[opened + 1 : closed], text[closed + 1 :]
        general = ""
        if "####" in answers:
            answers, _, general = answers.rpartition("####")
        gap = "_____" if rest.strip() else ""
        if "{" in rest:
            self.desk.drop(line, f"a second pair of braces is text now: {_plain(rest)}")
        prompt = self._rich(f"{text[:opened]}{gap}{rest}", line, first=True)
        if not prompt:
            raise UnfitError("it asks nothing")
        feedback = self._rich(general, line)
        common: Fields = {
            "id": "",
            "span": self.desk.span(line),
            **told,
            "feedback": self.desk.text(feedback, line) if feedback else None,
        }
        return self._typed(answers.strip(), common, self.desk.text(prompt, line), line)

    def _typed(self, answers: str, common: Fields, prompt: Text, line: int) -> Question:
        """The question that the answers make of it, by the rules of Moodle's importer."""
        if not answers:
            return Essay(**common, prompt=prompt)
        if answers.startswith("#"):
            return number(self.desk, common, prompt, list(self._numbers(answers[1:], line)), None)
        if "~" in answers:
            options = list(self._options(answers, line))
            if "=" in answers:
                return one_right(self.desk, common, prompt, options, shuffle=True)
            return several_right(self.desk, common, prompt, options, shuffle=True)
        if "=" in answers and "->" in answers:
            return self._matching(answers, common, prompt, line)
        word, *said = answers.split("#", 2)
        if (right := _VERDICTS.get(word.strip().upper())) is not None:
            feedback = [self._rich(each, line) for each in said]
            return verdict(self.desk, common, prompt, feedback, right=right)
        given = [self._answer(each, line, usual=100, rich=False) for each in _parts(answers, "=")]
        made = typed(self.desk, common, prompt, given, case_sensitive=False)
        return as_date(made, self._language)

    def _options(self, answers: str, line: int) -> Iterator[Answer]:
        for each in _parts(answers.replace("=", "~="), "~"):
            if each.startswith("="):  # behind which a percentage is text
                text, _, said = each[1:].partition("#")
                yield Answer(Decimal(100), self._rich(text, line), self._rich(said, line), line)
            else:
                yield self._answer(each, line, usual=0)

    def _answer(self, source: str, line: int, *, usual: int, rich: bool = True) -> Answer:
        """An answer with its share of the points and what is said to it."""
        source = source.strip()
        weight = _WEIGHT.match(source)
        percent = Decimal(weight[1].rstrip(".")) if weight else Decimal(usual)
        text, _, said = (source[weight.end() :] if weight else source).partition("#")
        shown = self._rich(text, line) if rich else one_line(_plain(_FORMAT.sub("", text, count=1)))
        return Answer(percent, shown, self._rich(said, line), line)

    def _numbers(self, answers: str, line: int) -> Iterator[Answer]:
        right, _, wrong = answers.partition("~")
        for each in _parts(right, "="):
            answer = self._answer(each, line, usual=100, rich=False)
            text, margin = answer.text, "0"
            if ".." in text:
                least, most = (number_of(part) for part in text.split("..", 1))
                if least is None or most is None:
                    raise UnfitError(f"'{shorten(text)}' is no range of numbers")
                text, margin = str((least + most) / 2), str(abs(most - least) / 2)
            elif ":" in each.partition("#")[0]:
                text, _, margin = text.partition(":")
            yield Answer(answer.percent, text.strip(), answer.feedback, line, margin.strip())
        if wrong:
            yield Answer(Decimal(0), "*", self._answer(wrong, line, usual=0).feedback, line)

    def _matching(self, answers: str, common: Fields, prompt: Text, line: int) -> Matching:
        sides: list[tuple[Text | None, Text]] = []
        for each in _parts(answers, "="):
            if "->" not in each:
                raise UnfitError(f"'{shorten(_plain(each))}' is no pair; write 'left -> right'")
            left, _, right = each.partition("->")
            shown = self._rich(left, line)
            text = self.desk.text(literal(one_line(_plain(right))), line)
            sides.append((self.desk.text(shown, line) if shown else None, text))
        return matching(self.desk, common, prompt, sides)

    def _rich(self, source: str, line: int, *, first: bool = False) -> str:
        """Markdown of a text, whose format is its own or that of the question's text."""
        form = self._format
        if found := _FORMAT.match(source):
            form, source = found[1], source[found.end() :]
            if first:
                self._format = form
        return self._prose.markdown(_plain(source), form, line)


def _hide(text: str) -> str:
    """The text with a stand-in for each escaped sign."""
    return re.sub(r"\\([~=#{}:\\n])", lambda found: _HIDDEN[found[1]], text)


_SHOWN = {ord(hidden): _ESCAPES[sign] for sign, hidden in _HIDDEN.items()}


def _plain(text: str) -> str:
    return text.translate(_SHOWN).strip()


def _parts(answers: str, sign: str) -> list[str]:
    """What stands between the signs, without nothing before the first."""
    first, *rest = (each.strip() for each in answers.split(sign))
    return [first, *rest] if first else rest


def _number_in(comment: str) -> str:
    """The id number in a comment."""
    found = _ID.search(comment)
    return one_line(found[1].replace("\\]", "]")) if found else ""
