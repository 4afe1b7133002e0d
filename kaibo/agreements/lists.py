"""The desk's lists of this context as files."""

from typing import Final

from kaibo.agreements.reads import contracts, desk_rules, desk_version, every_opinion
from kaibo.agreements.rules import IMPACTS, KINDS
from kaibo.base.listing import Column, Listing

_STATES: Final = {
    "in_force": "现行", "announced": "公示中", "past": "已被取代", "dropped": "未生效即被取代",
}  # fmt: skip

LISTS: Final = (
    Listing(
        path="/desk/rule-versions",
        may="compliance.read",
        title="平台规则 Published rules",
        rows=lambda asked: desk_rules(asked.org_id, now=asked.now).versions,
        columns=(
            Column("编号 No", "card.id"),
            Column(
                "规则 Document", "card.kind", {str(kind): zh for kind, (zh, _) in KINDS.items()}
            ),
            Column("第几版 Number", "card.number"),
            Column("标题 Title", "card.title_zh"),
            Column("英文标题 English title", "card.title_en"),
            Column("修改内容 What changes", "card.summary_zh"),
            Column(
                "影响 Impact", "card.impact", {str(one): zh for one, (zh, _) in IMPACTS.items()}
            ),
            Column("公布时间 Published at", "card.published_at"),
            Column("生效时间 Effective at", "card.effective_at"),
            Column("失效时间 Until", "card.until"),
            Column("状态 State", "card.state", _STATES),
            Column("摘要 Digest", "card.digest"),
            Column("确认时间 Acknowledged at", "acknowledged_at"),
            Column("确认人 Acknowledged by", "acknowledged_by"),
            Column("意见数 Opinions", "opinions"),
        ),
    ),
    Listing(
        path="/desk/rule-versions/{int:id}/acknowledgements",
        may="compliance.read",
        title="规则确认 Acknowledgements",
        rows=lambda asked: desk_version(asked.org_id, asked.id(), now=asked.now).acknowledgements,
        columns=(
            Column("运营者 Operator", "operator"),
            Column("确认人 Person", "person"),
            Column("时间 At", "at"),
        ),
    ),
    Listing(
        path="/desk/rule-versions/{int:id}/opinions",
        may="compliance.read",
        title="公示意见 Opinions",
        rows=lambda asked: every_opinion(asked.org_id, asked.id()),
        columns=(
            Column("编号 No", "id"),
            Column("意见 Text", "text"),
            Column("时间 At", "at"),
        ),
    ),
    Listing(
        path="/desk/contracts",
        may="hosts.read",
        title="合作合同 Contracts",
        rows=lambda asked: contracts(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("机构 Party", "party_name"),
            Column("信用代码 Credit code", "party_code"),
            Column("人员与内容管理 People and content", "has_security"),
            Column("质量审核 Quality checks", "has_quality"),
            Column("消费者保护 Consumer protection", "has_consumer"),
            Column("起始 From", "since_on"),
            Column("截止 Until", "until_on"),
            Column("登记时间 Recorded at", "recorded_at"),
            Column("终止时间 Ended at", "ended_at"),
        ),
    ),
)
