"""A window that notices whatever a page does of its own accord, and what could make it do more."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

HOME = "http://sheet.invalid/"
CARD_SCRIPT = (
    (Path(__file__).parents[2] / "templates" / "anki" / "card.js").read_text("utf-8").strip()
)

TAGS = """
html head meta title style body main section header footer div p span a b i em strong code pre br hr
ol ul li table thead tbody tr th td blockquote h1 h2 h3 h4 h5 h6 img audio fieldset details summary
bdi svg g defs pattern path rect line text
math mrow mi mn mo mtext mspace mstyle mfrac msqrt mroot msub msup msubsup munder mover munderover
mtable mtr mtd menclose mpadded mphantom
""".split()
"""Every element that sheets and cards are made of."""

ATTRIBUTES = """
class id dir lang style title alt role start href src controls charset name content http-equiv
tabindex open scope
viewBox width height x y x1 x2 y1 y2 rx d fill stroke stroke-width stroke-linecap font-size
text-anchor direction patternUnits transform
xmlns display mathcolor mathbackground mathvariant stretchy fence form separator movablelimits
accent linethickness notation columnalign rowspacing columnspacing displaystyle scriptlevel
minsize maxsize lspace rspace symmetric largeop
""".split()
"""Every attribute, but for those that begin with `aria-` or `data-`."""

SCRIPTS = f"""
function script() {{ {CARD_SCRIPT} }}
function turn() {{
  const main = document.querySelector("main.quizgen");
  for (const each of main.querySelectorAll(".tappable")) each.click();
  main.classList.replace("quizgen", "shown");  // so that the next card's script takes the next one
}}""".strip()
"""Stands once on a page of cards: the script of them all, and what answers one."""

SCAN = """([tags, attributes, scripts]) => {
  const faults = [];
  const strings = /"(?:[^"\\\\]|\\\\.)*"/gs;
  const schemes = ["http:", "https:", "mailto:"];
  for (const each of document.querySelectorAll("*")) {
    const said = text => faults.push(`${text}: ${each.outerHTML.slice(0, 200)}`);
    if (each.matches(".type > center, input#typeans, .type > div")) continue;  // Anki's own
    if (each.localName === "script") {
      if (!scripts.includes(each.textContent.trim())) said("a script");
      continue;
    }
    if (!tags.includes(each.localName)) said("an element");
    if (each.shadowRoot) said("a shadow root");
    for (const {name, value} of each.attributes) {
      if (!/^(aria|data)-[a-z]+$/.test(name) && !attributes.includes(name)) said("an attribute");
      if (name === "style" && !/^(?!.*(url|expression))[-\\w:;. ()*/+]+$/i.test(value)) said("a style");
      if (name === "charset" && value !== "utf-8") said("a charset");
      if (name === "http-equiv" && value !== "Content-Security-Policy") said("a header");
      if (name === "href" && !(each.localName === "a" && schemes.includes(URL.parse(value, document.baseURI)?.protocol))) said("a link");
      if (name === "src" && !/^(data:(image\\/png|image\\/svg\\+xml|audio\\/wav);base64,|quizgen-[0-9a-f]{20}[.])/.test(value)) said("a source");
    }
  }
  const unseen = NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_PROCESSING_INSTRUCTION;
  const comments = document.createNodeIterator(document, unseen);
  for (let each; (each = comments.nextNode());) faults.push(`a comment: ${each.data.slice(0, 200)}`);
  for (const sheet of document.styleSheets)
    for (const rule of sheet.cssRules)
      if (rule instanceof CSSImportRule || /url[(]|expression/i.test(rule.cssText.replace(strings, "")))
        faults.push(rule.cssText);
  return faults;
}"""

SCANNED = [TAGS, ATTRIBUTES, [SCRIPTS, "script()", "turn()"]]
"""What `SCAN` is called with."""

PROVOKE = """() => {
  const events = ["click", "mouseover", "pointerenter", "focus", "error", "load", "toggle"];
  for (const each of document.querySelectorAll("*:not(a)"))
    for (const name of events) each.dispatchEvent(new Event(name, {cancelable: true}));
}"""

ADDRESSES = "() => [...new Set([...document.links].map(each => each.getAttribute('href')))]"
CLICK = (
    """address => [...document.links].find(each => each.getAttribute("href") === address).click()"""
)


class Trap:
    """A page and what it has done: requests, dialogs, complaints, windows and files that opened."""

    def __init__(self, page):
        self.page = page
        self.done = []
        self._body = ""
        self._following = False
        self._served = None
        page.set_default_timeout(180_000)  # a page of all injections on a busy machine
        page.route("**/*", self._answer)
        page.on("console", lambda said: self.done.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: self.done.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.done.append(dialog.message), dialog.dismiss()))
        page.on("popup", lambda popup: self.done.append(f"window: {popup.url}"))
        page.on("download", lambda file: self.done.append(f"file: {file.url}"))
        page.on("websocket", lambda socket: self.done.append(f"socket: {socket.url}"))

    def _answer(self, route):
        address = route.request.url
        if address == HOME and not self._following:
            route.fulfill(content_type="text/html; charset=utf-8", body=self._body)
        elif self._served and (path := self._served(address)):
            route.fulfill(path=path)
        elif self._following and route.request.is_navigation_request():
            route.fulfill(status=204)
        else:
            self.done.append(f"request: {address}")
            route.abort()

    def show(self, document, served=None):
        """Opens the document; `served` gives the files of addresses that it may ask for."""
        self._body, self._served, self._following = document, served, False
        self.page.goto(HOME)

    def show_cards(self, sides, served=None):
        """Opens a page of sides of cards, each answered before the next comes."""
        shown = (each.replace(CARD_SCRIPT, "script()") for each in sides)
        body = "".join(f"{each}<script>turn()</script>" for each in shown)
        head = f"<!doctype html><meta charset=utf-8><script>{SCRIPTS}</script>"
        self.show(head + body, served)
        assert self.page.locator("main.shown").count() == len(sides)
        live = sum(CARD_SCRIPT in each for each in sides)
        assert self.page.locator("main.shown.live").count() == live

    def faults(self):
        """What the page has done, holds or does when it is touched that it ought not."""
        found = self.page.evaluate(SCAN, SCANNED)
        self.page.evaluate(PROVOKE)
        return found + self._state()

    def click_links(self):
        """Clicks each link, which goes nowhere; gives how many there are and what they did."""
        self._following = True
        addresses = self.page.evaluate(ADDRESSES)
        for address in addresses:
            self.page.evaluate(CLICK, address)
            self.page.wait_for_timeout(20)
        return len(addresses), self._state()

    def _state(self):
        found = ["a script has run"] if self.page.evaluate("'__pwned' in window") else []
        found += [] if self.page.url.startswith(HOME) else [f"the page is {self.page.url}"]
        found += self.done
        self.done.clear()
        return found


@contextmanager
def trap(browser, **context):
    """A trap in a window of its own."""
    opened = browser.new_context(**context)
    yield Trap(opened.new_page())
    opened.close()
