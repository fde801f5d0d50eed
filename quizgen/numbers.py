"""How numbers are shown: with a decimal point, without zeros that say nothing."""

from __future__ import annotations

from decimal import Decimal

_LONGEST = 21


def show_number(number: Decimal) -> str:
    """The number in figures, as `0.5`, `1951` or, past 21 of them, `6.02E+23`."""
    text = str(number)
    if text.isdigit() and len(text) <= _LONGEST:
        return str(int(text))
    if number == number.to_integral_value() and abs(number) < Decimal(10) ** _LONGEST:
        return str(int(number))
    plain = format(number.normalize(), "f")
    return plain if len(plain) <= _LONGEST else str(number.normalize())
