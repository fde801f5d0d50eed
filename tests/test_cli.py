"""The commands: what they write, say and end with."""

import gc
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizgen import __main__
from quizgen.cli import DIFFICULTIES, TYPES, cli
from quizgen.model import TYPES as MODEL_TYPES
from quizgen.model import Difficulty

BANK = """\
bank: small
title: A small bank
language: en
sources: {essay: {title: An essay}}
defaults: {tags: [small], difficulty: easy}
questions:
  - {id: one, type: true-false, prompt: One is odd., answer: true, cite: essay ¶1}
  - {id: two, type: flashcard, front: Two, back: "2", tags: [small, even]}
  - id: three
    type: multiple-choice
    prompt: Three?
    answer: "3"
    distractors: ["4", "5"]
    difficulty: hard
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    Path("small.yaml").write_text(BANK, encoding="utf-8")
    return tmp_path


def run(*words, status=0):
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exit_code == status, result.output
    return result


def quizgen(*words, **options):
    """The real command, in a process of its own."""
    command = [sys.executable, "-m", "quizgen", *words]
    return subprocess.run(command, capture_output=True, check=False, **options)


def names():
    """What has been written, but for the lock that a deck leaves beside its bank."""
    given = ("small.yaml", "quizgen.lock")
    return sorted(each.name for each in Path().iterdir() if each.name not in given)


def test_build_writes_all_three():
    result = run("build", "small.yaml", "-d", "out", "--name", "week-1")
    files = ["week-1-key.html", "week-1.apkg", "week-1.html", "week-1.xml"]
    assert sorted(each.name for each in Path("out").iterdir()) == files
    assert result.stdout == ""
    assert "wrote out/week-1.apkg" in result.stderr


def test_build_without_banks_takes_the_shipped_ones():
    result = run("build", "-v")
    assert names() == ["dist"]
    read = re.findall("^read .*?([a-z-]+)[.](?:yaml|lock):", result.stderr, re.MULTILINE)
    assert sorted(read) == ["dates", "four-rings", "organizations", "peace-formula", "quizgen"]


def test_a_picture_is_not_written_over_however_its_name_is_written():
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    Path("a ring.svg").write_bytes(drawn)
    shown = BANK.replace("One is odd.", '"![a ring](a%20ring.svg)"')
    Path("small.yaml").write_text(shown, encoding="utf-8")
    assert (
        "is read by this command"
        in run("moodle", "small.yaml", "-o", "a ring.svg", status=1).stderr
    )
    assert Path("a ring.svg").read_bytes() == drawn


def test_build_twice_gives_the_same_bytes():
    run("build", "small.yaml", "-d", "a")
    run("build", "small.yaml", "-d", "b")
    for file in Path("a").iterdir():
        assert file.read_bytes() == Path("b", file.name).read_bytes()


@pytest.mark.parametrize(
    ("command", "files"),
    [
        (["anki"], ["quiz.apkg"]),
        (["moodle"], ["quiz.xml"]),
        (["html"], ["quiz-key.html", "quiz.html"]),
        (["html", "--key", "none"], ["quiz.html"]),
        (["html", "--key", "inline"], ["quiz.html"]),
        (["html", "--key", "only", "-o", "key.html"], ["key.html"]),
        (["html", "--versions", "2", "-o", "t.html"], ["t-A.html", "t-B.html", "t-key.html"]),
        (["moodle", "-o", "sub/folder/x"], ["sub"]),
    ],
)
def test_files_are_named_after_the_output(command, files):
    run(*command, "small.yaml")
    assert names() == files


@pytest.mark.parametrize("command", ["anki", "html", "moodle"])
def test_a_dash_is_standard_output(command):
    result = quizgen(command, "small.yaml", "-o", "-")
    assert result.returncode == 0
    assert result.stdout[:2] in (b"PK", b"<!", b"<?")
    assert names() == []


def test_several_documents_do_not_go_to_standard_output():
    assert (
        "several versions" in run("html", "--versions", 2, "-o", "-", "small.yaml", status=2).stderr
    )
    assert "--key only" in run("html", "small.yaml", "-o", "-").stderr


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        (["--tag", "even"], "small.two"),
        (["--type", "true-false"], "small.one"),
        (["--difficulty", "hard"], "small.three"),
        (["--type", "flashcard", "--type", "true-false"], "small.one, small.two"),
        (["--count", "1", "--seed", "x"], "small."),
    ],
)
def test_selection(options, chosen):
    result = run("moodle", "small.yaml", "-v", *options)
    assert f"chose: {chosen}" in result.stderr


def test_a_count_past_the_end_is_a_warning_and_strictly_an_error():
    assert "too-few-questions warning:" in run("moodle", "small.yaml", "--count", 9).stderr
    Path("quiz.xml").unlink()
    run("moodle", "small.yaml", "--count", 9, "--strict", status=1)
    assert names() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["moodle", "--tag", "evne"],
            "no-tag no question has the tag 'evne'; did you mean 'even'?",
        ),
        (["moodle", "--type", "essay"], "no-questions no question passes the filters"),
        (["check", "smal.yaml"], "smal.yaml:1:1: unreadable"),
        (["check", "date"], "did you mean 'dates'?"),
        (["list", "nothing"], "no-bank 'nothing' is no file, folder or shipped bank"),
    ],
)
def test_wrong_input_is_status_1(words, said):
    bank = ["small.yaml"] if words[0] == "moodle" else []
    result = run(*words, *bank, status=1)
    assert said in (result.stdout if words[0] == "check" else result.stderr)
    assert names() == []


@pytest.mark.parametrize(
    "words",
    [
        ["moodle", "--type", "esay"],
        ["build", "--name", "a/b"],
        ["html", "--paper", "a5"],
        ["html", "--versions", "27"],
        ["anki", "--count", "0"],
        ["nothing"],
    ],
)
def test_a_wrong_call_is_status_2(words):
    run(*words, status=2)
    assert names() == []


def test_check_counts_and_fails_on_errors():
    assert "3 questions in 1 bank: 0 errors, 0 warnings" in run("check", "small.yaml").stdout
    Path("small.yaml").write_text(BANK + "    pionts: 2\n", encoding="utf-8")
    result = run("check", "small.yaml", status=1)
    said = "small.yaml:15:5: unknown-key a multiple-choice question has no 'pionts'; did you mean 'points'?"
    assert said in result.stdout
    assert "1 error," in result.stdout


def test_check_finds_a_formula_that_paper_cannot_show():
    Path("small.yaml").write_text(BANK.replace("Three?", r"What is $\nosuch$?"), encoding="utf-8")
    assert r"small.yaml:11:13: math" in run("check", "small.yaml", status=1).stdout
    assert r"small.yaml:11:13: math" in run("build", "small.yaml", status=1).stderr
    assert names() == []


def test_one_format_that_fails_stops_them_all():
    many = ", ".join(str(number) for number in range(11))
    Path("small.yaml").write_text(
        BANK + f"  - {{id: many, type: multiple-response, prompt: All?, answers: [{many}]}}\n",
        encoding="utf-8",
    )
    result = run("build", "small.yaml", status=1)
    assert "small.yaml:15:5: moodle-fraction" in result.stderr
    assert names() == []
    run("html", "small.yaml")


def test_list_counts_by_type_difficulty_and_tag():
    lines = run("list", "small.yaml").stdout.splitlines()
    assert lines[0] == "small: A small bank (3 questions)"
    assert [line.split() for line in lines[2:]] == [
        ["difficulty", "easy", "2,", "hard", "1"],
        ["tags", "small", "3,", "even", "1"],
        ["cited", "essay", "1:", "¶1", "1"],
    ]


def test_schema_is_json():
    assert json.loads(run("schema").stdout)["title"] == "A quizgen question bank"


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_help_has_examples(name):
    text = run(name, "--help").stdout
    assert f"  quizgen {name}" in text


def test_the_words_of_the_options_are_those_of_the_model():
    assert tuple(MODEL_TYPES) == TYPES
    assert tuple(each.value for each in Difficulty) == DIFFICULTIES


def test_help_imports_nothing_heavy():
    code = "import sys; from quizgen.cli import cli; cli(['--help'], standalone_mode=False); "
    code += "print([m for m in ('yaml', 'jinja2', 'babel', 'genanki') if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.endswith("[]\n")


def test_completion_knows_the_shipped_banks():
    words = {
        "COMP_WORDS": "quizgen anki d",
        "COMP_CWORD": "2",
        "_QUIZGEN_COMPLETE": "bash_complete",
    }
    result = quizgen(env={**os.environ, **words}, text=True)
    assert "plain,dates" in result.stdout


def test_own_templates_replace_the_shipped(folder):
    own = folder / "own" / "html"
    own.mkdir(parents=True)
    (own / "head.html.j2").write_text("<h1>Our school: {{ title }}</h1>", encoding="utf-8")
    run("html", "small.yaml", "--templates", "own")
    assert "Our school: A small bank" in Path("quiz.html").read_text(encoding="utf-8")
    (own / "head.html.j2").write_text("{{ nothing }}{% if %}", encoding="utf-8")
    assert "template" in run("html", "small.yaml", "--templates", "own", status=1).stderr


def test_a_read_only_folder_is_told(folder):
    (folder / "locked").mkdir(mode=0o500)
    # Root may write into any folder but those of the kernel.
    target = "locked/quiz.xml" if os.geteuid() else "/proc/quiz.xml"
    result = run("moodle", "small.yaml", "-o", target, status=1)
    assert f"not-written cannot write {target}: " in result.stderr
    assert "nothing was changed" in result.stderr


def test_a_folder_in_the_way_is_told(folder):
    (folder / "quiz.xml").mkdir()
    assert "quiz.xml is a folder" in run("moodle", "small.yaml", status=1).stderr
    assert names() == ["quiz.xml"]


def test_a_full_disk_leaves_the_old_file(folder, monkeypatch):
    run("moodle", "small.yaml")
    old = Path("quiz.xml").read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = run("moodle", "small.yaml", "--title", "Another", status=1)
    assert "cannot write quiz.xml: No space left on device; nothing was changed" in result.stderr
    assert Path("quiz.xml").read_bytes() == old
    assert names() == ["quiz.xml"]


def test_a_symbolic_link_stays_one(folder):
    (folder / "real").mkdir()
    Path("quiz.xml").symlink_to("real/quiz.xml")
    run("moodle", "small.yaml")
    assert Path("quiz.xml").is_symlink()
    assert Path("real/quiz.xml").is_file()


def test_a_closed_pipe_ends_quietly():
    process = subprocess.Popen(
        [sys.executable, "-m", "quizgen", "moodle", "-o", "-"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


def deck_moment(name="quiz.apkg"):
    import sqlite3

    with zipfile.ZipFile(name) as package:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(package.read("collection.anki2"))
    moment = connection.execute("select max(mod) from notes").fetchone()[0]
    connection.close()
    return moment


def test_a_deck_is_dated_by_source_date_epoch(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    run("anki", "small.yaml")
    assert deck_moment() == 1700000000


@pytest.mark.parametrize("given", ["soon", "", "-1", "0", "1.5", "253402300800", "9" * 5000, "١٩"])
def test_a_source_date_epoch_that_is_no_time_is_told(monkeypatch, given):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    assert f"SOURCE_DATE_EPOCH is '{given[:30]}" in run("anki", "small.yaml", status=1).stderr


def test_a_deck_is_dated_by_its_newest_bank_never_the_future():
    os.utime("small.yaml", (1600000000, 1600000000))
    run("anki", "small.yaml")
    assert deck_moment() == 1600000000
    os.utime("small.yaml", (9999999999, 9999999999))
    run("anki", "small.yaml")
    assert deck_moment() < 9999999999


def test_a_deck_is_dated_by_the_commit_of_a_clean_bank():
    when = {"GIT_AUTHOR_DATE": "@1650000000 +0000", "GIT_COMMITTER_DATE": "@1650000000 +0000"}
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "small.yaml"], [*who, "commit", "-qm", "A bank"]):
        subprocess.run(["git", *words], check=True, env={**os.environ, **when})
    run("anki", "small.yaml")
    assert deck_moment() == 1650000000
    Path("small.yaml").write_text(BANK.replace("Three", "3"), encoding="utf-8")
    os.utime("small.yaml", (1660000000, 1660000000))
    run("anki", "small.yaml")
    assert deck_moment() == 1660000000


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("command", ["moodle", "check"])
def test_long_work_shows_progress_on_a_terminal(folder, monkeypatch, command):
    from quizgen import cli as module

    monkeypatch.setattr(module, "LONG_WORK", 2)
    monkeypatch.setattr(sys, "stderr", Terminal())
    files = [f"b{number}.yaml" for number in range(6)]
    for number, file in enumerate(files):
        Path(file).write_text(
            BANK.replace("bank: small", f"bank: small-{number}"), encoding="utf-8"
        )
    with pytest.raises(SystemExit) as ended:
        cli([command, *files])
    assert ended.value.code == 0
    assert "100%" in sys.stderr.getvalue()


def test_the_command_and_the_module_are_one(monkeypatch, capfd):
    monkeypatch.setattr(sys, "argv", ["quizgen", "--version"])
    monkeypatch.setattr(__main__.signal, "signal", lambda *_: None)  # this process has its own
    try:
        with pytest.raises(SystemExit):
            __main__.main()
    finally:
        gc.enable()
    assert capfd.readouterr().out == quizgen("--version", text=True).stdout


def test_an_unknown_name_of_the_library():
    import quizgen as library

    with pytest.raises(AttributeError, match="no attribute 'wirte_anki'"):
        _ = library.wirte_anki
    assert all(getattr(library, name) for name in library.__all__)


def test_check_for_moodle_says_what_it_could_not_hold(tmp_path):
    bank = tmp_path / "bank.yaml"
    right = ", ".join(f"right {i}" for i in range(11))
    bank.write_text(
        "bank: b\ntitle: A bank\nlanguage: en\nquestions:\n"
        f"  - {{id: a, type: multiple-response, prompt: '?', answers: [{right}]}}\n"
        "  - {id: b, type: true-false, prompt: '![dot](no.png)', answer: true, hints: [Look.]}\n"
        "  - {id: c, type: date, prompt: When?, answer: 1951}\n",
        encoding="utf-8",
    )
    words = ["check", bank, "--level", "warning"]
    alone, told = (run(*words, *more, status=1).output for more in ([], ["--for", "moodle"]))
    found = [line.split()[1] for line in told.splitlines() if ".yaml:" in line]
    assert found == ["moodle-fraction", "image-missing", "moodle-hints"]
    assert [line.split()[1] for line in alone.splitlines() if ".yaml:" in line] == found[1:2]


def test_check_for_moodle_reads_a_quiz_file_with_its_points(tmp_path):
    gaps = "text: '{{a}} and {{b}}'"
    head = "language: en\nquestions:\n  - "
    bank = f"bank: b\ntitle: B\n{head}{{id: q, type: cloze, points: 2, {gaps}}}\n"
    old = f"bank: old\ntitle: Old\n{head}{{id: q, type: essay, prompt: P, retired: true}}\n"
    exam = "quiz: x\ntitle: X\nsections:\n  - {title: S, banks: b.yaml, points: 2.5}\n"
    for name, text in (("b", bank), ("old", old), ("exam", exam)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    words = ("check", "--for", "moodle", "--level", "warning")
    assert "moodle-weight" not in run(*words, tmp_path / "b.yaml", tmp_path / "old.yaml").output
    said = run(*words, tmp_path / "exam.yaml").output
    assert "moodle-weight warning: Moodle counts whole points a gap: 2 gaps make 2" in said
    assert run(*words, tmp_path / "old.yaml").exit_code == 0


def test_shipped_banks_have_nothing_that_moodle_could_not_hold():
    run("check", "--for", "moodle", "--strict", "--level", "warning")


def test_the_narrowest_help_breaks_no_word(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    said = CliRunner().invoke(cli, ["build", "--help"]).output
    assert "(repeatable)" in said
    assert "[BANKS]..." in said
