"""Alipay behind the payment port: QR codes, WAP pages, callbacks, refunds, all signed by RSA2."""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import httpx2
import msgspec
import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.utils import timezone

from kaibo.base.money import parse_yuan, yuan
from kaibo.base.times import SHOP_ZONE
from kaibo.orders.errors import (
    CallbackRefused,
    ProviderDown,
    ProviderRefused,
    RefundImpossible,
    RefundOnItsWay,
)
from kaibo.orders.ports import (
    EventKind,
    NotSetUp,
    OpenedPage,
    PaymentEvent,
    PaymentToOpen,
    check_callback_time,
)

NAME: Final = "alipay"
CALLBACK_PATH: Final = "/api/pay/callbacks/alipay"
GATEWAY: Final = "https://openapi.alipay.com/gateway.do"
TIMEOUT_S: Final = 8.0
# Alipay repeats a notice for 25 hours, and does not promise to date the repetitions anew.
NOTICE_LATE_S: Final = 26 * 3600
# The side of its QR code in a frame.
QR_PX: Final = 200
# A contract usually says 12 months.
REFUND_DAYS: Final = 365
REFUND_DAYS_MAX: Final = 3_660
_MAY_LACK: Final = frozenset({"gateway", "refund_days"})
_TIME: Final = "%Y-%m-%d %H:%M:%S"
_SUBJECT_CHARS_MAX: Final = 256
# Beside a state it fits what an event is remembered by.
_TRADE_NO_CHARS_MAX: Final = 64
# Alipay takes none of these in a title.
_SUBJECT_FORBIDDEN: Final = str.maketrans("/=&", "   ")
_KINDS: Final[Mapping[str, EventKind]] = {
    "TRADE_SUCCESS": "paid",
    # Paid, and too long ago to be refunded.
    "TRADE_FINISHED": "paid",
    "TRADE_CLOSED": "failed",
}

# Its documents send the seller to the buyer: the account is closed or unable to receive, the trade
# is finished for good, or was paid in a way that knows no refund, or none in part.
_FINAL: Final = frozenset(
    {
        "ACQ.BUYER_ENABLE_STATUS_FORBID",
        "ACQ.BUYER_ERROR",
        "ACQ.BUYER_NOT_EXIST",
        "ACQ.CUSTOMER_VALIDATE_ERROR",
        "ACQ.NOT_ALLOW_PARTIAL_REFUND",
        "ACQ.ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND",
        "ACQ.TRADE_HAS_FINISHED",
    }
)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """The seller's application, as settings ``KAIBO_ALIPAY_…``; its keys are in no representation.

    Args:
        key: the application's private key, PEM or the bare base64 that Alipay's tool writes.
        platform_key: Alipay's public key for this application (not the application's own).
        gateway: another address for trials; Alipay's own if left out.
        refund_days: how many days the contract lets money go back (签约时设置的可退款时间).
    """

    app_id: str
    key: str = field(repr=False)
    platform_key: str = field(repr=False)
    gateway: str = ""
    refund_days: str = ""


class AlipayProvider:
    """See ``edge.PaymentProvider``.

    Raises:
        NotSetUp: settings are missing or unreadable.
    """

    name = NAME

    def __init__(self, account: Account) -> None:
        missing = [
            f"KAIBO_ALIPAY_{setting.name.upper()}"
            for setting in fields(account)
            if not getattr(account, setting.name) and setting.name not in _MAY_LACK
        ]
        days = account.refund_days or str(REFUND_DAYS)
        if not (days.isascii() and days.isdigit() and 1 <= int(days[:6]) <= REFUND_DAYS_MAX):
            missing.append(f"KAIBO_ALIPAY_REFUND_DAYS: 1 to {REFUND_DAYS_MAX}")
        if missing:
            raise NotSetUp(*missing)
        self._app_id = account.app_id
        self._gateway = account.gateway or GATEWAY
        self.refund_within = dt.timedelta(days=int(days))
        self._key, self._platform_key = _keys(account)

    def open(self, payment: PaymentToOpen) -> OpenedPage:
        """The page's address carries the signed order; Alipay itself is not asked.

        A QR code is a page of Alipay's too, made to stand in a frame (订单码, ``qr_pay_mode`` 4).
        """
        home = settings.KAIBO_PUBLIC_URL.rstrip("/")
        order = {
            "out_trade_no": payment.token,
            "subject": payment.title.translate(_SUBJECT_FORBIDDEN)[:_SUBJECT_CHARS_MAX],
            "total_amount": yuan(payment.amount_fen),
            "time_expire": payment.expires_at.astimezone(SHOP_ZONE).strftime(_TIME),
        }
        told = {"notify_url": home + CALLBACK_PATH}
        if payment.by == "qr":
            order |= {"product_code": "FAST_INSTANT_TRADE_PAY", "qr_pay_mode": "4"}
            order |= {"qrcode_width": str(QR_PX)}
            asked = self._signed("alipay.trade.page.pay", order, **told)
            return OpenedPage(url=f"{self._gateway}?{urlencode(asked)}", ref="", kind="frame")
        order |= {"product_code": "QUICK_WAP_WAY", "quit_url": payment.back_url or home}
        if payment.back_url:
            told |= {"return_url": payment.back_url}
        asked = self._signed("alipay.trade.wap.pay", order, **told)
        return OpenedPage(url=f"{self._gateway}?{urlencode(asked)}", ref="")

    def verify_callback(
        self, headers: Mapping[str, str], body: bytes, now: dt.datetime
    ) -> PaymentEvent:
        told = _fields(body)
        signature = told.pop("sign", "")
        if told.pop("sign_type", "") != "RSA2":
            raise CallbackRefused(why="signature type")
        if not is_signed(self._platform_key, joined(told), signature):
            raise CallbackRefused(why="signature")
        if told.get("app_id") != self._app_id:
            raise CallbackRefused(why="merchant")
        try:
            at = dt.datetime.strptime(told["notify_time"], _TIME).replace(tzinfo=SHOP_ZONE)
            status, trade_no, token = (
                told[name] for name in ("trade_status", "trade_no", "out_trade_no")
            )
            amount_fen = parse_yuan(told["total_amount"])
        except (KeyError, ValueError) as error:
            raise CallbackRefused(why="body") from error
        check_callback_time(at, now, late_s=NOTICE_LATE_S)
        if not 0 < len(trade_no) <= _TRADE_NO_CHARS_MAX:
            raise CallbackRefused(why="event id")
        # A trade reaches a state once, however many notices say so.
        return PaymentEvent(
            event_id=f"{trade_no} {status}",
            kind=_KINDS.get(status, "other"),
            token=token,
            amount_fen=amount_fen,
        )

    def refund(self, token: str, *, refund_token: str, amount_fen: int, received_fen: int) -> None:
        asked = {
            "out_trade_no": token,
            "out_request_no": refund_token,
            "refund_amount": yuan(amount_fen),
        }
        if self._ask("alipay.trade.refund", asked).get("fund_change") == "Y":
            return
        # Nothing moved now: it was asked before, or it is on its way.
        del asked["refund_amount"]
        found = self._ask("alipay.trade.fastpay.refund.query", asked)
        if found.get("refund_status") != "REFUND_SUCCESS":
            raise RefundOnItsWay(provider=NAME, why=str(found.get("refund_status"))[:40])

    def _ask(self, method: str, content: Mapping[str, str]) -> dict[str, Any]:
        asked = self._signed(method, content)
        form = {"biz_content": asked.pop("biz_content")}
        try:
            with httpx2.Client(timeout=TIMEOUT_S) as client:
                answer = client.post(self._gateway, params=asked, data=form).content
        except httpx2.HTTPError as error:
            _log.warning("provider_down", provider=NAME, method=method, error=str(error))
            raise ProviderDown(provider=NAME) from error
        found = self._believed(answer, method.replace(".", "_") + "_response")
        if found is None:
            told = answer[:200].decode(errors="replace")
            _log.warning("provider_not_believed", provider=NAME, method=method, answer=told)
            raise ProviderDown(provider=NAME)
        if found.get("code") != "10000":
            why = str(found.get("sub_code") or found.get("code"))[:40]
            _log.warning("provider_refused", provider=NAME, method=method, code=why)
            raise (RefundImpossible if why in _FINAL else ProviderRefused)(provider=NAME, why=why)
        return found

    def _believed(self, answer: bytes, node: str) -> dict[str, Any] | None:
        """What lies under ``node``, if Alipay signed exactly those bytes."""
        try:
            parts = msgspec.json.decode(answer, type=dict[str, msgspec.Raw])
            signed, signature = bytes(parts[node]), msgspec.json.decode(parts["sign"], type=str)
            if not is_signed(self._platform_key, signed, signature):
                return None
            return msgspec.json.decode(signed, type=dict[str, Any])
        except (msgspec.MsgspecError, KeyError):
            return None

    def _signed(self, method: str, content: Mapping[str, str], **more: str) -> dict[str, str]:
        asked = {
            "app_id": self._app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": timezone.now().astimezone(SHOP_ZONE).strftime(_TIME),
            "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
            **more,
        }
        return {**asked, "sign": sign(self._key, joined(asked))}


def joined(named: Mapping[str, str]) -> bytes:
    """What Alipay signs: all fields by name, as they are.

    >>> joined({"b": "2", "a": "1"})
    b'a=1&b=2'
    """
    return "&".join(f"{name}={value}" for name, value in sorted(named.items())).encode()


def sign(key: RSAPrivateKey, text: bytes) -> str:
    """RSA2: the base64 of RSASSA-PKCS1-v1_5 with SHA-256, as WeChat Pay signs too."""
    return base64.b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()


def is_signed(key: RSAPublicKey, text: bytes, signature: str) -> bool:
    """Whether this key's owner signed exactly this text."""
    try:
        key.verify(base64.b64decode(signature, validate=True), text, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


@lru_cache(maxsize=4)
def _keys(account: Account) -> tuple[RSAPrivateKey, RSAPublicKey]:
    try:
        key = serialization.load_der_private_key(_der(account.key), None)
        platform_key = serialization.load_der_public_key(_der(account.platform_key))
    except (ValueError, TypeError) as error:
        raise NotSetUp("KAIBO_ALIPAY_KEY, KAIBO_ALIPAY_PLATFORM_KEY: unreadable") from error
    if not isinstance(key, RSAPrivateKey) or not isinstance(platform_key, RSAPublicKey):
        raise NotSetUp("KAIBO_ALIPAY_KEY, KAIBO_ALIPAY_PLATFORM_KEY: not RSA")
    return key, platform_key


def _der(text: str) -> bytes:
    """PEM, or the bare base64 between its lines."""
    lines = [line.strip() for line in text.splitlines() if not line.startswith("-----")]
    return base64.b64decode("".join(lines), validate=True)


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict"
        )
    except ValueError as error:
        raise CallbackRefused(why="unreadable") from error
    found = dict(pairs)
    if len(found) < len(pairs):
        raise CallbackRefused(why="body")
    return found
