"""Draws with their quizzes and awards, red packets, invitations."""

from typing import Any, Final

from kaibo.base.listing import TEXT, Asked, Column, Listing, ready_columns
from kaibo.base.sheets import money
from kaibo.promotions.lists.columns import VIEWER, moment
from kaibo.promotions.models.draw import KEPT_OUT
from kaibo.promotions.reads import awards, draws, packets, quiz
from kaibo.promotions.reads.invites import INVITEE_COLUMNS, invite_board, invitee_rows, invites
from kaibo.promotions.reads.rolls import entries_made, portions_taken, viewers_barred
from kaibo.promotions.rules import AWARD, DRAW
from kaibo.promotions.rules.invites import INVITE
from kaibo.promotions.rules.packets import PACKET


def _questions(asked: Asked) -> list[dict[str, Any]]:
    """As the desk may see them now: how they were answered, and what is right after closing."""
    found = quiz(asked.org_id, asked.id(), now=asked.now)
    tally = {one.no: one for one in found.tally}
    return [
        {
            "no": no,
            "text": question["text"],
            "choices": question["choices"],
            "seconds": question["seconds"],
            "right": found.rights[no - 1] if found.rights else None,
            "answers": tally[no].answers if no in tally else 0,
            "by_choice": tally[no].by_choice if no in tally else [],
        }
        for no, question in enumerate(found.questions, start=1)
    ]


def _prizes(row: Any) -> list[str]:
    return [f"{one['name']}×{one.get('count') or ''}" for one in row.terms["prizes"]]


_DRAWS: Final = (
    Listing(
        path="/desk/shows/{int:show_id}/draws",
        may="room.desk",
        title="福袋 Draws",
        rows=lambda asked: draws(asked.org_id, asked.id("show_id")),
        columns=(
            Column("编号 No", "id"),
            Column("名称 Title", "terms.title"),
            Column("状态 State", "state", dict(DRAW.choices)),
            Column("奖品 Prizes", _prizes),
            Column("人群 Audience", "terms.audience"),
            Column("开始 Opens at", moment("opens_at")),
            Column("截止 Closes at", moment("closes_at")),
            Column("题数 Questions", "questions"),
            Column("第几版 Version", "version"),
            Column("参与人数 Entries", "entries"),
            Column("未计入 Kept out", "kept_out"),
            Column("承诺 Commit", "commit"),
            Column("名单根 Root", "root"),
            Column("种子 Seed", "seed"),
            Column("领奖截止 Lapses at", "lapses_at"),
            Column("完结时间 Finished at", "finished_at"),
        ),
    ),
    Listing(
        path="/desk/draws/{int:id}/awards",
        may="room.desk",
        title="中奖 Awards",
        rows=lambda asked: awards(asked.org_id, asked.id()),
        columns=(
            Column("编号 No", "id"),
            Column("名单位次 Place", "place"),
            Column("奖品 Prize", "prize"),
            Column("价值(元) Value", "value_fen"),
            Column("状态 State", "state", dict(AWARD.choices)),
            Column("领奖截止 Lapses at", "lapses_at"),
            Column("领取时间 Claimed at", "claimed_at"),
            Column("收件人(打码) Receiver masked", "receiver_masked"),
            Column("快递公司 Carrier", "carrier_zh"),
            Column("快递单号 Waybill", "waybill"),
            Column("发货时间 Shipped at", "shipped_at"),
            Column("签收时间 Delivered at", "delivered_at"),
            Column("券有效期至 Good until", "good_until"),
        ),
    ),
    Listing(
        path="/desk/draws/{int:id}/entries",
        may="room.desk",
        title="参与名单 Entries",
        rows=lambda asked: entries_made(asked.org_id, asked.id()),
        columns=(
            Column("名单位次 Place", "row.place"),
            *VIEWER,
            Column("凭证 Token", "row.token"),
            Column("未计入原因 Kept out", "row.kept_out", dict(KEPT_OUT)),
            Column("参与时间 Entered at", "row.entered_at"),
        ),
    ),
    Listing(
        path="/desk/draws/{int:id}/quiz",
        may="room.desk",
        title="答题 Quiz",
        rows=_questions,
        columns=(
            Column("题号 No", "no"),
            Column("题目 Question", "text"),
            Column("选项 Choices", "choices"),
            Column("限时(秒) Seconds", "seconds"),
            Column("正确选项 Right", "right"),
            Column("作答人数 Answers", "answers"),
            Column("各选项人数 By choice", "by_choice"),
        ),
    ),
    Listing(
        path="/desk/barred-viewers",
        may="room.desk",
        title="不参与抽奖 Barred viewers",
        rows=lambda asked: viewers_barred(asked.org_id),
        columns=(
            *VIEWER,
            Column("原因 Reason", "row.reason", dict(KEPT_OUT)),
            Column("登记时间 Barred at", "row.barred_at"),
        ),
    ),
)

LISTS: Final = (
    *_DRAWS,
    Listing(
        path="/desk/shows/{int:show_id}/packets",
        may="room.desk",
        title="红包 Red packets",
        rows=lambda asked: packets(asked.org_id, asked.id("show_id")),
        columns=(
            Column("编号 No", "id"),
            Column("名称 Title", "terms.title"),
            Column("状态 State", "state", dict(PACKET.choices)),
            Column("总额(元) Total", "terms.total_fen"),
            Column("份数 Portions", "terms.number"),
            Column("分法 Split", "terms.split", {"equal": "等额", "random": "随机"}),
            Column("券 Coupon", "coupon.title_zh"),
            Column("人群 Audience", "terms.audience"),
            Column("开始 Opens at", moment("opens_at")),
            Column("截止 Closes at", moment("closes_at")),
            Column("已领份数 Claims", "claims"),
            Column("已领金额(元) Claimed", "claimed_fen"),
            Column("承诺 Commit", "commit"),
            Column("种子 Seed", "seed"),
            Column("结束时间 Finished at", "finished_at"),
        ),
    ),
    Listing(
        path="/desk/packets/{int:id}/portions",
        may="room.desk",
        title="红包领取 Portions",
        rows=lambda asked: portions_taken(asked.org_id, asked.id()),
        columns=(
            Column("顺序 Place", "row.place"),
            *VIEWER,
            Column("凭证 Token", "row.token"),
            Column("金额(元) Amount", lambda one: money(one.row.fen)),
            Column("券编号 Coupon no", "row.coupon_id"),
            Column("有效期至 Good until", "row.coupon.good_until"),
            Column("领取时间 Claimed at", "row.claimed_at"),
        ),
    ),
    Listing(
        path="/desk/shows/{int:show_id}/invites",
        may="room.desk",
        title="邀请活动 Invitations",
        rows=lambda asked: invites(asked.org_id, asked.id("show_id")),
        columns=(
            Column("编号 No", "id"),
            Column("名称 Title", "terms.title"),
            Column("状态 State", "state", dict(INVITE.choices)),
            Column("任务 Task", "terms.task"),
            Column("新人口径 Newcomer", "terms.newcomer"),
            Column("几人一奖 Invitees per reward", "terms.invitees_per_reward"),
            Column("每人奖励上限 Rewards per inviter", "terms.rewards_per_inviter"),
            Column("奖励总数 Rewards at most", "terms.rewards_total"),
            Column("奖励 Reward", "reward"),
            Column("预算(元) Budget", "budget_fen"),
            Column("开始 Opens at", moment("opens_at")),
            Column("截止 Closes at", moment("closes_at")),
            Column("邀请人 Inviters", "inviters"),
            Column("已计入 Counted", "states.counted"),
            Column("未计入 Refused", "states.refused"),
            Column("已发奖励 Rewards", "rewards"),
            Column("待补奖励 Owed", "owed"),
            Column("结束时间 Finished at", "finished_at"),
        ),
    ),
    Listing(
        path="/desk/invites/{int:id}/board",
        may="room.desk",
        title="邀请排行 Leaderboard",
        rows=lambda asked: invite_board(asked.org_id, asked.id()),
        columns=(
            Column("名次 Place", "place"),
            Column("昵称 Name", "name"),
            Column("计入人数 Counted", "counted"),
            Column("奖励 Rewards", "rewards"),
        ),
    ),
    Listing(
        path="/desk/invites/{int:id}/invitees",
        may="room.desk",
        title="邀请",
        rows=lambda asked: invitee_rows(
            asked.org_id, asked.id(), state=asked["state"], reason=asked["reason"]
        ),
        columns=ready_columns(INVITEE_COLUMNS),
        filters={"state": TEXT, "reason": TEXT},
    ),
)
