"""HTML for print and screen: a sheet a version, and the answer key."""

from __future__ import annotations

from quizgen.writers.html.document import write
from quizgen.writers.html.options import Duplex, HtmlOptions, Key, Layout, Paper
from quizgen.writers.html.question import NATIVE

__all__ = ["NATIVE", "Duplex", "HtmlOptions", "Key", "Layout", "Paper", "write"]
