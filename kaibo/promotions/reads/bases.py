"""Whether a compared price (划线价) rests on what its basis names."""

import datetime as dt

from kaibo.base.errors import Refusal
from kaibo.catalog.reads import paper_title, proven_price
from kaibo.promotions.reads.prices import asked_before, deal_base
from kaibo.promotions.rules import check_base
from kaibo.promotions.rules.bases import (
    PAPER_OF,
    basis_kind,
    check_own_base,
    check_proven_base,
    own_base,
)


def check_basis(
    *,
    org_id: int,
    show_id: int,
    sku_id: int,
    link_no: int,
    tag_fen: int,
    price_basis: str,
    now: dt.datetime,
) -> None:
    """Hold a compared price against what its basis names.

    Deals and the shop's own earlier prices are rows; a price of the maker or of another place is
    borne by a paper of the goods that a second person accepted (明码标价和禁止价格欺诈规定 16, 17).

    Raises:
        BaseAboveDeals, BaseNotShown, BaseUnproven.
    """
    kind = basis_kind(price_basis)
    if kind == "own":
        base_fen = own_base(asked_before(org_id, sku_id, show_id=show_id), now=now)
        check_own_base(link_no, shown_fen=tag_fen, base_fen=base_fen)
    elif paper := PAPER_OF.get(kind):
        base_fen = proven_price(org_id, sku_id, paper, now=now)
        called = paper_title(paper)
        check_proven_base(link_no, shown_fen=tag_fen, base_fen=base_fen, kind=called)
    else:
        check_base(link_no, shown_fen=tag_fen, base=deal_base(org_id, sku_id, start=now))


def why_baseless(
    *,
    org_id: int,
    show_id: int,
    sku_id: int,
    link_no: int,
    tag_fen: int,
    price_basis: str,
    now: dt.datetime,
) -> tuple[str, str] | None:
    """Why a compared price would be refused now, in both languages; None: it would not be."""
    try:
        check_basis(
            org_id=org_id,
            show_id=show_id,
            sku_id=sku_id,
            link_no=link_no,
            tag_fen=tag_fen,
            price_basis=price_basis,
            now=now,
        )
    except Refusal as refusal:
        return refusal.message("zh"), refusal.message("en")
    return None
