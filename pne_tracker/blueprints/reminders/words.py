"""What stands on the staff pages for the codes of reminders."""

from __future__ import annotations

from typing import Final

from pne_tracker.domain.reminders.reasons import REASON_WORDS, SUPPRESSED_WORDS, Reason, Suppressed

STATUS_WORDS: Final = {
    "planned": "planned",
    "held": "held",
    "sent": "sent",
    "failed": "not sent",
    "unknown": "not known",
    "suppressed": "left out",
}
MESSAGE_WORDS: Final = {"reminder": "Something waits", "visit": "A visit"}
CHANNEL_WORDS: Final = {"email": "email", "sms": "text message", "push": "push", "portal": "portal only"}
_HELD: Final = {
    "merged": "waits for a more urgent one today",
    "sending": "on its way",
    "quiet_hours": "waits for the morning",
    "cap_reached": "waits: 1 a day, 3 a week",
}
_OUTCOMES: Final = {
    "smtp_down": "the mail server could not be reached",
    "smtp_sign_in": "the mail server refused our sign-in",
    "smtp_sender": "the mail server refused our sender address",
    "smtp_cut": "the connection broke after the message was handed over",
    "no_answer": "the sender stopped before it could note the answer",
    "fault": "a fault while sending",
    "folder": "the outbox folder could not be written",
    "sms_down": "the text gateway could not be reached",
    "sms_number": "the text gateway cannot write to this number",
    "sms_cut": "the text gateway gave no answer",
    "push_down": "the push service could not be reached",
    "push_gone": "the browser takes no more push messages",
    "push_none": "no browser to push to",
}


def reason_words(code: str) -> str:
    """Why a reminder is sent."""
    return REASON_WORDS.get(Reason(code), code) if code in set(Reason) else code


def why_words(status: str, code: str) -> str:
    """Why it was held, left out or not sent."""
    if not code:
        return ""
    if status == "held":
        return _HELD.get(code, SUPPRESSED_WORDS[Suppressed(code)] if code in set(Suppressed) else code)
    if code in set(Suppressed):
        return SUPPRESSED_WORDS[Suppressed(code)]
    return outcome_words(code)


def outcome_words(code: str) -> str:
    """What a channel answered."""
    if code in _OUTCOMES:
        return _OUTCOMES[code]
    name, _, number = code.partition("_")
    kinds = {"smtp": "the mail server", "sms": "the text gateway", "push": "the push service"}
    if name in kinds and number.isdigit():
        refused = "refused the address" if int(number) in {404, 410, 550, 551, 553} else "refused the message"
        return f"{kinds[name]} {refused} ({number})"
    return code.replace("_", " ")
