"""JSON text as plain data, strictly: no duplicate keys, no NaN, and every refusal is a BadInputError."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NoReturn

from pne_tracker.domain.errors import BadInputError

MAX_SHOWN = 40


def parse(data: bytes | str) -> object:
    """JSON as plain data.

    Raises BadInputError `empty_input`, `not_utf8`, `not_json` (NaN and Infinity too), `duplicate_key`,
    `number_too_long` or `nested_too_deeply`; `at` is the line and column, or the key.
    """
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad("The input is not UTF-8. Save it as UTF-8.", f"byte {error.start}", "not_utf8") from None
    text = text.removeprefix("\ufeff")
    if not text or text.isspace():
        raise _bad("The input is empty. Give one JSON object.", "", "empty_input")
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        at = f"line {error.lineno} column {error.colno}"
        why = error.msg.removesuffix(" at")
        message = f"The input is not JSON: {why[:1].lower()}{why[1:]} at {at}."
        raise _bad(message, at, "not_json") from None
    except RecursionError:
        raise _bad("The input is nested too deeply.", "", "nested_too_deeply") from None
    except ValueError:
        message = "The input has a number with too many digits. Correct it."
        raise _bad(message, "", "number_too_long") from None


def shown(value: object) -> str:
    """A value as a message may repeat it: as in JSON or quoted, ASCII, at most 40 characters."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = ascii(value if not isinstance(value, str) else value[:60])
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        key = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise _bad(f"{shown(key)} is given twice. Keep one of them.", key[:MAX_SHOWN], "duplicate_key")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _bad(f"{name} is not a JSON number. Give a number.", "", "not_json")


def _bad(message: str, at: str, code: str) -> BadInputError:
    return BadInputError(message, at=at, code=code)


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)
