"""The newest of many ids."""

from collections import deque
from collections.abc import Iterable, Iterator


class Recent:
    """The last ``size`` different ids that were added; asking costs nothing, whatever the size.

    >>> ids = Recent(2)
    >>> ids.update([1, 2, 2, 3])
    >>> 1 in ids, list(ids)
    (False, [2, 3])
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._order: deque[int] = deque()
        self._ids: set[int] = set()

    def __contains__(self, number: int) -> bool:
        return number in self._ids

    def __iter__(self) -> Iterator[int]:
        return iter(self._order)

    def add(self, number: int) -> None:
        """Remember one; the oldest is forgotten for it."""
        if number in self._ids:
            return
        self._ids.add(number)
        self._order.append(number)
        if len(self._order) > self._size:
            self._ids.discard(self._order.popleft())

    def update(self, numbers: Iterable[int]) -> None:
        """Remember several."""
        for number in numbers:
            self.add(number)
