"""Refusals of the audience."""

from kaibo.base.errors import Refusal


class DeviceUnreadable(Refusal):
    """The device identifier is not one this system gives out."""

    code = "device_unreadable"
    http_status = 422
    text_zh = "设备标识无效，请清除本站数据后重新进入"
    text_en = "The device id is not valid; clear this site's data and enter again"
