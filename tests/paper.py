"""What the tests of sheets share: banks made of a few questions, and how a document is read."""

from pathlib import Path

import yaml
from lxml import html as lxml_html
from pypdf import PdfReader

from quizgen import bank as banks
from quizgen.markup import Reader
from quizgen.model import Matching, MultipleChoice, MultipleResponse, Ordering, TrueFalse
from quizgen.quiz import Selection, make_quiz
from quizgen.words import words
from quizgen.writers import html
from quizgen.writers.html import HtmlOptions

EVERYTHING = Path(__file__).parent / "cases" / "good" / "everything.yaml"

URDU = {"bank": "rishte", "title": "پاکستان اور چین", "language": "ur"}
CHINESE = {"bank": "guanxi", "title": "中巴关系", "language": "zh-Hans"}


def write_file(path, *questions, **head):
    """A bank file with these questions; each that has no id gets one by its place."""
    whole = {"bank": "b", "title": "A bank", "language": "en"} | head
    whole["questions"] = [{"id": f"q{i}"} | each for i, each in enumerate(questions, 1)]
    path.write_text(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def quiz_of(*paths, **selection):
    return make_quiz(banks.load(paths), Selection(**selection))


def files_of(*paths, selection=None, **options):
    return html.write(quiz_of(*paths, **(selection or {})), HtmlOptions(**options)).files


def choice(**fields):
    return {"type": "multiple-choice", "prompt": "?", "answer": "a", "distractors": ["b"]} | fields


def response(**fields):
    whole = {"type": "multiple-response", "prompt": "?", "answers": ["a", "b"]}
    return whole | {"distractors": ["c"]} | fields


def short(*answers, **fields):
    return {"type": "short-answer", "prompt": "?", "answers": list(answers)} | fields


def numeric(answer, **fields):
    return {"type": "numeric", "prompt": "?", "answer": answer} | fields


def matching(*pairs, **fields):
    return {"type": "matching", "prompt": "?", "pairs": [list(pair) for pair in pairs]} | fields


def ordering(*items, **fields):
    return {"type": "ordering", "prompt": "?", "items": list(items)} | fields


def cloze(text, **fields):
    return {"type": "cloze", "text": text} | fields


def essay(**fields):
    return {"type": "essay", "prompt": "Why?"} | fields


# Reading a document.


def parsed(data):
    return lxml_html.document_fromstring(data, parser=lxml_html.HTMLParser(encoding="utf-8"))


def of_class(node, name):
    """The elements of a class below a node, in their order."""
    return node.xpath(f".//*[contains(concat(' ', @class, ' '), ' {name} ')]")


def seen(node):
    """What is read there: the text, with the text of its images, in one line."""
    return " ".join("".join(node.xpath(".//text() | .//img/@alt")).split())


def texts(node, path):
    return [seen(each) for each in node.xpath(path)]


def labels(question):
    """The lettered texts of a question on the sheet."""
    found = of_class(question, "bubble") + of_class(question, "letter")
    lines = [(seen(each).rstrip("."), each.xpath("following-sibling::div")[-1:]) for each in found]
    return {letter: seen(text[0]) for letter, text in lines if text}


def plain(text):
    """What is read of a Markdown text."""
    return " ".join(READER.plain(str(text)).split())


READER = Reader()


def agrees(question, asked, solved, answer, language="en"):
    """Holds a question on the sheet and its answers in the key and its grid against the bank."""
    labelled = labels(asked)
    reasons = dict(
        zip(
            texts(solved, ".//li[@class='right']/span[2]"),
            texts(solved, ".//li[@class='right']//span[@class='text']"),
            strict=True,
        )
    )
    match question:
        case MultipleChoice() | MultipleResponse():
            single = isinstance(question, MultipleChoice)
            right = [question.answer] if single else question.answers
            assert {labelled[each] for each in answer.split(", ")} == {
                plain(each.text) for each in right
            }
            assert set(labelled.values()) == {
                plain(each.text) for each in (*right, *question.distractors)
            }
            assert reasons == {each: labelled[each] for each in answer.split(", ")}
        case TrueFalse():
            assert answer == words(language)[str(question.answer).lower()]
        case Matching():
            rights = [plain(right) for _, right in question.pairs]
            won = [each.split() for each in answer.split(", ")]
            assert [place for place, _ in won] == [str(i) for i in range(1, len(rights) + 1)]
            assert [labelled[letter] for _, letter in won] == rights
            assert set(labelled.values()) >= {*rights, *map(plain, question.distractors)}
            for place, letter in won:
                assert reasons[place].endswith(f"→ {letter} {labelled[letter]}")
        case Ordering():
            items = [plain(item) for item in question.items]
            assert [labelled[letter] for letter in answer.split(", ")] == items
            assert list(labelled.values()) != items
            assert reasons == labelled
        case _:
            assert not labelled


# On paper.


def printed(page, folder):
    """The size of the sheets in millimetres, and the text of each."""
    path = folder / "printed.pdf"
    page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    with PdfReader(path) as pdf:
        boxes = {(float(each.mediabox.width), float(each.mediabox.height)) for each in pdf.pages}
        sizes = {tuple(round(side / 72 * 25.4) for side in box) for box in boxes}
        return sizes, [each.extract_text() for each in pdf.pages]
