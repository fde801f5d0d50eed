"""Markdown with math to the HTML of a dialect, or to plain text.

A text of one line is one line: `1. FC`, `# 3` and `- 5` mean what they say. Lists, quotations, code
blocks and tables take more than one line. Raw HTML is text; links lead to the web or to mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from quizgen.model import Gap, Media

if TYPE_CHECKING:  # heavy: imported when a text needs it
    from xml.etree.ElementTree import Element

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_UNMARKED = r"[^\\`*_\[\]<>&$\n\r{}@\u0338]"
"""What no dialect escapes; U+0338 would make one sign with the end of a tag."""

_PLAIN = re.compile(f"{_UNMARKED}*")
"""What has no mark: a class alone, which the engine matches far faster than a choice."""

_PLAIN_TEXT = re.compile(rf"(?!\s){_UNMARKED}*+(?<!\s)")
"""The same from the first sign of a text to its last."""


def _stressed(stars: str) -> str:
    """The pattern of words between such stars, which cannot be read in two ways."""
    return rf"(?<![^ (]){stars}[^\W_](?:{_UNMARKED}*[^\W_])?{stars}(?![^ ,.;:?!)])"


_STRESSED = re.compile(
    rf"(?!\s)(?:{_UNMARKED}++|{_stressed('[*]')}|{_stressed('[*]{2}')})++(?<!\s)"
)
"""A line whose only marks are words in single or double stars."""

_SENTENCE = rf"(?=[^\W\d_]|\d+ |[\"'“‘(]){_UNMARKED}*+(?<!\s)"
"""The pattern of a line without marks that begins as a sentence does, and no block."""

_LIST = rf"- {_SENTENCE}(?:\n- {_SENTENCE})*+"
_BLOCK_OF_TEXT = rf"(?:{_SENTENCE}|{_LIST}(?!\n\n- ))"
_BLOCKS = re.compile(rf"{_BLOCK_OF_TEXT}(?:\n\n{_BLOCK_OF_TEXT})*+\n*")
"""Such lines as paragraphs and as the items of lists, as in a rubric."""

INLINE_MATH = re.compile(
    r"\$\$(?P<double>(?:[^$\\]|\\.)+)\$\$|\$(?=\S)(?P<single>(?:[^$\\]|\\.)+?)(?<!\s)\$(?!\d)",
    re.DOTALL,
)
"""A formula in a line."""

_LINK = re.compile(r"(?:https?|mailto):|(?![a-z][a-z0-9+.-]*:)", re.IGNORECASE)
GAP_MARK = re.compile("\ufdd0(\\d+)\ufdd1")
"""Stands for a gap while its text is rendered; no text holds these two noncharacters."""

_SPACES = re.compile(r"[ \t\r\n\f]+")
"""What a page shows as one space; others, such as that of Chinese, are characters of a text."""

_BLOCK = re.compile("<(?:p|div|ul|ol|pre|blockquote|table|h[1-6]|hr)\\b")

_UNSAFE_MACROS = re.compile(
    r"\\(?:href|url|class|style|cssId|data|require|unicode|html\w*|includegraphics|bbox|mmlToken"
    r"|def|gdef|edef|let|(?:re)?newcommand|providecommand|(?:re)?newenvironment"
    r"|Declare\w+|Newextarrow|(?:re)?newtagform|usetagform|mathtoolsset)(?![A-Za-z])"
)
"""Macros by which MathJax makes links, styles or scripts, or would take new meanings."""

_MATHML_ATTRIBUTES = {
    *("accent", "align", "columnalign", "columnlines", "columnspacing", "display", "displaystyle"),
    *("fence", "form", "largeop", "linethickness", "lspace", "mathsize", "mathvariant"),
    *("maxsize", "minsize", "movablelimits", "notation", "rowlines", "rowspacing", "rspace"),
    *("scriptlevel", "separator", "stretchy", "symmetric", "width", "height", "depth", "voffset"),
    *("xmlns", "mathcolor", "mathbackground"),
}


@dataclass(frozen=True)
class Dialect:
    """How one target wants its HTML.

    `escape` makes literal text safe in an element, `attribute` in a quoted attribute; `math` takes
    LaTeX and whether it is displayed; `image` and `audio` take the file and its escaped
    alternative text.
    """

    escape: Callable[[str], str]
    attribute: Callable[[str], str]
    math: Callable[[str, bool], str]
    image: Callable[[Media, str], str]
    audio: Callable[[Media, str], str]
    code: Callable[[str], str] = "<code>{}</code>".format


class Renderer:
    """Renders Markdown to one dialect; `media` maps the paths that the texts name."""

    def __init__(self, dialect: Dialect) -> None:
        self.escape = dialect.escape
        self._dialect = dialect

    @cached_property
    def _markdown(self) -> MarkdownIt:
        from quizgen.commonmark import parser

        return parser(self._dialect)

    def render(self, source: str, media: Mapping[str, Media]) -> str:
        """HTML: what stands in a line without a wrapper, several blocks with theirs."""
        if _PLAIN_TEXT.fullmatch(source):
            return source
        if "*" in source and _STRESSED.fullmatch(source):
            if "**" in source:  # in these alone quotation marks are escaped
                source = _between(self.escape(source), "**", "strong")
            return _between(source, "*", "em")
        if pieces := text_and_formulas(source):
            return "".join(map(self._piece, pieces))
        env: dict[str, Any] = {"media": media}
        line = source.strip()
        if "\n" not in line:
            html: str = self._markdown.renderInline(line, env)
            return html
        if _BLOCKS.fullmatch(source):
            return "\n".join(map(self._block, source.rstrip("\n").split("\n\n")))
        tokens = self._markdown.parse(source, env)
        if len(tokens) == 3 and tokens[0].type == "paragraph_open":
            tokens = tokens[1:2]
        html = self._markdown.renderer.render(tokens, self._markdown.options, env)
        return html.rstrip("\n")

    def _block(self, source: str) -> str:
        if not source.startswith("- "):
            return f"<p>{self.escape(source)}</p>"
        items = [f"<li>{self.escape(item)}</li>" for item in source[2:].split("\n- ")]
        return "\n".join(("<ul>", *items, "</ul>"))

    def _piece(self, piece: str | Formula) -> str:
        if isinstance(piece, str):
            return self.escape(piece)
        return self._dialect.math(piece.latex.strip(), piece.display)

    def render_marked(self, pieces: Sequence[str | Gap], media: Mapping[str, Media]) -> MarkedHtml:
        """HTML of a text with gaps, to be filled in one way or another."""
        source, gaps = mark_gaps(pieces)
        return MarkedHtml(self.render(source, media), gaps)


@dataclass(frozen=True)
class MarkedHtml:
    """HTML with marks where gaps are."""

    html: str
    gaps: Sequence[Gap]

    def filled(self, fill: Callable[[Gap], str]) -> str:
        """The HTML with each gap as `fill` writes it."""
        return GAP_MARK.sub(lambda match: fill(self.gaps[int(match[1])]), self.html)


def _between(source: str, stars: str, tag: str) -> str:
    """The text with what stands between such stars in elements of that name."""
    pieces = source.split(stars)
    pieces[1::2] = [f"<{tag}>{piece}</{tag}>" for piece in pieces[1::2]]
    return "".join(pieces)


def is_link(address: str) -> bool:
    """Whether a link may lead there: to the web, to mail, or to a place beside."""
    return _LINK.match(address) is not None


def is_plain(source: str) -> bool:
    """Whether a text is its own HTML in every dialect, in an element."""
    return _PLAIN_TEXT.fullmatch(source) is not None


class Formula(NamedTuple):
    """A formula in LaTeX, and whether it is displayed."""

    latex: str
    display: bool


def text_and_formulas(source: str) -> list[str | Formula] | None:
    """The pieces of a line whose only marks are formulas; None of any other text."""
    line = source.strip()
    if "$" not in line or "\n" in line or "\r" in line:  # a formula may hold them
        return None
    pieces: list[str | Formula] = []
    at = 0
    while text := _PLAIN.match(line, at):
        pieces.append(text[0])
        if text.end() == len(line):
            return pieces
        found = INLINE_MATH.match(line, text.end())
        if not found:  # another mark, among others a dollar that is none of a formula's
            break
        pieces.append(Formula(found["double"] or found["single"], bool(found["double"])))
        at = found.end()
    return None


def is_block(html: str) -> bool:
    """Whether rendered text brings its own block elements."""
    return _BLOCK.match(html) is not None


def gap_mark(number: int) -> str:
    """What `GAP_MARK` finds in the place of the gap of a number, from 0."""
    return f"\ufdd0{number}\ufdd1"


def mark_gaps(pieces: Sequence[str | Gap]) -> tuple[str, list[Gap]]:
    """The Markdown of a text with gaps, a mark for each, and the gaps that the marks stand for."""
    gaps = [piece for piece in pieces if isinstance(piece, Gap)]
    numbers = iter(range(len(gaps)))
    source = "".join(
        gap_mark(next(numbers)) if isinstance(piece, Gap) else piece for piece in pieces
    )
    return source, gaps


class Reader:
    """Takes Markdown apart: its plain text, the images and the math in it."""

    @cached_property
    def _markdown(self) -> MarkdownIt:
        from quizgen.commonmark import parser

        return parser()

    def plain(self, source: str) -> str:
        """The text that a reader sees, in one line; math as LaTeX, images as their text."""
        shown = source if _PLAIN_TEXT.fullmatch(source) else self._shown(source)
        if "  " in shown or not shown.isprintable():
            shown = _SPACES.sub(" ", shown)
        return shown.strip()

    def _shown(self, source: str) -> str:
        if "*" in source and _STRESSED.fullmatch(source):
            return source.replace("*", "")
        if pieces := text_and_formulas(source):
            return "".join(piece if isinstance(piece, str) else piece.latex for piece in pieces)
        from quizgen.commonmark import plain

        return "".join(map(plain, self.tokens(source)))

    def formulas(self, source: str) -> list[str]:
        """The formulas of a text, in LaTeX."""
        if "$" not in source:
            return []
        if pieces := text_and_formulas(source):
            return [piece.latex for piece in pieces if not isinstance(piece, str)]
        return [token.content for token in self.tokens(source) if token.type.startswith("math")]

    def shows_more(self, source: str) -> bool:
        """Whether there is a formula or an image in the text, which plain text cannot show."""
        return bool(self.formulas(source) or self.media(source))

    def media(self, source: str) -> list[str]:
        """Where the pictures and recordings of a text are to be found, as it says."""
        if "![" not in source:
            return []
        return [str(token.attrs["src"]) for token in self.tokens(source) if token.type == "image"]

    def unread(self, source: str) -> int | None:
        """The line from 1 of a list or quotation so deep that what is in it is passed over."""
        for token in self.tokens(source):
            inside = token.type in ("blockquote_open", "list_item_open")
            if inside and token.level + 1 >= self._markdown.options.maxNesting and token.map:
                return token.map[0] + 1
        return None

    def tokens(self, source: str) -> list[Token]:
        """The tokens of a text, inline ones among the blocks."""
        line = source.strip()
        parse = self._markdown.parse if "\n" in line else self._markdown.parseInline
        flat: list[Token] = []
        for token in parse(line, {}):
            flat += [*(token.children or ()), token] if token.type == "inline" else [token]
        return flat


def math_fault(latex: str) -> str | None:
    """What is wrong with a formula at first sight, or None; `to_mathml` finds the rest."""
    unsafe = _UNSAFE_MACROS.search(latex)
    if unsafe:
        return f"the macro '{unsafe[0]}' is not allowed"
    bare = latex.replace("\\\\", "").replace("\\{", "").replace("\\}", "")
    return None if bare.count("{") == bare.count("}") else "its braces do not pair"


class MathError(ValueError):
    """A formula that cannot be read; says why."""


_CONVERTER_SAYS = {
    "DoubleSubscriptsError": "double subscripts",
    "DoubleSuperscriptsError": "double superscripts",
    "ExtraLeftOrMissingRightError": "a \\left without its \\right",
    "InvalidStyleForGenfracError": "a style that is none",
    "RecursionError": "it nests too deep",
}


def to_mathml(latex: str, display: bool) -> str:
    """MathML of a LaTeX formula. Raises MathError if it cannot be read."""
    from html import unescape
    from xml.etree import ElementTree

    from latex2mathml.converter import convert_to_element

    try:
        root: Element = convert_to_element(latex, display="block" if display else "inline")
    # The converter has no error base: a bad formula ends in IndexError or ValueError as well.
    except Exception as error:
        raise MathError(
            _CONVERTER_SAYS.get(type(error).__name__, "something is missing in it")
        ) from error
    for element in root.iter():
        if element.text:
            element.text = unescape(element.text)
            if element.text.startswith("\\") and element.text[1:].isalpha():
                raise MathError(f"there is no macro '{element.text}'")
        for name in [name for name in element.attrib if name not in _MATHML_ATTRIBUTES]:
            del element.attrib[name]
    return ElementTree.tostring(root, encoding="unicode")
