"""Django's addresses. Pages, sockets and pictures are routed before Django (``asgi``)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from kaibo.site.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/", api.urls),
    path("pay/sandbox/", include("kaibo.orders.sandbox.urls")),
]
