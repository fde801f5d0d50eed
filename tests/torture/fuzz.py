"""Feeds the targets what atheris makes under coverage: `make fuzz`, or for one of them

    python -m tests.torture.fuzz --seconds 600 gift markdown

A process a target, one after another. What breaks is written to dist/fuzz/TARGET/found, each kind
of fault once, the smallest first seen input of it; to keep it, mend it and move it to
tests/torture/found/TARGET. The corpus stays in dist/fuzz/TARGET/corpus and is where the next run
begins. The exit status is 1 if anything broke.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import traceback
from hashlib import sha256
from pathlib import Path

HOME = Path("dist/fuzz")
NAMES = ("bank", "quiz", "lock", "moodle", "gift", "aiken", "markdown")
LARGEST = 8192
INSTRUMENTED = ["quizgen", "markdown_it", "mdit_py_plugins", "latex2mathml"]


def folders(name: str) -> tuple[Path, Path]:
    """Where a target's corpus and what it broke on are."""
    made = HOME / name / "corpus", HOME / name / "found"
    for each in made:
        each.mkdir(parents=True, exist_ok=True)
    return made


def attack(name: str, arguments: list[str]) -> None:
    """Fuzzes one target in this process, and never returns."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from tests.torture import targets

    target = targets.TARGETS[name]
    corpus, found = folders(name)
    for seed in target.seeds():
        if len(seed) <= LARGEST:
            (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    words = HOME / name / "words.dict"
    words.write_text("".join(f'"{escaped(word)}"\n' for word in target.words))
    seen: set[str] = set()

    def one(data: bytes) -> None:
        try:
            target.attack(data)
        except Exception as error:  # noqa: BLE001 - whatever is raised is a find
            kind = kind_of(error)
            if kind not in seen:
                seen.add(kind)
                path = found / sha256(kind.encode()).hexdigest()[:12]
                path.write_bytes(data)
                path.with_suffix(".txt").write_text(traceback.format_exc())
                print(f"FOUND {path}: {kind}", flush=True)

    # By the clock of the wall, on machines that have other work too.
    late = 3 * targets.SECONDS
    limits = [f"-timeout={late}", f"-report_slow_units={late}", "-rss_limit_mb=1500"]
    files = [f"-artifact_prefix={found}/", f"-dict={words}", str(corpus)]
    atheris.Setup([sys.argv[0], f"-max_len={LARGEST}", *limits, *arguments, *files], one)
    with targets.compiled_once():
        atheris.Fuzz()


def kind_of(error: BaseException) -> str:
    """What an error is, and the last places of ours that it came through."""
    places = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "site-packages" not in frame.filename
    ]
    return f"{type(error).__name__} {' '.join(places[-3:])}"


def escaped(word: str) -> str:
    return "".join(
        chr(each) if 32 <= each < 127 and each not in b'"\\' else f"\\x{each:02x}"
        for each in word.encode()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=600, help="for each target [600]")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    options = parser.parse_args()
    last = [f"-max_total_time={options.seconds}", "-print_final_stats=1"]
    if options.only:
        attack(options.only, last)
    broken = False
    for name in options.targets or NAMES:
        command = [sys.executable, "-m", "tests.torture.fuzz", "--only", name]
        command += ["--seconds", str(options.seconds)]
        run = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace")
        (HOME / name / "log").write_text(run.stdout + run.stderr)
        found = sorted(each for each in folders(name)[1].iterdir() if each.suffix != ".txt")
        broken |= bool(found or run.returncode)
        runs = re.findall(r"number_of_executed_units: *(\d+)", run.stderr) or ["?"]
        edges = re.findall(r"cov: (\d+) ft: (\d+)", run.stderr) or [("?", "?")]
        print(
            f"{name}: {runs[-1]} inputs, {edges[0][0]} edges at first, {edges[-1][0]} at last,"
            f" {len(found)} kinds of fault, exit status {run.returncode}",
            flush=True,
        )
    sys.exit(broken)


if __name__ == "__main__":
    main()
