"""Bank to file to bank is the identity on what the format can hold, for banks of all types.

`held` says in one place what a format does not hold: it takes that out of a bank before the
comparison. More examples with `QUIZGEN_EXAMPLES=2000`.
"""

import os
import re
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

import pytest
from generated import Texts, banks
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree
from moodle_rules import gaps_of, grade, seen, without_gaps

from quizgen import bank as shelf
from quizgen.decode import decode, gap_text
from quizgen.encode import encode
from quizgen.languages import date_forms
from quizgen.lint import check
from quizgen.lower import lower
from quizgen.markdown import literal
from quizgen.markup import Reader
from quizgen.model import (
    Accepted,
    Cloze,
    Date,
    Essay,
    Grading,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    ShortAnswer,
    Text,
    Tolerance,
    TrueFalse,
)
from quizgen.problems import Severity
from quizgen.quiz import make_quiz, number_of
from quizgen.readers.reading import ReadOptions
from quizgen.readers.table import READERS
from quizgen.writers import moodle
from quizgen.writers.table import WRITERS

EVERYTHING = Path(__file__).parent / "cases" / "good" / "everything.yaml"
EXAMPLES = int(os.environ.get("QUIZGEN_EXAMPLES", "60"))

long_run = settings(
    deadline=None,
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)  # fmt: skip

# Markdown as the reader writes it: nothing is escaped that need not be.
WORDS = """
Which|city|the *capital*|**iron** brothers|چین|第三|costs $5|$x^2$|$$\\frac{1}{2}$$|a < b & c|`x = 1`|- 5|# 3|1. FC
a_b_c|1 * 2 * 3|C:\\dir|“quoted”|it's 100%|{x}|{{y}}|a=b~c|::name::|x -> y|(a)|[1]|@home|50%|#tag|a|the|"q"|!|=|~
""".strip().replace("\n", "|").split("|")  # fmt: skip

# Displayed formulas in several lines stand in blocks of their own, which HTML does not tell.
line = (
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)
    .map(" ".join)
    .filter(lambda text: text.count("$$") <= 2)
)
several = st.lists(
    line.filter(lambda text: "$$" not in text and not text.startswith(("- ", "# ", "1. "))),
    min_size=2,
    max_size=3,
).map("\n\n".join)
plain = st.lists(
    st.sampled_from("Which city چین 第三 costs $5 a<b it's 100% 1*2 x=1 a~b {x} #3 C:\\x (a) “q” & !a".split()),
    min_size=1,
    max_size=4,
).map(" ".join)  # fmt: skip
texts = Texts(markdown=line | line | several, typed=plain, string=plain)
simple = Texts(markdown=line, typed=plain, string=plain)

reader = Reader()


def usable(bank):
    """The bank, if it has no error of its own: nothing else goes to a writer."""
    bank, problems = decode(encode(bank), "made")
    assume(not problems)
    assume(not any(each.severity is Severity.ERROR for each in check(bank)))
    return bank


def written(bank, name):
    """The file of a bank; what the format cannot hold at all is no example."""
    writer = WRITERS[name]
    output = writer.write(make_quiz([bank]), writer.options())
    assume(not any(each.severity is Severity.ERROR for each in output.problems))
    return output


def read(output, name, language):
    (data,) = output.files.values()
    return READERS[name].read(data, "made", ReadOptions(language=language))


# What a format holds.


def source(text):
    """A text by what it shows: spaces, and the signs of emphasis, are not compared."""
    return text and Text(settled(text.source), text.span)


def settled(markdown):
    escaped = re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", markdown)
    return re.sub(r"[ \n]+", " ", escaped).strip()


def typed(text):
    return Text(" ".join(text.source.split()), text.span)


def choice(each, pin=False):
    return replace(
        each, text=source(each.text), feedback=source(each.feedback), pin=each.pin and pin
    )


def held(bank, name):
    """The bank as far as the format holds it."""
    questions = [held_question(each, bank, name) for each in bank.questions]
    if name != "moodle":
        bank = replace(bank, description=None, licence=None, sources=())
    return replace(
        bank,
        questions=tuple(each for each in questions if each is not None),
        title=bank.title.translate({ord("<"): "‹", ord(">"): "›"}),
        description=bank.description and " ".join(bank.description.split()),
    )


def held_question(question, bank, name):
    """A question as far as the format holds it; None if it does not."""
    speaks = WRITERS[name].native
    back = question
    if type(question) not in speaks:
        back = lower(question, speaks, bank.language, reader)
        if back is None:
            return None
    arrows = isinstance(back, ShortAnswer) and any("->" in str(each.text) for each in back.answers)
    if name == "gift" and arrows:
        return None
    if name == "aiken" and re.match(r"[A-Z][).]|ANSWER:|.?$", reader.plain(back.prompt.source)):
        return None
    if isinstance(question, Date) and len(date_forms(question.answer, bank.language)) >= 4:
        forms = {each.casefold() for each in date_forms(question.answer, bank.language)}
        accept = tuple(
            typed(each) for each in question.accept if each.source.casefold() not in forms
        )
        back = replace(question, accept=accept)
    tags = tuple(tag for tag in back.tags if tag != bank.id)
    common = {
        "feedback": source(back.feedback),
        "hints": tuple(map(source, back.hints)),
        "tags": tags,
        "silence": (),
        "shuffle": True,
    }
    if name != "moodle" or isinstance(back, (TrueFalse, Essay)):
        common["hints"] = ()
    if name != "moodle":
        common |= {"points": Decimal(1), "cite": ()}
    if name == "gift" and back.cite:
        common["feedback"] = "cited"
    if name == "aiken":
        common |= {"tags": (), "feedback": None, "difficulty": None}
    return own(replace(back, **common), question, name)


def own(back, question, name):
    """The fields of a type, as far as they are held."""
    match back:
        case MultipleChoice():
            fixed, pin = order(question, (back.answer, *back.distractors), name)
            back = replace(
                back,
                prompt=source(back.prompt),
                answer=choice(back.answer, pin),
                distractors=tuple(choice(each, pin) for each in back.distractors),
                shuffle=fixed,
            )
            if name == "aiken":

                def bare(each):
                    return replace(each, text=flat(each.text), feedback=None)

                back = replace(
                    back,
                    prompt=flat(back.prompt),
                    answer=bare(back.answer),
                    distractors=tuple(map(bare, back.distractors)),
                )
            return replace(back, distractors=unordered(back.distractors))
        case MultipleResponse():
            fixed, pin = order(question, (*back.answers, *back.distractors), name)
            fewest = min(len(back.answers), len(back.distractors))
            told = fewest > 1
            return replace(
                back,
                prompt=source(back.prompt),
                answers=unordered(choice(each, pin) for each in back.answers),
                distractors=unordered(choice(each, pin) for each in back.distractors),
                grading=back.grading if told else Grading.PARTIAL,
                shuffle=fixed,
            )
        case TrueFalse() | Ordering() | Essay():
            texts = {
                each.name: source(getattr(back, each.name))
                for each in fields(back)
                if each.name in {"prompt", "answer", "rubric"} and not isinstance(getattr(back, each.name), bool)
            }  # fmt: skip
            if isinstance(back, Ordering):
                texts["items"] = tuple(map(source, back.items))
            if isinstance(back, Essay):
                texts["lines"] = None if name == "gift" or back.lines == 15 else back.lines
                if name == "gift":
                    texts |= {"answer": None, "rubric": None}
            return replace(back, **texts)
        case ShortAnswer():
            answers = tuple(
                Accepted(typed(each.text), each.credit, source(each.feedback))
                for each in back.answers
            )
            case_ = back.case_sensitive and name == "moodle"
            return replace(back, prompt=source(back.prompt), answers=answers, case_sensitive=case_)
        case Numeric():
            unit = " ".join(back.unit.split()) if back.unit and name == "moodle" else None
            off = Tolerance(back.margin)
            return replace(back, prompt=source(back.prompt), tolerance=off, unit=unit)
        case Date():
            return replace(back, prompt=source(back.prompt))
        case Matching():
            return replace(
                back,
                prompt=source(back.prompt),
                pairs=tuple((source(left), flat(right)) for left, right in back.pairs),
                distractors=tuple(map(flat, back.distractors)),
                shuffle=question.shuffle if name == "moodle" else True,
            )
        case Cloze():
            weight = max(1, round(back.points / len(back.text.gaps)))
            shown = re.sub(r"\{\{c\d+::", "{{", back.text.source)
            return replace(
                back,
                prompt=source(back.prompt),
                text=gap_text(settled(shown), back.text.span),
                points=Decimal(weight * len(back.text.gaps)),
            )
    raise AssertionError(type(back))


def order(question, choices, name):
    """Whether options are drawn, and whether the format holds which are pinned."""
    if name != "moodle":
        return True, False
    pinned = any(each.pin for each in choices)
    numbers = all(number_of(each.text) is not None for each in choices)
    return question.shuffle or pinned or numbers, True


def unordered(choices):
    return tuple(sorted(choices, key=str))


def flat(text):
    """A text that comes back as plain text."""
    return source(Text(literal(reader.plain(text.source)), text.span))


def comes_back(bank, name):
    bank = usable(bank)
    output = written(bank, name)
    assume(held(bank, name).questions)
    reading = read(output, name, bank.language)
    (back,) = reading.banks
    expected, found = held(bank, name), held(back, name)
    if name == "aiken":  # it has no names and no titles
        expected = replace(expected, id="", title="")
        found = replace(found, id="", title="")
        expected = replace(expected, questions=tuple(replace(q, id="") for q in expected.questions))
        found = replace(found, questions=tuple(replace(q, id="") for q in found.questions))
    if name == "gift":
        same = zip(found.questions, expected.questions, strict=True)
        found = replace(
            found,
            questions=tuple(
                replace(a, feedback="cited") if b.feedback == "cited" else a for a, b in same
            ),
        )
    for a, b in zip(found.questions, expected.questions, strict=True):
        assert a == b
    assert found == expected
    assert not [each for each in reading.problems if each.code == "left-out"]
    return bank, back


@long_run
@given(banks(texts))
def test_a_bank_comes_back_from_moodle(bank):
    comes_back(bank, "moodle")


@long_run
@given(banks(simple))
def test_a_bank_comes_back_from_gift(bank):
    comes_back(bank, "gift")


@long_run
@given(banks(simple, types=(MultipleChoice, TrueFalse)))
def test_a_bank_comes_back_from_aiken(bank):
    comes_back(bank, "aiken")


SPOKEN = """
bank: spoken
title: Words, spoken
language: en
questions:
  - id: ring
    type: multiple-choice
    prompt: "Which word is this? ![the *word*, spoken](words/ring.mp3)"
    answer: ring
    distractors: ["![wing, spoken](<words/a wing.mp3>)"]
    feedback: "Again: ![ring](words/ring.mp3) and ![a ring](words/ring.png)"
"""


@pytest.mark.parametrize(
    ("name", "ring", "wing", "drawn"),
    [
        ("moodle", "audio/ring.mp3", "audio/a-wing.mp3", "images/ring.png"),
        # GIFT has no files, so that their names do not come along.
        ("gift", "audio/recording.mp3", "audio/recording-2.mp3", "images/picture.png"),
    ],
)
def test_recordings_and_pictures_come_back(tmp_path, name, ring, wing, drawn):
    dot = (EVERYTHING.parent / "images" / "dot.png").read_bytes()
    sounds = {"ring.mp3": b"ID3 ring", "a wing.mp3": b"ID3 wing", "ring.png": dot}
    (tmp_path / "words").mkdir()
    for file, data in sounds.items():
        (tmp_path / "words" / file).write_bytes(data)
    (tmp_path / "spoken.yaml").write_text(SPOKEN, encoding="utf-8")
    (bank,) = shelf.load([tmp_path / "spoken.yaml"])
    reading = read(WRITERS[name].write(make_quiz([bank])), name, "en")
    (back,) = reading.banks
    (question,) = back.questions
    assert str(question.prompt) == f"Which word is this? ![the word, spoken]({ring})"
    assert str(question.distractors[0].text) == f"![wing, spoken]({wing})"
    assert str(question.feedback) == f"Again: ![ring]({ring}) and ![a ring]({drawn})"
    assert {path: file.data for path, file in back.media.items()} == {
        ring: b"ID3 ring",
        wing: b"ID3 wing",
        drawn: dot,
    }
    assert reading.problems == ()


# File to bank to file: what a learner sees is the same, and every response earns the same.


def responses(question):
    """Responses to a question of a file, right ones and wrong ones."""
    texts = [each.findtext("text", "") for each in question.iterfind("answer")]
    match question.get("type"):
        case "multichoice" if question.findtext("single") == "true":
            yield from map(seen, texts)
        case "multichoice":
            shown = list(map(seen, texts))
            yield from ({each} for each in shown)
            yield set(shown)
            yield from (set(shown) - {each} for each in shown)
        case "truefalse":
            yield from ("true", "false")
        case "shortanswer":
            yield from (each.replace("\\*", "*") for each in texts)
            yield from (each.swapcase().replace("\\*", "*") for each in texts)
        case "numerical":
            value = Decimal(texts[0])
            off = Decimal(question.findtext("answer/tolerance"))
            yield from map(str, (value, value + off, value - off, value + off + 1))
        case "matching":
            pairs = {
                seen(each.findtext("text", "")): each.findtext("answer/text", "")
                for each in question.iterfind("subquestion")
                if each.findtext("text")
            }
            yield pairs
            yield dict.fromkeys(pairs, next(iter(pairs.values())))
        case "ordering":
            yield list(map(seen, texts))
            yield list(map(seen, texts))[::-1]
        case "cloze":
            gaps = gaps_of(question.findtext("questiontext/text"))
            for place in range(max(len(gap.answers) for gap in gaps)):
                yield [typed_in(gap, min(place, len(gap.answers) - 1)) for gap in gaps]


def typed_in(gap, place):
    """What a learner does to give an answer of a gap."""
    answer = gap.answers[place][1]
    if gap.is_choice:
        return seen(answer)
    return answer.partition(":")[0] if gap.kind == "NUMERICAL" else answer.replace("\\*", "*")


def meaning(question):
    """What a learner sees of a question, and what each response earns."""
    kind = question.get("type")
    asked = question.findtext("questiontext/text", "")
    said = question.findtext("generalfeedback/text", "")
    earned = (
        []
        if kind in {"essay", "description"}
        else [
            (
                str(each if not isinstance(each, set) else sorted(each)),
                round(grade(question, each), 3),
            )
            for each in responses(question)
        ]
    )
    return (
        kind,
        question.findtext("name/text"),
        seen(without_gaps(asked) if kind == "cloze" else asked),
        seen(said),
        [seen(each.findtext("text", "")) for each in question.iterfind("hint")],
        question.findtext("defaultgrade"),
        sorted(each.text for each in question.iterfind("tags/tag/text")),
        sorted(earned),
    )  # fmt: skip


def keeps_its_meaning(bank, xml):
    (back,) = READERS["moodle"].read(xml, "made", ReadOptions(language=bank.language)).banks
    back, problems = decode(encode(back), "made")
    assert problems == []
    again = moodle.write(make_quiz([replace(back, media=bank.media)])).files[".xml"]
    before, after = (etree.fromstring(each).findall("question[name]") for each in (xml, again))
    assert [meaning(each) for each in after] == [meaning(each) for each in before]


@pytest.mark.parametrize("name", [*shelf.shipped(), EVERYTHING])
def test_a_file_keeps_its_meaning_through_a_bank(name):
    (bank,) = shelf.load([name])
    keeps_its_meaning(bank, moodle.write(make_quiz([bank])).files[".xml"])


@long_run
@given(banks(texts))
def test_every_file_keeps_its_meaning_through_a_bank(bank):
    bank = usable(bank)
    keeps_its_meaning(bank, written(bank, "moodle").files[".xml"])
