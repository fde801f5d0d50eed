"""The long way through Markdown: markdown-it with math. Imported when a text first needs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from quizgen.markup import INLINE_MATH, Dialect, is_link
from quizgen.model import Media


def parser(dialect: Dialect | None = None) -> MarkdownIt:
    """Reads Markdown, and renders it to a dialect if one is given."""
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
    if dialect is not None:
        markdown.renderer = _DialectHTML(dialect)
    return markdown


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


def plain(token: Token) -> str:
    """What a reader sees of a token."""
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
    return "".join(map(plain, image.children or ()))


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
