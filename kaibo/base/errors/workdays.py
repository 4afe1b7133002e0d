"""Working days that nobody has announced."""

from kaibo.base.errors import Refusal


class YearUnknown(Refusal):
    """The holidays of a year were not announced when this version was made."""

    code = "year_unknown"
    text_zh = "{year} 年的节假日与调休安排尚未收录（已收录至 {through} 年），请升级后再算工作日"
    text_en = (
        "The holidays of {year} are not known here (known through {through}); upgrade before "
        "counting working days"
    )
