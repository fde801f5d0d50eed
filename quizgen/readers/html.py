"""HTML to the Markdown of a bank, by markdownify, with its escapes, formulas and media ours."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from quizgen.markdown import (
    BACKSLASH,
    DOLLAR,
    IDLE,
    bracketed,
    decoded,
    escape,
    formula,
    literal,
    one_line,
    settle,
    sound_references,
    with_formulas,
)
from quizgen.markup import is_link

MOST_TAGS = 20_000
DEEPEST = 80
"""How many tags a text has, and how deep they nest, before its markup is given up."""

Show = Callable[[str, str], str]
"""Markdown of a picture or a recording, by its address and its text."""


class HtmlConverter:
    """Converts texts one after another; `show` says what becomes of media."""

    def __init__(self, show: Show) -> None:
        self._converter = _Converter(show)

    def convert(self, source: str) -> tuple[str, tuple[str, ...]]:
        """Markdown of HTML, and the names of what it could not take along."""
        self._converter.lost = {}
        if source.count("<") <= MOST_TAGS:
            marked = sound_references(source)
            marked = marked.replace("&#36;", DOLLAR).replace("&#92;", BACKSLASH)
            marked = marked.replace("\ufeff", _JOINER)
            # Said to be a body, it is not taken for an address or for XML, of which one is warned.
            soup = BeautifulSoup(f"<body>{marked}", "lxml")
            if not _is_deeper(soup, DEEPEST):
                markdown = self._converter.convert_soup(soup).strip()
                # Before what is text at the start of a line looks like what is markup.
                markdown = _unblocked(re.sub(r"(?:\\\n *){2,}", "\n\n", markdown))
                markdown = settle(markdown)
                if "`" not in markdown:
                    markdown = re.sub(r"(?<=\S) {2,}(?=\S)", " ", markdown)
                markdown = markdown.replace(DOLLAR, "$").replace(BACKSLASH, "\\")
                markdown = markdown.replace(_JOINER, "\ufeff")
                return markdown, tuple(self._converter.lost)
        return literal(decoded(re.sub(r"<[^<>]*>", " ", source))), ("markup that nests too deep",)


_JOINER = "\ufdd9"
"""U+FEFF, which a parser takes for a byte order mark where a text begins with it."""


def _is_deeper(tree: Tag, depth: int) -> bool:
    level: list[Tag] = [tree]
    for _ in range(depth):
        level = [each for tag in level for each in tag.children if isinstance(each, Tag)]
        if not level:
            return False
    return True


def _unblocked(markdown: str) -> str:
    """A heading, a quotation or a rule by itself: in a text of one line there are none."""
    if "\n" in markdown:
        return markdown
    if heading := re.fullmatch(r"#{1,6} (.+)", markdown):
        return heading[1] if "*" in heading[1] else f"**{heading[1]}**"
    return re.sub(r"^(?:> )+|^---$", "", markdown)


if TYPE_CHECKING:

    class _Base:
        """markdownify's class, of which its types leave out what is used here."""

        def __init__(self, **options: object) -> None: ...
        def convert_soup(self, soup: BeautifulSoup) -> str: ...
        def process_text(self, el: NavigableString, parent_tags: set[str] | None) -> str: ...
        def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str: ...
else:
    from markdownify import MarkdownConverter as _Base


_Method = Callable[[Any, Tag, str, set[str]], str]


def _emphasis(sign: str) -> _Method:
    def convert(self: _Converter, el: Tag, text: str, parent_tags: set[str]) -> str:
        bare = text.strip()
        same = {"b", "strong"} if sign == "**" else {"i", "em"}
        if not bare or parent_tags & {"_noformat", *same} or not _can_stand(el, bare):
            return text
        before = " " * text.startswith(" ")
        return f"{before}{sign}{bare}{sign}{' ' * text.endswith(' ')}"

    return convert


def _media(name: str) -> _Method:
    def convert(self: _Converter, el: Tag, text: str, parent_tags: set[str]) -> str:
        addresses = _addresses(el)
        self.lost[f"{name} ('{addresses[0][:60]}')" if addresses else name] = None
        for address in addresses:
            if re.fullmatch(r"https?:[^\s()<>]+", address):
                return f"[{name}]({address})"
        return "" if one_line(el.get_text()) in addresses else text

    return convert


def _dropped(name: str) -> _Method:
    def convert(self: _Converter, el: Tag, text: str, parent_tags: set[str]) -> str:
        self.lost[name] = None
        return ""

    return convert


class _Converter(_Base):
    """markdownify, with a bank's way of escaping and what its Markdown lacks put otherwise."""

    def __init__(self, show: Show) -> None:
        super().__init__(
            bullets="-", heading_style="atx", newline_style="backslash", wrap=True, wrap_width=None
        )
        self.lost: dict[str, None] = {}
        self._show = show

    def process_text(self, el: NavigableString, parent_tags: set[str] | None = None) -> str:
        text = super().process_text(el, parent_tags)
        if "\u00a0" in text:
            text = IDLE.sub(" ", text)
        # An exclamation mark before a link would make it a picture.
        if text.endswith("!") and el.next_sibling is not None:
            return f"{text[:-1]}\\!"
        return text

    def escape(self, text: str, parent_tags: set[str]) -> str:
        return with_formulas(text, inside=True)

    convert_b = convert_strong = _emphasis("**")
    convert_i = convert_em = _emphasis("*")

    def convert_s(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        self.lost["struck-out text"] = None
        return text

    convert_del = convert_strike = convert_s

    def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._raised("_", el, text)

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._raised("^", el, text)

    def _raised(self, sign: str, el: Tag, text: str) -> str:
        plain = one_line(el.get_text())
        if not re.fullmatch(r"[\w+\-\u2212(), ]+", plain) or "_" in plain:
            return text
        inner = plain if re.fullmatch(r"[\d+\-]+|[A-Za-z]", plain) else rf"\text{{{plain}}}"
        return formula(f"{sign}{{{inner}}}") or text

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        # One at the end of a block breaks nothing.
        last = el.next_sibling is None and el.parent is not None and el.parent.name in _BLOCKS
        return "" if last else super().convert_br(el, text, parent_tags)

    def convert_dt(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n**{text.strip()}**\n\n" if text.strip() else ""

    def convert_dd(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n{text.strip()}\n\n"

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        inner = text.strip("\n")
        ticks = max(map(len, re.findall("`+", inner)), default=0)
        fence = "`" * max(3, ticks + 1)
        return f"\n\n{fence}\n{inner}\n{fence}\n\n" if inner.strip() else ""

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        link, bare = str(el.get("href") or "").strip(), text.strip()
        if not bare or not link or link.startswith("#") or "_noformat" in parent_tags:
            return text
        if "@@PLUGINFILE@@" in link or not is_link(link):
            self.lost[f"a link to '{link[:60]}'"] = None
            return text
        if link == el.get_text() and re.fullmatch(r"https?:[^\s<>]+", link):
            return f"<{link}>"
        address = re.sub(r"[\s()<>\\]", lambda found: f"%{ord(found[0]):02X}", link)
        before = " " * text.startswith(" ")
        return f"{before}[{bracketed(bare)}]({address}){' ' * text.endswith(' ')}"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._show(str(el.get("src") or ""), _alternative(str(el.get("alt") or "")))

    def convert_math(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        tex = el.find("annotation")
        made = formula(tex.get_text()) if isinstance(tex, Tag) else None
        if made is None:
            self.lost["a formula in MathML"] = None
        return made or text

    convert_video = _media("a video")

    def convert_audio(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        addresses = _addresses(el)
        carried = next((each for each in addresses if each.startswith(_CARRIED)), None)
        if carried is None:
            return _media("a sound")(self, el, text, parent_tags)
        alternative = one_line(str(el.get("title") or el.get_text()))
        # Moodle's editor writes the address for browsers that play no sound.
        return self._show(carried, "" if alternative in addresses else _alternative(alternative))

    convert_iframe = convert_object = convert_embed = _media("an embedded page")

    convert_script = _dropped("a script")
    convert_style = _dropped("a style sheet")
    convert_svg = convert_canvas = _dropped("a drawing")
    convert_input = convert_select = convert_textarea = _dropped("a form")


_CARRIED = ("@@PLUGINFILE@@/", "data:audio/")
"""How a file begins that comes with the questions."""

_BLOCKS = frozenset(("p", "div", "li", "blockquote", "body", "td", "th", "dd"))


def _addresses(el: Tag) -> list[str]:
    """Where a player finds what it plays."""
    found = (each.get("src") or each.get("data") for each in (el, *el.find_all("source")))
    return [str(each) for each in found if each]


def _alternative(text: str) -> str:
    """What stands for a picture, as it stands between its brackets."""
    return bracketed(escape(one_line(text), inside=True))


def _can_stand(el: Tag, text: str) -> bool:
    """Whether emphasis can begin and end here, by CommonMark's rule of flanks."""
    before, after = _edge(el, -1), _edge(el, 0)
    opens = before != "*" and (not _is_sign(text[0]) or _is_gap(before))
    closes = after != "*" and (not _is_sign(text[-1]) or _is_gap(after))
    return opens and closes


def _edge(el: Tag, end: int) -> str:
    """The character that stands beside an element; a star for that of other emphasis."""
    beside: PageElement | None = el.previous_sibling if end else el.next_sibling
    if beside is None:
        return " "
    if isinstance(beside, Tag) and beside.name in {"b", "strong", "i", "em"} and end:
        return "*"
    return (beside.get_text() or " ")[end]


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _is_gap(character: str) -> bool:
    sign = unicodedata.category(character)[0] == "P" or character in string.punctuation
    return sign or character.isspace()
