"""When a bank's content last changed: the time that an Anki package carries."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from quizgen.model import Bank
from quizgen.problems import Problem, QuizgenError


def moment(banks: Sequence[Bank]) -> int:
    """Seconds since 1970: SOURCE_DATE_EPOCH, else the commit's, else the newest bank file's.

    Never later than now. Raises QuizgenError if SOURCE_DATE_EPOCH is no number.
    """
    now = int(time.time())
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is not None:
        if not (given.isascii() and given.isdigit() and int(given) > 0):
            message = f"SOURCE_DATE_EPOCH is '{given}'; set it to seconds since 1970, or unset it"
            raise QuizgenError([Problem("source-date-epoch", message)])
        return min(int(given), now)
    files = [Path(bank.span.file).resolve() for bank in banks]
    found = max(
        _commit_time(file) or bank.modified for file, bank in zip(files, banks, strict=True)
    )
    return min(found, now)


def _commit_time(file: Path) -> int | None:
    """When the file was last committed; None if it is not under git or has changed since."""
    git = ["git", "-C", str(file.parent)]
    try:
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--", file.name],
            capture_output=True,
            check=True,
            text=True,
        )
        if changed.stdout:
            return None
        commit = subprocess.run(
            [*git, "log", "-1", "--format=%ct", "--", file.name],
            capture_output=True,
            check=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return int(commit.stdout) if commit.stdout.strip() else None
