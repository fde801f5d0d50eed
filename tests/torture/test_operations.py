"""What every command says and ends with on every fault, and on what terminals."""

import contextlib
import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import NamedTuple

import pytest

from quizgen.cli import cli
from tests.torture.scale import FULL, scaled

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
RUNS = Path(__file__).with_name("runs.py")

SMALL = """\
bank: small
title: A small bank
language: en
questions:
  - {id: one, type: true-false, prompt: One is odd., answer: true, tags: [odd]}
  - {id: two, type: flashcard, front: Two?, back: "2", tags: [even]}
  - {id: three, type: essay, prompt: Three?, difficulty: hard}
"""
EXAM = """\
quiz: exam
title: An exam
sections: [{title: All, banks: small.yaml, count: COUNT}]
"""
MOODLE = """\
<quiz><question type="truefalse"><name><text>One</text></name>
<questiontext><text>One is odd.</text></questiontext>
<answer fraction="100"><text>true</text></answer>
<answer fraction="0"><text>false</text></answer></question></quiz>
"""
TWO = """\
$CATEGORY: $course$/One

::a:: Odd? {T}

$CATEGORY: $course$/Two

::b:: Even? {T}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with every fault in it; no run changes it."""
    folder = tmp_path_factory.mktemp("faults")
    texts = {
        "small.yaml": SMALL,
        "پڑوسی.yaml": SMALL.replace("bank: small", "bank: پڑوسی"),
        "twin.yaml": SMALL,
        "wrong.yaml": SMALL.replace("answer: true", "anwser: true"),
        "غلط.yaml": SMALL.replace("answer: true", "جواب: true"),
        "weak.yaml": SMALL.replace("One is odd.", "“One” is not odd."),
        "many.yaml": SMALL + "  - {id: four, type: multiple-response, prompt: All?, answers: ["
        + ", ".join(map(str, range(11))) + "]}\n",
        "tab.yaml": "bank: tab\n\ttitle: Tab\n",
        "picture.yaml": SMALL.replace("Three?", "'![x](no.png)'"),
        "locked/small.yaml": SMALL,
        "locked/quizgen.lock": "<<<<<<< HEAD\n",
        "exam.yaml": EXAM.replace("COUNT", "2"),
        "large.yaml": EXAM.replace("COUNT", "20"),
        "lost.yaml": EXAM.replace("small.yaml", "none.yaml").replace("COUNT", "2"),
        "own/html/head.html.j2": "{% if %}",
        "moodle.xml": MOODLE,
        "broken.xml": MOODLE[:-9],
        "two.gift.txt": TWO,
        "notes.md": "# Notes\n\nNothing is asked here.\n",
        "there.yaml": "bank: there\n",
        "empty/notes.txt": "",
        "zero.yaml": "",
        "file": "",
        "logo.txt": "no picture",
    }  # fmt: skip
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "latin.yaml").write_bytes(SMALL.replace("Two?", "Größe?").encode("latin-1"))
    (folder / "taken.xml").mkdir()
    for ending in ("html", "pdf", "apkg"):
        (folder / f"taken.{ending}").mkdir()
    return folder


class Row(NamedTuple):
    """A command line, what it ends with, and the first words of what it says."""

    words: str
    status: int
    said: str
    stream: str = "stderr"
    environment: dict | None = None


BANKS = ("build", "anki", "html", "moodle", "gift", "aiken")
"""Commands that read banks and write files."""


TRUE_FALSE = "small.yaml --type true-false"
"""What every format has without a warning."""


def rows():
    """Every fault of every command."""
    yield Row("", 2, "Usage: quizgen [OPTIONS] COMMAND")
    yield Row("--nothing", 2, "Usage: quizgen")
    yield Row("nothing", 2, "Usage: quizgen")
    for name in cli.commands:
        yield Row(f"{name} --nothing", 2, f"Usage: quizgen {name}")
    for name in (*BANKS, "list"):
        yield Row(f"{name} none.yaml", 1, "none.yaml:1:1: unreadable cannot read the file: No such")
        yield Row(f"{name} date", 1, "no-bank 'date' is no file, folder or shipped bank; did you")
        yield Row(f"{name} empty", 1, "empty:1:1: no-banks the folder holds no *.yaml file")
        yield Row(f"{name} zero.yaml", 1, "zero.yaml:1:1: empty the file is empty; a bank begins")
        yield Row(f"{name} tab.yaml", 1, "tab.yaml:2:1: yaml a tab cannot indent; use spaces")
        yield Row(f"{name} latin.yaml", 1, "latin.yaml:6:41: encoding byte 0xf6 is not UTF-8")
        yield Row(f"{name} /dev/null", 1, "/dev/null:1:1: not-a-file this is no regular file")
        yield Row(f"{name} wrong.yaml", 1, "wrong.yaml:5:5: missing-key a true-false question")
        yield Row(f"{name} غلط.yaml", 1, "غلط.yaml:5:5: missing-key a true-false question needs")
        yield Row(f"{name} picture.yaml", 1, "picture.yaml:7:38: image-missing cannot read 'no")
        yield Row(f"{name} small.yaml twin.yaml", 1, "twin.yaml:1:1: duplicate-bank the bank id")
        yield Row(f"{name} large.yaml", 1, "large.yaml:3:51: section-short the section 'All' asks")
        yield Row(f"{name} lost.yaml", 1, "lost.yaml:3:32: no-bank 'none.yaml' is no file or")
    for name in BANKS:
        yield Row(f"{name} small.yaml --tag evne", 1, "no-tag no question has the tag 'evne'; did")
        yield Row(f"{name} small.yaml --type date", 1, "no-questions no question passes the filt")
        yield Row(f"{name} --type esay", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} --count 0", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} --count x", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} --difficulty vast", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} --templates none", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} --title \x07", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} --title \udcff", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} --tag \ufffe", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} --seed \udcff", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} exam.yaml small.yaml", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} exam.yaml --count 1", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} small.yaml --count 9 --strict", 1, "too-few-questions warning: ")
        target = "-d file/x" if name == "build" else "-o file/x"
        yield Row(f"{name} {TRUE_FALSE} {target}", 1, "not-written cannot write file/x")
    for name, ending in {"html": "html", "moodle": "xml", "anki": "apkg", "gift": "html"}.items():
        yield Row(
            f"{name} small.yaml -o taken.{ending}", 1, f"not-written taken.{ending} is a fold"
        )
    yield Row("build small.yaml --name a/b", 2, "Usage: quizgen build")
    yield Row("build small.yaml --name ..", 2, "Usage: quizgen build")
    yield Row("build many.yaml", 1, "many.yaml:8:5: moodle-fraction")
    yield Row("moodle many.yaml", 1, "many.yaml:8:5: moodle-fraction")
    yield Row("moodle small.yaml --cloze no", 2, "Usage: quizgen moodle")
    yield Row("aiken small.yaml --strict", 1, "small.yaml:6:5: left-out warning: Aiken has")
    yield Row("anki small.yaml --port 1", 2, "Usage: quizgen anki")
    yield Row("anki small.yaml --push --port 99999", 2, "Usage: quizgen anki")
    yield Row("anki small.yaml --push --port 1", 1, "no-anki no Anki answers on 127.0.0.1:1; start")
    yield Row("anki small.yaml --locked", 1, "small.yaml:5:5: locked the note is not as in")
    yield Row("anki locked/small.yaml", 1, "locked/quizgen.lock:1:1: lock a merge left its mark")
    soon = {"SOURCE_DATE_EPOCH": "soon"}
    yield Row(
        "anki small.yaml", 1, "source-date-epoch SOURCE_DATE_EPOCH is 'soon'", environment=soon
    )
    for name in ("html", "pdf", "preview"):
        yield Row(f"{name} small.yaml --versions 27", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} small.yaml --language kl", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} small.yaml --logo none.png", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} small.yaml --layout poster", 2, f"Usage: quizgen {name}")
        yield Row(f"{name} small.yaml --paper a5", 2, f"Usage: quizgen {name}")
    yield Row("html small.yaml --versions 2 -o -", 2, "Usage: quizgen html")
    yield Row("html small.yaml --templates own", 1, "template own/html/head.html.j2")
    yield Row("html small.yaml --logo logo.txt", 1, "image-kind --logo: 'logo.txt' is no PNG, JPEG")
    yield Row("html small.yaml --layout cards --key only", 1, "no-key ")
    yield Row("html small.yaml --layout cards --type essay", 1, "no-cards ")
    yield Row("aiken small.yaml --type essay", 1, "nothing-held ")
    yield Row(
        "html small.yaml --layout crossword", 1, "left-out warning: a puzzle leaves out 3 of 3"
    )
    yield Row("pdf small.yaml --browser none", 1, "no-browser 'none' is no program; install")
    yield Row(
        "pdf small.yaml", 1, "no-browser 'none' is no", environment={"QUIZGEN_BROWSER": "none"}
    )
    yield Row("pdf small.yaml --browser /bin/true", 1, "browser ")
    yield Row("pdf wrong.yaml --browser /bin/true", 1, "wrong.yaml:5:5: missing-key")
    yield Row("preview small.yaml --port 65536", 2, "Usage: quizgen preview")
    yield Row("convert", 2, "Usage: quizgen convert")
    yield Row("convert none.xml", 1, "none.xml:1:1: unreadable cannot read the file: No such file")
    yield Row("convert notes.md", 1, "notes.md:1:1: format this is neither Moodle XML nor GIFT")
    yield Row("convert broken.xml", 1, "broken.xml:4:59: xml this is no XML that can be")
    yield Row("convert moodle.xml --from aiken", 1, "moodle.xml:1:1: ")
    yield Row("convert moodle.xml --from word", 2, "Usage: quizgen convert")
    yield Row("convert moodle.xml --bank a/b", 2, "Usage: quizgen convert")
    yield Row("convert moodle.xml --language english", 2, "Usage: quizgen convert")
    yield Row("convert moodle.xml --title \x07", 2, "Usage: quizgen convert")
    yield Row("convert moodle.xml --language en -o there.yaml", 1, "exists there.yaml is there")
    yield Row("convert moodle.xml --strict -o new.yaml", 1, "moodle.xml:1:1: no-language warning: ")
    yield Row(
        "convert moodle.xml --language en -o file/x.yaml", 1, "not-written cannot write file/x"
    )
    yield Row(
        "convert two.gift.txt --language en --categories banks -o -", 2, "Usage: quizgen conv"
    )
    yield Row(
        "convert two.gift.txt --language en --categories banks -o a.yaml", 2, "Usage: quizgen"
    )
    yield Row("check none.yaml", 1, "none.yaml:1:1: unreadable", "stdout")
    yield Row("check date", 1, "no-bank 'date' is no file", "stdout")
    yield Row("check wrong.yaml", 1, "wrong.yaml:5:5: missing-key", "stdout")
    yield Row("check غلط.yaml", 1, "غلط.yaml:5:5: missing-key", "stdout")
    yield Row("check غلط.yaml --format json", 1, '{\n  "problems"', "stdout")
    yield Row("check غلط.yaml --format sarif", 1, '{\n  "$schema"', "stdout")
    yield Row(
        "check غلط.yaml --format github", 1, "::error file=غلط.yaml,line=5,col=5,title=", "stdout"
    )
    yield Row("check large.yaml", 1, "large.yaml:3:51: section-short", "stdout")
    yield Row("check locked/small.yaml", 1, "locked/quizgen.lock:1:1: lock ", "stdout")
    yield Row(
        "check many.yaml --for moodle --level error", 1, "many.yaml:8:5: moodle-fraction", "stdout"
    )
    yield Row("check weak.yaml --strict --level warning", 1, "weak.yaml:5:41: negative-", "stdout")
    yield Row(
        "check small.yaml --source essay=notes.md", 1, "no-source no bank has a source 'essay'"
    )
    yield Row("check small.yaml --source essay", 2, "Usage: quizgen check")
    yield Row("check small.yaml --ignore yaml", 2, "Usage: quizgen check")
    yield Row("check small.yaml --enable nothing", 2, "Usage: quizgen check")
    yield Row("check small.yaml --format pdf", 2, "Usage: quizgen check")
    yield Row("check small.yaml --level fatal", 2, "Usage: quizgen check")
    yield Row("check --explain nothing", 2, "Usage: quizgen check")
    yield Row("schema nothing", 2, "Usage: quizgen schema")


TABLE = [*rows()]


def ran(folder, table, **environment):
    """What each row's command line ends with and says, all in one process."""
    runs = [
        {"words": row.words.split(" ") if row.words else [], "environment": row.environment or {}}
        for row in table
    ]
    done = subprocess.run(
        [sys.executable, str(RUNS)],
        input=json.dumps(runs).encode(),
        cwd=folder,
        env={name: value for name, value in (os.environ | environment).items() if value},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def wrong(row, result, said=str):
    """What is other than the table has it, or nothing."""
    status, out, err = result
    stream, other = (out, err) if row.stream == "stdout" else (err, out)
    held = status == row.status and stream.startswith(said(row.said)) and other == ""
    return (
        ""
        if held and "\x1b" not in stream
        else f"{row.words}: {status} {stream[:150]!r} {other[:80]!r}"
    )


def names_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_every_fault_of_every_command(folder):
    before = names_in(folder)
    results = ran(folder, TABLE, LC_ALL="C.UTF-8")
    found = [*filter(None, map(wrong, TABLE, results))]
    assert found == [], "\n".join(found)
    assert names_in(folder) == before
    assert {row.words.split(" ")[0] for row in TABLE} >= set(cli.commands)


WITHOUT_UTF_8 = {
    "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii:strict"},
    "latin-1": {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1:strict", "TERM": "dumb"},
}


@pytest.mark.parametrize("name", WITHOUT_UTF_8)
def test_every_fault_where_the_terminal_has_no_utf_8(name, folder):
    def escaped(text):
        """As it is said; where the encoding is ASCII, Click takes that for a fault and has UTF-8."""
        return text if name == "ascii" else text.encode("ascii", "backslashreplace").decode()

    results = ran(folder, TABLE, **WITHOUT_UTF_8[name])
    found = [
        each
        for row, result in zip(TABLE, results, strict=True)
        # A report is a result, and so is UTF-8; what is said to people is in their encoding.
        if (each := wrong(row, result, str if row.stream == "stdout" else escaped))
    ]
    assert found == [], "\n".join(found)


def quizgen(folder, *words, flags=(), **environment):
    """The real command, in a process of its own."""
    return subprocess.run(
        [sys.executable, *flags, "-m", "quizgen", *words],
        cwd=folder,
        env=os.environ | {"LC_ALL": "C.UTF-8"} | environment,
        capture_output=True,
        check=False,
    )


@pytest.fixture
def good(tmp_path):
    """A folder with a bank that every format holds."""
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "exam.yaml").write_text(EXAM.replace("COUNT", "2"), encoding="utf-8")
    (tmp_path / "moodle.xml").write_text(MOODLE, encoding="utf-8")
    return tmp_path


GOOD = [
    "build small.yaml -d out",
    "anki small.yaml",
    "anki exam.yaml -o exam.apkg",
    "html small.yaml",
    "html small.yaml --layout test --versions 2 --qr",
    "moodle small.yaml",
    "moodle exam.yaml",
    "gift small.yaml --type true-false",
    "convert moodle.xml --language en",
]
SILENT = [
    "anki small.yaml --type essay -o -",
    "html small.yaml --key inline -o -",
    "moodle small.yaml -o -",
    "gift small.yaml --type true-false -o -",
    "convert moodle.xml --language en -o -",
    "check small.yaml",
    "check small.yaml --format sarif",
    "check --explain yaml",
    "list small.yaml",
    "list exam.yaml",
    "schema",
    "schema quiz",
    "--help",
    "--version",
    "html --help",
]


@pytest.mark.parametrize("words", GOOD)
def test_a_good_run_says_what_it_wrote_and_no_more(words, good):
    done = quizgen(good, *words.split(), flags=("-W", "error"))
    lines = done.stderr.decode().splitlines()
    assert (done.returncode, done.stdout) == (0, b"")
    assert lines
    assert all(line.startswith("wrote ") for line in lines)


@pytest.mark.parametrize("words", SILENT)
def test_a_result_comes_alone(words, good):
    done = quizgen(good, *words.split(), flags=("-W", "error"))
    assert done.returncode == 0
    assert done.stdout
    said = done.stderr.decode().splitlines()
    # A deck's lock is written beside its bank, and told of.
    assert said == (["wrote quizgen.lock (0.4 kB)"] if words.startswith("anki") else [])
    forced = quizgen(good, *words.split(), FORCE_COLOR="1", CLICOLOR_FORCE="1")
    assert forced.stdout == done.stdout
    if b"PK" not in done.stdout[:2]:
        assert b"\x1b" not in done.stdout


WRITERS = {
    "build": ["becomes a short-answer in HTML", "Moodle gives part of the points"],
    "anki": [],
    "html": ["a flashcard becomes a short-answer in HTML", "becomes an essay in HTML"],
    "html --layout cards": ["has no short key: it is on no card"],
    "html --layout crossword": ["a puzzle leaves out", "the key is no word"],
    "moodle": ["becomes a short-answer in Moodle", "Moodle shows no hints with this type"],
    "gift": ["becomes", "GIFT has no place for hints"],
    "aiken": ["becomes", "Aiken has multiple choice alone"],
}


@pytest.mark.parametrize("command", WRITERS)
def test_verbose_tells_what_was_read_chosen_lowered_and_left_out(command, good):
    target = "-d" if command == "build" else "-o"
    shutil.copytree(CASES / "good", good / "all")
    words = [*command.split(), "-v", "--tag", "everything", "all/everything.yaml", target, "x"]
    said = quizgen(good, *words).stderr.decode()
    assert "read all/everything.yaml: 21 questions" in said
    assert "chose: everything." in said
    assert [each for each in WRITERS[command] if each not in said] == []


def test_verbose_tells_which_quiz_file_and_lock_were_read(good):
    assert "read exam.yaml: 1 section" in quizgen(good, "html", "exam.yaml", "-v").stderr.decode()
    quizgen(good, "anki", "small.yaml")
    said = quizgen(good, "anki", "small.yaml", "-v").stderr.decode()
    assert "read quizgen.lock: 3 notes" in said


# Terminals.

MANY = "bank: many\ntitle: Many\nlanguage: en\nquestions:\n" + "".join(
    f"  - {{id: q{number}, type: true-false, prompt: Is {number} even?, answer: {number % 2 == 0}}}\n"
    for number in range(600)
)
ESCAPE = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")


def on_terminal(folder, words, width, environment):
    """Exit status, and what a terminal of this width is sent by the command."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    unset = {"COLUMNS": None, "LINES": None, "PYTHONIOENCODING": None}
    whole = os.environ | unset | {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color"} | environment
    process = subprocess.Popen(
        [sys.executable, "-m", "quizgen", *words],
        cwd=folder,
        env={name: value for name, value in whole.items() if value is not None},
        stdin=side,
        stdout=side,
        stderr=side,
    )
    os.close(side)
    said = b""
    with contextlib.suppress(OSError):  # a terminal whose last writer has gone
        while data := os.read(main, 65536):
            said += data
    os.close(main)
    return process.wait(), said


TERMINALS = {
    "colours": {},
    "no-color": {"NO_COLOR": "1"},
    "dumb": {"TERM": "dumb"},
    "none": {"TERM": None},
    "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
}


@pytest.mark.parametrize("name", TERMINALS if FULL else ("colours", "dumb", "ascii"))
def test_long_work_on_a_narrow_terminal(name, tmp_path):
    (tmp_path / "بہت.yaml").write_text(MANY, encoding="utf-8")
    words = ["build", "بہت.yaml", "-d", "d"]
    status, sent = on_terminal(tmp_path, words, 40, TERMINALS[name])
    assert status == 0
    said = sent.decode(errors="backslashreplace")
    assert "Traceback" not in said
    if name == "dumb":
        assert "\x1b" not in said
        assert "%" not in said
    else:
        assert "100%" in said
        # The cursor is hidden and shown again; nothing is coloured.
        assert set(ESCAPE.findall(said)) <= {"\x1b[?25l", "\x1b[?25h"}
        assert said.rfind("\x1b[?25l") < said.rfind("\x1b[?25h")
    drawn = [line for line in re.split(r"[\r\n]+", ESCAPE.sub("", said)) if "%" in line]
    assert max(map(len, drawn), default=0) <= 40


def parted(text):
    """The words of a text, and what hyphens part."""
    return {*re.split(r"[\s-]+", text)}


@pytest.mark.parametrize("name", ["", *cli.commands])
@pytest.mark.parametrize("width", scaled([40], [20, 40, 72, 200]))
def test_help_on_a_narrow_terminal(name, width, tmp_path):
    status, sent = on_terminal(tmp_path, [*name.split(), "--help"], width, {"NO_COLOR": "1"})
    assert status == 0
    assert b"\x1b" not in sent
    lines = sent.decode().replace("\r", "").splitlines()
    # Names of options and the examples, which are to be copied, stay whole.
    prose = [
        line for line in lines if not line.strip().startswith(("-", "#", "quizgen", "[BANKS]"))
    ]
    assert [
        line for line in prose if len(line.rstrip()) > max(width, 22) and " " in line.strip()
    ] == []
    # No word is broken: the narrow help has the words of the wide one.
    wide = quizgen(tmp_path, *name.split(), "--help", COLUMNS="80").stdout.decode()
    words = {word for word in parted("\n".join(lines)) if not word.endswith("...")}
    assert words <= parted(wide)


@pytest.mark.parametrize(
    "words", ["check small.yaml", "list small.yaml", "check none.yaml", "nothing"]
)
@pytest.mark.parametrize("name", TERMINALS if FULL else ("colours", "dumb", "ascii"))
def test_what_is_said_to_a_terminal_has_no_colours(words, name, good):
    status, sent = on_terminal(good, words.split(), 40, TERMINALS[name])
    assert status == {"none.yaml": 1, "nothing": 2}.get(words.split()[-1], 0)
    assert b"\x1b" not in sent
    assert b"Traceback" not in sent


def test_a_result_for_a_terminal_is_in_its_encoding(good):
    (good / "small.yaml").write_text(SMALL.replace("small bank", "große Bank"), encoding="utf-8")
    _, sent = on_terminal(good, ["list", "small.yaml"], 80, {"PYTHONIOENCODING": "latin-1"})
    assert "große Bank".encode("latin-1") in sent
    assert (
        "große Bank".encode()
        in quizgen(good, "list", "small.yaml", PYTHONIOENCODING="latin-1").stdout
    )
