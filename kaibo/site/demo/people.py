"""The demo's host: photograph, papers, agreement, course, and the check before each show.

Everything on the pictures is drawn and says that it is a demo; the numbers belong to nobody.
"""

import datetime as dt
import io
from typing import Final

from PIL import Image, ImageDraw

from kaibo.base.actor import Actor
from kaibo.base.times import shop_day
from kaibo.hosts import actions as hosts
from kaibo.roster import actions as roster

# Invented: the region code, the birthday and the serial belong to nobody; the check digit fits.
HOST_ID_NUMBER: Final = "330100199603150028"
EMPLOYER: Final = "山野集（演示）食品有限公司"
# Invented too: a registrar that is none, and a check character that fits.
EMPLOYER_CODE: Final = "91330106MADEM0000A"
AGREEMENT: Final = (
    "一、依法依约直播，所述商品信息真实、准确。\n"
    "二、不虚构交易、关注、评价与数据，不贬损他人。\n"
    "三、每场开播前配合身份动态核验；未经报送的人员不得出镜。\n"
    "四、口误或表述不完整的，当场更正。\n（演示文本，不是合同范本）"
)
COURSE: Final = (
    "一、广告法：绝对化用语、医疗功效、数据来源。\n"
    "二、直播电商监督管理办法：身份、报送、公示、更正、留存。\n"
    "三、消费者权益：七日无理由退货、价格真实。\n（演示文本）"
)


def register_host(*, person_id: int, by: Actor, verifier: Actor, now: dt.datetime) -> int:
    """Write 小满 down with everything the gate asks for; returns the id."""
    host = hosts.add_host(
        spec=hosts.HostSpec(
            name="林小满",
            stage_name="小满",
            avatar_url="/demo/host.svg",
            person_id=person_id,
            id_number=HOST_ID_NUMBER,
        ),
        by=by,
        now=now,
    )
    hosts.add_paper(host_id=host.id, kind="portrait", data=face("#e8f0ea"), by=by, now=now)
    hosts.verify_host(
        host_id=host.id, id_number=HOST_ID_NUMBER, method="in_person", by=verifier, now=now
    )
    contract = hosts.add_paper(
        host_id=host.id, kind="affiliation", data=page("LABOUR CONTRACT"), by=by, now=now
    )
    home = hosts.AffiliationSpec(
        kind="employee",
        since_on=dt.date(2025, 3, 1),
        paper_id=contract.id,
        party_name=EMPLOYER,
        party_code=EMPLOYER_CODE,
    )
    hosts.affiliate_host(host_id=host.id, spec=home, by=by, now=now)
    _sign_and_learn(host.id, by=by, publisher=verifier, now=now)
    return host.id


def register_operator(*, by: Actor, verifier: Actor, now: dt.datetime) -> None:
    """The demo shop runs its rooms itself."""
    spec = hosts.OperatorSpec(
        kind="company",
        name=EMPLOYER,
        address="浙江省杭州市演示区山野路 1 号",
        contact="0571-0000 0000",
        credit_code=EMPLOYER_CODE,
    )
    hosts.file_operator(spec=spec, by=by, now=now)
    hosts.file_licence(data=page("BUSINESS LICENCE"), by=by, now=now)
    hosts.verify_operator(by=verifier, now=now)


def clear_people(show_id: int, host_id: int, *, by: Actor, now: dt.datetime) -> None:
    """Send the roster of a show and compare its host with the photograph on file."""
    roster.send_roster(
        show_id=show_id, sent_to="演示平台", receipt=f"DEMO-{show_id}", by=by, now=now
    )
    roster.check_person(
        show_id=show_id, host_id=host_id, photo=face("#dfe7f2"), result="match",
        note="演示数据", by=by, now=now,
    )  # fmt: skip


def _sign_and_learn(host_id: int, *, by: Actor, publisher: Actor, now: dt.datetime) -> None:
    agreement = hosts.publish_edition(
        spec=hosts.EditionSpec(kind="agreement", number=0, title="主播协议", text=AGREEMENT),
        by=publisher,
        now=now,
    )
    course = hosts.publish_edition(
        spec=hosts.EditionSpec(
            kind="course", number=0, title="直播规则必修课", text=COURSE, pass_score=60
        ),
        by=publisher,
        now=now,
    )
    signed = hosts.add_paper(
        host_id=host_id, kind="agreement", data=page("AGREEMENT, SIGNED"), by=by, now=now
    )
    day = shop_day(now)
    hosts.record_proof(
        host_id=host_id, edition_id=agreement.id, done_on=day, paper_id=signed.id, by=by, now=now
    )
    hosts.record_proof(host_id=host_id, edition_id=course.id, done_on=day, score=92, by=by, now=now)


def face(background: str) -> bytes:
    """A drawn portrait."""
    picture = Image.new("RGB", (480, 600), background)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((40, 470, 440, 900), fill="#3f7d63")
    draw.ellipse((130, 110, 350, 420), fill="#2b211c")
    draw.rectangle((205, 390, 275, 500), fill="#e9c3a2")
    draw.ellipse((150, 150, 330, 420), fill="#f2d0b0")
    draw.pieslice((130, 100, 350, 330), 180, 360, fill="#2b211c")
    for eye in (195, 285):
        draw.ellipse((eye - 11, 275, eye + 11, 297), fill="#2b211c")
    draw.arc((200, 310, 280, 375), 20, 160, fill="#b4504a", width=6)
    draw.text((16, 16), "DEMO - drawn, nobody real", fill="#4a5a52", font_size=24)
    return _jpeg(picture)


def page(title: str) -> bytes:
    """A page of paper with lines on it."""
    picture = Image.new("RGB", (600, 800), "#fdfcf8")
    draw = ImageDraw.Draw(picture)
    draw.text((60, 60), f"{title} - DEMO", fill="#222222", font_size=28)
    for y in range(140, 640, 32):
        draw.line((60, y, 540 if y % 128 else 380, y), fill="#c9c5ba", width=4)
    draw.ellipse((400, 640, 520, 760), outline="#b4504a", width=6)
    draw.text((424, 690), "DEMO", fill="#b4504a", font_size=24)
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
