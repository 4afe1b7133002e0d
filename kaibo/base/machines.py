"""State machines as tables: which states a row may be in, and which verb leads from one to another.

The rules of a context hold the tables; its actions move rows by them and in no other way. One
more machine is one more table: ``docs/mechanisms/states.md`` and the walks of
``tests/architecture/test_states.py`` find it by themselves.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class State:
    """One state by the name that is stored.

    Args:
        is_final: a row may stay here for good, because nobody owes it anything. It may still
            have a way out: paid money can be refunded.
    """

    name: str
    zh: str
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One arrow of the picture.

    Args:
        by: the action of the machine's context that makes it.
        books: the ledger's postings that it writes, for a machine that moves money.
    """

    source: str
    verb: str
    target: str
    by: str
    books: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """Everything a kind of row may do; a new row is in the first state.

    >>> lamp = Machine("lamp", "灯", (State("off", "关"), State("on", "开")), (
    ...     Move("off", "switch", "on", by="switch_lamp"),
    ... ))
    >>> lamp.may("off", "switch"), lamp.after("off", "switch"), lamp.may("on", "switch")
    (True, 'on', False)
    """

    noun: str
    zh: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    _by_verb: dict[tuple[str, str], Move] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_verb = {(move.source, move.verb): move for move in self.moves}
        assert len(by_verb) == len(self.moves), f"{self.noun}: a verb leads to two states"
        ends = {end for move in self.moves for end in (move.source, move.target)}
        assert ends <= {*self.names}, f"{self.noun}: {ends - {*self.names}}"
        object.__setattr__(self, "_by_verb", by_verb)

    @property
    def names(self) -> list[str]:
        """The states as they are stored, for a ``CHECK``."""
        return [state.name for state in self.states]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The states with their words on the screen, as Django wants them."""
        return [(state.name, state.zh) for state in self.states]

    def may(self, state: str, verb: str) -> bool:
        """Whether the verb leads out of this state."""
        return (state, verb) in self._by_verb

    def move(self, state: str, verb: str) -> Move:
        """The arrow; asking for one that is not drawn is a bug of the caller."""
        assert self.may(state, verb), f"{self.noun}: {verb} does not follow from {state}"
        return self._by_verb[state, verb]

    def after(self, state: str, verb: str) -> str:
        """The state that the verb leads to; as ``move``."""
        return self.move(state, verb).target
