"""Moodle XML (question/format/xml of Moodle 4.5) to banks.

What quizgen's own writer puts into a file, such as citations and pinned options, is read back by
the classes of the elements that it stands in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from quizgen.decode import gap_text, is_id
from quizgen.languages import is_known_language
from quizgen.markdown import literal, one_line, unescaped
from quizgen.markup import GAP_MARK
from quizgen.model import (
    Citation,
    Cloze,
    Essay,
    Grading,
    Matching,
    Ordering,
    Question,
    Source,
    Text,
    TrueFalse,
    prompt_of,
)
from quizgen.numbers import show_number
from quizgen.problems import QuizgenError, error_at, shorten
from quizgen.readers.build import (
    Answer,
    Fields,
    UnfitError,
    as_date,
    matching,
    number,
    one_right,
    several_right,
    typed,
    verdict,
    without_wildcards,
)
from quizgen.readers.gaps import Gap, Option, read_codes, read_places
from quizgen.readers.prose import Prose, plain
from quizgen.readers.reading import (
    Desk,
    Reading,
    ReadOptions,
    gap_source,
    identity,
    number_of,
    path_of,
    tag_of,
    tags_of,
)
from quizgen.readers.xml import Element, fragment, parse
from quizgen.words import LANGUAGES, words


def read(data: bytes, file: str, options: ReadOptions) -> Reading:
    """The questions of a Moodle XML file as banks.

    Raises QuizgenError if it is no such file, or holds no question that a bank can hold.
    """
    root, line = parse(data, file)
    if root.tag != "quiz":
        raise error_at(
            file, "xml", f"this is no Moodle XML: it begins with <{root.tag}>, not <quiz>"
        )
    reader = _Reader(root, file, options)
    if line:
        reader.desk.drop(line, "characters that no text can hold are taken out of the file")
    reader.take()
    return reader.desk.reading(options)


class _Reader:
    """Reads the questions of a file one after another."""

    def __init__(self, root: Element, file: str, options: ReadOptions) -> None:
        self._root = root
        self.desk = Desk(file)
        self.prose = Prose(self.desk)
        self._language = options.language
        self._times_said: Counter[tuple[str, str | None]] = Counter()

    def take(self) -> None:
        for question, _ in self._walk():
            source = question.findtext("questiontext/text") or ""
            if question.get("type") == "description" and _tells_of_a_bank(source):
                self._about(source)
        for question, kind in self._walk():
            if kind == "description":
                self._description(question)
            elif kind != "category":
                self._take(_Parts(question), kind)

    def _walk(self) -> Iterator[tuple[Element, str]]:
        """The questions and their types, each in its category."""
        self.desk.category = ()
        for each in self._root:
            if each.tag != "question":
                continue
            kind = each.get("type") or ""
            if kind == "category":
                self.desk.category = path_of(each.findtext("category/text") or "")
                self._category(each)
            yield each, kind

    def _category(self, element: Element) -> None:
        info = element.findtext("info/text") or ""
        head = self.desk.head()
        head.bank = one_line(element.findtext("idnumber") or "") or head.bank
        if _tells_of_a_bank(info):
            self._about(info)
            return
        described = plain(info)
        # Moodle describes the category that each course begins with.
        if described and not described.startswith("The default category for"):
            head.description = head.description or described

    def _take(self, parts: _Parts, kind: str) -> None:
        """A question, or word of what it lacks."""
        name = one_line(parts.value("name/text"))
        make = _KINDS.get(kind)
        if make is None:
            why = f"quizgen has nothing like a question of the type '{kind}'"
            self.desk.leave_out(parts.line, name, why)
            return
        try:
            common = self._common(parts)
            question = make(self, parts, common)
        except UnfitError as error:
            self.desk.leave_out(parts.line, name, str(error))
            return
        bank, own = identity(parts.idnumber, name or str(prompt_of(question)))
        self.desk.add(question, own, bank)

    # What every question has.

    def _common(self, parts: _Parts) -> Fields:
        """The fields that every question has."""
        tags = [one_line(each.findtext("text") or "") for each in parts.all("tags/tag")]
        difficulty, kept = tags_of(tags, parts.idnumber)
        if changed := [tag for tag in tags if tag and tag_of(tag) != tag]:
            self.desk.drop(parts.line, f"tags had to be changed: {', '.join(changed)}")
        points = number_of(parts.value("defaultgrade") or "1")
        if points is None or points <= 0:
            self.desk.drop(
                parts.line, f"it is worth {show_number(points or Decimal(0))} points, here 1"
            )
            points = Decimal(1)
        feedback, cite = self._feedback(parts)
        self._settings(parts)
        return {
            "id": "",
            "span": self.desk.span(parts.line),
            "points": points,
            "difficulty": difficulty,
            "tags": kept,
            "feedback": feedback,
            "retired": self._is_hidden(parts),
            "hints": tuple(filter(None, (self._text(each) for each in parts.all("hint")))),
            "cite": cite,
        }

    def _feedback(self, parts: _Parts) -> tuple[Text | None, tuple[Citation, ...]]:
        """The general feedback and the citations at its end."""
        element = parts.one("generalfeedback")
        if element is None:
            return None, ()
        source = element.findtext("text") or ""
        start = source.rfind('<p class="quizgen-source">')
        if start < 0:
            return self._text(element), ()
        cite: list[Citation] = []
        for found in _CITED.finditer(source, start):
            key, said = unescaped(found["key"]), plain(found["said"])
            if not is_id(key) or not said:
                self.desk.drop(parts.line, f"the citation of '{said}' has no key for its source")
                continue
            known = self.desk.bank_head().sources.get(key)
            cited = known or self.desk.sources.setdefault(key, Source(key, said))
            place = one_line(unescaped(found["place"] or "")).strip()
            cite.append(Citation(cited, place, self.desk.span(parts.line)))
        return self._text(element, source[:start]), tuple(cite)

    def _is_hidden(self, parts: _Parts) -> bool:
        hidden = parts.is_on("hidden")
        if hidden:
            self.desk.remark("Moodle kept the question and showed it no more.")
        return hidden

    def _settings(self, parts: _Parts) -> None:
        """Word of settings that are not the usual ones."""
        for name, key in _COMBINED.items():
            element = parts.one(name)
            said = self._text(element) if element is not None else None
            if not said or self._is_standing(said.source, key):
                continue
            answers = f"what is said to {key.replace('_', ' ')} answers"
            times = self._times(name, element)
            if times < _SHARED:
                self.desk.drop(parts.line, f"{answers}: {said}")
            else:
                self.desk.drop_of_all(parts.line, f"{answers} in {times} questions: {said}")

    def _is_standing(self, said: str, key: str) -> bool:
        """Whether Moodle says that where an author says nothing, or quizgen's writer does."""
        return said == _STANDING[key] or said in _words_anywhere(key)

    def _times(self, name: str, element: Element | None) -> int:
        """In how many questions an element of that name says the same."""
        if not self._times_said:
            self._times_said.update(
                (each, found.findtext("text"))
                for each in _COMBINED
                for found in self._root.findall(f"question/{each}")
            )
        return self._times_said[name, element.findtext("text") if element is not None else None]

    def _text(self, element: Element, source: str | None = None) -> Text | None:
        """The Markdown of an element's text; None for no text."""
        if source is None:
            source = element.findtext("text") or ""
        line = element.sourceline
        if "<" in source:
            self.prose.files = {
                each.get("name") or "": each.text or "" for each in element.findall("file")
            }
        markdown = self.prose.markdown(source, element.get("format"), line)
        return Text(markdown, self.desk.span(line)) if markdown else None

    def _prompt(self, parts: _Parts) -> Text:
        """What is asked; the question's name where that is nothing."""
        element = parts.one("questiontext")
        found = self._text(element) if element is not None else None
        if picture := self._old_picture(parts):
            shown = f"{found}\n\n{picture}" if found else picture
            return Text(shown, self.desk.span(parts.line))
        if found:
            return found
        name = one_line(parts.value("name/text"))
        if not name:
            raise UnfitError("it asks nothing")
        self.desk.drop(parts.line, "it has no text: its name is asked")
        return Text(literal(name), self.desk.span(parts.line))

    def _old_picture(self, parts: _Parts) -> str:
        """Markdown of the picture that exports before Moodle 2 have beside the text."""
        data = parts.value("image_base64")
        return self.prose.picture(parts.value("image"), data, parts.line) if data else ""

    def _answers(self, parts: _Parts, *, rich: bool) -> list[Answer]:
        found: list[Answer] = []
        for each in parts.all("answer"):
            line = each.sourceline
            raw = each.findtext("text") or ""
            pinned = _PINNED.fullmatch(raw) if rich else None
            unpinned = pinned[1] if pinned else raw
            text = self._text(each, unpinned) if rich else None
            said = each.find("feedback")
            feedback = self._text(said) if said is not None else None
            found.append(
                Answer(
                    percent=number_of(each.get("fraction") or "0") or Decimal(0),
                    text=str(text or "") if rich else one_line(raw),
                    feedback=str(feedback or ""),
                    line=line,
                    tolerance=each.findtext("tolerance") or "0",
                    pin=pinned is not None,
                )
            )
        return found

    # Question types.

    def multichoice(self, parts: _Parts, common: Fields) -> Question:
        prompt, answers = self._prompt(parts), self._answers(parts, rich=True)
        shuffle = parts.is_on("shuffleanswers", usual=True)
        if parts.is_on("single", usual=True) and parts.kind != "multichoiceset":
            return one_right(self.desk, common, prompt, answers, shuffle=shuffle)
        grading = Grading.ALL_OR_NOTHING if parts.kind == "multichoiceset" else None
        return several_right(self.desk, common, prompt, answers, shuffle=shuffle, grading=grading)

    def truefalse(self, parts: _Parts, common: Fields) -> TrueFalse:
        answers = self._answers(parts, rich=False)
        names = [each.text.lower() for each in answers]
        if len(names) == 2 and not {"true", "false"} & set(names):
            names = ["true", "false"]  # old exports have them in the site's language, in this order
        right = [name for name, each in zip(names, answers, strict=True) if each.percent > 0]
        if right not in (["true"], ["false"]):
            raise UnfitError("it is neither true nor false")
        said = [each.feedback for each in answers]
        return verdict(self.desk, common, self._prompt(parts), said, right=right == ["true"])

    def shortanswer(self, parts: _Parts, common: Fields) -> Question:
        prompt = self._prompt(parts)
        answers = self._answers(parts, rich=False)
        case = parts.is_on("usecase")
        made = typed(self.desk, common, prompt, answers, case_sensitive=case)
        return as_date(made, self._language or self.desk.bank_head().language or "en")

    def numerical(self, parts: _Parts, common: Fields) -> Question:
        units = [
            (
                one_line(each.findtext("unit_name") or ""),
                number_of(each.findtext("multiplier") or "1"),
            )
            for each in parts.all("units/unit")
        ]
        unit = next((name for name, factor in units if factor == 1 and name), None)
        if others := [f"{name} ({factor})" for name, factor in units if name and name != unit]:
            self.desk.drop(parts.line, f"further units are not kept: {', '.join(others)}")
        if parts.value("unitgradingtype") not in {"", "0"}:
            self.desk.drop(parts.line, "the unit was graded too; here it is not")
        answers = self._answers(parts, rich=False)
        return number(self.desk, common, self._prompt(parts), answers, unit)

    def matching(self, parts: _Parts, common: Fields) -> Matching:
        sides: list[tuple[Text | None, Text]] = []
        for each in parts.all("subquestion"):
            right = one_line(each.findtext("answer/text") or "")
            if parts.kind == "ddmatch":
                right = plain(right)
            sides.append((self._text(each), self.desk.text(literal(right), each.sourceline)))
        common["shuffle"] = parts.is_on("shuffleanswers", usual=True)
        return matching(self.desk, common, self._prompt(parts), sides)

    def ordering(self, parts: _Parts, common: Fields) -> Ordering:
        answers = [each for each in self._answers(parts, rich=True) if each.text]
        if len(answers) < 2:
            raise UnfitError("there are fewer than two items")
        if parts.value("selecttype").upper() not in {"", "ALL", "0"}:
            self.desk.drop(parts.line, "some of the items were asked for; here all are")
        items = tuple(self.desk.text(each.text, each.line) for each in answers)
        return Ordering(**common, prompt=self._prompt(parts), items=items)

    def essay(self, parts: _Parts, common: Fields) -> Question:
        element = parts.one("graderinfo")
        answer = rubric = None
        if element is not None:
            source = element.findtext("text") or ""
            answer = self._part(element, source, "quizgen-answer")
            rubric = self._part(element, source, "quizgen-rubric")
            if 'class="quizgen-' not in source:
                rubric = self._text(element)
        given = parts.one("responsetemplate")
        if given is not None and (template := self._text(given)):
            self.desk.drop(parts.line, f"the template of the answer: {template}")
        if parts.value("attachments") not in {"", "0"}:
            self.desk.drop(parts.line, "files could be attached to the answer")
        for name in ("minwordlimit", "maxwordlimit"):
            if parts.value(name) not in {"", "0"}:
                self.desk.drop(parts.line, f"the {name} of {parts.value(name)} words")
        lines = number_of(parts.value("responsefieldlines") or "15")
        known = lines is not None and lines == int(lines) and 1 <= lines <= 100
        return Essay(
            **common,
            prompt=self._prompt(parts),
            answer=answer,
            rubric=rubric,
            lines=int(lines) if lines and known and lines != _USUAL_LINES else None,
        )

    def _part(self, element: Element, source: str, name: str) -> Text | None:
        """The text of the `div` of a class."""
        inner, _ = _inside(source, f'<div class="{name}">')
        return self._text(element, inner) if inner else None

    def cloze(self, parts: _Parts, common: Fields) -> Cloze:
        element, source = self._gapped(parts)
        marked, gaps = read_codes(source)
        if not gaps:
            raise UnfitError("it has no gap")
        weights = {gap.weight for gap in gaps}
        if len(weights) > 1:
            told = ", ".join(str(gap.weight) for gap in gaps)
            self.desk.drop(
                parts.line, f"the gaps weighed unequally ({told}), now they weigh the same"
            )
        common["points"] = Decimal(sum(gap.weight for gap in gaps) or 1)
        inner = [self._gap(gap, parts.line) for gap in gaps]
        return self._with_gaps(element, common, marked, inner)

    def words_in_text(self, parts: _Parts, common: Fields) -> Cloze:
        element, source = self._gapped(parts)
        marked, numbers = read_places(source)
        choices = [
            (plain(each.findtext("text") or ""), each.findtext("group") or "1")
            for each in parts.all("selectoption" if parts.kind == "gapselect" else "dragbox")
        ]
        if not numbers:
            raise UnfitError("it has no gap")
        if any(not 1 <= each <= len(choices) or not choices[each - 1][0] for each in numbers):
            raise UnfitError("one of its gaps has no choice")
        keys = {choices[each - 1] for each in numbers}
        free = [each for each in choices if each not in keys and each[0]]
        inner = [
            gap_source([key], dict.fromkeys(name for name, group in free if group == of))
            for key, of in (choices[each - 1] for each in numbers)
        ]
        common["shuffle"] = parts.is_on("shuffleanswers", usual=True)
        return self._with_gaps(element, common, marked, inner)

    def _gapped(self, parts: _Parts) -> tuple[Element, str]:
        element = parts.one("questiontext")
        if element is None:
            raise UnfitError("it asks nothing")
        if picture := self._old_picture(parts):
            self.desk.remark(f"A picture stood beside the text: {picture}")
        return element, element.findtext("text") or ""

    def _with_gaps(
        self, element: Element, common: Fields, marked: str, gaps: Sequence[str]
    ) -> Cloze:
        """A cloze of the text with marks, and what stands between the braces of each gap."""
        prompt, rest = _inside(marked, '<div class="quizgen-prompt">')
        if GAP_MARK.search(prompt):  # in which there is no place for a gap
            prompt, rest = "", marked
        hints: dict[int, str] = {}

        def take_hint(found: re.Match[str]) -> str:
            hints[int(found[2])] = unescaped(found[3])
            return found[1]

        text = self._text(element, _HINT.sub(take_hint, rest))
        source = re.sub(r"\{(?=\{)", r"\{", text.source if text else "")
        source = re.sub(r"([{\\])(?=\ufdd0)", lambda found: f"&#{ord(found[1])};", source)
        filled = GAP_MARK.sub(
            lambda found: _gap_of(gaps[int(found[1])], hints.get(int(found[1]))), source
        )
        try:
            found = gap_text(filled, self.desk.span(element.sourceline))
        except QuizgenError as error:
            raise UnfitError(error.problems[0].message) from error
        if len(found.gaps) < len(gaps):
            self.desk.drop(element.sourceline, "a gap stands where none can, and is left out")
        return Cloze(**common, prompt=self._text(element, prompt) if prompt else None, text=found)

    def _gap(self, gap: Gap, line: int) -> str:
        """What stands between the braces of a gap."""
        right = [each for each in gap.options if each.percent >= _WHOLE]
        wrong = [each for each in gap.options if each.percent < _WHOLE]
        if gap.kind == "several":
            right = [each for each in gap.options if each.percent > 0]
            wrong = [each for each in gap.options if each.percent <= 0]
            if len(right) > 1:
                self.desk.drop(line, "a gap asked for several options; here one of them is enough")
        if gap.case_sensitive:
            self.desk.drop(line, "capitals mattered in a gap; here they do not")
        for each in gap.options:
            if each.feedback:
                said = plain(each.feedback)
                self.desk.drop(line, f"what is said to '{plain(each.text)}' in a gap: {said}")
        if not right:
            raise UnfitError("none of the answers of a gap earns it all")
        if gap.kind == "number":
            return self._number_gap(right, wrong, line)
        for each in wrong:
            if each.percent > 0:
                told = f"'{plain(each.text)}' earned {show_number(each.percent)} %"
                self.desk.drop(line, f"{told} of a gap, now nothing")
        if gap.kind == "text":
            keys = [self._typed(each, line) for each in right]
            return gap_source(dict.fromkeys(filter(None, keys)))
        keys = [_shown(each) for each in right]
        others = dict.fromkeys(_shown(each) for each in wrong)
        return gap_source(dict.fromkeys(keys), (each for each in others if each not in keys))

    def _typed(self, option: Option, line: int) -> str:
        text = unescaped(option.text)
        bare = without_wildcards(text)
        if bare != one_line(text.replace("\\*", "*")):
            self.desk.drop(line, f"'{shorten(text)}' accepts anything for its star in a gap")
        return bare

    def _number_gap(self, right: Sequence[Option], wrong: Sequence[Option], line: int) -> str:
        for each in (*right[1:], *(each for each in wrong if each.percent > 0)):
            told = f"{each.text} ({show_number(each.percent)} %)"
            self.desk.drop(line, f"a gap accepted {told} as well, which is left out")
        value, _, off = right[0].text.partition(":")
        answer, margin = number_of(value), number_of(off or "0")
        if answer is None or margin is None:
            raise UnfitError(f"'{right[0].text}' in a gap is no number")
        return f"{show_number(answer)}±{show_number(abs(margin))}"

    # Descriptions.

    def _about(self, source: str) -> None:
        """What quizgen's writer says of a bank, in a category's head or in a description."""
        tree = fragment(source)
        head = self.desk.head()
        whole = tree.find("div")
        language = (whole.get("lang") if whole is not None else None) or ""
        head.language = language if is_known_language(language) else None
        head.description = _of_class(tree, "quizgen-description")
        licence = tree.xpath('.//p[@class="quizgen-licence"]/span')
        head.licence = (_content(licence[0]) if licence else "") or None
        for item in tree.xpath('.//ul[@class="quizgen-sources"]/li'):
            key, titles, links = item.get("data-key") or "", item.findall("cite"), item.findall("a")
            if is_id(key) and titles:
                head.sources[key] = Source(
                    key,
                    _content(titles[0]),
                    author=_of_class(item, "author"),
                    year=_of_class(item, "year"),
                    url=(links[0].get("href") if links else None) or _of_class(item, "url"),
                    note=_of_class(item, "note"),
                )

    def _description(self, question: Element) -> None:
        """A description that tells of no bank has no place in one: it becomes a comment."""
        source = question.findtext("questiontext/text") or ""
        if _tells_of_a_bank(source):
            return
        element = question.find("questiontext")
        text = self._text(element) if element is not None else None
        name = one_line(question.findtext("name/text") or "")
        why = "a description asks nothing"
        self.desk.leave_out(question.sourceline, name, f"{why}; it says: {text}" if text else why)


_WHOLE = Decimal("99.99")
_USUAL_LINES = 15
_PINNED = re.compile(r'<div class="quizgen-pin">(.*)</div>', re.DOTALL)
_CITED = re.compile(
    r'<span data-source="(?P<key>[^"]*)"(?: data-locator="(?P<place>[^"]*)")?>'
    r"(?P<said>[^<]*)</span>"
)
_HINT = re.compile(f'({GAP_MARK.pattern}) ?<em class="quizgen-hint">\\(([^<\ufdd0]*)\\)</em>')

_COMBINED = {
    "correctfeedback": "correct",
    "partiallycorrectfeedback": "partly_correct",
    "incorrectfeedback": "incorrect",
}
_STANDING = {
    "correct": "Your answer is correct.",
    "partly_correct": "Your answer is partially correct.",
    "incorrect": "Your answer is incorrect.",
}
"""What Moodle says to answers of questions whose author has not changed it."""

_SHARED = 3
"""From how many questions on a text is the course's rather than that of each: it is told once."""

_Make = Callable[[_Reader, "_Parts", Fields], Question]

_KINDS: Mapping[str, _Make] = {
    "multichoice": _Reader.multichoice,
    "multichoiceset": _Reader.multichoice,
    "truefalse": _Reader.truefalse,
    "shortanswer": _Reader.shortanswer,
    "numerical": _Reader.numerical,
    "matching": _Reader.matching,
    "ddmatch": _Reader.matching,
    "ordering": _Reader.ordering,
    "cloze": _Reader.cloze,
    "multianswer": _Reader.cloze,
    "essay": _Reader.essay,
    "gapselect": _Reader.words_in_text,
    "ddwtos": _Reader.words_in_text,
}
"""The types of Moodle that a bank can hold."""


@dataclass
class _Parts:
    """The elements of a question."""

    element: Element

    @property
    def line(self) -> int:
        return self.element.sourceline

    @property
    def kind(self) -> str:
        return self.element.get("type") or ""

    @property
    def idnumber(self) -> str:
        return one_line(self.value("idnumber"))

    def one(self, path: str) -> Element | None:
        return self.element.find(path)

    def all(self, path: str) -> list[Element]:
        return self.element.findall(path)

    def value(self, path: str) -> str:
        return (self.element.findtext(path) or "").strip()

    def is_on(self, path: str, *, usual: bool = False) -> bool:
        """Whether a switch is on; Moodle takes any word but `0` and `false` for on."""
        value = self.value(path)
        return usual if not value else value not in {"0", "false"}


@cache
def _words_anywhere(key: str) -> frozenset[str]:
    """A word in every language that has words: a file need not say which one it is in."""
    return frozenset(words(language)[key] for language in LANGUAGES)


def _tells_of_a_bank(source: str) -> bool:
    """Whether a text is what quizgen's writer says of a bank."""
    return source.startswith("<div lang=") and ('class="quizgen-' in source or "></" in source)


def _inside(source: str, opening: str) -> tuple[str, str]:
    """What stands in a `div`, and what behind it; nothing and all where there is none."""
    start = source.find(opening)
    if start < 0:
        return "", source
    depth = 0
    for found in re.compile(r"<(/?)div\b[^<>]*>").finditer(source, start):
        depth += -1 if found[1] else 1
        if depth == 0:
            return source[start + len(opening) : found.start()], source[found.end() :]
    return "", source


def _gap_of(inner: str, hint: str | None) -> str:
    shown = f"::{hint} " if hint and hint.endswith("}") else f"::{hint}" if hint else ""
    return f"{{{{{inner}{shown}}}}}"


def _shown(option: Option) -> str:
    """The text of an option of a choice gap, which is HTML."""
    return plain(unescaped(option.text))


def _of_class(tree: Element, name: str) -> str | None:
    found = tree.xpath(f'.//*[@class="{name}"]')
    return _content(found[0]) or None if found else None


def _content(element: Element) -> str:
    return element.text_content().strip()
