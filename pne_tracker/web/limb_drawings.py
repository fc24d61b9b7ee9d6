"""Our own line drawings of hands, feet, necks and backs, as strokes in a square of 200.

Every drawing shows the left side, or a turn to the person's own left; the right one is its mirror image. The
macro `limb` draws each stroke twice, first thick in ink and then thinner in the tone of paper, so that shapes
that touch become one outline. `lines` are creases and features, `nails` are thin shapes on top.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import hypot


@dataclass(frozen=True, slots=True)
class Stroke:
    """A path with its width; with `filled` its inside belongs to the shape."""

    d: str
    width: float
    filled: bool = False


class Tone(StrEnum):
    """What a layer is painted with; hair alone has no outline of its own."""

    SKIN = "skin"
    HAIR = "hair"
    NAIL = "nail"


@dataclass(frozen=True, slots=True)
class Layer:
    """Strokes that become one shape."""

    strokes: tuple[Stroke, ...]
    tone: Tone = Tone.SKIN


@dataclass(frozen=True, slots=True)
class Limb:
    """One drawing: its layers from the back to the front, then the lines on top."""

    layers: tuple[Layer, ...]
    lines: tuple[str, ...] = ()


def _skin(*strokes: Stroke) -> Layer:
    return Layer(strokes)


def _hair(d: str) -> Layer:
    return Layer((Stroke(d, 4, filled=True),), Tone.HAIR)


def _nails(*strokes: Stroke) -> Layer:
    return Layer(strokes, Tone.NAIL)


Finger = tuple[float, float, float, float, float]
"""x and y of the base, x and y of the tip, width."""

INDEX: Finger = (76, 98, 66, 42, 19)
MIDDLE: Finger = (97, 92, 95, 26, 20)
RING: Finger = (117, 95, 123, 35, 19)
LITTLE: Finger = (134, 106, 150, 58, 16)
FINGERS = (INDEX, MIDDLE, RING, LITTLE)
THUMB = Stroke("M82 142 Q58 128 50 112 L36 86", 21)
PALM = Stroke(
    "M70 104 Q66 138 80 166 L124 166 Q142 142 139 110 Q118 94 98 94 Q80 94 70 104 Z", 12, filled=True
)
WRIST = Stroke("M101 160 L101 206", 46)


def _line(finger: Finger, start: float = 0.0, end: float = 1.0) -> str:
    x1, y1, x2, y2, _ = finger
    return f"M{_at(x1, x2, start)} {_at(y1, y2, start)} L{_at(x1, x2, end)} {_at(y1, y2, end)}"


def _at(a: float, b: float, share: float) -> float:
    return round(a + (b - a) * share, 1)


def _across(finger: Finger, share: float, part: float = 0.6) -> str:
    """A short line across a finger."""
    x1, y1, x2, y2, width = finger
    length = hypot(x2 - x1, y2 - y1)
    dx, dy = -(y2 - y1) / length * width * part / 2, (x2 - x1) / length * width * part / 2
    x, y = _at(x1, x2, share), _at(y1, y2, share)
    return f"M{x - dx:.1f} {y - dy:.1f} L{x + dx:.1f} {y + dy:.1f}"


def _fingers(fingers: Iterable[Finger]) -> list[Stroke]:
    return [Stroke(_line(one), one[4]) for one in fingers]


def _mirrored(finger: Finger) -> Finger:
    x1, y1, x2, y2, width = finger
    return 202 - x1, y1, 202 - x2, y2, width


def _palm() -> Limb:
    creases = tuple(_across(finger, share) for finger in FINGERS for share in (0.3, 0.66))
    lines = (
        "M90 108 Q72 132 92 164",
        "M136 122 Q116 110 92 116",
        "M88 118 Q108 130 132 140",
        "M44 96 L37 101",
    )
    return Limb((_skin(*_fingers(FINGERS), THUMB, PALM, WRIST),), (*creases, *lines))


THUMB_BACK = Stroke("M120 142 Q144 128 152 112 L166 86", 21)
PALM_BACK = Stroke(
    "M132 104 Q136 138 122 166 L78 166 Q60 142 63 110 Q84 94 104 94 Q122 94 132 104 Z", 12, filled=True
)
THUMB_NAIL = Stroke("M164.5 89 L167 84.5", 10)


def _hand_back() -> Limb:
    fingers = [_mirrored(one) for one in FINGERS]
    knuckles = [_across(one, 0.02, 0.7) for one in fingers]
    joints = [_across(one, 0.45, 0.5) for one in fingers]
    nails = [Stroke(_line(one, 0.93, 1.03), one[4] * 0.52) for one in fingers]
    tendons = ("M126 122 L118 148", "M105 116 L103 146", "M84 120 L90 148")
    mass = _skin(*_fingers(fingers), THUMB_BACK, PALM_BACK, WRIST)
    return Limb((mass, _nails(*nails, THUMB_NAIL)), (*knuckles, *joints, *tendons))


def _pointing() -> Limb:
    index, *others = (_mirrored(one) for one in FINGERS)
    curled = [Stroke(_line(one, 0, 0.3), one[4] + 2) for one in others]
    knuckles = [_across(one, 0.12, 0.8) for one in others]
    lines = (_across(index, 0.02, 0.7), _across(index, 0.45, 0.5), "M126 122 L118 148", "M84 126 L90 150")
    nails = _nails(Stroke(_line(index, 0.93, 1.03), 9.5), THUMB_NAIL)
    mass = _skin(*_fingers([index]), *curled, THUMB_BACK, PALM_BACK, WRIST)
    return Limb((mass, nails), (*knuckles, *lines))


TOES_FROM_ABOVE: tuple[Finger, ...] = (
    (120, 66, 121, 40, 25),
    (99, 64, 98, 36, 15),
    (84, 68, 80, 44, 14),
    (72, 76, 66, 55, 13),
    (63, 87, 56, 70, 12),
)
FOOT_TOP = Stroke(
    "M128 62 Q134 92 124 120 Q118 146 120 170 L82 170 Q84 142 72 118 Q60 100 62 86 Q72 70 92 62 Q110 56 128 62 Z",
    12,
    filled=True,
)
FOOT_SOLE = Stroke(
    "M72 62 Q64 86 74 112 Q84 138 80 166 Q80 190 100 190 Q122 190 121 166 Q122 140 130 118 Q142 98 140 86 "
    "Q130 70 108 62 Q90 56 72 62 Z",
    12,
    filled=True,
)


def _foot_top() -> Limb:
    nails = [Stroke(_line(one, 0.92, 1.08), one[4] * 0.55) for one in TOES_FROM_ABOVE]
    tendons = ("M119 76 L108 128", "M99 74 L102 126", "M84 80 L96 126", "M71 92 L90 128")
    ankle = ("M82 158 Q74 164 78 176", "M120 156 Q128 162 124 174")
    mass = _skin(*_fingers(TOES_FROM_ABOVE), FOOT_TOP, Stroke("M101 164 L101 206", 44))
    return Limb((mass, _nails(*nails)), (*tendons, *ankle))


def _foot_sole() -> Limb:
    toes = [_mirrored(one) for one in TOES_FROM_ABOVE]
    pads = tuple(_across(one, 0.35, 0.7) for one in toes[1:])
    lines = (
        "M70 88 Q86 104 108 98 Q126 94 138 98",
        "M88 120 Q98 136 96 156",
        "M88 172 Q100 180 112 172",
        "M70 52 Q78 58 90 54",
    )
    return Limb((_skin(*_fingers(toes), FOOT_SOLE),), (*pads, *lines))


SHOULDERS = Stroke("M34 206 Q34 168 74 162 L126 162 Q166 168 166 206 Z", 12, filled=True)
NECK = Stroke("M100 168 L100 128", 34)
SKULL = Stroke("M100 34 Q140 34 140 82 Q140 130 104 134 Q62 132 62 82 Q62 34 100 34 Z", 6, filled=True)


def _neck_front() -> Limb:
    """Turned to the person's left, which is the right of whoever looks."""
    nose = Stroke("M132 74 L146 98 L132 104 Z", 5, filled=True)
    ear = Stroke("M70 84 L71 94", 13)
    hair = _hair("M64 88 Q56 34 102 32 Q138 32 141 66 Q122 62 112 50 Q96 66 84 68 Q78 74 78 88 Z")
    face = ("M111 78 L119 78", "M132 77 L137 77", "M108 68 Q115 63 122 67", "M114 118 Q125 122 133 115")
    collar = ("M76 168 Q100 184 124 168", "M87 138 L108 164")
    layers = (_skin(SHOULDERS, NECK), _skin(nose, SKULL), hair, _skin(ear))
    return Limb(layers, (*face, *collar, "M70 86 L71 92"))


def _neck_behind() -> Limb:
    """Turned to the person's left, which is the left of whoever looks from behind."""
    nose = Stroke("M66 76 L54 98 L68 102 Z", 5, filled=True)
    ear = Stroke("M91 86 L89 96", 13)
    hair = _hair("M72 58 Q78 32 104 31 Q142 32 142 82 Q140 122 116 130 Q100 122 98 104 Q98 74 84 66 Z")
    lines = ("M100 176 L100 204", "M72 174 Q86 182 95 174", "M128 174 Q114 182 105 174", "M90 87 L89 94")
    return Limb((_skin(SHOULDERS, NECK), _skin(nose, SKULL), hair, _skin(ear)), lines)


def _neck_above() -> Limb:
    """Seen from above, the chest to the top: the nose points to the person's left."""
    body = Stroke(
        "M30 116 Q30 88 66 88 L134 88 Q170 88 170 116 Q170 144 134 144 L66 144 Q30 144 30 116 Z",
        8,
        filled=True,
    )
    head = Stroke("M104 74 Q140 80 138 114 Q134 150 100 150 Q66 146 66 112 Q70 76 104 74 Z", 4, filled=True)
    nose = Stroke("M70 96 L52 82 L80 80 Z", 7, filled=True)
    ears = (Stroke("M80 146 L74 150", 13), Stroke("M124 78 L130 74", 13))
    hair = _hair("M108 80 Q135 86 132 114 Q128 144 104 144 Q84 140 82 122 Q84 86 108 80 Z")
    return Limb(
        (_skin(body), _skin(nose, *ears, head), hair), ("M42 112 Q42 124 48 132", "M158 112 Q158 124 152 132")
    )


HIPS = Stroke(
    "M82 172 Q82 152 100 152 Q118 152 118 172 L122 206 L104 206 L100 184 L96 206 L78 206 Z", 14, filled=True
)


def _trunk(*, from_behind: bool) -> Limb:
    """Bent to the person's left, drawn to the left: the view from the front is this, mirrored."""
    chest = Stroke(
        "M84 156 Q82 130 60 114 Q52 106 60 98 L84 78 Q94 72 100 80 Q122 112 116 156 Z", 12, filled=True
    )
    far_arm = _skin(Stroke("M98 84 Q124 98 134 132", 15))
    near_arm = _skin(Stroke("M60 108 Q46 134 50 170", 15))
    body = _skin(HIPS, chest, Stroke("M76 94 L60 74", 18))
    head = _skin(Stroke("M38 54 Q40 33 59 33 Q79 35 79 56 Q77 78 57 78 Q40 76 38 54 Z", 5, filled=True))
    if from_behind:
        hair = _hair("M43 54 Q45 37 60 37 Q75 39 75 57 Q73 73 57 73 Q45 71 43 54 Z")
        spine = ("M100 186 L99 160 Q97 126 76 100", "M82 128 Q92 122 94 110", "M66 110 Q74 108 80 98")
        return Limb((far_arm, body, near_arm, head, hair), spine)
    hair = _hair("M41 48 Q44 35 60 35 Q74 36 76 50 Q60 40 41 54 Z")
    lines = ("M99 152 L99 154", "M50 57 L52 57", "M63 53 L65 53", "M55 68 Q62 69 67 63")
    return Limb((far_arm, body, near_arm, head, hair), lines)


def _flipped(limb: Limb) -> Limb:
    """The mirror image, for drawings that are easier to think of the other way round."""
    layers = tuple(Layer(tuple(_flip(one) for one in layer.strokes), layer.tone) for layer in limb.layers)
    return Limb(layers, tuple(_flip_path(one) for one in limb.lines))


def _flip(stroke: Stroke) -> Stroke:
    return Stroke(_flip_path(stroke.d), stroke.width, stroke.filled)


def _flip_path(d: str) -> str:
    """Every x to 200 - x: paths here hold absolute M, L, Q and Z alone."""
    words, is_x, found = d.replace("Z", " Z").split(), True, []
    for word in words:
        letter = word[0] if word[0].isalpha() else ""
        number = word[1:] if letter else word
        if not number:
            found.append(letter)
            continue
        value = 200 - float(number) if is_x else float(number)
        found.append(f"{letter}{value:g}")
        is_x = not is_x
    return " ".join(found)


LIMBS: dict[str, Limb] = {
    "hand-palm": _palm(),
    "hand-back": _hand_back(),
    "hand-pointing": _pointing(),
    "foot-top": _foot_top(),
    "foot-sole": _foot_sole(),
    "neck-front": _neck_front(),
    "neck-behind": _neck_behind(),
    "neck-above": _neck_above(),
    "back-front": _flipped(_trunk(from_behind=False)),
    "back-behind": _trunk(from_behind=True),
}
