"""Notices from outside that keep goods or people off the air. Pure."""

from collections.abc import Sequence

from kaibo.preflight.rules.checks import Check, Item, Said, fine, listed, made


def check_withheld(off: Sequence[Item], *, where: str) -> Check:
    """No goods of the show are kept from sale by a rights holder's notice (电子商务法 art. 42)."""
    if off:
        said = listed(
            Said(f"{item.link_no} 号 {item.product_title}", f"link {item.link_no}") for item in off
        )
        detail = Said(f"{said.zh} 因通知暂停销售", f"kept from sale by a notice: {said.en}")
        do = Said("移出排品表，或处理完通知", "take them out of the show, or settle the notice")
        return made("withheld", "red", detail, do=do, where=where)
    return fine("withheld", Said("没有商品被暂停", "nothing is kept from sale"), where=where)


def check_contacts(people: Sequence[tuple[str, str]], *, where: str) -> Check:
    """Nobody of the show is out of an authority's reach (直播电商监督管理办法 art. 22)."""
    limited = [name for name, state in people if state == "limited"]
    do = Said("更新联系信息并核对", "bring the details up to date and have them checked")
    if limited:
        detail = Said(
            "、".join(limited) + " 经提醒逾期未更新联系信息",
            ", ".join(limited) + " did not update the details in time",
        )
        return made("contact", "red", detail, do=do, where=where)
    if people:
        names = [name for name, _ in people]
        detail = Said(
            "监管部门无法联系：" + "、".join(names), "an authority cannot reach " + ", ".join(names)
        )
        return made("contact", "amber", detail, do=do, where=where)
    return fine("contact", Said("没有失联通报", "nobody is out of reach"), where=where)
