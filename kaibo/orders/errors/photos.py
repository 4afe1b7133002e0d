"""Refusals of photographs that a buyer adds to a return."""

from kaibo.base.errors import NotFound, Refusal


class PhotosFull(Refusal):
    """A return has as many photographs as it may."""

    code = "photos_full"
    text_zh = "一个退货申请最多 {most} 张照片，已经满了"
    text_en = "A return takes {most} photographs at most, and has them"


class NoSuchPhoto(NotFound):
    """No photograph of this id, not yours to see, or deleted when its time was over."""

    code = "no_such_photo"
    text_zh = "没有找到这张照片（编号 {id}），可能已按期删除"
    text_en = "Photograph {id} was not found; it may have been deleted when its time was over"
