"""Refusals of the catalogue."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class NoSuchProduct(NotFound):
    """No product of this id in the organisation."""

    code = "no_such_product"
    text_zh = "没有找到这个商品（编号 {id}）"
    text_en = "Product {id} was not found"


class NoSuchSku(NotFound):
    """No SKU of this id in the organisation."""

    code = "no_such_sku"
    text_zh = "没有找到这个规格（SKU {id}）"
    text_en = "SKU {id} was not found"


class NoSuchSupplier(NotFound):
    """No supplier of this id in the organisation."""

    code = "no_such_supplier"
    text_zh = "没有找到这个供应商（编号 {id}）"
    text_en = "Supplier {id} was not found"


class CodeTaken(Refusal):
    """Codes are unique within the organisation."""

    code = "code_taken"
    text_zh = "编码“{value}”已被使用，请换一个"
    text_en = "Code “{value}” is already in use; choose another"


class SupplierNameTaken(Refusal):
    """One supplier is typed once."""

    code = "supplier_name_taken"
    text_zh = "供应商“{name}”已存在，请直接选用"
    text_en = "Supplier “{name}” exists already; pick it instead"


class ProductWithoutSku(Refusal):
    """There is nothing to review or sell yet."""

    code = "product_without_sku"
    text_zh = "商品“{title}”还没有规格，请先添加至少一个 SKU 再提交"
    text_en = "“{title}” has no SKU yet; add at least one, then submit"


class ReviewAlreadyAsked(Refusal):
    """It lies with the reviewers, or they let it through already."""

    code = "review_already_asked"
    text_zh = "商品 {product_id} 已在审核中或已通过，无需再次提交"
    text_en = "Product {product_id} is under review or approved already; no need to submit it again"


class ReviewNotAsked(Refusal):
    """Reviewers judge only what was handed to them."""

    code = "review_not_asked"
    text_zh = "商品 {product_id} 尚未提交审核，请先提交"
    text_en = "Product {product_id} was not submitted for review; submit it first"


class QualificationExpired(Refusal):
    """A product whose papers ran out may not be approved or sold."""

    code = "qualification_expired"
    http_status = 409
    text_zh = "商品 {product_id} 的资质已于 {expires_on} 到期，请更新资质后再试"
    text_en = "Papers of product {product_id} expired on {expires_on}; renew them first"


class ProductNotApproved(Refusal):
    """No path sells what nobody approved."""

    code = "product_not_approved"
    text_zh = "商品 {product_id} 未通过审核，请先提交并审核通过"
    text_en = "Product {product_id} is not approved; submit it and have it approved first"


class NotEnoughStock(Refusal):
    """More units asked for than are free; nothing was held."""

    code = "not_enough_stock"
    text_zh = "库存不足：SKU {sku_id} 需要 {wanted} 件，可用 {available} 件"
    text_en = "Not enough stock: SKU {sku_id} needs {wanted}, {available} available"


class NotThatManyHeld(Refusal):
    """More units released or sold than are held."""

    code = "not_that_many_held"
    text_zh = "SKU {sku_id} 只占用了 {held} 件，不能释放或售出 {wanted} 件"
    text_en = "SKU {sku_id} has {held} held; {wanted} cannot be released or sold"


class NotThatManySold(Refusal):
    """More units returned than were sold."""

    code = "not_that_many_sold"
    text_zh = "SKU {sku_id} 只售出 {sold} 件，不能退回 {wanted} 件"
    text_en = "SKU {sku_id} has {sold} sold; {wanted} cannot come back"


class StockBelowHeld(Refusal):
    """Taking units away that are promised already."""

    code = "stock_below_held"
    text_zh = "SKU {sku_id} 现有 {on_hand} 件，其中 {held} 件已占用，不能减少 {wanted} 件"
    text_en = "SKU {sku_id} has {on_hand} on hand, {held} promised; {wanted} cannot be taken away"


class FileEmpty(BadInput):
    """The file holds no header, or nothing below it."""

    code = "file_empty"
    text_zh = "文件里没有表头或没有数据行，请检查后重新选择"
    text_en = "The file has no header or no lines below it; check it and choose again"


class FileTooLarge(BadInput):
    """More bytes than one upload may have."""

    code = "file_too_large"
    http_status = 413
    text_zh = "文件过大（上限 {megabytes_max} MB），请拆分后重试"
    text_en = "The file is too large (at most {megabytes_max} MB); split it"


class FileTooWide(BadInput):
    """More columns than a sheet of goods can need."""

    code = "file_too_wide"
    http_status = 413
    text_zh = "文件共 {columns} 列，最多 {columns_max} 列，请删去用不到的列"
    text_en = "The file has {columns} columns, at most {columns_max} can be read; delete some"


class FileNotText(BadInput):
    """Neither UTF-8 nor GB18030."""

    code = "file_not_text"
    text_zh = "第 {line} 行有无法识别的字符，请在表格软件中另存为“CSV UTF-8”或 .xlsx"
    text_en = "Line {line} is in no known encoding; save the file again as “CSV UTF-8” or .xlsx"


class FileIsPage(BadInput):
    """A web page named like a sheet; some back offices export these."""

    code = "file_is_page"
    text_zh = "这是网页格式的表格，请在表格软件中打开后另存为 .xlsx 再导入"
    text_en = (
        "This is a web page, not a sheet; open it in a spreadsheet program and save it as .xlsx"
    )


class QuoteLeftOpen(BadInput):
    """A quotation mark would swallow the lines after it, or a cell is beyond all measure."""

    code = "quote_left_open"
    text_zh = "第 {line} 行附近的引号没有成对，或单元格过长，为避免丢行没有读取；请检查引号"
    text_en = (
        "A quotation mark near line {line} is not closed, or a cell is too long; nothing "
        "was read so that no line is lost"
    )


class FieldMissing(BadInput):
    """No column goes to a field that is needed."""

    code = "import_field_missing"
    text_zh = "还没有列对应到“{label_zh}”，请先选择"
    text_en = "No column goes to “{label_en}” yet; choose one"


class FieldTwice(BadInput):
    """Two columns go to one field."""

    code = "import_field_twice"
    text_zh = "有两列对应到“{label_zh}”，请只留一列"
    text_en = "Two columns go to “{label_en}”; keep one"


class NoSuchColumn(BadInput):
    """A mapping names what the file or the catalogue does not have."""

    code = "import_no_such_column"
    text_zh = "文件中没有“{column}”列，或没有“{target}”这个字段"
    text_en = "The file has no column “{column}”, or there is no field “{target}”"


class NoSuchImport(NotFound):
    """No import of this id in the organisation."""

    code = "no_such_import"
    text_zh = "没有找到这次导入（编号 {id}）"
    text_en = "Import {id} was not found"


class CodeNeeded(BadInput):
    """A line that names no product."""

    code = "import_code_needed"
    text_zh = "没有商品编码，请补上"
    text_en = "No product code; fill it in"


class TitleNeeded(BadInput):
    """A new product without a name."""

    code = "import_title_needed"
    text_zh = "新商品需要名称，请补上"
    text_en = "A new product needs a title; fill it in"


class IdRounded(BadInput):
    """A spreadsheet has kept a long id as a number and lost its last digits."""

    code = "import_id_rounded"
    text_zh = "编码被表格软件当成数字，末尾几位已丢失；请把该列设为文本，从原始数据重新填写"
    text_en = (
        "The id was kept as a number and its last digits are lost; format the column as "
        "text and paste it again"
    )


class TextMasked(BadInput):
    """The source hid the text."""

    code = "import_text_masked"
    text_zh = "内容是脱敏后的，不能用来识别；请换成原文"
    text_en = "The text is masked and identifies nothing; use the original"


class NotAnAmount(BadInput):
    """No amount of money in yuan."""

    code = "import_not_an_amount"
    text_zh = "不是金额，请填写如 1299.00 的人民币元，最多两位小数"
    text_en = "Not an amount; write yuan such as 1299.00, at most two decimals"


class IsAPercentage(BadInput):
    """A percentage where an amount or a count belongs."""

    code = "import_is_a_percentage"
    text_zh = "这是百分比，请填写具体数值"
    text_en = "This is a percentage; write the number itself"


class NotACount(BadInput):
    """No whole number of 0 or more."""

    code = "import_not_a_count"
    text_zh = "不是数量，请填写 0 或以上的整数"
    text_en = "Not a count; write a whole number of 0 or more"


class NotADate(BadInput):
    """No date that can be read in one way only."""

    code = "import_not_a_date"
    text_zh = "不是可识别的日期，请填写如 2026-11-22"
    text_en = "Not a date that can be read; write it like 2026-11-22"


class NotYesOrNo(BadInput):
    """Neither yes nor no."""

    code = "import_not_yes_or_no"
    text_zh = "请填写“是”或“否”"
    text_en = "Write yes or no"


class CellsBeyondHeader(BadInput):
    """More cells than the header has columns: a separator inside a text, most likely."""

    code = "import_cells_beyond_header"
    text_zh = "这一行比表头多出 {extra} 格，可能是文字里有分隔符；请给文字加引号或删去多余的格"
    text_en = (
        "This line has {extra} cells more than the header, perhaps a separator in a "
        "text; quote it or delete them"
    )


class SkuElsewhere(Refusal):
    """The SKU belongs to another product."""

    code = "import_sku_elsewhere"
    text_zh = "SKU“{sku}”属于商品“{product}”，请核对编码"
    text_en = "SKU “{sku}” belongs to product “{product}”; check the codes"


class SkuUnclear(Refusal):
    """The product has several SKUs and the line says of none which it means."""

    code = "import_sku_unclear"
    text_zh = "商品“{product}”有多个规格，请填写 SKU 编码或规格"
    text_en = "Product “{product}” has several SKUs; give the SKU code or the specification"
