from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "kaibo.orders"
    label = "orders"
    verbose_name = "订单"
