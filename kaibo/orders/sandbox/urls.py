"""The sandbox's own page."""

from django.urls import path

from kaibo.orders.sandbox.views import payment_page

urlpatterns = [path("<str:token>", payment_page, name="sandbox_payment")]
