"""Every type in every format: written as itself, or lowered with a word about it."""

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest

from quizgen.bank import load
from quizgen.model import TYPES, Question
from quizgen.problems import Severity
from quizgen.quiz import Selection, make_quiz
from quizgen.writers.table import WRITERS

EVERYTHING = Path(__file__).parent / "cases" / "good" / "everything.yaml"

COUNT = {
    "anki": lambda files: (
        zipfile.ZipFile(BytesIO(files[".apkg"])).read("collection.anki2").count(b"everything.")
    ),
    "html": lambda files: len(re.findall(rb'<li class="question', files[".html"])),
    "moodle": lambda files: len(re.findall(rb'<question type="(?!category)', files[".xml"])),
    "gift": lambda files: len(re.findall(rb"^::", files[".txt"], re.MULTILINE)),
    "aiken": lambda files: len(re.findall(rb"^ANSWER: ", files[".txt"], re.MULTILINE)),
}
"""How many questions stand in what a format's writer made."""


def test_the_table_of_types_is_the_union():
    assert set(TYPES.values()) == set(get_args(Question))


LACKS = {
    "aiken": {*TYPES} - {"multiple-choice", "true-false"},
}
"""What a format has nothing like: these questions are left out, each with a word."""


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("format_", WRITERS)
def test_a_type_comes_through_whole(format_, name):
    writer = WRITERS[format_]
    quiz = make_quiz(load([EVERYTHING]), Selection(types=(name,)))
    output = writer.write(quiz, writer.options())
    expected = len(quiz.versions[0].items)
    left_out = [each for each in output.problems if each.code == "left-out"]
    if name in LACKS.get(format_, ()):
        assert len(left_out) == expected > 0
        assert all(each.severity is Severity.WARNING and each.span for each in left_out)
        assert COUNT[format_](output.files) == 0
        return
    assert left_out == []
    assert COUNT[format_](output.files) >= expected > 0
    lowered = [each for each in output.problems if each.code == "lowered"]
    assert len(lowered) == (0 if TYPES[name] in writer.native else expected)
