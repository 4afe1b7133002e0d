"""Every list of the desk as CSV and XLSX: the registry, and one answer for all of them.

The files stand beside the list they hold: ``/desk/parcels`` is also ``/desk/parcels.csv`` and
``/desk/parcels.xlsx``, behind the same permission. ``tests/safety/test_lists.py`` walks the
registry, and finds lists that are not in it.
"""

import re
from collections.abc import Iterator
from inspect import Parameter, Signature
from itertools import chain
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Router

from kaibo.access import lists as access
from kaibo.access.reads import caller, staff
from kaibo.agreements import lists as agreements
from kaibo.audience import lists as audience
from kaibo.base.listing import Asked, Listing
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE, csv_pieces, write_xlsx
from kaibo.catalog import lists as catalog
from kaibo.compliance import lists as compliance
from kaibo.evidence import lists as evidence
from kaibo.hooks import lists as hooks
from kaibo.hosts import lists as hosts
from kaibo.insight import lists as insight
from kaibo.media import lists as media
from kaibo.orders import lists as orders
from kaibo.patrol import lists as patrol
from kaibo.personas import lists as personas
from kaibo.planning import lists as planning
from kaibo.planning.reads import show
from kaibo.preflight import lists as preflight
from kaibo.promises import lists as promises
from kaibo.promotions import lists as promotions
from kaibo.roster import lists as roster

LISTS: Final[tuple[Listing, ...]] = (
    *access.LISTS,
    *agreements.LISTS,
    *audience.LISTS,
    *catalog.LISTS,
    *compliance.LISTS,
    *evidence.LISTS,
    *hooks.LISTS,
    *hosts.LISTS,
    *insight.LISTS,
    *media.LISTS,
    *orders.LISTS,
    *patrol.LISTS,
    *personas.LISTS,
    *planning.LISTS,
    *preflight.LISTS,
    *promises.LISTS,
    *promotions.LISTS,
    *roster.LISTS,
)

_PARAMETER: Final = re.compile(r"{(?:(int):)?(\w+)}")
_UNPLAIN: Final = re.compile(r"[^A-Za-z0-9._-]+")
_SHOW: Final = re.compile(r"/desk/shows/{(?:int:)?(\w+)}")

router = Router(tags=["lists"])


def _answer(listing: Listing, kind: str, asked: Asked) -> HttpResponseBase:
    """The list as a file; what fits into one piece has a length, a longer CSV flows."""
    if of_show := _SHOW.match(listing.path):
        show(asked.org_id, asked.id(of_show[1]))
    place = _PARAMETER.sub(lambda found: str(asked[found[2]]), listing.path)
    # A part of the address may hold anything; a header holds no quotes and no line breaks.
    name = _UNPLAIN.sub("_", "-".join(part for part in place.split("/")[2:] if part))
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    if kind == "xlsx":
        data = write_xlsx(listing.title, listing.header, listing.lines(asked))
        return HttpResponse(data, content_type=XLSX_TYPE, headers=headers)
    pieces = csv_pieces(listing.header, listing.lines(asked))
    # The first is made before anything is answered, so that a refusal is one.
    begun, more = next(pieces), next(pieces, None)
    if more is None:
        return HttpResponse(begun, content_type=CSV_TYPE, headers=headers)
    flow: Iterator[bytes] = chain((begun, more), pieces)
    return StreamingHttpResponse(flow, content_type=CSV_TYPE, headers=headers)


def _publish(listing: Listing, kind: str) -> None:
    """A route for one kind of file, with the parameters of the list's own address."""

    def export(request: HttpRequest, **given: Any) -> HttpResponseBase:
        asked = Asked(org_id=caller(request).org_id, now=timezone.now(), given=given)
        return _answer(listing, kind, asked)

    named = [(name, int if of else str) for of, name in _PARAMETER.findall(listing.path)]
    # Ninja reads from a signature what an address and its query hold.
    export.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter("request", Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest),
            *(Parameter(name, Parameter.KEYWORD_ONLY, annotation=of) for name, of in named),
            *(
                Parameter(name, Parameter.KEYWORD_ONLY, annotation=of, default=unsaid)
                for name, (of, unsaid) in listing.filters.items()
            ),
        ]
    )
    router.get(f"{listing.path}.{kind}", auth=staff(listing.may))(export)


for _listing in LISTS:
    for _kind in _listing.kinds:
        _publish(_listing, _kind)
