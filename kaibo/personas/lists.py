"""The desk's lists of this context as files; who consents is masked."""

from typing import Final

from kaibo.base.listing import Column, Listing
from kaibo.personas.reads import persona, personas
from kaibo.personas.rules import FACES, PARTS, VOICES

_FAULTS: Final = {
    "assessment_missing": "缺安全评估", "assessment_over": "评估到期",
    "face_consent": "缺肖像授权", "voice_consent": "缺声音授权",
}  # fmt: skip

LISTS: Final = (
    Listing(
        path="/desk/ai-people",
        may="hosts.read",
        title="AI 人物 AI people",
        rows=lambda asked: personas(asked.org_id, now=asked.now),
        columns=(
            Column("编号 No", "id"),
            Column("名称 Name", "name"),
            Column("形象 Face", "face", {str(one): zh for one, zh in FACES.items()}),
            Column("声音 Voice", "voice", {str(one): zh for one, zh in VOICES.items()}),
            Column("评估编号 Assessment", "assessment_no"),
            Column("评估有效期至 Assessed through", "assessed_through"),
            Column("缺什么 Lacks", "faults", _FAULTS),
        ),
    ),
    Listing(
        path="/desk/ai-people/{int:id}/consents",
        may="hosts.read",
        title="授权 Consents",
        rows=lambda asked: persona(asked.org_id, asked.id(), now=asked.now).consents,
        columns=(
            Column("编号 No", "id"),
            Column("授权内容 Of", "part", {str(part): zh for part, (zh, _) in PARTS.items()}),
            Column("授权人(打码) Giver masked", "giver"),
            Column("用于直播 Live", "for_live"),
            Column("用于切片 Clips", "for_clips"),
            Column("范围 Scope", "scope"),
            Column("起始 From", "since_on"),
            Column("截止 Until", "until_on"),
            Column("登记时间 Recorded at", "recorded_at"),
            Column("撤回时间 Withdrawn at", "withdrawn_at"),
        ),
    ),
)
