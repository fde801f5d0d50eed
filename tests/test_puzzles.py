"""Word searches and crosswords as they are printed, read back out of the page."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html as lxml_html
from pypdf import PdfReader

from quizgen import bank as banks
from quizgen.cli import cli
from quizgen.model import Cloze, Flashcard, MultipleChoice, ShortAnswer
from quizgen.pdf import print_sheets, running
from quizgen.problems import Severity
from quizgen.quiz import Selection, make_quiz
from quizgen.writers import html
from quizgen.writers.html import HtmlOptions, Key, Layout
from tests.paper import plain

CHROMIUM = Path("/usr/bin/chromium")
PUZZLES = [Layout.WORDSEARCH, Layout.CROSSWORD]

CITIES = {
    "capital": ("short-answer", "The capital?", "Dhaka"),
    "port": ("short-answer", "A *port*?", "Gwadar"),
    "coast": ("flashcard", "The largest city?", "Karachi"),
    "two": ("short-answer", "Two words?", "Sri Lanka"),
    "date": ("short-answer", "The day?", "21 May 1951"),
    "why": ("essay", "Why?", None),
}


def bank_of(tmp_path, questions, language="en"):
    lines = ["bank: b", "title: A bank", f"language: {language}", "questions:"]
    for name, (kind, prompt, key) in questions.items():
        front, back = ("front", "back") if kind == "flashcard" else ("prompt", "answers")
        lines += [f"  - id: {name}", f"    type: {kind}", f"    {front}: '{prompt}'"]
        lines += [f"    {back}: {key if kind == 'flashcard' else [key]}"] if key else []
    path = tmp_path / "bank.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def made(path, layout, versions=1, **options):
    quiz = make_quiz(banks.load([path]), Selection(versions=versions))
    return html.write(quiz, HtmlOptions(layout=layout, **options))


def parsed(data):
    return lxml_html.fromstring(data.decode())


def grid(page):
    """The letters of the drawing by their place, in cells."""
    texts = page.xpath("(.//*[@class='game'])[1]/*[last()]/*[name()='text']")
    return {
        (round((float(each.get("y")) - 5) / 10 - 0.25), int(float(each.get("x")) // 10)): each.text
        for each in texts
    }


def clues(page):
    return {
        item.xpath(".//*[@class='text']")[0].text_content().strip(): (
            int(item.xpath(".//*[@class='number']")[0].text_content()),
            item.xpath(".//*[@class='parts']")[0].text_content(),
        )
        for item in page.xpath("//*[@class='clues']/li")
    }


@pytest.mark.parametrize("layout", PUZZLES)
def test_the_clues_are_the_prompts_and_tell_the_lengths(tmp_path, layout):
    output = made(bank_of(tmp_path, CITIES), layout)
    found = clues(parsed(output.files[".html"]))
    assert {prompt: parts for prompt, (_, parts) in found.items()} == {
        "The capital?": "(5)",
        "A port?": "(6)",
        "The largest city?": "(7)",
        "Two words?": "(3, 5)",
    }
    assert "DHAKA" not in output.files[".html"].decode().upper()


def crossword_words(sheet, letters):
    """The word that stands in the letters at the number of each clue, by the clue."""
    numbers = {}
    for each in sheet.xpath("//*[@class='game']/*[2]/*[name()='text']"):
        cell = int(float(each.get("y")) // 10), int(float(each.get("x")) // 10)
        numbers[int(each.text)] = cell
    found = {}
    for place, step in (("Across", (0, 1)), ("Down", (1, 0))):
        for item in sheet.xpath(f"//section[h2='{place}']//li"):
            row, column = numbers[int(item.xpath(".//*[@class='number']")[0].text_content())]
            word = ""
            while (row, column) in letters:
                word += letters[row, column]
                row, column = row + step[0], column + step[1]
            found[item.xpath(".//*[@class='text']")[0].text_content()] = word
    return found


def lines(key, letters):
    """What the lines of a solution run through, in the order of the clues."""
    for line in key.xpath(".//*[name()='line'][@stroke='#e4e4e4']"):
        x1, y1, x2, y2 = (int(float(line.get(each)) // 10) for each in ("x1", "y1", "x2", "y2"))
        length = max(abs(x2 - x1), abs(y2 - y1))
        down, along = (y2 - y1) // length, (x2 - x1) // length
        yield "".join(letters[y1 + i * down, x1 + i * along] for i in range(length + 1))


def test_each_word_stands_in_the_crossword_at_its_number(tmp_path):
    output = made(bank_of(tmp_path, CITIES), Layout.CROSSWORD)
    sheet, key = parsed(output.files[".html"]), parsed(output.files["-key.html"])
    letters = grid(key)
    read = set(crossword_words(sheet, letters).values())
    assert read == {"DHAKA", "GWADAR", "KARACHI", "SRILANKA"}
    assert len(sheet.xpath("//*[name()='rect']")) == len(letters)


def test_the_solution_of_a_word_search_runs_through_its_words(tmp_path):
    output = made(bank_of(tmp_path, CITIES), Layout.WORDSEARCH)
    letters = grid(parsed(output.files[".html"]))
    key = parsed(output.files["-key.html"])
    assert letters == grid(key)
    assert set(lines(key, letters)) == {"DHAKA", "GWADAR", "KARACHI", "SRILANKA"}


@pytest.mark.parametrize("layout", PUZZLES)
@pytest.mark.parametrize("name", banks.shipped())
def test_the_key_agrees_with_the_puzzle_in_every_version(name, layout):
    """Each clue leads to the letters of its word, which is a key of the bank."""
    quiz = make_quiz(banks.load([name]), Selection(versions=3))
    files = html.write(quiz, HtmlOptions(layout=layout)).files
    keys = parsed(files["-key.html"]).xpath("//section[contains(@class,'key')]")
    known = {
        squeezed(text) for item in quiz.versions[0].items for text in short_keys(item.question)
    }
    for mark, key in zip("ABC", keys, strict=True):
        sheet = parsed(files[f"-{mark}.html"])
        asked = [
            each.text_content() for each in sheet.xpath("//*[@class='clues']//*[@class='text']")
        ]
        solved = [
            each.text_content() for each in key.xpath(".//*[@class='clues']//*[@class='text']")
        ]
        words = [squeezed(each.text_content()) for each in key.xpath(".//*[@class='short']")]
        assert asked == solved
        letters = grid(key)
        if layout is Layout.WORDSEARCH:
            assert letters == grid(sheet)
            assert list(lines(key, letters)) == words
        else:
            assert crossword_words(sheet, letters) == dict(zip(asked, words, strict=True))
        assert known.issuperset(words)
        assert len(words) > 4


def squeezed(text):
    return "".join(filter(str.isalnum, text)).upper()


def short_keys(question):
    match question:
        case ShortAnswer():
            return [question.answers[0].text.source]
        case MultipleChoice():
            return [plain(question.answer.text)]
        case Flashcard():
            return [plain(question.back)]
        case Cloze():
            return [gap.key for gap in question.text.gaps]
        case _:
            return []


@pytest.mark.parametrize("layout", PUZZLES)
def test_what_is_no_word_is_told(tmp_path, layout):
    problems = made(bank_of(tmp_path, CITIES), layout).problems
    (warning,) = (each for each in problems if each.severity is Severity.WARNING)
    assert "leaves out 2 of 6 questions" in warning.message
    named = [each.span.line for each in problems if each.code == "no-word"]
    assert len(named) == 2


def test_a_word_without_place_is_named(tmp_path):
    questions = {"a": CITIES["capital"], "x": ("short-answer", "None?", "Zzyx")}
    problems = made(bank_of(tmp_path, questions), Layout.CROSSWORD).problems
    assert ["finds no place in the crossword" in each.message for each in problems] == [True]


def test_a_word_that_would_be_found_twice_is_told_why(tmp_path):
    keys = {"a": "High", "b": "Higher", "c": "Kabul", "d": "KABUL"}
    path = bank_of(tmp_path, {k: ("short-answer", f"{k}?", v) for k, v in keys.items()})
    said = [each.message.split(";")[0] for each in made(path, Layout.WORDSEARCH).problems]
    assert said == [
        "'HIGH' would be found within 'HIGHER'",
        "'KABUL' is in the word search already",
    ]
    (crossword,) = (
        each for each in made(path, Layout.CROSSWORD).problems if "already" in each.message
    )
    assert crossword.message.startswith("'KABUL' is in the crossword already")


def test_a_selection_without_words_is_an_error(tmp_path):
    path = bank_of(tmp_path, {"why": CITIES["why"]})
    result = CliRunner().invoke(cli, ["html", str(path), "--layout", "crossword"])
    assert result.exit_code == 1
    assert "no-words" in result.output


@pytest.mark.parametrize("layout", PUZZLES)
def test_from_the_right_the_grid_is_mirrored(tmp_path, layout):
    cities = {"a": "کراچی", "b": "لاہور", "c": "گوادر"}
    path = bank_of(tmp_path, {k: ("short-answer", f"{k}?", v) for k, v in cities.items()}, "ur")
    output = made(path, layout, directions=2)
    letters = grid(parsed(output.files["-key.html"]))
    rows = {}
    for (row, column), letter in letters.items():
        rows.setdefault(row, {})[column] = letter
    lines = ["".join(row.get(column, " ") for column in range(max(row), -1, -1))
             for row in rows.values()]  # fmt: skip
    columns = {}
    for (_, column), letter in sorted(letters.items()):
        columns.setdefault(column, []).append(letter)
    lines += ["".join(column) for column in columns.values()]
    for word in cities.values():
        assert any(word in line for line in lines)


@pytest.mark.parametrize("layout", PUZZLES)
def test_versions_have_grids_of_their_own_and_a_key_each(tmp_path, layout):
    output = made(bank_of(tmp_path, CITIES), layout, versions=2)
    key = parsed(output.files["-key.html"])
    assert len(key.xpath("//section[contains(@class,'key')]")) == 2
    assert output.files["-A.html"] != output.files["-B.html"]


def test_a_box_has_the_words(tmp_path):
    output = made(bank_of(tmp_path, CITIES), Layout.WORDSEARCH, word_bank=True)
    box = parsed(output.files[".html"]).xpath("//ul[@class='word-bank']/li")
    assert [each.text_content() for each in box] == ["Dhaka", "Gwadar", "Karachi", "Sri Lanka"]


@pytest.mark.parametrize("key", [Key.INLINE, Key.ONLY])
@pytest.mark.parametrize("layout", PUZZLES)
def test_the_key_goes_where_it_is_asked_for(tmp_path, layout, key):
    output = made(bank_of(tmp_path, CITIES), layout, key=key)
    (page,) = (parsed(each) for each in output.files.values())
    drawn = page.xpath("//*[@class='game']")
    assert len(drawn) == (2 if key is Key.INLINE else 1)


@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium")
@pytest.mark.parametrize("layout", PUZZLES)
def test_a_grid_stands_on_one_page(layout):
    quiz = make_quiz(banks.load(["four-rings"]), Selection())
    files = html.write(quiz, HtmlOptions(layout=layout)).files
    with running(CHROMIUM) as browser:
        printed = print_sheets(files, browser)
    assert {problem.code for problem in printed.problems} <= {"last-page"}
    assert all(fit.torn == () for fit in printed.fits.values())
    pages = PdfReader(io.BytesIO(printed.files[".pdf"])).pages
    # The clues begin below the whole grid.
    assert pages[0].extract_text().count("?") > 0
