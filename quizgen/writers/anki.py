"""An Anki package. What the engine makes of it is Anki's import code (rslib/src/import_export)."""

from __future__ import annotations

import functools
import hashlib
import html
import itertools
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from jinja2 import BaseLoader, Environment
from markupsafe import Markup

from quizgen.languages import date_forms, show_date, text_direction
from quizgen.lock import NO_LOCK, NOTE_TYPES, Entry, Lock, Name, kind_changed, kind_of
from quizgen.lower import lower
from quizgen.markup import Dialect, Reader, Renderer
from quizgen.model import (
    Accepted,
    Bank,
    Cloze,
    Date,
    Essay,
    Flashcard,
    Gap,
    Grading,
    Matching,
    Media,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    Question,
    ShortAnswer,
    Text,
    TrueFalse,
    type_name,
)
from quizgen.numbers import show_number
from quizgen.problems import Problem, Severity
from quizgen.quiz import (
    Item,
    Quiz,
    gap_options,
    is_ordered,
    options,
    right_sides,
    scrambled,
)
from quizgen.words import words
from quizgen.writers.apkg import (
    SORT_FIELD,
    DatedModel,
    Note,
    StreamedDeck,
    genanki,
    package,
    stable_id,
)
from quizgen.writers.output import (
    Output,
    Track,
    environment,
    lowered,
    show_citations,
    template_errors,
)

NATIVE: frozenset[type[Question]] = frozenset(
    {
        MultipleChoice,
        MultipleResponse,
        TrueFalse,
        ShortAnswer,
        Numeric,
        Date,
        Matching,
        Ordering,
        Cloze,
        Essay,
        Flashcard,
    }
)
"""The types that have a card of their own; the others lower to one of them."""

QUESTION_MODEL = 1_763_900_001
CLOZE_MODEL = 1_763_900_002
"""Ids of the two note types. Never changed: Anki would add a second note type."""

# Neither their number nor their order may ever change, for the same reason; hence the spare ones.
QUESTION_FIELDS: tuple[str, ...] = (
    *("Id", "Kind", "Question", "Choices", "Answer", "Explanation", "Hint", "Image", "Source"),
    *("Reverse", "Typed", "Spare 1", "Spare 2", "Spare 3"),
)
CLOZE_FIELDS: tuple[str, ...] = (
    *("Id", "Prompt", "Text", "Explanation", "Hint", "Image", "Source"),
    *("Spare 1", "Spare 2", "Spare 3"),
)

LONGEST_TYPED = 40
"""Up to how many characters a learner is asked to type an answer."""


@dataclass(frozen=True)
class AnkiOptions:
    """How the package is named and dated.

    `deck` is the parent deck's name; `flat` puts all cards into it, told apart by their tags.
    `moment` dates what the `lock` does not know as it is (seconds since 1970), for Anki tells an
    update by its date; if not given, the newest bank file's.
    """

    deck: str | None = None
    flat: bool = False
    moment: int | None = None
    lock: Lock = NO_LOCK
    templates: Path | None = None


def write(quiz: Quiz, options: AnkiOptions = AnkiOptions(), track: Track = iter) -> Output:
    """One package, ending `.apkg`: a sub-deck a bank, the notes of the first version in order."""
    moment = options.moment or max(1, *(bank.modified for bank in quiz.banks))
    created = options.lock.created or moment
    with template_errors(options.templates):
        writer = _Writer(environment("anki", options.templates), options.lock, moment)
        data = package(_decks(quiz, options, writer, track), created, writer.media)
    return Output({".apkg": data}, tuple(writer.problems), Lock(created, writer.built))


def guid(bank: str, question: str) -> str:
    """The id by which Anki knows a question for ever: a digest of its bank's id and its own."""
    digest = hashlib.sha256(f"quizgen\0{bank}\0{question}".encode()).digest()
    return urlsafe_b64encode(digest[:12]).decode("ascii")


def _decks(quiz: Quiz, options: AnkiOptions, writer: _Writer, track: Track) -> list[StreamedDeck]:
    """A deck a bank, banks of one title sharing one, then the parent: its description is of all."""
    alone = len(quiz.banks) == 1 and not options.flat
    parent = options.deck or ("" if alone else _deck_name(quiz.title))
    banks: dict[str, list[Bank]] = {}
    items: dict[str, list[Item]] = {}
    for bank in quiz.banks:
        banks.setdefault(_home(parent, bank, options), []).append(bank)
    for item in map(_unseeded, track([*quiz.versions[0].items, *quiz.retired])):
        items.setdefault(_home(parent, item.bank, options), []).append(item)
    if parent:
        banks[parent] = list(quiz.banks)
    due = itertools.count(1)
    decks = [
        StreamedDeck(
            name,
            functools.partial(writer.description, name.rpartition("::")[2], own),
            writer.notes(items.get(name, ())),
            due,
        )
        for name, own in banks.items()
        if name == parent or name in items
    ]
    for model in writer.models():
        decks[0].add_model(model)
    return decks


def _unseeded(item: Item) -> Item:
    """The item with an order that no seed changes: a build with another would date all anew."""
    return item._replace(draw=f"anki\0{item.bank.id}\0{item.question.id}")


def _home(parent: str, bank: Bank, options: AnkiOptions) -> str:
    """The name of the deck that a bank's cards lie in."""
    return parent if options.flat else "::".join(filter(None, (parent, _deck_name(bank.title))))


class _Writer:
    """Items to notes; keeps the media that they use, and what goes into the lock."""

    def __init__(self, templates: Environment, lock: Lock, moment: int) -> None:
        self.problems: list[Problem] = []
        self.media: dict[str, Media] = {}
        self.built: dict[Name, Entry] = {}
        self._lock = lock
        self._moment = moment
        self._latest: dict[str, int] = {}
        self._templates = templates
        self._fields: Any = templates.get_template("fields.html.j2").module
        self._said: dict[str, Markup] = {}
        self._reader = Reader()
        self._renderer = Renderer(Dialect(_escape, _plain_escape, _math, self._image, self._audio))

    def models(self) -> tuple[Any, Any]:
        """The two note types."""
        css = self._raw("style.css")
        question = DatedModel(
            QUESTION_MODEL,
            "quizgen question",
            fields=_identified(QUESTION_FIELDS, QUESTION_MODEL, "field"),
            templates=_identified(
                ("Question", "Reversed"), QUESTION_MODEL, "template", self._sides
            ),
            css=css,
            sort_field_index=SORT_FIELD,
        )
        cloze = DatedModel(
            CLOZE_MODEL,
            "quizgen cloze",
            fields=_identified(CLOZE_FIELDS, CLOZE_MODEL, "field"),
            templates=_identified(("Cloze",), CLOZE_MODEL, "template", self._sides),
            css=css,
            model_type=genanki.Model.CLOZE,
            sort_field_index=SORT_FIELD,
        )
        for kind, model in (("question", question), ("cloze", cloze)):
            content = json.dumps([model.name, model.fields, model.templates, model.css])
            entry = self._entry((NOTE_TYPES, kind), kind, str(model.model_id), content)
            model.modified = entry.modified
        return question, cloze

    def description(self, title: str, banks: Iterable[Bank]) -> str:
        """What Anki shows of a deck: title, what it is about, sources, licence, how to update."""
        banks = list(banks)
        return str(
            self._templates.get_template("description.html.j2").render(
                title=title,
                banks=banks,
                version=_day(max(self._latest.get(bank.id, 0) for bank in banks)),
                works=list(dict.fromkeys(str(each) for bank in banks for each in bank.sources)),
                licence=", ".join(dict.fromkeys(bank.licence for bank in banks if bank.licence)),
                words=words(banks[0].language),
            )
        )

    def notes(self, items: Iterable[Item]) -> Iterator[Note]:
        """The notes of one bank."""
        for item in items:
            question = lower(item.question, NATIVE, item.bank.language, self._reader)
            if question is None:
                message = "Anki has no card for this question"
                span = item.question.span
                self.problems.append(Problem("left-out", message, span, severity=Severity.WARNING))
                continue
            if type(question) is not type(item.question):
                self.problems.append(lowered(item.question, question, "Anki"))
            yield self._note(item, question)

    def _note(self, item: Item, question: Question) -> Note:
        bank = item.bank
        fields = {
            "Id": html.escape(f"{bank.id}.{question.id}"),
            "Kind": type_name(item.question),
            "Explanation": self.text(question.feedback, bank),
            "Hint": self._hints(question, bank),
            "Source": self._source(question, bank),
            **self._body(item, question),
        }
        if isinstance(question, Cloze):
            names, model_id = CLOZE_FIELDS, CLOZE_MODEL
            cards = tuple(sorted({gap.group - 1 for gap in question.text.gaps}))
        else:
            names, model_id = QUESTION_FIELDS, QUESTION_MODEL
            cards = (0, 1) if fields.get("Reverse") else (0,)
        values = tuple(str(fields.get(name, "")) for name in names)
        tags = _tags(item)
        name = (bank.id, question.id)
        before = self._lock.entries.get(name)
        self.problems += kind_changed(question, before)
        entry = self._entry(
            name, kind_of(question), guid(*name), "\x1e".join(("\x1f".join(values), *tags))
        )
        self._latest[bank.id] = max(self._latest.get(bank.id, 0), entry.modified)
        return Note(
            guid=entry.guid,
            model=model_id,
            fields=values,
            tags=tags,
            cards=cards,
            modified=entry.modified,
        )

    def _entry(self, name: Name, kind: str, key: str, content: str) -> Entry:
        """What the lock is to say of a note or note type of this content."""
        before = self._lock.entries.get(name)
        digest = hashlib.sha256(content.encode()).hexdigest()[:16]
        entry = Entry(kind, before.guid if before else key, digest, self._moment).dated(before)
        self.built[name] = entry
        return entry

    def _body(self, item: Item, question: Question) -> Mapping[str, str]:
        """The fields that differ by type."""
        bank = item.bank
        match question:
            case MultipleChoice() | MultipleResponse():
                return self._choices(item, question)
            case TrueFalse():
                return self._verdicts(question, bank)
            case ShortAnswer():
                return self._short_answer(question, bank)
            case Numeric():
                return self._numeric(question, bank)
            case Date():
                return self._date(question, bank)
            case Matching():
                return self._matching(item, question)
            case Ordering():
                return self._ordering(item, question)
            case Cloze(prompt=prompt, text=text):
                marked = self._renderer.render_marked(text.pieces, bank.media)
                code = marked.filled(lambda gap: _cloze_code(gap, gap_options(item, gap)))
                return {"Prompt": self.text(prompt, bank), "Text": code}
            case Essay():
                return self._essay(question, bank)
            case Flashcard(front=front, back=back):
                sides = {"Question": self.text(front, bank), "Answer": self.text(back, bank)}
                return {**sides, "Reverse": "1" if question.reversed else ""}

    # Text.

    def text(self, text: Text | None, bank: Bank) -> str:
        """A text as a field holds it; empty for no text."""
        return self._renderer.render(text.source, bank.media) if text else ""

    def safe(self, text: Text | None, bank: Bank) -> Markup:
        """The same for a template."""
        return Markup(self.text(text, bank))

    def _image(self, image: Media, alt: str) -> str:
        self.media[image.name] = image
        return f'<img src="{image.name}" alt="{alt}">'

    def _audio(self, audio: Media, alt: str) -> str:
        self.media[audio.name] = audio
        return f'<span class="audio" title="{alt}">[sound:{audio.name}]</span>'

    def _hints(self, question: Question, bank: Bank) -> str:
        if not question.hints:
            return ""
        hints = [self.safe(hint, bank) for hint in question.hints]
        return str(self._fields.hints(hints, words(bank.language)["hint"]))

    def _source(self, question: Question, bank: Bank) -> str:
        if not question.cite:
            return ""
        return _escape(f"{words(bank.language)['source']}: {show_citations(question.cite)}")

    # Question types.

    def _choices(
        self, item: Item, question: MultipleChoice | MultipleResponse
    ) -> Mapping[str, str]:
        bank = item.bank
        word = words(bank.language)
        if isinstance(question, MultipleChoice):
            classes, instruction = ["single"], ""
        else:
            classes, instruction = ["multiple"], word["all_that_apply"]
            classes += ["whole"] if question.grading is Grading.ALL_OR_NOTHING else []
        classes += ["fixed"] if is_ordered(item, question) else []
        shown = [
            (
                _classes(option.right, option.choice.pin),
                self.safe(option.choice.text, bank),
                self.safe(option.choice.feedback, bank),
            )
            for option in options(item, question)
        ]
        runs = text_direction(question.prompt.source)
        return {
            "Question": self.text(question.prompt, bank),
            "Choices": str(
                self._fields.choices(shown, classes, runs, self._says(bank), instruction)
            ),
        }

    def _verdicts(self, question: TrueFalse, bank: Bank) -> Mapping[str, str]:
        word = words(bank.language)
        shown = [
            (_classes(value is question.answer), _marked(word[str(value).lower()]), "")
            for value in (True, False)
        ]
        runs = text_direction(question.prompt.source)
        return {
            "Question": self.text(question.prompt, bank),
            "Choices": str(
                self._fields.choices(shown, ["single", "fixed"], runs, self._says(bank))
            ),
        }

    def _short_answer(self, question: ShortAnswer, bank: Bank) -> Mapping[str, str]:
        key, *others = question.answers
        data = {"case": "exact"} if question.case_sensitive else {}
        answer = self._typed(key.text.source, data, bank, others, key.feedback)
        return self._asked(question.prompt, answer, key.text.source, bank)

    def _numeric(self, question: Numeric, bank: Bank) -> Mapping[str, str]:
        number = show_number(question.answer)
        shown = " ".join(filter(None, (number, question.unit)))
        data = {"number": number}
        if question.margin:
            data["margin"] = show_number(question.margin)
            shown += f" (± {data['margin']})"
        if question.unit:
            data["unit"] = question.unit
        return self._asked(question.prompt, self._typed(shown, data, bank), number, bank)

    def _date(self, question: Date, bank: Bank) -> Mapping[str, str]:
        shown = show_date(question.answer, bank.language)
        data = {"accept": "|".join(date_forms(question.answer, bank.language)[1:])}
        others = [Accepted(text) for text in question.accept]
        return self._asked(question.prompt, self._typed(shown, data, bank, others), shown, bank)

    def _says(self, bank: Bank) -> Markup:
        """The words for a script to say, as attributes; made once a language, not once a note."""
        if bank.language not in self._said:
            self._said[bank.language] = self._fields.says(words(bank.language))
        return self._said[bank.language]

    def _typed(
        self,
        key: str,
        data: Mapping[str, str],
        bank: Bank,
        others: Iterable[Accepted] = (),
        feedback: Text | None = None,
    ) -> str:
        """The answer to something that is typed, and in `data` by what a script accepts it."""
        escaped = {name: Markup(_plain_escape(value)) for name, value in data.items()}
        accepted = [
            (
                _marked(answer.text.source),
                show_number(answer.credit),
                _percent(answer.credit),
                self.safe(answer.feedback, bank),
            )
            for answer in others
        ]
        word = words(bank.language)
        why = self.safe(feedback, bank)
        says = self._says(bank)
        return str(self._fields.typed(_marked(key), escaped, accepted, why, word, says))

    def _asked(self, prompt: Text, answer: str, typed: str, bank: Bank) -> Mapping[str, str]:
        return {
            "Question": self.text(prompt, bank),
            "Answer": answer,
            "Typed": _plain_escape(" ".join(typed.split())) if len(typed) <= LONGEST_TYPED else "",
        }

    def _matching(self, item: Item, question: Matching) -> Mapping[str, str]:
        bank = item.bank
        pairs = [(self.safe(left, bank), self.safe(right, bank)) for left, right in question.pairs]
        offered = right_sides(item, question)
        word = words(bank.language)
        places = {right: place for place, right in enumerate(offered, 1)}
        lefts = [(self.safe(left, bank), places[right]) for left, right in question.pairs]
        rights = [self.safe(right, bank) for right in offered]
        runs = text_direction(question.prompt.source)
        return {
            "Question": self.text(question.prompt, bank),
            "Choices": str(self._fields.sides(lefts, rights, runs, word, self._says(bank))),
            "Answer": str(self._fields.pairs(pairs, runs)),
        }

    def _ordering(self, item: Item, question: Ordering) -> Mapping[str, str]:
        bank = item.bank
        word = words(bank.language)
        places = {text: place for place, text in enumerate(question.items, 1)}
        shown = [(self.safe(text, bank), places[text]) for text in scrambled(item, question)]
        right = [self.safe(text, bank) for text in question.items]
        runs = text_direction(question.prompt.source)
        return {
            "Question": self.text(question.prompt, bank),
            "Choices": str(self._fields.scrambled(shown, runs, word, self._says(bank))),
            "Answer": str(self._fields.ordered(right, runs)),
        }

    def _essay(self, question: Essay, bank: Bank) -> Mapping[str, str]:
        word = words(bank.language)
        both = ((word["model"], question.answer), (word["rubric"], question.rubric))
        parts = [(label, self.safe(text, bank)) for label, text in both if text]
        return {
            "Question": self.text(question.prompt, bank),
            "Answer": str(self._fields.essay(parts)),
        }

    # Note types.

    def _raw(self, name: str) -> str:
        """A file of the templates as it stands: its braces are Anki's, not Jinja's."""
        loader = cast("BaseLoader", self._templates.loader)  # environment() sets one
        return loader.get_source(self._templates, name)[0]

    def _sides(self, name: str) -> Mapping[str, str]:
        file = name.lower()
        return {"qfmt": self._side(f"{file}.front.html"), "afmt": self._side(f"{file}.back.html")}

    def _side(self, name: str) -> str:
        """A side with its script in it: Anki updates a note type, but no file of that name."""
        return re.sub(
            r'<script src="(\w+\.js)"></script>',
            lambda match: f"<script>\n{self._raw(match[1])}</script>",
            self._raw(name),
        )


_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        # Field references, cloze marks, [sound:...] and [latex] are text in a text.
        "{": "&#123;",
        "}": "&#125;",
        "[": "&#91;",
        "]": "&#93;",
        # Anki composes what it stores (NFC), and with the end of a tag this would be another sign.
        "\u0338": "&#824;",
    }
)


def _plain_escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _escape(text: str) -> str:
    escaped = _plain_escape(text)
    if "\\" in escaped:
        # MathJax finds its marks within one run of text: an element between takes them apart.
        escaped = re.sub(r"\\(?=\(|&#91;)", r"<span>\\</span>", escaped)
    return escaped


def _marked(text: str) -> Markup:
    return Markup(_escape(text))


def _math(latex: str, display: bool) -> str:
    escaped = latex.translate(_ESCAPES)
    return rf"\[{escaped}\]" if display else rf"\({escaped}\)"


def _cloze_code(gap: Gap, offered: Sequence[str]) -> str:
    """`{{c1::key::hint}}`; a gap without a hint shows there what it offers."""
    parts = [gap.key, *filter(None, [gap.hint or " / ".join(offered)])]
    inside = "::".join(_escape(part).replace(":", "&#58;") for part in parts)
    return f"{{{{c{gap.group}::{inside}}}}}"


def _classes(right: bool, pinned: bool = False) -> list[str]:
    return ["right" if right else "wrong", *(["pinned"] if pinned else [])]


def _percent(credit: Decimal) -> str:
    return "" if credit == 1 else f"{show_number(credit * 100)} %"


def _tags(item: Item) -> tuple[str, ...]:
    """Hierarchical tags under one root, so that a learner's own stay apart."""
    question = item.question
    tags = [f"bank::{item.bank.id}", f"type::{type_name(question)}"]
    tags += [f"difficulty::{question.difficulty.value}"] if question.difficulty else []
    tags += [f"topic::{tag}" for tag in question.tags]
    tags += ["retired"] if question.retired else []
    return tuple(dict.fromkeys("quizgen::" + "_".join(tag.split()) for tag in tags))


def _identified(
    names: Iterable[str],
    model: int,
    kind: str,
    more: Callable[[str], Mapping[str, str]] = lambda _: {},
) -> list[dict[str, object]]:
    """Fields or templates with ids of their own, by which Anki knows them under another name."""
    return [{"name": name, "id": stable_id(str(model), kind, name), **more(name)} for name in names]


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _deck_name(title: str) -> str:
    """A bank's title as the name of one deck: two colons would make two of it.

    From the ends of a name Anki takes colons away.
    """
    return re.sub("^(?=:)|(?<=:)(?=:|$)", "\u200b", " ".join(title.split()))
