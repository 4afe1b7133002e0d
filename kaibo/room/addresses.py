"""What one address may do, so that a farm of bots behind it starves nobody else.

Never a ban: too much is refused for the moment, and the next moment is a new one. The counts
are of this process; a house of several gives an address as many times as much.
"""

import threading
import time

from kaibo.room.rules import Bucket, Limits

# Buckets that are full again are forgotten when there are so many, then at twice what is left.
FORGET_AT = 10_000


class Buckets:
    """A token bucket for each address; those of this machine ("") are not counted. Any thread."""

    def __init__(self, *, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, burst
        self._buckets: dict[str, Bucket] = {}
        self._forget_at = FORGET_AT
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, address: str) -> bool:
        """Whether this address may once more, now."""
        if not address:
            return True
        at = time.monotonic()
        with self._lock:
            bucket = self._buckets.get(address)
            if bucket is None:
                if len(self._buckets) >= self._forget_at:
                    self._forget(at)
                bucket = self._buckets[address] = Bucket(rate=self._rate, burst=self._burst, at=at)
            return bucket.take(1, at=at) == 1

    def _forget(self, at: float) -> None:
        self._buckets = {k: b for k, b in self._buckets.items() if not b.is_full(at=at)}
        self._forget_at = max(FORGET_AT, 2 * len(self._buckets))


class Arrivals:
    """Sockets by address: so many at once, and so many new ones a second."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.sockets_per_address
        self._open: dict[str, int] = {}
        self._new = Buckets(rate=limits.joins_per_address_s, burst=limits.joins_per_address_burst)

    def arrive(self, address: str) -> bool:
        """Count a socket in, unless there are too many from its address."""
        count = self._open.get(address, 0)
        if address and (count >= self._most or not self._new.take(address)):
            return False
        self._open[address] = count + 1
        return True

    def leave(self, address: str) -> None:
        """Count a socket out that was counted in."""
        count = self._open[address] - 1
        if count:
            self._open[address] = count
        else:
            del self._open[address]
