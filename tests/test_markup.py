"""The short way through Markdown says what the long way says."""

import html

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from quizgen.commonmark import plain
from quizgen.markup import Reader
from quizgen.writers.moodle.text import moodle_renderer

SHORT = moodle_renderer()
LONG = MarkdownIt("commonmark")

words = st.lists(
    st.sampled_from(
        ["*", "*", "a", "第", "چ", " ", "  ", ".", "(", ")", "!", "5", "-", "'", "é", "\u0301"]
    ),
    max_size=12,
).map("".join)


@settings(deadline=None, max_examples=500)
@example("Which is the *second* ring?")
@example("*a* *b*(*c*)")
@example("5 * 6 * 7")
@example("*a *b* c*")
@example("a*b*c")
@example("**a**")
@given(words.filter(lambda text: text.strip()))
def test_emphasis_is_read_as_commonmark_has_it(text):
    assert SHORT.render(text, {}) == LONG.renderInline(text.strip())


@pytest.mark.parametrize("source", [" a\n b\u3000c\u00a0d\t ", "*a*  b\u3000c\u00a0d"])
def test_plain_text_keeps_the_spaces_that_a_page_shows(source):
    assert Reader().plain(source) == "a b\u3000c\u00a0d"


MARKS = [
    "*",
    "**",
    "*a*",
    "**é 5**",
    "$",
    "$",
    "$$",
    "$x$",
    r"$\frac{s}{t}$",
    "\\",
    "{",
    "<",
    "&",
    "_",
]
OTHERS = [
    "a",
    "第",
    "5",
    " ",
    "  ",
    "\t",
    "\r",
    "\n",
    ".",
    "(",
    ")",
    ",",
    "'",
    '"',
    "\u0301",
    "\ufdd0",
]
lines = st.lists(st.sampled_from(MARKS + OTHERS), max_size=10).map("".join)


@settings(deadline=None, max_examples=400)
@example("the **capital** of *region* 5")
@example("if $v = \\frac{s}{t}$ holds")
@example("$5 and $6, or $x$ and $$y$$")
@example("**a *b* c**")
@example('"a" $x$ "b"')
@given(lines.filter(lambda text: "\n" not in text.strip() and text.strip()))
def test_a_line_is_rendered_as_the_parser_has_it(text):
    short = SHORT.render(text, {})
    long = SHORT._markdown.renderInline(text.strip(), {"media": {}})
    assert html.unescape(short) == html.unescape(long)
    if "$" in text or "**" in text:
        assert short == long


@settings(deadline=None, max_examples=500)
@example("It is  $x $ y$ *so*")
@example("It is  $ x$ and  $x$")
@given(lines)
def test_a_reader_sees_what_the_parser_sees(text):
    reader = Reader()
    tokens = reader.tokens(text)
    assert reader.plain(text).split() == "".join(map(plain, tokens)).split()
    assert reader.formulas(text) == [
        token.content for token in tokens if token.type.startswith("math")
    ]


BLOCKS = [
    "- ",
    "- ",
    "a",
    "b c",
    "第",
    "2 points",
    "1.",
    "-",
    '"q"',
    "(",
    " ",
    "|",
    "---",
    "#",
    "+",
    "*a*",
]
blocks = st.lists(st.sampled_from([*BLOCKS, *["\n", "\n\n"] * 4]), max_size=12).map("".join)


@settings(deadline=None, max_examples=1000)
@example('One point each:\n\n- "so", he said\n- 2 points (or more)\n')
@example("- a\n- b\n\n- c\n- d")
@example("a\n\n- b\n\nc\n\n- d")
@given(blocks.filter(lambda text: "\n" in text.strip()))
def test_paragraphs_and_lists_are_rendered_as_the_parser_has_them(text):
    parser = SHORT._markdown
    tokens = parser.parse(text)
    inside = len(tokens) == 3 and tokens[0].type == "paragraph_open"
    long = parser.renderer.render(tokens[1:2] if inside else tokens, parser.options, {"media": {}})
    assert SHORT.render(text, {}) == long.rstrip("\n")
