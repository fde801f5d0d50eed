"""Makes banks of N questions: short ones of all types, or those of the shipped banks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice

from quizgen import bank as banks
from quizgen.encode import encode
from quizgen.model import markdown_of

HEAD = """\
bank: bench
title: A bank to measure with
language: en-GB
sources:
  essay: {title: An essay, author: Its author}
defaults: {tags: [bench], cite: essay}
questions:
"""

QUESTIONS = (
    """\
  - id: choice-{n}
    type: multiple-choice
    prompt: Which of these places is the *capital* of region {n}, in the second ring?
    answer: {{text: The town by river {n}, feedback: It has been the seat since the year {n}.}}
    distractors:
      - {{text: The port in the south, feedback: That is the largest town of region {n}.}}
      - {{text: The market in the hills, feedback: That was the seat until the year {n}.}}
      - The fort at the border
    feedback: The capital stands where the roads of region {n} meet.
    difficulty: easy
    tags: [places, ring-2]
    cite: essay ¶11
""",
    """\
  - id: response-{n}
    type: multiple-response
    prompt: Which of these belong to group {n}?
    answers: [The first member of {n}, The second member of {n}]
    distractors: [A guest of {n}, A rival of {n}, A stranger to {n}]
    feedback: Two members founded group {n} and took in nobody else.
    difficulty: medium
    cite: [essay ¶14, essay ¶15]
""",
    """\
  - id: verdict-{n}
    type: true-false
    prompt: Group {n} was founded before the agreement of the same year.
    answer: true
    feedback: The group came first, and the agreement followed within the year.
    cite: essay ¶4
""",
    """\
  - id: short-{n}
    type: short-answer
    prompt: "What is the name of project {n}, which joins the two networks?"
    answers: [Corridor {n}, The corridor {n}, {{text: Road {n}, credit: 50%, feedback: A part of it.}}]
    feedback: Corridor {n} joins the two networks and the port.
    hints: [It is long and narrow.]
    cite: essay ¶3
""",
    """\
  - id: number-{n}
    type: numeric
    prompt: How long is road {n}, if $v = \\frac{{s}}{{t}}$ holds on all of it?
    answer: {n}
    tolerance: 5%
    unit: km
    feedback: The road has {n} km.
    difficulty: hard
""",
    """\
  - id: date-{n}
    type: date
    prompt: On which day was treaty {n} signed?
    answer: 1951-05-21
    feedback: It was signed in the spring of the year, in the capital.
    cite: essay ¶4
""",
    """\
  - id: match-{n}
    type: matching
    prompt: Match each ring of model {n} with what it holds.
    pairs: [[First, The country itself], [Second, The neighbours], [Third, The regions], [Fourth, The world]]
    distractors: [The oceans]
    feedback: The rings widen from the country to the world.
    cite: essay ¶10
""",
    """\
  - id: order-{n}
    type: ordering
    prompt: Put the steps of plan {n} in order, the earliest first.
    items: [Recognition of {n}, Relations with {n}, A treaty with {n}, A corridor to {n}]
    feedback: Each step built on the one before it.
""",
    """\
  - id: cloze-{n}
    type: cloze
    text: In year {n} the {{{{members|states}}}} met in the {{{{capital::a town}}}} and signed **pact** {n}.
    feedback: The pact carries the number of the year.
    tags: [pacts]
""",
    """\
  - id: essay-{n}
    type: essay
    prompt: Explain in a few sentences why region {n} matters to its neighbours.
    answer: Its roads carry trade, and its borders are those of three states.
    rubric: One point for the roads, one for the borders, one for an example.
    lines: 8
""",
    """\
  - id: card-{n}
    type: flashcard
    front: What does letter {n} of the formula stand for?
    back: Promoting peace {n}
    reversed: true
    feedback: The formula has five letters, and this is one of them.
""",
)
"""One question of each type, its numbers to be filled in."""

CHOICES = QUESTIONS[:1]
"""Multiple choice alone."""


def bank(size: int, questions: Sequence[str] = QUESTIONS) -> Iterator[str]:
    """The YAML of a bank, in pieces: of all types, or of those given."""
    yield HEAD
    for number in range(size):
        yield questions[number % len(questions)].format(n=number + 1)


def choices(size: int) -> Iterator[str]:
    """The YAML of a bank of multiple choice alone."""
    return bank(size, CHOICES)


def shipped(size: int) -> Iterator[str]:
    """The YAML of a bank with the questions of the shipped banks, as often as it takes.

    Those with pictures are left out: a bank elsewhere has none beside it.
    """
    found = banks.load()
    given = cycle(
        question
        for each in found
        for question in each.questions
        if not any("![" in text.source for text in markdown_of(question))
    )
    questions = tuple(
        replace(question, id=f"{question.id}-{number}")
        for number, question in enumerate(islice(given, size))
    )
    sources = {source.key: source for each in found for source in each.sources}
    yield encode(replace(found[0], questions=questions, sources=tuple(sources.values()), media={}))
