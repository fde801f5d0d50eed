"""`python -m quizgen`, and the command `quizgen`."""

from __future__ import annotations

import gc
import io
import sys

from quizgen.cli import cli


def main() -> None:
    """Runs the command line in a process of its own."""
    # The process is short and keeps nearly all it makes: looking for cycles costs a third of it.
    gc.disable()
    # Paths and texts of any script are printed, also where the terminal's encoding lacks them.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="quizgen")


if __name__ == "__main__":
    main()
