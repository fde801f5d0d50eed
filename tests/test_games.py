"""Word search and crossword: every word where the solution says, and nothing that nobody laid."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizgen.games.crossword import COLUMNS, ROWS, make_crossword
from quizgen.games.dice import Dice
from quizgen.games.grid import ACROSS, DOWN
from quizgen.games.letters import word_of
from quizgen.games.wordsearch import DIRECTIONS, LARGEST, make_wordsearch

WORDS = [
    tuple(each)
    for each in "BEIJING DHAKA ASTANA TAIWAN XINJIANG KASHGAR GWADAR LAHORE KABUL DUSHANBE TASHKENT"
    " MOSCOW DELHI KATHMANDU COLOMBO THIMPHU MALE SAMARKAND BUKHARA KARACHI".split()
]
words = st.lists(st.text("ABCDE", min_size=2, max_size=7).map(tuple), min_size=1, max_size=25)


def many(count, alphabet="ABCDEFGHIJKLMNOPRSTUVWYZ"):
    dice = Dice("many")
    return [tuple(dice.one_of(alphabet) for _ in range(4 + dice.below(8))) for _ in range(count)]


# Letters


@pytest.mark.parametrize(
    ("text", "language", "letters", "parts"),
    [
        ("Dhaka", "en", "D H A K A", "5"),
        ("Sri Lanka", "en", "S R I L A N K A", "3, 5"),
        ("Khyber-Pass", "en", "K H Y B E R P A S S", "6-4"),
        ("Straße", "de", "S T R A S S E", "7"),
        ("Cafe\u0301", "fr", "C A F É", "4"),
        ("kipirti", "tr", "K İ P İ R T İ", "7"),
        ("ılık", "tr", "I L I K", "4"),
        ("ışık", "en", "I Ş I K", "4"),
        ("Москва", "ru", "М О С К В А", "6"),
        ("北京", "zh-Hans", "北 京", "2"),
        ("کراچی", "ur", "ک ر ا چ ی", "5"),
        ("مُحَمَّد", "ar", "م ح م د", "4"),
        ("क्षत्रिय", "hi", "क्ष त्रि य", "3"),
        ("தமிழ்", "ta", "த மி ழ்", "3"),
        ("საქართველო", "ka", "ს ა ქ ა რ თ ვ ე ლ ო", "10"),
        ("O'Neill Jr.", "en", "O N E I L L J R", "6, 2"),
    ],
)
def test_a_key_becomes_letters(text, language, letters, parts):
    word = word_of(text, language)
    assert " ".join(word.letters) == letters
    assert word.parts == parts


@pytest.mark.parametrize("text", ["", "A", "21 May 1951", "50 %", "a" * 16, "1951", "x + y", "- -"])
def test_what_is_no_word(text):
    assert word_of(text) is None


def test_the_direction_is_that_of_the_letters():
    assert word_of("کراچی").rtl
    assert not word_of("Karachi").rtl


@given(st.text(max_size=30))
def test_any_text_is_a_word_or_none(text):
    word = word_of(text)
    assert word is None or (2 <= len(word.letters) <= 15 and all(word.letters))


# Word search


def occurrences(rows, word):
    """Every way to read the word, as the set of its two ends."""
    size = len(rows)
    found = []
    for row in range(size):
        for column in range(size):
            for down, along in DIRECTIONS[8]:
                end = row + down * (len(word) - 1), column + along * (len(word) - 1)
                if not (0 <= end[0] < size and 0 <= end[1] < size):
                    continue
                if all(rows[row + i * down][column + i * along] == x for i, x in enumerate(word)):
                    found.append(frozenset([(row, column), end]))
    return set(found)


def holds(made, given_words, steps):
    for word, place in zip(given_words, made.places, strict=True):
        if place:
            cells = list(place.cells(len(word)))
            assert tuple(made.rows[row][column] for row, column in cells) == word
            assert place.step in steps
            assert occurrences(made.rows, word) == {frozenset([cells[0], cells[-1]])}


@pytest.mark.parametrize("directions", [2, 4, 8])
def test_every_word_is_found_once_where_the_solution_says(directions):
    made = make_wordsearch(WORDS, "seed", directions)
    assert None not in made.places
    holds(made, WORDS, DIRECTIONS[directions])
    letters = sum(map(len, WORDS))
    assert letters / len(made.rows) ** 2 > 0.45  # the grid is well filled


@settings(max_examples=25, deadline=None)
@given(words, st.integers(0, 5))
def test_words_of_few_letters_are_found_once_too(given_words, seed):
    holds(make_wordsearch(given_words, f"s{seed}"), given_words, DIRECTIONS[4])


def test_a_word_within_another_is_not_hidden():
    made = make_wordsearch([tuple("RING"), tuple("RINGS"), tuple("GNIR"), tuple("RINGS")], "s")
    assert [place is not None for place in made.places] == [False, True, False, False]


def test_words_without_room_are_known():
    made = make_wordsearch([tuple("A" * 30), tuple("BCD")], "s")
    assert made.places[0] is None
    assert made.places[1]
    full = make_wordsearch(many(200), "s")
    assert 0 < sum(place is not None for place in full.places) < 200
    assert len(full.rows) == LARGEST


def test_a_letter_with_marks_fills_one_cell():
    word = word_of("क्षत्रिय").letters
    made = make_wordsearch([word], "s")
    assert len(made.rows) >= 3
    holds(made, [word], DIRECTIONS[4])


# Crossword


def runs(made):
    """Every line of two letters or more, as it can be read in the grid."""
    for step in (ACROSS, DOWN):
        down, along = step
        for row, column in made.cells:
            if (row - down, column - along) not in made.cells:
                letters = []
                at = row, column
                while at in made.cells:
                    letters.append(made.cells[at])
                    at = at[0] + down, at[1] + along
                if len(letters) > 1:
                    yield row, column, step, tuple(letters)


def check(made, given_words):
    laid = sorted(
        (place.row, place.column, place.step, word)
        for word, place in zip(given_words, made.places, strict=True)
        if place
    )
    assert sorted(runs(made)) == laid  # each word, and nothing by accident
    if not laid:
        return
    assert min(row for row, _ in made.cells) == min(column for _, column in made.cells) == 0
    assert made.rows == max(row for row, _ in made.cells) + 1 <= ROWS
    assert made.columns == max(column for _, column in made.cells) + 1 <= COLUMNS
    seen, waiting = set(), [next(iter(made.cells))]
    while waiting:
        row, column = waiting.pop()
        if (row, column) in made.cells and (row, column) not in seen:
            seen.add((row, column))
            waiting += [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]
    assert seen == set(made.cells)  # it hangs together


def test_crossings_agree_and_nothing_else_touches():
    made = make_crossword(WORDS, "seed")
    check(made, WORDS)
    assert None not in made.places
    crossings = sum(map(len, WORDS)) - len(made.cells)
    assert crossings >= len(WORDS)  # well knit: a tree would have one fewer than words


@settings(max_examples=80, deadline=None)
@given(words, st.integers(0, 5))
def test_any_words_make_a_crossword(given_words, seed):
    check(make_crossword(given_words, f"s{seed}"), given_words)


@pytest.mark.parametrize("seed", range(8))
def test_a_grid_is_broad_rather_than_tall(seed):
    made = make_crossword(many(14), f"s{seed}")
    assert made.rows <= made.columns


def test_numbers_follow_the_reading():
    numbers = make_crossword(WORDS, "seed").numbers
    assert list(numbers) == sorted(numbers)
    assert list(numbers.values()) == list(range(1, len(numbers) + 1))


def test_what_shares_no_letter_is_left_out():
    made = make_crossword([tuple("ABC"), tuple("XYZ"), tuple("ABC")], "s")
    assert [place is not None for place in made.places].count(True) == 1


# Both


@pytest.mark.parametrize("make", [make_wordsearch, make_crossword])
def test_the_seed_decides(make):
    assert make(WORDS, "a") == make(WORDS, "a")
    assert make(WORDS, "a") != make(WORDS, "b")


@pytest.mark.parametrize("make", [make_wordsearch, make_crossword])
def test_no_words_make_an_empty_puzzle(make):
    assert make([], "s").places == ()


@pytest.mark.parametrize("make", [make_wordsearch, make_crossword])
def test_two_hundred_words_take_seconds(make):
    start = time.process_time()
    make(many(200), "s")
    assert time.process_time() - start < 10
