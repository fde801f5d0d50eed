"""The lock beside the banks: what it keeps, when it changes, and what it warns of."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from quizgen import bank as banks
from quizgen import lock
from quizgen.cli import cli
from quizgen.lock import NO_LOCK, Entry, Lock, parse, show
from quizgen.problems import QuizgenError
from quizgen.quiz import make_quiz
from quizgen.writers import anki

BANK = """\
bank: small
title: A small bank
language: en
questions:
  - {id: one, type: true-false, prompt: One is odd., answer: true}
  - {id: two, type: flashcard, front: Two, back: "2"}
  - {id: three, type: cloze, text: "Three is {{odd}}."}
"""
NOW = 1_700_000_000
HEAD = "created 2023-11-14T22:13:20Z\n"
NOTE = "note small/one question GUID 0123456789abcdef 2023-11-14T22:13:20Z\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    write(BANK)
    return tmp_path


def write(text, name="small.yaml", moment=NOW):
    Path(name).write_text(text, encoding="utf-8")
    os.utime(name, (moment, moment))


def run(*words, status=0):
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == status, result.output
    return result


def build(*words, status=0):
    return run("anki", "small.yaml", "-o", "deck.apkg", *words, status=status)


def lines():
    """The lines of the lock that are about a note or note type, by what they are about."""
    text = Path("quizgen.lock").read_text(encoding="utf-8")
    kept = [line.split(" ") for line in text.splitlines() if line.startswith("note")]
    return {words[1]: " ".join(words[2:]) for words in kept}


# When it changes.


def test_a_build_writes_it_sorted():
    assert "wrote quizgen.lock" in build().stderr
    assert list(lines()) == ["cloze", "question", "small/one", "small/three", "small/two"]
    assert {line.rpartition(" ")[2] for line in lines().values()} == {"2023-11-14T22:13:20Z"}


def test_the_first_build_is_when_it_was_created():
    build()
    write(BANK.replace("One is odd", "One is an odd number"), moment=NOW + 60)
    build()
    assert f"\n{HEAD}" in Path("quizgen.lock").read_text(encoding="utf-8")


def test_a_build_without_edits_leaves_it_alone():
    build()
    before = Path("quizgen.lock").stat()
    deck = Path("deck.apkg").read_bytes()
    write(BANK, moment=NOW + 999)
    assert "quizgen.lock" not in build().stderr
    assert Path("quizgen.lock").stat().st_mtime_ns == before.st_mtime_ns
    assert Path("deck.apkg").read_bytes() == deck


def test_an_edit_changes_its_own_line_alone():
    build()
    before = lines()
    write(BANK.replace("One is odd", "One is an odd number"), moment=NOW + 60)
    build()
    changed = {name for name, line in lines().items() if before[name] != line}
    assert changed == {"small/one"}
    assert lines()["small/one"].endswith("2023-11-14T22:14:20Z")


@pytest.mark.parametrize("moment", [NOW, NOW - 500])
def test_an_edit_is_later_even_if_its_file_is_not(moment):
    build()
    write(BANK.replace("One is odd", "One is an odd number"), moment=moment)
    build()
    assert lines()["small/one"].endswith("2023-11-14T22:13:21Z")


@pytest.mark.parametrize(
    "words",
    [
        ["--seed", "another"],
        ["--shuffle"],
        ["--title", "Another"],
        ["--deck", "Another"],
        ["--flat"],
        ["--type", "cloze"],
        ["--count", "1"],
    ],
)
def test_how_a_deck_is_built_changes_no_note(words):
    build()
    before = Path("quizgen.lock").read_bytes()
    build(*words)
    assert Path("quizgen.lock").read_bytes() == before


def test_order_and_title_change_no_note():
    build()
    before = Path("quizgen.lock").read_bytes()
    head, *questions = BANK.splitlines()[0:4], *BANK.splitlines()[4:]
    turned = "\n".join([*head, *reversed(questions), ""])
    write(turned.replace("A small bank", "Another title"), moment=NOW + 60)
    build()
    assert Path("quizgen.lock").read_bytes() == before


def test_a_style_of_ones_own_changes_the_note_types_alone():
    build()
    before = lines()
    Path("own").mkdir()
    Path("own/style.css").write_text(".card { color: teal; }")
    build("--templates", "own")
    assert {name for name, line in lines().items() if before[name] != line} == {"question", "cloze"}


def test_several_folders_have_a_lock_each():
    for name in ("a", "b"):
        Path(name).mkdir()
        write(BANK.replace("bank: small", f"bank: {name}"), f"{name}/{name}.yaml")
    run("anki", "a", "b", "-o", "deck.apkg")
    for name in ("a", "b"):
        text = Path(name, "quizgen.lock").read_text(encoding="utf-8")
        assert text.count(f"note {name}/") == 3
        assert text.count("\nnote ") == 3
        assert text.count("\nnote-type ") == 2


def test_an_edit_in_one_folder_changes_its_lock_alone():
    for name in ("a", "b"):
        Path(name).mkdir()
        write(BANK.replace("bank: small", f"bank: {name}"), f"{name}/{name}.yaml")
    run("anki", "a", "b", "-o", "deck.apkg")
    before = {name: Path(name, "quizgen.lock").read_bytes() for name in ("a", "b")}
    write(BANK.replace("bank: small", "bank: b").replace("odd.", "not even."), "b/b.yaml")
    run("anki", "a", "b", "-o", "deck.apkg")
    assert Path("a/quizgen.lock").read_bytes() == before["a"]
    assert Path("b/quizgen.lock").read_bytes() != before["b"]


def test_a_deck_on_standard_output_has_its_lock_too():
    run("anki", "small.yaml", "-o", "-")
    assert len(lines()) == 5


def test_a_failed_build_writes_no_lock():
    build("-o", ".", status=1)
    assert not Path("quizgen.lock").exists()


def test_a_folder_that_cannot_be_written_to_is_warned_of(monkeypatch):
    monkeypatch.setattr(lock.os, "access", lambda path, mode: False)
    said = build().stderr
    assert "quizgen.lock:1:1: lock-not-kept warning: the lock cannot be written, so what" in said
    assert "; build from a copy of the banks if learners are to get its updates\n" in said
    assert Path("deck.apkg").exists()
    assert not Path("quizgen.lock").exists()


def test_the_id_of_a_note_is_what_the_lock_says():
    build()
    renamed = Path("quizgen.lock").read_text(encoding="utf-8").replace("small/one", "small/uno")
    Path("quizgen.lock").write_text(renamed, encoding="utf-8")
    before = lines()["small/uno"].split(" ")[1]
    write(BANK.replace("id: one", "id: uno"), moment=NOW + 60)
    build()
    assert lines()["small/uno"].split(" ")[1] == before


# --locked.


def test_locked_passes_what_is_as_it_was():
    build()
    build("--locked")


def test_locked_names_each_note_that_differs():
    build()
    before = Path("quizgen.lock").read_bytes()
    deck = Path("deck.apkg").read_bytes()
    write(BANK.replace("is odd", "is very odd").replace("{{odd}}", "{{very odd}}"))
    message = "locked the note is not as in quizgen.lock; build without --locked"
    assert build("--locked", status=1).stderr.splitlines() == [
        f"small.yaml:5:5: {message}",
        f"small.yaml:7:5: {message}",
    ]
    assert Path("quizgen.lock").read_bytes() == before
    assert Path("deck.apkg").read_bytes() == deck


def test_locked_without_a_lock_names_every_note():
    assert build("--locked", status=1).stderr.count(": locked ") == 3
    assert not Path("quizgen.lock").exists()


def test_locked_names_the_lock_if_no_note_differs():
    build()
    Path("own").mkdir()
    Path("own/style.css").write_text(".card { color: teal; }")
    result = build("--locked", "--templates", "own", status=1)
    assert result.stderr.startswith("quizgen.lock:1:1: locked a build would change this file")


# Where a moment comes from when there is no lock.


def note_moment():
    return lines()["small/one"].rpartition(" ")[2]


def test_source_date_epoch_dates_first(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    build()
    assert note_moment() == "2020-09-13T12:26:40Z"


def test_a_given_time_is_the_time_whatever_the_clock_says(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "253402300799")
    monkeypatch.setattr("time.time", lambda: NOW)
    build()
    assert note_moment() == "9999-12-31T23:59:59Z"


def test_a_file_of_the_future_is_of_now(monkeypatch):
    write(BANK, moment=NOW + 999)
    monkeypatch.setattr("time.time", lambda: NOW)
    build()
    assert note_moment() == "2023-11-14T22:13:20Z"


def test_the_commit_dates_what_is_committed(folder):
    commit = {"GIT_COMMITTER_DATE": "1650000000 +0000", "GIT_AUTHOR_DATE": "1650000000 +0000"}
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "a bank"]):
        subprocess.run(["git", *words], cwd=folder, env=os.environ | commit, check=True)
    build()
    assert note_moment() == "2022-04-15T05:20:00Z"


# What check warns of.


def test_a_vanished_question_is_warned_of():
    build()
    write(BANK.replace("  - {id: one, type: true-false, prompt: One is odd., answer: true}\n", ""))
    warning = (
        "quizgen.lock:6:1: vanished warning: question 'one' of bank 'small' is gone and learners keep"
        " its cards; put it back with 'retired: true', or remove this line\n"
    )
    assert warning in run("check", "small.yaml").stdout
    assert warning in build().stderr
    build("--strict", status=1)


def test_a_vanished_bank_is_warned_of_when_its_folder_is_read():
    write(BANK.replace("bank: small", "bank: other"), "other.yaml")
    run("anki", "small.yaml", "other.yaml", "-o", "deck.apkg")
    Path("other.yaml").unlink()
    assert run("check", ".").stdout.count("vanished warning: ") == 3


def test_a_bank_that_is_not_read_has_not_vanished():
    write(BANK.replace("bank: small", "bank: other"), "other.yaml")
    run("anki", "small.yaml", "other.yaml", "-o", "deck.apkg")
    assert "vanished" not in run("check", "small.yaml").stdout


def test_a_question_that_becomes_a_cloze_is_warned_of():
    build()
    cloze = '{id: one, type: cloze, text: "One is {{odd}}."}'
    write(BANK.replace("{id: one, type: true-false, prompt: One is odd., answer: true}", cloze))
    warning = (
        "small.yaml:5:5: kind-changed warning: learners have this as no cloze and it is one now, which"
        " Anki refuses to update; give it a new id and keep the old question with 'retired: true'\n"
    )
    assert warning in run("check", "small.yaml").stdout
    assert build().stderr.count("kind-changed") == 1


def test_a_cloze_that_becomes_a_question_is_warned_of():
    build()
    write(BANK.replace('type: cloze, text: "Three is {{odd}}."', "type: essay, prompt: Why three?"))
    warning = (
        "small.yaml:7:5: kind-changed warning: learners have this as a cloze and it is none now"
    )
    assert warning in build().stderr


def test_another_type_of_the_same_kind_is_no_matter():
    build()
    write(
        BANK.replace("{id: two, type: flashcard, front", "{id: two, type: essay, prompt").replace(
            "back", "answer"
        )
    )
    assert "kind-changed" not in build().stderr


# Retiring.


RETIRED = BANK.replace("answer: true}", "answer: true, retired: true}")


def test_a_retired_question_is_in_no_quiz():
    write(RETIRED)
    for command in ("html", "moodle"):
        run(command, "small.yaml", "-o", "out.txt")
        assert "One is odd" not in Path("out.txt").read_text(encoding="utf-8")
    assert "One is odd" not in run("html", "small.yaml", "-o", "-", "--key", "inline").stdout


def test_a_retired_question_is_counted_apart():
    write(RETIRED)
    printed = run("list", "small.yaml").stdout
    assert "small: A small bank (2 questions)" in printed
    assert "retired    1" in printed
    assert "true-false" not in printed


def test_retired_questions_alone_make_no_quiz():
    write(RETIRED)
    message = "no question that is not retired passes the filters"
    assert message in run("html", "small.yaml", "--type", "true-false", status=1).stderr


# Reading and writing.


names = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,8}", fullmatch=True)
entries = st.builds(
    Entry,
    kind=st.sampled_from(["question", "cloze"]),
    guid=st.uuids().map(str),
    digest=st.from_regex("[0-9a-f]{16}", fullmatch=True),
    modified=st.integers(0, 4_000_000_000),
)
locks = st.builds(
    Lock,
    created=st.integers(1, 4_000_000_000),
    entries=st.dictionaries(st.tuples(names, names), entries, max_size=5),
)


@given(locks)
def test_a_lock_comes_back(made):
    assert parse(show(made), "quizgen.lock") == made


def test_its_times_are_the_same_in_every_time_zone(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Karachi")
        time.tzset()
        assert HEAD in show(parse(HEAD, "quizgen.lock"))
    time.tzset()


def test_windows_line_ends_are_read():
    assert len(parse((HEAD + NOTE).replace("\n", "\r\n"), "quizgen.lock").entries) == 1


def test_of_two_lines_about_a_note_the_later_counts():
    later = NOTE.replace("22:13:20Z", "22:13:59Z").replace("0123456789abcdef", "f" * 16)
    for text in (HEAD + NOTE + later, HEAD + later + NOTE):
        (entry,) = parse(text, "quizgen.lock").entries.values()
        assert entry.digest == "f" * 16


def test_of_two_lines_of_one_second_the_first_counts():
    other = NOTE.replace("0123456789abcdef", "f" * 16)
    (entry,) = parse(HEAD + NOTE + other, "quizgen.lock").entries.values()
    assert entry.digest == "0123456789abcdef"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("<<<<<<< HEAD", "a merge left its mark; remove it, keep the notes of both"),
        ("=======", "a merge left its mark; remove it, keep the notes of both"),
        (">>>>>>> other", "a merge left its mark; remove it, keep the notes of both"),
        ("||||||| base", "a merge left its mark; remove it, keep the notes of both"),
        ("note small/one", "'note small/one' is no line of a lock"),
        ("note small/one essay GUID 01 2023-11-14T22:13:20Z", "is no line of a lock"),
        ("note small/one question GUID 01 yesterday", "is no line of a lock"),
        ("created 2023-11-14", "is no line of a lock"),
        ("created  2023-11-14T22:13:20Z", "is no line of a lock"),
        ("created 2023-W46-2T22:13:20Z", "is no line of a lock"),
        ("created 9999-12-31T23:59:59-01", "is no line of a lock"),
        (NOTE.strip().replace("small/", "/"), "is no line of a lock"),
        (NOTE.strip().replace("/one", "/"), "is no line of a lock"),
        (NOTE.strip().replace("GUID ", " "), "is no line of a lock"),
        (NOTE.strip().replace("/one", "/two"), "the id GUID is that of 'small/one' too"),
        (
            NOTE.strip().replace("note small/one", "note-type"),
            "the id GUID is that of 'small/one' too",
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_an_error(line, message):
    with pytest.raises(QuizgenError) as caught:
        parse(HEAD + NOTE + line + "\n", "quizgen.lock")
    (problem,) = caught.value.problems
    assert str(problem).startswith("quizgen.lock:3:1: lock ")
    assert message in problem.message


def test_a_lock_that_cannot_be_read_stops_a_deck_and_shows_in_check():
    Path("quizgen.lock").write_text("=======\n", encoding="utf-8")
    for result in (build(status=1).stderr, run("check", "small.yaml", status=1).stdout):
        assert "quizgen.lock:1:1: lock a merge left its mark" in result
    assert not Path("deck.apkg").exists()
    run("html", "small.yaml", "-o", "sheet.html")


def test_all_locks_that_cannot_be_read_are_told_of_in_one_run():
    for name in ("a", "b"):
        Path(name).mkdir()
        write(BANK.replace("bank: small", f"bank: {name}"), f"{name}/{name}.yaml")
        Path(name, "quizgen.lock").write_text("=======\n", encoding="utf-8")
    told = run("anki", "a", "b", "-o", "deck.apkg", status=1).stderr
    assert [f"{name}/quizgen.lock:1:1: lock " in told for name in "ab"] == [True, True]


def test_no_lock_is_empty():
    assert parse("", "quizgen.lock") == NO_LOCK
    assert lock.merged({Path("a"): NO_LOCK, Path("b"): NO_LOCK}) == NO_LOCK


# The shipped banks.


def test_the_shipped_lock_is_up_to_date():
    """If it is not: `quizgen anki`, and commit `banks/quizgen.lock`."""
    loaded = banks.load()
    locks = lock.read_locks(loaded)
    output = anki.write(make_quiz(loaded), anki.AnkiOptions(lock=lock.merged(locks)))
    ((path, after),) = lock.renewed(locks, loaded, output.lock).items()
    assert show(after) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "settings",
    [
        {"GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/nowhere/index"},
        {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "log.showSignature",
            "GIT_CONFIG_VALUE_0": "1",
        },
        {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "color.ui", "GIT_CONFIG_VALUE_0": "always"},
    ],
    ids=["in-a-hook", "signatures", "colours"],
)
def test_a_commit_dates_whatever_git_is_set_to(settings, folder, monkeypatch):
    test_the_commit_dates_what_is_committed(folder)
    Path("quizgen.lock").unlink()
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    build()
    assert note_moment() == "2022-04-15T05:20:00Z"
