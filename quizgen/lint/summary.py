"""What is in banks, counted: types, difficulties, citations, and how well keys are hidden."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from quizgen.lint.balance import key_positions, verdicts
from quizgen.lint.document import Document, paragraph_numbers
from quizgen.model import Bank, Difficulty, type_name


@dataclass(frozen=True)
class Coverage:
    """How many questions cite a source: in all, and by place.

    `uncited` are the paragraphs that none cites, known where the document was given.
    """

    source: str
    questions: int
    places: Mapping[str, int]
    uncited: Sequence[int] | None = None


@dataclass(frozen=True)
class Summary:
    """Counts of current questions; `positions` by number of options, `verdicts` true and false."""

    banks: Mapping[str, int]
    types: Mapping[str, int]
    difficulties: Mapping[str, int]
    tags: Mapping[str, int]
    coverage: Sequence[Coverage]
    uncited: int
    positions: Mapping[int, Sequence[int]]
    verdicts: tuple[int, int]
    retired: int

    @property
    def questions(self) -> int:
        """How many there are in all banks."""
        return sum(self.banks.values())


def summarize(banks: Sequence[Bank], documents: Mapping[str, Document] = {}) -> Summary:
    """The counts of the banks; `documents` are cited texts by the key of their source."""
    questions = [question for bank in banks for question in bank.current]
    difficulties = Counter(each.difficulty for each in questions)
    positions: dict[int, list[int]] = {}
    for bank in banks:
        for size, counts in key_positions(bank).items():
            before = positions.get(size, [0] * size)
            positions[size] = [a + b for a, b in zip(before, counts, strict=True)]
    return Summary(
        banks={bank.id: len(bank.current) for bank in banks},
        types=dict(Counter(map(type_name, questions)).most_common()),
        difficulties={each.value: difficulties[each] for each in Difficulty if difficulties[each]},
        tags=dict(Counter(tag for each in questions for tag in each.tags).most_common()),
        coverage=_coverage(banks, documents),
        uncited=sum(not each.cite for each in questions),
        positions=dict(sorted(positions.items())),
        verdicts=verdicts(questions),
        retired=sum(each.retired for bank in banks for each in bank.questions),
    )


def _coverage(banks: Iterable[Bank], documents: Mapping[str, Document]) -> list[Coverage]:
    questions: Counter[str] = Counter()
    places: dict[str, Counter[str]] = {}
    for bank in banks:
        for question in bank.current:
            by_source: dict[str, set[str]] = {}
            for citation in question.cite:
                numbers = _places(citation.locator)
                by_source.setdefault(citation.source.key, set()).update(numbers)
            for key, cited in by_source.items():
                questions[key] += 1
                places.setdefault(key, Counter()).update(cited)
    return [
        Coverage(
            source=key,
            questions=count,
            places={place: places[key][place] for place in sorted(places[key], key=_natural)},
            uncited=_missing(places[key], documents[key]) if key in documents else None,
        )
        for key, count in questions.most_common()
    ]


MOST_NUMBERS = 1000
"""A citation of more paragraphs than this is counted as it is written."""


def _places(locator: str) -> list[str]:
    """`¶3-5` is ¶3, ¶4 and ¶5; what has no paragraphs is a place as it stands."""
    numbers = paragraph_numbers(locator)
    if not numbers or sum(map(len, numbers)) > MOST_NUMBERS:
        return [locator] if locator else []
    return [f"¶{number}" for each in numbers for number in each]


def _missing(places: Mapping[str, int], document: Document) -> list[int]:
    return [
        number for number in range(1, len(document.paragraphs) + 1) if f"¶{number}" not in places
    ]


def _natural(place: str) -> list[tuple[bool, int, str]]:
    """Sorts ¶2 before ¶11."""
    parts = re.split(r"(\d+)", place)
    return [(not part.isdecimal(), len(part) if part.isdecimal() else 0, part) for part in parts]
