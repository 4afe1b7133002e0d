"""Viewers, whom they follow, and the fan tiers of a shop.

Of what they bought it knows the sums paid, which earn points, and no goods.
"""
