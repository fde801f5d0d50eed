"""What a check advises: `cases/weak/NAME.yaml` prints `NAME.txt`, to the letter."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen import bank
from quizgen.decode import decode
from quizgen.lint.asked import ask
from quizgen.lint.citations import read_documents
from quizgen.lint.document import Document, Paragraph, paragraph_numbers, read_paragraphs
from quizgen.lint.review import Advice, review
from quizgen.lint.rules import ALL_RULES, RULE_CODES
from quizgen.lint.summary import summarize
from quizgen.model import (
    TYPES,
    Accepted,
    Choice,
    Citation,
    Flashcard,
    MultipleChoice,
    ShortAnswer,
    Source,
    Text,
    TrueFalse,
)
from quizgen.problems import Severity, Span
from tests import seeded

WEAK = Path(__file__).parent / "cases" / "weak"
NAMES = sorted(path.stem for path in WEAK.glob("*.yaml"))
OPTIONAL = [rule.code for rule in ALL_RULES if not rule.default]


def advice(text, *, language="en", **options):
    """The codes that a bank of these questions is advised of."""
    head = f"bank: case\ntitle: A case\nlanguage: {language}\nquestions:\n"
    read, problems = decode(head + text, "case.yaml")
    assert not problems
    return [problem.code for problem in review([read], Advice(**options)).problems]


def choice(prompt, answer, *distractors):
    options = ", ".join(f"'{each}'" for each in distractors)
    return (
        f"  - id: one\n    type: multiple-choice\n    prompt: '{prompt}'\n    answer: '{answer}'\n"
        f"    distractors: [{options}]\n    feedback: Said.\n"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_weak_bank_prints_its_advice(name, monkeypatch, request):
    monkeypatch.chdir(WEAK)
    banks = bank.load([f"{name}.yaml"])
    sources = {"essay": Path("essay.md")} if banks[0].sources[0:1] else {}
    documents = read_documents({} if name == "no-citation" else sources, banks)
    enable = {name} & set(OPTIONAL)
    problems = review(banks, Advice(enable=enable, documents=documents)).problems
    found = "".join(f"{problem}\n" for problem in problems)
    expected = WEAK / f"{name}.txt"
    if request.config.getoption("--update-goldens"):
        expected.write_text(found, encoding="utf-8")
    assert found.splitlines() == expected.read_text(encoding="utf-8").splitlines()


def test_every_rule_has_a_weak_bank():
    said = "".join((WEAK / f"{name}.txt").read_text(encoding="utf-8") for name in NAMES)
    assert [code for code in RULE_CODES if f" {code} " not in said] == []


@pytest.mark.parametrize("code", OPTIONAL)
def test_a_rule_that_is_off_says_nothing(code, monkeypatch):
    monkeypatch.chdir(WEAK)
    assert review(bank.load([f"{code}.yaml"])).problems == ()


# What is near a flaw and none.


@pytest.mark.parametrize(
    ("question", "language"),
    [
        (choice("Who is near?", "Neighbours by land", "Regions by sea", "Europe"), "en"),
        (choice("Which states are near?", "India and Nepal", "India", "Chile and Peru"), "en"),
        (choice("Which are at least near?", "Neighbours", "Regions", "Oceans"), "en"),
        (choice("Which is **not** near?", "Oceans", "Neighbours", "Regions"), "en"),
        (choice("Which is NOT near?", "Oceans", "Neighbours", "Regions"), "en"),
        (choice("Oceans are not near. Which of these are?", "Neighbours", "Regions", "Bays"), "en"),
        (choice("Not only oceans are far. Which are near?", "Neighbours", "Bays", "Seas"), "en"),
        (choice("Slovakia or Slovenia: which is near?", "Slovenia", "Slovakia", "Both?"), "en"),
        (choice("Which letters come first?", "ab", "a b", "a-b"), "en"),
        (choice("It is called a/an", "arena", "bridge", "model"), "en"),
        (choice("It became an", "hour", "arena", "SCO body"), "en"),
        (choice("It became a", "union", "European body", "one-off"), "en"),
        (choice("哪一个是邻国？", "巴基斯坦", "智利", "秘鲁"), "zh"),
        (choice("Welches ist **kein** Nachbar?", "Chile", "Nepal", "Indien"), "de"),
        (choice("Which is never near?", "Chile", "Nepal", "India"), "tlh"),
    ],
)
def test_what_is_no_flaw_is_passed_over(question, language):
    assert advice(question, language=language) == []


@pytest.mark.parametrize(
    "questions",
    [
        # Another number, another question.
        """
  - {id: a, type: true-false, prompt: Article 3 was in force., answer: true, feedback: a}
  - {id: b, type: true-false, prompt: Article 4 was in force., answer: true, feedback: a}
""",
        # Another key.
        """
  - {id: a, type: numeric, prompt: How many members had it?, answer: 6, feedback: a}
  - {id: b, type: numeric, prompt: How many members had it?, answer: 8, feedback: a}
""",
        # No word that carries content, and yet not the same.
        """
  - {id: a, type: short-answer, prompt: Who?, answers: [Nuri], feedback: a}
  - {id: b, type: short-answer, prompt: With whom?, answers: [Nuri], feedback: a}
""",
        # The key stands in a prompt that is about something else.
        """
  - {id: a, type: short-answer, prompt: Where was it signed?, answers: [Moscow], feedback: a}
  - {id: b, type: numeric, prompt: How many live in Moscow?, answer: 13, feedback: a}
""",
    ],
)
def test_questions_that_do_not_overlap(questions):
    assert advice(questions) == []


# Silence.

LONGEST = choice(
    "Who is near?",
    "Those that share a border with it",
    "The regions of Asia",
    "The rest of the world",
)


def test_a_rule_is_silenced_for_a_question_with_a_reason():
    assert advice(LONGEST) == ["longest-key"]
    assert advice(f"{LONGEST}    silence: {{longest-key: it is a quotation}}\n") == []


def test_a_rule_is_left_out_of_a_run():
    assert advice(LONGEST, ignore=["longest-key"]) == []
    silenced = f"{LONGEST}    silence: {{longest-key: it is a quotation}}\n"
    assert advice(silenced, ignore=["longest-key"]) == []


def test_a_silence_of_a_rule_that_needs_a_document_waits_for_one():
    question = choice("Who is near?", "Neighbours", "Regions", "Oceans")
    assert advice(f"{question}    silence: {{unsupported-key: an example of ours}}\n") == []


def test_a_silence_needs_a_reason():
    _, problems = decode(
        f"bank: a\ntitle: A\nlanguage: en\nquestions:\n{LONGEST}    silence: {{longest-key: }}\n",
        "case.yaml",
    )
    assert [problem.code for problem in problems] == ["empty"]


# Documents.


def test_paragraphs_are_blocks_without_headings_and_head():
    document = read_paragraphs((WEAK / "essay.md").read_text(encoding="utf-8"), "essay.md")
    assert [(each.text.split(" speaks")[0], each.line) for each in document.paragraphs] == [
        ("The first paragraph", 10),
        ("The second one", 15),
        ("The third one", 19),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_paragraphs_end_with_any_line_end(end):
    document = read_paragraphs(end.join(["One.", "", "", "Two", "more.", ""]), "text.txt")
    assert [(each.text, each.line) for each in document.paragraphs] == [
        ("One.", 1),
        ("Two\nmore.", 4),
    ]


def test_a_text_of_verses_has_all_its_blocks():
    assert len(read_paragraphs("a rose\n\nis a rose\n", "poem.txt").paragraphs) == 2


@pytest.mark.parametrize(
    ("locator", "numbers"),
    [
        ("¶11", [11]),
        ("¶3-5", [3, 4, 5]),
        ("¶3–5, 8", [3, 4, 5, 8]),
        ("¶¶ 2, 4", [2, 4]),
        ("para. 3", [3]),
        ("Paragraph 7", [7]),
        ("§2", [2]),
        ("¶1 and ¶9", [1, 9]),
        ("p. 12", []),
        ("chapter 3", []),
        ("", []),
        ("¶5-3", []),
    ],
)
def test_a_locator_names_paragraphs(locator, numbers):
    assert [number for each in paragraph_numbers(locator) for number in each] == numbers


# The shipped banks.


def test_the_shipped_banks_need_no_warning():
    banks = bank.load()
    reviewed = review(banks)
    assert [str(each) for each in reviewed.problems if each.severity < Severity.INFO] == []
    assert all(guess.z < 2 for own in reviewed.guesses.values() for guess in own)
    assert sorted(reviewed.guesses) == ["dates", "four-rings", "organizations", "peace-formula"]
    assert all(own for own in reviewed.guesses.values())


def test_the_shipped_banks_ask_about_all_of_the_essay():
    summary = summarize(bank.load())
    essay = next(each for each in summary.coverage if each.source == "essay")
    assert {place: count for place, count in essay.places.items() if count < 3} == {}
    assert list(essay.places) == [f"¶{number}" for number in range(1, 22)]
    assert summary.questions >= 160
    assert min(summary.banks.values()) >= 35


def test_the_shipped_banks_are_of_all_kinds():
    own = [summarize([each]) for each in bank.load()]
    for name in TYPES:
        assert sum(name in each.types for each in own) >= 2, name
    for each in own:
        shares = [count / each.questions for count in each.difficulties.values()]
        assert shares == pytest.approx([0.4, 0.4, 0.2], abs=0.05)
        assert each.uncited == 0


def test_the_shipped_banks_explain_every_option_and_question():
    for each in bank.load():
        for question in each.questions:
            assert question.feedback, question.id
            for choice, _ in next(ask([replace(each, questions=(question,))])).choices:
                assert choice.feedback, question.id


# What was measured.


def test_the_readme_has_what_was_measured():
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    for row in seeded.table():
        assert row in readme.splitlines()


@pytest.mark.parametrize("code", RULE_CODES)
def test_planted_flaws_are_found(code):
    assert seeded.found(code) >= 0.95 * seeded.PLANTED


# Any text at all.

ANY = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n*_$`A a. ,"),
    min_size=1,
    max_size=300,
)
HERE = Span("any.yaml", 1, 1)


@st.composite
def questions(draw):
    def text():
        return Text(draw(ANY), HERE)

    name = draw(st.sampled_from(["choice", "true-false", "short", "card"]))
    common = {"id": "any", "span": HERE, "feedback": text()}
    cite = (Citation(Source("essay", "An essay"), draw(ANY), HERE),)
    match name:
        case "choice":
            options = [Choice(text()) for _ in range(draw(st.integers(2, 5)))]
            return MultipleChoice(
                prompt=text(),
                answer=options[0],
                distractors=tuple(options[1:]),
                cite=cite,
                **common,
            )
        case "true-false":
            return TrueFalse(prompt=text(), answer=draw(st.booleans()), cite=cite, **common)
        case "short":
            return ShortAnswer(prompt=text(), answers=(Accepted(text()),), cite=cite, **common)
        case "card":
            return Flashcard(front=text(), back=text(), reversed=True, cite=cite, **common)


@given(
    st.lists(questions(), min_size=1, max_size=12),
    st.sampled_from(["en", "de", "fr", "zh", "ur", "tlh"]),
)
def test_any_text_can_be_reviewed(asked, language):
    text = Document("essay.txt", (Paragraph("One.", 1), Paragraph("Two.", 3)))
    reviewed = review(
        [seeded.bank_of(asked, language)], Advice(enable=RULE_CODES, documents={"essay": text})
    )
    for problem in reviewed.problems:
        assert len(str(problem).splitlines()) == 1
        assert len(str(problem)) < 1000


@pytest.mark.parametrize("locator", ["¶" + "9" * 5000, "9" * 5000, "¶1-" + "9" * 5000])
def test_a_locator_of_any_length_is_counted(locator):
    question = replace(bank.load(["dates"])[0].questions[0], cite=())
    cited = replace(question, cite=(Citation(Source("essay", "An essay"), locator, HERE),))
    text = Document("essay.txt", (Paragraph("One.", 1),))
    assert (
        review([seeded.bank_of([cited])], Advice(documents={"essay": text})).summary.questions == 1
    )


@pytest.mark.parametrize(
    ("language", "prompt"),
    [
        ("fr", "ne " * 40_000),
        ("en", "not _a " * 20_000),
        ("en", "a " * 50_000),
        ("zh", "除" * 50_000),
    ],
)
def test_a_long_text_takes_no_longer_than_its_length(language, prompt):
    def seconds(text):
        back = f"'{text}{' ' * len(text)}b'"
        start = time.process_time()
        advice(choice(text, "ab", "cd", "ef"), language=language)
        advice(
            f"  - {{id: a, type: flashcard, front: a, back: {back}, feedback: c}}\n",
            language=language,
        )
        return time.process_time() - start

    quarter = seconds(prompt[: len(prompt) // 4])
    assert seconds(prompt) < 10 * max(quarter, 0.2)  # 16 quarters if it grew with the square


def test_many_options_take_no_longer_than_they_are():
    options = ["a " * number + "b" for number in range(1, 400)]
    start = time.process_time()
    advice(choice("Which?", *options))
    assert time.process_time() - start < 3
