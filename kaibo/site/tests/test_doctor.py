"""What ``kaibo doctor`` says of payments: what is missing by name, what is secret never."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from kaibo.orders import wechat
from kaibo.orders.tests.providers import API_V3_KEY, Alipay, Wechat, private_pem
from kaibo.site import environment
from kaibo.site.commands.inspect import doctor_command
from kaibo.site.environment import SettingError

pytestmark = pytest.mark.django_db


def examine() -> tuple[dict[str, dict[str, Any]], dict[str, str], str]:
    """The findings by name, the settings, and every word that was printed."""
    done = CliRunner().invoke(doctor_command, ["--json"])
    told = json.loads(done.stdout)
    plain = CliRunner().invoke(doctor_command, []).stdout
    return {f["what"]: f for f in told["findings"]}, told["settings"], done.stdout + plain


def test_the_sandbox_alone_is_fine() -> None:
    findings, settings, _ = examine()
    assert findings["KAIBO_PAY sandbox"]["ok"]
    assert settings["KAIBO_PAY"] == "sandbox"
    assert not [name for name in settings if "WECHAT" in name or "ALIPAY" in name]


def test_what_a_provider_lacks_is_named(settings: Any) -> None:
    settings.KAIBO_PAY = ["wechat", "sandbox"]
    with Wechat() as bank:
        account = bank.account()
    settings.KAIBO_WECHAT = {**account, "cert_serial": "", "platform_key_id": ""}
    findings, _, _ = examine()
    assert findings["KAIBO_PAY wechat"] == {
        "what": "KAIBO_PAY wechat",
        "ok": False,
        "said": "KAIBO_WECHAT_CERT_SERIAL, KAIBO_WECHAT_PLATFORM_KEY_ID,"
        " KAIBO_PUBLIC_URL=https://…",
    }
    # Beside a provider that takes money the sandbox gives goods away.
    assert not findings["KAIBO_PAY sandbox"]["ok"]
    settings.KAIBO_PAY = []
    assert not examine()[0]["KAIBO_PAY"]["ok"]


def test_keys_are_masked(settings: Any) -> None:
    wechat.clients.cache_clear()
    settings.KAIBO_PAY = ["wechat", "alipay"]
    settings.KAIBO_PUBLIC_URL = "https://live.example.com"
    with Wechat() as one, Alipay() as other:
        settings.KAIBO_WECHAT, settings.KAIBO_ALIPAY = one.account(), other.account()
    findings, told, printed = examine()
    assert findings["KAIBO_PAY wechat"]["ok"]
    assert findings["KAIBO_PAY alipay"]["ok"]
    assert told["KAIBO_WECHAT_MCH_ID"] == Wechat.settings["mch_id"]
    assert {told[f"KAIBO_{name}_KEY"] for name in ("WECHAT", "WECHAT_API_V3", "ALIPAY")} == {"****"}
    secrets = [API_V3_KEY, *private_pem("shop").splitlines()[1:-1]]
    assert [line for line in secrets if line in printed] == []


def test_names_in_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAIBO_PAY", " alipay, wechat ,")
    known = ("sandbox", "wechat", "alipay")
    assert environment.names("KAIBO_PAY", "sandbox", known=known) == ["alipay", "wechat"]
    for wrong in ("paypal", "wechat,wechat"):
        monkeypatch.setenv("KAIBO_PAY", wrong)
        with pytest.raises(SettingError, match="KAIBO_PAY"):
            environment.names("KAIBO_PAY", "sandbox", known=known)
