"""What buyers do outside the room: paying on the provider's own page."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request

from tests.robots import call

ADDRESS = {
    "name": "王小花",
    "phone": "13800138000",
    "region": "浙江省 杭州市",
    "detail": "文三路 1 号",
}


def pay(base_url: str, token: str, no: str, *, button: str = "pay") -> None:
    """Open the provider's page for an order and press a button, as a browser would."""
    path = call(base_url, "POST", f"/my/orders/{no}/pay", token=token)["pay_url"]
    url = base_url + path
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(), urllib.request.ProxyHandler({})
    )
    with opener.open(url, timeout=60) as page:
        html = page.read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    fields = {"button": button} | ({"csrfmiddlewaretoken": found.group(1)} if found else {})
    request = urllib.request.Request(url, data=urllib.parse.urlencode(fields).encode())
    request.add_header("Referer", url)
    with opener.open(request, timeout=60) as page:
        assert page.status == 200
