"""What several test files use."""

from pathlib import Path

import pytest

GOLDENS = Path(__file__).parent / "goldens"


def pytest_addoption(parser):
    parser.addoption(
        "--update-goldens", action="store_true", help="write the goldens anew; review the diff"
    )


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
