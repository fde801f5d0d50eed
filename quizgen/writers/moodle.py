"""Moodle XML. Rules and names are those of Moodle 4.5's importer (question/format/xml)."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from quizgen.languages import direction, text_direction
from quizgen.lower import lower
from quizgen.markup import Dialect, Reader, Renderer, is_block
from quizgen.model import (
    Accepted,
    Bank,
    Cloze,
    Date,
    Essay,
    Flashcard,
    Gap,
    Grading,
    Image,
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
from quizgen.quiz import Item, Quiz, gap_options, is_fixed, options, right_sides
from quizgen.words import words
from quizgen.writers.output import (
    Output,
    Track,
    base64,
    encode,
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
        Matching,
        Ordering,
        Cloze,
        Essay,
    }
)
"""The types that Moodle has of its own."""

_WITHOUT_HINTS = (TrueFalse, Essay)

FRACTIONS = tuple(
    map(
        Decimal,
        (
            *("0", "100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40"),
            *("33.33333", "30", "25", "20", "16.66667", "14.28571", "12.5", "11.11111", "10", "5"),
        ),
    )
)
"""The shares of the points, in percent, that Moodle lets an answer have."""

LONGEST_RIGHT_SIDE = 255
LONGEST_IDNUMBER = 100
LONGEST_CATEGORY = 255
LONGEST_UNIT = 50
MOST_POINTS = 100_000


@dataclass(frozen=True)
class MoodleOptions:
    """`category` is the path below the course's top one: parts divided by `/`; `//` is a slash."""

    category: str | None = None
    templates: Path | None = None


@dataclass(frozen=True, slots=True)
class Rich:
    """HTML and the pictures that it links."""

    html: str
    files: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: percent of the points, its text, what is said to whoever gives it."""

    fraction: str
    text: Rich
    feedback: Rich
    tolerance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a type of question has; `kind` is Moodle's name of the type."""

    kind: str
    text: Rich
    answers: tuple[Answer, ...] = ()
    pairs: tuple[tuple[Rich, str], ...] = ()
    unit: str | None = None
    lines: int = 15
    grader: Rich = Rich("")
    penalty: str = "0.3333333"
    single: bool = True
    shuffle: bool = True
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A question as the template writes it."""

    body: Body
    name: str
    idnumber: str
    points: str
    feedback: Rich
    hints: tuple[Rich, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Category:
    """The head of the questions that follow."""

    path: str
    info: str
    body: None = None


def write(quiz: Quiz, options: MoodleOptions = MoodleOptions(), track: Track = iter) -> Output:
    """One XML file, ending `.xml`: a category a bank, the questions of the first version.

    Among the problems are errors for what Moodle would take and then not grade.
    """
    writer = _Writer()
    with template_errors(options.templates):
        found = environment("moodle", options.templates, cdata=_cdata, rich=_rich)
        template = found.get_template("quiz.xml.j2")
        entries = writer.entries(quiz, options.category or "", track)
        data = encode(template.generate(entries=entries))
    return Output({".xml": data}, tuple(writer.problems))


def fraction(share: Decimal) -> str | None:
    """A share of the points, -1 to 1, as Moodle writes it; None if it takes none such."""
    if share == 1:
        return "100"
    percent = share * 100
    for legal in FRACTIONS:
        if abs(abs(percent) - legal) < Decimal("0.001"):
            sign = "-" if percent < 0 and legal else ""
            return f"{sign}{show_number(legal)}"
    return None


class _Writer:
    """Questions to entries, noting what Moodle cannot say."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._reader = Reader()
        self._renderer = Renderer(
            Dialect(
                escape=_escape,
                attribute=_escape,
                math=lambda latex, display: (r"\[{}\]" if display else r"\({}\)").format(
                    latex.translate(_MATH_ESCAPES)
                ),
                image=lambda image, alt: (
                    f'<img src="@@PLUGINFILE@@/{quote(image.name)}" alt="{alt}">'
                ),
                audio=lambda audio, alt: (
                    f'<audio controls="controls" src="@@PLUGINFILE@@/{quote(audio.name)}"'
                    f' title="{alt}">{alt}</audio>'
                ),
                code='<span class="nolink"><code>{}</code></span>'.format,
            )
        )

    def entries(self, quiz: Quiz, category: str, track: Track) -> Iterator[Entry | _Category]:
        """Category heads and questions, bank by bank."""
        single = len(quiz.banks) == 1
        bank: Bank | None = None
        for item in sorted(
            track(quiz.versions[0].items), key=lambda item: quiz.banks.index(item.bank)
        ):
            if item.bank is not bank:
                bank = item.bank
                parts = [_category(quiz.title)] if not category and not single else []
                path = "/".join([*parts, _category(bank.title)])
                info = _escape(bank.description or "")
                yield _Category(
                    "/".join(filter(None, ("$course$", "top", _category_path(category), path))),
                    info,
                )
            entry = self._entry(item)
            if entry is not None:
                yield entry

    def note(
        self, code: str, message: str, span: Span, severity: Severity = Severity.ERROR
    ) -> None:
        self.problems.append(Problem(code, message, span, severity=severity))

    def _entry(self, item: Item) -> Entry | None:
        question = lower(item.question, NATIVE, item.bank.language, self._reader)
        if question is None:
            self.note(
                "left-out",
                "Moodle has nothing like this question",
                item.question.span,
                Severity.WARNING,
            )
            return None
        if type(question) is not type(item.question):
            self.problems.append(lowered(item.question, question, "Moodle"))
        bank = item.bank
        self._check_limits(question)
        return Entry(
            body=self._body(item, question),
            name=question.id,
            idnumber=_idnumber(bank, question),
            points=show_number(question.points),
            feedback=self._general_feedback(question, bank),
            hints=()
            if isinstance(question, _WITHOUT_HINTS)
            else tuple(self.rich(hint, bank) for hint in question.hints),
            tags=self._tags(question, bank),
        )

    def _check_limits(self, question: Question) -> None:
        points = question.points
        if points >= MOST_POINTS or round(points, 7) != points:
            self.note(
                "moodle-points",
                f"Moodle holds points below {MOST_POINTS:,} with 7 decimals; change them",
                question.span,
            )
        if isinstance(question, _WITHOUT_HINTS) and question.hints:
            self.note(
                "moodle-hints",
                "Moodle shows no hints with this type of question; they are left out",
                question.hints[0].span,
                Severity.WARNING,
            )

    def _body(self, item: Item, question: Question) -> Body:
        bank = item.bank
        match question:
            case MultipleChoice():
                return self._choice(item, question)
            case MultipleResponse():
                return self._response(item, question)
            case TrueFalse(prompt=prompt, answer=answer):
                return Body(
                    kind="truefalse",
                    text=self.rich(prompt, bank),
                    answers=_verdicts(answer),
                    penalty="1",
                )
            case ShortAnswer():
                return self._short_answer(question, bank)
            case Numeric():
                return self._numeric(question, bank)
            case Matching():
                return self._matching(item, question)
            case Ordering(prompt=prompt, items=items):
                answers = tuple(Answer("1", self.rich(text, bank), Rich("")) for text in items)
                return Body(kind="ordering", text=self.rich(prompt, bank), answers=answers)
            case Cloze():
                return self._cloze(item, question)
            case Essay():
                return self._essay(question, bank)
            case Date() | Flashcard():
                raise TypeError("this type is to be lowered first")

    # Text.

    def rich(self, text: Text | None, bank: Bank) -> Rich:
        """A text as Moodle's HTML, with its pictures; nothing for no text."""
        if text is None:
            return Rich("")
        return self._dressed(self._renderer.render(text.source, bank.images), text.source, bank)

    def _dressed(self, inner: str, source: str, bank: Bank) -> Rich:
        """Rendered text in a paragraph, with its direction where that is not the page's."""
        block = inner.startswith("<") and is_block(inner)
        if not source.isascii() and (way := text_direction(source)) != direction(bank.language):
            tag = "div" if block else "p"
            inner = f'<{tag} dir="{way}">{inner}</{tag}>'
        elif not block:
            inner = f"<p>{inner}</p>"
        return Rich(inner, _files(inner, bank))

    def _general_feedback(self, question: Question, bank: Bank) -> Rich:
        feedback = self.rich(question.feedback, bank)
        if not question.cite:
            return feedback
        cited = _escape(show_citations(question.cite))
        source = f"<p><small>{words(bank.language)['source']}: {cited}</small></p>"
        return Rich(feedback.html + source, feedback.files)

    def _tags(self, question: Question, bank: Bank) -> tuple[str, ...]:
        difficulty = (question.difficulty.value,) if question.difficulty else ()
        # Moodle stops at a tag "0".
        return tuple(
            tag for tag in dict.fromkeys((bank.id, *difficulty, *question.tags)) if tag != "0"
        )

    # Question types.

    def _choice(self, item: Item, question: MultipleChoice) -> Body:
        answers = tuple(
            Answer(
                "100" if option.right else "0",
                self.rich(option.choice.text, item.bank),
                self.rich(option.choice.feedback, item.bank),
            )
            for option in options(item, question)
        )
        return Body(
            kind="multichoice",
            text=self.rich(question.prompt, item.bank),
            answers=answers,
            shuffle=not is_fixed(item, question),
        )

    def _response(self, item: Item, question: MultipleResponse) -> Body:
        right, wrong = len(question.answers), len(question.distractors)
        share = fraction(Decimal(1) / right)
        if share is None:
            self.note(
                "moodle-fraction",
                f"Moodle can divide the points by 1 to 10 or 20 right options, not by {right};"
                " split the question",
                question.span,
            )
            share = "0"
        penalty = "0"
        if question.grading is Grading.ALL_OR_NOTHING:
            penalty = "-100"
            self.note(
                "moodle-all-or-nothing",
                "Moodle gives part of the points for part of the key, and a wrong option costs all",
                question.span,
                Severity.WARNING,
            )
        elif wrong:
            # Ticking everything must not pay: each wrong option undoes a right one, or more.
            penalty = fraction(Decimal(-1) / min(right, wrong)) or "-100"
        answers = tuple(
            Answer(
                share if option.right else penalty,
                self.rich(option.choice.text, item.bank),
                self.rich(option.choice.feedback, item.bank),
            )
            for option in options(item, question)
        )
        return Body(
            kind="multichoice",
            text=self.rich(question.prompt, item.bank),
            answers=answers,
            single=False,
            shuffle=not is_fixed(item, question),
        )

    def _short_answer(self, question: ShortAnswer, bank: Bank) -> Body:
        return Body(
            kind="shortanswer",
            text=self.rich(question.prompt, bank),
            answers=tuple(self._accepted(answer, bank) for answer in question.answers),
            case_sensitive=question.case_sensitive,
        )

    def _accepted(self, answer: Accepted, bank: Bank) -> Answer:
        share = fraction(answer.credit)
        if share is None:
            percent = show_number(answer.credit * 100)
            legal = ", ".join(f"{show_number(each)}%" for each in FRACTIONS)
            message = f"Moodle has no {percent}% of the points; use one of {legal}"
            self.note("moodle-fraction", message, answer.text.span)
            share = "0"
        return Answer(share, Rich(_typed(answer.text.source)), self.rich(answer.feedback, bank))

    def _numeric(self, question: Numeric, bank: Bank) -> Body:
        if question.unit and len(question.unit) > LONGEST_UNIT:
            self.note(
                "moodle-unit",
                f"Moodle holds {LONGEST_UNIT} characters of a unit, this has {len(question.unit)};"
                " shorten it",
                question.span,
            )
        answer = Answer(
            "100",
            Rich(show_number(question.answer)),
            Rich(""),
            tolerance=show_number(question.margin),
        )
        return Body(
            kind="numerical",
            text=self.rich(question.prompt, bank),
            answers=(answer,),
            unit=question.unit,
        )

    def _matching(self, item: Item, question: Matching) -> Body:
        bank = item.bank
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
        pairs = [(self.rich(left, bank), plain[right]) for left, right in question.pairs]
        pairs += [(Rich(""), plain[right]) for right in question.distractors]
        return Body(
            kind="matching",
            text=self.rich(question.prompt, bank),
            pairs=tuple(pairs),
        )

    def _right_side(self, text: Text) -> str:
        plain = self._reader.plain(text.source)
        if len(plain) > LONGEST_RIGHT_SIDE:
            self.note(
                "moodle-right-side",
                f"Moodle holds {LONGEST_RIGHT_SIDE} characters on the right side of a pair,"
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
        bank = item.bank
        gaps = question.text.gaps
        weight = max(1, round(question.points / len(gaps)))
        if weight * len(gaps) != question.points:
            self.note(
                "moodle-weight",
                f"Moodle counts whole points a gap: {len(gaps)} gaps make {weight * len(gaps)}"
                f" points, not {show_number(question.points)}",
                question.span,
                Severity.INFO if question.points == 1 else Severity.WARNING,
            )
        marked = self._renderer.render_marked(question.text.pieces, bank.images)
        inner = marked.filled(lambda gap: _gap_code(item, gap, weight))
        text = self._dressed(inner, question.text.source, bank)
        if question.prompt:
            prompt = self.rich(question.prompt, bank)
            text = Rich(prompt.html + text.html, tuple(dict.fromkeys(prompt.files + text.files)))
        return Body(kind="cloze", text=text)

    def _essay(self, question: Essay, bank: Bank) -> Body:
        parts = [self.rich(text, bank) for text in (question.answer, question.rubric) if text]
        grader = Rich(
            "".join(part.html for part in parts),
            tuple(dict.fromkeys(image for part in parts for image in part.files)),
        )
        return Body(
            kind="essay",
            text=self.rich(question.prompt, bank),
            grader=grader,
            penalty="0",
            lines=question.lines or 15,
        )


_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        # MathJax's signs, cloze's braces and the sign of a linked file are text in a text.
        "\\": "&#92;",
        "$": "&#36;",
        "{": "&#123;",
        "}": "&#125;",
        "@": "&#64;",
    }
)

# An answer must not end in `&amp;`: Moodle takes what ends a gap for a part of the answer then.
_GAP_ESCAPES = _ESCAPES | str.maketrans({"&": "&#38;", "~": "&#126;", "#": "&#35;"})

_MATH_ESCAPES = {sign: _ESCAPES[sign] for sign in map(ord, '&<>"{}@')}
"""A formula keeps its backslashes; its braces would read as a gap's."""


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _gap_code(item: Item, gap: Gap, weight: int) -> str:
    """`{1:SHORTANSWER:=key~=also accepted}`; the hint stands behind the gap, as Moodle has none."""
    hint = f" <em>({_escape(gap.hint)})</em>" if gap.hint else ""
    return f"{{{weight}:{_gap_answers(item, gap)}}}{hint}"


def _gap_answers(item: Item, gap: Gap) -> str:
    """The kind of a gap and its answers: text and numbers that are typed, HTML that is chosen."""
    if gap.tolerance is not None:
        number = show_number(Decimal(gap.answers[0]))
        return f"NUMERICAL:={number}:{show_number(gap.tolerance)}"
    if gap.wrong:
        return "MULTICHOICE:" + "~".join(
            ("=" if option in gap.answers else "") + _gap_answer(_escape(option))
            for option in gap_options(item, gap)
        )
    return "SHORTANSWER:" + "~".join(f"={_gap_answer(_typed(each))}" for each in gap.answers)


def _typed(answer: str) -> str:
    """An answer that is typed, in one line; a star stands for itself."""
    return " ".join(answer.split()).replace("*", r"\*")


def _gap_answer(answer: str) -> str:
    code = answer.translate(_GAP_ESCAPES)
    leading = {"=": "&#61;", "%": "&#37;"}.get(code[:1])
    return leading + code[1:] if leading else code


_LINKED = re.compile(r"@@PLUGINFILE@@/([^\"]+)")


def _files(rendered: str, bank: Bank) -> tuple[Image, ...]:
    """The pictures that rendered text links, each once."""
    if "@@PLUGINFILE@@" not in rendered:
        return ()
    by_name = {image.name: image for image in bank.images.values()}
    return tuple(by_name[name] for name in dict.fromkeys(_LINKED.findall(rendered)))


def _verdicts(answer: bool) -> tuple[Answer, ...]:
    return tuple(
        Answer("100" if value is answer else "0", Rich(str(value).lower()), Rich(""))
        for value in (True, False)
    )


def _idnumber(bank: Bank, question: Question) -> str:
    """`bank/id`, shortened with a digest of itself where Moodle would not take it whole."""
    whole = f"{bank.id}/{question.id}"
    if len(whole) <= LONGEST_IDNUMBER:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{whole[: LONGEST_IDNUMBER - 17]}-{digest}"


def _category(name: str) -> str:
    """A category's name: Moodle strips tags, divides at single slashes and takes 255 characters."""
    line = " ".join(name.translate({ord("<"): "‹", ord(">"): "›"}).split())
    name = line[:LONGEST_CATEGORY].strip()
    # A slash at an end would run into the one that divides; Moodle trims the space again.
    padded = f"{' ' * name.startswith('/')}{name}{' ' * name.endswith('/')}"
    return padded.replace("/", "//")


def _category_path(path: str) -> str:
    """A path as a user gives it, its parts made into names; empty ones are passed over."""
    parts = re.split(r"(?<!/)/(?!/)", path)
    return "/".join(_category(part.replace("//", "/")) for part in parts if part.strip(" /"))


def _rich(rich: Rich) -> Markup:
    """The element `text`, and one `file` for each picture that it links."""
    text = f"<text>{_section(rich.html)}</text>"
    for image in rich.files:
        name = html.escape(image.name)
        text += f'<file name="{name}" path="/" encoding="base64">{base64(image.data)}</file>'
    return Markup(text)


def _cdata(text: str) -> Markup:
    return Markup(_section(text))


def _section(text: str) -> str:
    """The one place where text enters the XML: a CDATA section, split where it holds its end."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>" if text else ""
