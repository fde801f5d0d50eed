"""From a blueprint to a quiz: fill every section, no question twice. Pure functions, no state."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quizgen.blueprint import Blueprint, Found, Part, Wanted
from quizgen.problems import Problem, QuizgenError, has_errors, shorten
from quizgen.quiz import (
    Item,
    Pair,
    Quiz,
    Section,
    Selection,
    Shuffle,
    Version,
    digest,
    items_of,
    marks_of,
    passes,
    unknown_tags,
)

_SHUFFLES = {None: Shuffle.OPTIONS, True: Shuffle.ALL, False: Shuffle.NOTHING}


def make_exam(
    blueprint: Blueprint,
    *,
    seed: str | None = None,
    versions: int | None = None,
    shuffle: bool | None = None,
    title: str | None = None,
) -> Quiz:
    """The quiz of a blueprint whose banks are read; what is given goes before what it says.

    Raises QuizgenError, with every section that asks for more than there is.
    """
    selection = Selection(
        seed=seed or blueprint.seed or blueprint.id,
        shuffle=_SHUFFLES[blueprint.shuffle if shuffle is None else shuffle],
        versions=versions or blueprint.versions,
    )
    problems = [problem for part in blueprint.parts for problem in _unknown_tags(part)]
    if problems:
        raise QuizgenError(problems)
    filled = _fill(blueprint, selection.seed)
    banks = {bank.id: bank for part in blueprint.parts for bank in part.banks}
    retired = {
        (bank.id, question.id): (bank, question)
        for part in blueprint.parts
        for bank, question in _passing(part)
        if question.retired
    }
    return Quiz(
        title=title or blueprint.title,
        language=blueprint.language or next(iter(banks.values())).language,
        seed=selection.seed,
        banks=tuple(banks.values()),
        versions=tuple(_versions(blueprint, filled, selection)),
        retired=items_of(list(retired.values()), selection, ""),
        instructions=blueprint.instructions,
        minutes=blueprint.minutes,
    )


def shortages(found: Found) -> tuple[Problem, ...]:
    """What the quiz files ask for and is not there, once their banks can be read."""
    problems: list[Problem] = []
    if not has_errors(found.problems):
        for blueprint in found.blueprints:
            try:
                make_exam(blueprint)
            except QuizgenError as error:
                problems += error.problems
    return tuple(problems)


def _unknown_tags(part: Part) -> Iterator[Problem]:
    for tag in part.tags:
        for problem in unknown_tags(part.banks, [tag.source]):
            yield replace(problem, span=tag.span)


def _versions(
    blueprint: Blueprint, filled: Sequence[Sequence[Pair]], selection: Selection
) -> Iterator[Version]:
    before: Version | None = None
    for mark in marks_of(selection.versions):
        before = _version(blueprint, filled, selection, mark, before)
        yield before


def _version(
    blueprint: Blueprint,
    filled: Sequence[Sequence[Pair]],
    selection: Selection,
    mark: str,
    before: Version | None,
) -> Version:
    sections: list[Section] = []
    first = 1
    for place, (part, pairs) in enumerate(zip(blueprint.parts, filled, strict=True)):
        neighbours = before.sections[place].items if before else ()
        items = items_of(pairs, selection, mark, first, neighbours)
        if part.points is not None:
            items = tuple(_worth(item, part) for item in items)
        sections.append(Section(part.title, part.instructions, items))
        first += len(items)
    return Version(mark, tuple(item for each in sections for item in each.items), tuple(sections))


def _worth(item: Item, part: Part) -> Item:
    points = part.points or item.question.points
    return item._replace(question=replace(item.question, points=points))


def _passing(part: Part) -> Iterator[Pair]:
    selection = Selection(
        tags=tuple(tag.source for tag in part.tags),
        types=part.types,
        difficulties=part.difficulties,
    )
    for bank in part.banks:
        yield from ((bank, each) for each in bank.questions if passes(each, selection))


@dataclass
class _Cell:
    """What a section wants of one difficulty: who may fill it, in the order of the draw."""

    part: Part
    wanted: Wanted
    candidates: list[Pair]
    tried: int = 0
    held: int = 0


def _fill(blueprint: Blueprint, seed: str) -> list[list[Pair]]:
    """The questions of each section, in the order of the banks.

    A section takes the first of its draw that are free. Where none is, another gives up a question
    that it can replace: so an exam fails only if no choice of questions would do.
    """
    cells = list(_cells(blueprint, seed))
    owners: dict[tuple[str, str], int] = {}
    for place in range(len(cells)):
        count = cells[place].wanted.count
        while (count is None or cells[place].held < count) and _take(cells, owners, place):
            cells[place].held += 1
    problems = [_short(cell) for cell in cells if cell.held < (cell.wanted.count or 1)]
    if problems:
        raise QuizgenError(problems)
    parts = [cells[place].part for place in range(len(cells))]
    return [
        [
            (bank, question)
            for bank, question in _passing(part)
            if (owner := owners.get((bank.id, question.id))) is not None and parts[owner] is part
        ]
        for part in blueprint.parts
    ]


def _cells(blueprint: Blueprint, seed: str) -> Iterator[_Cell]:
    for part in blueprint.parts:
        drawn = sorted(
            (pair for pair in _passing(part) if not pair[1].retired),
            key=lambda pair: digest(seed, pair[0].id, pair[1].id),
        )
        for wanted in part.wanted:
            yield _Cell(
                part,
                wanted,
                [pair for pair in drawn if wanted.difficulty in (None, pair[1].difficulty)],
            )


def _take(cells: Sequence[_Cell], owners: dict[tuple[str, str], int], place: int) -> bool:
    """Gives the cell one more question, by a chain of exchanges if need be; no if there is none."""
    if cells[place].wanted.count is None:  # it takes what is left
        if free := _free(cells[place], owners):
            owners[_key(free)] = place
        return free is not None
    came: dict[int, tuple[int, Pair]] = {}
    queue = deque([place])
    while queue:
        at = queue.popleft()
        if free := _free(cells[at], owners):
            while True:
                owners[_key(free)] = at
                if at == place:
                    return True
                at, free = came[at]
        for pair in cells[at].candidates:
            other = owners[_key(pair)]
            # Whoever takes what is left has nothing to exchange.
            if other not in (place, *came) and cells[other].wanted.count is not None:
                came[other] = at, pair
                queue.append(other)
    return False


def _free(cell: _Cell, owners: dict[tuple[str, str], int]) -> Pair | None:
    """The first of its candidates that nobody has; what is taken once is never free again."""
    while cell.tried < len(cell.candidates):
        pair = cell.candidates[cell.tried]
        if _key(pair) not in owners:
            return pair
        cell.tried += 1
    return None


def _key(pair: Pair) -> tuple[str, str]:
    bank, question = pair
    return bank.id, question.id


def _short(cell: _Cell) -> Problem:
    wanted, part = cell.wanted, cell.part
    kind = f"{wanted.difficulty.value} " if wanted.difficulty else ""
    title = f"the section '{shorten(part.title)}'"
    there = len(cell.candidates)
    if not wanted.count:
        message = f"{title} finds no question; widen its filters"
        if there:
            message = f"{title} finds what other sections have taken already; widen its filters"
    else:
        message = f"{title} asks for {_questions(wanted.count, kind)} and "
        message += f"there {'is' if there == 1 else 'are'} {there}"
        if cell.held < there:
            message += f", {there - cell.held} of them in other sections"
        message += "; ask for fewer, or widen its filters"
    return Problem("section-short", message, wanted.span or part.span)


def _questions(count: int, kind: str) -> str:
    return f"{count} {kind}question{'' if count == 1 else 's'}"
