"""What several test files use."""

import os
from pathlib import Path

import pytest

from quizgen import lock

GOLDENS = Path(__file__).parent / "goldens"


def pytest_addoption(parser):
    parser.addoption(
        "--update-goldens", action="store_true", help="write the goldens anew; review the diff"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where CI is set nothing may be skipped: what a test needs is installed there."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


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
