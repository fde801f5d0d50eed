"""An Anki package from notes: a SQLite collection and its media in a zip, streamed.

genanki knows the schema of a collection, its decks and note types. What it would gather is streamed
here: rows go in batches into a file without a name, which is deflated as it is read back.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import genanki as untyped_genanki

from quizgen.drafts import collect, make_held
from quizgen.model import Media
from quizgen.problems import Problem, QuizgenError
from quizgen.writers.output import batches

genanki: Any = untyped_genanki  # it carries no types


@dataclass(frozen=True, slots=True)
class Note:
    """A note as the package holds it.

    Fields and tags in order; `modified` in seconds since 1970; `cards` by their templates' place.
    """

    guid: str
    model: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    cards: tuple[int, ...]
    modified: int


class DatedModel(genanki.Model):  # type: ignore[misc]  # genanki carries no types
    """A note type with a date of its own."""

    modified: int

    def to_json(self, timestamp: float, deck_id: int) -> Mapping[str, object]:
        """The note type as genanki writes it, but for its date."""
        return {**genanki.Model.to_json(self, timestamp, deck_id), "mod": self.modified}


class StreamedDeck(genanki.Deck):  # type: ignore[misc]  # genanki carries no types
    """A deck whose notes are written as they come, rather than gathered first.

    `describe` is asked for the description when they are all written; `due` numbers new cards.
    """

    def __init__(
        self, name: str, describe: Callable[[], str], notes: Iterable[Note], due: Iterator[int]
    ) -> None:
        genanki.Deck.__init__(self, stable_id("deck", name), name)
        self._describe = describe
        self._stream = notes
        self._due = due

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterator[int]) -> None:
        """The notes in batches, then the deck and its note types as genanki writes them."""
        if not cursor.connection.in_transaction:
            # Python begins one at an INSERT, which it fails to know by its I in a Turkish locale.
            cursor.execute("BEGIN")
        for batch in batches(self._stream, 500):
            notes: list[tuple[object, ...]] = []
            cards: list[tuple[int, ...]] = []
            for note in batch:
                key = next(id_gen)
                due = next(self._due)
                tags = f" {' '.join(note.tags)} "
                fields = "\x1f".join(note.fields)
                sort = note.fields[SORT_FIELD]
                notes.append((key, note.guid, note.model, note.modified, tags, fields, sort))
                cards += [
                    (next(id_gen), key, self.deck_id, card, note.modified, due)
                    for card in note.cards
                ]
            cursor.executemany("INSERT INTO notes VALUES(?,?,?,?,-1,?,?,?,0,0,'')", notes)
            cursor.executemany(
                "INSERT INTO cards VALUES(?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')", cards
            )
        self.description = self._describe()
        genanki.Deck.write_to_db(self, cursor, timestamp, id_gen)


SORT_FIELD = 2
"""The place of the field that Anki's browser shows and sorts by."""


def stable_id(*parts: str) -> int:
    """A stable number for an id, above 2^30 as Anki's own are."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return (1 << 30) + int.from_bytes(digest[:4]) % (1 << 30)


def package(decks: Sequence[StreamedDeck], created: int, media: Mapping[str, Media]) -> bytes:
    """The .apkg of the decks, the same bytes for the same content on any machine.

    Ids count on from `created` (seconds since 1970). `media` are the files by name, looked at when
    the notes are written. Raises QuizgenError if the disk has no room for the collection.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        with _collection(decks, created) as collection, _entry(archive, "collection.anki2") as file:
            shutil.copyfileobj(collection, file, 1 << 20)
        names = {str(place): name for place, name in enumerate(sorted(media))}
        with _entry(archive, "media") as file:
            file.write(json.dumps(names).encode())
        for place, name in names.items():
            with _entry(archive, place) as file:
                file.write(media[name].data)
    return buffer.getvalue()


@contextmanager
def _collection(decks: Sequence[StreamedDeck], created: int) -> Generator[IO[bytes]]:
    """The collection as a file, read from its beginning; gone with the process, however it ends."""
    with _nameless() as (path, file):
        try:
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA journal_mode = OFF")
                connection.execute("PRAGMA synchronous = OFF")
                if os.name == "posix":
                    path.unlink()
                ids = itertools.count(created * 1000)
                genanki.Package(decks).write_to_db(connection.cursor(), created, ids)
                connection.commit()
        except sqlite3.OperationalError as error:
            raise _no_room(error) from error
        file.seek(96)
        file.write(bytes(4))  # the version of the SQLite library that wrote the file
        file.seek(0)
        yield file


def _no_room(error: Exception) -> QuizgenError:
    message = f"cannot write the collection into a temporary file: {error}; make room for it"
    return QuizgenError([Problem("not-written", message)])


@contextmanager
def _nameless() -> Generator[tuple[Path, IO[bytes]]]:
    """An empty file with a path by which SQLite opens it too.

    A process that is killed before the path is gone leaves it to the next one.
    """
    with ExitStack() as stack:
        try:
            collect(Path(tempfile.gettempdir()), f"{_FILE}*")
            path = make_held(_empty, stack)
            stack.callback(path.unlink, missing_ok=True)
            file = stack.enter_context(path.open("r+b"))
        except OSError as error:
            raise _no_room(error) from error
        yield path, file


_FILE = "quizgen-collection-"


def _empty() -> Path:
    handle, name = tempfile.mkstemp(prefix=_FILE)
    os.close(handle)
    return Path(name)


@contextmanager
def _entry(archive: zipfile.ZipFile, name: str) -> Generator[IO[bytes]]:
    """A deflated file of the zip, dated 1980: the moment of writing is no content."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    info.create_system = 3
    with archive.open(info, "w", force_zip64=False) as file:
        yield file
