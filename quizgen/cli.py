"""The command line: parses, calls once, prints. What it needs is imported when a command runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from quizgen import __version__
from quizgen.terminal import Group, bar_width, shows_progress, words

if TYPE_CHECKING:  # heavy: imported inside the commands
    from quizgen.blueprint import Found
    from quizgen.model import Bank
    from quizgen.problems import Problem
    from quizgen.quiz import Item, Quiz
    from quizgen.readers.reading import Reading
    from quizgen.writers.html import HtmlOptions
    from quizgen.writers.output import Output

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., Any])

# The words of the options, written out so that --help and completion need no model.
TYPES = (
    *("multiple-choice", "multiple-response", "true-false", "short-answer", "numeric", "date"),
    *("matching", "ordering", "cloze", "essay", "flashcard"),
)
LAYOUTS = ("worksheet", "test", "study", "cards", "wordsearch", "crossword")
DIFFICULTIES = ("easy", "medium", "hard")
FORMATS = ("moodle", "gift", "aiken")
LONG_WORK = 500
"""From how many questions on a terminal is shown progress."""


class Failure(click.ClickException):
    """The input is wrong: its problems are printed already; exit status 1."""

    def __init__(self) -> None:
        super().__init__("")

    def show(self, file: Any = None) -> None:
        """Nothing is left to say."""


def _examples(*lines: str) -> str:
    """Examples for the end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def _banks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """Completes a bank: the shipped ids, then files."""
    from click.shell_completion import CompletionItem

    from quizgen.bank import shipped

    ids = [CompletionItem(each) for each in shipped() if each.startswith(incomplete)]
    return [*ids, CompletionItem(incomplete, type="file")]


def _with(command: Command, declared: Sequence[Callable[[Command], Command]]) -> Command:
    """The command with options, which its help has in the order given."""
    for option in reversed(declared):
        command = option(command)
    return command


def banks_argument(command: Command) -> Command:
    """The banks that a command is about, or a quiz file."""
    return click.argument("banks", nargs=-1, metavar="[BANKS]...", shell_complete=_banks)(command)


def selection_options(command: Command) -> Command:
    """The options that all writers share."""
    declared = [
        click.option("--tag", "tags", multiple=True, callback=words,
                     help="Take questions with this tag (repeatable)."),
        click.option("--type", "types", multiple=True, type=click.Choice(TYPES), metavar="TYPE",
                     help="Take questions of this type (repeatable)."),
        click.option("--difficulty", "difficulties", multiple=True, type=click.Choice(DIFFICULTIES),
                     help="Take questions of this difficulty (repeatable)."),
        click.option("--count", type=click.IntRange(min=1), help="Draw this many of them."),
        click.option("--seed", callback=words, show_default="quizgen",
                     help="What every order is drawn from."),
        click.option("--shuffle/--no-shuffle", default=None,
                     help="Draw the order of questions too, or keep options as written."
                          " By default options are drawn and questions stand in bank order."),
        click.option("--title", callback=words, help="Title of the quiz."),
        click.option("--templates", type=click.Path(exists=True, file_okay=False, path_type=Path),
                     help="Folder whose templates replace the shipped ones."),
        click.option("--strict", is_flag=True, help="Make warnings errors."),
        click.option("--verbose", "-v", is_flag=True,
                     help="Say what was read, chosen and lowered."),
    ]  # fmt: skip
    return _with(command, declared)


def _output(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Where the result goes; standard output has one name from here on."""
    return "-" if value in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1") else value


def output_option(default: str) -> Callable[[Command], Command]:
    """Where the result goes."""
    return click.option(
        "-o", "--output", default=default, show_default=True, metavar="FILE", callback=_output,
        help="File to write; - is standard output.",
    )  # fmt: skip


def deck_options(command: Command) -> Command:
    """How the deck is named and kept alive."""
    declared = [
        click.option("--deck", callback=words,
                     help="Name of the deck that holds a sub-deck a bank."),
        click.option("--flat", is_flag=True,
                     help="Put all cards into one deck, told apart by their tags."),
        click.option("--locked", is_flag=True,
                     help="Fail if quizgen.lock beside the banks would change."),
    ]  # fmt: skip
    return _with(command, declared)


def push_options(command: Command) -> Command:
    """How a running Anki is reached."""
    declared = [
        click.option("--push", is_flag=True,
                     help="Bring the notes into the Anki that runs on this machine, through its"
                          " add-on AnkiConnect (code 2055492159), and write a file only with -o."),
        click.option("--port", type=click.IntRange(1, 65535), metavar="PORT",
                     help="Port of the add-on, if it is not 8765."),
        click.option("--push-key", metavar="KEY", envvar="QUIZGEN_ANKI_KEY", show_envvar=True,
                     help="The add-on's apiKey, if it has one."),
    ]  # fmt: skip
    return _with(command, declared)


def moodle_options(command: Command) -> Command:
    """Where questions go in Moodle, and what some types become there."""
    declared = [
        click.option("--category", callback=words, metavar="PATH",
                     help="Category below the course's, as 'History/Week 3'."),
        click.option("--categories", type=click.Choice(["bank", "tag"]), default="bank",
                     show_default=True, help="A category a bank, or one below it a first tag."),
        click.option("--front-matter/--no-front-matter", default=True, show_default=True,
                     help="Begin each bank's category with a description: what the bank is about,"
                          " its licence and sources."),
        click.option("--cloze", type=click.Choice(["type", "drag", "dropdown"]), default="type",
                     show_default=True,
                     help="How gaps are filled: written, or from the words of all gaps."),
        click.option("--flashcards", type=click.Choice(["short-answer", "matching"]),
                     default="short-answer", show_default=True,
                     help="A question a card, or a matching of the cards of one first tag."),
        click.option("--response-format",
                     type=click.Choice(["editor", "editorfilepicker", "plain", "monospaced",
                                        "noinline"]),
                     default="editor", show_default=True,
                     help="What essays are written in; noinline takes a file alone."),
    ]  # fmt: skip
    return _with(command, declared)


def _language(ctx: click.Context, param: click.Parameter, tag: str | None) -> str | None:
    """A language that there are words in."""
    if tag is not None:
        from quizgen.problems import did_you_mean
        from quizgen.words import LANGUAGES, is_spoken

        if not is_spoken(tag):
            near = did_you_mean(tag, LANGUAGES) or f"; there are {', '.join(LANGUAGES)}"
            raise click.BadParameter(f"there are no words in '{tag}'{near}")
    return tag


def paper_options(command: Command) -> Command:
    """How the sheet is laid out."""
    declared = [
        click.option("--layout", type=click.Choice(LAYOUTS), default="worksheet",
                     show_default=True, help="worksheet has no points, test has points and a score;"
                     " study folds the answers under the questions; cards are flashcards to be cut;"
                     " wordsearch and crossword are puzzles of the short keys."),
        click.option("--versions", type=click.IntRange(1, 26), show_default="1",
                     help="Versions A, B, C ..., each in its own order and file."),
        click.option("--language", metavar="TAG", callback=_language,
                     help="Language of the sheet's own words, else the bank's."),
        click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4",
                     show_default=True, help="Size of the sheet."),
        click.option("--landscape", is_flag=True, help="Lay the sheet on its side."),
        click.option("--columns", type=click.Choice(["1", "2"]), default="1", show_default=True,
                     help="Columns of questions."),
        click.option("--large-print", is_flag=True,
                     help="18 pt, one column of options, wider lines."),
        click.option("--spacious", is_flag=True,
                     help="Wide spacing and no italics, for readers with dyslexia."),
        click.option("--low-ink", is_flag=True, help="Thin lines, grey text, little space."),
        click.option("--header", callback=words, metavar="TEXT",
                     help="What stands above the title."),
        click.option("--logo", metavar="FILE",
                     type=click.Path(exists=True, dir_okay=False, path_type=Path),
                     help="A picture beside the header."),
        click.option("--qr", is_flag=True, help="Print a QR code with quiz, version and seed."),
        click.option("--word-bank", is_flag=True,
                     help="Put the answers of a cloze, or the words of a puzzle, in a box."),
        click.option("--duplex", type=click.Choice(["long", "short"]), default="long",
                     show_default=True, help="The edge over which the printer turns cards."),
        click.option("--directions", type=click.Choice(["2", "4", "8"]), default="4",
                     show_default=True, help="How the words of a word search run: as one reads,"
                     " diagonally too, backwards too."),
    ]  # fmt: skip
    return _with(command, declared)


def key_option(command: Command) -> Command:
    """Where the answers go."""
    return click.option(
        "--key", type=click.Choice(["separate", "inline", "none", "only"]), default="separate",
        show_default=True, help="The answers in FILE-key.html, at the end, not at all, or alone.",
    )(command)  # fmt: skip


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_examples(
        "quizgen build                     the shipped banks, all formats, into dist/",
        "quizgen anki dates -o dates.apkg  one shipped bank as an Anki deck",
        "quizgen check my-bank.yaml        what is wrong with a bank of yours",
    ),
)
@click.version_option(__version__, prog_name="quizgen")
def cli() -> None:
    """Compile question banks into Anki decks, printed worksheets and Moodle imports.

    A BANK is a YAML file, a folder of them, or the id of a shipped bank; none at all means the
    shipped banks. In their place a quiz file can be given, which plans an exam section by section.
    """


@cli.command(
    epilog=_examples(
        "quizgen build",
        "quizgen build my-bank.yaml -d out/",
        "quizgen build four-rings --difficulty easy --count 10 --seed week-3",
    )
)
@banks_argument
@click.option("-d", "--directory", default="dist", show_default=True, metavar="DIR",
              help="Folder to write into.")  # fmt: skip
@click.option("--name", default="quiz", show_default=True, help="Name of the files.")
@selection_options
@deck_options
@moodle_options
@paper_options
def build(directory: str, name: str, **options: Any) -> None:
    """Write all three: Anki deck, worksheet with key, Moodle XML."""
    from quizgen.lock import held

    with _reporting():
        if Path(name).name != name or name in ("", ".", ".."):
            raise click.BadParameter("a name of files has no folders in it", param_hint="--name")
        quiz = _quiz(options)
        with held(quiz.banks):
            deck, locks = _write_anki(quiz, options)
            outputs = [
                deck,
                _write_html(quiz, {**options, "key": "separate"}),
                _write_moodle(quiz, options),
            ]
            _finish(quiz, outputs, Path(directory) / name, options, locks)


@cli.command(
    epilog=_examples(
        "quizgen anki -o deck.apkg",
        "quizgen anki my-bank.yaml --deck 'History::Asia' -o history.apkg",
        "quizgen anki my-bank.yaml --locked    fails if quizgen.lock is not up to date",
        "quizgen anki my-bank.yaml --push      straight into a running Anki",
        "quizgen anki dates --type cloze --type flashcard -o - > cards.apkg",
    )
)
@banks_argument
@click.option("-o", "--output", metavar="FILE", callback=_output,
              help="File to write; - is standard output.  [default: quiz.apkg]")  # fmt: skip
@push_options
@selection_options
@deck_options
def anki(output: str | None, push: bool, **options: Any) -> None:
    """Write an Anki package: one deck, a sub-deck a bank.

    What the notes were and when each last changed is kept in quizgen.lock beside the banks, so that
    an edit arrives at learners and nothing else moves: commit it with the banks.
    """
    from quizgen.lock import held

    with _reporting():
        if options["port"] and not push:
            raise click.UsageError("--port is for --push")
        quiz = _quiz(options)
        with held(quiz.banks):
            deck, locks = _write_anki(quiz, options)
            if push:
                _push(quiz, deck, output, options, locks)
            else:
                _finish(quiz, [deck], output or "quiz.apkg", options, locks)


@cli.command(
    epilog=_examples(
        "quizgen html -o quiz.html",
        "quizgen html four-rings --count 12 --paper letter -o quiz.html",
        "quizgen html my-bank.yaml --layout test --versions 3 --shuffle --seed 10b -o test.html",
        "quizgen html my-bank.yaml --key inline -o - > sheet.html",
        "quizgen html dates --layout cards --duplex short -o cards.html",
        "quizgen html dates --large-print --language fr -o large.html",
        "quizgen html organizations --layout crossword -o crossword.html",
    )
)
@banks_argument
@output_option("quiz.html")
@key_option
@selection_options
@paper_options
def html(output: str, **options: Any) -> None:
    """Write a worksheet for print and screen, and its answer key."""
    with _reporting():
        quiz = _quiz(options)
        options["key"] = _key_beside(output, quiz, options)
        _finish(quiz, [_write_html(quiz, options)], output, options)


@cli.command(
    epilog=_examples(
        "quizgen pdf -o quiz.pdf",
        "quizgen pdf exam.yaml -o exam.pdf                    a PDF a version, and one of the key",
        "quizgen pdf dates --count 12 --paper letter -o test.pdf",
        "quizgen pdf dates --browser /opt/brave/brave -o test.pdf",
    )
)
@banks_argument
@output_option("quiz.pdf")
@click.option("--browser", metavar="PATH", envvar="QUIZGEN_BROWSER", show_envvar=True,
              help="The browser that prints; else one that is installed is found.")  # fmt: skip
@key_option
@selection_options
@paper_options
def pdf(output: str, browser: str | None, **options: Any) -> None:
    """Write a worksheet and its answer key as PDFs, printed by Chrome, Chromium, Edge or Brave.

    Says how many pages there are and how they are used; nothing is fetched from the network.
    """
    from dataclasses import replace

    from quizgen.pdf import print_sheets, running, show_fit
    from quizgen.pdf.find import find_browser

    with _reporting():
        with running(find_browser(browser)) as started:  # it starts while banks are read
            quiz = _quiz(options)
            options["key"] = _key_beside(output, quiz, options)
            sheets = _write_html(quiz, options)
            _settle(quiz, [sheets], options)
            printed = print_sheets(sheets.files, started)
        made = replace(sheets, files=printed.files, problems=printed.problems)
        _finish(replace(quiz, problems=()), [made], output, {**options, "verbose": False})
        for ending, fit in printed.fits.items():
            _say(show_fit(ending, fit))


@cli.command(
    epilog=_examples(
        "quizgen preview my-bank.yaml",
        "quizgen preview exam.yaml --layout test --templates school/",
        "quizgen preview banks/ --port 8000 --no-open",
    )
)
@banks_argument
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default="any that is free",
              help="Port to listen on, at 127.0.0.1 alone.")  # fmt: skip
@click.option("--open/--no-open", "opened", default=True, help="Open the page in a browser.")
@selection_options
@paper_options
def preview(port: int, opened: bool, **options: Any) -> None:
    """Show the sheets in a browser, and again whenever a bank, quiz file or template changes.

    Layout, version, key and paper are switched in the page, and what is wrong with a bank stands
    there too. Ctrl-C ends it. Needs the extra quizgen[preview].
    """
    import gc

    from quizgen.preview.build import Builder, Choice
    from quizgen.preview.folders import folders
    from quizgen.problems import Problem, QuizgenError

    with _reporting():
        try:
            from quizgen.preview.server import HOST, Preview, listen, serve
        except ImportError as error:
            message = f"the preview needs a server ({error}); pip install 'quizgen[preview]'"
            raise QuizgenError([Problem("no-preview", message)]) from error
        gc.enable()  # this command runs for long, unlike the others
        banks: list[Bank] = []

        def make(choice: Choice) -> tuple[Quiz, Output]:
            chosen = {**options, "layout": choice.layout, "paper": choice.paper, "key": "separate"}
            try:
                quiz = _quiz(chosen)
            except click.UsageError as error:  # a bank has become a quiz file
                raise QuizgenError([Problem("quiz-file", error.format_message())]) from error
            banks[:] = quiz.banks
            return quiz, _write_html(quiz, chosen)

        shown = Preview(
            Builder(make),
            Choice(options["layout"], options["paper"]),
            lambda: folders(options["banks"], options["templates"], banks),
        )
        try:
            listening = listen(port)
        except OSError as error:
            message = f"cannot listen on port {port}: {error.strerror}; choose another with --port"
            raise QuizgenError([Problem("port", message)]) from error
        address = f"http://{HOST}:{listening.getsockname()[1]}/"
        _say(f"preview at {address} (Ctrl-C ends it)")
        if opened:
            click.launch(address)
        serve(shown, listening)
        _say("preview ended")


@cli.command(
    epilog=_examples(
        "quizgen moodle -o quiz.xml",
        "quizgen moodle my-bank.yaml --category 'History/Week 3' -o week-3.xml",
        "quizgen moodle dates --cloze dropdown --flashcards matching -o dates.xml",
        "quizgen moodle four-rings --difficulty hard -o - | xmllint --noout -",
    )
)
@banks_argument
@output_option("quiz.xml")
@selection_options
@moodle_options
def moodle(output: str, **options: Any) -> None:
    """Write a Moodle XML file for import into a question bank."""
    with _reporting():
        quiz = _quiz(options)
        _finish(quiz, [_write_moodle(quiz, options)], output, options)


@cli.command(
    epilog=_examples(
        "quizgen gift -o quiz.gift.txt",
        "quizgen gift my-bank.yaml --tag week-3 -o - | less",
    )
)
@banks_argument
@output_option("quiz.gift.txt")
@selection_options
def gift(output: str, **options: Any) -> None:
    """Write a GIFT file: Moodle's format for questions as text."""
    from quizgen.writers.gift import write

    with _reporting():
        quiz = _quiz(options)
        _finish(quiz, [write(quiz, track=_item_progress("GIFT"))], output, options)


@cli.command(
    epilog=_examples(
        "quizgen aiken -o quiz.aiken.txt",
        "quizgen aiken my-bank.yaml --type multiple-choice -o quiz.aiken.txt",
    )
)
@banks_argument
@output_option("quiz.aiken.txt")
@selection_options
def aiken(output: str, **options: Any) -> None:
    """Write an Aiken file: multiple choice in plain text."""
    from quizgen.writers.aiken import write

    with _reporting():
        quiz = _quiz(options)
        _finish(quiz, [write(quiz, track=_item_progress("Aiken"))], output, options)


@cli.command(
    epilog=_examples(
        "quizgen convert questions.xml -o history.yaml",
        "quizgen convert questions.xml --categories banks -o banks/",
        "quizgen convert old.txt --from gift --language fr --title Histoire -o histoire.yaml",
        "quizgen convert test.aiken.txt -o - | less",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    default="bank.yaml",
    show_default=True,
    metavar="FILE",
    callback=_output,
    help="Bank to write, or a folder for several; - is standard output.",
)
@click.option(
    "--from",
    "form",
    type=click.Choice(FORMATS),
    metavar="FORMAT",
    help="moodle, gift or aiken; by default as the file's name or text tells.",
)
@click.option(
    "--categories",
    type=click.Choice(["tags", "banks"]),
    default="tags",
    show_default=True,
    help="Make categories tags of one bank, or a bank each.",
)
@click.option("--bank", metavar="ID", help="Id of the bank; by default as the file tells.")
@click.option("--title", callback=words, help="Title of the bank.")
@click.option("--language", metavar="TAG", help="Language of the bank (BCP 47), such as en or ur.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@click.option("--strict", is_flag=True, help="Make warnings errors.")
def convert(file: Path, output: str, form: str | None, force: bool, **options: Any) -> None:
    """Make a bank of Moodle XML, GIFT or Aiken.

    Pictures and recordings are saved beside the bank, in the folders images and audio. What a bank
    cannot hold is named, and stands as a comment in the bank.
    """
    from quizgen.encode import encode
    from quizgen.files import check_apart, check_free, write_files
    from quizgen.native import path_of
    from quizgen.problems import Severity, sort_problems
    from quizgen.report import count_of

    with _reporting():
        reading = _read(file, form, options)
        _print_problems(sort_problems(reading.problems))
        if options["strict"] and any(p.severity is Severity.WARNING for p in reading.problems):
            raise Failure
        texts = [(bank, encode(bank, reading.notes[bank.id]).encode()) for bank in reading.banks]
        if output == "-":
            if len(texts) > 1:
                raise click.UsageError("several banks are several files; name a folder with -o")
            if any(bank.media for bank, _ in texts):
                _say("pictures and recordings are left out; get them with -o FILE")
            _stdout(texts[0][1])
            return
        files: dict[Path, bytes] = {}
        paths = [_bank_path(output, bank.id, several=len(texts) > 1) for bank, _ in texts]
        for path, (bank, text) in zip(paths, texts, strict=True):
            files[path] = text
            media = bank.media.items()
            files |= {path.parent / path_of(name): each.data for name, each in media}
        check_apart(files, [file])
        if not force:
            check_free(files)
        write_files(files)
        for path, (bank, _) in zip(paths, texts, strict=True):
            _say(f"wrote {path} ({count_of(len(bank.questions), 'question')})")
        if beside := len(files) - len(texts):
            _say(f"wrote {count_of(beside, 'file')} beside it")


def _read(file: Path, form: str | None, options: Mapping[str, Any]) -> Reading:
    """The banks of a file in another format."""
    from quizgen.decode import is_id
    from quizgen.languages import is_known_language
    from quizgen.readers.reading import Categories, ReadOptions
    from quizgen.readers.table import convert as convert_file

    if options["bank"] is not None and not is_id(options["bank"]):
        raise click.BadParameter(f"'{options['bank']}' is no id", param_hint="--bank")
    if options["language"] is not None and not is_known_language(options["language"]):
        message = f"'{options['language']}' is no known language tag; write one such as en or ur"
        raise click.BadParameter(message, param_hint="--language")
    made = ReadOptions(
        bank=options["bank"],
        title=options["title"],
        language=options["language"],
        categories=Categories(options["categories"]),
    )
    return convert_file(file, made, form)


def _bank_path(output: str, bank: str, *, several: bool) -> Path:
    """Where a bank goes: the file that is named, or one in the folder that is."""
    from quizgen.native import path_of

    path = Path(output)
    if several and path.suffix in {".yaml", ".yml"}:
        raise click.UsageError("the file makes several banks; name a folder with -o")
    into = several or output.endswith("/") or path.is_dir()
    return path / path_of(f"{bank}.yaml") if into else path


def _explained(ctx: click.Context, param: click.Parameter, code: str | None) -> None:
    """Prints what a code means, and ends."""
    if code is None or ctx.resilient_parsing:
        return
    from quizgen.explain import CODES, explain
    from quizgen.problems import did_you_mean

    explanation = explain(code)
    if explanation is None:
        raise click.BadParameter(f"there is no code '{code}'{did_you_mean(code, CODES)}")
    _print(explanation)
    ctx.exit()


def _codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Completes a code."""
    from quizgen.explain import CODES

    return [code for code in CODES if code.startswith(incomplete)]


def _rule_codes(
    ctx: click.Context, param: click.Parameter, codes: tuple[str, ...]
) -> tuple[str, ...]:
    """The codes, each that of a rule."""
    if codes:
        from quizgen.lint.rules import RULE_CODES
        from quizgen.problems import did_you_mean

        for code in codes:
            if code not in RULE_CODES:
                near = did_you_mean(code, RULE_CODES) or "; only advice can be chosen, errors not"
                raise click.BadParameter(f"there is no rule '{code}'{near}")
    return codes


def _source_texts(
    ctx: click.Context, param: click.Parameter, given: tuple[str, ...]
) -> dict[str, Path]:
    """Paths by the key of their source, from `KEY=PATH`."""
    pairs = [each.partition("=") for each in given]
    for key, sign, path in pairs:
        if not (key and sign and path):
            raise click.BadParameter(f"'{key}{sign}{path}' is not KEY=PATH, as essay=essay.txt")
    return {key: Path(path) for key, _, path in pairs}


@cli.command(
    epilog=_examples(
        "quizgen check",
        "quizgen check banks/ my-bank.yaml --strict",
        "quizgen check my-bank.yaml --source essay=essay.txt",
        "quizgen check my-bank.yaml --for moodle",
        "quizgen check my-bank.yaml --ignore cross-leak --format sarif > check.sarif",
        "quizgen check --explain longest-key",
    )
)
@banks_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="What is printed.",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="KEY=PATH",
    callback=_source_texts,
    help="The text of a cited source, plain or Markdown (repeatable).",
)
@click.option(
    "--level",
    type=click.Choice(["error", "warning", "info"]),
    default="info",
    show_default=True,
    help="The least grave problems that are shown.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODE",
    callback=_rule_codes,
    shell_complete=_codes,
    help="Leave a rule out (repeatable).",
)
@click.option(
    "--enable",
    multiple=True,
    metavar="CODE",
    callback=_rule_codes,
    shell_complete=_codes,
    help="Add a rule that is off by default (repeatable).",
)
@click.option(
    "--for",
    "target",
    type=click.Choice(["moodle"]),
    help="Say as well what this format could not hold.",
)
@click.option(
    "--explain",
    metavar="CODE",
    callback=_explained,
    is_eager=True,
    expose_value=False,
    shell_complete=_codes,
    help="Say what a code means, with a bad and a good example, and end.",
)
@click.option("--strict", is_flag=True, help="Make warnings errors.")
def check(
    banks: tuple[str, ...],
    form: str,
    sources: Mapping[str, Path],
    level: str,
    *,
    target: str | None,
    strict: bool,
    **codes: tuple[str, ...],
) -> None:
    """Say what is wrong with banks and what is weak in them, as path:line:column: CODE message."""
    from collections import Counter

    from quizgen.blueprint import read_all
    from quizgen.exam import shortages
    from quizgen.lint.citations import read_documents
    from quizgen.lint.review import Advice, review
    from quizgen.lock import review_locks
    from quizgen.problems import Severity, sort_problems
    from quizgen.report import Report, show

    with _reporting():
        found = read_all(banks, _progress("Checking"), thorough=True)
        documents = read_documents(sources, found.banks)
        reviewed = review(found.banks, Advice(documents=documents, **codes))
        held = _not_held(found) if target else ()
        problems = sort_problems(
            [
                *found.problems,
                *shortages(found),
                *reviewed.problems,
                *review_locks(found.banks),
                *held,
            ]
        )
        counts = Counter(problem.severity for problem in problems)
        shown = [each for each in problems if each.severity <= Severity[level.upper()]]
        report = Report(shown, counts, reviewed.summary, reviewed.guesses)
        _print(show(report, form), newline=False)
        if counts[Severity.ERROR] or (strict and counts[Severity.WARNING]):
            raise Failure


@cli.command(
    name="list",
    epilog=_examples(
        "quizgen list",
        "quizgen list four-rings",
        "quizgen list exam.yaml            what a quiz file draws, section by section",
    ),
)
@banks_argument
def list_(banks: tuple[str, ...]) -> None:
    """Say what is in banks: questions by type, difficulty, tag and citation."""
    from quizgen.bank import load
    from quizgen.blueprint import load_blueprint
    from quizgen.exam import make_exam
    from quizgen.lint.summary import summarize
    from quizgen.report import count_of, show_counts, show_exam
    from quizgen.source import is_quiz_file

    with _reporting():
        if len(banks) == 1 and is_quiz_file(banks[0]):
            exam = make_exam(load_blueprint(banks[0], _progress("Reading")))
            _print("\n".join(show_exam(exam)))
            return
        found = load(banks, _progress("Reading"))
        counted = [
            (f"{bank.id}: {bank.title} ({count_of(len(bank.current), 'question')})", [bank])
            for bank in found
        ]
        if len(found) > 1:
            questions = sum(len(bank.current) for bank in found)
            title = f"all: {count_of(questions, 'question')} in {count_of(len(found), 'bank')}"
            counted.append((title, [*found]))
        for place, (title, counted_banks) in enumerate(counted):
            lines = [title, *show_counts(summarize(counted_banks))]
            _print("\n".join(["", *lines] if place else lines))


@cli.command(
    epilog=_examples(
        "quizgen schema > bank.schema.json",
        "# first line of a bank: # yaml-language-server: $schema=bank.schema.json",
        "quizgen schema quiz > quiz.schema.json",
    )
)
@click.argument("what", type=click.Choice(["bank", "quiz"]), default="bank")
def schema(what: str) -> None:
    """Print the JSON Schema of a bank or of a quiz file, for editors that complete and check."""
    import json

    from quizgen.blueprint import quiz_schema
    from quizgen.decode import bank_schema

    with _reporting():
        found = quiz_schema() if what == "quiz" else bank_schema()
        _print(json.dumps(found, indent=2, ensure_ascii=False))


# What the commands are made of.


@contextmanager
def _reporting() -> Generator[None]:
    """Turns the library's error into printed problems and exit status 1."""
    from quizgen.problems import QuizgenError

    try:
        yield
    except QuizgenError as error:
        _print_problems(error.problems)
        raise Failure from error
    except BrokenPipeError as error:
        raise Failure from error


def _quiz(options: Mapping[str, Any]) -> Quiz:
    """The quiz that the shared options ask for."""
    from quizgen.bank import load
    from quizgen.model import Difficulty
    from quizgen.quiz import Selection, Shuffle, make_quiz
    from quizgen.source import is_quiz_file

    if any(map(is_quiz_file, options["banks"])):
        return _exam(options)
    shuffle = {None: Shuffle.OPTIONS, True: Shuffle.ALL, False: Shuffle.NOTHING}
    banks = load(options["banks"], _progress("Reading"))
    return make_quiz(
        banks,
        Selection(
            tags=options["tags"],
            types=options["types"],
            difficulties=tuple(map(Difficulty, options["difficulties"])),
            count=options["count"],
            seed=options["seed"] or "quizgen",
            shuffle=shuffle[options["shuffle"]],
            versions=options.get("versions") or 1,
            title=options["title"],
        ),
    )


def _exam(options: Mapping[str, Any]) -> Quiz:
    """The quiz that a quiz file plans; the options that it does not bear are refused."""
    from quizgen.blueprint import load_blueprint
    from quizgen.exam import make_exam
    from quizgen.report import count_of

    if len(options["banks"]) > 1:
        raise click.UsageError("a quiz file names its banks itself; give it alone")
    filters = {
        "tags": "--tag",
        "types": "--type",
        "difficulties": "--difficulty",
        "count": "--count",
    }
    if given := [name for key, name in filters.items() if options[key]]:
        raise click.UsageError(
            f"the sections of a quiz file say what is drawn; leave out {', '.join(given)}"
        )
    path = options["banks"][0]
    blueprint = load_blueprint(path, _progress("Reading"))
    if options["verbose"]:
        _say(f"read {path}: {count_of(len(blueprint.parts), 'section')}")
    return make_exam(
        blueprint,
        seed=options["seed"],
        versions=options.get("versions"),
        shuffle=options["shuffle"],
        title=options["title"],
    )


def _write_anki(quiz: Quiz, options: Mapping[str, Any]) -> tuple[Output, Mapping[Path, bytes]]:
    """The package, and the lock files that are to be written with it."""
    from dataclasses import replace

    from quizgen.lock import NOTE_TYPES, changes, lock_files, lost, merged, read_locks, renewed
    from quizgen.moment import moment
    from quizgen.report import count_of
    from quizgen.writers.anki import AnkiOptions, write

    locks = read_locks(quiz.banks)
    for path, lock in locks.items() if options["verbose"] else ():
        if lock.entries:
            notes = sum(bank != NOTE_TYPES for bank, _ in lock.entries)
            _say(f"read {path}: {count_of(notes, 'note')}")
    made = AnkiOptions(
        deck=options["deck"],
        flat=options["flat"],
        moment=moment(quiz.banks),
        lock=merged(locks),
        templates=options["templates"],
    )
    output = write(quiz, made, _item_progress("Anki"))
    after = renewed(locks, quiz.banks, output.lock)
    files, problems = lock_files(after)
    problems += lost(quiz.banks, locks)
    if options["locked"]:
        problems += changes(locks, after, quiz.banks)
    return replace(output, problems=(*output.problems, *problems)), files


def _push(
    quiz: Quiz,
    deck: Output,
    target: str | None,
    options: Mapping[str, Any],
    locks: Mapping[Path, bytes],
) -> None:
    """Brings the deck into a running Anki; if none answers, nothing is written either."""
    from quizgen.ankiconnect import PORT, connect
    from quizgen.push import push, show

    _settle(quiz, [deck], options)
    running = connect(options["port"] or PORT, options["push_key"])
    _write([deck] if target else [], target or "", locks, _sources(quiz, options))
    pushed = push(deck.files[".apkg"], running, _progress("Looking into Anki"))
    for line in show(pushed, verbose=options["verbose"]):
        _say(line)


def _write_html(quiz: Quiz, options: Mapping[str, Any]) -> Output:
    from quizgen.writers.html import write

    return write(quiz, _html_options(options), _item_progress("HTML"))


def _html_options(options: Mapping[str, Any]) -> HtmlOptions:
    """What `paper_options` and `key_option` ask for."""
    from quizgen.writers.html import Duplex, HtmlOptions, Key, Layout, Paper

    same = ("landscape", "language", "large_print", "spacious", "low_ink", "header", "logo", "qr")
    return HtmlOptions(
        paper=Paper(options["paper"]),
        layout=Layout(options["layout"]),
        key=Key(options["key"]),
        columns=int(options["columns"]),
        duplex=Duplex(options["duplex"]),
        word_bank=options["word_bank"],
        directions=int(options["directions"]),
        templates=options["templates"],
        **{name: options[name] for name in same},
    )


def _key_beside(output: str, quiz: Quiz, options: Mapping[str, Any]) -> str:
    """Where the key goes: standard output, like any pipe, holds one document alone."""
    from quizgen.files import is_stream

    key: str = options["key"]
    alone = output == "-" or is_stream(Path(output))
    if alone and len(quiz.versions) > 1:
        raise click.UsageError("several versions are several files; name one with -o")
    answers_itself = options["layout"] in ("study", "cards")
    if alone and key == "separate" and not answers_itself:
        _say("the key is left out; get it with --key only, or both with -o FILE")
        return "none"
    return key


def _write_moodle(quiz: Quiz, options: Mapping[str, Any]) -> Output:
    from dataclasses import replace

    from quizgen.problems import Problem, Severity
    from quizgen.writers.moodle import (
        Cards,
        Categories,
        Gaps,
        MoodleOptions,
        ResponseFormat,
        write,
    )

    made = MoodleOptions(
        category=options["category"],
        categories=Categories(options["categories"]),
        front_matter=options["front_matter"],
        cloze=Gaps(options["cloze"]),
        flashcards=Cards(options["flashcards"]),
        response_format=ResponseFormat(options["response_format"]),
        templates=options["templates"],
    )
    output = write(quiz, made, _item_progress("Moodle"))
    if not quiz.versions[0].sections:
        return output
    message = "Moodle has the questions by bank: the sections of the quiz file are not in it"
    told = Problem("sections", message, severity=Severity.INFO)
    return replace(output, problems=(*output.problems, told))


def _not_held(found: Found) -> Iterable[Problem]:
    """What Moodle could not hold of banks, and of quiz files, whose sections give other points."""
    from quizgen.exam import make_exam
    from quizgen.problems import QuizgenError, has_errors
    from quizgen.quiz import make_quiz
    from quizgen.writers.moodle import problems

    asked = [bank for bank in found.banks if bank.current]
    quizzes = [make_quiz(asked)] if asked else []
    for blueprint in () if has_errors(found.problems) else found.blueprints:
        with suppress(QuizgenError):  # `shortages` tells of it
            quizzes.append(make_exam(blueprint))
    return dict.fromkeys(problem for quiz in quizzes for problem in problems(quiz))


def _finish(
    quiz: Quiz,
    outputs: Iterable[Output],
    target: str | Path,
    options: Mapping[str, Any],
    beside: Mapping[Path, bytes] = {},
) -> None:
    """Prints the problems; then writes every file, or none if there was an error.

    `target` is a file whose ending each output's replaces, `-`, or a folder with the files' name;
    files `beside` the banks are written too.
    """
    outputs = list(outputs)
    _settle(quiz, outputs, options)
    _write(outputs, target, beside, _sources(quiz, options))


def _sources(quiz: Quiz, options: Mapping[str, Any]) -> list[Path]:
    """The files that a quiz is made of."""
    from quizgen import lock
    from quizgen.media import media_path

    named = [*options["banks"], *filter(None, [options.get("logo")])]
    folders = [(bank, Path(bank.span.file).parent) for bank in quiz.banks]
    return [
        *map(Path, named),
        *(Path(bank.span.file) for bank in quiz.banks),
        *(folder / lock.NAME for _, folder in folders),
        *(media_path(folder, src) for bank, folder in folders for src in bank.media),
    ]


def _settle(quiz: Quiz, outputs: Iterable[Output], options: Mapping[str, Any]) -> None:
    """Prints the problems, and ends if there is an error."""
    from quizgen.problems import Severity, has_errors, sort_problems

    problems = sort_problems(
        [*quiz.problems, *(each for output in outputs for each in output.problems)]
    )
    least = Severity.INFO if options["verbose"] else Severity.WARNING
    _print_problems([problem for problem in problems if problem.severity <= least])
    warned = any(problem.severity is Severity.WARNING for problem in problems)
    if has_errors(problems) or (options["strict"] and warned):
        raise Failure
    if options["verbose"]:
        _print_chosen(quiz)


def _write(
    outputs: Iterable[Output],
    target: str | Path,
    beside: Mapping[Path, bytes],
    sources: Iterable[Path],
) -> None:
    """Writes every file, or none; never over one of the sources."""
    from quizgen.files import check_apart, write_files

    made = [each for output in outputs for each in output.files.items()]
    files = {} if target == "-" else {_file(target, ending): data for ending, data in made}
    check_apart(files, sources)
    files = {**beside, **files}  # a lock that knows more than the deck does no harm
    write_files(files)
    if target == "-":
        _stdout(*(data for _, data in made))
    for path, data in files.items():
        _say(f"wrote {path} ({_size(len(data))})")


def _file(target: str | Path, ending: str) -> Path:
    """The file of an output: `quiz.html` with `-key.html` is `quiz-key.html`."""
    if isinstance(target, Path):
        return target.with_name(target.name + ending)
    path = Path(target)
    whole = "." + ending.rpartition(".")[2]
    return path if ending == whole else path.with_name(path.stem + ending)


def _stdout(*parts: bytes) -> None:
    from quizgen.files import write_stdout

    for data in parts:
        write_stdout(data)


def _print(text: str, *, newline: bool = True) -> None:
    """A result to standard output: in UTF-8 wherever it goes but for a terminal of another kind."""
    text = text + "\n" if newline else text
    if sys.stdout is not None and sys.stdout.isatty():  # it may be closed
        click.echo(text, nl=False)
    else:
        _stdout(text.encode())


def _say(text: str) -> None:
    """A line to standard error."""
    from quizgen.native import legible

    click.echo(legible(text), err=True)


def _print_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        _say(str(problem))


def _print_chosen(quiz: Quiz) -> None:
    from quizgen.report import count_of

    for bank in quiz.banks:
        _say(f"read {bank.span.file}: {count_of(len(bank.questions), 'question')}")
    for version in quiz.versions:
        ids = ", ".join(f"{item.bank.id}.{item.question.id}" for item in version.items)
        _say(f"chose{f' {version.mark}' if version.mark else ''}: {ids}")


def _progress(label: str) -> Callable[[Sequence[T]], Iterator[T]]:
    """A progress bar over files, where there are several and standard error is a terminal."""

    def track(things: Sequence[T]) -> Iterator[T]:
        if len(things) < 5 or not shows_progress():
            yield from things
            return
        with click.progressbar(things, label=label, file=sys.stderr, width=bar_width()) as bar:
            yield from bar

    return track


def _item_progress(label: str) -> Callable[[Iterable[Item]], Iterator[Item]]:
    """A progress bar over questions, where the work is long and standard error is a terminal."""

    def track(items: Iterable[Item]) -> Iterator[Item]:
        known = list(items)
        if len(known) < LONG_WORK or not shows_progress():
            yield from known
            return
        bar = click.progressbar(
            known, label=label, file=sys.stderr, width=bar_width(), update_min_steps=200
        )
        with bar:
            yield from bar

    return track


def _size(number: int) -> str:
    return f"{number / 1000:.1f} kB" if number < 1_000_000 else f"{number / 1_000_000:.1f} MB"
