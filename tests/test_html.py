"""The HTML writer: what stands on a sheet and in its key, and what Chromium makes of it on paper."""

import base64
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from quizgen import bank as banks
from quizgen.markup import Reader
from quizgen.model import Matching, MultipleChoice, MultipleResponse, Ordering, TrueFalse
from quizgen.problems import QuizgenError, Severity
from quizgen.quiz import Selection, Shuffle, make_quiz
from quizgen.source import FORBIDDEN
from quizgen.writers import html
from quizgen.writers.html import HtmlOptions, Key, Layout, Paper

EVERYTHING = Path(__file__).parent / "cases" / "good" / "everything.yaml"
DOT = EVERYTHING.parent / "images" / "dot.png"

_reader = Reader()


def plain(text):
    """What a reader sees of a Markdown text."""
    return " ".join(_reader.plain(str(text)).split())


def parsed(data):
    return lxml_html.document_fromstring(data, parser=lxml_html.HTMLParser(encoding="utf-8"))


def css(node, selector):
    return node.cssselect(selector) if hasattr(node, "cssselect") else []


def every(node, name):
    """The elements of a class, in document order."""
    return node.xpath(f"descendant::*[contains(concat(' ', @class, ' '), ' {name} ')]")


def seen(element):
    """The text of an element, images as their alternative text, white space made one."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += [child.get("alt") or "" if child.tag == "img" else seen_raw(child)]
        parts += [child.tail or ""]
    return " ".join("".join(parts).split())


def seen_raw(element):
    parts = [element.text or ""]
    for child in element:
        parts += [child.get("alt") or "" if child.tag == "img" else seen_raw(child)]
        parts += [child.tail or ""]
    return "".join(parts)
