"""Writing files: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from quizgen.drafts import Draft, draft
from quizgen.problems import Problem, QuizgenError


def write_files(files: Mapping[Path, bytes]) -> None:
    """Writes every file beside its target, and puts them in their places when all are there.

    Missing folders are made; a symbolic link stays and what it leads to is replaced; a file keeps
    its permissions. A signal waits while files take their places. Pipes and devices are written to
    last. Raises QuizgenError, with every old file as it was, if one of them cannot be written.
    """
    targets = _targets(files)
    streams = [path for path in files if is_stream(path)]
    with ExitStack() as stack:
        drafts: dict[Path, Draft] = {}
        for path, target in targets.items():
            if path not in streams:
                try:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    drafts[path] = stack.enter_context(draft(target, files[path]))
                except OSError as error:
                    raise _problem(path, error) from error
        with _uninterrupted():
            _place(drafts)
    for path in streams:
        try:
            with path.open("wb", buffering=0) as stream:
                _pour(stream.fileno(), files[path])
        except OSError as error:
            raise _problem(path, error, [each for each in files if each != path]) from error


def is_stream(path: Path) -> bool:
    """Whether there is a pipe or a device of that name: it takes data and holds none."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def check_free(files: Mapping[Path, bytes]) -> None:
    """Raises QuizgenError if one of the files is there already and holds something else."""
    problems = [
        Problem("exists", f"{path} is there already; write elsewhere, or replace it with --force")
        for path, data in files.items()
        if path.is_file() and path.read_bytes() != data
    ]
    if problems:
        raise QuizgenError(problems)


def check_apart(paths: Iterable[Path], sources: Iterable[Path]) -> None:
    """Raises QuizgenError if one of the paths leads to one of the sources."""
    known = set(map(os.path.realpath, sources))
    problems = [
        Problem("not-written", f"{path} is read by this command; name another file with -o")
        for path in paths
        if os.path.realpath(path) in known
    ]
    if problems:
        raise QuizgenError(problems)


def write_stdout(data: bytes) -> None:
    """The bytes to standard output; a reader that has gone away is no error.

    Raises QuizgenError if it takes no more.
    """
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        abandon_stdout()
    except (OSError, AttributeError) as error:  # None, if it was closed from the beginning
        abandon_stdout()
        reason = getattr(error, "strerror", None) or "it is closed"
        message = f"cannot write to standard output: {reason}"
        raise QuizgenError([Problem("not-written", message)]) from error


def abandon_stdout() -> None:
    """Keeps what is left in the buffer from complaining once more when Python ends."""
    with contextlib.suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _targets(paths: Iterable[Path]) -> dict[Path, Path]:
    """Where the paths lead. Raises QuizgenError if one can hold no file, or two are one."""
    targets: dict[Path, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        target = Path(os.path.realpath(path))
        message = _refused(path)
        for other, known in targets.items():
            if target == known:
                message = f"{other} and {path} are one file; give them names of their own"
        if message:
            problems.append(Problem("not-written", message))
        targets[path] = target
    if problems:
        raise QuizgenError(problems)
    return targets


def _refused(path: Path) -> str | None:
    """Why there can be no file of that name; None if there can."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        return _not_written(path, error)
    if stat.S_ISDIR(mode):
        return f"{path} is a folder; name a file with -o"
    if not stat.S_ISREG(mode) and not is_stream(path):
        return f"{path} is neither a file nor a pipe; name a file with -o"
    if not os.access(path, os.W_OK):
        return f"{path} is read-only; nothing was changed"
    return None


def _place(drafts: Mapping[Path, Draft]) -> None:
    placed: list[Path] = []
    for path, each in drafts.items():
        try:
            each.place()
        except OSError as error:
            raise _problem(path, error, placed) from error
        placed.append(path)


@contextmanager
def _uninterrupted() -> Generator[None]:
    """Has signals wait for the end of the block, where the system can do that."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    )
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _pour(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def _problem(path: Path, error: OSError, written: Iterable[Path] = ()) -> QuizgenError:
    return QuizgenError([Problem("not-written", _not_written(path, error, written))])


def _not_written(path: Path, error: Exception, written: Iterable[Path] = ()) -> str:
    reason = getattr(error, "strerror", None) or error
    names = ", ".join(map(str, written))
    return f"cannot write {path}: {reason}; {f'{names} were' if names else 'nothing was'} changed"
