"""What tests of decks share: banks made from a few questions, and what Anki's engine has of them."""

import io
import json
import re
import unicodedata
import zipfile
from pathlib import Path

import lxml.html
import yaml
from anki.collection import ImportAnkiPackageRequest

from quizgen.quiz import make_quiz
from quizgen.writers import anki

EVERYTHING = Path(__file__).parent / "cases" / "good" / "everything.yaml"
DOT = EVERYTHING.parent / "images" / "dot.png"
NOW = 1_700_000_000
LATER = NOW + 60


def write_file(path, *questions, **head):
    """A bank file with these questions; each that has no id gets one by its place."""
    whole = {"bank": path.stem, "title": f"Bank {path.stem}", "language": "en"} | head
    whole["questions"] = [{"id": f"q{i}"} | each for i, each in enumerate(questions, 1)]
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path


def package_of(*loaded, moment=NOW, **options):
    """The package of these banks."""
    output = anki.write(make_quiz(loaded), anki.AnkiOptions(moment=moment, **options))
    assert output.problems == ()
    return output.files[".apkg"]


def take(learner, package):
    """Imports the package as a learner does who leaves the options alone; gives the log."""
    path = Path(learner.path).with_suffix(".apkg")
    path.write_bytes(package)
    return take_file(learner, path)


def take_file(learner, path):
    """The same of a package on disk."""
    return learner.import_anki_package(ImportAnkiPackageRequest(package_path=str(path))).log


def notes_in(learner):
    """The notes by their question's id, bank and all."""
    notes = map(learner.get_note, learner.find_notes(""))
    return {note["Id"]: note for note in notes}


def cards_in(learner):
    """The cards in the order in which they are learned."""
    return [learner.get_card(card) for card in learner.find_cards("", order="c.due, c.ord")]


def body(html):
    """The HTML of a card's side without its style sheet."""
    return re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


def squeezed(text):
    # Anki keeps texts in NFC.
    return " ".join(unicodedata.normalize("NFC", text).split())


def parts(html, selector):
    """The texts of what has this class, or is this element, in a side of a card."""
    tree = lxml.html.document_fromstring(f"<div>{body(html)}</div>")
    found = tree.xpath(
        "//*[contains(concat(' ', @class, ' '), $spaced) or local-name() = $name]",
        spaced=f" {selector} ",
        name=selector,
    )
    return [squeezed(each.text_content()) for each in found]


def part(html, selector):
    (found,) = parts(html, selector)
    return found


def opened(package):
    """The files in a package by name, media by their own."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        names = json.loads(archive.read("media"))
        return {names.get(name, name): archive.read(name) for name in archive.namelist()}


def choice(**fields):
    return {"type": "multiple-choice", "prompt": "?", "answer": "a", "distractors": ["b"]} | fields


def short(*answers, **fields):
    return {"type": "short-answer", "prompt": "?", "answers": list(answers)} | fields


def cloze(text, **fields):
    return {"type": "cloze", "text": text} | fields


def card(front, back, **fields):
    return {"type": "flashcard", "front": front, "back": back} | fields


def media_in(learner):
    folder = Path(learner.media.dir())
    return {path.name: path.read_bytes() for path in folder.iterdir()}
