"""Question banks in YAML, compiled to Anki decks, printed worksheets and Moodle imports.

Three calls do all that the command line does:

    banks = quizgen.load(["banks/dates.yaml"])
    quiz = quizgen.make_quiz(banks, quizgen.Selection(count=10, seed="spring"))
    output = quizgen.write_moodle(quiz)

A fourth, `quizgen.review(banks)`, says what could be better in the banks, and a fifth,
`quizgen.convert(path)`, reads them from another format.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what stands here is imported when it is first asked for
    from quizgen.bank import load as load
    from quizgen.blueprint import load_blueprint as load_blueprint
    from quizgen.encode import encode as encode
    from quizgen.exam import make_exam as make_exam
    from quizgen.lint.citations import read_documents as read_documents
    from quizgen.lint.review import Advice as Advice
    from quizgen.lint.review import Review as Review
    from quizgen.lint.review import review as review
    from quizgen.problems import Problem as Problem
    from quizgen.problems import QuizgenError as QuizgenError
    from quizgen.quiz import Selection as Selection
    from quizgen.quiz import Shuffle as Shuffle
    from quizgen.quiz import make_quiz as make_quiz
    from quizgen.readers.reading import Categories as Categories
    from quizgen.readers.reading import Reading as Reading
    from quizgen.readers.reading import ReadOptions as ReadOptions
    from quizgen.readers.table import convert as convert
    from quizgen.writers import aiken, anki, gift, html, moodle
    from quizgen.writers.anki import AnkiOptions as AnkiOptions
    from quizgen.writers.html import HtmlOptions as HtmlOptions
    from quizgen.writers.moodle import MoodleOptions as MoodleOptions
    from quizgen.writers.output import Output as Output

    write_anki, write_html, write_moodle = anki.write, html.write, moodle.write
    write_gift, write_aiken = gift.write, aiken.write

__version__ = "0.1.0"

_HOMES = {
    "load": ("quizgen.bank", "load"),
    "load_blueprint": ("quizgen.blueprint", "load_blueprint"),
    "make_exam": ("quizgen.exam", "make_exam"),
    "read_documents": ("quizgen.lint.citations", "read_documents"),
    "Advice": ("quizgen.lint.review", "Advice"),
    "Review": ("quizgen.lint.review", "Review"),
    "review": ("quizgen.lint.review", "review"),
    "Categories": ("quizgen.readers.reading", "Categories"),
    "Reading": ("quizgen.readers.reading", "Reading"),
    "ReadOptions": ("quizgen.readers.reading", "ReadOptions"),
    "convert": ("quizgen.readers.table", "convert"),
    "encode": ("quizgen.encode", "encode"),
    "Problem": ("quizgen.problems", "Problem"),
    "QuizgenError": ("quizgen.problems", "QuizgenError"),
    "Selection": ("quizgen.quiz", "Selection"),
    "Shuffle": ("quizgen.quiz", "Shuffle"),
    "make_quiz": ("quizgen.quiz", "make_quiz"),
    "AnkiOptions": ("quizgen.writers.anki", "AnkiOptions"),
    "write_anki": ("quizgen.writers.anki", "write"),
    "HtmlOptions": ("quizgen.writers.html", "HtmlOptions"),
    "write_html": ("quizgen.writers.html", "write"),
    "MoodleOptions": ("quizgen.writers.moodle", "MoodleOptions"),
    "write_moodle": ("quizgen.writers.moodle", "write"),
    "write_gift": ("quizgen.writers.gift", "write"),
    "write_aiken": ("quizgen.writers.aiken", "write"),
    "Output": ("quizgen.writers.output", "Output"),
}

__all__ = [
    "Advice",
    "AnkiOptions",
    "Categories",
    "HtmlOptions",
    "MoodleOptions",
    "Output",
    "Problem",
    "QuizgenError",
    "ReadOptions",
    "Reading",
    "Review",
    "Selection",
    "Shuffle",
    "__version__",
    "convert",
    "encode",
    "load",
    "load_blueprint",
    "make_exam",
    "make_quiz",
    "read_documents",
    "review",
    "write_aiken",
    "write_anki",
    "write_gift",
    "write_html",
    "write_moodle",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'quizgen' has no attribute '{name}'")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
