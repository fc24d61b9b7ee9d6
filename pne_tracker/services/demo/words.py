"""What the demo's people write: short and harmless, in English and Spanish, by homework item and prompt."""

from __future__ import annotations

from typing import Final

Words = dict[str, tuple[str, ...]]

ENGLISH: Final[dict[str, Words]] = {
    "s02-journal": {
        "flag-words": ("It is worst on work days.", "Mostly in the evening."),
        "activity": ("Work in the garden", "Play with the kids", "Walk with my friend"),
        "limit": ("Ten minutes", "Once around the block", "A few minutes, then a rest"),
    },
    "s03-reading": {
        "show": (
            "I drew a nerve with many small doors.\nSome doors stand open too long.\nNew ones can grow.",
            "A wire with lamps on it. Stress turns more lamps on.",
        ),
        "unclear": ("How long does one sensor live?", "Can I feel them change?"),
    },
    "s04-talk": {
        "told": (
            "I told the story of the street where all wake up from one alarm.",
            "That pain can spread though nothing new is hurt.",
        ),
        "asked": ("If it can calm down again. I said yes.", "She asked what wakes the street."),
    },
    "s06-journal": {
        "first": ("A cut on my finger", "A bruise on my shin"),
        "first-scene": ("I was making dinner for guests.", "We were moving house that day."),
        "second": ("A scraped knee", "A burn from the oven"),
        "second-scene": ("I ran to catch the bus.", "The cake had to come out in time."),
        "why": ("I had other things to do.", "There was no time to think of it."),
    },
    "s07-journal": {"words": ("It took two tries.", "I wrote a list and it was less of a muddle.")},
    "s08-journal": {
        "stressor-1": ("Bills", "My job", "My mother's health"),
        "stressor-2": ("The move", "Too little sleep", "The car"),
        "stressor-3": ("The noise next door", "Forms to fill in"),
    },
    "s09-reflect": {
        "threat": ("Heart beats fast, breath is short, legs want to run.", "I go stiff and stare."),
        "copies": ("I hold my breath when I bend.", "My jaw is tight and I cannot think."),
        "calm": ("Slow breaths", "A walk by the water", "Music"),
    },
    "s10-journal": {
        "silent-1": ("I found a bruise after painting the fence.", "I stepped on a nail at the beach."),
        "silent-2": ("A blister on a long walk.", "A bump on the head in a ball game."),
        "before-1": ("Swim", "Ride my bike", "Dance"),
        "before-2": ("Bake bread", "Play cards", "Fix things"),
        "before-3": ("Visit my sister", "Go fishing", "Sing in the choir"),
        "try": ("Swim two lengths", "Bake one small loaf", "Dance to one song"),
    },
    "s11-practice": {"note": ("Easier than last week.", "I did it after lunch.", "The warmth felt good.")},
    "s12-imagery": {"move": ("Open and close the hand", "Turn the wrist"), "count": ("5", "8", "10")},
    "s13-plan": {
        "what-changes": ("A short walk before noon, not at night.", "Fewer minutes, more often."),
        "goal": ("Walk to the market and back", "Ten minutes of yard work"),
    },
    "s14-journal": {
        "in-the-cup": ("Work 6, money 4, bad nights 7.", "The long wait 5, being alone a lot 6."),
        "pour-out": ("I could ask for help with the house.", "Say no to one thing a week."),
        "step": ("Call my brother", "Go to bed at ten"),
    },
}
SPANISH: Final[dict[str, Words]] = {
    "s02-journal": {
        "flag-words": ("Es peor los días de trabajo.",),
        "activity": ("Cuidar el jardín", "Jugar con mis nietos"),
        "limit": ("Diez minutos", "Una vuelta a la cuadra"),
    },
    "s03-reading": {
        "show": ("Dibujé un nervio con muchas puertas pequeñas.\nAlgunas quedan abiertas.",),
        "unclear": ("¿Cuánto vive un sensor?",),
    },
    "s04-talk": {
        "told": ("Conté la historia de la calle donde una alarma despierta a todos.",),
        "asked": ("Mi hija preguntó si se puede calmar. Le dije que sí.",),
    },
    "s06-journal": {
        "first": ("Un corte en el dedo", "Un golpe en la pierna"),
        "first-scene": ("Preparaba la cena para la familia.",),
        "second": ("Un raspón en la rodilla",),
        "second-scene": ("Corría para tomar el autobús.",),
        "why": ("Tenía la mente en otra cosa.",),
    },
    "s07-journal": {"words": ("Hice una lista y fue más fácil.",)},
    "s08-journal": {
        "stressor-1": ("El trabajo", "Las cuentas"),
        "stressor-2": ("Duermo poco", "La mudanza"),
        "stressor-3": ("El ruido de la calle",),
    },
    "s09-reflect": {
        "threat": ("El corazón late rápido y quiero correr.",),
        "copies": ("Aprieto los dientes y no respiro bien.",),
        "calm": ("Respirar despacio", "Caminar un poco"),
    },
    "s10-journal": {
        "silent-1": ("Vi un moretón después de pintar la pared.",),
        "silent-2": ("Una ampolla en una caminata larga.",),
        "before-1": ("Nadar", "Bailar"),
        "before-2": ("Cocinar para todos",),
        "before-3": ("Visitar a mi hermana",),
        "try": ("Bailar una canción", "Nadar cinco minutos"),
    },
    "s11-practice": {"note": ("Me costó menos que ayer.",)},
    "s12-imagery": {"move": ("Abrir y cerrar la mano",), "count": ("5", "8")},
    "s13-plan": {
        "what-changes": ("Caminar antes del mediodía.",),
        "goal": ("Ir al mercado a pie",),
    },
    "s14-journal": {
        "in-the-cup": ("El trabajo 6, las cuentas 4, las malas noches 7.",),
        "pour-out": ("Puedo pedir ayuda en casa.",),
        "step": ("Llamar a mi hermano",),
    },
}
WORDS: Final = {"en": ENGLISH, "es": SPANISH}
ANY: Final = {"en": ("It went fine.",), "es": ("Me fue bien.",)}
"""For a prompt that this table does not know."""

ACTIVITIES: Final = {
    "en": ("Walk by the water", "Stretching on the mat", "Stationary bike", "Steps in the house"),
    "es": ("Caminar por el parque", "Estirarme en casa", "Bicicleta fija"),
}
OWN_ACTIVITIES_ES: Final = {
    "Bend to the ground": "Agacharme hasta el suelo",
    "Stand in a queue": "Estar de pie en una fila",
    "Carry shopping": "Cargar las compras",
    "Walk half a mile": "Caminar media milla",
    "Climb stairs": "Subir escaleras",
    "Sit through a film": "Ver una película hasta el final",
    "Look over the shoulder": "Mirar por encima del hombro",
    "Read at a desk": "Leer en un escritorio",
    "Lift a child": "Levantar a un niño",
    "Reach overhead": "Alcanzar algo en alto",
    "Put on a coat": "Ponerme un abrigo",
    "Sleep on the side": "Dormir de lado",
    "Walk downhill": "Caminar cuesta abajo",
    "Kneel": "Arrodillarme",
    "Get up from a low chair": "Levantarme de una silla baja",
    "Stand to cook": "Cocinar de pie",
    "Hang up washing": "Tender la ropa",
    "Walk to the shop": "Caminar a la tienda",
    "Open a jar": "Abrir un frasco",
    "Type for an hour": "Escribir en el teclado una hora",
    "Turn a key": "Girar una llave",
    "Sit at a desk": "Sentarme al escritorio",
    "Lift a box": "Levantar una caja",
    "Drive to work": "Manejar al trabajo",
    "Turn the head in traffic": "Girar la cabeza al manejar",
    "Load parcels": "Cargar paquetes",
    "Work a full shift": "Trabajar un turno completo",
    "Lie on the left side": "Acostarme del lado izquierdo",
    "Stand on one leg": "Pararme en una pierna",
    "Walk for an hour": "Caminar una hora",
}
"""The activities of the pain problems as somebody who speaks Spanish names them."""
BODY_SIGNS: Final = {"en": ("Tight shoulders", "Fast heart", "Cold hands"), "es": ("Hombros tensos",)}
HELPED: Final = {
    "en": ("Slow breaths", "A short walk", "I called a friend"),
    "es": ("Respirar despacio", "Caminar un poco"),
}
REPLIES: Final = {
    "en": (
        "Thank you, this helps me plan our next visit.",
        "You explained that very well. Let us build on it.",
        "I see how much work went into this. Well done.",
        "Good that you noticed this. We will talk about it on our next visit.",
        "A hard week, and you still did it. Thank you.",
    ),
    "es": (
        "Gracias, esto me ayuda a preparar la próxima cita.",
        "Lo explicó muy bien. Seguimos a partir de ahí.",
        "Veo cuánto trabajo puso en esto. Muy bien.",
    ),
}
MESSAGES: Final = {
    "en": ("Little and often is fine.", "Take your time with this one.", ""),
    "es": ("Poco y seguido está bien.", ""),
}
INSIST = "wants to have it all at hand and does it in one go"
REMARKS: Final = (
    "Moves with less guarding than last time.",
    "Slept better this week and has more energy.",
    "Symptoms came up in the second half and settled within five minutes of rest.",
    "Asked good questions about why the pain spreads.",
    "",
    "",
)
