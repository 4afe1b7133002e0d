"""Order files as operators meet them: look, mend, write; the later file holds, once."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from kaibo.base.actor import Actor
from kaibo.base.errors import FieldMissing, NoSuchColumn, NumberOutOfRange
from kaibo.base.sheets import CSV_TYPE, read_xlsx, write_xlsx
from kaibo.base.tables import read_lines
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.catalog.tests.desk import Desk
from kaibo.facts.orders import OrderFileApplied
from kaibo.journal.models import Entry
from kaibo.journal.reads import last_position, read
from kaibo.orders import actions
from kaibo.orders.actions import OrderFileResult, TermsWish
from kaibo.orders.actions import files as file_actions
from kaibo.orders.actions.file_keeping import unpacked
from kaibo.orders.errors import (
    AmountNeeded,
    NoSuchOrderFile,
    OrderFileClosed,
    PlatformUnknown,
    TermsMissing,
)
from kaibo.orders.models import OrderFile, PlatformOrder, PlatformOrderLine
from kaibo.orders.reads import files as reads
from kaibo.orders.tests import platform_files as files

pytestmark = pytest.mark.django_db

HEAD = "订单编号,下单时间,商品名称,数量,金额,备注\n"


@pytest.fixture
def ana() -> Actor:
    return manager_of("ana")


def bring(text: str | bytes, by: Actor, now: dt.datetime = NOW, **wish: str) -> OrderFileResult:
    """Upload and write."""
    data = text.encode() if isinstance(text, str) else text
    preview = actions.start_order_file(
        data=data, filename="订单.csv", by=by, now=now, wish=TermsWish(**wish)
    )
    return actions.apply_order_file(file_id=preview.id, by=by, now=now)


def stored(by: Actor) -> dict[str, tuple[str, int, int, int, list[tuple[str, int | None]]]]:
    found = reads.platform_orders(by.org_id).items
    return {
        one.no: (
            one.state, one.total_minor, one.paid_minor, one.refund_minor,
            [(line.title, line.units) for line in one.lines],
        )
        for one in found
    }  # fmt: skip


def told() -> list[OrderFileApplied]:
    return [entry.fact for entry in read() if isinstance(entry.fact, OrderFileApplied)]


def test_a_later_file_replaces_what_an_earlier_one_told(ana: Actor) -> None:
    first = bring(HEAD + "1,2026-11-01,面霜,1,10,\n2,2026-11-01,乳液,2,20,\n", ana)
    assert (first.created, first.replaced, first.unchanged) == (2, 0, 0)
    later = bring(
        HEAD + "2,2026-11-01,乳液,2,20,\n1,2026-11-01,面霜,3,30,\n1,2026-11-01,水,1,5,\n", ana
    )
    assert (later.orders, later.created, later.replaced, later.unchanged) == (2, 0, 1, 1)
    assert stored(ana) == {
        "1": ("paid", 3500, 3500, 0, [("面霜", 3), ("水", 1)]),
        "2": ("paid", 2000, 2000, 0, [("乳液", 2)]),
    }
    assert PlatformOrderLine.objects.count() == 3


def test_the_same_file_is_written_once_even_after_a_later_one(ana: Actor) -> None:
    text = HEAD + "1,2026-11-01,面霜,1,10,\n"
    bring(text, ana)
    bring(HEAD + "1,2026-11-01,面霜,1,12,\n", ana)
    before, mark = stored(ana), last_position()
    again = bring(text, ana)
    assert again == OrderFileResult(
        rows=1, orders=1, created=0, replaced=0, unchanged=1, refused=0, repeats=0, already=True
    )
    assert (stored(ana), last_position()) == (before, mark)
    assert OrderFile.objects.filter(state="repeat").count() == 1
    # Read as another shop's, it is another file.
    assert bring(text, ana, shop="二店").created == 1
    assert [(fact.shop, fact.orders, fact.total_minor) for fact in told()] == [
        ("", 1, 1000), ("", 1, 1200), ("二店", 1, 1000),
    ]  # fmt: skip


def test_a_file_that_stopped_halfway_goes_on_there(
    ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_actions, "CHUNK_ORDERS", 2)
    text = HEAD + "".join(f"{n},2026-11-01,面霜,1,10,\n" for n in range(5))
    preview = actions.start_order_file(data=text.encode(), filename="f", by=ana, now=NOW)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.apply_order_file(file_id=preview.id, by=ana, now=NOW, progress=stop)
    assert (PlatformOrder.objects.count(), told()) == (2, [])
    assert actions.order_file_preview(file_id=preview.id, by=ana).state == "applying"
    for name in ("备注", "没有"):
        with pytest.raises(NoSuchColumn):
            actions.start_order_file(
                data=text.encode(), filename="f", by=ana, now=NOW, mapping={name: "title"}
            )
    with pytest.raises(OrderFileClosed):
        actions.remap_order_file(file_id=preview.id, mapping={}, by=ana)
    # Uploaded once more, the first upload is brought to its end.
    seen: list[tuple[int, int]] = []
    again = actions.start_order_file(data=text.encode(), filename="f", by=ana, now=NOW)
    result = actions.apply_order_file(
        file_id=again.id, by=ana, now=NOW, progress=lambda *at: seen.append(at)
    )
    assert (result.already, seen) == (True, [(4, 5), (5, 5)])
    assert [(fact.file_id, fact.created) for fact in told()] == [(preview.id, 5)]
    assert actions.apply_order_file(file_id=preview.id, by=ana, now=NOW).created == 5
    assert len(told()) == 1


def test_refused_orders_come_back_to_be_mended(ana: Actor) -> None:
    """Everything refused is in the file, each order whole; mended, it goes in."""
    text = HEAD + (
        "1,2026-11-01,面霜,1,10,好\n2,2026-11-01,乳液,一,20,=cmd\n2,2026-11-01,水,1,5,\n"
        "3,2026-11-02,精华,1,10,多,一格\n"
    )
    preview = actions.start_order_file(
        data=text.encode(), filename="f.csv", by=ana, now=NOW, mapping={"备注": None}
    )
    assert (preview.rows, preview.orders_ok, preview.refused, preview.errors_total) == (4, 1, 3, 3)
    assert preview.left_out == ("备注",)
    result = actions.apply_order_file(file_id=preview.id, by=ana, now=NOW)
    assert (result.created, result.refused) == (1, 3)
    for kind in ("csv", "xlsx"):
        data = actions.order_file_errors(file_id=preview.id, kind=kind, lang="zh", by=ana)
        again = actions.check_order_file(data=data, filename=kind, by=ana, now=NOW)
        assert (again.rows, again.columns[-1]) == (3, "问题说明")
    text = actions.order_file_errors(file_id=preview.id, kind="csv", lang="en", by=ana).decode()
    assert text.splitlines()[1].startswith("2,2026-11-01,乳液,一,20,")
    mended = bring(text.replace("乳液,一", "乳液,1"), ana)
    assert (mended.created, mended.refused) == (1, 1)
    assert stored(ana)["2"] == ("paid", 2500, 2500, 0, [("乳液", 1), ("水", 1)])


def test_each_day_against_the_file(ana: Actor) -> None:
    """By the shop's clock; a refused order and a later file show as a difference."""
    bring(files.douyin(), ana)
    (file,) = reads.order_files(ana.org_id)
    first, second = reads.file_days(ana.org_id, file.id)
    assert (first.day, second.day) == (dt.date(2026, 11, 11), dt.date(2026, 11, 12))
    assert (first.file.orders, first.file.paid, first.file.refunded) == (1, 1, 1)
    assert (first.file.total_minor, first.file.paid_minor) == (149880, 149880)
    assert (first.file.refund_minor, second.file.paid) == (129900, 0)
    assert (first.agrees, second.agrees) == (True, True)
    bring(files.douyin().replace("1.2万", "1万"), ana)
    _, second = reads.file_days(ana.org_id, file.id)
    assert (second.agrees, second.ours.total_minor, second.file.total_minor) == (
        False,
        10**6,
        1200000,
    )
    bring(HEAD + "1,2026-11-01,面霜,一,10,\n2,2026-11-01,面霜,1,10,\n", ana)
    (day,) = reads.file_days(ana.org_id, reads.order_files(ana.org_id)[0].id)
    assert (day.file.orders, day.ours.orders, day.agrees) == (2, 1, False)


@pytest.mark.row("R-071")
def test_weixin_from_the_preview_to_the_day(ana: Actor) -> None:
    """Looked at, mended, replaced by a later export, the same content once, each day compared."""
    broken = files.weixin().replace("精华水,10000116", "精华水,1E+7")
    preview = actions.start_order_file(data=broken.encode(), filename="w.csv", by=ana, now=NOW)
    assert (preview.platform, preview.zone, preview.currency) == (
        "weixin",
        "Asia/Shanghai",
        "CNY",
    )
    assert {"收件人姓名", "收件人地址", "收件人手机", "买家备注", "交易单号", "定制信息"} <= set(
        preview.left_out
    )
    assert (preview.rows, preview.orders_ok, preview.refused) == (3, 1, 2)
    assert [(error.line, error.column) for error in preview.errors] == [
        (2, "订单号"),
        (3, "商品编码(平台)"),
    ]
    result = actions.apply_order_file(file_id=preview.id, by=ana, now=NOW)
    assert (result.created, result.refused) == (1, 2)
    # The day tells what was held back until the mended lines come in.
    (day,) = reads.file_days(ana.org_id, preview.id)
    assert (day.file.orders, day.ours.orders, day.agrees) == (2, 1, False)
    refused = actions.order_file_errors(file_id=preview.id, kind="csv", lang="zh", by=ana).decode()
    mended = bring(refused.replace("1E+7", "10000116"), ana)
    assert (mended.created, mended.replaced, mended.refused) == (1, 0, 0)
    assert stored(ana)["3729946591347487001"] == (
        "paid", 16000, 16800, 6000, [("保湿面霜", 2), ("精华水", 1)],
    )  # fmt: skip
    (day,) = reads.file_days(ana.org_id, preview.id)
    assert (day.ours.orders, day.ours.paid_minor, day.ours.refund_minor) == (2, 16800, 6000)
    # A later export of the same orders, in the other variant and by another encoding.
    later = files.weixin(files.WEIXIN_OLD, 订单状态="已完成").encode("gbk")
    again = bring(later, ana)
    assert (again.created, again.replaced, again.unchanged) == (0, 2, 0)
    assert stored(ana)["3729946591347487001"][:4] == ("paid", 16800, 16800, 6000)
    assert bring(later, ana).already
    assert PlatformOrder.objects.count() == 2


def test_nothing_of_who_bought_is_stored_anywhere(ana: Actor) -> None:
    """Raw SQL over every column of every table, before writing and after, and the answers."""
    texts = [files.douyin(files.DOUYIN_LATER), files.kuaishou(), files.taobao(), files.tiktok()]
    texts += [files.weixin(), files.weixin(files.WEIXIN_OLD)]
    texts.append(files.douyin().replace("大理市苍山门88号", "大理市,苍山门88号"))
    texts.append(files.taobao().replace("交易成功", "谜").replace("2026-11-11 10:01:00", "?"))
    said = ""
    for text in texts:
        wish = TermsWish(zone="America/Sao_Paulo") if "R$" in text else None
        data = text.replace('"大理市,苍山门88号"', "大理市,苍山门88号").encode()
        preview = actions.start_order_file(data=data, filename="f", by=ana, now=NOW, wish=wish)
        said += repr(preview) + _everything()
        actions.apply_order_file(file_id=preview.id, by=ana, now=NOW)
        for kind in ("csv", "xlsx"):
            file = actions.order_file_errors(file_id=preview.id, kind=kind, lang="zh", by=ana)
            said += repr(read_lines(file)) if file.count(b"\n") > 1 and kind == "csv" else ""
    said += _everything() + repr(list(reads.platform_order_rows(ana.org_id)))
    assert PlatformOrder.objects.count() >= 6
    assert [secret for secret in files.SECRETS if secret in said] == []
    assert [secret for secret in files.SECRETS if json.dumps(secret)[1:-1] in said] == []


def _everything() -> str:
    held = "".join(Entry.objects.values_list("body", flat=True))
    for file in OrderFile.objects.all():
        held += repr(unpacked(file))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            held += "".join(repr(row) for row in cursor.fetchall())
    return held


def test_only_what_was_read_stays_after_writing_and_nothing_unwritten_for_long(ana: Actor) -> None:
    text = "订单编号,下单时间,金额,内部\n1,2026-11-01,5,x\n"
    bring(text, ana)
    (file,) = OrderFile.objects.all()
    assert unpacked(file).columns == ("订单编号", "下单时间", "金额")
    actions.start_order_file(data=text.encode() + b"\n", filename="f", by=ana, now=NOW)
    later = NOW + dt.timedelta(days=1, seconds=1)
    actions.start_order_file(data=text.encode() + b"\n\n", filename="f", by=ana, now=later)
    assert list(OrderFile.objects.values_list("state", flat=True).order_by("pk")) == [
        "applied", "ready",
    ]  # fmt: skip


def test_what_a_file_does_not_tell_must_be_said(ana: Actor) -> None:
    preview = actions.start_order_file(data=files.tiktok().encode(), filename="t", by=ana, now=NOW)
    assert (preview.platform, preview.zone, preview.currency) == ("tiktok", "", "BRL")
    with pytest.raises(TermsMissing):
        actions.apply_order_file(file_id=preview.id, by=ana, now=NOW)
    wish = TermsWish(zone="America/Sao_Paulo")
    actions.remap_order_file(file_id=preview.id, mapping=preview.mapping, by=ana, wish=wish)
    assert actions.apply_order_file(file_id=preview.id, by=ana, now=NOW).created == 1
    for text, refusal in (
        ("订单编号,金额\n1,5\n", FieldMissing),
        ("订单编号,下单时间\n1,2026-11-01\n", AmountNeeded),
    ):
        with pytest.raises(refusal):
            bring(text, ana)
    assert PlatformOrder.objects.count() == 1


def test_a_workbook_with_real_dates_and_numbers(ana: Actor) -> None:
    at = dt.datetime(2026, 11, 1, 4, 5, 6, tzinfo=dt.UTC)
    data = write_xlsx("t", ["订单编号", "下单时间", "金额"], [["1", at, 19], [2, at, "19.9"]])
    assert bring(data, ana).created == 2
    row = PlatformOrder.objects.get(no="1")
    assert (row.ordered_at, row.total_minor) == (at, 1900)
    long = write_xlsx("t", ["订单编号", "下单时间", "金额"], [[6920000000000000001, at, 1]])
    assert bring(long, ana).refused == 1


def test_another_shop_sees_and_changes_nothing(ana: Actor) -> None:
    dai = manager_of("dai")
    preview = actions.start_order_file(data=files.taobao().encode(), filename="f", by=ana, now=NOW)
    for attempt in (
        lambda: actions.order_file_preview(file_id=preview.id, by=dai),
        lambda: actions.apply_order_file(file_id=preview.id, by=dai, now=NOW),
        lambda: actions.order_file_errors(file_id=preview.id, kind="csv", lang="zh", by=dai),
        lambda: actions.remap_order_file(file_id=preview.id, mapping={}, by=dai),
        lambda: reads.file_days(dai.org_id, preview.id),
    ):
        with pytest.raises(NoSuchOrderFile):
            attempt()
    bring(files.taobao(), dai)
    assert (stored(ana), len(stored(dai))) == ({}, 2)


def test_exports_hold_every_line_and_run_no_formula(ana: Actor) -> None:
    bring(files.douyin().replace("保湿面霜", "=1+1"), ana, shop="一店")
    rows = list(reads.platform_order_rows(ana.org_id, platform="douyin"))
    width = len(reads.PLATFORM_ORDER_COLUMNS)
    assert [len(row) for row in rows] == [width] * 3
    assert sum(row[9] or 0 for row in rows) * 100 == 149880 + 1200000  # type: ignore[misc]
    desk = Desk(ana.org_id, "service")
    text = desk.download("/platform-orders.csv").decode("utf-8-sig")
    assert text.splitlines()[1].startswith(
        "抖店,一店,6920000000000000001,6920000000000000011,已付款"
    )
    assert "'=1+1" in text
    book = read_xlsx(desk.download("/platform-orders.xlsx"), rows_max=10)
    assert [row[15] for row in book] == ["商品 Title", "=1+1", "精华水", "=1+1"]
    with pytest.raises(PlatformUnknown):
        reads.platform_order_rows(ana.org_id, platform="x")
    with pytest.raises(NumberOutOfRange):
        reads.platform_orders(ana.org_id, page=0)


def test_the_wizard_over_http(ana: Actor) -> None:
    desk = Desk(ana.org_id, "operations")
    file = SimpleUploadedFile("单.csv", "单,日,价\n1,2026-11-01,9.9\n".encode(), CSV_TYPE)
    answer = desk.client.post("/api/desk/order-files", {"file": file, "shop": "一店"})
    assert answer.status_code == 201, answer.content
    preview: dict[str, Any] = answer.json()
    assert (preview["platform"], preview["shop"], preview["rows"]) == ("plain", "一店", 1)
    path = f"/order-files/{preview['id']}"
    assert desk.post(f"{path}/apply", status=422)["code"] == FieldMissing.code
    mapping = {"单": "no", "日": "ordered_at", "价": "amount"}
    mapped = desk.patch(path, {"mapping": mapping, "terms": {"shop": "二店"}})
    assert (mapped["orders_ok"], mapped["shop"]) == (1, "二店")
    assert desk.post(f"{path}/apply")["created"] == 1
    assert desk.patch(path, {"mapping": mapping}, 409)["code"] == OrderFileClosed.code
    assert (desk.get(path)["state"], desk.get(path)["orders_done"]) == ("applied", 1)
    assert desk.get(f"{path}/days") == [
        {
            "day": "2026-11-01",
            "file": dict.fromkeys(("orders", "paid"), 1)
            | {"refunded": 0, "total_minor": 990, "paid_minor": 990, "refund_minor": 0},
            "ours": dict.fromkeys(("orders", "paid"), 1)
            | {"refunded": 0, "total_minor": 990, "paid_minor": 990, "refund_minor": 0},
            "agrees": True,
        }
    ]
    assert desk.download(f"{path}/errors.csv").decode("utf-8-sig").startswith("单,日,价,Problem")
    assert desk.download(f"{path}/errors.xlsx")[:2] == b"PK"
    assert [one["state"] for one in desk.get("/order-files")] == ["applied"]
    page = desk.get("/platform-orders?platform=plain")
    assert (page["total"], page["items"][0]["no"], page["items"][0]["shop"]) == (1, "1", "二店")
    broken = SimpleUploadedFile("x.xlsx", b"PK\x03\x04broken")
    assert desk.client.post("/api/desk/order-files", {"file": broken}).status_code == 422
