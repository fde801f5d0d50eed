"""The preview in the real thing: a server on the loopback interface, its page in Chromium."""

import gc
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from axe import axe_finds
from click.testing import CliRunner
from playwright.sync_api import expect

from quizgen.blueprint import files_of
from quizgen.cli import cli

BANK = """\
bank: b
title: Rivers <script>alert(1)</script>
language: en
questions:
  - {id: one, type: true-false, prompt: "The Indus is a river. <script>alert(2)</script>", answer: true}
  - {id: two, type: short-answer, prompt: Where is Gwadar?, answers: [Pakistan]}
"""
QUIZ = "quiz: q\ntitle: Q\nsections:\n  - {title: S, banks: banks/b.yaml}\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "banks").mkdir()
    (tmp_path / "banks/b.yaml").write_text(BANK, encoding="utf-8")
    (tmp_path / "exam.yaml").write_text(QUIZ, encoding="utf-8")
    return tmp_path


@pytest.fixture
def start(folder):
    """`start(*arguments)` runs a preview and gives its address and process."""
    running = []

    def run(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "quizgen", "preview", "--no-open", *arguments],
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        line = process.stderr.readline()
        return re.search(r"http://\S+/", line)[0], process

    yield run
    for process in running:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.fixture
def page(chromium):
    page = chromium.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
    yield page
    page.close()


def answer(address, path="/", host=None):
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(address).port, timeout=20)
    connection.request("GET", path, headers={"Host": host} if host else {})
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response, body


@pytest.mark.parametrize("named", ["banks/b.yaml", "banks", "exam.yaml"])
def test_an_edit_shows_itself(start, page, folder, named):
    address, _ = start(named)
    page.goto(address)
    sheet = page.frame_locator("#sheet")
    expect(sheet.locator(".question").first).to_contain_text("The Indus is a river.")
    path = folder / "banks/b.yaml"
    path.write_text(BANK.replace("The Indus", "The Kabul"), encoding="utf-8")
    expect(sheet.locator(".question").first).to_contain_text("The Kabul is a river.")
    expect(page.locator("#problems")).to_be_hidden()
    assert page.said == []


def test_a_broken_bank_shows_its_problems_and_a_mended_one_comes_back(start, page, folder):
    address, _ = start("exam.yaml")
    page.goto(address)
    sheet = page.frame_locator("#sheet")
    expect(sheet.locator(".question")).to_have_count(2)
    path = folder / "banks/b.yaml"
    path.write_text(BANK.replace("answers:", "anwsers:"), encoding="utf-8")
    problems = page.locator("#problems li")
    expect(problems.first).to_contain_text("b.yaml:6:")
    expect(problems.nth(1)).to_contain_text("did you mean 'answers'?")
    expect(page.locator("#sheet")).to_be_hidden()
    path.unlink()
    expect(problems.first).to_contain_text("no-bank")
    path.write_text(BANK, encoding="utf-8")
    expect(sheet.locator(".question")).to_have_count(2)
    expect(page.locator("#problems")).to_be_hidden()
    (folder / "exam.yaml").write_text(QUIZ.replace("title: S", "title: Rivers"), encoding="utf-8")
    expect(sheet.locator(".section h2")).to_have_text("Rivers")


def test_a_bank_that_is_broken_at_first_is_waited_for(start, page, folder):
    path = folder / "banks/b.yaml"
    path.write_text("bank: [", encoding="utf-8")
    address, _ = start("exam.yaml")
    page.goto(address)
    expect(page.locator("#problems li").first).to_contain_text("yaml")
    path.write_text(BANK, encoding="utf-8")
    expect(page.frame_locator("#sheet").locator(".question")).to_have_count(2)


def test_layout_version_key_and_paper_are_switched_in_the_page(start, page):
    address, _ = start("banks/b.yaml", "--versions", "2")
    page.goto(address)
    sheet = page.frame_locator("#sheet")
    expect(sheet.locator(".mark")).to_have_text("Version A")
    page.get_by_label("Show").select_option("Version B")
    expect(sheet.locator(".mark")).to_have_text("Version B")
    page.get_by_label("Show").select_option("Answer key")
    expect(sheet.locator("section.key")).to_have_count(2)
    page.get_by_label("Paper").select_option("Letter")
    expect(page.get_by_label("Show")).to_have_value("-key.html")
    expect(page.get_by_label("Paper")).to_have_value("letter")
    page.get_by_label("Show").select_option("Version A")
    page.get_by_label("Layout").select_option("crossword")
    expect(sheet.locator(".game")).to_have_count(1)
    expect(page.locator("#problems li")).to_contain_text("leaves out 1 of 2")


def test_a_template_is_followed(start, page, folder):
    school = folder / "school/html"
    school.mkdir(parents=True)
    head = school / "head.html.j2"
    head.write_text("<h1>One school</h1>", encoding="utf-8")
    address, _ = start("banks/b.yaml", "--templates", "school")
    page.goto(address)
    sheet = page.frame_locator("#sheet")
    expect(sheet.locator("h1")).to_have_text("One school")
    head.write_text("<h1>Another</h1><script>alert(3)</script>", encoding="utf-8")
    expect(sheet.locator("h1")).to_have_text("Another")
    head.write_text("{{ nothing }}", encoding="utf-8")
    expect(page.locator("#problems li")).to_contain_text("template")
    assert not [each for each in page.said if "alert" in each or each in "123"]


@pytest.mark.parametrize("layout", ["test", "worksheet", "wordsearch", "crossword"])
def test_axe_finds_nothing(start, chromium, folder, layout):
    address, _ = start("exam.yaml", "--layout", layout)
    context = chromium.new_context(bypass_csp=True)  # axe is a script, which the pages refuse
    page = context.new_page()
    page.goto(address)
    expect(page.frame_locator("#sheet").locator("h1")).to_be_visible()
    sheet = context.new_page()
    sheet.goto(f"{address}sheet?layout={layout}")
    for each in (page, sheet):
        assert axe_finds(each) == []
    context.close()


def test_nothing_of_a_bank_becomes_script(start, page):
    address, _ = start("banks/b.yaml")
    page.goto(address)
    sheet = page.frame_locator("#sheet")
    expect(sheet.locator("h1")).to_have_text("Rivers <script>alert(1)</script>")
    expect(page.locator("#title")).to_have_text("Rivers <script>alert(1)</script>")
    assert page.said == []
    policy = answer(address, "/sheet")[0].headers["content-security-policy"]
    assert policy.startswith("sandbox allow-same-origin; default-src 'none';")
    assert "script" not in policy


@pytest.mark.parametrize("path", ["/", "/build", "/sheet", "/events", "/app.js"])
def test_a_foreign_host_is_refused(start, path):
    address, _ = start("banks/b.yaml")
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil"):
        assert answer(address, path, host)[0].status == 400
    assert answer(address, "/app.js", "localhost:1")[0].status == 200


def test_it_listens_on_this_machine_alone(start):
    address, _ = start("banks/b.yaml")
    parts = urlsplit(address)
    assert parts.hostname == "127.0.0.1"
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for other in others - {"127.0.0.1"}:
        with socket.socket() as asking:
            asking.settimeout(2)
            assert asking.connect_ex((other, parts.port)) != 0


def test_other_pages_cannot_use_it(start):
    address, _ = start("banks/b.yaml")
    response, body = answer(address, "/build?layout=nonsense&paper=nonsense&view=nonsense")
    assert response.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in response.headers
    assert json.loads(body)["chosen"]["view"] == ".html"
    assert "frame-ancestors 'none'" in answer(address)[0].headers["content-security-policy"]
    assert answer(address, "/../exam.yaml")[0].status == 404


def test_it_ends_with_an_interrupt_even_while_a_page_waits(start, page):
    address, process = start("banks/b.yaml")
    page.goto(address)
    expect(page.frame_locator("#sheet").locator(".question")).to_have_count(2)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0
    assert process.stderr.read() == "preview ended\n"


def test_a_port_that_is_taken_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(cli, ["preview", "dates", "--no-open", "--port", port])
    assert result.exit_code == 1
    assert f"port cannot listen on port {port}" in result.output


def test_what_it_makes_is_cleared_away(monkeypatch):
    enabled = []

    def serve(_, listening):
        listening.close()
        enabled.append(gc.isenabled())

    monkeypatch.setattr("quizgen.preview.server.serve", serve)
    gc.disable()  # as for the commands that end soon
    try:
        CliRunner().invoke(cli, ["preview", "dates", "--no-open"])
    finally:
        gc.enable()
    assert enabled == [True]


def test_without_the_extra_there_is_advice(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "quizgen.preview.server", raising=False)
    result = CliRunner().invoke(cli, ["preview", "dates", "--no-open"])
    assert result.exit_code == 1
    assert "pip install 'quizgen[preview]'" in result.output


def test_the_files_of_a_quiz_file_are_known(folder):
    assert files_of([folder / "exam.yaml"]) == [folder / "exam.yaml", folder / "banks/b.yaml"]
    (folder / "exam.yaml").write_text("quiz: [", encoding="utf-8")
    assert files_of([folder / "exam.yaml"]) == [folder / "exam.yaml"]
