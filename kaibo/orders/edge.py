"""The port to payment providers, and which of them this installation has."""

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from django.conf import settings

from kaibo.access.reads import organisation
from kaibo.orders import alipay, wechat
from kaibo.orders.errors import NoSuchProvider, PaymentOff
from kaibo.orders.ports import NotSetUp, OpenedPage, PayBy, PaymentEvent, PaymentToOpen
from kaibo.orders.sandbox.provider import SandboxProvider


class PaymentProvider(Protocol):
    """What a provider must be able to do."""

    name: str

    @property
    def refund_within(self) -> dt.timedelta | None:
        """For so long after the money came it gives it back; None has no such term."""
        ...

    def open(self, payment: PaymentToOpen) -> OpenedPage:
        """Make the page where the buyer pays. Safe to repeat with the same token.

        Raises:
            ProviderDown, ProviderRefused: there is no page now.
        """
        ...

    def verify_callback(
        self, headers: Mapping[str, str], body: bytes, now: dt.datetime
    ) -> PaymentEvent:
        """What a callback says, once its signature and time are found good.

        Raises:
            CallbackRefused: not to be believed, or unreadable.
        """
        ...

    def refund(self, token: str, *, refund_token: str, amount_fen: int, received_fen: int) -> None:
        """Give an attempt's money back, all that was received or part of it.

        Safe to repeat: each ``refund_token`` is paid back once. Returns only when the money went.

        Raises:
            ProviderDown: no answer; others of this provider need not be asked now.
            RefundImpossible: it will never be made; asking again is no use.
            RefundOnItsWay: it was taken and has not ended.
            Exception: anything else; it is tried again later.
        """
        ...


def provider(name: str) -> PaymentProvider:
    """The provider of this name, for callbacks and refunds: it may be offered no longer.

    Raises:
        NoSuchProvider: unknown, or this installation lacks its settings.
    """
    try:
        return _set_up(name)
    except NotSetUp as error:
        raise NoSuchProvider(provider=name) from error


def offered(org_id: int) -> list[str]:
    """Where an organisation's buyers may pay; the first is taken if they do not choose.

    Nothing in a demo shop is for sale, so none but the sandbox serves it.
    """
    names = [name for name in settings.KAIBO_PAY if not problems(name)]
    is_demo = organisation(org_id).is_demo
    return [name for name in names if name == SandboxProvider.name or not is_demo]


def pays_by(name: str, asked: PayBy) -> PayBy:
    """By a QR code only where the operator signed for it (``KAIBO_PAY_QR``), else on a page."""
    return asked if name in settings.KAIBO_PAY_QR else "page"


def chosen_provider(name: str, *, org_id: int) -> PaymentProvider:
    """The provider a new payment goes to; "" leaves the choice to us.

    Raises:
        NoSuchProvider: not one of ``offered``.
        PaymentOff: none is offered.
    """
    choice = offered(org_id)
    if not choice:
        raise PaymentOff
    if name and name not in choice:
        raise NoSuchProvider(provider=name[:40])
    return provider(name or choice[0])


def problems(name: str) -> tuple[str, ...]:
    """What a known provider lacks before it can be used; for ``kaibo doctor``."""
    try:
        _set_up(name)
    except NotSetUp as error:
        return error.problems
    return ()


def _set_up(name: str) -> PaymentProvider:
    match name:
        case SandboxProvider.name:
            if name not in settings.KAIBO_PAY:
                raise NotSetUp("KAIBO_PAY")
            return SandboxProvider()
        case wechat.NAME:
            return wechat.WechatProvider(wechat.Account(**settings.KAIBO_WECHAT))
        case alipay.NAME:
            return alipay.AlipayProvider(alipay.Account(**settings.KAIBO_ALIPAY))
    raise NoSuchProvider(provider=name[:40])
