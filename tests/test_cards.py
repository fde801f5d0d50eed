"""Cards as a learner meets them: rendered by Anki's engine, shown and answered in Chromium."""

import itertools
import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from anki.collection import Collection
from axe import axe_finds
from clients import BARE, DESKTOP, OLD, PHONE, PLAIN, client
from decks import (
    EVERYTHING,
    card,
    choice,
    cloze,
    package_of,
    short,
    squeezed,
    take,
    write_file,
)

from quizgen import bank as banks

NIGHTS = ["", "nightMode night_mode"]


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """A collection that takes one package after another."""
    collection = Collection(str(tmp_path_factory.mktemp("learner") / "learner.anki2"))
    yield collection
    collection.close()


def cards_of(learner, *loaded):
    """The cards of these banks, once imported."""
    take(learner, package_of(*loaded))
    query = " or ".join(f'"tag:quizgen::bank::{bank.id}"' for bank in loaded)
    return [learner.get_card(card) for card in learner.find_cards(query, order="c.due, c.ord")]


_numbers = itertools.count(1)


@pytest.fixture
def cards(tmp_path, learner):
    """`cards(question, ...)` are the cards of these questions."""

    def made(*questions, **head):
        path = write_file(tmp_path / f"bank-{next(_numbers)}.yaml", *questions, **head)
        return cards_of(learner, *banks.load([path]))

    return made


@pytest.fixture(scope="module")
def everything(learner):
    """The cards of all types and fields."""
    return cards_of(learner, *banks.load([EVERYTHING]))


@pytest.fixture
def shown(chromium, learner):
    """`shown(kind, ...)` is a client of that kind; it must ask for nothing and say nothing."""
    with ExitStack() as stack:
        opened = []

        def made(kind=DESKTOP, **more):
            opened.append(stack.enter_context(client(chromium, learner, kind, **more)))
            return opened[-1]

        yield made
        assert [each.strays for each in opened] == [[] for _ in opened]
        assert [each.faults for each in opened] == [[] for _ in opened]


def ordering(*items, **fields):
    return {"type": "ordering", "prompt": "?", "items": list(items)} | fields


def matching(*pairs, **fields):
    pairs = [list(pair) for pair in pairs]
    return {"type": "matching", "prompt": "?", "pairs": pairs} | fields


def several(answers, distractors=(), **fields):
    found = {"type": "multiple-response", "prompt": "?", "answers": list(answers)}
    return found | {"distractors": list(distractors)} | fields


def numeric(answer, **fields):
    return {"type": "numeric", "prompt": "?", "answer": answer} | fields


def truth(answer, **fields):
    return {"type": "true-false", "prompt": "?", "answer": answer} | fields


def tap(window, text):
    """Taps the row that holds this text alone."""
    row = window.page.locator(".tappable", has=window.page.get_by_text(text, exact=True))
    row.last.click()


def order(window):
    return window.texts(".offer .option")


def try_it(window):
    """Clicks all there is to tap in a front, once."""
    window.page.evaluate("document.querySelectorAll('li.tappable').forEach(each => each.click())")


def both_sides(window, each):
    """Shows the front, the front with something chosen, the back; yields after each."""
    window.question(each)
    yield "front"
    if window.kind != PLAIN:
        try_it(window)
        yield "front, answered"
    window.answer(each)
    yield "back"


CLIENTS = [DESKTOP, PHONE]
FOUR = ["north", "south", "east", "west"]


# Choices.


def north(**fields):
    others = [{"text": each, "feedback": f"not {each}"} for each in FOUR[1:]]
    return choice(answer={"text": "north", "feedback": "why north"}, distractors=others, **fields)


@pytest.mark.parametrize("kind", [*CLIENTS, OLD])
@pytest.mark.parametrize(("chosen", "verdict"), [("north", "Right"), ("east", "Not right")])
def test_what_was_tapped_is_told_on_the_back(kind, chosen, verdict, cards, shown):
    (only,) = cards(north())
    window = shown(kind)
    window.question(only)
    assert window.texts(".verdict, .why, .yours") == []
    tap(window, "south")
    tap(window, chosen)
    assert window.texts(".chosen .option") == [chosen]
    assert window.texts("[role=radio][aria-checked=true] .option") == [chosen]
    window.answer(only)
    assert window.texts(".verdict") == [verdict]
    assert window.texts(".chosen .option") == [chosen]
    assert window.texts(".chosen .yours") == window.texts(".yours") == ["Your answer"]
    assert len(window.texts(".why")) == 4


def test_feedback_of_the_choice_stands_out(cards, shown):
    (only,) = cards(north())
    window = shown()
    window.question(only)
    tap(window, "east")
    window.answer(only)
    look = "each => getComputedStyle(each).color + getComputedStyle(each).fontWeight"
    looks = {
        text: window.page.get_by_text(text).evaluate(look) for text in ("not east", "not west")
    }
    assert looks["not east"] != looks["not west"]


def test_nothing_chosen_is_nothing_told(everything, shown):
    window = shown()
    for each in everything:
        window.question(each)
        window.answer(each, "")
        assert window.texts(".verdict, .yours, .chosen") == [], each.note()["Id"]


def test_choice_of_another_card_is_not_told(cards, shown):
    one, other = cards(north(), north())
    window = shown()
    window.question(one)
    tap(window, "east")
    window.answer(other)
    assert window.texts(".verdict, .yours") == []


def test_choice_of_an_earlier_review_is_not_told(cards, shown):
    (only,) = cards(north())
    window = shown()
    window.question(only)
    tap(window, "east")
    window.answer(only)
    window.question(only)
    window.answer(only)
    assert window.texts(".verdict, .yours") == []


def test_back_may_be_shown_again(cards, shown):
    (only,) = cards(north())
    window = shown()
    window.question(only)
    tap(window, "east")
    for _ in range(2):
        window.answer(only)
        assert window.texts(".verdict") == ["Not right"]
        assert window.texts(".chosen .option") == ["east"]


@pytest.mark.parametrize("kind", CLIENTS)
@pytest.mark.parametrize(
    ("taps", "grading", "verdict"),
    [
        (["a", "b"], "partial", "Right"),
        (["a", "b", "c", "c"], "partial", "Right"),
        (["a"], "partial", "Partly right"),
        (["a", "c"], "partial", "Partly right"),
        (["a", "b", "c"], "partial", "Partly right"),
        (["c"], "partial", "Not right"),
        (["a"], "all-or-nothing", "Not right"),
        (["a", "b"], "all-or-nothing", "Right"),
    ],
)
def test_several_are_ticked(kind, taps, grading, verdict, cards, shown):
    (only,) = cards(several(["alpha a", "alpha b"], ["alpha c"], grading=grading))
    window = shown(kind)
    window.question(only)
    for each in taps:
        tap(window, f"alpha {each}")
    ticked = sorted(each for each in set(taps) if taps.count(each) % 2)
    selector = "[role=option][aria-selected=true] .option"
    assert sorted(window.texts(selector)) == [f"alpha {each}" for each in ticked]
    window.answer(only)
    assert window.texts(".verdict") == [verdict]
    assert len(window.texts(".yours")) == len(ticked)


def test_true_is_chosen(cards, shown):
    (only,) = cards(truth(False))
    window = shown()
    window.question(only)
    assert order(window) == ["True", "False"]
    tap(window, "True")
    window.answer(only)
    assert window.texts(".verdict") == ["Not right"]
    assert window.texts(".right .option") == ["False"]


# Order.


@pytest.mark.parametrize("kind", [*CLIENTS, BARE, OLD, PLAIN])
def test_order_is_that_of_the_front(kind, cards, shown):
    both = cards(choice(answer="a1", distractors=["b2", "c3", "d4", "e5"]), several("abcd", "ef"))
    window = shown(kind)
    for each in both:
        window.question(each)
        front = order(window)
        window.answer(each)
        assert order(window) == front
        assert len(front) > 4


def test_order_is_drawn_for_each_review_and_kept_on_the_back(cards, shown):
    (only,) = cards(north())
    window = shown()
    orders = []
    for _ in range(200):
        window.question(only)
        orders.append(tuple(order(window)))
        window.answer(only)
        assert tuple(order(window)) == orders[-1]
    assert {tuple(sorted(each)) for each in orders} == {tuple(sorted(FOUR))}
    assert len(set(orders)) > 20
    firsts = [each[0] for each in orders]
    assert all(25 < firsts.count(text) < 80 for text in FOUR)


ORDERED = {
    "pinned": choice(
        answer={"text": "all of them", "pin": True},
        distractors=["a1", "b2", "c3", {"text": "none of them", "pin": True}],
    ),
    "numbers": choice(answer="10", distractors=["9", "100", "2"]),
    "dates": choice(answer="1951-05-21", distractors=["1949-10-01", "2001-06-15"]),
    "not shuffled": choice(answer="b2", distractors=["a1", "c3", "d4"], shuffle=False),
    "true or false": truth(True),
}
FIXED = {
    "numbers": ["2", "9", "10", "100"],
    "dates": ["1949-10-01", "1951-05-21", "2001-06-15"],
    "not shuffled": ["b2", "a1", "c3", "d4"],
    "true or false": ["True", "False"],
}


@pytest.mark.parametrize("name", ORDERED)
@pytest.mark.parametrize("kind", CLIENTS)
def test_order_that_means_something_stays(name, kind, cards, shown):
    (only,) = cards(ORDERED[name])
    window = shown(kind)
    orders = set()
    for _ in range(20):
        window.question(only)
        orders.add(tuple(order(window)))
    if name == "pinned":
        assert {each[3:] for each in orders} == {("all of them", "none of them")}
        assert len(orders) > 3
    else:
        assert orders == {tuple(FIXED[name])}


def test_items_never_stand_in_their_right_order(cards, shown):
    items = ["first", "second", "third"]
    (only,) = cards(ordering(*items))
    window = shown()
    orders = set()
    for _ in range(60):
        window.question(only)
        orders.add(tuple(order(window)))
    assert orders == set(itertools.permutations(items)) - {tuple(items)}


def test_right_sides_are_drawn_and_left_ones_stay(cards, shown):
    (only,) = cards(matching("ax", "by", "cz", distractors=["w"]))
    window = shown()
    sides = set()
    for _ in range(40):
        window.question(only)
        assert window.texts(".lefts .option") == list("abc")
        sides.add(tuple(window.texts(".rights .option")))
    assert len(sides) > 10


# Keys.


@pytest.mark.parametrize("alt", ["", "Alt+"])
@pytest.mark.parametrize("kind", CLIENTS)
def test_digits_choose(alt, kind, cards, shown):
    (only,) = cards(choice(answer="a1", distractors=[f"b{each}" for each in range(2, 11)]))
    window = shown(kind)
    window.question(only)
    offered = order(window)
    for digit in (1, 9, 4):
        window.page.keyboard.press(f"{alt}Digit{digit}")
        assert window.texts(".chosen .option") == [offered[digit - 1]]
    window.page.keyboard.press(f"{alt}Digit0")
    assert window.texts(".chosen .option") == [offered[3]]


def test_digit_ticks_once_however_often_the_card_was_shown(cards, shown):
    (only,) = cards(several(["a1", "b2"], ["c3"]))
    window = shown()
    for _ in range(5):
        window.question(only)
        window.answer(only)
    window.question(only)
    window.page.keyboard.press("2")
    assert window.texts(".chosen .option") == order(window)[1:2]
    window.page.keyboard.press("2")
    assert window.texts(".chosen .option") == []


WATCH = """window.taken = [];
  document.addEventListener("keydown", event => setTimeout(() =>
    ["Control", "Meta"].includes(event.key) || window.taken.push(event.key + (event.defaultPrevented ? " taken" : ""))), true);"""


def keys_taken(window, *keys):
    window.page.evaluate("window.taken = []")
    for each in keys:
        window.page.keyboard.press(each)
    window.page.wait_for_function(f"window.taken.length == {len(keys)}")
    return window.page.evaluate("window.taken")


def test_keys_of_anki_stay_its_own(cards, shown):
    (only,) = cards(north())
    window = shown()
    window.page.evaluate(WATCH)
    window.question(only)
    free = ["Enter", " ", "5", "0", "e", "u", "-", "@", "Control+1", "Meta+1", "ArrowDown"]
    assert not [each for each in keys_taken(window, *free) if each.endswith("taken")]
    assert keys_taken(window, "1") == ["1 taken"]
    tap(window, "north")
    assert keys_taken(window, "Enter", " ") == ["Enter", " "]
    window.answer(only)
    assert keys_taken(window, "1", "2", "3", "4", " ", "Enter") == [*"1234 ", "Enter"]
    assert window.texts(".chosen .option") == ["north"]


def test_digits_are_typed_into_an_answer(cards, shown):
    (only,) = cards(numeric(1951))
    window = shown()
    window.question(only)
    window.page.locator("#typeans").focus()
    window.page.keyboard.type("1951")
    assert window.page.locator("#typeans").input_value() == "1951"


def test_digit_leaves_a_card_without_choices_alone(cards, shown):
    first, second = cards(north(), card("front", "back"))
    window = shown()
    window.page.evaluate(WATCH)
    window.question(first)
    window.question(second)
    assert keys_taken(window, "1", "2") == ["1", "2"]


def test_arrows_choose_one(cards, shown):
    (only,) = cards(north())
    window = shown()
    window.question(only)
    offered = order(window)
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("ArrowDown")
    assert window.texts(".chosen .option") == [offered[1]]
    window.page.keyboard.press("ArrowUp")
    window.page.keyboard.press("ArrowUp")
    assert window.texts(".chosen .option") == [offered[3]]
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert window.page.evaluate(outline) == "solid"


@pytest.mark.parametrize("question", [several(["a1"], ["b2"]), ordering("a1", "b2")])
def test_space_ticks_what_the_keyboard_has_come_to(question, cards, shown):
    (only,) = cards(question)
    window = shown()
    window.question(only)
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("Space")
    assert window.texts(".chosen .option") == order(window)[1:]


# Ordering.


@pytest.mark.parametrize("kind", CLIENTS)
@pytest.mark.parametrize(
    ("taps", "verdict", "yours"),
    [
        ("1234", "Right", []),
        ("123", "Right", []),
        ("1324", "Partly right (2/4)", ["Your answer: 3", "Your answer: 2"]),
        ("4123", "Not right", [f"Your answer: {each}" for each in (2, 3, 4, 1)]),
        ("12", "Partly right (2/4)", ["Your answer: –", "Your answer: –"]),
        ("21" + "2" + "234", "Right", []),
    ],
)
def test_items_are_tapped_in_order(kind, taps, verdict, yours, cards, shown):
    (only,) = cards(ordering(*(f"item {each}" for each in "1234")))
    window = shown(kind)
    window.question(only)
    for each in taps:
        tap(window, f"item {each}")
    window.answer(only)
    assert window.texts(".verdict") == [verdict]
    assert window.texts(".answer .yours") == yours
    assert window.texts(".answer .option") == [f"item {each}" for each in "1234"]


def test_items_show_their_place_and_are_taken_back(cards, shown):
    (only,) = cards(ordering("item 1", "item 2", "item 3"))
    window = shown()
    window.question(only)

    def places():
        marks = zip(order(window), window.texts(".items .mark"), strict=True)
        return {text: mark for text, mark in marks if mark}

    tap(window, "item 3")
    tap(window, "item 1")
    assert places() == {"item 3": "1", "item 1": "2"}
    tap(window, "item 3")
    assert places() == {"item 1": "1"}
    pressed = window.texts("[role=option][aria-selected=true] .option")
    assert pressed == ["item 1"]


def test_items_are_put_in_order_by_keys(cards, shown):
    (only,) = cards(ordering("item 1", "item 2", "item 3"))
    window = shown()
    window.question(only)
    offered = order(window)
    for each in ("item 1", "item 2", "item 3"):
        window.page.keyboard.press(str(offered.index(each) + 1))
    window.answer(only)
    assert window.texts(".verdict") == ["Right"]


# Matching.

PORTS = [("Gwadar", "a port"), ("Lahore", "no port"), ("Karachi", "a port")]


@pytest.mark.parametrize("kind", CLIENTS)
@pytest.mark.parametrize(
    ("taps", "verdict", "yours"),
    [
        (["a port", "no port", "a port"], "Right", []),
        (["Karachi", "a port", "a port", "no port"], "Right", []),
        (["a port", "a lake"], "Partly right (1/3)", ["a lake", "–"]),
        (["a lake", "a lake", "no port"], "Not right", ["a lake", "a lake", "no port"]),
        (["a lake", "Gwadar", "a port", "no port", "a port"], "Right", []),
        (["a port", "Gwadar", "Gwadar", "no port"], "Not right", ["no port", "–", "–"]),
    ],
)
def test_pairs_are_tapped(kind, taps, verdict, yours, cards, shown):
    (only,) = cards(matching(*PORTS, distractors=["a lake"]))
    window = shown(kind)
    window.question(only)
    for each in taps:
        tap(window, each)
    window.answer(only)
    assert window.texts(".verdict") == [verdict]
    assert window.texts(".answer .yours") == [f"Your answer: {each}" for each in yours]


def test_a_table_in_a_pair_is_no_pair(cards, shown):
    (only,) = cards(matching(["a", "| port |\n|---|\n| deep |"], ["b", "dock"]))
    window = shown()
    window.question(only)
    tap(window, "deep")
    tap(window, "dock")
    window.answer(only)
    assert window.texts(".verdict") == ["Right"]


def test_match_shows_beside_what_it_belongs_to(cards, shown):
    (only,) = cards(matching(*PORTS))
    window = shown()
    window.question(only)
    assert window.texts(".lefts > [aria-selected=true] > .option") == ["Gwadar"]
    tap(window, "no port")
    assert window.texts(".slot .option") == ["no port"]
    assert window.texts(".lefts > [aria-selected=true] > .option") == ["Lahore"]


def test_pairs_are_matched_by_keys(cards, shown):
    (only,) = cards(matching(*PORTS))
    window = shown()
    window.question(only)
    rights = window.texts(".rights .option")
    for _, right in PORTS:
        window.page.keyboard.press(str(rights.index(right) + 1))
    window.answer(only)
    assert window.texts(".verdict") == ["Right"]


# What is typed.

FORUM = short(
    "Shanghai Cooperation Organisation",
    "SCO",
    {"text": "Shanghai Forum", "credit": "50%", "feedback": "Nearly."},
    {"text": "Shanghai Five", "credit": 0, "feedback": "Its forerunner."},
)
LENGTH = numeric(523.5, tolerance=10, unit="km")
DAY = {"type": "date", "prompt": "?", "answer": "1951-05-21", "accept": ["1951年5月21日"]}
MONTH = {"type": "date", "prompt": "?", "answer": "1951-05"}
TYPED = [
    (FORUM, "Shanghai Cooperation Organisation", "Right"),
    (FORUM, "  shanghai  cooperation ORGANISATION ", "Right"),
    (FORUM, "sco", "Right"),
    (FORUM, "shanghai forum", "Partly right"),
    (FORUM, "Shanghai Five", "Not right"),
    (FORUM, "Shanghai", "Not right"),
    (
        short("SCO", {"text": "Five", "credit": "50%", "feedback": "- a\n- b"}),
        "five",
        "Partly right",
    ),
    (short("SCO", case_sensitive=True), "SCO", "Right"),
    (short("SCO", case_sensitive=True), "sco", "Not right"),
    (short("the people's war"), "The people’s war", "Right"),
    (short("China-Pakistan"), "china–pakistan", "Right"),
    (short("Straße"), "STRASSE", "Right"),
    (short("a <b> & c"), "A <b> & C", "Right"),
    (short("اردو"), "اردو", "Right"),
    (numeric(1950), "1950", "Right"),
    (numeric(1950), "1,950", "Right"),
    (numeric(1950), "1 950", "Right"),
    (numeric(1950), "۱۹۵۰", "Right"),
    (numeric(1950), "1951", "Not right"),
    (numeric(1950), "in 1950", "Not right"),
    (LENGTH, "513.5", "Right"),
    (LENGTH, "533,5 km", "Right"),
    (LENGTH, "533.6", "Not right"),
    (LENGTH, "523 KM", "Right"),
    (LENGTH, "523 miles", "Not right"),
    (numeric(-3.25, tolerance=0.25, unit="°C"), "−3,5 °C", "Right"),
    (numeric(-3.25, tolerance=0.25), "3.25", "Not right"),
    (numeric("6.02e23", tolerance="1%"), "6.02×10^23", "Right"),
    (numeric("0.3", tolerance="0.1"), "0.2", "Right"),
    (numeric("0.3", tolerance="0.1"), "0.4", "Right"),
    (numeric("0.3", tolerance="0.1"), "0.40000000000000000001", "Not right"),
    (numeric("-0.5", tolerance="1e-3"), "-.501e0", "Right"),
    (numeric(2**64 - 1), "18,446,744,073,709,551,615", "Right"),
    (numeric(2**64 - 1), "18446744073709551616", "Not right"),
    (numeric(5, unit="$"), "$5", "Right"),
    (DAY, "21 May 1951", "Right"),
    (DAY, "21/05/1951", "Right"),
    (DAY, "21st of may, 1951", "Not right"),
    (DAY, "May 21st, 1951", "Right"),
    (DAY, "1951-05-21", "Right"),
    (DAY, "1951年5月21日", "Right"),
    (DAY, "22 May 1951", "Not right"),
    (MONTH, "may 1951", "Right"),
    (MONTH, "05/1951", "Right"),
    (MONTH, "1951", "Not right"),
]


def test_any_accepted_form_is_right(cards, shown):
    window = shown(PHONE)
    found = []
    asked = cards(*(question for question, _, _ in TYPED), language="en-GB")
    for each, (question, text, _) in zip(asked, TYPED, strict=True):
        window.question(each)
        window.answer(each, text)
        found.append((question, text, *window.texts(".verdict")))
        assert window.page.locator("code#typeans").is_visible()
    assert found == TYPED


def test_form_that_was_typed_stands_out(cards, shown):
    (only,) = cards(FORUM)
    window = shown()
    window.answer(only, "shanghai forum")
    assert window.texts(".also .chosen") == ["Shanghai Forum (50 % of the points) Nearly."]


def test_accepted_forms_are_listed_without_scripts(cards, shown):
    forum, day = cards(FORUM, DAY)
    window = shown(PLAIN)
    window.answer(forum)
    assert window.texts(".also .form") == ["SCO", "Shanghai Forum", "Shanghai Five"]
    window.answer(day)
    assert window.texts(".also .form") == ["1951年5月21日"]


# Hints.


@pytest.mark.parametrize("kind", [DESKTOP, PHONE, PLAIN])
def test_hint_opens_on_demand(kind, cards, shown):
    window = shown(kind)
    for each in cards(
        north(hints=["Look up.", "See Polaris."]), cloze("{{a}}", hints=["Look up."])
    ):
        window.question(each)
        assert not window.page.get_by_text("Look up.").is_visible()
        window.page.locator("summary").first.click()
        assert window.page.get_by_text("Look up.").is_visible()
        assert not window.page.get_by_text("See Polaris.").first.is_visible()


# Without scripts.


def test_card_is_whole_without_scripts(everything, shown):
    """Whatever scripts show of a front and of an unanswered back is there without them, too."""
    live, plain = shown(), shown(PLAIN)
    for each in everything:
        seen = {}
        for window in (live, plain):
            window.question(each)
            front = sorted(window.texts(".question, .option, summary"))
            window.answer(each)
            back = sorted(window.texts(".question, .choices .option, .why, .answer, .explanation"))
            seen[window.kind] = (front, back)
        assert seen[DESKTOP] == seen[PLAIN], each.note()["Id"]
        assert plain.page.locator(".tappable:not(summary)").count() == 0


def test_scripts_alone_ask_to_tap(cards, shown):
    live, plain = shown(PHONE), shown(PLAIN)
    for each in cards(ordering("a1", "b2"), matching("ax", "by")):
        for window in (live, plain):
            window.question(each)
            asks = window.page.locator(".instruction").is_visible()
            assert asks is (window is live)


OPTIONS = """() => [...document.querySelectorAll(".choices > li")].map(each => {
  const own = getComputedStyle(each), mark = getComputedStyle(each, "::before");
  const text = getComputedStyle(each.querySelector(".option"));
  return [each.classList[0], mark.content, [own.borderColor, own.backgroundColor, mark.color,
    mark.borderColor, mark.backgroundColor, text.fontWeight, text.color].join(" ")];
})"""


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("kind", [PLAIN, DESKTOP])
def test_right_option_is_marked_on_the_back_alone(kind, night, everything, shown):
    window = shown(kind, night=night)
    seen = 0
    for each in everything:
        window.question(each)
        front = window.page.evaluate(OPTIONS)
        if not front:
            continue
        counts = {f"counter({name})" for name in ("place",)}
        assert {mark for _, mark, _ in front} == counts
        assert len({look for *_, look in front}) == 1
        window.answer(each)
        back = window.page.evaluate(OPTIONS)
        marks = {(name, mark) for name, mark, _ in back}
        assert ("right", '"✓"') in marks
        assert marks <= {("right", '"✓"'), ("wrong", '"✗"')}
        looks = {name: {look for each, _, look in back if each == name} for name, *_ in back}
        assert not looks["right"] & looks.get("wrong", set())
        seen += 1
    assert seen == 7


def test_front_does_not_tell_the_answer(cards, shown):
    why = {"text": "the right one", "feedback": "Right because."}
    window = shown()
    told = ["Right because.", "SCO", "Why so.", "secret"]
    sco = short({"text": "SCO", "feedback": "Why so."})
    for each in cards(choice(answer=why), sco, cloze("a {{secret}}")):
        window.question(each)
        text = window.page.inner_text("body")
        assert [one for one in told if one in text] == []
        window.answer(each)
        text = window.page.inner_text("body")
        assert [one for one in told if one in text] != []


def test_matching_and_ordering_show_the_right_order_alone_on_the_back(cards, shown):
    ports, items = cards(
        matching(["Gwadar", "a port"], ["Lahore", "no port"]), ordering("a1", "b2")
    )
    for kind in (DESKTOP, PLAIN):
        window = shown(kind)
        window.answer(ports)
        assert squeezed(window.page.inner_text("#qa")) == "? Gwadar a port Lahore no port"
        window.answer(items)
        assert squeezed(window.page.inner_text("#qa")) == "? a1 b2"


# Looks.

LOADED = "[...document.images].every(each => each.complete && each.naturalWidth > 0)"

OVERFLOW = """() => {
  const wide = [...document.querySelectorAll("#qa *")].filter(each =>
    each.getBoundingClientRect().right > innerWidth || each.getBoundingClientRect().left < 0);
  if (document.scrollingElement.scrollWidth > innerWidth) wide.push(document.body);
  return wide.map(each => each.tagName + " " + each.className);
}"""

CONTRASTS = r"""() => {
  const channels = colour => colour.match(/[\d.]+/g).map(Number);
  const filled = colour => (channels(colour)[3] ?? 1) > 0;
  const light = colour => {
    const [r, g, b] = channels(colour).map(each => each / 255)
      .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (filled(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  const add = (text, style, colour) => {
    const [one, other] = [light(style.color), light(colour)];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    found.push([text, Math.round(ratio * 100) / 100]);
  };
  const nodes = document.createTreeWalker(document.querySelector("#qa"), NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const element = nodes.currentNode.parentElement;
    if (nodes.currentNode.data.trim() && element.checkVisibility() && element.tagName != "STYLE")
      add(nodes.currentNode.data, getComputedStyle(element), ground(element));
  }
  for (const element of document.querySelectorAll("#qa *")) {
    for (const side of ["::before", "::after"]) {
      const style = getComputedStyle(element, side);
      const own = filled(style.backgroundColor) ? style.backgroundColor : ground(element);
      if (style.content != "none" && element.checkVisibility()) add(style.content, style, own);
    }
  }
  return found;
}"""

STILL = """() => document.getAnimations().forEach(each => each.finish())"""

TARGETS = """() => [...document.querySelectorAll("#qa .tappable, #qa input, #qa a")]
  .filter(each => each.checkVisibility())
  .map(each => [each.textContent, each.getBoundingClientRect()])
  .map(([text, box]) => [text, Math.round(box.width), Math.round(box.height)])"""


@pytest.mark.parametrize("width", [320, 1000])
@pytest.mark.parametrize("night", NIGHTS)
def test_cards_are_legible_and_keep_to_the_window(width, night, everything, shown):
    window = shown(width=width, night=night)
    for each in everything:
        for side in both_sides(window, each):
            window.page.evaluate(STILL)
            name = f"{each.note()['Id']}, card {each.ord + 1}, {side}"
            assert (name, window.page.evaluate(OVERFLOW)) == (name, [])
            contrasts = window.page.evaluate(CONTRASTS)
            assert contrasts
            assert (name, [each for each in contrasts if each[1] < 4.5]) == (name, [])
            small = [each for each in window.page.evaluate(TARGETS) if min(each[1:]) < 44]
            assert (name, small) == (name, [])
            assert window.page.evaluate(LOADED), name


@pytest.mark.parametrize("night", NIGHTS)
def test_axe_finds_nothing(night, everything, shown):
    window = shown(night=night)
    for each in everything:
        for side in both_sides(window, each):
            window.page.evaluate(STILL)
            assert axe_finds(window.page, "#qa") == [], (each.note()["Id"], side)


def test_text_grows_with_the_learners_size(everything, shown):
    """At twice the size every text is twice as large, and still within a narrow window."""
    window = shown(width=640)
    sizes = """() => [...document.querySelectorAll("#qa *")].filter(each => each.checkVisibility()
      && each.tagName != "STYLE").map(each => parseFloat(getComputedStyle(each).fontSize))"""
    for each in everything:
        for step in ("question", "answer"):
            getattr(window, step)(each)
            window.page.evaluate("document.documentElement.style.fontSize = '16px'")
            before = window.page.evaluate(sizes)
            window.page.evaluate("document.documentElement.style.fontSize = '32px'")
            after = window.page.evaluate(sizes)
            assert after == pytest.approx([2 * size for size in before])
            name = f"{each.note()['Id']}, {step}"
            assert (name, window.page.evaluate(OVERFLOW)) == (name, [])


@pytest.mark.parametrize("night", ["nightMode", "night_mode"])
def test_every_app_has_its_night(night, cards, shown):
    (only,) = cards(choice())
    ground = "getComputedStyle(document.body).backgroundColor"
    day, dark = shown(), shown(night=night)
    day.question(only)
    dark.question(only)
    assert day.page.evaluate(ground) == "rgb(255, 255, 255)"
    assert dark.page.evaluate(ground) == "rgb(31, 33, 37)"


def test_nothing_moves_for_who_wants_that(cards, shown):
    (only,) = cards(choice())
    lasts = "each => getComputedStyle(each).transitionDuration"
    for wish, duration in (("reduce", "0s"), ("no-preference", "0.12s")):
        window = shown(reduced_motion=wish)
        window.question(only)
        found = window.page.locator("li.tappable").first.evaluate(lasts)
        assert found.split(",")[0] == duration


def test_text_runs_in_its_own_direction(cards, shown):
    (only,) = cards(
        choice(prompt="پاکستان کہاں ہے؟", answer="چین", distractors=["in China", "在中国"])
    )
    window = shown()
    direction = "each => getComputedStyle(each).direction"
    for side in both_sides(window, only):
        assert window.page.eval_on_selector(".question", direction) == "rtl", side
        assert window.page.eval_on_selector(".right .option", direction) == "rtl"
        assert window.page.eval_on_selector(".wrong .option", direction) == "ltr"
        assert window.page.eval_on_selector(".choices", direction) == "rtl"


URDU = [
    choice(prompt="پاکستان کا دارالحکومت؟", answer="اسلام آباد", distractors=["لاہور", "کراچی"]),
    several(["چین", "ایران"], ["نیپال"], prompt="پڑوسی کون ہیں؟"),
    truth(True, prompt="گوادر بندرگاہ ہے۔"),
    ordering("پہلا", "دوسرا", "تیسرا", prompt="ترتیب دیں"),
    matching(["گوادر", "بندرگاہ"], ["لاہور", "شہر"], prompt="ملائیں"),
    short("شنگھائی تعاون تنظیم", "SCO", prompt="تنظیم کا نام؟", hints=["تین حروف"]),
]
ARABIC = [
    choice(prompt="ما هي عاصمة باكستان؟", answer="إسلام آباد", distractors=["لاهور"]),
    ordering("الأول", "الثاني", "الثالث", prompt="رتّب"),
    matching(["جوادر", "ميناء"], ["لاهور", "مدينة"], prompt="صِل"),
    numeric(1951, prompt="متى؟", unit="م"),
]


@pytest.mark.parametrize(("language", "questions"), [("ur", URDU), ("ar", ARABIC)])
def test_bank_that_runs_to_the_left_does_so(language, questions, cards, shown):
    window = shown(width=320)
    start = """() => [...document.querySelectorAll(".question, .option, .mark, .key, .pairs td")]
      .filter(each => each.checkVisibility() && each.textContent.trim())
      .map(each => { const range = document.createRange(); range.selectNodeContents(each);
        return [each.textContent, each.getBoundingClientRect().right
          - parseFloat(getComputedStyle(each).paddingRight) - range.getBoundingClientRect().right]; })"""
    for each in cards(*questions, language=language):
        for _ in both_sides(window, each):
            assert window.page.evaluate(OVERFLOW) == []
            gaps = window.page.evaluate(start)
            assert gaps
            assert [gap for gap in gaps if gap[1] > 12] == []


LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TABLE = f"| a | b | c |\n|---|---|---|\n| {LONG} | {LONG} | c |"
TALE = f"{'All that happened after the treaty was signed. ' * 40}{LONG}"
WIDE = {
    "prompt": choice(prompt=LONG),
    "option": choice(answer=LONG, distractors=[{"text": "no", "feedback": LONG}]),
    "many words": choice(prompt=TALE, answer=TALE, distractors=[f"{TALE}!"], feedback=TALE),
    "feedback": choice(feedback=LONG, hints=[LONG]),
    "code": choice(prompt=f"`{LONG}`", feedback=f"```\n{LONG}\n```\n"),
    "table": choice(prompt=TABLE, feedback=TABLE),
    "answer": short(LONG, f"{LONG}."),
    "typed": short("x" * 40, LONG),
    "pairs": matching([LONG, f"{LONG}."], ["a", "b"], distractors=[f"{LONG}!"]),
    "items": ordering(LONG, "b"),
    "cloze": cloze(f"{{{{{LONG}::{LONG}}}}}", prompt=LONG),
    "essay": {"type": "essay", "prompt": "?", "answer": TABLE, "rubric": LONG},
    "flashcard": card(LONG, LONG, reversed=True),
}


@pytest.mark.parametrize("place", WIDE)
def test_long_text_keeps_to_a_narrow_window(place, cards, shown):
    window = shown(width=320)
    for each in cards(WIDE[place]):
        for side in both_sides(window, each):
            window.page.evaluate(
                "document.querySelectorAll('details').forEach(each => each.open = true)"
            )
            assert (side, window.page.evaluate(OVERFLOW)) == (side, [])
        window.answer(each, LONG)
        assert window.page.evaluate(OVERFLOW) == []


def test_wide_image_keeps_to_a_narrow_window(tmp_path, learner, shown):
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="200"></svg>'
    (tmp_path / "wide.svg").write_text(drawing)
    question = choice(prompt="![](wide.svg)", answer="![](wide.svg)")
    path = write_file(tmp_path / "wide.yaml", question)
    window = shown(width=320)
    (only,) = cards_of(learner, *banks.load([path]))
    for side in both_sides(window, only):
        assert window.page.evaluate(LOADED)
        assert (side, window.page.evaluate(OVERFLOW)) == (side, [])


# The script.


def test_shipped_banks_are_shown_and_answered(shown, learner):
    """No fault, no request: `shown` sees to it."""
    window = shown(width=320)
    for each in cards_of(learner, *banks.load()):
        for _ in both_sides(window, each):
            assert window.page.evaluate(OVERFLOW) == []


def test_script_leaves_no_name_behind(everything, shown):
    window = shown()
    before = window.page.evaluate("Object.keys(window).sort()")
    for each in everything:
        for _ in both_sides(window, each):
            assert window.page.evaluate("Object.keys(window).sort()") == before


def test_script_is_in_the_template_and_safe_there():
    script = (Path(__file__).parents[1] / "templates/anki/card.js").read_text(encoding="utf-8")
    assert "{{" not in script
    assert "}}" not in script
    assert "</script" not in script
    newer = re.findall(
        r"\?\.[a-z(\[]|\?\?|catch \{|\.(?:at|flat|flatMap|matchAll|replaceAll)\(", script
    )
    assert newer == [], "newer than ES2018"
