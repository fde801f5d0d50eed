"""How much of an attack is run: a quick form in `make test`, the full numbers in `make torture`."""

import os

FULL = os.environ.get("QUIZGEN_TORTURE") == "1"


def scaled(quick: int, full: int) -> int:
    """How many examples to try."""
    return full if FULL else quick
