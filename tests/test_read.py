"""Reading what is right: scalars, merge keys, files, folders, images, the schema."""

import datetime
import json
import os
import tempfile
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from quizgen import bank, media, source
from quizgen.decode import MAX_ID, QUESTION_FIELDS, bank_schema, decode, gap_text, is_id
from quizgen.lint import check
from quizgen.model import (
    TYPES,
    CalendarDate,
    Difficulty,
    Gap,
    Grading,
    Tolerance,
    markdown_of,
    prompt_of,
    type_name,
)
from quizgen.problems import QuizgenError, Span

HEADER = "bank: rings\ntitle: The rings\nlanguage: en\n"
SHIPPED = sorted(bank.shipped().values())


def codes(problems):
    return [problem.code for problem in problems]


def whole(text):
    """The bank in the text, which has nothing wrong with it."""
    found, problems = decode(text, "rings.yaml")
    assert list(map(str, problems)) == []
    return found


def only(question, header=HEADER):
    """The one question of a bank, given as lines."""
    lines = question.strip().replace("\n", "\n    ")
    (found,) = whole(f"{header}questions:\n  - {lines}\n").questions
    return found


# Scalars stay the text that stands in the file.


@pytest.mark.parametrize(
    "written",
    [
        "No",
        "yes",
        "on",
        "null",
        "~",
        "1.0",
        "1e3",
        "0x1F",
        "0o17",
        "017",
        "1_000",
        "1951-05-21",
        "12:30:45",
        ".inf",
        "<<",
        "=",
        "1950",
        "NaN",
    ],
)
def test_a_plain_scalar_stays_text(written):
    question = only(
        f"id: one\ntype: multiple-choice\nprompt: Which?\nanswer: {written}\ndistractors: [other]"
    )
    assert question.answer.text.source == written


@pytest.mark.parametrize("written", ["1950", "007", "1.0", "null", "2017-05-14", "no", "一"])
def test_an_id_stays_text(written):
    assert only(f"id: {written}\ntype: essay\nprompt: Why?").id == written


@pytest.mark.parametrize(
    ("written", "value"),
    [("true", True), ("Yes", True), ("'true'", True), ("no", False), ("FALSE", False)],
)
def test_a_boolean_is_read_where_one_belongs(written, value):
    assert only(f"id: one\ntype: true-false\nprompt: So.\nanswer: {written}").answer is value


@pytest.mark.parametrize(
    ("written", "value"),
    [("0.10", "0.10"), ("-3.5", "-3.5"), ("6.02e23", "6.02E+23"), ("'5'", "5"), ("+.5", "0.5")],
)
def test_a_number_is_exact(written, value):
    question = only(f"id: one\ntype: numeric\nprompt: How many?\nanswer: {written}")
    assert str(question.answer) == value


@pytest.mark.parametrize(
    ("written", "tolerance", "margin"),
    [("0.5", Tolerance(Decimal("0.5")), "0.5"), ("5%", Tolerance(Decimal("0.05"), True), "10.00")],
)
def test_a_tolerance_is_an_amount_or_a_share(written, tolerance, margin):
    question = only(
        f"id: one\ntype: numeric\nprompt: How many?\nanswer: -200\ntolerance: {written}"
    )
    assert question.tolerance == tolerance
    assert question.margin == Decimal(margin)


@pytest.mark.parametrize(
    "fields",
    [
        "type: essay\nprompt: Why?\nlines: 1",
        "type: essay\nprompt: Why?\nlines: 100",
        "type: short-answer\nprompt: What?\nanswers: [a, {text: b, credit: 0}]",
        "type: short-answer\nprompt: What?\nanswers: [{text: b, credit: 100 %}]",
        "type: numeric\nprompt: How many?\nanswer: 1\ntolerance: 0",
        f"type: numeric\nprompt: How many?\nanswer: '{'9' * 60}'",
        "type: cloze\ntext: '{{c1::a}} {{c500::b}}'",
        f"type: cloze\ntext: '{'{{a}}' * 500}'",
    ],
    ids=lambda fields: fields[:60],
)
def test_a_limit_is_within(fields):
    only(f"id: {'q' * 80}\n{fields}")


@pytest.mark.parametrize(
    "fields",
    [
        "type: essay\nprompt: Why?\nlines: 0",
        "type: essay\nprompt: Why?\nlines: 101",
        "type: short-answer\nprompt: What?\nanswers: [a, {text: b, credit: -0.01}]",
        "type: short-answer\nprompt: What?\nanswers: [a, {text: b, credit: 1.01}]",
        f"type: numeric\nprompt: How many?\nanswer: '{'9' * 61}'",
        "type: cloze\ntext: '{{c0::a}}'",
        "type: cloze\ntext: '{{c501::a}}'",
        f"type: cloze\ntext: '{'{{a}}' * 501}'",
        f"type: cloze\ntext: '{'{{a}} ' * 501}'",
    ],
    ids=lambda fields: fields[:60],
)
def test_past_a_limit_is_one_problem(fields):
    lines = f"id: one\n{fields}".replace("\n", "\n    ")
    _, problems = decode(f"{HEADER}questions:\n  - {lines}\n", "rings.yaml")
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("1951-05-21", CalendarDate(1951, 5, 21)),
        ("1951-05", CalendarDate(1951, 5)),
        ("1951", CalendarDate(1951)),
        ("'1952-02-29'", CalendarDate(1952, 2, 29)),
    ],
)
def test_a_date_is_a_day_a_month_or_a_year(written, date):
    assert only(f"id: one\ntype: date\nprompt: When?\nanswer: {written}").answer == date


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Who?", "Who?"),
        ("'It''s'", "It's"),
        (r'"caf\u00e9"', "café"),
        (">-\n  Who is\n  it?", "Who is it?"),
        ("|-\n  Who is\n  it?", "Who is\nit?"),
        ("Who is\n  it?", "Who is it?"),
        ("北京 اسلام آباد 😀", "北京 اسلام آباد 😀"),
    ],
)
def test_quotes_and_folding_are_undone(written, text):
    assert only(f"id: one\ntype: essay\nprompt: {written}").prompt.source == text


# What a question has.


def test_what_is_not_given_has_its_default():
    question = only("id: one\ntype: multiple-response\nprompt: Which?\nanswers: [A, B]")
    assert question.points == 1
    assert question.difficulty is None
    assert question.tags == question.hints == question.cite == question.distractors == ()
    assert question.feedback is None
    assert question.shuffle is True
    assert question.grading is Grading.PARTIAL


def test_every_common_field_is_read():
    question = only(
        """
id: one
type: essay
prompt: Why?
points: 2.5
difficulty: hard
tags: [a, 'b::c', two  words]
feedback: So.
hints: [Think, Think again]
cite: [book ¶1, book]
shuffle: false
""",
        HEADER + "sources: {book: {title: A Model, author: Rahmonov, year: 2017}}\n",
    )
    assert question.points == Decimal("2.5")
    assert question.difficulty is Difficulty.HARD
    assert question.tags == ("a", "b::c", "two words")
    assert str(question.feedback) == "So."
    assert [str(hint) for hint in question.hints] == ["Think", "Think again"]
    assert [str(cite) for cite in question.cite] == [
        "Rahmonov, A Model (2017), ¶1",
        "Rahmonov, A Model (2017)",
    ]
    assert question.shuffle is False


def test_what_a_rule_or_a_source_is_told_of_has_its_place():
    question = only(
        """
id: one
type: essay
prompt: Why?
cite: [book ¶1, book]
silence: {no-feedback: none is needed, no-difficulty: nor this}
""",
        HEADER + "sources: {book: {title: A Model}}\n",
    )
    assert [str(each.span) for each in question.cite] == ["rings.yaml:9:12", "rings.yaml:9:21"]
    assert [(each.code, each.reason, str(each.span)) for each in question.silence] == [
        ("no-feedback", "none is needed", "rings.yaml:10:15"),
        ("no-difficulty", "nor this", "rings.yaml:10:44"),
    ]


@pytest.mark.parametrize("name", ["a", "a" * MAX_ID, "second-ring", "2nd_ring"])
def test_an_id_is_of_letters_figures_and_dashes(name):
    assert is_id(name)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a" * (MAX_ID + 1)])
def test_other_names_are_no_ids(name):
    assert not is_id(name)


def test_a_number_in_a_gap_has_at_most_sixty_characters():
    (gap,) = gap_text("{{" + "1" * 56 + "±0.1}}", Span("quiz.xml", 1, 1)).gaps
    assert gap.tolerance == Decimal("0.1")
    with pytest.raises(QuizgenError, match="is not one number"):
        gap_text("{{" + "1" * 57 + "±0.1}}", Span("quiz.xml", 1, 1))


def test_a_gap_that_cannot_be_read_is_placed_where_its_text_is():
    with pytest.raises(QuizgenError) as caught:
        gap_text("In {{Paris", Span("quiz.xml", 7, 3))
    assert [str(each.span) for each in caught.value.problems] == ["quiz.xml:7:3"]


def test_defaults_give_what_a_question_lacks():
    found = whole(
        HEADER
        + """
sources: {book: {title: A Model}}
defaults: {type: essay, difficulty: easy, tags: [all], cite: book, points: 2}
questions:
  - {id: one, prompt: Why?}
  - {id: two, prompt: How?, difficulty: hard, tags: [own], points: 1}
  - {id: three, type: flashcard, front: Who?, back: They}
"""
    )
    one, two, three = found.questions
    assert (one.difficulty, one.tags, one.points) == (Difficulty.EASY, ("all",), 2)
    assert (two.difficulty, two.tags, two.points) == (Difficulty.HARD, ("own",), 1)
    assert [type_name(each) for each in found.questions] == ["essay", "essay", "flashcard"]
    assert all(each.cite[0].source.title == "A Model" for each in (one, two, three))


def test_gaps_have_answers_hints_and_groups():
    text = r"{{Paris|paname}} and {{c3::Rome::a city}}, {{c1::a\|b}}, \{{no}} {{ two  words }}"
    question = only(f"id: one\ntype: cloze\ntext: '{text}'")
    assert question.text.gaps == (
        Gap(("Paris", "paname"), None, 2),
        Gap(("Rome",), "a city", 3),
        Gap(("a|b",), None, 1),
        Gap(("two words",), None, 4),
    )
    pieces = [piece for piece in question.text.pieces if isinstance(piece, str)]
    assert pieces == [" and ", ", ", r", \{{no}} "]


@pytest.mark.parametrize("text", ["$5 and {{6$::how much}}", "$5 and {{a|6$}}", "{{$x}} and $5"])
def test_a_gap_makes_no_formula_with_what_is_around_it(text):
    bank, _ = decode(
        f"{HEADER}questions:\n  - id: one\n    type: cloze\n    text: '{text}'\n", "rings.yaml"
    )
    assert {each.code for each in check(bank)} <= {"no-feedback"}


def test_an_escaped_gap_takes_no_number():
    question = only(r"""id: one
type: cloze
text: '\{{c1::x}} {{a}} {{c3::b}} {{c}} {{d}}'""")
    assert [gap.group for gap in question.text.gaps] == [1, 3, 2, 4]


def test_gaps_are_chosen_or_numbers():
    text = r"{{Rome| Roma |!Paris|! \!Oslo}} {{\!a|a!b|! b}} {{c7::9.81±0.05::m/s²}} {{ +5 ± 1e-1}}"
    question = only(f"id: one\ntype: cloze\ntext: '{text} {{{{1951}}}} {{{{5\\±1}}}}'")
    assert question.text.gaps == (
        Gap(("Rome", "Roma"), None, 1, wrong=("Paris", "!Oslo")),
        Gap(("!a", "a!b"), None, 2, wrong=("b",)),
        Gap(("9.81",), "m/s²", 7, tolerance=Decimal("0.05")),
        Gap(("5",), None, 3, tolerance=Decimal("0.1")),
        Gap(("1951",), None, 4),
        Gap(("5±1",), None, 5),
    )
    assert [gap.key for gap in question.text.gaps][2:4] == ["9.81 ± 0.05", "5 ± 0.1"]


def test_a_span_is_where_the_value_stands():
    found = whole(f"{HEADER}questions:\n- type: essay\n  id: one\n  prompt: 'Why, 😀?'\n")
    (question,) = found.questions
    assert found.span == Span("rings.yaml", 1, 1)
    assert question.span == Span("rings.yaml", 5, 3)
    assert question.prompt.span == Span("rings.yaml", 7, 11)


def test_a_span_counts_characters_not_bytes():
    question = only("{id: 一, type: essay, prompt: اسلام, answer: 😀, rubric: r}")
    assert question.rubric.span.column == 60


@pytest.mark.parametrize("name", TYPES)
def test_every_type_is_in_the_shipped_banks_or_read_from_its_required_fields(name):
    values = {
        "id": "one",
        "prompt": "Why?",
        "distractors": "[other]",
        "answers": "[one, two]",
        "pairs": "[[a, b], [c, d]]",
        "items": "[a, b]",
        "text": "'{{gap}}'",
        "front": "Who?",
        "back": "They",
        "answer": {"numeric": "1", "true-false": "yes", "date": "1951"}.get(name, "So"),
    }
    required = [key for key, field in QUESTION_FIELDS[name].items() if field.required]
    lines = "\n".join(f"{key}: {values[key]}" for key in required)
    question = only(f"type: {name}\n{lines}")
    assert type(question) is TYPES[name]
    assert prompt_of(question) in list(markdown_of(question))


# Aliases and merge keys.


def test_an_alias_stands_for_what_it_names():
    one, two = whole(
        HEADER
        + """
questions:
  - {id: one, type: essay, prompt: &why Why?, hints: &hints [Think]}
  - {id: two, type: essay, prompt: *why, hints: *hints}
"""
    ).questions
    assert (two.prompt, two.hints) == (one.prompt, one.hints)
    assert two.prompt.span == one.prompt.span


def test_a_merge_key_adds_what_is_not_there():
    found = whole(
        HEADER
        + """
questions:
  - &first
    id: one
    type: essay
    prompt: Why?
    points: 2
  - {<<: *first, id: two, prompt: 'How?'}
  - <<: [{points: 3, lines: 4}, *first]
    id: three
"""
    )
    assert [(each.id, each.prompt.source, each.points, each.lines) for each in found.questions] == [
        ("one", "Why?", 2, None),
        ("two", "How?", 2, None),
        ("three", "Why?", 3, 4),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "<<: {title: Merged, language: en}\nbank: rings\ntitle: Own\n",
        "bank: rings\ntitle: Own\n<<: {title: Merged, language: en}\n",
        "bank: rings\n<<: [{title: Own}, {title: Merged, language: en}]\n",
    ],
    ids=["before", "after", "first of a list"],
)
def test_a_merge_key_at_the_top_yields_to_what_is_written(header):
    found = whole(f"{header}questions: [{{id: one, type: essay, prompt: Why?}}]\n")
    assert (found.title, found.language) == ("Own", "en")


def test_a_quoted_merge_key_is_a_key():
    _, problems = decode(f"{HEADER}'<<': {{licence: CC0}}\nquestions: []\n", "rings.yaml")
    assert codes(problems) == ["unknown-key", "empty"]


# The order of the header.

QUESTIONS = "questions:\n  - {id: one, prompt: Why?, cite: book ¶1}\n"
SOURCES = "sources: {book: {title: A Model}}\n"
DEFAULTS = "defaults: {type: essay, tags: [all]}\n"


@pytest.mark.parametrize(
    "parts",
    [
        (QUESTIONS, SOURCES, DEFAULTS, HEADER),
        (HEADER, QUESTIONS, DEFAULTS, SOURCES),
        (DEFAULTS, QUESTIONS, HEADER, SOURCES),
    ],
)
def test_the_header_may_follow_the_questions(parts):
    assert whole("".join(parts)) == whole(HEADER + SOURCES + DEFAULTS + QUESTIONS)


def test_a_fault_is_told_once_though_the_questions_are_read_twice():
    _, problems = decode(QUESTIONS.replace("Why?", "''") + SOURCES + DEFAULTS + HEADER, "r.yaml")
    assert list(map(str, problems)) == ["r.yaml:2:23: empty the value is empty; write one"]


def test_defaults_may_cite_what_stands_below_them():
    defaults = "defaults: {type: essay, cite: book}\n"
    question = "questions: [{id: one, prompt: Why?}]\n"
    assert whole(HEADER + defaults + SOURCES + question) == whole(
        HEADER + SOURCES + defaults + question
    )


@pytest.mark.parametrize(
    ("parts", "times"),
    [
        ((HEADER, SOURCES, DEFAULTS, QUESTIONS), 1),
        ((SOURCES, HEADER, DEFAULTS, QUESTIONS), 1),
        ((HEADER, DEFAULTS, SOURCES, QUESTIONS), 2),
        ((HEADER, SOURCES, QUESTIONS, DEFAULTS), 2),
        ((HEADER, SOURCES, DEFAULTS, "questions: [\n"), 1),
    ],
)
def test_a_bank_is_read_twice_only_for_what_stands_too_late(monkeypatch, parts, times):
    opened = []
    monkeypatch.setattr(
        "quizgen.decode.Document", lambda *given: opened.append(given) or source.Document(*given)
    )
    decode("".join(parts), "rings.yaml")
    assert len(opened) == times


def test_a_late_fault_in_the_yaml_blames_no_citation():
    _, problems = decode(f"{HEADER}{DEFAULTS}{QUESTIONS}{SOURCES}licence: [\n", "rings.yaml")
    assert codes(problems) == ["yaml"]


# Bytes and lines.

TEXT = f"{HEADER}questions:\n  - id: one\n    type: essay\n    prompt: |-\n      Why\n      so?\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r\n").encode("utf-8-sig"),
        TEXT.rstrip("\n").encode(),
        f"---\n{TEXT}".encode(),
        f"{TEXT}...\n".encode(),
        f"%YAML 1.2\n---\n{TEXT}".encode(),
    ],
    ids=["LF", "BOM", "CRLF", "CRLF+BOM", "no end", "marker", "end marker", "directive"],
)
def test_line_ends_and_marks_make_no_difference(data, tmp_path):
    path = tmp_path / "rings.yaml"
    path.write_bytes(data)
    (found,) = bank.load([path])
    assert found.questions == whole(TEXT).questions
    assert found.questions[0].prompt.source == "Why\nso?"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_are_the_same_with_every_line_end_and_mark(newline, mark, tmp_path):
    path = tmp_path / "rings.yaml"
    path.write_bytes((mark + TEXT + "    promt: x\n").replace("\n", newline).encode())
    _, problems = bank.read([path])
    assert [(each.span.line, each.span.column) for each in problems] == [(10, 5)]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_a_line_separator_in_a_text_moves_no_place(separator):
    text = TEXT.replace("The rings", f'"The{separator}rings"')
    _, problems = decode(f"{text}    promt: x\n", "rings.yaml")
    assert [problem.span.line for problem in problems] == [10]


# Files, folders, shipped banks.


def write(path, name="rings"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT.replace("bank: rings", f"bank: {name}"), encoding="utf-8")
    return path


def test_no_name_means_the_shipped_banks():
    paths, problems = bank.find()
    assert paths == SHIPPED
    assert [path.stem for path in paths] == list(bank.shipped())
    assert problems == []
    assert bank.find(iter(())) == (paths, [])


def test_the_shipped_banks_are_whole_and_carry_their_files_names():
    banks = bank.load()
    assert [each.id for each in banks] == [path.stem for path in SHIPPED]
    assert all(each.questions for each in banks)


def test_a_shipped_bank_is_known_by_its_id(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert bank.find(["dates"]) == ([bank.shipped()["dates"]], [])


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_lies_in_the_folder_goes_before_a_shipped_bank(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own = write(tmp_path / ("dates" if kind == "file" else "dates/own.yaml"))
    assert bank.find(["dates"]) == ([own.relative_to(tmp_path)], [])


def test_a_folder_stands_for_its_banks(tmp_path):
    written = [write(tmp_path / name, name[0]) for name in ("b.yaml", "a.yml", "sub/c.yaml")]
    (tmp_path / "notes.txt").write_text("no bank")
    assert bank.find([tmp_path]) == ([written[1], written[0]], [])


def test_a_folder_without_banks_is_a_problem(tmp_path):
    paths, problems = bank.find([tmp_path])
    assert paths == []
    assert list(map(str, problems)) == [f"{tmp_path}:1:1: no-banks the folder holds no *.yaml file"]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("four-ring", "did you mean 'four-rings'?"),
        ("xyz", "shipped are dates, four-rings, organizations, peace-formula"),
    ],
)
def test_a_name_of_nothing_is_a_problem(name, advice, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths, problems = bank.find([name])
    assert paths == []
    assert list(map(str, problems)) == [
        f"no-bank '{name}' is no file, folder or shipped bank; {advice}"
    ]


def test_a_file_named_twice_is_read_once(tmp_path):
    path = write(tmp_path / "rings.yaml")
    banks, problems = bank.read([path, tmp_path, str(path)])
    assert len(banks) == 1
    assert problems == ()


def test_two_banks_may_not_share_an_id(tmp_path):
    one, two = write(tmp_path / "one.yaml"), write(tmp_path / "two.yaml")
    _, problems = bank.read([one, two])
    assert codes(problems) == ["duplicate-bank"]
    assert problems[0].span.file == str(two)
    assert str(one) in problems[0].message


def test_a_shared_id_is_told_at_the_id(tmp_path):
    one, two = write(tmp_path / "one.yaml"), tmp_path / "two.yaml"
    two.write_text(f"title: Another\n{TEXT.replace('title: The rings', '#')}", encoding="utf-8")
    _, problems = bank.read([one, two])
    assert (problems[0].span.line, codes(problems)) == (2, ["duplicate-bank"])


def test_problems_of_several_files_come_sorted(tmp_path):
    paths = [tmp_path / name for name in ("c.yaml", "a.yaml", "b.yaml", "none.yaml")]
    for path in paths[:3]:
        write(path, path.stem)
        path.write_text(f"zzz: 1\n{path.read_text()}    points: x\n    aaa: 1\n", encoding="utf-8")
    _, problems = bank.read([*paths, "no-such-bank"])
    found = [(Path(each.span.file).name, each.span.line) for each in problems if each.span]
    assert found == [
        (name, line) for name in ("a.yaml", "b.yaml", "c.yaml") for line in (1, 11, 12)
    ] + [("none.yaml", 1)]
    assert problems[0].code == "no-bank"
    with pytest.raises(QuizgenError) as caught:
        bank.load(["no-such-bank", *reversed(paths)])
    assert str(caught.value).splitlines() == list(map(str, problems))


def test_a_bank_without_its_broken_questions_is_still_read(tmp_path):
    path = tmp_path / "rings.yaml"
    path.write_text(f"{TEXT}  - {{id: two, type: essay}}\n", encoding="utf-8")
    (found,), problems = bank.read([path])
    assert [each.id for each in found.questions] == ["one"]
    assert codes(problems) == ["missing-key"]


def test_progress_is_told_of_every_file(tmp_path):
    paths = [write(tmp_path / "a.yaml", "a"), write(tmp_path / "b.yaml", "b")]
    told = []

    def track(files):
        for each in files:
            told.append(each)
            yield each

    assert len(bank.load(paths, track)) == 2
    assert told == paths


# Files that cannot be read.


def alone(path):
    banks, problems = bank.read([path])
    assert banks == ()
    (problem,) = problems
    assert problem.span == Span(str(path), 1, 1)
    return problem.code


def test_a_missing_file(tmp_path):
    assert alone(tmp_path / "none.yaml") == "unreadable"


def test_a_fifo_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    assert alone(tmp_path / "pipe.yaml") == "not-a-file"


def test_a_folder_in_the_place_of_a_file(tmp_path):
    with pytest.raises(QuizgenError) as caught:
        source.read_file(tmp_path)
    assert caught.value.problems[0].code in {"unreadable", "not-a-file"}


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.yaml"
    path.touch()
    os.truncate(path, source.MAX_BYTES + 1)
    assert alone(path) == "too-large"


def test_a_link_to_itself(tmp_path):
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    assert alone(tmp_path / "loop.yaml") == "unreadable"


@pytest.mark.parametrize("name", ["x" * 300, "x" * 300 + ".yaml", "x\0y.yaml"])
def test_a_name_that_no_file_can_have(name):
    banks, problems = bank.read([name])
    assert banks == ()
    assert codes(problems) in (["no-bank"], ["unreadable"])


# Images.

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def with_image(folder, src):
    folder.mkdir(exist_ok=True)
    path = folder / "rings.yaml"
    path.write_text(TEXT.replace("so?", f"![so]({src})?"), encoding="utf-8")
    return bank.read([path])


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"RIFF\n\0\0\0WAVEfmt ", "audio/wav"),
        (b"ID3\4", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"OggS\0", "audio/ogg"),
        (b"fLaC", "audio/flac"),
        (b"\0\0\0 ftypM4A ", "audio/mp4"),
    ],
)
def test_an_image_is_what_its_bytes_say(data, mime, tmp_path):
    (tmp_path / "my picture.txt").write_bytes(data)
    (found,), problems = with_image(tmp_path, "my%20picture.txt")
    assert problems == ()
    (image,) = found.media.values()
    assert (image.mime, image.data) == (mime, data)
    assert image.name.startswith("quizgen-")


def test_equal_images_have_one_name(tmp_path):
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(PNG)
    (found,), _ = with_image(tmp_path, "a.png) and ![](b.png")
    assert list(found.media) == ["a.png", "b.png"]
    assert len({image.name for image in found.media.values()}) == 1


@pytest.mark.parametrize(
    "src", ["../out.png", "%2e%2e/out.png", "link.png", "away/out.png", "sub/../../out.png"]
)
def test_no_image_outside_the_folder_is_read(src, tmp_path):
    folder = tmp_path / "banks"
    folder.mkdir()
    (tmp_path / "out.png").write_bytes(PNG)
    (folder / "link.png").symlink_to(tmp_path / "out.png")
    (folder / "away").symlink_to(tmp_path)
    (found,), problems = with_image(folder, src)
    assert codes(problems) == ["image-outside"]
    assert not found.media


def test_a_link_within_the_folder_is_followed(tmp_path):
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "b.png").symlink_to("a.png")
    assert with_image(tmp_path, "b.png")[1] == ()


def test_a_folder_behind_a_link_is_its_banks_folder(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real" / "a.png").write_bytes(PNG)
    assert with_image(tmp_path / "link", "a.png")[1] == ()


def test_an_image_too_large_is_refused_before_it_is_read(tmp_path):
    (tmp_path / "a.png").touch()
    os.truncate(tmp_path / "a.png", media.MAX_BYTES + 1)
    assert codes(with_image(tmp_path, "a.png")[1]) == ["image-size"]


def test_an_image_that_is_a_fifo(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    assert codes(with_image(tmp_path, "a.png")[1]) == ["image-missing"]


@pytest.mark.parametrize("src", ["%00", "x" * 300, "loop.png", "", "%ff.png"])
def test_an_image_by_an_odd_path(src, tmp_path):
    (tmp_path / "loop.png").symlink_to("loop.png")
    assert codes(with_image(tmp_path, src)[1]) == ["image-missing"]


# The parser in pure Python.


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_both_parsers_read_a_shipped_bank_alike(path, monkeypatch):
    text = source.read_file(path)
    fast = repr(decode(text, path.name))
    monkeypatch.delattr(yaml, "CBaseLoader", raising=False)
    assert repr(decode(text, path.name)) == fast


@pytest.mark.parametrize("written", ["[1, 2", "'open", "a: b: c", "@x", '"\\q"', "*x", "\x07", "]"])
def test_the_parser_in_python_finds_faults_too(written, monkeypatch):
    monkeypatch.delattr(yaml, "CBaseLoader", raising=False)
    found, problems = decode(f"{TEXT}    answer: {written}\n", "rings.yaml")
    assert found is None
    assert problems


def test_the_parser_in_python_follows_merge_keys(monkeypatch):
    monkeypatch.delattr(yaml, "CBaseLoader", raising=False)
    test_a_merge_key_adds_what_is_not_there()


# The JSON Schema.


class Loader(yaml.SafeLoader):
    """As an editor reads YAML 1.2: numbers and booleans, but no dates."""


Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def checker():
    schema = bank_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(json.loads(json.dumps(schema)))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_schema_takes_the_shipped_banks(path):
    data = yaml.load(path.read_text(encoding="utf-8"), Loader)
    assert [error.message for error in checker().iter_errors(data)] == []


def test_the_schema_names_its_draft_and_says_what_each_key_is_for():
    schema = bank_schema()
    assert jsonschema.validators.validator_for(schema, None) is jsonschema.Draft202012Validator
    questions = schema["properties"]["questions"]["items"]["allOf"]
    for each in (schema, *(question["then"] for question in questions)):
        assert all(value["description"].strip() for value in each["properties"].values())
    assert schema["title"] == "A quizgen question bank"
    assert schema["properties"]["title"]["description"] == "Title, as a learner sees it"


GOOD = {
    "bank": "rings",
    "title": "The rings",
    "language": "en",
    "questions": [{"id": "one", "type": "essay", "prompt": "Why?"}],
}


def test_the_schema_takes_a_question_whose_type_stands_in_the_defaults():
    defaults = {"type": "essay", "hints": ["Think"]}
    question = {"id": "one", "prompt": "Why?"}
    assert checker().is_valid(GOOD | {"defaults": defaults, "questions": [question]})


@pytest.mark.parametrize(
    "change",
    [
        {"tittle": "The rings"},
        {"bank": "the rings"},
        {"title": ["The", "rings"]},
        {"sources": {"book": {"titel": "A Model"}}},
        {"sources": {"book": "A Model"}},
        {"defaults": {"prompt": "Why?"}},
        {"questions": []},
        {"questions": "one"},
        {"questions": ["one"]},
        {"defaults": {"type": "essay"}, "questions": [{"prompt": "Why?"}]},
        {"questions": [{"id": "one", "type": "essay", "promt": "Why?"}]},
        {"questions": [{"id": "one", "type": "essay"}]},
        {"questions": [{"id": "one", "type": "esay", "prompt": "Why?"}]},
        {"questions": [{"id": "one", "type": "essay", "prompt": "Why?", "hints": []}]},
        {"questions": [{"id": "one", "type": "essay", "prompt": "Why?", "hints": "Think"}]},
        {"questions": [{"id": "one", "type": "essay", "prompt": "Why?", "hints": [["Think"]]}]},
        {"questions": [{"id": "one", "type": "numeric", "prompt": "Why?", "answer": "1,5"}]},
        {"questions": [{"id": "one", "type": "matching", "prompt": "M", "pairs": [["a"]]}]},
    ],
    ids=lambda change: json.dumps(change)[:60],
)
def test_the_schema_refuses_what_the_reader_refuses(change):
    assert checker().is_valid(GOOD)
    assert not checker().is_valid(GOOD | change)
    assert decode(json.dumps(GOOD | change), "rings.yaml")[1]


# Whatever stands in a file, there is a bank or there are problems.

FUZZ = settings(max_examples=300, deadline=None, derandomize=True, database=None)
FOLDER = Path(tempfile.mkdtemp(prefix="quizgen-tests-"))

words = st.sampled_from(
    [
        "bank",
        "title",
        "language",
        "sources",
        "defaults",
        "questions",
        "id",
        "type",
        "prompt",
        "answer",
        "answers",
        "distractors",
        "text",
        "pairs",
        "items",
        "credit",
        "pin",
        "tags",
        "cite",
        "front",
        "back",
        "one",
        "two",
        "essay",
        "cloze",
        "matching",
        "numeric",
        "date",
        "true",
        "multiple-choice",
        "short-answer",
        "1",
        "-5%",
        "1951-05-21",
        "{{gap}}",
        "{{",
        "$x$",
        "$\\frac$",
        "![a](b.png)",
        "en",
        "''",
    ]
)
pieces = st.sampled_from(
    [
        ": ",
        "- ",
        "\n",
        "\n  ",
        "\n- ",
        "\n    ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        '"',
        "'",
        "&a ",
        "*a",
        "<<: ",
        "!t ",
        "|\n",
        ">-\n",
        "? ",
        "#",
        "\t",
        "---\n",
        "...\n",
        "%",
        "@",
        "\\",
        "\0",
        "😀",
        "\r\n",
        "\ufeff",
        "\u2028",
        "\x85",
        " ",
    ]
)
texts = st.lists(words | pieces | st.text(max_size=3), max_size=40).map("".join)
scalars = words | st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.text(), inner),
    max_leaves=12,
)


def read_bytes(data):
    path = FOLDER / "fuzz.yaml"
    path.write_bytes(data)
    banks, problems = bank.read([path])
    assert banks or problems
    for problem in problems:
        assert problem.span is None or min(problem.span.line, problem.span.column) > 0


@FUZZ
@given(texts)
def test_no_text_makes_the_reader_fail(text):
    read_bytes(text.encode("utf-8", "surrogatepass"))


@FUZZ
@given(texts)
def test_no_text_in_a_question_makes_the_reader_fail(text):
    read_bytes(f"{TEXT}    answer: {text}\n".encode("utf-8", "surrogatepass"))


@FUZZ
@given(st.binary(max_size=60))
def test_no_bytes_make_the_reader_fail(data):
    read_bytes(data)
    read_bytes(TEXT.encode("utf-8-sig") + data)


@FUZZ
@given(values)
def test_no_data_makes_the_reader_fail(value):
    read_bytes(yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "replace"))


@FUZZ
@given(st.sampled_from(sorted(TYPES)), st.data())
def test_no_value_in_a_question_makes_the_reader_fail(name, data):
    fields = st.sampled_from([*QUESTION_FIELDS[name], "other"])
    question = {"id": "one", "type": name, **data.draw(st.dictionaries(fields, values))}
    header = {"bank": "b", "title": "T", "language": "en"}
    dumped = yaml.safe_dump({**header, "questions": [question]}, allow_unicode=True)
    read_bytes(dumped.encode("utf-8", "replace"))


@FUZZ
@given(st.dictionaries(words, values, max_size=6))
def test_no_header_makes_the_reader_fail(header):
    question = {"id": "one", "type": "essay", "prompt": "Why?", "cite": "one"}
    data = {"questions": [question], "bank": "b", "title": "T", "language": "en", **header}
    read_bytes(yaml.safe_dump(data, sort_keys=False).encode("utf-8", "replace"))


@FUZZ
@given(st.dates(min_value=datetime.date(1, 1, 1)))
def test_every_day_of_the_calendar_is_read(day):
    question = only(f"id: one\ntype: date\nprompt: When?\nanswer: {day.isoformat()}")
    assert str(question.answer) == day.isoformat()


SVG = "<svg xmlns='http://www.w3.org/2000/svg'>{}</svg>"


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (SVG.format("\n<script>x</script>"), "image-unsafe", "holds <script> in line 2"),
        (SVG.format("<image href='https://example.org/x.png'/>"), "image-unsafe", "loads 'https:"),
        (SVG.format("<g>"), "image-kind", "is no SVG that can be read (mismatched tag in line 1)"),
        ("<html><svg></svg></html>", "image-kind", "has no <svg xmlns="),
    ],
)
def test_a_drawing_may_do_no_more_than_draw(data, code, message, tmp_path):
    (tmp_path / "a.svg").write_text(data, encoding="utf-8")
    _, (problem,) = with_image(tmp_path, "a.svg")
    assert problem.code == code
    assert f"'a.svg' {message}" in problem.message
