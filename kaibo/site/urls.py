"""Django's addresses. Pages, sockets and pictures are routed before Django (``asgi``)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from kaibo.site.api import api

handler400 = "kaibo.site.api.on_unreadable_address"
handler404 = "kaibo.site.api.on_unknown_address"

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/", api.urls),
    path("pay/sandbox/", include("kaibo.orders.sandbox.urls")),
]
