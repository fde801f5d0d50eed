"""Sheets to PDF, one browser for all of them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizgen.pdf.browser import START, Browser, evaluate
from quizgen.pdf.fit import Fit, lacks_glyphs, read_fit, undated
from quizgen.problems import Problem, Severity

ALMOST_EMPTY = 0.15
"""A last page that is used less than this is warned of."""

_MOST_NAMED = 12


@dataclass(frozen=True)
class Printed:
    """PDFs by the ending of their file names, how each fits its pages, and what to warn of."""

    files: Mapping[str, bytes]
    fits: Mapping[str, Fit]
    problems: tuple[Problem, ...]


def print_sheets(sheets: Mapping[str, bytes], browser: Browser) -> Printed:
    """HTML documents, by their endings in `.html`, printed by the browser, which then ends.

    The same sheets give the same bytes with the same browser and fonts. Raises QuizgenError if the
    browser did not start, fails, or takes too long.
    """
    browser.call("Browser.getVersion", START)
    printed = {
        ending.removesuffix(".html") + ".pdf": _print(browser, sheet)
        for ending, sheet in sheets.items()
    }
    browser.close()
    files = {ending: pdf for ending, (pdf, _) in printed.items()}
    fits = {ending: read_fit(pdf) for ending, pdf in files.items()}
    problems = (
        problem
        for ending, (_, absent) in printed.items()
        for problem in _warnings(ending, fits[ending], absent)
    )
    return Printed(files, fits, tuple(problems))


def _print(browser: Browser, sheet: bytes) -> tuple[bytes, str | None]:
    """The PDF, and the characters that no font has, as far as they are known; None if all have."""
    # Seconds: what a slow machine may take to set a page, times what there is to set.
    limit = 120 + len(sheet) / 20_000
    target = browser.call("Target.createTarget", limit, url="about:blank")["targetId"]
    session: str = browser.call("Target.attachToTarget", limit, targetId=target, flatten=True)[
        "sessionId"
    ]

    def ask(method: str, **params: object) -> dict[str, Any]:
        return browser.call(method, limit, session, **params)

    ask("Page.enable")
    frame = ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
    ask("Page.setDocumentContent", frameId=frame, html=sheet.decode())
    evaluate(browser, session, _LOADED, limit)
    printed = ask(
        "Page.printToPDF",
        preferCSSPageSize=True,
        printBackground=True,
        displayHeaderFooter=False,
        generateTaggedPDF=True,
        generateDocumentOutline=False,
    )["data"]
    pdf = undated(b64decode(printed))
    absent = str(evaluate(browser, session, _ABSENT, limit)) if lacks_glyphs(pdf) else None
    browser.call("Target.closeTarget", limit, targetId=target)
    return pdf, absent


def _warnings(ending: str, fit: Fit, absent: str | None) -> list[Problem]:
    sheet = _called(ending)
    problems: list[Problem] = []
    if absent is not None:
        shown = " ".join(f"{each} (U+{ord(each):04X})" for each in absent[:_MOST_NAMED])
        more = f" and {len(absent) - _MOST_NAMED} more" if len(absent) > _MOST_NAMED else ""
        what = f"{shown or 'some characters'}{more}"
        message = f"no font here has {what}: {sheet} shows boxes; install one, as Noto"
        problems.append(Problem("no-font", message, severity=Severity.WARNING))
    for first, last in fit.torn:
        message = f"{sheet} tears an item between the pages {first} and {last}; shorten it"
        problems.append(Problem("torn", message, severity=Severity.WARNING))
    if fit.pages > 1 and fit.last < ALMOST_EMPTY:
        used = f"{fit.last:.0%} of the last of its {fit.pages} pages"
        message = f"{sheet} uses {used}; take a question out, or set it tighter"
        problems.append(Problem("last-page", message, severity=Severity.WARNING))
    return problems


def _called(ending: str) -> str:
    mark = ending.removesuffix(".pdf").removeprefix("-")
    return "the key" if mark == "key" else f"version {mark}" if mark else "the sheet"


def show_fit(ending: str, fit: Fit) -> str:
    """How a document fits its pages, in a line."""
    pages = f"{fit.pages} page{'' if fit.pages == 1 else 's'}"
    torn = f"{len(fit.torn)} torn" if fit.torn else "nothing torn"
    return f"{_called(ending)}: {pages}, {torn}, {fit.last:.0%} of the last one used"


_LOADED = """Promise.all([
  document.fonts.ready,
  ...[...document.images].map(image => image.decode().catch(() => null)),
]).then(() => true)"""

# A character that no font has is drawn as the same box as one that Unicode has not given out. Only
# those as wide as that box are drawn and compared. Marks, controls and spaces are passed over.
_ABSENT = r"""(() => {
  const fonts = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    if (!/[^\x00-\x7f]/.test(node.data)) continue;
    const font = getComputedStyle(node.parentElement).fontFamily;
    if (!fonts.has(font)) fonts.set(font, new Set());
    for (const each of node.data) if (each > "\x7f") fonts.get(font).add(each);
  }
  const canvas = new OffscreenCanvas(64, 64);
  const context = canvas.getContext("2d", {willReadFrequently: true});
  const draw = each => {
    context.clearRect(0, 0, 64, 64);
    context.fillText(each, 16, 44);
    return context.getImageData(0, 0, 64, 64).data.join();
  };
  const absent = new Set();
  for (const [font, characters] of fonts) {
    context.font = "24px " + font;
    const box = "\u0378", width = context.measureText(box).width, drawn = draw(box);
    for (const each of characters) {
      if (/[\p{M}\p{Cc}\p{Cf}\p{Z}]/u.test(each)) continue;
      if (context.measureText(each).width === width && draw(each) === drawn) absent.add(each);
    }
  }
  return [...absent].sort().join("");
})()"""
