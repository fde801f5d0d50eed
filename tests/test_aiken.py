"""Aiken, both ways."""

import pytest

from quizgen.decode import decode
from quizgen.encode import encode
from quizgen.problems import QuizgenError
from quizgen.quiz import make_quiz
from quizgen.readers.reading import ReadOptions
from quizgen.readers.table import READERS, detect
from quizgen.writers import aiken

HEAD = "bank: b\ntitle: A bank\nlanguage: en\nquestions:\n"
GOOD = """\
What is the correct answer to this question?
A. Is it this one?
B. Maybe this answer?
C. Possibly this one?
D. Must be this one!
ANSWER: D

Which LMS has the most *quiz* import formats?
A) Moodle
B) ATutor
ANSWER: A
"""


def read(text):
    data = text if isinstance(text, bytes) else text.encode()
    return READERS["aiken"].read(data, "quiz.txt", ReadOptions(language="en"))


def test_questions_are_read():
    (bank,) = read(GOOD).banks
    assert (
        encode(bank).partition("questions:\n")[2]
        == """\
  - id: what-is-the-correct-answer-to-this-question
    type: multiple-choice
    prompt: What is the correct answer to this question?
    answer: Must be this one!
    distractors: ["Is it this one?", "Maybe this answer?", "Possibly this one?"]

  - id: which-lms-has-the-most-quiz-import-formats
    type: multiple-choice
    prompt: Which LMS has the most \\*quiz\\* import formats?
    answer: Moodle
    distractors: [ATutor]
"""
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("ANSWER: D", "Answer:d"),
        lambda text: text.replace("A) M", "a) M").replace("B) A", "b)A"),
        lambda text: text.replace("ANSWER: D", "ANSWER: D."),
        lambda text: text.replace("ANSWER: D", "answer : d) Must be this one!"),
        lambda text: text.replace("Possibly this", "Possibly\n  this"),
    ],
)
def test_other_ways_to_write_it_are_read_alike(change):
    assert read(change(GOOD)).banks == read(GOOD).banks


def test_lines_of_a_question_stay_lines():
    (bank,) = read("One:\n# two\nA) a\nB) b\nANSWER: B\n").banks
    assert str(bank.questions[0].prompt) == "One:\\\n\\# two"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("No options\nANSWER: A\n", "quiz.txt:8:1: left-out warning: the question 'No options' is left out: its answer 'A' is none of its options"),
        ("Two\nA) a\nB) b\n", "quiz.txt:8:1: left-out warning: the question 'Two' is left out: no line 'ANSWER: …' ends it"),
        ("Two\nA) a\nB) b\nANSWER: E\n", "quiz.txt:8:1: left-out warning: the question 'Two' is left out: its answer 'E' is none of its options"),
        ("One\nA) a\nANSWER: A\n", "quiz.txt:8:1: left-out warning: the question 'One' is left out: there is one option alone"),
        ("Two\nA) a\nB) b\nANSWER: A, B\n", "quiz.txt:8:1: left-out warning: the question 'Two' is left out: its answer 'A, B' is none of its options"),
        ("A) Not begun\n\nANSWER: Not begun\n", "quiz.txt:8:1: left-out warning: the question 'A) Not begun' is left out: its answer 'Not begun' is none of its options"),
        ("Two\nA) a\nB) b\n\n" + "Three\nA) a\nB) b\nANSWER: B\n", "quiz.txt:8:1: left-out warning: the question 'Two' is left out: no line 'ANSWER: …' ends it"),
        ("Lost words\n", "quiz.txt:8:1: left-out warning: the question 'Lost words' is left out: it has no options"),
    ],
)  # fmt: skip
def test_what_is_no_question_is_named(text, said):
    first = "\n".join(GOOD.split("\n")[:7]) + "\n"
    assert [str(each) for each in read(first + text).problems] == [said]


@pytest.mark.parametrize("data", [b"", b"words", b"\xff"])
def test_what_is_no_aiken_is_an_error(data):
    with pytest.raises(QuizgenError):
        read(data)


def write(*questions):
    bank, problems = decode(HEAD + "".join(f"  - {{{each}}}\n" for each in questions), "b.yaml")
    assert problems == []
    output = aiken.write(make_quiz([bank]))
    return output.files[".txt"].decode(), [each.message for each in output.problems]


def test_questions_are_written():
    text, said = write(
        "id: one, type: multiple-choice, prompt: 'Is *it*?', answer: $x^2$, distractors: [b]",
        "id: two, type: true-false, prompt: It is., answer: false",
    )
    assert sorted(text.split("\n\n")[0].split("\n")[1:3]) in (
        ["A) b", "B) x^2"],
        ["A) x^2", "B) b"],
    )
    assert text.startswith("Is it?\n")
    assert "It is.\n" in text
    assert text.count("ANSWER: ") == 2
    assert "Aiken has no place for formulas, pictures or recordings: left out" in said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("id: q, type: essay, prompt: P", "Aiken has multiple choice alone"),
        ("id: q, type: multiple-choice, prompt: A) P, answer: a, distractors: [b]", "Aiken cannot say 'A) P'; reword it"),
        ("id: q, type: multiple-choice, prompt: Px, answer: a, distractors: [b], feedback: F, hints: [h], points: 2, shuffle: false", "Aiken has no place for feedback, hints, the order of its options, its points: left out"),
        ("id: q, type: multiple-choice, prompt: Px, answer: a, distractors: [" + ", ".join(f"o{i}" for i in range(26)) + "]", "Aiken has 26 options, not 27; split it"),
    ],
)  # fmt: skip
def test_what_aiken_lacks_is_named(question, said):
    assert write(question, "id: fine, type: true-false, prompt: It is., answer: true")[1] == [
        said,
        "a true-false becomes a multiple-choice in Aiken",
    ]


def test_a_file_without_a_question_is_an_error():
    text, said = write("id: q, type: essay, prompt: P")
    assert text == ""
    assert said[-1] == "no question can be said in Aiken: there is nothing to write"


@pytest.mark.parametrize(
    ("name", "text", "known"),
    [
        ("a.xml", "", "moodle"),
        ("a.txt", GOOD, "aiken"),
        ("a.txt", "\ufeff<?xml version='1.0'?><quiz/>", "moodle"),
        ("a.txt", "Who?{=I ~you}", "gift"),
        ("a.txt", "$CATEGORY: a", "gift"),
        ("A.GIFT", "", "gift"),
        ("a.aiken.txt", "", "aiken"),
        ("a.txt", GOOD.replace("A.", "a.").replace("ANSWER", "answer"), "aiken"),
        ("a.txt", "words", None),
        ("a.txt", "\n" * 100_000, None),
    ],
)
def test_a_format_is_told_by_its_name_or_text(name, text, known):
    assert detect(name, text.encode()) == known
