"""What a bank says of itself, and what its questions rest on."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as attribute

from quizgen.languages import direction
from quizgen.model import Bank, Citation, Source
from quizgen.words import words
from quizgen.writers.moodle.text import escape


def about(bank: Bank) -> str:
    """HTML of a bank's description, licence and sources, in the bank's language."""
    parts: list[str] = []
    if bank.description:
        parts.append(f'<p class="quizgen-description">{escape(bank.description)}</p>')
    if bank.licence:
        label = words(bank.language)["licence"]
        parts.append(f'<p class="quizgen-licence">{label}: <span>{escape(bank.licence)}</span></p>')
    if bank.sources:
        items = "".join(map(_source, bank.sources))
        parts.append(f'<ul class="quizgen-sources">{items}</ul>')
    way = ' dir="rtl"' if direction(bank.language) == "rtl" else ""
    return f'<div lang="{attribute(bank.language)}"{way}>{"".join(parts)}</div>'


def says_something(bank: Bank) -> bool:
    """Whether there is anything to be read of the bank but its title."""
    return bool(bank.description or bank.licence or bank.sources)


def _source(source: Source) -> str:
    author = f'<span class="author">{escape(source.author)}</span>, ' if source.author else ""
    year = f' (<span class="year">{escape(source.year)}</span>)' if source.year else ""
    url = f" {_link(source.url)}" if source.url else ""
    note = f' <span class="note">{escape(source.note)}</span>' if source.note else ""
    title = f"<cite>{escape(source.title)}</cite>"
    return f'<li data-key="{escape(source.key)}">{author}{title}{year}{url}{note}</li>'


def _link(url: str) -> str:
    """An address as a link; what leads elsewhere than to the web stays text."""
    shown = escape(url)
    is_web = url.lower().startswith(("https://", "http://"))
    return f'<a href="{shown}">{shown}</a>' if is_web else f'<span class="url">{shown}</span>'


def cited(citations: Sequence[Citation], language: str) -> str:
    """The line that names the places, in written order; neighbours of one work name it once."""
    shown = ""
    last: Citation | None = None
    for citation in citations:
        again = last is not None and last.source == citation.source and citation.locator
        joint = "" if last is None else ", " if again else "; "
        place = citation.locator if again else str(citation)
        locator = f' data-locator="{escape(citation.locator)}"' if citation.locator else ""
        key = escape(citation.source.key)
        shown += f'{joint}<span data-source="{key}"{locator}>{escape(place)}</span>'
        last = citation
    label = words(language)["source"]
    return f'<p class="quizgen-source"><small>{label}: {shown}</small></p>'
