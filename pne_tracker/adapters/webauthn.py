"""WebAuthn as browsers speak it: options out, answers checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

NAME = "PNE Tracker"
VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class NewKey:
    """The public half of a new passkey, in base64url."""

    credential_id: str
    public_key: str
    sign_count: int


def registration_options(
    origin: str, *, challenge: bytes, account: bytes, name: str, known: Iterable[str]
) -> dict[str, Any]:
    """What `navigator.credentials.create` is asked: a key that signs in without a name typed first.

    Any device may hold it: naming a kind makes some browsers wait for hardware that is not there.
    """
    options = generate_registration_options(
        rp_id=_host(origin),
        rp_name=NAME,
        user_id=account,
        user_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known],
    )
    return dict(options_to_json_dict(options))


def sign_in_options(origin: str, *, challenge: bytes) -> dict[str, Any]:
    """What `navigator.credentials.get` is asked."""
    options = generate_authentication_options(
        rp_id=_host(origin), challenge=challenge, user_verification=VERIFIED
    )
    return dict(options_to_json_dict(options))


def new_key(origin: str, answer: dict[str, Any], *, challenge: bytes) -> NewKey | None:
    """The key of a registration, or None when the answer does not hold."""
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(origin),
            expected_origin=origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return NewKey(
        bytes_to_base64url(found.credential_id),
        bytes_to_base64url(found.credential_public_key),
        found.sign_count,
    )


def sign_count_of(
    origin: str, answer: dict[str, Any], *, challenge: bytes, public_key: str, sign_count: int
) -> int | None:
    """The key's new count when the answer is signed by it, or None."""
    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(origin),
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return found.new_sign_count


def _host(origin: str) -> str:
    return urlsplit(origin).hostname or ""
