"""A browser without a window, spoken to over two pipes in the DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/. No port is opened and no file of the user's
is touched: the profile is a folder of its own that goes with the browser.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

from quizgen.drafts import collect, make_held
from quizgen.problems import Problem, QuizgenError

START = 60.0
"""How long a browser may take to answer for the first time, in seconds."""

_FOLDER = "quizgen-browser-"

_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--lang=en-US",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-breakpad",
    "--disable-quic",
    "--metrics-recording-only",
    "--no-pings",
    "--mute-audio",
    "--hide-scrollbars",
    "--password-store=basic",
    "--use-mock-keychain",
    # A page has all that it needs in it: nothing is asked for elsewhere, whatever a template says.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-proxy-server",
)


class Process(Protocol):
    """A running browser."""

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within the time."""
        ...

    def kill(self) -> None:
        """Ends it and all that it has started."""
        ...


class Browser:
    """A connection to a running browser; `call` asks and waits for the answer."""

    def __init__(self, reader: int, writer: int, errors: Path) -> None:
        self._writer = writer
        self._errors = errors
        self._number = 0
        self._messages: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(reader,), daemon=True).start()

    def call(
        self, method: str, timeout: float, session: str | None = None, **params: object
    ) -> dict[str, Any]:
        """The result of a DevTools method, asked of a session or of the browser as a whole.

        Raises QuizgenError if it fails, or is not there within so many seconds.
        """
        try:
            number = self._send(method, session, params)
        except OSError as error:
            raise self._failure("it has ended") from error
        end = time.monotonic() + timeout
        while True:
            try:
                answer = self._messages.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise self._failure(f"no answer in {timeout:.0f} seconds") from None
            if answer is None:
                raise self._failure("it has ended")
            if answer.get("id") != number:
                continue  # an event, which nobody waits for
            if "error" in answer:
                raise self._failure(str(answer["error"].get("message")))
            result: dict[str, Any] = answer["result"]
            return result

    def close(self) -> None:
        """Asks it to end, which takes a while."""
        with contextlib.suppress(OSError):
            self._send("Browser.close", None, {})

    def _send(self, method: str, session: str | None, params: Mapping[str, object]) -> int:
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._writer, data) :]
        return self._number

    def _read(self, reader: int) -> None:
        rest = b""
        with contextlib.suppress(OSError, ValueError), open(reader, "rb", buffering=0) as pipe:
            parts: list[bytes] = []
            while data := pipe.read(1 << 20):
                *ended, rest = data.split(b"\0")
                for each in ended:
                    self._messages.put(json.loads(b"".join([*parts, each])))
                    parts.clear()
                parts.append(rest)
        self._messages.put(None)

    def _failure(self, reason: str) -> QuizgenError:
        """What went wrong, with the last thing that the browser said."""
        said = ""
        with contextlib.suppress(OSError):
            lines = self._errors.read_text(encoding="utf-8", errors="replace").split("\n")
            said = next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")
        message = f"the browser could not print: {reason}{f' ({said})' if said else ''}"
        return QuizgenError([Problem("browser", f"{message}; name another one with --browser")])


@contextmanager
def running(program: Path) -> Generator[Browser]:
    """A browser that ends with the block, and all that it has started with it.

    It starts while the block begins: what it is to do can be prepared meanwhile. Raises
    QuizgenError if there is nothing to start.
    """
    collect(Path(tempfile.gettempdir()), f"{_FOLDER}*")  # what a killed process had no time for
    process: Process | None = None
    writer = -1
    held = ExitStack()
    folder = make_held(lambda: Path(tempfile.mkdtemp(prefix=_FOLDER)), held)
    try:
        arguments = [str(program), *_FLAGS, f"--user-data-dir={folder / 'profile'}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")  # Chromium refuses to run as root with it
        try:
            process, reader, writer = _start(arguments, folder / "errors")
        except OSError as error:
            message = f"cannot start {program}: {error.strerror}; name another with --browser"
            raise QuizgenError([Problem("browser", message)]) from error
        browser = Browser(reader, writer, folder / "errors")
        yield browser
        browser.close()
        process.wait(3)
    finally:
        if writer >= 0:
            with contextlib.suppress(OSError):
                os.close(writer)
        if process is not None:
            process.kill()
        for _ in range(20):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(0.1)
        held.close()


if sys.platform == "win32":

    class _WindowsProcess:
        def __init__(self, process: subprocess.Popen[bytes]) -> None:
            self._process = process

        def wait(self, seconds: float) -> bool:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
            return self._process.poll() is not None

        def kill(self) -> None:
            if self._process.poll() is None:
                number = str(self._process.pid)
                subprocess.run(
                    ["taskkill", "/T", "/F", "/PID", number], capture_output=True, check=False
                )

    def _start(arguments: list[str], errors: Path) -> tuple[Process, int, int]:
        """The process, and the ends of the pipes that it writes to and reads from."""
        import msvcrt

        reads, writer = os.pipe()
        reader, writes = os.pipe()
        handles = [msvcrt.get_osfhandle(end) for end in (reads, writes)]
        for handle in handles:
            os.set_handle_inheritable(handle, True)
        startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})
        pipes = f"--remote-debugging-io-pipes={handles[0]},{handles[1]}"
        process = subprocess.Popen(
            [*arguments, pipes], startupinfo=startup, close_fds=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(reads)
        os.close(writes)
        return _WindowsProcess(process), reader, writer

else:
    import fcntl

    class _PosixProcess:
        """The leader of a process group of its own."""

        def __init__(self, number: int) -> None:
            self._number = number
            self._ended = False

        def wait(self, seconds: float) -> bool:
            end = time.monotonic() + seconds
            while not self._ended and time.monotonic() < end:
                self._ended = os.waitpid(self._number, os.WNOHANG)[0] != 0
                time.sleep(0.01)
            return self._ended

        def kill(self) -> None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._number, signal.SIGKILL)
            if not self._ended:
                os.waitpid(self._number, 0)
                self._ended = True

    def _start(arguments: list[str], errors: Path) -> tuple[Process, int, int]:
        """The process, and the ends of the pipes that it writes to and reads from.

        It reads from its descriptor 3 and writes to 4: what it is given comes from above these.
        """
        log = os.open(errors, os.O_WRONLY | os.O_CREAT, 0o600)
        ends = [*os.pipe(), *os.pipe(), log]
        high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
        for end in ends:
            os.close(end)
        reads, writer, reader, writes, log = high
        try:
            number = os.posix_spawn(
                arguments[0],
                arguments,
                # Fonts are chosen by the reader's language, where the page leaves it open.
                {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "en"},
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, reads, 3),
                    (os.POSIX_SPAWN_DUP2, writes, 4),
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_DUP2, log, 2),
                ],
                setpgroup=0,
            )
        except OSError:
            os.close(writer)
            os.close(reader)
            raise
        finally:
            for end in (reads, writes, log):
                os.close(end)
        return _PosixProcess(number), reader, writer


def evaluate(browser: Browser, session: str, script: str, timeout: float) -> Any:
    """The value of an expression in the page, waited for if it is a promise."""
    result = browser.call(
        "Runtime.evaluate",
        timeout,
        session,
        expression=script,
        awaitPromise=True,
        returnByValue=True,
    )
    details: Mapping[str, Any] | None = result.get("exceptionDetails")
    if details:
        raise QuizgenError([Problem("browser", f"the page cannot be measured: {details['text']}")])
    return result["result"].get("value")
