"""The Anki writer, judged by Anki's own engine."""

import dataclasses
import io
import itertools
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import lxml.html
import pytest
from anki.collection import Collection
from decks import (
    DOT,
    EVERYTHING,
    LATER,
    NOW,
    body,
    card,
    cards_in,
    choice,
    cloze,
    media_in,
    notes_in,
    opened,
    package_of,
    part,
    parts,
    short,
    squeezed,
    take,
    write_file,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quizgen import bank as banks
from quizgen.lock import NO_LOCK
from quizgen.markup import Reader, mark_gaps
from quizgen.model import Cloze, Flashcard, Gap, GapText
from quizgen.problems import QuizgenError
from quizgen.quiz import make_quiz
from quizgen.source import FORBIDDEN
from quizgen.writers import anki


@pytest.fixture
def learner(tmp_path):
    """An empty collection."""
    collection = Collection(str(tmp_path / "learner.anki2"))
    yield collection
    collection.close()


@pytest.fixture
def build(tmp_path):
    """`build(question, ...)` is the package of a bank with these questions."""

    def made(*questions, moment=NOW, **head):
        path = write_file(tmp_path / "bank.yaml", *questions, **head)
        return package_of(*banks.load([path]), moment=moment)

    return made


@pytest.fixture
def cards(build, learner):
    """`cards(question, ...)` are the cards of these questions, once imported."""

    def made(*questions, **head):
        take(learner, build(*questions, **head))
        return cards_in(learner)

    return made


# Whole banks.


def cards_expected(question):
    """How many cards a question makes: one a group of gaps, two for a reversed flashcard."""
    match question:
        case Cloze():
            return len({gap.group for gap in question.text.gaps})
        case Flashcard():
            return 1 + question.reversed
        case _:
            return 1


@pytest.fixture(params=[*banks.shipped(), "all shipped", "everything"])
def whole(request):
    """Banks as they are published."""
    match request.param:
        case "all shipped":
            return banks.load()
        case "everything":
            return banks.load([EVERYTHING])
        case name:
            return banks.load([name])


def test_every_question_is_a_note_and_has_its_cards(whole, learner):
    log = take(learner, package_of(*whole))
    questions = [question for bank in whole for question in bank.questions]
    assert (len(log.new), log.found_notes) == (len(questions), len(questions))
    assert learner.note_count() == len(questions)
    assert learner.card_count() == sum(map(cards_expected, questions))


def test_every_card_renders(whole, learner):
    take(learner, package_of(*whole))
    for each in cards_in(learner):
        for side in (body(each.question()), body(each.answer())):
            assert "{{" not in side
            assert "unknown field" not in side.lower()
            assert "invalid" not in part(side, "main").lower()
            assert part(side, "question") or "<img" in side


def test_engine_finds_nothing_amiss(whole, learner):
    take(learner, package_of(*whole))
    media = learner.media.check()
    assert (list(media.missing), list(media.unused)) == ([], [])
    assert not learner.get_empty_cards().notes
    _, is_sound = learner.fix_integrity()
    assert is_sound


def test_engine_makes_no_further_card(whole, learner):
    take(learner, package_of(*whole))
    before = learner.card_count()
    learner.after_note_updates(list(learner.find_notes("")), mark_modified=False)
    assert learner.card_count() == before


def test_cards_come_in_the_order_of_the_banks(whole, learner):
    take(learner, package_of(*whole))
    learned = dict.fromkeys(each.note()["Id"] for each in cards_in(learner))
    assert list(learned) == [f"{bank.id}.{each.id}" for bank in whole for each in bank.questions]


def test_cards_are_numbered_from_one(whole, learner):
    take(learner, package_of(*whole))
    count = sum(len(bank.questions) for bank in whole)
    assert {each.due for each in cards_in(learner)} == set(range(1, count + 1))


def test_note_fields_are_as_reviewed(golden):
    """What a learner's collection holds of each question; to be read when it changes."""
    loaded = banks.load([EVERYTHING])
    writer = anki._Writer(anki.environment("anki", None), NO_LOCK, NOW)
    lines = []
    for note in writer.notes(make_quiz(loaded).versions[0].items):
        cloze = note.model == anki.CLOZE_MODEL
        lines += [f"== {note.guid}, cards {note.cards}", *note.tags]
        names = anki.CLOZE_FIELDS if cloze else anki.QUESTION_FIELDS
        lines += [f"{name}: {text}" for name, text in zip(names, note.fields, strict=True) if text]
    golden("anki-everything.txt", "\n".join([*lines, ""]).encode())


# Decks.


def decks_in(learner):
    return {deck.name: learner.decks.get(deck.id) for deck in learner.decks.all_names_and_ids()}


def test_one_bank_is_one_deck(learner):
    take(learner, package_of(*banks.load(["four-rings"])))
    assert decks_in(learner).keys() == {"Default", "The four rings of security"}


def test_several_banks_are_sub_decks(learner):
    take(learner, package_of(*banks.load()))
    parent = "China-Pakistan Relations: A Model for Regional Cooperation and Prosperity"
    assert set(decks_in(learner)) == {
        "Default",
        parent,
        *(f"{parent}::{bank.title}" for bank in banks.load()),
    }


def test_cards_lie_in_the_deck_of_their_bank(learner):
    take(learner, package_of(*banks.load(), deck="Course"))
    titles = {bank.id: bank.title for bank in banks.load()}
    for each in cards_in(learner):
        bank = each.note()["Id"].split(".")[0]
        assert learner.decks.name(each.did) == f"Course::{titles[bank]}"


def test_deck_option_names_the_parent(learner):
    take(learner, package_of(*banks.load(["four-rings"]), deck="School::History"))
    assert "School::History::The four rings of security" in decks_in(learner)


@pytest.mark.parametrize(
    "title",
    ["a::b", "a:::b", "a::::b", ":a", "a:", "::a::", 'a "b" <c> & d', " a \n b ", "اردو 中文"],
)
def test_title_makes_one_deck(title, build, learner):
    take(learner, build(choice(), title=title))
    (deck,) = decks_in(learner).keys() - {"Default"}
    assert squeezed(deck.replace("\u200b", "")) == squeezed(title)


@pytest.mark.parametrize("titles", [("Same", "Same"), ("Same", "same"), ("Default", "Other")])
def test_banks_of_one_title_come_whole(titles, tmp_path, learner):
    heads = zip("ab", titles, strict=True)
    paths = [write_file(tmp_path / f"{name}.yaml", choice(), title=title) for name, title in heads]
    for moment in (NOW, LATER):
        take(learner, package_of(*banks.load(paths), moment=moment, deck="Course"))
        assert len(decks_in(learner)) == 2 + len(set(titles))
        assert learner.card_count() == 2


def test_banks_of_one_title_share_a_deck(tmp_path, learner):
    paths = [write_file(tmp_path / f"{name}.yaml", choice(), title="Same") for name in "ab"]
    take(learner, package_of(*banks.load(paths), deck="Course"))
    assert decks_in(learner).keys() == {"Default", "Course", "Course::Same"}


def test_description_names_sources_and_licence(learner):
    take(learner, package_of(*banks.load([EVERYTHING])))
    description = decks_in(learner)["Everything / a bit of each"]["desc"]
    text = squeezed(lxml.html.fromstring(f"<div>{description}</div>").text_content())
    assert "Each field once. <b>Not bold</b> & not *markup*." in text
    assert "Sources: Rahmonov Mirsaid, China & Pakistan: <relations> (2020); A map" in text
    assert "Licence: CC0 1.0" in text
    assert "Version: 2023-11-14" in text
    assert "import the newer file" in text


@pytest.mark.parametrize("name", banks.shipped())
def test_shipped_description_names_sources_and_licence(name, learner):
    (bank,) = banks.load([name])
    take(learner, package_of(bank))
    description = decks_in(learner)[bank.title]["desc"]
    assert f"<p>Licence: {bank.licence}</p>" in description
    assert all(source.title in description for source in bank.sources)


def test_parent_describes_all_its_banks(learner):
    take(learner, package_of(*banks.load(), deck="Course"))
    description = decks_in(learner)["Course"]["desc"]
    assert all(bank.title in description for bank in banks.load())
    assert description.count("Licence: CC BY 4.0") == 1


# Tags.


def test_tags_are_hierarchical(cards):
    (only,) = cards(choice(tags=["China", "rings::second"], difficulty="hard"))
    assert only.note().tags == [
        "quizgen::bank::bank",
        "quizgen::difficulty::hard",
        "quizgen::topic::China",
        "quizgen::topic::rings::second",
        "quizgen::type::multiple-choice",
    ]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("cold war", "cold_war"),
        ("冷\u3000战", "冷_战"),
        ("اردو زبان", "اردو_زبان"),
        ("a\u00a0b", "a_b"),
        ("it's *", "it's_*"),
    ],
)
def test_tag_is_one_tag(written, kept, cards):
    (only,) = cards(choice(tags=[written]))
    topics = [tag for tag in only.note().tags if "::topic::" in tag]
    assert topics == [f"quizgen::topic::{kept}"]


def test_learner_finds_cards_by_tag(learner):
    take(learner, package_of(*banks.load([EVERYTHING])))
    assert len(learner.find_notes("tag:quizgen::topic::nasty")) == 20
    assert len(learner.find_notes("tag:quizgen::type::cloze")) == 2


# Note types: once published, they may never change.


def note_types_in(learner):
    return [
        learner.models.get(each.id)
        for each in learner.models.all_names_and_ids()
        if each.name.startswith("quizgen")
    ]


def test_there_are_two_note_types(learner):
    take(learner, package_of(*banks.load()))
    cloze_type, question_type = note_types_in(learner)
    assert (cloze_type["name"], question_type["name"]) == ("quizgen cloze", "quizgen question")
    assert (cloze_type["id"], question_type["id"]) == (1_763_900_002, 1_763_900_001)
    assert [each["name"] for each in question_type["tmpls"]] == ["Question", "Reversed"]
    assert [each["name"] for each in cloze_type["tmpls"]] == ["Cloze"]
    assert [each["name"] for each in question_type["flds"]] == [
        *("Id", "Kind", "Question", "Choices", "Answer", "Explanation", "Hint", "Image", "Source"),
        *("Reverse", "Typed", "Spare 1", "Spare 2", "Spare 3"),
    ]
    assert [each["name"] for each in cloze_type["flds"]] == [
        *("Id", "Prompt", "Text", "Explanation", "Hint", "Image", "Source"),
        *("Spare 1", "Spare 2", "Spare 3"),
    ]


def test_fields_and_templates_have_ids(learner):
    take(learner, package_of(*banks.load()))
    for note_type in note_types_in(learner):
        for ids in ([each["id"] for each in note_type[key]] for key in ("flds", "tmpls")):
            assert None not in ids
            assert len(set(ids)) == len(ids)


# Updates.


def test_guids_never_change():
    assert anki.guid("everything", "capital") == "yJrW0ivRxXdXC7HK"
    assert anki.guid("四环", "第一") == "6W1h_i3YumlGHQEf"


def test_guids_are_namespaced():
    pairs = [("a", "b"), ("b", "a"), ("a.b", "c"), ("a", "b.c"), ("ab", "c"), ("a", "bc")]
    assert len({anki.guid(*pair) for pair in pairs}) == len(pairs)


def test_equal_ids_in_two_banks_do_not_collide(tmp_path, learner):
    for name in ("one", "two"):
        path = write_file(tmp_path / f"{name}.yaml", choice(prompt=f"From {name}?"))
        take(learner, package_of(*banks.load([path])))
    notes = notes_in(learner)
    assert {key: note["Question"] for key, note in notes.items()} == {
        "one.q1": "From one?",
        "two.q1": "From two?",
    }


def test_rewording_updates_in_place(build, learner):
    take(learner, build(choice(prompt="Old?"), card("front", "back", reversed=True)))
    before = {each.id: each.nid for each in cards_in(learner)}
    new = [choice(prompt="New?", tags=["x"]), card("front", "another back", reversed=True)]
    log = take(learner, build(*new, moment=LATER))
    assert (len(log.new), len(log.updated)) == (0, 2)
    assert {each.id: each.nid for each in cards_in(learner)} == before
    assert notes_in(learner)["bank.q1"]["Question"] == "New?"
    assert "quizgen::topic::x" in notes_in(learner)["bank.q1"].tags
    assert notes_in(learner)["bank.q2"]["Answer"] == "another back"


def test_update_keeps_progress(build, learner):
    take(learner, build(choice(prompt="Old?")))
    (learned,) = cards_in(learner)
    learned.type, learned.queue, learned.ivl, learned.due, learned.reps = 2, 2, 21, 30, 4
    learner.update_card(learned)
    take(learner, build(choice(prompt="New?"), moment=LATER))
    (learned,) = cards_in(learner)
    assert (learned.type, learned.queue, learned.ivl, learned.due, learned.reps) == (
        2,
        2,
        21,
        30,
        4,
    )
    assert "New?" in learned.question()


def test_update_brings_note_types_and_descriptions(build, learner, tmp_path):
    take(learner, build(choice(), cloze("{{a}}"), description="Old."))
    own = tmp_path / "own"
    own.mkdir()
    (own / "style.css").write_text(".card { color: teal; }")
    path = write_file(tmp_path / "bank.yaml", choice(), cloze("{{a}}"), description="New.")
    take(learner, package_of(*banks.load([path]), moment=LATER, templates=own))
    assert [each["css"] for each in note_types_in(learner)] == [".card { color: teal; }"] * 2
    assert "New." in decks_in(learner)["Bank bank"]["desc"]


def test_second_import_changes_nothing(build, learner):
    package = build(choice(), cloze("{{a}} and {{b}}"))
    take(learner, package)
    log = take(learner, package)
    assert (len(log.new), len(log.updated), len(log.duplicate)) == (0, 0, 2)
    assert (learner.note_count(), learner.card_count()) == (2, 3)
    assert len(note_types_in(learner)) == 2


def test_older_package_changes_nothing(build, learner):
    take(learner, build(choice(prompt="New?"), moment=LATER))
    take(learner, build(choice(prompt="Old?"), moment=NOW))
    assert notes_in(learner)["bank.q1"]["Question"] == "New?"


def test_new_question_is_added(build, learner):
    take(learner, build(choice(id="first")))
    log = take(learner, build(choice(id="new"), choice(id="first"), moment=LATER))
    assert (len(log.new), len(log.updated)) == (1, 1)
    assert notes_in(learner).keys() == {"bank.first", "bank.new"}


def test_new_gap_and_new_side_are_added(build, learner):
    take(learner, build(cloze("{{a}} and b"), card("a", "b")))
    before = {each.id for each in cards_in(learner)}
    new = [cloze("{{a}} and {{b}}"), card("a", "b", reversed=True)]
    take(learner, build(*new, moment=LATER))
    after = {each.id for each in cards_in(learner)}
    assert before < after
    assert len(after) == 4


def test_packages_of_one_moment_live_side_by_side(tmp_path, learner):
    for name in ("one", "two"):
        path = write_file(tmp_path / f"{name}.yaml", choice(), cloze("{{a}} {{b}}"))
        take(learner, package_of(*banks.load([path])))
    assert (learner.note_count(), learner.card_count()) == (4, 6)


def test_notes_are_dated_by_the_moment(build, learner):
    take(learner, build(choice(), moment=LATER))
    assert notes_in(learner)["bank.q1"].mod == LATER


def test_notes_are_dated_by_the_newest_file_if_no_moment_is_given(tmp_path, learner):
    paths = [write_file(tmp_path / f"{name}.yaml", choice()) for name in "ab"]
    for path, moment in zip(paths, (LATER, NOW), strict=True):
        os.utime(path, (moment, moment))
    take(learner, package_of(*banks.load(paths), moment=None))
    assert {note.mod for note in notes_in(learner).values()} == {LATER}


# The file.


def test_same_content_and_moment_give_equal_bytes():
    script = (
        "import sys; from quizgen import bank; from quizgen.quiz import make_quiz;"
        " from quizgen.writers import anki;"
        " options = anki.AnkiOptions(moment=int(sys.argv[2]));"
        " output = anki.write(make_quiz(bank.load([sys.argv[1]])), options);"
        " sys.stdout.buffer.write(output.files['.apkg'])"
    )
    for seed, zone in (("1", "Asia/Karachi"), ("2", "America/New_York")):
        run = subprocess.run(
            [sys.executable, "-c", script, EVERYTHING, str(NOW)],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
            cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE,
            check=True,
        )
        assert run.stdout == package_of(*banks.load([EVERYTHING]))


def test_bank_elsewhere_gives_equal_bytes(tmp_path):
    packages = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        path = write_file(tmp_path / name / "bank.yaml", choice(), cloze("{{a}}"))
        packages.add(package_of(*banks.load([path])))
    assert len(packages) == 1


def test_zip_is_deflated_and_undated():
    with zipfile.ZipFile(io.BytesIO(package_of(*banks.load([EVERYTHING])))) as archive:
        assert archive.testzip() is None
        for each in archive.infolist():
            assert each.compress_type == zipfile.ZIP_DEFLATED
            assert each.date_time == (1980, 1, 1, 0, 0, 0)
        assert archive.namelist() == ["collection.anki2", "media", "0"]


def test_version_of_sqlite_is_not_in_the_file():
    collection = opened(package_of(*banks.load([EVERYTHING])))["collection.anki2"]
    assert collection.startswith(b"SQLite format 3\0")
    assert collection[96:100] == bytes(4)


def test_own_template_that_cannot_be_read_is_an_error(tmp_path):
    (tmp_path / "anki").mkdir()
    (tmp_path / "anki" / "fields.html.j2").write_text("{% macro choices( %}")
    with pytest.raises(QuizgenError) as caught:
        package_of(*banks.load([EVERYTHING]), templates=tmp_path)
    assert [each.code for each in caught.value.problems] == ["template"]


def test_own_template_that_lacks_a_part_is_no_matter_of_the_disk(tmp_path):
    """The description is rendered amid the writing; what it lacks is an OSError, too."""
    (tmp_path / "description.html.j2").write_text('{% include "nowhere.j2" %}')
    with pytest.raises(QuizgenError) as caught:
        package_of(*banks.load([EVERYTHING]), templates=tmp_path)
    assert [each.code for each in caught.value.problems] == ["template"]


def test_no_room_for_the_collection_is_an_error(monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with pytest.raises(QuizgenError) as caught:
        package_of(*banks.load([EVERYTHING]))
    (problem,) = caught.value.problems
    assert problem.code == "not-written"
    assert "make room for it" in problem.message


# Media.


def test_image_used_often_is_there_once(learner):
    package = package_of(*banks.load([EVERYTHING]))
    take(learner, package)
    (name,) = media_in(learner)
    assert re.fullmatch(r"quizgen-[0-9a-f]{20}\.png", name)
    assert media_in(learner)[name] == DOT.read_bytes()
    assert opened(package)[name] == DOT.read_bytes()


def test_images_are_told_apart_by_content(tmp_path, learner):
    """Two banks have other pictures under one name, and one picture under two names."""
    dots = DOT.read_bytes(), DOT.read_bytes() + b"\0"
    for folder, dot in zip(("one", "two"), dots, strict=True):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "dot.png").write_bytes(dot)
        (tmp_path / folder / "same.png").write_bytes(dots[0])
        text = "![a dot](dot.png) and ![the same](same.png)"
        path = write_file(tmp_path / folder / f"{folder}.yaml", choice(prompt=text))
        take(learner, package_of(*banks.load([path])))
    assert sorted(media_in(learner).values()) == sorted(dots)
    assert not learner.media.check().missing


def test_new_picture_has_a_new_name(tmp_path, learner):
    """Anki would keep the old picture under an old name."""
    for moment, dot in ((NOW, DOT.read_bytes()), (LATER, DOT.read_bytes() + b"\0")):
        (tmp_path / "dot.png").write_bytes(dot)
        path = write_file(tmp_path / "bank.yaml", choice(prompt="![](dot.png)"))
        take(learner, package_of(*banks.load([path]), moment=moment))
        src = re.search('src="(.*?)"', notes_in(learner)["bank.q1"]["Question"])[1]
        assert media_in(learner)[src] == dot


WAV = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\0\0\0\0"


def test_recording_is_played_and_there_once(tmp_path, learner):
    (tmp_path / "a word.wav").write_bytes(WAV)
    text = '![the "word"](<a word.wav>)'
    path = write_file(tmp_path / "bank.yaml", choice(prompt=text, feedback=text), cloze("{{a}} b"))
    take(learner, package_of(*banks.load([path])))
    ((name, data),) = media_in(learner).items()
    assert (Path(name).suffix, data) == (".wav", WAV)
    first = cards_in(learner)[0]
    assert [tag.filename for tag in first.question_av_tags()] == [name]
    assert [tag.filename for tag in first.answer_av_tags()] == [name, name]
    assert 'title="the &quot;word&quot;"' in notes_in(learner)["bank.q1"]["Question"]
    media = learner.media.check()
    assert (list(media.missing), list(media.unused)) == ([], [])


# Types.


def test_options_are_shown_and_the_right_one_is_classed(cards):
    (only,) = cards(
        choice(answer={"text": "yes", "feedback": "Right."}, distractors=["no", "perhaps"])
    )
    for side in (only.question(), only.answer()):
        assert sorted(parts(side, "option")) == ["no", "perhaps", "yes"]
        assert part(side, "right") == "yesRight."


def test_true_false_marks_the_right_word(cards):
    true, false = cards(
        {"type": "true-false", "prompt": "a", "answer": True},
        {"type": "true-false", "prompt": "b", "answer": False},
    )
    assert (part(true.answer(), "right"), part(false.answer(), "right")) == ("True", "False")
    assert parts(true.question(), "option") == parts(false.question(), "option")


def test_short_answer_shows_what_else_is_accepted(cards):
    (only,) = cards(short("SCO", {"text": "S", "credit": "50%", "feedback": "Short."}))
    assert part(only.answer(), "key") == "SCO"
    assert parts(only.answer(), "li") == ["S (50 % of the points) Short."]
    assert "SCO" not in body(only.question())


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ({"answer": 1950}, "1950"),
        ({"answer": 523.5, "tolerance": "2%", "unit": "km"}, "523.5 km (± 10.47)"),
        ({"answer": -3.25, "tolerance": 0.25}, "-3.25 (± 0.25)"),
    ],
)
def test_number_is_shown_with_unit_and_margin(answer, shown, cards):
    (only,) = cards({"type": "numeric", "prompt": "?"} | answer)
    assert part(only.answer(), "answer").replace("\u2212", "-") == shown


def test_date_is_shown_as_the_language_writes_it(cards):
    (only,) = cards({"type": "date", "prompt": "?", "answer": "1951-05-21"}, language="en-GB")
    assert part(only.answer(), "answer") == "21 May 1951"


def test_matching_offers_each_right_side_once(cards):
    pairs = [["Gwadar", "a port"], ["Karachi", "a port"], ["Lahore", "no port"]]
    (only,) = cards({"type": "matching", "prompt": "?", "pairs": pairs, "distractors": ["a lake"]})
    offered = parts(only.question(), "li")
    assert offered[:3] == ["Gwadar", "Karachi", "Lahore"]
    assert sorted(offered[3:]) == ["a lake", "a port", "no port"]
    assert parts(only.answer(), "td") == [side for pair in pairs for side in pair]


def test_ordering_is_scrambled_then_right(cards):
    items = ["one", "two", "three", "four"]
    (only,) = cards({"type": "ordering", "prompt": "?", "items": items})
    assert sorted(parts(only.question(), "li")) == sorted(items)
    assert parts(only.question(), "li") != items
    assert parts(only.answer(), "li")[4:] == items


def test_essay_shows_model_answer_and_rubric(cards):
    (only,) = cards({"type": "essay", "prompt": "Why?", "answer": "Because.", "rubric": "2 points"})
    assert parts(only.answer(), "part") == ["Because.", "2 points"]
    assert "Because" not in body(only.question())


def test_reversed_flashcard_asks_from_both_sides(cards):
    there, back = cards(card("铁哥们", "iron brothers", reversed=True))
    assert part(there.question(), "question") == part(back.answer(), "answer") == "铁哥们"
    assert part(back.question(), "question") == part(there.answer(), "answer") == "iron brothers"


def test_hints_show_on_the_front_alone(cards):
    for each in cards(choice(hints=["one", "two"]), cloze("{{a}}", hints=["one", "two"])):
        assert parts(each.question(), "details") == ["Hint 1one", "Hint 2two"]
        assert parts(each.answer(), "details") == []


def test_explanation_and_source_show_on_the_back_alone(cards):
    both = {"feedback": "So it is.", "cite": "essay ¶3"}
    sources = {"essay": {"title": "An essay", "author": "A. Author"}}
    for each in cards(choice(**both), cloze("{{a}}", **both), sources=sources):
        assert "So it is." not in body(each.question())
        assert "An essay" not in body(each.question())
        assert part(each.answer(), "explanation") == "So it is."
        assert part(each.answer(), "source") == "Source: A. Author, An essay, ¶3"


# Clozes.


def test_cards_of_a_cloze_are_its_groups(cards):
    first, second, third = cards(cloze("{{c3::a}} {{c1::b}} {{c3::c}} {{d}}"))
    assert part(first.question(), "cloze") == "[...]"
    assert part(first.answer(), "cloze") == "b"
    assert part(second.answer(), "cloze") == "d"
    assert parts(third.answer(), "cloze") == ["a", "c"]


def test_cloze_shows_its_hint(cards):
    (only,) = cards(cloze("The {{Karakoram|the Karakoram::a range}} Highway"))
    assert part(only.question(), "question") == "The [a range] Highway"
    assert part(only.answer(), "question") == "The Karakoram Highway"


NASTY_GAPS = [
    "}}",
    "a}} b",
    "{{c1::x}}",
    "{{c2::x::y}}",
    "a::b",
    ":",
    "a:",
    ":a",
    ":::",
    "::::",
    '"quoted"',
    "it's",
    "<b>bold</b>",
    "</span>",
    "&amp;",
    "a & b",
    "{",
    "}",
    r"\(x\)",
    r"\[x\]",
    "\\",
    "*a* `b` $c$",
    "[sound:x.mp3]",
    "[latex]x[/latex]",
    "-->",
    "اردو",
    "中文",
]


def with_gap(question, gap):
    """The cloze with another gap: what a bank's syntax cannot write, other readers may bring."""
    pieces = tuple(gap if isinstance(each, Gap) else each for each in question.text.pieces)
    text = GapText(question.text.source, question.text.span, pieces)
    return dataclasses.replace(question, text=text)


def shown_gaps(learner, tmp_path, gaps):
    """How Anki shows each gap on the front and on the back."""
    path = write_file(tmp_path / "gaps.yaml", *[cloze("one {{x}} two")] * len(gaps))
    (bank,) = banks.load([path])
    questions = tuple(map(with_gap, bank.questions, gaps))
    take(learner, package_of(dataclasses.replace(bank, questions=questions)))
    shown = cards_in(learner)
    assert len(shown) == len(gaps)
    return [(part(each.question(), "cloze"), part(each.answer(), "cloze")) for each in shown]


def test_answer_of_a_gap_is_text(learner, tmp_path):
    shown = shown_gaps(learner, tmp_path, [Gap((text,), None, 1) for text in NASTY_GAPS])
    assert shown == [("[...]", text) for text in NASTY_GAPS]


def test_hint_of_a_gap_is_text(learner, tmp_path):
    shown = shown_gaps(learner, tmp_path, [Gap(("a",), text, 1) for text in NASTY_GAPS])
    assert shown == [(f"[{text}]", "a") for text in NASTY_GAPS]


def test_answer_and_hint_of_a_gap_stay_apart(learner, tmp_path):
    shown = shown_gaps(learner, tmp_path, [Gap((text,), text, 1) for text in NASTY_GAPS])
    assert shown == [(f"[{text}]", text) for text in NASTY_GAPS]


def test_colon_before_the_hint_is_the_answers(cards):
    (only,) = cards(cloze("One {{a: ::a hint}} two"))
    assert part(only.question(), "cloze") == "[a hint]"
    assert part(only.answer(), "cloze") == "a:"


# What is typed.


@pytest.mark.parametrize(
    "text",
    [
        "SCO",
        "a & b",
        "<b>x</b>",
        '"quoted"',
        r"\(x\)",
        "{{x}}",
        "[sound:x]",
        "اردو",
        "中文",
    ],
)
def test_what_is_typed_is_compared_as_text(text, cards, learner):
    (only,) = cards(short(text))
    assert "[[type:Typed]]" in only.question()
    compared = learner.compare_answer(only.note()["Typed"], text)
    assert part(compared, "typeGood") == text
    assert not parts(compared, "typeBad") + parts(compared, "typeMissed")


def test_long_answer_is_not_asked_to_be_typed(cards):
    (only,) = cards(short("x" * 41))
    assert "[[type:" not in only.question()
    assert part(only.answer(), "key") == "x" * 41


# Formulas and literal signs.


def test_formula_is_mathjax(cards):
    (only,) = cards(choice(prompt=r"What is $a_{b}$ of $$\frac{a}{b} < [c]$$?"))
    assert part(only.question(), "question") == r"What is \(a_{b}\) of \[\frac{a}{b} < [c]\]?"


def test_sign_that_composes_with_the_end_of_a_tag_is_text(cards):
    """Anki keeps NFC, in which > and U+0338 are one sign, and no tag."""
    (only,) = cards(choice(prompt="*\u0338x*", answer="\u0338y", feedback="\u0338"))
    assert part(only.question(), "question") == "\u0338x"
    assert part(only.answer(), "right") == "\u0338y"
    assert part(only.answer(), "explanation") == "\u0338"


@pytest.mark.parametrize("text", [r"\\(x\\)", r"\\[x\\]", r"`\(x\)`", r"\\&#40;x", r"**\\**(x"])
def test_backslash_before_a_bracket_is_no_formula(text, cards):
    """MathJax looks for its marks within one run of text."""
    (only,) = cards(choice(prompt=text))
    tree = lxml.html.fromstring(body(only.question()))
    runs = [run for run in tree.itertext() if re.search(r"\\[(\[]", run)]
    assert runs == []
    assert part(only.question(), "question") == Reader().plain(text)


def test_text_of_an_image_is_text(tmp_path, learner):
    shutil.copy(DOT, tmp_path)
    text = r'![a "b" <c> \\(x\\) [d] {{e}}](dot.png)'
    path = write_file(tmp_path / "bank.yaml", choice(prompt=text))
    take(learner, package_of(*banks.load([path])))
    (only,) = cards_in(learner)
    (image,) = lxml.html.fromstring(body(only.question())).iter("img")
    assert image.get("alt") == r'a "b" <c> \(x\) [d] {{e}}'


def test_title_of_a_link_is_text(cards):
    (only,) = cards(choice(prompt=r"[link](https://example.org/?a=1&b=2 'a \"b\" \\(x\\) {{e}}')"))
    (link,) = lxml.html.fromstring(body(only.question())).iter("a")
    assert link.get("title") == r'a "b" \(x\) {{e}}'
    assert link.get("href") == "https://example.org/?a=1&b=2"


# Any text comes back as it was written.

NASTY = [
    "]]>",
    "{{Question}}",
    "{{c1::x}}",
    "{{#Typed}}{{/Typed}}",
    "<b>",
    "</div>",
    "<script>alert(1)</script>",
    "<!-- x -->",
    "&amp;",
    "&",
    "$5 and $6",
    r"\(x\)",
    r"\\(x\\)",
    "[sound:x.mp3]",
    "[anki:play:q:0]",
    "[anki:tts lang=en_GB]x[/anki:tts]",
    "[[type:Typed]]",
    "[latex]",
    "[latex]x[/latex]",
    "[$]x[/$]",
    "`code`",
    "``` ` ```",
    "\"quotes\" and 'quotes'",
    "🙂👩🏽‍🚀",
    "中文",
    "اردو",
    "اردو (Urdu) 中文",
    "1. one",
    "- one\n- two",
    "| a | b |\n|---|---|\n| c | d |",
    "    code\n\nand text",
    "> quoted\n> twice",
    "src=x",
    '<img src="x.png">',
    "a\u0301",
    "\u00a0x\u00a0",
    "\u2028x",
    "{{=<% %>=}}",
]
_reader = Reader()
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1),
    st.lists(st.sampled_from([*"\\`*_[]<>&${}|~#:;\"'!()\n -x1", "[sound:", "{{", "}}"])).map(
        "".join
    ),
)
plain_texts = texts.filter(
    lambda text: (
        text.strip()
        and not FORBIDDEN.search(text)
        and "![" not in text
        and not _reader.shows_more(text)
        and _reader.plain(text).strip()
    )
)
several = st.lists(plain_texts, min_size=1, max_size=8, unique_by=squeezed)
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A collection that takes many packages, as a new one each time takes long."""
    collection = Collection(str(tmp_path_factory.mktemp("reader") / "reader.anki2"))
    yield collection
    collection.close()


def read_back(reader, *questions):
    """The bank of these questions, and each one's cards after import."""
    path = Path(reader.path).with_name(f"bank-{next(_numbers)}.yaml")
    write_file(path, *questions)
    (bank,) = banks.load([path])
    take(reader, package_of(bank))
    guids = [anki.guid(bank.id, question.id) for question in bank.questions]
    rows = [reader.db.scalar("select id from notes where guid = ?", guid) for guid in guids]
    found = [reader.get_note(row).cards() for row in rows]
    for each in itertools.chain(*found):
        assert each.question_av_tags() == each.answer_av_tags() == []
        assert "class=latex" not in each.question() + each.answer()
    return bank, found


def plain(text):
    return squeezed(_reader.plain(text))


@settings(max_examples=40, deadline=None)
@given(texts=several)
def test_markdown_comes_back(texts, reader):
    both = [(text, {"text": text, "feedback": text}) for text in texts]
    questions = [
        choice(prompt=text, answer=option, distractors=["another option"], feedback=text)
        for text, option in both
    ]
    _, found = read_back(reader, *questions)
    for text, (only,) in zip(texts, found, strict=True):
        expected = plain(text)
        assert part(only.question(), "question") == expected
        assert expected in parts(only.question(), "option")
        assert part(only.answer(), "why") == expected
        assert part(only.answer(), "explanation") == expected


@settings(max_examples=40, deadline=None)
@given(texts=several)
def test_sides_of_a_flashcard_come_back(texts, reader):
    questions = [card(text, f"{text} again", reversed=True, hints=[text]) for text in texts]
    assume(not any(_reader.shows_more(each["back"]) for each in questions))
    _, found = read_back(reader, *questions)
    for text, (there, back) in zip(texts, found, strict=True):
        assert part(there.question(), "question") == plain(text)
        assert part(there.answer(), "answer") == plain(f"{text} again")
        assert part(back.question(), "question") == plain(f"{text} again")
        hint = part(there.question(), "details").removeprefix("Hint").strip()
        assert hint == plain(text)


@settings(max_examples=40, deadline=None)
@given(texts=several)
def test_sides_of_pairs_and_items_come_back(texts, reader):
    pairs = [[text, text] for text in texts] + [["left", "right"]]
    _, found = read_back(
        reader,
        {"type": "matching", "prompt": "?", "pairs": pairs},
        {"type": "ordering", "prompt": "?", "items": [*texts, "last item"]},
    )
    (matching,), (ordering,) = found
    expected = list(map(plain, texts))
    tree = lxml.html.fromstring(body(matching.answer()))
    rows = tree.xpath("//table[@class='pairs']/tbody/tr")
    sides = [[squeezed(cell.text_content()) for cell in row] for row in rows]
    assert sides == [*([text, text] for text in expected), ["left", "right"]]
    tree = lxml.html.fromstring(body(ordering.answer()))
    items = tree.xpath("//ol[@class='items']/li")
    assert [squeezed(item.text_content()) for item in items] == [*expected, "last item"]


@settings(max_examples=40, deadline=None)
@given(texts=several)
def test_literal_answer_comes_back(texts, reader):
    questions = [short(text, f"also {text}") for text in texts]
    _, found = read_back(reader, *questions)
    for text, (only,) in zip(texts, found, strict=True):
        assert part(only.answer(), "key") == squeezed(text)
        assert part(only.answer(), "li") == squeezed(f"also {text}")


@settings(max_examples=40, deadline=None)
@given(texts=several)
def test_what_surrounds_a_gap_comes_back(texts, reader):
    surroundings = [text.replace("{", r"\{") for text in texts]
    questions = [cloze(f"{text} {{{{gap}}}} {text}", prompt="?") for text in surroundings]
    try:
        bank, found = read_back(reader, *questions)
    except QuizgenError:  # the text opens a formula or a link around the gap
        assume(False)
    for question, (only,) in zip(bank.questions, found, strict=True):
        source, _ = mark_gaps(question.text.pieces)
        assume(not _reader.shows_more(source))
        expected = plain(source)
        assert part(only.answer(), "question") == expected.replace("\ufdd00\ufdd1", "gap")
        assert part(only.question(), "question") == expected.replace("\ufdd00\ufdd1", "[...]")


@settings(max_examples=40, deadline=None)
@given(texts=several)
def test_gap_comes_back(texts, reader):
    path = Path(reader.path).with_name(f"bank-{next(_numbers)}.yaml")
    (bank,) = banks.load([write_file(path, *[cloze("one {{x}} two")] * len(texts))])
    gaps = [Gap((squeezed(text),), squeezed(text), 1) for text in texts]
    questions = tuple(map(with_gap, bank.questions, gaps))
    take(reader, package_of(dataclasses.replace(bank, questions=questions)))
    for text, question in zip(texts, questions, strict=True):
        guid = anki.guid(bank.id, question.id)
        row = reader.db.scalar("select id from notes where guid = ?", guid)
        (only,) = reader.get_note(row).cards()
        assert part(only.question(), "question") == f"one [{squeezed(text)}] two"
        assert part(only.answer(), "question") == f"one {squeezed(text)} two"
        assert only.question_av_tags() == only.answer_av_tags() == []
