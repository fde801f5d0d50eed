"""Texts as Moodle's HTML, and the XML that holds them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, unquote

from markupsafe import Markup

from quizgen.languages import direction, text_direction
from quizgen.markup import Dialect, MarkedHtml, Renderer, is_block
from quizgen.model import Bank, GapText, Media, Text
from quizgen.writers.moodle.entry import NO_TEXT
from quizgen.writers.output import base64

_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        # MathJax's signs, cloze's braces and the sign of a linked file are text in a text.
        "\\": "&#92;",
        "$": "&#36;",
        "{": "&#123;",
        "}": "&#125;",
        "@": "&#64;",
    }
)

_MATH_ESCAPES = {sign: _ESCAPES[sign] for sign in map(ord, '&<>"{}@')}
"""A formula keeps its backslashes; its braces would read as a gap's."""

_PLAIN = re.compile(r"(?! )[A-Za-z0-9 !\"#%'()+,./:;=?^|~-]++(?<! )")
"""A line in ASCII that is its own HTML, found at one look."""

_LINKED = re.compile(r"@@PLUGINFILE@@/([^\"]+)")
_FILE_NAME = re.compile(r"\w[\w-]*(?:[ .][\w-]+)*")
_LETTER = re.compile(r"[^\W\d_]")


def escape(text: str) -> str:
    """Literal text as HTML that Moodle shows as it stands."""
    return text.translate(_ESCAPES)


def _math(latex: str, display: bool) -> str:
    return (r"\[{}\]" if display else r"\({}\)").format(latex.translate(_MATH_ESCAPES))


def _image(image: Media, alt: str) -> str:
    return f'<img src="@@PLUGINFILE@@/{quote(image.name)}" alt="{alt}">'


def _audio(audio: Media, alt: str) -> str:
    src = f"@@PLUGINFILE@@/{quote(audio.name)}"
    return f'<audio controls="controls" src="{src}" title="{alt}">{alt}</audio>'


def moodle_renderer() -> Renderer:
    """Renders Markdown as Moodle wants its HTML."""
    code = '<span class="nolink"><code>{}</code></span>'.format
    return Renderer(Dialect(escape, escape, _math, _image, _audio, code))


class Rich(NamedTuple):
    """HTML and the files that it links."""

    html: str
    files: tuple[Media, ...] = ()


NOTHING = Rich("")


class Texts:
    """The texts of one bank."""

    def __init__(self, bank: Bank, renderer: Renderer) -> None:
        self._renderer = renderer
        self._media = _named_media(bank.media)
        self._direction = direction(bank.language)
        self._as_latin = self._direction == "ltr"

    def xml(self, text: Text | None, after: str = "") -> str:
        """A text as the element that holds it, and the HTML that stands after it."""
        if text is None:
            return literal(after) if after else NO_TEXT
        source = text.source
        if self._as_latin and _PLAIN.fullmatch(source) and "]]>" not in after:
            return f"<text><![CDATA[<p>{source}</p>{after}]]></text>"  # the most of a bank
        rich = self.rich(text)
        return element(Rich(rich.html + after, rich.files) if after else rich)

    def rich(self, text: Text | None) -> Rich:
        """A text as HTML, with its files; nothing for no text."""
        if text is None:
            return NOTHING
        return self.dressed(self._renderer.render(text.source, self._media), text.source)

    def marked(self, text: GapText) -> MarkedHtml:
        """A text with gaps, rendered, its gaps to be filled."""
        return self._renderer.render_marked(text.pieces, self._media)

    def dressed(self, inner: str, source: str) -> Rich:
        """Rendered text in a paragraph, with its direction where that is not the page's."""
        block = inner.startswith("<") and is_block(inner)
        if not (self._as_latin and source.isascii()) and self._turns(source):
            tag = "div" if block else "p"
            inner = f'<{tag} dir="{text_direction(source)}">{inner}</{tag}>'
        elif not block:
            inner = f"<p>{inner}</p>"
        return Rich(inner, self._files(inner))

    def _turns(self, source: str) -> bool:
        found = _LETTER.search(source) is not None
        return found and text_direction(source) != self._direction

    def _files(self, rendered: str) -> tuple[Media, ...]:
        """The files that rendered text links, each once."""
        if "@@PLUGINFILE@@" not in rendered:
            return ()
        by_name = {file.name: file for file in self._media.values()}
        names = dict.fromkeys(map(unquote, _LINKED.findall(rendered)))
        return tuple(by_name[name] for name in names)


def joined(*parts: Rich) -> Rich:
    """Several texts as one, each file once."""
    files = dict.fromkeys(file for part in parts for file in part.files)
    return Rich("".join(part.html for part in parts), tuple(files))


def within(tag: str, name: str, rich: Rich) -> Rich:
    """A text in an element of a class, by which a reader finds it again."""
    return Rich(f'<{tag} class="quizgen-{name}">{rich.html}</{tag}>', rich.files)


def element(rich: Rich) -> str:
    """The element `text`, and one `file` for each that it links."""
    text = f"<text>{section(rich.html)}</text>"
    for file in rich.files:
        name = html.escape(file.name)
        text += f'<file name="{name}" path="/" encoding="base64">{base64(file.data)}</file>'
    return text


def literal(text: str) -> str:
    """Text that is no HTML, such as what is typed, as the element that holds it."""
    return f"<text>{section(text)}</text>"


def section(text: str) -> str:
    """A CDATA section, split where the text holds its end; nothing for no text."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>" if text else ""


def cdata(text: str) -> Markup:
    """The section as a filter of the template."""
    return Markup(section(text))


def _named_media(media: Mapping[str, Media]) -> Mapping[str, Media]:
    """The files under their own names, where these are plain and no other has them."""
    named = {path: replace(file, name=_own_name(path, file)) for path, file in media.items()}
    first: dict[str, Media] = {}
    for path, file in media.items():
        taken = first.setdefault(named[path].name.casefold(), file)
        if taken.name != file.name:
            named[path] = file
    return named


def _own_name(path: str, file: Media) -> str:
    name = PurePosixPath(unquote(path)).name
    ending = PurePosixPath(name).suffix.lower().replace(".jpeg", ".jpg")
    return name if _FILE_NAME.fullmatch(name) and file.name.endswith(ending or "?") else file.name
