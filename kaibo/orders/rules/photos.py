"""How many photographs a return takes, and how long they are kept. Pure."""

import datetime as dt
from typing import Final

PHOTOS_MAX: Final = 9
# What is kept of after-sales is kept three years from the trade's completion
# (直播电商监督管理办法 art. 16); a return ends no earlier.
KEPT_FOR: Final = dt.timedelta(days=3 * 366)
