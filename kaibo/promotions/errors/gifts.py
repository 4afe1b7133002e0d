"""Refusals of gifts."""

from kaibo.base.errors import BadInput, Refusal


class GiftValueWrong(BadInput):
    """A gift's published value is true: not below its floor, not above its list price if any."""

    code = "gift_value_wrong"
    text_zh = "赠品 {sku} 标示价值 {value_fen} 须不低于底价 {floor_fen}，也不高于商品库中的标价"
    text_en = (
        "The gift {sku} is said to be worth {value_fen}; say no less than its floor {floor_fen} "
        "and no more than its list price in the catalogue"
    )


class GoodsKeptFromSale(Refusal):
    """What may not be sold may not be given or exchanged for either."""

    code = "goods_kept_from_sale"
    text_zh = (
        "“{goods}”已停售（未通过审核、证照失效、被列入负面目录或被通知暂停），"
        "不能用作赠品或兑换商品；请先恢复销售或更换商品"
    )
    text_en = (
        "“{goods}” may not be sold now (not approved, papers lapsed, on the negative list, or kept "
        "by a notice), so it is no gift and nothing to exchange for; choose other goods"
    )
