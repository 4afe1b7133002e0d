"""Addresses of callers, as the limits by address count them. Pure."""

import ipaddress


def network_of(host: str | None) -> str:
    """What the limits by address count as one: an IPv4 address, or the /64 of an IPv6 one.

    Returns:
        Nothing for this machine itself: a proxy on it that says nothing of its clients must not
        be taken for one of them. "?" for what is no address.

    >>> network_of("203.0.113.9"), network_of("2001:db8:1:2:aaaa::7"), network_of("127.0.0.1")
    ('203.0.113.9', '2001:db8:1:2::/64', '')
    """
    if not host:
        return ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
