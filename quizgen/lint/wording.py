"""Prompts and options that help the test-wise or trip the careful: one question at a time.

The guidelines are those of Haladyna, Downing and Rodriguez, "A Review of Multiple-Choice
Item-Writing Guidelines for Classroom Assessment" (2002).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from quizgen.lint.asked import Asked, Phrase
from quizgen.lint.language import fold
from quizgen.lint.rule import Finding
from quizgen.model import (
    Date,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    ShortAnswer,
    TrueFalse,
    prompt_of,
)
from quizgen.problems import shorten

MUCH_LONGER = 1.25
"""A key this many times as long as the next option is seen to be long ..."""

CHARACTERS_LONGER = 8
"""... if it has so many characters more."""

MOST_OPTIONS = 26
"""Options are held against one another up to so many; no sheet has letters for more."""


def longest_key(asked: Asked) -> Iterator[Finding]:
    """The key stands out by its length."""
    if isinstance(asked.question, MultipleChoice) and len(asked.wrong) >= 2:
        key = len(asked.keys[0].text)
        others = max(len(option.text) for option in asked.wrong)
        if key > MUCH_LONGER * others and key - others >= CHARACTERS_LONGER:
            yield Finding(
                f"the key has {key} characters, the next longest option {others}; shorten the key,"
                " or make a distractor as detailed",
                asked.question.answer.text.span,
            )


def all_or_none(asked: Asked) -> Iterator[Finding]:
    """An option speaks of other options: all, none or two of them."""
    pattern = asked.language.combined if asked.language else None
    for choice, option in asked.choices:
        folded = fold(option.text).strip(" .!")
        if (pattern and pattern.search(folded)) or _joins_two(option, asked.options):
            yield Finding(
                f"the option '{shorten(option.text)}' speaks of other options; replace it by one"
                " of its own, or ask for all that apply",
                choice.text.span,
            )


def _joins_two(option: Phrase, options: Sequence[Phrase]) -> bool:
    """Whether the option is two of the others and hardly more."""
    if len(options) > MOST_OPTIONS:
        return False
    inside = [each for each in options if each is not option and option.holds(each)]
    # Of options within one another ("India", "South India") the longer ones count.
    inside = [
        each
        for each in inside
        if not any(other is not each and other.holds(each) for other in inside)
    ]
    words = sum(each.spaced.count(" ") - 1 for each in inside)
    return len(inside) >= 2 and 0 < option.spaced.count(" ") - 1 - words <= 2


_SENTENCE = re.compile(r"[^.?!。？！]+[.?!。？！]*")
_EMPHASIZED = re.compile(r"(\*\*?|__?)(?=\S)(.{1,60}?)(?<=\S)\1")


def negative_prompt(asked: Asked) -> Iterator[Finding]:
    """What is asked turns on a "not" that is easy to overlook."""
    kinds = (MultipleChoice, MultipleResponse, TrueFalse, ShortAnswer, Numeric, Date)
    if asked.language is None or not isinstance(asked.question, kinds):
        return
    text = asked.prompt.text
    asking = _asking(text)
    negative = asked.language.negative
    found = negative.search(fold(asking))
    prompt = prompt_of(asked.question)
    if found is None or any(
        negative.search(fold(match[2])) for match in _EMPHASIZED.finditer(prompt.source)
    ):
        return
    capitals = found[0].upper()
    if capitals == found[0] or capitals not in asking:  # a script without capitals, or small ones
        yield Finding(
            f"'{found[0]}' is easy to overlook; emphasize it as **{found[0]}**, or ask what is so",
            prompt.span,
        )


def _asking(text: str) -> str:
    """The sentence of a prompt that asks, with the one before it if it is as short as "Which?"."""
    sentences = _SENTENCE.findall(text) or [text]
    last = max(
        (place for place, each in enumerate(sentences) if each.rstrip().endswith(("?", "？"))),
        default=len(sentences) - 1,
    )
    first = max(0, last - 1) if len(sentences[last].split()) <= SHORT else last
    return "".join(sentences[first : last + 1])


SHORT = 2
"""A question of so many words asks about the sentence before it."""

DIGITS = 3
"""A number of fewer digits stands in many a prompt by chance."""


def key_in_prompt(asked: Asked) -> Iterator[Finding]:
    """The key can be read in the prompt."""
    if isinstance(asked.question, Matching | Ordering):
        return
    if any(asked.prompt.holds(option) for option in asked.wrong):
        return  # "Slovakia or Slovenia?" names them all
    for key in asked.keys:
        if tells(key) and asked.prompt.holds(key):
            yield Finding(
                f"the key '{shorten(key.text)}' stands in the prompt; reword one of the two",
                prompt_of(asked.question).span,
            )


def tells(key: Phrase) -> bool:
    """Whether a key says enough to be given away: a content word, or a number of three digits."""
    bare = key.spaced.strip()
    return bool(key.content) and (not bare.isdigit() or len(bare) >= DIGITS)


def alike_options(asked: Asked) -> Iterator[Finding]:
    """Two options differ in case, in form or in a full stop alone."""
    seen: dict[str, Phrase] = {}
    for choice, option in asked.choices:
        folded = " ".join(fold(option.text).split()).rstrip(" .;,")
        first = seen.setdefault(folded, option)
        if first is not option and folded:
            yield Finding(
                f"the options '{shorten(first.text)}' and '{shorten(option.text)}' read alike;"
                " change one",
                choice.text.span,
            )


_ARTICLE_END = re.compile(r"(?<![\w/])(an?)[\s:…._-]*$", re.IGNORECASE)
_AN = re.compile(r"[aeiou]|hour|honest|hono[u]?r|heir", re.IGNORECASE)
_A = re.compile(r"uni(?!n|m)|us[eau]|eu|on(?:e|ce)\b|u[bkrt][aeio]|ut[io]", re.IGNORECASE)
_ABBREVIATION = re.compile(r"[A-Z]{2,}\b")


def article_cue(asked: Asked) -> Iterator[Finding]:
    """The prompt ends in "a" or "an", and grammar rules options out. English."""
    ending = _ARTICLE_END.search(asked.prompt.text)
    if not ending or not isinstance(asked.question, MultipleChoice) or not asked.is_in("en"):
        return
    sounds = {
        bool(_AN.match(option.text) and not _A.match(option.text))
        for option in asked.options
        if not _ABBREVIATION.match(option.text)  # spelt out or spoken as a word, who knows
    }
    if len(sounds) > 1:
        yield Finding(
            f"the prompt ends in '{ending[1]}', which some options do not fit; write 'a/an', or"
            " move the article into the options",
            asked.question.prompt.span,
        )


def absolute_word(asked: Asked) -> Iterator[Finding]:
    """An option or a statement says always, never, often: the test-wise know what to make of it."""
    if asked.language is None:
        return
    absolute = asked.language.absolute
    places = [(choice.text.span, option.text) for choice, option in asked.choices]
    if isinstance(asked.question, TrueFalse):
        places.append((asked.question.prompt.span, asked.prompt.text))
    for span, text in places:
        if found := absolute.search(fold(text)):
            yield Finding(
                f"'{found[0]}' tells the test-wise what to make of it; leave it out, unless it is"
                " what is asked about",
                span,
            )


def uneven_options(asked: Asked) -> Iterator[Finding]:
    """Options differ in how they end, how they begin or how long they are."""
    texts = [option.text for _, option in asked.choices]
    if len(texts) < 3:
        return
    stops = {text.endswith((".", "。", "।", "۔")) for text in texts}
    right = {key.text[:1].islower() for key in asked.keys}
    wrong = {option.text[:1].islower() for option in asked.wrong}
    lengths = sorted(map(len, texts))
    if len(stops) > 1:
        uneven = "some options end in a full stop and some do not; treat all alike"
    elif len(right) == len(wrong) == 1 and right != wrong:
        uneven = "the key alone begins with a capital, or without one; treat all options alike"
    elif lengths[-1] >= 3 * lengths[0] and lengths[-1] - lengths[0] >= 20:
        uneven = (
            f"the options have {lengths[0]} to {lengths[-1]} characters; make them about as long"
        )
    else:
        return
    yield Finding(uneven, asked.choices[0][0].text.span)
