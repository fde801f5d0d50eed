"""`python -m quizgen`, and the command `quizgen`."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_INTERRUPTED = "interrupted; each file is the old one or the new one, whole\n"


class _Ended(SystemExit):
    """A signal has come; exit status as a shell's, 128 and the signal's number."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.number = number


def run() -> None:
    """Runs the command line in a process of its own, and ends the process.

    The system takes the memory back whole; Python would free a large bank object by object, which
    takes a twentieth of the time.
    """
    code: str | int | None = None
    try:
        main()
    except SystemExit as end:
        code = end.code
    with suppress(OSError, ValueError):  # what nobody reads any more, Python's own end tells of
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # pyright: ignore[reportUnnecessaryComparison]  # if it is closed
                stream.flush()
        if not isinstance(code, str):
            os._exit(code or 0)
    sys.exit(code)


def main() -> None:
    """Runs the command line; raises SystemExit."""
    handled = [number for name in _SIGNALS if (number := _given(name)) is not None]
    for number in handled:
        signal.signal(number, _end)
    sys.unraisablehook, before = _send_again, sys.unraisablehook
    try:
        _run()
    except _Ended as end:
        if sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison]  # if it is closed
            sys.stderr.write(_INTERRUPTED)
        sys.exit(end.code)
    finally:
        for number in handled:  # Python's own end has nothing to put away
            signal.signal(number, signal.SIG_DFL)
        sys.unraisablehook = before


def _run() -> None:
    # Imported when signals are awaited: this takes most of a short command's time.
    import gc
    import io

    from quizgen.cli import cli
    from quizgen.files import abandon_stdout

    # The process is short and keeps nearly all it makes: looking for cycles costs a third of it.
    gc.disable()
    # Paths and texts of any script are printed, also where the terminal's encoding lacks them.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli(prog_name="quizgen")
    except OSError as error:  # help, or the like, goes where no room is
        abandon_stdout()
        place, reason = error.filename or "standard output", error.strerror or error
        sys.stderr.write(f"not-written cannot write to {place}: {reason}\n")
        sys.exit(1)


def _given(name: str) -> int | None:
    """The number of a signal that ends the process; None if the system or the caller says no."""
    number: signal.Signals | None = getattr(signal, name, None)
    ending = (signal.SIG_DFL, signal.default_int_handler)
    return number if number is not None and signal.getsignal(number) in ending else None


def _end(number: int, frame: FrameType | None) -> None:
    """Ends as an error does, so that drafts and browsers go with the process."""
    raise _Ended(number)


def _send_again(ignored: UnraisableHookArgs) -> None:
    """Sends a signal again that came while nothing could be raised, as in a finalizer."""
    if isinstance(ignored.exc_value, _Ended):
        _thread.start_new_thread(_send_later, (_thread.get_ident(), ignored.exc_value.number))
    else:
        sys.__unraisablehook__(ignored)


def _send_later(thread: int, number: int) -> None:
    time.sleep(0.01)  # until the finalizer has ended
    if sys.platform == "win32":
        signal.raise_signal(number)
    else:
        signal.pthread_kill(thread, number)  # which ends its waiting, too


if __name__ == "__main__":
    run()
