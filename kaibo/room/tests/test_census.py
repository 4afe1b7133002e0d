"""People over several gateways: exact, in the order of the lake, equal to its recount."""

import random
from dataclasses import dataclass, field

import pytest

from kaibo.insight import reads as insight
from kaibo.insight.lake import LakeEvent, lake
from kaibo.insight.reads import Recount
from kaibo.room.census import Census
from kaibo.room.shown import Counters
from kaibo.room.spoken import Act, ActKind, Report

pytestmark = pytest.mark.usefixtures("empty_lake")

SHOW = 7
NOTHING = Recount(insight.Counters(*[0] * 8), frozenset(), {})


def counting(*nodes: str) -> Census:
    """A census of a new room with these gateways."""
    census = Census(gone_s=5.0)
    census.resume(NOTHING, until_ms=0)
    for node in nodes:
        census.expect(node, at=0.0)
    return census


@dataclass
class Node:
    """A gateway that keeps acts in the lake and reports them, when told to."""

    name: str
    no: int = 0
    number: int = 0
    told_ms: int = 0
    acts: list[Act] = field(default_factory=list)

    def act(self, at_ms: int, kind: ActKind, viewer_id: int, value: int = 0) -> None:
        """Take one act; the lake has it at once."""
        self.number += 1
        act = Act(
            at_ms=at_ms,
            no=self.number,
            kind=kind,
            viewer_id=viewer_id,
            value=value,
            node=self.name,
        )
        self.acts.append(act)
        lake().append(
            [
                LakeEvent(
                    event_id=f"life.{self.name}-{self.number:010d}",
                    org_id=1,
                    show_id=SHOW,
                    viewer_id=viewer_id,
                    kind=kind,
                    at_ms=at_ms,
                    value=value,
                )
            ]
        )

    def report(self, upto_ms: int, *, is_last: bool = False) -> Report:
        """Report what was not reported."""
        self.no += 1
        acts, self.acts = self.acts, []
        from_ms, self.told_ms = self.told_ms, upto_ms
        return Report(
            node=self.name,
            no=self.no,
            from_ms=from_ms,
            upto_ms=upto_ms,
            acts=acts,
            is_last=is_last,
        )


def recounted() -> Counters:
    """What the lake says."""
    found = insight.counters(SHOW)
    return Counters(**{name: getattr(found, name) for name in Counters.__struct_fields__})


def test_a_viewer_on_two_gateways_counts_once() -> None:
    """Two tabs, two gateways, one person, who leaves with the last of them."""
    a, b = Node("a"), Node("b")
    census = counting("a", "b")
    a.act(10, "enter", 1)
    b.act(20, "enter", 1)
    b.act(21, "enter", 2)
    for node in (a, b):
        census.hear(node.report(30), at=0.0)
    assert census.counters == Counters(online=2, peak=2, views=3, viewers=2) == recounted()
    a.act(40, "leave", 1)
    for node in (a, b):
        census.hear(node.report(50), at=0.0)
    assert census.counters.online == 2 == recounted().online
    b.act(60, "leave", 1)
    for node in (b, a):
        census.hear(node.report(70), at=0.0)
    assert census.counters == Counters(online=1, peak=2, views=3, viewers=2) == recounted()


def test_the_peak_is_that_of_the_people_not_of_the_mail() -> None:
    """One leaves before the other comes; their reports come the other way round."""
    a, b = Node("a"), Node("b")
    census = counting("a", "b")
    a.act(10, "enter", 1)
    census.hear(a.report(15), at=0.0)
    a.act(20, "leave", 1)
    b.act(30, "enter", 2)
    census.hear(b.report(40), at=0.0)
    assert census.counters == Counters(online=1, peak=1, views=1, viewers=1)
    census.hear(a.report(40), at=0.0)
    assert census.counters == Counters(online=1, peak=1, views=2, viewers=2) == recounted()


def test_who_comes_back_at_another_gateway_never_left() -> None:
    """It is no new view while the first still waits for them, and one afterwards."""
    a, b = Node("a"), Node("b")
    census = counting("a", "b")
    a.act(10, "enter", 1)
    b.act(20, "back", 1)
    a.act(30, "leave", 1)
    for node in (a, b):
        census.hear(node.report(40), at=0.0)
    assert census.counters == Counters(online=1, peak=1, views=1, viewers=1) == recounted()
    b.act(50, "leave", 1)
    a.act(60, "back", 1)
    for node in (a, b):
        census.hear(node.report(70), at=0.0)
    assert census.counters == Counters(online=1, peak=1, views=2, viewers=1) == recounted()


def test_a_report_twice_counts_once_and_a_lost_one_is_missed() -> None:
    """The number says which; after a loss nothing is counted until the lake was asked."""
    a = Node("a")
    census = counting("a")
    a.act(10, "like", 1, value=3)
    first = a.report(15)
    census.hear(first, at=0.0)
    census.hear(first, at=0.0)
    assert census.counters.likes == 3
    a.act(20, "like", 1, value=5)
    a.report(25)
    a.act(30, "like", 1, value=7)
    census.hear(a.report(35), at=1.0)
    assert (census.is_lost, census.counters.likes) == (True, 3)
    assert census.recount_until(at=5.9) is None
    a.act(40, "like", 1, value=11)
    census.hear(a.report(45), at=5.0)
    until_ms = census.recount_until(at=6.0)
    assert until_ms == 45
    census.resume(insight.recount(SHOW, life="life", until_ms=until_ms), until_ms=until_ms)
    assert census.counters.likes == 26 == recounted().likes


def test_a_dead_gateways_viewers_are_counted_until_they_are_buried() -> None:
    """For five seconds it holds the others back; then it is told once, with whom it had."""
    a, b = Node("a"), Node("b")
    census = counting("a", "b")
    a.act(10, "enter", 1)
    b.act(11, "enter", 2)
    b.act(12, "enter", 3)
    for node in (a, b):
        census.hear(node.report(20), at=0.0)
    a.act(30, "enter", 4)
    census.hear(a.report(40), at=4.9)
    assert census.gone(at=4.9, but="a") == []
    assert census.counters.online == 3
    assert census.gone(at=5.0, but="a") == ["b"]
    assert census.gone(at=5.1, but="a") == []
    assert census.counters.online == 4
    assert census.viewers_at("b") == [2, 3]
    census.forgive(100.0)
    assert census.gone(at=104.0, but="a") == []


def test_a_gateway_that_left_holds_nobody_back() -> None:
    """After its last report the others are counted without it."""
    a, b = Node("a"), Node("b")
    census = counting("a", "b")
    b.act(10, "enter", 2)
    b.act(11, "leave", 2)
    census.hear(b.report(20, is_last=True), at=0.0)
    assert census.others("a") == []
    a.act(30, "enter", 1)
    census.hear(a.report(40), at=1.0)
    assert census.counters == Counters(online=1, peak=1, views=2, viewers=2) == recounted()
    assert census.gone(at=5.5, but="a") == []


@pytest.mark.parametrize("seed", range(12))
def test_any_mix_of_three_gateways_equals_the_lake(seed: int) -> None:
    """Random acts, reports late and out of turn, a conductor that starts over in the middle."""
    luck = random.Random(seed)
    nodes = [Node(name) for name in "abc"]
    census = counting(*"abc")
    recounts = 0
    here: dict[str, set[int]] = {node.name: set() for node in nodes}
    for at_ms in range(1, 160):
        node = luck.choice(nodes)
        viewer_id = luck.randint(1, 6)
        present = viewer_id in here[node.name]
        match luck.randint(0, 4):
            case 0 | 1:
                node.act(at_ms, "leave" if present else "enter", viewer_id)
                here[node.name] ^= {viewer_id}
            case 2 if not present:
                node.act(at_ms, "back", viewer_id)
                here[node.name].add(viewer_id)
            case 3:
                node.act(at_ms, "like", viewer_id, value=luck.randint(1, 9))
            case _:
                census.hear(node.report(at_ms), at=0.1)
        if at_ms == 80:
            # Another conducts from here on, and has heard nothing so far.
            census = Census(gone_s=0.5)
            census.lose(at=0.0)
        until_ms = census.recount_until(at=0.5 if len(census.others("")) == 3 else 0.0)
        if until_ms is not None:
            recounts += 1
            census.resume(insight.recount(SHOW, life="life", until_ms=until_ms), until_ms=until_ms)
    for node in nodes:
        census.hear(node.report(200), at=0.1)
    assert recounts == 1
    assert census.counters == recounted()
    assert census.counters.online == len(set().union(*here.values()))
