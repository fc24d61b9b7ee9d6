"""The demo clinic's own quiz: after a flare, in the demo's own words."""

from __future__ import annotations

from typing import Final

from pne_tracker.domain.own_quiz import OwnQuiz, quiz_from_dict

OWN_QUIZ: Final[OwnQuiz] = quiz_from_dict(
    {
        "id": "after-a-flare",
        "title": {"en": "After a flare", "es": "Después de un brote"},
        "section": "calming-nerves",
        "items": [
            {
                "id": "flare-means",
                "kind": "choose_one",
                "concept": "hurt-is-not-harm",
                "question": {
                    "en": "You walked more than usual and your back hurts today. What fits best?",
                    "es": "Caminó más que de costumbre y hoy le duele la espalda. ¿Qué es lo más probable?",
                },
                "options": {
                    "torn": {"en": "I tore something.", "es": "Me rompí algo."},
                    "alarm": {"en": "My alarm was set off.", "es": "Se activó mi alarma."},
                    "wrong": {"en": "Walking is wrong for me.", "es": "Caminar no es para mí."},
                },
                "answer": "alarm",
                "explanation": {
                    "en": "A new amount can set the alarm off. It settles in a day or two. Nothing has to be torn.",
                    "es": "Una cantidad nueva puede activar la alarma. Se calma en uno o dos días. Nada tiene que "
                    "estar roto.",
                },
            },
            {
                "id": "next-walk",
                "kind": "choose_one",
                "concept": "small-steps",
                "question": {"en": "What is a good next walk?", "es": "¿Cuál es una buena próxima caminata?"},
                "options": {
                    "none": {"en": "None for a week.", "es": "Ninguna por una semana."},
                    "same": {"en": "Twice as far, to make up.", "es": "El doble, para recuperar."},
                    "less": {
                        "en": "A bit shorter, then build up.",
                        "es": "Algo más corta, y luego aumentar.",
                    },
                },
                "answer": "less",
                "explanation": {
                    "en": "Go on with a little less. Then add small steps.",
                    "es": "Siga con un poco menos. Luego sume pasos pequeños.",
                },
            },
            {
                "id": "slept-badly",
                "kind": "true_false",
                "concept": "sleep-matters",
                "question": {
                    "en": "A bad night can make a flare feel worse.",
                    "es": "Una mala noche puede hacer que un brote se sienta peor.",
                },
                "answer": "true",
                "explanation": {
                    "en": "Yes. Tired nerves are quick to sound the alarm.",
                    "es": "Sí. Los nervios cansados dan la alarma con facilidad.",
                },
            },
            {
                "id": "our-number",
                "kind": "true_false",
                "question": {
                    "en": "I may call the clinic when a flare worries me.",
                    "es": "Puedo llamar a la clínica cuando un brote me preocupa.",
                },
                "answer": "true",
            },
        ],
    }
)
