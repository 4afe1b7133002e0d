"""Postcodes and region codes of addresses: kept with the address, shown to whoever packs."""

import csv
import io
from dataclasses import replace

import pytest

from kaibo.orders import actions
from kaibo.orders.errors import PostcodeUnusable
from kaibo.orders.reads.book import saved_address
from kaibo.orders.rules import clean_address
from kaibo.orders.tests.buying import HOME, pay, place
from kaibo.orders.tests.shipping import buyer
from kaibo.promotions.tests.shop import NOW, Shop, after

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("typed", "kept"), [("", ""), (" ２０００１０ ", "200010")])
def test_a_postcode_is_six_digits_or_none(typed: str, kept: str) -> None:
    assert clean_address(replace(HOME, postcode=typed)).postcode == kept
    for wrong in ("20001", "2000100", "20001a"):
        with pytest.raises(PostcodeUnusable):
            clean_address(replace(HOME, postcode=wrong))


def test_codes_come_with_the_address_to_the_list_to_ship(shop: Shop) -> None:
    address = replace(HOME, region_code="310101", postcode="200010")
    saved = actions.save_address(address=address, is_default=True, by=buyer(shop), now=NOW)
    read = saved_address(saved.id, viewer_id=1, org_id=shop.org_id)
    assert (read.region_code, read.postcode) == ("310101", "200010")
    pay(place(shop, address=read))
    pay(place(shop, request_key="typed", now=after(1)), now=after(1))
    data = actions.export_to_ship(kind="csv", by=shop.by, now=after(2)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    assert [(row["行政区划代码 Region code"], row["邮编 Postcode"]) for row in rows] == [
        ("310101", "200010"), ("", ""),
    ]  # fmt: skip
