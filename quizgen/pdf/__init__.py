"""Sheets as PDF: HTML printed by a browser of the machine, and a report of how the pages fit."""

from __future__ import annotations

from quizgen.pdf.browser import running as running
from quizgen.pdf.print import Printed as Printed
from quizgen.pdf.print import print_sheets as print_sheets
from quizgen.pdf.print import show_fit as show_fit
