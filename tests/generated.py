"""Banks that Hypothesis makes: every type, every field, from texts of the test's choosing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count

from hypothesis import strategies as st

from quizgen.decode import gap_text as read_gap_text
from quizgen.model import (
    Accepted,
    Bank,
    CalendarDate,
    Choice,
    Citation,
    Cloze,
    Date,
    Difficulty,
    Essay,
    Flashcard,
    Grading,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    ShortAnswer,
    Silence,
    Source,
    Text,
    Tolerance,
    TrueFalse,
)
from quizgen.problems import Span
from quizgen.source import FORBIDDEN

NOWHERE = Span("made", 1, 1)

SAMPLES = """
No|1950|1951-05-21|a: b|- item|# no comment|x # y|'single'|"double"|both ' and "|C:\\dir\\*.*|* star|{a}|[b]
true|~|null|=|<<|>|!tag|&anchor|%50%|@x|`code`|12:30|0x1F|1e5|.5|...|---|ends:|?|? x|a, b|:smile:|a::b
*a* and **b**|$x^2$ and $$y_{1}$$|$5 and $6|a_b_c|1 * 2 * 3|1. FC|# 3|- 5|> 4|+ 1|<script>|&amp;|&lt;b&gt;|a ~ b = c # d
پاکستان کے پڑوسی|巴基斯坦有四个邻国。|שלום עולם|😀 ok|e\u0301|a\u00a0b|a\u2028b|\ufefftext|\u200fx|١٩٥١|¶11 × 3 – “q”|Ünïcödé
""".strip().replace("\n", "|").split("|")  # fmt: skip

any_text = st.one_of(
    st.sampled_from(SAMPLES),
    st.text(
        st.one_of(
            st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\r\x85"),
            st.sampled_from(" \n:#'\"\\-[]{},*_`$&<>|!~=%"),
        ),
        min_size=1,
        max_size=40,
    ),
    st.lists(st.sampled_from(SAMPLES), min_size=2, max_size=30).map(" ".join),
    st.lists(st.sampled_from(["", " ", "  x", "x  ", *SAMPLES]), min_size=2, max_size=5).map("\n".join),
).filter(lambda text: bool(text.strip()) and not FORBIDDEN.search(text))  # fmt: skip


@dataclass(frozen=True)
class Texts:
    """What the texts of a bank are made of."""

    markdown: st.SearchStrategy = any_text
    typed: st.SearchStrategy = any_text
    string: st.SearchStrategy = any_text
    """Titles, units, sources: literal."""


def text(strategy):
    return st.builds(Text, strategy, st.just(NOWHERE))


numbers = st.one_of(
    st.integers(-(10**6), 10**6).map(Decimal),
    st.decimals(-(10**6), 10**6, places=3),
    st.sampled_from([Decimal("6.02E+23"), Decimal("1E-30"), Decimal("1234567890.12345678901234")]),
)
points = st.one_of(
    st.just(Decimal(1)), st.sampled_from([Decimal("0.5"), Decimal(2), Decimal("1.25")])
)
shares = st.sampled_from(
    [Decimal(each) for each in ("0", "0.05", "0.3333333", "0.5", "0.9", "0.8333333")]
)
ids = st.from_regex(r"\A[a-z][a-z0-9]{0,8}([-._][a-z0-9]{1,4}){0,2}\Z")
tags = st.one_of(
    st.sampled_from(["places", "地理", "rings::second", "week 3", "true", "1950", "a#b", "x: y"]),
    st.from_regex(r"\A[a-z]{3,9}(::[a-z]{2,5})?\Z").filter(
        lambda tag: tag not in {each.value for each in Difficulty}
    ),
)
languages = st.sampled_from(["en", "en-GB", "ur", "zh-Hans", "fr", "de", "no"])
days = st.dates().map(lambda day: CalendarDate(day.year, day.month, day.day))
dates = st.one_of(
    days, days.map(lambda d: CalendarDate(d.year, d.month)), days.map(lambda d: CalendarDate(d.year))
)  # fmt: skip


def unique(strategy, least, most):
    """Texts that differ, and not in their spaces or capitals alone."""
    return st.lists(
        strategy,
        min_size=least,
        max_size=most,
        unique_by=lambda each: " ".join(str(getattr(each, "text", each)).split()).casefold(),
    ).map(tuple)


def maybe(strategy):
    return st.none() | strategy


@st.composite
def commons(draw, texts, sources):
    return {
        "id": "q",
        "span": NOWHERE,
        "points": draw(points),
        "difficulty": draw(maybe(st.sampled_from(Difficulty))),
        "tags": draw(st.lists(tags, max_size=3, unique=True).map(tuple)),
        "feedback": draw(maybe(text(texts.markdown))),
        "hints": draw(st.lists(text(texts.markdown), max_size=2).map(tuple)),
        "cite": draw(citations(sources)) if sources else (),
        "shuffle": draw(st.booleans()),
    }


def citations(sources):
    locators = st.sampled_from(["", "¶11", "¶3", "p. 7", "§ 2: a"])
    return st.lists(
        st.builds(Citation, st.sampled_from(sources), locators, st.just(NOWHERE)),
        max_size=3,
        unique=True,
    ).map(tuple)


def choices(texts):
    return st.builds(
        Choice, text(texts.markdown), maybe(text(texts.markdown)), st.sampled_from([False, False, True])
    )  # fmt: skip


@st.composite
def choice_sets(draw, texts, rights):
    """Right options and wrong ones, all of which differ."""
    made = draw(unique(choices(texts), rights + 1, rights + 4))
    return made[:rights], made[rights:]


gap_words = ["members", "Gwadar", "喀什", "1951", "a/b", "کاشغر", "it's", "a = b", "50%"]


@st.composite
def gaps(draw):
    answers = draw(st.lists(st.sampled_from(gap_words), min_size=1, max_size=3, unique=True))
    if draw(st.integers(0, 4)) == 0:
        answers = [draw(st.sampled_from(["9.81±0.05", "-3±0", "1951±1"]))]
    elif draw(st.booleans()):
        wrong = st.sampled_from(["!rivals", "!Karachi", "!北京", "!\\!x", "!0"])
        answers += draw(st.lists(wrong, max_size=2, unique=True))
    group = draw(st.sampled_from(["", "", "c1::", "c2::"]))
    hint = draw(st.sampled_from(["", "", "::a town"]))
    return "{{" + group + "|".join(answers) + hint + "}}"


def gap_text(source):
    """The text of a cloze as a bank's reader makes it."""
    return read_gap_text(source, NOWHERE)


@st.composite
def cloze_texts(draw, words):
    pieces = []
    for _ in range(draw(st.integers(1, 3))):
        pieces += [draw(words), " ", draw(gaps()), " "]
    return gap_text("".join([*pieces, draw(words)]))


prose = st.sampled_from(
    ["The", "and *so* on, in", "第三", "a & b <", "with $x_1$ of", "costs $5,", "until\nthe", "وہ", "**x**"]
)  # fmt: skip


@st.composite
def questions(draw, texts, sources, types):
    """A question of one of the types; its id is to be set."""
    common = draw(commons(texts, sources))
    markdown, typed = text(texts.markdown), text(texts.typed)
    kind = draw(st.sampled_from(types))
    if kind is MultipleChoice:
        (answer,), distractors = draw(choice_sets(texts, 1))
        return kind(**common, prompt=draw(markdown), answer=answer, distractors=distractors)
    if kind is MultipleResponse:
        answers, distractors = draw(choice_sets(texts, draw(st.integers(1, 4))))
        grading = draw(st.sampled_from(Grading))
        return kind(
            **common, prompt=draw(markdown), answers=answers, distractors=distractors, grading=grading
        )  # fmt: skip
    if kind is TrueFalse:
        return kind(**common, prompt=draw(markdown), answer=draw(st.booleans()))
    if kind is ShortAnswer:
        accepted = st.builds(
            Accepted, typed, st.just(Decimal(1)) | shares, maybe(text(texts.markdown))
        )
        first, *rest = draw(unique(accepted, 1, 4))
        answers = (replace(first, credit=Decimal(1)), *rest)
        return kind(
            **common, prompt=draw(markdown), answers=answers, case_sensitive=draw(st.booleans())
        )  # fmt: skip
    if kind is Numeric:
        off = st.builds(Tolerance, st.sampled_from(list(map(Decimal, ["0", "0.25", "3"]))))
        share = st.builds(Tolerance, st.just(Decimal("0.05")), st.just(True))
        return kind(
            **common,
            prompt=draw(markdown),
            answer=draw(numbers),
            tolerance=draw(off | share),
            unit=draw(maybe(texts.string)),
        )
    if kind is Date:
        accept = draw(unique(typed, 0, 2))
        return kind(**common, prompt=draw(markdown), answer=draw(dates), accept=accept)
    if kind is Matching:
        sides = draw(unique(markdown, 4, 9))
        half = len(sides) // 2
        pairs = tuple(zip(sides[: half - 1], sides[half:], strict=False))
        rest = sides[half + len(pairs) :]
        if len(pairs) < 2:
            pairs, rest = ((sides[0], sides[2]), (sides[1], sides[3])), ()
        return kind(**common, prompt=draw(markdown), pairs=pairs, distractors=rest)
    if kind is Ordering:
        return kind(**common, prompt=draw(markdown), items=draw(unique(markdown, 2, 5)))
    if kind is Cloze:
        return kind(**common, prompt=draw(maybe(markdown)), text=draw(cloze_texts(prose)))
    if kind is Essay:
        return kind(
            **common,
            prompt=draw(markdown),
            answer=draw(maybe(markdown)),
            rubric=draw(maybe(markdown)),
            lines=draw(maybe(st.sampled_from([1, 5, 10, 20, 40]))),
        )
    assert kind is Flashcard
    return kind(**common, front=draw(markdown), back=draw(markdown), reversed=draw(st.booleans()))


ALL = (
    *(MultipleChoice, MultipleResponse, TrueFalse, ShortAnswer, Numeric, Date),
    *(Matching, Ordering, Cloze, Essay, Flashcard),
)


@st.composite
def sources_of(draw, strings):
    keys = draw(st.lists(st.sampled_from(["essay", "map", "no", "1950"]), max_size=2, unique=True))
    return tuple(
        Source(key, draw(strings), *(draw(maybe(strings)) for _ in range(4))) for key in keys
    )


@st.composite
def banks(draw, texts=Texts(), types=ALL, silenced=False):
    """A bank of one to four questions."""
    sources = draw(sources_of(texts.string))
    made = draw(st.lists(questions(texts, sources, types), min_size=1, max_size=4))
    names = draw(st.lists(ids, min_size=len(made), max_size=len(made), unique_by=str.casefold))
    silence = (Silence("longest-key", "it is: a quotation", NOWHERE),) if silenced else ()
    numbered = zip(made, names, count(2), strict=False)
    return Bank(
        id=draw(ids),
        title=draw(texts.string),
        language=draw(languages),
        questions=tuple(
            replace(each, id=name, span=Span("made", line, 1), silence=silence, retired=silenced)
            for each, name, line in numbered
        ),
        span=NOWHERE,
        description=draw(maybe(texts.string)),
        licence=draw(maybe(texts.string)),
        sources=sources,
    )
