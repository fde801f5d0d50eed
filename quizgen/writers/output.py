"""What the writers share: their result, their templates, how a citation or a number is shown."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from traceback import extract_tb
from typing import TypeVar

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.loaders import split_template_path

from quizgen.lock import NO_LOCK, Lock
from quizgen.model import Citation, Media, Question, Source, type_name
from quizgen.problems import Problem, QuizgenError, Severity
from quizgen.quiz import Item
from quizgen.resources import resource
from quizgen.source import read_file
from quizgen.writers.compiled import CompiledTemplates


@dataclass(frozen=True)
class Output:
    """What a writer made: bytes by the ending of their file name, and what it could not say.

    If there is an error among the problems, the files are not fit to be used. `lock` has an entry
    for every note of a deck.
    """

    files: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()
    lock: Lock = NO_LOCK


T = TypeVar("T")

Track = Callable[[Iterable[Item]], Iterable[Item]]
"""Is handed the items and yields them again, for a progress bar."""


class _OwnLoader(FileSystemLoader):
    """Templates of the user's, read as a bank is: no pipe, no device, UTF-8 alone."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        for folder in self.searchpath:
            path = Path(folder, *split_template_path(template))
            if path.exists() and not path.is_dir():
                text = read_file(path).replace("\r\n", "\n").replace("\r", "\n")
                return text, str(path), lambda: True
        raise TemplateNotFound(template)


def environment(folder: str, own: Path | None, **filters: Callable[..., object]) -> Environment:
    """The templates of a format; those in `own`/`folder` go before the shipped ones.

    `shipped/NAME` is always the shipped one, for one of the same name to extend.
    """
    folders = [own / folder, own] if own else []
    shipped = FileSystemLoader(resource("templates") / folder)
    found = Environment(
        loader=ChoiceLoader([_OwnLoader(folders), shipped, PrefixLoader({"shipped": shipped})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=None if own else CompiledTemplates(),
    )
    found.filters.update(filters)
    return found


def show_citations(citations: Sequence[Citation]) -> str:
    """The places, work by work: `Author, Title (Year), ¶3, ¶4; Another`."""
    if len(citations) == 1:
        return str(citations[0])  # the most of a bank
    works: dict[Source, list[str]] = {}
    for citation in citations:
        works.setdefault(citation.source, []).append(citation.locator)
    return "; ".join(
        ", ".join([str(work), *filter(None, locators)]) for work, locators in works.items()
    )


def base64(data: bytes) -> str:
    """The bytes in base64, in one line."""
    return b64encode(data).decode("ascii")


def data_url(file: Media) -> str:
    """A file as an address that holds it, for formats that have no files."""
    return f"data:{file.mime};base64,{base64(file.data)}"


def encode(parts: Iterable[str]) -> bytes:
    """The parts of a document in UTF-8, without a copy of the whole as text."""
    document = BytesIO()
    for batch in batches(parts, 100):  # few enough to stay in the processor's cache
        document.write("".join(batch).encode())
    return document.getvalue()


def batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things in their order, so many at a time."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


@contextmanager
def template_errors(own: Path | None) -> Generator[None]:
    """Turns what a template of the user's own does wrong into a QuizgenError with its place."""
    try:
        yield
    except (QuizgenError, MemoryError):
        raise
    except Exception as error:
        if own is None:
            raise
        message = f"{_template_place(error)}: {error}; correct the template"
        raise QuizgenError([Problem("template", message)]) from error


def _template_place(error: Exception) -> str:
    """File and line: Jinja names them in a syntax error, and in the frames of any other."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name}:{error.lineno}"
    if isinstance(error, TemplateNotFound):
        return f"{error.name}:1"
    frames = [
        frame
        for frame in extract_tb(error.__traceback__)
        if frame.filename.endswith((".j2", ".html", ".css"))
    ]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "a template"


def lowered(question: Question, into: Question, target: str) -> Problem:
    """Information that a question is expressed in another type."""
    old, new = (
        f"{'an' if name[0] in 'aeo' else 'a'} {name}" for name in map(type_name, (question, into))
    )
    message = f"{old} becomes {new} in {target}"
    return Problem("lowered", message, question.span, severity=Severity.INFO)
