"""The line (候补) for a link that is sold out, as a table and a term. Pure."""

import datetime as dt
from typing import Final, Literal

from kaibo.base.machines import Machine, Move, State

LinkPlaceState = Literal["waiting", "kept", "ordered", "lapsed", "left", "ended"]
# A viewer's place in the line for a link; ``kept``: a unit is held for them for a while.
LINK_PLACE: Final = Machine(
    "link_place",
    "链接候补",
    (
        State("waiting", "候补中"),
        State("kept", "已留货待下单"),
        State("ordered", "已下单", is_final=True),
        State("lapsed", "逾期未下单", is_final=True),
        State("left", "已退出", is_final=True),
        State("ended", "链接已下架", is_final=True),
    ),
    (
        Move("waiting", "keep", "kept", by="serve_lines"),
        Move("waiting", "leave", "left", by="leave_line"),
        Move("waiting", "end", "ended", by="close_link"),
        Move("kept", "order", "ordered", by="take_units"),
        Move("kept", "lapse", "lapsed", by="release_due_places"),
        Move("kept", "leave", "left", by="leave_line"),
        Move("kept", "end", "ended", by="close_link"),
    ),
)
LIVE_PLACES: Final = ("waiting", "kept")
# To order and pay; the same as an order has without a line.
KEPT_FOR: Final = dt.timedelta(minutes=15)
