"""Answers with shares of the points, as Moodle's formats have them, to questions of a bank."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from quizgen.languages import date_forms, parse_date
from quizgen.markdown import one_line, stacked
from quizgen.model import (
    Accepted,
    Choice,
    Common,
    Date,
    Essay,
    Grading,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    ShortAnswer,
    Text,
    Tolerance,
    TrueFalse,
)
from quizgen.numbers import show_number
from quizgen.problems import shorten
from quizgen.readers.reading import Desk, number_of

NEAR = Decimal("0.01")
"""How far shares of the points may be off, in percent: exports round them."""

FEWEST_FORMS = 4
"""From how many usual forms on they tell a date: `1951` by itself may be any number."""


class UnfitError(Exception):
    """A question that no bank can hold; says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: percent of the points, its text, what is said to whoever gives it (Markdown)."""

    percent: Decimal
    text: str
    feedback: str
    line: int
    tolerance: str = "0"
    pin: bool = False


Fields = dict[str, Any]
"""What every question has, by name."""


def one_right(
    desk: Desk, common: Fields, prompt: Text, answers: Sequence[Answer], *, shuffle: bool
) -> MultipleChoice:
    """A multiple choice: the best option is the key. Raises UnfitError if none earns a point."""
    answers = _filled(desk, answers)
    key = max(answers, key=lambda each: each.percent)
    if key.percent <= 0:
        raise UnfitError("none of its options earns a point")
    if key.percent < 100 - NEAR:
        desk.drop(
            key.line, f"no option earns it all: the best, with {_percent(key)}, is made the key"
        )
    kept: list[Answer] = []
    for each in answers:
        if each is not key and each.percent >= 100 - NEAR:
            desk.drop(each.line, f"the option {_named(each)} earns it all as well and is left out")
            continue
        if each is not key and each.percent:
            desk.drop(each.line, f"the option {_named(each)} {_earned(each)}, now nothing")
        kept.append(each)
    if len(kept) < 2:
        raise UnfitError("there is one option alone")
    right = [each is key for each in kept]
    choices, common["shuffle"] = _arranged(desk, kept, right, shuffle=shuffle)
    place = next(i for i, each in enumerate(kept) if each is key)
    return MultipleChoice(
        **common,
        prompt=prompt,
        answer=choices[place],
        distractors=(*choices[:place], *choices[place + 1 :]),
    )


def several_right(
    desk: Desk,
    common: Fields,
    prompt: Text,
    answers: Sequence[Answer],
    *,
    shuffle: bool,
    grading: Grading | None = None,
) -> MultipleResponse:
    """A multiple response: what earns a point is right. Raises UnfitError if nothing does."""
    answers = _filled(desk, answers)
    grading = grading or _grading_of(answers)
    right = [each for each in answers if each.percent > 0]
    wrong = [each for each in answers if each.percent <= 0]
    if not right:
        raise UnfitError("none of its options earns a point")
    if len(answers) < 2:
        raise UnfitError("there is one option alone")
    shares = {each.percent for each in right}
    if max(shares) - min(shares) > NEAR:
        told = ", ".join(f"{_named(each)} {_percent(each)}" for each in right)
        desk.drop(
            right[0].line, f"the right options earned unequal shares ({told}), now equal ones"
        )
    costs = {each.percent for each in wrong}
    if grading is None and (len(costs) > 1 or costs == {Decimal(0)}):
        told = ", ".join(f"{_named(each)} {_percent(each)}" for each in wrong)
        desk.drop(
            wrong[0].line, f"what wrong options cost is not kept ({told}): each undoes a right one"
        )
    rights = [each in right for each in answers]
    choices, common["shuffle"] = _arranged(desk, answers, rights, shuffle=shuffle)
    return MultipleResponse(
        **common,
        prompt=prompt,
        answers=tuple(c for c, each in zip(choices, answers, strict=True) if each.percent > 0),
        distractors=tuple(c for c, each in zip(choices, answers, strict=True) if each.percent <= 0),
        grading=grading or Grading.PARTIAL,
    )


def typed(
    desk: Desk, common: Fields, prompt: Text, answers: Sequence[Answer], *, case_sensitive: bool
) -> ShortAnswer | Essay:
    """A short answer, the best first; an essay where anything at all is accepted.

    Raises UnfitError if nothing earns a point.
    """
    accepted: list[Accepted] = []
    anything: Answer | None = None
    for each in answers:
        text = without_wildcards(each.text)
        if text != one_line(each.text.replace("\\*", "*")):
            if not text and each.percent > 0:
                anything = anything or each
            desk.drop(
                each.line, f"'{shorten(each.text)}' accepts anything for its star{_said(each)}"
            )
        if not text:
            continue
        if each.percent < 0:
            desk.drop(each.line, f"the answer {_named(each)} {_earned(each)}, now nothing")
        credit = min(max(each.percent, Decimal(0)), Decimal(100)) / 100
        feedback = desk.text(each.feedback, each.line) if each.feedback else None
        accepted.append(Accepted(desk.text(text, each.line), credit, feedback))
    best = max((each.credit for each in accepted), default=Decimal(0))
    if best <= 0:
        if anything is None:
            raise UnfitError("none of its answers earns a point")
        return Essay(**common, prompt=prompt, lines=1)
    first = next(each for each in accepted if each.credit == best)
    rest = [each for each in accepted if each is not first]
    if first.credit < 1:
        desk.drop(first.text.span.line, "no answer earns it all: the best is made the key")
    key = Accepted(first.text, feedback=first.feedback)
    return ShortAnswer(**common, prompt=prompt, answers=(key, *rest), case_sensitive=case_sensitive)


def as_date(made: ShortAnswer | Essay, language: str) -> ShortAnswer | Essay | Date:
    """The date that a short answer asks for, if it accepts all usual ways to write it, in order."""
    if not isinstance(made, ShortAnswer) or made.case_sensitive:
        return made
    if any(each.credit != 1 or each.feedback for each in made.answers):
        return made
    written = [each.text for each in made.answers]
    date = next(filter(None, (parse_date(each.source) for each in written)), None)
    forms = date_forms(date, language) if date else ()
    told = tuple(each.source for each in written[: len(forms)]) == forms
    if date is None or len(forms) < FEWEST_FORMS or not told:
        return made
    common = {each.name: getattr(made, each.name) for each in fields(Common)}
    accept = tuple(written[len(forms) :])
    return Date(**common, prompt=made.prompt, answer=date, accept=accept)


def number(
    desk: Desk, common: Fields, prompt: Text, answers: Sequence[Answer], unit: str | None
) -> Numeric:
    """A number with its tolerance. Raises UnfitError if no number earns a point."""
    found: Numeric | None = None
    for each in sorted(answers, key=lambda each: -each.percent):
        value, margin = number_of(each.text), number_of(each.tolerance or "0")
        if found is None and value is not None and each.percent > 0:
            if each.percent < 100 - NEAR:
                desk.drop(
                    each.line, f"no number earns it all: the best, {each.text}, is the answer"
                )
            if each.feedback:
                desk.drop(each.line, f"what is said to the right number: {each.feedback}")
            off = Tolerance(abs(margin or Decimal(0)))
            found = Numeric(**common, prompt=prompt, answer=value, tolerance=off, unit=unit)
        elif each.percent > 0 or each.feedback:
            more = f" ± {each.tolerance}" if margin else ""
            desk.drop(
                each.line,
                f"the answer {each.text}{more} with {_percent(each)} is left out{_said(each)}",
            )
    if found is None:
        raise UnfitError("no number earns a point")
    return found


def verdict(
    desk: Desk, common: Fields, prompt: Text, said: Sequence[str], *, right: bool
) -> TrueFalse:
    """A statement; what is said to one answer alone stands behind the feedback to both."""
    if own := [each for each in said if each]:
        line = prompt.span.line
        given = [str(common["feedback"])] if common["feedback"] else []
        whole = list(dict.fromkeys([*given, *own]))
        common["feedback"] = desk.text(stacked(whole), line)
        desk.drop(line, "what is said to 'true' or 'false' alone is now said to both")
    return TrueFalse(**common, prompt=prompt, answer=right)


def matching(
    desk: Desk, common: Fields, prompt: Text, sides: Iterable[tuple[Text | None, Text]]
) -> Matching:
    """Pairs, and right sides without a left one. Raises UnfitError for less than two pairs."""
    pairs: list[tuple[Text, Text]] = []
    distractors: list[Text] = []
    for left, right in sides:
        if left and right.source:
            pairs.append((left, right))
        elif right.source:
            distractors.append(right)
        elif left:
            named = shorten(str(left))
            desk.drop(right.span.line, f"'{named}' matches nothing and is left out")
    if len(pairs) < 2:
        raise UnfitError("there are fewer than two pairs")
    return Matching(**common, prompt=prompt, pairs=tuple(pairs), distractors=tuple(distractors))


def without_wildcards(text: str) -> str:
    r"""A typed answer without the stars that stand for anything; `\*` is a star."""
    parts = re.split(r"(?<!\\)\*+", text)
    return one_line(" ".join(parts).replace("\\*", "*"))


def _filled(desk: Desk, answers: Sequence[Answer]) -> list[Answer]:
    for each in answers:
        if not each.text:
            desk.drop(each.line, "an option without a text is left out")
    filled = [each for each in answers if each.text]
    if not filled:
        raise UnfitError("there are no options")
    return filled


def _grading_of(answers: Sequence[Answer]) -> Grading | None:
    """The grading for which quizgen's writers make wrong options cost so; None if there is none."""
    right = sum(each.percent > 0 for each in answers)
    costs = {-each.percent for each in answers if each.percent <= 0}
    fewest = min(right, len(answers) - right)
    if not fewest:
        return Grading.PARTIAL
    if costs == {Decimal(100)} and fewest > 1:
        return Grading.ALL_OR_NOTHING
    undone = len(costs) == 1 and costs.pop() * fewest >= 100 - NEAR
    return Grading.PARTIAL if undone else None


def _arranged(
    desk: Desk, answers: Sequence[Answer], right: Sequence[bool], *, shuffle: bool
) -> tuple[list[Choice], bool]:
    """The options, and whether their order is drawn.

    A bank writes the right ones first and then the wrong ones; pinned ones come last. So an order
    that is to stay is two such runs, the second pinned.
    """
    pins = [each.pin for each in answers]
    if not shuffle and not any(pins):
        sizes = [number_of(each.text) for each in answers]
        known = [size for size in sizes if size is not None]
        if len(known) == len(sizes) and known == sorted(known):
            shuffle = True  # numbers stand by size anyway
        else:
            start = next((i for i in range(len(right)) if _is_run(right[i:])), 0)
            if _is_run(right[:start]):
                pins = [i >= start > 0 for i in range(len(right))]
            else:
                desk.drop(answers[0].line, "the order of the options is not kept")
    elif any(pins):
        shuffle = True
    choices = [
        Choice(
            desk.text(each.text, each.line),
            desk.text(each.feedback, each.line) if each.feedback else None,
            pin,
        )
        for each, pin in zip(answers, pins, strict=True)
    ]
    return choices, shuffle


def _is_run(right: Sequence[bool]) -> bool:
    """Whether right ones come first and wrong ones after them."""
    return list(right) == sorted(right, reverse=True)


def _named(answer: Answer) -> str:
    return f"'{shorten(answer.text)}'"


def _percent(answer: Answer) -> str:
    return f"{show_number(answer.percent)} %"


def _earned(answer: Answer) -> str:
    cost = answer.percent < 0
    return f"{'cost' if cost else 'earned'} {show_number(abs(answer.percent))} %"


def _said(answer: Answer) -> str:
    return f"; said to it: {answer.feedback}" if answer.feedback else ""
