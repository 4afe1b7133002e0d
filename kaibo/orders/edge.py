"""The port to payment providers. Each real one will be an adapter beside the sandbox."""

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from django.conf import settings

from kaibo.orders.errors import NoSuchProvider, PaymentOff
from kaibo.orders.ports import OpenedPage, PaymentEvent, PaymentToOpen
from kaibo.orders.sandbox.provider import SandboxProvider


class PaymentProvider(Protocol):
    """What a provider must be able to do."""

    name: str

    def open(self, payment: PaymentToOpen) -> OpenedPage:
        """Make the page where the buyer pays. Safe to repeat with the same token."""
        ...

    def verify_callback(
        self, headers: Mapping[str, str], body: bytes, now: dt.datetime
    ) -> PaymentEvent:
        """What a callback says, once its signature and time are found good.

        Raises:
            CallbackRefused: not to be believed, or unreadable.
        """
        ...

    def refund(self, token: str, *, amount_fen: int) -> None:
        """Give an attempt's money back. Safe to repeat: a token is refunded once.

        Raises:
            Exception: anything; it is tried again later.
        """
        ...


def provider(name: str) -> PaymentProvider:
    """The provider of this name.

    Raises:
        NoSuchProvider: unknown.
        PaymentOff: switched off on this installation.
    """
    if name != "sandbox":
        raise NoSuchProvider(provider=name[:40])
    if not settings.KAIBO_SANDBOX_PAY:
        raise PaymentOff(provider=name)
    return SandboxProvider()


def default_provider() -> PaymentProvider:
    """The provider new payments go to."""
    return provider("sandbox")
