"""The desk's lists of this context as files; numbers of documents are masked."""

from collections.abc import Mapping
from typing import Any, Final

from kaibo.base.listing import Column, Listing
from kaibo.hosts.reads import editions, host_cards
from kaibo.hosts.rules.documents import DOCUMENTS
from kaibo.hosts.rules.standing import AFFILIATIONS, EDITIONS, PARTS

_IDENTITY: Final = {
    "valid": "有效", "due": "将到期", "expired": "已过期", "missing": "未核验", "refused": "未通过",
}  # fmt: skip
_AGE: Final = {
    "unknown": "未知", "too_young": "未满 16 周岁", "needs_guardian": "缺监护人同意",
    "with_guardian": "有监护人同意", "adult": "成年",
}  # fmt: skip
_AGREED: Final = {"none": "无协议", "signed": "已签", "grace": "宽限期", "unsigned": "未签"}
_TRAINED: Final = {
    "none": "无课程", "trained": "已培训", "due": "将到期", "expired": "已过期",
    "untrained": "未培训",
}  # fmt: skip


def _zh(words: Mapping[Any, tuple[str, str]]) -> dict[str, str]:
    return {name: zh for name, (zh, _) in words.items()}


LISTS: Final = (
    Listing(
        path="/desk/hosts",
        may="hosts.read",
        title="出镜人员 Hosts",
        rows=lambda asked: host_cards(asked.org_id, now=asked.now),
        columns=(
            Column("编号 No", "id"),
            Column("身份 Part", "part", _zh(PARTS)),
            Column("姓名 Name", "name"),
            Column("播名 Stage name", "stage_name"),
            Column("证件类型 Document", "document", _zh(DOCUMENTS)),
            Column("证件号码(打码) Number masked", "id_number_masked"),
            Column("身份核验 Identity", "identity", _IDENTITY),
            Column("核验时间 Verified at", "verified_at"),
            Column("核验有效期至 Verified through", "verified_through"),
            Column("剩余天数 Days left", "days_left"),
            Column("年龄 Age", "age", _AGE),
            Column("监护人同意 Guardian consent at", "guardian_consent_at"),
            Column("归属 Affiliation", "affiliation", _zh(AFFILIATIONS)),
            Column("归属单位 Of", "affiliation_name"),
            Column("责任主体 Responsible", "responsible_name"),
            Column("协议 Agreement", "agreement", _AGREED),
            Column("培训 Training", "training", _TRAINED),
            Column("培训有效期至 Trained through", "trained_through"),
        ),
    ),
    Listing(
        path="/desk/editions",
        may="hosts.read",
        title="协议与课程 Editions",
        rows=lambda asked: editions(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("类型 Kind", "kind", _zh(EDITIONS)),
            Column("第几版 Number", "number"),
            Column("标题 Title", "title"),
            Column("必须 Mandatory", "is_mandatory"),
            Column("及格分 Pass score", "pass_score"),
            Column("宽限天数 Grace days", "grace_days"),
            Column("发布时间 Published at", "published_at"),
            Column("摘要 Digest", "digest"),
            Column("正文 Text", "text"),
        ),
    ),
)
