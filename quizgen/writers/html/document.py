"""Whole documents: a sheet, or the key of all versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b, sha256
from typing import Any, NamedTuple, cast

from markupsafe import Markup

from quizgen.languages import direction
from quizgen.media import MediaError, read_media
from quizgen.problems import Problem, QuizgenError, Severity
from quizgen.quiz import Quiz
from quizgen.words import counted, is_spoken, localized, words
from quizgen.writers.html.layouts import LAYOUTS
from quizgen.writers.html.measure import MARGIN, font_size, size_of
from quizgen.writers.html.options import HtmlOptions, Key, Layout
from quizgen.writers.html.press import Press, image_tag
from quizgen.writers.html.sheet import QuestionSheet, Sheet
from quizgen.writers.output import Output, Track, base64, encode, environment, template_errors


def write(quiz: Quiz, options: HtmlOptions = HtmlOptions(), track: Track = iter) -> Output:
    """Documents that need nothing beside them.

    The sheet ends in `.html`, or `-A.html`, `-B.html` ... with several versions; a key of its own
    in `-key.html`. Raises QuizgenError if the key is asked for alone and the layout has none, if
    the logo cannot be read, or if a QR code does not hold the seed.
    """
    form = LAYOUTS[options.layout]
    if options.key is Key.ONLY and form.key is None:
        message = f"{options.layout.value} has its answers on the sheet itself; leave out --key"
        raise QuizgenError([Problem("no-key", message)])
    language = options.language or quiz.language
    with template_errors(options.templates):
        templates = environment(
            "html",
            options.templates,
            css_string=_css_string,
            css_counters=_css_counters,
            sha256=_sha256,
        )
        known = cast("dict[str, Any]", templates.globals)  # typed as what Jinja puts there itself
        known |= _known(quiz, language, options)
        press = Press(options, language, templates, track)
        sheets = [form.draw(version, press) for version in quiz.versions]
        edition = _Edition(quiz, form.key, press, _build(quiz, sheets))
        files: dict[str, bytes] = {}
        if options.key is not Key.ONLY:
            for sheet in sheets:
                suffix = f"-{sheet.mark}.html" if sheet.mark else ".html"
                files[suffix] = edition.document(form.sheet, [sheet])
        if form.key and options.key in (Key.SEPARATE, Key.ONLY):
            suffix = "-key.html" if options.key is Key.SEPARATE else ".html"
            files[suffix] = edition.document("key.html.j2", sheets)
    problems = [*_unspoken(language), *dict.fromkeys(press.problems)]
    return Output(files, tuple(problems))


class Row(NamedTuple):
    """Where a question stands: its id, and its number in each version."""

    id: str
    numbers: tuple[int, ...]


def _known(quiz: Quiz, language: str, options: HtmlOptions) -> Mapping[str, Any]:
    """What every template finds."""
    width, height = size_of(options)
    flags = {
        options.layout.value: True,
        "landscape": options.landscape,
        "two-columns": options.columns == 2,
        "large-print": options.large_print,
        "spacious": options.spacious,
        "low-ink": options.low_ink,
    }
    return {
        "title": quiz.title,
        "language": language,
        "direction": direction(language),
        "words": words(language),
        "counted": partial(counted, language),
        "localized": partial(localized, language),
        "minutes": quiz.minutes,
        "scored": options.layout is Layout.TEST,
        "study": options.layout is Layout.STUDY,
        "word_bank": options.word_bank,
        "looks": " ".join(name for name, on in flags.items() if on),
        "font_size": font_size(options),
        "paper": options.paper.value,
        "landscape": options.landscape,
        "width": width,
        "height": height,
        "margin": MARGIN,
        "header": options.header,
        "logo": _logo(options),
    }


@dataclass(frozen=True)
class _Edition:
    """What the documents of a run share: the template of the key, the mark of the build."""

    quiz: Quiz
    key: str | None
    press: Press
    build: str

    def document(self, name: str, sheets: Sequence[Sheet]) -> bytes:
        """The sheets in the template of that name."""
        quiz, options = self.quiz, self.press.options
        licences = dict.fromkeys(bank.licence for bank in quiz.banks if bank.licence)
        works = dict.fromkeys(str(source) for bank in quiz.banks for source in bank.sources)
        numbered = len(sheets) > 1 and isinstance(sheets[0], QuestionSheet)
        parts = self.press.templates.get_template(name).generate(
            instructions=self.press.instructions(quiz.instructions),
            sheets=sheets,
            build=self.build,
            qr=_qr(quiz, sheets[0], self.build) if options.qr else None,
            key=self.key,
            inline_key=self.key is not None and options.key is Key.INLINE,
            answers_at_end=options.key is not Key.NONE,
            places=_places(quiz) if numbered else [],
            licence=", ".join(licences),
            works=list(works),
        )
        return encode(parts)


def _places(quiz: Quiz) -> list[Row]:
    """Every question by its number in the first version."""
    several = len(quiz.banks) > 1
    numbers: dict[str, list[int]] = {}
    for version in quiz.versions:
        for item in version.items:
            name = f"{item.bank.id}/{item.question.id}" if several else item.question.id
            numbers.setdefault(name, []).append(item.number)
    return [Row(name, tuple(found)) for name, found in numbers.items()]


def _build(quiz: Quiz, sheets: Iterable[Sheet]) -> str:
    """A mark that is the same on the sheets of a build and on its key, and on no other."""
    digest = blake2b(f"{quiz.title}\0{quiz.seed}".encode(errors="surrogatepass"), digest_size=3)
    for sheet in sheets:
        digest.update("".join(sheet.content()).encode(errors="surrogatepass"))
    name = quiz.banks[0].id if len(quiz.banks) == 1 else "quiz"
    return f"{name}@{digest.hexdigest()}"


def _qr(quiz: Quiz, sheet: Sheet, build: str) -> Markup:
    """Quiz, version and seed as a picture that a telephone reads."""
    import segno

    parts = {"quiz": build, "version": sheet.mark, "seed": quiz.seed}
    text = "\n".join(f"{name}: {value}" for name, value in parts.items() if value)
    # Square to square without a seam, and without a namespace or a size of its own.
    try:
        code = segno.make_qr(text, error="m")
    except segno.DataOverflowError as error:
        message = "the seed is longer than a QR code holds; shorten it, or leave out --qr"
        raise QuizgenError([Problem("qr", message)]) from error
    drawn = code.svg_inline(border=0, omitsize=True, svgclass="qr")
    label = Markup.escape(", ".join(text.splitlines()))
    return Markup(drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1))


def _logo(options: HtmlOptions) -> Markup | None:
    """The school's own picture, which says nothing that its header does not."""
    path = options.logo
    if path is None:
        return None
    try:
        image = read_media(path.parent, path.name)
    except MediaError as error:
        raise QuizgenError([Problem(error.code, f"--logo: {error}")]) from error
    if image.is_audio:
        message = f"--logo: '{path.name}' is a recording; name a picture"
        raise QuizgenError([Problem("image-kind", message)])
    return Markup(image_tag(image, ""))


def _unspoken(language: str) -> list[Problem]:
    """Information that a sheet's own words are English for want of better."""
    if is_spoken(language):
        return []
    message = f"there are no words in '{language}' yet: the sheet's own are English; see --language"
    return [Problem("no-words-in-language", message, severity=Severity.INFO)]


def _css_string(text: str) -> Markup:
    """The text as a quoted string of CSS, safe inside a style element."""
    plain = re.sub(r"[^\w .,:;!?()·–—-]", lambda found: f"\\{ord(found[0]):x} ", text)
    return Markup(f'"{plain}"')


def _css_counters(pattern: str) -> Markup:
    """`Page {page} of {pages}` as the content of a margin box."""
    parts = re.split(r"\{(pages?)\}", pattern)
    shown = [
        Markup(f"counter({part})") if at % 2 else _css_string(part) for at, part in enumerate(parts)
    ]
    return Markup(" ").join(shown)


def _sha256(text: str) -> str:
    """The source by which a Content-Security-Policy knows an element of this text."""
    return f"sha256-{base64(sha256(text.encode()).digest())}"
