"""The papers that goods need, as they ship."""

import datetime as dt
from functools import cache

from kaibo.compliance.reads.packaged import packaged
from kaibo.compliance.rules.papers import Need, PaperBook, needs_of, read_papers


@cache
def paper_book() -> PaperBook:
    """The kinds of papers and what each category needs."""
    (source,) = (text for _name, text in packaged("papers"))
    return read_papers(source)


def papers_needed(category: str, *, on: dt.date) -> tuple[Need, ...]:
    """What goods of a category need on a day (直播电商监督管理办法 art. 27)."""
    return needs_of(paper_book(), category, on=on)
