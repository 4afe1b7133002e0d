"""The peer of the offers bench: django-oscar's own Applicator over baskets it is told.

Run by a Python that has django-oscar. The first line of its input is JSON: ``baskets`` (a list of
[price, quantity] a line, in fen; the place in the basket is the product) and ``offers`` (a list of
``condition`` [type, value], ``benefit`` [type, value], ``products`` or null for all). Then each
line of input names the offers to apply, as JSON; it answers with one line of JSON: CPU seconds
spent in the Applicator, and what it took off each basket, in fen.

It is helped: offers, ranges, products and prices are loaded before, so that no query is timed.
"""

# mypy: ignore-errors

import datetime as dt
import json
import sys
import time
from decimal import Decimal

import django
from django.conf import settings

APPS = (
    "analytics address shipping catalogue communication partner basket payment offer order"
    " customer voucher wishlists search checkout"
)
HAYSTACK = "haystack.backends.simple_backend.SimpleEngine"


class NoMigrations(dict):
    """Tables straight from the models."""

    def __contains__(self, app: object) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


class Places:
    """What a range covers, by place in the basket, without asking the database each time."""

    def __init__(self, places: list | None) -> None:
        self.titles = None if places is None else {f"p{place}" for place in places}

    def contains_product(self, product: object) -> bool:
        """Whether a product is in the range."""
        return self.titles is None or product.title in self.titles


def _configure() -> None:
    import oscar.defaults

    defaults = {name: value for name, value in vars(oscar.defaults).items() if name.isupper()}
    settings.configure(
        **defaults,
        SECRET_KEY="bench",
        USE_TZ=True,
        SITE_ID=1,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        MIGRATION_MODULES=NoMigrations(),
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": HAYSTACK}},
        INSTALLED_APPS=[
            *(f"django.contrib.{app}" for app in ("admin", "auth", "contenttypes", "sessions")),
            *(f"django.contrib.{app}" for app in ("messages", "sites", "flatpages")),
            *(f"oscar.apps.{app}.apps.{app.capitalize()}Config" for app in APPS.split()),
            "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
        ],
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)


def main() -> None:
    """Build what the first line says, then answer."""
    _configure()
    told = json.loads(sys.stdin.readline())
    baskets = _baskets(told["baskets"])
    offers = _offers(told["offers"])
    from oscar.apps.offer.applicator import Applicator

    apply = Applicator().apply_offers
    _say("ready")
    for line in sys.stdin:
        chosen = [offers[number] for number in json.loads(line)]
        for basket in baskets:
            _reset(basket)
        began = time.process_time()
        for basket in baskets:
            apply(basket, chosen)
        spent = time.process_time() - began
        offs = [int(sum(line.discount_value for line in b.all_lines()) * 100) for b in baskets]
        _say({"cpu_s": spent, "off_fen": offs})


def _say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _reset(basket: object) -> None:
    """A basket without offers, its lines and prices loaded."""
    basket.reset_offer_applications()
    for line in basket.all_lines():
        assert line.unit_effective_price == line.stockrecord.price
        assert line.product.title


def _baskets(told: list) -> list:
    from oscar.apps.partner.strategy import Default
    from oscar.core.loading import get_model

    baskets = []
    partner = get_model("partner", "Partner").objects.create(name="p")
    goods = get_model("catalogue", "ProductClass").objects.create(name="goods", track_stock=False)
    for number, lines in enumerate(told):
        basket = get_model("basket", "Basket").objects.create()
        basket.strategy = Default()
        for place, (fen, quantity) in enumerate(lines):
            product = get_model("catalogue", "Product").objects.create(
                structure="standalone",
                title=f"p{place}",
                slug=f"p{number}-{place}",
                product_class=goods,
            )
            record = product.stockrecords.create(
                partner=partner, partner_sku=f"{number}-{place}", price=Decimal(fen) / 100
            )
            basket.lines.create(
                line_reference=str(record.pk),
                product=product,
                stockrecord=record,
                quantity=quantity,
                price_currency=record.price_currency,
                price_excl_tax=record.price,
                price_incl_tax=record.price,
            )
        baskets.append(basket)
    return baskets


def _offers(told: list) -> list:
    from oscar.core.loading import get_model

    kinds = {
        "count": "Count", "value": "Value",
        "amount_off": "Absolute", "amount_off_each": "Fixed", "percent_off": "Percentage",
    }  # fmt: skip
    make = {name: get_model("offer", name).objects.create for name in ("Condition", "Benefit")}
    for number, offer in enumerate(told):
        covered = get_model("offer", "Range").objects.create(
            name=f"range {number}", includes_all_products=True
        )
        parts = {
            name.lower(): make[name](range=covered, type=kinds[kind], value=Decimal(value))
            for name, (kind, value) in zip(
                make, (offer["condition"], offer["benefit"]), strict=True
            )
        }
        get_model("offer", "ConditionalOffer").objects.create(
            name=f"offer {number}",
            **parts,
            priority=-number,
            exclusive=False,
            max_basket_applications=1,
            start_datetime=dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        )
    stored = get_model("offer", "ConditionalOffer").objects.order_by("-priority")
    stored = stored.select_related("condition__range", "benefit__range")
    offers = list(stored.prefetch_related("combinations"))
    for offer, said in zip(offers, told, strict=True):
        for name in ("condition", "benefit"):
            part, covered = getattr(offer, name).proxy(), getattr(offer, name).range
            covered.proxy = Places(said["products"])
            part.range = covered
            setattr(offer, name, part)
    return offers


if __name__ == "__main__":
    main()
