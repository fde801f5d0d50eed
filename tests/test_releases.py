"""A deck through its releases: built by the command, imported by Anki's engine as learners do."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from anki.collection import Collection
from click.testing import CliRunner
from decks import take_file

from quizgen import bank as banks
from quizgen.cli import cli

EPOCH = int(time.time()) - 100_000
"""The first release is a day old, for Anki dates what a learner does by the clock."""


class Author:
    """A folder with copies of the shipped banks; each release is a minute after the one before."""

    def __init__(self, folder):
        self.folder = folder
        self.moment = EPOCH
        for name, path in banks.shipped().items():
            shutil.copy(path, folder / f"{name}.yaml")
        shutil.copytree(banks.shipped()["dates"].parent / "images", folder / "images")

    def edit(self, bank, change):
        """The bank with what `change` makes of its data."""
        path = self.folder / f"{bank}.yaml"
        data = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        change(data)
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
        path.write_text(text, encoding="utf-8")

    def touch(self):
        """Dates the banks a minute later."""
        self.moment += 60
        for path in self.folder.glob("*.yaml"):
            os.utime(path, (self.moment, self.moment))

    def release(self, *options):
        """The package of all banks."""
        self.touch()
        target = self.folder / "deck.apkg"
        words = ["anki", str(self.folder), "--deck", "Essay", *options, "-o", str(target)]
        result = CliRunner().invoke(cli, words)
        assert result.exit_code == 0, result.output
        return target


@pytest.fixture
def author(tmp_path, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (tmp_path / "banks").mkdir()
    return Author(tmp_path / "banks")


@pytest.fixture
def learner(tmp_path):
    collection = Collection(str(tmp_path / "learner.anki2"))
    yield collection
    collection.close()


def study(learner, count):
    """Answers the first cards of the deck as the scheduler deals them; gives their ids."""
    learner.decks.select(learner.decks.id("Essay"))
    studied = []
    for place in range(count):
        card = learner.sched.getCard()
        learner.sched.answerCard(card, (place % 4) + 1)
        studied.append(card.id)
    return studied


def history(learner):
    """What a learner would lose: the scheduling of every card, and every review."""
    cards = learner.db.all("select id, nid, ord, did, type, queue, due, ivl, reps, data from cards")
    return set(map(tuple, cards)), learner.db.all("select * from revlog order by id")


def named(log, learner):
    """The questions that an import's list of notes is about."""
    return {learner.get_note(each.id.nid)["Id"] for each in log}


def question(data, key):
    return next(each for each in data["questions"] if each["id"] == key)


def ids(bank):
    return [each.id for each in banks.load([bank])[0].questions]


def test_a_year_of_releases(author, learner, tmp_path):
    take_file(learner, author.release())
    notes, note_types = learner.note_count(), len(learner.models.all_names_and_ids())
    study(learner, 10)
    first, second = ids("four-rings")[:2]
    retired = ids("dates")[0]
    own = {}
    for note in map(learner.get_note, learner.find_notes("")):
        if note["Id"] not in (f"four-rings.{first}", f"four-rings.{second}", f"dates.{retired}"):
            note.tags.append("my-own")
            own[note["Id"]] = note.id
            learner.db.execute(
                "update notes set tags = ? where id = ?", learner.tags.join(note.tags), note.id
            )
    cards, reviews = history(learner)

    def edit_rings(data):
        for key in (first, second):
            question(data, key)["feedback"] = "Said in other words."
        data["questions"].insert(
            0, {"id": "new", "type": "true-false", "prompt": "New?", "answer": "true"}
        )

    author.edit("four-rings", edit_rings)
    author.edit("dates", lambda data: question(data, retired).update(retired="true"))
    templates = tmp_path / "own"
    templates.mkdir()
    (templates / "style.css").write_text(".card { color: teal; }")
    log = take_file(learner, author.release("--templates", str(templates)))

    assert named(log.new, learner) == {"four-rings.new"}
    edited = {f"four-rings.{first}", f"four-rings.{second}", f"dates.{retired}"}
    assert named(log.updated, learner) == edited
    assert len(log.duplicate) == notes - len(edited)
    assert not [*log.conflicting, *log.first_field_match, *log.missing_notetype]
    assert learner.note_count() == notes + 1
    assert len(learner.models.all_names_and_ids()) == note_types
    kinds = {note.mid for note in map(learner.get_note, learner.find_notes(""))}
    assert len(kinds) == 2
    learner.models._clear_cache()
    assert {learner.models.get(kind)["css"] for kind in kinds} == {".card { color: teal; }"}
    after, reviews_after = history(learner)
    assert cards <= after
    assert len(after - cards) == 1
    assert reviews_after == reviews
    assert {key: learner.get_note(key)["Id"] for key in own.values()} == {
        key: name for name, key in own.items()
    }
    assert all("my-own" in learner.get_note(key).tags for key in own.values())
    (gone,) = learner.find_notes("tag:quizgen::retired")
    assert learner.get_note(gone)["Id"] == f"dates.{retired}"


def test_a_rebuild_is_the_same_file_and_changes_nothing(author, learner):
    package = author.release()
    before = package.read_bytes()
    take_file(learner, package)
    study(learner, 3)
    kept = history(learner)
    assert author.release().read_bytes() == before
    log = take_file(learner, package)
    assert (len(log.new), len(log.updated)) == (0, 0)
    assert len(log.duplicate) == learner.note_count()
    assert history(learner) == kept


def test_another_machine_builds_the_same_bytes(author, tmp_path):
    before = author.release().read_bytes()
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(author.folder, copy)
    for place, (zone, locale, seed) in enumerate(
        [("Asia/Karachi", "ur_PK.UTF-8", "1"), ("America/New_York", "tr_TR.UTF-8", "2")]
    ):
        for path in copy.glob("*.yaml"):
            os.utime(path, (EPOCH + 5000 * place, EPOCH - 7000 * place))
        subprocess.run(
            [sys.executable, "-m", "quizgen", "anki", ".", "--deck", "Essay", "-o", "deck.apkg"],
            cwd=copy,
            env=os.environ | {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        assert (copy / "deck.apkg").read_bytes() == before


def test_order_and_title_move_no_history(author, learner):
    take_file(learner, author.release())
    study(learner, 10)
    before = history(learner)

    def turn(data):
        data["questions"].reverse()
        data["title"] = "Another title"

    for name in ("dates", "four-rings"):
        author.edit(name, turn)
    log = take_file(learner, author.release())
    assert (len(log.new), len(log.updated)) == (0, 0)
    assert history(learner) == before


def test_a_new_learner_gets_what_is_retired_last(author, learner):
    author.edit("dates", lambda data: data["questions"][0].update(retired="true"))
    take_file(learner, author.release())
    deck = learner.decks.by_name("Essay::" + banks.load(["dates"])[0].title)
    card = learner.get_card(learner.find_cards(f"did:{deck['id']}", order="c.due desc")[0])
    assert card.note()["Id"] == f"dates.{ids('dates')[0]}"
    assert "quizgen::retired" in card.note().tags


def test_a_learners_own_edit_is_left_alone_until_the_next_change(author, learner):
    take_file(learner, author.release())
    key = ids("dates")[0]
    note = learner.get_note(learner.find_notes(f"Id:dates.{key}")[0])
    note["Explanation"] = "My own words."
    learner.update_note(note)
    author.edit("dates", lambda data: question(data, key).update(feedback="Old news."))
    take_file(learner, author.release())
    assert learner.get_note(note.id)["Explanation"] == "My own words."


@pytest.mark.parametrize("flat", [True, False])
def test_flat_is_one_deck(flat, author, learner):
    take_file(learner, author.release(*(["--flat"] if flat else [])))
    decks = {each.name for each in learner.decks.all_names_and_ids()} - {"Default"}
    titles = {f"Essay::{bank.title}" for bank in banks.load()}
    assert decks == {"Essay"} | (set() if flat else titles)


def test_banks_of_equal_ids_do_not_collide(author, learner):
    for name in ("dates", "four-rings"):
        author.edit(name, lambda data: data["questions"][0].update(id="q1"))
    take_file(learner, author.release())
    found = {learner.get_note(each)["Id"] for each in learner.find_notes("Id:*.q1")}
    assert found == {"dates.q1", "four-rings.q1"}


def test_two_banks_of_one_id_are_an_error(author):
    shutil.copy(author.folder / "dates.yaml", author.folder / "dates-again.yaml")
    result = CliRunner().invoke(cli, ["check", str(author.folder)])
    assert result.exit_code == 1
    assert "duplicate-bank the bank id 'dates' is that of" in result.output
    assert Path(author.folder, "dates-again.yaml").exists()
