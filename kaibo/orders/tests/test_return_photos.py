"""Photographs of returns: made harmless, seen by two sides, deleted when their time is over."""

import datetime as dt
import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from kaibo.audience.actions import issue_viewer_token
from kaibo.base.errors import PhotoTooLarge, PhotoUnreadable
from kaibo.base.photos import BYTES_MAX, Photo, clean_photo
from kaibo.catalog.tests.desk import Desk
from kaibo.facts.orders import ReturnPhotoAdded, ReturnPhotosForgotten
from kaibo.orders import actions, photos
from kaibo.orders.errors import (
    NoSuchPhoto,
    NoSuchReturn,
    PhotosFull,
    ReturnStateWrong,
)
from kaibo.orders.models import ReturnPhoto
from kaibo.orders.reads import returns as reads
from kaibo.orders.reads.returns import ReturnView
from kaibo.orders.rules.photos import KEPT_FOR, PHOTOS_MAX
from kaibo.orders.tests.photographs import SECRET, bomb, jpeg, phone_jpeg, png
from kaibo.orders.tests.shipping import DAY, bought, buyer, delivered
from kaibo.orders.tests.test_returns import ask
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, facts, make_shop


def opened(photo: Photo) -> Image.Image:
    picture = Image.open(io.BytesIO(photo.data))
    picture.load()
    assert (picture.format, picture.mode, picture.size) == (
        "JPEG", "RGB", (photo.width, photo.height),
    )  # fmt: skip
    return picture


def test_only_the_pixels_stay_and_they_stand_upright() -> None:
    photo = clean_photo(phone_jpeg())
    picture = opened(photo)
    assert picture.size == (48, 64)
    assert (dict(picture.getexif()), picture.info.get("comment")) == ({}, None)
    assert not [part for part in (SECRET, b"script", b"Exif") if part in photo.data]
    info = PngInfo()
    info.add_text("place", SECRET.decode())
    clear = clean_photo(png(mode="RGBA", pnginfo=info))
    assert SECRET not in clear.data
    # What shines through is white.
    assert opened(clear).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("size", "kept"),
    [((4_000, 3_000), (2_048, 1_536)), ((2_048, 1), (2_048, 1)), ((3, 5_000), (1, 2_048))],
)
def test_large_ones_are_kept_smaller(size: tuple[int, int], kept: tuple[int, int]) -> None:
    assert opened(clean_photo(jpeg(size))).size == kept
    out = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), color) for color in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert opened(clean_photo(out.getvalue())).getpixel((4, 4)) == (254, 0, 0)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", PhotoUnreadable),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", PhotoUnreadable),
        (b"<html><script>alert(1)</script></html>", PhotoUnreadable),
        (b"GIF89a" + b"\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;", PhotoUnreadable),
        (b"%PDF-1.7\n" + jpeg(), PhotoUnreadable),
        (b"PK\3\4" + jpeg(), PhotoUnreadable),
        (jpeg()[:-40], PhotoUnreadable),
        (png()[:40], PhotoUnreadable),
        (jpeg()[:2] + b"\0" * 64, PhotoUnreadable),
        (bomb(), PhotoTooLarge),
        (png((4_001, 4_000), "1"), PhotoTooLarge),
        (b"\xff\xd8" + b"\0" * BYTES_MAX, PhotoTooLarge),
    ],
    ids=[
        "empty", "svg", "html", "gif", "pdf", "zip", "cut", "cut-png", "noise", "bomb", "large-png",
        "many-bytes",
    ],
)  # fmt: skip
def test_what_is_no_photograph_is_refused(data: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        clean_photo(data)


@pytest.mark.parametrize("tail", [b"<html><script>alert(1)</script>", b"PK\x05\x06" + b"\0" * 18])
def test_of_a_file_that_is_two_things_the_picture_alone_stays(tail: bytes) -> None:
    for whole in (jpeg(), png()):
        photo = clean_photo(whole + tail)
        assert tail not in photo.data
        assert opened(photo).size in ((64, 48), (8, 8))


@hypothesis_settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 400), st.sampled_from([jpeg(), png()]))
def test_no_bytes_break_it(noise: bytes, at: int, whole: bytes) -> None:
    """A picture comes out, or a refusal; nothing else, whatever is changed."""
    try:
        photo = clean_photo(whole[:at] + noise + whole[at + len(noise) :])
    except (PhotoUnreadable, PhotoTooLarge):
        return
    assert opened(photo).width <= 2_048


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    settings.KAIBO_PHOTOS = tmp_path / "photos"
    return tmp_path / "photos"


@pytest.fixture
def back(shop: Shop, home: Path) -> ReturnView:
    """A return for its quality that the desk has not looked at."""
    order = bought(shop)
    delivered(shop, order)
    return ask(shop, order, reason="quality")


def add(shop: Shop, back: ReturnView, data: bytes, **more: Any) -> ReturnView:
    values: dict[str, Any] = {"by": buyer(shop), "now": NOW, **more}
    return actions.add_return_photo(return_id=back.id, data=data, **values)


def files(home: Path) -> list[Path]:
    return sorted(path for path in home.glob("**/*") if path.is_file())


@pytest.mark.django_db
def test_a_photograph_is_a_row_a_fact_and_a_file_that_nobody_can_guess(
    shop: Shop, back: ReturnView, home: Path
) -> None:
    """The same file twice is one; nine at most; none of a return that is over."""
    data = phone_jpeg()
    (seen,) = add(shop, back, data).pictures
    assert (seen.width, seen.height) == (48, 64)
    assert add(shop, back, data).pictures == [seen]
    (row,) = ReturnPhoto.objects.all()
    (file,) = files(home)
    assert (file.name, len(row.name), file.stat().st_mode & 0o777) == (f"{row.name}.jpg", 32, 0o600)
    assert reads.photo_data(row.pk, org_id=shop.org_id, viewer_id=1) == file.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    assert facts(ReturnPhotoAdded) == [
        ReturnPhotoAdded(return_id=back.id, photo_id=row.pk, digest=digest)
    ]
    for n in range(1, PHOTOS_MAX):
        add(shop, back, jpeg((8, n)))
    with pytest.raises(PhotosFull):
        add(shop, back, jpeg((8, 99)))
    actions.withdraw_return(return_id=back.id, by=buyer(shop), now=NOW)
    assert len(add(shop, back, data).pictures) == PHOTOS_MAX
    with pytest.raises(ReturnStateWrong):
        add(shop, back, jpeg((8, 98)))
    assert len(files(home)) == ReturnPhoto.objects.count() == PHOTOS_MAX


@pytest.mark.django_db
def test_nobody_else_adds_or_sees_one(shop: Shop, back: ReturnView, home: Path) -> None:
    """Another viewer, another shop, the desk for adding: as if there were none; nothing decoded."""
    (seen,) = add(shop, back, jpeg()).pictures
    dai = make_shop("dai")
    for by in (buyer(shop, 2), shop.by, buyer(dai), dai.by):
        with pytest.raises(NoSuchReturn):
            add(shop, back, bomb(), by=by)
    for who in ({"org_id": shop.org_id, "viewer_id": 2}, {"org_id": dai.org_id}):
        with pytest.raises(NoSuchPhoto):
            reads.photo_data(seen.id, **who)
    assert reads.photo_data(seen.id, org_id=shop.org_id) == files(home)[0].read_bytes()
    files(home)[0].unlink()
    with pytest.raises(NoSuchPhoto):
        reads.photo_data(seen.id, org_id=shop.org_id)


@pytest.mark.django_db
def test_a_photograph_is_deleted_half_a_year_after_its_return_ended(
    shop: Shop, back: ReturnView, home: Path
) -> None:
    (seen,) = add(shop, back, jpeg()).pictures
    assert actions.forget_return_photos(now=NOW + 999 * DAY) == 0
    actions.withdraw_return(return_id=back.id, by=buyer(shop), now=NOW)
    assert actions.forget_return_photos(now=NOW + KEPT_FOR - dt.timedelta(seconds=1)) == 0
    assert actions.forget_return_photos(now=NOW + KEPT_FOR) == 1
    assert actions.forget_return_photos(now=NOW + KEPT_FOR) == 0
    assert (files(home), ReturnPhoto.objects.count()) == ([], 0)
    assert facts(ReturnPhotosForgotten) == [
        ReturnPhotosForgotten(return_id=back.id, photo_ids=[seen.id])
    ]
    assert reads.return_of(back.id, org_id=shop.org_id).pictures == []


@pytest.mark.django_db
def test_what_was_left_behind_is_cleared_away(shop: Shop, back: ReturnView, home: Path) -> None:
    """Files of additions that died halfway, a day later; files of rows stay."""
    add(shop, back, jpeg())
    (kept,) = files(home)
    lost = photos.new_name()
    photos.write(lost, b"x")
    half = home / "ab" / ("ab" * 16 + ".new")
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"x")
    for path in files(home):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    actions.forget_return_photos(now=NOW + DAY)
    assert len(files(home)) == 3
    actions.forget_return_photos(now=NOW + DAY + dt.timedelta(seconds=1))
    assert files(home) == [kept]


@pytest.mark.django_db
def test_over_http_from_the_phone_to_the_desk(shop: Shop, back: ReturnView, home: Path) -> None:
    token = issue_viewer_token(1, shop.org_id, SHOW)
    phone = Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "zh"})
    path = f"/api/my/returns/{back.id}/photos"
    made = phone.post(path, {"file": SimpleUploadedFile("../../x.svg", phone_jpeg(), "text/html")})
    assert made.status_code == 201, made.content
    (seen,) = made.json()["pictures"]
    assert {name: seen[name] for name in ("width", "height")} == {"width": 48, "height": 64}
    desk = Desk(shop.org_id, "service")
    for answer in (
        phone.get(f"/api/my/return-photos/{seen['id']}"),
        desk.client.get(f"/api/desk/return-photos/{seen['id']}"),
    ):
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert answer.content == files(home)[0].read_bytes()
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, max-age=3600"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert desk.get("/returns")["items"][0]["pictures"] == [seen]
    assert (
        Desk(shop.org_id, "host").client.get(f"/api/desk/return-photos/{seen['id']}").status_code
        == 403
    )
    bad = phone.post(path, {"file": SimpleUploadedFile("x.jpg", b"<svg/>", "image/jpeg")})
    assert (bad.status_code, bad.json()["code"]) == (422, "photo_unreadable")
    large = phone.post(path, {"file": SimpleUploadedFile("x.jpg", b"\0" * (BYTES_MAX + 1))})
    assert (large.status_code, large.json()["code"]) == (413, "photo_too_large")
    assert Client().get(f"/api/my/return-photos/{seen['id']}").status_code == 401
