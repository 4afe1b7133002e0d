"""What cards say of a product, over HTTP."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router

from kaibo.access.reads import caller, staff
from kaibo.catalog import actions, reads
from kaibo.catalog.reads import CardFactsView
from kaibo.catalog.web.products import Body

router = Router()


class FactsBody(Body):
    """By field; what is left out or empty is not said."""

    facts: Annotated[dict[str, str], Field(max_length=40)]


@router.get("/desk/products/{int:id}/card", response=CardFactsView, auth=staff("catalog.read"))
def show_card_facts(request: HttpRequest, id: int) -> CardFactsView:
    return reads.card_facts(caller(request).org_id, id)


@router.put("/desk/products/{int:id}/card", response=CardFactsView, auth=staff("catalog.edit"))
def set_card_facts(request: HttpRequest, id: int, body: FactsBody) -> CardFactsView:
    return actions.set_card_facts(
        product_id=id, facts=body.facts, by=caller(request), now=timezone.now()
    )
