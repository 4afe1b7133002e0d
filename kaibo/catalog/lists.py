"""The desk's lists of this context as files."""

from kaibo.base.listing import Column, Listing, ready_columns
from kaibo.catalog.models.stock import KINDS
from kaibo.catalog.reads import (
    PRODUCT_COLUMNS,
    negative_list,
    papers,
    product_rows,
    suppliers,
)
from kaibo.catalog.reads.negative import every_judgement
from kaibo.catalog.reads.stock import every_stock_move
from kaibo.catalog.rules.negative import STEP_ZH, SUBJECT_ZH
from kaibo.catalog.rules.papers import VERDICT_ZH

LISTS = (
    # It is read again without a change (``docs/files.md``), so its columns are those of imports.
    Listing(
        path="/desk/products",
        may="catalog.read",
        title="商品",
        rows=lambda asked: product_rows(asked.org_id),
        columns=ready_columns(PRODUCT_COLUMNS),
    ),
    Listing(
        path="/desk/suppliers",
        may="catalog.read",
        title="供应商 Suppliers",
        rows=lambda asked: suppliers(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("名称 Name", "name"),
            Column("联系方式 Contact", "contact"),
        ),
    ),
    Listing(
        path="/desk/skus/{int:id}/stock",
        may="catalog.read",
        title="库存流水 Stock moves",
        rows=lambda asked: every_stock_move(asked.org_id, asked.id()),
        columns=(
            Column("编号 No", "id"),
            Column("时间 At", "at"),
            Column("类型 Kind", "kind", dict(KINDS)),
            Column("数量 Units", "units"),
            Column("原因 Reason", "reason"),
            Column("之后库存 On hand after", "on_hand_after"),
            Column("之后占用 Held after", "held_after"),
            Column("操作人 By", "actor"),
        ),
    ),
    Listing(
        path="/desk/products/{int:id}/papers",
        may="catalog.read",
        title="证照 Papers",
        rows=lambda asked: papers(asked.org_id, asked.id(), now=asked.now).papers,
        columns=(
            Column("编号 No", "id"),
            Column("种类", "kind_zh"),
            Column("Kind", "kind_en"),
            Column("证照编号 Number", "number"),
            Column("发证机关 Issuer", "issuer"),
            Column("有效期起 Valid from", "valid_from"),
            Column("有效期止 Valid to", "valid_to"),
            Column("复核 Verdict", "verdict", {str(one): zh for one, zh in VERDICT_ZH.items()}),
            Column("理由 Reason", "reason"),
            Column("登记人 Added by", "added_by"),
            Column("复核人 Judged by", "judged_by"),
            Column("凭证单价(元) Price", "price_fen"),
            Column("SKU", "sku_id"),
            Column("SHA-256", "sha256"),
        ),
    ),
    Listing(
        path="/desk/negative-list",
        may="compliance.read",
        title="负面目录 Negative list",
        rows=lambda asked: negative_list(asked.org_id).entries,
        columns=(
            Column("编号 No", "id"),
            Column("类型 Kind", "kind"),
            Column("名称", "title_zh"),
            Column("Name", "title_en"),
            Column("类目含 Categories", "categories"),
            Column("词 Words", "words"),
            Column("除外 Except", "unless"),
            Column("类目不计 Outside", "outside"),
            Column("法律 Law", "law"),
            Column("条文 Article", "article"),
            Column("依据 Basis", "basis"),
            Column("本组织增加 Own", "own"),
        ),
    ),
    Listing(
        path="/desk/negative-list/judgements",
        may="compliance.read",
        title="判定记录 Judgements",
        rows=lambda asked: every_judgement(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("时间 At", "at"),
            Column("对象 Subject", "subject_kind", SUBJECT_ZH),
            Column("对象编号 Subject no", "subject_id"),
            Column("商品 Goods", "title"),
            Column("环节 Step", "step", {str(one): zh for one, zh in STEP_ZH.items()}),
            Column("目录版本 List version", "list_version"),
            Column("条目 Entry", "entry"),
            Column("命中 Matched", "matched"),
            Column("操作人 By", "actor"),
        ),
    ),
)
