"""Accounts of viewers: one person on several devices, and nobody else."""

import datetime as dt

import pytest

from kaibo.access.actions import SellerCard, create_organisation
from kaibo.access.crypto import decrypt_text
from kaibo.audience import actions
from kaibo.audience.actions.accounts import make_account, sign_in, sign_out
from kaibo.audience.errors.accounts import (
    AccountLocked,
    AccountThere,
    LoginTaken,
    LoginUnreadable,
    LoginWrong,
    PasswordWeak,
)
from kaibo.audience.models import Account, Device, Viewer
from kaibo.audience.reads.accounts import AccountView, account_of
from kaibo.base.actor import Actor
from kaibo.compliance.actions import ListingSpec, add_listing
from kaibo.compliance.errors import OnBlacklist
from kaibo.facts.audience import AccountMade, DeviceSignedIn, DeviceSignedOut
from kaibo.journal.reads import read

NOW = dt.datetime(2026, 11, 11, 12, 0, tzinfo=dt.UTC)
PHONE, LAPTOP = "p" * 32, "l" * 32
LOGIN, PASSWORD = "138 1234 5678", "correct-horse-7"

pytestmark = pytest.mark.django_db


def found(code: str = "shanye") -> int:
    seller = SellerCard(name="", licence_no="", address="", contact="")
    return create_organisation(code=code, name=code, seller=seller, now=NOW)


@pytest.fixture
def org_id() -> int:
    return found()


def enter(org_id: int, device: str) -> int:
    return actions.enter(org_id=org_id, device=device, nickname="", now=NOW).id


def make(org_id: int, viewer_id: int, **other: str) -> AccountView:
    given = {"login": LOGIN, "password": PASSWORD, **other}
    return make_account(org_id=org_id, viewer_id=viewer_id, now=NOW, **given)


def come(org_id: int, device: str, *, at: float = 0, **other: str) -> AccountView:
    given = {"login": "+86 13812345678", "password": PASSWORD, **other}
    return sign_in(org_id=org_id, device=device, now=NOW + dt.timedelta(seconds=at), **given)


@pytest.mark.row("R-107")
def test_a_buyer_is_the_same_on_another_device(org_id: int) -> None:
    """Signed out, the device is who it was; what it did meanwhile stays the account's."""
    phone, laptop = enter(org_id, PHONE), enter(org_id, LAPTOP)
    assert make(org_id, phone) == AccountView("138****5678")
    assert account_of(laptop, org_id=org_id) is None
    for _ in range(2):
        assert come(org_id, LAPTOP).login_masked == "138****5678"
    assert enter(org_id, LAPTOP) == phone
    assert come(org_id, PHONE).login_masked == "138****5678"
    for _ in range(2):
        sign_out(org_id=org_id, device=LAPTOP, now=NOW)
    assert (enter(org_id, LAPTOP), enter(org_id, PHONE)) == (laptop, phone)
    told = [type(one.fact) for one in read(limit=1_000)]
    kinds = (AccountMade, DeviceSignedIn, DeviceSignedOut)
    assert [told.count(kind) for kind in kinds] == [1, 1, 1]
    assert Viewer.objects.count() == 2


def test_one_account_leaves_a_device_to_another(org_id: int) -> None:
    ana, bo = enter(org_id, PHONE), enter(org_id, "b" * 32)
    make(org_id, ana)
    make(org_id, bo, login="Bo@Example.com")
    come(org_id, LAPTOP)
    assert come(org_id, LAPTOP, login="bo@example.com").login_masked == "b***@example.com"
    assert enter(org_id, LAPTOP) == bo
    assert Device.objects.count() == 1


def test_a_login_is_one_account_of_one_shop(org_id: int) -> None:
    phone, laptop = enter(org_id, PHONE), enter(org_id, LAPTOP)
    make(org_id, phone)
    with pytest.raises(AccountThere):
        make(org_id, phone, login="13900000000")
    with pytest.raises(LoginTaken):
        make(org_id, laptop)
    other = found("other")
    with pytest.raises(LoginWrong):
        come(other, LAPTOP)
    assert make(other, enter(other, PHONE)) == AccountView("138****5678")


def test_only_ciphertext_hash_and_mask_are_kept(org_id: int) -> None:
    make(org_id, enter(org_id, PHONE))
    row = Account.objects.get()
    assert decrypt_text(row.login_encrypted) == "13812345678"
    kept = repr(vars(row))
    assert "13812345678" not in kept
    assert PASSWORD not in kept


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(org_id: int) -> None:
    make(org_id, enter(org_id, PHONE))
    for at in range(5):
        with pytest.raises(LoginWrong):
            come(org_id, LAPTOP, at=at, password="wrong-horse-7")
    with pytest.raises(AccountLocked) as locked:
        come(org_id, LAPTOP, at=60)
    assert locked.value.data == {"minutes": 15}
    with pytest.raises(LoginWrong):
        come(org_id, LAPTOP, at=4 + 900, password="wrong-horse-7")
    come(org_id, LAPTOP, at=906)
    assert Account.objects.get().wrong == 0


@pytest.mark.parametrize("login", ["", "12345", "2381234567", "ana", "ana@", "a b@c", "x" * 400])
def test_what_is_no_login(org_id: int, login: str) -> None:
    with pytest.raises(LoginUnreadable):
        make(org_id, enter(org_id, PHONE), login=login)
    assert Account.objects.count() == 0


@pytest.mark.parametrize("password", ["", "short", "password1", "x" * 129])
def test_what_is_no_password(org_id: int, password: str) -> None:
    with pytest.raises(PasswordWeak):
        make(org_id, enter(org_id, PHONE), password=password)
    assert Account.objects.count() == 0


@pytest.mark.row("LM-011")
def test_who_is_listed_by_telephone_makes_no_account(org_id: int) -> None:
    by = Actor("person", 1, org_id, frozenset({"management"}))
    spec = ListingSpec(
        who="host", name="林某", identifiers={"phone": "13812345678"}, facts="虚假宣传",
        reason="再犯", basis="《直播电商监督管理办法》第十四条", appeal_to="合规部",
        ends_at=NOW + dt.timedelta(days=365),
    )  # fmt: skip
    add_listing(spec=spec, by=by, now=NOW)
    with pytest.raises(OnBlacklist):
        make(org_id, enter(org_id, PHONE))
