"""The short way through Markdown says what the long way says."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

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
