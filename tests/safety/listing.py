"""An entry of the blacklist, a decision, and a paper of goods, for each shop."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from kaibo.base.actor import Actor
from kaibo.catalog import actions as catalog
from kaibo.catalog.models import Product
from kaibo.compliance.actions import ListingSpec, SanctionSpec, add_listing, decide_sanction


def listed(by: Actor, mark: str, *, now: dt.datetime) -> dict[str, int]:
    """Somebody whose entry bears the mark of the shop, a warning to its operator, and a paper."""
    spec = ListingSpec(
        who="host",
        name=mark,
        identifiers={"phone": "13800001234"},
        facts=mark,
        reason=mark,
        basis="《直播电商监督管理办法》第十四条",
        appeal_to=mark,
        ends_at=now + dt.timedelta(days=30),
    )
    warning = SanctionSpec(
        who="operator",
        host_id=None,
        name=mark,
        measure="warn",
        finding_ids=[],
        facts=mark,
        reason=mark,
        law="直播电商监督管理办法",
        article="第十二条",
        appeal_to=mark,
        starts_at=now,
        ends_at=now + dt.timedelta(days=30),
        authority=mark,
        order_no=mark,
    )
    return {
        "blacklist": add_listing(spec=spec, by=by, now=now).id,
        "sanction": decide_sanction(spec=warning, by=by, now=now).id,
        "paper": _paper(by, mark, now=now),
    }


def _paper(by: Actor, mark: str, *, now: dt.datetime) -> int:
    """A paper written down by a colleague, so that whoever calls may accept it."""
    product = Product.objects.get(organisation_id=by.org_id, title=f"{mark}新品")
    paper = catalog.add_paper(
        product_id=product.pk,
        spec=catalog.PaperSpec(kind="ccc", number="1" * 16, issuer=mark, valid_from=now.date()),
        by=replace(by, id=by.id + 1_000),
        now=now,
    )
    return paper.id
