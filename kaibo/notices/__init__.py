"""Owns what comes from outside and runs against a clock: notices of rights holders (知识产权通知),
of authorities that somebody cannot be reached, and reports to the regulator. It never judges
whether a right was infringed.
"""
