"""The desk's lists of this context as files."""

from typing import Final

from kaibo.base.listing import Column, Listing
from kaibo.patrol import reads
from kaibo.patrol.models import RESULTS

LISTS: Final = (
    Listing(
        path="/desk/patrol/looks",
        may="patrol.watch",
        title="巡查记录 Looks",
        rows=lambda asked: reads.every_look(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("场次 Show", "show_id"),
            Column("标题 Title", "show_title"),
            Column("巡查员 Patroller", "person_name"),
            Column("开始 Began at", "began_at"),
            Column("结果 Result", "result", RESULTS),
            Column("记录 Note", "note"),
            Column("签署 Signed at", "signed_at"),
            Column("抽样种子 Seed", "seed"),
        ),
    ),
    Listing(
        path="/desk/grades",
        may="patrol.watch",
        title="直播间分级 Grades",
        rows=lambda asked: reads.room_standings(asked.org_id, now=asked.now),
        columns=(
            Column("主播编号 Host no", "host_id"),
            Column("主播 Host", "host_name"),
            Column("等级 Grade", "letter"),
            Column("重点原因 Key because", "key_whys"),
            Column("停用功能 Functions off", "functions_off"),
            Column("巡查间隔(秒) Look every s", "look_every_s"),
        ),
    ),
    Listing(
        path="/desk/hosts/{int:id}/grades",
        may="patrol.watch",
        title="分级历史 Grades by day",
        rows=lambda asked: reads.grade_history(asked.org_id, asked.id(), most=None),
        columns=(
            Column("日期 Day", "on"),
            Column("公式 Formula", "formula"),
            Column("等级 Grade", "letter"),
            Column("前一等级 Before", "before"),
            Column("得分 Score", "score"),
            Column("规模 Size", "size"),
            Column("大型 Large", "is_large"),
        ),
    ),
)
