"""PDFs in the real thing: printed by Chromium, read back with pypdf."""

import contextlib
import io
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner

from quizgen import QuizgenError
from quizgen.cli import cli
from quizgen.pdf import print_sheets, running, show_fit
from quizgen.pdf.find import find_browser, places
from quizgen.pdf.fit import undated

CHROMIUM = "/usr/bin/chromium"
needs_chromium = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="there is no Chromium")


def page(body, style=""):
    style = f"<style>@page {{ size: a4; margin: 16mm }} {style}</style>"
    return (
        f"<!doctype html><html lang=en><title>T</title>{style}<body>{body}</body></html>".encode()
    )


def _print(sheets, browser):
    with running(Path(browser)) as started:
        return print_sheets(sheets, started)


def printed(body, style=""):
    return _print({".html": page(body, style)}, CHROMIUM)


def program(path, text):
    path.write_text(text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@needs_chromium
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_sheet_and_its_key_are_printed(tmp_path, monkeypatch, paper):
    monkeypatch.chdir(tmp_path)
    command = ["pdf", "dates", "--versions", "2", "--paper", paper, "-o", "quiz.pdf"]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("quiz-A.pdf", "quiz-B.pdf", "quiz-key.pdf"),
    ]
    for name in ("A", "B", "key"):
        pdf = pypdf.PdfReader(f"quiz-{name}.pdf")
        called = "the key" if name == "key" else f"version {name}"
        assert f"{called}: {len(pdf.pages)} pages, nothing torn, " in result.output
        assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert pdf.trailer["/Root"]["/Lang"] == "en-GB"
        width = float(pdf.pages[0].mediabox.width)
        assert abs(width - (595 if paper == "a4" else 612)) < 1
        assert f"Page 1 of {len(pdf.pages)}" in " ".join(pdf.pages[0].extract_text().split())


@needs_chromium
def test_the_same_bytes_come_twice_and_carry_no_date(tmp_path):
    for name in ("one", "two"):
        result = CliRunner().invoke(cli, ["pdf", "dates", "-o", str(tmp_path / f"{name}.pdf")])
        assert result.exit_code == 0, result.output
    one, two = ((tmp_path / f"{name}.pdf").read_bytes() for name in ("one", "two"))
    assert one == two
    assert pypdf.PdfReader(io.BytesIO(one)).metadata.creation_date is None
    assert (tmp_path / "one-key.pdf").read_bytes() == (tmp_path / "two-key.pdf").read_bytes()


def test_only_the_dates_are_taken_out_and_nothing_moves():
    pdf = (
        b"%PDF-1.4\n1 0 obj\n<</CreationDate (D:2026)\n/ModDate (D:2026)>>\nendobj\n/ModDate (D:1)"
    )
    after = undated(pdf)
    assert len(after) == len(pdf)
    assert after.count(b"D:2026") == 0
    assert after.endswith(b"/ModDate (D:1)")


@needs_chromium
def test_what_is_torn_is_told():
    tall = "<ol><li>one</li><li>long<p style='height: 400mm'>…</p>end</li><li>three</li></ol>"
    result = printed(tall)
    assert result.fits[".pdf"].torn == ((1, 2),)
    assert [problem.code for problem in result.problems] == ["torn"]
    whole = printed("<ol>" + "<li>one<p style='height: 90mm'>…</p>end</li>" * 9 + "</ol>",
                    "li { break-inside: avoid }")  # fmt: skip
    assert whole.fits[".pdf"].torn == ()
    assert whole.fits[".pdf"].pages == len(pypdf.PdfReader(io.BytesIO(whole.files[".pdf"])).pages)


@needs_chromium
def test_an_almost_empty_last_page_is_told():
    result = printed("<p style='height: 262mm'>first</p><p>last</p>")
    fit = result.fits[".pdf"]
    assert fit.pages == 2
    assert fit.last < 0.15
    assert [problem.code for problem in result.problems] == ["last-page"]
    assert show_fit(".pdf", fit).startswith("the sheet: 2 pages, nothing torn, ")
    lines = "<div style='border-bottom: 1px solid; height: 20mm'></div>" * 7
    half = printed(f"<p style='height: 262mm'>first</p>{lines}")
    assert 0.4 < half.fits[".pdf"].last < 0.65  # lines to write on are no empty page
    assert half.problems == ()


@needs_chromium
def test_a_character_that_no_font_has_is_named():
    assert printed("<p>é 中 ع अ ☐ −</p>").problems == ()
    (problem,) = printed("<p>a \U00011f02 b</p>").problems  # Kawi, of Unicode 15
    assert problem.code == "no-font"
    assert "U+11F02" in problem.message


@needs_chromium
@pytest.mark.parametrize("character", ["\ue123", "\u0378"], ids=["private use", "unassigned"])
def test_what_is_no_character_is_named_too(character):
    (problem,) = printed(f"<p>a {character} b</p>").problems
    assert f"U+{ord(character):04X}" in problem.message


@needs_chromium
def test_a_process_prints_that_has_nothing_else_open(tmp_path):
    """The browser's own descriptors, 3 and 4, are free in it, unlike in a process of tests."""
    words = ["pdf", "dates", "--count", "2", "-o", str(tmp_path / "quiz.pdf")]
    done = subprocess.run(
        [sys.executable, "-m", "quizgen", *words], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "quiz.pdf").read_bytes().startswith(b"%PDF")


@needs_chromium
@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without telling it")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_leaves_no_folder_and_no_browser(tmp_path, name):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    code += "from quizgen.__main__ import main; main()"
    words = ["pdf", "-o", str(tmp_path / "quiz.pdf"), "--browser", CHROMIUM]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 20
    while not any(temporary.glob("quizgen-*/profile/*")) and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(getattr(signal, name))
    assert process.wait(20) != 0
    assert list(temporary.glob("quizgen-*")) == []
    assert not (tmp_path / "quiz.pdf").exists()
    commands = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            commands.append(path.read_bytes())
    assert not [command for command in commands if str(temporary).encode() in command]


@needs_chromium
def test_nothing_is_asked_for_from_the_network():
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        images = f"<img src='{address}/a.png'><img src='http://localhost:{server.server_port}/b'>"
        script = f"<script>fetch('{address}/c')</script>"
        assert printed(images + script).fits[".pdf"].pages == 1
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


@needs_chromium
def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    printed("<p>one</p>")
    assert list(tmp_path.iterdir()) == []
    listed = subprocess.check_output(["ps", "-eo", "args"], text=True)
    assert str(tmp_path) not in listed


def test_a_browser_that_does_not_answer_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr("quizgen.pdf.print.START", 0.3)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    note = tmp_path / "pid"
    slow = program(tmp_path / "slow", f"#!/bin/sh\necho $$ > {note}\nsleep 60 & wait\n")
    with pytest.raises(QuizgenError, match="no answer in 0 seconds"):
        _print({".html": page("one")}, slow)
    group = note.read_text().strip()
    for _ in range(50):
        listed = subprocess.check_output(["ps", "-eo", "pgid,stat"], text=True)
        alive = [line for line in listed.splitlines() if line.split()[0] == group]
        if all(line.split()[1].startswith("Z") for line in alive):
            break
        time.sleep(0.1)
    else:
        pytest.fail(f"still there: {alive}")
    assert list((tmp_path / "temp").iterdir()) == []


def test_what_a_failing_browser_says_is_handed_on(tmp_path):
    failing = program(tmp_path / "failing", "#!/bin/sh\necho no display >&2\nexit 3\n")
    result = CliRunner().invoke(
        cli, ["pdf", "dates", "--browser", failing, "-o", str(tmp_path / "quiz.pdf")]
    )
    assert result.exit_code == 1
    assert "browser the browser could not print: it has ended (no display)" in result.output
    assert not (tmp_path / "quiz.pdf").exists()


def test_a_file_that_is_no_program_is_told(tmp_path):
    text = program(tmp_path / "text", "neither binary nor script")
    with pytest.raises(QuizgenError, match="cannot start"):
        _print({".html": page("one")}, text)


def test_without_a_browser_there_is_advice(tmp_path, monkeypatch):
    monkeypatch.delenv("QUIZGEN_BROWSER", raising=False)
    monkeypatch.setattr("quizgen.pdf.find.places", lambda *_: iter(["no-such-program"]))
    result = CliRunner().invoke(cli, ["pdf", "dates", "-o", str(tmp_path / "quiz.pdf")])
    assert result.exit_code == 1
    for word in ("no-browser", "install Google Chrome", "QUIZGEN_BROWSER", "quizgen html", "print"):
        assert word in result.output


def test_the_variable_and_the_option_name_a_browser(tmp_path, monkeypatch):
    one, two = (program(tmp_path / name, "#!/bin/sh\n") for name in ("one", "two"))
    monkeypatch.setenv("QUIZGEN_BROWSER", one)
    assert find_browser() == Path(one)
    assert find_browser(two) == Path(two)
    with pytest.raises(QuizgenError, match="'/no/such' is no program"):
        find_browser("/no/such")


@pytest.mark.parametrize(
    ("platform", "environment", "place"),
    [
        ("linux", {}, "google-chrome"),
        ("linux", {}, "/snap/bin/chromium"),
        ("darwin", {}, "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
        ("darwin", {}, "/home/me/Applications/Chromium.app/Contents/MacOS/Chromium"),
        (
            *("win32", {"PROGRAMFILES(X86)": r"C:\Program Files (x86)"}),
            r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
        ),
        (
            *("win32", {"LOCALAPPDATA": r"C:\me"}),
            r"C:\me\BraveSoftware\Brave-Browser\Application\brave.exe",
        ),
    ],
)
def test_where_browsers_are(platform, environment, place):
    assert place in list(places(platform, environment, Path("/home/me")))
