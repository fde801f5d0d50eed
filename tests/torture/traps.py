"""A window that notices whatever a page does of its own accord, and what could make it do more."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

HOME = "http://sheet.invalid/"
CARD_SCRIPT = (Path(__file__).parents[2] / "templates" / "anki" / "card.js").read_text("utf-8")

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

SCAN = """([tags, attributes, script]) => {
  const faults = [];
  const strings = /"(?:[^"\\\\]|\\\\.)*"/gs;
  const schemes = ["http:", "https:", "mailto:"];
  for (const each of document.querySelectorAll("*")) {
    const said = text => faults.push(`${text}: ${each.outerHTML.slice(0, 200)}`);
    if (each.matches(".type > center, input#typeans, .type > div")) continue;  // Anki's own
    if (each.localName === "script") {
      if (each.textContent.trim() !== script.trim()) said("a script");
      continue;
    }
    if (!tags.includes(each.localName)) said("an element");
    if (each.shadowRoot) said("a shadow root");
    for (const {name, value} of each.attributes) {
      if (!/^(aria|data)-[a-z]+$/.test(name) && !attributes.includes(name)) said("an attribute");
      if (name === "style" && !/^(?!.*(url|expression))[-\\w:;. ()*/+]+$/i.test(value)) said("a style");
      if (name === "http-equiv" && value !== "Content-Security-Policy") said("a header");
      if (name === "href" && !(each.localName === "a" && schemes.includes(new URL(each.href).protocol))) said("a link");
      if (name === "src" && !/^(data:(image\\/png|image\\/svg\\+xml|audio\\/wav);base64,|quizgen-[0-9a-f]{20}[.])/.test(value)) said("a source");
    }
  }
  for (const sheet of document.styleSheets)
    for (const rule of sheet.cssRules)
      if (rule instanceof CSSImportRule || /url[(]|expression/i.test(rule.cssText.replace(strings, "")))
        faults.push(rule.cssText);
  return faults;
}"""

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

    def __init__(self, page, served=None):
        self.page = page
        self.done = []
        self._body = ""
        self._following = False
        self._served = served
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

    def show(self, document):
        self._body = document
        self.page.goto(HOME)

    def faults(self):
        """What the page has done, holds or does when it is touched that it ought not."""
        found = self.page.evaluate(SCAN, [TAGS, ATTRIBUTES, CARD_SCRIPT])
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
        return found + self.done


@contextmanager
def trap(browser, served=None, **context):
    """A trap in a window of its own."""
    opened = browser.new_context(**context)
    yield Trap(opened.new_page(), served)
    opened.close()
