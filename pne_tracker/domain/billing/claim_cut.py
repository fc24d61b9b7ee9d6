"""Taking the claims of one patient out of a file of claims, the rest kept to the byte."""

from __future__ import annotations

from collections.abc import Collection, Iterator

END = "~"
CARD_LEVELS = {"20", "22"}


def without_claims(content: str, numbers: Collection[str]) -> str:
    """An 837P without each insured person's part that holds a claim of these numbers.

    A part is everything from one insured person to the next: our files have one patient in each. Counts and
    numbers of levels stay as they were sent, so the gap shows and the file is not one to send again.
    """
    gone = set(numbers)
    return "".join(part for part in _parts(content) if not _claims_of(part) & gone)


def _parts(content: str) -> Iterator[str]:
    part = ""
    for segment in content.splitlines(keepends=True):
        fields = segment.rstrip().rstrip(END).split("*")
        if (fields[0] == "HL" and fields[3] in CARD_LEVELS) or fields[0] == "SE":
            yield part
            part = ""
        part += segment
    yield part


def _claims_of(part: str) -> set[str]:
    fields = (segment.split("*") for segment in part.splitlines())
    return {one[1] for one in fields if one[0] == "CLM"}
