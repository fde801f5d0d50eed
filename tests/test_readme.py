"""The README's examples, run in an empty folder."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizgen.blueprint import QUIZ_FIELDS, SECTION_FIELDS
from quizgen.cli import cli
from quizgen.decode import BANK_FIELDS, COMMON_FIELDS, QUESTION_FIELDS

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ quizgen (.+)$", README, re.MULTILINE)


def block(language, start=""):
    return re.search(rf"```{language}\n({start}.*?)```", README, re.DOTALL)[1]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-bank.yaml").write_text(block("yaml"), encoding="utf-8")
    (tmp_path / "exam.yaml").write_text(block("yaml", "quiz:"), encoding="utf-8")
    header = tmp_path / "school" / "html" / "school.html.j2"
    header.parent.mkdir(parents=True)
    header.write_text(block("jinja"), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_works(folder, command):
    result = CliRunner().invoke(cli, shlex.split(command))
    assert result.exit_code == 0, result.output


def test_the_bank_has_ten_lines():
    assert len(block("yaml").splitlines()) == 10


def test_the_header_of_a_school_has_ten_lines_and_stands_above_the_title(folder):
    assert len(block("jinja").splitlines()) == 10
    (command,) = (each for each in COMMANDS if "--templates school" in each)
    CliRunner().invoke(cli, shlex.split(command))
    sheet = Path("test.html").read_text(encoding="utf-8")
    assert sheet.index("Hillside School") < sheet.index("Seen at home</td>") < sheet.index("<h1")


def test_the_build_holds_what_it_says(folder):
    CliRunner().invoke(cli, ["build", "my-bank.yaml", "-d", "out"])
    named = re.search(r"`out/` holds (.+?)\.\n", README)[1]
    assert sorted(re.findall(r"`(.+?)`", named)) == sorted(
        each.name for each in Path("out").iterdir()
    )


def test_the_message_is_the_real_one(folder):
    bank = block("yaml").replace("answer:", "anwser:")
    Path("my-bank.yaml").write_text(bank, encoding="utf-8")
    assert block("text").strip() in CliRunner().invoke(cli, ["check", "my-bank.yaml"]).output


def test_the_message_of_an_exam_is_the_real_one(folder):
    exam = block("yaml", "quiz:").replace("count: 4", "count: 40")
    Path("exam.yaml").write_text(exam, encoding="utf-8")
    said = block("text", "exam").strip()
    assert said in CliRunner().invoke(cli, ["check", "exam.yaml"]).output


def test_the_library_works(folder):
    names = {}
    first, second = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(first, names)
    assert set(names["output"].files) == {".xml"}
    exec(second, names)
    assert set(names["output"].files) == {".apkg"}
    assert names["files"].keys() == {Path("quizgen.lock")}


@pytest.mark.parametrize("name", cli.commands)
def test_every_command_is_told_of(name):
    assert f"`quizgen {name}" in README


@pytest.mark.parametrize(
    "key",
    sorted(
        {
            *BANK_FIELDS,
            *QUIZ_FIELDS,
            *SECTION_FIELDS,
            *COMMON_FIELDS,
            *QUESTION_FIELDS,
            *(k for f in QUESTION_FIELDS.values() for k in f),
        }
    ),
)
def test_every_key_is_told_of(key):
    assert re.search(rf"[`{{ ]{re.escape(key)}[`,}}]", README)


@pytest.mark.parametrize("picture", re.findall(r"\]\((docs/.+?)\)", README))
def test_every_picture_is_there(picture):
    assert (Path(__file__).parent.parent / picture).is_file()
