"""Moodle XML. Rules and names are those of Moodle 4.5's importer (question/format/xml)."""

from quizgen.writers.limits import FRACTIONS, fraction
from quizgen.writers.moodle.entry import Cards, Categories, Gaps, MoodleOptions, ResponseFormat
from quizgen.writers.moodle.writer import NATIVE, problems, write

__all__ = [
    "FRACTIONS",
    "NATIVE",
    "Cards",
    "Categories",
    "Gaps",
    "MoodleOptions",
    "ResponseFormat",
    "fraction",
    "problems",
    "write",
]
