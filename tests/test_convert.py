"""`quizgen convert`: what it writes, says and ends with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizgen.bank import load
from quizgen.cli import FORMATS, cli
from quizgen.readers.table import READERS

EVERYTHING = Path(__file__).parent / "cases" / "good" / "everything.yaml"
GIFT = "$CATEGORY: A/B\n\n::one::Who?{=I ~you}\n\n$CATEGORY: A/C\n\n::two::Is it?{T}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("quiz.gift").write_text(GIFT, encoding="utf-8")
    return tmp_path


def run(*words, status=0):
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exit_code == status, result.output
    return result


def test_the_formats_are_those_that_can_be_read():
    assert set(READERS) == set(FORMATS)


def test_a_bank_and_its_pictures_are_written():
    run("moodle", EVERYTHING, "-o", "quiz.xml")
    result = run("convert", "quiz.xml", "-o", "new/bank.yaml")
    assert sorted(str(each) for each in Path("new").rglob("*.*")) == [
        "new/bank.yaml",
        "new/images/dot.png",
    ]
    assert "wrote new/bank.yaml (21 questions)" in result.stderr
    assert "wrote 1 file beside it" in result.stderr
    (bank,) = load(["new/bank.yaml"])
    assert bank.id == "everything"
    run("moodle", "new/bank.yaml", "-o", "again.xml")
    assert Path("again.xml").read_bytes().count(b"<file ") == Path("quiz.xml").read_bytes().count(
        b"<file "
    )


def test_a_dash_is_standard_output():
    result = run("convert", "quiz.gift", "--language", "en", "-o", "-")
    assert result.stdout.startswith("bank: a\ntitle: A\nlanguage: en\n")
    assert result.stderr == ""


def test_options_go_before_what_the_file_says():
    words = ["--bank", "x", "--title", "Ein Titel", "--language", "de"]
    run("convert", "quiz.gift", *words)
    (bank,) = load(["bank.yaml"])
    assert (bank.id, bank.title, bank.language) == ("x", "Ein Titel", "de")


def test_several_banks_go_into_a_folder():
    run("convert", "quiz.gift", "--categories", "banks", "-o", "out")
    assert sorted(each.name for each in Path("out").iterdir()) == ["b.yaml", "c.yaml"]
    for output in ("-", "bank.yaml"):
        said = run("convert", "quiz.gift", "--categories", "banks", "-o", output, status=2).stderr
        assert "name a folder with -o" in said


def test_a_bank_is_not_replaced_without_being_told_to():
    Path("bank.yaml").write_text("mine", encoding="utf-8")
    said = run("convert", "quiz.gift", status=1).stderr
    assert "exists bank.yaml is there already; write elsewhere, or replace it with --force" in said
    assert Path("bank.yaml").read_text(encoding="utf-8") == "mine"
    run("convert", "quiz.gift", "--force")
    run("convert", "quiz.gift")  # the same again changes nothing


def test_warnings_are_errors_if_strict():
    said = run("convert", "quiz.gift", "--strict", status=1).stderr
    assert "no-language warning: " in said
    assert not Path("bank.yaml").exists()
    run("convert", "quiz.gift", "--strict", "--language", "en")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["gone.xml"], 1, "gone.xml:1:1: unreadable"),
        (["quiz.gift", "--from", "moodle"], 1, "quiz.gift:1:1: xml this is no XML"),
        (["notes.txt"], 1, "notes.txt:1:1: format this is neither Moodle XML nor GIFT nor Aiken"),
        (["quiz.gift", "--from", "word"], 2, "'word' is not one of"),
        (["quiz.gift", "--bank", "a b"], 2, "'a b' is no id"),
        (["quiz.gift", "--language", "xx-y"], 2, "'xx-y' is no known language tag"),
        ([], 2, "Missing argument 'FILE'"),
        ([".", "--from", "gift"], 1, "unreadable"),
    ],
)
def test_what_is_wrong_is_told(words, status, said):
    Path("notes.txt").write_text("words", encoding="utf-8")
    assert said in run("convert", *words, status=status).stderr
    assert not Path("bank.yaml").exists()


@pytest.mark.parametrize("format_", ["gift", "aiken"])
def test_the_written_file_is_read_again(format_):
    run(format_, EVERYTHING, "-o", f"quiz.{format_}.txt")
    run("convert", f"quiz.{format_}.txt", "-o", "back.yaml", "--language", "en-GB")
    assert load(["back.yaml"])[0].questions


def test_completion_knows_the_formats():
    words = {
        "COMP_WORDS": "quizgen convert --from m",
        "COMP_CWORD": "3",
        "_QUIZGEN_COMPLETE": "bash_complete",
    }
    command = [sys.executable, "-m", "quizgen"]
    result = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, **words}
    )
    assert "plain,moodle" in result.stdout


def test_gift_needs_no_library_of_the_extra():
    code = (
        "import sys; from quizgen.readers.gift import read; from quizgen.readers.reading import ReadOptions;"
        " read(b'Who?{=I ~you}', 'q', ReadOptions());"
        " print([m for m in ('lxml', 'bs4', 'markdownify') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"
