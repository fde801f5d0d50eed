"""The words of every language: none is missing, and what is counted follows CLDR's rules."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from babel.core import Locale

from quizgen import words as module
from quizgen.words import LANGUAGES, counted, localized, words

FOLDER = Path(module.__file__).parent
ROOT = FOLDER.parents[1]
ENGLISH = tomllib.loads((FOLDER / "en.toml").read_text(encoding="utf-8"))
COUNTED = [name for name, forms in ENGLISH.items() if isinstance(forms, dict)]


def file_of(language):
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def test_every_file_is_a_language():
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(language):
    found = file_of(language)
    assert list(found) == list(ENGLISH)
    assert all(text == text.strip() != "" for text in words(language).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_is_there(language):
    """All that whole numbers up to a thousand and halves call for; millions of points need none."""
    rule = Locale.parse(language, sep="-").plural_form
    needed = {rule(number) for number in [*range(1001), Decimal("0.5"), Decimal("1.5")]}
    for name in COUNTED:
        forms = file_of(language)[name]
        assert "other" in forms
        assert needed <= set(forms) or len(set(forms.values())) == 1, (name, needed)


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_words_are_translated(language):
    same = {name for name, text in words(language).items() if text == words("en")[name]}
    # Latin letters and words that several languages share.
    assert same <= {
        *("name", "version", "page", "date", "source", "sources", "licence", "id", "solution"),
        *("edition", "true_letter", "false_letter"),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_counted(language):
    assert sorted(re.findall(r"\{(\w+)\}", words(language)["page"])) == ["page", "pages"]


@pytest.mark.parametrize(
    ("language", "script"),
    [
        *(("ru", "[а-яё]"), ("tg", "[а-яёҷқғҳӯӣ]"), ("hi", "[ऀ-ॿ]")),
        *(("ar", "[ء-ي]"), ("fa", "[ء-ی]"), ("ur", "[ء-ے]")),
        *(("zh-Hans", "[一-鿿√×]"), ("zh-Hant", "[一-鿿○×]")),
    ],
)
def test_every_word_is_in_its_script(language, script):
    for name, text in words(language).items():
        assert re.search(script, text, re.IGNORECASE), name
        assert not re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", text)), name


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("en-GB", "Name"),
        ("de-AT", "Name"),
        ("UR", "نام"),
        ("zh", "姓名"),
        ("ru-RU", "Фамилия, имя"),
        ("sv", "Name"),
    ],
)
def test_words_are_those_of_the_nearest_language(tag, name):
    assert words(tag)["name"] == name


@pytest.mark.parametrize("tag", ["zh-Hant", "zh-TW", "zh-HK", "zh-hant-MO"])
def test_traditional_characters_are_told_by_script_or_region(tag):
    assert words(tag)["class"] == "班級"
    assert words("zh-CN")["class"] == words("zh-Hans-SG")["class"] == "班级"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["0 points", "1 point", "2 points", "2.5 points"]),
        ("ru", ["0 баллов", "1 балл", "2 балла", "2,5 балла"]),
        ("ar", ["0 درجة", "درجة واحدة", "درجتان", "2.5 درجة"]),
        ("fr", ["0 point", "1 point", "2 points", "2,5 points"]),
        ("zh-Hans", ["0 分", "1 分", "2 分", "2.5 分"]),
    ],
)
def test_counting(language, expected):
    numbers = [0, 1, 2, Decimal("2.5")]
    assert [counted(language, "point", number) for number in numbers] == expected


def test_russian_counts_in_tens():
    assert [counted("ru", "question", n).split()[1] for n in (5, 11, 21, 22, 111, 1001)] == [
        *("заданий", "заданий", "задание", "задания", "заданий", "задание"),
    ]


def test_decimal_signs():
    assert localized("de-CH", Decimal("0.50")) == "0,5"
    assert localized("en", Decimal("0.50")) == localized("hi", Decimal("0.5")) == "0.5"
