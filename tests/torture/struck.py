"""The command line struck by a signal at chosen lines of the code that writes files.

`python -m tests.torture.struck SIGNAL FIRST STEP WORDS...` runs the command again and again, each
time in a copy of the folder `before` named `run`, the first time struck at line FIRST of that code
as it is executed, then STEP lines later, until the command ends by itself. Prints a JSON line each
time: its status, what it said, and the files that are there. `list FOLDER` prints the files alone.
"""

import hashlib
import json
import os
import shutil
import signal
import sys
import traceback
from importlib import import_module
from pathlib import Path

from quizgen import drafts, files
from quizgen.__main__ import main

MOST = 2000
WRITERS = ("writers.anki", "writers.html", "writers.moodle")
STRUCK = {module.__file__ for module in (drafts, files)}


def contents(folder):
    """The digest of every file below a folder, by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def strike(number, line):
    """Has the signal come when that many lines have been executed since files began to be written."""
    left = line
    write_files = files.write_files

    def traced(frame, event, _):
        nonlocal left
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), number)
        return traced

    def write(*arguments):
        sys.settrace(lambda frame, *_: traced if frame.f_code.co_filename in STRUCK else None)
        write_files(*arguments)
        sys.settrace(None)

    files.write_files = write


def run(words, number, line):
    """Status and words of a command that was struck; the status is negative if it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writer, 1)
        os.dup2(writer, 2)
        sys.stdout, sys.stderr = (os.fdopen(each, "w", closefd=False) for each in (1, 2))
        os.close(reader)
        os.chdir("run")
        sys.argv = ["quizgen", *words]
        status = 70
        try:
            strike(number, line)
            main()
        except SystemExit as end:
            status = end.code or 0
        except BaseException:  # noqa: BLE001 - the process ends here, whatever it was
            traceback.print_exc()
        finally:
            sys.settrace(None)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status, said


def strikes(name, first, step, words):
    for module in ("cli", "bank", "lock", "readers.gift", *WRITERS):  # once for all runs
        import_module(f"quizgen.{module}")
    number = getattr(signal, name)
    line = first
    while True:
        shutil.rmtree("run", ignore_errors=True)
        shutil.copytree("before", "run", symlinks=True)
        status, said = run(words, number, line)
        found = {"line": line, "status": status, "said": said, "files": contents(Path("run"))}
        print(json.dumps(found), flush=True)
        if status in (0, 1) or line > MOST:
            break
        line += step


if __name__ == "__main__":
    if sys.argv[1] == "list":
        print(json.dumps(contents(Path(sys.argv[2]))))
        sys.exit()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the caller ignores
    strikes(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
