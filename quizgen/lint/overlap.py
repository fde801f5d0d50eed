"""Questions that repeat or answer one another.

Two words that stand in many questions say little; what they share is weighed by how rare it is.
Each rule looks up candidates by rare words, and never more than MAX_CANDIDATES a question: the
work grows as the number of questions does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log

from quizgen.lint.asked import Asked, Phrase, by_bank
from quizgen.lint.rule import Finding, Survey
from quizgen.lint.wording import tells
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
    TrueFalse,
    prompt_of,
    type_name,
)
from quizgen.problems import shorten

SIMILAR = 0.7
"""From what share of common words (Jaccard) two prompts are one."""

ABOUT_THE_SAME = 0.5
"""What share of a prompt's words, weighed, another text has if it is about the same."""

MAX_CANDIDATES = 50
"""A word of more questions than this tells none of them apart."""

ECHO_LETTERS = 5
"""A word that echoes has so many letters, its ending not counted ..."""

ROOT_LETTERS = 7
"""... and its echo begins with the same letters, so many of them."""


def prompt_echo(survey: Survey) -> Iterator[Finding]:
    """A rare word of the prompt stands in the key and in no distractor."""
    for _, own in by_bank(survey.questions):
        counts = Counter(root for asked in own for root in _roots(asked.prompt))
        rare = max(2, len(own) // 33)
        for asked in own:
            if not isinstance(asked.question, MultipleChoice):
                continue
            shared = _roots(asked.prompt) & _roots(asked.keys[0])
            for option in asked.wrong:
                shared -= _roots(option)
            echoes = sorted(root for root in shared if counts[root] <= rare)
            # A key that stands in the prompt as a whole is another rule's.
            if echoes and not asked.prompt.holds(asked.keys[0]):
                word = _as_written(echoes[0], asked.keys[0])
                yield Finding(
                    f"'{word}' stands in the prompt and in the key alone; reword one of them, or"
                    " let a distractor have it too",
                    asked.question.prompt.span,
                    asked,
                )


def _roots(phrase: Phrase) -> set[str]:
    """How the longer words of a phrase begin: "reconciled" echoes "reconciliation"."""
    return {stem[:ROOT_LETTERS] for stem in phrase.content if len(stem) >= ECHO_LETTERS}


def _as_written(stem: str, phrase: Phrase) -> str:
    return next((word for word in phrase.spaced.split() if word.startswith(stem)), stem)


def near_duplicate(survey: Survey) -> Iterator[Finding]:
    """Two questions of one type have the same key, the same numbers and nearly the same prompt."""
    buckets: defaultdict[tuple[object, ...], list[Asked]] = defaultdict(list)
    for asked in survey.questions:
        buckets[_outcome(asked)].append(asked)
    for alike in buckets.values():
        if len(alike) > 1:
            yield from _similar(alike)


def _outcome(asked: Asked) -> tuple[object, ...]:
    """What two questions must have in common to be one: type, key and numbers."""
    question = asked.question
    verdict = question.answer if isinstance(question, TrueFalse) else None
    words = asked.prompt.spaced.split()
    numbers = sorted(word for word in words if word[0].isdigit())
    keys = sorted(key.spaced for key in asked.keys)
    return (type_name(question), verdict, *keys, None, *numbers)


def _similar(alike: Sequence[Asked]) -> Iterator[Finding]:
    """Pairs whose Jaccard similarity is SIMILAR or more.

    If two sets have that much in common, so do their rarest words, of which one must be shared
    (prefix filtering: Chaudhuri, Ganti and Kaushik, "A primitive operator for similarity joins in
    data cleaning", 2006).
    """
    counts = _counts(asked.prompt for asked in alike)
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    same: dict[frozenset[str], int] = {}
    for place, asked in enumerate(alike):
        words = _content(asked)
        prefix = sorted(words, key=lambda word: (counts[word], word))
        prefix = prefix[: len(words) - ceil(SIMILAR * len(words)) + 1]
        near = [same[words]] if words in same else []
        for word in prefix:
            near += by_word[word][:MAX_CANDIDATES]
        first = next((each for each in near if _is_near(words, _content(alike[each]))), None)
        if first is not None:
            other = alike[first]
            yield Finding(
                f"asks nearly what '{other.question.id}' in line {other.question.span.line} asks,"
                " with the same key; remove one, or ask for something else",
                prompt_of(asked.question).span,
                asked,
            )
        same.setdefault(words, place)
        for word in prefix:
            by_word[word].append(place)


def _content(asked: Asked) -> frozenset[str]:
    """The words that a prompt is compared by: all of them, if none carries content ("Who?")."""
    return asked.prompt.content or frozenset(asked.prompt.spaced.split())


def _is_near(words: frozenset[str], other: frozenset[str]) -> bool:
    return len(words & other) >= SIMILAR * len(words | other)


def cross_leak(survey: Survey) -> Iterator[Finding]:
    """The key of a question stands in the prompt of another that is about the same."""
    for leak in _leaks(survey, lambda asked: asked.prompt):
        yield Finding(
            f"gives away '{shorten(leak.key.text)}', the key of '{leak.asked.question.id}' in line"
            f" {leak.asked.question.span.line}; reword it, or drop one of the two",
            prompt_of(leak.teller.question).span,
            leak.teller,
        )


def feedback_leak(survey: Survey) -> Iterator[Finding]:
    """The key of a question stands in the feedback of another that is about the same."""
    for leak in _leaks(survey, lambda asked: asked.feedback):
        feedback = leak.teller.question.feedback
        if feedback:
            yield Finding(
                f"the feedback gives away '{shorten(leak.key.text)}', the key of"
                f" '{leak.asked.question.id}' in line {leak.asked.question.span.line}; ask that one"
                " first, or leave it out here",
                feedback.span,
                leak.teller,
            )


@dataclass(frozen=True)
class _Leak:
    """`teller` tells the `key` of `asked`."""

    asked: Asked
    key: Phrase
    teller: Asked


def _leaks(survey: Survey, told: Callable[[Asked], Phrase | None]) -> Iterator[_Leak]:
    """Leaks within each bank: questions of different banks may never meet."""
    for _, own in by_bank(survey.questions):
        yield from _leaks_within(own, told)


def _leaks_within(
    questions: Sequence[Asked], told: Callable[[Asked], Phrase | None]
) -> Iterator[_Leak]:
    texts = [told(asked) for asked in questions]
    counts = _counts(text for text in texts if text)
    prompts = _counts(asked.prompt for asked in questions)
    wanted = [
        (asked, key, min(key.content, key=lambda word: (counts[word], word)))
        for asked in questions
        for key in _given_away(asked)
    ]
    words = {word for _, _, word in wanted if counts[word] <= MAX_CANDIDATES}
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        for word in text.content & words if text else ():
            by_word[word].append(place)
    for asked, key, word in wanted:
        for place in by_word.get(word, ()):
            teller, text = questions[place], texts[place]
            if (
                text
                and teller is not asked
                and text.holds(key)
                and not any(text.holds(option) for option in asked.wrong)
                and _coverage(asked.prompt, key, text, prompts, len(questions)) >= ABOUT_THE_SAME
            ):
                yield _Leak(asked, key, teller)


def _given_away(asked: Asked) -> Iterator[Phrase]:
    """The keys that help whoever reads them elsewhere."""
    match asked.question:
        case MultipleChoice() | ShortAnswer() | Numeric() | Date() | Cloze() | Flashcard():
            yield from filter(tells, asked.keys)
        case MultipleResponse() | TrueFalse() | Matching() | Ordering() | Essay():
            return


def _coverage(
    prompt: Phrase, key: Phrase, text: Phrase, counts: Mapping[str, int], total: int
) -> float:
    """How much of a prompt another text has, 0 to 1; a rare word weighs more."""
    weights = {word: log(1 + total / counts[word]) for word in prompt.content - key.content}
    shared = sum(weight for word, weight in weights.items() if word in text.content)
    return shared / sum(weights.values()) if weights else 0.0


def _counts(phrases: Iterator[Phrase]) -> Counter[str]:
    """In how many texts each word stands."""
    counts: Counter[str] = Counter()
    for phrase in phrases:
        counts.update(phrase.content)
    return counts
