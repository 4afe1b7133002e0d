"""Refusals of evidence."""

from kaibo.base.errors import NotFound, Refusal


class PackTooLarge(Refusal):
    """What belongs into the pack does not fit one file; nothing is offered for download."""

    code = "pack_too_large"
    http_status = 422
    text_zh = "证据包超过单个文件上限（{bytes_max} 字节）。请按订单分别导出"
    text_en = "The pack would exceed {bytes_max} bytes. Export by order instead"


class PackReasonMissing(Refusal):
    """A pack leaves the house with a reason and a receiver, or not at all."""

    code = "pack_reason_missing"
    http_status = 422
    text_zh = "请填写导出原因和接收方"
    text_en = "Say why the pack is made and who receives it"


class PackNotReady(Refusal):
    """It is still being built, or building it failed."""

    code = "pack_not_ready"
    text_zh = "证据包尚未生成完毕（{state}）。请稍后再试，失败时请重新导出"
    text_en = "The pack is not ready ({state}). Try later; if it failed, make it again"


class NoSuchExport(NotFound):
    """No pack of this id in the organisation."""

    code = "no_such_export"
    text_zh = "没有编号为 {id} 的证据包"
    text_en = "There is no pack {id}"


class NoPackOfThis(NotFound):
    """Packs are made of shows and orders."""

    code = "no_pack_of_this"
    text_zh = "不能为 {kind} 生成证据包"
    text_en = "No pack can be made of {kind}"


class StillKept(Refusal):
    """The law's term is not over, or has not begun to run."""

    code = "still_kept"
    text_zh = "保存期限未满（{by}，至 {until}），不能删除"
    text_en = "It must be kept ({by}, until {until}) and cannot be deleted"


class HeldBack(Refusal):
    """A legal hold beats every date."""

    code = "held_back"
    text_zh = "有 {count} 项保全未解除，不能删除。请先解除保全"
    text_en = "{count} legal holds stand. Lift them first"


class HoldReasonMissing(Refusal):
    """A hold is placed and lifted with a reason."""

    code = "hold_reason_missing"
    http_status = 422
    text_zh = "请填写原因"
    text_en = "Say why"


class NoSuchHold(NotFound):
    """No standing hold of this id in the organisation."""

    code = "no_such_hold"
    text_zh = "没有编号为 {id} 的有效保全"
    text_en = "There is no standing hold {id}"


class NoSuchDeletion(NotFound):
    """No deletion of this id that waits in the organisation."""

    code = "no_such_deletion"
    text_zh = "没有编号为 {id} 的待确认删除"
    text_en = "There is no deletion {id} to decide"


class NothingToDelete(Refusal):
    """No recording of the show is there, or somebody asked already."""

    code = "nothing_to_delete"
    text_zh = "没有可删除的录像，或已有待确认的删除申请"
    text_en = "There is no recording to delete, or a deletion already waits"


class DeletionByOnePerson(Refusal):
    """Who asked cannot agree."""

    code = "deletion_by_one_person"
    text_zh = "删除须由另一人确认"
    text_en = "Another person has to confirm the deletion"
