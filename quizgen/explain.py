"""What each code of a problem means, with a bad and a good example: `quizgen check --explain`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from quizgen.lint.rules import ALL_RULES
from quizgen.problems import Severity


class Explanation(NamedTuple):
    """What a code is for; the examples are lines of a bank, or of a command."""

    about: str
    bad: str
    good: str


def explain(code: str) -> str | None:
    """A code explained in a few lines of text; None if there is no such code."""
    rule = next((rule for rule in ALL_RULES if rule.code == code), None)
    if rule is None and code not in EXPLANATIONS:
        return None
    if rule is None:
        kind = "warning or information" if code in _NO_ERRORS else "error"
        explanation = EXPLANATIONS[code]
    else:
        kind = "information" if rule.severity is Severity.INFO else "warning"
        kind += "" if rule.default else f"; off unless `--enable {code}`"
        kind += f"; languages: {', '.join(rule.languages)}" if rule.languages else ""
        explanation = Explanation(rule.about, rule.bad, rule.good)
    parts = [f"{code} ({kind})", explanation.about]
    parts += ["Bad:", _indented(explanation.bad), "Good:", _indented(explanation.good)]
    if rule:
        parts.append(
            f"Silence it for one question with `silence: {{{code}: why}}`, for a run with"
            f" `--ignore {code}`."
        )
    return "\n".join(parts)


def _indented(example: str) -> str:
    return "\n".join(f"    {line}" for line in example.splitlines())


EXPLANATIONS: Mapping[str, Explanation] = {
    # The file
    "empty": Explanation("A value, a list or a whole file is empty.", "prompt:", "prompt: Who?"),
    "encoding": Explanation(
        "A bank is UTF-8 text.", "# saved as Latin-1 or UTF-16", "# saved as UTF-8"
    ),
    "not-a-file": Explanation(
        "A bank is a regular file, no pipe or device.",
        "quizgen check /dev/null",
        "quizgen check my-bank.yaml",
    ),
    "too-large": Explanation(
        "A file of over 1 GiB is not read, nor a folder of over 20,000 banks; a file to convert"
        " may have 2,000,000 elements, an attribute counting for three, or 2,000,000 lines.",
        "# all years in one file",
        "# a bank a year",
    ),
    "too-many": Explanation(
        "A file has 2,000 faults: what follows is no bank, or the same fault again.",
        "quizgen check noise.yaml",
        "quizgen check my-bank.yaml",
    ),
    "unreadable": Explanation(
        "The file or folder is missing, or may not be read.",
        "quizgen check my-bnak.yaml",
        "quizgen check my-bank.yaml",
    ),
    "no-bank": Explanation(
        "The name is no file, no folder and no shipped bank.",
        "quizgen check date",
        "quizgen check dates",
    ),
    "no-banks": Explanation(
        "The folder holds no bank.", "quizgen check images/", "quizgen check banks/"
    ),
    "duplicate-bank": Explanation(
        "Two banks have one id, and so would their questions.",
        "bank: dates   # in both files",
        "bank: dates-2",
    ),
    # YAML
    "yaml": Explanation(
        "The file is not YAML at this place; mostly a text needs quotes.",
        "prompt: Which ring: the first or the second?",
        'prompt: "Which ring: the first or the second?"',
    ),
    "alias": Explanation("An alias names no anchor.", "tags: *tags", "tags: &tags [sco]"),
    "alias-limit": Explanation(
        "Aliases of aliases stand for more values than a bank can have.",
        "b: [*a, *a, *a, *a]   # level upon level",
        "b: [1951, 1955]",
    ),
    "control-character": Explanation(
        "A character that no deck, page or XML can carry.", 'prompt: "Who\\x07?"', "prompt: Who?"
    ),
    "duplicate-key": Explanation(
        "A key stands twice, and one of its values would be lost.",
        "answer: 1950\nanswer: 1951",
        "answer: 1951",
    ),
    "key": Explanation(
        "A key is a word; a text that begins with a bracket needs quotes.",
        "{a}: 1",
        'prompt: "{a} is a set"',
    ),
    "merge": Explanation(
        "`<<` merges a mapping that is named by an alias.", "<<: easy", "<<: *easy"
    ),
    "second-document": Explanation(
        "One file holds one bank.", "---\nbank: two", "# in a file of its own: bank: two"
    ),
    "tag": Explanation("YAML tags mean nothing in a bank.", "answer: !!str 1951", "answer: 1951"),
    "too-deep": Explanation(
        "Values nest more than 40 levels deep, or a text's lists and quotations more than nine.",
        "tags: [[[[[[[sco]]]]]]]",
        "tags: [sco]",
    ),
    # The format
    "unknown-key": Explanation(
        "The format has no such key; nothing is dropped in silence.",
        "anwser: 1951",
        "answer: 1951",
    ),
    "missing-key": Explanation(
        "A key that must stand is missing.",
        "id: when\ntype: numeric\nprompt: When?",
        "id: when\ntype: numeric\nprompt: When?\nanswer: 1951",
    ),
    "not-a-list": Explanation(
        "A list belongs here.", "distractors: Europe", "distractors: [Europe]"
    ),
    "not-a-mapping": Explanation(
        "Lines of `key: value` belong here.", "questions: [What?]", "questions: [{id: what, ...}]"
    ),
    "not-a-text": Explanation("A single value belongs here.", "prompt: [Who?]", "prompt: Who?"),
    "id": Explanation(
        "An id has letters, digits, `-`, `_` and `.`, at most 80 of them.",
        "id: second ring",
        "id: second-ring",
    ),
    "duplicate-id": Explanation(
        "An id is unique in its bank: decks and courses know the question by it.",
        "- id: ring\n- id: ring",
        "- id: ring-1\n- id: ring-2",
    ),
    "alike-bank": Explanation(
        "Two banks have ids that a database or a file system without regard to case, or with a"
        " normalization of its own, takes for one.",
        "bank: Dates   # beside a bank `dates`",
        "bank: dates-2",
    ),
    "alike-id": Explanation(
        "Two questions have ids that Moodle's database, or another program that has no regard to"
        " case or to how letters are composed, takes for one.",
        "- id: ring\n- id: Ring",
        "- id: ring\n- id: outer-ring",
    ),
    "alike-image": Explanation(
        "Two images have names that are one file on Windows and macOS.",
        "![the map](Map.png) ![the dot](map.png)",
        "![the map](map.png) ![the dot](dot.png)",
    ),
    "alike-tag": Explanation(
        "Anki takes tags that differ in case alone for one, quizgen and Moodle for two.",
        "tags: [sco, SCO]",
        "tags: [sco]",
    ),
    "type": Explanation("There is no such type.", "type: multichoice", "type: multiple-choice"),
    "language": Explanation(
        "A tag of BCP 47 whose language, script and region exist.",
        "language: english",
        "language: en-GB",
    ),
    "difficulty": Explanation(
        "One of easy, medium and hard.", "difficulty: simple", "difficulty: easy"
    ),
    "grading": Explanation(
        "One of partial and all-or-nothing.", "grading: all", "grading: all-or-nothing"
    ),
    "boolean": Explanation("True or false.", "answer: maybe", "answer: true"),
    "number": Explanation("Digits with a decimal point.", "answer: 1,234.5", "answer: 1234.5"),
    "credit": Explanation(
        "A share from 0% to 100%; the first answer is the key and earns all.",
        "credit: 150%",
        "credit: 50%",
    ),
    "date": Explanation(
        "A day, month or year of the calendar.", "answer: 1951-02-30", "answer: 1951-05-21"
    ),
    "tag-name": Explanation('A tag has none of < > ` , " and &.', "tags: [a&b]", "tags: [a-and-b]"),
    "pair": Explanation(
        "A pair is a list of two.", "pairs: [[UN, 1945, 193]]", "pairs: [[UN, 1945]]"
    ),
    "gap": Explanation(
        "A cloze has gaps in its text: closed ones, with an answer that is right, or one number ±"
        " another.",
        "text: Founded in {{2001",
        "text: Founded in {{2001}}",
    ),
    "citation": Explanation(
        "A citation begins with the key of a source of the bank.",
        "cite: esay ¶3",
        "cite: essay ¶3",
    ),
    # Questions that cannot be answered or graded
    "equal": Explanation(
        "Two options, answers, items or left sides are equal.",
        "answer: Moscow\ndistractors: [Moscow, Dhaka]",
        "answer: Moscow\ndistractors: [Astana, Dhaka]",
    ),
    "too-few": Explanation(
        "One option, pair or item leaves nothing to choose.", "items: [first]", "items: [a, b, c]"
    ),
    "math": Explanation(
        "A formula cannot be read, or would do more than show.",
        "prompt: Solve $\\frac{1}{x$.",
        "prompt: Solve $\\frac{1}{x}$.",
    ),
    # Images
    "image-kind": Explanation(
        "The file is neither a picture nor a recording of a kind that every format takes.",
        "![map](map.pdf)",
        "![map](map.png)",
    ),
    "image-missing": Explanation(
        "There is no such file beside the bank.", "![map](mpa.png)", "![map](map.png)"
    ),
    "image-outside": Explanation(
        "Files outside the bank's folder are not read.", "![map](../map.png)", "![map](map.png)"
    ),
    "image-remote": Explanation(
        "An image on the web may change or vanish.",
        "![map](https://example.org/map.png)",
        "![map](map.png)",
    ),
    "image-size": Explanation(
        "The image is too large for a deck or a page.", "# a scan as it came", "# scaled down"
    ),
    "image-unsafe": Explanation(
        "An SVG holds a script or loads something from elsewhere, which runs where it is opened.",
        '<svg ... onload="..."> <image href="https://example.org/map.png"/>',
        '<svg ...> <path d="..."/>',
    ),
    # What is silenced
    "silence-unknown": Explanation(
        "What is silenced is no rule; errors cannot be silenced.",
        "silence: {longest-kee: it is a quotation}",
        "silence: {longest-key: it is a quotation}",
    ),
    "silence-unused": Explanation(
        "A silence hides nothing any more.",
        "silence: {longest-key: it is a quotation}   # and the key is short by now",
        "# no silence",
    ),
    # A quiz, and what is cited
    "no-source": Explanation(
        "No bank has the source that `--source` names.",
        "quizgen check --source esay=essay.txt",
        "quizgen check --source essay=essay.txt",
    ),
    "count": Explanation("A quiz has a question at least.", "--count 0", "--count 10"),
    "versions": Explanation("A sheet has 1 to 26 versions.", "--versions 40", "--versions 3"),
    "no-questions": Explanation(
        "No question passes the filters.", "--type essay --difficulty easy", "--type essay"
    ),
    "no-tag": Explanation("No question has the tag.", "--tag saac", "--tag saarc"),
    "section-short": Explanation(
        "A section of a quiz file asks for more questions than its banks and filters, and the other"
        " sections, leave to it.",
        "count: {hard: 99}",
        "count: {hard: 4}",
    ),
    "sections": Explanation(
        "A question bank in Moodle has categories by bank, so that an import finds a question where"
        " the last one has put it; the quiz in Moodle is given its sections there.",
        "sections: [{title: Dates, banks: dates}]",
        "# in Moodle: Add a heading",
    ),
    "quiz-file": Explanation(
        "A quiz file stands where a bank belongs: beside other banks, or in another quiz file.",
        "quizgen html exam.yaml dates",
        "quizgen html exam.yaml",
    ),
    "no-quiz": Explanation(
        "The file is no quiz file.", "bank: exam   # handed to load_blueprint", "quiz: exam"
    ),
    "no-type": Explanation("There is no such type.", "--type mcq", "--type multiple-choice"),
    "too-few-questions": Explanation(
        "Fewer questions pass the filters than are to be drawn.", "--count 500", "--count 20"
    ),
    "not-written": Explanation(
        "The output cannot be written; the old file is as it was.",
        "quizgen html -o /read-only/quiz.html",
        "quizgen html -o quiz.html",
    ),
    "busy": Explanation(
        "Another build beside these banks has not ended in a minute: both write quizgen.lock.",
        "quizgen anki a.yaml & quizgen anki b.yaml --push   # with a slow Anki",
        "quizgen anki a.yaml && quizgen anki b.yaml --push",
    ),
    # Puzzles
    "no-place": Explanation(
        "A word shares no letter with the others of a crossword, stands inside another in a word"
        " search, or the page is full.",
        "quizgen html --layout crossword --count 90",
        "quizgen html --layout crossword --count 30",
    ),
    "no-word": Explanation(
        "The key is too short or too long for a puzzle, has more than letters in it, or runs in"
        " another direction than the others.",
        "answers: [21 May 1951]",
        "answers: [Dhaka]",
    ),
    "no-words": Explanation(
        "No question has a key that is a word: a puzzle has nothing to hide.",
        "quizgen html dates --type numeric --layout crossword",
        "quizgen html organizations --layout crossword",
    ),
    # Printing
    "no-browser": Explanation(
        "A PDF is printed by Chrome, Chromium, Edge or Brave, and none is installed, or the one"
        " that is named is none. Any browser can print the HTML instead.",
        "quizgen pdf --browser /opt/nothing",
        "quizgen html -o quiz.html   # open it and print it",
    ),
    "browser": Explanation(
        "The browser did not start, failed, or took too long.",
        "QUIZGEN_BROWSER=/usr/bin/true quizgen pdf",
        "QUIZGEN_BROWSER=/usr/bin/chromium quizgen pdf",
    ),
    "no-font": Explanation(
        "No font of this machine has a character, so that a box is printed in its place.",
        "# Urdu, and no font that has it",
        "# apt-get install fonts-noto-core",
    ),
    "torn": Explanation(
        "A question or answer is longer than what is left of a page, and stands on two.",
        "lines: 60",
        "lines: 20",
    ),
    "last-page": Explanation(
        "Less than 15 % of the last page is used.", "--count 13", "--count 12"
    ),
    # The preview
    "no-preview": Explanation(
        "The server of the preview is not installed with quizgen itself.",
        "pip install quizgen",
        "pip install 'quizgen[preview]'",
    ),
    "port": Explanation(
        "The port is taken by another program, or may not be used.",
        "quizgen preview --port 80",
        "quizgen preview",
    ),
    "source-date-epoch": Explanation(
        "The variable dates a deck, in seconds since 1970.",
        "SOURCE_DATE_EPOCH=today quizgen anki",
        "SOURCE_DATE_EPOCH=1763942400 quizgen anki",
    ),
    "template": Explanation(
        "A template of yours cannot be rendered.", "{{ titel }}", "{{ title }}"
    ),
    # The lock of decks
    "lock": Explanation(
        "A line of quizgen.lock cannot be read, or gives two notes one id.",
        "<<<<<<< HEAD",
        "# the lines of both sides, without the marks of the merge",
    ),
    "locked": Explanation(
        "With `--locked`, nothing may differ from what the lock has: build once without it, and"
        " commit the lock with the banks.",
        "quizgen anki my-bank.yaml --locked   # after an edit",
        "quizgen anki my-bank.yaml",
    ),
    "lock-not-kept": Explanation(
        "The folder of the banks cannot be written to, so that a later edit may be dated as this"
        " one is, and Anki would pass it over.",
        "quizgen anki /read-only/my-bank.yaml",
        "quizgen anki my-bank.yaml",
    ),
    "vanished": Explanation(
        "A question that decks have had is gone. Anki removes nothing: its cards stay with learners"
        " and are never told that they are out of date.",
        "# the question is taken out",
        "- id: second-ring\n  retired: true",
    ),
    "kind-changed": Explanation(
        "Anki never turns a note into a cloze or a cloze into another note: the edit would not"
        " arrive.",
        "- id: founding\n  type: cloze   # was a date",
        "- id: founding-gap\n  type: cloze",
    ),
    # A running Anki
    "no-anki": Explanation(
        "Nothing answers where AnkiConnect should: Anki is closed, the add-on (code 2055492159) is"
        " not installed, or Anki is busy.",
        "quizgen anki --push   # with Anki closed",
        "quizgen anki --push   # with Anki open",
    ),
    "not-anki": Explanation(
        "Another program answers on the port, or what stands before it.",
        "quizgen anki --push --port 8080",
        "quizgen anki --push --port 8765",
    ),
    "anki-old": Explanation(
        "The add-on lacks what a push asks for; Tools → Add-ons → Check for Updates in Anki.",
        "# an AnkiConnect that nobody has updated for years",
        "# AnkiConnect as Anki updates it",
    ),
    "anki-refused": Explanation(
        "The add-on's configuration asks for a key, or denies access.",
        "quizgen anki --push",
        "QUIZGEN_ANKI_KEY=... quizgen anki --push",
    ),
    "anki-error": Explanation(
        "Anki was reached and could not do what it was asked.",
        "quizgen anki --push   # with no profile open",
        "quizgen anki --push   # with the decks in view",
    ),
    # Writers
    "nothing-held": Explanation(
        "Aiken has multiple choice alone, and the selection holds none that it can say.",
        "quizgen aiken my-bank.yaml --type essay",
        "quizgen aiken my-bank.yaml --type multiple-choice",
    ),
    "aiken-lost": Explanation(
        "Aiken has a question, its options and the key, and no more.",
        "hints: [Think.]",
        "prompt: Which is it? Think.",
    ),
    "exists": Explanation(
        "A bank may hold a year of work: it is not replaced without being told to.",
        "quizgen convert quiz.xml -o bank.yaml   # where bank.yaml is another bank",
        "quizgen convert quiz.xml -o new.yaml",
    ),
    "format": Explanation(
        "The file is in none of the formats that can be read.",
        "quizgen convert notes.txt",
        "quizgen convert notes.txt --from gift",
    ),
    "gift-arrow": Explanation(
        "GIFT takes an answer with '->' for a pair that is to be matched.",
        "answers: [a -> b]",
        "answers: [a → b]",
    ),
    "gift-lost": Explanation(
        "GIFT has no place for hints, points, units, rubrics and fixed orders.",
        "unit: km",
        "prompt: How long is it, in km?",
    ),
    "library": Explanation(
        "Reading other formats takes libraries that are not installed with quizgen itself.",
        "pip install quizgen",
        "pip install 'quizgen[convert]'",
    ),
    "no-language": Explanation(
        "Most formats do not say the language of their questions.",
        "quizgen convert quiz.xml",
        "quizgen convert quiz.xml --language fr",
    ),
    "not-held": Explanation(
        "The file says something that a bank has no place for; it stands there as a comment.",
        '<answer fraction="50">   <!-- an option that earns half -->',
        "distractors: [the option]",
    ),
    "xml": Explanation(
        "The file is no Moodle XML, or broken; export it again.",
        "<quiz><question>",
        '<quiz><question type="essay">…</question></quiz>',
    ),
    "left-out": Explanation(
        "The format has nothing like this, so that it is not written.",
        "type: flashcard   # with a back that the format cannot hold",
        "type: short-answer",
    ),
    "no-key": Explanation(
        "The layout has its answers on the sheet itself, so that there is no key apart from it.",
        "quizgen html dates --layout cards --key only",
        "quizgen html dates --layout cards",
    ),
    "qr": Explanation(
        "A QR code holds some two thousand characters, and the seed has more.",
        "quizgen html dates --qr --seed SEED   # of 5,000 characters",
        "quizgen html dates --qr --seed monday",
    ),
    "no-cards": Explanation(
        "No question of the selection has a short key, for the back of a card.",
        "quizgen html my-bank.yaml --layout cards --type essay",
        "quizgen html my-bank.yaml --layout cards",
    ),
    "card-full": Explanation(
        "A side has more than its card holds in the smallest print, and is cut off.",
        "back: a paragraph of ninety words",
        "back: the one thing to know",
    ),
    "no-words-in-language": Explanation(
        "A sheet's own words, such as Name and Score, are English in a language that has none.",
        "language: sv",
        "quizgen html my-bank.yaml --language de",
    ),
    "lowered": Explanation(
        "The format lacks the type; the nearest that it has is written.",
        "type: date   # Moodle asks for a short answer with every usual form",
        "type: short-answer",
    ),
    "moodle-all-or-nothing": Explanation(
        "Moodle's own multiple choice has no all-or-nothing grading.",
        "grading: all-or-nothing",
        "grading: partial",
    ),
    "moodle-fraction": Explanation(
        "Moodle drops questions whose shares are not on its list.",
        "answers: [a, b, c, d, e, f, g, h, i, j, k]   # an eleventh each",
        "answers: [a, b, c, d, e]",
    ),
    "moodle-gap": Explanation(
        "Moodle drops a backslash that stands before } or # in a gap.",
        "text: 'The set is {{\\{1\\}}}'",
        "text: 'The set is {{ {1} }}'",
    ),
    "moodle-hints": Explanation(
        "Moodle shows no hints with this type.", "type: essay\nhints: [Think.]", "type: essay"
    ),
    "moodle-points": Explanation(
        "Moodle holds fewer digits of points.", "points: 0.12345678", "points: 0.125"
    ),
    "moodle-right-side": Explanation(
        "Moodle's right sides are plain, short texts that differ.",
        "pairs: [[circle, $\\pi r^2$]]",
        "pairs: [[$\\pi r^2$, circle]]",
    ),
    "moodle-tag": Explanation("Moodle's tags are short.", "tags: [# 51 letters]", "tags: [rings]"),
    "moodle-unit": Explanation("Moodle's units are short.", "unit: # 51 letters", "unit: km"),
    "moodle-weight": Explanation(
        "Moodle counts whole points a gap.", "points: 1   # for three gaps", "points: 3"
    ),
    "moodle-word-bank": Explanation(
        "With words to choose from, Moodle takes a gap's key alone.",
        "text: '{{SCO|Shanghai Organization}} or {{Shanghai Organization}}'",
        "text: '{{SCO}} or {{Shanghai Organization}}'",
    ),
}
"""The codes that are no rules of advice."""

_NO_ERRORS = frozenset(
    {
        *("alike-bank", "alike-id", "alike-image", "alike-tag"),
        *("silence-unknown", "silence-unused", "too-few-questions", "left-out", "lowered"),
        *("aiken-lost", "gift-arrow", "gift-lost", "no-language", "not-held"),
        *("no-font", "torn", "last-page", "no-place", "no-word", "sections"),
        *("card-full", "no-words-in-language"),
        *("lock-not-kept", "vanished", "kind-changed"),
        *("moodle-all-or-nothing", "moodle-hints", "moodle-tag", "moodle-weight"),
        "moodle-word-bank",
    }
)

CODES = (*(rule.code for rule in ALL_RULES), *EXPLANATIONS)
