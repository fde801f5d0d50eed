"""Any text comes back as text from every format, from every field of every type.

A text is put into a bank as Markdown that shows it (`markdown.literal`), or as it is where a field
is literal, and is looked for where a reader of the output sees it: in cards that Anki's engine
renders, in the DOM that Chromium makes of a page, in what a plain XML and HTML parser finds in a
Moodle file, and in the banks that our readers make of Moodle XML, GIFT and Aiken.
"""

import itertools
import json
import re
import unicodedata
from collections import defaultdict
from random import Random

import lxml.html
import pytest
import yaml
from anki.collection import Collection
from decks import EVERYTHING, body, package_of, take
from lxml import etree
from moodle_rules import gaps_of, without_gaps

from quizgen import bank as banks
from quizgen.blueprint import load_blueprint, read_all
from quizgen.encode import encode
from quizgen.exam import make_exam
from quizgen.markdown import literal
from quizgen.markup import Reader, mark_gaps
from quizgen.model import (
    Cloze,
    Date,
    Essay,
    Flashcard,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    ShortAnswer,
    TrueFalse,
    type_name,
)
from quizgen.problems import QuizgenError, Severity
from quizgen.quiz import make_quiz
from quizgen.readers.reading import Categories, ReadOptions
from quizgen.readers.table import READERS
from quizgen.writers import aiken, anki, gift, html, moodle
from quizgen.writers.html import HtmlOptions, Layout
from tests.torture.scale import scaled
from tests.torture.texts import Drawer

# A bank whose every field holds a text, and what a reader is to see of it.

SPACES = re.compile(r"[ \t\r\n\f]+")


def in_line(text):
    """A text as a page shows it: other spaces than these are characters like any other."""
    return SPACES.sub(" ", text).strip(" ")


def flat(text):
    """A text in one line, as it is typed, and as plain text has it."""
    return " ".join(text.split())


class Filler:
    """Fills fields with texts; `said` are the texts by the part that they play in a question.

    The first text of each part among the `longs` is one of 64 kB.
    """

    def __init__(self, drawer, longs):
        self.drawer = drawer
        self.said = defaultdict(list)
        self._longs = set(longs)

    def markdown(self, part, most=400):
        """Markdown of a text."""
        if part in self._longs:
            self._longs.remove(part)
            text = self.drawer.long()
        else:
            text = self.drawer.text(most)
        self.said[part].append(text)
        return literal(text)

    def literal(self, part, most=40):
        """A text as it is."""
        text = self.drawer.line(most)
        self.said[part].append(text)
        return text

    def several(self, make, least=1):
        """What is made so often, and at times once more."""
        return [make() for _ in range(least + (self.drawer.random.random() < 0.25))]

    def option(self, part):
        return {"text": self.markdown(part), "feedback": self.markdown("why")}

    def accepted(self):
        return {"text": self.literal("right"), "feedback": self.markdown("why")}

    def common(self):
        return {
            "feedback": self.markdown("feedback"),
            "hints": self.several(lambda: self.markdown("hint")),
            "tags": self.several(self.tag),
            "cite": [f"essay {self.literal('source')}"],
        }

    def tag(self):
        """A tag of all that a tag may hold."""
        tag = flat(re.sub('[<>`,"&]', "", self.drawer.line(50)))
        parts = [part.strip() for part in re.split("::", tag)]
        tag = "::".join(part for part in parts if part)
        self.said["tag"].append(tag)
        return tag

    def typed_gap(self):
        return f"{{{{{self._in_gap('right')}::{self._in_gap('gap hint', escaped=False)}}}}}"

    def choice_gap(self):
        return f"{{{{{self._in_gap('right')}|!{self._in_gap('wrong')}}}}}"

    def _in_gap(self, part, *, escaped=True):
        while True:
            text = self.drawer.line(40)
            if not re.search(r"\}\}|::|\A\\!|\\[}#]", text):
                break
        self.said[part].append(text)
        room = " " if re.search(r"[}:\\]\Z", text) else ""
        if not escaped:
            return text + room
        bare = f"\\{text}" if text.startswith("!") else text
        return bare.replace("|", r"\|").replace("±", r"\±") + room

    def gap_text(self):
        """Texts around two gaps. Markdown is made of the whole, as the place of a sign counts."""
        around = [self.drawer.text() for _ in range(3)]
        self.said["around"] += around
        before, between, after = around
        whole = literal(f"{before} GAP1GAP {between} GAP2GAP {after}").replace("{", r"\{")
        return whole.replace("GAP1GAP", self.typed_gap()).replace("GAP2GAP", self.choice_gap())


def filled(kind, fill):
    """The fields of a question of a type."""
    match kind:
        case "multiple-choice":
            return {
                "prompt": fill.markdown("prompt"),
                "answer": fill.option("right"),
                "distractors": fill.several(lambda: fill.option("wrong")),
            }
        case "multiple-response":
            return {
                "prompt": fill.markdown("prompt"),
                "answers": fill.several(lambda: fill.option("right")),
                "distractors": fill.several(lambda: fill.option("wrong")),
            }
        case "true-false":
            return {"prompt": fill.markdown("prompt"), "answer": "true"}
        case "short-answer":
            first, *rest = fill.several(fill.accepted)
            answers = [first, *(each | {"credit": "50%"} for each in rest)]
            return {"prompt": fill.markdown("prompt"), "answers": answers, "case_sensitive": "true"}
        case "numeric":
            return {"prompt": fill.markdown("prompt"), "answer": "5", "unit": fill.literal("unit")}
        case "date":
            accept = fill.several(lambda: fill.literal("right"))
            return {"prompt": fill.markdown("prompt"), "answer": "1951-05-21", "accept": accept}
        case "matching":
            return {
                "prompt": fill.markdown("prompt"),
                "pairs": fill.several(
                    lambda: [fill.markdown("left"), fill.markdown("right", 120)], 2
                ),
                "distractors": [fill.markdown("wrong", 120)],
            }
        case "ordering":
            return {
                "prompt": fill.markdown("prompt"),
                "items": fill.several(lambda: fill.markdown("left"), 2),
            }
        case "cloze":
            return {"prompt": fill.markdown("prompt"), "text": fill.gap_text()}
        case "essay":
            answer, rubric = fill.markdown("right"), fill.markdown("rubric")
            return {"prompt": fill.markdown("prompt"), "answer": answer, "rubric": rubric}
        case "flashcard":
            front, back = fill.markdown("prompt"), fill.markdown("right", 40)
            return {"front": front, "back": back, "reversed": "true"}


LONGEST = {
    "multiple-choice": ("prompt", "right", "wrong", "why", "feedback", "hint"),
    "multiple-response": ("prompt", "right", "wrong", "why", "feedback", "hint"),
    "true-false": ("prompt", "feedback", "hint"),
    "short-answer": ("prompt", "why", "feedback", "hint"),
    "numeric": ("prompt", "feedback", "hint"),
    "date": ("prompt", "feedback", "hint"),
    "matching": ("prompt", "left", "feedback", "hint"),
    "ordering": ("prompt", "left", "feedback", "hint"),
    "cloze": ("prompt", "feedback", "hint"),
    "essay": ("prompt", "right", "rubric", "feedback", "hint"),
    "flashcard": ("prompt", "feedback", "hint"),
}
"""The types, and of each the fields that take 64 kB."""


LONG_FIELDS = [(kind, part) for kind, parts in LONGEST.items() for part in parts]


def made(folder, name, kinds, size, longs=()):
    """A bank of so many questions of these types, read from its file, and what each says.

    The fields among the `longs` have each a text of 64 kB, in the first question of their type.
    """
    drawer = Drawer(name)
    head = {
        "bank": name,
        "title": f"Bank {name}",
        "language": "en",
        "sources": {"essay": {"title": "An essay"}},
    }
    questions, said = [], {}
    for place, kind in enumerate(itertools.islice(itertools.cycle(kinds), size)):
        is_first = place < len(kinds)
        fill = Filler(drawer, [part for of, part in longs if of == kind and is_first])
        questions.append({"id": f"q{place}", "type": kind, **filled(kind, fill), **fill.common()})
        said[f"q{place}"] = fill.said
    path = folder / f"{name}.yaml"
    # JSON is YAML, all in quotes; encode() writes it as a person does, in blocks and without quotes.
    path.write_text(json.dumps(head | {"questions": questions}, ensure_ascii=False), "utf-8")
    (quoted,) = banks.load([path])
    path.write_text(encode(quoted), "utf-8")
    (bank,) = banks.load([path])
    assert bank == quoted
    assert len(bank.questions) == size
    return bank, said


SIZE = scaled(220, 1100)
"""Questions of a bank of all types, as many of each."""
BATCHES = scaled(1, 102)
"""Of 100 questions of each type: 10,000 texts of each field of each type, in each format, as GIFT
leaves out one of a hundred short answers and dates."""


@pytest.fixture(scope="module", params=range(BATCHES))
def drawn(request, tmp_path_factory):
    """A bank of all types, and what each of its questions says."""
    batch = request.param
    folder, longs = tmp_path_factory.mktemp("bank"), LONG_FIELDS[batch : batch + 1]
    return made(folder, f"texts-{batch}", list(LONGEST), SIZE, longs)


IN_A_SENTENCE = {"around", "source"}
"""Parts that stand among other words."""


# What each format does with the parts.

LOST = {
    "moodle": {"essay": {"hint"}, "true-false": {"hint"}},
    "gift": {"": {"hint"}, "numeric": {"unit"}, "essay": {"right", "rubric"}},
    "aiken": {"": {"hint", "source", "why", "feedback", "tag"}},
    "html": {"": {"tag"}},
}
"""What a format has no place for, of any type and of one."""

WITHIN = {
    "moodle": {"": {"feedback"}, "cloze": {"gap hint"}},
    "gift": {"": {"feedback"}, "cloze": {"prompt", "gap hint"}},
    "anki": {"numeric": {"unit"}, "cloze": {"gap hint", "wrong"}},
    "html": {"": {"hint"}, "cloze": {"gap hint"}},
}
"""What stands in one text with something else."""


def of_type(table, name, kind):
    parts = table.get(name, {})
    return parts.get("", set()) | parts.get(kind, set())


def missing(said, found, name, kind, spaces=in_line):
    """The texts of a question that are not among those found, with what is found near it."""
    whole = set(map(spaces, found))
    wrong = []
    for part, texts in said.items():
        if part in of_type(LOST, name, kind):
            continue
        within = part in IN_A_SENTENCE | of_type(WITHIN, name, kind)
        is_typed = (name, kind, part) == ("moodle", "flashcard", "right")
        for text in map(spaces, map(flat, texts) if is_typed else texts):
            if text not in whole and not (within and any(text in each for each in whole)):
                number = re.search(r"\d{4,}", text)[0]
                near = sorted((each for each in whole if number in each), key=len)
                wrong.append((part, text[:300], [each[:300] for each in near[:2]]))
    return wrong


# The bank itself, and what our readers make of a file.

READER = Reader()


def plain(text):
    return READER.plain(str(text))


def parts_of(question):
    """The texts of a question of the model, by the part that they play."""
    parts = {
        "feedback": [question.feedback] if question.feedback else [],
        "hint": question.hints,
        "tag": question.tags,
        "source": [each.locator for each in question.cite],
    }
    chosen = ()
    if not isinstance(question, (Cloze, Flashcard)):
        parts["prompt"] = [question.prompt]
    match question:
        case MultipleChoice(answer=answer, distractors=distractors):
            parts |= {"right": [answer.text], "wrong": [each.text for each in distractors]}
            chosen = (answer, *distractors)
        case MultipleResponse(answers=answers, distractors=distractors):
            parts |= {
                "right": [each.text for each in answers],
                "wrong": [each.text for each in distractors],
            }
            chosen = (*answers, *distractors)
        case ShortAnswer(answers=answers):
            chosen = answers
        case Numeric(unit=unit):
            parts["unit"] = [unit] if unit else []
        case Matching(pairs=pairs, distractors=distractors):
            parts |= {
                "left": [left for left, _ in pairs],
                "right": [right for _, right in pairs],
                "wrong": distractors,
            }
        case Ordering(items=items):
            parts["left"] = items
        case Cloze(prompt=prompt, text=text):
            parts["prompt"] = [prompt] if prompt else []
            parts["around"] = [mark_gaps(text.pieces)[0]]
        case Essay(answer=answer, rubric=rubric):
            parts |= {"right": [answer] if answer else [], "rubric": [rubric] if rubric else []}
        case Flashcard(front=front, back=back):
            parts |= {"prompt": [front], "right": [back]}
        case TrueFalse() | Date():
            pass
    parts["why"] = [each.feedback for each in chosen if each.feedback]
    shown = {part: list(map(plain, texts)) for part, texts in parts.items()}
    shown["tag"], shown["source"] = list(question.tags), [str(each) for each in parts["source"]]
    match question:
        case ShortAnswer(answers=answers):
            shown["right"] = [str(each.text) for each in answers]
        case Date(accept=accept):
            shown["right"] = list(map(str, accept))
        case Numeric(unit=str(unit)):
            shown["unit"] = [unit]
        case Cloze(text=text):
            shown["right"] = [answer for gap in text.gaps for answer in gap.answers]
            shown["wrong"] = [answer for gap in text.gaps for answer in gap.wrong]
            shown["gap hint"] = [gap.hint for gap in text.gaps if gap.hint]
    return shown


def differing(said, question, but=(), within=IN_A_SENTENCE):
    """The parts of a question whose texts are not those that were said, with both.

    Those of the parts `within` may stand among other words, in whatever part.
    """
    found = parts_of(question)
    everything = [flat(text) for texts in found.values() for text in texts]
    wrong = []
    for part, texts in said.items():
        if part in but:
            continue
        expected = sorted(map(flat, texts))
        got = sorted(map(flat, found.get(part, ())))
        if part in within:
            same = all(any(text in each for each in everything) for text in expected)
        else:
            same = expected == got
        if not same:
            wrong.append((part, [each[:300] for each in expected], [each[:300] for each in got]))
    return wrong


def test_a_bank_has_what_was_written(drawn):
    bank, said = drawn
    for question in bank.questions:
        assert differing(said[question.id], question) == []


# What our readers make of a file.

WRITERS = {"moodle": (moodle, ".xml"), "gift": (gift, ".txt"), "aiken": (aiken, ".txt")}


def output_of(bank, name):
    """The file of a bank, and the questions that stand in it."""
    writer, ending = WRITERS[name]
    output = writer.write(make_quiz([bank]))
    assert [str(each) for each in output.problems if each.severity is Severity.ERROR] == []
    spans = {each.span for each in output.problems if each.code in {"left-out", "gift-arrow"}}
    return output.files[ending], [each for each in bank.questions if each.span not in spans]


@pytest.mark.parametrize("name", ["moodle", "gift"])
def test_every_text_comes_back_through_our_reader(drawn, name):
    comes_back(*drawn, name)


IN_AIKEN = {"prompt", "right", "wrong"}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_text_comes_back_through_aiken(batch, tmp_path):
    kinds = ["multiple-choice", "true-false"]
    longs = [each for each in LONG_FIELDS if each[0] in kinds and each[1] in IN_AIKEN]
    bank, said = made(tmp_path, f"choices-{batch}", kinds, 200, longs[batch : batch + 1])
    comes_back(bank, said, "aiken")


def comes_back(bank, said, name):
    data, written = output_of(bank, name)
    (back,) = READERS[name].read(data, "made", ReadOptions(language="en")).banks
    assert len(back.questions) == len(written)
    for question, again in zip(written, back.questions, strict=True):
        kind = type_name(question)
        within = IN_A_SENTENCE | of_type(WITHIN, name, kind)
        assert differing(said[question.id], again, of_type(LOST, name, kind), within) == []


# What others see.


def test_every_text_comes_back_through_ankis_engine(drawn, tmp_path):
    bank, said = drawn
    learner = Collection(str(tmp_path / "learner.anki2"))
    try:
        take(learner, package_of(bank))
        rows = dict(learner.db.execute("select guid, id from notes"))
        for question in bank.questions:
            note = learner.get_note(rows[anki.guid(bank.id, question.id)])
            found = [tag.removeprefix("quizgen::topic::").replace("_", " ") for tag in note.tags]
            for card in note.cards():
                assert card.question_av_tags() == card.answer_av_tags() == []
                found += texts_of_card(card.question()) + texts_of_card(card.answer())
            parts = said[question.id]
            parts = parts | {"tag": [tag.replace("_", " ") for tag in parts["tag"]]}
            assert missing(parts, found, "anki", type_name(question), composed) == []
    finally:
        learner.close()


def composed(text):
    """A text as Anki keeps it."""
    return in_line(unicodedata.normalize("NFC", text))


def texts_of_card(html):
    """The text of every element of a card's side, in none of which MathJax finds a formula."""
    tree = lxml.html.document_fromstring(f"<div>{body(html)}</div>")
    for script in tree.xpath("//script"):
        script.drop_tree()
    assert "class=latex" not in html
    assert not [run for run in tree.itertext() if re.search(r"\\[(\[]", run)]
    return [each.text_content() for each in tree.iter()]


def test_every_text_comes_back_through_an_xml_parser(drawn):
    bank, said = drawn
    data, _ = output_of(bank, "moodle")
    written = {
        each.findtext("idnumber"): each
        for each in etree.fromstring(data).iterfind("question[idnumber]")
    }
    for question in bank.questions:
        found = list(texts_in_xml(written[f"{bank.id}/{question.id}"]))
        assert missing(said[question.id], found, "moodle", type_name(question)) == []


def texts_in_xml(question):
    """The text of every element of its HTML, every answer as it is typed, every tag."""
    for text in question.iter("text", "unit_name"):
        source = text.text or ""
        if text.getparent().get("format") != "html":
            is_typed = question.get("type") == "shortanswer" and text.getparent().tag == "answer"
            yield source.replace(r"\*", "*") if is_typed else source
            continue
        if question.get("type") == "cloze":
            for gap in gaps_of(source):
                for _, answer in gap.answers:
                    yield from (
                        texts_in_html(answer) if gap.is_choice else [answer.replace(r"\*", "*")]
                    )
            source = without_gaps(source)
        yield from texts_in_html(source)


def texts_in_html(source):
    if source.strip():
        yield from (
            each.text_content() for each in lxml.html.fragment_fromstring(source, "div").iter()
        )


TEXTS = """() => [".question", ".solution"].map(kind => [...document.querySelectorAll(kind)]
  .map(each => [...each.querySelectorAll("*")].map(inner => inner.textContent)))"""
"""The texts of every element of the questions, and of their solutions."""


UNPAINTED = """new MutationObserver((_, observer) => {
  if (document.documentElement) {
    document.documentElement.style.display = "none";
    observer.disconnect();
  }
}).observe(document, {childList: true});"""
"""Hides a page from its first element on: texts are looked for in its DOM, and painting takes long."""


@pytest.mark.parametrize("layout", [Layout.WORKSHEET, Layout.STUDY])
def test_every_text_comes_back_through_chromium(drawn, layout, opened):
    bank, said = drawn
    output = html.write(make_quiz([bank]), HtmlOptions(layout=layout))
    assert [str(each) for each in output.problems if each.severity is Severity.ERROR] == []
    pages = [opened(data, script=UNPAINTED) for data in output.files.values()]
    shown = [each for page in pages for each in page.evaluate(TEXTS)]
    for question, *texts in zip(bank.questions, *filter(None, shown), strict=True):
        found = itertools.chain(*texts)
        assert missing(said[question.id], found, "html", type_name(question)) == []


# What banks say of themselves.

WORD = re.compile(r"[\w.-]")


def name_of(drawer):
    """An id, of letters of any script."""
    letters = "".join(each for each in drawer.line(60) if WORD.match(each))
    return f"q{letters}"[:80]


def head_of(drawer):
    """A bank that says of itself all that it can, with one question that cites its source."""
    source = {key: drawer.line(100) for key in ("title", "author", "year", "url", "note")}
    return {
        "bank": name_of(drawer),
        "title": drawer.line(120),
        "language": "en",
        "description": drawer.text(),
        "licence": drawer.line(),
        "sources": {name_of(drawer): source},
        "questions": [{"id": name_of(drawer), "type": "essay", "prompt": "Why?"}],
    }


@pytest.fixture(scope="module", params=range(scaled(1, 250)))
def shelf(request, tmp_path_factory):
    """Forty banks, and what each says of itself."""
    drawer = Drawer(f"heads-{request.param}")
    folder = tmp_path_factory.mktemp("shelf")
    paths = [folder / f"{place}.yaml" for place in range(40)]
    heads = [head_of(drawer) for _ in paths]
    for path, head in zip(paths, heads, strict=True):
        path.write_text(json.dumps(head, ensure_ascii=False), "utf-8")
    return banks.load(paths), heads


def sayings(head):
    """The texts that a bank says of itself, but its title."""
    (source,) = head["sources"].values()
    return [head["description"], head["licence"], *source.values()]


def test_banks_come_back_through_our_reader(shelf):
    loaded, heads = shelf
    data = moodle.write(make_quiz(loaded)).files[".xml"]
    options = ReadOptions(language="en", categories=Categories.BANKS)
    found = READERS["moodle"].read(data, "made", options).banks
    for back, head in zip(found, heads, strict=True):
        (source,) = back.sources
        (key,) = head["sources"]
        says = [
            back.description,
            back.licence,
            source.title,
            source.author,
            source.year,
            source.url,
            source.note,
        ]
        assert list(map(flat, says)) == list(map(flat, sayings(head)))
        assert back.title == flat(head["title"]).translate({ord("<"): "‹", ord(">"): "›"})
        assert (back.id, source.key) == (head["bank"], key)
        assert [each.id for each in back.questions] == [head["questions"][0]["id"]]


def test_banks_come_back_through_an_xml_parser(shelf):
    loaded, heads = shelf
    tree = etree.fromstring(moodle.write(make_quiz(loaded)).files[".xml"])
    told = [
        each.findtext("questiontext/text")
        for each in tree.iterfind("question[@type='description']")
    ]
    for about, head in zip(told, heads, strict=True):
        found = set(map(in_line, texts_in_html(about)))
        assert [each for each in map(in_line, sayings(head)) if each not in found] == []


def test_banks_come_back_through_ankis_engine(shelf, tmp_path):
    loaded, heads = shelf
    learner = Collection(str(tmp_path / "learner.anki2"))
    try:
        take(learner, package_of(*loaded, deck="All"))
        decks = {
            composed(deck.name).removeprefix("All::").replace("\u200b", ""): learner.decks.get(
                deck.id
            )["desc"]
            for deck in learner.decks.all_names_and_ids()
        }
        for head in heads:
            description = decks[composed(flat(head["title"])).replace("\u200b", "")]
            found = composed(" ".join(texts_in_html(description)))
            (source,) = head["sources"].values()
            says = [
                head["description"],
                head["licence"],
                source["title"],
                source["author"],
                source["year"],
            ]
            assert [each for each in map(composed, says) if each not in found] == []
    finally:
        learner.close()


def test_banks_come_back_through_chromium(shelf, opened):
    loaded, heads = shelf
    (sheet, _) = html.write(make_quiz(loaded)).files.values()
    page = opened(sheet, script=UNPAINTED)
    title, told = page.evaluate("[document.title, document.body.textContent]")
    for head in heads:
        (source,) = head["sources"].values()
        says = [head["title"], head["licence"], source["title"], source["author"], source["year"]]
        assert [each for each in map(in_line, says) if each not in in_line(told)] == []
        assert in_line(head["title"]) in in_line(title)


# What quiz files say.

SECTIONS = 100


@pytest.mark.parametrize("number", range(scaled(1, 100)))
def test_what_a_quiz_file_says_comes_back_through_chromium(number, tmp_path, opened):
    drawer, said = Drawer(f"exams-{number}"), []

    def markdown():
        said.append(drawer.text())
        return literal(said[-1])

    def line():
        said.append(drawer.line())
        return said[-1]

    asked = [
        {"id": f"q{i}", "type": "essay", "prompt": "Why?", "tags": [f"t{i}"]}
        for i in range(SECTIONS)
    ]
    bank = {"bank": "bank", "title": "A bank", "language": "en", "questions": asked}
    sections = [
        {"title": line(), "instructions": markdown(), "tag": f"t{i}"} for i in range(SECTIONS)
    ]
    exam = {"quiz": "exam", "title": line(), "language": "en", "instructions": markdown()}
    (tmp_path / "bank.yaml").write_text(json.dumps(bank), "utf-8")
    path = tmp_path / "exam.yaml"
    path.write_text(
        json.dumps(exam | {"banks": "bank.yaml", "sections": sections}, ensure_ascii=False), "utf-8"
    )
    (sheet, _) = html.write(make_exam(load_blueprint(path))).files.values()
    page = opened(sheet, script=UNPAINTED)
    found = page.evaluate("[...document.querySelectorAll('*')].map(each => each.textContent)")
    whole = set(map(in_line, found))
    assert [text for text in said if in_line(text) not in whole] == []


# Characters that no output can carry.

CARRIED_BY_NONE = [
    *map(chr, (0, 7, 0xB, 0x1B, 0x7F, 0x80, 0x9F, 0xD800, 0xDFFF, 0xFDD0, 0xFFFE, 0xFFFF))
]
HOLE = "\ue000"
"""Stands for the character while a file is made."""

QUIZ = {
    "quiz": "exam", "title": "An exam", "language": "en", "instructions": "Answer.", "time": "45",
    "seed": "spring", "versions": "2", "shuffle": "true", "banks": ["a", "b"],
    "sections": [{"title": "One", "instructions": "Write.", "banks": "c", "tag": ["x", "y"],
                  "type": ["date"], "difficulty": "easy", "count": {"easy": "3"}, "points": "2"}],
}  # fmt: skip


def holed(node):
    """The document again and again, each time with a hole in another of its keys or values."""
    match node:
        case dict():
            for key, value in node.items():
                pairs = [(each, node[each]) for each in node]
                place = list(node).index(key)
                yield dict([*pairs[:place], (key[:1] + HOLE + key[1:], value), *pairs[place + 1 :]])
                yield from (node | {key: inner} for inner in holed(value))
        case list():
            for place, value in enumerate(node):
                yield from ([*node[:place], inner, *node[place + 1 :]] for inner in holed(value))
        case str():
            yield node[:1] + HOLE + node[1:]


def documents():
    """Files of every field and key, each with a hole, and how each is read."""
    bank = yaml.load(EVERYTHING.read_text("utf-8"), yaml.BaseLoader)
    for document, read in ((bank, banks.read), (QUIZ, read_all)):
        for each in holed(document):
            yield json.dumps(each, ensure_ascii=False, indent=1), read


DOCUMENTS = list(documents())


@pytest.mark.parametrize("character", CARRIED_BY_NONE, ids=ascii)
def test_character_that_no_output_carries_is_an_error_with_its_place(character, tmp_path):
    code = "encoding" if "\ud800" <= character <= "\udfff" else "control-character"
    path = tmp_path / "bank.yaml"
    some = Random(character.encode("utf-8", "surrogatepass")).sample(
        DOCUMENTS, scaled(12, len(DOCUMENTS))
    )
    for text, read in some:
        line = text.count("\n", 0, text.index(HOLE)) + 1
        column = text.index(HOLE) - text.rfind("\n", 0, text.index(HOLE))
        path.write_bytes(text.replace(HOLE, character).encode("utf-8", "surrogatepass"))
        (raw,) = problems_of(read, path)
        assert (raw.code, raw.span) == (code, (str(path), line, column))

        escaped = f"\\u{ord(character):04x}"
        path.write_text(text.replace(HOLE, escaped), "utf-8")
        found = [
            each for each in problems_of(read, path) if each.code in {"control-character", "yaml"}
        ]
        assert {each.span.line for each in found} == {line}, list(map(str, found))
        assert 1 < found[0].span.column <= column + 2
        assert all(each.isprintable() for each in map(str, found))


def problems_of(read, path):
    try:
        return read([path])[1] if read is banks.read else read([path]).problems
    except QuizgenError as error:
        return error.problems
