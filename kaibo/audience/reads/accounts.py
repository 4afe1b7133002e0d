"""What a viewer may know of their account."""

from dataclasses import dataclass

from kaibo.audience.models import Account


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account: its login masked."""

    login_masked: str


def account_of(viewer_id: int, *, org_id: int) -> AccountView | None:
    """The account of a viewer; None if they have none."""
    row = Account.objects.filter(viewer_id=viewer_id, organisation_id=org_id).first()
    return None if row is None else account_view(row)


def account_view(row: Account) -> AccountView:
    """A row as a value."""
    return AccountView(row.login_masked)
