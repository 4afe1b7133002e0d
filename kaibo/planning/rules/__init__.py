"""What a plan may say, as pure decisions."""

from kaibo.planning.rules.run_of_show import (
    EXTRAS,
    ITEMS_MAX,
    LINK_NO_MAX,
    TEXT_MAX,
    LineError,
    RunItemSpec,
    check_item_count,
    clean_run_of_show,
    reordered_starts,
)
from kaibo.planning.rules.shows import (
    CODE_CHARS,
    CampaignSpec,
    ShowChanges,
    ShowSpec,
    clean_campaign,
    clean_show,
    seller_digest,
)

__all__ = [
    "CODE_CHARS",
    "EXTRAS",
    "ITEMS_MAX",
    "LINK_NO_MAX",
    "TEXT_MAX",
    "CampaignSpec",
    "LineError",
    "RunItemSpec",
    "ShowChanges",
    "ShowSpec",
    "check_item_count",
    "clean_campaign",
    "clean_run_of_show",
    "clean_show",
    "reordered_starts",
    "seller_digest",
]
