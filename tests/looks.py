"""Pictures of cards: `python -m tests.looks OUT [BANK]...`, by day and by night, front and back.

A card of each type of the banks (else of all fields, and of the shipped ones) is answered: some of
it right, some wrong. Each picture shows front and back, unanswered and answered.
"""

import sys
import tempfile
from pathlib import Path

from anki.collection import Collection

from quizgen import bank as banks
from tests.clients import PHONE, chromium, client
from tests.decks import EVERYTHING, cards_in, package_of, take

NIGHTS = {"day": "", "night": "nightMode night_mode"}


def try_it(page, kind):
    """Answers the front that is shown, half right where it can be."""
    if kind in {"multiple-choice", "true-false"}:
        page.locator(".choices > .wrong").first.click()
    elif kind == "multiple-response":
        page.locator(".choices > .right").first.click()
        if page.locator(".choices > .wrong").count():
            page.locator(".choices > .wrong").first.click()
    elif kind == "ordering":
        places = [1, 3, 2, *range(4, page.locator(".items > li").count() + 1)]
        for place in places[: page.locator(".items > li").count() - 1]:
            found = page.locator(f".items > [data-place='{place}']")
            if found.count():
                found.click()
    elif kind == "matching":
        for right in range(min(3, page.locator(".rights > li").count())):
            page.locator(".rights > li").nth(right).click()


def main(out, paths):
    out.mkdir(parents=True, exist_ok=True)
    loaded = banks.load(paths)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        learner = Collection(f"{folder}/learner.anki2")
        take(learner, package_of(*loaded))
        for name, night in NIGHTS.items():
            with client(browser, learner, PHONE, night=night, device_scale_factor=2) as phone:
                for number, card in enumerate(cards_in(learner), 1):
                    kind = dict(card.note().items()).get("Kind", "cloze")
                    stem = f"{number:02}-{kind}-{name}"
                    phone.question(card)
                    phone.page.screenshot(path=out / f"{stem}-1.png", full_page=True)
                    try_it(phone.page, kind)
                    phone.page.screenshot(path=out / f"{stem}-2.png", full_page=True)
                    phone.answer(card, "21/5/1951" if kind == "date" else "S*C*O")
                    phone.page.screenshot(path=out / f"{stem}-3.png", full_page=True)
        learner.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or [EVERYTHING])
