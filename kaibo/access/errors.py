"""Refusals of access."""

from kaibo.base.errors import Refusal


class SignInNeeded(Refusal):
    """Nobody is signed in, or the session has ended."""

    code = "sign_in_needed"
    http_status = 401
    text_zh = "请先登录"
    text_en = "Please sign in first"


class SignInRefused(Refusal):
    """The name and the password do not fit; which of the two is not said."""

    code = "sign_in_refused"
    http_status = 401
    text_zh = "账号或密码不正确，请检查后重试"
    text_en = "The account or the password is not right; check both and try again"


class LockedOut(Refusal):
    """Too many wrong passwords from here for this account."""

    code = "locked_out"
    http_status = 429
    text_zh = "尝试次数过多，请在 {minutes} 分钟后再试，或请管理员解锁"
    text_en = "Too many attempts; try again in {minutes} minutes or ask an administrator to unlock"


class NotAllowed(Refusal):
    """The person's roles do not hold the permission."""

    code = "not_allowed"
    http_status = 403
    text_zh = "您的角色没有此项权限（{permission}），请联系管理员"
    text_en = "Your roles do not include {permission}; ask an administrator"


class TokenInvalid(Refusal):
    """A signed token is forged, too old, or for something else."""

    code = "token_invalid"
    http_status = 401
    text_zh = "入场凭证无效或已过期，请重新进入直播间"
    text_en = "The ticket is invalid or has expired; enter the room again"


class NameTaken(Refusal):
    """Another person already uses this account name."""

    code = "name_taken"
    http_status = 409
    text_zh = "账号名“{username}”已被使用，请换一个"
    text_en = "The account name “{username}” is taken; choose another"
