"""People, not sockets; and events by number."""

from dataclasses import dataclass

from kaibo.room import wire
from kaibo.room.people import People
from kaibo.room.ring import Ring


@dataclass(eq=False)
class Seat:
    """A socket."""

    viewer_id: int


def people() -> People[Seat]:
    """Two sockets at most, ten seconds of grace."""
    return People(grace_s=10.0, sockets_max=2)


def test_two_tabs_are_one_person() -> None:
    """Who has a tab left has not left."""
    room = people()
    one, two = Seat(7), Seat(7)
    assert room.arrive(one) == []
    assert room.arrive(two) == []
    assert len(room) == 1
    assert room.depart(one, lost=False, at=0.0) is False
    assert len(room) == 1
    assert room.depart(two, lost=False, at=0.0) is True
    assert len(room) == 0


def test_one_tab_too_many_replaces_the_oldest() -> None:
    """The third socket ends the first."""
    room = people()
    seats = [Seat(7), Seat(7), Seat(7)]
    assert [room.arrive(seat) for seat in seats] == [[], [], [seats[0]]]
    assert room.of(7) == seats[1:]
    assert room.depart(seats[0], lost=True, at=0.0) is False


def test_a_broken_line_waits_for_its_person() -> None:
    """Lost at 0: still here at 9.9, gone at 10, told once."""
    room = people()
    seat = Seat(7)
    room.arrive(seat)
    assert room.depart(seat, lost=True, at=0.0) is False
    assert room.is_present(7)
    assert room.overdue(9.9) == []
    assert room.overdue(10.0) == [7]
    assert room.overdue(99.0) == []
    assert not room.is_present(7)


def test_who_comes_back_in_time_never_left() -> None:
    """Coming back ends the wait."""
    room = people()
    seat = Seat(7)
    room.arrive(seat)
    room.depart(seat, lost=True, at=0.0)
    room.arrive(Seat(7))
    assert room.overdue(99.0) == []
    assert len(room) == 1


def test_a_ring_gives_exactly_what_was_missed() -> None:
    """After number 2 come 3 and 4; staff events keep their numbers to themselves."""
    ring = Ring(10)
    events: list[wire.Event] = [wire.PopEvent(link_no=number) for number in range(1, 5)]
    events[2] = wire.HostNoteEvent(text="慢一点")
    for event in events:
        ring.add(event)
    assert ring.seq == 4
    assert ring.since(2, staff=True) == events[2:]
    assert ring.since(2, staff=False) == [events[3]]
    assert ring.since(4, staff=False) == []


def test_a_ring_says_when_it_has_forgotten() -> None:
    """Too long ago, or never: None, so a snapshot follows."""
    ring = Ring(3)
    assert ring.since(0, staff=False) == []
    assert ring.since(1, staff=False) is None
    for number in range(1, 6):
        ring.add(wire.PopEvent(link_no=number))
    assert ring.since(1, staff=False) is None
    kept = ring.since(2, staff=False)
    assert kept is not None
    assert len(kept) == 3
