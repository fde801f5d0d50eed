"""Quiz files: sections filled from banks by topic, type and difficulty, no question twice."""

import itertools
import json
import re
import tempfile
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from quizgen import QuizgenError, load_blueprint, make_exam
from quizgen.blueprint import quiz_schema
from quizgen.cli import cli
from quizgen.writers import html

EXAM = """\
quiz: midterm
title: Mid-term
instructions: Answer *all*.
time: 45
banks: [dates, organizations]
sections:
  - {title: Dates, banks: dates, type: [date, numeric], count: 4, points: 2.5}
  - {title: Organizations, tag: sco, count: {easy: 3, medium: 2}, instructions: Choose one.}
  - {title: Anything, difficulty: hard, count: 5}
"""


@pytest.fixture
def exam(tmp_path):
    def make(text=EXAM, **given):
        path = tmp_path / "exam.yaml"
        path.write_text(text, encoding="utf-8")
        return make_exam(load_blueprint(path), **given)

    return make


def bank(name, questions):
    lines = [f"bank: {name}", f"title: {name}", "language: en", "questions:"]
    for each, tags in questions.items():
        lines += [f"  - {{id: {each}, type: essay, prompt: Why {each}?, tags: [{tags}]}}"]
    return "\n".join(lines)


def drawn(quiz):
    return [[item.question.id for item in section.items] for section in quiz.versions[0].sections]


def test_every_section_has_what_it_asks_for(exam):
    version = exam().versions[0]
    dates, organizations, anything = version.sections
    assert [item.bank.id for item in dates.items] == ["dates"] * 4
    assert {type(item.question).__name__ for item in dates.items} <= {"Date", "Numeric"}
    assert dates.points == 10
    assert {item.question.points for item in dates.items} == {Decimal("2.5")}
    levels = sorted(item.question.difficulty.value for item in organizations.items)
    assert levels == ["easy"] * 3 + ["medium"] * 2
    assert all(any(t.split("::")[0] == "sco" for t in i.question.tags) for i in organizations.items)
    assert {item.question.difficulty.value for item in anything.items} == {"hard"}


def test_no_question_stands_twice_and_numbers_go_on(exam):
    version = exam().versions[0]
    assert [item.number for item in version.items] == list(range(1, 15))
    assert len({(item.bank.id, item.question.id) for item in version.items}) == 14
    assert version.items == tuple(item for each in version.sections for item in each.items)


def test_the_head_has_what_the_file_says(exam):
    quiz = exam()
    assert (quiz.title, quiz.minutes, quiz.instructions.source, quiz.seed) == (
        *("Mid-term", 45, "Answer *all*.", "midterm"),
    )


def test_what_is_given_goes_before_what_the_file_says(exam):
    quiz = exam(seed="b", versions=3, title="Another")
    assert (quiz.seed, quiz.title) == ("b", "Another")
    assert [version.mark for version in quiz.versions] == ["A", "B", "C"]
    assert drawn(quiz) != drawn(exam())
    assert drawn(exam(seed="b")) == drawn(quiz)


def test_versions_share_the_questions_and_sections_keep_theirs(exam):
    quiz = exam(versions=2, shuffle=True)
    one, two = (
        [{item.question.id for item in section.items} for section in version.sections]
        for version in quiz.versions
    )
    assert one == two


def test_a_section_without_a_count_takes_what_is_left(exam, tmp_path):
    (tmp_path / "b.yaml").write_text(bank("b", dict.fromkeys("pqrst", "x")), encoding="utf-8")
    text = "quiz: q\ntitle: Q\nbanks: b.yaml\nsections:\n"
    text += "  - {title: Two, count: 2}\n  - {title: Rest}\n"
    two, rest = drawn(exam(text))
    assert (len(two), len(rest)) == (2, 3)
    assert sorted(two + rest) == list("pqrst")


@pytest.mark.parametrize("seed", range(8))
def test_a_section_gives_up_what_another_cannot_do_without(exam, tmp_path, seed):
    # `any` may take all three, `x` only the first two, `y` only the first.
    questions = {"first": "x, y", "second": "x", "third": "z"}
    (tmp_path / "b.yaml").write_text(bank("b", questions), encoding="utf-8")
    text = f"quiz: q\ntitle: Q\nseed: s{seed}\nbanks: b.yaml\nsections:\n"
    text += "  - {title: Any, count: 1}\n  - {title: X, tag: x, count: 1}\n"
    text += "  - {title: Y, tag: y, count: 1}\n"
    assert drawn(exam(text)) == [["third"], ["second"], ["first"]]


def test_banks_stand_beside_the_quiz_file_wherever_it_is_called_from(tmp_path, monkeypatch):
    folder = tmp_path / "school"
    folder.mkdir()
    (folder / "b.yaml").write_text(bank("b", {"one": "x"}), encoding="utf-8")
    path = folder / "exam.yaml"
    path.write_text("quiz: q\ntitle: Q\nsections:\n  - {title: S, banks: b.yaml}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert drawn(make_exam(load_blueprint("school/exam.yaml"))) == [["one"]]
    # In a folder of banks a quiz file is passed over, by itself too.
    result = CliRunner().invoke(cli, ["html", "school", "-o", "all.html", "--key", "none"])
    assert result.exit_code == 0, result.output


def test_too_much_is_told_section_by_section(exam):
    text = EXAM.replace("count: 4", "count: 40").replace("easy: 3", "easy: 30")
    with pytest.raises(QuizgenError) as caught:
        exam(text)
    assert [problem.span.line for problem in caught.value.problems] == [7, 8]
    assert {problem.code for problem in caught.value.problems} == {"section-short"}


@pytest.mark.parametrize("command", ["build", "anki", "html", "moodle", "list", "check"])
def test_every_command_takes_a_quiz_file(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "exam.yaml").write_text(EXAM, encoding="utf-8")
    result = CliRunner().invoke(cli, [command, "exam.yaml"])
    assert result.exit_code == 0, result.output
    if command == "build":
        xml = (tmp_path / "dist/quiz.xml").read_text(encoding="utf-8")
        kinds = re.findall('<question type="(.*?)"', xml)
        assert len([kind for kind in kinds if kind not in {"category", "description"}]) == 14
        assert xml.count("<defaultgrade>2.5<") == 4
        assert (tmp_path / "dist/quiz.apkg").stat().st_size
    if command == "moodle":
        verbose = CliRunner().invoke(cli, ["moodle", "exam.yaml", "--verbose"]).output
        assert "sections info: Moodle has the questions by bank" in verbose
        assert "sections info" not in result.output
    if command == "list":
        assert result.output.splitlines()[0] == "Mid-term (14 questions, 25 points, 45 minutes)"


LEVELS = ("easy", "medium", "hard")
wanted = st.tuples(
    st.sets(st.sampled_from(LEVELS), min_size=1),
    st.sampled_from([None, "odd", "even"]),
    st.integers(1, 7),
)


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(st.lists(wanted, min_size=1, max_size=4))
def test_an_exam_fails_only_if_no_choice_of_questions_would_do(sections):
    questions = "".join(
        f"  - {{id: q{n}, type: essay, prompt: Why {n}, difficulty: {LEVELS[n % 3]},"
        f" tags: [{'odd' if n % 2 else 'even'}]}}\n"
        for n in range(12)
    )
    parts = "".join(
        f"  - {{title: S, banks: a.yaml, difficulty: [{', '.join(sorted(levels))}],"
        f" count: {count}{f', tag: {tag}' if tag else ''}}}\n"
        for levels, tag, count in sections
    )
    fits = [
        {n for n in range(12) if LEVELS[n % 3] in levels and tag in (None, ("even", "odd")[n % 2])}
        for levels, tag, _ in sections
    ]
    counts = [count for *_, count in sections]
    enough = all(  # Hall's theorem
        len(set().union(*(fits[each] for each in group))) >= sum(counts[each] for each in group)
        for size in range(1, len(fits) + 1)
        for group in itertools.combinations(range(len(fits)), size)
    )
    with tempfile.TemporaryDirectory() as folder:
        head = "bank: a\ntitle: A\nlanguage: en\nquestions:\n"
        Path(folder, "a.yaml").write_text(head + questions, encoding="utf-8")
        path = Path(folder, "exam.yaml")
        path.write_text(f"quiz: e\ntitle: E\nsections:\n{parts}", encoding="utf-8")
        blueprint = load_blueprint(path)
    if not enough:
        with pytest.raises(QuizgenError, match="section-short"):
            make_exam(blueprint)
        return
    drawn = [{int(item.question.id[1:]) for item in each.items}
             for each in make_exam(blueprint).versions[0].sections]  # fmt: skip
    assert [len(each) for each in drawn] == counts
    assert len(set().union(*drawn)) == sum(counts)
    assert all(each <= fit for each, fit in zip(drawn, fits, strict=True))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["dates"], "names its banks itself"),
        (["--tag", "sco", "--count", "3"], "leave out --tag, --count"),
    ],
)
def test_what_a_quiz_file_does_not_bear_is_refused(tmp_path, more, says):
    path = tmp_path / "exam.yaml"
    path.write_text(EXAM, encoding="utf-8")
    result = CliRunner().invoke(cli, ["html", str(path), *more])
    assert result.exit_code == 2
    assert says in " ".join(result.output.split())


def test_the_schema_takes_what_the_reader_takes():
    result = CliRunner().invoke(cli, ["schema", "quiz"])
    schema = json.loads(result.output)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(quiz_schema())
    validator.validate(yaml.safe_load(EXAM))
    assert not validator.is_valid(yaml.safe_load(EXAM.replace("count: 4", "count: none")))
    assert not validator.is_valid(yaml.safe_load(EXAM.replace("points", "point")))


@pytest.mark.parametrize("text", [r"Write \![x](y.png).", "Write `![x](y.png)`.", "All![1]"])
def test_instructions_may_show_what_looks_like_an_image(text, exam):
    assert exam(EXAM.replace("Answer *all*.", text)).instructions.source == text


def test_the_sheet_has_the_sections_under_their_headings(exam):
    quiz = exam()
    files = html.write(quiz, html.HtmlOptions(layout=html.Layout.TEST)).files
    sheet = lxml_html.fromstring(files[".html"].decode())
    assert "45 minutes" in sheet.xpath("//header")[0].text_content()
    assert sheet.xpath("//main//div[contains(@class,'instructions')]//em/text()") == ["all"]
    assert sheet.xpath("//div[@class='section']/h2/text()") == [
        *("Dates", "Organizations", "Anything"),
    ]
    assert sheet.xpath("//div[@class='section']/p/text()")[0] == "10 points"
    lists = [
        each.xpath("./li[starts-with(@class, 'question')]")
        for each in sheet.xpath("//ol[@class='questions']")
    ]
    assert [len(each) for each in lists] == [4, 5, 5]
    key = lxml_html.fromstring(files["-key.html"].decode())
    assert len(key.xpath("//ol[@class='solutions']/li")) == 14
