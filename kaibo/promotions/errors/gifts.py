"""Refusals of gifts."""

from kaibo.base.errors import BadInput


class GiftValueWrong(BadInput):
    """A gift's published value is true: not below its floor, not above its list price if any."""

    code = "gift_value_wrong"
    text_zh = "赠品 {sku} 标示价值 {value_fen} 须不低于底价 {floor_fen}，也不高于商品库中的标价"
    text_en = (
        "The gift {sku} is said to be worth {value_fen}; say no less than its floor {floor_fen} "
        "and no more than its list price in the catalogue"
    )
