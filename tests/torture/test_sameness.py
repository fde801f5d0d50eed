"""The same bytes everywhere: every output again in another world, and names that are nearly one."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from quizgen.bank import read
from quizgen.problems import Severity
from tests.torture.scale import FULL

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "good"
WRITER = Path(__file__).with_name("outputs.py")
SOME_DAY = 1_700_000_000

NEIGHBOURS = """\
# A bank that a keyboard for Urdu has named.
bank: ہمسائے
title: پاکستان کے پڑوسی، “Nachbarn” und 邻国
language: ur
defaults: {tags: [پڑوسی, Nachbarn]}
questions:
  - id: kaun
    type: multiple-choice
    prompt: پاکستان کا پڑوسی کون ہے؟ ![نقشہ](تصویر.png)
    answer: چین
    distractors: [فرانس, Größe I, ISTANBUL]
  - id: kab
    type: date
    prompt: |
      یہ کب ہوا؟

      ایک اور سطر
    answer: 1951-05-21
  - {id: I, type: flashcard, front: Title of I, back: İı}
  - {id: shahr, type: short-answer, prompt: دارالحکومت؟, answers: [ISLAMABAD, İslamabad]}
"""

EXAM = """\
quiz: امتحان
title: امتحان
versions: 2
sections:
  - {title: One, banks: everything.yaml, type: [multiple-choice, date, numeric], count: 3}
  - {title: دو, banks: ہمسائے.yaml}
"""

NAMES = ("everything.yaml", "ہمسائے.yaml", "exam.yaml")


def lay_out(folder, names=(*NAMES, "images/dot.png", "تصویر.png")):
    """The banks and what they need, made in the order of the names."""
    picture = (CASES / "images" / "dot.png").read_bytes()
    texts = {
        "everything.yaml": (CASES / "everything.yaml").read_bytes(),
        "ہمسائے.yaml": NEIGHBOURS.encode(),
        "exam.yaml": EXAM.encode(),
    }
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(texts.get(name, picture))
        os.utime(path, (SOME_DAY, SOME_DAY))


@dataclass
class World:
    """What is other than usual."""

    environment: dict = field(default_factory=dict)
    flags: tuple = ()
    python: str = sys.executable
    lay: object = lay_out
    """Makes the banks in a folder."""
    umask: int = 0o022
    reached: str = "relative"
    """How the banks are named: relative, absolute, from-above or folder-by-link."""

    def outputs(self, tmp, *, pdf=False):
        """Every output by its name, as bytes; a bank's own name in them is that in its folder."""
        banks, target = tmp / "banks", tmp / "outputs"
        banks.mkdir()
        target.mkdir()
        self.lay(banks)
        names, folder = list(NAMES), banks
        match self.reached:
            case "absolute":
                names, folder = [str(banks / name) for name in NAMES], target
            case "from-above":
                names, folder = [f"banks/../banks/{name}" for name in NAMES], tmp
            case "folder-by-link":
                (tmp / "link").symlink_to(banks)
                names, folder = [f"link/{name}" for name in NAMES], tmp
        environment = {**os.environ, "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        environment = {
            name: value
            for name, value in (environment | self.environment).items()
            if value is not None
        }
        command = [self.python, *self.flags, str(WRITER), str(target), *names]
        done = subprocess.run(
            [*command, *(["--pdf"] if pdf else [])],
            cwd=folder,
            env=environment,
            umask=self.umask,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        found = {each.name: each.read_bytes() for each in target.rglob("*") if each.is_file()}
        for name, short in zip(names, NAMES, strict=True):
            for long in (f"file://{quote(name)}", quote(name), name):
                as_in_its_folder = short if long == name else quote(short)
                for output, data in found.items():
                    found[output] = data.replace(long.encode(), as_in_its_folder.encode())
        return found


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """The outputs of a process as most people have it."""
    return World().outputs(tmp_path_factory.mktemp("usual"), pdf=True)


PATCH = """\
import time
real = time.time
time.time = lambda: real() + {seconds}
time.time_ns = lambda: int(time.time() * 1e9)
"""
"""A sitecustomize.py: a process that lives at another time."""


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    """`clock(seconds)` is the environment of a process that lives that much later."""

    def other(seconds):
        folder = tmp_path_factory.mktemp("clock")
        (folder / "sitecustomize.py").write_text(PATCH.format(seconds=seconds))
        return {"PYTHONPATH": f"{folder}:{ROOT}"}

    return other


@pytest.fixture(scope="module")
def locales(tmp_path_factory):
    """Locales of their own, compiled where their sources are; else unknown names, as on most machines."""
    folder = tmp_path_factory.mktemp("locales")
    if shutil.which("localedef") and Path("/usr/share/i18n/locales").is_dir():
        for name in ("tr_TR.ISO-8859-9", "ur_PK.UTF-8"):
            place, _, charmap = name.partition(".")
            command = ["localedef", "-i", place, "-f", charmap, str(folder / name)]
            subprocess.run(command, check=True, capture_output=True)
    return {"LOCPATH": str(folder)}


def same(found, usual):
    """Every output of the usual world is there, byte for byte."""
    assert found.keys() == usual.keys() - ({"quiz.pdf", "quiz-key.pdf"} - found.keys())
    assert [name for name, data in found.items() if data != usual[name]] == []


ENVIRONMENTS = {
    "C": {"LC_ALL": "C"},
    "POSIX": {"LC_ALL": None, "LANG": "POSIX"},
    "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
    "ascii-strict": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii:strict"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "utf-16": {"PYTHONIOENCODING": "utf-16"},
    "turkish": {"LC_ALL": "tr_TR.ISO-8859-9"},
    "turkish-by-language": {"LC_ALL": None, "LANG": "tr_TR.ISO-8859-9", "LANGUAGE": "tr"},
    "urdu": {"LC_ALL": "ur_PK.UTF-8"},
    "unknown-locale": {"LC_ALL": "xx_YY.UTF-8"},
    "hash-1": {"PYTHONHASHSEED": "1"},
    "hash-2": {"PYTHONHASHSEED": "4000000000"},
    "hash-random": {"PYTHONHASHSEED": "random"},
    "east": {"TZ": "Pacific/Kiritimati"},
    "west": {"TZ": "America/St_Johns"},
    "no-zone": {"TZ": "Nowhere/Nothing"},
    "same-epoch": {"SOURCE_DATE_EPOCH": str(SOME_DAY)},
    "no-home": {"HOME": None, "USER": None, "PATH": None},
    "no-terminal": {"TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "20"},
    "coloured": {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "COLUMNS": "300"},
}
PRINTED = ("urdu", "ascii", "turkish", "east")
"""Where a PDF is printed too, which takes as long as all the rest."""
QUICK = ("ascii", "turkish", "urdu", "hash-1")


@pytest.mark.parametrize("name", ENVIRONMENTS if FULL else QUICK)
def test_in_another_environment(name, usual, locales, tmp_path):
    world = World(environment={**locales, **ENVIRONMENTS[name]})
    same(world.outputs(tmp_path, pdf=name in PRINTED[: None if FULL else 1]), usual)


def test_at_another_time(usual, clock, tmp_path):
    years = 40 * 365 * 86400
    same(World(environment=clock(years)).outputs(tmp_path, pdf=FULL), usual)


def test_before_the_banks_were_written_a_given_time_is_the_time(usual, clock, tmp_path):
    given = {"SOURCE_DATE_EPOCH": str(SOME_DAY)}
    same(World(environment=clock(-30 * 365 * 86400) | given).outputs(tmp_path), usual)


@pytest.mark.parametrize("reached", ["absolute", "from-above", "folder-by-link"])
def test_by_another_path(reached, usual, tmp_path):
    same(World(reached=reached, umask=0o077).outputs(tmp_path), usual)


def by_links(folder):
    """Each bank a symbolic link to a file elsewhere, beside what it needs."""
    lay_out(folder.with_name("elsewhere"))
    lay_out(folder, ("images/dot.png", "تصویر.png"))
    for name in NAMES:
        (folder / name).symlink_to(folder.with_name("elsewhere") / name)


def with_ends(end, mark=b""):
    """The banks with other line ends, behind a byte order mark."""

    def lay(folder):
        lay_out(folder)
        for name in NAMES:
            path = folder / name
            path.write_bytes(mark + path.read_bytes().replace(b"\n", end))
            os.utime(path, (SOME_DAY, SOME_DAY))

    return lay


def backwards(folder):
    """The files made in another order."""
    lay_out(folder, ("تصویر.png", "exam.yaml", "images/dot.png", "ہمسائے.yaml", "everything.yaml"))


LAYS = {
    "links": by_links,
    "crlf": with_ends(b"\r\n", b"\xef\xbb\xbf"),
    "cr": with_ends(b"\r"),
    "backwards": backwards,
}


@pytest.mark.parametrize("name", LAYS)
def test_of_files_that_are_other_than_usual(name, usual, tmp_path):
    same(World(lay=LAYS[name]).outputs(tmp_path), usual)


@pytest.mark.parametrize(
    "flags", [["-OO"], ["-O", "-B", "-I"], ["-X", "dev"], ["-X", "utf8=0"]][: None if FULL else 1]
)
def test_with_other_flags_of_python(flags, usual, tmp_path):
    same(World(flags=tuple(flags)).outputs(tmp_path), usual)


def test_standard_output_has_the_bytes_of_the_file(usual):
    for command, file in {"moodle": "xml", "gift": "gift.txt", "aiken": "aiken.txt"}.items():
        assert usual[f"stdout.{command}"] == usual[f"quiz.{file}"]


def test_with_the_lock_it_does_not_matter_when_files_were_written(usual, tmp_path):
    def cloned(folder):
        lay_out(folder)
        (folder / "quizgen.lock").write_bytes(usual["quizgen.lock"])
        for name in NAMES:
            os.utime(folder / name, (SOME_DAY + 86400, SOME_DAY + 86400))

    same(World(lay=cloned).outputs(tmp_path), usual)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The Python of an environment that has the wheel, beside the libraries of this one."""
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    venv.create(folder / "venv", with_pip=False)
    (site,) = (folder / "venv").rglob("site-packages")
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    libraries = sysconfig.get_path("purelib")
    (site / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    scripts = "Scripts" if sys.platform == "win32" else "bin"
    return str(folder / "venv" / scripts / "python")


def test_from_the_installed_wheel(usual, installed, tmp_path):
    where = "import quizgen; print(quizgen.__file__)"
    found = subprocess.run([installed, "-c", where], cwd=tmp_path, capture_output=True, check=True)
    assert str(Path(installed).parents[1]) in found.stdout.decode()
    same(World(python=installed).outputs(tmp_path, pdf=FULL), usual)


# Names that are nearly one. Those of ids and tags are in cases/bad/alike-names.yaml.


def essay(bank, prompt="Why?", tag="why"):
    question = f"{{id: q, type: essay, prompt: '{prompt}', tags: ['{tag}']}}"
    return f"bank: {bank}\ntitle: A bank\nlanguage: en\nquestions:\n  - {question}\n"


@pytest.mark.parametrize(
    ("one", "other", "by"),
    [
        ("ring", "Ring", "case"),
        ("größe", "GRÖSSE", "case"),
        ("\u00c5", "\u212b", "how letters are composed"),
        ("\u00e5", "\u212b", "case"),
        ("\uac00", "\u1100\u1161", "how letters are composed"),
        ("ῼ", "ω\u0399", "case"),
    ],
)
def test_names_that_are_nearly_one_are_told(one, other, by, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate((one, other)):
        prompt = f"![a dot]({one}.png) ![a dot]({other}.png)"
        path = tmp_path / f"{number}.yaml"
        path.write_text(essay(name, prompt, tag=name), encoding="utf-8")
        (tmp_path / f"{name}.png").write_bytes((CASES / "images" / "dot.png").read_bytes())
    banks, problems = read(["0.yaml", "1.yaml"])
    assert len(banks) == 2
    told = f"'{other}' differs in {by} alone from '{one}'"
    image = f"'{other}.png' differs in {by} alone from '{one}.png' of another image"
    assert [(each.code, each.message.partition(";")[0]) for each in problems] == [
        ("alike-image", image),
        ("alike-bank", f"{told} of 0.yaml"),
        ("alike-image", image),
        ("alike-tag", f"{told} at 0.yaml:5:5"),
    ]
    assert {each.severity for each in problems} == {Severity.WARNING}


def test_names_that_a_program_tells_apart_are_not(tmp_path):
    for number, name in enumerate(("ring", "rings", "ｒｉｎｇ", "rıng", "riñg")):
        (tmp_path / f"{number}.yaml").write_text(essay(name, tag=name), encoding="utf-8")
    assert read([tmp_path])[1] == ()
