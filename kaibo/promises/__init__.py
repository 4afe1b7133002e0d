"""Owns what was said, typed and shown of goods beside what is configured (承诺台账), and the
correction on air of what differs. It never changes a price or a promise.
"""
