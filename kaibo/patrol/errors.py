"""Refusals of patrol."""

from kaibo.base.errors import NotFound, Refusal


class NoModeratorCapacity(Refusal):
    """More rooms than the moderators on duty can watch (直播电商监督管理办法 art. 13; LM-019)."""

    code = "no_moderator_capacity"
    text_zh = (
        "在岗审核员 {moderators} 人，看不过来 {rooms} 个直播间；"
        "请让至少 {needed} 人在巡查墙上岗，或先结束一场直播"
    )
    text_en = (
        "{moderators} moderators on duty cannot watch {rooms} rooms; "
        "have {needed} on duty at the patrol wall, or end a show first"
    )


class KeyRoomUnpatrolled(Refusal):
    """A key room opens only with its named patroller on duty (art. 11; LM-052)."""

    code = "key_room_unpatrolled"
    text_zh = "这是重点直播间，须有专人巡查：请在巡查墙指定巡查员，并由其上岗（1 分钟内有心跳）"
    text_en = (
        "This is a key room: name its patroller at the patrol wall, "
        "and let them be on duty (heard of within a minute)"
    )


class PatrollerUnfit(Refusal):
    """Only a colleague who may patrol, and does not host the show, patrols it."""

    code = "patroller_unfit"
    text_zh = "编号 {person_id} 不能巡查本场：须是有巡查权限的同事，且不是本场主播"
    text_en = (
        "Person {person_id} cannot patrol this show: "
        "choose a colleague who may patrol and does not host it"
    )


class PatrollerAway(Refusal):
    """A running key room is handed over only to somebody who is there."""

    code = "patroller_away"
    text_zh = "直播进行中，只能交给在岗的巡查员；请先让其打开巡查墙上岗"
    text_en = "The show is on: hand it only to somebody on duty; let them open the patrol wall"


class NotOnDuty(Refusal):
    """Who looks at rooms is on duty."""

    code = "not_on_duty"
    text_zh = "请先上岗，再巡查"
    text_en = "Go on duty first"


class NothingOnAir(Refusal):
    """There is no room to look at, or others are looking at each."""

    code = "nothing_on_air"
    text_zh = "现在没有需要巡查的直播间"
    text_en = "No room needs a look now"


class NoSuchLook(NotFound):
    """No look of this number by this person is open."""

    code = "no_such_look"
    text_zh = "没有找到待签字的巡查（编号 {id}），可能已签字或已超时；请重新开始"
    text_en = "No open look {id} was found; it may be signed or lapsed. Begin anew"


class FindingNoteMissing(Refusal):
    """A look that found something says what."""

    code = "finding_note_missing"
    http_status = 422
    text_zh = "请写明发现了什么"
    text_en = "Write down what you found"


class PatrolOver(Refusal):
    """Who patrolled a show that has ended stays as it was."""

    code = "patrol_over"
    text_zh = "这场直播已结束，不能再指定巡查员"
    text_en = "This show has ended; its patroller stays as it was"


class KeyReasonMissing(Refusal):
    """Naming a key room, or taking it back, needs a reason."""

    code = "key_reason_missing"
    http_status = 422
    text_zh = "请写明理由"
    text_en = "Say why"
