"""Literal text and simple HTML to the Markdown of a bank, with no more escapes than it takes.

What a sign means depends on what stands around it: a dash begins a list only at the start of a
line, and only where there are several lines. So escaping leaves marks (noncharacters, which no
text may hold), and `settle` makes them backslashes or takes them away once the whole is there.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Sequence

from quizgen.markup import INLINE_MATH, math_fault
from quizgen.source import FORBIDDEN

AT_START = "\ufdd2"
"""A backslash if it comes to stand at the start of one of several lines."""

IF_LINES = "\ufdd3"
"""A backslash if there are several lines."""

DOLLAR = "\ufdd4"
"""A dollar that is money."""

BACKSLASH = "\ufdd5"
"""A backslash that makes no formula."""

AFTER_MATH = "\ufdd6"
"""The end of a formula, which no digit may follow."""

OPENING, CLOSING = "\ufdd7", "\ufdd8"
"""Brackets that are text; a link needs both, in whatever lines or elements they stand."""


def literal(text: str) -> str:
    """Markdown that shows the text as it is, its lines as lines."""
    if _BARE.fullmatch(text):
        return text
    return settle("\n\n".join(map(_paragraph, re.split(r"\n\s*\n", text.strip()))))


def _paragraph(text: str) -> str:
    lines = list(map(one_line, text.split("\n")))
    return "\\\n".join(escape(line, inside=len(lines) > 1) for line in lines)


def from_simple_html(source: str) -> str | None:
    """Markdown of HTML that is a line of text or a paragraph; None for any other."""
    found = _PARAGRAPH.fullmatch(source)
    if not found:
        return None
    text = found["text"]
    if _BARE.fullmatch(text):
        return text
    return settle(with_formulas(one_line(decoded(text))))


def decoded(text: str) -> str:
    """The text of HTML without tags; what stands as an entity makes no formula."""
    text = sound_references(text).replace("&#36;", DOLLAR).replace("&#92;", BACKSLASH)
    return html.unescape(text)


def unescaped(text: str) -> str:
    """The text of HTML without tags, as it is."""
    return html.unescape(sound_references(text))


def sound_references(source: str) -> str:
    """HTML or XML whose references by number name characters that a text can hold; others go."""
    return _REFERENCE.sub(_sound, source) if "&#" in source else source


def unsound_reference(source: str) -> int | None:
    """Where the first reference stands that names what no text can hold."""
    found = _REFERENCE.finditer(source) if "&#" in source else ()
    return next((each.start() for each in found if not _sound(each)), None)


_REFERENCE = re.compile(r"&#(?:[xX]0*(?P<hex>[0-9a-fA-F]+)|0*(?P<number>[0-9]+));?")


def _sound(reference: re.Match[str]) -> str:
    figures, base = (reference["hex"], 16) if reference["hex"] else (reference["number"], 10)
    code = int(figures, base) if len(figures) < 9 else sys.maxunicode + 1
    if 0x80 <= code < 0xA0:  # browsers take it for Windows-1252, as whoever wrote it did
        shown = html.unescape(f"&#{code};")
        return "" if FORBIDDEN.match(shown) else shown
    return "" if code > sys.maxunicode or FORBIDDEN.match(chr(code)) else reference[0]


def one_line(text: str) -> str:
    """The text with single spaces, as a browser shows it."""
    if "\u00a0" in text:
        text = IDLE.sub(" ", text)
    return _SPACES.sub(" ", text).strip(" ")


def with_formulas(text: str, *, inside: bool = False) -> str:
    r"""The text escaped, its formulas `\(…\)`, `\[…\]` and `$$…$$` as Markdown has them."""
    if "\\" not in text and "$" not in text:
        return escape(text, inside=inside)
    parts: list[str] = []
    end = 0
    for found in _MATH.finditer(text):
        latex = found["line"] or found["display"] or found["dollars"]
        shown = formula(latex, display=not found["line"])
        if shown:
            parts += escape(text[end : found.start()], inside=True), shown
            end = found.end()
    parts.append(escape(text[end:], inside=inside or bool(parts)))
    return "".join(parts)


def formula(latex: str, *, display: bool = False) -> str | None:
    """`$…$` or `$$…$$`; None for what is no formula here."""
    latex = one_line(latex.replace(DOLLAR, r"\$").replace(BACKSLASH, "\\"))
    sign = "$$" if display else "$"
    made = f"{sign}{latex}{sign}"
    if not INLINE_MATH.fullmatch(made) or math_fault(latex):
        return None
    return made + AFTER_MATH


def escape(text: str, *, inside: bool = False) -> str:
    """The text with backslashes and marks, to be settled; `inside` if other text is beside it."""
    text = text.replace("$", DOLLAR).replace(BACKSLASH, "\\")
    text = (_SIGNS_INSIDE if inside else _SIGNS).sub(_escape, text)
    text = text.replace("[", OPENING).replace("]", CLOSING).replace("|", f"{IF_LINES}|")
    return _START.sub(_escape_start, text, count=1)


def bracketed(text: str) -> str:
    """Escaped text to stand in brackets, as that of a link, which its own do not open or close."""
    return text.replace(OPENING, "\\[").replace(CLOSING, "\\]")


def stacked(texts: Sequence[str]) -> str:
    """Several texts one below another; what was a line of text does not become a list by it."""
    return "\n\n".join(map(_as_block, texts)) if len(texts) > 1 else "".join(texts)


def _as_block(markdown: str) -> str:
    line = markdown.strip()
    return markdown if "\n" in line else _OPENED.sub(r"\g<0>\\", line)


def settle(markdown: str) -> str:
    """The Markdown with its marks made into what they stand for."""
    if OPENING in markdown:
        markdown = markdown.replace(OPENING, "\\[" if _CLOSED.search(markdown) else "[")
    markdown = markdown.replace(CLOSING, "]")
    if AFTER_MATH in markdown:
        markdown = re.sub(rf"{AFTER_MATH}(\d)", lambda found: f"&#{ord(found[1])};", markdown)
        markdown = markdown.replace(AFTER_MATH, "")
    if DOLLAR in markdown:
        plain = markdown.replace(DOLLAR, "$")
        is_money = "$" not in markdown and "$$" not in plain and not INLINE_MATH.search(plain)
        markdown = plain if is_money else markdown.replace(DOLLAR, "\\$")
    if "\n" in markdown:
        markdown = _STARTED.sub(r"\g<0>" + "\\\\", markdown).replace(IF_LINES, "\\")
    else:
        markdown = markdown.replace(IF_LINES, "")
    return markdown.replace(AT_START, "")


_BARE = re.compile(r"(?! )(?:[^\\`*_\[<&$|\s]| (?! |$))*")
"""A text that shows itself."""

_PARAGRAPH = re.compile(r'\s*(?:<p(?: dir="\w+")?>(?=[^<]*</p>))?(?P<text>[^<]*)(?:</p>\s*)?')
_SPACES = re.compile(r"[ \t\r\n]+")
IDLE = re.compile("\u00a0(?=[ \u00a0]|$)|(?<= )\u00a0|^\u00a0")
"""Spaces that do not break, of which an editor leaves many, where they hold nothing together."""

_MATH = re.compile(
    r"\\\((?P<line>(?:[^\\]|\\[^(\[])+?)\\\)|\\\[(?P<display>(?:[^\\]|\\[^(\[])+?)\\\]"
    r"|\$\$(?P<dollars>(?:[^$\\]|\\.)+?)\$\$",
    re.DOTALL,
)

_OTHERS = r"|(?P<sign>[*_`]|\\(?=[!-/:-@\[-`{-~\n\ufdd4]|$)|<(?=[^\s<>]*[:@])|&(?=\#?\w+;))"
_HARMLESS = r"|(?<=[^\W_])_+(?=[^\W_])|(?<= )_{3,}(?=[.,;:!?)]+(?: |$))"
_SIGNS = re.compile(r"(?<![^ ])(?:\*+|_+)(?![^ ])" + _HARMLESS + _OTHERS)
_SIGNS_INSIDE = re.compile(r"(?<= )(?:\*+|_+)(?= )" + _HARMLESS + _OTHERS)
"""Signs that would be markup; those without a name stand alone, inside a word, or as a blank before
a sign that ends a sentence, where they can open emphasis that nothing closes, and would not."""

_CLOSED = re.compile(f"{CLOSING}(?=[(:[{OPENING}])")
"""A bracket that would make a link."""

_START = re.compile(
    r"^(?P<before> *(?=\#{1,6}(?:\s|$)|>|[-+*=_]+(?:[:\s]|$)|:-|~~~|`)| *\d{1,9}(?=[.)](?:\s|$)))"
    r"(?P<run>\*+|_+)?"
)
_OPENED = re.compile(
    r"^(?:\d{1,9}(?=[.)](?:\s|$))"
    r"|(?=\#{1,6}(?:\s|$)|>|[-+*](?:\s|$)|(?:[-*_]\s*){3,}$|~~~|```[^`]*$|\[(?:[^\]\\]|\\.)*\]:))"
)
"""Where a line of text needs a backslash that begins a block among other lines."""

_STARTED = re.compile(rf"^(?:[ >]|[-*+] |\d+[.)] )*\d{{0,9}}(?={AT_START})", re.MULTILINE)


def _escape_start(found: re.Match[str]) -> str:
    # A sign behind an escaped one could close emphasis.
    return found["before"] + AT_START + IF_LINES.join(found["run"] or "")


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found["sign"] else found[0]
