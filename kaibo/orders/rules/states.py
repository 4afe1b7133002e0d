"""What orders and payments may do (docs/mechanisms/states.md is drawn from these tables)."""

from typing import Final, Literal

from kaibo.base.machines import Machine, Move, State

OrderState = Literal["created", "paid", "closed", "refunding", "refunded"]

ORDER: Final = Machine(
    "order",
    "订单",
    (
        State("created", "待付款"),
        State("paid", "已付款", is_final=True),
        State("closed", "已关闭", is_final=True),
        State("refunding", "退款中"),
        State("refunded", "已退款", is_final=True),
    ),
    (
        Move("created", "pay", "paid", by="receive_callback"),
        Move("created", "close", "closed", by="close_due_orders"),
        Move("created", "cancel", "closed", by="cancel_order"),
        # Late money, while the same units can be had; a cancelled order stays closed.
        Move("closed", "revive", "paid", by="receive_callback"),
        # Of some units it stays paid; of the last it is being refunded.
        Move("paid", "refund", "refunding", by="refund_units"),
        Move("refunding", "pay_back", "refunded", by="retry_refunds"),
    ),
)

# What goes back is a refund of its own, with its own ledger entries; a payment is refund_due and
# refunded when all its money is.
PAYMENT: Final = Machine(
    "payment",
    "支付",
    (
        # An attempt nobody pays stays as it is: providers may speak of it years later.
        State("opened", "已发起", is_final=True),
        # A presale's deposit waits for the balance, a liability until then.
        State("kept", "定金已收"),
        State("paid", "已支付", is_final=True),
        State("forfeited", "定金不退", is_final=True),
        State("failed", "支付失败", is_final=True),
        State("refund_due", "待退款"),
        State("refunded", "已退款", is_final=True),
    ),
    (
        Move("opened", "fail", "failed", by="receive_callback"),
        Move("opened", "sell", "paid", by="receive_callback", books=("receive", "sell")),
        Move("failed", "sell", "paid", by="receive_callback", books=("receive", "sell")),
        Move("opened", "keep", "kept", by="receive_callback", books=("receive",)),
        Move("failed", "keep", "kept", by="receive_callback", books=("receive",)),
        Move("kept", "sell", "paid", by="receive_callback", books=("sell",)),
        Move("kept", "forfeit", "forfeited", by="close_due_orders", books=("forfeit",)),
        Move("kept", "undo", "refund_due", by="close_due_orders"),
        # Money that must not be kept (docs/mechanisms/late-payment.md) is received all the same.
        Move("opened", "quarantine", "refund_due", by="receive_callback", books=("receive",)),
        Move("failed", "quarantine", "refund_due", by="receive_callback", books=("receive",)),
        Move("paid", "undo", "refund_due", by="refund_units"),
        Move("refund_due", "pay_back", "refunded", by="retry_refunds"),
    ),
)

# Born and owed in one transaction; no commit ever shows one that is only asked for.
REFUND: Final = Machine(
    "refund",
    "退款",
    (
        State("asked", "已申请"),
        State("due", "待退款"),
        # Its provider said that it never will: a person sends the money by bank.
        State("bank_due", "待线下退款"),
        State("done", "已退款", is_final=True),
        State("bank_done", "已线下退款", is_final=True),
        # By bank, and then by the provider after all: the shop has to ask for one back.
        State("twice", "重复退款", is_final=True),
    ),
    (
        Move("asked", "owe", "due", by="receive_callback", books=("owe",)),
        Move("asked", "undo", "due", by="refund_units", books=("unsell", "owe")),
        Move("due", "pay_back", "done", by="retry_refunds", books=("pay_back",)),
        Move("due", "give_up", "bank_due", by="retry_refunds"),
        Move("bank_due", "ask_again", "due", by="ask_refund_again"),
        # An earlier try that was slow, or a statement that says so.
        Move("bank_due", "pay_back", "done", by="retry_refunds", books=("pay_back",)),
        Move("bank_done", "pay_twice", "twice", by="retry_refunds", books=("pay_twice",)),
        Move("bank_due", "settle", "bank_done", by="settle_refund", books=("bank_back",)),
    ),
)
# Money that has not gone back yet, whoever is to send it.
OWED: Final = ("due", "bank_due")

# That a refund was sent by bank: said by one, and above the shop's limit agreed by another.
SETTLEMENT: Final = Machine(
    "settlement",
    "线下退款登记",
    (
        State("asked", "待复核"),
        State("done", "已登记", is_final=True),
        State("refused", "复核未通过", is_final=True),
    ),
    (
        Move("asked", "confirm", "done", by="confirm_settlement"),
        Move("asked", "refuse", "refused", by="refuse_settlement"),
    ),
)

# A group of a group buy. Whoever has a seat in it is a member.
GROUP: Final = Machine(
    "group",
    "拼团",
    (
        State("open", "拼团中"),
        # Every seat is taken, and not every member has paid.
        State("full", "已满员待付款"),
        State("succeeded", "已成团", is_final=True),
        # Too late; what its members paid is on its way back.
        State("expired", "未成团退款中"),
        State("refunded", "未成团已退款", is_final=True),
    ),
    (
        Move("open", "fill", "full", by="place_order"),
        Move("full", "free", "open", by="close_due_orders"),
        # The last of ``size`` members has paid.
        Move("full", "succeed", "succeeded", by="receive_callback"),
        Move("open", "expire", "expired", by="end_due_groups"),
        Move("full", "expire", "expired", by="end_due_groups"),
        Move("expired", "settle", "refunded", by="end_due_groups"),
    ),
)

# A seat of a group in one buyer's hands, by the order that takes it.
MEMBER: Final = Machine(
    "member",
    "团员",
    (
        State("joined", "待付款"),
        State("paid", "已付款", is_final=True),
        State("left", "未付款退出", is_final=True),
        State("refunded", "已退款", is_final=True),
    ),
    (
        Move("joined", "pay", "paid", by="receive_callback"),
        Move("joined", "leave", "left", by="close_due_orders"),
        # Late money, while the group still has a seat.
        Move("left", "retake", "joined", by="receive_callback"),
        Move("paid", "refund", "refunded", by="refund_units"),
    ),
)

# An order paid in two parts: the order itself is unpaid until the balance is there.
PRESALE: Final = Machine(
    "presale",
    "预售",
    (
        State("placed", "待付定金"),
        State("deposited", "待付尾款"),
        State("complete", "已付尾款", is_final=True),
        State("lapsed", "未付定金", is_final=True),
        # What of the two becomes of a late balance, its buyer was told before.
        State("forfeited", "定金不退", is_final=True),
        State("returned", "定金退回", is_final=True),
        # The seller's default; of earnest money twice the deposit goes back.
        State("defaulted", "卖家违约", is_final=True),
    ),
    (
        Move("placed", "deposit", "deposited", by="receive_callback"),
        Move("placed", "lapse", "lapsed", by="close_due_orders"),
        Move("deposited", "balance", "complete", by="receive_callback"),
        Move("deposited", "forfeit", "forfeited", by="close_due_orders"),
        Move("deposited", "return", "returned", by="close_due_orders"),
        Move("deposited", "default", "defaulted", by="default_presale"),
        Move("complete", "default", "defaulted", by="default_presale"),
    ),
)
