"""WeChat Pay and Alipay as they look from outside: servers with keys of their own, on loopback.

Their signing is written anew with ``cryptography``, so that it does not share our mistakes.
"""

import abc
import base64
import datetime as dt
import json
import re
import time
from collections.abc import Callable, Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

from kaibo.base.times import SHOP_ZONE

Mood = Literal["fine", "down", "slow", "forged", "nonsense", "refuses", "processing", "never"]
Answer = tuple[int, bytes, dict[str, str]]
SLOW_S = 2.5
API_V3_KEY = "0123456789abcdef0123456789abcdef"
EVENT = "2026112200000001"
KEY_ID = "PUB_KEY_ID_0114232134912410000000000000"


@cache
def key_of(name: str) -> rsa.RSAPrivateKey:
    """The same key for the same name; making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(name: str) -> str:
    """PKCS 8, as both providers hand it out."""
    made = key_of(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.decode()


def public_pem(name: str) -> str:
    """SubjectPublicKeyInfo."""
    made = key_of(name).public_key()
    return made.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def certificate(name: str, serial: int) -> str:
    """Of a platform key, signed by itself."""
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com sign")])
    since = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder(subject_name=called, issuer_name=called, serial_number=serial)
        .public_key(key_of(name).public_key())
        .not_valid_before(since)
        .not_valid_after(since + dt.timedelta(days=5 * 365))
        .sign(key_of(name), SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def signed(name: str, text: str) -> str:
    """Base64 of RSA with SHA-256."""
    made = key_of(name).sign(text.encode(), padding.PKCS1v15(), SHA256())
    return base64.b64encode(made).decode()


def assert_signed(name: str, text: str, signature: str) -> None:
    """As the provider checks us."""
    key_of(name).public_key().verify(
        base64.b64decode(signature), text.encode(), padding.PKCS1v15(), SHA256()
    )


class Provider(abc.ABC):
    """A provider's server. ``mood`` is how it answers; ``asked`` is what it was asked."""

    name: str

    def __init__(self) -> None:
        self.mood: Mood = "fine"
        # What it says of a refund that it will never make.
        self.never = ""
        self.asked: list[dict[str, Any]] = []
        self.refunds: dict[str, dict[str, Any]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._answer))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @abc.abstractmethod
    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Check the request as the provider does, and answer it."""

    @abc.abstractmethod
    def notice(
        self,
        token: str,
        *,
        at: dt.datetime,
        fen: int,
        event: str = EVENT,
        **changes: Any,
    ) -> tuple[dict[str, str], bytes]:
        """The headers and the body of a callback, signed."""

    def _answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if self.mood == "slow":
            time.sleep(SLOW_S)
        if self.mood == "down":
            return 502, b"<html>bad gateway</html>", {"Content-Type": "text/html"}
        if self.mood == "nonsense":
            return 200, b"<html>", {"Content-Type": "text/html"}
        return self.answer(path, headers, body)

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(
    answer: Callable[[str, Mapping[str, str], bytes], Answer],
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, said, headers = answer(self.path, dict(self.headers), body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(said))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class Wechat(Provider):
    """WeChat Pay's API v3."""

    name = "wechat"
    settings = {
        "mch_id": "1900000109",
        "app_id": "wx8888888888888888",
        "cert_serial": "5157F09EFDC096DE15EBE81A47057A72",
        "key": "",
        "api_v3_key": API_V3_KEY,
        "platform_key": "",
        "platform_key_id": KEY_ID,
    }

    def account(self) -> dict[str, str]:
        """``settings.KAIBO_WECHAT``."""
        keys = {"key": private_pem("shop"), "platform_key": public_pem("wechat")}
        return {**self.settings, **keys}

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        given = dict(re.findall(r'(\w+)="([^"]*)"', headers["Authorization"]))
        assert given["mchid"] == self.settings["mch_id"]
        assert given["serial_no"] == self.settings["cert_serial"]
        text = f"POST\n{path}\n{given['timestamp']}\n{given['nonce_str']}\n{body.decode()}\n"
        assert_signed("shop", text, given["signature"])
        wish = json.loads(body)
        self.asked.append(wish)
        if self.mood == "refuses":
            return 403, json.dumps({"code": "NO_AUTH", "message": "no"}).encode(), _JSON
        if self.mood == "never" and self.never not in ("ABNORMAL", "CLOSED"):
            return 403, json.dumps({"code": self.never, "message": "no"}).encode(), _JSON
        if path == "/v3/pay/transactions/h5":
            token = wish["out_trade_no"]
            return self._said({"h5_url": f"https://wx.tenpay.com/h5?prepay_id=wx{token}"})
        if path == "/v3/pay/transactions/native":
            return self._said({"code_url": f"weixin://wxpay/bizpayurl?pr={wish['out_trade_no']}"})
        assert path == "/v3/refund/domestic/refunds"
        return self._refund(wish)

    def _refund(self, wish: dict[str, Any]) -> Answer:
        known = self.refunds.setdefault(wish["out_refund_no"], wish["amount"])
        if known != wish["amount"]:
            said = {"code": "INVALID_REQUEST", "message": "订单金额或退款金额与之前请求不一致"}
            return 400, json.dumps(said).encode(), _JSON
        status = {"processing": "PROCESSING", "never": self.never}.get(self.mood, "SUCCESS")
        return self._said({"status": status, "out_refund_no": wish["out_refund_no"]})

    def _said(self, value: object) -> Answer:
        body = json.dumps(value, ensure_ascii=False)
        signer = "stranger" if self.mood == "forged" else "wechat"
        now = dt.datetime.now(dt.UTC)
        return 200, body.encode(), {**_JSON, **self.headers(body, at=now, signer=signer)}

    @staticmethod
    def headers(
        body: str, *, at: dt.datetime, signer: str = "wechat", serial: str = KEY_ID
    ) -> dict[str, str]:
        """The headers over a body."""
        stamp, nonce = str(int(at.timestamp())), "EcZ9Cmy4Xyx1i6RlJQzLcCyEqDa26NBz"
        return {
            "Wechatpay-Serial": serial,
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": signed(signer, f"{stamp}\n{nonce}\n{body}\n"),
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }

    def notice(
        self,
        token: str,
        *,
        at: dt.datetime,
        fen: int,
        event: str = EVENT,
        **changes: Any,
    ) -> tuple[dict[str, str], bytes]:
        """A callback: ``state``, ``kind``, ``signer``, ``serial``, ``cipher_key``, ``more``."""
        paid = {
            "mchid": self.settings["mch_id"],
            "appid": self.settings["app_id"],
            "out_trade_no": token,
            "transaction_id": "4200000000202611221234567890",
            "trade_state": changes.get("state", "SUCCESS"),
            "amount": {"total": fen, "payer_total": fen, "currency": "CNY"},
            **changes.get("more", {}),
        }
        nonce, extra = "Kj7QIyUiYx1q", "transaction"
        cipher = AESGCM(changes.get("cipher_key", API_V3_KEY).encode())
        hidden = cipher.encrypt(nonce.encode(), json.dumps(paid).encode(), extra.encode())
        resource = {
            "original_type": "transaction",
            "algorithm": changes.get("algorithm", "AEAD_AES_256_GCM"),
            "ciphertext": changes.get("ciphertext", base64.b64encode(hidden).decode()),
            "associated_data": extra,
            "nonce": nonce,
        }
        message = {
            "id": event,
            "create_time": at.isoformat(),
            "resource_type": "encrypt-resource",
            "event_type": changes.get("kind", "TRANSACTION.SUCCESS"),
            "summary": "支付成功",
            "resource": resource,
        }
        body = json.dumps(message, ensure_ascii=False)
        chosen = {name: changes[name] for name in ("signer", "serial") if name in changes}
        return self.headers(body, at=at, **chosen), body.encode()


class Alipay(Provider):
    """Alipay's gateway."""

    name = "alipay"
    app_id = "2021000000000001"

    def account(self) -> dict[str, str]:
        """``settings.KAIBO_ALIPAY``; the key is bare, as Alipay's tool writes it."""
        bare = "".join(private_pem("shop").splitlines()[1:-1])
        return {
            "app_id": self.app_id,
            "key": bare,
            "platform_key": public_pem("alipay"),
            "gateway": f"{self.url}/gateway.do",
        }

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        given = dict(parse_qsl(urlsplit(path).query)) | dict(parse_qsl(body.decode()))
        method, wish = self.read(given)
        self.asked.append({"method": method, **wish})
        if self.mood == "refuses":
            return self._said(method, {"code": "40004", "sub_code": "ACQ.TRADE_HAS_CLOSE"})
        if self.mood == "never":
            return self._said(method, {"code": "40004", "sub_code": self.never})
        token = wish["out_request_no"]
        done = {"code": "10000", "out_trade_no": wish["out_trade_no"], "memo": "a } b { c"}
        if method == "alipay.trade.refund":
            is_new = token not in self.refunds and self.mood != "processing"
            self.refunds.setdefault(token, wish)
            return self._said(method, {**done, "fund_change": "Y" if is_new else "N"})
        assert method == "alipay.trade.fastpay.refund.query"
        if self.mood == "processing":
            return self._said(method, done)
        return self._said(method, {**done, "refund_status": "REFUND_SUCCESS"})

    def read(self, given: dict[str, str]) -> tuple[str, dict[str, Any]]:
        """What a signed request asks for."""
        signature = given.pop("sign")
        text = "&".join(f"{name}={given[name]}" for name in sorted(given))
        assert_signed("shop", text, signature)
        assert (given["app_id"], given["sign_type"]) == (self.app_id, "RSA2")
        return given["method"], json.loads(given["biz_content"])

    def _said(self, method: str, value: object) -> Answer:
        body = json.dumps(value, ensure_ascii=False)
        signer = "stranger" if self.mood == "forged" else "alipay"
        node = method.replace(".", "_") + "_response"
        whole = f'{{"{node}":{body},"sign":"{signed(signer, body)}"}}'
        return 200, whole.encode(), {"Content-Type": "text/html;charset=utf-8"}

    def notice(
        self,
        token: str,
        *,
        at: dt.datetime,
        fen: int,
        event: str = EVENT,
        **changes: Any,
    ) -> tuple[dict[str, str], bytes]:
        """A callback: ``state``, ``signer``, ``more`` (fields), ``after`` (fields not signed)."""
        told = {
            "app_id": self.app_id,
            "seller_id": "2088000000000001",
            "notify_id": "ac05099524730693a8b330c5ecf72da9786",
            "notify_type": "trade_status_sync",
            "notify_time": at.astimezone(SHOP_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
            "charset": "utf-8",
            "version": "1.0",
            "trade_no": event,
            "out_trade_no": token,
            "trade_status": changes.get("state", "TRADE_SUCCESS"),
            "total_amount": f"{fen // 100}.{fen % 100:02d}",
            "subject": "保湿面霜 & 精华=好",
            "passback_params": "",
            **changes.get("more", {}),
        }
        text = "&".join(f"{name}={told[name]}" for name in sorted(told))
        told["sign"] = signed(changes.get("signer", "alipay"), text)
        told["sign_type"] = "RSA2"
        return {}, urlencode({**told, **changes.get("after", {})}).encode()


_JSON = {"Content-Type": "application/json; charset=utf-8"}
