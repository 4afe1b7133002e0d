"""What the screens are told of corrections on air. Pure."""

from kaibo.facts.base import Fact
from kaibo.facts.promises import (
    CorrectionMade,
    CorrectionOpened,
    CorrectionOverdue,
    CorrectionSaid,
    CorrectionShown,
    CorrectionWithdrawn,
)
from kaibo.room import wire
from kaibo.room.shown import Correction, ToCorrect

Events = tuple[wire.Event, ...]


def correction_events(fact: Fact) -> tuple[Events, Events]:
    """What everybody sees of a correction, and what staff have to do about it."""
    match fact:
        case CorrectionOpened(correction_id=id, link_no=link_no):
            to_correct = ToCorrect(
                id=id,
                link_no=link_no,
                wrong=fact.wrong,
                right_zh=fact.right_zh,
                right_en=fact.right_en,
                due_at=fact.due_at,
            )
            return (), (wire.ToCorrectEvent(to_correct=to_correct),)
        case CorrectionShown(correction_id=id):
            shown = Correction(
                id=id,
                link_no=fact.link_no,
                text=fact.right_zh,
                text_en=fact.right_en,
                until=round(fact.until_at.timestamp() * 1000),
            )
            done = wire.ToCorrectMovedEvent(id=id, part="shown")
            return (wire.CorrectionEvent(correction=shown),), (done,)
        case CorrectionSaid(correction_id=id):
            return (), (wire.ToCorrectMovedEvent(id=id, part="said"),)
        case CorrectionOverdue(correction_id=id):
            return (), (wire.ToCorrectMovedEvent(id=id, part="overdue"),)
        case CorrectionMade(correction_id=id) | CorrectionWithdrawn(correction_id=id):
            return (), (wire.ToCorrectMovedEvent(id=id, part="over"),)
        case _:
            return (), ()
