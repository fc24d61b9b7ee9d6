"""The words of every message, by name and version. A version is never reworded; a change is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pne_tracker.domain.curriculum import Text
from pne_tracker.domain.messages.templates import Template

_STOP_MAIL: Final = Text(
    en="You can stop these emails with one click: {stop}",
    es="Puede dejar de recibir estos correos con un clic: {stop}",
)
CURRENT: Final = (
    Template(
        name="reminder",
        version=1,
        subject=Text(en="Something is waiting for you", es="Hay algo que le espera"),
        lines=(
            Text(en="You have something waiting at {sender}.", es="Hay algo que le espera en {sender}."),
            Text(en="Open it when it suits you.", es="Ábralo cuando le venga bien."),
        ),
        action=Text(en="Open it", es="Abrir"),
        closing=(_STOP_MAIL,),
        sms=Text(
            en="{sender}: you have something waiting. {link} Reply STOP to end.",
            es="{sender}: hay algo que le espera. {link} Responda ALTO para no recibir.",
        ),
        push=Text(en="You have something waiting.", es="Hay algo que le espera."),
    ),
    Template(
        name="visit",
        version=1,
        subject=Text(en="Your time with {sender}", es="Su cita con {sender}"),
        lines=(
            Text(
                en="You have a time with {sender} on {day} at {time}.",
                es="Tiene una cita con {sender} el {day} a las {time}.",
            ),
            Text(
                en="The file with this email adds it to your calendar.", es="El archivo la pone en su agenda."
            ),
        ),
        action=Text(en="Open it", es="Abrir"),
        closing=(_STOP_MAIL,),
        sms=Text(
            en="{sender}: see you {day}, {time}. {link} Reply STOP to end.",
            es="{sender}: nos vemos {day}, {time}. {link} ALTO para no recibir.",
        ),
        push=Text(en="See you {day} at {time}.", es="Nos vemos el {day} a las {time}."),
    ),
    Template(
        name="sign_in_link",
        version=1,
        subject=Text(en="Your link to sign in", es="Su enlace para entrar"),
        lines=(
            Text(
                en="Here is your link to sign in at {sender}. It works once, for {minutes} minutes.",
                es="Este es su enlace para entrar en {sender}. Sirve una vez, durante {minutes} minutos.",
            ),
        ),
        action=Text(en="Sign in", es="Entrar"),
        closing=(
            Text(
                en="You did not ask for it? Then there is nothing you need to do.",
                es="¿No lo pidió usted? Entonces no tiene que hacer nada.",
            ),
        ),
        sms=Text(
            en="{sender}: sign in with {link} It works once, for {minutes} minutes.",
            es="{sender}: entre con {link} Sirve una vez, {minutes} minutos.",
        ),
    ),
    Template(
        name="password_reset",
        version=1,
        subject=Text(en="Your link to a new password", es="Su enlace para una contraseña nueva"),
        lines=(
            Text(
                en="Choose a new password for {sender}. The link works once, for {minutes} minutes.",
                es="Elija una contraseña nueva para {sender}. El enlace sirve una vez, durante {minutes} minutos.",
            ),
        ),
        action=Text(en="Choose a password", es="Elegir contraseña"),
        closing=(
            Text(
                en="You did not ask for it? Then tell your administrator.",
                es="¿No lo pidió usted? Entonces avise a quien administra.",
            ),
        ),
        sms=Text(
            en="{sender}: new password {link} It works once, for {minutes} minutes.",
            es="{sender}: contrasena nueva {link} Sirve una vez, {minutes} minutos.",
        ),
    ),
    Template(
        name="invitation",
        version=1,
        subject=Text(en="{sender} invites you", es="{sender} le invita"),
        lines=(
            Text(
                en="{sender} has a page for you. This link opens it. It works once, for {days} days.",
                es="{sender} tiene una página para usted. Este enlace la abre. Sirve una vez, {days} días.",
            ),
        ),
        action=Text(en="Open my page", es="Abrir mi página"),
        closing=(
            Text(
                en="You do not know {sender}? Then there is nothing you need to do.",
                es="¿No conoce {sender}? Entonces no tiene que hacer nada.",
            ),
        ),
        sms=Text(
            en="{sender} has a page for you: {link} It works once, for {days} days.",
            es="{sender} tiene una pagina para usted: {link} Sirve una vez, {days} dias.",
        ),
    ),
    Template(
        name="sign_in_changed",
        version=1,
        subject=Text(en="Your way to sign in changed", es="Cambió su forma de entrar"),
        lines=(
            Text(
                en="The way you sign in at {sender} was changed just now.",
                es="Acaba de cambiar su forma de entrar en {sender}.",
            ),
        ),
        action=None,
        closing=(Text(en="Was it not you? Tell {sender} now.", es="¿No fue usted? Avise ahora a {sender}."),),
        sms=Text(
            en="{sender}: your way to sign in changed. Was it not you? Tell us now.",
            es="{sender}: su forma de entrar cambio. Si no fue usted, avise ahora.",
        ),
    ),
    Template(
        name="test",
        version=1,
        subject=Text(en="A test from {sender}", es="Una prueba de {sender}"),
        lines=(
            Text(
                en="This is a test from {sender}. You got it, so it works.",
                es="Esta es una prueba de {sender}. Si la lee, funciona.",
            ),
        ),
        action=None,
        closing=(),
        sms=Text(
            en="{sender}: this is a test. You got it, so it works.",
            es="{sender}: esto es una prueba. Si la lee, funciona.",
        ),
        push=Text(en="This is a test. It works.", es="Esto es una prueba. Funciona."),
    ),
    Template(
        name="month",
        version=1,
        subject=Text(en="Your month at {sender}", es="Su mes en {sender}"),
        lines=(
            Text(
                en="The figures of last month are ready at {sender}.",
                es="Las cifras del mes pasado están listas en {sender}.",
            ),
            Text(
                en="They stay behind your sign-in, so this email has none.",
                es="Se ven al entrar con su cuenta; este correo no las lleva.",
            ),
        ),
        action=Text(en="See the month", es="Ver el mes"),
        closing=(_STOP_MAIL,),
        sms=Text(
            en="{sender}: the figures of last month are ready.",
            es="{sender}: las cifras del mes pasado ya se pueden ver.",
        ),
    ),
    Template(
        name="sms_stopped",
        version=1,
        subject=Text(en="No more texts", es="Sin mensajes"),
        lines=(),
        action=None,
        closing=(),
        sms=Text(
            en="{sender}: you get no more texts from us. Reply START to get them again.",
            es="{sender}: ya no recibe mensajes. Responda INICIO para recibirlos otra vez.",
        ),
    ),
    Template(
        name="sms_started",
        version=1,
        subject=Text(en="Texts again", es="Mensajes otra vez"),
        lines=(),
        action=None,
        closing=(),
        sms=Text(
            en="{sender}: you get our texts again, 3 a week at most. Reply STOP to end.",
            es="{sender}: recibe otra vez mensajes, 3 por semana a lo sumo. ALTO para no recibir.",
        ),
    ),
    Template(
        name="sms_help",
        version=1,
        subject=Text(en="Help", es="Ayuda"),
        lines=(),
        action=None,
        closing=(),
        sms=Text(
            en="{sender}: call us at {phone}. Reply STOP to end texts, START to get them.",
            es="{sender}: llame al {phone}. Responda ALTO para no recibir, INICIO para recibir.",
        ),
    ),
)
TEMPLATES: Final[Mapping[tuple[str, int], Template]] = {(one.name, one.version): one for one in CURRENT}
"""Every version of every template."""
NEWEST: Final[Mapping[str, Template]] = {
    one.name: one for one in sorted(CURRENT, key=lambda each: each.version)
}
"""The version that new messages are written with, by name."""
