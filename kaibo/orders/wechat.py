"""WeChat Pay, API v3, behind the payment port: QR codes, H5 pages, callbacks, refunds.

The library signs, verifies and decrypts. It is given WeChat's keys one by one, so that it never
fetches any: left alone it asks WeChat for certificates whenever a stranger names a new serial.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

import msgspec
import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from kaibo.base.times import SHOP_ZONE
from kaibo.orders.errors import (
    CallbackRefused,
    ProviderDown,
    ProviderRefused,
    RefundImpossible,
    RefundOnItsWay,
)
from kaibo.orders.ports import (
    REFUND_CLOSED,
    EventKind,
    NotSetUp,
    OpenedPage,
    PaymentEvent,
    PaymentToOpen,
    check_callback_time,
)

NAME: Final = "wechat"
CALLBACK_PATH: Final = "/api/pay/callbacks/wechat"
# To connect, and to wait for each piece of the answer.
TIMEOUT_S: Final = (3.0, 8.0)
_SIGNATURE_TYPE: Final = "WECHATPAY2-SHA256-RSA2048"
_API_V3_KEY_BYTES: Final = 32
_DESCRIPTION_CHARS_MAX: Final = 127
_EVENT_ID_CHARS_MAX: Final = 80
_KINDS: Final[Mapping[str, EventKind]] = {
    "SUCCESS": "paid",
    "CLOSED": "failed",
    "PAYERROR": "failed",
    "REVOKED": "failed",
}
# An account that is closed or abnormal, a refund that came back from the bank (a card that is void
# or frozen), and one that WeChat closed after a week without the seller's money for it.
_FINAL: Final = frozenset({"USER_ACCOUNT_ABNORMAL", "ABNORMAL", REFUND_CLOSED})
_PEM: Final = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """The seller's account, as settings ``KAIBO_WECHAT_…``; its keys are in no representation.

    Args:
        cert_serial: of the seller's own certificate, which belongs to ``key``.
        key: the seller's private key, PEM.
        api_v3_key: 32 characters, for what WeChat encrypts.
        platform_key: WeChat's public key, or its platform certificates, PEM.
        platform_key_id: the public key's id (``PUB_KEY_ID_…``); certificates name their own.
    """

    mch_id: str
    app_id: str
    cert_serial: str
    key: str = field(repr=False)
    api_v3_key: str = field(repr=False)
    platform_key: str = field(repr=False)
    platform_key_id: str


class _Amount(msgspec.Struct):
    total: int
    currency: str


class _Transaction(msgspec.Struct):
    """What a callback about a payment holds, once decrypted; the rest is not our business."""

    mchid: str
    appid: str
    out_trade_no: str
    trade_state: str
    amount: _Amount


class _Message(msgspec.Struct):
    """A believed callback; ``resource`` is what had been encrypted."""

    id: str
    event_type: str
    resource: dict[str, Any]


class WechatProvider:
    """See ``edge.PaymentProvider``.

    Raises:
        NotSetUp: settings are missing or unreadable.
    """

    name = NAME
    # 支付成功时间 + 365 天: https://pay.weixin.qq.com/doc/v3/merchant/4012556457
    refund_within = dt.timedelta(days=365)

    def __init__(self, account: Account) -> None:
        if missing := _missing(account):
            raise NotSetUp(*missing)
        self._account = account
        self._by_serial = clients(account)

    def open(self, payment: PaymentToOpen) -> OpenedPage:
        """A QR code (Native), or a page for browsers on phones, outside WeChat's own (H5)."""
        asked: dict[str, Any] = {
            "description": payment.title[:_DESCRIPTION_CHARS_MAX],
            "out_trade_no": payment.token,
            "amount": {"total": payment.amount_fen, "currency": "CNY"},
            "time_expire": payment.expires_at.astimezone(SHOP_ZONE).isoformat(timespec="seconds"),
            "notify_url": settings.KAIBO_PUBLIC_URL.rstrip("/") + CALLBACK_PATH,
        }
        if payment.by == "qr":
            return OpenedPage(url=self._open("code_url", asked, native=True), ref="", kind="code")
        scene = {"payer_client_ip": payment.payer_ip, "h5_info": {"type": "Wap"}}
        url = self._open("h5_url", {**asked, "scene_info": scene})
        back = f"&redirect_url={quote(payment.back_url, safe='')}" if payment.back_url else ""
        return OpenedPage(url=url + back, ref="")

    def _open(self, name: str, asked: Mapping[str, Any], *, native: bool = False) -> str:
        # As in ``clients``: the library is an extra.
        from wechatpayv3 import WeChatPayType

        by = WeChatPayType.NATIVE if native else WeChatPayType.H5
        url = self._ask("pay", **asked, pay_type=by).get(name)
        if not isinstance(url, str):
            raise ProviderRefused(provider=NAME, why=name)
        return url

    def verify_callback(
        self, headers: Mapping[str, str], body: bytes, now: dt.datetime
    ) -> PaymentEvent:
        message = read_callback(self._by_serial, headers, body, now=now)
        if not message.event_type.startswith("TRANSACTION."):
            return PaymentEvent(event_id=message.id, kind="other", token="", amount_fen=0)
        try:
            paid = msgspec.convert(message.resource, _Transaction)
        except msgspec.ValidationError as error:
            raise CallbackRefused(why="body") from error
        if (paid.mchid, paid.appid) != (self._account.mch_id, self._account.app_id):
            raise CallbackRefused(why="merchant")
        if paid.amount.currency != "CNY":
            raise CallbackRefused(why="currency")
        return PaymentEvent(
            event_id=message.id,
            kind=_KINDS.get(paid.trade_state, "other"),
            token=paid.out_trade_no,
            amount_fen=paid.amount.total,
        )

    def refund(self, token: str, *, refund_token: str, amount_fen: int, received_fen: int) -> None:
        # Asked again under the same number, WeChat tells how that refund is.
        answer = self._ask(
            "refund",
            out_refund_no=refund_token,
            out_trade_no=token,
            amount={"refund": amount_fen, "total": received_fen, "currency": "CNY"},
        )
        status = str(answer.get("status"))[:40]
        if status in _FINAL:
            raise RefundImpossible(provider=NAME, why=status)
        if status == "PROCESSING":
            raise RefundOnItsWay(provider=NAME, why=status)
        if status != "SUCCESS":
            raise ProviderRefused(provider=NAME, why=status)

    def _ask(self, verb: str, **values: Any) -> dict[str, Any]:
        call: Callable[..., tuple[int, str]] = getattr(next(iter(self._by_serial.values())), verb)
        try:
            status, text = call(**values)
            answer = msgspec.json.decode(text, type=dict[str, Any])
        except Exception as error:
            # The library has no error of its own: not reached, not signed, not readable.
            _log.warning("provider_down", provider=NAME, verb=verb, error=str(error))
            raise ProviderDown(provider=NAME) from error
        if 200 <= status < 300:
            return answer
        code = str(answer.get("code"))[:40]
        _log.warning("provider_refused", provider=NAME, verb=verb, status=status, code=code)
        if status >= 500 or status == 429:
            raise ProviderDown(provider=NAME)
        raise (RefundImpossible if code in _FINAL else ProviderRefused)(provider=NAME, why=code)


def read_callback(
    by_serial: Mapping[str, Any], headers: Mapping[str, str], body: bytes, *, now: dt.datetime
) -> _Message:
    """A callback's message, once its key, time, signature and cipher are found good.

    Args:
        by_serial: a client of the library for each key of WeChat's, from ``clients``.

    Raises:
        CallbackRefused: an unknown serial, over five minutes off, wrongly signed, or unreadable.
    """
    given = {name.lower(): value for name, value in headers.items()}
    serial = given.get("wechatpay-serial", "")
    client = by_serial.get(serial)
    if client is None:
        raise CallbackRefused(why="serial")
    try:
        at = dt.datetime.fromtimestamp(int(given.get("wechatpay-timestamp", "")), tz=dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise CallbackRefused(why="unreadable") from error
    check_callback_time(at, now)
    signed = {
        "Wechatpay-Serial": serial,
        "Wechatpay-Timestamp": given["wechatpay-timestamp"],
        "Wechatpay-Nonce": given.get("wechatpay-nonce", ""),
        "Wechatpay-Signature": given.get("wechatpay-signature", ""),
        "Wechatpay-Signature-Type": given.get("wechatpay-signature-type", _SIGNATURE_TYPE),
    }
    try:
        message = client.callback(signed, body)
    except Exception as error:
        # Whatever the library trips over was no callback of WeChat's.
        raise CallbackRefused(why="unreadable") from error
    if message is None:
        raise CallbackRefused(why="signature")
    try:
        found = msgspec.convert(message, _Message)
    except msgspec.ValidationError as error:
        raise CallbackRefused(why="body") from error
    if not 0 < len(found.id) <= _EVENT_ID_CHARS_MAX:
        raise CallbackRefused(why="event id")
    return found


@lru_cache(maxsize=4)
def clients(account: Account) -> Mapping[str, Any]:
    """A client of the library for each key of WeChat's, by the serial that callbacks name.

    Raises:
        NotSetUp: the library is not installed, or a key cannot be read.
    """
    try:
        # An extra: whoever takes no money through WeChat does not install it.
        from wechatpayv3 import WeChatPay, WeChatPayType
    except ImportError as error:
        raise NotSetUp("pip install 'kaibo[pay]'") from error
    try:
        found = {
            serial: WeChatPay(
                wechatpay_type=WeChatPayType.H5,
                mchid=account.mch_id,
                appid=account.app_id,
                private_key=account.key,
                cert_serial_no=account.cert_serial,
                apiv3_key=account.api_v3_key,
                public_key=key,
                public_key_id=serial,
                timeout=TIMEOUT_S,
            )
            for serial, key in _platform_keys(account).items()
        }
    except Exception as error:
        # The library's error; it names no key, and neither do we.
        raise NotSetUp("KAIBO_WECHAT_KEY, KAIBO_WECHAT_PLATFORM_KEY: unreadable") from error
    if not found:
        raise NotSetUp("KAIBO_WECHAT_PLATFORM_KEY: unreadable")
    return found


def _platform_keys(account: Account) -> dict[str, str]:
    """PEM by serial, the public key first: it is the one WeChat signs its answers with."""
    keys, certificates = {}, {}
    for block in _PEM.finditer(account.platform_key):
        if block[1] == "CERTIFICATE":
            certificate = x509.load_pem_x509_certificate(block[0].encode())
            key = certificate.public_key()
            pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            certificates[f"{certificate.serial_number:X}"] = pem.decode()
        else:
            keys[account.platform_key_id] = block[0]
    return keys | certificates


def _missing(account: Account) -> list[str]:
    missing = [
        f"KAIBO_WECHAT_{setting.name.upper()}"
        for setting in fields(account)
        if not getattr(account, setting.name) and setting.name != "platform_key_id"
    ]
    if "BEGIN PUBLIC KEY" in account.platform_key and not account.platform_key_id:
        missing.append("KAIBO_WECHAT_PLATFORM_KEY_ID")
    if account.api_v3_key and len(account.api_v3_key.encode()) != _API_V3_KEY_BYTES:
        missing.append(f"KAIBO_WECHAT_API_V3_KEY: {_API_V3_KEY_BYTES} bytes")
    return missing
