"""Refusals of group buys."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class NoSuchGroup(NotFound):
    """No group of this id, or not of this show."""

    code = "no_such_group"
    text_zh = "没有找到这个团（编号 {id}）"
    text_en = "Group {id} was not found"


class GroupFull(Refusal):
    """Every seat is taken; an unpaid one may come free again."""

    code = "group_full"
    text_zh = "该团 {size} 个名额已满，请参加其他团或自己开团"
    text_en = "All {size} seats of this group are taken; join another or open one"


class GroupOver(Refusal):
    """The group is complete, or its time is over."""

    code = "group_over"
    text_zh = "该团（编号 {id}）已成团或已结束，请参加其他团或自己开团"
    text_en = "Group {id} is complete or over; join another or open one"


class InGroupAlready(Refusal):
    """One buyer has one seat in a group."""

    code = "in_group_already"
    text_zh = "您已在该团（编号 {id}）中，请到订单里付款或等待成团"
    text_en = "You are in group {id} already; pay your order or wait for the others"


class GroupAlone(BadInput):
    """An order of a group, a presale or a win has one line: the link of it."""

    code = "group_alone"
    text_zh = "拼团、预售、竞得须单独下单：一个订单只能有该商品这一行"
    text_en = "Order a group buy, presale or win by itself: one line, the link that has it"


class GroupNotComplete(Refusal):
    """Goods of a group leave when the group is complete."""

    code = "group_not_complete"
    text_zh = "订单 {no} 的拼团尚未成团，成团后才能发货"
    text_en = "The group of order {no} is not complete; ship when it is"
