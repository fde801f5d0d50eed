"""Every fault that reading finds: `cases/bad/NAME.yaml` prints `NAME.txt`, to the letter."""

import re
from pathlib import Path

import pytest

from quizgen import bank
from quizgen.blueprint import read_all
from quizgen.decode import decode
from quizgen.exam import shortages

BAD = Path(__file__).parent / "cases" / "bad"
NAMES = sorted(path.stem for path in BAD.glob("*.yaml"))

HEADER = "bank: case\ntitle: A case\nlanguage: en\n"


def messages(names):
    found = read_all(names)
    return [str(problem) for problem in (*found.problems, *shortages(found))]


def essay(more):
    return f"{HEADER}questions:\n  - id: one\n    type: essay\n    prompt: Why?\n    {more}\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_file_prints_its_problems(name, monkeypatch, request):
    monkeypatch.chdir(BAD)
    found = "".join(f"{message}\n" for message in messages([f"{name}.yaml"]))
    expected = BAD / f"{name}.txt"
    if request.config.getoption("--update-goldens"):
        expected.write_text(found, encoding="utf-8")
    assert found.splitlines() == expected.read_text(encoding="utf-8").splitlines()


def test_every_bad_file_has_its_expected_output():
    assert {path.stem for path in BAD.glob("*.txt")} == set(NAMES)


def test_every_bad_file_has_a_problem_with_a_place_in_it():
    for name in NAMES:
        for line in (BAD / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            # What is wrong with the bank of a quiz stands in the bank.
            file = "id-with-spaces" if name == "quiz-bank-broken" else name
            assert re.match(rf"{re.escape(file)}\.yaml:[1-9]\d*:[1-9]\d*: [a-z-]+ \S", line)
        assert (BAD / f"{name}.txt").stat().st_size


def test_all_faults_of_all_files_come_in_one_run_sorted(monkeypatch):
    monkeypatch.chdir(BAD)
    names = [f"{name}.yaml" for name in ("ten-faults", "yaml-tab", "duplicate-id", "empty")]
    alone = [line for name in sorted(names) for line in messages([name])]
    found = [line for line in messages(names) if " duplicate-bank " not in line]
    assert found == alone
    assert {line.split(":")[0] for line in found} == set(names)


# What is too large for a file.


@pytest.mark.parametrize(("opening", "column"), [("[", 51), ("{a: ", 171)])
def test_nesting_past_the_limit(opening, column):
    found = decode(f"{HEADER}defaults: {opening * 500}\n", "deep.yaml")
    assert found[0] is None
    assert [str(problem) for problem in found[1]] == [
        f"deep.yaml:4:{column}: too-deep values nest more than 40 levels deep; check the brackets"
    ]


@pytest.mark.parametrize("opening", ["[", "{a: ", "[{", "{? "])
def test_nesting_past_the_limit_of_the_parser(opening):
    # Which level it names depends on the LibYAML that PyYAML brings along.
    found = decode(f"{HEADER}defaults: {opening * 5000}\n", "deep.yaml")
    assert found[0] is None
    (problem,) = found[1]
    assert problem.code == "too-deep"
    assert problem.span.line == 4
    assert problem.message == "values nest more than 40 levels deep; check the brackets"


def test_nesting_within_the_limit_is_for_the_model_to_judge():
    _, problems = decode(essay("hints: " + "[" * 30 + "]" * 30), "deep.yaml")
    assert [problem.code for problem in problems] == ["not-a-text"]


def test_at_most_a_hundred_control_characters_are_named():
    _, problems = decode("\x07" * 1000, "bell.yaml")
    assert len(problems) == 100
    assert str(problems[99]).startswith("bell.yaml:1:100: control-character ")


def test_a_cloze_of_more_gaps_than_groups_is_a_problem_or_none():
    gaps = " ".join("{{gap}}" for _ in range(1200))
    text = f"{HEADER}questions:\n  - id: one\n    type: cloze\n    text: '{gaps}'\n"
    _, problems = decode(text, "gaps.yaml")
    assert all(problem.code == "gap" for problem in problems)


@pytest.mark.parametrize(
    "line",
    [
        'lines: "1\\n2"',
        'difficulty: "ha\\nrd"',
        'tags: ["a,\\nb"]',
        'cite: "esay\\u2028x"',
        'cite: "es\\nay"',
        'points: "1\\n"',
        '"odd\\nkey": 1',
        'shuffle: "per\\nhaps"',
    ],
)
def test_a_problem_prints_in_one_line(line):
    _, problems = decode(essay(line), "lines.yaml")
    assert [len(str(problem).splitlines()) for problem in problems] == [1]


def test_a_value_is_shown_up_to_sixty_characters():
    for length, shown in ((60, "x" * 60), (61, f"{'x' * 59}…")):
        (problem,) = decode(essay(f"difficulty: {'x' * length}"), "long.yaml")[1]
        assert problem.message.startswith(f"'{shown}' is no difficulty")


def test_a_bank_with_a_bad_source_is_none():
    found, problems = decode(
        f"{HEADER}sources: {{book: {{}}}}\nquestions: [{{id: a, type: essay, prompt: Why?}}]\n",
        "b.yaml",
    )
    assert found is None
    assert [each.code for each in problems] == ["missing-key"]


def test_a_problem_is_not_as_long_as_what_it_is_about():
    _, problems = decode(essay(f"difficulty: {'x' * 100_000}"), "long.yaml")
    assert all(len(str(problem)) < 1000 for problem in problems)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        (r"\frac", "something is missing in it"),
        (r"\nosuchmacro{x}", r"there is no macro '\nosuchmacro'"),
        ("x_1_2", "double subscripts"),
    ],
)
def test_a_thorough_reading_tries_every_formula(formula, reason, tmp_path):
    path = tmp_path / "formula.yaml"
    path.write_text(essay(f"answer: Since ${formula}$."), encoding="utf-8")
    assert bank.read([path])[1] == ()
    _, problems = bank.read([path], thorough=True)
    assert [str(problem) for problem in problems] == [
        f"{path}:8:13: math the formula '{formula}' cannot be read: {reason}; correct it"
    ]


@pytest.mark.parametrize(
    "text",
    [
        essay(f"feedback: {chr(7) * 300_000}"),
        f"{HEADER}questions:\n  - {{id: one, type: cloze, text: '{'{{' * 20_000}'}}\n",
    ],
    ids=["control-characters", "unclosed-gaps"],
)
def test_many_faults_take_no_longer_than_a_file_of_their_size(text):
    import time

    start = time.process_time()
    decode(text, "many.yaml")
    assert time.process_time() - start < 2


def test_a_message_holds_nothing_that_a_terminal_obeys():
    _, problems = decode('bank: b\n"ti\\etle": "\\x9bx"\n', "b.yaml")
    shown = "\n".join(map(str, problems))
    assert "'ti\\x1btle'" in shown
    assert shown.replace("\n", "").isprintable()


def test_an_escape_of_half_a_character_is_told_of():
    _, problems = decode('bank: b\ntitle: "a\\ud83d\\ude00"\n', "b.yaml")
    assert list(map(str, problems)) == [
        "b.yaml:2:12: yaml this escape names half of a character, or none; write the character itself"
    ]
