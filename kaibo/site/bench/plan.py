"""What a room of any size would take, computed from measured costs. Pure arithmetic."""

import math
from dataclasses import dataclass

# A frame of the benches on the wire: some events, counters and a line or two of chat.
FRAME_BYTES = 400
# A core is not planned beyond this: the rest is for joins, chat and what a storm brings.
CORE_SHARE = 0.7
# Messages a second that one Redis passes on to its subscribers; a careful figure for one core.
REDIS_MESSAGES_PER_S = 100_000
# A frame full of chat is this long (``chat_bytes_per_tick`` and what surrounds it).
FULL_FRAME_BYTES = 8_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Measured on one machine; ``cpu_us`` per delivered frame, ``joiner_us`` per joiner."""

    cpu_us: float
    kib_per_connection: float
    joiner_us: float
    tick_s: float
    frame_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Gateways of one core each, and what flows; bytes a second."""

    viewers: int
    viewers_per_gateway: int
    gateways: int
    gateway_memory_mib: int
    gateway_bytes_per_s: int
    all_bytes_per_s: int
    all_bytes_per_s_full: int
    redis_messages_per_s: int
    redis_bytes_per_s: int
    redis_shards: int
    joins_per_s: int


def plan(viewers: int, costs: Costs) -> Plan:
    """Nodes, Redis and bytes for one room of so many viewers.

    Every gateway holds its share of the sockets and gets the content of each tick once, from
    Redis; it frames it once for all its readers.

    >>> costs = Costs(cpu_us=9.0, kib_per_connection=20.0, joiner_us=500.0, tick_s=0.15,
    ...     frame_bytes=400)
    >>> found = plan(1_000_000, costs)
    >>> found.viewers_per_gateway, found.gateways, found.redis_shards
    (11666, 86, 1)
    """
    per_gateway = int(CORE_SHARE * costs.tick_s / (costs.cpu_us * 1e-6))
    gateways = math.ceil(viewers / per_gateway)
    ticks_per_s = 1 / costs.tick_s
    messages = gateways * ticks_per_s
    return Plan(
        viewers=viewers,
        viewers_per_gateway=per_gateway,
        gateways=gateways,
        gateway_memory_mib=math.ceil(per_gateway * costs.kib_per_connection / 1024),
        gateway_bytes_per_s=round(per_gateway * ticks_per_s * costs.frame_bytes),
        all_bytes_per_s=round(viewers * ticks_per_s * costs.frame_bytes),
        all_bytes_per_s_full=round(viewers * ticks_per_s * FULL_FRAME_BYTES),
        redis_messages_per_s=round(messages),
        redis_bytes_per_s=round(messages * FULL_FRAME_BYTES),
        redis_shards=math.ceil(messages / REDIS_MESSAGES_PER_S),
        joins_per_s=round(gateways * (1 - CORE_SHARE) / (costs.joiner_us * 1e-6)),
    )
