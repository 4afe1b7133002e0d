"""A show that was live, with an order, chat, a finding and a recording, made by the product."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from kaibo.base.actor import Actor
from kaibo.catalog.tests.conftest import NOW
from kaibo.evidence import actions, reads
from kaibo.evidence.models import Export
from kaibo.evidence.rules.packs import Version
from kaibo.journal.actions import seal
from kaibo.media import actions as media
from kaibo.media.ports import PublishGrant, StreamBegan, StreamOver
from kaibo.media.recorder import Recorder
from kaibo.media.tests.test_recorder import record
from kaibo.orders.actions import OrderSpec, OrderWish, place_order
from kaibo.orders.tests.buying import HOME
from kaibo.planning.tests.plan import Plan
from kaibo.preflight.actions import open_show
from kaibo.preflight.tests.ready import make_ready
from kaibo.promotions.actions import open_price
from kaibo.room.actions import Draft, post_messages, start_explaining

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
# ``record`` writes from here on.
RECORDED_AT = dt.datetime(2026, 11, 11, 12, 0, tzinfo=dt.UTC)
BUYER, OTHER = 1, 2


@dataclass
class Evening:
    """What happened, and who may ask for packs of it."""

    plan: Plan
    order_no: str

    @property
    def by(self) -> Actor:
        """The manager."""
        return self.plan.by

    @property
    def show_id(self) -> int:
        """The show."""
        return self.plan.show.id

    def seal(self) -> None:
        """Sign a head over everything told so far."""
        seal(self.show_id, key=KEY, now=NOW)

    def ask(self, kind: str, version: Version) -> int:
        """Ask for a pack of the show or of the order."""
        subject = {"show": str(self.show_id), "order": self.order_no}[kind]
        return actions.ask_export(
            subject_kind=kind, subject_id=subject, version=version, reason="12315 投诉",
            recipient="静安区市场监督管理局", by=self.by, now=NOW,
        ).id  # fmt: skip

    def pack(self, kind: str, version: Version) -> Path:
        """Ask for a pack and have it built."""
        export_id = self.ask(kind, version)
        assert actions.build_due(key=KEY, now=NOW) == 1
        assert reads.export(self.by.org_id, export_id).fault == ""
        return reads.pack_path(Export.objects.get(pk=export_id))


def make_evening(code: str = "ana") -> Evening:
    """Two viewers talk, one of them buys while the host explains; the picture is recorded."""
    plan, _ = make_ready(code, now=NOW)
    desk: dict[str, Any] = {"org_id": plan.org_id, "show_id": plan.show.id, "by": plan.by}
    key = media.issue_stream_key(**desk, room_code=plan.show.code, now=NOW)
    open_show(**desk, now=NOW)
    open_price(show_id=plan.show.id, link_no=1, by=plan.by, now=NOW)
    grant = PublishGrant(plan.org_id, plan.show.id, plan.show.code, key.id)
    folder = f"{code}/one"
    began = StreamBegan(f"{code}-session", grant, RECORDED_AT, 640, 360, True, folder)
    media.record_stream_started(began)
    start_explaining(**desk, link_no=1, now=RECORDED_AT + dt.timedelta(seconds=1))
    said = RECORDED_AT + dt.timedelta(seconds=2)
    drafts = [
        Draft(viewer_id=BUYER, nickname="王小花", kind="viewer", text="我是13812345678", at=said),
        Draft(
            viewer_id=OTHER, nickname="李大力", kind="viewer", text="加微信 13987654321", at=said
        ),
    ]
    post_messages(org_id=plan.org_id, show_id=plan.show.id, drafts=drafts, now=said)
    spec = OrderSpec(
        org_id=plan.org_id, show_id=plan.show.id, viewer_id=BUYER, request_key=f"order-{code}",
        wishes=(OrderWish(units=1, link_no=1, claim_id=None),), address=HOME,
        expected_total_fen=9_900,
    )  # fmt: skip
    order = place_order(spec=spec, now=RECORDED_AT + dt.timedelta(seconds=3))
    recorder = Recorder(Path(settings.KAIBO_RECORDINGS) / folder)
    record(recorder, 9)
    recorder.close()
    over = RECORDED_AT + dt.timedelta(seconds=9)
    media.record_stream_ended(StreamOver(began.session_id, grant, over, "finished", 1, 9_000))
    actions.seal_recording(
        org_id=plan.org_id, show_id=plan.show.id, session_id=began.session_id, now=over
    )
    evening = Evening(plan, order.no)
    evening.seal()
    return evening
