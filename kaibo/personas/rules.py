"""What an AI-made person needs before and while it is on air. Pure.

Source: 直播电商监督管理办法 art. 34, 37; LM-083, LM-088, LM-089.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.personas.errors import ConsentTermWrong, PersonaPoses

# ``real``: of a living person; ``invented``: of nobody; a voice may be absent.
Face = Literal["real", "invented"]
Voice = Literal["real", "invented", "none"]
FACES: Final[dict[Face, str]] = {"real": "真人形象", "invented": "虚构形象"}
VOICES: Final[dict[Voice, str]] = {"real": "真人声音", "invented": "合成声音", "none": "无声音"}
Part = Literal["face", "voice"]
PARTS: Final[dict[Part, tuple[str, str]]] = {"face": ("肖像", "face"), "voice": ("声音", "voice")}
Use = Literal["live", "clips"]
USES: Final[dict[Use, str]] = {"live": "直播", "clips": "切片"}

Fault = Literal["assessment_missing", "assessment_over", "face_consent", "voice_consent"]
DutyState = Literal["none", "on", "lost"]
Label = Literal["on", "off", "covered"]
LABELS: Final[dict[Label, str]] = {"on": "可见", "off": "不可见", "covered": "被遮挡"}

# Without a beat for so long nobody is on duty (``ai.duty_heartbeat_seconds``).
BEAT_WITHIN: Final = dt.timedelta(seconds=60)
# So long the label may be gone before the room is paused (LM-083).
LABEL_TOLERANCE: Final = dt.timedelta(seconds=2)
REMIND_EVERY_MIN: Final = 10
REMIND_EVERY_MIN_MAX: Final = 30
CAST_MAX: Final = 10
CONSENT_YEARS_MAX: Final = 10
NAME_CHARS_MAX: Final = 40
NUMBER_CHARS_MAX: Final = 80
SCOPE_CHARS_MAX: Final = 300

_POSES: Final = (
    "医生", "医师", "药师", "教授", "专家", "院士", "博士", "主任", "律师", "记者",
    "企业家", "明星", "影帝", "影后", "冠军", "doctor", "professor", "expert", "lawyer",
    "celebrity",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What somebody agreed to; both days inclusive."""

    part: Part
    uses: frozenset[str]
    since_on: dt.date
    until_on: dt.date
    is_withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """What is on file of an AI person; ``assessed_through``: the last day of its assessment."""

    face: str
    voice: str
    assessment_no: str
    assessed_through: dt.date | None
    consents: tuple[Consent, ...]


def check_name(field: str, name: str) -> None:
    """Refuse a name that makes an invention pass for an expert, a professional or a star.

    Raises:
        PersonaPoses: names the word. A list of words, so other ways to pose are not seen.

    Source: 直播电商监督管理办法 art. 34; LM-089.
    """
    plain = name.lower()
    for word in _POSES:
        if word in plain:
            raise PersonaPoses(field=field, word=word)


def check_term(since_on: dt.date, until_on: dt.date) -> None:
    """Refuse a consent without a sensible end.

    Raises:
        ConsentTermWrong: ends before it begins, or more than ten years later.
    """
    if until_on < since_on or (until_on - since_on).days > 366 * CONSENT_YEARS_MAX:
        raise ConsentTermWrong(field="until_on")


def faults_of(persona: Persona, *, first: dt.date, last: dt.date) -> tuple[Fault, ...]:
    """What an AI person lacks to be on air from one day to another, both inclusive.

    A face or voice of a living person each need a consent of their own that covers live shows on
    all these days; one for the face says nothing of the voice.
    """
    found: list[Fault] = []
    if not persona.assessment_no:
        found.append("assessment_missing")
    elif persona.assessed_through is not None and persona.assessed_through < last:
        found.append("assessment_over")
    if persona.face == "real" and not _covered(persona.consents, "face", first, last):
        found.append("face_consent")
    if persona.voice == "real" and not _covered(persona.consents, "voice", first, last):
        found.append("voice_consent")
    return tuple(found)


def duty_state(
    officer_id: int | None, beat_at: dt.datetime | None, *, now: dt.datetime
) -> DutyState:
    """Whether a named person is on duty; their last beat is at most 60 seconds old."""
    if officer_id is None or beat_at is None:
        return "none"
    return "on" if now - beat_at <= BEAT_WITHIN else "lost"


def label_fails(off_since: dt.datetime | None, *, now: dt.datetime) -> bool:
    """Whether the label has been off or covered for longer than the tolerance of 2 seconds."""
    return off_since is not None and now - off_since > LABEL_TOLERANCE


def remind_due(
    reminded_at: dt.datetime | None, *, started_at: dt.datetime, every_min: int, now: dt.datetime
) -> bool:
    """Whether viewers are to be told again; the first time as soon as the show begins."""
    if reminded_at is None or reminded_at < started_at:
        return True
    return now - reminded_at >= dt.timedelta(minutes=every_min)


def _covered(consents: Sequence[Consent], part: Part, first: dt.date, last: dt.date) -> bool:
    return any(
        one.part == part
        and "live" in one.uses
        and not one.is_withdrawn
        and one.since_on <= first
        and last <= one.until_on
        for one in consents
    )
