"""Guessability: test-wise strategies sit a bank that they have not learnt for.

Each strategy picks an option of every multiple-choice question by its looks. Its score is held
against chance: if the bank gives nothing away, score minus chance has a normal distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from quizgen.lint.asked import Asked, Phrase, by_bank
from quizgen.lint.language import fold
from quizgen.lint.rule import Finding, Survey
from quizgen.lint.wording import MOST_OPTIONS
from quizgen.model import MultipleChoice
from quizgen.quiz import number_of

GUESSABLE = 2.5
"""From which z a bank is warned of. Six strategies try: one of them passes 2.4 by chance in a
twentieth of all faultless banks."""

FEWEST = 10
"""With fewer questions to choose in, luck says too much."""


@dataclass(frozen=True)
class Guess:
    """What a strategy scores: of `questions` in which it has a preference, `score` right.

    `chance` is what blind guessing scores in the same questions; `z` how many standard deviations
    the score is above it.
    """

    strategy: str
    questions: int
    score: float
    chance: float
    z: float


def guessable(survey: Survey) -> Iterator[Finding]:
    """A strategy that knows nothing does better than chance."""
    for bank, own in by_bank(survey.questions):
        for guess in guesses(own):
            if guess.z >= GUESSABLE:
                yield Finding(
                    f"whoever takes the {guess.strategy} gets {guess.score:.1f} of"
                    f" {guess.questions} right, chance {guess.chance:.1f} (z {guess.z:.1f}); make"
                    " the distractors as tempting as the keys",
                    bank.span,
                )


def guesses(asked: Sequence[Asked]) -> list[Guess]:
    """What every strategy scores in a bank; those with too few questions are left out."""
    choices = [each for each in asked if isinstance(each.question, MultipleChoice)]
    found = [_sit(name, rate, choices) for name, rate in STRATEGIES.items()]
    return [guess for guess in found if guess.questions >= FEWEST]


def _sit(
    strategy: str, rate: Callable[[Asked], list[float] | None], choices: Sequence[Asked]
) -> Guess:
    questions = 0
    score = chance = variance = 0.0
    for asked in choices:
        rates = rate(asked)
        if rates is None:
            continue
        best = max(rates)
        tied = rates.count(best)
        if tied == len(rates):
            continue
        # Among the tied it guesses: 1/tied if the key (the first) is one of them, else nothing.
        # With the key anywhere alike, the mean is 1/n and the variance 1/(tied n) - 1/n².
        questions += 1
        score += (rates[0] == best) / tied
        chance += 1 / len(rates)
        variance += 1 / (tied * len(rates)) - 1 / len(rates) ** 2
    z = (score - chance) / sqrt(variance) if variance else 0.0
    return Guess(strategy, questions, score, chance, z)


def _longest(asked: Asked) -> list[float]:
    return [float(len(option.text)) for option in asked.options]


def _shortest(asked: Asked) -> list[float]:
    return [-float(len(option.text)) for option in asked.options]


def _echoes(asked: Asked) -> list[float]:
    return [float(len(option.content & asked.prompt.content)) for option in asked.options]


def _alike(asked: Asked) -> list[float] | None:
    """How many words an option shares with the others: distractors are variations of the key."""
    if len(asked.options) > MOST_OPTIONS:
        return None

    def shared(option: Phrase) -> float:
        return sum(
            len(option.content & other.content) for other in asked.options if other is not option
        )

    return [shared(option) for option in asked.options]


def _calm(asked: Asked) -> list[float] | None:
    if asked.language is None:
        return None
    absolute = asked.language.absolute
    return [0.0 if absolute.search(fold(option.text)) else 1.0 for option in asked.options]


def _middle(asked: Asked) -> list[float] | None:
    """How near a number is to the middle of all."""
    values = [number_of(choice.text) for choice, _ in asked.choices]
    ordered = sorted(value for value in values if value is not None)
    if len(ordered) < len(values):
        return None
    place = {value: place for place, value in enumerate(ordered)}
    return [-abs(place[value] - (len(values) - 1) / 2) for value in values if value is not None]


STRATEGIES: Mapping[str, Callable[[Asked], list[float] | None]] = {
    "longest option": _longest,
    "shortest option": _shortest,
    "option with most words of the prompt": _echoes,
    "option most like the others": _alike,
    "option without always, never or only": _calm,
    "middle number": _middle,
}
"""What the test-wise go by: Millman, Bishop and Ebel, "An Analysis of Test-Wiseness" (1965)."""
