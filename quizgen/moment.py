"""When a bank's content last changed: the time that an Anki package carries."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from quizgen.model import Bank
from quizgen.problems import Problem, QuizgenError, shorten

_SECONDS = re.compile("[0-9]{1,12}")
_LAST = 253_402_300_799
"""The last second that has a date: 9999-12-31T23:59:59Z."""


def moment(banks: Sequence[Bank]) -> int:
    """Seconds since 1970: SOURCE_DATE_EPOCH, else the commit's, else the newest bank file's.

    The time that a file has is never taken for later than now; the others are what they are,
    whatever the clock says. Raises QuizgenError if SOURCE_DATE_EPOCH is no such number.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is not None:
        if not (_SECONDS.fullmatch(given) and 0 < int(given) <= _LAST):
            was = f"SOURCE_DATE_EPOCH is '{shorten(given)}'"
            message = f"{was}; set it to seconds since 1970, or unset it"
            raise QuizgenError([Problem("source-date-epoch", message)])
        return int(given)
    now = int(time.time())
    files = [Path(bank.span.file).resolve() for bank in banks]
    return max(
        _commit_time(file) or min(bank.modified, now)
        for file, bank in zip(files, banks, strict=True)
    )


def _commit_time(file: Path) -> int | None:
    """When the file was last committed; None if it is not under git or has changed since."""
    git = ["git", "-C", str(file.parent)]
    log = ["log", "-1", "--no-show-signature", "--format=%ct"]
    # Within a hook these name the repository of the hook.
    environment = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    try:
        changed, commit = (
            subprocess.run(
                [*git, *words, "--", file.name], capture_output=True, check=True, env=environment
            ).stdout
            for words in (["status", "--porcelain"], log)
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return int(commit) if commit.strip() and not changed else None


_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
