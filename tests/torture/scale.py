"""How much of an attack is run: a quick form in `make test`, the full numbers in `make torture`."""

import os
from typing import TypeVar

T = TypeVar("T")

FULL = os.environ.get("QUIZGEN_TORTURE") == "1"


def scaled(quick: T, full: T) -> T:
    """How many examples to try, or which."""
    return full if FULL else quick
