"""An independent judge of a storm: fed by what clients saw alone, it says what does not fit.

It knows the promises, not the product: what was acknowledged exists once; nothing exists that
nobody was told of, beyond what was in flight; stock adds up; no control message is missed or
told twice on a connection, across resumes; chat that was shown is stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.faults.story import Ask, Found, Frame, Page, Story

# Claims that take units of a sale.
LIVE = ("held", "ordered", "paid")
# What the claim behind an order must be.
_CLAIM_OF = {"created": "ordered", "paid": "paid"}


@dataclass(frozen=True)
class Fault:
    """A promise that was broken; ``kind`` names the promise."""

    kind: str
    text: str


def judge(story: Story, found: Found) -> list[Fault]:
    """Every broken promise, in no special order; empty when all were kept."""
    return [
        *_answers(story),
        *_claims(story.claims, found),
        *_units(found),
        *_orders(story.orders, found),
        *_chat(story, found),
        *_notices(story, found),
        *(fault for page in story.pages for fault in page_faults(page, story.notices)),
    ]


def _answers(story: Story) -> Iterator[Fault]:
    """A line that stays open answers, and the same key gets the same answer for ever."""
    for ask in [*story.claims, *story.orders, *story.chat, *story.notices]:
        if ask.silent:
            yield Fault("silence", f"{ask.key} of {ask.viewer_id} was never answered")
    for ask in [*story.claims, *story.orders]:
        granted = {answer.id for answer in ask.granted}
        if len(granted) > 1:
            yield Fault("another answer", f"{ask.key} was granted as {sorted(granted)}")
        first = next((n for n, answer in enumerate(ask.answers) if answer.ok), len(ask.answers))
        for later in ask.answers[first:]:
            if later.is_final and not later.ok:
                yield Fault("another answer", f"{ask.key} was granted, then {later.code}")


def _claims(asks: list[Ask], found: Found) -> Iterator[Fault]:
    rows = [(viewer, row) for viewer, rows in found.claims.items() for row in rows]
    for claim_id, times in Counter(row["id"] for _, row in rows).items():
        if times > 1:
            yield Fault("doubled claim", f"claim {claim_id} exists {times} times")
    for claim_id, times in Counter(_ids(asks)).items():
        if times > 1:
            yield Fault("doubled claim", f"claim {claim_id} was given to {times} asks")
    for ask in asks:
        for claim_id in {answer.id for answer in ask.granted}:
            mine = [r for r in found.claims.get(ask.viewer_id, ()) if r["id"] == claim_id]
            if not mine:
                yield Fault("lost claim", f"claim {claim_id} of {ask.viewer_id} is gone")
            elif mine[0]["units"] != ask.units:
                yield Fault("lost claim", f"claim {claim_id} has {mine[0]['units']} units")
    yield from _untold("claim", asks, {v: [r["id"] for r in rs] for v, rs in found.claims.items()})
    most = found.sale["units_per_buyer_max"]
    for viewer, claims in found.claims.items():
        units = sum(row["units"] for row in claims if row["state"] in LIVE)
        if units > most:
            yield Fault("over the limit", f"{viewer} holds {units} of at most {most}")


def _units(found: Found) -> Iterator[Fault]:
    claims = [row for rows in found.claims.values() for row in rows]
    live = sum(row["units"] for row in claims if row["state"] in LIVE)
    total, left = found.sale["units_total"], found.sale["units_left"]
    if live > total or left < 0:
        yield Fault("oversold", f"{live} units in claims, {total} were for sale")
    elif live + left != total:
        yield Fault("stock", f"{live} in claims + {left} left is not {total}")
    every = [row for rows in found.orders.values() for row in rows]
    shelf = [row for row in every if not _is_claimed(row, found)]
    held = sum(_order_units(row) for row in shelf if row["state"] == "created")
    sold = sum(_order_units(row) for row in shelf if row["state"] == "paid")
    if (held, sold) != (found.link["units_held"], found.link["units_sold"]):
        yield Fault("stock", f"orders hold {held} and bought {sold}, the link says {found.link}")
    for viewer, orders in found.orders.items():
        fresh = [row for row in orders if row["no"] not in found.before]
        ordered = Counter(
            (_CLAIM_OF[row["state"]], _order_units(row))
            for row in fresh
            if _is_claimed(row, found) and row["state"] in _CLAIM_OF
        )
        claimed = Counter(
            (row["state"], row["units"])
            for row in found.claims.get(viewer, ())
            if row["state"] in _CLAIM_OF.values()
        )
        if ordered != claimed:
            yield Fault("stock", f"{viewer} has orders {ordered} and claims {claimed}")


def _orders(asks: list[Ask], found: Found) -> Iterator[Fault]:
    mine = {
        viewer: [row["no"] for row in rows if row["no"] not in found.before]
        for viewer, rows in found.orders.items()
    }
    for numbers in ([no for nos in mine.values() for no in nos], _ids(asks)):
        for no, times in Counter(numbers).items():
            if times > 1:
                yield Fault("doubled order", f"order {no} exists {times} times")
    for ask in asks:
        for no in {answer.id for answer in ask.granted}:
            row = next((r for r in found.orders.get(ask.viewer_id, ()) if r["no"] == no), None)
            if row is None or _order_units(row) != ask.units:
                yield Fault("lost order", f"order {no} of {ask.viewer_id} is gone")
            elif ask.is_paid and row["state"] != "paid":
                yield Fault("lost payment", f"order {no} was paid and is {row['state']}")
    yield from _untold("order", asks, mine)


def _untold(kind: str, asks: list[Ask], found: dict[int, list[Any]]) -> Iterator[Fault]:
    """What exists was granted to somebody, or was asked for and in flight."""
    for viewer, ids in found.items():
        mine = [ask for ask in asks if ask.viewer_id == viewer]
        extra = set(ids) - set(_ids(mine))
        if len(extra) > sum(ask.is_open for ask in mine):
            yield Fault(f"untold {kind}", f"{viewer} has {sorted(extra)} and was told of none")


def _chat(story: Story, found: Found) -> Iterator[Fault]:
    stored = {line["id"]: line for line in found.chat}
    if len(stored) != len(found.chat):
        yield Fault("doubled line", "two stored lines have one id")
    asked: dict[str, Ask] = {ask.text: ask for ask in story.chat}
    for ask in story.chat:
        for answer in ask.granted:
            line = stored.get(answer.id)
            if line is None or line["text"] != ask.text or line["state"] == "hidden":
                yield Fault("lost line", f"{ask.text!r} was shown and is not stored")
    for text, times in Counter(line["text"] for line in found.chat).items():
        told = asked.get(text)
        if told is None or (not told.granted and not told.is_open):
            yield Fault("untold line", f"{text!r} is stored, its author was told otherwise")
        if times > 1:
            yield Fault("doubled line", f"{text!r} is stored {times} times")
    for page in story.pages:
        for line in _lines(page):
            if line["text"] in asked and line["id"] not in stored:
                yield Fault("lost line", f"{page.name} saw {line['text']!r}, it is not stored")


def _notices(story: Story, found: Found) -> Iterator[Fault]:
    """The last notice stands: the last acknowledged, or one in flight after it."""
    granted = [int(ask.text) for ask in story.notices if ask.granted]
    last = max(granted, default=0)
    may = {str(last)} | {a.text for a in story.notices if int(a.text) > last and a.is_open}
    if story.notices and (found.notice or "0") not in may:
        yield Fault("lost notice", f"notice {found.notice!r} stands, {last} was acknowledged")


def page_faults(page: Page, notices: list[Ask]) -> Iterator[Fault]:
    """Numbers and notices of one page, over all its connections."""
    acknowledged = sorted(int(ask.text) for ask in notices if ask.granted)
    epoch, seq, seen = "", 0, 0
    said: set[int] = set()
    is_staff = is_from_snapshot = False
    for frame in page.frames:
        match frame["t"]:
            case "welcome":
                is_staff, said = frame["staff"], set()
                if frame["resumed"] and frame["epoch"] != epoch:
                    yield Fault("gap", f"{page.name} resumed a life it had not seen")
                epoch = frame["epoch"]
            case "snapshot":
                seq, shown = frame["seq"], int(frame["room"]["notice"] or 0)
                if shown < seen:
                    yield Fault("gap", f"{page.name} saw notice {seen}, the snapshot has {shown}")
                seen, is_from_snapshot = shown, True
                said = {line["id"] for line in frame["chat"]}
            case "tick":
                yield from _numbers(page, frame, seq, is_staff=is_staff)
                seq = frame["seq"]
                for event in (e for e in frame["events"] if e["e"] == "notice"):
                    number = int(event["text"])
                    # A room built while a fact was under way may tell once more, with a number of
                    # its own, the state its snapshot has: events are states, so it harms nobody.
                    if number < seen or (number == seen and not is_from_snapshot):
                        yield Fault("repeat", f"{page.name} saw notice {number} after {seen}")
                    if missed := [n for n in acknowledged if seen < n < number]:
                        yield Fault("gap", f"{page.name} never saw notices {missed}")
                    seen, is_from_snapshot = number, False
                for line in frame["chat"] or ():
                    if line["id"] in said:
                        yield Fault("repeat", f"{page.name} was shown line {line['id']} twice")
                    said.add(line["id"])
    if page.stayed and acknowledged and seen < acknowledged[-1]:
        yield Fault("gap", f"{page.name} saw notice {seen}, the last was {acknowledged[-1]}")


def _numbers(page: Page, tick: Frame, seq: int, *, is_staff: bool) -> Iterator[Fault]:
    """Staff see every number; viewers miss those of staff, and numbers never go back."""
    step, events = tick["seq"] - seq, sum(_is_numbered(event) for event in tick["events"])
    if step < events:
        yield Fault("repeat", f"{page.name}: {events} events from {seq} to {tick['seq']}")
    elif is_staff and step > events:
        yield Fault("gap", f"{page.name}: {events} events from {seq} to {tick['seq']}")


def _is_numbered(event: Frame) -> bool:
    """Whether the room says it, and not this gateway alone of itself."""
    return event["e"] != "nodes" and not str(event.get("code", "")).startswith("nodes_")


def _lines(page: Page) -> Iterator[Frame]:
    for frame in page.frames:
        yield from frame.get("chat") or ()


def _ids(asks: list[Ask]) -> list[Any]:
    return [next(iter(ask.granted)).id for ask in asks if ask.granted]


def _order_units(row: Frame) -> int:
    return sum(line["units"] for line in row["lines"])


def _is_claimed(row: Frame, found: Found) -> bool:
    """Whether an order is of claimed units: it has the sale's price, not the shelf's."""
    return bool(row["lines"][0]["unit_price_fen"] == found.sale["price_fen"])
