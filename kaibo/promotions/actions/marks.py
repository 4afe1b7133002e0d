"""Limited prices that did not end, or came back at once, become findings (LM-098)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.db.models import Q

from kaibo.base.actor import SYSTEM
from kaibo.base.money import yuan
from kaibo.compliance.actions import Scanned, record_all_findings
from kaibo.compliance.reads import countdown_hit
from kaibo.promotions.models import FlashSale
from kaibo.promotions.reads.prices import SaleMark, sale_marks

# Time to put the price back after a sale is over; what ended earlier than a day ago was looked at.
GRACE: Final = dt.timedelta(minutes=1)
LOOKED_BACK: Final = dt.timedelta(days=1)
_TOLD: Final = {
    "restarted": "{no} 号链接秒杀价 {price} 元：24 小时内结束过同价秒杀，又重新开始",
    "price_stays": "{no} 号链接秒杀价 {price} 元：秒杀已结束，链接仍按这个价或更低价出售",
}


def record_sale_marks(*, now: dt.datetime) -> int:
    """Make a finding of each mark of flash sales that run or ended within a day. Safe to repeat.

    A price that stays counts on the room's ladder as the shop's own doing; a restart is for a
    person to judge and counts nothing. Each show in a transaction of its own.

    Returns:
        How many findings are new.
    """
    over = Q(state="ended", offer__state="open") & Q(
        closes_at__range=(now - LOOKED_BACK, now - GRACE)
    )
    due: dict[tuple[int, int], dict[int, FlashSale]] = defaultdict(dict)
    for sale in FlashSale.objects.filter(Q(state="running") | over):
        due[sale.organisation_id, sale.show_id][sale.pk] = sale
    return sum(
        _record(sale_marks(org_id, show_id), sales, org_id=org_id, show_id=show_id, now=now)
        for (org_id, show_id), sales in due.items()
    )


def _record(
    marks: Sequence[SaleMark],
    sales: dict[int, FlashSale],
    *,
    org_id: int,
    show_id: int,
    now: dt.datetime,
) -> int:
    found = []
    for mark in marks:
        sale = sales.get(mark.sale_id)
        if sale is None:
            continue
        text = _TOLD[mark.mark].format(no=mark.link_no, price=yuan(sale.price_fen))
        stays = mark.mark == "price_stays"
        found.append(
            Scanned(
                subject=f"flash_sale:{sale.pk}",
                text=text,
                hits=[countdown_hit(text, mark=mark.mark)],
                actor=SYSTEM(org_id),
                on_air=stays,
            )
        )
    if not found:
        return 0
    return len(record_all_findings(found, org_id=org_id, show_id=show_id, surface="offer", now=now))
