"""Every control with its article, its state here, when it last fired, and its tests."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.db.models import Max

from kaibo.base.sheets import Cell
from kaibo.base.yamls import read_yaml
from kaibo.compliance.models import Finding, Firing
from kaibo.compliance.reads.packaged import packaged
from kaibo.compliance.reads.profile import standing_of
from kaibo.compliance.rules.controls import ACTIONS, KEPT, Control, load_controls
from kaibo.compliance.rules.parts import GROUPS, SUBJECTS
from kaibo.compliance.rules.profile import why_not
from kaibo.compliance.rules.retention import told

PROOFS = "proofs.yaml"
COVERAGE_COLUMNS = (
    "编号", "规则包", "职责", "Duty", "依据", "条", "款项", "约束对象", "状态", "不适用原因",
    "处理", "最近触发", "证明测试", "实现", "留存内容", "保存期限", "说明",
)  # fmt: skip
STATE_WORDS: dict[str, str] = {
    "enforced": "已强制",
    "warned": "已提醒",
    "recorded": "已留存",
    "planned": "尚未建立",
    "not_applicable": "不适用",
}


@dataclass(frozen=True, slots=True)
class ControlView:
    """A control as the coverage page shows it.

    ``state``: as built, or ``not_applicable`` with ``why_not_*``. ``last_fired_at``: None if it
    never did, or if nothing tells (``tells`` is false).
    """

    row: str
    group: str
    title_zh: str
    title_en: str
    law: str
    article: str
    item: str
    also: list[str]
    bound: list[str]
    state: str
    why_not_zh: str
    why_not_en: str
    action: str
    check: str
    families: list[str]
    tells: bool
    last_fired_at: dt.datetime | None
    tests: list[str]
    kept_zh: str
    kept_en: str
    retention_zh: str
    retention_en: str
    note_zh: str
    note_en: str


@cache
def controls() -> tuple[Control, ...]:
    """Every control, by row.

    Raises:
        BadPack: a file of controls is broken; says where.
    """
    found = [
        control
        for name, source in packaged("controls")
        if name != PROOFS
        for control in load_controls(name, source)
    ]
    return tuple(sorted(found, key=lambda control: control.row))


@cache
def proofs() -> Mapping[str, list[str]]:
    """Row to the tests that prove it, as ``python -m tests.rows`` wrote them."""
    source = dict(packaged("controls"))[PROOFS]
    found: dict[str, list[str]] = read_yaml(source) or {}
    return found


@cache
def signals() -> frozenset[str]:
    """Every signal that some control listens to."""
    return frozenset(signal for control in controls() for signal in control.signals)


def coverage(org_id: int) -> list[ControlView]:
    """Every control as it stands for an organisation."""
    profile = standing_of(org_id)
    fired = _fired(org_id)
    return [_view(control, fired, why_not(control, profile)) for control in controls()]


def duties(org_id: int) -> list[ControlView]:
    """Those controls that bind the organisation, by its answers."""
    return [view for view in coverage(org_id) if view.state != "not_applicable"]


def _fired(org_id: int) -> dict[str, dt.datetime]:
    """When each family was last met and each signal last given."""
    found = Finding.objects.filter(organisation_id=org_id).exclude(state="suppressed")
    rows = found.values_list("family").annotate(at=Max("found_at"))
    firings = Firing.objects.filter(organisation_id=org_id).values_list("signal", "last_at")
    return dict([*rows, *firings])


def _view(
    control: Control, fired: Mapping[str, dt.datetime], not_here: tuple[str, str] | None
) -> ControlView:
    told_by = (*control.families, *control.signals)
    moments = [fired[name] for name in told_by if name in fired]
    why = not_here or ("", "")
    kept, retention = KEPT[control.kept], told(control.retention)
    note = control.note
    return ControlView(
        row=control.row,
        group=control.group,
        title_zh=control.title.zh,
        title_en=control.title.en,
        law=control.citation.law,
        article=control.citation.article,
        item=control.citation.item,
        also=[str(one) for one in control.also],
        bound=list(control.bound),
        state="not_applicable" if not_here else control.state,
        why_not_zh=why[0],
        why_not_en=why[1],
        action=control.action,
        check=control.check,
        families=list(control.families),
        tells=bool(told_by),
        last_fired_at=max(moments, default=None),
        tests=list(proofs().get(control.row, [])),
        kept_zh=kept[0],
        kept_en=kept[1],
        retention_zh=retention[0],
        retention_en=retention[1],
        note_zh=note.zh if note else "",
        note_en=note.en if note else "",
    )


def coverage_rows(org_id: int) -> list[list[Cell]]:
    """The coverage page as a sheet."""
    return [_row(view) for view in coverage(org_id)]


def _row(view: ControlView) -> list[Cell]:
    return [
        view.row,
        GROUPS[view.group][0],
        view.title_zh,
        view.title_en,
        view.law,
        view.article,
        view.item,
        "、".join(SUBJECTS[one][0] for one in view.bound),
        STATE_WORDS[view.state],
        view.why_not_zh,
        ACTIONS[view.action][0],
        view.last_fired_at,
        "\n".join(view.tests),
        view.check,
        view.kept_zh,
        view.retention_zh,
        view.note_zh,
    ]
