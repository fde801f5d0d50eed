"""A package brought into a running Anki, and what that changed.

AnkiConnect can add notes one by one, but then Anki gives them ids of its own, and their note types
too: the next release, or the same deck as a file, would bring every note a second time. So Anki is
asked to import the package by its own rules, which know each note by its guid, and is looked at
before and after.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from quizgen.ankiconnect import Anki
from quizgen.problems import Problem, QuizgenError, shorten
from quizgen.report import count_of

_BATCH = 500
"""Of how many notes Anki is asked at once: it answers between two redraws of its window."""

_SMALL_BATCH = 50
"""How many notes it is sent at once: it goes through all it has read after every kilobyte."""

_IMPORT_PATIENCE = 3600
"""How long an import may take, in seconds: Anki says nothing until it is done."""

Batches = Callable[[Sequence[Sequence[int]]], Iterable[Sequence[int]]]
"""Is handed lists of notes and yields them again, for a progress bar."""


Looks = tuple[Mapping[str, Mapping[str, str]], Mapping[str, str]]
"""Templates and style of a note type in the form in which AnkiConnect gives them."""


@dataclass(frozen=True)
class Pushed:
    """What a push did: ids of questions, and names of what it made.

    What was `kept` differs from the package: a learner has edited it since, note or note type.
    """

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]
    decks: tuple[str, ...]
    note_types: tuple[str, ...]
    restyled: tuple[str, ...]
    kept_note_types: tuple[str, ...]
    media: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type of a package: its name, its fields' in order, and its looks."""

    name: str
    fields: tuple[str, ...]
    looks: Looks


@dataclass(frozen=True, slots=True)
class Sent:
    """A note of a package: a digest of its content, and when that changed (seconds since 1970)."""

    guid: str
    note_type: int
    content: bytes
    modified: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A note in Anki.

    `tags` and `fields` are the learner's own, the fields by name and none of them empty;
    `modified` is in seconds since 1970, None if Anki does not say.
    """

    question: str
    note_type: str
    content: bytes
    tags: frozenset[str]
    fields: Mapping[str, str]
    modified: int | None


@dataclass(frozen=True)
class Package:
    """What is in a package: notes by the id of their question, note types by theirs, names."""

    notes: Mapping[str, Sent]
    note_types: Mapping[int, NoteType]
    decks: tuple[str, ...]
    media: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """What Anki has of a package: notes by their id; note types by theirs, as name and looks."""

    notes: Mapping[int, Seen]
    note_types: Mapping[int, tuple[str, Looks]]
    decks: frozenset[str]
    media: frozenset[str]


def push(data: bytes, anki: Anki, track: Batches = iter) -> Pushed:
    """Brings the package `data` into Anki.

    A learner's own tags stay, and so does a note that was edited later than the package's. Raises
    QuizgenError if Anki refuses, falls silent, or does not take all notes.
    """
    with _folder(anki) as folder:
        collection = Path(folder, "collection.anki2")
        file = Path(folder, "deck.apkg")
        with zipfile.ZipFile(BytesIO(data)) as archive:
            archive.extract(collection.name, folder)
            media = tuple(json.loads(archive.read("media")).values())
            with closing(sqlite3.connect(collection)) as connection:
                package = _read(connection, media)
                before = _look(anki, package, track)
                _write_tags(connection, package, before.notes.values())
                _repack(archive, collection, file)
                anki.ask("importPackage", _IMPORT_PATIENCE, path=file.as_posix())
                # Anki's window and its memory of note types are of before the import, and are made
                # anew when a deck is made; these are all there by now.
                anki.ask_all([("createDeck", {"deck": name}) for name in package.decks])
                after = _look(anki, package, track)
                rest = [
                    *_restyling(package, after),
                    *_mending(package, after, connection),
                    *_restoring(before, after),
                ]
                if rest:
                    for start in range(0, len(rest), _SMALL_BATCH):
                        anki.ask_all(rest[start : start + _SMALL_BATCH])
                    after = _look(anki, package, track)
    return _difference(package, before, after)


def show(pushed: Pushed, *, verbose: bool = False) -> Iterator[str]:
    """What a push did, in lines; all names if `verbose`."""
    counts = ", ".join(
        [
            f"{len(pushed.added):,} added",
            f"{len(pushed.updated):,} updated",
            f"{len(pushed.unchanged):,} unchanged",
            *([f"{len(pushed.kept):,} left as edited in Anki"] if pushed.kept else []),
        ]
    )
    yield f"pushed to Anki: {counts}"
    made = {
        "created": [(pushed.decks, "deck"), (pushed.note_types, "note type")],
        "updated": [(pushed.restyled, "note type")],
        "left as edited in Anki": [(pushed.kept_note_types, "note type")],
        "stored": [(pushed.media, "media file")],
    }
    for verb, things in made.items():
        counted = [count_of(len(names), noun) for names, noun in things if names]
        if counted:
            yield f"{verb} {' and '.join(counted)}"
    if verbose:
        parts = {"added": pushed.added, "updated": pushed.updated, "left": pushed.kept}
        for verb, names in parts.items():
            yield from (f"{verb} {name}" for name in names)


@contextmanager
def _folder(anki: Anki) -> Generator[str]:
    """A folder for the package, gone at the end. Raises QuizgenError if it cannot be written to."""
    parent = _within_reach(anki)
    try:
        with tempfile.TemporaryDirectory(prefix="quizgen-", dir=parent) as folder:
            yield folder
    except OSError as error:
        message = f"cannot write into {parent}: {error.strerror or error}; make room, or allow it"
        raise QuizgenError([Problem("not-written", message)]) from error


def _within_reach(anki: Anki) -> Path:
    """A folder that Anki can read: its own, for in a sandbox it sees no other."""
    try:
        media = Path(str(anki.ask("getMediaDirPath")))
    except QuizgenError:  # an older add-on
        return Path(tempfile.gettempdir())
    inside = media.name == "collection.media" and media.is_dir()
    return media.parent if inside else Path(tempfile.gettempdir())


# The package.


def _read(connection: sqlite3.Connection, media: tuple[str, ...]) -> Package:
    models, decks = map(json.loads, connection.execute("SELECT models, decks FROM col").fetchone())
    note_types = {
        int(key): NoteType(
            model["name"], tuple(field["name"] for field in model["flds"]), _looks_of(model)
        )
        for key, model in models.items()
    }
    notes: dict[str, Sent] = {}
    for guid, model, modified, tags, joined in connection.execute(
        "SELECT guid, mid, mod, tags, flds FROM notes"
    ):
        fields = joined.split("\x1f")
        notes[fields[0]] = Sent(guid, model, _content(fields, tags.split()), modified)
    names = tuple(deck["name"] for key, deck in decks.items() if key != "1")  # Anki's own default
    return Package(notes, note_types, names, media)


def _looks_of(model: Any) -> Looks:
    sides = {each["name"]: {"Front": each["qfmt"], "Back": each["afmt"]} for each in model["tmpls"]}
    return sides, {"css": model["css"]}


def _write_tags(connection: sqlite3.Connection, package: Package, seen: Iterable[Seen]) -> None:
    """Gives the notes their learner's own tags, which an update would take away.

    Added afterwards they would date the note anew, and Anki would pass over the next release.
    """
    own = [(note.tags, package.notes[note.question].guid) for note in seen if note.tags]
    with connection:
        connection.executemany(
            "UPDATE notes SET tags = tags || ? || ' ' WHERE guid = ?",
            ((" ".join(sorted(tags)), guid) for tags, guid in own),
        )


def _repack(archive: zipfile.ZipFile, collection: Path, target: Path) -> None:
    """The package with this collection; media are stored as they are, for it is read but once."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
        copy.write(collection, collection.name)
        for name in archive.namelist():
            if name != collection.name:
                with archive.open(name) as source, copy.open(name, "w") as file:
                    shutil.copyfileobj(source, file)


def _content(fields: Iterable[str], tags: Iterable[str]) -> bytes:
    """A digest of what a package says of a note, as Anki keeps it: NFC, and tags in any case."""
    ours = sorted(tag.casefold() for tag in tags if _is_ours(tag))
    text = "\x1e".join(["\x1f".join(fields), *ours])
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).digest()


def _is_ours(tag: str) -> bool:
    """Whether a tag comes from a deck; Anki writes it in the case of one that it has already."""
    return tag.casefold().startswith("quizgen::")


# What Anki has.


def _look(anki: Anki, package: Package, track: Batches) -> View:
    """What Anki has of a package."""
    names, decks, media = anki.ask_all(
        [("modelNamesAndIds", {}), ("deckNames", {}), ("getMediaFilesNames", {})]
    )
    with anki.expecting("modelNamesAndIds"):
        known = {key: name for name, key in names.items() if key in package.note_types}
    looks = anki.ask_all(
        [
            (action, {"modelName": name})
            for name in known.values()
            for action in ("modelTemplates", "modelStyling")
        ]
    )
    with anki.expecting("deckNames"):
        return View(
            notes=_look_at_notes(anki, package, track),
            note_types={
                key: (name, (looks[2 * place], looks[2 * place + 1]))
                for place, (key, name) in enumerate(known.items())
            },
            decks=frozenset(decks),
            media=frozenset(media),
        )


def _look_at_notes(anki: Anki, package: Package, track: Batches) -> Mapping[int, Seen]:
    # A note type that a learner has changed may stand beside ours, its name going on.
    types = [f'mid:{key} OR "note:{each.name}*"' for key, each in package.note_types.items()]
    found = anki.ask("findNotes", query=" OR ".join(types))
    notes: dict[int, Seen] = {}
    with anki.expecting("findNotes"):
        batches = [found[start : start + _BATCH] for start in range(0, len(found), _BATCH)]
        for batch in track(batches):
            for info in anki.ask("notesInfo", notes=batch):
                seen = _see(info, package)
                if seen:
                    notes[info["noteId"]] = seen
    return notes


def _see(info: Any, package: Package) -> Seen | None:
    """A note as Anki tells of it; None if it is of another deck, or was deleted just now."""
    fields = {name: field["value"] for name, field in info.get("fields", {}).items()}
    question = fields.get("Id", "")
    if question not in package.notes:
        return None
    names = package.note_types[package.notes[question].note_type].fields
    values = [fields.pop(name, "") for name in names]
    tags = info["tags"]
    return Seen(
        question=question,
        note_type=info["modelName"],
        content=_content(values, tags),
        tags=frozenset(tag for tag in tags if not _is_ours(tag)),
        fields={name: value for name, value in fields.items() if value},
        modified=info.get("mod"),
    )


Action = tuple[str, Mapping[str, object]]
"""What Anki is asked to do, and with what."""


def _restyling(package: Package, after: View) -> Iterator[Action]:
    """What gives note types the looks of the package where the import does not.

    Since 26.09 an import on another program's behalf dates note types anew each time, so that Anki
    takes none of a later release for newer. So the looks are always those of the deck: what a
    learner wants to be otherwise goes into templates of their own.
    """
    for key, (name, looks) in after.note_types.items():
        sides, style = package.note_types[key].looks
        if looks != (sides, style):
            yield "updateModelTemplates", {"model": {"name": name, "templates": sides}}
            yield "updateModelStyling", {"model": {"name": name, **style}}


def _mending(package: Package, after: View, connection: sqlite3.Connection) -> Iterator[Action]:
    """What updates the notes that the import passes over though no learner has edited them since.

    It does so if the learner has given their note type a field more.
    """
    stale: dict[str, tuple[int, Seen]] = {}
    for key, note in after.notes.items():
        sent = package.notes[note.question]
        if (
            note.content != sent.content
            and note.modified is not None
            and note.modified <= sent.modified
            and note.note_type == package.note_types[sent.note_type].name
        ):
            stale[sent.guid] = (key, note)
    for guid, model, tags, joined in connection.execute("SELECT guid, mid, tags, flds FROM notes"):
        if guid in stale:
            key, note = stale[guid]
            fields = dict(zip(package.note_types[model].fields, joined.split("\x1f"), strict=True))
            whole = {"id": key, "fields": fields, "tags": sorted({*tags.split(), *note.tags})}
            yield "updateNote", {"note": whole}


def _restoring(before: View, after: View) -> Iterator[Action]:
    """What gives back the learner's own fields, which an update by Anki from 26.09 on empties."""
    for key, note in after.notes.items():
        old = before.notes.get(key)
        if old and old.fields != note.fields:
            yield "updateNote", {"note": {"id": key, "fields": old.fields}}


def _difference(package: Package, before: View, after: View) -> Pushed:
    types = before.note_types
    kinds: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": [], "kept": []}
    for key, note in after.notes.items():
        old = before.notes.get(key)
        if old is None:
            kind = "added"
        elif old.content != note.content:
            kind = "updated"
        else:
            same = note.content == package.notes[note.question].content
            kind = "unchanged" if same else "kept"
        kinds[kind].append(note.question)
    missing = package.notes.keys() - {note.question for note in after.notes.values()}
    if missing:
        names = shorten(", ".join(sorted(missing)), 200)
        message = f"Anki did not take {names}; write a package with -o and import that"
        raise QuizgenError([Problem("anki-error", message)])
    return Pushed(
        **{kind: tuple(sorted(set(names))) for kind, names in kinds.items()},
        decks=tuple(sorted(after.decks - before.decks)),
        note_types=tuple(
            sorted(name for key, (name, _) in after.note_types.items() if key not in types)
        ),
        restyled=tuple(
            sorted(
                name
                for key, (name, looks) in after.note_types.items()
                if key in types and types[key][1] != looks
            )
        ),
        kept_note_types=tuple(
            sorted(
                name
                for key, (name, looks) in after.note_types.items()
                if looks != package.note_types[key].looks
            )
        ),
        media=tuple(sorted((after.media - before.media) & set(package.media))),
    )
