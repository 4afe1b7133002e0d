"""When to try again, when to give up, and where facts may go. Pure."""

import datetime as dt
import ipaddress
from collections.abc import Collection, Iterable
from typing import Final
from urllib.parse import urlsplit

from kaibo.base.inputs import URL_CHARS_MAX, clean_text
from kaibo.base.machines import Machine, Move, State
from kaibo.hooks.errors import EndpointUnusable, KindUnknown

ENDPOINT: Final = Machine(
    "endpoint",
    "回调地址",
    (
        State("on", "启用", is_final=True),
        State("off", "停用", is_final=True),
        State("paused", "因失败暂停"),
        State("removed", "已删除", is_final=True),
    ),
    (
        Move("on", "switch_off", "off", by="switch_endpoint"),
        Move("paused", "switch_off", "off", by="switch_endpoint"),
        Move("off", "switch_on", "on", by="switch_endpoint"),
        Move("paused", "switch_on", "on", by="switch_endpoint"),
        Move("on", "pause", "paused", by="deliver_due"),
        Move("on", "remove", "removed", by="remove_endpoint"),
        Move("off", "remove", "removed", by="remove_endpoint"),
        Move("paused", "remove", "removed", by="remove_endpoint"),
    ),
)

DELIVERY: Final = Machine(
    "delivery",
    "投递",
    (
        State("waiting", "待投递"),
        State("arrived", "已送达", is_final=True),
        State("dead", "已放弃", is_final=True),
    ),
    (
        Move("waiting", "arrive", "arrived", by="deliver_due"),
        Move("waiting", "give_up", "dead", by="deliver_due"),
        Move("dead", "replay", "waiting", by="replay_delivery"),
        Move("arrived", "replay", "waiting", by="replay_delivery"),
    ),
)

# Pauses before the second try, the third …; together a little over a day.
PAUSES_S: Final = (5, 30, 120, 600, 1_800, 7_200, 21_600, 64_800)
TRIES_MAX: Final = len(PAUSES_S) + 1
# Deaths without an arrival in between after which an endpoint is paused.
DEATHS_MAX: Final = 5
ENDPOINTS_MAX: Final = 20
KEPT: Final = dt.timedelta(days=30)
# IPv4 as IPv6 networks spell it (RFC 6052).
_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")


def next_try_at(tries: int, now: dt.datetime) -> dt.datetime | None:
    """When to try after ``tries`` failures; None: give up.

    >>> next_try_at(1, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)).second
    5
    >>> next_try_at(TRIES_MAX, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) is None
    True
    """
    assert tries >= 1
    return None if tries >= TRIES_MAX else now + dt.timedelta(seconds=PAUSES_S[tries - 1])


def check_address(url: str) -> str:
    """A web address to which facts may be sent; where its name leads is judged when sending.

    Raises:
        EndpointUnusable: another scheme, no host, a name or password inside, or a bad port.
        TextMissing, TextTooLong, TextUnreadable: as ``clean_text``.
    """
    text = clean_text("url", url, chars_max=URL_CHARS_MAX, required=True)
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        fits = fits and "@" not in parts.netloc and text.isascii()
        fits = fits and not any(char in text for char in " \t\n\r\"'<>\\")
    except ValueError:
        fits = False
    if not fits:
        raise EndpointUnusable(field="url")
    return text


def check_kinds(kinds: Iterable[str], *, known: Collection[str]) -> list[str]:
    """The chosen kinds of fact in a fixed order, each once; none chosen means all.

    Raises:
        KindUnknown: names the first that is none.
    """
    chosen = sorted(set(kinds))
    for kind in chosen:
        if kind not in known:
            raise KindUnknown(kind=kind[:80])
    return chosen


def is_open_internet(address: str) -> bool:
    """Whether an IP address is neither this machine's, nor a private network's, nor special.

    >>> [is_open_internet(one) for one in ("8.8.8.8", "10.0.0.1", "127.0.0.1", "169.254.169.254")]
    [True, False, False, False]
    >>> [is_open_internet(one) for one in ("::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fe80::1")]
    [False, False, False, False]
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped or found in _TRANSLATED:
            return is_open_internet(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        if found.sixtofour or found.teredo:
            # Tunnels that nobody runs a server behind, and that spell inner addresses.
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved
