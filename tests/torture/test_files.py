"""Attacks on the files that are written: killed builds, full disks, odd targets, builds at once.

What holds: each file is the old one or the new one, whole. Several files of a build take their
places one after the other when all are written and synced, the lock first: a kill between two of
them leaves some new and some old, any other fault leaves all of them old.
"""

import json
import os
import random
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from quizgen.drafts import collect, draft, hold
from quizgen.lock import parse
from quizgen.problems import QuizgenError
from tests.paper import choice, short, write_file
from tests.torture.scale import FULL, scaled
from tests.torture.struck import contents
from tests.torture.warm import Warm

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and disks of POSIX")

ROOT = Path(__file__).parents[2]
KEPT = ("TMPDIR", "SOURCE_DATE_EPOCH")
GIFT = "::one::Which? {=a ~b}\n\n::two::What? {=c =d}\n"
COMMANDS = {
    "build": ["build", "bank.yaml", "-d", "out"],
    "anki": ["anki", "bank.yaml", "-o", "out/quiz.apkg"],
    "html": ["html", "bank.yaml", "-o", "out/quiz.html"],
    "moodle": ["moodle", "bank.yaml", "-o", "out/quiz.xml"],
    "convert": ["convert", "two.gift", "--force", "-o", "out/bank.yaml"],
}


@pytest.fixture
def run(warm, folder):
    """`run(*words, status)` is what a command says, without a traceback."""

    def told(*words, status=0, where="."):
        where = Path(where).absolute()
        result = warm.run(*words, folder=where, **{key: os.environ[key] for key in KEPT})
        assert "Traceback" not in result["said"], result
        assert result["status"] == status, result
        return result["said"]

    return told


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with a bank to stand in, and one for what programs put away for a while."""
    (tmp_path / "temporary").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    make_bank("old")
    return tmp_path / "here"


def make_bank(word, path="bank.yaml", **head):
    questions = [choice(prompt=f"{word} {number}?") for number in range(20)]
    return write_file(Path(path), *questions, short("x"), **head)


MAIN = "from quizgen.__main__ import main; main()"


def start(*words, code=MAIN, **options):
    command = [sys.executable, "-c", code, *map(str, words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, **(pipes | options))


@pytest.fixture(autouse=True, scope="module")
def warm():
    made = Warm()
    yield made
    made.close()


def said_by(process, status=0):
    """What a process says until it ends, without a traceback."""
    with process:
        said = process.communicate(timeout=100)[1]
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert process.returncode == status, said
    return said


def hidden(where="."):
    """The drafts that lie about, and what was left among the temporary files."""
    return [*Path(where).rglob(".*"), *Path(os.environ["TMPDIR"]).iterdir()]


def prepare(name, run):
    """The folder before a build, and what is in it before and after, as digests."""
    Path("two.gift").write_text(GIFT.replace("Which", "Old"), encoding="utf-8")
    run(*COMMANDS[name])
    shutil.copytree(".", "../before")
    shutil.copytree(".", "../after")
    os.chdir("..")
    for each in ("before", "after"):
        make_bank("new", f"{each}/bank.yaml")
        Path(each, "two.gift").write_text(GIFT, encoding="utf-8")
    run(*COMMANDS[name], where="after")
    before, after = contents(Path("before")), contents(Path("after"))
    assert [path for path in after if before.get(path) != after[path]]
    return before, after


def whole(found, before, after):
    """Whether each file is the old one or the new one, and there is no other."""
    return all(
        digest in (before.get(path), after.get(path)) for path, digest in found.items()
    ) and (found.keys() == before.keys() | (found.keys() & after.keys()))


# Killed, interrupted.


QUICK = ["html"]
SIGNALS = ["SIGKILL", "SIGTERM", *(["SIGINT", "SIGHUP"] if FULL else [])]


@pytest.mark.parametrize("name", COMMANDS if FULL else QUICK)
def test_a_signal_at_any_line_that_writes_leaves_whole_files(run, name):
    before, after = prepare(name, run)
    step = scaled(13, 3)
    for number, sign in enumerate(SIGNALS):
        words = [sys.executable, "-m", "tests.torture.struck", sign, str(number + 1), str(step)]
        made = subprocess.run([*words, *COMMANDS[name]], check=True, capture_output=True, text=True)
        *struck, last = map(json.loads, made.stdout.splitlines())
        assert len(struck) > 60 / step
        assert (last["status"], last["files"]) == (0, after)
        for each in struck:
            assert "Traceback" not in each["said"], each
            drafts = [path for path in each["files"] if Path(path).name.startswith(".quizgen-")]
            # Killed between the two steps by which a file gets its name and its place.
            assert len(drafts) <= (sign == "SIGKILL"), each
            found = {path: it for path, it in each["files"].items() if path not in drafts}
            assert whole(found, before, after), each
            if sign == "SIGKILL":
                assert each["status"] == -signal.SIGKILL
            else:
                assert each["status"] == 128 + getattr(signal, sign)
                assert each["said"].endswith(
                    "interrupted; each file is the old one or the new one, whole\n"
                )
                assert found in (before, after), each
        assert hidden("run") == []


@pytest.fixture
def interrupted(warm, run):
    """`interrupted(name, times, sign)` yields how builds ended that a signal struck at random."""

    def struck(name, times, sign):
        before, after = prepare(name, run)
        draw = random.Random(f"{name} {sign}")
        kept = {key: os.environ[key] for key in KEPT}
        began = time.monotonic()
        run(*COMMANDS[name], where="after")
        long = time.monotonic() - began
        for _ in range(times):
            shutil.rmtree("run", ignore_errors=True)
            shutil.copytree("before", "run")
            moment = draw.uniform(0.02, 1.1) * long
            where = Path("run").absolute()
            ended = warm.run(*COMMANDS[name], folder=where, seconds=moment, sign=sign, **kept)
            assert whole(contents(Path("run")), before, after)
            if sign == signal.SIGKILL and hidden("run"):
                # What has a name for a moment goes with the next build.
                run(*COMMANDS[name], where="run")
            assert hidden("run") == []
            yield ended, contents(Path("run")) in (before, after)

    return struck


@pytest.mark.parametrize("name", COMMANDS)
def test_builds_killed_at_random_moments_leave_whole_files(interrupted, name):
    for ended, _ in interrupted(name, scaled(2, 40), signal.SIGKILL):
        assert ended["status"] in (0, -signal.SIGKILL)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_at_any_moment_is_told_in_a_line(interrupted, sign):
    for ended, all_or_none in interrupted("build", scaled(3, 67), sign):
        said = ended["said"]
        assert "Traceback" not in said
        assert "Exception ignored" not in said
        # Before and after the command line itself, Python does what the system says.
        assert ended["status"] in (0, 128 + sign, -sign), said
        if ended["status"] == 128 + sign:
            assert said.splitlines()[-1].startswith("interrupted; each file is the old one or")
        assert all_or_none


IN_A_FINALIZER = """
import os, signal, sys, time, weakref
import quizgen.cli
from quizgen.__main__ import main

class Thing: ...

def build(**_):
    thing = Thing()
    seen = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGINT))
    del thing
    time.sleep(5)
    print("went on", seen)

quizgen.cli.cli = build
main()
"""


def test_an_interrupt_while_nothing_can_be_raised_comes_again():
    ended = subprocess.run(
        [sys.executable, "-c", IN_A_FINALIZER], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 128 + signal.SIGINT
    assert ended.stderr == "interrupted; each file is the old one or the new one, whole\n"
    assert ended.stdout == ""


def test_what_a_killed_build_left_goes_with_the_next(run, folder):
    """Where files have no drafts without a name, and in the moment between name and place."""
    left, live = folder / ".quizgen-0123456789ab.tmp", folder / ".quizgen-ba9876543210.tmp"
    for each in (left, live):
        each.write_text("half")
    (folder / ".quizgen-link.tmp").symlink_to("bank.yaml")
    with live.open() as file:
        import fcntl  # not on Windows

        fcntl.flock(file, fcntl.LOCK_EX)
        run("moodle", "bank.yaml", "-o", "quiz.xml")
        assert not left.exists()
        assert live.read_text() == "half"
    run("moodle", "bank.yaml", "-o", "quiz.xml")
    assert not live.exists()
    assert Path("bank.yaml").read_text(encoding="utf-8").startswith("bank:")


def test_a_collection_that_a_killed_build_left_goes_with_the_next(run):
    temporary = Path(os.environ["TMPDIR"])
    left, live = (temporary / f"quizgen-collection-{name}" for name in ("left", "live"))
    with ExitStack() as stack:
        for each in (left, live):
            each.touch()
        assert hold(live, stack)
        run("anki", "bank.yaml", "-o", "quiz.apkg")
        assert hidden() == [live]
    run("anki", "bank.yaml", "-o", "quiz.apkg")
    assert hidden() == []


def test_without_nameless_files_a_named_draft_does_it(folder, monkeypatch):
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    target = folder / ("名" * 80)  # as long as a name may be
    with draft(target, b"new") as made:
        assert len(list(folder.glob(".quizgen-*.tmp"))) == 1
        with draft(folder / "other", b"") as other:
            other.place()
            assert len(list(folder.glob(".quizgen-*.tmp"))) == 1  # it is alive, and stays
        made.place()
    assert target.read_bytes() == b"new"
    with draft(target, b"never placed"):
        pass
    assert target.read_bytes() == b"new"
    assert hidden() == []


def test_a_folder_that_a_killed_process_left_is_collected(folder):
    """As of a browser that was killed with the process that printed."""
    for name in ("dead", "live"):
        (folder / f"left-{name}" / "profile").mkdir(parents=True)
        (folder / f"left-{name}" / "profile" / "file").touch()
    with ExitStack() as stack:
        assert hold(folder / "left-live", stack)
        collect(folder, "left-*")
        assert [each.name for each in folder.glob("left-*")] == ["left-live"]
    collect(folder, "left-*")
    assert not list(folder.glob("left-*"))


# Disks and folders.


def can_mount():
    words = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        bool(shutil.which("unshare"))
        and not subprocess.run(words, check=False, capture_output=True).returncode
    )


@pytest.mark.parametrize("name", COMMANDS if FULL else ["build", "convert"])
def test_a_limit_on_files_leaves_the_old_ones(run, name):
    before, _ = prepare(name, run)
    biggest = max(path.stat().st_size for path in Path("after/out").iterdir())
    steps = scaled(2, 40)
    for size in sorted({biggest * step // steps for step in range(steps)}):
        shutil.rmtree("run", ignore_errors=True)
        shutil.copytree("before", "run")
        limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}));"
        # What measures coverage has files of its own, which the limit would strike too.
        env = {key: each for key, each in os.environ.items() if not key.startswith("COVERAGE_")}
        struck = start(*COMMANDS[name], cwd="run", code=limit + MAIN, env=env)
        assert "not-written cannot write" in said_by(struck, status=1)
        assert contents(Path("run")) == before
        assert hidden("run") == []


@pytest.mark.skipif(not can_mount(), reason="the system lets nobody mount a disk of his own")
@pytest.mark.parametrize(
    ("place", "name"),
    [
        *(("out", name) for name in (COMMANDS if FULL else ["anki"])),
        *(("temporary", name) for name in (["build", "anki"] if FULL else ["anki"])),
    ],
)
def test_a_disk_that_fills_up_leaves_the_old_files(run, name, place):
    """A disk of a few pages is mounted where the result goes, or where temporary files are.

    Decks alone put something away there.
    """
    before, _ = prepare(name, run)
    for pages in range(1, scaled(2, 30)):
        shutil.rmtree("run", ignore_errors=True)
        shutil.copytree("before", "run")
        disk = "run/out" if place == "out" else os.environ["TMPDIR"]
        old = {path: it for path, it in before.items() if path.startswith("out/")}
        size = sum(-(-Path("before", path).stat().st_size // 4096) for path in old) + len(old) + 2
        size = (size if place == "out" else 1) + pages
        script = f"""
            mount -t tmpfs -o size={size * 4}k tmpfs {disk}
            [ {place} = temporary ] || cp before/out/* run/out
            cd run; "$@"; echo status $?
            {sys.executable} -m tests.torture.struck list out
            ls -A {os.environ["TMPDIR"]} | wc -l
        """
        words = ["unshare", "-rm", "sh", "-c", script, "sh"]
        quizgen = [sys.executable, "-m", "quizgen", *COMMANDS[name]]
        made = subprocess.run([*words, *quizgen], check=True, capture_output=True, text=True)
        status, listed, left = made.stdout.splitlines()
        found = {f"out/{path}": it for path, it in json.loads(listed).items()}
        assert "Traceback" not in made.stderr
        assert left == "0"
        if status == "status 0":
            break
        assert status == "status 1", made.stderr
        assert "not-written cannot write" in made.stderr
        assert "disk" in made.stderr or "No space" in made.stderr
        assert found == old


@pytest.mark.skipif(not can_mount(), reason="the system lets nobody mount a disk of his own")
@pytest.mark.parametrize("name", COMMANDS if FULL else ["build"])
def test_a_read_only_folder_is_told(run, name):
    before, _ = prepare(name, run)
    shutil.copytree("before", "run")
    script = 'mount --bind run/out run/out; mount -o remount,bind,ro run/out; cd run; "$@"'
    words = ["unshare", "-rm", "sh", "-c", script, "sh"]
    quizgen = [sys.executable, "-m", "quizgen", *COMMANDS[name]]
    made = subprocess.run([*words, *quizgen], check=False, capture_output=True, text=True)
    assert made.returncode == 1
    assert "not-written" in made.stderr
    assert "read-only" in made.stderr.lower()
    assert "nothing was changed" in made.stderr
    assert "Traceback" not in made.stderr
    assert contents(Path("run")) == before


@pytest.mark.skipif(not can_mount(), reason="the system lets nobody mount a disk of his own")
def test_a_lock_that_cannot_be_kept_is_a_warning_and_the_deck_is_there(run):
    script = 'mount --bind . .; mount -o remount,bind,ro . ; cd "$PWD"; "$@"'
    words = ["unshare", "-rm", "sh", "-c", script, "sh", sys.executable, "-m", "quizgen"]
    deck = Path("../quiz.apkg").resolve()
    made = subprocess.run(
        [*words, "anki", "bank.yaml", "-o", deck], check=False, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    assert "lock-not-kept" in made.stderr
    assert deck.stat().st_size > 1000
    assert not Path("quizgen.lock").exists()


# Odd targets.


def test_a_folder_a_socket_and_a_loop_are_no_targets(run, folder):
    Path("quiz.xml").mkdir()
    assert "quiz.xml is a folder" in run("moodle", "bank.yaml", status=1)
    Path("loop").symlink_to("loop")
    assert "symbolic links" in run("moodle", "bank.yaml", "-o", "loop", status=1)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert "neither a file" in run("moodle", "bank.yaml", "-o", "socket", status=1)
    assert "Not a directory" in run("moodle", "bank.yaml", "-o", "bank.yaml/quiz.xml", status=1)
    assert "too long" in run("moodle", "bank.yaml", "-o", "x" * 300, status=1)
    assert hidden() == []
    assert stat.S_ISSOCK(Path("socket").stat().st_mode)
    assert Path("loop").is_symlink()


def test_a_link_stays_and_what_it_leads_to_is_replaced(run, folder):
    (folder / "far").mkdir()
    Path("quiz.xml").symlink_to("hop")
    Path("hop").symlink_to("far/real.xml")  # which is not there yet
    run("moodle", "bank.yaml")
    first = Path("far/real.xml").read_bytes()
    run("moodle", "bank.yaml", "--count", "3")
    assert Path("far/real.xml").read_bytes() != first
    assert Path("quiz.xml").readlink() == Path("hop")
    assert Path("hop").readlink() == Path("far/real.xml")
    assert [each.name for each in Path("far").iterdir()] == ["real.xml"]


def test_two_targets_that_are_one_file_are_refused(run):
    Path("quiz-key.html").symlink_to("quiz.html")
    assert "are one file" in run("html", "bank.yaml", status=1)
    assert not Path("quiz.html").exists()
    assert hidden() == []


def test_what_is_read_is_not_written_over(run, folder):
    bank = Path("bank.yaml").read_bytes()
    Path("alias.xml").symlink_to("bank.yaml")
    Path("exam.yaml").write_text(
        "quiz: q\ntitle: Q\nbanks: [bank.yaml]\nsections: [{title: S, count: 1}]\n"
    )
    for words in (
        ["moodle", "bank.yaml", "-o", "bank.yaml"],
        ["moodle", "bank.yaml", "-o", "./alias.xml"],
        ["html", "bank.yaml", "-o", folder / "bank.yaml"],
        ["anki", "bank.yaml", "-o", "quizgen.lock"],
        ["moodle", "exam.yaml", "-o", "exam.yaml"],
        ["moodle", "exam.yaml", "-o", "bank.yaml"],
    ):
        said = run(*words, status=1)
        assert "is read by this command; name another file with -o" in said
    Path("two.gift").write_text(GIFT)
    said = run("convert", "two.gift", "-o", "two.gift", "--force", status=1)
    assert "is read by this command" in said
    assert Path("bank.yaml").read_bytes() == bank
    assert Path("two.gift").read_text() == GIFT
    assert not Path("quizgen.lock").exists()


def test_a_file_keeps_its_permissions_and_a_read_only_one_its_content(run):
    run("html", "bank.yaml")
    umask = os.umask(0)
    os.umask(umask)
    assert Path("quiz-key.html").stat().st_mode & 0o777 == 0o666 & ~umask
    Path("quiz-key.html").chmod(0o600)
    run("html", "bank.yaml", "--title", "Another")
    assert Path("quiz-key.html").stat().st_mode & 0o777 == 0o600
    if os.geteuid():  # root may write to it
        old = contents(Path())
        Path("quiz-key.html").chmod(0o400)
        assert "read-only" in run("html", "bank.yaml", status=1)
        assert contents(Path()) == old


def test_a_pipe_takes_one_document_and_stays_a_pipe(run):
    run("html", "bank.yaml", "-o", "expected.html")
    os.mkfifo("pipe")
    process = start("html", "bank.yaml", "-o", "pipe")
    data = Path("pipe").read_bytes()
    said = said_by(process)
    assert data == Path("expected.html").read_bytes()
    assert "the key is left out" in said
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)
    assert not list(Path().glob("pipe?*"))
    assert hidden() == []


def test_a_pipe_that_nobody_reads_waits_until_it_is_interrupted():
    os.mkfifo("pipe")
    process = start("moodle", "bank.yaml", "-o", "pipe")
    time.sleep(scaled(2, 5))
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert "interrupted" in said_by(process, 130)
    assert hidden() == []


@pytest.mark.parametrize("command", scaled(["html"], ["moodle", "html", "gift", "aiken", "anki"]))
def test_devices_are_written_to_as_they_are(run, command):
    old = Path("/dev/null").stat()
    run(command, "bank.yaml", "-o", "/dev/null")
    assert Path("/dev/null").stat().st_ino == old.st_ino
    said = run(command, "bank.yaml", "-o", "/dev/full", status=1)
    assert "cannot write /dev/full: No space left on device" in said
    assert not [*Path("/dev").glob("null?*"), *Path("/dev").glob("full?*")]
    for output in ("-", "/dev/stdout"):
        with Path("/dev/full").open("wb") as full:
            said = said_by(start(command, "bank.yaml", "-o", output, stdout=full), 1)
        assert "cannot write to standard output: No space left on device" in said


@pytest.mark.parametrize(
    "word", scaled(["list", "--help"], ["list", "check", "schema", "--help", "--version"])
)
def test_a_full_or_closed_standard_output_is_no_traceback(run, word):
    with Path("/dev/full").open("wb") as full:
        said = said_by(start(word, stdout=full), 1)
    assert said == "not-written cannot write to standard output: No space left on device\n"
    for closed in (">&-", "2>&-", ">&- 2>&-"):
        command = f'{sys.executable} -m quizgen "$@" {closed}'
        made = subprocess.run(
            ["sh", "-c", command, "sh", word], check=False, capture_output=True, text=True
        )
        assert "Traceback" not in made.stderr
        assert "Exception" not in made.stderr


@pytest.mark.parametrize(
    "command",
    scaled(["html", "list"], ["moodle", "html", "gift", "aiken", "anki", "list", "check"]),
)
def test_a_closed_pipe_ends_quietly(command):
    make_bank("x" * 2000, title="Much")
    output = ["-o", "-"] if command not in ("list", "check") else []
    if command == "html":
        output += ["--key", "none"]
    process = start(command, "bank.yaml", *output)
    with process:
        process.stdout.buffer.read(10)
        process.stdout.close()
        said = process.stderr.read()
    own = {"aiken": "left-out warning: Aiken has", "anki": "wrote quizgen.lock"}
    assert [line for line in said.splitlines() if own.get(command, "\0") not in line] == []
    assert process.returncode == 0
    assert hidden() == []


# Two at once.


def test_two_builds_at_once_leave_the_files_of_one_of_them(run, folder):
    titles = ("First", "Second")
    words = [*COMMANDS["build"], "--title"]
    results = []
    for title in titles:
        run(*words, title)
        results.append(contents(Path("out")))
    assert results[0] != results[1]
    for _ in range(scaled(2, 40)):
        both = [start(*words, title) for title in titles]
        for process in both:
            said_by(process)
        found = contents(Path("out"))
        assert found.keys() == results[0].keys()
        for path, digest in found.items():
            assert digest in (results[0][path], results[1][path])
        assert hidden() == []


def test_builds_at_once_beside_one_lock_lose_no_line_of_it(folder):
    banks = [make_bank(word, f"{word}.yaml", bank=word) for word in ("a", "b", "c", "d")]
    for _ in range(scaled(1, 25)):
        Path("quizgen.lock").unlink(missing_ok=True)
        running = [start("anki", bank, "-o", f"{bank}.apkg") for bank in banks]
        for process in running:
            said_by(process)
        entries = parse(Path("quizgen.lock").read_text(encoding="utf-8"), "quizgen.lock").entries
        assert sum(1 for bank, _ in entries if bank in "abcd" and bank) == 4 * 21
        assert hidden() == []


def test_a_build_that_another_holds_up_is_told_of(folder, monkeypatch):
    from quizgen import load
    from quizgen.lock import held

    with ExitStack() as stack:
        assert hold(folder, stack)
        with (
            pytest.raises(QuizgenError, match="busy another build beside"),
            held(load(["bank.yaml"]), seconds=0.1),
        ):
            pass
    with held(load(["bank.yaml"]), seconds=0):
        pass
