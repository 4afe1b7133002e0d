"""The sandbox behind the payment port."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import msgspec
from django.db import transaction
from django.db.models import Sum

from kaibo.orders.errors import CallbackRefused
from kaibo.orders.models import SandboxPayment
from kaibo.orders.ports import OpenedPage, PaymentEvent, PaymentToOpen
from kaibo.orders.sandbox import signing

PAGE_PATH = "/pay/sandbox/"


class Notice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a callback."""

    type: Literal["payment.paid", "payment.failed"]
    token: str
    amount_fen: int
    currency: Literal["CNY"] = "CNY"


class RefundRefused(Exception):
    """The sandbox never took this much money, so it gives none back."""


class SandboxProvider:
    """See ``edge.PaymentProvider``."""

    name = "sandbox"
    refund_within = None

    def open(self, payment: PaymentToOpen) -> OpenedPage:
        row, _ = SandboxPayment.objects.get_or_create(
            token=payment.token,
            defaults={
                "order_no": payment.order_no,
                "title": payment.title,
                "amount_fen": payment.amount_fen,
                "pay_before": payment.pay_before,
            },
        )
        return OpenedPage(url=f"{PAGE_PATH}{row.token}", ref=f"SBX{row.pk}", kind="frame")

    def verify_callback(
        self, headers: Mapping[str, str], body: bytes, now: dt.datetime
    ) -> PaymentEvent:
        event_id = signing.check(headers, body, now=now)
        try:
            notice = msgspec.json.decode(body, type=Notice)
        except msgspec.MsgspecError as error:
            raise CallbackRefused(why="body") from error
        return PaymentEvent(
            event_id=event_id,
            kind="paid" if notice.type == "payment.paid" else "failed",
            token=notice.token,
            amount_fen=notice.amount_fen,
        )

    @transaction.atomic
    def refund(self, token: str, *, refund_token: str, amount_fen: int, received_fen: int) -> None:
        row = SandboxPayment.objects.select_for_update().filter(token=token).first()
        if row is None or row.state not in ("paid", "refunded"):
            raise RefundRefused(token)
        row.refunds.get_or_create(token=refund_token, defaults={"amount_fen": amount_fen})
        back = row.refunds.aggregate(fen=Sum("amount_fen"))["fen"]
        if back > received_fen:
            raise RefundRefused(token)
        if back == received_fen:
            row.state = "refunded"
            row.save(update_fields=["state"])
