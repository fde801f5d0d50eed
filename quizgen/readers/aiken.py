"""Aiken (question/format/aiken of Moodle 4.5) to banks: multiple-choice questions, no more.

A question is a line, each option a line `A)` or `A.`, and `ANSWER: B` ends it. A question or an
option of several lines, which Moodle does not take, is read here.
"""

from __future__ import annotations

import re
from decimal import Decimal

from quizgen.markdown import literal
from quizgen.model import MultipleChoice
from quizgen.problems import shorten
from quizgen.readers.build import Answer, Fields, UnfitError, one_right
from quizgen.readers.reading import Desk, Reading, ReadOptions, slug
from quizgen.readers.text import text_of

_OPTION = re.compile(r"([A-Za-z])[).](?:\s+|(?=\S))(.*)")
_KEY = re.compile(r"ANSWER\s*:\s*(.*)", re.IGNORECASE)
_LETTER = re.compile(r"([A-Za-z])(?:[).].*)?")
"""A key as `B`, `B.` or `B) Islamabad`."""


def read(data: bytes, file: str, options: ReadOptions) -> Reading:
    """The questions of an Aiken file as a bank.

    Raises QuizgenError if it is no text, or holds no question that a bank can hold.
    """
    desk = Desk(file)
    prompt: list[str] = []
    answers: list[tuple[str, int, str]] = []
    start = 1
    is_apart = True
    for line, raw in enumerate(text_of(data, file).split("\n"), 1):
        text = raw.strip()
        option, key = _OPTION.fullmatch(text), _KEY.fullmatch(text)
        if not text:
            is_apart = True
            continue
        if key and (answers or text.startswith("ANSWER") or _LETTER.fullmatch(key[1])):
            _take(desk, "\n".join(prompt), answers, key[1], start)
            prompt, answers = [], []
        elif option and prompt and option[1].upper() == _letter(len(answers)):
            answers.append((option[1].upper(), line, option[2]))
        elif answers and not is_apart:
            letter, place, before = answers[-1]
            answers[-1] = letter, place, f"{before} {text}"
        else:
            if answers:  # another question begins, and this one never ended
                desk.leave_out(start, prompt[0], "no line 'ANSWER: …' ends it")
                prompt, answers = [], []
            if not prompt:
                start = line
            prompt.append(text)
        is_apart = False
    if answers:
        desk.leave_out(start, prompt[0], "no line 'ANSWER: …' ends it")
    elif prompt:
        desk.leave_out(start, prompt[0], "it has no options")
    return desk.reading(options)


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _take(
    desk: Desk, prompt: str, options: list[tuple[str, int, str]], key: str, line: int
) -> None:
    try:
        desk.add(_question(desk, prompt, options, key, line), slug(prompt))
    except UnfitError as error:
        desk.leave_out(line, prompt, str(error))


def _question(
    desk: Desk, prompt: str, options: list[tuple[str, int, str]], key: str, line: int
) -> MultipleChoice:
    if not prompt:
        raise UnfitError("an answer stands without a question")
    found = _LETTER.fullmatch(key)
    right = found[1].upper() if found else ""
    if right not in [letter for letter, _, _ in options]:
        raise UnfitError(f"its answer '{shorten(key, 20)}' is none of its options")
    answers = [
        Answer(Decimal(100 if letter == right else 0), literal(text), "", place)
        for letter, place, text in options
    ]
    common: Fields = {"id": "", "span": desk.span(line)}
    return one_right(desk, common, desk.text(literal(prompt), line), answers, shuffle=True)
