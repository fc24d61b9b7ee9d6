"""Money: integer cents inside, decimal text outside. Nothing is ever rounded."""

from __future__ import annotations

from pne_tracker.domain.errors import BadInputError

_LONGEST = len("9999999.99")


def cents(text: object, *, at: str) -> int:
    """Cents from text such as "38", "38.5" or "38.50".

    Raises BadInputError `bad_money` for anything else: a JSON number, a sign, an exponent, a thousands
    mark, a third decimal, NaN, or ten million and more.
    """
    if isinstance(text, str) and len(text) <= _LONGEST and text.isascii():
        whole, point, part = text.partition(".")
        if whole.isdigit() and len(whole) <= 7 and (part.isdigit() and len(part) <= 2 if point else not part):
            return int(whole) * 100 + (int(part.ljust(2, "0")) if point else 0)
    raise BadInputError(
        'Write an amount as text with at most two decimals and below ten million, for example "38.50".',
        at=at,
        code="bad_money",
    )


def decimal_text(amount: int) -> str:
    """Cents as text with two decimals: 3850 is "38.50". The amount is not negative."""
    return f"{amount // 100}.{amount % 100:02d}"
