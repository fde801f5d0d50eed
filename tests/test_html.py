"""The HTML writer: what stands on a sheet and in its key."""

import base64
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from quizgen import bank as banks
from quizgen.model import (
    Cloze,
    Date,
    Essay,
    Flashcard,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    ShortAnswer,
    TrueFalse,
    prompt_of,
)
from quizgen.problems import QuizgenError, Severity
from quizgen.quiz import Shuffle
from quizgen.source import FORBIDDEN
from quizgen.writers import html
from quizgen.writers.html import HtmlOptions, Key, Layout, Paper
from quizgen.writers.output import encode
from tests.paper import (
    CHINESE,
    EVERYTHING,
    READER,
    URDU,
    agrees,
    choice,
    cloze,
    essay,
    files_of,
    labels,
    matching,
    numeric,
    of_class,
    ordering,
    parsed,
    plain,
    quiz_of,
    response,
    seen,
    short,
    texts,
    write_file,
)

DOT = EVERYTHING.parent / "images" / "dot.png"


@pytest.fixture
def one(build):
    """`one(question)` is it as a sheet has it, in the key's grid, and in the key's list."""

    def made(question, **more):
        output = build(question, **more)
        assert not [each for each in output.problems if each.severity is Severity.ERROR]
        sheet, key = parsed(output.files[".html"]), parsed(output.files["-key.html"])
        (asked,), (solved,) = of_class(sheet, "question"), of_class(key, "solution")
        short = " ".join(texts(key, "//ol[@class='grid']/li/span"))
        return SimpleNamespace(sheet=asked, short=short, key=solved)

    return made


# Whole banks.


def test_everything_is_as_reviewed(golden):
    files = files_of(EVERYTHING)
    assert list(files) == [".html", "-key.html"]
    golden("everything.html", files[".html"])
    golden("everything-key.html", files["-key.html"])


def test_everything_says_what_paper_lowers():
    problems = html.write(quiz_of(EVERYTHING)).problems
    assert [(each.code, each.severity) for each in problems] == [("lowered", Severity.INFO)] * 2


@pytest.mark.parametrize("name", banks.shipped())
def test_shipped_bank_has_no_problem(name):
    problems = html.write(quiz_of(name)).problems
    assert not [each for each in problems if each.severity is not Severity.INFO]


@pytest.mark.parametrize("name", [*banks.shipped(), EVERYTHING])
@pytest.mark.parametrize("ending", [".html", "-key.html"])
def test_document_needs_nothing_beside_it(name, ending):
    document = parsed(files_of(name)[ending])
    assert not document.xpath("//script | //link | //iframe | //object | //embed | //base")
    assert not document.xpath("//@srcset | //@background | //@poster | //@data")
    assert [each for each in document.xpath("//@src") if not each.startswith("data:image/")] == []
    (style,) = document.xpath("//style/text()")
    assert not re.search(r"url\(|@import|image-set|expression", style)
    (policy,) = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        f"style-src-elem 'sha256-{digest}'",
        "style-src-attr 'unsafe-inline'",
        "img-src data:",
        "media-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_two_runs_give_equal_bytes():
    script = (
        "import sys; from quizgen import bank; from quizgen.quiz import Selection, make_quiz;"
        " from quizgen.writers import html;"
        " quiz = make_quiz(bank.load([sys.argv[1]]), Selection(versions=2));"
        " sys.stdout.buffer.write(b''.join(html.write(quiz).files.values()))"
    )
    here = b"".join(files_of(EVERYTHING, selection={"versions": 2}).values())
    assert here == b"".join(files_of(EVERYTHING, selection={"versions": 2}).values())
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", script, EVERYTHING],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Karachi", "LC_ALL": "C"},
            cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE,
            check=True,
        )
        assert run.stdout == here


# Language and direction.


@pytest.mark.parametrize(
    ("head", "expected"),
    [({}, ("en", "ltr")), (URDU, ("ur", "rtl")), (CHINESE, ("zh-Hans", "ltr"))],
)
def test_page_has_the_language_and_direction_of_the_bank(build, head, expected):
    for data in build(choice(), head=head).files.values():
        document = parsed(data)
        assert (document.get("lang"), document.get("dir")) == expected
        asked = [*of_class(document, "question"), *of_class(document, "solution")]
        assert [(each.get("lang"), each.get("dir")) for each in asked] == [(None, None)]


def test_question_of_another_bank_keeps_its_own_language(tmp_path):
    paths = [
        write_file(tmp_path / "en.yaml", choice()),
        write_file(tmp_path / "ur.yaml", choice(), **URDU),
        write_file(tmp_path / "zh.yaml", choice(), **CHINESE),
    ]
    document = parsed(files_of(*paths)[".html"])
    assert document.get("lang") == "en"
    questions = of_class(document, "question")
    assert [each.get("lang") for each in questions] == [None, "ur", "zh-Hans"]
    assert [each.get("dir") for each in questions] == [None, "rtl", "ltr"]


def test_every_text_finds_its_own_direction():
    for data in files_of(EVERYTHING).values():
        for text in of_class(parsed(data), "text"):
            assert text.xpath("ancestor-or-self::*[@dir][1]/@dir") == ["auto"]


def test_dates_are_written_in_the_language_of_the_bank(one):
    date = {"type": "date", "prompt": "?", "answer": "1951-05-21"}
    assert one(date).short == "May 21, 1951"
    assert one(date, head=CHINESE).short == "1951年5月21日"


# Every type: its form on the sheet, its answer in the key.


def test_multiple_choice_has_bubbles(one):
    found = one(choice(shuffle=False, answer={"text": "yes", "feedback": "Quite."}))
    assert labels(found.sheet) == {"A": "yes", "B": "b"}
    assert [each.get("class") for each in of_class(found.sheet, "bubble")] == ["bubble"] * 2
    assert found.short == "A"
    assert texts(found.key, ".//li") == ["✓Ayes Quite.", "✗Bb"]


def test_multiple_response_has_boxes(one):
    found = one(response(shuffle=False))
    assert labels(found.sheet) == {"A": "a", "B": "b", "C": "c"}
    assert [each.get("class") for each in of_class(found.sheet, "bubble")] == ["bubble square"] * 3
    assert "Tick all that apply." in seen(found.sheet)
    assert found.short == "A, B"
    assert texts(found.key, ".//li") == ["✓Aa", "✓Bb", "✗Cc"]


@pytest.mark.parametrize(("answer", "word"), [(True, "True"), (False, "False")])
def test_true_false_has_two_bubbles(one, answer, word):
    found = one({"type": "true-false", "prompt": "It is so.", "answer": answer})
    assert [seen(each) for each in of_class(found.sheet, "verdict")] == ["T True F False"]
    assert len(of_class(found.sheet, "bubble")) == 2
    assert found.short == word
    assert texts(found.key, ".//div[@class='short']") == [word]


def test_short_answer_has_a_line(one):
    found = one(short("key", "other", {"text": "part", "credit": "50%", "feedback": "Nearly."}))
    assert len(of_class(found.sheet, "answer-line")) == 1
    assert found.short == "key"
    assert texts(found.key, ".//li") == ["✓key", "✓other", "✗50 %part Nearly."]


def test_numeric_has_a_line_with_its_unit(one):
    found = one(numeric(523.5, tolerance="2%", unit="km"))
    assert [seen(each) for each in of_class(found.sheet, "answer-line")] == ["Answer: km"]
    assert not of_class(found.sheet, "squares")
    assert found.short == "523.5 km (± 10.47)"


@pytest.mark.parametrize(("points", "height"), [(2, "30mm"), (5, "60mm"), (50, "120mm")])
def test_numeric_of_many_points_has_room_to_work_in(one, points, height):
    found = one(numeric(3, points=points))
    assert [each.get("height") for each in of_class(found.sheet, "squares")] == [height]


def test_date_has_a_line(one):
    found = one({"type": "date", "prompt": "?", "answer": "1951-05"})
    assert len(of_class(found.sheet, "answer-line")) == 1
    assert found.short == "May 1951"


def test_matching_has_two_columns_and_rules_for_letters(one):
    found = one(matching(["one", "a *port*"], ["two", "sea"], distractors=["sky"]))
    left, right = found.sheet.xpath(".//div[@class='pairs']/ol")
    assert texts(left, "li") == ["1.one", "2.two"]
    assert len(of_class(left, "rule")) == 2
    sides = {text: letter for letter, text in labels(right).items()}
    assert sorted(sides) == ["a port", "sea", "sky"]
    assert sorted(sides.values()) == ["A", "B", "C"]
    assert found.short == f"1 {sides['a port']}, 2 {sides['sea']}"
    assert texts(found.key, ".//li//span[@class='text']") == [
        f"one → {sides['a port']} a port",
        f"two → {sides['sea']} sea",
    ]


def test_ordering_has_a_sequence_of_boxes(one):
    found = one(ordering("first", "second", "third"))
    assert texts(found.sheet, ".//ol[@class='sequence']/li") == ["1", "2", "3"]
    assert len(of_class(found.sheet, "box")) == 3
    shown = {text: letter for letter, text in labels(found.sheet).items()}
    assert list(shown) != ["first", "second", "third"]
    assert found.short == ", ".join(shown[each] for each in ("first", "second", "third"))
    assert texts(found.key, ".//li//span[@class='text']") == ["first", "second", "third"]


def test_cloze_has_blanks_of_one_width(one):
    found = one(cloze("The {{Karakoram|KKH::a range}} ends in *{{Kashgar}}*."))
    (style,) = {each.get("style") for each in of_class(found.sheet, "blank")}
    assert 8 < float(re.fullmatch(r"inline-size: ([\d.]+)em", style)[1]) < 12
    assert {each.get("aria-label") for each in of_class(found.sheet, "blank")} == {"gap"}
    assert [seen(each) for each in of_class(found.sheet, "cloze")] == ["The (a range) ends in ."]
    assert "Complete the text." in seen(found.sheet)
    assert "Karakoram" not in seen(found.sheet)
    assert found.short == "Karakoram; Kashgar"
    assert texts(found.key, "./div/div") == ["The Karakoram (KKH) ends in Kashgar."]


def test_essay_has_lines(one):
    found = one(essay(answer="Because.", rubric="2 for *roads*", lines=12))
    assert len(found.sheet.xpath(".//div[@class='lines']/div")) == 12
    assert found.short == "↓ Model answer"
    assert [seen(each) for each in of_class(found.key, "note")] == [
        "Model answerBecause.",
        "Marking2 for roads",
    ]


def test_essay_without_an_answer_is_not_in_the_grid(build):
    (_, key) = build(essay(), choice()).files.values()
    assert [each.split(".")[0] for each in texts(parsed(key), "//ol[@class='grid']/li")] == ["2"]
    assert seen(of_class(parsed(key), "solution")[0]) == "1. Why?"
    (study,) = build(essay(), choice(), layout=Layout.STUDY).files.values()
    folded = [len(of_class(each, "folded")) for each in of_class(parsed(study), "question")]
    assert folded == [0, 1]


@pytest.mark.parametrize(("points", "lines"), [(1, 4), (2, 6), (5, 12)])
def test_essay_has_lines_by_its_points(one, points, lines):
    found = one(essay(points=points))
    assert len(found.sheet.xpath(".//div[@class='lines']/div")) == lines


def test_flashcard_asks_from_its_front(one):
    found = one({"type": "flashcard", "front": "铁哥们", "back": "iron *brothers*"})
    assert [seen(each) for each in of_class(found.sheet, "prompt")] == ["铁哥们"]
    assert len(of_class(found.sheet, "answer-line")) == 1
    assert found.short == "iron brothers"


def test_flashcard_with_a_formula_is_written_out(one):
    found = one({"type": "flashcard", "front": "?", "back": "It is $E = mc^2$."})
    assert len(found.sheet.xpath(".//div[@class='lines']/div")) == 3
    assert len(of_class(found.key, "note")[0].xpath(".//math")) == 1


def test_key_has_feedback_and_citation(one):
    head = {"sources": {"essay": {"title": "Relations", "author": "R", "year": 2020}}}
    found = one(choice(feedback="So *it* is.", cite=["essay ¶3", "essay ¶5"]), head=head)
    assert texts(found.key, "./div/div[@class='text']") == ["So it is."]
    assert [seen(each) for each in of_class(found.key, "cited")] == [
        "Source: R, Relations (2020), ¶3, ¶5"
    ]
    assert "So it is." not in seen(found.sheet)


# Options in columns.


@pytest.mark.parametrize(
    ("distractors", "columns"),
    [
        (["b", "c", "d"], 4),
        (["b", "c", "x" * 14], 4),
        (["b", "c", "x" * 15], 2),
        (["b", "c", "i" * 28], 4),
        (["b", "c", "W" * 9], 2),
        (["b", "c", "x" * 34], 2),
        (["b", "c", "x" * 35], 1),
        (["b", "c", "字" * 7], 4),
        (["b", "c", "字" * 8], 2),
        (["b", "c", "字" * 19], 1),
        (["b", "c", f"**{'x' * 14}**"], 4),
        (["b", "c"], 3),
        (["b"], 2),
        (["b", "c", "line\n\nline"], 2),
    ],
)
def test_options_stand_in_columns_by_their_length(one, distractors, columns):
    found = one(choice(distractors=distractors))
    (options,) = of_class(found.sheet, "options")
    assert options.get("class") == f"options columns-{columns}"


def test_ordering_has_at_most_two_columns(one):
    (options,) = of_class(one(ordering("a", "b", "c", "d")).sheet, "options")
    assert options.get("class") == "options columns-2"


# The key agrees with the sheet.


@pytest.mark.parametrize("name", [*banks.shipped(), EVERYTHING])
@pytest.mark.parametrize(
    ("layout", "shuffle"),
    [
        *((Layout.WORKSHEET, shuffle) for shuffle in Shuffle),
        (Layout.TEST, Shuffle.ALL),
        (Layout.STUDY, Shuffle.ALL),
    ],
)
def test_key_agrees_with_the_sheet_in_every_version(name, layout, shuffle):
    quiz = quiz_of(name, versions=3, shuffle=shuffle)
    files = html.write(quiz, HtmlOptions(layout=layout)).files
    sheets = [parsed(files.pop(f"-{mark}.html")) for mark in "ABC"]
    if layout is Layout.STUDY:
        keys = [key for sheet in sheets for key in of_class(sheet, "key")]
    else:
        keys = of_class(parsed(files.pop("-key.html")), "key")
    assert not files
    for version, sheet, key in zip(quiz.versions, sheets, keys, strict=True):
        assert [seen(of_class(each, "mark")[0]) for each in (sheet, key)] == [
            f"Version {version.mark}"
        ] * 2
        asked, solved = of_class(sheet, "question"), of_class(key, "solution")
        grid = dict(seen(each).split(". ", 1) for each in key.xpath(".//ol[@class='grid']/li"))
        for item, *shown in zip(version.items, asked, solved, strict=True):
            assert [seen(each).split(".")[0] for each in shown] == [str(item.number)] * 2
            answer = grid.pop(str(item.number), None)
            agrees(item.question, *shown, answer)
            says_the_answer(item.question, *shown, answer)
            for folded in of_class(shown[0], "solution-body"):
                # What is folded under a question is what the key has below its prompt.
                (whole,) = shown[1].xpath("div")
                assert seen(whole).endswith(seen(folded))
                assert seen(folded)
        assert not grid


def says_the_answer(question, asked, solved, answer):
    """Holds what a key says in words against the bank; letters are held by `agrees`."""
    match question:
        case ShortAnswer():
            assert answer == " ".join(question.answers[0].text.source.split())
        case Numeric():
            assert answer.split()[0] == str(question.answer)
        case Date():
            assert str(question.answer.year) in answer.split()
        case Cloze():
            keys = [gap.key for gap in question.text.gaps]
            assert answer.split("; ") == keys
            assert [seen(each) for each in of_class(solved, "filled")] == keys
            assert len(of_class(asked, "blank")) == len(keys)
        case Essay():
            parts = [plain(each) for each in (question.answer, question.rubric) if each]
            assert answer == ("↓ Model answer" if parts else None)
            assert texts(solved, ".//div[@class='note']/div") == parts
        case Flashcard():
            assert answer == "↓ Model answer" or same(answer, question.back)
            assert any(same(each, question.back) for each in texts(solved, ".//div"))


def same(shown, text):
    """Whether what is read is the text; of formulas and images only that there is something."""
    return shown == plain(text) if is_shown_as_text(str(text)) else bool(shown)


@pytest.mark.parametrize("name", [*banks.shipped(), EVERYTHING])
def test_both_sides_of_a_card_agree_in_every_version(name):
    quiz = quiz_of(name, versions=3, shuffle=Shuffle.ALL)
    files = html.write(quiz, HtmlOptions(layout=Layout.CARDS)).files
    for version in quiz.versions:
        sides = {
            seen(of_class(card, "card-id")[0]): of_class(card, "side")[0]
            for card in of_class(parsed(files[f"-{version.mark}.html"]), "card")
            if len(card)
        }
        for item in version.items:
            if isinstance(item.question, Matching | Ordering | Essay):
                continue
            front, back = (sides.pop(f"{item.number:02}{side}") for side in "fb")
            sides_agree(item.question, front, back)
        assert not sides


def sides_agree(question, front, back):
    """Holds the sides of a card against the bank."""
    (asked,), (answer,) = (texts(each, "div[@class='text']") for each in (front, back))
    if not isinstance(question, Cloze):
        assert same(asked, prompt_of(question))
    match question:
        case MultipleChoice() | MultipleResponse():
            single = isinstance(question, MultipleChoice)
            right = [question.answer] if single else question.answers
            pairs = zip(texts(front, "ol/li/span"), texts(front, "ol/li/div"), strict=True)
            lettered = dict(pairs)
            (letters,) = texts(back, "p")
            assert {lettered[each] for each in letters.split(", ")} == {
                plain(each.text) for each in right
            }
            assert answer == "".join(lettered[each] for each in letters.split(", "))
        case TrueFalse():
            assert answer == str(question.answer)
        case ShortAnswer():
            assert answer == " ".join(question.answers[0].text.source.split())
        case Numeric():
            assert answer.split()[0] == str(question.answer)
        case Date():
            assert str(question.answer.year) in answer.split()
        case Cloze():
            keys = [gap.key for gap in question.text.gaps]
            assert answer.split(" · ") == keys
            assert len(of_class(front, "blank")) == len(keys)
        case Flashcard():
            assert same(answer, question.back)
        case _:
            pytest.fail(f"there is a card of a {type(question).__name__}")


def test_versions_differ():
    sheets = list(files_of(EVERYTHING, selection={"versions": 3}, key=Key.NONE).values())
    assert len({re.sub(rb".*<ol class=.questions.>", b"", each) for each in sheets}) == 3


def test_more_than_26_options_have_letters_on(one):
    found = one(choice(shuffle=False, distractors=[f"option {i}" for i in range(2, 29)]))
    assert list(labels(found.sheet))[25:] == ["Z", "AA", "AB"]


# Options of the writer.


@pytest.mark.parametrize(
    ("key", "versions", "names"),
    [
        (Key.SEPARATE, 1, [".html", "-key.html"]),
        (Key.SEPARATE, 2, ["-A.html", "-B.html", "-key.html"]),
        (Key.INLINE, 1, [".html"]),
        (Key.INLINE, 2, ["-A.html", "-B.html"]),
        (Key.NONE, 1, [".html"]),
        (Key.NONE, 2, ["-A.html", "-B.html"]),
        (Key.ONLY, 1, [".html"]),
        (Key.ONLY, 2, [".html"]),
    ],
)
def test_key_goes_where_it_is_wanted(build, key, versions, names):
    files = build(choice(), key=key, selection={"versions": versions}).files
    assert list(files) == names
    for name, data in files.items():
        document = parsed(data)
        is_key = key is Key.ONLY or name == "-key.html"
        assert len(of_class(document, "question")) == (0 if is_key else 1)
        expected = versions if is_key else 1 if key is Key.INLINE else 0
        assert len(of_class(document, "solution")) == expected


def test_inline_key_is_that_of_its_version(build):
    for name, data in build(choice(), key=Key.INLINE, selection={"versions": 2}).files.items():
        (key,) = of_class(parsed(data), "key")
        assert f"Version {name[1]}" == seen(of_class(key, "mark")[0])


@pytest.mark.parametrize("paper", Paper)
def test_paper_is_that_of_the_page_rule(build, paper):
    for data in build(choice(), paper=paper).files.values():
        assert f"size: {paper.value};".encode() in data


def test_worksheet_has_no_score(build):
    files = build(choice(points=3), layout=Layout.WORKSHEET).files
    sheet = parsed(files[".html"])
    assert not of_class(sheet, "score")
    assert not of_class(sheet, "score-box")
    assert [seen(each) for each in of_class(sheet, "fields")] == ["Name Class Date"]
    assert texts(sheet, "//header//p") == ["1 question"]


def test_points_stand_at_each_question_and_in_sum(build):
    files = build(choice(points=2), choice(points=0.5), choice(), layout=Layout.TEST).files
    sheet, key = map(parsed, files.values())
    assert [seen(each) for each in of_class(sheet, "score-box")] == ["/2", "/0.5", "/1"]
    assert [seen(each) for each in of_class(sheet, "score")] == ["Score / 3.5"]
    assert texts(sheet, "//header//p") == ["3 questions · 3.5 points"]
    assert texts(key, "//header//p") == ["Answer key · 3 questions · 3.5 points"]


def test_one_question_of_one_point_is_in_the_singular(build):
    sheet = parsed(build(choice(), layout=Layout.TEST).files[".html"])
    assert texts(sheet, "//header//p") == ["1 question · 1 point"]


def test_word_bank_has_each_answer_once_in_order_of_the_alphabet(one):
    text = "{{road|way}} {{Port}} {{road}} {{چین}}"
    found = one(cloze(text), word_bank=True)
    (bank,) = of_class(found.sheet, "word-bank")
    assert texts(bank, "li") == ["Port", "road", "چین"]
    assert "Complete the text with words from the box." in seen(found.sheet)
    assert not of_class(one(cloze(text)).sheet, "word-bank")


def test_colophon_has_sources_and_licence(build):
    head = {"licence": "CC BY 4.0", "sources": {"a": {"title": "<One>"}, "b": {"title": "Two"}}}
    (colophon,) = of_class(parsed(build(choice(), head=head).files[".html"]), "colophon")
    assert texts(colophon, "p") == ["Sources: <One>; Two", "Licence: CC BY 4.0"]
    assert not of_class(parsed(build(choice()).files[".html"]), "colophon")


# The user's own templates.


def own_template(folder, text):
    folder.joinpath("html").mkdir()
    folder.joinpath("html", "head.html.j2").write_text(text, encoding="utf-8")
    return folder


def test_own_template_goes_before_the_shipped_one(build, tmp_path):
    templates = own_template(tmp_path, "<h1>{{ title }} of our school</h1>\n")
    files = build(choice(), head={"title": "Test <1>"}, templates=templates).files
    sheet = parsed(files[".html"])
    assert texts(sheet, "//h1") == ["Test <1> of our school"]
    assert len(of_class(sheet, "question")) == 1
    assert files["-key.html"] == build(choice(), head={"title": "Test <1>"}).files["-key.html"]


@pytest.mark.parametrize(
    "text",
    [
        "{% if %}",
        "{% for a in b %}",
        "{{ title | nothing }}",
        "{% include 'nothing.j2' %}",
        "{{ nothing }}",
        "{{ title.nothing }}",
        "{{ 1 / 0 }}",
        "{{ title + 1 }}",
        "{{ title() }}",
    ],
)
def test_broken_template_is_a_problem_with_a_place(build, tmp_path, text):
    templates = own_template(tmp_path, f"<h1>\n{text}")
    with pytest.raises(QuizgenError) as caught:
        build(choice(), templates=templates)
    (problem,) = caught.value.problems
    assert problem.code == "template"
    assert re.match(r"\S*head\.html\.j2:2: |nothing\.j2:", problem.message)


def test_undefined_name_in_a_template_is_named(build, tmp_path):
    with pytest.raises(QuizgenError, match=r"template .*'nothing' is undefined"):
        build(choice(), templates=own_template(tmp_path, "{{ nothing }}"))


def test_template_that_is_not_utf_8_is_a_problem(build, tmp_path):
    templates = own_template(tmp_path, "")
    (templates / "html" / "head.html.j2").write_bytes("é".encode("latin-1"))
    with pytest.raises(QuizgenError, match="template"):
        build(choice(), templates=templates)


# Formulas and images.


def test_formula_becomes_mathml(one):
    (math,) = one(choice(prompt="So $a < b^2$.")).sheet.xpath(".//math")
    assert math.get("display") == "inline"
    assert seen(math) == "a<b2"
    assert math.xpath(".//msup")


def test_displayed_formula_is_a_block(one):
    (math,) = one(choice(prompt="So $$\\frac{1}{2}$$")).sheet.xpath(".//math")
    assert math.get("display") == "block"


def test_money_is_not_math(one):
    found = one(choice(prompt="$5 and $6"))
    assert not found.sheet.xpath(".//math")
    assert [seen(each) for each in of_class(found.sheet, "prompt")] == ["$5 and $6"]


@pytest.mark.parametrize(
    "question",
    [
        choice(prompt="$\\foo$"),
        choice(distractors=["$\\foo$"]),
        choice(feedback="$\\foo$"),
        choice(answer={"text": "a", "feedback": "$\\foo$"}),
        matching(["a", "$\\foo$"], ["b", "c"]),
        ordering("a", "$\\foo$"),
        essay(rubric="$\\foo$"),
        cloze("{{a}}", prompt="$\\foo$"),
        cloze("{{a}} $\\foo$"),
        {"type": "flashcard", "front": "a", "back": "$\\foo$"},
    ],
    ids=lambda question: yaml.safe_dump(question, default_flow_style=True, sort_keys=False),
)
def test_formula_that_cannot_be_read_is_an_error_with_a_place(build, tmp_path, question):
    errors = [each for each in build(question).problems if each.severity is Severity.ERROR]
    (problem,) = errors
    assert problem.code == "math"
    lines = (tmp_path / "bank.yaml").read_text(encoding="utf-8").split("\n")
    assert problem.span.file == str(tmp_path / "bank.yaml")
    assert "\\foo" in lines[problem.span.line - 1][problem.span.column - 1 :]


def test_image_is_inside_the_document(build, tmp_path):
    (tmp_path / "a dot.png").write_bytes(DOT.read_bytes())
    (tmp_path / "b.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    question = choice(prompt='![a "dot" & <more>](<a dot.png>) ![](b.svg)')
    for data in build(question).files.values():
        dot, svg = parsed(data).xpath("//img")
        mime, _, code = dot.get("src").partition(";base64,")
        assert (mime, base64.b64decode(code)) == ("data:image/png", DOT.read_bytes())
        assert dot.get("alt") == 'a "dot" & <more>'
        assert svg.get("src").startswith("data:image/svg+xml;base64,")
        assert svg.get("alt") == ""


def test_recording_is_inside_the_document_and_told_of_on_paper(build, tmp_path):
    (tmp_path / "word.mp3").write_bytes(b"ID3")
    sheet = parsed(build(choice(prompt="![the *word*](word.mp3)")).files[".html"])
    (player,) = sheet.xpath("//audio")
    assert player.get("src") == "data:audio/mpeg;base64,SUQz"
    assert player.getparent().text_content().strip() == "♪ the word"
    (policy,) = sheet.xpath("//meta[@http-equiv]/@content")
    assert "media-src data:" in policy


def test_image_between_gaps_of_backticks(build, tmp_path):
    (tmp_path / "dot.png").write_bytes(DOT.read_bytes())
    sheet = parsed(build(cloze("{{`}} ![dot](dot.png) {{`}}")).files[".html"])
    assert len(sheet.xpath("//img")) == 1


# The title.

TITLES = [
    "\"double\" and 'single'",
    "back\\slash \\",
    "</style><script>alert(1)</script>",
    "<!-- ]]> -->",
    "two\nlines",
    "{{ title }} {% raw %}",
    "} @import url(http://example.org/x.css); {",
    "/* comment",
    "中巴关系 · پاکستان",
    "\U0001f1f5\U0001f1f0 &amp; &",
    "a\tb\u2028c\u00a0d",
    "\\a 1f \\22",
]


def css_string(text):
    """The value of a CSS string."""
    hexadecimal = r"\\([0-9a-fA-F]{1,6})\s?"
    return re.sub(hexadecimal, lambda found: chr(int(found[1], 16)), text)


@pytest.mark.parametrize("title", TITLES)
def test_title_is_safe_in_the_css_string(build, title):
    files = build(choice(), head={"title": title}, selection={"versions": 2}).files
    ends = {"-A.html": " · Version A", "-B.html": " · Version B", "-key.html": " · Answer key"}
    for name, data in files.items():
        assert len(re.findall(rb"<(/?)style", data)) == 2
        document = parsed(data)
        (style,) = document.xpath("//style/text()")
        (written, after), *of_versions = re.findall(
            r'@bottom-left \{ content: "([^"\n]*)"(.*)', style
        )
        expected = [f"{title} · Answer key · Version {mark}" for mark in "AB"]
        assert [css_string(each) for each, _ in of_versions] == (
            expected if name == "-key.html" else []
        )
        assert after == "; font-size: 8pt; color: #444; }"
        assert not re.search(r"\\(?![0-9a-f]{1,6} )", written)
        assert css_string(written) == title + ends[name]
        assert not document.xpath("//script")
        assert texts(document, "//h1")[0] == " ".join(title.split())


# Any text.

NASTY = [
    "]]>",
    "a ]]> b <![CDATA[ c",
    "{{ x }}",
    "{% raw %} {% endraw %} {# x #}",
    "<script>alert(1)</script>",
    "</li></ol></main></body></html>",
    "<img src=x onerror=alert(1)> <svg/onload=alert(1)>",
    "[x](javascript:alert(1)) <javascript:alert(1)> [x](java&Tab;script:alert(1))",
    "[x](&#x6A;avascript:alert(1)) [x](JaVaScRiPt&colon;alert(1)) [x](data:text/html,x)",
    "[x](http://a \"onclick='alert(1)'\")",
    '[x](http://a"onclick="alert(1) "b")',
    "&amp; &lt;b&gt; &#60;script&#62; &nbsp; &copy",
    "$5 and $6",
    "`a` ``b`c`` `$x$` `&amp;` `<b>`",
    "'single' \"double\" ‘curly’ “quotes”",
    "* _ ** __ ~ ` # + - 1. >",
    "# 3",
    "1. FC",
    "- 5",
    "line\nline  \nline\\\nline",
    "# head\n\n- item\n- item\n\n1. one\n\n> quoted\n\n```js\ncode < &\n```",
    "| a | b |\n| - | - |\n| c | d |",
    "    code\n\ntext",
    "C:\\dir\\*.*",
    "\U0001f1f5\U0001f1f0 \U00020000 👩‍🏫",
    "中文",
    "اردو",
    "پاکستان اور 中国 and Latin",
    "\u200f\u202eabc\u202c\u200d\u00ad",
    "e\u0301 \u00e9 ﬁ İ ß",
    "a\u00a0b\u2028c\u3000d\u0085e",
    " leading\tand trailing ",
]

any_text = st.one_of(
    st.sampled_from(NASTY),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"),
        min_size=1,
        max_size=60,
    ),
).filter(lambda text: text.strip() and not FORBIDDEN.search(text))

REFUSED = {"math", "equal", "empty", "gap", "control-character", "image-missing", "image-remote"}

properties = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)


def nasty(test):
    return example(NASTY)(test)


def written(folder, questions, **options):
    """Sheet and key of a bank of them; what a bank may not hold at all is no example."""
    path = write_file(folder / "bank.yaml", *questions)
    codes = {each.code for each in banks.read([path])[1]}
    assert codes <= REFUSED
    assume(not codes)
    files = files_of(path, **options)
    sheet, key = parsed(files[".html"]), parsed(files["-key.html"])
    for document in (sheet, key):
        assert harms(document) == []
    return of_class(sheet, "question"), of_class(key, "solution")


def harms(document):
    """What a text of a bank may never become."""
    found = [each.tag for each in document.xpath("//script | //iframe | //object | //form")]
    for each in document.iter("*"):
        found += [f"{each.tag} {name}" for name in each.attrib if name.startswith("on")]
        for name in ("href", "src", "xlink:href", "action"):
            link = re.sub(r"[\s\x00-\x20]", "", each.get(name, "")).casefold()
            if re.match(r"(?!https?:|mailto:|data:image/)[a-z][a-z0-9+.-]*:", link):
                found.append(f"{each.tag} {name} {link}")
    return found


def is_shown_as_text(text):
    """Whether plain text says it all: a formula is read out of MathML, not as LaTeX."""
    return not READER.shows_more(text)


@properties
@nasty
@given(st.lists(any_text.filter(is_shown_as_text), min_size=1, max_size=4))
def test_any_markdown_survives(tmp_path, several):
    assume(not {"another", "left", "right", "first"} & {*map(plain, several)})  # they stand beside
    questions = [
        question
        for text in several
        for question in (
            choice(
                prompt=text,
                answer={"text": text, "feedback": text},
                distractors=["another"],
                feedback=text,
            ),
            matching([text, text], ["left", "right"]),
            ordering("first", text),
            essay(answer=text, rubric=text),
        )
    ]
    asked, solved = (iter(each) for each in written(tmp_path, questions))
    for text in several:
        shown = plain(text)
        sheet, key = next(asked), next(solved)
        assert [seen(each) for each in of_class(sheet, "prompt")] in ([shown], [])
        assert sorted(labels(sheet).values()) == sorted([shown, "another"])
        assert texts(key, ".//li[@class='right']//*[@class='text']") == [shown]
        assert "".join(texts(key, ".//li[@class='right']//*[@class='why text']")) == shown
        assert "".join(texts(key, "./div/div[@class='text']")) == shown
        assert "".join(texts(key, "./div/div[@class='asked text']")) == shown

        sheet, key = next(asked), next(solved)
        left, right = sheet.xpath(".//div[@class='pairs']/ol")
        assert texts(left, "li/div") == [shown, "left"]
        assert sorted(texts(right, "li/div")) == sorted([shown, "right"])

        sheet, key = next(asked), next(solved)
        assert sorted(labels(sheet).values()) == sorted(["first", shown])
        assert texts(key, ".//li[@class='right']//*[@class='text']") == ["first", shown]

        sheet, key = next(asked), next(solved)
        assert texts(key, ".//div[@class='note']/*[@class='text']") == [shown, shown]


@properties
@nasty
@given(st.lists(any_text, min_size=1, max_size=4))
def test_any_literal_text_survives(tmp_path, several):
    questions = [
        question
        for text in several
        for question in (
            short(text),
            short("key", {"text": text, "credit": 0}),
            numeric(1, unit=text),
        )
    ]
    asked, solved = (iter(each) for each in written(tmp_path, questions))
    for text in several:
        typed = " ".join(text.split())
        next(asked)
        assert texts(next(solved), ".//div[@class='short']") == [typed]
        next(asked)
        assert texts(next(solved), ".//li//span[@class='text']") == ["key", typed]
        assert texts(next(asked), ".//div[@class='answer-line short']/bdi") == [typed]
        assert texts(next(solved), ".//div[@class='short']") == [f"1 {typed}"]


def fits_around_a_gap(text):
    shown = plain(f"{text} \ufdd0 {text}")
    return "{{" not in text and is_shown_as_text(text) and shown.count("\ufdd0") == 1


@properties
@nasty
@given(st.lists(any_text.filter(fits_around_a_gap), min_size=1, max_size=4))
def test_any_text_around_a_gap_survives(tmp_path, several):
    several = [text for text in several if fits_around_a_gap(text)]
    questions = [cloze(f"{text} {{{{answer}}}} {text}") for text in several]
    asked, solved = written(tmp_path, questions)
    for text, sheet, key in zip(several, asked, solved, strict=True):
        for blank in of_class(sheet, "blank"):
            blank.text = "answer"
        shown = plain(f"{text} \ufdd0 {text}").replace("\ufdd0", "answer")
        assert [seen(each) for each in of_class(sheet, "cloze")] == [shown]
        assert texts(key, "./div/div[@class='text']") == [shown]
        assert texts(key, ".//b[@class='filled']") == ["answer"]


def fits_in_a_gap(text):
    return not re.search(r"\A\s*\\?!|\{\{|\}\}|::|[|±]|[}\\:]\Z", text)


@properties
@nasty
@given(st.lists(any_text.filter(fits_in_a_gap), min_size=1, max_size=4))
def test_any_gap_survives(tmp_path, several):
    several = [text for text in several if fits_in_a_gap(text)]
    questions = [cloze(f"So {{{{{text}|{text}::{text}}}}}.") for text in several]
    asked, solved = written(tmp_path, questions, word_bank=True)
    for text, sheet, key in zip(several, asked, solved, strict=True):
        typed = " ".join(text.split())
        assert texts(sheet, ".//ul[@class='word-bank']/li") == [typed]
        assert [seen(each) for each in of_class(sheet, "hint")] == [f"({typed})"]
        assert texts(key, ".//b[@class='filled']") == [typed]
        assert texts(key, ".//span[@class='also']") == [f"({typed})"]


@properties
@given(st.lists(any_text, min_size=1, max_size=4))
def test_any_formula_is_harmless(tmp_path, several):
    questions = [choice(prompt=f"${text.strip()}$") for text in several]
    written(tmp_path, questions)


def test_a_seed_longer_than_a_code_holds_is_a_problem(build):
    with pytest.raises(QuizgenError) as found:
        build(choice(), selection={"seed": "x" * 5000}, qr=True)
    (problem,) = found.value.problems
    assert problem.code == "qr"


def test_a_document_goes_on_behind_many_empty_parts():
    assert encode(["a", *[""] * 300, "é"]) == "aé".encode()
