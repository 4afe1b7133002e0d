"""Checks of what the goods are. Pure."""

from collections.abc import Sequence

from kaibo.preflight.rules.checks import Check, Item, Said, fine, label, listed, made


def check_negative_list(items: Sequence[Item], *, where: str) -> Check:
    """No goods of the show are on the negative list in force (LM-025, LM-048)."""
    bad = [(item, item.banned) for item in items if item.banned]
    if not bad:
        detail = Said("均不在负面目录中", "none is on it")
        return fine("negative_list", detail, where=where)
    detail = listed(
        Said(f"{label(item).zh} {why.zh}", f"{label(item).en}: {why.en}") for item, why in bad
    )
    do = Said("移出排品表；类目或标题写错的先改正", "remove it, or correct category or title")
    return made("negative_list", "red", detail, do=do, where=where)


def check_card_facts(items: Sequence[Item], *, where: str) -> Check:
    """Cards say what their category needs, and no placeholder stands for it (LM-045)."""
    bad = [(item, item.unsaid) for item in items if item.unsaid]
    if not bad:
        return fine("card_facts", Said("已写明", "all said"), where=where)
    detail = listed(
        Said(f"{label(item).zh} 未写明{what.zh}", f"{label(item).en} does not say: {what.en}")
        for item, what in bad
    )
    do = Said(
        "在商品页“商品卡信息”填写后重新审核", "fill in the card facts and have it approved again"
    )
    return made("card_facts", "red", detail, do=do, where=where)
