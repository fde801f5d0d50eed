"""Questions to the entries of a Moodle XML file, and what Moodle cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby

from quizgen.lower import lower
from quizgen.markup import Reader, Renderer
from quizgen.model import (
    Accepted,
    Bank,
    Choice,
    Citation,
    Cloze,
    Date,
    Difficulty,
    Essay,
    Flashcard,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    Question,
    ShortAnswer,
    Text,
    TrueFalse,
)
from quizgen.numbers import show_number
from quizgen.problems import Problem, Severity, Span
from quizgen.quiz import Item, Quiz, is_fixed, options, right_sides, seated_options
from quizgen.words import words
from quizgen.writers import limits
from quizgen.writers.moodle import gaps
from quizgen.writers.moodle.about import about, cited, says_something
from quizgen.writers.moodle.cards import as_matching, group_cards
from quizgen.writers.moodle.entry import (
    NO_TEXT,
    Answer,
    Body,
    Cards,
    Categories,
    Category,
    CombinedFeedback,
    Entry,
    Gaps,
    MoodleOptions,
    ResponseFormat,
)
from quizgen.writers.moodle.text import (
    Rich,
    Texts,
    cdata,
    element,
    joined,
    literal,
    moodle_renderer,
    within,
)
from quizgen.writers.output import Output, Track, encode, environment, lowered, template_errors

NATIVE: frozenset[type[Question]] = frozenset(
    {
        MultipleChoice,
        MultipleResponse,
        TrueFalse,
        ShortAnswer,
        Numeric,
        Matching,
        Ordering,
        Cloze,
        Essay,
    }
)
"""The types that Moodle has of its own."""

_WITHOUT_HINTS = (TrueFalse, Essay)


def write(quiz: Quiz, options: MoodleOptions = MoodleOptions(), track: Track = iter) -> Output:
    """One XML file, ending `.xml`: a category a bank, the questions of the first version.

    Among the problems are errors for what Moodle would take and then not grade.
    """
    found: list[Problem] = []
    with template_errors(options.templates):
        template = environment("moodle", options.templates, cdata=cdata).get_template("quiz.xml.j2")
        data = encode(template.generate(categories=_categories(quiz, options, track, found)))
    return Output({".xml": data}, tuple(found))


def problems(quiz: Quiz, options: MoodleOptions = MoodleOptions()) -> tuple[Problem, ...]:
    """What Moodle could not hold of the quiz, without what merely becomes of another type."""
    found: list[Problem] = []
    for category in _categories(quiz, options, iter, found):
        for _ in category.entries:
            pass
    return tuple(problem for problem in found if problem.code != "lowered")


def _categories(
    quiz: Quiz, options: MoodleOptions, track: Track, found: list[Problem]
) -> Iterator[Category]:
    """The categories, bank by bank; problems are added to those found as questions are made."""
    places = {id(bank): place for place, bank in enumerate(quiz.banks)}
    items = sorted(track(quiz.versions[0].items), key=lambda item: places[id(item.bank)])
    reader, renderer = Reader(), moodle_renderer()
    for _, own in groupby(items, key=lambda item: id(item.bank)):
        bank_items = list(own)
        bank = bank_items[0].bank
        path = tuple(limits.bank_path(quiz, bank, options.category))
        yield from _BankWriter(bank, options, found, reader, renderer).categories(bank_items, path)


class _BankWriter:
    """Questions of one bank to entries, noting what Moodle cannot say."""

    def __init__(
        self,
        bank: Bank,
        options: MoodleOptions,
        found: list[Problem],
        reader: Reader,
        renderer: Renderer,
    ) -> None:
        self._bank = bank
        self._options = options
        self._problems = found
        self._reader = reader
        self._texts = Texts(bank, renderer)
        self._words = words(bank.language)
        self._combined = CombinedFeedback(
            *(
                element(self._texts.dressed(self._words[name], self._words[name]))
                for name in ("correct", "partly_correct", "incorrect")
            )
        )
        self._cited: dict[tuple[Citation, ...], str] = {}
        self._bank_tag = self._tag(bank.id, bank.span)
        self._tagged: dict[tuple[Difficulty | None, tuple[str, ...]], Sequence[str]] = {}

    def note(
        self, code: str, message: str, span: Span, severity: Severity = Severity.ERROR
    ) -> None:
        self._problems.append(Problem(code, message, span, severity=severity))

    def categories(self, items: Sequence[Item], path: Sequence[str]) -> Iterator[Category]:
        """The bank's category, its front matter first; one below it for each topic if asked for."""
        front = about(self._bank)
        groups: Iterable[tuple[Item, ...]] = zip(items)
        if self._options.flashcards is Cards.MATCHING:
            groups = group_cards(items, self._reader)
        by_topic: Mapping[str, Iterable[tuple[Item, ...]]] = {"": groups}
        if self._options.categories is Categories.TAG:
            by_topic = _by_topic(groups)
        for topic, within_topic in by_topic.items():
            entries: Iterator[Entry] = map(self._entry, within_topic)
            if topic:
                names = (limits.category(part) for part in topic.split("::"))
                head = "/".join([*path, *filter(None, names)]), "", ""
            else:
                head = "/".join(path), front, self._bank.id
                if self._options.front_matter and says_something(self._bank):
                    entries = chain([self._front_matter(front)], entries)
            yield Category(*head, self._combined, entries)

    def _front_matter(self, front: str) -> Entry:
        return Entry(
            body=Body(kind="description", text=element(Rich(front))),
            name=literal(limits.plain_name(self._bank.title, limits.LONGEST_NAME)),
            idnumber=self._bank.id,
            points="0",
            penalty="0",
            feedback=NO_TEXT,
            hints=(),
            tags=self._bank_tag,
        )

    def _entry(self, group: tuple[Item, ...]) -> Entry:
        item = group[0]
        if len(group) == 1:
            question = self._lower(item.question)
            feedback = self._texts.xml(question.feedback, self._source(question.cite))
            hints = question.hints
        else:
            cards = [each.question for each in group if isinstance(each.question, Flashcard)]
            question = as_matching(cards, self._words["match_cards"])
            feedback = self._card_feedback(cards, self._source(question.cite))
            hints = ()
            for card in cards:
                self._problems.append(lowered(card, question, "Moodle"))
        self._check_limits(question)
        body = self._body(item, question)
        if hints and isinstance(question, _WITHOUT_HINTS):
            self._note_lost_hints("this type of question", hints[0].span)
            hints = ()
        return Entry(
            body=body,
            name=literal(question.id),
            idnumber=limits.idnumber(f"{self._bank.id}/{question.id}"),
            points=show_number(question.points),
            penalty=body.penalty or limits.penalty(len(hints)),
            feedback=feedback,
            hints=[self._texts.xml(hint) for hint in hints],
            tags=self._tags(question),
        )

    def _lower(self, question: Question) -> Question:
        if type(question) in NATIVE:
            return question
        into = lower(question, NATIVE, self._bank.language, self._reader)
        if into is None:
            raise TypeError("each type lowers to one of Moodle's")
        self._problems.append(lowered(question, into, "Moodle"))
        return into

    def _check_limits(self, question: Question) -> None:
        points = question.points
        if points != 1 and (
            points >= limits.MOST_POINTS or round(points, limits.MOST_DECIMALS) != points
        ):
            self.note(
                "moodle-points",
                f"Moodle holds points below {limits.MOST_POINTS:,} with {limits.MOST_DECIMALS}"
                " decimals; change them",
                question.span,
            )

    def _note_lost_hints(self, what: str, span: Span) -> None:
        message = f"Moodle shows no hints with {what}; they are left out"
        self.note("moodle-hints", message, span, Severity.WARNING)

    # What all questions have.

    def _source(self, citations: tuple[Citation, ...]) -> str:
        """The line of the source, if there is one."""
        if not citations:
            return ""
        source = self._cited.get(citations)
        if source is None:
            source = self._cited[citations] = cited(citations, self._bank.language)
        return source

    def _card_feedback(self, cards: Sequence[Flashcard], source: str) -> str:
        """What is said on each card, one after another, then the source."""
        for card in cards:
            if card.hints:
                self._note_lost_hints("a group of cards", card.hints[0].span)
        said = [self._texts.rich(card.feedback) for card in cards if card.feedback]
        return element(joined(*said, Rich(source)))

    def _tags(self, question: Question) -> Sequence[str]:
        key = question.difficulty, question.tags
        tags = self._tagged.get(key)
        if tags is None:
            level = [literal(question.difficulty.value)] if question.difficulty else []
            own = [each for tag in question.tags for each in self._tag(tag, question.span)]
            tags = tuple(dict.fromkeys([*self._bank_tag, *level, *own]))
            if len(own) == len(question.tags):  # a tag left out is told of at each question
                self._tagged[key] = tags
        return tags

    def _tag(self, tag: str, span: Span) -> tuple[str, ...]:
        """The tag, if it is one that Moodle takes."""
        if problem := limits.tag_problem(tag, span):
            self._problems.append(problem)
            return ()
        return (literal(tag),)

    # What each type has.

    def _body(self, item: Item, question: Question) -> Body:
        match question:
            case MultipleChoice():
                return self._options_of(item, question, "100", "0")
            case MultipleResponse():
                return self._response(item, question)
            case TrueFalse(prompt=prompt, answer=answer):
                text = self._texts.xml(prompt)
                return Body(kind="truefalse", text=text, answers=_verdicts(answer), penalty="1")
            case ShortAnswer():
                return self._short_answer(question)
            case Numeric():
                return self._numeric(question)
            case Matching():
                return self._matching(item, question)
            case Ordering(prompt=prompt, items=items):
                answers = [("1", self._texts.xml(text), NO_TEXT, "") for text in items]
                return Body(kind="ordering", text=self._texts.xml(prompt), answers=answers)
            case Cloze() if self._options.cloze is Gaps.TYPE:
                return self._cloze(item, question)
            case Cloze():
                return self._word_bank(item, question)
            case Essay():
                return self._essay(question)
            case Date() | Flashcard():
                raise TypeError("this type is to be lowered first")

    def _response(self, item: Item, question: MultipleResponse) -> Body:
        share, cost, found = limits.shares(question)
        self._problems += found
        return self._options_of(item, question, share, cost)

    def _options_of(
        self, item: Item, question: MultipleChoice | MultipleResponse, share: str, cost: str
    ) -> Body:
        fixed = is_fixed(item, question)
        shown = options(item, question) if fixed else seated_options(item, question)
        xml = self._texts.xml
        answers = [
            (
                share if right else cost,
                self._pinned(choice) if choice.pin else xml(choice.text),
                xml(choice.feedback),
                "",
            )
            for choice, right in shown
        ]
        return Body(
            kind="multichoice",
            text=xml(question.prompt),
            answers=answers,
            single=isinstance(question, MultipleChoice),
            shuffle=not fixed,
        )

    def _pinned(self, choice: Choice) -> str:
        return element(within("div", "pin", self._texts.rich(choice.text)))

    def _short_answer(self, question: ShortAnswer) -> Body:
        return Body(
            kind="shortanswer",
            text=self._texts.xml(question.prompt),
            answers=[self._accepted(answer) for answer in question.answers],
            case_sensitive=question.case_sensitive,
        )

    def _accepted(self, answer: Accepted) -> Answer:
        share, found = limits.credit(answer)
        self._problems += found
        text = literal(limits.typed(answer.text.source))
        return share, text, self._texts.xml(answer.feedback), ""

    def _numeric(self, question: Numeric) -> Body:
        if question.unit and len(question.unit) > limits.LONGEST_UNIT:
            self.note(
                "moodle-unit",
                f"Moodle holds {limits.LONGEST_UNIT} characters of a unit, this has"
                f" {len(question.unit)}; shorten it",
                question.span,
            )
        number, margin = map(show_number, (question.answer, question.margin))
        return Body(
            kind="numerical",
            text=self._texts.xml(question.prompt),
            answers=(("100", literal(number), NO_TEXT, margin),),
            unit=question.unit,
        )

    def _matching(self, item: Item, question: Matching) -> Body:
        plain = {right: self._right_side(right) for right in right_sides(item, question)}
        if "" in plain.values():
            self.note(
                "moodle-right-side",
                "a right side has no text, and Moodle stops at that; swap the sides",
                question.span,
            )
        elif len(set(plain.values())) < len(plain):
            self.note(
                "moodle-right-side",
                "without Markdown two right sides are equal, and Moodle merges them; change one",
                question.span,
            )
        pairs = [(self._texts.xml(left), plain[right]) for left, right in question.pairs]
        pairs += [(NO_TEXT, plain[right]) for right in question.distractors]
        return Body(
            kind="matching",
            text=self._texts.xml(question.prompt),
            pairs=tuple((left, literal(right)) for left, right in pairs),
            shuffle=item.shuffle,
        )

    def _right_side(self, text: Text) -> str:
        plain = self._reader.plain(text.source)
        if len(plain) > limits.LONGEST_RIGHT_SIDE:
            self.note(
                "moodle-right-side",
                f"Moodle holds {limits.LONGEST_RIGHT_SIDE} characters on the right side of a pair,"
                f" this has {len(plain)}; shorten it, or swap the sides",
                text.span,
            )
        if self._reader.shows_more(text.source):
            self.note(
                "moodle-right-side",
                "Moodle shows no formula or image on the right side of a pair; swap the sides",
                text.span,
                Severity.WARNING,
            )
        return plain

    def _cloze(self, item: Item, question: Cloze) -> Body:
        found = question.text.gaps
        weight = max(1, round(question.points / len(found)))
        if weight * len(found) != question.points:
            self.note(
                "moodle-weight",
                f"Moodle counts whole points a gap: {len(found)} gaps make {weight * len(found)}"
                f" points, not {show_number(question.points)}",
                question.span,
                Severity.INFO if question.points == 1 else Severity.WARNING,
            )
        if any(map(gaps.lost_backslash, found)):
            self.note(
                "moodle-gap",
                "Moodle drops a backslash before '}' or '#' in a gap; write the answer without it",
                question.text.span,
            )
        html = gaps.in_line(item, self._texts.marked(question.text), weight)
        return Body(kind="cloze", text=self._cloze_text(question, html))

    def _word_bank(self, item: Item, question: Cloze) -> Body:
        found = question.text.gaps
        bank_of_words = gaps.word_bank(found)
        for gap in found:
            for word in set(bank_of_words) & set(gap.answers[1:]):
                self.note(
                    "moodle-word-bank",
                    f"a gap accepts '{word}' too, which the words to choose from hold for another,"
                    " and Moodle takes its key alone; use --cloze type, or take one of them out",
                    question.text.span,
                    Severity.WARNING,
                )
        html = gaps.numbered(self._texts.marked(question.text), bank_of_words)
        return Body(
            kind="ddwtos" if self._options.cloze is Gaps.DRAG else "gapselect",
            text=self._cloze_text(question, html),
            words=gaps.as_words(found, bank_of_words),
            shuffle=item.shuffle,
        )

    def _cloze_text(self, question: Cloze, filled: str) -> str:
        text = self._texts.dressed(filled, question.text.source)
        prompt = within("div", "prompt", self._texts.rich(question.prompt))
        return element(joined(prompt, text) if question.prompt else text)

    def _essay(self, question: Essay) -> Body:
        parts = (("answer", "model", question.answer), ("rubric", "rubric", question.rubric))
        grader = [
            joined(
                within("p", "label", Rich(f"<strong>{self._words[label]}</strong>")),
                within("div", name, self._texts.rich(text)),
            )
            for name, label, text in parts
            if text
        ]
        return Body(
            kind="essay",
            text=self._texts.xml(question.prompt),
            grader=element(joined(*grader)) if grader else NO_TEXT,
            response_format=self._options.response_format.value,
            attachments=int(self._options.response_format is ResponseFormat.NO_INLINE),
            penalty="0",
            lines=question.lines or 15,
        )


def _by_topic(groups: Iterable[tuple[Item, ...]]) -> dict[str, list[tuple[Item, ...]]]:
    """The groups by their first tag; what has none comes first."""
    by_topic: dict[str, list[tuple[Item, ...]]] = {"": []}
    for group in groups:
        topic = next(iter(group[0].question.tags), "")
        by_topic.setdefault(topic, []).append(group)
    return by_topic


def _verdicts(answer: bool) -> tuple[Answer, ...]:
    return tuple(
        ("100" if value is answer else "0", literal(str(value).lower()), NO_TEXT, "")
        for value in (True, False)
    )
