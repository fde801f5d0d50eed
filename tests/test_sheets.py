"""What Chromium makes of sheets: on paper, on the screen, and for who cannot see them."""

import re
from math import ceil
from pathlib import Path

import pytest
from pypdf import PdfReader

from quizgen.pdf.fit import read_fit
from quizgen.problems import Severity
from quizgen.writers import html
from quizgen.writers.html import Duplex, HtmlOptions, Key, Layout, Paper
from quizgen.writers.html.cards import grid_of
from quizgen.writers.html.measure import size_of
from tests.axe import axe_finds
from tests.bench.bank import bank as bench
from tests.paper import (
    CHINESE,
    EVERYTHING,
    URDU,
    choice,
    cloze,
    essay,
    files_of,
    matching,
    numeric,
    ordering,
    printed,
    quiz_of,
    short,
    write_file,
)

SIZES = {Paper.A4: (210, 297), Paper.LETTER: (216, 279)}

QUESTION_LAYOUTS = (Layout.WORKSHEET, Layout.TEST, Layout.STUDY)
PUZZLES = (Layout.WORDSEARCH, Layout.CROSSWORD)

URDU_QUESTIONS = [
    choice(prompt="پاکستان کا دارالحکومت کون سا ہے؟", answer="اسلام آباد", distractors=["کراچی"]),
    matching(["گوادر", "بندرگاہ"], ["کاشغر", "شہر"], prompt="جوڑیں"),
    ordering("پہلا", "دوسرا", "تیسرا", prompt="ترتیب دیں"),
    cloze("شاہراہ {{قراقرم}} پر $x^2$ کلومیٹر"),
    {"type": "true-false", "prompt": "یہ درست ہے۔", "answer": True},
    *[essay(prompt="کیوں؟", lines=10)] * 4,
]


def word_questions(count):
    """Short answers that are words of the shipped banks, evenly through the alphabet."""
    sources = "".join(path.read_text(encoding="utf-8") for path in shipped_banks())
    words = sorted(set(re.findall(r"\b[a-z]{4,10}\b", sources)))[:: 1200 // count][:count]
    asked = "Which word stands in place {} of those that the essay uses for the neighbours?"
    return [short(word, prompt=asked.format(i)) for i, word in enumerate(words, 1)]


def shipped_banks():
    return sorted((EVERYTHING.parents[3] / "banks").glob("*.yaml"))


def bank_of(folder, name):
    """A bank of so many questions of all types, of so many words, one in Urdu, or one by its name."""
    if name == "ur":
        return write_file(folder / "ur.yaml", *URDU_QUESTIONS, **URDU)
    if isinstance(name, str) and name.endswith(" words"):
        return write_file(folder / "words.yaml", *word_questions(int(name.split()[0])))
    if isinstance(name, int):
        path = folder / f"{name}.yaml"
        path.write_text("".join(bench(name)), encoding="utf-8")
        return path
    return name


# No question is torn, nothing overlaps, nothing is wider than the paper.

CASES = [
    # Each layout on both papers with few, some and many questions; each option with each layout.
    (layout, paper, size, options)
    for layout in (*QUESTION_LAYOUTS, Layout.CARDS)
    for paper, size, options in [
        (Paper.A4, 5, {}),
        (Paper.LETTER, 5, {"large_print": True}),
        (Paper.A4, 20, {"columns": 2, "low_ink": True}),
        (Paper.LETTER, 20, {"landscape": True, "word_bank": True}),
        (Paper.A4, "ur", {"spacious": True}),
        (Paper.LETTER, EVERYTHING, {"columns": 2, "landscape": True}),
        (Paper.A4, 200, {"large_print": True, "columns": 2}),
        (Paper.LETTER, 200, {}),
    ]
] + [
    (layout, paper, size, options)
    for layout in PUZZLES
    for paper, size, options in [
        (Paper.A4, "5 words", {}),
        (Paper.LETTER, "5 words", {"large_print": True}),
        (Paper.A4, "20 words", {"landscape": True}),
        (Paper.LETTER, "20 words", {"spacious": True, "word_bank": True}),
        (Paper.A4, "ur", {"large_print": True}),
        (Paper.A4, "200 words", {"low_ink": True, "word_bank": True}),
        (Paper.LETTER, "200 words", {}),
    ]
]


def name_of(case):
    layout, paper, size, options = case
    size = size.stem if isinstance(size, Path) else str(size)
    chosen = [f"{name}={value}" for name, value in options.items()]
    return "-".join([layout.value, paper.value, size, *chosen])


MARKS = """
for (const [i, each] of document.querySelectorAll(".question:not(.long), .solution, .leaf, .clues > li").entries()) {
    const mark = (end) => `<span class="mark-of-test" style="font: 4px sans-serif; letter-spacing: 0; word-spacing: 0" dir="ltr">mark${i}${end}</span>`;
    each.firstElementChild.insertAdjacentHTML("afterbegin", mark("begin"));
    const body = each.querySelector(".body") ?? each.lastElementChild;
    body.insertAdjacentHTML("beforeend", mark("end"));
}
"""

OVERLAPS = """
() => {
    const found = [];
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    const hold = (all, name) => {
        const boxes = all.map((each) => each.getBoundingClientRect());
        for (let i = 0; i < all.length; i++) for (let k = i + 1; k < all.length; k++) {
            if (!boxes[i].width || !boxes[k].width) continue;
            if (!meet(boxes[i], boxes[k])) continue;
            if (all[i].contains(all[k]) || all[k].contains(all[i])) continue;
            found.push(`${name}: ${all[i].textContent.slice(0, 30)} | ${all[k].textContent.slice(0, 30)}`);
        }
    };
    for (const list of document.querySelectorAll(".questions, .solutions, .grid, .cards, .clues"))
        hold([...list.children], list.className);
    for (const page of document.querySelectorAll(".page"))
        hold([...page.querySelectorAll(".head, .fields, .game, .page > .word-bank, .page > .instruction, .clues > li, .directions h2, .section, .colophon")], "page");
    const parts = ".number, .prompt, .instruction, .bubble, .letter, div.text, .rule, .box, .score-box, .answer-line, .word-bank, .lines, .squares, .more, .card-id";
    for (const each of document.querySelectorAll(".question, .solution, .card, .head, .fields"))
        hold([...each.querySelectorAll(parts)], each.className);
    for (const card of document.querySelectorAll(".card")) {
        const outer = card.getBoundingClientRect();
        for (const each of card.querySelectorAll(".text, .more")) {
            const box = each.getBoundingClientRect();
            if (box.top < outer.top - 1 || box.bottom > outer.bottom + 1)
                found.push(`out of its card: ${each.textContent.slice(0, 30)}`);
        }
    }
    return found;
}
"""

TOO_WIDE = """
() => [...document.querySelectorAll("body, body *:not(svg *, .unseen)")]
    .filter((each) => {
        const box = each.getBoundingClientRect();
        return box.width && (box.left < -0.5 || box.right > innerWidth + 0.5);
    })
    .map((each) => `${each.tagName} ${each.className} ${each.textContent.slice(0, 40)}`)
"""


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_pages_are_whole(opened, tmp_path, case):
    layout, paper, size, options = case
    made = HtmlOptions(layout=layout, paper=paper, **options)
    output = html.write(quiz_of(bank_of(tmp_path, size)), made)
    width, height = SIZES[paper]
    sheet = (height, width) if made.landscape else (width, height)
    assert list(output.files) == [
        ".html",
        *([] if layout in (Layout.STUDY, Layout.CARDS) else ["-key.html"]),
    ]
    for data in output.files.values():
        page = opened(data)
        page.evaluate(MARKS)
        sizes, pages = printed(page, tmp_path)
        assert sizes == {sheet}
        fit = read_fit((tmp_path / "printed.pdf").read_bytes())
        assert (fit.pages, fit.torn) == (len(pages), ())
        for number, text in enumerate(pages, 1):
            # Nastaliq comes back out of a PDF in pieces; its figures do not.
            foot = f"Page {number} of {len(pages)}" if size != "ur" else str(number)
            assert foot in " ".join(text.split())
        first, last = (
            {mark: number for number, text in enumerate(pages) for mark in re.findall(end, text)}
            for end in (r"mark(\d+)begin", r"mark(\d+)end")
        )
        whole = page.locator(".question:not(.long), .solution:visible, .leaf, .clues > li").count()
        assert len(first) >= whole > 0
        assert first == last
        if layout is Layout.CARDS:
            assert len(pages) == page.locator(".leaf").count()
        page.evaluate("document.querySelectorAll('.mark-of-test').forEach((each) => each.remove())")
        page.emulate_media(media="print")
        margins = 16 if layout is Layout.CARDS else 32
        page.set_viewport_size(
            {"width": ceil((size_of(made)[0] - margins) / 25.4 * 96), "height": 900}
        )
        assert page.evaluate(OVERLAPS) == []
        assert page.evaluate(TOO_WIDE) == []


def test_an_overlap_is_found(build, opened):
    """The check itself: a question that is pulled over the one before it."""
    page = opened(build(choice(), choice()).files[".html"])
    page.evaluate("document.querySelectorAll('.question')[1].style.marginTop = '-60px'")
    assert page.evaluate(OVERLAPS)


def test_name_line_stands_again_on_each_page_but_the_first(opened, tmp_path):
    (data, _) = files_of(EVERYTHING).values()
    _, pages = printed(opened(data), tmp_path)
    assert len(pages) > 2
    assert ["Name _____" in text for text in pages] == [False] + [True] * (len(pages) - 1)


def test_title_and_build_stand_below_each_page(build, opened, tmp_path):
    title = "\"a\" 'b' \\c </style> & {{ d }}"
    files = build(*[essay(lines=20)] * 3, head={"title": title}).files
    marks = set()
    for data in files.values():
        _, pages = printed(opened(data), tmp_path)
        assert [title in text for text in pages] == [True] * len(pages)
        marks |= {re.search(r"quizgen · (b@[0-9a-f]{6})", text)[1] for text in pages}
    assert len(marks) == 1


def test_mark_stands_on_every_page_of_every_version(opened, tmp_path):
    files = files_of(EVERYTHING, selection={"versions": 2}, layout=Layout.TEST)
    for mark in "AB":
        _, pages = printed(opened(files[f"-{mark}.html"]), tmp_path)
        assert len(pages) > 2
        assert all(f"Version {mark}" in text for text in pages)
    _, pages = printed(opened(files["-key.html"]), tmp_path)
    marks = [re.findall(r"Answer key · Version ([AB])", text) for text in pages]
    assert [each[-1] for each in marks[:-1]] == sorted(each[-1] for each in marks[:-1])
    assert {each[-1] for each in marks[:-1]} == {"A", "B"}
    assert "Where each question stands" in pages[-1]


def test_study_prints_its_answers_at_the_end(opened, tmp_path):
    (data,) = files_of("dates", selection={"count": 6}, layout=Layout.STUDY).values()
    _, pages = printed(opened(data), tmp_path)
    at_end = ["Answers at a glance" in text for text in pages]
    assert at_end.index(True) > 0
    assert not any("Show the answer" in text for text in pages)
    (data,) = files_of("dates", layout=Layout.STUDY, key=Key.NONE).values()
    _, pages = printed(opened(data), tmp_path)
    assert not any("Answers" in text for text in pages)


def test_study_unfolds_on_the_screen(opened):
    (data,) = files_of("dates", selection={"count": 6}, layout=Layout.STUDY).values()
    page = opened(data)
    assert page.locator(".at-end").is_visible() is False
    first = page.locator(".folded").first
    assert not first.locator(".solution-body").is_visible()
    first.locator("summary").click()
    assert first.locator(".solution-body").is_visible()


# Cards.

CENTRES = """
for (const card of document.querySelectorAll(".card:not(:empty)")) {
    const id = card.querySelector(".card-id").textContent;
    card.insertAdjacentHTML("beforeend",
        `<span style="position: absolute; left: 50%; top: 50%; inline-size: 0; font: 1px/0 sans-serif" dir="ltr">at${id}</span>`);
}
"""


def centres_in(path):
    """Where the middle of each card is printed, by its id: page, and millimetres from the left and below."""
    found = {}
    with PdfReader(path) as pdf:
        for number, page in enumerate(pdf.pages):

            def visit(text, cm, tm, *_, number=number):
                for id_ in re.findall(r"at(\d+[fb])", text):
                    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                    found[id_] = number, x / 72 * 25.4, y / 72 * 25.4

            page.extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("rtl", [False, True], ids=["ltr", "rtl"])
@pytest.mark.parametrize("landscape", [False, True], ids=["upright", "landscape"])
@pytest.mark.parametrize("duplex", Duplex)
@pytest.mark.parametrize("paper", Paper)
def test_both_sides_of_a_card_meet(opened, tmp_path, paper, duplex, landscape, rtl):
    cards = [
        {"type": "flashcard", "front": f"front {i}", "back": f"back {i}"} for i in range(1, 15)
    ]
    path = write_file(tmp_path / "cards.yaml", *cards, **(URDU if rtl else {}))
    made = HtmlOptions(layout=Layout.CARDS, paper=paper, duplex=duplex, landscape=landscape)
    page = opened(html.write(quiz_of(path), made).files[".html"])
    page.evaluate(CENTRES)
    page.pdf(path=tmp_path / "cards.pdf", prefer_css_page_size=True)
    found = centres_in(tmp_path / "cards.pdf")
    assert len(found) == 28
    with PdfReader(tmp_path / "cards.pdf") as pdf:
        box = pdf.pages[0].mediabox
        width, height = (float(side) / 72 * 25.4 for side in (box.width, box.height))
    upright_edge = (duplex is Duplex.LONG) != landscape
    for id_ in (f"{i:02}" for i in range(1, 15)):
        (front, x, y), (back, behind_x, behind_y) = found[f"{id_}f"], found[f"{id_}b"]
        assert back == front + 1
        assert front % 2 == 0
        expected = (width - x, y) if upright_edge else (x, height - y)
        assert (behind_x, behind_y) == pytest.approx(expected, abs=0.5)


def test_cards_have_marks_for_cutting_at_every_edge(opened):
    page = opened(files_of("dates", layout=Layout.CARDS)[".html"])
    leaf = page.locator(".leaf").first
    columns, rows = grid_of(HtmlOptions())
    assert leaf.locator(".cut.top").count() == leaf.locator(".cut.bottom").count() == columns + 1
    assert leaf.locator(".cut.left").count() == leaf.locator(".cut.right").count() == rows + 1
    edges = leaf.locator(".card").evaluate_all(
        "all => all.map((it) => it.getBoundingClientRect().left)"
    )
    marks = leaf.locator(".cut.top").evaluate_all(
        "all => all.map((it) => it.getBoundingClientRect().left)"
    )
    for edge in edges:
        assert min(abs(edge - mark) for mark in marks) < 1


# For who cannot see them.


@pytest.mark.parametrize("name", [EVERYTHING, "ur"], ids=["everything", "ur"])
@pytest.mark.parametrize("layout", Layout)
def test_axe_finds_nothing(opened, tmp_path, layout, name):
    quiz = quiz_of(bank_of(tmp_path, name), versions=2)
    options = HtmlOptions(layout=layout, qr=True, header="Our school", word_bank=True)
    output = html.write(quiz, options)
    if any(each.severity is Severity.ERROR for each in output.problems):
        pytest.fail(str(output.problems))
    for data in (output.files["-A.html"], *output.files.values()):
        page = opened(data)
        page.evaluate(
            "document.querySelectorAll('details').forEach((each) => { each.open = true })"
        )
        assert axe_finds(page) == []


@pytest.mark.parametrize("flag", ["large_print", "spacious", "low_ink"])
def test_axe_finds_nothing_in_any_look(opened, flag):
    for data in files_of(EVERYTHING, layout=Layout.TEST, **{flag: True}).values():
        assert axe_finds(opened(data)) == []


# On the screen.


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("layout", [*QUESTION_LAYOUTS, Layout.CARDS])
@pytest.mark.parametrize("name", ["dates", EVERYTHING, "ur"], ids=["dates", "everything", "ur"])
def test_nothing_is_wider_than_the_screen(opened, tmp_path, name, layout, width):
    for data in files_of(bank_of(tmp_path, name), word_bank=True, layout=layout).values():
        page = opened(data, width)
        assert page.evaluate(TOO_WIDE) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


LONG = [
    choice(prompt="x" * 60),
    choice(answer="y" * 60, distractors=["b", "c", "d"]),
    choice(answer="w" * 13, distractors=["m" * 13, "W" * 13, "M" * 13]),
    choice(prompt="巴" * 200, answer="字" * 200),
    choice(prompt=f"`{'x' * 60}`"),
    choice(prompt=f"```\n{'x' * 90}\n```"),
    choice(prompt=f"| a | b |\n| - | - |\n| {'x' * 30} | {'y' * 30} |"),
    ordering(*(f"item {i}" for i in range(12))),
    ordering(*(f"item {i}" for i in range(26))),
    ordering(*(f"{1900 + i}: item {i}" for i in range(20))),
    matching(["x" * 40, "y" * 40], ["a", "b"]),
    cloze("{{" + "x" * 60 + "::" + "y" * 60 + "}}"),
    numeric(1, unit="x" * 40),
    numeric(1, points=1000),
    short("x" * 60, {"text": "y" * 60, "credit": "33.33333%"}),
]
"""Questions with something that is too wide for a narrow page."""


@pytest.mark.parametrize("width", [390, 672])
@pytest.mark.parametrize("options", [{}, {"large_print": True}, {"columns": 2}], ids=str)
def test_long_things_stay_on_the_page(build, opened, options, width):
    head = {"title": "x" * 60}
    made = build(*LONG, head=head, word_bank=True, layout=Layout.TEST, header="y" * 80, **options)
    for data in made.files.values():
        page = opened(data, width)
        if width == 672:  # A4 without its margins
            page.emulate_media(media="print")
        assert page.evaluate(TOO_WIDE) == []


def test_a_long_formula_scrolls_within_its_text(build, opened):
    formula = " + ".join("abcdefghijklmnop")
    (sheet, _) = build(choice(prompt=f"${formula}$")).files.values()
    page = opened(sheet, 390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_large_image_stays_on_the_page(build, opened, tmp_path):
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='3000' height='2000'/>"
    (tmp_path / "large.svg").write_text(svg, encoding="utf-8")
    image = "![large](large.svg)"
    for data in build(
        choice(prompt=image, answer=image), matching([image, image], ["a", "b"])
    ).files.values():
        assert opened(data, 390).evaluate(TOO_WIDE) == []


@pytest.mark.parametrize(("head", "mirrored"), [({}, False), (URDU, True), (CHINESE, False)])
def test_page_of_a_language_from_right_to_left_is_mirrored(build, opened, head, mirrored):
    page = opened(build(choice(shuffle=False), head=head, layout=Layout.TEST).files[".html"])

    def left(selector):
        return page.locator(selector).first.bounding_box()["x"]

    for first, second in [
        (".number", ".body"),
        (".body", ".score-box"),
        (".fields .name", ".fields .score"),
        (".options li:nth-child(1)", ".options li:nth-child(2)"),
        (".options .bubble", ".options .text"),
    ]:
        assert (left(first) > left(second)) is mirrored, (first, second)


DIRECTION = "all => all.map((each) => getComputedStyle(each).direction)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SCO کیا ہے؟", "rtl"),
        ("*SCO* کیا ہے؟", "rtl"),
        ("SCO:\n\n- کیا ہے؟", "rtl"),
        ("What is the SCO?", "ltr"),
        ("铁哥们", "ltr"),
    ],
)
def test_text_that_begins_with_a_foreign_name_runs_as_its_language(build, opened, text, expected):
    questions = choice(prompt=text), cloze(f"{text} {{{{a}}}}"), matching([text, "a"], ["b", text])
    for data in build(*questions, head=URDU).files.values():
        found = opened(data).locator(".prompt, .cloze, .asked").evaluate_all(DIRECTION)
        assert expected in found
    (sheet, _) = build(*questions, head=URDU).files.values()
    page = opened(sheet)
    assert set(page.locator(".prompt").first.evaluate_all(DIRECTION)) == {expected}
    assert set(page.locator(".cloze").evaluate_all(DIRECTION)) == {expected}


def test_text_of_the_other_direction_stands_by_its_letter(opened):
    page = opened(files_of(EVERYTHING)[".html"])
    for line in page.locator(".options > li, .pairs ol:last-child > li").all():
        mark, text = (line.locator(f":scope > {each}").bounding_box() for each in ("span", ".text"))
        assert 0 <= text["x"] - mark["x"] - mark["width"] < 12


def test_latin_letters_and_figures_are_not_those_of_nastaliq(build, opened):
    page = opened(build(choice(prompt="سڑک Roads of 1951"), head=URDU).files[".html"])
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    found = {"nodeId": root, "selector": ".prompt"}
    node = session.send("DOM.querySelector", found)["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    counts = {each["familyName"]: each["glyphCount"] for each in fonts}
    assert counts.pop("Noto Nastaliq Urdu") > 0
    assert sum(counts.values()) >= len(" Roads of 1951")


def test_blanks_stand_on_their_line_in_every_look(build, opened):
    for look in ({}, {"spacious": True}, {"large_print": True}):
        page = opened(build(cloze("It is `so` {{a}}."), **look).files[".html"])
        code, blank = (page.locator(f".cloze {each}").bounding_box() for each in ("code", ".blank"))
        below = blank["y"] + blank["height"] - code["y"] - code["height"]
        assert -12 < below < 4


def test_sources_are_on_no_page_alone(opened, tmp_path):
    """A last question of every height, so that the page ends anywhere in the sources."""
    head = {"licence": "CC BY 4.0", "sources": {"a": {"title": "One"}}}
    for columns in (1, 2):
        for lines in (19, 20, 21, 22):
            path = write_file(tmp_path / "b.yaml", choice(), essay(lines=lines), **head)
            _, pages = printed(opened(files_of(path, columns=columns)[".html"]), tmp_path)
            assert "Why?" in next(text for text in pages if "Licence" in text)


def test_formula_is_drawn(build, opened):
    page = opened(build(choice(prompt="$\\frac{1}{2}$")).files[".html"])
    assert page.locator("mfrac").bounding_box()["height"] > 15


LIST = "Three:\n\n- one\n- two\n- three"


@pytest.mark.parametrize(
    "question",
    [
        choice(prompt=LIST),
        choice(feedback=LIST),
        cloze(f"{{{{a}}}} {LIST}"),
        choice(answer=LIST),
        choice(answer={"text": "a", "feedback": LIST}),
        matching([LIST, "a"], ["b", LIST]),
        ordering(LIST, "a"),
        essay(rubric=LIST),
    ],
    ids=["prompt", "feedback", "cloze", "option", "why", "pairs", "items", "rubric"],
)
def test_list_within_a_text_is_drawn_as_a_list(build, opened, question):
    for data in build(question).files.values():
        page = opened(data)
        script = "all => all.map((each) => getComputedStyle(each).display)"
        assert set(page.locator(".text li").evaluate_all(script)) <= {"list-item"}
        heights = page.locator(".text li").evaluate_all("all => all.map((it) => it.clientHeight)")
        assert max(heights, default=0) < 35  # each word in one line
