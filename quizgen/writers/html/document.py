"""Whole documents: a sheet, or the key of all versions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from markupsafe import Markup

from quizgen.languages import direction
from quizgen.quiz import Quiz
from quizgen.words import counted, localized, words
from quizgen.writers.html.layouts import LAYOUTS, Form
from quizgen.writers.html.options import HtmlOptions, Key, Layout
from quizgen.writers.html.press import Press
from quizgen.writers.html.sheet import Sheet
from quizgen.writers.output import Output, Track, encode, environment, template_errors


def write(quiz: Quiz, options: HtmlOptions = HtmlOptions(), track: Track = iter) -> Output:
    """Documents that need nothing beside them.

    The sheet ends in `.html`, or `-A.html`, `-B.html` ... with several versions; a key of its own
    in `-key.html`.
    """
    form = LAYOUTS[options.layout]
    with template_errors(options.templates):
        templates = environment(
            "html", options.templates, css_string=_css_string, css_counters=_css_counters
        )
        known = cast("dict[str, Any]", templates.globals)  # typed as what Jinja puts there itself
        known |= {
            "language": quiz.language,
            "words": words(quiz.language),
            "counted": partial(counted, quiz.language),
            "localized": partial(localized, quiz.language),
            "scored": options.layout is Layout.TEST,
            "word_bank": options.word_bank,
        }
        press = Press(options, templates, track)
        sheets = [form.draw(version, press) for version in quiz.versions]
        files: dict[str, bytes] = {}
        if options.key is not Key.ONLY:
            for sheet in sheets:
                suffix = f"-{sheet.mark}.html" if sheet.mark else ".html"
                files[suffix] = _document(form.sheet, quiz, form, press, [sheet])
        if form.key and options.key in (Key.SEPARATE, Key.ONLY):
            suffix = "-key.html" if options.key is Key.SEPARATE else ".html"
            files[suffix] = _document("key.html.j2", quiz, form, press, sheets)
    return Output(files, tuple(dict.fromkeys(press.problems)))


def _document(name: str, quiz: Quiz, form: Form, press: Press, sheets: Sequence[Sheet]) -> bytes:
    licences = dict.fromkeys(bank.licence for bank in quiz.banks if bank.licence)
    works = dict.fromkeys(str(source) for bank in quiz.banks for source in bank.sources)
    parts = press.templates.get_template(name).generate(
        title=quiz.title,
        language=quiz.language,
        direction=direction(quiz.language),
        instructions=press.instructions(quiz.instructions),
        minutes=quiz.minutes,
        sheets=sheets,
        paper=press.options.paper.value,
        key=form.key,
        inline_key=form.key is not None and press.options.key is Key.INLINE,
        licence=", ".join(licences),
        works=list(works),
    )
    return encode(parts)


def _css_string(text: str) -> Markup:
    """The text as a quoted string of CSS, safe inside a style element."""
    plain = re.sub(r"[^\w .,:;!?()·–—-]", lambda found: f"\\{ord(found[0]):x} ", text)
    return Markup(f'"{plain}"')


def _css_counters(pattern: str) -> Markup:
    """`Page {page} of {pages}` as the content of a margin box."""
    page, pages = (Markup(f'" counter({name}) "') for name in ("page", "pages"))
    return Markup(
        _css_string(pattern).replace("\\7b page\\7d ", page).replace("\\7b pages\\7d ", pages)
    )
