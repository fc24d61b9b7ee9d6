"""A curriculum pack as plain data: the inverse of `pack_from_dict`, for storing a version."""

from __future__ import annotations

from pne_tracker.domain.curriculum import (
    Concept,
    Flag,
    HomeworkTemplate,
    Pack,
    Prompt,
    Question,
    Section,
    Text,
)

Data = dict[str, object]


def pack_to_dict(pack: Pack) -> Data:
    """Mappings, lists and scalars, in a fixed order, that `pack_from_dict` reads back to an equal pack."""
    return {
        "id": pack.id,
        "version": pack.version,
        "title": _text(pack.title),
        "pass_mark": pack.pass_mark,
        "weights": dict(sorted(pack.weights.items())),
        "flags": [_flag(flag) for flag in pack.flags],
        "concepts": [_concept(concept) for concept in pack.concepts],
        "baseline": [question_data(question) for question in pack.baseline],
        "sections": [_section(section) for section in pack.sections],
    }


def _text(text: Text) -> Data:
    return {"en": text.en, "es": text.es}


def _options(options: tuple[tuple[str, Text], ...]) -> Data:
    return {key: _text(option) for key, option in options}


def _section(section: Section) -> Data:
    minutes, ask = section.minutes, section.teach_back
    return {
        "number": section.number,
        "slug": section.slug,
        "title": section.title,
        "patient_title": _text(section.patient_title),
        "minutes": {"low": minutes.low, "typical": minutes.typical, "high": minutes.high},
        "primary": list(section.primary),
        "secondary": list(section.secondary),
        "hard": list(section.hard),
        "soft": list(section.soft),
        "education": section.education,
        "summary": _text(section.summary),
        "images": list(section.images),
        "talking_points": list(section.talking_points),
        "handout": None if section.handout is None else _text(section.handout),
        "teach_back": None if ask is None else {"ask": _text(ask.ask), "listen_for": ask.listen_for},
        "homework": [_homework(item) for item in section.homework],
        "questions": [question_data(question) for question in section.questions],
    }


def _homework(item: HomeworkTemplate) -> Data:
    schedule = item.schedule
    return {
        "key": item.key,
        "kind": item.kind.value,
        "title": _text(item.title),
        "instructions": _text(item.instructions),
        "schedule": {
            "rhythm": schedule.rhythm.value,
            "entries": schedule.entries,
            "days": schedule.days,
            "done_at": schedule.done_at,
            "per_week": schedule.per_week,
        },
        "required": item.required,
        "minutes": item.minutes,
        "prompts": [_prompt(prompt) for prompt in item.prompts],
        "unlocked_by_therapist": item.unlocked_by_therapist,
        "look_for": item.look_for,
        "barrier": item.barrier,
    }


def _prompt(prompt: Prompt) -> Data:
    return {
        "id": prompt.id,
        "label": _text(prompt.label),
        "field": prompt.field,
        "options": _options(prompt.options),
        "required": prompt.required,
    }


def question_data(question: Question) -> Data:
    """One check question."""
    return {
        "id": question.id,
        "concept": question.concept,
        "kind": question.kind.value,
        "set": question.parallel_set,
        "question": _text(question.question),
        "options": _options(question.options),
        "answer": question.answer,
        "explanation": _text(question.explanation),
    }


def _concept(concept: Concept) -> Data:
    return {
        "id": concept.id,
        "idea": _text(concept.idea),
        "instead": _text(concept.instead),
        "why": concept.why,
        "evidence": concept.evidence,
    }


def _flag(flag: Flag) -> Data:
    return {
        "id": flag.id,
        "label": flag.label,
        "question": _text(flag.question),
        "sections": list(flag.sections),
        "weight": flag.weight,
        "also": flag.also,
    }
