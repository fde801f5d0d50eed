"""Finding and loading banks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from quizgen.decode import decode
from quizgen.lint import check
from quizgen.lint.names import check_names
from quizgen.markup import Reader, mark_gaps
from quizgen.media import MediaError, read_media
from quizgen.model import Bank, GapText, Media, markdown_of
from quizgen.problems import (
    Problem,
    QuizgenError,
    did_you_mean,
    error_at,
    has_errors,
    sort_problems,
)
from quizgen.resources import resource
from quizgen.source import is_quiz, read_file

_SUFFIXES = (".yaml", ".yml")

MAX_FILES = 20_000
"""How many banks a folder may hold."""

Track = Callable[[Sequence[Path]], Iterable[Path]]


def shipped() -> dict[str, Path]:
    """The banks that come with quizgen, by id."""
    return {path.stem: path for path in sorted(resource("banks").glob("*.yaml"))}


def find(names: Iterable[str | Path] = ()) -> tuple[list[Path], list[Problem]]:
    """The files that the names stand for, and problems with names that stand for none.

    A name is a file, a folder (its `*.yaml` and `*.yml`) or a shipped bank's id; none at all
    means the shipped banks.
    """
    paths: list[Path] = []
    problems: list[Problem] = []
    known = shipped()
    for name in list(names) or known:
        path = Path(name)
        if _is(path.is_dir):
            try:
                found = sorted(each for each in path.iterdir() if each.suffix in _SUFFIXES)
            except OSError as error:
                problems += error_at(path, "unreadable", f"cannot read: {error.strerror}").problems
                continue
            if len(found) > MAX_FILES:
                message = (
                    f"the folder holds {len(found):,} banks, the most is {MAX_FILES:,}; split it"
                )
                problems += error_at(path, "too-large", message).problems
                continue
            if not found:
                problems += error_at(path, "no-banks", "the folder holds no *.yaml file").problems
            paths += found
        elif _is(path.exists) or path.suffix or path.name != str(name):
            paths.append(path)
        elif str(name) in known:
            paths.append(known[str(name)])
        else:
            near = did_you_mean(str(name), known) or f"; shipped are {', '.join(known)}"
            problems.append(
                Problem("no-bank", f"'{name}' is no file, folder or shipped bank{near}")
            )
    return list(dict.fromkeys(paths)), problems


def _is(ask: Callable[[], bool]) -> bool:
    """The answer about a path; no for a name that no file can have."""
    try:
        return ask()
    except (OSError, ValueError):
        return False


def read(
    names: Iterable[str | Path] = (), track: Track = iter, *, thorough: bool = False
) -> tuple[tuple[Bank, ...], tuple[Problem, ...]]:
    """The banks that can be read, and every problem of all of them, sorted.

    Quiz files among the banks of a folder are passed over. `track` is handed the files and yields
    them again, for a progress bar. A thorough reading also applies the rules that are left to
    writers otherwise.
    """
    names = list(names)
    paths, problems = find(names)
    banks: list[Bank] = []
    for path in track(paths):
        try:
            text = read_file(path)
            if is_quiz(text):
                if path in map(Path, names):
                    message = "this is a quiz file and no bank; give it alone"
                    problems += error_at(path, "quiz-file", message).problems
                continue
            bank, found = decode(text, str(path))
        except QuizgenError as error:
            problems += error.problems
            continue
        problems += found
        if bank is not None:
            with suppress(OSError):
                bank = replace(bank, modified=int(path.stat().st_mtime))
            if "![" in text or "\\" in text:  # an escape in quotes may stand for either
                bank, found = _with_media(bank, path.parent)
                problems += found
            problems += check(bank, thorough=thorough)
            banks.append(bank)
    problems += _shared_ids(banks)
    problems += check_names(banks)
    return tuple(banks), sort_problems(problems)


def load(names: Iterable[str | Path] = (), track: Track = iter) -> tuple[Bank, ...]:
    """The banks, whole. Raises QuizgenError with every problem if anything is wrong with them."""
    banks, problems = read(names, track)
    if has_errors(problems):
        raise QuizgenError(problems)
    return banks


def _with_media(bank: Bank, folder: Path) -> tuple[Bank, list[Problem]]:
    """The bank with all media that its texts name, and problems with those that cannot be had."""
    reader = Reader()
    media: dict[str, Media] = {}
    problems: list[Problem] = []
    for question in bank.questions:
        for text in markdown_of(question):
            source = mark_gaps(text.pieces)[0] if isinstance(text, GapText) else text.source
            for src in reader.media(source):
                try:
                    media[src] = media.get(src) or read_media(folder, src)
                except MediaError as error:
                    problems.append(Problem(error.code, error.message, text.span))
    return (replace(bank, media=media) if media else bank), problems


def _shared_ids(banks: Iterable[Bank]) -> list[Problem]:
    first: dict[str, Bank] = {}
    problems: list[Problem] = []
    for bank in banks:
        other = first.setdefault(bank.id, bank)
        if other is not bank:
            message = f"the bank id '{bank.id}' is that of {other.span.file}; change one"
            problems.append(Problem("duplicate-bank", message, bank.span))
    return problems
