"""The refusal of a paused room."""

from kaibo.promotions.errors.selling import NotOnSale


class RoomPaused(NotOnSale):
    """The whole room is paused for what was said in it (直播电商监督管理办法 art. 13)."""

    code = "room_paused"
    text_zh = "直播间因内容核查暂停售卖，已下的订单不受影响，恢复后再来下单"
    text_en = "The room is paused while its content is checked; orders so far stay good"
