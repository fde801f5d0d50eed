"""Where an attack is put: every field of every type that takes text, alone or all at once."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from shutil import copyfile

from quizgen import bank as banks
from quizgen.problems import Severity

DOT = Path(__file__).parents[1] / "cases" / "good" / "images" / "dot.png"
TONE = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x44\xac\0\0\x88\x58\1\0\2\0\x10\0data\0\0\0\0"

BASES = {
    "multiple-choice": {
        "prompt": "?",
        "answer": {"text": "a", "feedback": "b"},
        "distractors": [{"text": "c", "feedback": "d"}, "e"],
    },
    "multiple-response": {
        "prompt": "?",
        "answers": [{"text": "a", "feedback": "b"}, "c"],
        "distractors": [{"text": "d", "feedback": "e"}],
    },
    "true-false": {"prompt": "?", "answer": True},
    "short-answer": {
        "prompt": "?",
        "answers": [
            {"text": "a", "feedback": "b"},
            {"text": "c", "credit": "50%", "feedback": "d"},
            "e",
        ],
    },
    "numeric": {"prompt": "?", "answer": 5, "tolerance": 1, "unit": "m"},
    "date": {"prompt": "?", "answer": "1951-05-21", "accept": ["a"]},
    "matching": {"prompt": "?", "pairs": [["a", "b"], ["c", "d"]], "distractors": ["e"]},
    "ordering": {"prompt": "?", "items": ["a", "b", "c"]},
    "cloze": {"prompt": "?", "text": "a {{b|c|!d::e}} f {{g}}"},
    "essay": {"prompt": "?", "answer": "a", "rubric": "b"},
    "flashcard": {"front": "a", "back": "b", "reversed": True},
}
"""A harmless question of each type, with something in each field that takes text."""

OWN_FIELDS = {
    "multiple-choice": [
        ("answer", "text"), ("answer", "feedback"), ("distractors", 0, "text"),
        ("distractors", 0, "feedback"),
    ],
    "multiple-response": [
        ("answers", 0, "text"), ("answers", 0, "feedback"), ("distractors", 0, "text"),
        ("distractors", 0, "feedback"),
    ],
    "true-false": [],
    "short-answer": [
        ("answers", 0, "text"), ("answers", 0, "feedback"), ("answers", 1, "text"),
        ("answers", 1, "feedback"), ("answers", 2),
    ],
    "numeric": [("unit",)],
    "date": [("accept", 0)],
    "matching": [("pairs", 0, 0), ("pairs", 0, 1), ("distractors", 0)],
    "ordering": [("items", 0)],
    "cloze": [],
    "essay": [("answer",), ("rubric",)],
    "flashcard": [("front",), ("back",)],
}  # fmt: skip
COMMON_FIELDS = [("feedback",), ("hints", 0)]

SHAPES = {
    "alt": "![{}](dot.png)",
    "alt-of-audio": "![{}](tone.wav)",
    "link-text": "[{}](https://example.org/)",
    "link-address": "[x]({})",
    "link-address-angle": "[x](<{}>)",
    "link-title": '[x](https://example.org/ "{}")',
    "link-title-single": "[x](https://example.org/ '{}')",
    "image-title": '![x](dot.png "{}")',
    "reference": "[x]\n\n[x]: {}",
    "reference-title": '[x]\n\n[x]: https://example.org/ "{}"',
    "autolink": "<{}>",
    "code": "`` {} ``",
    "fence": "~~~~\n{}\n~~~~",
    "fence-info": "~~~~ {}\nx\n~~~~",
    "emphasis": "*{}*",
    "strong": "**{}**",
    "heading": "x\n\n# {}",
    "list": "- {}\n- x",
    "quotation": "> {}\n> x",
    "table": "| {} | x |\n|---|---|\n| {} | y |",
    "math": "${}$",
    "math-text": "$\\text{{{}}}$",
    "math-display": "x\n\n$$\n{}\n$$",
}
"""Marks of Markdown around a text, on the front of a flashcard."""

CLOZES = {
    "text": "{} {{{{a}}}} {}",
    "key": "a {{{{{}}}}} b",
    "also": "a {{{{b|{}}}}} c",
    "wrong": "a {{{{b|!{}}}}} c",
    "hint": "a {{{{b::{}}}}} c",
}


def _put(question, path, text):
    *way, last = path
    for step in way:
        if step not in question and step == "hints":
            question["hints"] = ["x"]
        question = question[step]
    question[last] = text


def _made(kind, **fields):
    return {"type": kind} | copy.deepcopy(BASES[kind]) | fields


def _fields(kind):
    first = [("prompt",)] if "prompt" in BASES[kind] else []
    return [*first, *OWN_FIELDS[kind], *COMMON_FIELDS]


def alone(text):
    """Questions by the name of the field that has the text; nothing else in them is odd."""
    made = {}
    for kind in BASES:
        for path in _fields(kind):
            name = ".".join(map(str, (kind, *path)))
            made[name] = _made(kind)
            _put(made[name], path, text)
        made[f"{kind}.cite"] = _made(kind, cite=f"work {text}")
        made[f"{kind}.tags"] = _made(kind, tags=[text])
    for name, shape in SHAPES.items():
        made[f"shape.{name}"] = _made("flashcard", front=shape.format(text, text))
    for name, shape in CLOZES.items():
        made[f"cloze.{name}"] = _made("cloze", text=shape.format(text, text))
    made["ordering.dated"] = _made("ordering", items=[f"1951: {text}", "1952: b", "1953: c"])
    made["ordering.dated-behind"] = _made("ordering", items=[f"{text} (1951)", "b (1952)"])
    made["silence"] = _made("true-false", silence={"longest-key": text})
    made["id"] = _made("true-false", id=text)
    return made


LITERAL_FIELDS = {
    ("short-answer", ("answers", 0, "text")), ("short-answer", ("answers", 1, "text")),
    ("short-answer", ("answers", 2)), ("numeric", ("unit",)), ("date", ("accept", 0)),
}  # fmt: skip


def crowded(texts):
    """A question a type with all texts in each of its fields, where they recur behind a number."""
    for kind in BASES:
        made = _made(kind, cite=f"work {' '.join(texts)}")
        for number, path in enumerate(_fields(kind)):
            between = " " if (kind, path) in LITERAL_FIELDS else "\n\n"
            _put(made, path, between.join([str(number), *texts]))
        yield made


def shaped(text):
    """The text in all shapes in one question, in all parts of a cloze in another, behind a date.

    Each in a list with what to try in its stead where a bank may not hold it.
    """
    found = alone(text)
    shapes = "\n\n".join(shape.format(text, text) for shape in SHAPES.values())
    cloze = f"{text} {{{{{text}|{text} 2|!{text} 3::{text}}}}} {text}"
    yield [
        _made("flashcard", front=text, back=shapes),
        *(each for name, each in found.items() if name.startswith("shape.")),
    ]
    yield [_made("cloze", text=cloze), *(found[f"cloze.{name}"] for name in CLOZES)]
    yield [found["ordering.dated"]]


WORDS = "gwadar lahore quetta multan karachi sukkur turbat khuzdar kashgar urumqi".split()


def clues(texts):
    """Questions with the texts in their prompts, a few in each, whose keys are words for a grid."""
    each = -(-len(texts) // len(WORDS))
    shares = [texts[at : at + each] for at in range(0, len(texts), each)]
    return [
        {"type": "short-answer", "prompt": " x ".join(share), "answers": [word]}
        for word, share in zip(WORDS, shares, strict=False)
    ]


def quoted(value):
    """JSON that YAML reads as the same, in one line."""
    shown = json.dumps(value, ensure_ascii=False)
    return re.sub(
        "[\x7f-\x9f\u2028\u2029\ufeff\ufdd0-\ufdef\ufffe\uffff]",
        lambda found: f"\\u{ord(found[0]):04x}",
        shown,
    )


HEAD = {"bank": "b", "title": "A bank", "language": "en", "sources": {"work": {"title": "A work"}}}


def write_bank(path, questions, **head):
    """A bank file, a question a line, the first in the second line; the images beside it."""
    whole = HEAD | head
    lines = [quoted({"id": f"q{number}"} | each) for number, each in enumerate(questions, 1)]
    top = quoted(whole)[1:-1]
    body = ",\n".join(lines)
    path.write_text(f'{{{top}, "questions": [\n{body}\n]}}\n', encoding="utf-8")
    copyfile(DOT, path.parent / "dot.png")
    (path.parent / "tone.wav").write_bytes(TONE)
    return path


def accepted(path, questions, *, thorough=False, **head):
    """Those of the questions that a bank may hold, and the codes of what was said of the others.

    Nothing is lost: a question that is not taken has an error of its own.
    """
    if not questions:
        return [], set()
    write_bank(path, questions, **head)
    (loaded,), problems = banks.read([path], thorough=thorough)
    errors = [each for each in problems if each.severity is Severity.ERROR]
    refused = {each.span.line - 2 for each in errors}
    assert refused <= set(range(len(questions))), errors
    assert len(loaded.questions) >= len(questions) - len(refused)
    kept = [each for place, each in enumerate(questions) if place not in refused]
    return kept, {each.code for each in errors}
