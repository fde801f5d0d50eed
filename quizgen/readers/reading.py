"""What the readers share: a desk that questions of one file come to, and banks that leave it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import PurePath
from typing import TypeVar

from quizgen.decode import MAX_ID, is_id
from quizgen.encode import Notes
from quizgen.lint import check
from quizgen.markdown import BACKSLASH, DOLLAR, one_line
from quizgen.markup import GAP_MARK
from quizgen.media import MediaError, media_of
from quizgen.model import Bank, Difficulty, Media, Question, Source, Text
from quizgen.problems import Problem, QuizgenError, Severity, Span, error_at, shorten
from quizgen.source import FORBIDDEN, MAX_FAULTS

IMAGES, AUDIO = "images", "audio"
"""The folders beside a bank that its pictures and its recordings are saved in."""

DEEPEST = 50
"""How deep a bank's category is looked for: a writer's is a few deep, an attacker's is not."""


class Categories(Enum):
    """What becomes of the categories of a file."""

    TAGS = "tags"
    BANKS = "banks"


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What a file does not say of the bank; a value given here goes before one that it does."""

    bank: str | None = None
    title: str | None = None
    language: str | None = None
    categories: Categories = Categories.TAGS


@dataclass(frozen=True)
class Reading:
    """The banks of a file, what they could not hold, and comments on it by bank and question."""

    banks: tuple[Bank, ...]
    problems: tuple[Problem, ...]
    notes: Mapping[str, Notes]


@dataclass(slots=True)
class Head:
    """What a file says of one category of its questions."""

    bank: str | None = None
    description: str | None = None
    language: str | None = None
    licence: str | None = None
    sources: dict[str, Source] = field(default_factory=dict[str, Source])


@dataclass(frozen=True, slots=True)
class Draft:
    """A question without an id, and what is known for one; `bank` is that of its id number."""

    question: Question
    name: str
    bank: str | None
    category: tuple[str, ...]
    notes: tuple[str, ...]
    media: tuple[str, ...]


Made = TypeVar("Made", bound=Question)


class Desk:
    """Takes the questions of a file one by one, and notes what a bank cannot hold."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.drafts: list[Draft] = []
        self.heads: dict[tuple[str, ...], Head] = {}
        self.category: tuple[str, ...] = ()
        self.sources: dict[str, Source] = {}
        self._remarks: dict[tuple[tuple[str, ...] | None, str], None] = {}
        self._left_out = 0
        self._notes: dict[str, None] = {}
        self._shown: dict[str, None] = {}
        self._media: dict[str, Media] = {}

    # What a reader tells.

    def span(self, line: int) -> Span:
        return Span(self.file, line, 1)

    def text(self, markdown: str, line: int) -> Text:
        return Text(markdown, Span(self.file, line, 1))

    def drop(self, line: int, what: str) -> None:
        """Notes that something of the question at hand does not come along."""
        what = _settled(re.sub(r"\\?\s*\n\s*", " ", what))
        if what not in self._notes:
            self._notes[what] = None
            self.note("not-held", what, line)

    def drop_of_all(self, line: int, what: str) -> None:
        """Notes once that something of many questions does not come along."""
        if (None, what) not in self._remarks:
            self._remarks[None, what] = None
            self.note("not-held", what, line)

    def leave_out(self, line: int, name: str, why: str) -> None:
        """Notes that a question does not come along.

        Raises QuizgenError if none does of the first thousands: the file is another.
        """
        shown = f"'{shorten(name)}' " if name.strip() else ""
        why = _settled(why)
        self.note("left-out", f"the question {shown}is left out: {why}", line)
        self._remarks[self.category, f"Left out: {shown}(line {line}): {why}"] = None
        self._notes.clear()
        self._shown.clear()
        self._left_out += 1
        if self._left_out >= MAX_FAULTS and not self.drafts:
            message = f"the first {MAX_FAULTS:,} are no questions that a bank can hold; see --from"
            raise QuizgenError([*self.problems, Problem("too-many", message, self.span(line))])

    def remark(self, text: str) -> None:
        """A comment that stands above the question to come."""
        self._notes[text] = None

    def head(self) -> Head:
        """What is said of the category at hand."""
        return self.heads.setdefault(self.category, Head())

    def bank_head(self) -> Head:
        """What is said of the bank at hand, whose tags may have categories of their own."""
        return self.heads.get(self._place_of(self.category)) or Head()

    def media(self, name: str, data: bytes, line: int) -> str | None:
        """The path by which a text shows a file; None for what it cannot, which is noted."""
        try:
            file = media_of(name, data)
        except MediaError as error:
            self.drop(line, f"{error.message.partition(';')[0]}; it is left out")
            return None
        suffix = file.name.rpartition(".")[2]
        folder, kind = (AUDIO, "recording") if file.is_audio else (IMAGES, "picture")
        stem = file_name(PurePath(name.replace("\\", "/")).stem, kind)
        path = f"{folder}/{stem}.{suffix}"
        number = 2
        while self._media.setdefault(path.casefold(), file) != file:
            path = f"{folder}/{stem}-{number}.{suffix}"
            number += 1
        self._shown[path] = None
        return path

    def add(self, question: Question, name: str, bank: str | None = None) -> None:
        """Takes a question; its id is made of `name` where it has none of its own."""
        notes, shown = tuple(self._notes), tuple(self._shown)
        self.drafts.append(Draft(question, name, bank, self.category, notes, shown))
        self._notes.clear()
        self._shown.clear()

    def note(self, code: str, message: str, line: int) -> None:
        """A warning, in one line although it may quote a text of several."""
        told = " ".join(message.split())
        problem = Problem(code, told, self.span(line), severity=Severity.WARNING)
        self.problems.append(problem)

    # What becomes of it.

    def reading(self, options: ReadOptions) -> Reading:
        """The banks. Raises QuizgenError if there is no question to make one of."""
        if not self.drafts:
            self.problems += error_at(
                self.file, "no-questions", "the file holds no question that a bank can hold"
            ).problems
            raise QuizgenError(self.problems)
        shelves: dict[tuple[str, ...], list[Draft]] = {}
        for draft in self.drafts:
            shelf = draft.category if options.categories is Categories.BANKS else ()
            shelves.setdefault(shelf, []).append(draft)
        banks: list[Bank] = []
        notes: dict[str, Notes] = {}
        ids = Names()
        for shelf, drafts in shelves.items():
            bank, notes_of_it = self._bank(shelf, drafts, options, ids)
            banks.append(bank)
            notes[bank.id] = notes_of_it
        return Reading(tuple(banks), tuple(self.problems), notes)

    def _bank(
        self,
        shelf: tuple[str, ...],
        drafts: Sequence[Draft],
        options: ReadOptions,
        ids: Names,
    ) -> tuple[Bank, Notes]:
        common = shelf or self._place_of(_common([draft.category for draft in drafts]))
        head = self._head_of(common, drafts)
        title = options.title or (common[-1] if common else "") or PurePath(self.file).stem
        language = options.language or head.language
        notes: dict[str, tuple[str, ...]] = {}
        self._drop_heads(head, drafts)
        top = [each for of, each in self._remarks if not shelf or of in (None, shelf)]
        if language is None:
            top.append("The file does not say which language this is: set it.")
            message = "the file does not say its language; 'en' is written, --language sets another"
            self.note("no-language", message, 1)
        one = {draft.bank for draft in drafts} if not head.bank else {head.bank}
        given = options.bank or (one.pop() if len(one) == 1 else None)
        if given and not is_id(given):
            given = slug(given)
        name = given or slug(title) or slug(PurePath(self.file).stem) or "bank"
        bank_id = ids.unique(name)
        names = Names()
        questions: list[Question] = []
        shown: dict[str, None] = {}
        for place, draft in enumerate(drafts, 1):
            tags = draft.question.tags
            if topic := tag_of("::".join(filter(None, map(tag_of, draft.category[len(common) :])))):
                tags = tuple(dict.fromkeys((*tags, topic)))
            question = replace(draft.question, id=names.take(draft.name, place), tags=tags)
            questions.append(question)
            notes[question.id] = draft.notes
            shown |= dict.fromkeys(draft.media)
        bank = Bank(
            id=bank_id,
            title=title.strip() or bank_id,
            language=language or "en",
            questions=tuple(questions),
            span=self.span(1),
            description=head.description,
            licence=head.licence,
            sources=tuple(head.sources.values()),
            media={path: self._media[path.casefold()] for path in shown},
        )
        for problem in check(bank):
            message = f"{problem.message}; until then the bank cannot be used"
            self.problems.append(replace(problem, message=message, severity=Severity.WARNING))
            place = problem.span.line if problem.span else 0
            mine = [each.id for each in questions if each.span.line <= place] or [questions[0].id]
            notes[mine[-1]] = (*notes[mine[-1]], f"To be corrected: {problem.message}")
        return bank, {"": tuple(top), **notes}

    def _drop_heads(self, head: Head, drafts: Iterable[Draft]) -> None:
        """Notes what is said of categories that become tags."""
        for category in dict.fromkeys(self._place_of(draft.category) for draft in drafts):
            own = self.heads.get(category, head)
            name = shorten(category[-1]) if category else ""
            if own.description and own.description != head.description:
                what = f"what is said of the category '{name}': {own.description}"
                self.drop_of_all(1, what)
            if own.licence and own.licence != head.licence:
                self.drop_of_all(1, f"the licence of the category '{name}': {own.licence}")

    def _place_of(self, category: tuple[str, ...]) -> tuple[str, ...]:
        """The bank's category around that of a tag, as quizgen's writer makes them; or itself."""
        enclosing = (category[:length] for length in range(min(len(category), DEEPEST), 0, -1))
        return next((each for each in enclosing if self._has_language(each)), category)

    def _has_language(self, category: tuple[str, ...]) -> bool:
        return category in self.heads and self.heads[category].language is not None

    def _head_of(self, category: tuple[str, ...], drafts: Iterable[Draft]) -> Head:
        """What is said of all the questions: of their category, or of one of those within."""
        places = dict.fromkeys(self._place_of(draft.category) for draft in drafts)
        within = [self.heads[each] for each in places if each in self.heads]
        found = self.heads.get(category) or (within[0] if len(within) == 1 else Head())
        if found.language is None and len({each.language for each in within}) == 1:
            found = replace(found, language=within[0].language)
        if found.licence is None and len({each.licence for each in within}) == 1:
            found = replace(found, licence=within[0].licence)
        for each in within:
            found = replace(found, sources=each.sources | found.sources)
        cited = {each.source.key for draft in drafts for each in draft.question.cite}
        sources = {key: each for key, each in self.sources.items() if key in cited}
        return replace(found, sources=sources | found.sources)


class Names:
    """Ids that differ."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}  # the last of each name, so that thousands can share it

    def take(self, name: str, place: int) -> str:
        """An id made of a name; of the question's place where the name gives none."""
        return self.unique(name if is_id(name) else slug(name) or f"question-{place}")

    def unique(self, name: str) -> str:
        """The name, or one with a number if it is taken."""
        stem = name[: MAX_ID - 8]
        made, number = name, self._numbers.get(stem, 1)
        while made in self._taken:
            number += 1
            made = f"{stem}-{number}"
        self._numbers[stem] = number
        self._taken.add(made)
        return made


_STAND_INS = {ord(DOLLAR): "$", ord(BACKSLASH): "\\"}


def _settled(text: str) -> str:
    """What a message says, where it quotes a text that is still being made into Markdown."""
    return FORBIDDEN.sub("", GAP_MARK.sub("_____", text).translate(_STAND_INS))


def _common(categories: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The path that all of them begin with."""
    first, last = min(categories), max(categories)
    length = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )
    return first[:length]


# Names, tags and numbers.


def slug(name: str) -> str:
    """An id made of the Latin letters and digits of a name, at most eight words of it."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", bare.replace("'", ""))
    made = "-".join(words[:8])[:60].rstrip("-")
    letters = sum(map(str.isalnum, name))
    return made if sum(map(str.isalnum, made)) * 2 > letters or len(words) > 2 else ""


_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def file_name(name: str, kind: str) -> str:
    """A name that is safe for a file anywhere: Latin letters, digits, dashes; else its kind."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    made = re.sub(r"[^A-Za-z0-9_]+", "-", bare).strip("-")[:60]
    return made if made and not _RESERVED.fullmatch(made) else f"{kind}-{made}".rstrip("-")


def path_of(category: str) -> tuple[str, ...]:
    """The names of a category's path, without those of the course."""
    names = [each.replace("//", "/").strip() for each in re.split(r"(?<!/)/(?!/)", category)]
    own = names[1:] if names and re.fullmatch(r"\$\w+\$", names[0]) else names
    own = own[1:] if own and own[0] == "top" else own
    return tuple(one_line(name) for name in own if name)


def tag_of(name: str) -> str | None:
    """A tag as a bank takes it; None if nothing is left of it."""
    made = re.sub(r"[<>`,\"&\s]+", " ", FORBIDDEN.sub(" ", name))
    made = "::".join(part for part in made.split("::") if part.strip()).strip()
    return made if made not in {"", "0"} else None


_LARGEST = 300


def number_of(text: str) -> Decimal | None:
    """The number that a text is, with a point or a comma; None if it is none."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    # As a float goes, and as many digits as a bank can be told.
    return +number if number.is_finite() and abs(number.adjusted()) < _LARGEST else None


def identity(number: str, name: str) -> tuple[str | None, str]:
    """The bank and the own name that an id number `bank/id` tells; a name where it tells none."""
    bank, own = _bank_and_own(number)
    if bank is None:
        return None, number or slug(name)
    # One that was too long is cut; the name is whole.
    return bank, name if len(number) >= _LONGEST_NUMBER and is_id(name) else own


def _bank_and_own(number: str) -> tuple[str | None, str]:
    bank, slash, own = number.partition("/")
    return (bank, own) if slash and is_id(bank) else (None, number)


_LONGEST_NUMBER = 100
"""How many characters of an id number Moodle holds."""


def tags_of(tags: Sequence[str], number: str) -> tuple[Difficulty | None, tuple[str, ...]]:
    """The difficulty that the first tag such as `easy` tells, and the other tags.

    The first may be that of the bank, which the id number tells too.
    """
    known = {each.value: each for each in Difficulty}
    own = tags[1:] if tags and tags[0] == _bank_and_own(number)[0] else tags
    kept = list(dict.fromkeys(filter(None, map(tag_of, own))))
    found = next((tag for tag in kept if tag in known), None)
    if found:
        kept.remove(found)
    return known.get(found or ""), tuple(kept)


def gap_source(answers: Iterable[str], wrong: Iterable[str] = ()) -> str:
    """A gap as a bank's text has it, between its braces."""
    parts = [_gap_part(each) for each in answers]
    return "|".join([*parts, *(f"!{_gap_part(each)}" for each in wrong)])


def _gap_part(answer: str) -> str:
    """An answer of a gap; what would end the gap or begin its hint is set apart by a space."""
    part = one_line(answer).replace("|", "\\|").replace("±", "\\±")
    part = part.replace("}}", "} }").replace("::", ": :")
    if part.endswith(("}", ":", "\\")):
        part += " "
    return f"\\{part}" if part.startswith("!") else part
