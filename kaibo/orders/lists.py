"""The desk's lists of this context as files; receivers and titles of persons are masked.

What waits to be shipped or invoiced is taken with its addresses, which is a fact, and has actions
of its own (``actions.export_to_ship``, ``actions.export_to_issue``).
"""

from typing import Final

from kaibo.base.listing import DAY, TEXT, WHOLE, Column, Listing, ready_columns
from kaibo.base.sheets import money
from kaibo.orders import reads
from kaibo.orders.models.files import FILE_STATES, PLATFORM_CHOICES
from kaibo.orders.reads.accepted import every_statement
from kaibo.orders.reads.cancels import every_cancel
from kaibo.orders.reads.commissions import commission_report, every_commission_rate
from kaibo.orders.reads.files import (
    PLATFORM_ORDER_COLUMNS,
    every_order_file,
    file_days,
    platform_order_rows,
)
from kaibo.orders.reads.groups import GroupView, every_group
from kaibo.orders.reads.invoices import every_invoice
from kaibo.orders.reads.orders import ORDER_COLUMNS, order_rows
from kaibo.orders.reads.parcels import PARCEL_COLUMNS, parcel_rows
from kaibo.orders.reads.protection import every_price_drop
from kaibo.orders.reads.returns import RETURN_COLUMNS, return_rows
from kaibo.orders.reads.settling import every_bank_refund
from kaibo.orders.rules.cancels import CANCEL, SELLERS_WHY_ZH
from kaibo.orders.rules.commissions import PAYEES
from kaibo.orders.rules.invoices import INVOICE, TITLE_KINDS
from kaibo.orders.rules.protection import DROP
from kaibo.orders.rules.states import GROUP, MEMBER, REFUND

_MEMBER_ZH: Final = dict(MEMBER.choices)


def _members(group: GroupView) -> list[str]:
    return [
        f"{one.name_masked}{'(团长)' if one.is_leader else ''} {one.order_no}"
        f" {_MEMBER_ZH[one.state]}"
        for one in group.members
    ]


_READY: Final = (
    Listing(
        path="/desk/shows/{int:show_id}/orders",
        may="orders.read",
        title="订单",
        rows=lambda asked: order_rows(asked.org_id, asked.id("show_id")),
        columns=ready_columns(ORDER_COLUMNS),
    ),
    Listing(
        path="/desk/platform-orders",
        may="orders.read",
        title="平台订单",
        rows=lambda asked: platform_order_rows(asked.org_id, platform=asked["platform"]),
        columns=ready_columns(PLATFORM_ORDER_COLUMNS),
        filters={"platform": TEXT},
    ),
    Listing(
        path="/desk/parcels",
        may="orders.ship",
        title="包裹",
        rows=lambda asked: parcel_rows(asked.org_id),
        columns=ready_columns(PARCEL_COLUMNS),
    ),
    Listing(
        path="/desk/returns",
        may="orders.read",
        title="退货",
        rows=lambda asked: return_rows(asked.org_id),
        columns=ready_columns(RETURN_COLUMNS),
    ),
    Listing(
        path="/desk/ledger",
        may="orders.ledger",
        title="总账分录",
        rows=lambda asked: reads.entry_rows(
            asked.org_id, since=asked["since"], until=asked["until"]
        ),
        columns=ready_columns(reads.ENTRY_COLUMNS),
        filters={"since": DAY, "until": DAY},
    ),
    Listing(
        path="/desk/ledger/balances",
        may="orders.ledger",
        title="试算平衡表",
        rows=lambda asked: reads.balance_rows(
            reads.trial_balance(asked.org_id, since=asked["since"], until=asked["until"])
        ),
        columns=ready_columns(reads.BALANCE_COLUMNS),
        filters={"since": DAY, "until": DAY},
    ),
)

LISTS: Final = (
    *_READY,
    Listing(
        path="/desk/cancel-asks",
        may="orders.read",
        title="取消协商 Questions to cancel",
        rows=lambda asked: every_cancel(asked.org_id),
        columns=(
            Column("订单编号 Order no", "no"),
            Column("状态 State", "state", dict(CANCEL.choices)),
            Column("原因 Because", "why", SELLERS_WHY_ZH),
            Column("说明 Said", "said"),
            Column("提出时间 Asked at", "asked_at"),
            Column("答复时间 Answered at", "answered_at"),
        ),
    ),
    Listing(
        path="/desk/invoices",
        may="orders.read",
        title="发票 Invoices",
        rows=lambda asked: every_invoice(asked.org_id),
        columns=(
            Column("订单编号 Order no", "no"),
            Column("状态 State", "state", dict(INVOICE.choices)),
            Column("抬头类型 Kind", "kind", {str(kind): zh for kind, zh in TITLE_KINDS.items()}),
            Column("抬头 Title", "title_masked"),
            Column("发票号码 Number", "number"),
            Column("开票金额(元) Amount", "amount_fen"),
            Column("应开金额(元) Due", "due_fen"),
            Column("申请时间 Asked at", "asked_at"),
            Column("开票时间 Issued at", "issued_at"),
            Column("结束时间 Ended at", "ended_at"),
            Column("红字发票号码 Red number", "red_number"),
            Column("红冲原因 Reversed because", "reason"),
        ),
    ),
    Listing(
        path="/desk/price-drops",
        may="orders.read",
        title="降价 Price drops",
        rows=lambda asked: every_price_drop(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("商品 Title", "title"),
            Column("规格 Spec", "spec"),
            Column("降后价格(元) Price", "price_fen"),
            Column("秒杀价 Flash sale", "is_sale"),
            Column("自 Since", "since"),
            Column("最迟退差 Due at", "due_at"),
            Column("状态 State", "state", dict(DROP.choices)),
            Column("已退差行数 Lines paid back", "lines"),
            Column("已退差额(元) Paid back", "amount_fen"),
        ),
    ),
    Listing(
        path="/desk/order-files",
        may="orders.import",
        title="平台订单文件 Order files",
        rows=lambda asked: every_order_file(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("文件 File", "filename"),
            Column("平台 Platform", "platform", dict(PLATFORM_CHOICES)),
            Column("店铺 Shop", "shop"),
            Column("状态 State", "state", dict(FILE_STATES)),
            Column("行数 Lines", "rows"),
            Column("新增订单 New", "created"),
            Column("替换订单 Replaced", "replaced"),
            Column("未变 Unchanged", "unchanged"),
            Column("拒绝 Refused", "refused"),
            Column("重复 Repeats", "repeats"),
            Column("上传时间 Uploaded at", "created_at"),
            Column("导入时间 Applied at", "applied_at"),
        ),
    ),
    Listing(
        path="/desk/order-files/{int:id}/days",
        may="orders.import",
        title="按日核对 Days",
        rows=lambda asked: file_days(asked.org_id, asked.id()),
        columns=(
            Column("日期 Day", "day"),
            Column("一致 Agrees", "agrees"),
            Column("文件订单 Orders in file", "file.orders"),
            Column("库内订单 Orders here", "ours.orders"),
            Column("文件已付款 Paid in file", "file.paid"),
            Column("库内已付款 Paid here", "ours.paid"),
            Column("文件有退款 Refunded in file", "file.refunded"),
            Column("库内有退款 Refunded here", "ours.refunded"),
            Column("文件应付 Total in file", lambda day: money(day.file.total_minor)),
            Column("库内应付 Total here", lambda day: money(day.ours.total_minor)),
            Column("文件实付 Paid amount in file", lambda day: money(day.file.paid_minor)),
            Column("库内实付 Paid amount here", lambda day: money(day.ours.paid_minor)),
            Column("文件退款 Refund in file", lambda day: money(day.file.refund_minor)),
            Column("库内退款 Refund here", lambda day: money(day.ours.refund_minor)),
        ),
    ),
    Listing(
        path="/desk/shows/{int:show_id}/groups",
        may="orders.read",
        title="拼团 Groups",
        rows=lambda asked: every_group(asked.org_id, asked.id("show_id")),
        columns=(
            Column("团号 No", "id"),
            Column("链接 Link", "link_no"),
            Column("商品 Title", "title"),
            Column("团价(元) Price", "price_fen"),
            Column("成团人数 Size", "size"),
            Column("已付款 Paid", "paid"),
            Column("已退款 Refunded", "refunded"),
            Column("剩余席位 Seats left", "seats_left"),
            Column("状态 State", "state", dict(GROUP.choices)),
            Column("开团时间 Opened at", "opened_at"),
            Column("成团截止 Fills before", "fills_before"),
            Column("结束时间 Ended at", "ended_at"),
            Column("团员 Members", _members),
        ),
    ),
    Listing(
        path="/desk/bank-refunds",
        may="orders.read",
        title="线下退款 Refunds by bank",
        rows=lambda asked: every_bank_refund(asked.org_id, state=asked["state"]),
        columns=(
            Column("编号 No", "id"),
            Column("订单编号 Order no", "no"),
            Column("状态 State", "state", dict(REFUND.choices)),
            Column("金额(元) Amount", "amount_fen"),
            Column("渠道 Provider", "provider"),
            Column("渠道单号 Provider no", "provider_no"),
            Column("渠道答复 Answer", "answer"),
            Column("原因 Reason", "refund_reason"),
            Column("收件人 Receiver", "receiver_masked"),
            Column("应退时间 Owed at", "owed_at"),
            Column("退款时间 Refunded at", "refunded_at"),
            Column("须双人 Needs second", "needs_second"),
            Column("银行流水号 Bank ref", lambda one: one.settlement and one.settlement.bank_ref),
        ),
        filters={"state": TEXT},
    ),
    Listing(
        path="/desk/ledger/statements",
        may="orders.ledger",
        title="已入账对账单 Statements",
        rows=lambda asked: every_statement(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("渠道 Provider", "provider"),
            Column("起 Since", "since"),
            Column("止 Until", "until"),
            Column("行数 Lines", "lines"),
            Column("差异 Differences", "differences"),
            Column("未读 Unread", "unread"),
            Column("说明 Reason", "reason"),
            Column("入账时间 Accepted at", "accepted_at"),
            Column("分录 Entries", "entries"),
            Column("手续费(元) Fees", "fees_fen"),
            Column("手续费退回(元) Fees back", "fees_back_fen"),
            Column("到账(元) Payouts", "payouts_fen"),
        ),
    ),
    Listing(
        path="/desk/ledger/commissions",
        may="orders.ledger",
        title="应付佣金 Commissions",
        rows=lambda asked: (
            commission_report(asked.org_id, since=asked["since"], until=asked["until"]).payees
        ),
        columns=(
            Column("收款方 Payee", "payee", PAYEES),
            Column("主播编号 Host no", "host_id"),
            Column("名称 Name", "payee_name"),
            Column("行数 Lines", "lines"),
            Column("计提(元) Accrued", "accrued_fen"),
            Column("应付(元) Due", "due_fen"),
        ),
        filters={"since": DAY, "until": DAY},
    ),
    Listing(
        path="/desk/commission-rates",
        may="orders.ledger",
        title="佣金比例 Rates",
        rows=lambda asked: every_commission_rate(asked.org_id, show_id=asked["show_id"]),
        columns=(
            Column("编号 No", "id"),
            Column("场次 Show", "show_id"),
            Column("链接 Link", "link_no"),
            Column("收款方 Payee", "payee", PAYEES),
            Column("名称 Name", "payee_name"),
            Column("比例(万分之) Rate bp", "rate_bp"),
            Column("生效 From", "from_at"),
            Column("设定人 Set by", "set_by_name"),
            Column("设定时间 Set at", "set_at"),
        ),
        filters={"show_id": WHOLE},
    ),
)
