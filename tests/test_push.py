"""Pushing into a running Anki: what arrives is judged by the engine behind a stand-in add-on."""

import contextlib
import os
import shutil
import socket
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from anki.collection import Collection
from anki_connect import ACTIONS, AnkiConnect
from click.testing import CliRunner
from decks import take_file
from test_releases import Author, history, named, question, study

from quizgen import bank as banks
from quizgen.ankiconnect import connect
from quizgen.cli import cli
from quizgen.problems import QuizgenError

KEY = "dates.recognition-year"
OTHER = "dates.saarc-founded"


@pytest.fixture
def author(tmp_path, monkeypatch):
    for name in ("SOURCE_DATE_EPOCH", "QUIZGEN_ANKI_KEY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "banks").mkdir()
    return Author(tmp_path / "banks")


@pytest.fixture
def serve(tmp_path):
    """`serve()` is a running Anki with an empty collection."""
    with contextlib.ExitStack() as stack:

        def start(**settings):
            folder = tmp_path / f"anki-{time.monotonic_ns()}"
            folder.mkdir()
            anki = AnkiConnect(folder, **settings)
            stack.callback(anki.close)
            return anki

        yield start


@pytest.fixture
def anki(serve):
    return serve()


def run(author, port, *options, status=0):
    """The command; gives what it said."""
    words = ["anki", str(author.folder), "--deck", "Essay", "--push", "--port", str(port)]
    result = CliRunner().invoke(cli, [*words, *options])
    assert result.exit_code == status, result.output
    return result.stderr


def push(author, anki, *options):
    """A release that is pushed; gives the lines about it."""
    author.touch()
    said = run(author, anki.port, *options).splitlines()
    return [line for line in said if not line.startswith("wrote")]


def ids(anki):
    return sorted(anki.collection.get_note(key)["Id"] for key in anki.collection.find_notes(""))


def note(anki, name):
    (key,) = anki.collection.find_notes(f"Id:{name}")
    return anki.collection.get_note(key)


def kinds(anki):
    """Our note types as Anki has them, not as Python remembers them."""
    anki.collection.models._clear_cache()
    return [each for each in anki.collection.models.all() if each["name"].startswith("quizgen")]


def feedback(author, name, text):
    bank, _, key = name.partition(".")
    author.edit(bank, lambda data: question(data, key).update(feedback=text))


# What arrives.


def test_the_first_push_brings_all(author, anki):
    said = push(author, anki)
    loaded = banks.load()
    expected = sorted(f"{bank.id}.{each.id}" for bank in loaded for each in bank.questions)
    assert ids(anki) == expected
    assert said == [
        f"pushed to Anki: {len(expected)} added, 0 updated, 0 unchanged",
        "created 5 decks and 2 note types",
        "stored 1 media file",
    ]
    assert {each.name for each in anki.collection.decks.all_names_and_ids()} == {
        "Default",
        "Essay",
        *(f"Essay::{bank.title}" for bank in loaded),
    }
    media = anki.collection.media.check()
    assert (list(media.missing), list(media.unused)) == ([], [])
    assert anki.collection.fix_integrity()[1]


def test_it_is_what_the_file_brings(author, anki, tmp_path):
    """Guids, note types, fields, tags, order, decks and their descriptions."""
    push(author, anki)
    learner = Collection(str(tmp_path / "learner.anki2"))
    take_file(learner, author.release())
    rows = [
        "select guid, mid, mod, tags, flds from notes order by guid",
        "select guid, ord, due, type, queue from cards join notes on notes.id = nid order by 1, 2",
    ]
    for row in rows:
        assert anki.collection.db.all(row) == learner.db.all(row)
    assert {each["name"]: each["desc"] for each in anki.collection.decks.all()} == {
        each["name"]: each["desc"] for each in learner.decks.all()
    }
    learner.close()


def test_a_second_push_changes_nothing(author, anki):
    push(author, anki)
    study(anki.collection, 5)
    before = history(anki.collection), anki.collection.db.all("select * from notes")
    assert push(author, anki) == [f"pushed to Anki: 0 added, 0 updated, {len(ids(anki))} unchanged"]
    assert (history(anki.collection), anki.collection.db.all("select * from notes")) == before


def test_edits_arrive_and_histories_stay(author, anki):
    push(author, anki)
    study(anki.collection, 10)
    cards, reviews = history(anki.collection)
    count = len(ids(anki))
    feedback(author, KEY, "In other words.")

    def change(data):
        data["questions"][0]["retired"] = "true"
        data["questions"].append(
            {"id": "new", "type": "true-false", "prompt": "New?", "answer": "true"}
        )

    author.edit("four-rings", change)
    retired = f"four-rings.{banks.load(['four-rings'])[0].questions[0].id}"
    assert push(author, anki, "--verbose")[-4:] == [
        f"pushed to Anki: 1 added, 2 updated, {count - 2} unchanged",
        "added four-rings.new",
        f"updated {KEY}",
        f"updated {retired}",
    ]
    assert note(anki, KEY)["Explanation"] == "In other words."
    assert len(anki.collection.find_notes("tag:quizgen::retired")) == 1
    after, reviews_after = history(anki.collection)
    assert cards <= after
    assert len(after - cards) == 1
    assert reviews_after == reviews


def test_new_style_arrives_at_every_push(author, anki, tmp_path):
    push(author, anki)
    push(author, anki)
    schema = anki.collection.db.scalar("select scm from col")
    own = tmp_path / "own"
    own.mkdir()
    for colour in ("teal", "navy"):
        (own / "style.css").write_text(f".card {{ color: {colour}; }}")
        said = push(author, anki, "--templates", str(own))
        assert said[1:] == ["updated 2 note types"]
        assert {each["css"] for each in kinds(anki)} == {f".card {{ color: {colour}; }}"}
    front = "{{Question}} asked anew"
    (own / "question.front.html").write_text(front)
    assert push(author, anki, "--templates", str(own))[1:] == ["updated 1 note type"]
    templates = anki.collection.models.by_name("quizgen question")["tmpls"]
    assert templates[0]["qfmt"] == front
    # No full synchronisation is asked of anybody.
    assert anki.collection.db.scalar("select scm from col") == schema
    assert len(kinds(anki)) == 2


# A learner's own.


def test_own_tags_stay_on_notes_that_are_updated(author, anki):
    push(author, anki)
    for name in (KEY, OTHER):
        mine = note(anki, name)
        anki.collection.db.execute(
            "update notes set tags = ? where id = ?",
            anki.collection.tags.join([*mine.tags, "my::own", "leech"]),
            mine.id,
        )
    feedback(author, KEY, "In other words.")
    author.edit(
        "dates", lambda data: question(data, KEY.partition(".")[2]).update(tags=["another"])
    )
    push(author, anki)
    updated = note(anki, KEY)
    assert updated["Explanation"] == "In other words."
    assert {"my::own", "leech", "quizgen::topic::another"} <= set(updated.tags)
    assert sum("topic" in tag for tag in updated.tags) == 1
    # It is dated as the release is, so that the next one is newer.
    assert updated.mod == author.moment


def test_own_edits_stay_until_a_later_release(author, anki):
    push(author, anki)
    mine = note(anki, KEY)
    mine["Explanation"] = "My own words."
    anki.collection.update_note(mine)
    count = len(ids(anki))
    assert push(author, anki)[0] == (
        f"pushed to Anki: 0 added, 0 updated, {count - 1} unchanged, 1 left as edited in Anki"
    )
    feedback(author, KEY, "Old news.")
    assert f"left {KEY}" in push(author, anki, "--verbose")
    assert note(anki, KEY)["Explanation"] == "My own words."
    feedback(author, KEY, "News.")
    author.moment = int(time.time()) + 5
    anki.collection.db.execute("update notes set mod = mod - 1000 where id = ?", mine.id)
    push(author, anki)
    assert note(anki, KEY)["Explanation"] == "News."


def test_a_field_of_their_own_stops_no_update(author, anki):
    push(author, anki)
    models = anki.collection.models
    kind = models.by_name("quizgen question")
    models.add_field(kind, models.new_field("Mine"))
    models.update_dict(kind)
    mine = note(anki, KEY)
    anki.collection.db.execute(
        "update notes set flds = flds || 'kept', tags = tags || 'my-own ' where id = ?", mine.id
    )
    # The new field has dated all notes: let that have been before the release.
    anki.collection.db.execute("update notes set mod = ?", author.moment + 1)
    feedback(author, KEY, "In other words.")
    count = len(ids(anki))
    assert push(author, anki)[0] == f"pushed to Anki: 0 added, 1 updated, {count - 1} unchanged"
    updated = note(anki, KEY)
    assert (updated["Explanation"], updated["Mine"]) == ("In other words.", "kept")
    assert "my-own" in updated.tags
    assert updated.id == mine.id


def test_a_deck_of_others_is_left_alone(author, anki):
    collection = anki.collection
    other = collection.new_note(collection.models.by_name("Basic"))
    other["Front"] = "mine"
    collection.add_note(other, collection.decks.id("Mine"))
    before = collection.db.all("select * from notes")
    push(author, anki)
    push(author, anki)
    assert collection.db.all("select * from notes where id = ?", other.id) == before


# Files and pushes of one deck.


def test_a_push_after_an_import_doubles_nothing(author, anki):
    take_file(anki.collection, author.release())
    study(anki.collection, 5)
    before = history(anki.collection)
    feedback(author, KEY, "In other words.")
    count = len(ids(anki))
    assert push(author, anki) == [f"pushed to Anki: 0 added, 1 updated, {count - 1} unchanged"]
    assert len(set(ids(anki))) == len(ids(anki)) == count
    assert history(anki.collection) == before


def test_an_import_after_a_push_doubles_nothing(author, anki):
    push(author, anki)
    study(anki.collection, 5)
    before = history(anki.collection)
    count = len(ids(anki))
    feedback(author, KEY, "In other words.")
    log = take_file(anki.collection, author.release())
    assert named(log.updated, anki.collection) == {KEY}
    assert (len(log.new), len(log.duplicate)) == (0, count - 1)
    assert history(anki.collection) == before
    assert len(kinds(anki)) == 2


def test_a_file_is_written_if_asked_for(author, anki, tmp_path):
    run(author, anki.port)
    assert not list(Path().glob("*.apkg"))
    target = tmp_path / "deck.apkg"
    assert f"wrote {target}" in run(author, anki.port, "-o", str(target))
    assert target.read_bytes() == author.release().read_bytes()


def test_the_lock_is_kept(author, anki):
    push(author, anki)
    lock = author.folder / "quizgen.lock"
    before = lock.read_bytes()
    assert "unchanged" in push(author, anki, "--locked")[0]
    feedback(author, KEY, "In other words.")
    author.touch()
    anki.asked.clear()
    assert "locked" in run(author, anki.port, "--locked", status=1)
    assert lock.read_bytes() == before
    assert anki.asked == []


# What can go wrong.


def fails(author, port, code, *options):
    """A push that fails, and leaves nothing behind; gives what it said."""
    said = run(author, port, *options, status=1)
    assert said.startswith(code + " "), said
    assert said.count("\n") == 1
    assert not list(author.folder.glob("*.lock"))
    return said


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_no_anki(author, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    port = free_port()
    assert fails(author, port, "no-anki") == (
        f"no-anki no Anki answers on 127.0.0.1:{port}; start Anki with the AnkiConnect add-on"
        " (code 2055492159)\n"
    )


def test_no_anki_writes_no_file_either(author, tmp_path):
    fails(author, free_port(), "no-anki", "-o", str(tmp_path / "deck.apkg"))
    assert not (tmp_path / "deck.apkg").exists()


def test_no_proxy_is_asked(author, anki, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    push(author, anki)


def test_a_key_is_needed(author, serve, monkeypatch):
    anki = serve(key="secret")
    for options in ([], ["--push-key", "wrong"]):
        said = fails(author, anki.port, "anki-refused", *options)
        assert "QUIZGEN_ANKI_KEY" in said
        assert "wrong" not in said
    push(author, anki, "--push-key", "secret")
    monkeypatch.setenv("QUIZGEN_ANKI_KEY", "secret")
    assert "unchanged" in push(author, anki)[0]


def test_permission_denied(author, serve):
    fails(author, serve(allowed=False).port, "anki-refused")


@pytest.mark.parametrize(
    "settings", [{"version": 5}, {"lacks": ["requestPermission"]}, {"lacks": ["version"]}]
)
def test_an_old_add_on(author, serve, settings):
    fails(author, serve(**settings).port, "anki-old")


def test_an_add_on_that_cannot_tell_its_folder(author, serve):
    push(author, serve(lacks=["getMediaDirPath"]))


def test_no_profile_is_open(author, anki):
    collection, anki.collection = anki.collection, None
    said = run(author, anki.port, status=1)
    anki.collection = collection
    assert "anki-error Anki cannot do" in said
    assert "open a profile" in said


def test_an_import_that_fails_is_told_of(author, anki, monkeypatch):
    monkeypatch.setattr(Path, "as_posix", lambda path: f"{path}-gone")
    said = run(author, anki.port, status=1)
    assert "anki-error Anki cannot do 'importPackage'" in said
    assert ids(anki) == []


def test_nothing_is_left_beside_the_collection(author, anki):
    before = {each.name for each in anki.path.parent.iterdir()}
    push(author, anki)
    assert {each.name for each in anki.path.parent.iterdir()} - before <= {
        "collection.media",
        "collection.media.db2",
    }


def test_a_port_is_for_a_push(author):
    result = CliRunner().invoke(cli, ["anki", str(author.folder), "--port", "8765"])
    assert (result.exit_code, "--port is for --push" in result.output) == (2, True)


@contextlib.contextmanager
def stranger(answer):
    """Another program on a port: `answer` is handed each connection, once its request has come."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        done = threading.Event()

        def work():
            while not done.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with (
                    contextlib.suppress(OSError),
                    connection,
                    connection.makefile("rb") as request,
                ):
                    for line in request:
                        if line.startswith(b"Content-Length"):
                            length = int(line[15:])
                        if line == b"\r\n":
                            request.read(length)
                            answer(connection)
                            break

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            done.set()
            with contextlib.suppress(OSError), socket.create_connection(server.getsockname()):
                pass
            thread.join()


def http(body, status="200 OK"):
    data = body.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n"
    return head.encode() + data


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"220 mail.example.org ESMTP\r\n", "not-anki"),
        (b"", "not-anki"),
        (http("<html><title>Hello</title></html>"), "not-anki"),
        (http("", "404 Not Found"), "not-anki"),
        (http("", "302 Found\r\nLocation: http://127.0.0.1:1/"), "not-anki"),
        (http("", "403 Forbidden"), "anki-refused"),
        (http("null"), "not-anki"),
        (http("6"), "not-anki"),
        (http("[]"), "not-anki"),
        (http('{"result": 6}'), "not-anki"),
        (http('{"result": "granted", "error": null}'), "not-anki"),
        (http('{"result": {"permission": 1}, "error": null}'), "anki-refused"),
        (http('{"result": null, "error": "an error"}'), "anki-error"),
        (http("[" * 100_000), "not-anki"),
        (http("{}")[:-1], "not-anki"),
    ],
)
def test_another_program_answers(author, answer, code):
    with stranger(lambda connection: connection.sendall(answer)) as port:
        fails(author, port, code)


def test_an_answer_that_has_another_form_later(author, anki):
    for action, wrong in [
        ("modelNamesAndIds", ["quizgen question"]),
        ("findNotes", {"a": 1}),
        ("notesInfo", [{"fields": 3}]),
        ("multi", {}),
    ]:
        push(author, anki)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(ACTIONS, action, lambda *_, wrong=wrong, **__: wrong)
            assert run(author, anki.port, status=1).startswith("not-anki ")


def test_silence_has_an_end():
    with (
        stranger(lambda connection: connection.recv(1)) as port,
        pytest.raises(QuizgenError) as caught,
    ):
        connect(port, patience=0.2)
    assert "no-anki" in str(caught.value)
    assert "silent for 0.2 seconds" in str(caught.value)


def test_a_fresh_copy_of_the_banks_updates_nothing(author, anki, tmp_path):
    """What another machine pushes of the same banks and lock is known."""
    push(author, anki)
    copy = tmp_path / "copy"
    shutil.copytree(author.folder, copy)
    for path in copy.glob("*.yaml"):
        os.utime(path, (author.moment + 9000, author.moment + 9000))
    assert "0 added, 0 updated" in run(SimpleNamespace(folder=copy), anki.port)
