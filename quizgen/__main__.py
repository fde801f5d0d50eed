"""`python -m quizgen`, and the command `quizgen`."""

from __future__ import annotations

import gc
import io
import signal
import sys
from types import FrameType

from quizgen.cli import cli


def main() -> None:
    """Runs the command line in a process of its own."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has but one of them
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)
    # The process is short and keeps nearly all it makes: looking for cycles costs a third of it.
    gc.disable()
    # Paths and texts of any script are printed, also where the terminal's encoding lacks them.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="quizgen")


def _end(number: int, frame: FrameType | None) -> None:
    """Ends as an interrupt does, so that drafts and browsers go with the process."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
