"""A deck of N notes: quizgen beside stock genanki and a raw writer of the same rows, in one run.

Prints CPU seconds, peak memory beyond the loaded bank, and what each takes of the raw writer's time.
Each is a process of its own; `python -m tests.bench.deck [N]`.
"""

from __future__ import annotations

import gc
import io
import itertools
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import genanki

from quizgen.bank import load
from quizgen.quiz import make_quiz
from quizgen.writers import anki
from quizgen.writers.apkg import StreamedDeck, package
from tests.bench.bank import bank

RUNS = 3


def prepared(path):
    """The quiz, a writer, and all notes as tuples in memory."""
    quiz = make_quiz(load([path]))
    writer = anki._Writer(anki.environment("anki", None), anki.NO_LOCK, 1_700_000_000)
    return quiz, writer, list(writer.notes(quiz.versions[0].items))


def raw(path):
    """The floor: rows through `executemany`, one file, one zip."""
    _, _, notes = prepared(path)
    rows = [
        (
            key,
            each.guid,
            each.model,
            1,
            " ".join(each.tags),
            "\x1f".join(each.fields),
            each.fields[2],
        )
        for key, each in enumerate(notes)
    ]
    cards = [(key, key, 1, each.cards[0], 1, key) for key, each in enumerate(notes)]

    def write():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "collection.anki2"
            connection = sqlite3.connect(file)
            connection.executescript(genanki.apkg_schema.APKG_SCHEMA + genanki.apkg_col.APKG_COL)
            connection.executemany("INSERT INTO notes VALUES(?,?,?,?,-1,?,?,?,0,0,'')", rows)
            connection.executemany(
                "INSERT INTO cards VALUES(?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')", cards
            )
            connection.commit()
            connection.close()
            with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(file, "collection.anki2")
                archive.writestr("media", "{}")

    return write


def stock(path):
    """genanki as its documentation uses it; its zip is not deflated."""
    _, writer, notes = prepared(path)
    models = {model.model_id: model for model in writer.models()}

    def write():
        deck = genanki.Deck(1, "bench")
        for each in notes:
            deck.add_note(
                genanki.Note(models[each.model], list(each.fields), tags=each.tags, guid=each.guid)
            )
        with tempfile.TemporaryDirectory() as folder:
            genanki.Package(deck).write_to_file(Path(folder) / "deck.apkg")

    return write


def packed(path):
    """The same notes through quizgen's deck."""
    _, writer, notes = prepared(path)

    def write():
        deck = StreamedDeck("bench", str, notes, itertools.count(1))
        for model in writer.models():
            deck.add_model(model)
        package([deck], 1_700_000_000, {})

    return write


def whole(path):
    """All of quizgen's writer: questions to notes to package."""
    quiz = make_quiz(load([path]))
    return lambda: anki.write(quiz)


WORKS = {each.__name__: each for each in (raw, stock, packed, whole)}


def one(name, path):
    """Measures one work in this process."""
    gc.disable()
    write = WORKS[name](Path(path))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    write()
    seconds = time.process_time() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([seconds, (after - before) / 1024]))


def main(size):
    """A table of all works."""
    print(f"| {size:,} notes | CPU s | of the raw writer | MB beyond what was loaded |")
    print("| --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bank.yaml"
        path.write_text("".join(bank(size)), encoding="utf-8")
        floor = None
        for name in WORKS:
            runs = []
            for _ in range(RUNS):
                words = [sys.executable, "-W", "ignore", "-m", "tests.bench.deck", name, str(path)]
                printed = subprocess.run(words, check=True, capture_output=True, text=True).stdout
                runs.append(json.loads(printed))
            seconds, memory = min(runs)
            floor = floor or seconds
            print(f"| {name} | {seconds:.2f} | {seconds / floor:.2f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        one(*sys.argv[1:])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
