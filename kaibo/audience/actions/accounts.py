"""Making an account, signing in on another device, signing out."""

import datetime as dt

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kaibo.access.crypto import encrypt_text, keyed_digests
from kaibo.audience import rules
from kaibo.audience.errors.accounts import (
    AccountLocked,
    AccountThere,
    LoginTaken,
    LoginWrong,
    PasswordWeak,
)
from kaibo.audience.models import Account, Device, Viewer
from kaibo.audience.reads.accounts import AccountView, account_view
from kaibo.audience.rules.accounts import (
    PASSWORD_CHARS_MAX,
    WRONG_MAX,
    is_phone,
    masked_login,
    minutes_locked,
    plain_login,
)
from kaibo.base.actor import Actor
from kaibo.compliance.reads import check_not_listed
from kaibo.facts.audience import AccountMade, DeviceSignedIn, DeviceSignedOut
from kaibo.journal.actions import append


def make_account(
    *, org_id: int, viewer_id: int, login: str, password: str, now: dt.datetime
) -> AccountView:
    """Give a viewer a login, so that they find orders, coupons and tiers again on any device.

    The login is kept encrypted and as a keyed hash; nobody but its owner sees more than a mask.

    Raises:
        LoginUnreadable, PasswordWeak, LoginTaken, AccountThere: nothing was written.
        OnBlacklist: the telephone is listed; neither.
    """
    plain = plain_login(login)
    _check_password(password)
    if is_phone(plain):
        check_not_listed(org_id, "phone", plain, now=now)
    digests = keyed_digests("audience.login", plain)
    hashed = make_password(password)
    with transaction.atomic():
        viewer = Viewer.objects.select_for_update().get(pk=viewer_id, organisation_id=org_id)
        own = Account.objects.filter(viewer=viewer).first()
        if own is not None:
            raise AccountThere(login=own.login_masked)
        if Account.objects.filter(organisation_id=org_id, login_digest__in=digests).exists():
            raise LoginTaken
        row = Account(
            organisation_id=org_id,
            viewer=viewer,
            login_digest=digests[0],
            login_encrypted=encrypt_text(plain),
            login_masked=masked_login(plain),
            password=hashed,
            created_at=now,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise LoginTaken from error
        doer = Actor("viewer", viewer_id, org_id)
        append(AccountMade(viewer_id=viewer_id), at=now, org_id=org_id, actor=doer)
    return account_view(row)


def sign_in(
    *, org_id: int, device: str, login: str, password: str, now: dt.datetime
) -> AccountView:
    """Sign in on a device: who enters with it from now on is the account's viewer.

    What the device did before stays with the viewer it was. Safe to repeat.

    Raises:
        DeviceUnreadable, LoginUnreadable: nothing was written.
        LoginWrong, AccountLocked: only the wrong try was counted.
    """
    digest = rules.device_hash(device, secret=settings.SECRET_KEY.encode())
    digests = keyed_digests("audience.login", plain_login(login))
    row = Account.objects.filter(organisation_id=org_id, login_digest__in=digests).first()
    if row is None:
        # A login that is not there takes as long as one that is.
        make_password(password[:PASSWORD_CHARS_MAX])
        raise LoginWrong
    if minutes := minutes_locked(row.wrong, row.wrong_at, now=now):
        raise AccountLocked(minutes=minutes)
    if not check_password(password[:PASSWORD_CHARS_MAX], row.password):
        _count_wrong(row, now=now)
        raise LoginWrong
    with transaction.atomic():
        row = Account.objects.select_for_update().select_related("viewer").get(pk=row.pk)
        row.wrong, row.wrong_at = 0, None
        row.save(update_fields=["wrong", "wrong_at"])
        here = Device.objects.filter(organisation_id=org_id, device_hash=digest)
        if row.viewer.device_hash != digest and not here.filter(account=row).exists():
            _leave(here, now=now)
            made = Device.objects.create(
                organisation_id=org_id, device_hash=digest, account=row, since=now
            )
            fact = DeviceSignedIn(device_id=made.pk, viewer_id=row.viewer_id)
            doer = Actor("viewer", row.viewer_id, org_id)
            append(fact, at=now, org_id=org_id, actor=doer)
    return account_view(row)


@transaction.atomic
def sign_out(*, org_id: int, device: str, now: dt.datetime) -> None:
    """Let a device be again who it was. Safe to repeat.

    Raises:
        DeviceUnreadable: nothing was written.
    """
    digest = rules.device_hash(device, secret=settings.SECRET_KEY.encode())
    _leave(Device.objects.filter(organisation_id=org_id, device_hash=digest), now=now)


def _leave(rows: "QuerySet[Device]", *, now: dt.datetime) -> None:
    for row in rows.select_for_update(of=("self",)).select_related("account"):
        fact = DeviceSignedOut(device_id=row.pk, viewer_id=row.account.viewer_id)
        doer = Actor("viewer", row.account.viewer_id, row.organisation_id)
        row.delete()
        append(fact, at=now, org_id=row.organisation_id, actor=doer)


@transaction.atomic
def _count_wrong(found: Account, *, now: dt.datetime) -> None:
    row = Account.objects.select_for_update().get(pk=found.pk)
    is_over = row.wrong_at is not None and not minutes_locked(row.wrong, row.wrong_at, now=now)
    row.wrong = 1 if row.wrong >= WRONG_MAX and is_over else row.wrong + 1
    row.wrong_at = now
    row.save(update_fields=["wrong", "wrong_at"])


def _check_password(password: str) -> None:
    if len(password) > PASSWORD_CHARS_MAX:
        raise PasswordWeak(field="password", why=f">{PASSWORD_CHARS_MAX}")
    try:
        validate_password(password)
    except ValidationError as error:
        raise PasswordWeak(field="password", why=" ".join(error.messages)) from error
