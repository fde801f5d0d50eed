"""Banks written as YAML: read back as they were, and as a person would have written them."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from generated import SAMPLES, any_text, banks
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quizgen import bank as shelf
from quizgen.decode import decode
from quizgen.encode import WIDTH, encode
from quizgen.model import Bank, Flashcard, Text
from quizgen.problems import Span

EVERYTHING = Path(__file__).parent / "cases" / "good" / "everything.yaml"

BANK = """\
bank: rings
title: "Rings: a bank"
language: en
sources:
  essay: {title: An essay, year: "1950"}
defaults:
  difficulty: easy
  tags: [rings, week 3]

questions:
  - id: second
    type: multiple-choice
    prompt: >-
      Which countries does the essay put into the second ring of its model, where the first ring
      holds the country itself?
    answer: Neighbours
    distractors:
      - {text: "No", feedback: 'A "no" is no ring: read ¶2.'}
      - text: >-
          The six regional systems that the essay names one after another in its third part, with
          their treaties
        feedback: That is the third ring.
      - {text: None of *these*, pin: true}
    points: 2
    hints: ["- Look at the map.", "# 3"]
    cite: [essay ¶11, essay]

  # "Old item" (line 12) is left out: quizgen has nothing like a question of the type calculated
  - id: "1950"
    type: short-answer
    prompt: |
      What does the code do?

          x = 1
    answers:
      - C:\\*.*
      - {text: "1951", credit: 50%}
    case_sensitive: true
    tags: [code]
    cite: essay p. 7

  - id: treaty
    type: date
    prompt: When was it signed?
    answer: 1951-05-21
    accept: [the day, "1951"]

  - id: pairs
    type: matching
    prompt: Match.
    pairs:
      - [UN, "a, b"]
      - [$x^2$, "true"]
    shuffle: false
    silence: {big-card: it is a summary}
"""
NOTES = {
    "1950": [
        '"Old item" (line 12) is left out: quizgen has nothing like a question of the type calculated'
    ]
}


def same(bank):
    """What a bank is without the pictures beside it."""
    return replace(bank, media={})


def read(written):
    found, problems = decode(written, "written.yaml")
    assert problems == []
    return found


def test_a_bank_stands_as_a_person_writes_it():
    bank = read(BANK)
    assert encode(bank, NOTES) == BANK


@pytest.mark.parametrize("name", [*shelf.shipped(), EVERYTHING])
def test_the_shipped_banks_come_back(name):
    (bank,) = shelf.load([name])
    assert read(encode(bank)) == same(bank)


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
@given(title=any_text)
@example("0\n\x85")
def test_any_text_is_a_text_for_any_reader(loader, title):
    card = Flashcard(id="a", span=Span("", 1, 1), front=text_of(title), back=text_of(title))
    bank = Bank(id="b", title="x", language="en", questions=(card,), span=Span("", 1, 1))
    (question,) = yaml.load(encode(bank), loader)["questions"]
    assert question["front"] == title


def text_of(source):
    return Text(source, Span("", 1, 1))


@settings(deadline=None)
@given(banks(silenced=True))
def test_every_bank_comes_back(bank):
    assert read(encode(bank)) == bank


@settings(deadline=None)
@given(banks(), st.lists(any_text, max_size=3))
def test_comments_change_nothing(bank, lines):
    notes = {"": lines, bank.questions[-1].id: lines}
    assert read(encode(bank, notes)) == bank


@given(st.sampled_from(SAMPLES), st.integers(1, 60))
@example("word", 60)
def test_lines_have_a_width(word, times):
    prompt = " ".join([word.strip()] * times)
    card = Flashcard(id="a", span=Span("", 1, 1), front=text_of(prompt), back=text_of("b"))
    bank = Bank(id="b", title="x", language="en", questions=(card,), span=Span("", 1, 1))
    written = encode(bank)
    assert max(map(len, written.splitlines())) <= WIDTH or "front: >-" not in written
