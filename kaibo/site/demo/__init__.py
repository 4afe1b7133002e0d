"""The demo shop: invented goods, people and buyers, marked as demo everywhere.

Made only through the product's own actions, so set-up can never disagree with the product.
"""

from kaibo.site.demo.shop import PASSWORD, seed

__all__ = ["PASSWORD", "seed"]
