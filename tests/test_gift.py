r"""GIFT, both ways. The examples are of the kinds that Moodle's documentation of the format has."""

import pytest

from quizgen.decode import decode
from quizgen.encode import encode
from quizgen.problems import QuizgenError
from quizgen.quiz import Selection, make_quiz
from quizgen.readers.reading import Categories, ReadOptions, tag_of
from quizgen.readers.table import READERS
from quizgen.writers import gift

HEAD = "bank: b\ntitle: A bank\nlanguage: en\nquestions:\n"


def read(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return READERS["gift"].read(data, "quiz.gift", ReadOptions(language="en", **options))


def one(text):
    """The only question of a text, as YAML without its head, and what was said of it."""
    reading = read(text)
    (bank,) = reading.banks
    written = encode(bank, reading.notes[bank.id])
    return written.partition("questions:\n")[2], [each.message for each in reading.problems]


def write(*questions):
    """The text that questions in YAML become, from the first name on, and what was said."""
    bank, problems = decode(HEAD + "".join(f"  - {{{each}}}\n" for each in questions), "b.yaml")
    assert problems == []
    output = gift.write(make_quiz([bank]))
    text = output.files[".txt"].decode()
    return text[text.index("\n::") + 1 :].strip(), [each.message for each in output.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Who's buried in Grant's tomb?{=Grant ~no one#Was true for 12 years. ~%0%Napoleon}",
            """\
  - id: whos-buried-in-grants-tomb
    type: multiple-choice
    prompt: Who's buried in Grant's tomb?
    answer: Grant
    distractors:
      - {text: no one, feedback: Was true for 12 years.}
      - Napoleon
""",
        ),
        (
            "How much?{=%50% of it#Half. ~All}",
            """\
  - id: how-much
    type: multiple-choice
    prompt: How much?
    answer: {text: "%50% of it", feedback: Half.}
    distractors: [All]
""",
        ),
        (
            "Is it?{true}",
            """\
  - id: is-it
    type: true-false
    prompt: Is it?
    answer: true
""",
        ),
        (
            "Which two?{~%50%Grant ~%50%his wife ~%-50%no one}",
            """\
  - id: which-two
    type: multiple-response
    prompt: Which two?
    answers: [Grant, his wife]
    distractors: [no one]
""",
        ),
        (
            "// a comment\n::Q1:: Grant is buried in Grant's tomb.{FALSE#No.#Right!####See 1885.}",
            """\
  # what is said to "true" or "false" alone is now said to both
  - id: q1
    type: true-false
    prompt: Grant is buried in Grant's tomb.
    answer: false
    feedback: |-
      See 1885.

      No.

      Right!
""",
        ),
        (
            "Two plus two equals {=four =%50%4#In words, please. =%0%five}.",
            """\
  - id: two-plus-two-equals
    type: short-answer
    prompt: Two plus two equals _____.
    answers:
      - four
      - {text: "4", credit: 50%, feedback: "In words, please."}
      - {text: five, credit: 0%}
""",
        ),
        (
            "What is pi?{#3.1415:0.0005}",
            """\
  - id: what-is-pi
    type: numeric
    prompt: What is pi?
    answer: 3.1415
    tolerance: 0.0005
""",
        ),
        (
            "A number from 1 to 5?{#1..5}",
            """\
  - id: a-number-from-1-to-5
    type: numeric
    prompt: A number from 1 to 5?
    answer: 3
    tolerance: 2
""",
        ),
        (
            "::m::[markdown]*Match* them. {\\n=Canada -> Ottawa\\n=Italy\\\\: it -> Rome = -> Paris\\n}".replace("\\n", "\n").replace("\\\\", "\\"),
            """\
  - id: m
    type: matching
    prompt: "*Match* them."
    pairs:
      - [Canada, Ottawa]
      - ["Italy: it", Rome]
    distractors: [Paris]
""",
        ),
        (
            "// [id:history/q7] [tag:history] [tag:easy] [tag:old \\] times]\n::x::[html]<p>Write <b>it</b>\\: a\\=b \\{\\}\\\\(x\\\\)</p>{}",
            """\
  - id: q7
    type: essay
    prompt: "Write **it**: a=b {}$x$"
    difficulty: easy
    tags: ["old ] times"]
""",
        ),
        (
            "Which is it?{=a \\= b\\nc ~[html]<i>x</i> ~[plain]*y*}",
            """\
  - id: which-is-it
    type: multiple-choice
    prompt: Which is it?
    answer: |-
      a = b\\\\
      c
    distractors: ["*x*", \\\\*y\\\\*]
""",
        ),
    ],
    ids=["choice", "percent behind a right choice", "small letters", "response", "verdict", "missing word", "margin", "range", "match", "comment", "escapes"],
)  # fmt: skip
def test_a_question_is_read(text, expected):
    written, _ = one(text)
    assert written.replace("'", '"').replace("\\\\", "\\") == expected.replace("'", '"').replace(
        "\\\\", "\\"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A?{#5 =%50%5:1}", "the answer 5 ± 1 with 50 % is left out"),
        ("A?{#=5 ~#Far off.}", "the answer * with 0 % is left out; said to it: Far off."),
        ("A {=x} and {=y}?", "a second pair of braces is text now: and {=y}?"),
        ("A?{=col*r#One\\ntwo}", "said to it: One two"),
        ("A?{=col*r}", "accepts anything for its star"),
        ("A?{=a ~%50%b}", "'b' earned 50 %, now nothing"),
        ("A?{~%60%a ~%40%b ~c}", "unequal shares"),
        ("B?{}\n\nRead this first.", "a description asks nothing; it says: Read this first."),
        ("B?{}\n\nNo end {", "its braces do not pair"),
        ("B?{}\n\nMatch {=a -> b =c}", "'c' is no pair"),
        ("B?{}\n\nMatch {=a -> b}", "fewer than two pairs"),
        ("B?{}\n\nA?{~a ~b}", "none of its options earns a point"),
        ("B?{}\n\nA?{#five}", "no number earns a point"),
    ],
)
def test_what_is_lost_is_named(text, said):
    assert any(said in each for each in one(text)[1]), one(text)[1]


def test_a_name_begins_a_question_where_an_empty_line_is_missing():
    text = "// [id:b/q1] {first}\n::a::A?{=x\n=y}\n// [id:b/q2] [tag:b] [tag:t]\n::b::B?{T}\n::c::C {\n=::d\n}\n::\\:e::E{}"
    (bank,) = read(text).banks
    assert [each.id for each in bank.questions] == ["q1", "q2", "c", "e"]
    assert [each.tags for each in bank.questions] == [(), ("t",), (), ()]
    assert [each.span.line for each in bank.questions] == [2, 5, 6, 9]


def test_categories():
    text = "$CATEGORY: $course$/top/Asia/Places\n\nOne{}\n\n$CATEGORY: Asia/Time\n\nTwo{}\n"
    (bank,) = read(text).banks
    assert [each.tags for each in bank.questions] == [("Places",), ("Time",)]
    found = read(text, categories=Categories.BANKS).banks
    assert [each.title for each in found] == ["Places", "Time"]


@pytest.mark.parametrize("data", [b"", b"no question", b"\xff{}", b"// only a comment"])
def test_what_is_no_gift_is_an_error(data):
    with pytest.raises(QuizgenError):
        read(data)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "id: q, type: multiple-choice, prompt: 'a = {b}', answer: 'x:y', distractors: [{text: '~#', feedback: '%50%'}], feedback: Yes",
            "::q::[html]a \\= \\{b\\} {\n\t=x\\:y\n\t~\\~\\##%50%\n\t####Yes\n}",
        ),
        (
            "id: q, type: multiple-choice, prompt: P, answer: a, distractors: ['%50%b', '50']",
            "::q::P {\n\t~50\n\t=a\n\t~%0%%50%b\n}",
        ),
        (
            "id: q, type: multiple-response, prompt: P, answers: [a, b, c], distractors: [d]",
            "::q::P {\n\t~%33.33333%a\n\t~%33.33333%b\n\t~%33.33333%c\n\t~%-100%d\n}",
        ),
        ("id: q, type: true-false, prompt: P, answer: yes, feedback: So", "::q::P {TRUE####So}"),
        (
            "id: q, type: short-answer, prompt: P, answers: [a*b, {text: c, credit: 50%}]",
            "::q::P {\n\t=a\\\\*b\n\t=%50%c\n}",
        ),
        ("id: q, type: numeric, prompt: P, answer: 200, tolerance: 5%", "::q::P {\n\t#=200:10\n}"),
        (
            "id: q, type: matching, prompt: P, pairs: [[a, b], [c, d]], distractors: [e]",
            "::q::P {\n\t=a -> b\n\t=c -> d\n\t= -> e\n}",
        ),
        ("id: q, type: ordering, prompt: P, items: [a, b]", "::q::P {\n\t=a -> 1\n\t=b -> 2\n}"),
        ("id: q, type: cloze, text: 'It is {{a|b}}.'", "::q::[html]It is _____. {\n\t=a\n\t=b\n}"),
        (
            "id: q, type: cloze, prompt: '# 3', text: '- {{a}}'",
            "::q::[html]<p># 3</p>\\n<p>- _____</p> {\n\t=a\n}".replace("#", "\\#"),
        ),
        (
            "id: q, type: true-false, prompt: '[plain] *x*', answer: yes, feedback: '[html]'",
            "::q::[html]&\\#91;plain] <em>x</em> {TRUE####&\\#91;html]}",
        ),
        ("id: q, type: essay, prompt: P", "::q::P {}"),
        ("id: q, type: flashcard, front: F, back: B", "::q::F {\n\t=B\n}"),
    ],
)
def test_a_question_is_written(question, text):
    written, _ = write(question)
    assert sorted(written.split("\n")) == sorted(text.split("\n"))


def test_tags_that_end_in_a_backslash_stay_apart():
    text, _ = write("id: q, type: essay, prompt: P, tags: ['a\\', 'b]']")
    assert text.endswith("{}")
    bank, _ = decode(HEAD + "  - {id: q, type: essay, prompt: P, tags: ['a\\', 'b]']}\n", "b.yaml")
    data = gift.write(make_quiz([bank])).files[".txt"]
    assert read(data).banks[0].questions[0].tags == ("a\\", "b]")


def test_colons_of_tags_and_the_spaces_beside_them_come_back():
    tags = ("a :::x", "a :: b", "::")
    assert [tag_of(tag) for tag in tags] == ["a :::x", "a :: b", None]


def test_an_answer_that_is_typed_has_a_format_too():
    (bank,) = read("Q{=[plain][plain]a =[html]b}").banks
    assert [str(each.text) for each in bank.questions[0].answers] == ["[plain]a", "b"]


def test_a_source_is_no_formula():
    head = HEAD.replace("questions", "sources: {s: {title: '\\(x\\) for $5'}}\nquestions")
    bank, _ = decode(head + "  - {id: q, type: essay, prompt: P, cite: s}\n", "b.yaml")
    data = gift.write(make_quiz([bank])).files[".txt"]
    assert str(read(data).banks[0].questions[0].feedback) == "Source: \\\\(x\\\\) for $5"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("id: q, type: essay, prompt: P, hints: [h], points: 2", "its points (2), hints"),
        ("id: q, type: numeric, prompt: P, answer: 1, unit: km", "the unit"),
        ("id: q, type: short-answer, prompt: P, answers: [a], case_sensitive: true", "the difference of capitals"),
        ("id: q, type: essay, prompt: P, answer: A, rubric: R", "the model answer, the rubric"),
        ("id: q, type: multiple-choice, prompt: P, answer: a, distractors: [b], shuffle: false", "the order of its options"),
    ],
)  # fmt: skip
def test_what_gift_lacks_is_named(question, said):
    assert f"GIFT has no place for {said}: left out" in write(question)[1]


def test_all_or_nothing_is_as_near_as_moodle_comes():
    written, said = write(
        "id: q, type: multiple-response, prompt: P, answers: [a, b], distractors: [c, d],"
        " grading: all-or-nothing"
    )
    assert sorted(written.removesuffix("\n}").split("\n\t")[1:]) == [
        "~%-100%c",
        "~%-100%d",
        "~%50%a",
        "~%50%b",
    ]
    assert len(said) == 1
    assert "a wrong option costs all" in said[0]


def test_a_key_that_cannot_be_divided_is_an_error():
    keys = ", ".join("abcdefghijk")
    _, said = write(
        f"id: q, type: multiple-response, prompt: P, answers: [{keys}], distractors: [x]"
    )
    assert said == [
        "Moodle can divide the points by 1 to 10 or 20 right options, not by 11; split the question"
    ]


def test_what_moodle_holds_of_names_goes_for_gift_too():
    head, name, tag = HEAD.replace(": b", f": {'b' * 40}", 1), "q" * 80, "t" * 51
    bank, _ = decode(head + f"  - {{id: {name}, type: essay, prompt: P, tags: [{tag}, ok]}}\n", "b")
    output = gift.write(make_quiz([bank]))
    text = output.files[".txt"].decode()
    assert [each.code for each in output.problems] == ["moodle-tag"]
    assert f"// [id:{'b' * 40}/{'q' * 42}-" in text
    assert f" [tag:{'b' * 40}] [tag:ok]\n" in text
    (back,) = READERS["gift"].read(text.encode(), "quiz.gift", ReadOptions(language="en")).banks
    assert (back.id, [each.id for each in back.questions]) == ("b" * 40, [name])


def test_several_banks_stand_below_their_quiz():
    banks = [
        decode(HEAD.replace("b\n", f"{name}\n", 1) + "  - {id: q, type: essay, prompt: P}\n", "b")[
            0
        ]
        for name in "xy"
    ]
    text = gift.write(make_quiz(banks, Selection(title="A / quiz"))).files[".txt"].decode()
    assert text.count("$CATEGORY: $course$/top/A // quiz/A bank\n") == 2


def test_an_answer_that_reads_as_a_pair_is_left_out_with_a_word():
    text = gift.write(
        make_quiz(
            [
                decode(
                    HEAD + "  - {id: q, type: short-answer, prompt: P, answers: [a -> b]}\n", "b"
                )[0]
            ]
        )
    )
    assert [each.code for each in text.problems] == ["gift-arrow"]
