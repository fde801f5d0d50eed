"""Speed and memory beside PyYAML's own loader, in one run: `python -m tests.bench [SIZE]...`.

Machines are noisy and differ, so what counts is the ratio to `yaml.load(..., CSafeLoader)` of the
same file, whole process against whole process but for the work that is named alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench import deck
from tests.bench.bank import bank, choices, shipped

ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
"""Modules are compiled once, as for a user, also where the tests' own are not to be."""
SIZES = (100, 1_000, 10_000, 100_000)
RUNS = 3

# Each is a program of its own: it prints the CPU seconds of what is measured alone.
_TIMED = """
import gc, sys, time
{setup}
start = time.process_time()
{work}
print(time.process_time() - start)
"""
PROGRAMS = {
    "CSafeLoader": _TIMED.format(
        setup="import yaml", work="yaml.load(open(sys.argv[1], encoding='utf-8'), yaml.CSafeLoader)"
    ),
    "load": _TIMED.format(
        setup="gc.disable()\nfrom quizgen.bank import load", work="load([sys.argv[1]])"
    ),
}
PROGRAMS["review"] = _TIMED.format(
    setup="gc.disable()\nfrom quizgen.bank import load\nfrom quizgen.lint.review import review\n"
    "banks = load([sys.argv[1]])",
    work="review(banks)",
)
OVERLAPS = {
    name: _TIMED.format(
        setup="gc.disable()\nfrom quizgen.bank import load\n"
        "from quizgen.lint.asked import ask\nfrom quizgen.lint.rule import Survey\n"
        f"from quizgen.lint.overlap import {name}\n"
        "survey = Survey(list(ask(load([sys.argv[1]]))))",
        work=f"list({name}(survey))",
    )
    for name in ("near_duplicate", "cross_leak")
}
_TEXTS = """
from lxml import etree
from markdownify import MarkdownConverter
convert = MarkdownConverter(bs4_options="lxml").convert
tree = etree.parse(sys.argv[1])
texts = [each.text for each in tree.iter("text") if each.text and each.getparent().get("format") == "html"]
"""
READING = {
    "lxml": _TIMED.format(setup="from lxml import etree", work="tree = etree.parse(sys.argv[1])"),
    "markdownify": _TIMED.format(setup=_TEXTS, work="for text in texts: convert(text)"),
    "read": _TIMED.format(
        setup="gc.disable()\nfrom pathlib import Path\nfrom quizgen.readers.table import READERS\n"
        "import quizgen.readers.moodle, quizgen.readers.html",
        work="READERS['moodle'].read(Path(sys.argv[1]).read_bytes(), 'quiz.xml')",
    ),
}
READING_SIZES = (1_000, 10_000, 50_000)
OVERLAP_SIZES = (1_000, 10_000, 50_000)
CHOICE_SIZES = (1_000, 10_000, 40_000)
_HTML = ["html", "--key", "none"]
BOUNDS = (
    ("multiple choice to Moodle XML", choices, ["moodle"], 0.5),
    ("multiple choice to HTML", choices, _HTML, 0.6),
    ("questions of the shipped banks to HTML", shipped, _HTML, 0.6),
    ("short questions of all types to HTML", bank, _HTML, 0.6),
    ("multiple choice to HTML, with their key", choices, ["html"], 0.6),
    ("questions of the shipped banks to HTML, with their key", shipped, ["html"], 0.6),
)
"""What 10,000 questions are made into, by which command, and its bound as a part of CSafeLoader."""
COMMANDS = {
    "check": ["check"],
    "moodle": ["moodle", "-o", os.devnull],
    "html": ["html", "--key", "none", "-o", os.devnull],
    "html and key": ["html", "-o", os.devnull],
    "anki": ["anki", "-o", os.devnull],
}


@dataclass
class Cost:
    """CPU seconds of the process, of the work alone if that was measured, and peak memory."""

    whole: float
    alone: float | None
    kilobytes: int


def measure(arguments: list[str]) -> Cost:
    """The cheapest of some runs."""
    costs = [_run(arguments) for _ in range(RUNS)]
    return min(costs, key=lambda cost: cost.alone or cost.whole)


def _run(arguments: list[str]) -> Cost:
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=ENVIRONMENT,
    )
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{arguments[:3]} ended with status {process.returncode}")
    alone = float(printed) if "print(time" in arguments[-2:][0] else None
    return Cost(usage.ru_utime + usage.ru_stime, alone, usage.ru_maxrss)


def bounds(folder: Path) -> None:
    """Whole process against whole process, in turn, so that a busy machine is busy for both."""
    print()
    for name, make, command, bound in BOUNDS:
        path = folder / "bound.yaml"
        path.write_text("".join(make(10_000)), encoding="utf-8")
        programs = (
            ["-c", PROGRAMS["CSafeLoader"], str(path)],
            ["-m", "quizgen", *command, "-o", str(folder / "out"), str(path)],
        )
        runs = [[cost.alone or cost.whole for cost in map(_run, programs)] for _ in range(5)]
        base, whole = map(min, zip(*runs, strict=True))
        print(f"{name}: {whole / base:.2f} of CSafeLoader (wanted: at most {bound})")


def start_up() -> None:
    """`quizgen --help` beside an import of click."""
    helped = measure(["-m", "quizgen", "--help"]).whole
    clicked = measure(["-c", "import click"]).whole
    print(f"\nquizgen --help: {helped / clicked:.1f} times `import click`\n")


def overlaps(folder: Path) -> None:
    """How the rules grow that hold questions against one another."""
    print("\n| rule | questions | CPU ms | µs a question |\n| --- | ---: | ---: | ---: |")
    for name, program in OVERLAPS.items():
        for size in OVERLAP_SIZES:
            path = folder / f"{size}.yaml"
            path.write_text("".join(bank(size)), encoding="utf-8")
            seconds = measure(["-c", program, str(path)]).alone or 0
            print(f"| {name} | {size:,} | {1000 * seconds:.0f} | {1e6 * seconds / size:.1f} |")


def growth(folder: Path) -> None:
    """Multiple choice alone to Moodle XML: whole process, and how memory grows."""
    print("\n| multiple choice to Moodle XML | CPU s | of CSafeLoader | MB |")
    print("| ---: | ---: | ---: | ---: |")
    for size in CHOICE_SIZES:
        path = folder / f"choices-{size}.yaml"
        path.write_text("".join(choices(size)), encoding="utf-8")
        base = measure(["-c", PROGRAMS["CSafeLoader"], str(path)]).alone or 0
        cost = measure(["-m", "quizgen", "moodle", "-o", str(folder / "out.xml"), str(path)])
        megabytes = cost.kilobytes / 1000
        print(f"| {size:,} | {cost.whole:.2f} | {cost.whole / base:.2f} | {megabytes:.0f} |")


def reading(folder: Path) -> None:
    """Moodle XML read back, beside lxml's bare parse and markdownify's work on the same texts."""
    print(
        "\n| read from Moodle XML | questions | CPU s | of lxml and markdownify | kB a question |"
    )
    print("| --- | ---: | ---: | ---: | ---: |")
    empty = measure(["-c", "import quizgen.readers.moodle, quizgen.readers.html"]).kilobytes
    for name, make in (("all types", bank), ("multiple choice", choices)):
        for size in READING_SIZES:
            path, xml = folder / "reading.yaml", folder / "reading.xml"
            path.write_text("".join(make(size)), encoding="utf-8")
            _run(["-m", "quizgen", "moodle", "-o", str(xml), str(path)])
            cost = measure(["-c", READING["read"], str(xml)])
            base = sum(
                _run(["-c", READING[each], str(xml)]).alone or 0 for each in ("lxml", "markdownify")
            )
            memory = (cost.kilobytes - empty) / size
            seconds = cost.alone or 0
            print(f"| {name} | {size:,} | {seconds:.2f} | {seconds / base:.2f} | {memory:.1f} |")


def main() -> None:
    """Prints a table a size and a work, and what grows with what."""
    sizes = [int(each) for each in sys.argv[1:]] or SIZES
    empty = measure(["-c", "import quizgen.cli, quizgen.bank, quizgen.writers"]).kilobytes
    print("| questions | work | CPU s | of CSafeLoader | kB a question |")
    print("| ---: | --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.yaml"
            path.write_text("".join(bank(size)), encoding="utf-8")
            base = measure(["-c", PROGRAMS["CSafeLoader"], str(path)]).alone or 0
            print(f"| {size:,} | CSafeLoader | {base:.2f} | 1.00 | |")
            rows = {name: measure(["-c", PROGRAMS[name], str(path)]) for name in ("load", "review")}
            for name, words in COMMANDS.items():
                target = [
                    str(Path(folder) / "out") if word == os.devnull else word for word in words
                ]
                rows[name] = measure(["-m", "quizgen", *target, str(path)])
            for name, cost in rows.items():
                seconds = cost.alone or cost.whole
                memory = max(0, cost.kilobytes - empty) / size
                print(
                    f"| {size:,} | {name} | {seconds:.2f} | {seconds / base:.2f} | {memory:.1f} |"
                )
        overlaps(Path(folder))
        growth(Path(folder))
        bounds(Path(folder))
        reading(Path(folder))
    print()
    deck.main(max(sizes))
    start_up()


if __name__ == "__main__":
    main()
