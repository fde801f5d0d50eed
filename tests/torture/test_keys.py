"""The key wins everything, what the bank calls wrong wins nothing, part credit is what it says.

Each test has the same banks written, and grades responses by what stands in the written files: by
Moodle's rules, by the script of the cards in Chromium, by what a person finds on a sheet and in its
key, by the grammars of GIFT and Aiken. What each response is to earn is said by `responses`, from
the bank alone.
"""

import html as html_text
import itertools
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from anki.collection import Collection
from clients import COMPARED, DESKTOP, INPUT, SHOW, client
from decks import package_of, squeezed, take
from generated import Texts
from generated import banks as made_banks
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree
from moodle_rules import grade
from moodle_rules import seen as seen_in_html

from quizgen.languages import show_date
from quizgen.model import (
    Cloze,
    Date,
    Essay,
    Flashcard,
    Grading,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    ShortAnswer,
    TrueFalse,
)
from quizgen.numbers import show_number
from quizgen.problems import has_errors
from quizgen.quiz import Selection, Shuffle, make_quiz
from quizgen.words import localized
from quizgen.words import words as words_of
from quizgen.writers import aiken, anki, gift, html, moodle
from quizgen.writers.html import HtmlOptions, Key
from tests.paper import agrees, of_class, parsed, seen, texts
from tests.torture.responses import chosen_words, plain, trials
from tests.torture.scale import scaled

WORDS = ["one", "*two*", "a < b & c", "`{d}`", "第三", "چار", "5 * 6", "%7", "=8", "it's", "Тоҷик", "№9", "x->y", "]]>"]  # fmt: skip
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
literal_words = words.map(lambda text: text.replace("`", "'"))
TEXTS = Texts(words, literal_words, literal_words)


BANKS = scaled(30, 2000)
"""How many banks each test grades, of one to four questions."""


def made(strategy):
    """So many banks, the same ones each time."""
    found = []

    @settings(
        deadline=None,
        max_examples=BANKS,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(bank):
        found.append(bank)

    collect()
    assert len(found) == BANKS
    return found


@pytest.fixture(scope="module")
def banks():
    """Banks of all types, made once: that takes longer than any test of them."""
    return made(made_banks(TEXTS))


# Moodle, by the rules of its question engine.


def written_for_moodle(bank, **options):
    """The questions of a bank's Moodle file by id number."""
    output = moodle.write(make_quiz([bank]), moodle.MoodleOptions(**options))
    assert not has_errors(output.problems)
    found = etree.fromstring(output.files[".xml"]).xpath("question[name][@type != 'description']")
    return {each.findtext("idnumber"): each for each in found}


def earns(written, response, share, *, is_exact=True):
    percent = grade(written, response)
    if share is None or not is_exact:
        assert percent < 99.99, response
    else:
        assert percent == pytest.approx(float(100 * Fraction(share)), abs=0.01), response


def test_moodle_gives_what_the_bank_says(banks):
    for bank, way in zip(banks, itertools.cycle(moodle.Gaps), strict=False):
        written = written_for_moodle(bank, cloze=way)
        assert len(written) == len(bank.questions)
        for question in bank.questions:
            element = written[f"{bank.id}/{question.id}"]
            if element.get("type") == "essay":
                assert isinstance(question, (Essay, Flashcard))
                continue
            tried = trials(question, bank.language)
            if isinstance(question, Cloze) and way is not moodle.Gaps.TYPE:
                tried = chosen_words(question.text.gaps)
            # Moodle cannot pay all or nothing, and says so in a warning; a wrong option costs all.
            whole = getattr(question, "grading", None) is Grading.ALL_OR_NOTHING
            for response, share in tried:
                part = (
                    whole and share == 0 and response <= {plain(e.text) for e in question.answers}
                )
                earns(element, response, share, is_exact=not part)


def test_moodle_gives_what_cards_say_in_groups():
    def are_told_apart(bank):
        return len({plain(each.front) for each in bank.questions}) == len(bank.questions)

    for bank in made(made_banks(TEXTS, types=(Flashcard,)).filter(are_told_apart)):
        written = written_for_moodle(bank, flashcards=moodle.Cards.MATCHING)
        sides = {plain(each.front): plain(each.back) for each in bank.questions}
        asked = []
        for element in written.values():
            if element.get("type") != "matching":
                asked.append(element.get("type"))
                continue
            lefts = [
                each.findtext("text")
                for each in element.iterfind("subquestion")
                if each.findtext("text")
            ]
            fronts = [squeezed("".join(etree.HTML(left).itertext())) for left in lefts]
            right = {front: sides[front] for front in fronts}
            earns(element, right, 1)
            for front, other in itertools.permutations(right, 2):
                share = Fraction(len(right) - 1, len(right))
                earns(element, right | {front: right[other]}, share)
            asked += fronts
        assert len(asked) == len(bank.questions)


# Anki, by the script of its cards.

TRY = """async trials => {
  const show = SHOW;
  const text = each => each.textContent.trim().replace(/\\s+/g, " ");
  const found = [];
  for (const {front, taps, back} of trials) {
    show(front);
    for (const [place, wanted] of taps) {
      const items = [...document.querySelectorAll(`#qa ${place} > li.tappable`)]
        .filter(each => text(each.querySelector(".option")) === wanted);
      if (items.length !== 1) throw new Error(`there are ${items.length} of ${wanted}`);
      items[0].click();
    }
    show(back);
    const [verdict] = document.querySelectorAll(".verdict");
    await new Promise(done => setTimeout(done, 0));
    const share = verdict && /\\d+\\/\\d+/.exec(text(verdict));
    found.push(verdict ? verdict.classList[1] + (share ? " " + share[0] : "") : "untold");
  }
  return found;
}""".replace("SHOW", SHOW)
"""What a card says of responses: right, wrong, or partly, with how many parts where it counts them."""


@pytest.fixture(scope="module")
def window(chromium, tmp_path_factory):
    """A desktop client of a collection that takes one package after another."""
    learner = Collection(str(tmp_path_factory.mktemp("learner") / "learner.anki2"))
    with client(chromium, learner, DESKTOP) as opened:
        # What the script says is read from the DOM, and painting takes long.
        opened.page.evaluate("document.documentElement.style.display = 'none'")
        yield opened
    assert (opened.strays, opened.faults) == ([], [])
    learner.close()


def taps(question, response):
    """What is tapped to give a response."""
    match question:
        case MultipleChoice() | TrueFalse():
            return [(".choices", response)]
        case MultipleResponse():
            return [(".choices", each) for each in sorted(response)]
        case Matching():
            pairs = [((".lefts", left), (".rights", right)) for left, right in response.items()]
            return [tap for pair in pairs for tap in pair]
        case Ordering():
            return [(".items", each) for each in response]


def typed_side(card, learner, text):
    """The back, after this was typed."""
    expected = dict(card.note().items()).get("Typed")
    compared = COMPARED.format(learner.compare_answer(expected, text)) if expected else ""
    return card.answer().replace("[[type:Typed]]", compared)


def verdict(question, share):
    """What a card is to say of a response that earns this share."""
    if share in {0, 1}:
        return "right" if share else "wrong"
    if isinstance(question, (Matching, Ordering)):
        parts = len(question.pairs if isinstance(question, Matching) else question.items)
        return f"partly {int(share * parts)}/{parts}"
    return "partly"


PACKED = 50
"""How many banks a package holds."""


def test_the_script_of_a_card_tells_what_the_bank_says(window, banks):
    named = [replace(bank, id=f"keys-{i}") for i, bank in enumerate(banks)]
    for i in range(0, BANKS, PACKED):
        packed = named[i : i + PACKED]
        take(window.learner, package_of(*packed))
        tried, expected = [], []
        for bank in packed:
            for question in bank.questions:
                for trial, *said in trials_of_card(window.learner, bank, question):
                    tried.append(trial)
                    expected.append((bank.id, question, *said))
        found = window.page.evaluate(TRY, tried)
        wrong = [(each, got) for each, got in zip(expected, found, strict=True) if each[-1] != got]
        assert wrong == []


def trials_of_card(learner, bank, question):
    """What is done to the card of a question, the response that this is, and the verdict due."""
    if isinstance(question, (Cloze, Essay, Flashcard)):
        return
    row = learner.db.scalar("select id from notes where guid = ?", anki.guid(bank.id, question.id))
    (card,) = learner.get_note(row).cards()
    front = card.question().replace("[[type:Typed]]", INPUT)
    is_typed = isinstance(question, (ShortAnswer, Numeric, Date))
    if is_typed and "typeans" not in front:  # too long to be typed
        return
    for response, share in trials(question, bank.language):
        back = typed_side(card, learner, response) if is_typed else card.answer()
        shown = words_of(bank.language)[response] if isinstance(question, TrueFalse) else response
        tapped = [] if is_typed else taps(question, shown)
        trial = {"front": front, "taps": tapped, "back": back}
        yield trial, response, verdict(question, share)


# Paper: what a person finds on a sheet by its key.


def test_the_key_points_at_the_right_answers_of_every_sheet(banks):
    varied = itertools.cycle(itertools.product(Shuffle, (False, True)))
    for bank, (shuffle, in_two) in zip(banks, varied, strict=False):
        quiz = make_quiz([bank], Selection(versions=2, shuffle=shuffle))
        options = HtmlOptions(key=Key.SEPARATE, word_bank=in_two, columns=1 + in_two)
        output = html.write(quiz, options)
        assert not has_errors(output.problems)
        # A sheet puts U+200F before a text that is to run from the right; the texts here have none.
        files = {name: data.replace("\u200f".encode(), b"") for name, data in output.files.items()}
        keys = of_class(parsed(files["-key.html"]), "key")
        for version, key in zip(quiz.versions, keys, strict=True):
            sheet = parsed(files[f"-{version.mark}.html"])
            asked, solved = of_class(sheet, "question"), of_class(key, "solution")
            rows = key.xpath(".//ol[@class='grid']/li")
            grid = {seen(row.find("b")).rstrip("."): seen(row.find("span")) for row in rows}
            for item, *shown in zip(version.items, asked, solved, strict=True):
                assert [seen(each).split(".")[0] for each in shown] == [str(item.number)] * 2
                answer = grid.pop(str(item.number), None)
                agrees(item.question, *shown, answer, bank.language)
                gives_the_answer(item.question, *shown, answer, bank.language)
            assert not grid


def gives_the_answer(question, asked, solved, answer, language):
    """Holds what a key says in words against the bank; letters are held by `agrees`."""
    model = f"↓ {words_of(language)['model']}"
    reasons = {
        squeezed(each.text_content()): each.getparent().getparent().get("class")
        for each in solved.xpath(".//li/div/span[@class='text']")
    }
    match question:
        case ShortAnswer(answers=answers):
            assert answer == squeezed(str(answers[0].text))
            if reasons:
                assert reasons == {
                    squeezed(str(each.text)): "right" if each.credit == 1 else "wrong"
                    for each in answers
                }
                marks = texts(solved, ".//li/span[2]")
                percents = [f"{show_number(each.credit * 100)} %" for each in answers]
                assert marks == ["" if each == "100 %" else each for each in percents]
        case Numeric(margin=margin, unit=unit):
            parts = [localized(language, question.answer), unit or ""]
            parts += [f"(± {localized(language, margin)})"] if margin else []
            assert answer == squeezed(" ".join(filter(None, parts)))
        case Date(answer=date, accept=accept):
            assert answer == squeezed(show_date(date, language))
            assert {squeezed(str(each)) for each in accept} <= set(reasons)
            assert set(reasons.values()) <= {"right"}
        case Cloze(text=text):
            assert answer == squeezed("; ".join(gap.key for gap in text.gaps))
            assert [seen(each) for each in of_class(solved, "filled")] == [
                squeezed(gap.key) for gap in text.gaps
            ]
            assert len(of_class(asked, "blank")) == len(text.gaps)
        case Flashcard(back=back):
            assert answer in {plain(back), model}
            assert answer == plain(back) or plain(back) in texts(solved, ".//div")
        case Essay():
            marking = f"↓ {words_of(language)['rubric']}"
            assert answer == (model if question.answer else marking if question.rubric else None)
        case _:
            pass


# GIFT and Aiken, by their grammars.

GIFT = re.compile(
    r"// \[id:[^/]*/(?P<id>[^\]]+)\].*\n::(?P<rest>.*?\{(?P<answers>[^{}]*)\}$)", re.DOTALL
)


def hidden(text):
    """The text with a stand-in for each escaped sign, so that the others are those of GIFT."""
    return re.sub(r"\\(.)", lambda found: chr(0xE000 + ord(found[1])), text)


def bare(text):
    return re.sub("[\ue000-\ue0ff]", lambda found: chr(ord(found[0]) - 0xE000), text).strip()


def written_in_gift(data):
    """The questions by id: whether they are HTML, and their answers as (sign, share, text)."""
    for block in hidden(data.decode()).split("\n\n"):
        found = GIFT.fullmatch(block.strip())
        if found:
            is_html = found["rest"].partition("::")[2].startswith("[html]")
            answers = re.sub(r"####[^{}]*$", "", found["answers"].strip())
            yield bare(found["id"]), (is_html, list(answers_in_gift(answers)))


def answers_in_gift(source):
    if source in {"TRUE", "FALSE"}:
        yield source, Fraction(1), ""
    for found in re.finditer(r"(#?[=~])\s*(?:%(-?[\d.]+)%)?([^=~#]*)(?:#[^=~]*)?", source):
        usual = 100 if "=" in found[1] else 0
        yield found[1], Fraction(found[2] or usual) / 100, found[3]


def seen_in_gift(source, *, is_html):
    own = re.match(r"\[(html|plain|moodle)\]", source.strip())
    text = source.strip()[own.end() :] if own else source
    is_html = own[1] == "html" if own else is_html
    return seen_in_html(bare(text)) if is_html else squeezed(html_text.unescape(bare(text)))


def gift_grade(question, is_html, answers, response):
    """What Moodle gives for a response, once it has imported the answers."""
    match question:
        case TrueFalse():
            return Fraction(answers[0][0] == response.upper())
        case MultipleChoice():
            shares = {seen_in_gift(text, is_html=is_html): share for _, share, text in answers}
            return shares[response]
        case MultipleResponse():
            shares = {seen_in_gift(text, is_html=is_html): share for _, share, text in answers}
            return min(max(sum(shares[each] for each in response), Fraction(0)), Fraction(1))
        case Numeric():
            ((_, share, text),) = answers
            value, _, off = text.partition(":")
            return share * (
                abs(Fraction(response) - Fraction(bare(value))) <= Fraction(bare(off) or 0)
            )
        case ShortAnswer() | Date() | Flashcard():
            for _, share, text in answers:
                accepted = re.sub(r"^\[plain\]", "", bare(text)).replace("\\*", "*")
                if accepted.casefold() == response.casefold():
                    return share
            return Fraction(0)
        case Matching() | Ordering():
            pairs = dict(text.split("->", 1) for _, _, text in answers)
            right = {
                seen_in_gift(left, is_html=is_html): squeezed(bare(side))
                for left, side in pairs.items()
                if left.strip()
            }
            given = response
            if isinstance(question, Ordering):
                given = {item: str(place) for place, item in enumerate(response, 1)}
            hits = sum(given[left] == side for left, side in right.items())
            return Fraction(hits, len(right))


def test_gift_gives_what_the_bank_says(banks):
    for bank in banks:
        output = gift.write(make_quiz([bank]))
        assert not has_errors(output.problems)
        written = dict(written_in_gift(output.files[".txt"]))
        left_out = {
            each.span for each in output.problems if each.code in {"left-out", "gift-arrow"}
        }
        assert len(written) == len([each for each in bank.questions if each.span not in left_out])
        for question in bank.questions:
            if question.id not in written or isinstance(question, (Essay, Cloze)):
                continue
            is_html, answers = written[question.id]
            if not answers:  # a card that lowers to an essay
                assert isinstance(question, Flashcard)
                continue
            inexact = getattr(question, "grading", None) is Grading.ALL_OR_NOTHING
            is_loose = isinstance(question, ShortAnswer) and question.case_sensitive
            for response, share in trials(question, bank.language):
                # GIFT cannot say that capitals matter, and the writer says so.
                if is_loose and share == 0:
                    continue
                earned = gift_grade(question, is_html, answers, response)
                if share is None or (inexact and share == 0):
                    assert earned < 1, response
                else:
                    assert float(earned) == pytest.approx(float(share), abs=0.0001), response


def test_the_letter_of_aiken_is_that_of_the_right_option():
    for bank in made(made_banks(TEXTS, types=(MultipleChoice, TrueFalse))):
        output = aiken.write(make_quiz([bank]))
        assert not has_errors(output.problems)
        left_out = {each.span for each in output.problems if each.code == "left-out"}
        questions = [each for each in bank.questions if each.span not in left_out]
        blocks = output.files[".txt"].decode().strip().split("\n\n") if questions else []
        for question, block in zip(questions, blocks, strict=True):
            prompt, *offered, key = block.split("\n")
            assert prompt == plain(question.prompt)
            by_letter = dict(line.split(") ", 1) for line in offered)
            right = by_letter.pop(key.removeprefix("ANSWER: "))
            if isinstance(question, TrueFalse):
                words_there = words_of(bank.language)
                assert right == words_there[str(question.answer).lower()]
                assert list(by_letter.values()) == [words_there[str(not question.answer).lower()]]
            else:
                assert right == plain(question.answer.text)
                assert sorted(by_letter.values()) == sorted(
                    plain(e.text) for e in question.distractors
                )
