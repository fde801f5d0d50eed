"""The lock file: what the notes of a deck were, and when each last changed.

Anki takes an edit only if the note is dated later than the one it has. The lock beside the banks
keeps every note's date, so that an edit moves it and nothing else does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from quizgen.drafts import hold
from quizgen.model import Bank, Cloze, Question
from quizgen.problems import Problem, QuizgenError, Severity, Span, shorten
from quizgen.resources import is_installed
from quizgen.source import FORBIDDEN, read_file

NAME = "quizgen.lock"

_HEAD = """\
# What the decks of these banks hold, and when each note last changed. A build writes it; commit it
# with the banks. After a merge keep the lines of both sides and build again.
"""

Name = tuple[str, str]
"""A bank's id and a question's, or NOTE_TYPES and the kind of a note type."""

NOTE_TYPES = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A note, or a note type, as it was last built.

    `kind` is that of its note type; `guid` is what Anki knows it by; `digest` is of its content;
    `modified` is when that changed, in seconds since 1970; `span` is its line in the lock.
    """

    kind: str
    guid: str
    digest: str
    modified: int
    span: Span | None = field(default=None, compare=False)

    def dated(self, before: Entry | None) -> Entry:
        """The entry as it goes into the lock: later than the one before, or that one if equal."""
        if before is None:
            return self
        if (before.kind, before.digest) == (self.kind, self.digest):
            return before
        return replace(self, modified=max(self.modified, before.modified + 1))


@dataclass(frozen=True)
class Lock:
    """Entries by name. `created` is when the first was, in seconds since 1970; 0 for no lock."""

    created: int = 0
    entries: Mapping[Name, Entry] = field(default_factory=dict[Name, Entry])


NO_LOCK = Lock()

Locks = Mapping[Path, Lock]
"""The lock of each folder that holds banks, by its file."""


def kind_of(question: Question) -> str:
    """The kind of note that a question becomes: Anki never turns one into the other."""
    return "cloze" if isinstance(question, Cloze) else "question"


@contextmanager
def held(banks: Iterable[Bank], seconds: float = 60) -> Generator[None]:
    """Has other builds beside these banks wait until this one has read and written the locks.

    Raises QuizgenError if another build has not ended within so many seconds. Windows, and file
    systems that know no locks, do not wait.
    """
    with ExitStack() as stack:
        end = time.monotonic() + seconds
        for path in sorted({_beside(bank) for bank in banks}):
            if not is_installed(path):
                with suppress(OSError):
                    _wait(path.parent, stack, end)
        yield


def _wait(folder: Path, stack: ExitStack, end: float) -> None:
    while not hold(folder, stack):
        if time.monotonic() > end:
            message = f"another build beside {folder} has not ended; wait for it, or end it"
            raise QuizgenError([Problem("busy", message)])
        time.sleep(0.02)


def read_locks(banks: Iterable[Bank]) -> Locks:
    """The locks beside the banks; an empty one where there is none yet.

    Raises QuizgenError with every line that cannot be read.
    """
    locks: dict[Path, Lock] = {}
    problems: list[Problem] = []
    for path in dict.fromkeys(map(_beside, banks)):
        locks[path] = NO_LOCK
        if path.exists():
            try:
                locks[path] = parse(read_file(path), str(path))
            except QuizgenError as error:
                problems += error.problems
    if problems:
        raise QuizgenError(problems)
    return locks


def parse(text: str, file: str) -> Lock:
    """A lock from its text; of two lines about one note, as a merge may leave, the later counts.

    Raises QuizgenError with every line that cannot be read; `file` is the name that it carries.
    """
    created: list[int] = []
    entries: dict[Name, Entry] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        span = Span(file, number, 1)
        try:
            words = line.split(" ")
            match words if all(words) and not FORBIDDEN.search(line) else ():
                case ["created", time]:
                    created.append(_seconds(time))
                case ["note-type", ("question" | "cloze") as kind, guid, digest, time]:
                    _add(
                        entries, (NOTE_TYPES, kind), Entry(kind, guid, digest, _seconds(time), span)
                    )
                case ["note", path, ("question" | "cloze") as kind, guid, digest, time]:
                    _add(entries, _name(path), Entry(kind, guid, digest, _seconds(time), span))
                case _:
                    problems.append(_unreadable(line, span))
        except ValueError:
            problems.append(_unreadable(line, span))
    problems += _shared_guids(entries)
    if problems:
        raise QuizgenError(problems)
    return Lock(min(created, default=0), entries)


def show(lock: Lock) -> str:
    """The text of a lock: a line a note, sorted by name, so that a diff tells what changed."""
    lines = [f"created {_moment(lock.created)}"]
    for (bank, name), each in sorted(lock.entries.items(), key=lambda pair: pair[0]):
        what = f"note {bank}/{name} {each.kind}" if bank else f"note-type {name}"
        lines.append(f"{what} {each.guid} {each.digest} {_moment(each.modified)}")
    return _HEAD + "\n".join(lines) + "\n"


def merged(locks: Locks) -> Lock:
    """All locks as one. Of a note type that several know, the latest entry counts."""
    entries: dict[Name, Entry] = {}
    for lock in locks.values():
        for name, entry in lock.entries.items():
            _add(entries, name, entry)
    return Lock(min((lock.created for lock in locks.values() if lock.created), default=0), entries)


def renewed(locks: Locks, banks: Iterable[Bank], built: Lock) -> dict[Path, Lock]:
    """The locks after a build, each with the entries of its own banks; others stay as they are."""
    homes = {bank.id: _beside(bank) for bank in banks}
    found = {path: dict(lock.entries) for path, lock in locks.items()}
    for name, entry in built.entries.items():
        for path in [homes[name[0]]] if name[0] else found:
            found[path][name] = entry
    return {
        path: Lock(locks[path].created or built.created, entries) for path, entries in found.items()
    }


def lock_files(locks: Mapping[Path, Lock]) -> tuple[dict[Path, bytes], list[Problem]]:
    """The files to be written, and a warning for each that cannot be.

    Those are written whose text changes, but for banks that came with an installed package.
    """
    files: dict[Path, bytes] = {}
    problems: list[Problem] = []
    for path, lock in locks.items():
        data = show(lock).encode()
        if is_installed(path) or (path.exists() and path.read_bytes() == data):
            continue
        places = [each for each in (path.parent, path) if each.exists()]
        if all(os.access(each, os.W_OK) for each in places):
            files[path] = data
        else:
            message = (
                "the lock cannot be written, so what this deck holds is not kept;"
                " build from a copy of the banks if learners are to get its updates"
            )
            problem = Problem("lock-not-kept", message, Span(str(path), 1, 1))
            problems.append(replace(problem, severity=Severity.WARNING))
    return files, problems


def changes(before: Locks, after: Locks, banks: Iterable[Bank]) -> list[Problem]:
    """An error for each question whose note a lock does not know as it is, or for a whole lock."""
    spans = {(bank.id, each.id): each.span for bank in banks for each in bank.questions}
    problems: list[Problem] = []
    for path in lock_files(after)[0]:
        old, new = before[path].entries, after[path].entries
        changed = [name for name, entry in new.items() if old.get(name) != entry]
        problems += (
            Problem("locked", f"the note is not as in {path}; build without --locked", spans[name])
            for name in changed
            if name in spans
        )
        if not any(name in spans for name in changed):
            message = "a build would change this file; build without --locked"
            problems.append(Problem("locked", message, Span(str(path), 1, 1)))
    return problems


def review_locks(banks: Sequence[Bank]) -> Iterator[Problem]:
    """What is wrong with the locks beside the banks, and what learners have that banks lost."""
    try:
        locks = read_locks(banks)
    except QuizgenError as error:
        yield from error.problems
    else:
        yield from lost(banks, locks)


def lost(banks: Sequence[Bank], locks: Locks) -> Iterator[Problem]:
    """Warnings of notes that learners have and the banks no longer build as they were."""
    for path, lock in locks.items():
        own = {bank.id: bank for bank in banks if _beside(bank) == path}
        known = {(bank.id, each.id): each for bank in own.values() for each in bank.questions}
        whole = _all_read(path.parent, own.values())
        for name, entry in lock.entries.items():
            bank, question = name
            found = known.get(name)
            if found is None and bank and (whole or bank in own):
                message = (
                    f"question '{question}' of bank '{bank}' is gone and learners keep its cards;"
                    " put it back with 'retired: true', or remove this line"
                )
                yield Problem("vanished", message, entry.span, severity=Severity.WARNING)
            elif found:
                yield from kind_changed(found, entry)


def kind_changed(question: Question, entry: Entry | None) -> Iterator[Problem]:
    """A warning if the question was a cloze when its deck was last built and is none now."""
    if entry and entry.kind != kind_of(question):
        was, now = ("a cloze", "none") if entry.kind == "cloze" else ("no cloze", "one")
        message = (
            f"learners have this as {was} and it is {now} now, which Anki refuses to update;"
            " give it a new id and keep the old question with 'retired: true'"
        )
        yield Problem("kind-changed", message, question.span, severity=Severity.WARNING)


def _all_read(folder: Path, banks: Iterable[Bank]) -> bool:
    """Whether these are all the banks that a folder holds."""
    read = {Path(bank.span.file).name for bank in banks}
    return all(each.name in read for each in folder.glob("*.y*ml"))


def _beside(bank: Bank) -> Path:
    return Path(bank.span.file).parent / NAME


def _add(entries: dict[Name, Entry], name: Name, entry: Entry) -> None:
    """Adds an entry, unless a later one of that name is there."""
    before = entries.get(name)
    if before is None or before.modified < entry.modified:
        entries[name] = entry


def _shared_guids(entries: Mapping[Name, Entry]) -> Iterator[Problem]:
    first: dict[str, Name] = {}
    for name, entry in entries.items():
        other = first.setdefault(entry.guid, name)
        if other != name:
            message = f"the id {entry.guid} is that of '{'/'.join(other)}' too; remove one line"
            yield Problem("lock", message, entry.span)


def _unreadable(line: str, span: Span) -> Problem:
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
        return Problem("lock", "a merge left its mark; remove it, keep the notes of both", span)
    message = f"'{shorten(line)}' is no line of a lock; take the line back from the last commit"
    return Problem("lock", message, span)


def _name(path: str) -> Name:
    """Bank and question. Raises ValueError where one of them is not named."""
    bank, _, question = path.partition("/")
    if not (bank and question):
        raise ValueError(path)
    return bank, question


def _moment(seconds: int) -> str:
    moment = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    return f"{moment.isoformat(timespec='seconds')}Z"


def _seconds(time: str) -> int:
    """Seconds since 1970. Raises ValueError for anything but what _moment writes."""
    seconds = int(datetime.fromisoformat(time).timestamp())
    if _moment(seconds) != time:
        raise ValueError(time)
    return seconds
