"""Refusals about who appears in a show."""

from kaibo.base.errors import NotFound, Refusal


class RosterClosed(Refusal):
    """Who appeared in a show that has ended stays as it was."""

    code = "roster_closed"
    text_zh = "这场直播已结束，出镜名单不能再改"
    text_en = "This show has ended; who appeared in it stays as it was"


class RosterFull(Refusal):
    """More people than a roster takes."""

    code = "roster_full"
    text_zh = "出镜名单最多 {most} 人，请减少后重试"
    text_en = "A roster takes {most} people at most; remove some"


class NamedTwice(Refusal):
    """Somebody stands on the roster once; the planned host stands there anyway."""

    code = "named_twice"
    http_status = 422
    text_zh = "{name} 已在名单中（本场主播自动在名单上），请勿重复添加"
    text_en = "{name} is on the roster already (the planned host always is); name them once"


class AffiliationMissing(Refusal):
    """Whose affiliation is not proved cannot be put on a roster."""

    code = "affiliation_missing"
    text_zh = "{name} 没有有效的归属证明，不能加入名单；请先在人员页登记合同或任职证明"
    text_en = "No affiliation of {name} is proved; record the contract or employment first"


class PersonUnverified(Refusal):
    """Only people whose identity is verified are sent, or compared with their photograph."""

    code = "person_unverified"
    text_zh = "{name} 的实名核验未完成或已过期，请先在人员页核验"
    text_en = "The identity of {name} is not verified; verify it on the people page first"


class NotOnRoster(NotFound):
    """Nobody of this id is on the roster of this show."""

    code = "not_on_roster"
    text_zh = "编号 {id} 的人员不在本场名单上"
    text_en = "Person {id} is not on the roster of this show"


class PortraitMissing(Refusal):
    """There is nothing to compare with."""

    code = "portrait_missing"
    text_zh = "{name} 没有留存照片，请先在人员页上传照片并重新核验"
    text_en = "No photograph of {name} is on file; upload one and verify the identity again"


class CheckOfOneself(Refusal):
    """Another person compares the faces."""

    code = "check_of_oneself"
    text_zh = "不能核验自己，请由其他同事核对照片"
    text_en = "Nobody checks themselves; let a colleague compare the photographs"


class FaceServiceOff(Refusal):
    """No outside service is plugged in; a colleague compares."""

    code = "face_service_off"
    text_zh = "没有接入人脸核验服务，请由同事核对照片"
    text_en = "No outside service compares faces here; let a colleague do it"


class NoSuchCheck(NotFound):
    """No check of this id, or its photograph was deleted when its time was over."""

    code = "no_such_check"
    text_zh = "没有找到这次核验的照片（编号 {id}），可能已按期删除"
    text_en = "The photograph of check {id} was not found; it may have been deleted in time"
