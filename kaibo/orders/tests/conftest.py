"""The shop most tests use, its auditor, and the providers it may have."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from kaibo.orders import alipay, wechat
from kaibo.orders.tests.books import audited
from kaibo.orders.tests.providers import Alipay, Provider, Wechat
from kaibo.promotions.tests.shop import Shop, make_shop, open_link


@pytest.fixture
def shop() -> Shop:
    """One SKU, 100 on hand, floor 50 yuan; link 1 sells 10 at 99 yuan."""
    shop = make_shop()
    open_link(shop, units=10)
    return shop


@pytest.fixture(autouse=True)
def books_hold(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After every action of every test here the whole ledger balances and means it."""
    database = request.node.get_closest_marker("django_db")
    if database is None:
        yield
        return
    request.getfixturevalue("transactional_db" if database.kwargs.get("transaction") else "db")
    with audited(monkeypatch):
        yield


SHORT_S = 1.5
WECHAT = "https://api.mch.weixin.qq.com"


@pytest.fixture
def plugged(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Both providers, on loopback, offered in this order; the library's requests go there too."""
    with Wechat() as of_wechat, Alipay() as of_alipay:
        settings.KAIBO_PAY = ["wechat", "alipay"]
        settings.KAIBO_PUBLIC_URL = "https://live.example.com"
        settings.KAIBO_WECHAT, settings.KAIBO_ALIPAY = of_wechat.account(), of_alipay.account()
        monkeypatch.setenv("NO_PROXY", "*")
        for module, short in ((wechat, (SHORT_S, SHORT_S)), (alipay, SHORT_S)):
            monkeypatch.setattr(module, "TIMEOUT_S", short)
        post = requests.post

        def here(url: str, **values: Any) -> requests.Response:
            assert url.startswith(f"{WECHAT}/")
            return post(url.replace(WECHAT, of_wechat.url), **values)

        monkeypatch.setattr(requests, "post", here)
        wechat.clients.cache_clear()
        yield {"wechat": of_wechat, "alipay": of_alipay}
        wechat.clients.cache_clear()


@pytest.fixture(params=["wechat", "alipay"])
def bank(request: pytest.FixtureRequest, plugged: dict[str, Any]) -> Provider:
    """One of them, then the other."""
    chosen: Provider = plugged[request.param]
    return chosen
