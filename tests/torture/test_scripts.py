"""Nothing of a bank becomes script: injections in every field, in every page, card and file."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from anki.collection import Collection
from click.testing import CliRunner
from playwright.sync_api import expect

from quizgen import bank as banks
from quizgen.cli import cli
from quizgen.encode import encode
from quizgen.media import MediaError, media_of
from quizgen.quiz import Selection, make_quiz
from quizgen.readers.reading import ReadOptions
from quizgen.readers.table import READERS
from quizgen.source import FORBIDDEN
from quizgen.writers import gift, html, moodle
from quizgen.writers.html import HtmlOptions, Key, Layout
from quizgen.writers.output import base64
from tests.clients import COMPARED, INPUT
from tests.decks import EVERYTHING, body, cards_in, package_of, take
from tests.torture.inert import active_in_gift, active_in_moodle
from tests.torture.injections import GOOD_SVG_FILES, INJECTIONS, SVG_FILES
from tests.torture.places import DOT, accepted, alone, clues, crowded, quoted, shaped, write_bank
from tests.torture.scale import scaled
from tests.torture.traps import HOME, PROVOKE, SCAN, SCANNED, trap

REFUSALS = {
    *("control-character", "equal", "gap", "id", "tag-name", "math"),
    *("image-missing", "image-outside", "image-remote"),
}
"""What is said of injections that a bank may not hold."""

SOME = list(INJECTIONS.values())[:: scaled(10, 1)]
"""All injections, and every tenth one in the quick form."""


def test_the_corpus_is_large():
    assert len(set(INJECTIONS.values())) == len(INJECTIONS) >= 150


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """The injections that a bank may hold as text."""
    path = tmp_path_factory.mktemp("taken") / "b.yaml"
    asked = {
        text: {"type": "true-false", "prompt": text, "answer": True} for text in INJECTIONS.values()
    }
    kept, codes = accepted(path, list(asked.values()), thorough=True)
    assert codes == REFUSALS - {"equal", "gap", "id", "tag-name"}
    assert len(kept) > 0.85 * len(asked)
    return [text for text, question in asked.items() if question in kept]


@pytest.fixture(scope="module")
def everything(tmp_path_factory, taken):
    """A bank of all injections in all fields and all shapes, in few questions."""
    folder = tmp_path_factory.mktemp("everything")
    return write_bank(folder / "b.yaml", [*crowds(taken, scaled(7, 1)), *shapes_in(folder)])


@pytest.fixture(scope="module")
def some(tmp_path_factory, taken):
    """A bank of all injections, each in the fields of some types."""
    return write_bank(tmp_path_factory.mktemp("some") / "b.yaml", crowds(taken, scaled(11, 6)))


def crowds(texts, step):
    """Questions with 20 texts in each field, of every so manieth type."""
    for start in range(0, len(texts), 20):
        yield from list(crowded(texts[start : start + 20]))[start // 20 % step :: step]


def shapes_in(folder):
    """The injections in every shape that a bank may hold."""
    tried = [group for text in SOME for group in shaped(text)]
    kept, codes = accepted(folder / "tried.yaml", [first for first, *_ in tried], thorough=True)
    rest = [each for first, *others in tried if first not in kept for each in others]
    more, others = accepted(folder / "tried.yaml", rest, thorough=True)
    assert codes | others <= REFUSALS
    return kept + more


@pytest.fixture(scope="module")
def puzzling(tmp_path_factory, taken):
    """A bank of all injections, as clues to words."""
    return write_bank(tmp_path_factory.mktemp("puzzling") / "p.yaml", clues(taken))


@pytest.fixture(scope="module")
def window(chromium):
    """A browser's window that knows no policy, one page after the other in it."""
    with trap(chromium, bypass_csp=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def strict_window(chromium):
    """The same with what a page's policy forbids forbidden."""
    with trap(chromium) as opened:
        yield opened


def faults_of(window, document):
    """What a page does."""
    window.show(document)
    return window.faults()


RAW = [
    text for text in INJECTIONS.values() if re.match("(?i)<[a-z/?!]", text) and "__pwned" in text
]


@pytest.mark.parametrize("text", scaled(RAW[::12], RAW))
def test_a_window_tells_of_what_stands_bare_in_a_page_and_of_it_alone(window, text):
    assert faults_of(window, f"<!doctype html><meta charset=utf-8>{text}") != []
    assert faults_of(window, "<!doctype html><meta charset=utf-8>") == []


def test_nothing_runs_in_a_worksheet_of_everything(window, everything):
    quiz = make_quiz(banks.load([everything]), Selection())
    output = html.write(quiz, HtmlOptions(key=Key.INLINE))
    assert faults_of(window, output.files[".html"]) == []


@pytest.mark.parametrize("layout", Layout, ids=lambda each: each.value)
def test_nothing_runs_in_any_layout_or_its_key(window, strict_window, some, puzzling, layout):
    games = layout in {Layout.WORDSEARCH, Layout.CROSSWORD}
    quiz = make_quiz(banks.load([puzzling if games else some]), Selection())
    output = html.write(quiz, HtmlOptions(layout=layout, word_bank=not games))
    for document in output.files.values():
        assert faults_of(window, document) == []
        assert faults_of(strict_window, document) == []


def test_no_link_runs_a_script(chromium, tmp_path):
    links = [each for each in SOME if "](" in each or "]:" in each or "<" in each]
    texts = [f"[x]({each})" for each in SOME] + [f"[x](<{each}>)" for each in SOME]
    questions = [
        {"type": "flashcard", "front": each, "back": "x"} for each in dict.fromkeys(links + texts)
    ]
    kept, _ = accepted(tmp_path / "tried.yaml", questions, thorough=True)
    loaded = banks.load([write_bank(tmp_path / "b.yaml", kept)])
    output = html.write(make_quiz(loaded, Selection()), HtmlOptions(key=Key.NONE))
    with trap(chromium, bypass_csp=True) as window:
        window.show(output.files[".html"])
        number, done = window.click_links()
    assert number > scaled(10, 100)
    assert [each for each in done if "external handler for 'mailto:" not in each] == []


# Cards of Anki, which has no policy of its own.


def learned(folder, *loaded):
    """A collection with the cards of these banks."""
    collection = Collection(str(folder / "learner.anki2"))
    take(collection, package_of(*loaded))
    return collection


def sides_of(learner, card):
    """Front and back as Anki shows them, as if the learner had typed markup where typing is asked."""
    expected = dict(card.note().items()).get("Typed")
    yield body(card.question()).replace("[[type:Typed]]", INPUT)
    for typed in (expected, "<script>__pwned=1</script>") if expected else ("",):
        compared = COMPARED.format(learner.compare_answer(expected, typed)) if expected else ""
        yield body(card.answer()).replace("[[type:Typed]]", compared)


def faults_of_cards(window, learner, each=400):
    """What the cards do, so many sides at a time on one page."""
    sides = [side for card in cards_in(learner) for side in sides_of(learner, card)]
    assert sides
    media = Path(learner.media.dir())

    def served(address):
        path = media / address.removeprefix(HOME)
        return path if path.is_file() else None

    found = []
    for start in range(0, len(sides), each):
        window.show_cards(sides[start : start + each], served)
        found += window.faults()
    return found


def test_nothing_runs_in_a_card(window, everything, tmp_path):
    learner = learned(tmp_path, *banks.load([everything]))
    assert faults_of_cards(window, learner) == []
    learner.close()


# Files of pictures.


@pytest.mark.parametrize("name", SVG_FILES)
def test_a_drawing_that_does_more_is_refused(name):
    with pytest.raises(MediaError) as found:
        media_of(f"{name}.svg", SVG_FILES[name].encode())
    code = "image-kind" if name in UNREADABLE else "image-unsafe"
    assert found.value.code == code, found.value.message


UNREADABLE = {"entity-bomb", "html", "script-prefixed", "text-behind"}


@pytest.mark.parametrize("name", GOOD_SVG_FILES)
def test_a_drawing_that_only_draws_is_taken(name):
    data = GOOD_SVG_FILES[name].encode()
    assert media_of(f"{name}.svg", data).data == data


def test_nothing_runs_in_a_picture_that_comes_past_the_check(window):
    shown = "".join(
        f'<img src="data:image/svg+xml;base64,{base64(data.encode())}" alt="">'
        for data in SVG_FILES.values()
    )
    assert faults_of(window, f"<!doctype html><meta charset=utf-8>{shown}") == []


# What is said once: of a bank, a quiz, a sheet.


def head_of(texts):
    """The fields of a bank's head, each with all the texts."""
    said = " ".join(texts)
    work = dict.fromkeys(("title", "author", "year", "url", "note"), said)
    return {"title": said, "description": said, "licence": said, "sources": {"work": work}}


def exam_of(texts, instructions):
    """A quiz file over the bank beside it; instructions hold Markdown, but no images."""
    said, told = " ".join(texts), "\n\n".join(instructions)
    sections = [
        {"title": each, "instructions": told, "banks": "b.yaml", "count": 2} for each in ("A", said)
    ]
    return {"quiz": "q", "title": said, "seed": said, "instructions": told, "sections": sections}


@pytest.fixture(scope="module")
def exam(tmp_path_factory, taken):
    """A quiz file and its bank whose titles, sources, instructions, seeds are injections."""
    folder = tmp_path_factory.mktemp("exam")
    asked = [{"type": "true-false", "prompt": "?", "answer": True, "cite": "work p. 1"}]
    write_bank(folder / "b.yaml", asked * 4, **head_of(taken))
    # A formula that paper cannot set is no matter of a bank here.
    told = [each for each in taken if "![" not in each and "$" not in each]
    (folder / "exam.yaml").write_text(quoted(exam_of(taken, told)), encoding="utf-8")
    return folder / "exam.yaml"


def run(*arguments):
    done = CliRunner().invoke(cli, list(map(str, arguments)))
    assert done.exit_code == 0, done.output
    return done


@pytest.mark.parametrize("form", [(), ("--versions", 2, "--key", "inline"), ("--layout", "cards")])
def test_nothing_runs_in_what_is_said_of_a_quiz(window, strict_window, exam, taken, tmp_path, form):
    said = "".join(taken)
    files = tmp_path / "q.html"
    run("html", exam, "--title", said, "--header", said, *form, "-o", files)
    found = list(tmp_path.glob("q*.html"))
    assert found
    for path in found:
        assert faults_of(window, path.read_bytes()) == []
        assert faults_of(strict_window, path.read_bytes()) == []


def test_nothing_runs_in_a_code_to_scan(window, tmp_path, taken):
    bank = write_bank(tmp_path / "b.yaml", [{"type": "true-false", "prompt": "?", "answer": True}])
    shown = ""
    starts = range(0, len(taken), scaled(100, 40))
    for start in starts:
        seed = "".join(taken[start : start + 40])[:2000]
        run("html", bank, "--seed", seed, "--qr", "--key", "none", "-o", tmp_path / "q.html")
        shown += (tmp_path / "q.html").read_text("utf-8").partition("<body>")[2]
    assert shown.count("<svg role=") == len(starts)
    assert faults_of(window, f"<!doctype html><meta charset=utf-8>{shown}") == []


def test_nothing_runs_in_the_description_of_a_deck(window, exam, tmp_path):
    learner = learned(tmp_path, *banks.load([exam.with_name("b.yaml")]))
    shown = "".join(each["desc"] for each in learner.decks.all())
    learner.close()
    assert "__pwned" in shown
    assert faults_of(window, f"<!doctype html><meta charset=utf-8>{shown}") == []


# Files for Moodle, and files from elsewhere.


def test_nothing_is_active_in_moodle(everything, exam):
    for path in (everything, exam.with_name("b.yaml")):
        quiz = make_quiz(banks.load([path]), Selection())
        assert active_in_moodle(moodle.write(quiz).files[".xml"]) == []


def test_nothing_is_active_in_gift(tmp_path, taken):
    literal = {"short-answer", "numeric", "date", "cloze", "matching", "ordering", "flashcard"}
    asked = [each for each in crowds(taken, 1) if each["type"] not in literal]
    quiz = make_quiz(banks.load([write_bank(tmp_path / "b.yaml", asked)]), Selection())
    assert active_in_gift(gift.write(quiz).files[".txt"]) == []


def hostile_moodle(texts):
    """A Moodle export with each text as HTML wherever HTML stands."""

    def held(tag, text, more=""):
        cdata = text.replace("]]>", "]]]]><![CDATA[>")
        return f'<{tag} format="html" {more}><text><![CDATA[{cdata}]]></text>'

    for text in texts:
        feedback = held("feedback", text) + "</feedback></answer>"
        right = held("answer", f"1 {text}", 'fraction="100"') + feedback
        wrong = held("answer", f"2 {text}", 'fraction="0"') + feedback
        for kind in ("multichoice", "shortanswer", "essay"):
            yield (
                f'<question type="{kind}"><name><text><![CDATA[{text.replace("]]>", "")}]]></text></name>'
                + held("questiontext", text)
                + "</questiontext>"
                + held("generalfeedback", text)
                + "</generalfeedback><single>true</single>"
                + right
                + wrong
                + f"<tags><tag><text><![CDATA[{text.replace(']]>', '')}]]></text></tag></tags></question>"
            )


def hostile_gift(texts):
    def escaped(text):
        return re.sub(r"([\\~=#{}:])", r"\\\1", text).replace("\n", "\\n")

    for text in texts:
        shown = escaped(text)
        yield f"::{shown}::[html]{shown} {{=1 {shown}#{shown} ~2 {shown}#{shown}####{shown}}}"


@pytest.mark.parametrize("form", ["moodle", "gift"])
def test_what_comes_from_elsewhere_is_harmless(window, tmp_path, form):
    allowed = [each for each in SOME if not FORBIDDEN.search(each)]
    # What a mark of Markdown makes a link is also made one by the tag.
    allowed += [f'<a href="{link}">x</a>' for link in ADDRESSES]
    allowed += [f'<img src="{link}" alt="x">' for link in ADDRESSES]
    made = {"moodle": hostile_moodle, "gift": hostile_gift}[form](allowed)
    if form == "moodle":
        data = "<quiz>" + "".join(made) + "</quiz>"
    else:
        data = "\n\n".join(re.sub(r"\s*\n\s*", " ", each) for each in made)
    reading = READERS[form].read(data.encode(), "x", ReadOptions(language="en"))
    path = tmp_path / "b.yaml"
    (bank,) = reading.banks
    assert len(bank.questions) > 0.7 * len(allowed)
    path.write_text(encode(bank, reading.notes[bank.id]), encoding="utf-8")
    quiz = make_quiz(banks.load([path]), Selection())
    assert faults_of(window, html.write(quiz, HtmlOptions(key=Key.INLINE)).files[".html"]) == []
    assert active_in_moodle(moodle.write(quiz).files[".xml"]) == []
    learner = learned(tmp_path, *quiz.banks)
    assert faults_of_cards(window, learner) == []
    learner.close()


ADDRESSES = [
    *("javascript:__pwned=1", "JaVaScRiPt:__pwned=1", " javascript:__pwned=1", "&#1;javascript:__pwned=1"),
    *("java&#9;script:__pwned=1", "java&#10;script:__pwned=1", "javascript&colon;__pwned=1"),
    *("vbscript:x", "data:text/html,<script>__pwned=1</script>", "data:image/svg+xml,<svg onload=__pwned=1>"),
    *("https://evil.invalid/a.png", "//evil.invalid/a.png", "@@PLUGINFILE@@/a.svg", "file:///etc/passwd"),
]  # fmt: skip


def test_names_of_files_become_nothing_else(window, tmp_path):
    names = [re.sub(r"[/\0]", "\u2215", text)[:60] for text in SOME]
    names = [name for name in dict.fromkeys(names) if name.strip(". ")]
    for name in names:
        (tmp_path / f"{name}.png").write_bytes(DOT.read_bytes())
    texts = [f"![x](<{quote(name)}.png>)" for name in names]
    questions = [{"type": "flashcard", "front": each, "back": "x"} for each in texts]
    kept, codes = accepted(tmp_path / "tried.yaml", questions)
    assert len(kept) > 0.9 * len(questions), codes
    loaded = banks.load([write_bank(tmp_path / "b.yaml", kept)])
    quiz = make_quiz(loaded, Selection())
    assert faults_of(window, html.write(quiz).files[".html"]) == []
    learner = learned(tmp_path, *loaded)
    assert faults_of_cards(window, learner) == []
    learner.close()
    assert active_in_moodle(moodle.write(quiz).files[".xml"]) == []


# The preview, and what is said of faults.


@contextmanager
def preview_of(*arguments):
    """The address of a running preview."""
    process = subprocess.Popen(
        [sys.executable, "-m", "quizgen", "preview", "--no-open", *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield re.search(r"http://\S+/", process.stderr.readline())[0]
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.fixture
def watched(chromium):
    """`watched(address)` is the page there, and what it asks for or does that it ought not."""
    contexts = []

    def opened(address):
        contexts.append(chromium.new_context())
        page, done = contexts[-1].new_page(), []
        page.set_default_timeout(180_000)
        page.on("request", lambda it: it.url.startswith((address, "data:")) or done.append(it.url))
        page.on("console", lambda said: done.append(said.text))
        page.on("pageerror", lambda error: done.append(str(error)))
        page.on("dialog", lambda dialog: (done.append(dialog.message), dialog.dismiss()))
        page.goto(address)
        return page, done

    yield opened
    for each in contexts:
        each.close()


def test_nothing_runs_in_the_preview(watched, some, puzzling, taken, tmp_path):
    for path in (some, puzzling):
        with preview_of(path, "--title", "".join(taken), "--header", "".join(taken)) as address:
            page, done = watched(address)
            games = scaled(["crossword"], ["wordsearch", "crossword"])
            sheets = scaled(["study", "cards"], ["worksheet", "study", "cards", "test"])
            for layout in games if path == puzzling else sheets:
                with page.expect_response(
                    lambda it, name=layout: f"/sheet?layout={name}" in it.url
                ):
                    page.locator("#layout").select_option(layout)
                expect(page.locator("#state")).to_contain_text("question")
                sheet = page.frame_locator("#sheet").locator("main")
                sheet.wait_for(state="attached")  # long titles leave no room to see it
                (frame,) = page.frames[1:]
                assert frame.evaluate(SCAN, SCANNED) == []
                frame.evaluate(PROVOKE)
                page.evaluate(PROVOKE.replace("*:not(a)", "#problems *, header *"))
                assert not any(each.evaluate("'__pwned' in window") for each in page.frames)
            assert done == []


def test_nothing_runs_in_a_list_of_problems(watched, tmp_path):
    questions = [
        {
            "type": "true-false",
            "prompt": "?",
            "answer": text,
            "tags": [text],
            "cite": text,
            text: text,
        }
        for text in INJECTIONS.values()
    ]
    path = write_bank(tmp_path / "b.yaml", questions)
    with preview_of(path) as address:
        page, done = watched(address)
        page.locator("#problems li").first.wait_for()
        items = page.locator("#problems li")
        assert items.count() > len(questions)
        found = page.locator("#problems ol *").evaluate_all(
            "all => all.map(each => each.localName)"
        )
        assert set(found) == {"li", "code", "span"}
        page.evaluate(PROVOKE.replace("*:not(a)", "#problems *"))
        assert not page.evaluate("'__pwned' in window")
        assert done == []


def test_reports_keep_their_form(tmp_path):
    questions = [
        {"type": "true-false", "prompt": text, "answer": True, "cite": text, text: text}
        for text in INJECTIONS.values()
    ]
    path = write_bank(tmp_path / "::error a=b,c=d::%0A<script>\n::error::x.yaml", questions)
    for form in ("json", "sarif", "github"):
        said = CliRunner().invoke(cli, ["check", str(path), "--format", form]).stdout
        if form == "github":
            assert len(said.splitlines()) > len(questions)
            command = r"::(?:error|warning|notice) file=[^,:\n]+,line=\d+,col=\d+,title=[a-z-]+::.+"
            assert [each for each in said.split("\n")[:-1] if not re.fullmatch(command, each)] == []
        else:
            assert json.loads(said)


# The policy of every page.


def policy_of(text):
    return dict(each.split(" ", 1) for each in text.split("; ") if " " in each)


@pytest.mark.parametrize("layout", Layout, ids=lambda each: each.value)
@pytest.mark.parametrize("key", [Key.SEPARATE, Key.INLINE])
def test_every_page_has_a_strict_policy(layout, key):
    name = "dates" if layout in {Layout.WORDSEARCH, Layout.CROSSWORD} else EVERYTHING
    quiz = make_quiz(banks.load([name]), Selection(versions=2))
    for document in html.write(quiz, HtmlOptions(layout=layout, key=key)).files.values():
        text = document.decode()
        (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
        (said,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="(.*?)">', text)
        assert text.index(said) < text.index("<style>")
        digest = base64(sha256(style.encode()).digest())
        assert policy_of(said) == {
            "default-src": "'none'",
            "style-src": "'unsafe-inline'",
            "style-src-elem": f"'sha256-{digest}'",
            "style-src-attr": "'unsafe-inline'",
            "img-src": "data:",
            "media-src": "data:",
            "base-uri": "'none'",
            "form-action": "'none'",
        }


def test_a_style_that_comes_in_is_not_let_through(chromium):
    quiz = make_quiz(banks.load([EVERYTHING]), Selection())
    document = html.write(quiz).files[".html"].decode()
    odd = (
        "<style>body { display: none }</style><script>__pwned=1</script><base href=//evil.invalid>"
    )
    with trap(chromium) as window:
        window.show(document.replace("<main>", f"{odd}<main>"))
        assert window.page.locator("main").is_visible()
        assert window.page.evaluate("document.baseURI") == HOME
        refused = [each for each in window.done if "Content Security Policy" in each]
        assert len(refused) == len(window.done) == 3
        assert not window.page.evaluate("'__pwned' in window")


@pytest.mark.parametrize(
    "path",
    ["/", "/app.js", "/app.css", "/build", "/sheet", "/nothing", "/build?view=<script>", "/events"],
)
def test_every_answer_of_the_preview_has_a_strict_policy(previewed, path):
    for host in ("127.0.0.1", "evil.invalid"):
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(previewed).port, timeout=60)
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        policy = policy_of(answer.headers["content-security-policy"])
        assert answer.headers["x-content-type-options"] == "nosniff"
        connection.close()
        assert policy["default-src"] == "'none'"
        assert policy["frame-ancestors"] in {"'none'", "'self'"}
        if host != "127.0.0.1" or path not in {"/", "/app.js", "/app.css"}:
            assert "script-src" not in policy
        else:
            assert policy["script-src"] == "'self'"
            assert policy["require-trusted-types-for"] == "'script'"
            assert policy["base-uri"] == policy["form-action"] == "'none'"


@pytest.fixture(scope="module")
def previewed():
    with preview_of(EVERYTHING) as address:
        yield address


# Each injection alone in each field.


@pytest.mark.parametrize("name", scaled(list(INJECTIONS)[::120], INJECTIONS))
def test_nothing_runs_of_an_injection_alone_in_each_field(window, tmp_path, name):
    made = list(alone(INJECTIONS[name]).values())
    kept, codes = accepted(tmp_path / "tried.yaml", made, thorough=True)
    assert codes <= REFUSALS
    if kept:
        loaded = banks.load([write_bank(tmp_path / "b.yaml", kept)])
        output = html.write(make_quiz(loaded, Selection()), HtmlOptions(key=Key.INLINE))
        assert faults_of(window, output.files[".html"]) == []
    # Anki takes formulas that paper cannot set.
    kept, _ = accepted(tmp_path / "tried.yaml", made)
    if kept:
        learner = learned(tmp_path, *banks.load([write_bank(tmp_path / "b.yaml", kept)]))
        assert faults_of_cards(window, learner) == []
        learner.close()
