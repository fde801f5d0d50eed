"""The wheel and the sdist, and the wheel installed where nothing else is."""

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CARRIED = [
    *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "banks").rglob("*.*"))),
    *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "templates").rglob("*.*"))),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def test_the_wheel_holds_what_it_should(built):
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    assert {f"quizgen/{name}" for name in CARRIED} <= names
    assert "quizgen/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    tops = {name.partition("/")[0] for name in names}
    assert {top.partition("-")[0] for top in tops} == {"quizgen"}


def test_the_sdist_builds_again(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {*CARRIED, "README.md", "LICENSE", "CHANGELOG.md", "tests/test_package.py"} <= names


def test_the_wheel_works_in_an_empty_environment(built, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    scripts = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [
        str(scripts / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    subprocess.run([*pip, str(next(built.glob("*.whl")))], check=True, capture_output=True)
    folder = tmp_path / "empty"
    folder.mkdir()
    subprocess.run([str(scripts / "quizgen"), "build"], cwd=folder, check=True, capture_output=True)
    files = sorted(each.name for each in (folder / "dist").iterdir())
    assert files == ["quiz-key.html", "quiz.apkg", "quiz.html", "quiz.xml"]
