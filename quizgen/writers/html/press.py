"""What the layouts share: the options, the templates, and how a text becomes HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeVar

from jinja2 import Environment
from markupsafe import Markup

from quizgen.languages import direction
from quizgen.markup import Dialect, MathError, Reader, Renderer, to_mathml
from quizgen.model import Bank, Media, Text
from quizgen.problems import Problem
from quizgen.words import localized, words
from quizgen.writers.html.measure import columns_for, line_of, width_of
from quizgen.writers.html.options import HtmlOptions
from quizgen.writers.html.sheet import NOTHING, Tongue, ready
from quizgen.writers.output import Track, data_url

T = TypeVar("T")

_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc]")
_OPENING = re.compile(r"(?:\s*<(?:p|ul|ol|li|blockquote|em|strong)>)*")


class Press:
    """Sets texts for one run of the writer; `problems` gathers what could not be said.

    `language` is that of the page.
    """

    def __init__(
        self, options: HtmlOptions, language: str, templates: Environment, track: Track
    ) -> None:
        self.options = options
        self.language = language
        self.templates = templates
        self.track = track
        self.problems: list[Problem] = []
        self.reader = Reader()
        self.line = line_of(options)
        self._tongues: dict[str, Tongue] = {}
        self._points: dict[Decimal, str] = {}
        self._formulas: dict[tuple[str, bool], str] = {}
        self.renderer = Renderer(Dialect(html.escape, html.escape, self._math, image_tag, _audio))

    def tongue(self, bank: Bank) -> Tongue:
        """What a bank's questions are asked in: the words are the bank's, if none are chosen."""
        language = bank.language
        found = self._tongues.get(language)
        if found is None:
            found = self._tongues[language] = Tongue(
                language,
                direction(language),
                words(self.options.language or language),
                language != self.language,
            )
        return found

    def points(self, points: Decimal) -> str:
        """Points as the page's language writes them."""
        found = self._points.get(points)
        if found is None:
            found = self._points[points] = localized(self.language, points)
        return found

    def text(self, text: Text | None, bank: Bank) -> Markup:
        """A text as HTML; empty for no text."""
        if text is None:
            return NOTHING
        try:
            shown = self.renderer.render(text.source, bank.media)
        except MathError as error:
            self._note(error, text)
            return NOTHING
        return ready(shown if text.source.isascii() else self.led(shown, bank))

    def led(self, shown: str, bank: Bank) -> str:
        """HTML that runs from the right if the bank's language does and a letter of it does.

        A browser goes by the first letter, which may be that of a foreign name: a mark before it
        says otherwise.
        """
        if self.tongue(bank).direction == "ltr" or not _FROM_THE_RIGHT.search(shown):
            return shown
        opening = _OPENING.match(shown)
        at = opening.end() if opening else 0
        return shown if _FROM_THE_RIGHT.match(shown, at) else f"{shown[:at]}\u200f{shown[at:]}"

    def instructions(self, text: Text | None) -> Markup:
        """What a quiz file says, which has no media, as HTML; empty for no text."""
        if text is None:
            return NOTHING
        return Markup(self.set(text, lambda: self.renderer.render(text.source, {}), ""))

    def set(self, text: Text, render: Callable[[], T], instead: T) -> T:
        """What `render` makes of the text; a formula that cannot be set is noted."""
        try:
            return render()
        except MathError as error:
            self._note(error, text)
            return instead

    def _note(self, error: MathError, text: Text) -> None:
        message = f"a formula cannot be set: {error}; correct it"
        self.problems.append(Problem("math", message, text.span))

    def columns(self, texts: Iterable[Text], most: int = 4) -> int:
        """How many columns the texts fit in, by their widest; large print has one."""
        if self.options.large_print:
            return 1
        sources = [text.source for text in texts]
        widest = max([width_of(self.reader.plain(source)) for source in sources])
        columns = min(most, columns_for(widest, self.line))
        if columns > 2 and any("![" in source or "\n" in source for source in sources):
            return 2
        return columns

    def _math(self, latex: str, display: bool) -> str:
        formula = self._formulas.get((latex, display))
        if formula is None:
            formula = self._formulas[latex, display] = to_mathml(latex, display=display)
        return formula


def image_tag(image: Media, alt: str) -> str:
    """An image inside the document; `alt` is escaped."""
    return f'<img src="{data_url(image)}" alt="{alt}">'


def _audio(audio: Media, alt: str) -> str:
    """A player on screen; on paper, where nothing is heard, what is to be heard."""
    player = f'<audio controls src="{data_url(audio)}"></audio>'
    return f'<span class="audio">{player} <span>♪ {alt}</span></span>'
