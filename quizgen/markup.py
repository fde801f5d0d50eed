"""Markdown with math to the HTML of a dialect, or to plain text.

A text of one line is one line: `1. FC`, `# 3` and `- 5` mean what they say. Lists, quotations, code
blocks and tables take more than one line. Raw HTML is text; links lead to the web or to mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from quizgen.model import Gap, Media

if TYPE_CHECKING:  # ElementTree comes with latex2mathml, which is imported when math is met
    from xml.etree.ElementTree import Element

_UNMARKED = r"[^\\`*_\[\]<>&$\n{}@\u0338]"
"""What no dialect escapes; U+0338 would make one sign with the end of a tag."""

_PLAIN = re.compile(f"{_UNMARKED}*")
"""What has no mark: a class alone, which the engine matches far faster than a choice."""

_EMPHASIZED = re.compile(
    rf"(?!\s)(?:{_UNMARKED}++"
    rf"|(?<![^ (])\*[^\W_](?:{_UNMARKED}*[^\W_])?\*(?![^ ,.;:?!)]))++(?<!\s)"
)
"""A line whose only marks are words in single stars: nothing in it can be read in two ways."""

_LINK = re.compile(r"(?:https?|mailto):|(?![a-z][a-z0-9+.-]*:)", re.IGNORECASE)
_MARK = re.compile("\ufdd0(\\d+)\ufdd1")
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
        self._markdown = _parser()
        self._markdown.renderer = _DialectHTML(dialect)

    def render(self, source: str, media: Mapping[str, Media]) -> str:
        """HTML: what stands in a line without a wrapper, several blocks with theirs."""
        if is_plain(source):
            return source
        if _EMPHASIZED.fullmatch(source):
            before, *rest = source.split("*")
            pairs = zip(rest[::2], rest[1::2], strict=True)
            return before + "".join(f"<em>{inside}</em>{after}" for inside, after in pairs)
        env: dict[str, Any] = {"media": media}
        line = source.strip()
        if "\n" not in line:
            html: str = self._markdown.renderInline(line, env)
            return html
        tokens = self._markdown.parse(source, env)
        if len(tokens) == 3 and tokens[0].type == "paragraph_open":
            tokens = tokens[1:2]
        html = self._markdown.renderer.render(tokens, self._markdown.options, env)
        return html.rstrip("\n")

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
        return _MARK.sub(lambda match: fill(self.gaps[int(match[1])]), self.html)


def is_link(address: str) -> bool:
    """Whether a link may lead there: to the web, to mail, or to a place beside."""
    return _LINK.match(address) is not None


def is_plain(source: str) -> bool:
    """Whether a text is its own HTML in every dialect, in an element."""
    return bool(_PLAIN.fullmatch(source)) and source == source.strip()


def is_block(html: str) -> bool:
    """Whether rendered text brings its own block elements."""
    return _BLOCK.match(html) is not None


def mark_gaps(pieces: Sequence[str | Gap]) -> tuple[str, list[Gap]]:
    """The Markdown of a text with gaps, a mark for each, and the gaps that the marks stand for."""
    gaps = [piece for piece in pieces if isinstance(piece, Gap)]
    numbers = iter(range(len(gaps)))
    source = "".join(
        f"\ufdd0{next(numbers)}\ufdd1" if isinstance(piece, Gap) else piece for piece in pieces
    )
    return source, gaps


class Reader:
    """Takes Markdown apart: its plain text, the images and the math in it."""

    def __init__(self) -> None:
        self._markdown = _parser()

    def plain(self, source: str) -> str:
        """The text that a reader sees, in one line; math as LaTeX, images as their text."""
        shown = source if is_plain(source) else "".join(map(_plain, self.tokens(source)))
        return _SPACES.sub(" ", shown).strip()

    def shows_more(self, source: str) -> bool:
        """Whether there is a formula or an image in the text, which plain text cannot show."""
        return ("$" in source or "![" in source) and any(
            token.type.startswith(("math", "image")) for token in self.tokens(source)
        )

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


def _parser() -> MarkdownIt:
    markdown = (
        MarkdownIt("commonmark", {"html": False})
        .enable("table")
        .disable(["html_inline", "html_block"])
    )
    markdown.use(
        dollarmath_plugin,
        allow_labels=False,
    )
    markdown.inline.ruler.at("math_inline", _inline_math)
    markdown.validateLink = is_link  # type: ignore[method-assign,assignment]  # the documented way to replace it
    return markdown


INLINE_MATH = re.compile(
    r"\$\$(?P<double>(?:[^$\\]|\\.)+)\$\$|\$(?=\S)(?P<single>(?:[^$\\]|\\.)+?)(?<!\s)\$(?!\d)",
    re.DOTALL,
)


def _inline_math(state: StateInline, silent: bool) -> bool:
    """`$...$` and `$$...$$` in a line, by Pandoc's rule, so that prices stay prices.

    No space stands inside the dollars, and no digit behind the closing one. The plugin's own rule
    lets a later price undo a formula.
    """
    if state.src[state.pos] != "$":
        return False
    found = INLINE_MATH.match(state.src, state.pos, state.posMax)
    if not found:
        # Taken as text at once: the opening of `$$x $$y` must not be tried from its second dollar.
        run = len(state.src) - len(state.src[state.pos :].lstrip("$")) - state.pos
        if not silent:
            state.pending += "$" * run
        state.pos += run
        return True
    if not silent:
        name = "math_inline_double" if found["double"] else "math_inline"
        token = state.push(name, "math", 0)
        token.content = found["double"] or found["single"]
        token.markup = "$$" if found["double"] else "$"
    state.pos = found.end()
    return True


def _plain(token: Token) -> str:
    match token.type:
        case "image":
            return _alternative(token)
        case "softbreak" | "hardbreak":
            return " "
        case "inline":
            return " "
        case _:
            return token.content


def _alternative(image: Token) -> str:
    """What an image shows, as plain text."""
    return "".join(map(_plain, image.children or ()))


class _DialectHTML(RendererHTML):
    """markdown-it's renderer, with a dialect's ways for what differs."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self._dialect = dialect
        rules: Any = self.rules  # typed as bound methods of one signature
        rules |= dict.fromkeys(("math_inline", "math_inline_double", "math_block"), self._math)

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return self._dialect.escape(tokens[idx].content)

    text_special = text

    def code_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return self._dialect.code(self._dialect.escape(tokens[idx].content))

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<pre>{self.code_inline(tokens, idx, options, env)}</pre>\n"

    fence = code_block

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        alternative = self._dialect.attribute(_alternative(token))
        file: Media | None = env["media"].get(str(token.attrs["src"]))
        if file is None:  # a bank that lacks it is refused by whoever loads it, yet can be checked
            return alternative
        show = self._dialect.audio if file.is_audio else self._dialect.image
        return show(file, alternative)

    def _math(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        return self._dialect.math(token.content.strip(), token.type != "math_inline")

    def renderAttrs(self, token: Token) -> str:  # type: ignore[override]  # noqa: N802 - static there, called on the instance
        escape = self._dialect.attribute
        return "".join(f' {name}="{escape(str(value))}"' for name, value in token.attrItems())
