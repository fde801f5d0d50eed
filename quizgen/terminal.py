"""Help and progress that fit the terminal, and texts from it that outputs can carry."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from typing import Any

import click


def columns() -> int:
    """How many characters fit into a line of the terminal."""
    return shutil.get_terminal_size().columns


def shows_progress() -> bool:
    """Whether standard error is a terminal that can write over what it has written."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def bar_width() -> int:
    """How wide a progress bar is, in characters; 0 is what the line has left."""
    return 36 if columns() >= 80 else 0


class Help(click.HelpFormatter):
    """Help in the width of the terminal; Click's own begins at 50 columns."""

    def __init__(
        self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None
    ) -> None:
        fitting = max(min(columns(), max_width or 80) - 2, 22)
        super().__init__(indent_increment, width or fitting, max_width)

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """A definition list; in a narrow line the terms leave more to what is said of them."""
        if self.width < 30:
            col_max = 0  # what is said stands below each, so that its words stay whole
        elif self.width < 70:
            col_max = self.width // 3
        super().write_dl(list(rows), col_max, col_spacing)


class Context(click.Context):
    """A context whose help fits."""

    formatter_class = Help


class Command(click.Command):
    """A command whose help fits."""

    context_class = Context


class Group(click.Group):
    """A group of commands whose help fits."""

    context_class = Context
    command_class = Command


def words(ctx: click.Context, param: click.Parameter, given: Any) -> Any:
    """A callback for texts that go into outputs: in one line, without what no output can carry."""
    if given is None:
        return None
    return _carried(given) if isinstance(given, str) else tuple(map(_carried, given))


def _carried(given: str) -> str:
    from quizgen.source import FORBIDDEN

    try:
        text = given.encode(errors="surrogateescape").decode()
    except UnicodeError as error:
        raise click.BadParameter("the text is not UTF-8; write it anew") from error
    if found := FORBIDDEN.search(text):
        message = f"the text holds U+{ord(found[0]):04X}, which no output can carry; remove it"
        raise click.BadParameter(message)
    return " ".join(text.split())
