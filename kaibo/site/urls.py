"""Django's addresses. Pages, sockets and pictures are routed before Django (``asgi``)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from kaibo.site.api import api
from kaibo.site.outside.api import outside, show_document

handler400 = "kaibo.site.api.on_unreadable_address"
handler404 = "kaibo.site.api.on_unknown_address"

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/openapi.json", show_document),
    path("api/v1/", outside.urls),
    path("api/", api.urls),
    path("pay/sandbox/", include("kaibo.orders.sandbox.urls")),
]
