"""What a Moodle XML file must keep to beyond its schema, and how Moodle grades an answer.

Written from Moodle's importer and question engine, not from quizgen's writer: the two agree only
if both are right. `faults` names what is wrong with a file; `grade` marks a response.
"""

from __future__ import annotations

import base64
import binascii
import html
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote
from xml.parsers import expat

import lxml.html
from lxml import etree
from lxml.etree import _Element as Element

FRACTIONS = tuple(
    map(
        float,
        [
            "0",
            "100",
            "90",
            "83.33333",
            "80",
            "75",
            "70",
            "66.66667",
            "60",
            "50",
            "40",
            "33.33333",
            "30",
            "25",
            "20",
            "16.66667",
            "14.28571",
            "12.5",
            "11.11111",
            "10",
            "5",
        ],
    )
)
RESPONSE_FORMATS = {"editor", "editorfilepicker", "plain", "monospaced", "noinline"}
NEAR = 0.001
ROUNDING = 0.01

_SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("moodle.rng")))


# Faults.


def faults(xml: bytes) -> list[str]:
    """Everything that Moodle would refuse, misread or be unable to grade."""
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, huge_tree=True))
    except etree.XMLSyntaxError as error:
        return [f"not XML: {error}"]
    found = [f"line {each.line}: {each.message}" for each in _schema_errors(root)]
    if root.getroottree().docinfo.encoding != "UTF-8":
        found.append(f"the encoding is {root.getroottree().docinfo.encoding}")
    found += [f"a text stands outside of CDATA, or in two: {text!r}" for text in loose_texts(xml)]
    idnumbers: Counter[tuple[str, str]] = Counter()
    category = ""
    for question in root:
        if question.get("type") == "category":
            category = question.findtext("category/text", "")
            found += [f"category {category!r}: {fault}" for fault in _category(category)]
            continue
        name = question.findtext("name/text", "")
        found += [f"{name}: {fault}" for fault in _question(question)]
        idnumber = question.findtext("idnumber", "")
        idnumbers[category, idnumber] += bool(idnumber)
    found += [
        f"the idnumber {idnumber!r} stands {times} times in {path!r}"
        for (path, idnumber), times in idnumbers.items()
        if times > 1
    ]
    return found


def loose_texts(xml: bytes) -> list[str]:
    """What stands in a `<text>` and not in its one CDATA section, split where it holds `]]>`."""
    found: list[str] = []
    inside = [""]
    sections: list[str] = []
    is_open = False
    parser = expat.ParserCreate()

    def start(name: str, _: object) -> None:
        inside.append(name)
        sections.clear()

    def end(_: str) -> None:
        inside.pop()
        for before, after in itertools.pairwise(sections):
            if not (before.endswith("]]") and after.startswith(">")):
                found.append(after)
        sections.clear()

    def open_section() -> None:
        nonlocal is_open
        is_open = True
        sections.append("")

    def close_section() -> None:
        nonlocal is_open
        is_open = False

    def data(text: str) -> None:
        if is_open:
            sections[-1] += text
        elif inside[-1] == "text" and not text.isspace():
            found.append(text)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartCdataSectionHandler = open_section
    parser.EndCdataSectionHandler = close_section
    parser.CharacterDataHandler = data
    parser.Parse(xml, True)
    return found


def _schema_errors(root: Element) -> Sequence[etree._LogEntry]:
    return [] if _SCHEMA.validate(root) else list(_SCHEMA.error_log)


def _category(path: str) -> Iterator[str]:
    names = re.split(r"(?<!/)/(?!/)", path)
    if names[:2] != ["$course$", "top"] or len(names) < 3:
        yield "does not begin at $course$/top/"
    runs = [len(run) for run in re.findall("/+", path)]
    if any(length > 1 and length % 2 for length in runs) or path.endswith("/"):
        yield "a name begins or ends with a slash, which needs a space beside it"
    for name in names:
        plain = name.replace("//", "/").strip()  # as Moodle trims it
        if not plain:
            yield "a name is empty"
        if len(plain) > 255:
            yield f"a name has {len(plain)} characters"
        if "<" in plain or ">" in plain:
            yield "a name holds < or >, which Moodle may strip"


def _question(question: Element) -> Iterator[str]:
    name = question.findtext("name/text", "")
    if not name.strip() or len(name) > 255 or "<" in name or ">" in name:
        yield "the name is empty, too long or holds a tag"
    if len(question.findtext("idnumber", "")) > 100:
        yield "the idnumber has over 100 characters"
    if found := _CONTROLS.search("".join(question.itertext())):
        yield f"there is a control character: {found[0]!r}"
    for tag in question.iterfind("tags/tag/text"):
        yield from _tag(tag.text or "")
    for text in question.iter("text"):
        if text.getparent().get("format") == "html":
            yield from _files(text)
            yield from _html(text.text or "")
    match question.get("type"):
        case "multichoice":
            yield from _multichoice(question)
        case "truefalse":
            yield from _truefalse(question)
        case "shortanswer":
            yield from _typed(question)
        case "numerical":
            yield from _typed(question)
            yield from _numerical(question)
        case "matching":
            yield from _matching(question)
        case "ordering":
            yield from _ordering(question)
        case "cloze":
            yield from _cloze(question)
        case "gapselect" | "ddwtos":
            yield from _word_bank(question)
        case "essay":
            yield from _essay(question)


_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def _tag(tag: str) -> Iterator[str]:
    if not tag.strip() or tag.strip() == "0":
        yield f"the tag {tag!r} stops the import"
    if re.search(r"[<>`\x00-\x1f\x7f]", tag):
        yield f"the tag {tag!r} holds a character that no tag may"
    if len(tag) > 50:
        yield f"the tag {tag!r} has over 50 characters"


def _files(text: Element) -> Iterator[str]:
    linked = {unquote(name) for name in re.findall(r'@@PLUGINFILE@@/([^"]*)', text.text or "")}
    files = text.getparent().findall("file")
    names = [file.get("name") for file in files]
    if linked != set(names):
        yield f"links {sorted(linked)} and has the files {sorted(names)}"
    if len(set(names)) < len(names):
        yield f"a file stands twice: {sorted(names)}"
    for file in files:
        if file.get("path") != "/":
            yield f"the path of {file.get('name')} is {file.get('path')!r}"
        try:
            base64.b64decode(file.text or "", validate=True)
        except binascii.Error:
            yield f"{file.get('name')} is not base64"


_MATH = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)


def _html(source: str) -> Iterator[str]:
    if not source.strip():
        return
    for element in _tree(source).iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style", "iframe", "form"}:
            yield f"HTML holds {element}"
            continue
        for name, value in element.items():
            if name.startswith("on"):
                yield f"HTML holds the handler {name}={value!r}"
            if name in {"href", "src"}:
                yield from _link(value)
        if element.tag == "code" and not element.xpath("ancestor::*[@class='nolink']"):
            yield "code stands outside of a nolink, where smileys turn into pictures"
    # As Moodle's filters look at it: the source, entities and all.
    if "$" in _MATH.sub("", source):
        yield f"HTML holds a bare $: {source!r}"


def _link(link: str) -> Iterator[str]:
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", re.sub(r"[\x00-\x20]", "", link), re.IGNORECASE)
    if scheme and scheme[1].lower() not in {"http", "https", "mailto"}:
        yield f"HTML links to {link!r}"


def _legal(fraction: float) -> bool:
    return any(abs(abs(fraction) - legal) < NEAR for legal in FRACTIONS)


def _fractions(question: Element) -> list[float]:
    return [float(answer.get("fraction", "nan")) for answer in question.iterfind("answer")]


def _multichoice(question: Element) -> Iterator[str]:
    fractions = _fractions(question)
    if len(fractions) < 2:
        yield "there are fewer than 2 answers"
    if not all(map(_legal, fractions)):
        yield f"a fraction is not legal: {fractions}"
    if not all(_shows(answer.findtext("text", "")) for answer in question.iterfind("answer")):
        yield "an answer shows nothing"
    if _is(question, "single"):
        if fractions.count(100) != 1:
            yield f"not one answer alone has 100 %: {fractions}"
        return
    gain = sum(each for each in fractions if each > 0)
    if abs(gain - 100) > ROUNDING:
        yield f"the right answers sum to {gain} %"
    if any(each <= 0 for each in fractions) and sum(fractions) > ROUNDING:
        yield f"ticking everything earns {sum(fractions)} %"


def _truefalse(question: Element) -> Iterator[str]:
    answers = {
        answer.findtext("text"): answer.get("fraction") for answer in question.iterfind("answer")
    }
    if set(answers) != {"true", "false"} or sorted(answers.values()) != ["0", "100"]:
        yield f"the answers are not true and false with 100 and 0: {answers}"


def _typed(question: Element) -> Iterator[str]:
    fractions = _fractions(question)
    if 100 not in fractions:
        yield "no answer has 100 %"
    if any(re.search(r"(?<!\\)\*", each.text or "") for each in question.iterfind("answer/text")):
        yield "an answer holds a wildcard"
    if not all(map(_legal, fractions)):
        yield f"a fraction is not legal: {fractions}"


def _numerical(question: Element) -> Iterator[str]:
    for path in ("answer/text", "answer/tolerance"):
        for each in question.iterfind(path):
            if not re.fullmatch(_NUMBER, each.text or ""):
                yield f"{path} is no number with a decimal point: {each.text!r}"
            elif path.endswith("tolerance") and Decimal(each.text) < 0:
                yield f"the tolerance is negative: {each.text}"


def _matching(question: Element) -> Iterator[str]:
    pairs: list[str] = []
    distractors: list[str] = []
    for each in question.iterfind("subquestion"):
        left, right = each.findtext("text", ""), each.findtext("answer/text", "")
        (pairs if left.strip() else distractors).append(right)
        if left.strip() and not _shows(left):
            yield "a left side shows nothing"
        if not right.strip():
            yield "a right side is empty"
        if len(right) > 255:
            yield f"a right side has {len(right)} characters"
    if len(pairs) < 2:
        yield "there are fewer than 2 pairs"
    if len(set(distractors)) < len(distractors) or set(distractors) & set(pairs):
        yield f"a distractor stands twice or is the right side of a pair: {distractors}"


def _ordering(question: Element) -> Iterator[str]:
    if question.findtext("shownumcorrect") != "1":
        yield "Moodle crashes without <shownumcorrect>1</shownumcorrect>"
    if question.findtext("selecttype") != "ALL":
        yield "not all items are asked for"
    items = [answer.findtext("text", "") for answer in question.iterfind("answer")]
    if len(items) < 2:
        yield "there are fewer than 2 items"
    if not all(map(_shows, items)):
        yield "an item shows nothing"
    if len(set(items)) < len(items):
        yield f"two items are equal: {items}"


def _essay(question: Element) -> Iterator[str]:
    response_format = question.findtext("responseformat")
    if response_format not in RESPONSE_FORMATS:
        yield "Moodle crashes on the responseformat"
    if response_format == "noinline" and question.findtext("attachments") == "0":
        yield "there is no place to answer: neither text nor a file"


def _word_bank(question: Element) -> Iterator[str]:
    words = _words_of(question)
    if not all(map(_shows, words)):
        yield "a word shows nothing"
    if len(set(words)) < len(words):
        yield f"a word stands twice, and but one of the two is right: {words}"
    if {each.text for each in question.iterfind(".//group")} != {"1"}:
        yield "the words are in several groups, of which each gap has one"
    used = Counter(map(int, _PLACE.findall(question.findtext("questiontext/text", ""))))
    if not used:
        yield "there is no gap"
    if not all(1 <= place <= len(words) for place in used):
        yield f"a gap has no word: {sorted(used)} of {len(words)}"
        return
    boxes = question.findall("dragbox")
    for place, times in used.items():
        if boxes and times > 1 and boxes[place - 1].find("infinite") is None:
            yield f"{words[place - 1]!r} fills {times} gaps and can be used once"


def _words_of(question: Element) -> list[str]:
    return [
        each.findtext("text", "") for each in question if each.tag in {"selectoption", "dragbox"}
    ]


_PLACE = re.compile(r"\[\[(\d+)\]\]")


def _cloze(question: Element) -> Iterator[str]:
    source = question.findtext("questiontext/text", "")
    gaps = gaps_of(source)
    if not gaps:
        yield "there is no gap"
    if any(sign in match["answers"] for match in _GAP.finditer(source) for sign in "<{"):
        yield "a gap holds HTML, or is not closed"
    for gap in gaps:
        if gap.weight < 1:
            yield f"a gap weighs {gap.weight}"
        if not any(fraction == 100 for fraction, _ in gap.answers):
            yield f"a gap has no answer with 100 %: {gap}"
        answers = [answer for _, answer in gap.answers]
        if gap.kind in {"NUMERICAL", "NM"}:
            if not all(re.fullmatch(rf"{_NUMBER}(:{_NUMBER})?", each) for each in answers):
                yield f"a number gap has no number: {answers}"
        elif gap.is_choice and len({*map(seen, answers)} - {""}) < max(2, len(answers)):
            yield f"a choice gap offers fewer than 2, nothing, or one thing twice: {answers}"
    rest = _MATH.sub("", _GAP.sub("", source))
    if "{" in rest or "}" in rest:
        yield f"a brace stands outside of gaps: {rest!r}"
    for math in _MATH.findall(source):
        if _GAP.search(math):
            yield f"a formula reads as a gap: {math!r}"
    for element in _tree(source).iter():
        for name, value in element.items():
            if _GAP.search(value):
                yield f"a gap stands in the attribute {name}"


# What is read, and how it is graded.


def seen(source: str) -> str:
    """The words that a learner sees of HTML, images by their text, math as LaTeX, in one line."""
    bare = _MATH.sub(lambda match: match[0][2:-2], source)
    return " ".join("".join(_words(_tree(bare))).split()) if bare.strip() else ""


def _shows(source: str) -> bool:
    return bool(seen(source)) or "<img " in source


_BLOCKS = frozenset(
    [
        "p",
        "div",
        "ul",
        "ol",
        "li",
        "pre",
        "blockquote",
        "table",
        "tr",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "br",
    ]
)


def _words(element: Element) -> Iterator[str]:
    space = " " if element.tag in _BLOCKS else ""
    yield space
    yield element.get("alt", "") if element.tag == "img" else element.text or ""
    for child in element:
        yield from _words(child)
        yield child.tail or ""
    yield space


def _tree(source: str) -> Element:
    return lxml.html.fragment_fromstring(source, create_parent="div")


@dataclass(frozen=True)
class Gap:
    """A gap as Moodle reads its code: what it weighs, and percent with answer, first to last.

    An answer is a text; of a choice gap it is HTML, of a number gap a number and how far off, `9:1`.
    """

    kind: str
    weight: int
    answers: tuple[tuple[float, str], ...]

    @property
    def is_choice(self) -> bool:
        return self.kind.startswith("M") and not self.kind.startswith("MW")


_NUMBER = r"-?\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?"
_SHARE = r"(?:=|%-?[0-9]+(?:[.,][0-9]*)?%)"
_PIECE = r".+?(?<!\\)(?<!&)(?<!&amp;)(?=[~\#}]|$)"
_ALTERNATIVE = rf"{_SHARE}?{_PIECE}(?:\#{_PIECE})?"
_KINDS = (
    "SHORTANSWER_C|SHORTANSWER|SAC|SA|MWC|MW|MULTICHOICE_VS|MULTICHOICE_HS|MULTICHOICE_V"
    "|MULTICHOICE_H|MULTICHOICE_S|MULTICHOICE|MCVS|MCHS|MCV|MCH|MCS|MC|MULTIRESPONSE_HS"
    "|MULTIRESPONSE_H|MULTIRESPONSE_S|MULTIRESPONSE|MRHS|MRH|MRS|MR|NUMERICAL|NM"
)
_GAP = re.compile(
    rf"\{{(?P<weight>[0-9]*):(?P<kind>{_KINDS}):(?P<answers>{_ALTERNATIVE}(?:~{_ALTERNATIVE})*)\}}",
    re.DOTALL,
)
_ANSWER = re.compile(rf"(?:^|~)(?P<share>{_SHARE})?(?P<answer>{_PIECE})(?:\#{_PIECE})?", re.DOTALL)


def gaps_of(source: str) -> list[Gap]:
    """The gaps of a cloze's question text."""
    return [
        Gap(
            match["kind"],
            int(match["weight"] or 1),
            tuple(_gap_answers(match["answers"])),
        )
        for match in _GAP.finditer(source)
    ]


def _gap_answers(code: str) -> Iterator[tuple[float, str]]:
    for match in _ANSWER.finditer(code):
        share = match["share"] or "%0%"
        fraction = 100.0 if share == "=" else float(share.strip("%").replace(",", "."))
        yield fraction, html.unescape(match["answer"]).replace(r"\}", "}").replace(r"\#", "#")


def without_gaps(source: str) -> str:
    """A cloze's question text with `___` for each gap."""
    return _GAP.sub("___", source)


Response = str | set[str] | dict[str, str] | Sequence[str]


def grade(question: Element, response: Response) -> float:
    """Percent of the points, as Moodle gives them.

    A response is what a learner sees and does: the text of the option chosen, a set of them,
    `true` or `false`, what is typed, right sides by left sides, items in order, gaps in order.
    """
    match question.get("type"):
        case "multichoice" if _is(question, "single"):
            return _chosen(question)[str(response)]
        case "multichoice":
            chosen = _chosen(question)
            return min(max(sum(chosen[each] for each in response), 0.0), 100.0)
        case "truefalse":
            return _chosen(question)[str(response)]
        case "shortanswer":
            answers = [
                (float(each.get("fraction", 0)), each.findtext("text", ""))
                for each in question.iterfind("answer")
            ]
            return _typed_grade(answers, str(response), case=_is(question, "usecase"))
        case "numerical":
            return _number_grade(question, Decimal(str(response)))
        case "matching":
            return _matching_grade(question, dict(response))
        case "ordering":
            items = [seen(each.findtext("text", "")) for each in question.iterfind("answer")]
            right = sum(a == b for a, b in zip(items, response, strict=True))
            return 100.0 * right / len(items)
        case "cloze":
            return _cloze_grade(question, list(response))
        case "gapselect" | "ddwtos":
            words = [seen(word) for word in _words_of(question)]
            places = map(int, _PLACE.findall(question.findtext("questiontext/text", "")))
            right = [words[place - 1] == each for place, each in zip(places, response, strict=True)]
            return 100.0 * sum(right) / len(right)
        case other:
            raise ValueError(f"a {other} is graded by hand")


def _is(question: Element, name: str) -> bool:
    return question.findtext(name, "").strip() not in {"", "0", "false"}


def _chosen(question: Element) -> dict[str, float]:
    return {
        seen(each.findtext("text", "")): float(each.get("fraction", 0))
        for each in question.iterfind("answer")
    }


def _typed_grade(answers: Sequence[tuple[float, str]], typed: str, *, case: bool) -> float:
    """The first answer that the typed text fits; `*` stands for anything, `\\*` for itself."""
    for fraction, answer in answers:
        parts = re.split(r"(?<!\\)\*+", unicodedata.normalize("NFC", answer.strip()))
        pattern = ".*".join(re.escape(part.replace(r"\*", "*")) for part in parts)
        flags = re.NOFLAG if case else re.IGNORECASE
        if re.fullmatch(pattern, unicodedata.normalize("NFC", typed.strip()), flags):
            return fraction
    return 0.0


def _number_grade(question: Element, number: Decimal) -> float:
    for each in question.iterfind("answer"):
        right, off = Decimal(each.findtext("text", "")), Decimal(each.findtext("tolerance", "0"))
        if abs(number - right) <= off:
            return float(each.get("fraction", 0))
    return 0.0


def _matching_grade(question: Element, response: dict[str, str]) -> float:
    pairs = {
        seen(each.findtext("text", "")): each.findtext("answer/text", "")
        for each in question.iterfind("subquestion")
        if each.findtext("text", "").strip()
    }
    return 100.0 * sum(response[left] == right for left, right in pairs.items()) / len(pairs)


def _cloze_grade(question: Element, response: Sequence[str]) -> float:
    gaps = gaps_of(question.findtext("questiontext/text", ""))
    earned = sum(
        gap.weight * _gap_grade(gap, given) for gap, given in zip(gaps, response, strict=True)
    )
    return earned / sum(gap.weight for gap in gaps)


def _gap_grade(gap: Gap, given: str) -> float:
    if gap.kind in {"NUMERICAL", "NM"}:
        for fraction, answer in gap.answers:
            right, _, off = answer.partition(":")
            if _is_number(given) and abs(Decimal(given) - Decimal(right)) <= Decimal(off or "0"):
                return fraction
        return 0.0
    if gap.is_choice:
        return {seen(answer): fraction for fraction, answer in gap.answers}[given]
    return _typed_grade(gap.answers, given, case=gap.kind.endswith("C"))


def _is_number(typed: str) -> bool:
    return re.fullmatch(_NUMBER, typed) is not None
