"""What is fuzzed: a target takes any bytes, and whatever they are, something is to hold of them.

Nothing may be raised but a QuizgenError whose problems say what, where, and by which code. What is
read must come back from the bank that is written of it, and what is written must be well formed.
`tests.torture.fuzz` feeds the targets under coverage, `test_fuzz.py` with what was found and with
what Hypothesis makes.
"""

from __future__ import annotations

import atexit
import random
import re
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import patch

from jinja2 import Environment

from quizgen import bank as shelf
from quizgen import lock
from quizgen.blueprint import QUIZ_FIELDS, load_blueprint, read_all
from quizgen.decode import QUESTION_FIELDS, decode, gap_text
from quizgen.encode import encode
from quizgen.exam import make_exam, shortages
from quizgen.explain import CODES
from quizgen.lint import check
from quizgen.lint.review import review
from quizgen.markdown import literal
from quizgen.markup import MathError, Reader, is_link, mark_gaps
from quizgen.model import Bank, Flashcard, Text, markdown_of
from quizgen.problems import QuizgenError, Span, has_errors
from quizgen.quiz import Selection, Shuffle, make_quiz
from quizgen.readers import html as html_reader
from quizgen.readers.reading import Categories, ReadOptions
from quizgen.readers.table import READERS
from quizgen.source import FORBIDDEN
from quizgen.writers import anki, gift, html
from quizgen.writers.html import HtmlOptions, Layout
from quizgen.writers.html.press import Press
from quizgen.writers.moodle.text import moodle_renderer
from quizgen.writers.output import environment
from quizgen.writers.table import WRITERS
from tests import moodle_rules

SECONDS = 10
"""What an input of a few kilobytes may take at most, on a slow machine under coverage."""

CASES = Path(__file__).parents[1] / "cases"
EVERYTHING = CASES / "good" / "everything.yaml"
SPAN = Span("fuzzed", 1, 1)


@dataclass(frozen=True)
class Target:
    """What is done with bytes, what to begin with, and the words that a format is made of."""

    attack: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    words: tuple[str, ...]


@contextmanager
def compiled_once() -> Iterator[None]:
    """Templates are compiled once a process, which takes longer than all the rest of a small bank."""
    compile_ = Environment.compile
    known: dict[tuple[str, str | None], object] = {}

    def remembered(self, source, name=None, filename=None, *, raw=False, defer_init=False):
        if (name, filename) not in known:
            known[name, filename] = compile_(self, source, name, filename, raw, defer_init)
        return known[name, filename]

    with patch.object(Environment, "compile", remembered):
        yield


@contextmanager
def limited(seconds: int = SECONDS) -> Iterator[None]:
    """Raises TimeoutError in what takes longer."""

    def late(number, frame):
        raise TimeoutError(f"not done after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# What holds of all.


def told(problems, file=None):
    """Problems say what is wrong, and where, in a sentence of one line."""
    for each in problems:
        assert each.code in CODES, each
        assert each.message.strip(), each
        assert len(str(each).splitlines()) == 1, each
        assert not FORBIDDEN.search(each.message), each
        if file is not None:
            assert each.span, each
        if each.span:
            assert each.span.file, each
            assert each.span.line > 0, each
            assert each.span.column > 0, each
    return has_errors(problems)


def refused(problems, file=None):
    """What was not done is told as an error."""
    assert told(problems, file)


VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href"}


class Tags(HTMLParser):
    """Holds that tags close as they opened, and that nothing in them acts."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            assert not name.startswith("on"), (tag, name)
            assert name not in ADDRESSES or is_link(value or "") or value.startswith("data:"), value
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert tag == self.open.pop(), f"</{tag}> closes another"


def well_formed(source):
    assert not FORBIDDEN.search(source)
    tags = Tags()
    tags.feed(source)
    tags.close()
    assert not tags.open, f"<{tags.open[-1]}> stays open"


@cache
def folder() -> Path:
    """A folder with the pictures of the cases, where a file for one attack stands."""
    made = Path(tempfile.mkdtemp(prefix="quizgen-fuzz-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    shutil.copytree(EVERYTHING.parent / "images", made / "images")
    shutil.copy(EVERYTHING, made / "bank.yaml")
    return made


def bare(bank: Bank) -> Bank:
    return replace(bank, media={})


def comes_back(bank: Bank, notes=None) -> None:
    """The bank is what its file says."""
    back, problems = decode(encode(bank, notes), "fuzzed")
    assert not problems, [*map(str, problems)]
    assert bare(back) == bare(bank)


def written(bank: Bank, data: bytes) -> None:
    """A good bank in one of the formats; the bytes draw which, and how it is laid out."""
    draw = random.Random(data)
    name, writer = draw.choice([*WRITERS.items()])
    options = writer.options()
    if name == "html":
        options = HtmlOptions(layout=draw.choice([*Layout]), word_bank=draw.random() < 0.5)
    selection = Selection(
        versions=draw.choice([1, 2]), shuffle=draw.choice([*Shuffle]), seed=draw.choice("abc")
    )
    try:
        output = writer.write(make_quiz([bank], selection), options)
    except QuizgenError as error:
        refused(error.problems)
        return
    if told(output.problems):
        return
    for ending, made in output.files.items():
        fit(ending, made)
        if name in READERS:
            try:
                READERS[name].read(made, "written", ReadOptions())
            except QuizgenError as error:
                refused(error.problems)


def fit(ending: str, data: bytes) -> None:
    """A file is what its ending says."""
    if ending.endswith(".html"):
        well_formed(re.sub(r"<script>.*?</script>", "", data.decode(), flags=re.DOTALL))
    elif ending == ".xml":
        assert moodle_rules.faults(data) == []
    elif ending == ".apkg":
        assert data.startswith(b"PK")
    else:
        assert not FORBIDDEN.search(data.decode())


# The targets.


def attack_bank(data: bytes) -> None:
    path = folder() / "fuzzed.yaml"
    path.write_bytes(data)
    banks, problems = shelf.read([path], thorough=True)
    wrong = told(problems, path)
    for bank in banks:
        told(review([bank]).problems, path)
    if not wrong:
        (bank,) = banks
        comes_back(bank)
        written(bank, data)


def attack_quiz(data: bytes) -> None:
    path = folder() / "fuzzed-quiz.yaml"
    path.write_bytes(data)
    found = read_all([path])
    told([*found.problems, *shortages(found)])
    try:
        quiz = make_exam(load_blueprint(path))
    except QuizgenError as error:
        refused(error.problems, path)
        return
    layouts = [Layout.WORKSHEET, Layout.TEST, Layout.STUDY]
    output = html.write(quiz, HtmlOptions(layout=layouts[len(data) % 3]))
    if not told(output.problems):
        for ending, made in output.files.items():
            fit(ending, made)


def attack_import(name: str, data: bytes) -> None:
    kinds = list(Categories)
    try:
        reading = READERS[name].read(
            data, "fuzzed", ReadOptions(categories=kinds[len(data) % len(kinds)])
        )
    except QuizgenError as error:
        refused(error.problems, "fuzzed")
        return
    told(reading.problems, "fuzzed")
    for bank in reading.banks:
        faults = list(check(bank))
        told(faults, "fuzzed")
        comes_back(bank, reading.notes[bank.id])
        if not faults:
            written(bank, data)


def attack_lock(data: bytes) -> None:
    try:
        found = lock.parse(data.decode(errors="ignore"), "quizgen.lock")
    except QuizgenError as error:
        refused(error.problems, "quizgen.lock")
        return
    assert lock.parse(lock.show(found), "quizgen.lock") == found


@cache
def dialects():
    """A function for each dialect, from Markdown to what it makes of it."""
    press = Press(HtmlOptions(), "en", environment("html", None), iter)
    cards = anki._Writer(environment("anki", None), lock.NO_LOCK, 0)
    return {
        "html": press.renderer,
        "anki": cards._renderer,
        "moodle": moodle_renderer(),
        "gift": gift._Writer()._renderer,
    }


def attack_markdown(data: bytes) -> None:
    source = data.decode(errors="ignore")
    if FORBIDDEN.search(source) or not source.strip():
        return
    reader = Reader()
    shown = reader.plain(source)
    assert "\n" not in shown
    assert reader.plain(literal(source)).split() == source.split()
    text = Text(source, SPAN)
    cards = (Flashcard(id="q", span=SPAN, front=text, back=text),)
    bank = Bank(id="b", title="B", language="en", questions=cards, span=SPAN)
    faults = list(check(bank))
    told(faults)
    if not faults:
        for name, renderer in dialects().items():
            try:
                rendered = renderer.render(source, {})
            except MathError:
                assert name == "html"
                continue
            if name != "gift":
                well_formed(rendered)
        html_reader.HtmlConverter(lambda address, alternative: alternative).convert(rendered)
    try:
        gaps = gap_text(source, SPAN)
    except QuizgenError as error:
        refused(error.problems)
        return
    assert mark_gaps(gaps.pieces)[1] == list(gaps.gaps)


# What they begin with.


@cache
def single_banks() -> tuple[Bank, ...]:
    """A bank for every question of the one that has everything."""
    (bank,) = shelf.load([EVERYTHING])
    return tuple(replace(bank, questions=(each,)) for each in bank.questions)


def bank_seeds() -> Iterator[bytes]:
    yield from (encode(bank).encode() for bank in single_banks())
    for path in sorted([*CASES.glob("*/*.yaml"), *shelf.shipped().values()]):
        yield path.read_bytes()


QUIZ = """\
quiz: midterm
title: Midterm
language: en
banks: [bank.yaml]
seed: spring
shuffle: true
versions: 2
time: 45
instructions: "Answer **all**."
sections:
  - {title: One, count: 2, types: [multiple-choice], points: 2}
  - title: Two
    difficulty: {easy: 1, medium: 1}
    instructions: Cite.
  - {title: Three, count: 1, tags: [places], banks: [bank.yaml, dates]}
"""


def quiz_seeds() -> Iterator[bytes]:
    yield QUIZ.encode()
    yield b"quiz: q\ntitle: T\nbanks: bank.yaml\nsections:\n  - title: One\n"
    for path in sorted(CASES.glob("bad/quiz-*.yaml")):
        yield path.read_bytes()


def lock_seeds() -> Iterator[bytes]:
    whole = (CASES.parents[1] / "banks" / lock.NAME).read_bytes()
    yield b"".join(whole.splitlines(keepends=True)[:9])
    yield b"created 2023-11-14T22:13:20Z\nnote a/b cloze G d 2023-11-14T22:13:20Z\n"


def import_seeds(name: str) -> Callable[[], Iterator[bytes]]:
    def seeds() -> Iterator[bytes]:
        for bank in single_banks():
            writer = WRITERS[name]
            output = writer.write(make_quiz([bank]), writer.options())
            if not has_errors(output.problems):
                yield from output.files.values()

    return seeds


GIFT = (
    "$CATEGORY: $course$/top/A/B\n\n::n::[html]<b>Who?</b> {=Grant#Yes ~%-50%no one#No ####All}",
    "Two plus two is {#4:0.1#Right =%50%5..6 ~#Wrong} and so on",
    "// [id:b/q] [tag:easy] [tag:rings]\n::m:: Match {=a -> b =c -> d = -> e}",
    "[markdown]*Is* it\\: {T#no#yes} \\= 5\n\nWhy? {}\n\nWhat? {=%100%\\*x\\* =y}",
)
AIKEN = (
    "Which?\nA) one\nB. two\nANSWER: B\n\nAnd $5?\na) x\nb) y\nc) z\nanswer: c",
    "Two\nlines\nA)1\nB)2\nANSWER:A",
)
OTHERS = (
    """<quiz><question type="multichoice"><questiontext format="html"><text>&lt;p&gt;Which&lt;/p&gt;
    </text></questiontext><answer fraction="100"><text>a</text></answer><answer fraction="0">
    <text>b</text></answer></question></quiz>""",
    """<quiz><question type="cloze"><questiontext><text>A {1:MCV:=b#yes~%50%c~d} e
    {2:NUMERICAL:=5:0.1} {:SAC:%100%x\\}~*}</text></questiontext></question></quiz>""",
    """<quiz><question type="gapselect"><questiontext><text>A [[1]] is [[2]]</text></questiontext>
    <selectoption><text>b</text><group>1</group></selectoption><selectoption><text>c</text>
    </selectoption></question></quiz>""",
)


def with_more(seeds: Callable[[], Iterator[bytes]], more: Iterable[str]):
    return lambda: [*seeds(), *(each.encode() for each in more)]


MARKDOWN = (
    "a | b\n--|--\n`c` | *d*\n\n> q\n\n1. x\n2. y\n   - z",
    "[a](https://x.org 'b') ![c](images/dot.png) <https://y.org> &amp; \\* $x^2$ $$\\frac{1}{2}$$",
    "In {{c1::1951|!1950::year}} the {{9.81±0.05}} {{a|b}} \\{{x}} $5 and $6",
    "```\ncode\n```\n\n    more\n\n# h\n\n***\n\nx  \ny\\\nz __b__ _e_ ~~s~~ www.x.org",
)


def markdown_seeds() -> Iterator[bytes]:
    yield from (each.encode() for each in MARKDOWN)
    for bank in single_banks():
        for question in bank.questions:
            yield from (each.source.encode() for each in markdown_of(question))


YAML = (
    *("bank:", "title:", "language:", "sources:", "defaults:", "questions:\n  - ", "<<: *a", "&a "),
    *(f"{key}:" for key in dict.fromkeys(key for own in QUESTION_FIELDS.values() for key in own)),
    *(f"type: {name}" for name in QUESTION_FIELDS),
    *(
        "text:",
        "credit: 50%",
        "pin: true",
        "{{c1::a|!b::h}}",
        "{{5±1}}",
        "1951-05-21",
        "± ",
        ">-\n",
    ),
    *("|\n", "!!str ", '"\\u0041"', "[a, b]", "{a: b}", "![a](images/dot.png)", "ur", "zh-Hans"),
)
MARKS = (
    *(
        "**",
        "$$",
        "\\(",
        "```",
        "![](",
        "](",
        "{{",
        "}}",
        "::",
        "|",
        "\n\n",
        "- ",
        "1. ",
        "> ",
        "&#",
    ),
    *(
        "--|--\n",
        "<a>",
        "\\frac{",
        "\\left(",
        "^{",
        "_{",
        "\\\\",
        "±",
        "{{c1::",
        "&amp;",
        "javascript:",
    ),
)
XML = (
    *(
        "<question type=",
        "</question>",
        "<text>",
        "</text>",
        "<answer fraction=",
        "<![CDATA[",
        "]]>",
    ),
    *('"multichoice"', '"cloze"', '"gapselect"', '"ddwtos"', '"matching"', '"ordering"', '"essay"'),
    *(
        '"category"',
        '"numerical"',
        '"shortanswer"',
        '"truefalse"',
        '"description"',
        "<subquestion>",
    ),
    *("{1:MC:=a~b}", "{1:NM:=5:1}", "{1:SA:=a}", "[[1]]", "<single>", "<tolerance>", "<unit>"),
    *("<p>", "<b>", "<table><tr><td>", "<ul><li>", "<img src=", "@@PLUGINFILE@@/", '<file name="'),
    *("<generalfeedback>", "<hint>", "<tag>", "<idnumber>", "<defaultgrade>", 'format="markdown"'),
)

TARGETS = {
    "bank": Target(attack_bank, bank_seeds, YAML),
    "quiz": Target(attack_quiz, quiz_seeds, (*(f"{key}:" for key in QUIZ_FIELDS), *YAML[-20:])),
    "lock": Target(
        attack_lock,
        lock_seeds,
        ("created ", "note ", "note-type ", "question ", "cloze ", "2023-11-14T22:13:20Z", "=======", "/"),
    ),
    "moodle": Target(
        lambda data: attack_import("moodle", data),
        with_more(import_seeds("moodle"), OTHERS),
        (*XML, *MARKS),
    ),
    "gift": Target(
        lambda data: attack_import("gift", data),
        with_more(import_seeds("gift"), GIFT),
        ("$CATEGORY: ", "[html]", "[markdown]", "####", "->", "=%50%", "~%-50%", "{#", "..", "{T}", *MARKS),
    ),
    "aiken": Target(
        lambda data: attack_import("aiken", data),
        with_more(import_seeds("aiken"), AIKEN),
        ("ANSWER: A", "\nA) ", "\nB. ", "\n\n", *MARKS),
    ),
    "markdown": Target(attack_markdown, markdown_seeds, MARKS),
}  # fmt: skip
