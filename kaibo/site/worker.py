"""What runs behind the writers: followers of the journal, timers, sealing."""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import structlog
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from kaibo.access.actions import forget_answers
from kaibo.audience import follow as audience_follow
from kaibo.compliance import actions as compliance
from kaibo.evidence import actions as evidence
from kaibo.evidence import follow as evidence_follow
from kaibo.hooks import actions as hooks
from kaibo.hooks import follow as hooks_follow
from kaibo.insight import follow as insight_follow
from kaibo.journal import edge
from kaibo.journal.actions import follow, seal
from kaibo.journal.reads import Entry, unsealed_shows
from kaibo.media import follow as media_follow
from kaibo.notices import actions as notices
from kaibo.orders import actions as orders
from kaibo.orders import follow as orders_follow
from kaibo.patrol import actions as patrol
from kaibo.personas import actions as personas
from kaibo.personas import follow as personas_follow
from kaibo.preflight import actions as preflight
from kaibo.preflight import follow as preflight_follow
from kaibo.promises import actions as promises
from kaibo.promotions import actions as promotions
from kaibo.promotions import follow as promotions_follow
from kaibo.roster import actions as roster
from kaibo.site.environment import seal_key

_log = structlog.get_logger(__name__)

GATHER_S = 0.1

FOLLOWERS: dict[str, Callable[[Entry], None]] = {
    "audience": audience_follow.on_entry,
    "evidence": evidence_follow.on_entry,
    "hooks": hooks_follow.on_entry,
    "insight": insight_follow.on_entry,
    "media": media_follow.on_entry,
    "orders": orders_follow.on_entry,
    "personas": personas_follow.on_entry,
    "preflight": preflight_follow.on_entry,
    "promotions": promotions_follow.on_entry,
}


@dataclass(frozen=True, slots=True)
class Timer:
    """A chore done every ``every_s`` seconds."""

    name: str
    every_s: float
    run: Callable[[dt.datetime], object]


TIMERS = (
    Timer("close_due_orders", 1.0, lambda now: orders.close_due_orders(now=now)),
    Timer("end_due_gifts", 60.0, lambda now: promotions.end_due_gifts(now=now)),
    Timer("end_due_groups", 1.0, lambda now: orders.end_due_groups(now=now)),
    Timer("end_due_sales", 1.0, lambda now: promotions.end_due_sales(now=now)),
    Timer("close_banned", 15.0, lambda now: promotions.close_banned(now=now)),
    Timer("close_unpapered", 15.0, lambda now: promotions.close_unpapered(now=now)),
    Timer("drop_comparisons", 15.0, lambda now: promotions.drop_unproven_comparisons(now=now)),
    Timer("record_sale_marks", 15.0, lambda now: promotions.record_sale_marks(now=now)),
    Timer("expire_coupons", 60.0, lambda now: promotions.expire_coupons(now=now)),
    Timer("run_due_draws", 1.0, lambda now: promotions.run_due_draws(now=now)),
    Timer("run_due_packets", 1.0, lambda now: promotions.run_due_packets(now=now)),
    Timer("run_due_invites", 5.0, lambda now: promotions.run_due_invites(now=now)),
    Timer("settle_due_draws", 60.0, lambda now: promotions.settle_due_draws(now=now)),
    Timer("run_due_auctions", 1.0, lambda now: promotions.run_due_auctions(now=now)),
    Timer("release_due_wins", 1.0, lambda now: promotions.release_due_wins(now=now)),
    Timer("release_due_places", 1.0, lambda now: promotions.release_due_places(now=now)),
    Timer("serve_lines", 1.0, lambda now: promotions.serve_lines(now=now)),
    Timer("release_due_claims", 1.0, lambda now: promotions.release_due_claims(now=now)),
    Timer("deliver_sandbox_parcels", 10.0, lambda now: orders.deliver_sandbox_parcels(now=now)),
    Timer("honour_price_drops", 30.0, lambda now: orders.honour_price_drops(now=now)),
    Timer("refund_due_returns", 60.0, lambda now: orders.refund_due_returns(now=now)),
    Timer("deliver_hooks", 0.5, lambda now: hooks.deliver_due(now=now)),
    Timer("forget_answers", 600.0, lambda now: forget_answers(now=now)),
    Timer("forget_old_carts", 60.0, lambda now: orders.forget_old_carts(now=now)),
    Timer("forget_return_photos", 3_600.0, lambda now: orders.forget_return_photos(now=now)),
    Timer("forget_check_photos", 3_600.0, lambda now: roster.forget_check_photos(now=now)),
    Timer("forget_deliveries", 3_600.0, lambda now: hooks.forget_deliveries(now=now)),
    Timer("remind_balances", 30.0, lambda now: orders.remind_balances(now=now)),
    Timer("retry_refunds", 5.0, lambda now: orders.retry_refunds(now=now)),
    Timer("sandbox_notices", 1.0, lambda now: orders.deliver_sandbox_notices(now=now)),
    Timer("step_rungs_down", 1.0, lambda now: compliance.step_rungs_down(now=now)),
    Timer("stop_sanctioned", 1.0, lambda now: preflight.stop_sanctioned(now=now)),
    Timer("stop_overdue", 1.0, lambda now: promises.stop_overdue(now=now)),
    Timer("watch_personas", 1.0, lambda now: personas.watch_personas(now=now)),
    Timer("end_due_listings", 30.0, lambda now: compliance.end_due_listings(now=now)),
    Timer("end_due_sanctions", 1.0, lambda now: compliance.end_due_sanctions(now=now)),
    Timer("watch_key_rooms", 1.0, lambda now: patrol.watch_key_rooms(now=now)),
    Timer("end_silent_duties", 10.0, lambda now: patrol.end_silent_duties(now=now)),
    Timer("lapse_looks", 30.0, lambda now: patrol.lapse_looks(now=now)),
    Timer("keep_grades", 60.0, lambda now: patrol.keep_grades(now=now)),
    Timer("sweep_withheld", 2.0, lambda now: promotions.sweep_withheld(now=now)),
    Timer("restore_infringements", 5.0, lambda now: notices.restore_due_infringements(now=now)),
    Timer("limit_unreachables", 5.0, lambda now: notices.limit_due_unreachables(now=now)),
    Timer("miss_notices", 30.0, lambda now: notices.miss_due_notices(now=now)),
    Timer("seal", 1.0, lambda now: seal_new_facts(now)),
)


def seal_new_facts(now: dt.datetime) -> int:
    """Fold what every show has said since the last time into its tree."""
    key = seal_key(settings.KAIBO_KEYS)
    return sum(seal(show_id, key=key, now=now) for show_id in unsealed_shows())


class Relay:
    """While it is open, this process hears what others announce through Redis, if there is one."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=edge.relay, args=(self._stop,), name="relay", daemon=True
        )

    def __enter__(self) -> Self:
        if settings.REDIS_URL:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)


class Packer:
    """One thread for packs and deletions: they take minutes and must not keep timers waiting."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="packer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """A pack in the making is built again by whoever comes next."""
        self._stop.set()
        self._thread.join(timeout=1)

    def _run(self) -> None:
        while not self._stop.wait(1.0):
            close_old_connections()
            now = timezone.now()
            _guarded("build_packs", build_packs, now)
            _guarded("finish_deletions", finish_deletions, now)
        connection.close()


def build_packs(now: dt.datetime) -> int:
    """Build what waits, one pack at a time."""
    return evidence.build_due(key=seal_key(settings.KAIBO_KEYS), now=now)


def finish_deletions(now: dt.datetime) -> int:
    """Take away what two people let go."""
    return evidence.finish_deletions(now=now)


class Worker:
    """One thread; several processes may run one each, the database makes them take turns."""

    def __init__(self) -> None:
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def __enter__(self) -> Self:
        self._deaf = edge.listen(lambda show_id: self._wake.set())
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Finish the chore at hand and end."""
        self._deaf()
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        due = {timer.name: 0.0 for timer in TIMERS}
        while not self._stop.is_set():
            if self._wake.wait(timeout=0.2):
                # Facts come in bursts: one look a moment later follows many for the price of one.
                self._stop.wait(timeout=GATHER_S)
            self._wake.clear()
            close_old_connections()
            run_followers()
            now = timezone.now()
            for timer in TIMERS:
                if now.timestamp() >= due[timer.name]:
                    due[timer.name] = now.timestamp() + timer.every_s
                    _guarded(timer.name, timer.run, now)
        connection.close()


def run_followers() -> None:
    """Give every follower all that is new."""
    for name, handler in FOLLOWERS.items():
        while _guarded(name, follow, name, handler) == 500:
            pass


def _guarded(name: str, chore: Callable[..., object], *args: object) -> object:
    """A chore that fails is logged and tried again later; the others go on."""
    try:
        return chore(*args)
    except Exception:
        _log.exception("chore_failed", chore=name)
        return None
