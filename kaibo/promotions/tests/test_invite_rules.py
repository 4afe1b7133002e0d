"""Who counts and how many rewards that makes: examples, and any order of events."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.promotions.errors import InviteIncomplete, WindowCannotBe
from kaibo.promotions.rules.invites import (
    InviteSpec,
    Origin,
    Seen,
    check_invite_publishable,
    check_invite_spec,
    has_watched,
    judge_invitee,
    reward_step,
    rewards_due,
    traces,
)
from kaibo.promotions.tests.inviting import spec_of
from kaibo.promotions.tests.shop import NOW, after


def seen(**changes: Any) -> Seen:
    """A newcomer from an address of their own."""
    newcomer: dict[str, Any] = {"first_seen_at": after(1), "from_address": 0}
    return Seen(**newcomer | changes)


@pytest.mark.row("R-102")
@pytest.mark.parametrize(
    ("terms", "about", "reason"),
    [
        ({}, {}, None),
        ({}, {"from_address": None}, None),
        ({}, {"is_own": True, "is_same_device": True}, "own"),
        ({}, {"is_barred": True}, "barred"),
        ({}, {"is_invited": True}, "already"),
        ({}, {"is_inviter": True}, "not_new"),
        ({}, {"first_seen_at": after(-1)}, "not_new"),
        ({}, {"first_seen_at": NOW}, None),
        ({"newcomer": "buyer"}, {"first_seen_at": after(-1)}, None),
        ({"newcomer": "buyer"}, {"has_paid": True}, "not_new"),
        ({}, {"has_paid": True}, None),
        ({"task": "order"}, {"has_paid": True}, "not_new"),
        ({}, {"is_follower": True}, "not_new"),
        ({"task": "watch"}, {"is_follower": True}, None),
        ({}, {"is_same_device": True}, "same_device"),
        ({}, {"from_address": 2}, None),
        ({}, {"from_address": 3}, "address_full"),
        ({"per_address": 1}, {"from_address": 1}, "address_full"),
    ],
)
def test_who_does_not_count(terms: dict[str, Any], about: dict[str, Any], reason: str) -> None:
    assert judge_invitee(spec_of(**terms), seen(**about)) == reason


def test_minutes_count_from_the_coming() -> None:
    spec = spec_of(task="watch", watch_minutes=2)
    assert [has_watched(spec, before_s=300, now_s=now_s) for now_s in (300, 410, 420)] == [
        False,
        False,
        True,
    ]


def test_what_is_missing_is_named() -> None:
    bare = InviteSpec(show_id=1, title="t", task="watch")
    with pytest.raises(InviteIncomplete) as refused:
        check_invite_publishable(bare)
    assert refused.value.data["missing"] == [
        "watch_minutes", "newcomer", "invitees_per_reward", "rewards_per_inviter",
        "rewards_total", "reward", "opens_at", "closes_at", "organiser",
    ]  # fmt: skip
    check_invite_publishable(spec_of(1))
    with pytest.raises(WindowCannotBe):
        check_invite_spec(spec_of(closes_at=NOW))
    with pytest.raises(WindowCannotBe):
        check_invite_spec(spec_of(closes_at=after(31 * 86_400 + 1)))
    assert check_invite_spec(spec_of(watch_minutes=5)).watch_minutes is None


def test_an_address_is_kept_as_hashes_that_differ_between_campaigns() -> None:
    here = Origin(network="203.0.113.9", browser="phone")
    network, trace = traces(here, invite_id=1, secret=b"s")
    assert (len(network), len(trace)) == (64, 64)
    assert traces(here, invite_id=1, secret=b"s") == (network, trace)
    other = traces(Origin(network="203.0.113.9", browser="pad"), invite_id=1, secret=b"s")
    assert (other[0] == network, other[1] == trace) == (True, False)
    assert not {network, trace} & {*traces(here, invite_id=2, secret=b"s")}
    assert not {network, trace} & {*traces(here, invite_id=1, secret=b"t")}
    assert traces(Origin(browser="phone"), invite_id=1, secret=b"s") == ("", "")


@pytest.mark.parametrize(
    ("counted", "granted", "unspent", "left", "step"),
    [
        (1, 0, 0, 9, 0),
        (2, 0, 0, 9, 1),
        (4, 0, 0, 1, 1),
        (2, 0, 0, 0, 0),
        (9, 2, 2, 9, 0),
        (3, 2, 2, 9, -1),
        (0, 2, 1, 9, -1),
        (0, 2, 0, 9, 0),
    ],
)
def test_steps(counted: int, granted: int, unspent: int, left: int, step: int) -> None:
    """Two invitees make a reward, an inviter has two at most."""
    assert reward_step(
        spec_of(), counted=counted, granted=granted, unspent=unspent, left=left
    ) == step  # fmt: skip


@dataclass
class Play:
    """A campaign of three inviters played with the rules alone: counts, and rewards by inviter."""

    spec: InviteSpec
    counted: list[int] = field(default_factory=lambda: [0, 0, 0])
    unspent: list[int] = field(default_factory=lambda: [0, 0, 0])
    spent: list[int] = field(default_factory=lambda: [0, 0, 0])

    def rewards(self) -> int:
        return sum(self.unspent) + sum(self.spent)

    def play(self, what: str, who: int) -> None:
        if what == "done":
            self.counted[who] += 1
        elif what == "refunded":
            self.counted[who] = max(0, self.counted[who] - 1)
        elif self.unspent[who]:
            self.unspent[who] -= 1
            self.spent[who] += 1
        self._settle(who)

    def _settle(self, who: int) -> None:
        assert self.spec.rewards_total is not None
        step = reward_step(
            self.spec,
            counted=self.counted[who],
            granted=self.unspent[who] + self.spent[who],
            unspent=self.unspent[who],
            left=self.spec.rewards_total - self.rewards(),
        )
        self.unspent[who] += step


EVENTS = st.lists(
    st.tuples(st.sampled_from(["done", "done", "refunded", "spent"]), st.integers(0, 2)),
    max_size=60,
)


@pytest.mark.row("R-102")
@given(events=EVENTS, per_reward=st.integers(1, 4), each=st.integers(1, 4), total=st.integers(1, 8))
def test_no_order_of_events_makes_more_rewards_than_the_terms_allow(
    events: Sequence[tuple[str, int]], per_reward: int, each: int, total: int
) -> None:
    spec = spec_of(invitees_per_reward=per_reward, rewards_per_inviter=each, rewards_total=total)
    play = Play(spec)
    done = [0, 0, 0]
    for what, who in events:
        play.play(what, who)
        done[who] += what == "done"
        assert play.rewards() <= total
        for inviter in range(3):
            has = play.unspent[inviter] + play.spent[inviter]
            assert 0 <= has <= each
            assert min(play.unspent) >= 0
            # Never more than all that ever counted would make, spent and taken back or not.
            assert has <= done[inviter] // per_reward
            # Nothing unspent stays beyond what counts now.
            assert play.unspent[inviter] <= max(
                0, rewards_due(spec, play.counted[inviter]) - play.spent[inviter]
            )


@given(counted=st.integers(0, 500), per_reward=st.integers(1, 9), each=st.integers(1, 9))
def test_rewards_grow_with_those_who_count_and_stop_at_the_most(
    counted: int, per_reward: int, each: int
) -> None:
    spec = spec_of(invitees_per_reward=per_reward, rewards_per_inviter=each)
    due = rewards_due(spec, counted)
    assert due <= rewards_due(spec, counted + 1) <= due + 1
    assert due * per_reward <= counted
    assert due <= each
