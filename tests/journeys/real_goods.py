"""Goods and a plan from a day of real beauty listings."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from tests.house import Desk
from tests.people import clear_people

LINKS = 12
# Invented: what the sheets of goods do not say.
FACTS = {
    "net_content": "50 ml",
    "ingredients": "水、甘油",
    "use_by": "开封后 12 个月",
    "usage": "取适量涂抹",
    "warnings": "如有不适请停用",
}


def import_goods(desk: Desk, writer: Desk, data: Path, units: int) -> list[dict[str, Any]]:
    """The best sellers of twelve brands whose titles the rulebook lets pass, into the catalogue."""
    newest: dict[str, dict[str, str]] = {}
    with (data / "tmall_beauty_1111" / "snapshots.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["sale_count"] and float(row["price"]) >= 20:
                newest[row["product_id"]] = row
    best: dict[str, dict[str, str]] = {}
    for row in sorted(newest.values(), key=lambda r: -int(r["sale_count"])):
        if row["shop"] in best:
            continue
        hits = desk.post("/desk/lint", {"text": row["title"], "surface": "title"})["hits"]
        if not any(h["verdict"] == "violation" and not h["suppressed_reason"] for h in hits):
            best[row["shop"]] = row
    goods: list[dict[str, Any]] = []
    for row in list(best.values())[:LINKS]:
        fen = round(float(row["price"]) * 100)
        product = desk.post(
            "/desk/products",
            {
                "code": row["product_id"],
                "title": row["title"],
                "brand": row["shop"],
                "category": "美妆",
            },
        )
        sku = desk.post(
            f"/desk/products/{product['id']}/skus",
            {
                "code": f"{row['product_id']}-1",
                "spec": "标准装",
                "list_price_fen": fen,
                "cost_fen": fen // 3,
                "floor_price_fen": fen // 2,
            },
        )
        desk.post(f"/desk/skus/{sku['id']}/stock", {"delta": units + 2000, "reason": "进货"})
        _file_papers(desk, writer, product["id"], number=len(goods))
        desk.call("PUT", f"/desk/products/{product['id']}/card", {"facts": FACTS})
        desk.post(f"/desk/products/{product['id']}/submit")
        desk.post(f"/desk/products/{product['id']}/approve")
        goods.append({"sku_id": sku["id"], "fen": fen, "title": row["title"]})
    return goods


def _file_papers(desk: Desk, writer: Desk, product_id: int, *, number: int) -> None:
    """An invented filing, written down by one person and accepted by another."""
    paper = writer.post(
        f"/desk/products/{product_id}/papers",
        {
            "kind": "cosmetics_filing",
            "number": f"沪G妆网备字2026{number:06}",
            "issuer": "演示药品监督管理局",
            "valid_from": "2026-01-01",
        },
    )
    desk.post(f"/desk/papers/{paper['id']}/accept")


def plan_show(desk: Desk, goods: list[dict[str, Any]]) -> dict[str, Any]:
    """A show for these goods, made ready like any other."""
    model = next(show for show in desk.get("/desk/shows") if show["state"] == "draft")
    shared = ("host_id", "theme", "goal", "audience_card", "policy_text", "starts_at")
    body = {name: model[name] for name in shared} | {
        "title": "美妆真实数据场",
        "planned_minutes": 120,
    }
    show: dict[str, Any] = desk.post("/desk/shows", body)
    items = [
        {
            "link_no": n,
            "sku_id": item["sku_id"],
            "starts_minute": (n - 1) * 8,
            "minutes": 8,
            "price_fen": live_price(item["fen"]),
            "role": "主推款",
            "units_planned": 1500,
            "first_batch_units": 500,
            "script_text": "给大家看一下质地和用量，成分表在包装背面，按说明使用。",
            "selling_points": ["正装", "日期新鲜"],
            "desk_action": "上链接",
            "opens_with_pop": True,
        }
        for n, item in enumerate(goods, start=1)
    ]
    desk.call("PUT", f"/desk/shows/{show['id']}/items", {"items": items})
    clear_people(desk, show["id"])
    gate = desk.get(f"/desk/shows/{show['id']}/preflight")
    red = [check for check in gate["checks"] if check["state"] == "red"]
    assert not red, red
    return show | {"prices": [item["price_fen"] for item in items]}


def live_price(fen: int) -> int:
    """Four fifths of the listed price, in whole yuan."""
    return fen * 4 // 500 * 100
