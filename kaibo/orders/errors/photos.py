"""Refusals of photographs that a buyer adds to a return."""

from kaibo.base.errors import NotFound, Refusal


class PhotoTooLarge(Refusal):
    """More bytes or more picture than is taken."""

    code = "photo_too_large"
    http_status = 413
    text_zh = "这张照片太大：最多 {bytes_max_mb} MB、{megapixels_max} 百万像素。请截取或缩小后再传"
    text_en = (
        "This photograph is too large: at most {bytes_max_mb} MB and {megapixels_max} megapixels. "
        "Crop or shrink it and send it again"
    )


class PhotoUnreadable(Refusal):
    """No JPEG, PNG or WebP, or a broken one."""

    code = "photo_unreadable"
    http_status = 422
    text_zh = "读不出这张照片。请传 JPEG、PNG 或 WebP；苹果手机可在相机设置里选“兼容性最佳”"
    text_en = (
        "This photograph cannot be read. Send JPEG, PNG or WebP; on an iPhone choose “Most "
        "Compatible” in the camera's settings"
    )


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
