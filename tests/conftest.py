"""What several test files use."""

import os
import signal
from functools import partial
from pathlib import Path

import clients
import pytest
from hypothesis import settings
from jinja2 import BytecodeCache, Environment
from moodle_rules import faults

from quizgen import lock
from quizgen.problems import has_errors
from quizgen.writers import html
from quizgen.writers import output as writers_output
from quizgen.writers.html import HtmlOptions
from quizgen.writers.moodle import writer as moodle_writer
from quizgen.writers.output import Output
from tests.paper import quiz_of, write_file

GOLDENS = Path(__file__).parent / "goldens"

settings.register_profile("untimed", deadline=None)  # machines are noisy
settings.load_profile("untimed")


def pytest_addoption(parser):
    parser.addoption(
        "--update-goldens", action="store_true", help="write the goldens anew; review the diff"
    )


def pytest_configure():
    """A shell lets its background jobs ignore Ctrl-C, and so would what the tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where CI is set nothing may be skipped: what a test needs is installed there."""
    report = yield
    if os.environ.get("CI") and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


@pytest.fixture(autouse=True, scope="session")
def moodle_files_have_no_faults():
    """Every Moodle file that a test has written keeps to the schema and the rules, or has errors."""

    def checked(files, problems):
        output = Output(files, problems)
        if not has_errors(problems):
            assert faults(files[".xml"]) == []
        return output

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moodle_writer, "Output", checked)
        yield


class Compiled(BytecodeCache):
    """Templates by their place and their source, as Jinja compiled them."""

    def __init__(self):
        self.kept = {}

    def load_bytecode(self, bucket):
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket):
        self.kept[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(autouse=True, scope="session")
def templates_are_compiled_once():
    """Of a small bank, a test would compile templates for most of its time."""
    with pytest.MonkeyPatch.context() as patch:
        kept = partial(Environment, bytecode_cache=Compiled())
        patch.setattr(writers_output, "Environment", kept)
        yield


@pytest.fixture
def golden(request):
    """`golden(name, data)` holds data against the file of that name, byte for byte."""

    def compare(name: str, data: bytes) -> None:
        path = GOLDENS / name
        if request.config.getoption("--update-goldens"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        assert path.exists(), f"there is no golden {name}; write it with --update-goldens"
        # Line by line, so that a failure shows the lines that differ.
        assert data.split(b"\n") == path.read_bytes().split(b"\n")

    return compare


@pytest.fixture(autouse=True)
def shipped_lock_stays(monkeypatch):
    """No test writes beside the shipped banks: a build of theirs is one of an installed package."""
    installed = lock.is_installed
    shipped = Path(__file__).parents[1] / "banks"
    monkeypatch.setattr(
        lock,
        "is_installed",
        lambda path: path.resolve().is_relative_to(shipped) or installed(path),
    )


@pytest.fixture
def build(tmp_path):
    """`build(question, ..., head=..., selection=..., **options)` has a bank of them written."""

    def made(*questions, head=None, selection=None, **options):
        path = write_file(tmp_path / "bank.yaml", *questions, **(head or {}))
        return html.write(quiz_of(path, **(selection or {})), HtmlOptions(**options))

    return made


@pytest.fixture(scope="module")
def chromium():
    """The browser, shared by the tests of a file."""
    with clients.chromium() as browser:
        if browser is None:
            pytest.skip("there is no Chromium; apt-get install chromium")
        yield browser


@pytest.fixture
def opened(chromium, tmp_path):
    """`opened(data)` is the document on the screen; it may ask for nothing and complain of nothing.

    A `script` runs before the document is read.
    """
    contexts, faults = [], []

    def opened_page(data, width=1000, script=None):
        path = tmp_path / f"page-{len(contexts)}.html"
        path.write_bytes(data)
        context = chromium.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        page = context.new_page()
        own = (path.as_uri(), "data:")
        page.on("request", lambda it: it.url.startswith(own) or faults.append(it.url))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        if script:
            page.add_init_script(script)
        page.goto(path.as_uri())
        return page

    yield opened_page
    for context in contexts:
        context.close()
    assert faults == []
