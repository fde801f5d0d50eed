"""What a question cites, held against the cited text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from quizgen.lint.asked import Asked
from quizgen.lint.document import Document, paragraph_numbers, read_paragraphs
from quizgen.lint.language import Words
from quizgen.lint.rule import Finding, Survey
from quizgen.model import Bank, TrueFalse
from quizgen.problems import Problem, QuizgenError, Span, did_you_mean, shorten
from quizgen.source import read_file


def read_documents(paths: Mapping[str, Path], banks: Sequence[Bank]) -> dict[str, Document]:
    """The cited documents by the key of their source.

    Raises QuizgenError if one cannot be read, or no bank has such a source.
    """
    known = dict.fromkeys(source.key for bank in banks for source in bank.sources)
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for key, path in paths.items():
        if banks and key not in known:
            near = did_you_mean(key, known) or f"; there are {', '.join(known) or 'none'}"
            problems.append(Problem("no-source", f"no bank has a source '{key}'{near}"))
            continue
        try:
            documents[key] = read_paragraphs(read_file(path), str(path))
        except QuizgenError as error:
            problems += error.problems
    if problems:
        raise QuizgenError(problems)
    return documents


def citation_range(survey: Survey) -> Iterator[Finding]:
    """A citation names a paragraph that the document does not have."""
    for asked in survey.questions:
        for citation in asked.question.cite:
            document = survey.documents.get(citation.source.key)
            if document is None:
                continue
            last = len(document.paragraphs)
            for numbers in paragraph_numbers(citation.locator):
                if not numbers:
                    fault = "runs backwards; put the smaller number first"
                elif numbers[0] < 1 or numbers[-1] > last:
                    fault = f"is out of range; {document.path} has ¶1 to ¶{last}, so correct it"
                else:
                    continue
                yield Finding(f"'{shorten(citation.locator)}' {fault}", citation.span, asked)


def unsupported_key(survey: Survey) -> Iterator[Finding]:
    """The key shares no content word with the paragraphs that the question cites."""
    words: dict[str, _ParagraphWords] = {}
    for asked in survey.questions:
        cited = _cited(asked, survey)
        key = _words_of_key(asked)
        if not cited or not key:
            continue
        tag = asked.bank.language
        of = words.setdefault(tag, _ParagraphWords(tag))
        if not any(key & of(document, number) for document, number in cited):
            first = asked.question.cite[0]
            yield Finding(
                f"no word of the key stands in {shorten(first.locator)}; correct the citation, or"
                " add the source that the key rests on",
                first.span,
                asked,
            )


def uncited_paragraph(survey: Survey) -> Iterator[Finding]:
    """Nothing asks about a paragraph."""
    for key, document in survey.documents.items():
        asked_about = {
            number
            for asked in survey.questions
            for citation in asked.question.cite
            if citation.source.key == key
            for numbers in paragraph_numbers(citation.locator)
            for number in numbers[: len(document.paragraphs)]
        }
        for number, paragraph in enumerate(document.paragraphs, 1):
            if number not in asked_about:
                yield Finding(
                    f"no question cites ¶{number}; write one, if it is worth knowing",
                    Span(document.path, paragraph.line, 1),
                )


def _cited(asked: Asked, survey: Survey) -> list[tuple[Document, int]]:
    """The paragraphs that a question cites; none if it rests on anything else as well."""
    found: list[tuple[Document, int]] = []
    for citation in asked.question.cite:
        document = survey.documents.get(citation.source.key)
        numbers = [
            number
            for each in paragraph_numbers(citation.locator)
            for number in each[: len(document.paragraphs) if document else 0]
            if document and 1 <= number <= len(document.paragraphs)
        ]
        if document is None or not numbers:
            return []
        found += [(document, number) for number in numbers]
    return found


def _words_of_key(asked: Asked) -> frozenset[str]:
    """The words that the citation must bear out: a true statement's are its key."""
    if isinstance(asked.question, TrueFalse):
        return asked.prompt.content
    return frozenset[str]().union(*(key.content for key in asked.keys))


class _ParagraphWords:
    """The content words of paragraphs, each taken apart once."""

    def __init__(self, tag: str) -> None:
        self._words = Words(tag)
        self._found: dict[tuple[str, int], frozenset[str]] = {}

    def __call__(self, document: Document, number: int) -> frozenset[str]:
        place = document.path, number
        if place not in self._found:
            text = document.paragraphs[number - 1].text
            self._found[place] = self._words.take_apart(text)[1]
        return self._found[place]
