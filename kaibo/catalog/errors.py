"""Refusals of the catalogue."""

from typing import Any

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


class ExceptionNeeded(BadInput):
    """Returns are excluded without a ground that the law knows, or a ground stands without that."""

    code = "no_return_ground_needed"
    text_zh = (
        "排除七日无理由退货须选择法定例外类型（折扣、特价不是理由）；支持退货时不要填写例外类型"
    )
    text_en = (
        "To exclude the seven-day return choose an exception of the law (a discount or special "
        "offer is none); where returns are taken, leave the exception empty"
    )


class NoSuchPaper(NotFound):
    """No paper of this id in the organisation."""

    code = "no_such_goods_paper"
    text_zh = "没有找到这份证照（编号 {id}）"
    text_en = "Paper {id} was not found"


class PapersMissing(Refusal):
    """Goods of this category may not be sold without papers that they do not have."""

    code = "papers_missing"
    text_zh = "商品 {product_id} 缺少有效证照：{lacks_zh}。请在商品的证照中登记并由另一人复核"
    text_en = (
        "Product {product_id} lacks valid papers: {lacks_en}. Enter them with the product and "
        "have a second person accept them"
    )


class PaperKindUnknown(BadInput):
    """No such kind of paper is kept."""

    code = "paper_kind_unknown"
    text_zh = "没有这种证照，请从列表中选择"
    text_en = "There is no such kind of paper; choose one of the list"


class PaperNumberWrong(BadInput):
    """The number is not written as its kind is published."""

    code = "paper_number_wrong"
    text_zh = "编号不符合“{kind_zh}”的公布格式，例如 {example}；请核对原件"
    text_en = "This is not how a number of “{kind_en}” is written, for example {example}; check it"


class PaperDaysCrossed(BadInput):
    """It would end before it begins."""

    code = "paper_days_crossed"
    text_zh = "有效期止早于有效期起，请核对"
    text_en = "It ends before it begins; check the days"


class PaperPriceMissing(BadInput):
    """A document that bears a price has to say which."""

    code = "paper_price_missing"
    text_zh = "“{kind_zh}”须写明凭证上的单价"
    text_en = "Say which price of a unit the document bears: {kind_en}"


class PaperTooLong(BadInput):
    """A price seen elsewhere is good for a while only."""

    code = "paper_too_long"
    text_zh = "“{kind_zh}”须写明有效期止，且自起始日起最多 {days} 天；过后请重新取证"
    text_en = "Say until when it is good, at most {days} days from its first: {kind_en}"


class PaperHashWrong(BadInput):
    """A digest of the scan that is none."""

    code = "paper_hash_wrong"
    text_zh = "文件摘要应为 64 位十六进制的 SHA-256，或留空"
    text_en = "Give the SHA-256 of the file as 64 hex digits, or nothing"


class PaperJudged(Refusal):
    """Somebody judged it already."""

    code = "paper_judged"
    text_zh = "证照 {paper_id} 已复核；内容有变请重新登记一份"
    text_en = "Paper {paper_id} was judged already; if it changed, enter it anew"


class SecondPersonForPaper(Refusal):
    """Who wrote a paper down does not accept it."""

    code = "second_person_for_paper"
    text_zh = "证照 {paper_id} 由您登记，请另一位有审核权限的人复核"
    text_en = "You entered paper {paper_id}; somebody else who may approve must accept it"


class PaperTwice(Refusal):
    """This number stands with the product already."""

    code = "paper_twice"
    text_zh = "该商品已有编号为“{number}”的同类证照；如需更换请先驳回原证照"
    text_en = "The product has “{number}” of this kind already; refuse that one to replace it"


class PapersTooMany(Refusal):
    """More papers than anybody reads."""

    code = "papers_too_many"
    text_zh = "一个商品最多登记 {most} 份证照"
    text_en = "A product has at most {most} papers"


class GoodsBanned(Refusal):
    """Goods of the negative list; ``found`` is what stays on record all the same."""

    code = "goods_banned"
    http_status = 422
    text_zh = (
        "“{matched}”在商品负面目录中：{title_zh}（{kind_zh}）。依据{basis_zh}，目录版本 "
        "{version}。不能登记、上架；若类目或标题写错，请先改正"
    )
    text_en = (
        "“{matched}” is on the negative list: {title_en} ({kind_en}). Basis: {basis_en}, list "
        "version {version}. It cannot be written down or shelved; correct category or title if "
        "they are wrong"
    )
    found: Any = None


class CardFieldUnknown(BadInput):
    """Cards have no such field."""

    code = "card_field_unknown"
    text_zh = "商品卡没有“{field}”这一项，请从列表中选择"
    text_en = "Cards have no field “{field}”; choose one of the list"


class ListChanged(Refusal):
    """Somebody saved another version meanwhile."""

    code = "negative_list_changed"
    text_zh = "负面目录已被他人改为第 {number} 版，请刷新后再改"
    text_en = "The negative list is at version {number} by now; reload and change it again"


class EntryEmpty(BadInput):
    """An entry that could meet nothing."""

    code = "negative_entry_empty"
    text_zh = "“{title}”没有类目也没有词，请至少填一个"
    text_en = "“{title}” has neither categories nor words; give at least one"


class EntryKindUnknown(BadInput):
    """No such kind of entry."""

    code = "negative_kind_unknown"
    text_zh = "没有这种负面类型，请从列表中选择"
    text_en = "There is no such kind of entry; choose one of the list"


class WordTooShort(BadInput):
    """A word that would meet half the catalogue."""

    code = "negative_word_too_short"
    text_zh = "“{word}”太短，至少 {least} 个字，否则会误伤其他商品"
    text_en = "“{word}” is too short and would meet other goods; give at least {least} characters"


class GoodsWithheldFromSale(Refusal):
    """A rights holder's notice keeps the goods from sale until it is settled (LM-035)."""

    code = "goods_withheld"
    text_zh = "该商品因知识产权通知 {case_id} 暂停销售，不能上架；请在“通知与申诉”中处理"
    text_en = (
        "Notice {case_id} of a rights holder keeps these goods from sale; settle it under "
        "“Notices and appeals” first"
    )
