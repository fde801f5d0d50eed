"""A process that has all of quizgen imported, and forks for each command that it is told to run.

Reads a JSON line a command: its `words`, the `folder` and `environment` that it runs in, and after
how many `seconds` by the clock which `sign`al is sent to it. Answers with a JSON line: `status` (negative if it was killed), what it `said`, `cpu` seconds, and
`memory`, the most that it held at once, in MB.
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path

from quizgen.__main__ import main

ROOT = Path(__file__).parents[2]
MODULES = (
    "bank",
    "blueprint",
    "encode",
    "exam",
    "lock",
    "moment",
    "readers.moodle",
    "readers.gift",
)
WRITTEN = ("anki", "html", "moodle", "gift", "aiken")


class Warm:
    """The process, as the tests see it."""

    def __init__(self):
        command = [sys.executable, "-m", "tests.torture.warm"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(command, **pipes, text=True, cwd=ROOT)

    def run(self, *words, folder=".", seconds=100, sign=signal.SIGKILL, **environment):
        job = {"words": list(map(str, words)), "folder": str(folder), "seconds": seconds}
        job |= {"environment": environment, "sign": sign}
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def answer(words, folder, seconds, environment, sign):
    """Status, words, time and memory of a command run in a fork."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        nothing = os.open(os.devnull, os.O_RDWR)
        for old, new in ((nothing, 0), (writer, 1), (writer, 2)):
            os.dup2(old, new)
        sys.stdout, sys.stderr = (os.fdopen(each, "w", closefd=False) for each in (1, 2))
        os.environ |= environment
        sys.argv = ["quizgen", *words]
        status = 70
        try:
            os.chdir(folder)
            main()
        except SystemExit as end:
            status = end.code or 0
        except BaseException:  # noqa: BLE001 - the process ends here, whatever it was
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.close(writer)
    os.set_blocking(reader, False)
    said, began = b"", time.monotonic()
    while True:
        ended, status, used = os.wait4(child, os.WNOHANG)
        while part := _read(reader):
            said += part
        if ended:
            break
        if time.monotonic() - began > seconds:
            os.kill(child, sign)
            seconds += 10
        time.sleep(0.001)
    os.close(reader)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "said": said.decode(errors="replace"),
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1000,
    }


def _read(reader):
    try:
        return os.read(reader, 1 << 16)
    except BlockingIOError:
        return b""


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a fork is no command until it says so
    for name in (*MODULES, *(f"writers.{each}" for each in WRITTEN)):
        import_module(f"quizgen.{name}")
    for line in sys.stdin:
        print(json.dumps(answer(**json.loads(line))), flush=True)
