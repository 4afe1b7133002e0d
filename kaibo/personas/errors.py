"""Refusals about people made by AI."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class NoSuchPersona(NotFound):
    """No AI person of this id in the organisation."""

    code = "no_such_persona"
    text_zh = "没有找到这个 AI 人物（编号 {id}）"
    text_en = "AI person {id} was not found"


class NoSuchConsent(NotFound):
    """No consent of this id in the organisation."""

    code = "no_such_consent"
    text_zh = "没有找到这份同意书（编号 {id}）"
    text_en = "Consent {id} was not found"


class PersonaPoses(BadInput):
    """A name that makes an invention pass for an expert or a star."""

    code = "persona_poses"
    text_zh = "“{field}”中的“{word}”会让人误以为是真实的专家或名人，AI 人物不得假冒，请改名"
    text_en = "“{word}” in “{field}” makes an AI person pass for a real expert or star; rename it"


class ConsentUseless(Refusal):
    """What this AI person has of nobody needs nobody's consent."""

    code = "consent_useless"
    text_zh = "这个 AI 人物没有使用真人的{of_zh}，不需要这份同意"
    text_en = "This AI person uses nobody's {of_en}, so there is nothing to consent to"


class ConsentTermWrong(BadInput):
    """A consent ends after it begins, and within ten years."""

    code = "consent_term_wrong"
    text_zh = "同意的截止日须在起始日之后、十年以内"
    text_en = "A consent ends after its first day and within ten years"


class ConsentOver(Refusal):
    """It was withdrawn before."""

    code = "consent_over"
    text_zh = "这份同意已经撤回"
    text_en = "This consent was withdrawn before"


class CastClosed(Refusal):
    """Which AI people are in a show is settled before it begins."""

    code = "cast_closed"
    text_zh = "直播已开始或已结束，不能再更改 AI 人物"
    text_en = "The show has begun or ended; its AI people stay as they are"


class CastTwice(BadInput):
    """Each AI person once, and not too many."""

    code = "cast_twice"
    text_zh = "同一个 AI 人物只能选一次，最多 {most} 个"
    text_en = "Choose each AI person once, {most} at most"


class NothingToWatch(Refusal):
    """A show without AI people needs nobody on duty."""

    code = "nothing_to_watch"
    text_zh = "这场直播没有 AI 人物，或已结束，不需要值守"
    text_en = "This show has no AI people, or is over; nobody needs to be on duty"


class NotOnDuty(Refusal):
    """Somebody else is on duty, or nobody."""

    code = "ai_not_on_duty"
    text_zh = "您不在值守；请先接班"
    text_en = "You are not on duty; take over first"
