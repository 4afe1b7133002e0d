"""The columns of a sheet of goods."""

from typing import Final

from kaibo.base.columns import Field, Fields, names

FIELDS: Final = Fields(
    Field(
        "code", "code", "商品编码", "Product code",
        names(
            "商品编码|商品id|商品编号|产品编码|产品id|货号|款号|宝贝id|商家编码|product code|"
            "product id|product_id|item id|item code|goods id|spu|spu id|spu编码|code|id|编码|"
            "编号"
        ),
        required=True,
    ),
    Field(
        "title", "text", "商品名称", "Title",
        names(
            "商品名称|商品标题|产品名称|宝贝标题|宝贝名称|选购商品|商品名|品名|商品|product name|"
            "product title|item name|title|name|名称|标题"
        ),
    ),
    Field(
        "category", "text", "类目", "Category",
        names("类目|商品类目|品类|分类|商品分类|category|product category"),
    ),
    Field(
        "brand", "text", "品牌", "Brand",
        names("品牌|品牌名称|商品品牌|brand|brand name"),
    ),
    Field(
        "supplier", "text", "供应商", "Supplier",
        names("供应商|供应商名称|供货商|厂家|supplier|supplier name|vendor"),
    ),
    Field(
        "image_url", "url", "图片", "Image",
        names("图片|主图|商品图片|图片链接|主图链接|商品主图|image|image url|picture|main image"),
    ),
    Field(
        "description", "text", "描述", "Description",
        names("描述|商品描述|详情|商品详情|description|product description"),
    ),
    Field(
        "qualification_expires_on", "date", "资质到期", "Papers expire on",
        names("资质到期|资质到期日|资质有效期|有效期至|papers expire on|qualification expires on"),
    ),
    Field(
        "sku_code", "code", "SKU编码", "SKU code",
        names(
            "sku编码|sku id|skuid|sku_id|规格编码|商家sku编码|sku商家编码|seller sku|sku code|"
            "sku|商品sku"
        ),
    ),
    Field(
        "spec", "text", "规格", "Specification",
        names(
            "规格|商品规格|规格名称|sku规格|sku名称|颜色尺码|variation|spec|specification|"
            "variant"
        ),
    ),
    Field(
        "list_price", "money", "日常价", "List price",
        names(
            "日常价|单价|商品单价|售价|销售价|价格|商品价格|吊牌价|原价|划线价|标价|list price|"
            "sku unit original price|unit price|price"
        ),
    ),
    Field(
        "cost", "money", "成本", "Cost",
        names("成本|成本价|进价|采购价|供货价|cost|cost price"),
    ),
    Field(
        "floor_price", "money", "底价", "Floor price",
        names("底价|最低价|控价|最低售价|floor price|minimum price"),
    ),
    Field(
        "on_hand", "count", "现有库存", "On hand",
        names("现有库存|库存|库存数量|总库存|可售库存|on hand|stock|inventory|quantity in stock"),
    ),
    Field(
        "buffer", "count", "预留", "Buffer",
        names("预留|预留库存|安全库存|buffer|safety stock"),
    ),
    Field(
        "on_date", "date", "快照日期", "As of",
        names(
            "快照日期|日期|更新日期|更新时间|统计日期|数据日期|采集时间|update_time|update time|"
            "updated at|as of|snapshot date|date"
        ),
    ),
    Field(
        "submit", "yes_no", "提交审核", "Submit for review",
        names("提交审核|是否提交审核|送审|submit|submit for review"),
    ),
)  # fmt: skip
