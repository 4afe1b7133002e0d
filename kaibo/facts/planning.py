"""What can happen in planning."""

import datetime as dt

import msgspec

from kaibo.facts.base import Fact


class CampaignCreated(Fact, frozen=True, kw_only=True, tag="planning.campaign_created.1"):
    """Several shows got one aim and one budget."""

    campaign_id: int
    name: str
    goal: str
    budget_fen: int


class ShowPlanned(Fact, frozen=True, kw_only=True, tag="planning.show_planned.1"):
    """A show was written down. ``seller_digest`` stands for what its seller bar says."""

    code: str
    campaign_id: int | None
    host_id: int
    title: str
    theme: str
    goal: str
    audience_card: str
    policy_text: str
    cover_url: str
    starts_at: dt.datetime
    planned_minutes: int
    seller_digest: str


class ShowChanged(Fact, frozen=True, kw_only=True, tag="planning.show_changed.1"):
    """A show is planned differently now."""

    campaign_id: int | None
    host_id: int
    title: str
    theme: str
    goal: str
    audience_card: str
    policy_text: str
    cover_url: str
    starts_at: dt.datetime
    planned_minutes: int
    seller_digest: str


class PlannedItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a run of show, in its order."""

    link_no: int
    sku_id: int
    role: str
    starts_minute: int
    minutes: int
    price_fen: int
    day_price_fen: int
    price_basis: str
    units_planned: int
    first_batch_units: int
    buffer_units: int
    per_buyer_max: int
    mechanism: str
    selling_points: tuple[str, ...]
    benefit: str
    script_text: str
    banned_note: str
    host_note: str
    desk_action: str
    opens_with_pop: bool
    extras: dict[str, str]


class RunOfShowSet(Fact, frozen=True, kw_only=True, tag="planning.run_of_show_set.1"):
    """The run of show is this, whatever it was before."""

    items: tuple[PlannedItem, ...]


class RunItemMoved(Fact, frozen=True, kw_only=True, tag="planning.run_item_moved.1"):
    """The items stand in this order now, each starting at this minute."""

    link_nos: tuple[int, ...]
    starts_minutes: tuple[int, ...]


class ShowStarted(Fact, frozen=True, kw_only=True, tag="planning.show_started.1"):
    """The show is live from now on."""

    code: str
    host_id: int
    planned_minutes: int


class ShowEnded(Fact, frozen=True, kw_only=True, tag="planning.show_ended.1"):
    """The show is over; ``seconds`` is how long it was live."""

    code: str
    seconds: int
