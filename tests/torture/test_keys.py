"""The key wins everything, what the bank calls wrong wins nothing, part credit is what it says.

Each test makes banks, has them written, and grades responses by what stands in the written files:
by Moodle's rules, by the script of the cards in Chromium, by what a person finds on a sheet and in
its key. What each response is to earn is said by `responses`, from the bank alone.
"""

import itertools
from fractions import Fraction

import pytest
from decks import squeezed
from generated import Texts
from generated import banks as made_banks
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from lxml import etree
from moodle_rules import grade

from quizgen.model import (
    Cloze,
    Essay,
    Flashcard,
    Grading,
)
from quizgen.problems import has_errors
from quizgen.quiz import make_quiz
from quizgen.writers import moodle
from tests.torture.responses import chosen_words, plain, trials
from tests.torture.scale import scaled

WORDS = ["one", "*two*", "a < b & c", "`{d}`", "第三", "چار", "5 * 6", "%7", "=8", "it's", "Тоҷик", "№9", "x->y", "]]>"]  # fmt: skip
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
literal_words = words.map(lambda text: text.replace("`", "'"))
TEXTS = Texts(words, literal_words, literal_words)


def attack(quick, full):
    """A test over so many banks, the same ones each time."""
    return settings(
        deadline=None,
        max_examples=scaled(quick, full),
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],  # shrinking takes longer than reading
        suppress_health_check=list(HealthCheck),
    )


# Moodle, by the rules of its question engine.


def written_for_moodle(bank, **options):
    """The questions of a bank's Moodle file by id number."""
    output = moodle.write(make_quiz([bank]), moodle.MoodleOptions(**options))
    assume(not has_errors(output.problems))
    found = etree.fromstring(output.files[".xml"]).xpath("question[name][@type != 'description']")
    return {each.findtext("idnumber"): each for each in found}


def earns(written, response, share, *, is_exact=True):
    percent = grade(written, response)
    if share is None or not is_exact:
        assert percent < 99.99, response
    else:
        assert percent == pytest.approx(float(100 * Fraction(share)), abs=0.01), response


@attack(40, 2000)
@given(made_banks(TEXTS), st.sampled_from(moodle.Gaps))
def test_moodle_gives_what_the_bank_says(bank, way):
    written = written_for_moodle(bank, cloze=way)
    assert len(written) == len(bank.questions)
    for question in bank.questions:
        element = written[f"{bank.id}/{question.id}"]
        if element.get("type") == "essay":
            assert isinstance(question, (Essay, Flashcard))
            continue
        tried = trials(question, bank.language)
        if isinstance(question, Cloze) and way is not moodle.Gaps.TYPE:
            tried = chosen_words(question.text.gaps)
        # Moodle cannot pay all or nothing, and says so in a warning; a wrong option costs all.
        whole = getattr(question, "grading", None) is Grading.ALL_OR_NOTHING
        for response, share in tried:
            part = whole and share == 0 and response <= {plain(e.text) for e in question.answers}
            earns(element, response, share, is_exact=not part)


@attack(20, 1000)
@given(made_banks(TEXTS, types=(Flashcard,)))
def test_moodle_gives_what_cards_say_in_groups(bank):
    written = written_for_moodle(bank, flashcards=moodle.Cards.MATCHING)
    assume(len({plain(each.front) for each in bank.questions}) == len(bank.questions))
    sides = {plain(each.front): plain(each.back) for each in bank.questions}
    asked = []
    for element in written.values():
        if element.get("type") != "matching":
            asked.append(element.get("type"))
            continue
        lefts = [
            each.findtext("text")
            for each in element.iterfind("subquestion")
            if each.findtext("text")
        ]
        fronts = [squeezed("".join(etree.HTML(left).itertext())) for left in lefts]
        right = {front: sides[front] for front in fronts}
        earns(element, right, 1)
        for front, other in itertools.permutations(right, 2):
            share = Fraction(len(right) - 1, len(right))
            earns(element, right | {front: right[other]}, share)
        asked += fronts
    assert len(asked) == len(bank.questions)
