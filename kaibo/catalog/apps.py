from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "kaibo.catalog"
    label = "catalog"
    verbose_name = "商品"
