"""The check digit of a National Provider Identifier (ISO 7812 Luhn over 80840 and the number; 45 CFR
162.406)."""

from __future__ import annotations

_PREFIX_SUM = 24
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def npi_is_valid(number: str) -> bool:
    """Whether `number` is ten ASCII digits, starts with 1 or 2, and its last digit checks."""
    if len(number) != 10 or not number.isascii() or not number.isdigit() or number[0] not in "12":
        return False
    digits = [int(digit) for digit in number]
    return (_PREFIX_SUM + sum(_DOUBLED[digit] for digit in digits[0::2]) + sum(digits[1::2])) % 10 == 0
