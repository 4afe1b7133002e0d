"""Back-office screens of the catalogue: to look things up; changes go through the desk."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from kaibo.catalog.models import Product, Sku, Supplier


class LookUp(ModelAdmin):  # type: ignore[misc]
    """A list that nobody changes behind the journal's back."""

    list_filter: Sequence[str] = ("organisation",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Supplier)
class SupplierAdmin(LookUp):
    """Suppliers."""

    list_display = ("name", "contact", "organisation")
    search_fields = ("name",)


@admin.register(Product)
class ProductAdmin(LookUp):
    """Products by review state."""

    list_display = ("code", "title", "brand", "state", "qualification_expires_on", "organisation")
    list_filter = ("organisation", "state")
    search_fields = ("code", "title", "brand")


@admin.register(Sku)
class SkuAdmin(LookUp):
    """SKUs with their prices in fen."""

    list_display = ("code", "spec", "product", "list_price_fen", "floor_price_fen")
    search_fields = ("code", "product__title")
    list_select_related = ("product",)
