"""What `quizgen check` prints, in each of its forms, and what `--explain` tells."""

import ast
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizgen import __version__
from quizgen.cli import cli
from quizgen.explain import CODES, EXPLANATIONS, explain
from quizgen.lint.rules import ALL_RULES, RULE_CODES

PACKAGE = Path(__file__).parent.parent / "quizgen"

BANK = """\
bank: weak
title: A weak bank
language: en
sources: {essay: {title: An essay}}
questions:
  - id: near
    type: multiple-choice
    prompt: Who is not near?
    answer: The states of the other side of the world
    distractors: [Neighbours, Regions]
    cite: essay ¶2
    difficulty: easy
  - {id: sea, type: true-false, prompt: The sea is always wet., answer: true, cite: essay ¶9}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("weak.yaml").write_text(BANK, encoding="utf-8")
    Path("essay.txt").write_text("A title\n\nOf seas.\n\nOf worlds.\n", encoding="utf-8")
    return tmp_path


def check(*words, status=0):
    result = CliRunner().invoke(cli, ["check", *words])
    assert result.exit_code == status, result.output
    return result.stdout


def codes(*words, status=0):
    return re.findall(
        r"^\S+:\d+:\d+: (\S+)", check("weak.yaml", *words, status=status), re.MULTILINE
    )


def test_the_text_ends_in_a_summary():
    assert check("weak.yaml", "--ignore", "no-feedback").splitlines() == [
        "weak.yaml:8:13: negative-prompt warning: 'not' is easy to overlook; emphasize it as **not**, or ask what is so",
        "weak.yaml:9:13: longest-key warning: the key has 41 characters, the next longest option 10; shorten the key, or make a distractor as detailed",
        "weak.yaml:9:13: uneven-options info: the options have 7 to 41 characters; make them about as long",
        "weak.yaml:13:5: no-difficulty info: there is no difficulty; add easy, medium or hard",
        "",
        "  banks      weak 2",
        "  types      multiple-choice 1, true-false 1",
        "  difficulty easy 1",
        "  cited      essay 2: ¶2 1, ¶9 1",
        "  key stands of 3 options A 1, B 0, C 0; true 1, false 0",
        "2 questions in 1 bank: 0 errors, 2 warnings, 2 information",
    ]


def test_advice_is_chosen_by_code_and_level():
    usual = ["negative-prompt", "no-feedback", "longest-key", "uneven-options"]
    assert set(usual) < set(codes())
    assert set(codes("--level", "warning")) == {"negative-prompt", "longest-key"}
    assert codes("--level", "error") == []
    assert "longest-key" not in codes("--ignore", "longest-key")
    assert "absolute-word" in codes("--enable", "absolute-word")


def test_warnings_fail_only_if_strict():
    check("weak.yaml")
    check("weak.yaml", "--strict", status=1)
    check("weak.yaml", "--strict", "--ignore", "longest-key", "--ignore", "negative-prompt")
    # What is not shown counts all the same.
    check("weak.yaml", "--strict", "--level", "error", status=1)


def test_errors_and_advice_come_together_in_the_order_of_the_file():
    Path("weak.yaml").write_text(BANK.replace("difficulty: easy", "difficulty: esay"), "utf-8")
    assert codes("--level", "warning", status=1) == ["negative-prompt", "longest-key", "difficulty"]


def test_a_cited_text_is_read():
    found = check("weak.yaml", "--source", "essay=essay.txt")
    assert ": citation-range warning: '¶9' is out of range; essay.txt has" in found
    assert "essay.txt:3:1: uncited-paragraph info: no question cites ¶1" in found
    assert "; nothing asks about ¶1" in found


@pytest.mark.parametrize(
    ("source", "status", "said"),
    [
        ("esay=essay.txt", 1, "no-source no bank has a source 'esay'; did you mean 'essay'?"),
        ("essay=nothing.txt", 1, "nothing.txt:1:1: unreadable"),
        ("essay.txt", 2, "'essay.txt' is not KEY=PATH"),
    ],
)
def test_a_source_that_cannot_be_read(source, status, said):
    result = CliRunner().invoke(cli, ["check", "weak.yaml", "--source", source])
    assert result.exit_code == status
    assert said in result.stderr


@pytest.mark.parametrize("option", ["--ignore", "--enable", "--explain"])
def test_an_unknown_code_is_a_wrong_call(option):
    result = CliRunner().invoke(cli, ["check", option, "longest-kye"])
    assert result.exit_code == 2
    assert "did you mean 'longest-key'?" in result.stderr


def test_an_error_cannot_be_ignored():
    assert CliRunner().invoke(cli, ["check", "--ignore", "unknown-key"]).exit_code == 2


def test_json_has_problems_and_counts():
    data = json.loads(check("weak.yaml", "--format", "json"))
    assert data["problems"][0] == {
        "code": "no-feedback",
        "severity": "info",
        "message": "there is no feedback; say why the key is right",
        "file": "weak.yaml",
        "line": 6,
        "column": 5,
    }
    assert data["found"] == {"error": 0, "warning": 2, "info": 4}
    assert data["summary"]["questions"] == 2
    assert data["summary"]["coverage"][0]["places"] == {"¶2": 1, "¶9": 1}
    assert data["guesses"] == {"weak": []}


def test_sarif_has_rules_and_places():
    Path("a bank.yaml").write_text(BANK + "    pionts: 2\n", encoding="utf-8")
    data = json.loads(check("a bank.yaml", "--format", "sarif", status=1))
    run = data["runs"][0]
    driver = run["tool"]["driver"]
    assert (data["version"], driver["semanticVersion"]) == ("2.1.0", __version__)
    known = [rule["id"] for rule in driver["rules"]]
    assert len(set(known)) == len(known)
    assert set(RULE_CODES) <= set(known)
    assert {result["ruleId"] for result in run["results"]} <= set(known)
    assert {result["level"] for result in run["results"]} == {"error"}
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20bank.yaml"}
    assert place["region"]["startLine"] == 14


def test_github_gets_one_command_a_problem():
    Path("a,b.yaml").write_text(BANK, encoding="utf-8")
    lines = check("a,b.yaml", "--format", "github", "--level", "warning").splitlines()
    assert lines[0] == (
        "::warning file=a%2Cb.yaml,line=8,col=13,title=negative-prompt::'not' is easy to overlook;"
        " emphasize it as **not**, or ask what is so"
    )
    assert len(lines) == 2


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_a_bank_that_cannot_be_read_is_reported(form):
    Path("weak.yaml").write_text("bank: [", encoding="utf-8")
    assert "yaml" in check("weak.yaml", "--format", form, status=1)


# Codes.


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code):
    shown = explain(code)
    assert shown
    assert "\nBad:\n    " in shown
    assert "\nGood:\n    " in shown
    assert len(set(CODES)) == len(CODES)


def test_a_rule_says_how_it_is_silenced_and_which_languages_it_knows():
    assert "`silence: {negative-prompt: why}`" in explain("negative-prompt")
    assert "languages: en, de, fr, es, ru, zh" in explain("negative-prompt")
    assert "off unless `--enable absolute-word`" in explain("absolute-word")


def test_explain_needs_no_bank():
    assert check("--explain", "yaml").startswith("yaml (error")


def codes_in(path):
    """The codes that a module's calls name: kebab-case words in a place where a code stands."""
    callers = (
        "Problem",
        "error_at",
        "reject",
        "note",
        "_report",
        "_error",
        "MediaError",
        "_one_of",
    )
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            words = [each.value for each in node.args if isinstance(each, ast.Constant)]
            kebab = [each for each in words if re.fullmatch(r"[a-z][a-z-]*", str(each))]
            if (name in callers or "problem" in name) and kebab:
                yield kebab[0]


def test_every_code_of_the_program_is_known():
    named = {code for path in PACKAGE.rglob("*.py") for code in codes_in(path)}
    assert named - set(CODES) == set()
    assert set(EXPLANATIONS) - named == set()


def test_codes_and_rules_do_not_collide():
    assert not {rule.code for rule in ALL_RULES} & set(EXPLANATIONS)
