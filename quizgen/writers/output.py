"""What the writers share: their result, their templates, how a citation or a number is shown."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from quizgen.model import Citation, Question, Source, type_name
from quizgen.problems import Problem, QuizgenError, Severity
from quizgen.quiz import Item
from quizgen.resources import resource


@dataclass(frozen=True)
class Output:
    """What a writer made: bytes by the ending of their file name, and what it could not say.

    If there is an error among the problems, the files are not fit to be used.
    """

    files: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()


Track = Callable[[Iterable[Item]], Iterable[Item]]
"""Is handed the items and yields them again, for a progress bar."""


def environment(folder: str, own: Path | None, **filters: Callable[..., object]) -> Environment:
    """The templates of a format; those in `own`/`folder` go before the shipped ones."""
    folders = [own / folder, own] if own else []
    found = Environment(
        loader=FileSystemLoader([*folders, resource("templates") / folder]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters.update(filters)
    return found


def show_citations(citations: Iterable[Citation]) -> str:
    """The places, work by work: `Author, Title (Year), ¶3, ¶4; Another`."""
    works: dict[Source, list[str]] = {}
    for citation in citations:
        works.setdefault(citation.source, []).append(citation.locator)
    return "; ".join(
        ", ".join([str(work), *filter(None, locators)]) for work, locators in works.items()
    )


def base64(data: bytes) -> str:
    """The bytes in base64, in one line."""
    return b64encode(data).decode("ascii")


def encode(parts: Iterable[str]) -> bytes:
    """The parts of a document in UTF-8, without a copy of the whole as text."""
    document = BytesIO()
    rest = iter(parts)
    while batch := "".join(islice(rest, 1000)):
        document.write(batch.encode())
    return document.getvalue()


def template_problem(error: TemplateError) -> QuizgenError:
    """The error of a template that cannot be used, such as one of the user's own."""
    place = f"{getattr(error, 'name', None) or 'a template'}:{getattr(error, 'lineno', None) or 1}"
    return QuizgenError([Problem("template", f"{place}: {error.message}; correct the template")])


def lowered(question: Question, into: Question, target: str) -> Problem:
    """Information that a question is expressed in another type."""
    message = f"a {type_name(question)} becomes a {type_name(into)} in {target}"
    return Problem("lowered", message, question.span, severity=Severity.INFO)
