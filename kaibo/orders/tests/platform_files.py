"""Files as platforms export them: their headers whole, and a few made-up orders."""

import csv
import io
from collections.abc import Mapping, Sequence

from kaibo.base.columns import names

DOUYIN = names(
    "主订单编号|子订单编号|选购商品|商品规格|商品数量|商家编码|订单应付金额|运费|收件人|收件人手机号|详细地址|订单提交时间|商家备注|订单完成时间|"
    "订单状态|售后状态|取消原因|发货时间|平台实际承担优惠金额|商家实际承担优惠金额|达人实际承担优惠金额"
)
DOUYIN_LATER = (
    *DOUYIN,
    *names("商品ID|商品金额|商家收入金额|支付完成时间|支付方式|快递信息|达人ID|达人昵称|流量来源"),
)
KUAISHOU = names(
    "订单号|赠品订单号|活动订单编号|订单创建时间|订单支付时间|预售定金支付时间|订单状态|实付款|快递费|店铺优惠|平台补贴|主播补贴|混资活动优惠|支付优惠|"
    "支付方式|成交数量|买家留言|账号类型|账号明细|订单备注|旗帜颜色|售后状态|活动订单|预售/承诺发货时间|订单载体|商品名称|商品ID|商品规格|"
    "SKU编码|商品单价|渠道(分销/自营)|CPS达人ID|CPS达人昵称|预估推广佣金|预估推广者分佣比例|团长ID|团长昵称|快赚客ID|快赚客昵称|"
    "授权推广者ID|授权推广者昵称|收货人姓名|电话|收货地址-省|收货地址-市|收货地址-区|收货地址-街道|收货地址|发货时间|快递公司|快递单号|物流信息|"
    "集运类型|直邮类型|仓库名称|仓库地址|实名姓名|服务门店ID|服务门店名称|服务门店地址|国补/类国补/消费券"
)
KUAISHOU_OLD = names(
    "订单编号|订单创建时间|订单状态|订单应付金额|商品名称|成交数量|收货人姓名|运单号"
)
TAOBAO = names(
    "订单编号|买家会员名|买家支付宝账号|买家应付货款|买家应付邮费|买家支付积分|总金额|返点积分|买家实际支付金额|买家实际支付积分|订单状态|买家留言|"
    "收货人姓名|收货地址|运送方式|联系电话|联系手机|订单创建时间|订单付款时间|宝贝标题|宝贝种类|物流单号|物流公司|订单备注|宝贝总数量|店铺Id|"
    "店铺名称|订单关闭原因|卖家服务费|买家服务费|发票抬头|定金排名|修改后的sku"
)
TIKTOK = names(
    "Order ID|Order Status|Order Substatus|Cancelation/Return Type|"
    "Normal or Pre-order|SKU ID|Seller SKU|Product Name|Variation|Quantity|"
    "Sku Quantity of return|SKU Unit Original Price|SKU Subtotal Before Discount|"
    "SKU Platform Discount|SKU Seller Discount|SKU Subtotal After Discount|"
    "Shipping Fee After Discount|Original Shipping Fee|Payment platform discount|"
    "Order Amount|Order Refund Amount|Created Time|Paid Time|Shipped Time|"
    "Delivered Time|Tracking ID|Delivery Option|Shipping Provider Name|Buyer Message|"
    "Buyer Username|Recipient|Phone #|Country|State|Post Town|Detail Address|"
    "Additional address information|Payment Method|Package ID"
)
WEIXIN = names(
    "订单号|订单下单时间|订单发货时间|订单确认收货时间|订单完成结算时间|订单状态|发货方式|收件人姓名|收件人地址|省|市|区|收件人手机|买家备注|商家备注|"
    "打标颜色|商品总价|订单实际支付金额|订单实际收款金额|订单运费|商品优惠|跨店优惠|商品改价|积分抵扣|支付方式|支付时间|交易单号|物流公司|快递单号|"
    "技术服务费|技术服务费（将以人气卡形式返还）|运费险预计投保费用|带货方式|带货账号类型|带货账号昵称|带货ID|带货费用渠道|带货费用类型|带货费用|"
    "带货佣金率|企微企业ID|企微工号|导购最近分享时间|企业微信加密id|企微备注|礼物单号|商品名称|商品编码(平台)|商品编码(自定义)|SKU编码(自定义)|"
    "商品属性|商品价格(单件)|商品实际价格(单件)|商品实际价格(总共)|是否预售|商品数量|商品平台券优惠|商品平均运费|活动商家补贴|定制信息|定制预览图|"
    "商品发货|商品售后|商品已退款金额"
)
WEIXIN_OLD = names(
    "订单号|下单时间|订单状态|发货方式|收件人姓名|收件人地址|省|市|区|收件人手机|买家备注|商家备注|订单实际支付金额|订单运费|支付方式|支付时间|交易单号|"
    "物流公司|快递单号|带货人昵称|授权号|预估佣金|实际佣金|实际服务费|技术服务费|技术服务费（将以人气卡形式返还）|运费险预计投保费用|商品名称|"
    "商品编码(平台)|商品编码(自定义)|SKU编码(自定义)|商品属性|商品价格|是否预售|商品数量|商品发货|商品售后|商品已退款金额"
)

# What must never be found again, in any form.
SECRETS = ("慕容雪晴", "13698765432", "苍山门88号", "snow_murong", "轻点放门口", "SF1029384756")
_PERSONAL = {
    "收件人": SECRETS[0], "收货人姓名": SECRETS[0], "实名姓名": SECRETS[0], "Recipient": SECRETS[0],
    "收件人手机号": SECRETS[1], "电话": SECRETS[1], "联系手机": SECRETS[1], "Phone #": SECRETS[1],
    "详细地址": f"大理市{SECRETS[2]}", "收货地址": f"大理市{SECRETS[2]}",
    "Detail Address": SECRETS[2], "买家会员名": SECRETS[3], "买家支付宝账号": SECRETS[3],
    "Buyer Username": SECRETS[3], "买家留言": SECRETS[4], "Buyer Message": SECRETS[4],
    "商家备注": SECRETS[4], "订单备注": SECRETS[4], "快递信息": SECRETS[5], "快递单号": SECRETS[5],
    "运单号": SECRETS[5], "物流单号": SECRETS[5], "Tracking ID": SECRETS[5],
    "达人昵称": SECRETS[0], "收件人姓名": SECRETS[0], "收件人手机": SECRETS[1],
    "收件人地址": f"大理市{SECRETS[2]}", "买家备注": SECRETS[4], "企微备注": SECRETS[4],
    "定制信息": SECRETS[0], "带货账号昵称": SECRETS[3], "带货人昵称": SECRETS[3],
    "交易单号": SECRETS[5],
}  # fmt: skip


def sheet(header: Sequence[str], *rows: Mapping[str, str]) -> str:
    """A CSV with this header; what a row does not say is personal data, or ``-``."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(header)
    for row in rows:
        assert set(row) <= set(header), set(row) - set(header)
        table.writerow(row.get(name, _PERSONAL.get(name, "-")) for name in header)
    return out.getvalue()


def douyin(header: Sequence[str] = DOUYIN, **more: str) -> str:
    """Two orders: one of two lines with one refunded, one not paid."""
    first = {
        "主订单编号": "'6920000000000000001", "子订单编号": "\t6920000000000000011",
        "选购商品": "保湿面霜", "商品规格": "50ml", "商品数量": "2", "商家编码": "A1",
        "订单应付金额": "￥199.80", "订单提交时间": "2026/11/11 23:59:59",
        "订单状态": "已完成", "售后状态": "-", **more,
    }  # fmt: skip
    second = {
        **first, "子订单编号": "\t6920000000000000012", "选购商品": "精华水",
        "商品数量": "1", "订单应付金额": "1,299", "售后状态": "退款成功",
    }  # fmt: skip
    third = {
        **first, "主订单编号": "'6920000000000000002", "子订单编号": "'6920000000000000021",
        "订单应付金额": "1.2万", "订单提交时间": "2026-11-12 00:00:01", "订单状态": "待支付",
        **{name: "" for name in more if name == "支付完成时间"},
    }  # fmt: skip
    return sheet(header, first, second, third)


def kuaishou(**more: str) -> str:
    """One paid order of two goods in one row, and one closed."""
    first = {
        "订单号": "2531500000000001", "订单创建时间": "2026/11/11 20:00:00",
        "订单支付时间": "2026/11/11 20:00:30", "订单状态": "已发货", "实付款": "59.90",
        "成交数量": "3", "商品名称": "面霜;乳液", "商品ID": "71;72", "商品单价": "19.9;29.9",
        "收货地址-省": "云南", "收货地址-市": "大理白族自治州", "订单载体": "直播间", **more,
    }  # fmt: skip
    second = {
        **first, "订单号": "2531500000000002", "订单支付时间": "-", "订单状态": "已关闭",
        "成交数量": "1", "商品名称": "面霜", "商品ID": "71", "商品单价": "19.9", "实付款": "19.9",
    }  # fmt: skip
    return sheet(KUAISHOU, first, second)


def taobao() -> str:
    """One finished order, one that was paid and closed."""
    first = {
        "订单编号": "3300000000000000001", "总金额": "88.00", "买家实际支付金额": "88.00",
        "订单状态": "交易成功", "订单创建时间": "2026-11-11 10:00:00",
        "订单付款时间": "2026-11-11 10:01:00", "宝贝标题": "面霜", "宝贝种类": "1",
        "宝贝总数量": "1",
    }  # fmt: skip
    second = {**first, "订单编号": "3300000000000000002", "订单状态": "交易关闭"}
    return sheet(TAOBAO, first, second)


def tiktok() -> str:
    """One order of two lines with part of it refunded; above the header an empty line."""
    first = {
        "Order ID": "577000000000000001", "Order Status": "Completed", "SKU ID": "1729000000000001",
        "Seller SKU": "A1", "Product Name": "Creme", "Quantity": "1",
        "SKU Subtotal After Discount": "R$ 413.57", "Order Amount": "R$ 513.57",
        "Order Refund Amount": "R$ 100.00", "Created Time": "21/11/2026 01:30:00",
        "Paid Time": "21/11/2026 01:31:00",
    }  # fmt: skip
    second = {
        **first, "SKU ID": "1729000000000002", "Seller SKU": "A2",
        "SKU Subtotal After Discount": "R$ 100.00",
    }  # fmt: skip
    return "21/11/2026\n\n" + sheet(TIKTOK, first, second)


def weixin(header: Sequence[str] = WEIXIN, **more: str) -> str:
    """Two orders: one of two lines with freight and a part refunded, one called off unpaid."""
    ordered_at = next(name for name in header if name.endswith("下单时间"))
    first = {
        "订单号": "3729946591347487001", ordered_at: "2026-11-11 20:15:00", "订单状态": "已发货",
        "省": "云南省", "市": "大理白族自治州", "订单实际支付金额": "168.00", "订单运费": "8.00",
        "支付时间": "2026-11-11 20:15:09", "商品名称": "保湿面霜", "商品编码(平台)": "10000115",
        "商品编码(自定义)": "CREAM", "SKU编码(自定义)": "A1", "商品属性": "50ml", "商品数量": "2",
        "商品售后": "无", "商品已退款金额": "0", **more,
    }  # fmt: skip
    second = {
        **first, "商品名称": "精华水", "商品编码(平台)": "10000116", "商品编码(自定义)": "WATER",
        "SKU编码(自定义)": "A2", "商品属性": "100ml", "商品数量": "1", "商品售后": "退款完成",
        "商品已退款金额": "60.00",
    }  # fmt: skip
    third = {
        **first, "订单号": "3729946591347487002", "订单状态": "已取消", "支付时间": "",
        "订单实际支付金额": "0",
    }  # fmt: skip
    unit, whole = ("商品价格(单件)", "商品实际价格(总共)")
    for row, price, sum_ in ((first, "59.9", "100"), (second, "69.9", "60"), (third, "59.9", "50")):
        row.update({unit: price, whole: sum_} if whole in header else {"商品价格": price})
    return sheet(header, first, second, third)
