"""Attacks by size, depth and kind: what cannot be read is told of in 10 seconds and 300 MB.

Seconds are those of the processor, so that a busy machine fails no test; what would wait for ever
is ended by the clock.
"""

import gzip
import json
import os
import random
import re
import sys
import zipfile
from pathlib import Path

import pytest

from quizgen.lint import RULES
from quizgen.markup import Reader
from tests.paper import short, write_file
from tests.torture.scale import scaled
from tests.torture.warm import Warm

SECONDS, MEGABYTES = 10, 300
GARBAGE = scaled(5_000_000, 100_000_000)
DEEP = 10_000
HEAD = "bank: b\ntitle: T\nlanguage: en\nquestions:\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks and pipes of POSIX")


@pytest.fixture(scope="module")
def warm():
    made = Warm()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(warm, folder):
    """`run(*words)` is what a command said, its status as given or any but a crash."""

    def told(*words, status=None):
        result = warm.run(*words, folder=folder)
        assert "Traceback" not in result["said"], result["said"][-2000:]
        assert result["status"] in ((0, 1) if status is None else (status,)), result
        assert result["cpu"] < SECONDS, result
        assert result["memory"] < MEGABYTES, result
        return result["said"]

    return told


@pytest.fixture
def refused(run):
    """`refused(*words)` is what a command said that ended with status 1."""

    def told(*words):
        said = run(*words, status=1)
        assert said.strip()
        return said

    return told


def bank(prompt, **fields):
    """A bank of one question, its prompt as it is, however odd."""
    whole = {"id": "a", **short("x", prompt=prompt), **fields}
    Path("bank.yaml").write_text(
        HEAD + "- " + json.dumps(whole, ensure_ascii=False), encoding="utf-8"
    )
    return "bank.yaml"


def write(name, data):
    path = Path(name)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


# YAML.


def levels(count):
    return "".join(f"{' ' * level}a:\n" for level in range(count))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + "  " + "[" * DEEP + "]" * DEEP, "too-deep"),
        (HEAD + "  " + "[" * DEEP, "too-deep"),
        (HEAD + "  " + "{a: " * DEEP, "too-deep"),
        (HEAD + "  " + "- " * DEEP + "a", "too-deep"),
        (HEAD + levels(scaled(2000, DEEP)), "too-deep"),
        ("? " * DEEP, "yaml|key|too-deep"),
        ("[" * DEEP, "not-a-mapping|too-deep"),
        ("&a " * DEEP, "not-a-mapping"),
        ("!a " * DEEP, "not-a-mapping"),
        (
            "a: &a [x, x, x]\n"
            + "".join(f"{c}: &{c} [{f'*{b}, ' * 9}]\n" for b, c in zip("abcdefgh", "bcdefghi", strict=True)),
            "alias-limit|unknown-key",
        ),
        (
            "a0: &a0 {x: 1}\n"
            + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, DEEP)),
            "unknown-key|alias-limit",
        ),
        (
            "a0: &a0 {x0: 1}\n"
            + "".join(f"a{i}: &a{i} {{<<: *a{i - 1}, x{i}: 1}}\n" for i in range(1, 3000)),
            "unknown-key|alias-limit",
        ),
        ("bank: &a [*a]\n", "alias"),
        ("%YAML 9.9\n---\nbank: b\n", "yaml"),
        ("%TAG ! tag:" + "x" * 1_000_000 + "\n---\nbank: !a b\n", "yaml|tag"),
    ],
)  # fmt: skip
def test_yaml_that_nests_or_multiplies_is_refused(refused, text, code):
    path = write("bank.yaml", text)
    assert re.search(rf"bank\.yaml:\d+:\d+: (?:{code}) ", refused("check", path))
    assert re.search(rf"bank\.yaml:\d+:\d+: (?:{code}) ", refused("html", path))


LONG = scaled(2_000_000, 10_000_000)


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace("title", "k" * LONG),
        HEAD.replace("title", "'" + "k " * (LONG // 2) + "'"),
        HEAD + "- id: a\n  " + "k" * LONG + ": x\n",
        HEAD + "- id: " + "k" * LONG + "\n  type: essay\n  prompt: x\n",
        HEAD + "- id: a\n  type: " + "k" * LONG + "\n",
        HEAD + "- {id: a, type: numeric, prompt: p, answer: " + "1" * LONG + "}\n",
        HEAD + "- {id: a, type: date, prompt: p, answer: " + "1" * LONG + "}\n",
        HEAD.replace("en", "e" * LONG) + "- {id: a, type: essay, prompt: p}\n",
        HEAD + "- {id: a, type: essay, prompt: p, points: " + "9" * LONG + "}\n",
        HEAD + "- {id: a, type: essay, prompt: p, cite: " + "9" * LONG + "}\n",
    ],
    ids=["top", "quoted", "field", "id", "type", "number", "date", "language", "points", "cite"],
)
def test_a_key_of_ten_megabytes_is_refused_in_few_words(refused, text):
    said = refused("check", write("bank.yaml", text))
    assert len(said) < 3000


@pytest.mark.parametrize("command", ["moodle", "html", "anki", "gift"])
def test_an_answer_of_ten_megabytes_is_written(run, command):
    run(command, bank("p", answers=["k" * LONG]), "-o", "out.x", status=0)
    written = sum(path.stat().st_size for path in Path().glob("out*"))
    assert written > (LONG if command != "anki" else 10_000)  # a deck is packed


# Garbage.


def random_text(size):
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghij:-#'\"[]~= \n", k=1000)) for _ in range(50)]
    return "".join(draw.choices(words, k=size // 1000)).encode()


GARBAGES = {
    "random bytes": lambda size: random.Random(2).randbytes(size),
    "NULs": bytes,
    "one line": lambda size: b"a" * size,
    "random text": random_text,
    "words": lambda size: b"lorem ipsum dolor sit amet\n" * (size // 27),
    "pairs": lambda size: b"lorem: ipsum\n" * (size // 13),
    "brackets": lambda size: b"[" * size,
    "dashes": lambda size: b"- " * (size // 2),
    "emoji": lambda size: "😀".encode() * (size // 4),
    "quote": lambda size: b'"' + b"a" * size,
    "newlines": lambda size: b"\n" * size,
    "comment": lambda size: b"#" * size,
    "tags": lambda size: b"<a>" * (size // 3),
    "text in XML": lambda size: b"<quiz>" + b"a" * size,
    "braces": lambda size: b"{" * size,
    "gaps": lambda size: b"{}" * (size // 2),
    "options": lambda size: b"A) x\n" * (size // 5),
}


@pytest.mark.parametrize("name", GARBAGES)
def test_garbage_as_a_bank_is_refused(refused, name):
    path = write("bank.yaml", GARBAGES[name](GARBAGE))
    said = refused("check", path)
    assert re.search(r"bank\.yaml:\d+:\d+: ", said)
    assert len(said) < 300_000  # of two thousand faults each is told


@pytest.mark.parametrize("name", GARBAGES)
def test_garbage_to_be_converted_is_refused(run, name):
    path = write("file.txt", GARBAGES[name](GARBAGE))
    for form in scaled([None], [None, "moodle", "gift", "aiken"]):
        said = run("convert", path, *(["--from", form] if form else []), "--force")
        assert said.strip()


# Pipes, devices, and what only looks like a file.


@pytest.fixture
def devices(folder):
    os.mkfifo("fifo")
    return ["fifo", "/dev/zero", *scaled([], ["/dev/full", "/dev/urandom", "/dev/ptmx"])]


def test_a_pipe_or_a_device_is_no_file_of_any_kind(refused, devices):
    source = {"sources": {"s": {"title": "S"}}}
    for place, device in enumerate(devices):
        good = write_file(Path("good.yaml"), short("x"), **source)
        assert "not-a-file" in refused("check", device)
        assert "not-a-file" in refused("html", device)
        assert "not-a-file" in refused("convert", device)
        assert "not-a-file" in refused("check", good, "--source", f"s={device}")
        assert "image-missing" in refused("html", good, "--logo", device)
        section = "{title: S, count: 1}"
        write("exam.yaml", f"quiz: q\ntitle: Q\nbanks: [{device}]\nsections: [{section}]\n")
        assert "not-a-file" in refused("html", "exam.yaml")
        home = Path(f"home-{place}")
        home.mkdir()
        (home / "quizgen.lock").symlink_to(Path(device).absolute())
        write_file(home / "bank.yaml", short("x"))
        assert "not-a-file" in refused("anki", home / "bank.yaml")
        (home / "html").mkdir()
        (home / "html" / "questions.html.j2").symlink_to(Path(device).absolute())
        assert "not-a-file" in refused("html", good, "--templates", home)
        (home / "picture.png").symlink_to(Path(device).absolute())
        write_file(home / "image.yaml", short("x", prompt="![a](picture.png)"))
        assert re.search("image-(missing|outside)", refused("html", home / "image.yaml"))


def test_what_has_no_end_and_says_it_is_empty_is_refused(refused):
    for path in ("/proc/self/mem", "/proc/kmsg", "/proc/self/pagemap"):
        refused("check", path)
        refused("convert", path)


# Pictures.


def sparse(name, size, head=b""):
    with Path(name).open("wb") as file:
        file.write(head)
        file.truncate(size)
    return Path(name)


PNG = b"\x89PNG\r\n\x1a\n"


def test_a_picture_of_a_gigabyte_is_refused(refused):
    sparse("huge.png", 1 << 30, PNG)
    for command in ("check", "html", "moodle", "anki"):
        assert "image-size" in refused(command, bank("![a](huge.png)"))
    assert "image-size" in refused("html", bank("p"), "--logo", "huge.png")


def test_a_bank_or_a_file_of_a_gigabyte_is_refused(refused):
    assert "control-character" in refused("check", sparse("bank.yaml", 1 << 30, b"bank: b\n"))
    assert "too-large" in refused("check", sparse("bank.yaml", (1 << 30) + 1, b"bank: b\n" * 9000))
    refused("convert", sparse("file.gift", 1 << 30, b"::a::b{T}\n"))
    refused("convert", sparse("file.xml", 1 << 30, b"<quiz>\n"))


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"\x00" * 100, b"PK\x03\x04", b"%PDF-1.7", b"<html>", b"GIF", b"BM\x00", b"\x89PN"],
)
def test_a_picture_that_is_none_is_refused(refused, data):
    write("p.png", data)
    assert "image-kind" in refused("html", bank("![a](p.png)"))


CLIMBING = [
    "../secret.png", "a/../../secret.png", "%2e%2e/secret.png", "..%2fsecret.png",
    "%2e%2e%2fsecret.png", "./../secret.png", "a/%2e%2e/%2e%2e/secret.png", "link/secret.png",
    "link.png", "%00", "a%00.png", "..%00/secret.png", "/etc/passwd",
    "%2fetc%2fpasswd", "//etc/passwd", "loop.png", ".", "", "%2e", "a" * 5000 + ".png",
    "..\\\\secret.png", "%5c..%5csecret.png", "~/secret.png", "$HOME/secret.png",
    "..%252fsecret.png", "%c0%ae%c0%ae/secret.png", "\uff0e\uff0e/secret.png", "con.png", "p.png/x",
]  # fmt: skip


def test_a_path_that_climbs_is_refused(refused, run, folder):
    (folder / "home" / "a").mkdir(parents=True)
    os.chdir("home")
    secret = write("../secret.png", PNG + b"secret")
    Path("link").symlink_to("..")
    Path("link.png").symlink_to(secret.absolute())
    Path("loop.png").symlink_to("loop.png")
    write("p.png", PNG)
    for path in [*CLIMBING, str(secret.absolute())]:
        write("bank.yaml", "")
        name = bank(f"![a](<{path}>)")
        for command in scaled(["html"], ["html", "check", "moodle", "anki", "gift"]):
            said = refused(command, folder / "home" / name)
            assert re.search(r"image-(outside|missing|remote|kind)", said), (path, said)
    for path in ("file:///etc/passwd", "C:%5csecret.png"):  # no addresses of pictures: text
        run("html", folder / "home" / bank(f"![a](<{path}>)"), status=0)
        assert b"<img" not in (folder / "quiz.html").read_bytes()


# Markdown and formulas.

MARKDOWN = {
    "quotations": ">" * DEEP + " a\nb",
    "spaced quotations": "> " * DEEP + "a\nb",
    "lists": "\n".join("  " * level + "- a" for level in range(1000)),
    "lists in a line": "- " * DEEP + "a\nb",
    "brackets": "[" * DEEP + "]" * DEEP,
    "open brackets": "[" * DEEP,
    "pictures": "![" * DEEP,
    "links": "[a](b" * DEEP,
    "parentheses": "[a](" + "(" * DEEP,
    "stars": "*" * DEEP + "a",
    "starred": "*a " * DEEP,
    "strong": "**a" * DEEP,
    "mixed emphasis": "*a **b _c __d " * DEEP,
    "underscores": "_a_" * DEEP,
    "ticks": "".join("`" * count + "a" for count in range(1, 400)),
    "dollars": "$" * DEEP,
    "prices": "$a " * DEEP,
    "escaped prices": "$x\\" * DEEP,
    "open formula": "$$" + "a" * 5 * DEEP,
    "formulas": "$a$ " * DEEP,
    "dollars before digits": "$a$1" * DEEP,
    "escapes": "\\$" * DEEP + "$",
    "backslashes": "\\" * DEEP,
    "less-than": "<" * DEEP,
    "addresses": "<a@" * DEEP,
    "entities": "&#" * DEEP,
    "ampersands": "&" * 50 * DEEP,
    "wide table": "|" * DEEP + "\n" + "|-" * DEEP + "|\n",
    "table": "|a" * 500 + "\n" + "|-" * 500 + "|\n" + "|a\n" * 1000,
    "references": "\n".join(f"[a{i}]: x" for i in range(3000)) + "\n\n" + "[a]" * 3000,
    "fences": "```\n" * DEEP,
    "spaces": "a" + " " * 10 * DEEP + "b",
    "spaces in lines": ("a" + " " * 100 + "\n") * 1000,
    "hashes": "# " * DEEP + "\na",
    "rules": "* " * DEEP + "\nx",
    "braces": "{{" * DEEP,
    "numbers": "1" * 10 * DEEP + ".\n" * 2,
}
FORMULAS = {
    "braces": "{" * DEEP + "x" + "}" * DEEP,
    "fractions": "\\frac{" * DEEP + "x" + "}{y}" * DEEP,
    "roots": "\\sqrt{" * DEEP + "x" + "}" * DEEP,
    "left": "\\left(" * DEEP + "x" + "\\right)" * DEEP,
    "lefts alone": "\\left(" * DEEP,
    "subscripts": "a" + "_{a" * DEEP + "}" * DEEP,
    "many subscripts": "a_a" * DEEP,
    "environments": "\\begin{matrix}" * 1000 + "x" + "\\end{matrix}" * 1000,
    "long": "x+" * 5 * DEEP + "x",
}


@pytest.mark.parametrize("name", MARKDOWN)
def test_hostile_markdown_takes_no_time(run, name):
    path = bank(MARKDOWN[name])
    for command in ("check", *scaled(["html"], ["html", "moodle", "anki", "gift", "aiken"])):
        run(command, path)


@pytest.mark.parametrize("name", FORMULAS)
def test_hostile_formulas_take_no_time(run, name):
    path = bank(f"${FORMULAS[name]}$")
    for command in ("check", "html", *scaled([], ["moodle", "anki"])):
        run(command, path)


def test_hostile_citations_take_no_time(run, folder):
    source = {"sources": {"s": {"title": "S"}}}
    write("s.txt", "A sentence.\n\n" * 10 * DEEP)
    for place in (
        "¶" * 10 * DEEP,
        "¶1-" * DEEP,
        "¶" + "1" * 10 * DEEP,
        "¶1-999999999",
        "par " * DEEP,
    ):
        path = write_file(folder / "bank.yaml", short("x", cite=f"s {place}"), **source)
        run("check", path, "--source", "s=s.txt")


@pytest.mark.parametrize("text", ["{{a|" * DEEP, "{{" * DEEP, "{{a}} " * DEEP, "{{c1::" * DEEP])
def test_hostile_gaps_are_refused(refused, text):
    write("bank.yaml", HEAD + f"- {{id: a, type: cloze, text: '{text}'}}\n")
    assert " gap " in refused("html", "bank.yaml")


@pytest.mark.parametrize("levels", range(5, 30))
def test_text_that_nests_too_deep_is_refused_and_never_lost(levels):
    """The parser passes over what is in its twentieth level."""
    reader = Reader()
    for text in (
        ">" * levels + " end\nx",
        "- " * levels + "end\nx",
        "\n".join("  " * each + "- " + ("end" if each == levels - 1 else "a") for each in range(levels)),
        "\n".join("   " * each + "1. " + ("end" if each == levels - 1 else "a") for each in range(levels)),
    ):  # fmt: skip
        question = short_question(text)
        problems = [each.code for rule in RULES for each in rule(question, reader)]
        assert ("too-deep" in problems) == ("end" not in reader.plain(text))


def short_question(prompt):
    from quizgen.model import Accepted, ShortAnswer, Text
    from quizgen.problems import Span

    place = Span("made", 1, 1)
    return ShortAnswer(
        id="a", span=place, prompt=Text(prompt, place), answers=(Accepted(Text("x", place)),)
    )


# Other formats.

QUESTION = (
    '<question type="shortanswer"><name><text>{}</text></name><questiontext format="html"><text>'
    '{}</text></questiontext><answer fraction="100"><text>x</text></answer></question>'
)
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
XML = {
    "billion laughs": f'<!DOCTYPE quiz [<!ENTITY l0 "ha">{LAUGHS}]><quiz>&l9;</quiz>',
    "external entity": '<!DOCTYPE q [<!ENTITY e SYSTEM "file:///etc/passwd">]><quiz>&e;</quiz>',
    "parameter entity": '<!DOCTYPE q [<!ENTITY % e SYSTEM "http://127.0.0.1:9/">%e;]><quiz/>',
    "document type later": "<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE quiz SYSTEM 'x'><quiz/>",
    "unknown entity": "<quiz><question>&e;</question></quiz>",
    "depth": "<quiz>" + "<a>" * DEEP + "</a>" * DEEP + "</quiz>",
    "more depth": "<quiz>" + "<a>" * scaled(100_000, 3_000_000),
    "attributes": "<quiz " + " ".join(f"a{i}=''" for i in range(scaled(20_000, 2_000_000))) + "/>",
    "one attribute": "<quiz " + "a='' " * DEEP + "/>",
    "long attribute": "<quiz a='" + "a" * scaled(1_000_000, 50_000_000) + "'/>",
    "elements": "<quiz>" + "<a/>" * scaled(200_000, 20_000_000) + "</quiz>",
    "empty questions": "<quiz>" + "<question/>" * scaled(20_000, 2_000_000) + "</quiz>",
    "comments": "<quiz>" + "<!---->" * scaled(100_000, 5_000_000) + "</quiz>",
    "open comment": "<!--" * scaled(100_000, 5_000_000),
    "namespaces": "<quiz " + " ".join(f"xmlns:n{i}='u'" for i in range(DEEP)) + "/>",
    "XInclude": "<quiz xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd'/></quiz>",
    "style sheet": "<?xml-stylesheet href='file:///etc/passwd'?><quiz/>",
    "UTF-7": "<?xml version='1.0' encoding='UTF-7'?><quiz/>",
    "NULs": "<quiz>" + "\0" * 100_000 + "</quiz>",
    "HTML depth": "<quiz>" + QUESTION.format("n", "&lt;div&gt;" * DEEP) + "</quiz>",
    "HTML lists": "<quiz>" + QUESTION.format("n", "&lt;ul&gt;&lt;li&gt;" * DEEP) + "</quiz>",
    "HTML bold": "<quiz>" + QUESTION.format("n", "&lt;b&gt;" * DEEP) + "</quiz>",
    "HTML table": "<quiz>" + QUESTION.format("n", "&lt;table&gt;&lt;tr&gt;&lt;td&gt;" * DEEP) + "</quiz>",
    "HTML less-than": "<quiz>" + QUESTION.format("n", "&lt;" * 5 * DEEP) + "</quiz>",
    "gaps": '<quiz><question type="cloze"><questiontext><text>' + "{1:SA:=a" * DEEP + "</text></questiontext></question></quiz>",
    "categories": '<quiz><question type="category"><category><text>' + "a/" * 10 * DEEP + "</text></category></question></quiz>",
    "base64": '<quiz><question type="essay"><questiontext><text>&lt;img src="@@PLUGINFILE@@/a.png"&gt;</text><file name="a.png" encoding="base64">' + "A" * scaled(1_000_000, 40_000_000) + "</file></questiontext></question></quiz>",
    "no base64": '<quiz><question type="essay"><questiontext><text>&lt;img src="@@PLUGINFILE@@/a.png"&gt;</text><file name="a.png" encoding="base64">' + "!" * 1_000_000 + "</file></questiontext></question></quiz>",
}  # fmt: skip


@pytest.mark.parametrize("name", XML)
def test_hostile_xml_is_told_of(run, name):
    said = run("convert", write("file.xml", XML[name]), "--force")
    assert said.strip()
    assert "root:" not in said
    made = Path("bank.yaml")
    if made.exists():
        assert "root:" not in made.read_text(encoding="utf-8")
        assert made.stat().st_size < 10_000_000


def test_names_of_pictures_that_climb_stay_beside_the_bank(run, folder):
    (folder / "home").mkdir()
    os.chdir("home")
    for name in ("../../x.png", "/etc/x.png", "..\\\\x.png", "a/../../x.png", "CON.png", ".png"):
        picture = f'<file name="{name}" path="/../../" encoding="base64">iVBORw0KGgo=</file>'
        text = f'&lt;img src="@@PLUGINFILE@@/{name}"&gt;'
        whole = QUESTION.format("n", text).replace("</questiontext>", picture + "</questiontext>")
        write("file.xml", f"<quiz>{whole}</quiz>")
        before = set(folder.rglob("*"))
        run("convert", folder / "home/file.xml", "-o", folder / "home/out/bank.yaml", "--force")
        new = set(folder.rglob("*")) - before
        assert all(each.is_relative_to(folder / "home" / "out") for each in new)


GIFT = {
    "same names": "::a::b{=c}\n\n" * scaled(2000, 50_000),
    "open braces": "::a::b{" * DEEP,
    "options": "::a::b{" + "~c " * 10 * DEEP + "}",
    "pairs": "::a::b{" + "=c -> d " * DEEP + "}",
    "backslashes": "::a::b" + "\\" * 10 * DEEP + "{=c}",
    "colons": ":" * 10 * DEEP + "{=c}",
    "category": "$CATEGORY: " + "a/" * 10 * DEEP + "\n\n::a::b{=c}",
    "ids": "// [id:" + "\\]" * 10 * DEEP + "\n::a::b{=c}",
    "open ids": "// " + "[id:" * 10 * DEEP + "\n::a::b{=c}",
    "open tags": "// " + "[tag:" * 10 * DEEP + "\n::a::b{=c}",
    "tags": "// [tag:x] " * DEEP + "\n::a::b{=c}",
    "numbers": "::a::b{#" + "1" * 10 * DEEP + ":" + "1" * 10 * DEEP + "}",
    "weights": "::a::b{" + "~%9" * DEEP + "}",
    "Markdown": "::a::[markdown]" + "[" * DEEP + "{=c}",
    "HTML": "::a::[html]" + "<b>" * DEEP + "{=c}",
    "comments": "// a\n" * 10 * DEEP,
    "spaces": "::a::b{=c" + " " * 10 * DEEP + "d}",
}


@pytest.mark.parametrize("name", GIFT)
def test_hostile_gift_is_told_of(run, name):
    assert run("convert", write("file.gift", GIFT[name]), "--force").strip()


def test_archives_are_told_from_questions(refused):
    with zipfile.ZipFile("deck.apkg", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", bytes(scaled(1_000_000, 300_000_000)))
    Path("course.mbz").write_bytes(gzip.compress(b"<quiz></quiz>"))
    Path("quiz.xml").write_bytes(Path("deck.apkg").read_bytes())
    Path("x.7z").write_bytes(b"7z\xbc\xaf\x27\x1c")
    Path("x.xz").write_bytes(b"\xfd7zXZ\x00")
    for name in ("deck.apkg", "course.mbz", "quiz.xml", "x.7z", "x.xz"):
        for form in ([], ["--from", "gift"]):
            assert "archive; unpack it" in refused("convert", name, *form)
        if name != "quiz.xml":
            refused("check", name)


# Folders.


def test_a_folder_of_a_hundred_thousand_files_is_told_of(refused, folder):
    for number in range(scaled(20_001, 100_000)):
        os.close(os.open(f"{number}.yaml", os.O_CREAT))
    assert "too-large the folder holds" in refused("check", folder)
    Path("other").mkdir()
    os.chdir("other")
    for number in range(scaled(2_000, 100_000)):
        os.close(os.open(f"{number}.txt", os.O_CREAT))
    assert "no-banks" in refused("check", folder / "other")


def test_a_loop_of_links_is_told_of(refused, run, folder):
    Path("loop.yaml").symlink_to("loop.yaml")
    assert "symbolic links" in refused("check", "loop.yaml")
    (folder / "banks").mkdir()
    (folder / "banks" / "inner").symlink_to("..")
    write_file(folder / "banks" / "b.yaml", short("x"))
    run("list", "banks", status=0)
    (folder / "banks" / "c.yaml").symlink_to("../banks/c.yaml")
    assert "symbolic links" in refused("check", "banks")
    (folder / "banks" / "d.yaml").mkdir()
    assert "d.yaml:1:1: no-banks" in refused("check", "banks")


# Good ones.


@pytest.mark.parametrize("command", ["moodle", "html", "anki"])
def test_a_million_questions_build_in_linear_memory(warm, folder, command):
    used = {}
    for count in (scaled(1_000, 100_000), scaled(10_000, 1_000_000)):
        with Path("bank.yaml").open("w", encoding="utf-8") as file:
            file.write(HEAD)
            file.writelines(
                f"- {{id: q{i}, type: short-answer, prompt: What is {i}?, answers: ['{i}']}}\n"
                for i in range(count)
            )
        used[count] = warm.run(command, "bank.yaml", "-o", "out", folder=folder, seconds=10_000)
        assert used[count]["status"] == 0, used
        print(command, count, used[count])
        Path("quizgen.lock").unlink(missing_ok=True)
    small, large = used.values()
    assert large["memory"] < 11 * small["memory"]
    assert large["cpu"] < 15 * small["cpu"]
