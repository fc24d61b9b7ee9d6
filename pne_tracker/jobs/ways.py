"""The ways out as the settings say: configured gateways, else files in the instance folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from config import Settings
from pne_tracker.adapters.channels.files import FolderWay
from pne_tracker.adapters.channels.letter import PortalWay, Way
from pne_tracker.adapters.channels.push import PushWay
from pne_tracker.adapters.channels.sms import AppriseWay
from pne_tracker.adapters.channels.smtp import SmtpWay, server_of
from pne_tracker.domain.messages.templates import Channel

OUTBOX = "outbox"
Ways = Mapping[str, Way]


def ways_of(settings: Settings, gone: Callable[[str], None]) -> Ways:
    """One way for each channel. `gone` is told of browsers that take no more push messages."""
    instance = Path(settings.instance)
    folder, sender = instance / OUTBOX, settings.mail_from
    mail: Way = FolderWay(folder, sender, mail=True)
    if settings.smtp_url:
        mail = SmtpWay(server_of(settings.smtp_url), sender)
    texts: Way = AppriseWay(settings.sms_url) if settings.sms_url else FolderWay(folder, sender, mail=False)
    return {
        Channel.EMAIL: mail,
        Channel.SMS: texts,
        Channel.PUSH: PushWay(instance, sender, gone),
        Channel.PORTAL: PortalWay(),
    }


def close(ways: Ways) -> None:
    """Let go of every connection."""
    for way in ways.values():
        way.close()
