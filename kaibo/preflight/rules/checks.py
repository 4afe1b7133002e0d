"""Each check of plan and goods as a pure decision: what is wrong and what to do."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.base.money import yuan
from kaibo.compliance.reads import is_placeholder

State = Literal["green", "amber", "red"]

# How many faults a sentence names before it says how many more there are.
NAMED_MAX: Final = 5
PLAN_FIELDS: Final = {
    "theme": ("主题", "theme"),
    "goal": ("目标", "goal"),
    "audience_card": ("受众卡", "audience card"),
    "policy_text": ("活动政策", "campaign policy"),
}
SELLER_FIELDS: Final = {
    "seller_name": ("经营者名称", "seller's name"),
    "seller_licence_no": ("执照编号", "licence number"),
    "seller_address": ("经营地址", "address"),
    "seller_contact": ("联系方式", "contact"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One check: ``where`` is the desk page on which it is mended."""

    code: str
    state: State
    title_zh: str
    title_en: str
    detail_zh: str
    detail_en: str
    do_zh: str
    do_en: str
    where: str


@dataclass(frozen=True, slots=True)
class Said:
    """A pair of sentences."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Item:
    """What the checks know of one line of the run of show."""

    link_no: int
    sku_id: int
    sku_code: str
    product_title: str
    approved: bool
    product_state: str
    qualification_expires_on: dt.date | None
    price_fen: int
    worst_price_fen: int
    floor_price_fen: int
    day_price_fen: int
    price_basis: str
    units_planned: int
    available: int
    lacks: Said | None = None
    will_lack: Said | None = None
    banned: Said | None = None
    unsaid: Said | None = None
    baseless: Said | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence of the plan that a rule of the law touches."""

    place: Said
    matched: str
    article: str
    is_violation: bool


TITLES: Final = {
    "plan_fields": Said("策划要素", "Plan"),
    "seller_bar": Said("经营者公示", "Seller shown to viewers"),
    "house_rules": Said("平台规则确认", "Rules acknowledged"),
    "operator_file": Said("运营者档案", "Room operator's file"),
    "host_identity": Said("出镜人员实名核验", "Identity of who appears"),
    "host_age": Said("出镜人员年龄", "Age of who appears"),
    "host_affiliation": Said("归属证明", "Proof of affiliation"),
    "host_entity": Said("责任主体", "Who answers"),
    "host_agreement": Said("协议签署", "Agreement signed"),
    "host_training": Said("规则培训", "Training"),
    "roster_sent": Said("出镜名单报送", "Roster sent"),
    "presence": Said("开播前动态核验", "Check before going on air"),
    "moderators": Said("审核员在岗", "Moderators on duty"),
    "patroller": Said("重点直播间专人巡查", "Patroller of a key room"),
    "contracts": Said("合作合同", "Contracts"),
    "ai_people": Said("AI 人物", "AI-made people"),
    "ai_duty": Said("AI 人物值守与标识", "AI duty officer and label"),
    "run_of_show": Said("排品表", "Run of show"),
    "products_approved": Said("商品审核", "Product review"),
    "papers": Said("商品证照", "Papers of goods"),
    "negative_list": Said("负面目录", "Negative list"),
    "card_facts": Said("商品卡信息", "Card facts"),
    "withheld": Said("知识产权通知", "Rights holders' notices"),
    "contact": Said("失联通报", "Out of reach"),
    "stock": Said("库存", "Stock"),
    "price_floor": Said("底价", "Price floor"),
    "promotion_terms": Said("价格与优惠条款", "Prices and terms"),
    "scripts": Said("话术合规", "Scripts"),
    "stream_key": Said("推流密钥", "Stream key"),
}


def overall(checks: Iterable[Check]) -> State:
    """The worst of the checks; of none, green."""
    states = {check.state for check in checks}
    if "red" in states:
        return "red"
    return "amber" if "amber" in states else "green"


def red_codes(checks: Iterable[Check]) -> list[str]:
    """The checks that keep the room closed."""
    return [check.code for check in checks if check.state == "red"]


def check_plan_fields(fields: Mapping[str, str], *, where: str) -> Check:
    """Theme, goal, people and policy are written down (R-028, R-106)."""
    return _filled("plan_fields", fields, PLAN_FIELDS, where=where)


def check_seller_bar(fields: Mapping[str, str], *, where: str) -> Check:
    """What the room must show of the actual seller is there (直播电商监督管理办法 art. 26)."""
    return _filled("seller_bar", fields, SELLER_FIELDS, where=where)


def check_run_of_show(items: Sequence[Item], *, where: str) -> Check:
    """There is something to sell, in an order."""
    count = len(items)
    detail = Said(f"共 {count} 个链接", f"{count} links") if items else Said("还没有商品", "empty")
    do = Said("添加商品或导入排品表", "add goods or upload a run of show")
    return made("run_of_show", "green" if items else "red", detail, do=do, where=where)


def check_products_approved(items: Sequence[Item], *, ends_on: dt.date, where: str) -> Check:
    """Every product passed review and its papers hold until the show ends (R-018, R-083)."""
    bad = [item for item in items if not item.approved]
    if bad:
        detail = _named(bad, Said("未通过审核或资质已过期", "not approved, or papers expired"))
        do = Said("提交审核并通过，或更新资质，或移出排品表", "have it approved, or remove it")
        return made("products_approved", "red", detail, do=do, where=where)
    ending = [item for item in items if _expires_before(item, ends_on)]
    if ending:
        detail = _named(ending, Said("资质将在直播结束前到期", "papers expire before the end"))
        do = Said("先更新资质", "renew the papers first")
        return made("products_approved", "amber", detail, do=do, where=where)
    return fine("products_approved", Said("全部通过审核", "all approved"), where=where)


def check_papers(items: Sequence[Item], *, where: str) -> Check:
    """Goods have the papers of their category, until the show ends (LM-006, LM-027)."""
    do = Said("在商品的证照中登记并由另一人复核", "enter them and have a second person accept them")
    bad = [(item, item.lacks) for item in items if item.lacks]
    if bad:
        return made("papers", "red", _lacked(bad), do=do, where=where)
    ending = [(item, item.will_lack) for item in items if item.will_lack]
    if ending:
        return made("papers", "amber", _lacked(ending), do=do, where=where)
    return fine("papers", Said("所需证照齐全有效", "complete and valid"), where=where)


def check_stock(items: Sequence[Item], *, where: str) -> Check:
    """The units planned are free in the catalogue; links that share a SKU are added up."""
    planned: dict[int, int] = {}
    for item in items:
        planned[item.sku_id] = planned.get(item.sku_id, 0) + item.units_planned
    short = [item for item in items if planned[item.sku_id] > item.available]
    if short:
        detail = listed(
            Said(
                f"{label(item).zh} 计划 {planned[item.sku_id]}，可用 {item.available}",
                f"{label(item).en}: {planned[item.sku_id]} planned, {item.available} free",
            )
            for item in short
        )
        do = Said("补货，或减少计划件数", "receive goods, or plan fewer units")
        return made("stock", "red", detail, do=do, where=where)
    empty = [item for item in items if item.units_planned == 0]
    if empty:
        detail = _named(empty, Said("未安排库存", "no units planned"))
        do = Said("填写总库存，或确认开播后再上库存", "plan units, or add a batch while live")
        return made("stock", "amber", detail, do=do, where=where)
    return fine("stock", Said("库存充足", "enough for the plan"), where=where)


def check_price_floor(items: Sequence[Item], *, where: str) -> Check:
    """The lowest price a buyer can reach is not below the floor."""
    below = [item for item in items if item.worst_price_fen < item.floor_price_fen]
    if below:
        detail = listed(
            Said(
                f"{label(item).zh} 最低到手价 {yuan(item.worst_price_fen)} 元，"
                f"低于底价 {yuan(item.floor_price_fen)} 元",
                f"{label(item).en}: lowest price ¥{yuan(item.worst_price_fen)} is below "
                f"the floor ¥{yuan(item.floor_price_fen)}",
            )
            for item in below
        )
        do = Said("调整直播价或秒杀价，或由管理者调整底价", "raise the price, or change the floor")
        return made("price_floor", "red", detail, do=do, where=where)
    return fine("price_floor", Said("均不低于底价", "none below its floor"), where=where)


def check_promotion_terms(items: Sequence[Item], *, where: str) -> Check:
    """Every link has a price, and a compared price says what it is and rests on it (LM-091)."""
    priceless = [item for item in items if item.price_fen < 1]
    baseless = [
        item
        for item in items
        if item.day_price_fen > item.price_fen and is_placeholder(item.price_basis)
    ]
    unproven = [item for item in items if item.baseless and item not in baseless]
    if not priceless and not baseless and not unproven:
        return fine("promotion_terms", Said("条款完整", "complete"), where=where)
    parts = []
    if priceless:
        parts.append(_named(priceless, Said("没有直播价", "no live price")))
    if baseless:
        parts.append(_named(baseless, Said("划线价缺比价依据", "compared price without a basis")))
    parts += [item.baseless for item in unproven if item.baseless]
    detail = Said("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))
    do = Said("填写直播价与比价依据", "enter the price and what it is compared with")
    return made("promotion_terms", "red", detail, do=do, where=where)


def check_scripts(findings: Sequence[Finding], *, where: str) -> Check:
    """No sentence of the plan breaks the rulebook; claims that need proof are pointed out."""
    broken = [finding for finding in findings if finding.is_violation]
    if broken:
        do = Said("改写或删除标出的话术", "reword or delete what is named")
        return made("scripts", "red", _found(broken), do=do, where=where)
    if findings:
        do = Said("备好证明材料，或改写", "have the proof at hand, or reword")
        return made("scripts", "amber", _found(findings), do=do, where=where)
    return fine("scripts", Said("未发现违规表述", "nothing found"), where=where)


def check_stream_key(key: str, *, where: str) -> Check:
    """An encoder could connect; without one the room opens with a slate."""
    details = {
        "valid": Said("已生成", "issued"),
        "expired": Said("密钥已过期", "the key has expired"),
    }
    detail = details.get(key, Said("尚未生成", "none issued yet"))
    do = Said("在中控台生成推流密钥并填入推流软件", "issue a key on the desk and enter it in OBS")
    return made("stream_key", "green" if key == "valid" else "amber", detail, do=do, where=where)


_NOTHING: Final = Said("", "")


def _filled(
    code: str, fields: Mapping[str, str], names: Mapping[str, tuple[str, str]], *, where: str
) -> Check:
    lacking = [name for field, name in names.items() if is_placeholder(fields[field])]
    if not lacking:
        return fine(code, Said("已填写", "filled in"), where=where)
    detail = Said(
        "未填写：" + "、".join(zh for zh, _ in lacking),
        "missing: " + ", ".join(en for _, en in lacking),
    )
    do = Said("在策划页填写", "fill it in on the plan page")
    return made(code, "red", detail, do=do, where=where)


def fine(code: str, detail: Said, *, where: str) -> Check:
    return made(code, "green", detail, do=_NOTHING, where=where)


def made(code: str, state: State, detail: Said, *, do: Said, where: str) -> Check:
    title = TITLES[code]
    todo = do if state != "green" else _NOTHING
    return Check(code, state, title.zh, title.en, detail.zh, detail.en, todo.zh, todo.en, where)


def _expires_before(item: Item, day: dt.date) -> bool:
    expires_on = item.qualification_expires_on
    return expires_on is not None and expires_on < day


def label(item: Item) -> Said:
    name = f"{item.product_title}（{item.sku_code}）"
    return Said(f"{item.link_no} 号 {name}", f"link {item.link_no} {name}")


def _named(items: Sequence[Item], what: Said) -> Said:
    return listed(
        Said(f"{label(item).zh} {what.zh}", f"{label(item).en}: {what.en}") for item in items
    )


def _lacked(items: Sequence[tuple[Item, Said]]) -> Said:
    return listed(
        Said(
            f"{label(item).zh} 直播期间缺有效的{kinds.zh}",
            f"{label(item).en} lacks during the show: {kinds.en}",
        )
        for item, kinds in items
    )


def _found(findings: Sequence[Finding]) -> Said:
    return listed(
        Said(
            f"{finding.place.zh}“{finding.matched}”（{finding.article}）",
            f"{finding.place.en} “{finding.matched}” ({finding.article})",
        )
        for finding in findings
    )


def listed(said: Iterable[Said]) -> Said:
    sentences = list(said)
    more = len(sentences) - NAMED_MAX
    shown = sentences[:NAMED_MAX]
    if more > 0:
        shown.append(Said(f"另有 {more} 项", f"and {more} more"))
    return Said("；".join(one.zh for one in shown), "; ".join(one.en for one in shown))
