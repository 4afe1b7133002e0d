"""The gate asks for the papers of the goods."""

import datetime as dt

import pytest

from kaibo.preflight.rules import Item, Said, check_papers

LICENCE = Said("食品许可证", "Food licence")


def item(
    *,
    lacks: Said | None = None,
    will_lack: Said | None = None,
    banned: Said | None = None,
    unsaid: Said | None = None,
) -> Item:
    return Item(
        link_no=3,
        sku_id=7,
        sku_code="A1",
        product_title="大米",
        approved=True,
        product_state="approved",
        qualification_expires_on=dt.date(2027, 1, 1),
        price_fen=1,
        worst_price_fen=1,
        floor_price_fen=0,
        day_price_fen=0,
        price_basis="",
        units_planned=1,
        available=1,
        lacks=lacks,
        will_lack=will_lack,
        banned=banned,
        unsaid=unsaid,
    )


@pytest.mark.row("LM-027")
def test_what_is_missing_keeps_the_room_closed_and_is_named() -> None:
    red = check_papers([item(), item(lacks=LICENCE, will_lack=LICENCE)], where="/x")
    assert (red.state, "食品许可证" in red.detail_zh, "Food licence" in red.detail_en) == (
        "red",
        True,
        True,
    )
    amber = check_papers([item(will_lack=LICENCE)], where="/x")
    assert (amber.state, "3" in amber.detail_zh) == ("amber", True)
    assert check_papers([item()], where="/x").state == "green"
