"""The Moodle writer, held against the schema and the rules of Moodle's importer."""

import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import lxml.html
import pytest
import yaml
from generated import Texts as MadeTexts
from generated import banks as made_banks
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from lxml import etree, html
from moodle_rules import FRACTIONS, faults, gaps_of, grade, loose_texts, seen, without_gaps

from quizgen import bank as banks
from quizgen.markup import Reader
from quizgen.model import (
    Cloze,
    Date,
    Flashcard,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    ShortAnswer,
    Text,
    TrueFalse,
)
from quizgen.problems import QuizgenError, Severity, Span, has_errors
from quizgen.quiz import make_quiz
from quizgen.source import FORBIDDEN
from quizgen.writers import limits, moodle
from quizgen.writers.moodle.text import Texts, element, moodle_renderer

EVERYTHING = Path(__file__).parent / "cases" / "good" / "everything.yaml"
DOT = EVERYTHING.parent / "images" / "dot.png"


def write_file(path, *questions, **head):
    """A bank file with these questions; each that has no id gets one by its place."""
    whole = {"bank": "b", "title": "A bank", "language": "en"} | head
    whole["questions"] = [{"id": f"q{i}"} | each for i, each in enumerate(questions, 1)]
    path.write_text(yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8")
    return path


def output_of(*paths, **options):
    return moodle.write(make_quiz(banks.load(paths)), moodle.MoodleOptions(**options))


def xml_of(*paths, **options):
    return output_of(*paths, **options).files[".xml"]


def questions_in(xml):
    """The questions by id number, without categories and front matter."""
    found = etree.fromstring(xml).xpath("question[name][@type != 'description']")
    return {each.findtext("idnumber"): each for each in found}


@pytest.fixture
def build(tmp_path):
    """`build(question, ...)` writes a bank of them and has it written for Moodle."""

    def made(*questions, **head):
        return output_of(write_file(tmp_path / "bank.yaml", *questions, **head))

    return made


@pytest.fixture
def one(build):
    """`one(question)` is that question as Moodle gets it, without a fault and without an error."""

    def made(question):
        output = build(question)
        assert faults(output.files[".xml"]) == []
        assert not [each for each in output.problems if each.severity is Severity.ERROR]
        return etree.fromstring(output.files[".xml"])[1]

    return made


def choice(**fields):
    return {"type": "multiple-choice", "prompt": "?", "answer": "a", "distractors": ["b"]} | fields


def response(right, wrong, **fields):
    return {
        "type": "multiple-response",
        "prompt": "?",
        "answers": [f"right {i}" for i in range(right)],
        **({"distractors": [f"wrong {i}" for i in range(wrong)]} if wrong else {}),
    } | fields


def short(*answers, **fields):
    return {"type": "short-answer", "prompt": "?", "answers": list(answers)} | fields


def numeric(answer, **fields):
    return {"type": "numeric", "prompt": "?", "answer": answer} | fields


def matching(*pairs, **fields):
    return {"type": "matching", "prompt": "?", "pairs": [list(pair) for pair in pairs]} | fields


def ordering(*items):
    return {"type": "ordering", "prompt": "?", "items": list(items)}


def cloze(text, **fields):
    return {"type": "cloze", "text": text} | fields


def essay(**fields):
    return {"type": "essay", "prompt": "?"} | fields


def test_a_plain_line_is_written_as_the_long_way_would():
    texts = Texts(banks.load(["dates"])[0], moodle_renderer())
    for sign in map(chr, range(1, 128)):
        for source in (f"a{sign}b", f"{sign}b", f"a{sign}"):
            text = Text(source, Span("made", 1, 1))
            assert texts.xml(text) == element(texts.rich(text)), source


# Whole banks.


@pytest.mark.parametrize("name", banks.shipped())
def test_shipped_bank_has_no_fault(name):
    output = output_of(name)
    assert faults(output.files[".xml"]) == []
    assert not [each for each in output.problems if each.severity is Severity.ERROR]


def test_all_shipped_banks_in_one_file_have_no_fault():
    assert faults(xml_of(*banks.shipped())) == []


def test_everything_has_no_fault():
    assert faults(xml_of(EVERYTHING)) == []


def test_everything_is_as_reviewed(golden):
    golden("everything.xml", xml_of(EVERYTHING))


def test_everything_says_what_moodle_cannot():
    problems = output_of(EVERYTHING).problems
    assert {each.code for each in problems} == {"lowered", "moodle-all-or-nothing", "moodle-hints"}
    assert max(each.severity for each in problems) is Severity.INFO


def test_two_runs_give_equal_bytes():
    script = (
        "import sys; from quizgen import bank; from quizgen.quiz import make_quiz;"
        " from quizgen.writers import moodle;"
        " quiz = make_quiz(bank.load([sys.argv[1]]));"
        " sys.stdout.buffer.write(moodle.write(quiz).files['.xml'])"
    )
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", script, EVERYTHING],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Karachi", "LC_ALL": "C"},
            cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE,
            check=True,
        )
        assert run.stdout == xml_of(EVERYTHING)


# The key wins and nothing else does.

_reader = Reader()


def plain(text):
    return " ".join(_reader.plain(str(text)).split())


def keys(question):
    """Responses that earn it all."""
    match question:
        case MultipleChoice():
            yield plain(question.answer.text)
        case MultipleResponse():
            yield {plain(each.text) for each in question.answers}
        case TrueFalse():
            yield str(question.answer).lower()
        case ShortAnswer():
            yield from (str(each.text) for each in question.answers if each.credit == 1)
        case Numeric(answer=answer, margin=margin):
            yield from map(str, (answer, answer - margin, answer + margin))
        case Date():
            yield str(question.answer)
            yield from map(str, question.accept)
        case Matching():
            yield {plain(left): plain(right) for left, right in question.pairs}
        case Ordering():
            yield [plain(item) for item in question.items]
        case Cloze(text=text):
            most = max(len(gap.answers) for gap in text.gaps)
            for i in range(most):
                yield [gap.answers[min(i, len(gap.answers) - 1)] for gap in text.gaps]
            if any(gap.tolerance for gap in text.gaps):
                for sign in (-1, 1):
                    yield [
                        str(Decimal(gap.answers[0]) + sign * gap.tolerance)
                        if gap.tolerance
                        else gap.answers[0]
                        for gap in text.gaps
                    ]
        case Flashcard():
            yield plain(question.back)


def others(question):
    """Responses that earn less: each named distractor, and each way to be nearly right."""
    match question:
        case MultipleChoice():
            yield from (plain(each.text) for each in question.distractors)
        case MultipleResponse():
            right = {plain(each.text) for each in question.answers}
            wrong = {plain(each.text) for each in question.distractors}
            yield from (right - {each} for each in right)
            yield from (right | {each} for each in wrong)
            yield from [right | wrong, wrong] if wrong else []
        case TrueFalse():
            yield str(not question.answer).lower()
        case ShortAnswer():
            yield from (str(each.text) for each in question.answers if each.credit != 1)
            yield from (f"{each.text}?" for each in question.answers)
            yield "anything else"
        case Numeric(answer=answer, margin=margin):
            off = margin + margin / 1000 if margin else abs(answer) / 1000 + 1
            yield from map(str, (answer - off, answer + off))
        case Date():
            yield f"{question.answer}0"
        case Matching():
            right = {plain(left): plain(right) for left, right in question.pairs}
            sides = {*right.values(), *map(plain, question.distractors)}
            yield from (
                right | {left: side} for left in right for side in sides if side != right[left]
            )
        case Ordering():
            items = [plain(item) for item in question.items]
            yield from (
                [*items[:i], items[i + 1], items[i], *items[i + 2 :]] for i in range(len(items) - 1)
            )
        case Cloze(text=text):
            right = [gap.answers[0] for gap in text.gaps]
            yield from (
                [*right[:i], wrong, *right[i + 1 :]]
                for i, gap in enumerate(text.gaps)
                for wrong in gap.wrong or ["-99"]
            )
        case Flashcard():
            yield f"{plain(question.back)}?"


def graded():
    for each in banks.load([*banks.shipped(), EVERYTHING]):
        xml = moodle.write(make_quiz([each])).files[".xml"]
        written = questions_in(xml)
        for question in each.questions:
            name = f"{each.id}/{question.id}"
            if written[name].get("type") != "essay":
                yield pytest.param(question, written[name], id=name)


@pytest.mark.parametrize(("question", "written"), list(graded()))
def test_key_wins_and_nothing_else(question, written):
    won = [grade(written, key) for key in keys(question)]
    assert won == pytest.approx([100] * len(won), abs=0.001)
    assert won
    for other in others(question):
        assert grade(written, other) < 99, other


def test_part_credit_is_paid():
    written = questions_in(xml_of(EVERYTHING))["everything/forum"]
    typed = ["SCO", "S*C*O", "上海合作组织", '<b>SCO</b> & ]]> "co"', "شنگھائی تعاون تنظیم", "sco"]
    assert [grade(written, each) for each in typed] == [100, 50, 90, 33.33333, 0, 0]


def test_capitals_matter_only_where_they_are_said_to(one):
    assert grade(one(short("SCO")), "sco") == 100
    assert grade(one(short("SCO", case_sensitive=True)), "sco") == 0


words_of_any_script = st.lists(
    st.sampled_from(
        ["one", "*two*", "$x_1$", "a < b & c", "`{d}`", "第三", "چار", "5 * 6", "%7", "=8"]
    ),
    min_size=1,
    max_size=3,
).map(" ".join)
typed_words = words_of_any_script.map(lambda text: text.replace("$", "S").replace("`", "'"))


@settings(deadline=None, max_examples=int(os.environ.get("QUIZGEN_EXAMPLES", "100")))
@given(
    made_banks(MadeTexts(words_of_any_script, typed_words, typed_words)),
    st.sampled_from(moodle.Gaps),
)
def test_key_of_any_question_wins(bank, way):
    output = moodle.write(make_quiz([bank]), moodle.MoodleOptions(cloze=way))
    assume(not has_errors(output.problems))
    written = questions_in(output.files[".xml"])
    assert len(written) == len(bank.questions)
    for question in bank.questions:
        element = written[f"{bank.id}/{question.id}"]
        if element.get("type") != "essay":
            typed = isinstance(question, Cloze) and way is not moodle.Gaps.TYPE
            for key in list(keys(question))[: 1 if typed else None]:
                assert grade(element, key) == pytest.approx(100, abs=0.001)


# Fractions.


@pytest.mark.parametrize(
    ("right", "fraction"),
    [(1, "100"), (3, "33.33333"), (6, "16.66667"), (7, "14.28571"), (8, "12.5"), (20, "5")],
)
def test_right_options_share_the_points(one, right, fraction):
    question = one(response(right, 3))
    shares = [each.get("fraction") for each in question.iterfind("answer")]
    assert shares.count(fraction) == right
    assert grade(question, {f"right {i}" for i in range(right)}) == pytest.approx(100, abs=0.01)


@pytest.mark.parametrize(
    ("share", "fraction"),
    [
        ("1", "100"),
        ("-1", "-100"),
        ("0", "0"),
        ("0.8333333", "83.33333"),
        ("0.33333", "33.33333"),
        ("-0.5", "-50"),
        ("0.000009", "0"),
        ("-0.000009", "0"),
        ("0.3333", None),
        ("0.49999", None),
        ("0.99999", None),
        ("0.45", None),
    ],
)
def test_a_share_is_one_that_moodle_has(share, fraction):
    assert limits.fraction(Decimal(share)) == fraction


@pytest.mark.parametrize(
    ("options", "cost"),
    [
        *[(1, "100"), (2, "50"), (3, "33.33333"), (4, "25"), (5, "20"), (6, "16.66667")],
        *[(7, "14.28571"), (8, "12.5"), (9, "11.11111"), (10, "10"), (11, "10"), (20, "5")],
    ],
)
def test_options_cost_all_of_it_together(options, cost):
    assert limits.cost(options) == f"-{cost}"
    assert options * Decimal(cost) > Decimal("99.999")


@pytest.mark.parametrize("right", range(1, 11))
@pytest.mark.parametrize("wrong", [1, 2, 5, 10])
def test_ticking_everything_does_not_pay(one, right, wrong):
    question = one(response(right, wrong))
    everything = {seen(each.findtext("text")) for each in question.iterfind("answer")}
    assert grade(question, everything) == pytest.approx(0, abs=0.01)


def test_eleven_right_options_are_an_error_with_a_place(build, tmp_path):
    problems = build(choice(), response(11, 2)).problems
    assert [each.code for each in problems] == ["moodle-fraction"]
    (problem,) = problems
    assert problem.severity is Severity.ERROR
    assert "11" in problem.message
    lines = (tmp_path / "bank.yaml").read_text(encoding="utf-8").split("\n")
    assert lines[problem.span.line - 1].lstrip("- ").startswith("answers:")
    assert re.match(rf"{re.escape(str(tmp_path))}.*:\d+:\d+: moodle-fraction ", str(problem))


def test_odd_credit_is_an_error_with_a_place(build, tmp_path):
    problems = build(short("key", {"text": "part", "credit": "55%"})).problems
    assert [(each.code, each.severity) for each in problems] == [
        ("moodle-fraction", Severity.ERROR)
    ]
    assert problems[0].message.startswith(
        "Moodle has no 55% of the points; use one of 0%, 100%, 90%, 83.33333%, 80%, "
    )
    lines = (tmp_path / "bank.yaml").read_text(encoding="utf-8").split("\n")
    assert lines[problems[0].span.line - 1].strip() == "text: part"


@pytest.mark.parametrize("percent", FRACTIONS)
def test_every_legal_credit_is_taken(one, percent):
    question = one(short("key", {"text": "part", "credit": f"{percent}%"}))
    assert grade(question, "part") == percent


def test_all_or_nothing_is_as_near_as_moodle_comes(build, tmp_path):
    output = build(response(2, 1, grading="all-or-nothing"))
    (problem,) = output.problems
    assert str(problem).startswith(f"{tmp_path}/bank.yaml:4:3: moodle-all-or-nothing warning: ")
    question = questions_in(output.files[".xml"])["b/q1"]
    assert grade(question, {"right 0", "right 1", "wrong 0"}) == 0


# Penalties and feedback.


@pytest.mark.parametrize("wrong", range(11, 20))
def test_twenty_right_options_and_fewer_wrong_ones_are_graded(one, wrong):
    question = one(response(20, wrong))
    everything = {seen(each.findtext("text")) for each in question.iterfind("answer")}
    assert grade(question, everything) == 0
    assert grade(question, {f"right {i}" for i in range(20)}) == 100
    assert grade(question, {*(f"right {i}" for i in range(20)), "wrong 0"}) == 90


@pytest.mark.parametrize(
    ("hints", "penalty"),
    [
        (0, "0.3333333"),
        (1, "0.5"),
        (2, "0.3333333"),
        (3, "0.25"),
        (4, "0.2"),
        (5, "0.1"),
        (6, "0.1"),
    ],
)
def test_hints_cost_equal_parts(one, hints, penalty):
    fields = {"hints": [f"hint {i}" for i in range(hints)]} if hints else {}
    assert one(short("x", **fields)).findtext("penalty") == penalty


@pytest.mark.parametrize(
    ("question", "options"),
    [
        (choice(), []),
        (response(2, 2), ["shownumcorrect", "clearwrong"]),
        (matching(["a", "b"], ["c", "d"]), ["shownumcorrect", "clearwrong"]),
        (cloze("{{a}}"), ["shownumcorrect", "clearwrong"]),
        (ordering("a", "b"), ["shownumcorrect"]),
        (short("a"), []),
        (numeric(1), []),
    ],
)
def test_hints_say_how_many_parts_are_right(one, question, options):
    hint = one({**question, "hints": ["Look."]}).find("hint")
    assert [each.tag for each in hint][1:] == options


def test_what_is_said_of_the_whole_answer(build):
    xml = build(choice(), response(2, 2), matching(["a", "b"], ["c", "d"]), ordering("a", "b"))
    for question in questions_in(xml.files[".xml"]).values():
        said = [
            seen(question.findtext(f"{name}feedback/text"))
            for name in ("correct", "partiallycorrect", "incorrect")
        ]
        assert said == [
            "Your answer is correct.",
            "Your answer is partly correct.",
            "Your answer is not correct.",
        ]


def test_right_and_wrong_options_stand_as_written_among_themselves(one):
    for prompt in "abcdefgh":
        question = one(response(3, 5, prompt=prompt))
        texts = [seen(each.text) for each in question.iterfind("answer/text")]
        assert [text for text in texts if "right" in text] == [f"right {i}" for i in range(3)]
        assert [text for text in texts if "wrong" in text] == [f"wrong {i}" for i in range(5)]


def test_the_key_stands_in_any_place(build):
    xml = build(*[choice(prompt=str(i), distractors=["b", "c", "d"]) for i in range(40)]).files[
        ".xml"
    ]
    places = {
        [each.get("fraction") for each in question.iterfind("answer")].index("100")
        for question in questions_in(xml).values()
    }
    assert places == {0, 1, 2, 3}


def test_sources_stand_below_the_feedback_in_written_order(build):
    sources = {"essay": {"title": "A & B", "author": "C", "year": 2020}, "map": {"title": "A map"}}
    cite = ["essay ¶3", "essay ¶5", "map", "essay"]
    question = short("x", feedback="*So* it is.", cite=cite)
    (question,) = questions_in(build(question, sources=sources).files[".xml"]).values()
    feedback = question.findtext("generalfeedback/text")
    assert seen(feedback) == "So it is. Source: C, A & B (2020), ¶3, ¶5; A map; C, A & B (2020)"
    spans = lxml.html.fragment_fromstring(feedback, create_parent="div").iterfind(".//span")
    assert [(each.get("data-source"), each.get("data-locator")) for each in spans] == [
        ("essay", "¶3"),
        ("essay", "¶5"),
        ("map", None),
        ("essay", None),
    ]


# Front matter.


HEAD = {
    "description": "About <b> & more.",
    "licence": "CC BY 4.0",
    "sources": {
        "essay": {
            "title": "T",
            "author": "A",
            "year": 2020,
            "url": "https://a.b/?c&d",
            "note": "N.",
        },
        "trap": {"title": "U", "url": "javascript:alert(1)"},
    },
}


def test_front_matter_says_what_the_bank_says_of_itself(build):
    root = etree.fromstring(build(short("x"), **HEAD).files[".xml"])
    assert [each.get("type") for each in root] == ["category", "description", "shortanswer"]
    head, front, _ = root
    text = front.findtext("questiontext/text")
    assert seen(text) == (
        "About <b> & more. Licence: CC BY 4.0 A, T (2020) https://a.b/?c&d N. U javascript:alert(1)"
    )
    assert re.findall(r'href="([^"]*)"', text) == ["https://a.b/?c&amp;d"]
    assert head.findtext("info/text") == text
    assert [each.findtext("idnumber") for each in (head, front)] == ["b", "b"]
    assert front.findtext("name/text") == "A bank"


def test_front_matter_can_be_left_out(tmp_path):
    path = write_file(tmp_path / "bank.yaml", short("x"), **HEAD)
    root = etree.fromstring(xml_of(path, front_matter=False))
    assert [each.get("type") for each in root] == ["category", "shortanswer"]


def test_a_bank_without_a_word_about_itself_has_no_front_matter(build):
    root = etree.fromstring(build(short("x")).files[".xml"])
    assert [each.get("type") for each in root] == ["category", "shortanswer"]


# Clozes with words to choose from.


@pytest.mark.parametrize(
    ("way", "kind"), [(moodle.Gaps.DRAG, "ddwtos"), (moodle.Gaps.DROPDOWN, "gapselect")]
)
def test_words_of_all_gaps_are_offered_once(tmp_path, way, kind):
    text = "[[1]] {{b|B|!C}} {{<i>::hint}} {{9±1}} {{b}} $x_{[[1]]}$ {{\\!d|!a}}"
    path = write_file(
        tmp_path / "bank.yaml", cloze(text, prompt="Fill.", points=2.5, hints=["Look."])
    )
    output = output_of(path, cloze=way)
    assert output.problems == ()
    (question,) = questions_in(output.files[".xml"]).values()
    assert question.get("type") == kind
    words = [seen(each.text) for each in question.iterfind("*[group]/text")]
    assert words == ["!d", "9", "<i>", "a", "b", "C"]
    assert "[&#91;1]] [[5]] [[3]]" in question.findtext("questiontext/text")
    assert grade(question, ["b", "<i>", "9", "b", "!d"]) == 100
    assert grade(question, ["C", "<i>", "9", "b", "!d"]) == 80
    assert question.findtext("defaultgrade") == "2.5"
    assert [each.tag for each in question.find("hint")] == ["text", "shownumcorrect", "clearwrong"]


def test_a_word_is_dragged_as_often_as_it_is_needed(tmp_path):
    path = write_file(tmp_path / "bank.yaml", cloze("{{a}} {{b|!c}} {{a}}"))
    (question,) = questions_in(xml_of(path, cloze=moodle.Gaps.DRAG)).values()
    boxes = question.findall("dragbox")
    assert [each.findtext("text") for each in boxes if each.find("infinite") is not None] == ["a"]


def test_a_word_that_two_gaps_accept_is_a_warning(tmp_path):
    path = write_file(tmp_path / "bank.yaml", cloze("{{a|b}} {{b}}"))
    assert output_of(path).problems[-1].code == "moodle-weight"
    (problem,) = output_of(path, cloze=moodle.Gaps.DRAG).problems
    assert (problem.code, problem.severity) == ("moodle-word-bank", Severity.WARNING)
    assert "'b'" in problem.message


@pytest.mark.parametrize("answer", [r"a\#b", r"a\}b"])
def test_backslash_that_moodle_drops_in_a_gap_is_an_error(build, answer):
    (problem,) = build(cloze(f"{{{{{answer}}}}}")).problems
    assert (problem.code, problem.severity) == ("moodle-gap", Severity.ERROR)
    output = build(cloze(f"{{{{{answer}|!c}}}}"))
    assert output.problems == ()
    (question,) = questions_in(output.files[".xml"]).values()
    assert grade(question, [answer]) == 100


# Flashcards in groups.


def card(front, back, **fields):
    return {"type": "flashcard", "front": front, "back": back} | fields


def matchings(tmp_path, *cards):
    path = write_file(tmp_path / "bank.yaml", *cards)
    output = output_of(path, flashcards=moodle.Cards.MATCHING)
    return output, questions_in(output.files[".xml"])


def test_cards_of_one_tag_are_matched(tmp_path):
    cards = [card(f"front {i}", f"*back* {i}", tags=["t", f"n{i % 2}"]) for i in range(9)]
    output, found = matchings(tmp_path, *cards, card("f", "b", tags=["u"]), short("x"))
    assert list(found) == ["b/q1+q5", "b/q6+q9", "b/q10", "b/q11"]
    assert [each.get("type") for each in found.values()] == ["matching"] * 2 + ["shortanswer"] * 2
    first = found["b/q1+q5"]
    assert grade(first, {f"front {i}": f"back {i}" for i in range(5)}) == 100
    assert first.findtext("defaultgrade") == "5"
    assert [each.text for each in first.iterfind("tags/tag/text")] == ["b", "t"]
    assert [each.code for each in output.problems] == ["lowered"] * 10


def test_cards_that_cannot_be_matched_stay_alone(tmp_path):
    cards = [card("1", "$x$"), card("2", "y" * 256), card("3", "same"), card("4", "same")]
    _, found = matchings(tmp_path, *cards)
    assert [each.get("type") for each in found.values()] == ["essay"] * 2 + ["shortanswer"] * 2


def test_no_two_cards_of_a_group_have_one_back(tmp_path):
    cards = [card(str(i), f"back {i // 2}") for i in range(12)]
    _, found = matchings(tmp_path, *cards)
    for question in found.values():
        backs = [each.text for each in question.iterfind("subquestion/answer/text")]
        assert 2 <= len(backs) == len(set(backs)) <= 8
    assert len(found) == 2


def test_feedback_of_matched_cards_is_kept_and_hints_are_told_of(tmp_path):
    cards = [card("1", "a", feedback="One."), card("2", "b", feedback="Two.", hints=["Look."])]
    output, found = matchings(tmp_path, *cards)
    (question,) = found.values()
    assert seen(question.findtext("generalfeedback/text")) == "One. Two."
    assert [each.code for each in output.problems if each.severity is Severity.WARNING] == [
        "moodle-hints"
    ]


# Essays.


@pytest.mark.parametrize("form", moodle.ResponseFormat)
def test_essays_are_written_in_a_form_that_moodle_has(tmp_path, form):
    path = write_file(tmp_path / "bank.yaml", essay(lines=7))
    (question,) = questions_in(xml_of(path, response_format=form)).values()
    assert question.findtext("responseformat") == form.value
    assert question.findtext("responsefieldlines") == "7"
    assert question.findtext("attachments") == str(int(form is moodle.ResponseFormat.NO_INLINE))


def test_grader_sees_model_answer_and_rubric(one):
    grader = one(essay(answer="Roads *and* ports.", rubric="- one\n- two")).findtext(
        "graderinfo/text"
    )
    assert seen(grader) == "Model answer Roads and ports. Marking one two"


# Limits.


def test_right_side_of_255_characters_is_taken(one):
    question = one(matching(["left", "字" * 255], ["other", "b"]))
    assert question.findtext("subquestion/answer/text") == "字" * 255


def test_right_side_of_256_characters_is_an_error(build):
    (problem,) = build(matching(["left", f"*{'字' * 256}*"], ["other", "b"])).problems
    assert (problem.code, problem.severity) == ("moodle-right-side", Severity.ERROR)
    assert "256" in problem.message


def test_right_sides_that_moodle_would_merge_are_an_error(build):
    (problem,) = build(matching(["a", "*x*"], ["b", "y"], distractors=["x"])).problems
    assert (problem.code, problem.severity) == ("moodle-right-side", Severity.ERROR)


def test_formula_on_the_right_side_is_a_warning(build):
    (problem,) = build(matching(["a", "$x$"], ["b", "y"])).problems
    assert (problem.code, problem.severity) == ("moodle-right-side", Severity.WARNING)


def test_right_side_of_two_pairs_is_one(one):
    question = one(matching(["a", "x"], ["b", "x"], ["c", "y"]))
    assert grade(question, {"a": "x", "b": "x", "c": "y"}) == 100


def test_an_idnumber_is_cut_from_101_characters_on():
    assert limits.idnumber("b/" + "q" * 98) == "b/" + "q" * 98
    cut, other = (limits.idnumber("b/" + "q" * 98 + end) for end in "ab")
    assert len(cut) == 100
    assert cut.startswith("b/" + "q" * 81 + "-")
    assert cut != other


def test_long_idnumber_is_cut_and_stays_unique(tmp_path):
    ids = ["q" * 79 + end for end in "ab"]
    path = write_file(tmp_path / "b.yaml", *[short("x", id=each) for each in ids], bank="b" * 80)
    xml = xml_of(path)
    assert faults(xml) == []
    idnumbers = list(questions_in(xml))
    assert [len(each) for each in idnumbers] == [100, 100]
    assert len(set(idnumbers)) == 2
    assert [each.findtext("name/text") for each in questions_in(xml).values()] == ids


def test_idnumber_is_bank_and_question(build):
    xml = build(short("x", id="q.1"), bank="رنگ").files[".xml"]
    assert list(questions_in(xml)) == ["رنگ/q.1"]


@pytest.mark.parametrize(
    ("points", "weights"), [(None, [1, 1, 1]), (3, [1, 1, 1]), (6, [2, 2, 2]), (0.5, [1, 1, 1])]
)
def test_gaps_weigh_whole_points(build, points, weights):
    fields = {"points": points} if points else {}
    output = build(cloze("{{a}} {{b}} {{c}}", **fields))
    text = questions_in(output.files[".xml"])["b/q1"].findtext("questiontext/text")
    assert [gap.weight for gap in gaps_of(text)] == weights
    told = [each.code for each in output.problems]
    assert told == ([] if points in {3, 6} else ["moodle-weight"])


# Categories.


def test_each_bank_is_a_category(tmp_path):
    paths = [
        write_file(tmp_path / f"{each}.yaml", short("x"), bank=each, title=title)
        for each, title in (("a", "One"), ("b", "Two / three <b>four</b>"))
    ]
    xml = xml_of(*paths, category="Class 7/History")
    assert faults(xml) == []
    assert etree.fromstring(xml).xpath("//category/text/text()") == [
        "$course$/top/Class 7/History/One",
        "$course$/top/Class 7/History/Two // three ‹b›four‹//b›",
    ]


def test_long_title_is_cut(build):
    xml = build(short("x"), title="t" * 300).files[".xml"]
    assert faults(xml) == []
    assert f"top/{'t' * 255}]]>".encode() in xml


def test_first_tags_are_categories_below_the_banks(tmp_path):
    tags = [["a::b", "c"], [], ["c"], ["a::b"], ["x/y"]]
    made = [short("x", **({"tags": each} if each else {})) for each in tags]
    path = write_file(tmp_path / "bank.yaml", *made)
    root = etree.fromstring(xml_of(path, categories=moodle.Categories.TAG))
    shown = [each.findtext("category/text") or each.findtext("name/text") for each in root]
    top = "$course$/top/A bank"
    assert shown == [*(top, "q2", f"{top}/a/b", "q1", "q4", f"{top}/c", "q3", f"{top}/x//y", "q5")]


def test_tag_of_over_50_characters_is_left_out_with_a_warning(build, tmp_path):
    output = build(short("x", tags=["t" * 50, "u" * 51], difficulty="easy"), bank="b" * 51)
    (question,) = questions_in(output.files[".xml"]).values()
    assert [each.text for each in question.iterfind("tags/tag/text")] == ["easy", "t" * 50]
    assert [str(each).removeprefix(f"{tmp_path}/bank.yaml") for each in output.problems] == [
        f":1:1: moodle-tag warning: Moodle holds 50 characters of a tag, '{'b' * 20}…' has 51; it is left out",
        f":4:3: moodle-tag warning: Moodle holds 50 characters of a tag, '{'u' * 20}…' has 51; it is left out",
    ]


# Text.


def test_text_of_a_page_that_runs_right_to_left_says_where_it_does_not(build):
    made = choice(prompt="یہ کیا ہے؟", answer="SCO (2001)", distractors=["1951"])
    (question,) = questions_in(build(made, language="ur").files[".xml"]).values()
    assert question.findtext("questiontext/text") == "<p>یہ کیا ہے؟</p>"
    texts = {each.text for each in question.iterfind("answer/text")}
    assert texts == {'<p dir="ltr">SCO (2001)</p>', "<p>1951</p>"}


def test_pictures_keep_their_names_where_these_are_plain(build, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        data = DOT.read_bytes() + name.encode() * (name == "b")
        (tmp_path / name / "dot.png").write_bytes(data)
    (tmp_path / "a" / "na&me.png").write_bytes(DOT.read_bytes())
    (tmp_path / "a" / "own.png").write_bytes(DOT.read_bytes())
    shown = " ".join(
        f"![x](<{path}>)" for path in ("a/dot.png", "b/dot.png", "a/na&me.png", "a/own.png")
    )
    (question,) = questions_in(build(short("x", prompt=shown)).files[".xml"]).values()
    names = [each.get("name") for each in question.iterfind("questiontext/file")]
    assert [re.sub(r"quizgen-\w+", "hash", name) for name in names] == [
        *("dot.png", "hash.png", "hash.png", "own.png")
    ]


def test_wildcards_are_text(one):
    question = one(short("a*b", "*"))
    assert [grade(question, each) for each in ("a*b", "*", "axxb", "anything")] == [100, 100, 0, 0]
    assert [each.text for each in question.iterfind("answer/text")] == [r"a\*b", r"\*"]


def test_wildcards_in_gaps_are_text(one):
    question = one(cloze("{{a*b}}"))
    assert [grade(question, [each]) for each in ("a*b", "axxb")] == [100, 0]


def test_end_of_cdata_is_split(build):
    xml = build(short("a ]]> b", "]]>]]>")).files[".xml"]
    assert faults(xml) == []
    assert b"<![CDATA[a ]]]]><![CDATA[> b]]>" in xml
    typed = [each.text for each in etree.fromstring(xml).iterfind("question/answer/text")]
    assert typed == ["a ]]> b", "]]>]]>"]


@pytest.mark.parametrize("bank", [*banks.shipped(), EVERYTHING])
def test_every_text_stands_in_cdata(bank):
    assert loose_texts(xml_of(bank)) == []


def test_ordering_does_not_crash_moodle(one):
    question = one(ordering("a", "b", "c"))
    assert question.findtext("shownumcorrect") == "1"
    assert question.findtext("selecttype") == "ALL"


def test_pinned_options_stay_last(one):
    question = one(choice(answer={"text": "all", "pin": True}, distractors=["b", "c", "d"]))
    assert question.findtext("shuffleanswers") == "false"
    assert seen(question.findall("answer/text")[-1].text) == "all"


def test_options_are_shuffled_unless_asked_not_to(one):
    assert one(choice()).findtext("shuffleanswers") == "true"
    fixed = one(choice(shuffle=False))
    assert fixed.findtext("shuffleanswers") == "false"
    assert [seen(each.text) for each in fixed.iterfind("answer/text")] == ["a", "b"]


def test_numbers_have_a_point_and_no_unit(one):
    question = one(numeric(1234.5, tolerance="1%", unit="km"))
    assert question.findtext("answer/text") == "1234.5"
    assert question.findtext("answer/tolerance") == "12.345"
    assert question.findtext("units/unit/unit_name") == "km"


def test_tolerance_is_always_written(one):
    assert one(numeric(0)).findtext("answer/tolerance") == "0"


def test_pictures_stand_beside_each_text_that_shows_them(build, tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a dot.png").write_bytes(DOT.read_bytes())
    picture = "![dot](<images/a dot.png>)"
    fields = {"prompt": picture * 2, "feedback": picture, "hints": [picture]}
    xml = build(
        choice(answer={"text": f"a {picture}", "feedback": picture}, **fields),
        matching([picture, "x"], ["b", "y"], **fields),
        ordering(f"1 {picture}", f"2 {picture}"),
        cloze(f"{{{{a}}}} {picture}", **fields),
        essay(answer=picture, rubric=picture),
    ).files[".xml"]
    assert faults(xml) == []
    assert xml.count(b"<file ") == 3 + 2 + 4 + 2 + 3 + 1


def test_math_is_written_as_moodle_reads_it(one):
    text = one(choice(prompt="$a < b$ and $$c$$")).findtext("questiontext/text")
    assert text == r"<p>\(a &lt; b\) and \[c\]</p>"


def test_money_is_not_math(one):
    text = one(choice(prompt="$5 and $6")).findtext("questiontext/text")
    assert text == "<p>&#36;5 and &#36;6</p>"


def test_text_that_runs_the_other_way_says_so(one):
    question = one(choice(prompt="یہ کیا ہے؟", answer="这个"))
    assert question.findtext("questiontext/text") == '<p dir="rtl">یہ کیا ہے؟</p>'
    assert {each.text for each in question.iterfind("answer/text")} == {"<p>这个</p>", "<p>b</p>"}


NASTY = [
    "]]>",
    "a ]]> b <![CDATA[ c",
    "</text></question></quiz>",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1)) <javascript:alert(1)>",
    "[x](http://a \"onclick='alert(1)'\")",
    "&lt;b&gt; &amp;amp; &#60;script&#62; &nbsp;",
    "{{x}} {% x %} {# x #} ${x}",
    "{1:SHORTANSWER:=x} {1:MC:=a~b}",
    "@@PLUGINFILE@@/x.png",
    r"\(x\) \[x\] $$ \$ $5 and $6",
    "$a < b$ or $x_{1}$",
    "* _ ** __ ~ ` # + - 1. >",
    "`a` ``b`c`` `$x$` `&amp;`",
    "line\nline  \nline\\\nline",
    "# head\n\n- item\n- item\n\n1. one\n\n> quoted\n\n```\ncode < &\n```",
    "| a | b |\n| - | - |\n| c | d |",
    "پاکستان اور 中国 and Latin",
    "\u200f\u202eabc\u202c\u200d\u00ad",
    "e\u0301 \u00e9 ﬁ İ ß",
    "\U0001f1f5\U0001f1f0 \U00020000",
    " leading\tand trailing ",
    "a\u00a0b\u2028c\u3000d",
    "'single' \"double\" ‘curly’",
    "%50%x =y ~z #f",
    "C:\\dir\\*.*",
]


def nasty(test):
    for text in NASTY:
        test = example(text)(test)
    return test


any_text = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), min_size=1, max_size=80
).filter(lambda text: text.strip() and not FORBIDDEN.search(text))

properties = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def loaded_or_rejected(path):
    """The bank's XML; a text that a bank may not hold at all is no example."""
    _, problems = banks.read([path])
    codes = {each.code for each in problems}
    assert codes <= {"math", "equal", "empty", "gap", "image-missing", "image-remote"}, problems
    assume(not codes)
    return xml_of(path)


@properties
@nasty
@given(any_text)
def test_any_text_survives(tmp_path, text):
    typed = " ".join(text.split())
    path = write_file(
        tmp_path / "bank.yaml",
        choice(
            prompt=text,
            answer={"text": text, "feedback": text},
            distractors=["another"],
            feedback=text,
            hints=[text],
        ),
        {"type": "true-false", "prompt": text, "answer": True},
        short("the key", {"text": text, "credit": 0.5, "feedback": text}, case_sensitive=True),
        matching([text, text], ["b", "y"]),
        ordering("first", text),
        essay(answer=text),
        description=text,
    )
    xml = loaded_or_rejected(path)
    one, two, three, four, five, six = questions_in(xml).values()
    shown = plain(text)
    rich = [
        one.find("questiontext"),
        one.xpath("answer[@fraction=100]")[0],
        one.xpath("answer[@fraction=100]/feedback")[0],
        one.find("generalfeedback"),
        one.find("hint"),
        two.find("questiontext"),
        three.findall("answer")[1].find("feedback"),
        four.find("subquestion"),
        five.findall("answer")[1],
    ]
    assert [seen(each.findtext("text")) for each in rich] == [shown] * len(rich)
    assert seen(six.findtext("graderinfo/text")) == f"Model answer {shown}".strip()
    assert " ".join(four.findtext("subquestion/answer/text").split()) == shown
    assert three.findall("answer/text")[1].text.replace(r"\*", "*") == typed
    assert grade(three, typed) == 50
    assert seen(etree.fromstring(xml).findtext("question/info/text")) == typed
    assert not faults(xml) or not shown


@properties
@nasty
@given(any_text)
def test_any_text_around_gaps_survives(tmp_path, text):
    shown = plain(f"{text} \ufdd0 {text}").replace("\ufdd0", "___")
    assume("{{" not in text and "$" not in text and shown.count("___") == 1)
    source = f"{text} {{{{answer}}}} {text}"
    xml = loaded_or_rejected(write_file(tmp_path / "bank.yaml", cloze(source)))
    (question,) = questions_in(xml).values()
    written = question.findtext("questiontext/text")
    assert seen(without_gaps(written)) == shown
    assert grade(question, ["answer"]) == 100
    assert faults(xml) == []


@properties
@nasty
@given(any_text)
def test_any_gap_can_be_won(tmp_path, text):
    assume(not any(sign in text for sign in ("{{", "}}", "::", "|", "±")))
    assume(not text.endswith("}") and not text.lstrip().startswith(("!", "\\!")))
    assume(r"\}" not in text and r"\#" not in text)
    xml = loaded_or_rejected(write_file(tmp_path / "bank.yaml", cloze(f"{{{{{text}}}}}")))
    (question,) = questions_in(xml).values()
    assert grade(question, [" ".join(text.split())]) == 100
    assert grade(question, ["something else"]) == 0
    assert faults(xml) == []


# Faults that were found, each with the least that shows it.


def test_entity_of_a_control_character(one):
    with pytest.raises(QuizgenError, match=r"control-character the text names U\+000C"):
        one(choice(prompt="a&#12;b"))


def test_file_link_in_a_formula(one):
    one(choice(prompt="$@@PLUGINFILE@@/x$"))


def test_formula_before_a_price(one):
    text = one(choice(prompt="$a$ costs $6")).findtext("questiontext/text")
    assert text == r"<p>\(a\) costs &#36;6</p>"


def test_formula_that_reads_as_a_gap(one):
    one(cloze("{{a}} and $x{1:SA:=y}$"))


def test_recording_is_a_file_with_a_player(build, tmp_path):
    (tmp_path / "word.mp3").write_bytes(b"ID3")
    output = build(choice(prompt="![the *word*](word.mp3)"))
    (question,) = questions_in(output.files[".xml"]).values()
    (file,) = question.xpath("questiontext/file")
    assert file.text == "SUQz"
    player = html.fromstring(question.findtext("questiontext/text"))
    assert player.xpath("//audio/@src") == [f"@@PLUGINFILE@@/{file.get('name')}"]
    assert player.xpath("//audio/@title") == ["the word"]


def test_image_between_gaps_of_backticks(build, tmp_path):
    (tmp_path / "dot.png").write_bytes(DOT.read_bytes())
    assert faults(build(cloze("{{`}} ![dot](dot.png) {{`}}")).files[".xml"]) == []


@pytest.mark.parametrize(
    "text",
    [
        "{{a}}\n\n```{{b}}\ncode\n```",
        '{{a}}\n\n[x]: http://x "{{b}}"',
        '{{a}} [x](y "{{b}}")',
        "{{a}}\n\n| x |\n| - |\n| y | {{b}} |",
    ],
)
def test_gap_where_none_can_stand(build, text):
    with pytest.raises(QuizgenError, match="gap"):
        build(cloze(text))


def test_right_side_that_is_a_picture_alone(build, tmp_path):
    (tmp_path / "dot.png").write_bytes(DOT.read_bytes())
    problems = build(matching(["a", "![](dot.png)"], ["b", "y"])).problems
    assert Severity.ERROR in {each.severity for each in problems}


def test_bank_whose_id_is_no_tag(build, tmp_path):
    output = build(short("x"), bank="0")
    assert faults(output.files[".xml"]) == []
    assert [str(each) for each in output.problems] == [
        f"{tmp_path}/bank.yaml:1:1: moodle-tag warning: Moodle's import stops at a tag '0'; it is left out"
    ]


def test_idnumbers_of_two_banks_in_one_category(tmp_path):
    xml = xml_of(
        write_file(tmp_path / "1.yaml", short("x", id="c"), bank="a.b"),
        write_file(tmp_path / "2.yaml", short("x", id="b.c"), bank="a"),
    )
    assert faults(xml) == []


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("History/Week 3", "History/Week 3"),
        (" History / / Week\n3 ", "History/Week 3"),
        ("A//B/C", "A//B/C"),
        ("/A/", "A"),
        ("A///B", "A////B"),
        ("A/ // /B", "A/B"),
        ("X/Y", "X/Y"),
        ("<b>", "‹b›"),
        ("c" * 256, "c" * 255),
        ("c" * 254 + " d", "c" * 254),
    ],
)
def test_a_category_is_named_as_moodle_keeps_it(path, written):
    assert limits.category_path(path) == written


@pytest.mark.parametrize(("name", "written"), [("/", " // "), ("/a", " //a"), ("a/", "a// ")])
def test_a_slash_at_the_end_of_a_name_stands_apart(name, written):
    assert limits.category(name) == written


def test_title_that_begins_and_ends_with_a_slash(build):
    assert faults(build(short("x"), title="/etc/").files[".xml"]) == []


@pytest.mark.parametrize("category", ["A<b>", "A/ /B", "c" * 300])
def test_category_that_moodle_would_change(tmp_path, category):
    path = write_file(tmp_path / "bank.yaml", short("x"))
    try:
        xml = xml_of(path, category=category)
    except QuizgenError:
        return
    assert faults(xml) == []


def test_hints_of_an_essay(build):
    output = build(essay(hints=["a hint"]))
    assert faults(output.files[".xml"]) == []
    assert [each.severity for each in output.problems] == [Severity.WARNING]


def test_unit_that_is_too_long(build):
    output = build(numeric(1, unit="u" * 51))
    assert Severity.ERROR in {each.severity for each in output.problems}


@pytest.mark.parametrize("points", ["1e6", "1e-9"])
def test_points_that_moodle_cannot_hold(build, points):
    output = build(short("x", points=points))
    assert [each.severity for each in output.problems] == [Severity.ERROR]


# The rules find what they are for.


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('fraction="33.33333"', 'fraction="33.33"'),
        ('fraction="100" format="html"', 'fraction="90" format="html"'),
        ('fraction="-50"', 'fraction="0"'),
        ('format="html"', 'format="markdown"'),
        ("<single>true</single>", "<single>True</single>"),
        ("<![CDATA[true]]>", "<![CDATA[True]]>"),
        ("<![CDATA[523.5]]>", "<![CDATA[523,5]]>"),
        ("<tolerance>0</tolerance>", "<tolerance>-1</tolerance>"),
        ("<shownumcorrect>1</shownumcorrect>", ""),
        ("<selecttype>ALL</selecttype>", "<selecttype>RANDOM</selecttype>"),
        ("<p>第三</p>", '<p dir="rtl">دوسرا</p>'),
        ("<![CDATA[1 * 2 * 3]]>", "<![CDATA[a port]]>"),
        ("in China", "x" * 250),
        ("{2:SHORTANSWER:=喀什}", "{2:shortanswer:=喀什}"),
        ("{2:SHORTANSWER:=喀什}", "{2:SHORTANSWER:%50%喀什}"),
        ("<responseformat>editor", "<responseformat>html"),
        ("everything/forum", "everything/gaps"),
        ("hard", " "),
        ("hard", "0"),
        ("hard", "a`b"),
        ('path="/"', 'path="/images"'),
        ("iVBORw0KGgo", "iVBORw0KGg!"),
        ("@@PLUGINFILE@@/", "@@PLUGINFILE@@/other-"),
        ("<p>In May.</p>", "<script>alert(1)</script>"),
        ("<p>In May.</p>", "<p onclick='alert(1)'>In May.</p>"),
        ("<p>In May.</p>", "<a href='java&#x09;script:alert(1)'>In May.</a>"),
        ("<p>In May.</p>", "<p>$x$</p>"),
        ("$course$/top/Everything // ", "$course$/top/Everything /// "),
        ("</quiz>", ""),
        ('encoding="UTF-8"', 'encoding="ISO-8859-1"'),
        ("<![CDATA[<p>In May.</p>]]>", "&lt;p&gt;In May.&lt;/p&gt;"),
        ("In May.", "In]]><![CDATA[ May."),
        ("In May.", "In\x7f May."),
        ("In May.", "In\x07 May."),
        ('<span class="nolink">', "<span>"),
        ("<![CDATA[capital]]>", "<![CDATA[a<b>]]>"),
        ("<![CDATA[capital]]>", f"<![CDATA[{'n' * 256}]]>"),
        ("  <usecase>1</usecase>\n", ""),
        ("  <hidden>0</hidden>\n", ""),
        ("  <tolerance>0</tolerance>\n", ""),
        ("<penalty>0.5", "<penalty>1.5"),
        ("<![CDATA[523.5]]>", "<![CDATA[523.5 km]]>"),
        ("<unit_name>km", f"<unit_name>{'k' * 51}"),
        ("everything/forum", "e" * 101),
        ("<idnumber>everything</idnumber>", f"<idnumber>{'e' * 101}</idnumber>"),
        ("$course$/top/Everything", "$course$/top//Everything"),
        ("$course$/top/Everything", "top/Everything"),
        ("$course$/top/Everything", f"$course$/top/{'c' * 250}"),
        ("$course$/top/Everything", "$course$/top/<b>"),
        ("hard", "h" * 51),
        ("hard", "a<b"),
        ('fraction="33.33333"', 'fraction="50"'),
        (
            'fraction="0" format="moodle_auto_format">\n    <text><![CDATA[true',
            'fraction="100" format="moodle_auto_format">\n    <text><![CDATA[true',
        ),
        (
            '<answer fraction="100" format="moodle_auto_format">\n    <text><![CDATA[SCO',
            '<answer fraction="90" format="moodle_auto_format">\n    <text><![CDATA[SCO',
        ),
        (r"S\*C\*O", "S*C*O"),
        ("<![CDATA[in China &", "<![CDATA[ ]]><![CDATA["),
        ("2:SHORTANSWER:=喀什", "0:SHORTANSWER:=喀什"),
        ("=33.7:0.05", "=33,7m:0.05"),
        ("~=1960", "~=1958"),
        ("~=1960", "~1960"),
        ("{1:MULTICHOICE:1947~1958~=1960}", "{1:MULTICHOICE:=1960}"),
        ("{2:SHORTANSWER:=喀什}", "{2:SHORTANSWER:=喀什"),
        ("<responseformat>editor", "<responseformat>noinline"),
        ('<question type="essay">', '<question type="random">'),
        ("<defaultgrade>0<", "<defaultgrade>-1<"),
        ("</file>", '</file><file name="dot.png" path="/" encoding="base64">AAAA</file>'),
    ],
)
def test_rules_find_each_fault(right, wrong):
    xml = xml_of(EVERYTHING).decode()
    assert right in xml
    assert faults(xml.replace(right, wrong, 1).encode())


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("[[1]]", "[[9]]"),
        ("[[1]]", "[[0]]"),
        ("[[1]] [[2]] [[1]]", "none"),
        ("<![CDATA[b]]>", "<![CDATA[a]]>"),
        ("<![CDATA[b]]>", "<![CDATA[&nbsp;]]>"),
        ("<group>1<", "<group>2<"),
        ("<infinite/>", ""),
        ("<shuffleanswers>true", "<shuffleanswers>True"),
    ],
)
def test_rules_find_each_fault_of_words_to_choose_from(tmp_path, right, wrong):
    path = write_file(tmp_path / "bank.yaml", cloze("{{a}} {{b|!c}} {{a}}"))
    xml = xml_of(path, cloze=moodle.Gaps.DRAG).decode()
    assert right in xml
    assert faults(xml.replace(right, wrong, 1).encode())


def test_rules_find_a_default_grade_of_a_cloze(build):
    xml = build(cloze("{{a}}")).files[".xml"]
    assert faults(xml.replace(b"  <penalty>", b"  <defaultgrade>1</defaultgrade>\n  <penalty>"))


def test_rules_find_text_outside_cdata():
    xml = b"<quiz><text>a<![CDATA[b]]></text><text> <![CDATA[c]]></text></quiz>"
    assert loose_texts(xml) == ["a"]


def test_rules_find_a_text_in_two_sections():
    split = b"<quiz><text><![CDATA[a]]]]><![CDATA[>]]></text></quiz>"
    assert loose_texts(split) == []
    assert loose_texts(split.replace(b"[>", b"[b")) == ["b"]
