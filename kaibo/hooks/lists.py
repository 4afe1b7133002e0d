"""The desk's lists of this context as files; secrets are in none."""

from kaibo.base.listing import Column, Listing
from kaibo.hooks.reads import endpoints, every_delivery
from kaibo.hooks.rules import DELIVERY, ENDPOINT

LISTS = (
    Listing(
        path="/desk/hooks",
        may="hooks.edit",
        title="回调地址 Webhooks",
        rows=lambda asked: endpoints(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("地址 Address", "url"),
            Column("事件 Kinds", "kinds"),
            Column("状态 State", "state", dict(ENDPOINT.choices)),
            Column("创建时间 Made at", "created_at"),
            Column("待送 Waiting", "waiting"),
            Column("未送达 Dead", "dead"),
            Column("最近送达 Last arrived", "last_arrived_at"),
        ),
    ),
    Listing(
        path="/desk/hooks/{int:id}/deliveries",
        may="hooks.edit",
        title="回调投递 Deliveries",
        rows=lambda asked: every_delivery(asked.org_id, asked.id()),
        columns=(
            Column("编号 No", "id"),
            Column("事件编号 Entry", "entry_id"),
            Column("事件 Kind", "tag"),
            Column("状态 State", "state", dict(DELIVERY.choices)),
            Column("次数 Tries", "tries"),
            Column("下次 Next try", "next_at"),
            Column("应答 Status", "last_status"),
            Column("错误 Error", "last_error"),
            Column("产生时间 Made at", "created_at"),
            Column("送达时间 Arrived at", "arrived_at"),
        ),
    ),
)
