"""What stands round a match: negation, refutation, questions, exemptions, own contacts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kaibo.base.digits import v3
from kaibo.base.text import v0
from kaibo.base.views import View
from kaibo.compliance.rules.parts import Exemption, Rule

WINDOW_BEFORE = 12  # characters in which a negation still governs the match
WINDOW_AFTER = 8
CONTACT_WINDOW = 24
CLAUSE_CHARS_MAX = 120  # what counts as the clause when nobody uses punctuation
TEXT_WINDOW = 600  # how far a source or a standard may stand from the claim

_CLAUSE_END = re.compile(r"[,。!?;\n]")
_NEGATION = re.compile(
    "(?:不能|不可以?|不得|不会|没有|没|并非|不是|不算|别信|别说|不宣称|不承诺|不说|不敢说|无法|不具备"
    "|不要|不用|禁止|严禁|杜绝|拒绝|不支持|不允许|不许|千万别|我们不|请勿|切勿|别)[^,。!?;]{0,6}$"
)
# A claim that is itself worded with a "not" (永远不反弹, 不走平台) is not undone by its own no.
_OWN_NEGATION = re.compile("[不没无概恕拒]")
_REFUTED_AFTER = re.compile(
    "是假的|骗人|骗子|骗局|受骗|被骗|上当|的说法|这种话|这类话|不可信|不要信|别信|谣言|不合规|违规|违法"
    "|不让说|不能说|不能讲|不讲|谨防|小心|当心|举报"
)
_QUESTION_AFTER = re.compile(r"^[^,。!;]{0,6}(?:吗|么|嘛|\?)")
_QUESTION_BEFORE = re.compile("(?:是不是|有没有|能不能|哪个|哪款|哪家|谁家|求)[^,。!?;]{0,6}$")
# "We may not say it cures, but you know": the fake negation in front does not count.
_WINK = re.compile("但|可是|其实|不过|你懂|懂的都懂")


@dataclass(frozen=True, slots=True)
class Place:
    """One match inside one view."""

    view: View
    start: int
    end: int

    @property
    def words(self) -> str:
        return self.view.text[self.start : self.end]

    @property
    def before(self) -> str:
        return self.view.text[max(0, self.start - WINDOW_BEFORE) : self.start]

    @property
    def after(self) -> str:
        return self.view.text[self.end : self.end + WINDOW_AFTER]

    def clause(self) -> tuple[str, str]:
        """What the clause holds before and after the match."""
        before = self.view.text[max(0, self.start - CLAUSE_CHARS_MAX) : self.start]
        after = self.view.text[self.end : self.end + CLAUSE_CHARS_MAX]
        return _CLAUSE_END.split(before)[-1], _CLAUSE_END.split(after, maxsplit=1)[0]

    def surroundings(self) -> str:
        """The text, as far as it can still be about the match."""
        return self.view.text[max(0, self.start - TEXT_WINDOW) : self.end + TEXT_WINDOW]


def stance(place: Place, *, heeded: frozenset[str]) -> str:
    """Why the speaker does not mean it, as a suppression reason; empty when they do."""
    if _WINK.search(place.before[-8:]) or _WINK.search(place.after):
        return ""
    if "refuted" in heeded and _REFUTED_AFTER.search(place.after):
        return "refuted"
    asked = _QUESTION_AFTER.search(place.after) or _QUESTION_BEFORE.search(place.before)
    if "question" in heeded and asked:  # before negation, for 是不是 holds a 不是
        return "question"
    denied = _NEGATION.search(place.before) and not _OWN_NEGATION.search(place.words)
    if "negation" in heeded and denied:
        return "negation"
    return ""


def exemption(rule: Rule, place: Place) -> Exemption | None:
    """The first exemption of the rule whose every condition holds, in the pack's order."""
    if not rule.exemptions:
        return None
    before, after = place.clause()
    clause = before + place.words + after
    text = place.surroundings()
    for candidate in rule.exemptions:
        looks = (
            (candidate.before, before),
            (candidate.after, after),
            (candidate.inside, place.words),
            (candidate.clause, clause),
            (candidate.text, text),
        )
        if all(pattern is None or pattern.search(part) for pattern, part in looks) and not (
            candidate.unless is not None and candidate.unless.search(clause)
        ):
            return candidate
    return None


def is_own_contact(place: Place, *, allow: Sequence[str]) -> bool:
    """Whether the match names, or is closely followed by, a contact the shop has registered."""
    if not allow:
        return False
    text = place.view.text[max(0, place.start - 2) : place.end + CONTACT_WINDOW]
    near = v3(View("V0", text)).text
    return any((folded := v3(v0(contact)).text) and folded in near for contact in allow)
