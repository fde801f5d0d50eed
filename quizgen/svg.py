"""SVG files that only draw: one that can do more is found out by reading it as a browser would.

A picture in a page runs nothing. But Moodle, and whoever opens the file, shows it as a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

_NAMESPACE = "http://www.w3.org/2000/svg"
_ACTIVE = frozenset(("script", "foreignobject", "handler", "listener", "iframe"))
_TARGETS = frozenset(("href", "src", "from", "to", "by", "values"))
_CHANGED = re.compile(r"on|(?:\w+:)?href$|style$")
"""What an animation would change to do more than move."""

_IDLE = re.compile("[\\x00-\\x20]+")
_URL = re.compile(r"url\(\s*[\"']?\s*(?!#)([^\"')]*)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([0-9a-fA-F]{1,6}\s?|.)", re.DOTALL)
_CARRIED = re.compile(
    r"data:(?:image/(?:png|jpe?g|gif|webp)|font/|application/(?:x-)?font)", re.IGNORECASE
)


class SvgError(Exception):
    """What is wrong with an SVG file; the text completes `the file ...`."""


class UnsafeSvgError(SvgError):
    """It does more than draw."""


def check_svg(data: bytes) -> None:
    """Raises UnsafeSvgError if an SVG does more than draw, SvgError if it cannot be drawn."""
    judge = _Judge()
    try:
        judge.parser.Parse(data, True)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code)
        raise SvgError(f"is no SVG that can be read ({said} in line {error.lineno})") from error
    except UnsafeSvgError as error:
        raise UnsafeSvgError(f"{error} in line {judge.parser.CurrentLineNumber}") from error
    if not judge.is_drawing:
        raise SvgError(f"has no <svg xmlns='{_NAMESPACE}'> as root")


class _Judge:
    """Looks at each element, attribute and style as the parser comes to it."""

    def __init__(self) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._element
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.ProcessingInstructionHandler = self._instruction
        parser.EntityDeclHandler = self._entity
        self.parser = parser
        self._is_first = True
        self.is_drawing = False
        self._style: list[str] | None = None

    def _element(self, tag: str, attributes: Mapping[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        name = name.lower()
        if self._is_first:
            self._is_first = False
            self.is_drawing = (namespace, name) == (_NAMESPACE, "svg")
        if name in _ACTIVE or namespace == "http://www.w3.org/1999/xhtml":
            raise UnsafeSvgError(f"holds <{name}>")
        for attribute, value in attributes.items():
            self._attribute(name, attribute.rpartition(" ")[2].lower(), value)
        if name == "style":
            self._style = []

    def _attribute(self, element: str, name: str, value: str) -> None:
        if name.startswith("on"):
            raise UnsafeSvgError(f"holds the handler '{name}'")
        address = _IDLE.sub("", value).lower()
        if name in _TARGETS and re.search("(?:java|vb)script:|data:text", address):
            raise UnsafeSvgError("links to a script")
        if name == "attributename" and _CHANGED.match(address):
            raise UnsafeSvgError(f"changes '{value[:60]}'")
        is_link = element == "a" and re.match("https?:|mailto:", address)
        if name in ("href", "src", "base") and not is_link and not _is_within(address):
            raise UnsafeSvgError(f"loads '{value[:60]}'")
        if "(" in value:
            self._check_style(value)

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def _end(self, tag: str) -> None:
        if self._style is not None:
            style = "".join(self._style)
            self._style = None
            self._check_style(style)

    def _check_style(self, style: str) -> None:
        style = _unescaped(style)
        if found := re.search(r"@import|image-set\(|\bsrc\(", style, re.IGNORECASE):
            raise UnsafeSvgError(f"loads something by '{found[0]}'")
        for found in _URL.finditer(style):
            if found[1] and not _is_within(_IDLE.sub("", found[1]).lower()):
                raise UnsafeSvgError(f"loads '{found[1][:60]}'")

    def _instruction(self, target: str, data: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise UnsafeSvgError("loads a style sheet")

    def _entity(
        self, name: str, is_parameter: bool, value: str | None, *_elsewhere: str | None
    ) -> None:
        # One of a text within the file is no matter: the parser puts it in where it is named.
        if value is None or is_parameter:
            raise UnsafeSvgError(f"declares the entity '{name[:60]}' from elsewhere")


def _is_within(address: str) -> bool:
    """Whether an address leads to a place in the file, or to a picture that it carries."""
    return address.startswith("#") or not address or _CARRIED.match(address) is not None


def _unescaped(style: str) -> str:
    """A style with its comments taken out and its escapes undone, in which a word may hide."""

    def undone(found: re.Match[str]) -> str:
        code = found[1].strip()
        if re.fullmatch("[0-9a-fA-F]+", code) and int(code, 16) <= 0x10FFFF:
            return chr(int(code, 16))
        return found[1]

    return _ESCAPED.sub(undone, re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL))
