from django.apps import AppConfig


class PromotionsConfig(AppConfig):
    name = "kaibo.promotions"
    label = "promotions"
    verbose_name = "营销活动"
