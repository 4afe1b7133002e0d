"""What no pack may let through: sentences that the rulebook has to refuse, whatever is loaded.

The packs that ship and the packs that are added are judged by what they do together (LM-026).
"""

from typing import Final

from kaibo.compliance.rules.gate import refusing
from kaibo.compliance.rules.hits import Surface
from kaibo.compliance.rules.parts import BadPack
from kaibo.compliance.rules.scan import Rulebook, scan_text

# Family, sentence, where it must be refused. 广告法 arts 9, 15, 17, 20, 22, 24, 25;
# 直播电商监督管理办法 arts 31, 33.
FLOOR: Final[tuple[tuple[str, str, tuple[Surface, ...]], ...]] = (
    ("C1", "全国最好的面膜", ("script", "title")),
    ("C1", "国家级品质", ("script", "title")),
    ("C3", "这款枕头能治疗颈椎病", ("script", "title")),
    ("C4", "这款奶粉接近母乳", ("script", "title")),
    ("C7", "想要的加我微信", ("script", "title", "chat")),
    ("C7", "不走平台直接转账给我", ("script", "title", "speech", "chat")),
    ("C9", "保本保息稳赚不赔", ("script", "title")),
    ("C10", "报我们的班包过", ("script", "title")),
    ("C18", "电子烟到货", ("script", "title")),
    ("C22", "仿真枪现货", ("script", "title", "speech")),
    ("C22", "听话水一滴见效", ("script", "title", "speech")),
    ("C22", "针孔摄像头隐蔽", ("script", "title", "speech")),
    ("C22", "代开发票联系", ("script", "title", "speech")),
    ("C22", "穿山甲片", ("script", "title", "speech")),
    ("C22", "收银行卡四件套", ("script", "title", "speech")),
    ("C3", "处方药不用处方直接拍", ("script", "title", "speech")),
    ("C22", "代考包过", ("script", "title", "speech")),
    ("C22", "性别鉴定预约", ("script", "title", "speech")),
    ("C22", "翻墙软件教程", ("script", "title", "speech")),
)


def weakened(book: Rulebook) -> list[str]:
    """How the rulebook falls below the floor, one sentence each; empty when it does not."""
    problems = []
    for family, sentence, surfaces in FLOOR:
        for surface in surfaces:
            hits = scan_text(sentence, surface=surface, packs=book)
            if refusing(hit for hit in hits if hit.family == family) is None:
                problems.append(f"{family}: “{sentence}” is no longer refused in {surface}")
    return problems


def check_floor(book: Rulebook) -> Rulebook:
    """The rulebook itself, when it refuses all that it must.

    Raises:
        BadPack: names every sentence that would pass.
    """
    if problems := weakened(book):
        raise BadPack(problems)
    return book
