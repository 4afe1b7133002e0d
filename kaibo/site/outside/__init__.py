"""The outside API, version 1: what other programs may ask with a key. Never a page's own route."""

from kaibo.site.outside.api import outside

__all__ = ["outside"]
