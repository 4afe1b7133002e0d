"""The writers of planning, by noun."""

from kaibo.planning.actions.run_of_show import SheetResult, import_sheet, move_item, set_run_of_show
from kaibo.planning.actions.shows import (
    change_show,
    create_campaign,
    end_show,
    lock_plan,
    plan_show,
    queue_at_show,
    start_show,
)
from kaibo.planning.rules import CampaignSpec, RunItemSpec, ShowChanges, ShowSpec

__all__ = [
    "CampaignSpec",
    "RunItemSpec",
    "SheetResult",
    "ShowChanges",
    "ShowSpec",
    "change_show",
    "create_campaign",
    "end_show",
    "import_sheet",
    "lock_plan",
    "move_item",
    "plan_show",
    "queue_at_show",
    "set_run_of_show",
    "start_show",
]
