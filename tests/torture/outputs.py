"""Every output of quizgen by one process: `python outputs.py FOLDER FIRST SECOND EXAM [--pdf]`.

Reads the two banks and the quiz file by these names, and writes into FOLDER a file for each output,
under the name of its command. Needs nothing of the tests, so that it runs beside an installed wheel.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from quizgen.__main__ import main

LAYOUTS = {
    "worksheet": ["--key", "separate"],
    "inline": ["--key", "inline", "--columns", "2", "--landscape", "--low-ink"],
    "key": ["--key", "only", "--large-print", "--language", "ur"],
    "test": ["--layout", "test", "--versions", "3", "--shuffle", "--seed", "10b", "--qr"],
    "study": ["--layout", "study", "--spacious"],
    "cards": ["--layout", "cards", "--duplex", "short"],
    "wordsearch": ["--layout", "wordsearch", "--directions", "8", "--word-bank"],
    "crossword": ["--layout", "crossword"],
}
REPORTS = ("text", "json", "sarif", "github")


def commands(first, second, exam):
    """The command of each output by its name; `-o` at its end is for a file."""
    banks = [first, second]
    yield "anki.apkg", ["anki", *banks, "-o"]
    yield "flat.apkg", ["anki", *banks, "--flat", "--deck", "A deck", "--shuffle", "-o"]
    for name, options in LAYOUTS.items():
        yield f"{name}.html", ["html", *banks, *options, "-o"]
    yield "exam.html", ["html", exam, "-o"]
    yield "quiz.xml", ["moodle", *banks, "-o"]
    yield "other.xml", ["moodle", *banks, "--cloze", "drag", "--categories", "tag", "-o"]
    yield "exam.xml", ["moodle", exam, "-o"]
    yield "quiz.gift.txt", ["gift", *banks, "-o"]
    yield "quiz.aiken.txt", ["aiken", *banks, "-o"]
    for command in ("moodle", "gift", "aiken"):
        yield f"stdout.{command}", [command, *banks, "-o", "-"]
    for form in REPORTS:
        yield f"check.{form}", ["check", *banks, exam, "--format", form, "--for", "moodle"]
    yield "list", ["list", *banks]
    yield "list.exam", ["list", exam]
    yield "schema", ["schema"]
    yield "schema.quiz", ["schema", "quiz"]
    yield "explain", ["check", "--explain", "longest-key"]
    for name in ("quiz.xml", "quiz.gift.txt", "quiz.aiken.txt"):
        yield f"{name}.yaml", ["convert", f"@{name}", "--force", "-o"]


def run(words):
    """The bytes that a command writes to standard output."""
    sys.stdout.flush()
    kept = os.dup(1)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 1)
        sys.argv = ["quizgen", *words]
        try:
            main()
        except SystemExit as ended:
            if ended.code:
                raise ValueError(f"{words} ended with {ended.code}") from ended
        finally:
            sys.stdout.flush()
            os.dup2(kept, 1)
            os.close(kept)
        file.seek(0)
        return file.read()


def write_all(folder, names, *, pdf):
    printed = [("quiz.pdf", ["pdf", names[0], "-o"])] if pdf else []
    for name, words in [*commands(*names), *printed]:
        given = [str(folder / word[1:]) if word.startswith("@") else word for word in words]
        if given[-1] == "-o":
            run([*given, str(folder / name)])
        else:
            (folder / name).write_bytes(run(given))
    shutil.copyfile(Path(names[0]).with_name("quizgen.lock"), folder / "quizgen.lock")


if __name__ == "__main__":
    target, *names = [word for word in sys.argv[1:] if word != "--pdf"]
    write_all(Path(target), names, pdf="--pdf" in sys.argv)
