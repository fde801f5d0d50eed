"""Which browser of the machine prints: Chrome, Chromium, Edge or Brave."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from quizgen.problems import Problem, QuizgenError

VARIABLE = "QUIZGEN_BROWSER"

_NAMES = (
    *("google-chrome", "google-chrome-stable", "chromium", "chromium-browser"),
    *("microsoft-edge", "microsoft-edge-stable", "brave-browser", "brave"),
)
_LINUX = ("/snap/bin/chromium", "/snap/bin/brave", "/opt/google/chrome/chrome")
_MAC = ("Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser")
_WINDOWS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
    r"BraveSoftware\Brave-Browser\Application\brave.exe",
)
_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_ADVICE = (
    "install Google Chrome, Chromium, Microsoft Edge or Brave, or name one with --browser PATH or "
    f"{VARIABLE}; or write the sheet with 'quizgen html', open it in any browser and print it, "
    "with the margins of the sheet and without headers and footers"
)


def find_browser(given: str | Path | None = None) -> Path:
    """The browser: the one given, the one that QUIZGEN_BROWSER names, or the first installed.

    Raises QuizgenError if it is not there.
    """
    named = str(given) if given else os.environ.get(VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            message = f"'{named}' is no program; {_ADVICE}"
            raise QuizgenError([Problem("no-browser", message)])
        return Path(found)
    for place in places(sys.platform, os.environ, Path.home()):
        if found := shutil.which(place):
            return Path(found)
    message = f"a PDF is printed by a browser, and none was found; {_ADVICE}"
    raise QuizgenError([Problem("no-browser", message)])


def places(platform: str, environment: Mapping[str, str], home: Path) -> Iterator[str]:
    """Where a browser may be, the likeliest first; a bare name is looked for on the PATH."""
    if platform == "win32":
        for program in _WINDOWS:
            for folder in _FOLDERS:
                if folder in environment:
                    yield f"{environment[folder]}\\{program}"
        return
    if platform == "darwin":
        for name in _MAC:
            for folder in ("/Applications", f"{home}/Applications"):
                yield f"{folder}/{name}.app/Contents/MacOS/{name}"
    yield from _NAMES
    if platform != "darwin":
        yield from _LINUX
