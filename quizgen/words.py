"""The words that outputs add to a bank's own, by language."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "true": "True",
        "false": "False",
        "name": "Name",
        "class": "Class",
        "date": "Date",
        "score": "Score",
        "version": "Version",
        "questions": "questions",
        "question": "question",
        "points": "points",
        "point": "point",
        "across": "Across",
        "down": "Down",
        "words": "Words",
        "find_words": "Find the word for each line.",
        "wordsearch": "Word search",
        "crossword": "Crossword",
        "solution": "Solution",
        "minute": "minute",
        "minutes": "minutes",
        "answer": "Answer",
        "key": "Answer key",
        "answers": "Answers at a glance",
        "explanations": "Answers with reasons",
        "accepted": "also accepted",
        "credit": "of the points",
        "tolerance": "within",
        "model": "Model answer",
        "rubric": "Marking",
        "source": "Source",
        "sources": "Sources",
        "licence": "Licence",
        "hint": "Hint",
        "page": "Page",
        "order": "Write the letters in order.",
        "match": "Write the letters.",
        "complete": "Complete the text.",
        "complete_from_box": "Complete the text with words from the box.",
        "all_that_apply": "Tick all that apply.",
        "tap_order": "Tap them in order; tap again to take one back.",
        "tap_match": "Tap the match of the marked one; tap another to mark it.",
        "yours": "Your answer",
        "right": "Right",
        "partly": "Partly right",
        "wrong": "Not right",
    }
}


def words(language: str) -> Mapping[str, str]:
    """The words in the language of the tag, in English where it has none yet."""
    return _WORDS.get(language.split("-", maxsplit=1)[0].lower(), _WORDS["en"])
