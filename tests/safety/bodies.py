"""Bodies that are right, so that only the id in the path can be what is refused."""

from __future__ import annotations

from typing import Any

from tests.safety import fans, noticing
from tests.safety.conftest import DAI_NUMBER

ITEM = {"link_no": 1, "starts_minute": 0, "minutes": 5, "price_fen": 9_900}
SALE = {
    "link_no": 2,
    "price_fen": 6_900,
    "units": 1,
    "per_buyer_max": 1,
    "opens_in_s": 0,
    "lasts_s": 60,
    "pay_within_s": 60,
}
CHANGE = {"kind": "units", "link_no": 1, "units": 1}
DROP = {"kind": "drop", "lasts_s": 60}
NEW = {"code": "X", "title": "偷"}
HOST = {"name": "偷", "stage_name": "偷"}
CONSENT = {
    "name": "林大满",
    "id_number": DAI_NUMBER,
    "relation": "parent",
    "signed_on": "2026-11-22",
    "paper_id": 1,
}
CONSENT_FORM = {
    "part": "face",
    "giver": "李某",
    "scope": "直播",
    "since_on": "2026-11-01",
    "until_on": "2027-11-01",
}
REPORT = {"subject": "viewer", "reason": "骂人"}
PROMOTION = {
    "terms": {
        "title_zh": "减",
        "title_en": "Off",
        "stacking": "coupon",
        "benefit": {"type": "amount_off", "fen": 1},
    },
    "starts_at": "2026-11-22T12:00:00Z",
    "ends_at": "2027-11-01T12:00:00Z",
    "request_key": "promotion-9",
}
DRAW = {"show_id": 1, "title": "福袋", "request_key": "draw-9"}
QUIZ = {"questions": [{"text": "问", "choices": ["一", "二"], "seconds": 9}], "rights": [1]}
PACKET = {"show_id": 1, "title": "红包", "request_key": "packet-9"}
RULES = {"kind": "service", "number": 0, "title_zh": "协议", "text_zh": "一"}
RECEIVER = {"name": "张三", "phone": "13812345678", "region": "上海", "detail": "某路 1 号"}
INVOICE = {"kind": "person", "title": "王小花"}
BODIES: dict[str, Any] = {
    "PATCH /desk/products/*": {"title": "新名"},
    "POST /desk/products/*/skus": {"code": "NEW-1"},
    "POST /desk/products/*/refuse": {"reason": "缺资质"},
    "POST /desk/products/*/papers": {
        "kind": "ccc",
        "number": "2026010703123456",
        "issuer": "某认证中心",
        "valid_from": "2026-01-01",
    },
    "PUT /desk/products/*/card": {"facts": {"maker": "某厂"}},
    "POST /desk/papers/*/refuse": {"reason": "缺资质"},
    "PATCH /desk/skus/*": {"spec": "新规格"},
    "POST /desk/skus/*/stock": {"delta": 1, "reason": "进货"},
    "PUT /desk/skus/*/terms": {"ship_within_h": 72},
    "POST /desk/findings/*/dismiss": {"reason": "误报"},
    "PATCH /desk/imports/*": {"mapping": {}},
    "PATCH /desk/order-files/*": {
        "mapping": {"订单编号": "no", "下单时间": "ordered_at"},
        "terms": {"platform": "plain", "shop": "", "zone": "", "currency": ""},
    },
    "PATCH /desk/hosts/*": {"stage_name": "新名"},
    "POST /desk/hosts/*/verify": {"id_number": DAI_NUMBER, "method": "document"},
    "POST /desk/hosts/*/reveal": {"reason": "税务报送"},
    "POST /desk/hosts/*/guardian": CONSENT,
    "POST /desk/hosts/*/affiliations": {"kind": "self", "since_on": "2026-11-22", "paper_id": 1},
    "POST /desk/hosts/*/proofs": {"edition_id": 1, "done_on": "2026-11-22", "score": 90},
    "PUT /desk/shows/*/roster": {"guests": []},
    "POST /desk/shows/*/roster/send": {"sent_to": "平台"},
    "PUT /desk/ai-people/*/assessment": {"number": "A-1"},
    "PUT /desk/shows/*/ai": {"persona_ids": []},
    "POST /desk/shows/*/ai/beat": {"label": "on"},
    "PATCH /desk/shows/*": {"title": "新标题"},
    "POST /desk/shows/*/items/*/move": {"position": 2},
    "POST /desk/shows/*/links/*/open": {"price_fen": 9_900},
    "POST /desk/shows/*/links/*/stock": {"units": 1},
    "POST /desk/shows/*/flash-sales": SALE,
    "POST /desk/shows/*/group-offers": {
        "link_no": 2,
        "size": 3,
        "price_fen": 7_900,
        "fill_s": 600,
    },
    "POST /desk/shows/*/presales": {
        "link_no": 2,
        "price_fen": 7_900,
        "deposit_fen": 1_000,
        "worth_fen": 1_500,
        "kind": "earnest",
        "late_rule": "return",
        "balance_opens_at": "2027-01-10T12:00:00Z",
        "balance_closes_at": "2027-01-11T12:00:00Z",
        "ship_by": "2027-01-12T12:00:00Z",
        "refund_deadline_days": 3,
    },
    "POST /desk/shows/*/auctions": {
        "link_no": 2,
        "start_fen": 7_900,
        "step_fen": 100,
        "opens_in_s": 60,
        "lasts_s": 60,
    },
    "POST /my/auctions/*/bids": {"price_fen": 7_900, "request_key": "bid-9"},
    "POST /desk/orders/*/default": {"reason": "缺货"},
    "POST /desk/refunds/*/settle": {"bank_ref": "2026112200009", "reason": "买家已注销"},
    "POST /desk/shows/*/changes": {"change": CHANGE, "request_key": "change-9"},
    "POST /desk/shows/*/changes/preview": {"change": CHANGE},
    "POST /desk/promotions/*/changes": {"change": DROP, "request_key": "change-8"},
    "POST /desk/promotions/*/changes/preview": {"change": DROP},
    "POST /desk/trips/*/ask": {"reason": "核对"},
    "POST /desk/shows/*/speech": {"lines": [{"text": "包邮"}]},
    "POST /desk/corrections/*/show": {"right_zh": "更正"},
    "POST /desk/corrections/*/withdraw": {"reason": "没有说错"},
    "POST /my/orders/*/notices/*": {"refund": False},
    "POST /desk/blacklist/*/appeal": {"appeal": "不属实"},
    "POST /desk/blacklist/*/answer": {"is_upheld": True, "answer": "属实"},
    "POST /desk/sanctions/*/appeal": {"appeal": "不属实"},
    "POST /desk/sanctions/*/answer": {"is_upheld": True, "answer": "属实"},
    "POST /desk/hosts/*/key": {"reason": "粉丝多"},
    "POST /desk/hosts/*/unkey": {"reason": "误设"},
    "POST /desk/shows/*/patroller": {"person_id": 1},
    "POST /desk/patrol-looks/*/sign": {"result": "found", "note": "未标识"},
    "POST /desk/shows/*/risk": {"rung": "limit", "reason": "核查"},
    "POST /desk/shows/*/pop": {"link_no": 1},
    "POST /desk/shows/*/explaining": {"link_no": 1},
    "POST /desk/shows/*/notice": {"text": "公告"},
    "POST /desk/shows/*/holds": {"reason": "投诉"},
    "POST /desk/shows/*/deletions": {"reason": "到期"},
    "POST /desk/holds/*/lift": {"reason": "结案"},
    "POST /desk/shows/*/host-note": {"text": "慢一点"},
    "POST /desk/shows/*/messages/*/hide": {"reason": "广告"},
    "POST /desk/orders/*/refund": {"reason": "协商退款"},
    "POST /my/orders/*/refund": {"reason": "拍错"},
    "POST /desk/orders/*/cancel-asks": {"why": "out_of_stock", "said": "缺货，请谅解"},
    "POST /desk/orders/*/parcels": {},
    "POST /desk/parcels/*/deliver": {},
    "POST /desk/returns/*/accept": {},
    "POST /desk/parcels/*/ship": {"carrier": "中通", "waybill": "73100000000002"},
    "POST /desk/returns/*/refuse": {"refusal": "not_proved", "answer": "看不出问题"},
    "POST /desk/returns/*/receive": {"is_sellable": True},
    "POST /desk/returns/*/exchange": {"carrier": "中通", "waybill": "73100000000003"},
    "POST /desk/returns/*/reject": {
        "refusal": "not_our_goods",
        "answer": "不是本店商品",
        "proofs": ["https://a.example/1.jpg"],
    },
    "POST /my/orders/*/returns": {
        "units": {"1": 1},
        "reason": "no_reason",
        "request_key": "return-9",
    },
    "POST /my/returns/*/send": {"carrier": "中通", "waybill": "73100000000004"},
    "POST /my/orders/*/cancel-answer": {"agrees": False},
    "POST /my/orders/*/invoices": INVOICE,
    "PUT /my/addresses/*": RECEIVER,
    "POST /desk/invoices/*/issue": {"number": "25312000000000000009"},
    "POST /desk/invoices/*/reverse": {"red_number": "25312000000000000010", "reason": "开错"},
    "PUT /desk/promotions/*": PROMOTION,
    "POST /desk/promotions/*/extend": {"ends_at": "2027-11-23T00:00:00Z"},
    "POST /desk/promotions/*/drop": {"lasts_s": 60},
    "POST /desk/promotions/*/codes": {"count": 1},
    "PUT /desk/draws/*": DRAW,
    "POST /desk/draws/*/change": {"claim_days": 9},
    "POST /my/draws/*/enter": {},
    "POST /desk/awards/*/deliver": {},
    "POST /desk/awards/*/ship": {"carrier": "中通", "waybill": "73100000000009"},
    "POST /my/awards/*/claim": RECEIVER,
    "PUT /desk/draws/*/quiz": QUIZ,
    "POST /my/draws/*/answer": {"no": 1, "choice": 1},
    "PUT /desk/packets/*": PACKET,
    "PUT /desk/invites/*": {"show_id": 1, "title": "邀请", "request_key": "invite-9"},
    **fans.BODIES,
    **noticing.BODIES,
    "POST /desk/rulebook/packs/*/withdraw": {"number": 1},
    "POST /desk/rulebook/packs/*/undo": {"number": 2},
    "PATCH /desk/hooks/*": {"kinds": []},
    "POST /desk/hooks/*/switch": {"on": False},
    "POST /v1/skus/*/stock": {"delta": 1},
    "POST /v1/orders/*/refund": {"reason": "协商退款"},
    "POST /v1/orders/*/parcels": {"carrier": "中通", "waybill": "73100000000005"},
    "POST /v1/returns/*/accept": {},
    "POST /v1/returns/*/refuse": {"refusal": "not_proved", "answer": "看不出问题"},
    "POST /rooms/*/reports": {"subject": "room", "reason": "夸大"},
}
