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
