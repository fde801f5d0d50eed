"""What a question could say and does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from quizgen.lint.asked import Asked, by_bank
from quizgen.lint.rule import Finding, Survey
from quizgen.markup import Reader
from quizgen.model import markdown_of
from quizgen.problems import shorten


def no_feedback(asked: Asked) -> Iterator[Finding]:
    """Nothing is said to whoever has answered."""
    choices = [choice for choice, _ in asked.choices]
    if not asked.question.feedback and not (choices and all(each.feedback for each in choices)):
        yield Finding("there is no feedback; say why the key is right", asked.question.span)


def no_option_feedback(survey: Survey) -> Iterator[Finding]:
    """Options without feedback, in a bank that has feedback on options elsewhere."""

    def lacks(asked: Asked) -> str | None:
        without = [option for choice, option in asked.choices if not choice.feedback]
        if not without:
            return None
        return (
            f"the option '{shorten(without[0].text)}' has no feedback; say why it is right or wrong"
        )

    yield from _lacking(
        survey, lacks, lambda asked: any(choice.feedback for choice, _ in asked.choices)
    )


def no_citation(survey: Survey) -> Iterator[Finding]:
    """A question rests on no source, in a bank whose questions do."""
    message = "there is no citation; add 'cite: SOURCE ¶N'"
    yield from _lacking(
        survey,
        lambda each: None if each.question.cite else message,
        lambda each: bool(each.question.cite),
    )


def no_difficulty(survey: Survey) -> Iterator[Finding]:
    """A question has no difficulty, in a bank whose questions do."""
    message = "there is no difficulty; add easy, medium or hard"
    yield from _lacking(
        survey,
        lambda each: None if each.question.difficulty else message,
        lambda each: each.question.difficulty is not None,
    )


def no_alt_text(asked: Asked) -> Iterator[Finding]:
    """An image has no text for whoever cannot see it."""
    for text in markdown_of(asked.question):
        if "![" in text.source:
            for token in Reader().tokens(text.source):
                if token.type == "image" and not token.content.strip():
                    yield Finding(
                        f"the image '{shorten(str(token.attrs['src']))}' has no text beside it; say"
                        " what it shows, as in ![what it shows](path)",
                        text.span,
                    )


def _lacking(
    survey: Survey, lacks: Callable[[Asked], str | None], has: Callable[[Asked], bool]
) -> Iterator[Finding]:
    """What a bank's questions lack, if others of the bank have it."""
    for _, own in by_bank(survey.questions):
        if any(has(asked) for asked in own):
            for asked in own:
                if message := lacks(asked):
                    yield Finding(message, asked.question.span, asked)
