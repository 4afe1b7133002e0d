"""What the demo shop sells. Everything here is invented."""

from dataclasses import dataclass

# Invented: the serial is of nobody.
LICENCE_NO = "JY13301060000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoItem:
    """One product with its SKU and its line in the run of show; amounts in fen."""

    code: str
    title: str
    spec: str
    category: str
    role: str
    day_fen: int
    live_fen: int
    floor_fen: int
    cost_fen: int
    stock: int
    units: int
    starts: int
    minutes: int
    points: tuple[str, ...]
    script: str
    benefit: str = ""
    per_buyer_max: int = 5
    # Of food: ingredients, shelf life, storage.
    label: tuple[str, str, str] = ("", "", "")

    @property
    def is_food(self) -> bool:
        """Whether a licence to trade in food goes with it."""
        return self.category not in ("家居", "水果")

    @property
    def facts(self) -> dict[str, str]:
        """What its card says of it."""
        if not self.is_food:
            return {}
        ingredients, shelf_life, storage = self.label
        return {
            "net_content": self.spec,
            "ingredients": ingredients,
            "shelf_life": shelf_life,
            "storage": storage,
            "maker": "山野集（演示）食品有限公司",
        }


ITEMS = (
    DemoItem(
        code="SY-MI",
        title="五常稻花香大米",
        spec="2.5kg 真空装",
        category="粮油",
        label=("稻花香稻谷", "12 个月", "阴凉干燥处，开封后密封冷藏"),
        role="引流款",
        day_fen=4990,
        live_fen=2990,
        floor_fen=2500,
        cost_fen=2200,
        stock=600,
        units=200,
        starts=0,
        minutes=8,
        points=("当季新米", "真空锁鲜", "产地直发"),
        per_buyer_max=2,
        script="先给大家看一下米粒，颗粒饱满、有光泽。这是今年秋天收的新米，真空小包装，"
        "一袋两个人吃一周左右。煮之前淘一遍就好，水和米一比一点二。",
        benefit="直播间到手 29.9 元，每人限 2 袋",
    ),
    DemoItem(
        code="SY-MEL",
        title="山野百花蜂蜜",
        spec="500g 玻璃瓶",
        category="滋补",
        label=("百花蜂蜜", "24 个月", "常温避光，勿用金属勺"),
        role="主推款",
        day_fen=8800,
        live_fen=5900,
        floor_fen=4900,
        cost_fen=3100,
        stock=800,
        units=300,
        starts=8,
        minutes=12,
        points=("秋季百花蜜", "玻璃瓶装", "附检测报告"),
        script="这瓶蜜是秋天山里的百花蜜，颜色偏琥珀。我舀一勺给大家看挂壁的速度。"
        "检测报告在详情页最后一张图，水分和还原糖都写着。一岁以下宝宝不要吃蜂蜜。",
        benefit="到手 59 元，赠木质搅蜜棒一支",
    ),
    DemoItem(
        code="SY-CHA",
        title="高山绿茶",
        spec="100g 铁罐",
        category="茶饮",
        label=("绿茶鲜叶", "18 个月", "密封避光，冷藏更佳"),
        role="利润款",
        day_fen=16800,
        live_fen=12800,
        floor_fen=9900,
        cost_fen=5600,
        stock=300,
        units=120,
        starts=20,
        minutes=12,
        points=("春茶一芽二叶", "铁罐避光", "85℃ 水冲泡"),
        script="今天泡的是春天采的一芽二叶，我用八十五度的水，大家看叶底。"
        "喝起来清香，回味有一点甜。铁罐避光保存，开封后三个月内喝完。",
    ),
    DemoItem(
        code="SY-CHENG",
        title="赣南脐橙",
        spec="2.5kg 中果",
        category="水果",
        role="福利款",
        day_fen=3990,
        live_fen=2490,
        floor_fen=1990,
        cost_fen=1600,
        stock=900,
        units=400,
        starts=32,
        minutes=10,
        points=("现摘现发", "坏果包赔", "果径 70–80mm"),
        script="现切一个给大家看汁水。果径七十到八十毫米，一箱大概十二到十四个。"
        "收到有坏果，拍照联系客服，坏几个赔几个。",
        benefit="限时秒杀，数量有限，售完为止",
        per_buyer_max=2,
    ),
    DemoItem(
        code="SY-JUN",
        title="云南野生菌酱",
        spec="180g × 2 瓶",
        category="调味",
        label=("野生菌、菜籽油、辣椒、食盐", "12 个月", "常温避光，开封后冷藏"),
        role="搭配款",
        day_fen=5600,
        live_fen=3980,
        floor_fen=3200,
        cost_fen=2100,
        stock=420,
        units=150,
        starts=42,
        minutes=8,
        points=("菌子看得见", "微辣", "拌面下饭"),
        script="打开给大家看，菌子是整块的。微辣，不吃辣的朋友请看清楚再拍。拌一碗面给大家看。",
    ),
    DemoItem(
        code="SY-FEN",
        title="手工红薯粉条",
        spec="1kg 袋装",
        category="粮油",
        label=("红薯淀粉、水", "18 个月", "阴凉干燥处"),
        role="尝试款",
        day_fen=2990,
        live_fen=1990,
        floor_fen=1500,
        cost_fen=980,
        stock=500,
        units=150,
        starts=50,
        minutes=6,
        points=("红薯淀粉制作", "久煮不断", "传统晾晒"),
        script="提前泡半小时，煮八分钟左右。配料表只有红薯淀粉和水，大家可以看包装背面。",
    ),
    DemoItem(
        code="SY-BEI",
        title="粗陶马克杯",
        spec="350ml 青釉",
        category="家居",
        role="形象款",
        day_fen=9900,
        live_fen=7900,
        floor_fen=6500,
        cost_fen=3900,
        stock=160,
        units=60,
        starts=56,
        minutes=6,
        points=("高温烧制", "每只釉色略有不同", "可进微波炉"),
        script="每只釉色会有一点不同，介意的朋友请先看买家图。三百五十毫升，可以进微波炉。",
    ),
    DemoItem(
        code="SY-JIN",
        title="竹纤维洗碗巾",
        spec="5 条装",
        category="家居",
        role="秒杀款",
        day_fen=1990,
        live_fen=990,
        floor_fen=800,
        cost_fen=520,
        stock=700,
        units=200,
        starts=62,
        minutes=6,
        points=("吸水不掉毛", "挂绳易晾干", "5 条装"),
        script="现场擦一下油渍给大家看，用清水冲一下就干净。五条一包，建议一个月换一条。",
    ),
)
