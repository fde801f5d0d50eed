"""What the layouts share: the options, the templates, and how a text becomes HTML."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TypeVar

from jinja2 import Environment
from markupsafe import Markup

from quizgen.markup import Dialect, MathError, Reader, Renderer, to_mathml
from quizgen.model import Bank, Image, Text
from quizgen.problems import Problem
from quizgen.writers.html.options import HtmlOptions
from quizgen.writers.html.sheet import NOTHING
from quizgen.writers.output import Track, base64

T = TypeVar("T")


class Press:
    """Sets texts for one run of the writer; `problems` gathers what could not be said."""

    def __init__(self, options: HtmlOptions, templates: Environment, track: Track) -> None:
        self.options = options
        self.templates = templates
        self.track = track
        self.problems: list[Problem] = []
        self.reader = Reader()
        self._formulas: dict[tuple[str, bool], str] = {}
        self.renderer = Renderer(Dialect(html.escape, html.escape, self._math, _image, _audio))

    def text(self, text: Text | None, bank: Bank) -> Markup:
        """A text as HTML; empty for no text."""
        if text is None:
            return NOTHING
        source = text.source
        if "$" not in source:
            return Markup(self.renderer.render(source, bank.images))
        return Markup(self.set(text, lambda: self.renderer.render(source, bank.images), ""))

    def instructions(self, text: Text | None) -> Markup:
        """What a quiz file says, which has no images, as HTML; empty for no text."""
        if text is None:
            return NOTHING
        return Markup(self.set(text, lambda: self.renderer.render(text.source, {}), ""))

    def set(self, text: Text, render: Callable[[], T], instead: T) -> T:
        """What `render` makes of the text; a formula that cannot be set is noted."""
        try:
            return render()
        except MathError as error:
            message = f"a formula cannot be set: {error}; correct it"
            self.problems.append(Problem("math", message, text.span))
            return instead

    def _math(self, latex: str, display: bool) -> str:
        formula = self._formulas.get((latex, display))
        if formula is None:
            formula = self._formulas[latex, display] = to_mathml(latex, display=display)
        return formula


def _image(image: Image, alt: str) -> str:
    return f'<img src="data:{image.mime};base64,{base64(image.data)}" alt="{alt}">'


def _audio(audio: Image, alt: str) -> str:
    """A player on screen; on paper, where nothing is heard, what is to be heard."""
    src = f"data:{audio.mime};base64,{base64(audio.data)}"
    return f'<span class="audio"><audio controls src="{src}"></audio> <span>♪ {alt}</span></span>'
