"""Questions rewritten into another type, each case as two questions of a bank."""

import pytest

from quizgen.decode import decode
from quizgen.lower import LONGEST_TYPED, lower
from quizgen.markup import Reader
from quizgen.model import (
    Cloze,
    Essay,
    Flashcard,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    ShortAnswer,
)

SIMPLE = {MultipleChoice, MultipleResponse, ShortAnswer, Matching, Essay}

COMMON = (
    "points: 2, difficulty: easy, tags: [a], feedback: So., hints: [Look.], cite: s ¶1, shuffle: no"
)


def only(fields, language):
    head = f"bank: b\ntitle: B\nlanguage: {language}\nsources: {{s: {{title: S}}}}\n"
    bank, problems = decode(f"{head}questions:\n  - {{id: q, {COMMON}, {fields}}}\n", "b.yaml")
    assert problems == []
    return bank.questions[0]


def lowered(question, language, speaks):
    return lower(question, speaks, language, Reader())


@pytest.mark.parametrize(
    ("fields", "becomes"),
    [
        (
            "type: true-false, prompt: Is it?, answer: yes",
            "type: multiple-choice, prompt: Is it?, answer: 'True', distractors: ['False']",
        ),
        (
            "type: true-false, prompt: Is it?, answer: no",
            "type: multiple-choice, prompt: Is it?, answer: 'False', distractors: ['True']",
        ),
        (
            "type: numeric, prompt: How many?, answer: 1.50, tolerance: 5%",
            "type: short-answer, prompt: How many?, answers: ['1.5']",
        ),
        (
            "type: ordering, prompt: In order?, items: [x, '*y*', z]",
            "type: matching, prompt: In order?, pairs: [[x, '1'], ['*y*', '2'], [z, '3']]",
        ),
        (
            "type: flashcard, front: Who?, back: '*Grant*, the first'",
            "type: short-answer, prompt: Who?, answers: ['Grant, the first']",
        ),
        (
            f"type: flashcard, front: Who?, back: {'x' * LONGEST_TYPED}",
            f"type: short-answer, prompt: Who?, answers: [{'x' * LONGEST_TYPED}]",
        ),
        (
            f"type: flashcard, front: Who?, back: {'x' * (LONGEST_TYPED + 1)}",
            f"type: essay, prompt: Who?, answer: {'x' * (LONGEST_TYPED + 1)}, lines: 3",
        ),
        (
            "type: flashcard, front: Who?, back: $x^2$",
            "type: essay, prompt: Who?, answer: $x^2$, lines: 3",
        ),
        (
            r"type: cloze, prompt: Fill., text: 'In {{Rome|Roma::a *town*}}.'",
            r'type: short-answer, prompt: "Fill.\n\nIn \\_\\_\\_\\_\\_ (a \\*town\\*).", answers: [Rome, Roma]',
        ),
        (
            "type: cloze, text: 'It costs $5 or {{six::US$}}.'",
            r"type: short-answer, prompt: 'It costs $5 or \_\_\_\_\_ (US\$).', answers: [six]",
        ),
        (
            "type: cloze, text: 'In {{Rome::a [}} or so](x).'",
            r"type: short-answer, prompt: 'In \_\_\_\_\_ (a \[) or so](x).', answers: [Rome]",
        ),
        (
            "type: cloze, text: 'In *{{Rome::*}} or so*.'",
            r"type: short-answer, prompt: 'In *\_\_\_\_\_ (\*) or so*.', answers: [Rome]",
        ),
        (
            "type: cloze, text: 'It is {{9.81±0.05}}.'",
            r"type: numeric, prompt: 'It is \_\_\_\_\_.', answer: 9.81, tolerance: 0.05",
        ),
        (
            "type: cloze, text: 'In {{*a*|!b|!c*}}.'",
            r"type: multiple-choice, prompt: 'In \_\_\_\_\_.', answer: '\*a\*', distractors: [b, 'c\*']",
        ),
        (
            "type: cloze, text: '{{a}}, {{b}}'",
            r"type: matching, prompt: '(1) \_\_\_\_\_, (2) \_\_\_\_\_', pairs: [['1', a], ['2', b]]",
        ),
        (
            "type: cloze, text: '{{a|A|!x}} {{b::h}} {{a|!y*|!b}}'",
            r"type: matching, prompt: '(1) \_\_\_\_\_ (2) \_\_\_\_\_ (h) (3) \_\_\_\_\_', pairs: [['1', a], ['2', b], ['3', a]], distractors: [x, 'y\*']",
        ),
    ],
)
def test_a_question_becomes_a_simpler_one(fields, becomes):
    expected = only(becomes, "en")
    speaks = SIMPLE | {type(expected)}
    assert lowered(only(fields, "en"), "en", speaks) == expected


def test_a_date_is_typed_as_its_language_writes_it_and_as_the_bank_accepts_it():
    fields = "type: date, prompt: When?, answer: 1951-05-21, accept: [the day, 21 MAY 1951]"
    question = lowered(only(fields, "en"), "en", SIMPLE)
    answers = [each.text.source for each in question.answers]
    assert answers[:2] == ["May 21, 1951", "1951-05-21"]
    assert answers[-1] == "the day"
    assert {"21 May 1951", "5/21/1951"} <= set(answers)
    assert len({answer.casefold() for answer in answers}) == len(answers)
    assert {each.credit for each in question.answers} == {1}


def test_true_is_said_in_the_language_of_the_bank():
    question = lowered(only("type: true-false, prompt: Est-ce ?, answer: no", "fr"), "fr", SIMPLE)
    assert (question.answer.text.source, question.distractors[0].text.source) == ("Faux", "Vrai")


def test_steps_are_taken_until_the_target_speaks_the_type():
    fields = "type: cloze, text: 'It is {{9.81±0.05}}.'"
    question = only(fields, "en")
    assert lowered(question, "en", {Cloze}) is question
    assert isinstance(lowered(question, "en", {Numeric}), Numeric)
    assert isinstance(lowered(question, "en", {ShortAnswer}), ShortAnswer)
    assert lowered(question, "en", {Flashcard}) is None


def test_what_is_lowered_stands_where_the_question_does():
    for fields in (
        "type: true-false, prompt: Is it?, answer: yes",
        "type: cloze, text: '{{a|!b}}'",
        "type: cloze, text: '{{a|!x}} {{b}}'",
        "type: ordering, prompt: P, items: [x, y]",
        "type: date, prompt: P, answer: 1951",
        "type: numeric, prompt: P, answer: 5",
        "type: cloze, text: '{{a|b}}'",
        "type: flashcard, front: F, back: B",
    ):
        question = only(fields, "en")
        found = lowered(question, "en", {MultipleChoice, Matching, ShortAnswer})
        match found:
            case MultipleChoice():
                texts = [each.text for each in (found.answer, *found.distractors)]
            case Matching():
                texts = [*(side for pair in found.pairs for side in pair), *found.distractors]
            case ShortAnswer():
                texts = [each.text for each in found.answers]
        assert {text.span.file for text in (found.prompt, *texts)} == {"b.yaml"}
        assert found.span == question.span
