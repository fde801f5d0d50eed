"""Nothing of a bank becomes script: injections in every field, in every page, card and file."""

from __future__ import annotations

from pathlib import Path

import pytest
from anki.collection import Collection

from quizgen import bank as banks
from quizgen.media import MediaError, image_of
from quizgen.quiz import Selection, make_quiz
from quizgen.writers import html
from quizgen.writers.html import HtmlOptions, Key, Layout
from quizgen.writers.output import base64
from tests.clients import COMPARED, INPUT
from tests.decks import body, cards_in, package_of, take
from tests.torture.injections import GOOD_SVG_FILES, INJECTIONS, SVG_FILES
from tests.torture.places import accepted, clues, crowded, shaped, write_bank
from tests.torture.traps import HOME, trap

REFUSALS = {
    *("control-character", "equal", "gap", "id", "tag-name", "math"),
    *("image-missing", "image-outside", "image-remote"),
}
"""What is said of injections that a bank may not hold."""


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
    """A bank of all injections in all fields, in few questions."""
    folder = tmp_path_factory.mktemp("everything")
    return write_bank(folder / "b.yaml", [*crowds(taken, 1), *shapes_in(folder)])


@pytest.fixture(scope="module")
def some(tmp_path_factory, taken):
    """A bank of all injections, each in some of the fields."""
    return write_bank(tmp_path_factory.mktemp("some") / "b.yaml", crowds(taken, 6))


def crowds(texts, step):
    """Questions with 20 texts in each field, of every so manieth type."""
    for start in range(0, len(texts), 20):
        yield from list(crowded(texts[start : start + 20]))[start // 20 % step :: step]


def shapes_in(folder):
    """Every injection in every shape that a bank may hold."""
    tried = [group for text in INJECTIONS.values() for group in shaped(text)]
    kept, codes = accepted(folder / "tried.yaml", [first for first, *_ in tried], thorough=True)
    rest = [each for first, *others in tried if first not in kept for each in others]
    more, others = accepted(folder / "tried.yaml", rest, thorough=True)
    assert codes | others <= REFUSALS
    return kept + more


@pytest.fixture(scope="module")
def puzzling(tmp_path_factory, taken):
    """A bank of all injections, as clues to words."""
    return write_bank(tmp_path_factory.mktemp("puzzling") / "p.yaml", clues(taken))


def faults_of(browser, document, *, policy=False):
    """What a page does, in a browser that knows no policy, or in one that does."""
    with trap(browser, bypass_csp=not policy) as window:
        window.show(document)
        return window.faults()


def test_nothing_runs_in_a_worksheet_of_everything(chromium, everything):
    quiz = make_quiz(banks.load([everything]), Selection())
    output = html.write(quiz, HtmlOptions(key=Key.INLINE))
    assert faults_of(chromium, output.files[".html"]) == []


@pytest.mark.parametrize("layout", Layout, ids=lambda each: each.value)
def test_nothing_runs_in_any_layout_or_its_key(chromium, some, puzzling, layout):
    games = layout in {Layout.WORDSEARCH, Layout.CROSSWORD}
    quiz = make_quiz(banks.load([puzzling if games else some]), Selection())
    output = html.write(quiz, HtmlOptions(layout=layout, word_bank=not games))
    for document in output.files.values():
        assert faults_of(chromium, document) == []
        assert faults_of(chromium, document, policy=True) == []


def test_no_link_runs_a_script(chromium, tmp_path):
    links = [each for each in INJECTIONS.values() if "](" in each or "]:" in each or "<" in each]
    texts = [f"[x]({each})" for each in INJECTIONS.values()]
    texts += [f"[x](<{each}>)" for each in INJECTIONS.values()]
    questions = [
        {"type": "flashcard", "front": each, "back": "x"} for each in dict.fromkeys(links + texts)
    ]
    kept, _ = accepted(tmp_path / "tried.yaml", questions, thorough=True)
    loaded = banks.load([write_bank(tmp_path / "b.yaml", kept)])
    output = html.write(make_quiz(loaded, Selection()), HtmlOptions(key=Key.NONE))
    with trap(chromium, bypass_csp=True) as window:
        window.show(output.files[".html"])
        number, done = window.click_links()
    assert number > 100
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


def faults_of_cards(browser, learner, each=100):
    """What the cards do, so many sides at a time on one page."""
    sides = [side for card in cards_in(learner) for side in sides_of(learner, card)]
    assert sides
    media = Path(learner.media.dir())

    def served(address):
        path = media / address.removeprefix(HOME)
        return path if path.is_file() else None

    found = []
    with trap(browser, served) as window:
        for start in range(0, len(sides), each):
            window.show(
                "<!doctype html><meta charset=utf-8>" + "".join(sides[start : start + each])
            )
            found += window.faults()
    return found


def test_nothing_runs_in_a_card(chromium, everything, tmp_path):
    learner = learned(tmp_path, *banks.load([everything]))
    assert faults_of_cards(chromium, learner) == []
    learner.close()


# Files of pictures.


@pytest.mark.parametrize("name", SVG_FILES)
def test_a_drawing_that_does_more_is_refused(name):
    with pytest.raises(MediaError) as found:
        image_of(f"{name}.svg", SVG_FILES[name].encode())
    code = "image-kind" if name in UNREADABLE else "image-unsafe"
    assert found.value.code == code, found.value.message


UNREADABLE = {"entity-bomb", "html", "script-prefixed", "text-behind"}


@pytest.mark.parametrize("name", GOOD_SVG_FILES)
def test_a_drawing_that_only_draws_is_taken(name):
    data = GOOD_SVG_FILES[name].encode()
    assert image_of(f"{name}.svg", data).data == data


def test_nothing_runs_in_a_picture_that_comes_past_the_check(chromium):
    shown = "".join(
        f'<img src="data:image/svg+xml;base64,{base64(data.encode())}" alt="">'
        for data in SVG_FILES.values()
    )
    assert faults_of(chromium, f"<!doctype html><meta charset=utf-8>{shown}") == []
