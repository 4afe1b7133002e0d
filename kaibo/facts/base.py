"""The shape of a fact."""

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, told once, never changed.

    Each subclass sets ``tag="<context>.<snake_name>.<version>"``. A new meaning is a new
    version beside the old one, because what was written stays readable for years.
    Facts carry ids, never names, addresses or telephone numbers.
    """
