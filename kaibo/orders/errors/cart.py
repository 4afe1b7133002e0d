"""Refusals of the cart."""

from kaibo.base.errors import NotFound, Refusal


class NotInCart(NotFound):
    """A link that is to be priced or ordered is not in the buyer's cart."""

    code = "not_in_cart"
    text_zh = "购物车里没有 {link_no} 号链接，请刷新购物车"
    text_en = "Link {link_no} is not in your cart; look at the cart anew"


class CartFull(Refusal):
    """As many lines as one order may have."""

    code = "cart_full"
    text_zh = "购物车最多放 {max} 个链接，请先下单或移除一些"
    text_en = "A cart holds at most {max} links; order or remove some first"
