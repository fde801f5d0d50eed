"""Numbers as they are shown."""

from decimal import Decimal

import pytest

from quizgen.numbers import show_number


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("007", "7"),
        ("+5", "5"),
        ("1951", "1951"),
        ("-3.0", "-3"),
        ("1E+3", "1000"),
        ("0.50", "0.5"),
        ("-.25", "-0.25"),
        ("9" * 21, "9" * 21),
        ("-" + "9" * 21, "-" + "9" * 21),
        ("9" * 20 + ".0", "9" * 20),
        ("1E+20", "1" + "0" * 20),
        ("-1E+20", "-1" + "0" * 20),
        ("1E+21", "1E+21"),
        ("1" + "0" * 21, "1E+21"),
        ("6.020E+23", "6.02E+23"),
        ("0.0000000000000000001", "0.0000000000000000001"),
        ("0.00000000000000000001", "1E-20"),
        ("1234567890.1234567890", "1234567890.123456789"),
    ],
)
def test_a_number_is_shown_in_figures(number, shown):
    assert show_number(Decimal(number)) == shown
