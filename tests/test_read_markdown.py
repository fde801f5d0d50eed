"""Text and HTML of other formats as Markdown: it shows the same, with few escapes."""

import re
import time

import pytest
from generated import SAMPLES, any_text
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from moodle_rules import seen

from quizgen.markdown import from_simple_html, literal, stacked
from quizgen.markup import Reader, math_fault
from quizgen.readers.html import HtmlConverter
from quizgen.writers.moodle.text import moodle_renderer

converter = HtmlConverter(lambda source, alternative: f"![{alternative}]({source})")
reader = Reader()
renderer = moodle_renderer()


def convert(html):
    return from_simple_html(html) or converter.convert(html)[0]


def spaces(text):
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("5 * 3 = 15, a_b_c and x_", "5 * 3 = 15, a_b_c and x\\_"),
        ("*not* emphasis", "\\*not\\* emphasis"),
        ("In ____, at ___ or (___).", "In ____, at ___ or (\\_\\_\\_)."),
        ("*__*", "\\*\\_\\_\\*"),
        ("Name:\n__\nDate:\n__", "Name:\\\n\\_\\_\\\nDate:\\\n\\_\\_"),
        ("$5 and $6", "$5 and $6"),
        ("$5$ of them", "\\$5\\$ of them"),
        ("[1] and [2]", "[1] and [2]"),
        ("[x](y)", "\\[x](y)"),
        ("&amp; & co", "\\&amp; & co"),
        ("a < b > c <x@y.z>", "a < b > c \\<x@y.z>"),
        (r"C:\dir\*", "C:\\dir\\\\\\*"),
        ("1. FC", "1. FC"),
        ("# 3 | 4", "# 3 | 4"),
        ("[x\n](y)", "\\[x\\\n](y)"),
        ("1. a\n# b\n- c | d", "1\\. a\\\n\\# b\\\n\\- c \\| d"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("a **\n** b", "a \\*\\*\\\n\\*\\* b"),
    ],
)
def test_literal_text_is_escaped_where_it_must_be(text, markdown):
    assert literal(text) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>Which <em>city</em> is <strong>it</strong>?</p>", "Which *city* is **it**?"),
        ('<p dir="rtl">یہ <i>کیا</i> ہے؟</p>', "یہ *کیا* ہے؟"),
        ("<p>One</p>\r\n<p>two<br>three</p>", "One\n\ntwo\\\nthree"),
        ("<p>a&nbsp;&nbsp; b&nbsp;</p><p>&nbsp;</p>", "a b"),
        (r"<p>\(a &lt; b\) and $$c$$ and \[d\]</p>", "$a < b$ and $$c$$ and $$d$$"),
        (r"<p>\(x\)2 costs $5, &#36;6</p>", "$x$&#50; costs \\$5, \\$6"),
        ("<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>", "- a\n  1. b\n- c"),
        ("<p>- no list</p><p># no head</p>", "\\- no list\n\n\\# no head"),
        ("<p>- no list</p>", "- no list"),
        ("<h3>Title</h3>", "**Title**"),
        ("<h3>Title</h3><p>Text</p>", "### Title\n\nText"),
        ("<pre>x = `1`\n  y</pre>", "```\nx = `1`\n  y\n```"),
        ("<code>a*b</code>", "`a*b`"),
        ("<table><tr><th>a|b</th></tr><tr><td>c<br>d</td></tr></table>", "| a\\|b |\n| --- |\n| c d |"),
        ("H<sub>2</sub>O, x<sup>n</sup>, v<sub>max</sub>", "H$_{2}$O, x$^{n}$, v$_{\\text{max}}$"),
        ("5&#128;&#x80;&#133;&#129;&#1;&#xfdd0;&#x110000;&#00000000000065;", "5€€…A"),
        ("<p>5&#128;<b>x</b>&#12;&#64976;</p>", "5€**x**"),
        ('<img src="a%20b.png" alt="a [b]">', "![a \\[b\\]](a%20b.png)"),
        ('<a href="http://x.y/(z)">here</a>', "[here](http://x.y/%28z%29)"),
        ('<a href="http://x">a] [b](c)</a>', "[a\\] \\[b\\](c)](http://x)"),
        (r"[a \(x\) b](c)", "\\[a $x$ b](c)"),
        ("[a <b>b</b> c](d)", "\\[a **b** c](d)"),
        ("\ufeff<b>a</b> b\ufeff", "\ufeff**a** b\ufeff"),
        ('wow!<a href="http://x">x</a>', "wow\\![x](http://x)"),
        ("<b>(a)</b>b <b> c </b>d", "(a)b **c** d"),
        ("<b>a</b><i>b</i> <b><b>c</b></b>", "**a**b **c**"),
        ("<span style='color:red'>a</span> <u>b</u>", "a b"),
        ("<math><semantics><annotation>x^2</annotation></semantics></math>", "$x^2$"),
        ("<p>{{x}} and {1:SA:=y}</p>", "{{x}} and {1:SA:=y}"),
    ],
)  # fmt: skip
def test_html_becomes_markdown(html, markdown):
    assert convert(html) == markdown


@pytest.mark.parametrize(
    "line",
    ["# 3", "- 5", "* x", "1. FC", "> x", "***", "- - -", "~~~", "```x", "[x]: y", "`x`", "*x* y", "=", "\\# x"],
)  # fmt: skip
def test_a_line_above_another_stays_a_line(line):
    assert reader.plain(stacked([line])) == reader.plain(line)
    assert reader.plain(stacked([line, "end"])) == f"{reader.plain(line)} end"


@pytest.mark.parametrize(
    ("html", "markdown", "lost"),
    [
        ("a<script>alert(1)</script>b", "ab", ["a script"]),
        ('<iframe src="https://x.y/z"></iframe>', "[an embedded page](https://x.y/z)", ["an embedded page ('https://x.y/z')"]),
        ('<a href="javascript:alert(1)">a</a>', "a", ["a link to 'javascript:alert(1)'"]),
        ('<a href="@@PLUGINFILE@@/a.pdf">a</a>', "a", ["a link to '@@PLUGINFILE@@/a.pdf'"]),
        ("<s>a</s>", "a", ["struck-out text"]),
    ],
)  # fmt: skip
def test_what_is_lost_is_named(html, markdown, lost):
    assert converter.convert(html) == (markdown, tuple(lost))


STRUCTURES = [
    "*a* **b** ***c*** `d` $e$ [f](http://g.h) <http://i.j>",
    "- a\n- b\n  1. c\n  2. d\n- e",
    "3. a\n4. b",
    "# a\n\nb\n\n### c",
    "> a\n>\n> b\n\nc",
    "a\\\nb",
    "a\n\n```\nb\n  c\n```",
    "a\n\n---\n\nb",
    "| a | b |\n| --- | --- |\n| *c* | d \\| e |",
    "1\\. a\n\n\\- b\n\n\\# c",
    "پاکستان *اور* 中国",
]


@pytest.mark.parametrize("markdown", STRUCTURES)
def test_structure_comes_back_through_html(markdown):
    html = renderer.render(markdown, {})
    assert spaces(renderer.render(convert(html), {})) == spaces(html)


@settings(deadline=None, max_examples=300)
@given(any_text)
def test_literal_text_shows_as_it_is(text):
    assert reader.plain(literal(text)).split() == text.split()


@settings(deadline=None, max_examples=300)
@given(any_text)
@example("```{\n```")
def test_markdown_comes_back_through_html(text):
    assume("![" not in text)
    assume(not any(math_fault(t.content) for t in reader.tokens(text) if "math" in t.type))
    html = renderer.render(text, {})
    assume(seen(html) and html.count("<li>") != 1)  # a list of one item becomes text
    back = convert(html if html.startswith("<p>") else f"<p>{html}</p>")
    assert seen(renderer.render(back, {})) == seen(html)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*SAMPLES, "<b>", "</b>", "<p>", "<li>", "<", "&#36;"])))
def test_any_html_is_read(parts):
    convert("".join(parts))


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + "x" + "</div>" * 20_000,
        "<b>" * 9_000 + "deep",
        "<ul>" + "<li>a" * 5_000,
        "[" * 100_000,
        "\\(" * 100_000,
        "$$" * 100_000,
        "*" * 100_000,
        "<" * 100_000,
        "<!--" * 20_000,
        "&lt;" * 50_000,
        "-" * 100_000 + "<br>",
        "1" * 100_000 + "<br>\ufdd2",
        "<p>" + "| " * 20_000 + "</p><p>x",
    ],
    ids=lambda html: html[:8],
)
def test_hostile_html_takes_no_time(html):
    start = time.process_time()
    convert(html)
    assert time.process_time() - start < 5
