"""Moodle's exports read into banks: every type, what is lost named, hostile files harmless."""

import base64
import time
from dataclasses import replace
from pathlib import Path

import pytest

from quizgen import bank as banks
from quizgen.decode import decode, gap_text
from quizgen.encode import encode
from quizgen.model import Difficulty
from quizgen.problems import QuizgenError, Severity, Span
from quizgen.quiz import make_quiz
from quizgen.readers.reading import Categories, ReadOptions, gap_source
from quizgen.readers.table import READERS
from quizgen.words import LANGUAGES
from quizgen.writers import moodle

EVERYTHING = Path(__file__).parent / "cases" / "good" / "everything.yaml"
DOT = (EVERYTHING.parent / "images" / "dot.png").read_bytes()


def read(xml, **options):
    data = xml if isinstance(xml, bytes) else xml.encode()
    return READERS["moodle"].read(data, "quiz.xml", ReadOptions(language="en", **options))


def quiz(*questions):
    return '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(questions) + "\n</quiz>\n"


def question(kind, inside, text="<p>What?</p>", name="A question"):
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>'
        f"<defaultgrade>1.0000000</defaultgrade>{inside}</question>"
    )


def answer(fraction, text, feedback="", more=""):
    return (
        f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>{more}'
        f'<feedback format="html"><text><![CDATA[{feedback}]]></text></feedback></answer>'
    )


def category(path):
    return f'<question type="category"><category><text>{path}</text></category></question>'


def one(kind, inside, **more):
    """The only question of a file, as YAML without its head, and what was said of it."""
    reading = read(quiz(question(kind, inside, **more)))
    (bank,) = reading.banks
    written = encode(bank, reading.notes[bank.id])
    assert decode(written, "x")[0] is not None
    return written.partition("questions:\n")[2], [each.message for each in reading.problems]


# Types.


@pytest.mark.parametrize(
    ("kind", "inside", "text", "expected"),
    [
        (
            "multichoice",
            "<single>true</single><shuffleanswers>true</shuffleanswers>"
            + answer(0, "<p>Karachi</p>", "<p>Until <em>1959</em>.</p>")
            + answer(100, "Islamabad"),
            "Which city is the <b>capital</b>?",
            """\
  - id: a-question
    type: multiple-choice
    prompt: Which city is the **capital**?
    answer: Islamabad
    distractors:
      - {text: Karachi, feedback: Until *1959*.}
""",
        ),
        (
            "multichoice",
            "<single>false</single>" + answer(50, "a") + answer(50, "b") + answer(-50, "c") + answer(-50, "d"),
            "Which?",
            """\
  - id: a-question
    type: multiple-response
    prompt: Which?
    answers: [a, b]
    distractors: [c, d]
""",
        ),
        (
            "truefalse",
            answer(0, "true") + answer(100, "false"),
            "Is it?",
            """\
  - id: a-question
    type: true-false
    prompt: Is it?
    answer: false
""",
        ),
        (
            "truefalse",
            answer(100, "Wahr") + answer(0, "Falsch"),
            "An old export?",
            """\
  - id: a-question
    type: true-false
    prompt: An old export?
    answer: true
""",
        ),
        (
            "ddmatch",
            "".join(
                f'<subquestion format="html"><text>{left}</text><answer format="html">'
                f"<text><![CDATA[<p>{right}</p>]]></text></answer></subquestion>"
                for left, right in (("a", "1"), ("b", "2"))
            ),
            "Match.",
            """\
  - id: a-question
    type: matching
    prompt: Match.
    pairs:
      - [a, "1"]
      - [b, "2"]
""",
        ),
        (
            "essay",
            "<hidden>1</hidden>",
            "Why?",
            """\
  # Moodle kept the question and showed it no more.
  - id: a-question
    type: essay
    prompt: Why?
    retired: true
""",
        ),
        (
            "shortanswer",
            "<usecase>1</usecase>" + answer(50, "S\\*C", "Half.") + answer(100, "SCO"),
            "What?",
            """\
  - id: a-question
    type: short-answer
    prompt: What?
    answers:
      - SCO
      - {text: S*C, credit: 50%, feedback: Half.}
    case_sensitive: true
""",
        ),
        (
            "numerical",
            answer(100, "523.5", more="<tolerance>0.5</tolerance>")
            + "<units><unit><multiplier>1</multiplier><unit_name>km</unit_name></unit></units>",
            "How long?",
            """\
  - id: a-question
    type: numeric
    prompt: How long?
    answer: 523.5
    tolerance: 0.5
    unit: km
""",
        ),
        (
            "matching",
            "".join(
                f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer></subquestion>'
                for left, right in (("China", "Beijing"), ("Pakistan", "Islamabad *"), ("", "Delhi"))
            ),
            "Match.",
            """\
  - id: a-question
    type: matching
    prompt: Match.
    pairs:
      - [China, Beijing]
      - [Pakistan, Islamabad *]
    distractors: [Delhi]
""",
        ),
        (
            "ordering",
            answer(1, "first") + answer(2, "second"),
            "Order.",
            """\
  - id: a-question
    type: ordering
    prompt: Order.
    items: [first, second]
""",
        ),
        (
            "essay",
            ("<responsefieldlines>10</responsefieldlines>"
            '<graderinfo format="html"><text>One point a road.</text></graderinfo>'),
            "Why?",
            """\
  - id: a-question
    type: essay
    prompt: Why?
    rubric: One point a road.
    lines: 10
""",
        ),
        (
            "cloze",
            "",
            "{1:SA:=Gwadar~=Gawadar} lies {1:MC:%0%east~=west~north} at {1:NM:=25.1:0.1}, {{{x}}, \\(a_{1:SA}\\).",
            """\
  - id: a-question
    type: cloze
    text: "{{Gwadar|Gawadar}} lies {{west|!east|!north}} at {{25.1±0.1}}, \\\\{\\\\{{x}}, $a_{1:SA}$."
    points: 3
""",
        ),
        (
            "gapselect",
            ("<selectoption><text>meow</text><group>1</group></selectoption>"
            "<selectoption><text>bark</text><group>1</group></selectoption>"
            "<selectoption><text>neigh</text><group>1</group></selectoption>"),
            "Cats [[1]], dogs [[2]].",
            """\
  - id: a-question
    type: cloze
    text: Cats {{meow|!neigh}}, dogs {{bark|!neigh}}.
""",
        ),
        (
            "ddwtos",
            ("<dragbox><text>meow</text><group>1</group></dragbox>"
            "<dragbox><text>red</text><group>2</group><infinite/></dragbox>"),
            "Cats [[1]] and are [[2]].",
            """\
  - id: a-question
    type: cloze
    text: Cats {{meow}} and are {{red}}.
""",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)  # fmt: skip
def test_a_type_is_read(kind, inside, text, expected):
    written, said = one(kind, inside, text=text)
    assert written.replace("'", '"').replace("\\\\", "\\") == expected.replace("\\\\", "\\")
    assert said == []


# What no bank holds is named, in a warning and in a comment.


@pytest.mark.parametrize(
    ("kind", "inside", "said"),
    [
        ("multichoice", answer(100, "a") + answer(50, "b"), "the option 'b' earned 50 %, now nothing"),
        ("multichoice", answer(100, "a") + answer(100, "b") + answer(0, "c"), "the option 'b' earns it all as well"),
        ("multichoice", answer(60, "a") + answer(0, "b"), "no option earns it all: the best, with 60 %"),
        ("multichoice", "<single>false</single>" + answer(70, "a") + answer(30, "b") + answer(-50, "c"), "unequal shares ('a' 70 %, 'b' 30 %)"),
        ("multichoice", "<single>false</single>" + answer(50, "a") + answer(50, "b") + answer(0, "c"), "what wrong options cost is not kept ('c' 0 %)"),
        ("multichoice", answer(100, "a") + answer(0, "b") + "<correctfeedback><text>Bravo!</text></correctfeedback>", "what is said to correct answers: Bravo!"),
        ("truefalse", answer(100, "true", "Yes.") + answer(0, "false"), "what is said to 'true' or 'false' alone is now said to both"),
        ("shortanswer", answer(100, "SCO") + answer(0, "*", "Think of Shanghai."), "'*' accepts anything for its star; said to it: Think of Shanghai."),
        ("shortanswer", answer(100, "col*r"), "'col*r' accepts anything for its star"),
        ("numerical", answer(100, "5") + answer(50, "5", more="<tolerance>1</tolerance>"), "the answer 5 ± 1 with 50 % is left out"),
        ("numerical", answer(100, "5") + "<units><unit><multiplier>1000</multiplier><unit_name>m</unit_name></unit></units>", "further units are not kept: m (1000)"),
        ("essay", "<responsetemplate><text>Dear …</text></responsetemplate>", "the template of the answer: Dear …"),
        ("essay", "<maxwordlimit>200</maxwordlimit>", "the maxwordlimit of 200 words"),
        ("multichoice", answer(100, "a") + answer(-50, "b"), "the option 'b' cost 50 %, now nothing"),
        ("essay", "<tags><tag><text>a, b</text></tag></tags>", "tags had to be changed: a, b"),
    ],
)  # fmt: skip
def test_what_is_lost_is_named(kind, inside, said):
    written, messages = one(kind, inside)
    assert any(said in each for each in messages), messages
    comment = " ".join(
        line.strip(" #") for line in written.splitlines() if line.strip().startswith("#")
    )
    assert said.split(";")[0] in comment


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{1:SA:=a#Well done.}", "what is said to 'a' in a gap: Well done."),
        ("{1:SAC:=a}", "capitals mattered in a gap"),
        ("{1:SA:=a~%50%b}", "'b' earned 50 % of a gap"),
        ("{1:MR:=a~=b~c}", "a gap asked for several options"),
        ("{1:SA:=a} {2:SA:=b}", "the gaps weighed unequally (1, 2)"),
        ("{1:NM:=5:0~%50%6:0}", "a gap accepted 6:0 (50 %) as well"),
    ],
)
def test_what_a_gap_loses_is_named(text, said):
    assert any(said in each for each in one("cloze", "", text=text)[1])


@pytest.mark.parametrize("answers", [["{{x"], ["a}"], ["a:"], ["a\\", "b"], ["!a", "b|"], ["±1"]])
def test_what_a_gap_accepts_is_read_to_the_letter(answers):
    source = f"{{{{{gap_source(answers)}}}}}"
    (gap,) = gap_text(source, Span("made", 1, 1)).gaps
    assert gap.answers == tuple(answers)


def test_what_is_left_out_is_named_with_its_line():
    reading = read(
        quiz(
            question("essay", "", name="Kept"),
            question("calculated", "", name="Sum of all"),
            question("description", "", text="Read <i>this</i> first.", name="Note"),
            question("multichoice", answer(0, "a") + answer(0, "b"), name="None right"),
            question("cloze", "", text="no gap", name="No gap"),
            question("cloze", "", text="{1:SA:=a} " * 501, name="All gaps"),
        )
    )
    left = [str(each) for each in reading.problems]
    assert left == [
        (
            "quiz.xml:4:1: left-out warning: the question 'Sum of all' is left out: quizgen has nothing"
            " like a question of the type 'calculated'"
        ),
        (
            "quiz.xml:5:1: left-out warning: the question 'Note' is left out: a description asks nothing;"
            " it says: Read *this* first."
        ),
        (
            "quiz.xml:6:1: left-out warning: the question 'None right' is left out: none of its options"
            " earns a point"
        ),
        "quiz.xml:7:1: left-out warning: the question 'No gap' is left out: it has no gap",
        (
            "quiz.xml:8:1: left-out warning: the question 'All gaps' is left out: there are over 500"
            " gaps; split the text"
        ),
    ]
    (bank,) = reading.banks
    assert [each.id for each in bank.questions] == ["kept"]
    assert "# Left out: 'Sum of all' (line 4)" in encode(bank, reading.notes[bank.id])


def test_an_order_that_is_to_stay_is_kept():
    options = [
        answer(0, "first"),
        answer(0, "second"),
        answer(100, "third"),
        answer(0, "all of them"),
    ]
    _, said = one("multichoice", "<shuffleanswers>false</shuffleanswers>" + "".join(options))
    assert said == []
    (bank,) = read(
        quiz(question("multichoice", "<shuffleanswers>0</shuffleanswers>\n" + "\n".join(options)))
    ).banks
    again = moodle.write(make_quiz([decode(encode(bank), "x")[0]])).files[".xml"].decode()
    places = [again.index(each) for each in ("first", "second", "third", "all of them")]
    assert places == sorted(places)


COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


def combined(*texts):
    return "".join(
        f"<{name}><text><![CDATA[<p>{text}</p>]]></text></{name}>"
        for name, text in zip(COMBINED, texts, strict=True)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_any_language_come_back_without_a_word(language):
    bank, _ = decode(
        f"bank: b\ntitle: B\nlanguage: {language}\nquestions:\n"
        "  - {id: q, type: multiple-choice, prompt: P, answer: a, distractors: [b]}\n",
        "b.yaml",
    )
    xml = moodle.write(make_quiz([bank])).files[".xml"]
    for given in (None, "en"):  # the file says which language it is in, and may be read as another
        reading = READERS["moodle"].read(xml, "quiz.xml", ReadOptions(language=given))
        assert reading.problems == ()


def test_what_many_questions_say_is_told_once():
    told = combined("Die Antwort ist richtig!", "Teilweise.", "Falsch.")
    inside = answer(100, "a") + answer(0, "b") + told
    reading = read(quiz(*(question("multichoice", inside, name=name) for name in "xyz")))
    said = [
        "what is said to correct answers in 3 questions: Die Antwort ist richtig!",
        "what is said to partly correct answers in 3 questions: Teilweise.",
        "what is said to incorrect answers in 3 questions: Falsch.",
    ]
    assert [each.message for each in reading.problems] == said
    (bank,) = reading.banks
    written = encode(bank, reading.notes[bank.id])
    assert written.startswith("".join(f"# {each}\n" for each in said))
    assert written.count("#") == 3


# The whole file.


def test_everything_comes_back_without_a_word():
    (bank,) = banks.load([EVERYTHING])
    xml = moodle.write(make_quiz([bank])).files[".xml"]
    reading = READERS["moodle"].read(xml, "quiz.xml", ReadOptions())
    (back,) = reading.banks
    assert reading.problems == ()
    assert (back.id, back.title, back.language, back.sources) == (
        bank.id,
        bank.title,
        bank.language,
        bank.sources,
    )
    assert [each.id for each in back.questions] == [each.id for each in bank.questions]
    assert [each.cite for each in back.questions] == [each.cite for each in bank.questions]
    assert [each.difficulty for each in back.questions] == [
        each.difficulty for each in bank.questions
    ]


def by_id(bank):
    """The bank without the order of its questions, and without a tag that is the bank's own."""
    questions = sorted(bank.questions, key=lambda each: each.id)
    bare = [replace(q, tags=tuple(tag for tag in q.tags if tag != bank.id)) for q in questions]
    return replace(bank, questions=tuple(bare), media={})


@pytest.mark.parametrize("name", [*banks.shipped(), EVERYTHING])
def test_categories_of_tags_change_nothing(name):
    quiz = make_quiz(banks.load([name]))
    by_bank, by_tag = (
        moodle.write(quiz, moodle.MoodleOptions(categories=each)).files[".xml"]
        for each in moodle.Categories
    )
    one, other = (READERS["moodle"].read(xml, "q.xml", ReadOptions()) for xml in (by_bank, by_tag))
    assert other.problems == ()
    assert by_id(other.banks[0]) == by_id(one.banks[0])


@pytest.mark.parametrize("name", banks.shipped())
def test_a_shipped_bank_comes_back_without_a_word(name):
    xml = moodle.write(make_quiz(banks.load([name]))).files[".xml"]
    reading = READERS["moodle"].read(xml, "quiz.xml", ReadOptions())
    assert reading.problems == ()
    assert encode(reading.banks[0]).count("  - id: ") == len(banks.load([name])[0].questions)


CATEGORIES = quiz(
    category("$course$/top/Asia/Places"),
    question("essay", "", name="One"),
    category("$course$/top/Asia/Time // dates"),
    question("essay", "<idnumber>x7</idnumber><tags><tag><text>hard</text></tag><tag><text>a</text></tag></tags>"),
)  # fmt: skip


def test_categories_become_tags():
    (bank,) = read(CATEGORIES).banks
    assert (bank.id, bank.title) == ("asia", "Asia")
    assert [each.tags for each in bank.questions] == [("Places",), ("a", "Time / dates")]
    assert [each.id for each in bank.questions] == ["one", "x7"]
    assert bank.questions[1].difficulty is Difficulty.HARD


def test_what_is_said_of_a_category_goes_with_its_bank():
    about = "<info><text>{}</text></info></question>"
    xml = quiz(
        category("$course$/top/A").replace("</question>", about.format("The whole.")),
        question("essay", "", name="One"),
        category("$course$/top/A/B").replace("</question>", about.format("A part.")),
        question("essay", "", name="Two"),
    )
    reading = read(xml)
    said = "what is said of the category 'B': A part."
    assert [each.description for each in reading.banks] == ["The whole."]
    assert [each.message for each in reading.problems] == [said]
    assert reading.notes["a"][""] == (said,)
    reading = read(xml, categories=Categories.BANKS)
    assert [each.description for each in reading.banks] == ["The whole.", "A part."]
    assert reading.problems == ()


def test_categories_become_banks():
    found = read(CATEGORIES, categories=Categories.BANKS).banks
    assert [(each.id, each.title) for each in found] == [
        ("places", "Places"),
        ("time-dates", "Time / dates"),
    ]


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (["What is it?", "What is it?"], ["what-is-it", "what-is-it-2"]),
        (["首都在哪里？", "第二"], ["question-1", "question-2"]),
        (["Über café", "2"], ["uber-cafe", "2"]),
        (["a/b", "../../etc/passwd"], ["a-b", "etc-passwd"]),
    ],
)
def test_ids_are_made_of_names(names, ids):
    (bank,) = read(quiz(*(question("essay", "", name=name) for name in names))).banks
    assert [each.id for each in bank.questions] == ids


# Pictures.


def picture(name, data=DOT, link=None):
    text = f'<p>See <img src="@@PLUGINFILE@@/{link or name}" alt="a dot"></p>'
    return (
        '<question type="essay"><name><text>n</text></name><questiontext format="html">'
        f"<text><![CDATA[{text}]]></text>"
        f'<file name="{name}" path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'
        "</questiontext></question>"
    )


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("map.png", "images/map.png"),
        ("My map (1).PNG", "images/My-map-1.png"),
        ("../../etc/passwd", "images/passwd.png"),
        ("..\\..\\x.png", "images/x.png"),
        ("地图.png", "images/picture.png"),
        ("con.png", "images/picture-con.png"),
        ("a" * 300, f"images/{'a' * 60}.png"),
    ],
)
def test_pictures_get_safe_names(name, path):
    from urllib.parse import quote

    (bank,) = read(quiz(picture(name, link=quote(name)))).banks
    assert list(bank.media) == [path]
    assert bank.media[path].data == DOT
    assert f"![a dot]({path})" in str(bank.questions[0].prompt)


def test_a_picture_of_an_export_before_moodle_2_stands_below_the_text():
    old = (
        f"<image>Test/moo.png</image><image_base64>{base64.b64encode(DOT).decode()}</image_base64>"
    )
    reading = read(quiz(question("essay", old)))
    (bank,) = reading.banks
    assert str(bank.questions[0].prompt) == "What?\n\n![](images/moo.png)"
    assert bank.media["images/moo.png"].data == DOT
    assert reading.problems == ()


def test_a_question_without_a_name_is_named_after_its_text():
    (bank,) = read(quiz(question("essay", "", name=""))).banks
    assert bank.questions[0].id == "what"


def test_other_pictures_of_a_name_get_another():
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    (bank,) = read(
        quiz(
            picture("a.png"), picture("a.png"), picture("a.png", DOT + b"x"), picture("a.svg", svg)
        )
    ).banks
    assert list(bank.media) == ["images/a.png", "images/a-2.png", "images/a.svg"]


SOUND = b"ID3\4 a recording"


def recording(player, **files):
    held = "".join(
        f'<file name="{name}.mp3" path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'
        for name, data in files.items()
    )
    return (
        '<question type="essay"><name><text>n</text></name><questiontext format="html">'
        f"<text><![CDATA[<p>Hear {player}</p>]]></text>{held}</questiontext></question>"
    )


@pytest.mark.parametrize(
    ("player", "shown"),
    [
        # As Moodle's editors write it, with the address for browsers that play nothing.
        (
            '<audio controls="true"><source src="@@PLUGINFILE@@/a.mp3">@@PLUGINFILE@@/a.mp3</audio>&nbsp;it',
            "Hear ![](audio/a.mp3) it",
        ),
        ('<audio src="@@PLUGINFILE@@/a.mp3" title="a *ring*"></audio>', "Hear ![a \\*ring\\*](audio/a.mp3)"),
        ('<audio><source src="gone.ogg"><source src="@@PLUGINFILE@@/a.mp3">a ring</audio>', "Hear ![a ring](audio/a.mp3)"),
        (f'<audio src="data:audio/mpeg;base64,{base64.b64encode(SOUND).decode()}">a ring</audio>', "Hear ![a ring](audio/recording.mp3)"),
    ],
)  # fmt: skip
def test_a_player_becomes_a_recording_beside_the_bank(player, shown):
    reading = read(quiz(recording(player, a=SOUND)))
    (bank,) = reading.banks
    assert str(bank.questions[0].prompt) == shown
    assert [each.data for each in bank.media.values()] == [SOUND]
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("player", "shown", "said"),
    [
        ('<audio src="https://x.y/a.mp3"></audio>', "Hear [a sound](https://x.y/a.mp3)", "a sound ('https://x.y/a.mp3')"),
        ('<audio><source src="@@PLUGINFILE@@/b.mp3">@@PLUGINFILE@@/b.mp3</audio>', "Hear", "'@@PLUGINFILE@@/b.mp3' is not in the file"),
        ('<audio src="@@PLUGINFILE@@/a.mp3">a ring</audio>', "Hear a ring", "'a.mp3' is no PNG"),
        ('<video><source src="@@PLUGINFILE@@/v.mp4">@@PLUGINFILE@@/v.mp4</video>', "Hear", "a video ('@@PLUGINFILE@@/v.mp4')"),
    ],
)  # fmt: skip
def test_what_is_no_recording_is_named(player, shown, said):
    reading = read(quiz(recording(player, a=b"MZ")))
    (bank,) = reading.banks
    assert str(bank.questions[0].prompt) == shown
    assert bank.media == {}
    assert any(said in each.message for each in reading.problems)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"MZ not a picture", "is no PNG"), (b"\x89PNG\r\n\x1a\n" + b"0" * (21 << 20), "over 20 MiB")],
)
def test_what_is_no_picture_is_left_out(data, said):
    reading = read(quiz(picture("a.png", data)))
    assert reading.banks[0].media == {}
    assert any(said in each.message for each in reading.problems)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("https://x.y/z.png", "[a dot](https://x.y/z.png)"),
        ("@@PLUGINFILE@@/gone.png", "a dot"),
        ("file:///etc/passwd", "a dot"),
    ],
)
def test_a_picture_that_is_not_in_the_file(source, shown):
    written, said = one("essay", "", text=f'<img src="{source}" alt="a dot">')
    assert f'prompt: "{shown}"' in written or f"prompt: {shown}" in written
    assert any("is not in the file" in each for each in said)


# Hostile files.

BOMB = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
DEEP = "<a>" * 100_000


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (f'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY l0 "lol">{BOMB}]><quiz>&l11;</quiz>', "xml"),
        ('<!-- x --><!DOCTYPE q SYSTEM "file:///etc/passwd"><quiz/>', "xml"),
        ('<?xml version="1.0"?>\n<!DOCTYPE q [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]><quiz>&x;</quiz>', "xml"),
        ('<!DOCTYPE q [<!ENTITY x "y">]><quiz/>'.encode("utf-16"), "xml"),
        ('<?xml version="1.0" encoding="utf-7"?><quiz/>', "encoding"),
        ("<quiz>&unknown;</quiz>", "xml"),
        (f"<quiz>{DEEP}</quiz>", "xml"),
        ("<quiz><question>", "xml"),
        ("<html></html>", "xml"),
        ("", "xml"),
        (b"<quiz>\xff</quiz>", "encoding"),
        ("<quiz></quiz>", "no-questions"),
        ("<quiz>" + "<?x ?>" * 100_000, "xml"),
        ("<?x " * 100_000, "xml"),
    ],
    ids=lambda value: str(value)[:24],
)  # fmt: skip
def test_a_hostile_file_is_an_error_within_seconds(xml, code):
    start = time.process_time()
    with pytest.raises(QuizgenError) as raised:
        read(xml)
    assert [each.code for each in raised.value.problems] == [code]
    assert raised.value.problems[0].span.file == "quiz.xml"
    assert time.process_time() - start < 5


def test_an_entity_is_never_made(tmp_path):
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    xml = f'<!DOCTYPE q [<!ENTITY x SYSTEM "{tmp_path}/secret">]>' + quiz(
        question("essay", "", text="&x;")
    )
    with pytest.raises(QuizgenError, match="declares a document type"):
        read(xml)


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 50_000,
        "{1:SA:=a" * 20_000,
        "{1:SA:" * 20_000 + "}",
        "~" * 100_000,
        "\\(" * 50_000,
        "[[1]]" * 20_000,
        "<b>" * 19_000 + "x",
    ],
    ids=lambda text: text[:8],
)
@pytest.mark.parametrize("kind", ["cloze", "gapselect", "essay"])
def test_hostile_texts_take_no_time(kind, text):
    start = time.process_time()
    try:
        read(quiz(question("essay", ""), question(kind, "", text=text)))
    except QuizgenError as error:
        assert error.problems  # noqa: PT017 - either is right
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "entity", ["&#xFDD0;7&#xFDD1;", "&#7;", "&#xD800;", "&#64977;", "&#99999999;"]
)
@pytest.mark.parametrize("text", ["{}{{1:SA:=a}} b", "<i>{}</i>{{1:SA:=a}} b"])
def test_entities_make_no_marks_and_no_controls(entity, text):
    written, _ = one("cloze", "", text=text.format(entity))
    assert written.count("{{a}}") == 1


def test_a_bank_is_a_file_of_its_folder():
    xml = quiz(
        '<question type="category"><category><text>$course$/top/A</text></category>'
        "<idnumber>../../etc/x</idnumber></question>",
        question("essay", "<idnumber>../../y/../z</idnumber>"),
    )
    (bank,) = read(xml).banks
    assert bank.id == "etc-x"
    assert [each.id for each in bank.questions] == ["y-z"]


@pytest.mark.parametrize(
    "number", ["1e9999", "0." + "1" * 90, "NaN", "Infinity", "1e-299", "9" * 90]
)
def test_odd_numbers_are_written_so_that_they_are_read(number):
    try:
        one("numerical", answer(100, number))
    except QuizgenError as error:
        assert "no number earns a point" in str(error)  # noqa: PT017 - either is right


def test_control_characters_are_taken_out_with_a_word():
    reading = read(quiz(question("essay", "", text="a\x0bb\ufdd0c")))
    assert str(reading.banks[0].questions[0].prompt) == "abc"
    assert any("characters that no text can hold" in each.message for each in reading.problems)


def test_equal_options_are_told_to_be_corrected():
    written, said = one("multichoice", answer(100, "a") + answer(0, "b") + answer(0, "b"))
    assert any("two options may not be equal" in each for each in said)
    assert "# To be corrected:" in written


def test_a_missing_library_is_told(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "markdownify", None)
    monkeypatch.delitem(sys.modules, "quizgen.readers.html", raising=False)
    with pytest.raises(QuizgenError, match=r"needs the library markdownify.*quizgen\[convert\]"):
        read(quiz(question("essay", "", text="<ul><li>a</ul>")))


def test_all_warnings_have_a_place():
    reading = read(
        quiz(question("calculated", ""), question("essay", "<maxwordlimit>9</maxwordlimit>"))
    )
    assert all(each.span and each.severity is Severity.WARNING for each in reading.problems)


@pytest.mark.parametrize("text", ["<?xml version='1.0'?><p>a</p>", "https://example.org/a.html"])
def test_a_text_like_a_document_or_an_address_is_a_text(text):
    written, _ = one("essay", "", text=text)
    assert "prompt: a" in written or text in written
