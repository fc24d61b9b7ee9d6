"""The errors the domain raises by name; the shell turns each into a sentence, a field error or a status."""

from __future__ import annotations


class DomainError(Exception):
    """A refusal with a code for programs and a sentence for people. `at` names the place in the input."""

    code = "refused"

    def __init__(self, message: str, *, at: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        if code is not None:
            self.code = code

    def as_dict(self) -> dict[str, str]:
        """The error object of the commands: `{"code": ..., "message": ..., "at": ...}`."""
        return {"code": self.code, "message": self.message, "at": self.at}


class BadInputError(DomainError):
    """The input cannot be read as what it should be; `at` says where."""

    code = "bad_input"


class NotFoundError(DomainError):
    """Nothing of that id within the viewer's scope; says the same as if it had never existed."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("There is nothing here, or it is not yours to see.")


class NotAllowedError(DomainError):
    """The viewer sees the object but may not do this with it."""

    code = "not_allowed"


class RefusedError(DomainError):
    """The rules forbid this act now; the message says what to do instead."""

    code = "refused"


class ConflictError(DomainError):
    """Somebody else changed the same thing first."""

    code = "conflict"
