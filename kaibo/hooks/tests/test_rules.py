"""Where facts may go and when to try again, without a database."""

import datetime as dt
import ipaddress
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import BadInput
from kaibo.hooks import rules
from kaibo.hooks.errors import EndpointUnusable, KindUnknown

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
INSIDE = [
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1",
    "::", "::1", "fc00::1", "fd12:3456::1", "fe80::1%eth0", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:192.168.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::1",
]  # fmt: skip
OPEN = ["8.8.8.8", "114.114.114.114", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_inner_networks_are_not_the_open_internet(address: str) -> None:
    assert not rules.is_open_internet(address)


@pytest.mark.parametrize("address", OPEN)
def test_the_open_internet_is(address: str) -> None:
    assert rules.is_open_internet(address)


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_itself(address: ipaddress.IPv4Address) -> None:
    """However IPv6 spells it, an inner address stays one."""
    plain = rules.is_open_internet(str(address))
    assert rules.is_open_internet(f"::ffff:{address}") == plain
    assert (
        rules.is_open_internet(str(ipaddress.IPv6Address(0x64FF9B << 96 | int(address)))) == plain
    )


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/", "javascript:alert(1)", "//a.example/", "a.example", "http://",
        "https:///x", "http://user:pw@a.example/", "http://a.example:99999/",
        "http://a.example/ x", "http://a.example/\r\nX: 1",
        "http://例子.example/", "http://[::1", "", "http://a.example:0/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadInput):
        rules.check_address(url)


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with suppress(BadInput):
        assert rules.check_address(f"https://{text}").startswith("https://")


def test_a_good_address_stays_as_it_is() -> None:
    url = "https://erp.example:8443/kaibo?x=1"
    assert rules.check_address(f" {url} ") == url
    with pytest.raises(EndpointUnusable):
        rules.check_address("gopher://erp.example")


def test_pauses_grow_and_end() -> None:
    pauses = [rules.next_try_at(tries, NOW) for tries in range(1, rules.TRIES_MAX)]
    waits = [(at - NOW).total_seconds() for at in pauses if at]
    assert waits == sorted(waits) == list(rules.PAUSES_S)
    assert 24 * 3600 < sum(waits) < 30 * 3600
    assert rules.next_try_at(rules.TRIES_MAX, NOW) is None


def test_kinds_are_known_and_said_once() -> None:
    assert rules.check_kinds(["b", "a", "b"], known={"a", "b"}) == ["a", "b"]
    with pytest.raises(KindUnknown):
        rules.check_kinds(["a", "c"], known={"a", "b"})
