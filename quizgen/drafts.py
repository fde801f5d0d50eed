"""Files on their way to their places.

A draft has no name where the system knows such files (O_TMPFILE), and a hidden one elsewhere: a
process that is killed leaves nothing behind, or a file that is known by its name and by a lock that
nobody holds, which the next draft in that folder takes away.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol


class Draft(Protocol):
    """A synced file that is not yet where it belongs."""

    def place(self) -> None:
        """Puts it in the place of its target, in one step. Raises OSError."""
        ...


def _hidden(folder: Path) -> Path:
    return folder / f".quizgen-{os.urandom(6).hex()}.tmp"


if sys.platform == "win32":

    def hold(path: Path, stack: ExitStack) -> bool:
        """Nothing is locked on Windows."""
        return True

    def collect(folder: Path, pattern: str) -> None:
        """Nothing is collected, for nobody can tell what is held."""

    class _Named:
        def __init__(self, target: Path) -> None:
            self._target, self.name = target, _hidden(target.parent)

        def place(self) -> None:
            self.name.replace(self._target)

    @contextmanager
    def draft(target: Path, data: bytes) -> Generator[Draft]:
        """The data beside the target, gone at the end unless it was placed. Raises OSError."""
        made = _Named(target)
        try:
            with made.name.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            yield made
        finally:
            with contextlib.suppress(OSError):
                made.name.unlink(missing_ok=True)

else:
    import fcntl

    def hold(path: Path, stack: ExitStack) -> bool:
        """Whether this process has a file or folder to itself now, until the stack is closed.

        Raises OSError where the file system knows no locks.
        """
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with ExitStack() as opened:
            opened.callback(os.close, handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            stack.push(opened.pop_all())
        return True

    class _Locked:
        """An open file, locked while its process lives; `name` is None until it has one."""

        def __init__(self, target: Path) -> None:
            self._target = target
            self.name: Path | None = None
            handle = self._without_name()
            while handle is None:
                handle = self._with_name()
            self.handle = handle

        def place(self) -> None:
            if self.name is None:
                name = _hidden(self._target.parent)
                # Only where it is given a folder does Python have the link followed.
                folder = os.open(self._target.parent, os.O_RDONLY)
                try:
                    os.link(f"/proc/self/fd/{self.handle}", name.name, dst_dir_fd=folder)
                finally:
                    os.close(folder)
                self.name = name
            self.name.replace(self._target)

        def close(self) -> None:
            if self.name is not None:
                with contextlib.suppress(OSError):
                    self.name.unlink(missing_ok=True)
            os.close(self.handle)

        def _without_name(self) -> int | None:
            flag = getattr(os, "O_TMPFILE", None)
            if flag is None:
                return None
            try:
                handle = os.open(self._target.parent, flag | os.O_WRONLY, 0o666)
            except OSError:  # not on this file system; what else there is shows at the next step
                return None
            if Path(f"/proc/self/fd/{handle}").exists():
                _lock(handle)
                return handle
            os.close(handle)
            return None

        def _with_name(self) -> int | None:
            """None if another process took it for left behind before it was locked."""
            self.name = _hidden(self._target.parent)
            handle = os.open(self.name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
            _lock(handle)
            if os.fstat(handle).st_nlink:
                return handle
            os.close(handle)
            return None

    @contextmanager
    def draft(target: Path, data: bytes) -> Generator[Draft]:
        """The data beside the target, gone at the end unless it was placed. Raises OSError."""
        collect(target.parent, ".quizgen-*.tmp")
        made = _Locked(target)
        try:
            handle = made.handle
            with open(handle, "wb", closefd=False) as file:
                file.write(data)
            with contextlib.suppress(FileNotFoundError):
                os.fchmod(handle, target.stat().st_mode & 0o777)
            os.fsync(handle)
            yield made
        finally:
            made.close()

    def _lock(handle: int) -> None:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)

    def collect(folder: Path, pattern: str) -> None:
        """Takes away the files and folders of such names that nobody holds."""
        for path in folder.glob(pattern):
            with contextlib.suppress(OSError), ExitStack() as stack:
                if hold(path, stack):
                    if path.is_dir():
                        shutil.rmtree(path, ignore_errors=True)
                    else:
                        path.unlink()


def make_held(make: Callable[[], Path], stack: ExitStack) -> Path:
    """What `make` makes anew, held until the stack is closed, so that nobody collects it.

    Raises OSError as `make` does.
    """
    while True:
        path = make()
        try:
            if hold(path, stack) and path.exists():
                return path
        except OSError:  # no locks here, or taken for left behind before it was held
            if path.exists():
                return path
