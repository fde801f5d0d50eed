"""Templates that are compiled once, and again when it must be."""

import pytest
from jinja2 import DictLoader, Environment

from quizgen.writers.compiled import CompiledTemplates


@pytest.fixture(autouse=True)
def _keeping(monkeypatch):
    monkeypatch.setattr("sys.dont_write_bytecode", False)


def rendered(folder, source="{{ 1 + 1 }}"):
    loader = DictLoader({"a": source})
    made = Environment(loader=loader, autoescape=True, bytecode_cache=CompiledTemplates(folder))
    return made.get_template("a").render()


def test_a_compiled_template_is_used_again(tmp_path):
    folder = tmp_path / "made"
    assert rendered(folder) == "2"
    (kept,) = folder.iterdir()
    before = kept.stat().st_mtime_ns
    assert rendered(folder) == "2"
    assert [kept] == list(folder.iterdir())
    assert kept.stat().st_mtime_ns == before


def test_a_changed_template_is_compiled_anew(tmp_path):
    assert rendered(tmp_path) == "2"
    assert rendered(tmp_path, "{{ 1 + 2 }}") == "3"
    assert rendered(tmp_path) == "2"


@pytest.mark.parametrize("size", [0, 1, 12, 25, 60])
def test_a_file_cut_short_does_no_harm(tmp_path, size):
    rendered(tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:size])
    assert rendered(tmp_path) == "2"
    assert kept.read_bytes() == whole


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path):
    (tmp_path / "file").write_text("")
    assert rendered(tmp_path / "file") == "2"


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    assert rendered(tmp_path) == "2"
    assert not list(tmp_path.iterdir())
