"""What a viewer won in a show, and may still win: together it stays within the cap (LM-102)."""

from django.db.models import Sum

from kaibo.promotions.models import Award, BarredViewer, Draw, DrawEntry, PacketClaim, RedPacket
from kaibo.promotions.rules import top_fen


def won_fen(viewer_id: int, *, org_id: int, show_id: int) -> int:
    """The value of all that a viewer won in a show: prizes of draws and portions of packets."""
    mine = {"organisation_id": org_id, "show_id": show_id, "viewer_id": viewer_id}
    prizes: int | None = Award.objects.filter(**mine).aggregate(fen=Sum("value_fen"))["fen"]
    portions: int | None = PacketClaim.objects.filter(**mine).aggregate(fen=Sum("fen"))["fen"]
    return (prizes or 0) + (portions or 0)


def lock_at_stake_fen(viewer_id: int, *, org_id: int, show_id: int) -> int:
    """The top prize of the draw of the show in which a viewer stands and nobody has won yet.

    The draw is locked, so that nobody enters it between this look and the caller's commit.
    """
    rows = Draw.objects.select_for_update(no_key=True).filter(
        organisation_id=org_id, show_id=show_id, state__in=("open", "closed")
    )
    on = {row.pk: top_fen(row.spec.prizes) for row in rows}
    entered = DrawEntry.objects.filter(draw_id__in=on, viewer_id=viewer_id, place__isnull=False)
    return sum(on[id] for id in entered.values_list("draw_id", flat=True))


def lock_packets_on(*, org_id: int, show_id: int) -> None:
    """Wait for claims that are under way: they looked at the draws that were on before."""
    rows = RedPacket.objects.select_for_update(no_key=True)
    rows.filter(organisation_id=org_id, show_id=show_id, state="open").first()


def is_barred(viewer_id: int, *, org_id: int) -> bool:
    """Whether a viewer is staff or close to the shop, and wins nothing here (LM-104)."""
    return BarredViewer.objects.filter(organisation_id=org_id, viewer_id=viewer_id).exists()
