"""Chromium showing cards as Anki's clients do: what the engine renders, put into a page of theirs."""

import mimetypes
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HOME = "http://anki.invalid/"
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)

DESKTOP = "desktop"
"""One page for all sides: Anki puts each into it, and runs its scripts."""
PHONE = "phone"
"""A page a side, with one session storage: AnkiDroid."""
BARE = "bare"
"""A page a side, with no storage."""
OLD = "old"
"""One page, with no storage: Anki before 2.1.50."""
PLAIN = "plain"
"""A page a side, with scripts off."""

PAGE = """<!doctype html><html lang=en><meta charset=utf-8><title>Anki</title>
<meta name=viewport content="width=device-width"><link rel=icon href="data:,">
<body class="card card1 {night}"><div id=qa>{side}</div>"""

SHOW = """side => {
  const qa = document.querySelector("#qa");
  qa.innerHTML = side;
  for (const old of qa.querySelectorAll("script")) {
    const script = document.createElement("script");
    script.appendChild(document.createTextNode(old.innerHTML));
    old.replaceWith(script);
  }
}"""

NO_STORAGE = """Object.defineProperty(window, "sessionStorage", {
  get() { throw new DOMException("denied", "SecurityError"); } });"""

SETTLED = """async () => {
  await Promise.allSettled([...document.images].map(each => each.decode()));
  await new Promise(done => setTimeout(done, 0));
}"""

INPUT = """<center><input type=text id=typeans onkeypress="_typeAnsPress();"
 style="font-family: 'Arial'; font-size: 20px;"></center>"""
COMPARED = """<div style="font-family: 'Arial'; font-size: 20px">{}</div>"""


@dataclass
class Client:
    """A client with one window; `strays` are requests that leave it, `faults` what scripts say."""

    page: Page
    learner: object
    kind: str
    night: str
    strays: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    side: str = ""

    def open(self):
        self.page.route("**/*", self._answer)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text))
        self.page.add_init_script("window._typeAnsPress = () => {};")
        if self.kind in {BARE, OLD}:
            self.page.add_init_script(NO_STORAGE)
        self.page.goto(HOME)

    def question(self, card):
        """Shows the front."""
        self.show(card.question().replace("[[type:Typed]]", INPUT))

    def answer(self, card, typed="typed"):
        """Shows the back, as after this was typed."""
        expected = dict(card.note().items()).get("Typed")
        compared = ""
        if expected:
            compared = COMPARED.format(self.learner.compare_answer(expected, typed))
        self.show(card.answer().replace("[[type:Typed]]", compared))

    def show(self, side):
        self.side = side
        if self.kind in {DESKTOP, OLD}:
            self.page.evaluate(SHOW, side)
        else:
            self.page.goto(HOME)
        if self.kind != PLAIN:
            self.page.evaluate(SETTLED)

    def texts(self, selector):
        """What is to be read in each that the selector finds."""
        found = self.page.locator(selector).locator("visible=true")
        return [" ".join(text.split()) for text in found.all_inner_texts()]

    def _answer(self, route):
        name = route.request.url.removeprefix(HOME)
        files = Path(self.learner.media.dir())
        if name == "":
            once = "" if self.kind in {DESKTOP, OLD} else self.side
            route.fulfill(content_type="text/html", body=PAGE.format(night=self.night, side=once))
        elif (files / name).is_file():
            kind, _ = mimetypes.guess_type(name)
            route.fulfill(content_type=kind, path=files / name)
        else:
            self.strays.append(route.request.url)
            route.abort()


@contextmanager
def chromium():
    """The browser, or None where none is installed."""
    path = shutil.which("chromium")
    if path is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def client(browser, learner, kind=DESKTOP, *, width=390, night="", **context):
    """A client of this kind, its window this wide; `night` are the body's classes by night."""
    scripts = kind != PLAIN
    size = {"width": width, "height": 800}
    opened = browser.new_context(viewport=size, java_script_enabled=scripts, **context)
    found = Client(opened.new_page(), learner, kind, night)
    found.open()
    yield found
    opened.close()
