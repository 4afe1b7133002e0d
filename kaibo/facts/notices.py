"""What can happen to notices from outside and to reports to the regulator."""

import datetime as dt
from typing import Literal

from kaibo.facts.base import Fact


class InfringementFiled(Fact, frozen=True, kw_only=True, tag="notices.infringement_filed.1"):
    """A rights holder's notice came in; who and what it says stands with the row."""

    infringement_id: int
    show_id: int
    link_nos: list[int]
    right: str
    due_at: dt.datetime | None


class InfringementAccepted(Fact, frozen=True, kw_only=True, tag="notices.infringement_accepted.1"):
    """It is taken up: these goods are kept from sale in all rooms, these links came down."""

    infringement_id: int
    sku_ids: list[int]
    links: list[tuple[int, int]]
    due_at: dt.datetime | None


class InfringementRejected(Fact, frozen=True, kw_only=True, tag="notices.infringement_rejected.1"):
    """It is not taken up; why stands with the row."""

    infringement_id: int


class InfringementForwarded(
    Fact, frozen=True, kw_only=True, tag="notices.infringement_forwarded.1"
):
    """The notice was passed on to the seller."""

    infringement_id: int


class InfringementAnswered(Fact, frozen=True, kw_only=True, tag="notices.infringement_answered.1"):
    """The seller states that nothing was infringed."""

    infringement_id: int
    due_at: dt.datetime | None


class StatementDelivered(Fact, frozen=True, kw_only=True, tag="notices.statement_delivered.1"):
    """The statement reached the holder; without a suit the measure ends at ``restore_at``."""

    infringement_id: int
    reached_at: dt.datetime
    restore_at: dt.datetime


class SuitNoted(Fact, frozen=True, kw_only=True, tag="notices.suit_noted.1"):
    """The holder complained to an authority or went to court; the goods are kept from sale."""

    infringement_id: int
    known_at: dt.datetime
    sku_ids: list[int]


class InfringementEnded(Fact, frozen=True, kw_only=True, tag="notices.infringement_ended.1"):
    """Settled: upheld for good, or the measure is over; these links came back to a live show."""

    infringement_id: int
    state: Literal["upheld", "restored", "withdrawn"]
    links: list[tuple[int, int]]


class NoticeFoundUnjust(Fact, frozen=True, kw_only=True, tag="notices.notice_found_unjust.1"):
    """The notice was mistaken, or sent in bad faith (电子商务法 art. 42)."""

    infringement_id: int
    kind: Literal["mistaken", "malicious"]


class UnreachableNoted(Fact, frozen=True, kw_only=True, tag="notices.unreachable_noted.1"):
    """An authority says that somebody cannot be reached at the details on file."""

    unreachable_id: int
    who: Literal["host", "operator"]
    host_id: int | None
    received_at: dt.datetime
    due_at: dt.datetime | None


class UnreachableReminded(Fact, frozen=True, kw_only=True, tag="notices.unreachable_reminded.1"):
    """They were reminded to update; after ``due_at`` they are limited."""

    unreachable_id: int
    due_at: dt.datetime | None


class UnreachableLimited(Fact, frozen=True, kw_only=True, tag="notices.unreachable_limited.1"):
    """They did not update in time: no show of theirs opens."""

    unreachable_id: int


class UnreachableUpdated(Fact, frozen=True, kw_only=True, tag="notices.unreachable_updated.1"):
    """The details are right again."""

    unreachable_id: int


class FilingOpened(Fact, frozen=True, kw_only=True, tag="notices.filing_opened.1"):
    """A grave violation was confirmed by the fact's doer; it is to be reported by ``due_at``."""

    filing_id: int
    finding_id: int
    due_at: dt.datetime


class FilingSent(Fact, frozen=True, kw_only=True, tag="notices.filing_sent.1"):
    """It was reported; authority and receipt stand with the row."""

    filing_id: int


class FilingDropped(Fact, frozen=True, kw_only=True, tag="notices.filing_dropped.1"):
    """Another person found that there is nothing to report."""

    filing_id: int


class DeadlineMissed(Fact, frozen=True, kw_only=True, tag="notices.deadline_missed.1"):
    """A step that the desk owed was not made in time (SLA_BREACH)."""

    what: Literal["infringement", "unreachable", "filing"]
    id: int
    state: str
    due_at: dt.datetime


class DeadlineSet(Fact, frozen=True, kw_only=True, tag="notices.deadline_set.1"):
    """A term that reached into an unknown year has its end now that the year is announced."""

    what: Literal["infringement", "unreachable"]
    id: int
    due_at: dt.datetime
