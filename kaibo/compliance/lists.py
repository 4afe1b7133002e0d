"""The desk's lists of this context as files."""

from typing import Final

from kaibo.base.listing import WHOLE, Column, Listing, ready_columns
from kaibo.compliance.models.finding import STATES
from kaibo.compliance.models.ladder import CAUSES, RUNG_CHOICES
from kaibo.compliance.reads import COVERAGE_COLUMNS, RULE_COLUMNS, coverage_rows, rule_rows
from kaibo.compliance.reads.blacklist import every_listing
from kaibo.compliance.reads.findings import newest_findings
from kaibo.compliance.reads.ladder import RungChangeView, every_rung_change
from kaibo.compliance.reads.packs import changes, packs, versions, words_of
from kaibo.compliance.reads.sanctions import every_sanction
from kaibo.compliance.rules.blacklist import LISTING, WHO
from kaibo.compliance.rules.parts import GROUPS
from kaibo.compliance.rules.sanctions import MEASURES, PARTIES, SANCTION

_GROUPS_ZH: Final = {group: zh for group, (zh, _) in GROUPS.items()}


def _reasons(change: RungChangeView) -> list[str]:
    return [f"#{one.finding_id} {one.rule_id}" for one in change.reasons]


_BOOK: Final = (
    Listing(
        path="/desk/coverage",
        may="compliance.read",
        title="合规覆盖",
        rows=lambda asked: coverage_rows(asked.org_id),
        columns=ready_columns(COVERAGE_COLUMNS),
    ),
    Listing(
        path="/desk/rulebook/rules",
        may="compliance.read",
        title="规则",
        rows=lambda asked: rule_rows(asked.org_id),
        columns=ready_columns(RULE_COLUMNS),
    ),
    Listing(
        path="/desk/rulebook/packs",
        may="compliance.read",
        title="规则包 Packs",
        rows=lambda asked: packs(asked.org_id),
        columns=(
            Column("规则族 Family", "family"),
            Column("层级 Layer", "layer"),
            Column("规则包 Group", "group", _GROUPS_ZH),
            Column("名称", "title_zh"),
            Column("Name", "title_en"),
            Column("版本 Version", "version"),
            Column("依据 Law", "law"),
            Column("条 Article", "article"),
            Column("生效 From", "in_force_from"),
            Column("失效 Until", "in_force_to"),
            Column("规则数 Rules", "rules"),
            Column("第几版 Number", "number"),
            Column("未采用原因 Problems", "problems"),
        ),
    ),
    Listing(
        path="/desk/rulebook/packs/{family}/versions",
        may="compliance.read",
        title="规则包版本 Versions",
        rows=lambda asked: versions(asked.org_id, asked["family"], most=None),
        columns=(
            Column("规则族 Family", "family"),
            Column("第几版 Number", "number"),
            Column("当前 Current", "is_current"),
            Column("恢复自 Again", "again"),
            Column("保存人 Made by", "made_by"),
            Column("保存时间 Made at", "made_at"),
            Column("SHA-256", "sha256"),
            Column("内容 Text", "source"),
        ),
    ),
    Listing(
        path="/desk/rulebook/packs/{family}/changes",
        may="compliance.read",
        title="版本差异 Changes",
        rows=lambda asked: changes(
            asked.org_id,
            asked["family"],
            before=asked["before"] or 0,
            after=1 if asked["after"] is None else asked["after"],
        ),
        columns=(
            Column("变化 Kind", "kind", {"added": "新增", "removed": "删除", "changed": "修改"}),
            Column("位置 Where", "where"),
            Column("内容 What", "what"),
            Column("之前 Before", "before"),
            Column("之后 After", "after"),
        ),
        filters={"before": WHOLE, "after": WHOLE},
    ),
    Listing(
        path="/desk/rulebook/words",
        may="compliance.read",
        title="本店自有词 Own words",
        rows=lambda asked: words_of(asked.org_id).entries,
        columns=(
            Column("编号 No", "id"),
            Column("词语 Words", "words"),
            Column("处理 Doing", "doing", {"block": "拦截", "warn": "提醒", "record": "留存"}),
            Column("位置 Surfaces", "surfaces"),
            Column("提示", "message_zh"),
            Column("Message", "message_en"),
        ),
    ),
)

LISTS: Final = (
    *_BOOK,
    Listing(
        path="/desk/shows/{int:show_id}/findings",
        may="compliance.read",
        title="命中 Findings",
        rows=lambda asked: newest_findings(asked.org_id, asked.id("show_id")),
        columns=(
            Column("编号 No", "id"),
            Column("时间 Found at", "found_at"),
            Column("位置 Surface", "surface"),
            Column("对象 Subject", "subject_kind"),
            Column("对象编号 Subject no", "subject_id"),
            Column("原文 Text", "text"),
            Column("命中 Words", lambda one: one.text[one.span_start : one.span_end]),
            Column("规则 Rule", "rule_id"),
            Column("依据 Law", "law"),
            Column("条 Article", "article"),
            Column("款项 Item", "item"),
            Column("结论 Verdict", "verdict"),
            Column("级别 Severity", "severity"),
            Column("处理 Action", "action"),
            Column("状态 State", "state", STATES),
            Column("豁免原因 Suppressed because", "suppressed_reason"),
            Column("放行人 Confirmed by", "confirmed_by"),
            Column("放行原因 Confirmed because", "confirmed_reason"),
        ),
    ),
    Listing(
        path="/desk/shows/{int:show_id}/risk/changes",
        may="compliance.read",
        title="风险阶梯 Ladder",
        rows=lambda asked: every_rung_change(asked.org_id, asked.id("show_id")),
        columns=(
            Column("编号 No", "id"),
            Column("时间 At", "at"),
            Column("之前 Before", "before", RUNG_CHOICES),
            Column("之后 After", "rung", RUNG_CHOICES),
            Column("分数 Score", "score"),
            Column("起因 Cause", "cause", CAUSES),
            Column("原因 Reason", "reason"),
            Column("命中 Findings", _reasons),
            Column("操作人 By", "by_person"),
            Column("申请人 Asked by", "asked_by"),
        ),
    ),
    # The notice to the listed party is a letter, not a cell.
    Listing(
        path="/desk/blacklist",
        may="blacklist.read",
        title="黑名单 Blacklist",
        rows=lambda asked: every_listing(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("对象 Who", "who", {str(who): zh for who, zh in WHO.items()}),
            Column("名称 Name", "name"),
            Column("标识 Identifiers", "marks"),
            Column("违法事实 Facts", "facts"),
            Column("理由 Reason", "reason"),
            Column("依据 Basis", "basis"),
            Column("列入 From", "starts_at"),
            Column("期满 Until", "ends_at"),
            Column("状态 State", "state", dict(LISTING.choices)),
            Column("决定人 Decided by", "decided_by"),
            Column("申诉途径 Appeal to", "appeal_to"),
            Column("申诉 Appeal", "appeal"),
            Column("申诉时间 Appealed at", "appealed_at"),
            Column("答复期限 Answer by", "answer_by"),
            Column("答复 Answer", "answer"),
            Column("答复人 Answered by", "answered_by"),
            Column("答复时间 Answered at", "answered_at"),
        ),
    ),
    Listing(
        path="/desk/sanctions",
        may="sanctions.read",
        title="处理决定 Decisions",
        rows=lambda asked: every_sanction(asked.org_id, now=asked.now),
        columns=(
            Column("编号 No", "id"),
            Column("对象 Who", "who", {str(who): zh for who, zh in PARTIES.items()}),
            Column("名称 Name", "name"),
            Column("措施 Measure", "measure", {str(one): zh for one, zh in MEASURES.items()}),
            Column("级别 Severity", "severity"),
            Column("命中 Findings", "finding_ids"),
            Column("违法事实 Facts", "facts"),
            Column("理由 Reason", "reason"),
            Column("依据 Law", "law"),
            Column("条 Article", "article"),
            Column("机关 Authority", "authority"),
            Column("文号 Order no", "order_no"),
            Column("自 From", "starts_at"),
            Column("至 Until", "ends_at"),
            Column("状态 State", "state", dict(SANCTION.choices)),
            Column("生效中 Holds", "holds"),
            Column("决定人 Decided by", "decided_by"),
            Column("决定时间 Decided at", "decided_at"),
            Column("确认人 Confirmed by", "confirmed_by"),
            Column("申诉途径 Appeal to", "appeal_to"),
            Column("申诉 Appeal", "appeal"),
            Column("申诉时间 Appealed at", "appealed_at"),
            Column("答复期限 Answer by", "answer_by"),
            Column("答复 Answer", "answer"),
            Column("答复时间 Answered at", "answered_at"),
        ),
    ),
)
