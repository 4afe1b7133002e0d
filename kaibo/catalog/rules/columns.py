"""Which column of a foreign sheet means what: guessed from its header, decided by a person."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from kaibo.base.sheets import cell_text
from kaibo.catalog.errors import FieldMissing, FieldTwice, FileEmpty, NoSuchColumn
from kaibo.catalog.rules.tables import HEADER_LINES, Line

Kind = Literal["code", "text", "url", "money", "count", "date", "yes_no"]
Mapped = Mapping[str, str | None]

COLUMN_CHARS_MAX = 80
# Written beside refused lines; skipped when the mended file comes back.
PROBLEM_COLUMNS: Final = {"zh": "问题说明", "en": "Problem"}


@dataclass(frozen=True, slots=True)
class Field:
    """What a column may go to; ``names`` are headers seen in the wild, the best first."""

    name: str
    kind: Kind
    label_zh: str
    label_en: str
    names: tuple[str, ...]
    required: bool = False


def _names(joined: str) -> tuple[str, ...]:
    return tuple(joined.split("|"))


FIELDS: Final = (
    Field(
        "code", "code", "商品编码", "Product code",
        _names(
            "商品编码|商品id|商品编号|产品编码|产品id|货号|款号|宝贝id|商家编码|product code|"
            "product id|product_id|item id|item code|goods id|spu|spu id|spu编码|code|id|编码|"
            "编号"
        ),
        required=True,
    ),
    Field(
        "title", "text", "商品名称", "Title",
        _names(
            "商品名称|商品标题|产品名称|宝贝标题|宝贝名称|选购商品|商品名|品名|商品|product name|"
            "product title|item name|title|name|名称|标题"
        ),
    ),
    Field(
        "category", "text", "类目", "Category",
        _names("类目|商品类目|品类|分类|商品分类|category|product category"),
    ),
    Field(
        "brand", "text", "品牌", "Brand",
        _names("品牌|品牌名称|商品品牌|brand|brand name"),
    ),
    Field(
        "supplier", "text", "供应商", "Supplier",
        _names("供应商|供应商名称|供货商|厂家|supplier|supplier name|vendor"),
    ),
    Field(
        "image_url", "url", "图片", "Image",
        _names("图片|主图|商品图片|图片链接|主图链接|商品主图|image|image url|picture|main image"),
    ),
    Field(
        "description", "text", "描述", "Description",
        _names("描述|商品描述|详情|商品详情|description|product description"),
    ),
    Field(
        "qualification_expires_on", "date", "资质到期", "Papers expire on",
        _names("资质到期|资质到期日|资质有效期|有效期至|papers expire on|qualification expires on"),
    ),
    Field(
        "sku_code", "code", "SKU编码", "SKU code",
        _names(
            "sku编码|sku id|skuid|sku_id|规格编码|商家sku编码|sku商家编码|seller sku|sku code|"
            "sku|商品sku"
        ),
    ),
    Field(
        "spec", "text", "规格", "Specification",
        _names(
            "规格|商品规格|规格名称|sku规格|sku名称|颜色尺码|variation|spec|specification|"
            "variant"
        ),
    ),
    Field(
        "list_price", "money", "日常价", "List price",
        _names(
            "日常价|单价|商品单价|售价|销售价|价格|商品价格|吊牌价|原价|划线价|标价|list price|"
            "sku unit original price|unit price|price"
        ),
    ),
    Field(
        "cost", "money", "成本", "Cost",
        _names("成本|成本价|进价|采购价|供货价|cost|cost price"),
    ),
    Field(
        "floor_price", "money", "底价", "Floor price",
        _names("底价|最低价|控价|最低售价|floor price|minimum price"),
    ),
    Field(
        "on_hand", "count", "现有库存", "On hand",
        _names("现有库存|库存|库存数量|总库存|可售库存|on hand|stock|inventory|quantity in stock"),
    ),
    Field(
        "buffer", "count", "预留", "Buffer",
        _names("预留|预留库存|安全库存|buffer|safety stock"),
    ),
    Field(
        "on_date", "date", "快照日期", "As of",
        _names(
            "快照日期|日期|更新日期|更新时间|统计日期|数据日期|采集时间|update_time|update time|"
            "updated at|as of|snapshot date|date"
        ),
    ),
    Field(
        "submit", "yes_no", "提交审核", "Submit for review",
        _names("提交审核|是否提交审核|送审|submit|submit for review"),
    ),
)  # fmt: skip
BY_NAME: Final = {field.name: field for field in FIELDS}

_BRACKETED = re.compile(r"[(\[【{<].*?[)\]】}>]")
_NOISE = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet whose header was found: its columns by unique names, and the lines below."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    header_line: int
    # Lines below the header that explain it ("收入+支出") and hold no goods.
    notes: tuple[Line, ...]


def find_header(lines: Sequence[Line]) -> Sheet:
    """Take the line that names the most fields for the header, among the first three.

    Raises:
        FileEmpty: no line is below it.
    """
    first = lines[:HEADER_LINES]
    known = [len({_field_of(cell_text(cell)) for cell in line.cells} - {None}) for line in first]
    at = known.index(max(known))
    below = list(lines[at + 1 :])
    notes = []
    while below and _explains(below[0]):
        notes.append(below.pop(0))
    if not below:
        raise FileEmpty()
    names = unique_names([cell_text(cell) for cell in lines[at].cells])
    return Sheet(names, tuple(below), lines[at].number, tuple(notes))


def unique_names(header: Sequence[str]) -> tuple[str, ...]:
    """Column names as people see them, none empty, none twice.

    >>> unique_names(["价格", "", " 价格 "])
    ('价格', '列2', '价格 (2)')
    """
    names: list[str] = []
    for number, text in enumerate(header, start=1):
        shown = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text)
        name = base = " ".join(shown.split())[:COLUMN_CHARS_MAX] or f"列{number}"
        count = 1
        while name in names:
            count += 1
            name = f"{base} ({count})"
        names.append(name)
    return tuple(names)


def guess_mapping(columns: Sequence[str]) -> dict[str, str | None]:
    """A field for each column whose name is known; of two columns the better name wins."""
    mapping: dict[str, str | None] = dict.fromkeys(columns)
    for field in FIELDS:
        ranks = [(_rank(column, field), number) for number, column in enumerate(columns)]
        best = min(((rank, number) for rank, number in ranks if rank is not None), default=None)
        if best is not None and mapping[columns[best[1]]] is None:
            mapping[columns[best[1]]] = field.name
    return mapping


def check_mapping(mapping: Mapped, columns: Sequence[str]) -> dict[str, str | None]:
    """A mapping for every column of the file.

    Raises:
        NoSuchColumn, FieldTwice, FieldMissing: it cannot be used.
    """
    taken: set[str] = set()
    for column, target in mapping.items():
        if column not in columns or (target is not None and target not in BY_NAME):
            raise NoSuchColumn(column=column[:COLUMN_CHARS_MAX], target=str(target)[:40])
        if target in taken:
            raise FieldTwice(**_labels(BY_NAME[target]))
        if target is not None:
            taken.add(target)
    for field in FIELDS:
        if field.required and field.name not in taken:
            raise FieldMissing(**_labels(field))
    return {column: mapping.get(column) for column in columns}


def _labels(field: Field) -> dict[str, Any]:
    return {"label_zh": field.label_zh, "label_en": field.label_en}


def _plain(name: str) -> str:
    """A header without case, width, blanks and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", name).casefold())


def _forms(name: str) -> tuple[str, str]:
    """With what is in brackets, and without: 价格（元） is 价格, SKU（编码） is SKU编码."""
    folded = unicodedata.normalize("NFKC", name)
    return _plain(folded), _plain(_BRACKETED.sub("", folded))


_RANKS: Final = {
    (field.name, _plain(name)): rank
    for field in FIELDS
    for rank, name in reversed([*enumerate(field.names)])
}


def _rank(column: str, field: Field) -> int | None:
    ranks = (_RANKS.get((field.name, form)) for form in _forms(column))
    return min((rank for rank in ranks if rank is not None), default=None)


_KNOWN: Final = {form for _, form in _RANKS}


def _field_of(header: str) -> str | None:
    return next((form for form in _forms(header) if form in _KNOWN), None)


_FORMULA = re.compile(r"[\u4e00-\u9fff)）]\s*[-+*/×÷=＋－＝]\s*[\u4e00-\u9fff(（]")
_DIGIT = re.compile(r"\d")


def _explains(line: Line) -> bool:
    """A line below the header that says how columns are computed: words and signs, no figure."""
    texts = [cell_text(cell) for cell in line.cells if cell not in (None, "")]
    explained = [text for text in texts if _FORMULA.search(text)]
    return bool(explained) and not any(_DIGIT.search(text) for text in texts)
