"""The desk's lists of this context as files; viewers' names are masked as on the page."""

from typing import Final

from kaibo.promotions.lists import chance, guards, promotions, selling

LISTS: Final = (*chance.LISTS, *guards.LISTS, *promotions.LISTS, *selling.LISTS)
