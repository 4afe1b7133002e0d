"""What a shop says when it saves a promotion, and what of it cannot be."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final, Literal

import msgspec

from kaibo.base.inputs import check_whole, clean_text
from kaibo.base.money import FEN_MAX
from kaibo.promotions.errors import PromotionCannotBe, TermsStand, UnknownAudience, WindowCannotBe
from kaibo.promotions.rules.benefits import Gift
from kaibo.promotions.rules.promotion import OfSkus, OfTags, Promotion, check_promotion
from kaibo.promotions.rules.running import AUDIENCES, FAN_TIERS, most_off_fen
from kaibo.promotions.rules.selling import PER_BUYER_MAX, UNITS_MAX

Got = Literal["auto", "claim", "code", "packet"]
Unlock = Literal["open", "drop", "watch", "keyword", "invite", "prize"]

# Coupons that come by themselves: what promises them says to whom and how many, so that nobody who
# earned or won one goes without.
PROMISED: Final[dict[str, tuple[str, str]]] = {
    "invite": (
        "邀请奖励券须为领券、面向所有人、不限每人张数（由邀请活动限定）",
        "rewards of invitations are claimed, for everyone, and the campaign says how many each",
    ),
    "prize": (
        "奖品券须为领券、面向所有人、不限每人张数（由福袋、答题或红包限定）",
        "coupons that are prizes are claimed, for everyone, and the draw says how many each",
    ),
}
TITLE_CHARS_MAX: Final = 200
KEYWORD_CHARS_MAX: Final = 40
SCOPE_MAX: Final = 500
WINDOW_DAYS_MAX: Final = 366
WATCH_MINUTES_MAX: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionSpec:
    """A promotion as the shop wants it; the window is half-open, [starts_at, ends_at).

    Args:
        terms: their id is not read.
        show_id: None is every show.
        got: by itself, by claiming a coupon, by a code, out of a red packet.
        audience: one of ``AUDIENCES`` or ``FAN_TIERS``.
        uses_total: uses, or coupons handed out; None is without end.
        per_buyer_max: uses, or coupons claimed, of one buyer.
        budget_fen: all it may take off.
        coupon_lasts_s: from the claim on, and never past ``ends_at``; None is to ``ends_at``.
        unlock: what opens the claim: nothing more, the desk's drop, minutes watched, a keyword,
            or nothing a viewer does: they are the rewards of an invitation campaign, or prizes.
        claim_from, claim_until: the half-open window in which coupons can be claimed (定时领取),
            inside the promotion's own; None leaves that side to it.
        gift_units: of a gift, how many there are, as published; None for whatever else is given.
    """

    terms: Promotion
    starts_at: dt.datetime
    ends_at: dt.datetime
    show_id: int | None = None
    got: Got = "auto"
    audience: str = "everyone"
    uses_total: int | None = None
    per_buyer_max: int | None = None
    budget_fen: int | None = None
    coupon_lasts_s: int | None = None
    unlock: Unlock = "open"
    watch_minutes: int | None = None
    keyword: str = ""
    claim_from: dt.datetime | None = None
    claim_until: dt.datetime | None = None
    gift_units: int | None = None


def check_promotion_spec(spec: PromotionSpec, *, now: dt.datetime) -> PromotionSpec:
    """The spec with its texts cleaned, if it can be kept; prices are judged elsewhere.

    Raises:
        NumberOutOfRange, TextTooLong, TextUnreadable: as they say.
        UnknownAudience: a trait that prices may not depend on (LM-100).
        WindowCannotBe: no start and end that make a window (LM-098).
        PromotionCannotBe: terms without meaning, or a coupon whose budget promises too much.
    """
    terms = msgspec.structs.replace(
        spec.terms,
        title_zh=clean_text("title_zh", spec.terms.title_zh, chars_max=TITLE_CHARS_MAX),
        title_en=clean_text("title_en", spec.terms.title_en, chars_max=TITLE_CHARS_MAX),
    )
    # Beyond a 64-bit column nothing is stored.
    if spec.show_id is not None:
        check_whole("show_id", spec.show_id, least=1, most=2**63 - 1)
    check_promotion(terms)
    _check_scope(terms)
    if spec.audience not in (*AUDIENCES, *FAN_TIERS):
        known = ", ".join((*AUDIENCES, *FAN_TIERS))
        raise UnknownAudience(audience=spec.audience[:40], known=known)
    _check_window(spec, now=now)
    for field, value, most in (
        ("uses_total", spec.uses_total, UNITS_MAX),
        ("per_buyer_max", spec.per_buyer_max, PER_BUYER_MAX),
        ("budget_fen", spec.budget_fen, FEN_MAX),
        ("coupon_lasts_s", spec.coupon_lasts_s, WINDOW_DAYS_MAX * 24 * 3600),
        ("watch_minutes", spec.watch_minutes, WATCH_MINUTES_MAX),
        ("gift_units", spec.gift_units, UNITS_MAX),
    ):
        if value is not None:
            check_whole(field, value, least=1, most=most)
    keyword = clean_text("keyword", spec.keyword, chars_max=KEYWORD_CHARS_MAX)
    spec = replace(spec, terms=terms, keyword=keyword)
    _check_claims(spec)
    _check_claim_window(spec)
    _check_gift(spec)
    return spec


def _check_scope(terms: Promotion) -> None:
    match terms.scope:
        case OfSkus(ids=ids):
            check_whole("scope", len(ids), least=1, most=SCOPE_MAX)
            for id in ids:
                check_whole("scope", id, least=1, most=2**63 - 1)
        case OfTags(tags=tags):
            check_whole("scope", len(tags), least=1, most=SCOPE_MAX)
            for tag in tags:
                clean_text("scope", tag, chars_max=TITLE_CHARS_MAX, required=True)


def _check_window(spec: PromotionSpec, *, now: dt.datetime) -> None:
    if spec.ends_at <= spec.starts_at:
        raise WindowCannotBe(
            field="ends_at", why_zh="结束须晚于开始", why_en="it must end after it begins"
        )
    if spec.ends_at <= now:
        raise WindowCannotBe(field="ends_at", why_zh="结束时间已过", why_en="the end has passed")
    if spec.ends_at - spec.starts_at > dt.timedelta(days=WINDOW_DAYS_MAX):
        raise WindowCannotBe(field="ends_at", why_zh="最长 366 天", why_en="366 days at most")


def _check_claim_window(spec: PromotionSpec) -> None:
    opens, closes = spec.claim_from, spec.claim_until
    if opens is None and closes is None:
        return
    if spec.got != "claim" or spec.unlock == "drop" or spec.unlock in PROMISED:
        raise _cannot(
            "claim_from",
            "领取时段只用于观众自己领取的券",
            "only coupons that viewers claim by themselves have a time to be claimed",
        )
    if not spec.starts_at <= (opens or spec.starts_at) < (closes or spec.ends_at) <= spec.ends_at:
        raise WindowCannotBe(
            field="claim_from",
            why_zh="领取时段须在活动时间之内，且结束晚于开始",
            why_en="claims end after they begin, inside the promotion's own time",
        )


def _check_gift(spec: PromotionSpec) -> None:
    """A gift's name, number and value are published; it is earned by the basket alone."""
    gift = spec.terms.benefit
    if not isinstance(gift, Gift):
        if spec.gift_units is not None:
            raise _cannot("gift_units", "只有赠品活动有赠品数量", "this one gives no gift")
        return
    if spec.got != "auto":
        raise _cannot("got", "赠品活动须自动生效，不能领取", "a gift is earned, not claimed")
    if spec.gift_units is None or spec.gift_units < gift.units:
        raise _cannot(
            "gift_units", "请填写赠品总数，不少于一次所赠", "say how many gifts there are"
        )


def _check_claims(spec: PromotionSpec) -> None:
    told = spec.coupon_lasts_s, spec.watch_minutes, spec.keyword or None
    if spec.got == "auto" and (spec.unlock != "open" or any(told)):
        raise _cannot("got", "自动生效的活动没有领取条件", "nobody claims what applies by itself")
    if spec.unlock == "drop" and spec.show_id is None:
        raise _cannot("show_id", "主播发券须指定场次", "a dropped coupon belongs to one show")
    if spec.unlock in PROMISED and (
        spec.got != "claim" or spec.audience != "everyone" or spec.per_buyer_max is not None
    ):
        raise _cannot("unlock", *PROMISED[spec.unlock])
    if (spec.unlock == "watch") != (spec.watch_minutes is not None):
        raise _cannot("watch_minutes", "请填写观看分钟数", "say how many minutes")
    if (spec.unlock == "keyword") != bool(spec.keyword):
        raise _cannot("keyword", "请填写评论口令", "say the keyword")
    if spec.got != "auto" and spec.budget_fen is not None:
        # Each coupon is a promise: the budget has to cover the most that all of them take off.
        most = most_off_fen(spec.terms)
        if most is None or most > spec.budget_fen:
            raise _cannot(
                "budget_fen",
                "有预算的优惠券须有封顶金额，且预算不少于一张券",
                "a coupon with a budget needs a cap, and the budget must cover one",
            )


def _cannot(field: str, why_zh: str, why_en: str) -> PromotionCannotBe:
    return PromotionCannotBe(field=field, why_zh=why_zh, why_en=why_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """What a started promotion gains; None leaves a part as it is."""

    ends_at: dt.datetime | None = None
    uses_total: int | None = None
    per_buyer_max: int | None = None
    budget_fen: int | None = None
    gift_units: int | None = None


def check_extension(
    changes: Extension,
    *,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    limits: tuple[int | None, int | None, int | None, int | None],
) -> None:
    """Refuse whatever takes something away from buyers (LM-097).

    Args:
        limits: uses, per buyer, budget and gifts as they stand; None is without end, or no gift.

    Raises:
        TermsStand: names the part. NumberOutOfRange, WindowCannotBe: as they say.
    """
    if changes.ends_at is not None:
        if changes.ends_at < ends_at:
            raise TermsStand(field="ends_at", was=ends_at, now=changes.ends_at)
        if changes.ends_at - starts_at > dt.timedelta(days=WINDOW_DAYS_MAX):
            raise WindowCannotBe(field="ends_at", why_zh="最长 366 天", why_en="366 days at most")
    for field, was, wish, most in (
        ("uses_total", limits[0], changes.uses_total, UNITS_MAX),
        ("per_buyer_max", limits[1], changes.per_buyer_max, PER_BUYER_MAX),
        ("budget_fen", limits[2], changes.budget_fen, FEN_MAX),
        ("gift_units", limits[3], changes.gift_units, UNITS_MAX),
    ):
        if wish is not None:
            check_whole(field, wish, least=1, most=most)
            if was is None or wish < was:
                raise TermsStand(field=field, was="∞" if was is None else was, now=wish)
