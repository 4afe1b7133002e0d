"""Rules of the auditor: it is content with a true story, and finds every lie planted in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.auditor import judge
from tests.faults.story import Answer, Ask, Found, Frame, Page, Story

YES = Answer(True, "won", 71)
Case = tuple[Story, Found]


def claim(id: int, state: str = "held", units: int = 1) -> Frame:
    return {"id": id, "state": state, "units": units}


def order(no: str, state: str, price_fen: int) -> Frame:
    return {"no": no, "state": state, "lines": [{"units": 1, "unit_price_fen": price_fen}]}


def tick(seq: int, *notices: int, chat: list[Frame] | None = None) -> Frame:
    events = [{"e": "notice", "text": str(number)} for number in notices]
    return {"t": "tick", "seq": seq, "events": events, "chat": chat}


def apart(seq: int) -> Frame:
    """What a gateway says of itself has no number."""
    events = [{"e": "nodes", "apart": True}, {"e": "alert", "code": "nodes_apart"}]
    return {"t": "tick", "seq": seq, "events": events, "chat": None}


def welcome(epoch: str, *, resumed: bool = False, staff: bool = False) -> Frame:
    return {"t": "welcome", "epoch": epoch, "resumed": resumed, "staff": staff}


def snapshot(seq: int, notice: str) -> Frame:
    return {"t": "snapshot", "seq": seq, "room": {"notice": notice}, "chat": []}


def true_story() -> Case:
    """Three units; 1 won and ordered one, 2's claim was in flight and stood, 3 found none left."""
    line = {"id": 5, "text": "hi", "state": "shown"}
    story = Story(
        claims=[
            Ask(1, "a", answers=[YES, YES]),
            Ask(2, "b"),
            Ask(2, "c", answers=[Answer(False, "try_again"), Answer(True, "won", 73)]),
            Ask(3, "d", answers=[Answer(False, "sold_out")]),
        ],
        orders=[
            Ask(1, "o", text="71", answers=[Answer(True, "ok", "K1")], is_paid=True),
            Ask(3, "p", answers=[Answer(True, "ok", "K2")]),
        ],
        chat=[Ask(1, "x", text="hi", answers=[Answer(True, "shown", 5)]), Ask(2, "y", text="ho")],
        notices=[Ask(0, str(n), text=str(n), answers=[Answer(True, "ok")]) for n in (1, 2, 4)]
        + [Ask(0, "3", text="3")],
        pages=[
            Page(
                "viewer",
                [
                    welcome("e"),
                    snapshot(2, ""),
                    tick(3, 1, chat=[line]),
                    welcome("e", resumed=True),
                    tick(5, 2),
                    welcome("f"),
                    snapshot(0, "2"),
                    tick(1, 4),
                ],
            ),
            Page("desk", [welcome("e", staff=True), snapshot(2, ""), apart(2), tick(5, 1, 2, 4)]),
        ],
    )
    found = Found(
        claims={1: [claim(71, "paid")], 2: [claim(72), claim(73)], 3: []},
        orders={1: [order("K1", "paid", 900)], 3: [order("K2", "created", 5000)]},
        before=set(),
        sale={"units_total": 4, "units_left": 1, "units_per_buyer_max": 2, "price_fen": 900},
        link={"units_held": 1, "units_sold": 0},
        chat=[line],
        notice="4",
    )
    return story, found


def test_a_true_story_is_believed() -> None:
    assert judge(*true_story()) == []


def lose_claim(seen: Story, found: Found) -> None:
    found.claims[1] = []
    found.orders[1] = []
    seen.orders.pop(0)
    found.sale["units_left"] += 1


def double_claim(seen: Story, found: Found) -> None:
    found.claims[3] = [claim(71)]


def invent_claim(seen: Story, found: Found) -> None:
    found.claims[3] = [claim(74)]
    found.sale["units_left"] = 0


def oversell(seen: Story, found: Found) -> None:
    found.sale["units_total"] = 2


def lose_units(seen: Story, found: Found) -> None:
    found.sale["units_left"] = 0


def give_too_many(seen: Story, found: Found) -> None:
    found.sale["units_per_buyer_max"] = 1


def answer_otherwise(seen: Story, found: Found) -> None:
    seen.claims[0].answers[1] = Answer(False, "sold_out")


def answer_with_another(seen: Story, found: Found) -> None:
    seen.claims[0].answers[1] = Answer(True, "won", 72)


def fall_silent(seen: Story, found: Found) -> None:
    seen.claims[1].silent = True


def lose_order(seen: Story, found: Found) -> None:
    found.orders[3] = []
    found.link["units_held"] = 0


def keep_units_of_nobody(seen: Story, found: Found) -> None:
    found.link["units_held"] = 2


def forget_payment(seen: Story, found: Found) -> None:
    found.orders[1][0]["state"] = "created"
    found.claims[1][0]["state"] = "ordered"


def part_claim_and_order(seen: Story, found: Found) -> None:
    found.claims[1][0]["state"] = "held"


def invent_order(seen: Story, found: Found) -> None:
    found.orders[3].append(order("K3", "created", 5000))
    found.link["units_held"] = 2


def lose_line(seen: Story, found: Found) -> None:
    found.chat.clear()


def store_line_twice(seen: Story, found: Found) -> None:
    found.chat.append({"id": 6, "text": "hi", "state": "shown"})


def show_line_twice(seen: Story, found: Found) -> None:
    seen.pages[0].frames[4]["chat"] = None
    seen.pages[0].frames.insert(3, tick(3, chat=[{"id": 5, "text": "hi"}]))


def skip_notice(seen: Story, found: Found) -> None:
    seen.pages[0].frames[4:] = [tick(5, 4)]


def repeat_notice(seen: Story, found: Found) -> None:
    seen.pages[0].frames[4] = tick(5, 1, 2)


def skip_number(seen: Story, found: Found) -> None:
    seen.pages[1].frames[-1]["seq"] = 6


def repeat_event(seen: Story, found: Found) -> None:
    seen.pages[1].frames[-1]["seq"] = 4


def resume_another_life(seen: Story, found: Found) -> None:
    seen.pages[0].frames[3] = welcome("g", resumed=True)


def forget_last_notice(seen: Story, found: Found) -> None:
    found.notice = "2"


def leave_page_behind(seen: Story, found: Found) -> None:
    seen.pages[0].frames.pop()


@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        (lose_claim, "lost claim"),
        (double_claim, "doubled claim"),
        (invent_claim, "untold claim"),
        (oversell, "oversold"),
        (lose_units, "stock"),
        (give_too_many, "over the limit"),
        (answer_otherwise, "another answer"),
        (answer_with_another, "another answer"),
        (fall_silent, "silence"),
        (lose_order, "lost order"),
        (keep_units_of_nobody, "stock"),
        (forget_payment, "lost payment"),
        (part_claim_and_order, "stock"),
        (invent_order, "untold order"),
        (lose_line, "lost line"),
        (store_line_twice, "doubled line"),
        (show_line_twice, "repeat"),
        (skip_notice, "gap"),
        (repeat_notice, "repeat"),
        (skip_number, "gap"),
        (repeat_event, "repeat"),
        (resume_another_life, "gap"),
        (forget_last_notice, "lost notice"),
        (leave_page_behind, "gap"),
    ],
)
def test_a_planted_fault_is_found(plant: Callable[[Story, Found], None], kind: str) -> None:
    seen, found = true_story()
    plant(seen, found)
    assert kind in {fault.kind for fault in judge(seen, found)}
