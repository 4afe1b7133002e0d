"""Refusals of planning."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class NoSuchCampaign(NotFound):
    """No campaign of this id in the organisation."""

    code = "no_such_campaign"
    text_zh = "没有找到这个活动（编号 {id}）"
    text_en = "Campaign {id} was not found"


class NoSuchShow(NotFound):
    """No show of this id or code to be seen here."""

    code = "no_such_show"
    text_zh = "没有找到这场直播（{id}）"
    text_en = "Show {id} was not found"


class NoSuchRunItem(NotFound):
    """The run of show has no such link number."""

    code = "no_such_run_item"
    text_zh = "排品表里没有 {link_no} 号链接"
    text_en = "The run of show has no link {link_no}"


class ShowNotDraft(Refusal):
    """Plans are changed before the show, not under the viewers' eyes."""

    code = "show_not_draft"
    text_zh = "直播 {show_id} 已开播或已结束，不能再修改计划"
    text_en = "Show {show_id} has gone live or ended; its plan can no longer be changed"


class ShowNotLive(Refusal):
    """Only a running show can end."""

    code = "show_not_live"
    text_zh = "直播 {show_id} 没有在播"
    text_en = "Show {show_id} is not live"


class ShowOver(Refusal):
    """An ended show is a record."""

    code = "show_over"
    text_zh = "直播 {show_id} 已结束，不能再调整"
    text_en = "Show {show_id} has ended; nothing about it can be changed"


class RunOfShowInvalid(BadInput):
    """Lines of the run of show cannot be used; ``errors`` lists each. Nothing was written."""

    code = "run_of_show_invalid"
    text_zh = "排品表有 {count} 处问题，未写入任何内容。第一处：第 {line} 行“{column}”"
    text_en = "{count} faults in the run of show; nothing was written. First: line {line}, {column}"


class LinkNoTwice(BadInput):
    """Two lines with one link number."""

    code = "link_no_twice"
    text_zh = "链接号 {value} 已在第 {first} 行使用"
    text_en = "Link number {value} is already used on line {first}"


class SkuNotOurs(BadInput):
    """The organisation has no such SKU."""

    code = "sku_not_ours"
    text_zh = "商品库里没有这个 SKU：{value}"
    text_en = "There is no such SKU in the catalogue: {value}"


class OutsideShow(BadInput):
    """The item would run beyond the planned end."""

    code = "outside_show"
    text_zh = "第 {ends} 分钟才讲完，超出计划时长 {planned} 分钟"
    text_en = "It would end at minute {ends}; the show is planned for {planned} minutes"


class TooManySellingPoints(BadInput):
    """A host can say three points, not more."""

    code = "too_many_selling_points"
    text_zh = "卖点共 {count} 条，最多 {count_max} 条"
    text_en = "{count} selling points; at most {count_max} can be given"


class PointNotSingle(BadInput):
    """A separator inside a point would make it two in a spreadsheet."""

    code = "point_not_single"
    text_zh = "一条卖点里不能有换行、分号或竖线，请拆成多条"
    text_en = "A selling point holds no line break, semicolon or bar; split it into two"


class BatchBeyondUnits(BadInput):
    """First batch and buffer come out of the planned units."""

    code = "batch_beyond_units"
    text_zh = "首批 {first} 件加预留 {buffer} 件超过总库存 {planned} 件"
    text_en = "First batch {first} and buffer {buffer} exceed the {planned} units planned"


class TooManyRunItems(BadInput):
    """More items than a show can hold."""

    code = "too_many_run_items"
    text_zh = "排品表最多 {count_max} 行，收到 {count} 行"
    text_en = "A run of show holds at most {count_max} items, not {count}"


class CellNotMoney(BadInput):
    """A cell that should hold an amount in yuan."""

    code = "cell_not_money"
    text_zh = "“{value}”不是金额，请填写如 99 或 99.90"
    text_en = "“{value}” is not an amount; write 99 or 99.90"


class CellNotWhole(BadInput):
    """A cell that should hold a whole number."""

    code = "cell_not_whole"
    text_zh = "“{value}”不是整数"
    text_en = "“{value}” is not a whole number"


class CellNotTime(BadInput):
    """A cell that should hold a time inside the show."""

    code = "cell_not_time"
    text_zh = "“{value}”不是开播后的时间，请填写如 20:15 或开播后第几分钟"
    text_en = "“{value}” is no time after the start; write 20:15 or the minute of the show"


class CellNotYesNo(BadInput):
    """A cell that should say yes or no."""

    code = "cell_not_yes_no"
    text_zh = "“{value}”请填写“是”或“否”（Y/N 也可以）"
    text_en = "“{value}” must be Y or N"


class ColumnMissing(BadInput):
    """The sheet lacks a column that is needed."""

    code = "column_missing"
    text_zh = "缺少必需的列“{value}”，请从排品表模板导出后填写"
    text_en = "The column “{value}” is missing; export the run of show and fill that in"
