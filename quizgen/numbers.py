"""How numbers are shown: with a decimal point, without zeros that say nothing."""

from __future__ import annotations

from decimal import Context, Decimal

_LONGEST = 21
_EXACT = Context(prec=100)
"""A bank's numbers have at most 60 digits."""


def show_number(number: Decimal) -> str:
    """The number in figures, as `0.5`, `1951` or, past 21 of them, `6.02E+23`."""
    text = str(number)
    if text.isdigit() and len(text) <= _LONGEST:
        return str(int(text))
    if number == number.to_integral_value() and abs(number) < Decimal(10) ** _LONGEST:
        return str(int(number))
    bare = number.normalize(_EXACT)
    plain = format(bare, "f")
    return plain if len(plain) <= _LONGEST else str(bare)
