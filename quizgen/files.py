"""Writing files: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from quizgen.problems import Problem, QuizgenError


def write_files(files: Mapping[Path, bytes]) -> None:
    """Writes each file beside its target, synced, and renames them when all are there.

    Missing folders are made. Raises QuizgenError, with every old file as it was, if one of them
    cannot be written.
    """
    drafts: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            target = Path(os.path.realpath(path))
            drafts[target] = _draft(path, target, data)
        for target, draft in drafts.items():
            try:
                draft.replace(target)
            except OSError as error:
                raise _problem(target, error) from error
    finally:
        for draft in drafts.values():
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)


def check_free(files: Mapping[Path, bytes]) -> None:
    """Raises QuizgenError if one of the files is there already and holds something else."""
    problems = [
        Problem("exists", f"{path} is there already; write elsewhere, or replace it with --force")
        for path, data in files.items()
        if path.is_file() and path.read_bytes() != data
    ]
    if problems:
        raise QuizgenError(problems)


def write_stdout(data: bytes) -> None:
    """The bytes to standard output; a reader that has gone away is no error."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # What is left in the buffer would complain once more when Python ends.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _draft(path: Path, target: Path, data: bytes) -> Path:
    """A hidden file beside the target that holds the data."""
    if target.is_dir():
        raise QuizgenError([Problem("not-written", f"{path} is a folder; name a file with -o")])
    draft = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("xb") as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                draft.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise _problem(path, error) from error
    return draft


def _problem(path: Path, error: OSError) -> QuizgenError:
    reason = error.strerror or str(error)
    message = f"cannot write {path}: {reason}; nothing was changed"
    return QuizgenError([Problem("not-written", message)])
