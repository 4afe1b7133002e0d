"""Refusals of access."""

from kaibo.base.errors import BadInput, NotFound, Refusal


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


class KeyInvalid(Refusal):
    """No key, or one that is unknown, revoked or expired; which of them is not said."""

    code = "key_invalid"
    http_status = 401
    text_zh = "API 密钥无效、已停用或已过期，请在 设置 → 接口 中查看或新建"
    text_en = "The API key is unknown, revoked or expired; see Settings → API or make a new one"


class NotInScope(Refusal):
    """The key is good and may not do this."""

    code = "not_in_scope"
    http_status = 403
    text_zh = "此 API 密钥没有权限 {permission}，请新建一个包含它的密钥"
    text_en = "This API key does not hold {permission}; make a key that does"


class ScopeUnknown(BadInput):
    """A key was to have a permission that none may have."""

    code = "scope_unknown"
    text_zh = "密钥不能有权限“{scope}”，可选：{scopes}"
    text_en = "No key may hold “{scope}”; choose from {scopes}"


class KeyExpiresTooSoon(BadInput):
    """A key was to expire before it was made."""

    code = "key_expires_too_soon"
    text_zh = "到期时间已过，请选择将来的时间，或不填"
    text_en = "The time of expiry has passed; choose a later one or leave it out"


class TooManyKeys(Refusal):
    """Every key is a door; an organisation has a limited number."""

    code = "too_many_keys"
    text_zh = "最多可有 {most} 个有效密钥，请先停用不再使用的"
    text_en = "At most {most} keys may be in use; revoke those that are not needed first"


class NoSuchKey(NotFound):
    """No key of this id in the organisation."""

    code = "no_such_key"
    text_zh = "没有找到密钥（编号 {id}）"
    text_en = "Key {id} was not found"


class AskedTooOften(Refusal):
    """A key has used up its questions of this minute."""

    code = "asked_too_often"
    http_status = 429
    text_zh = "此密钥请求过于频繁（每分钟最多 {per_minute} 次），请在 {retry_after_s} 秒后重试"
    text_en = "This key may ask {per_minute} times a minute; try again in {retry_after_s} seconds"


class AskedOtherwise(Refusal):
    """An ``Idempotency-Key`` came back with another question."""

    code = "asked_otherwise"
    http_status = 422
    text_zh = "这个 Idempotency-Key 已用于另一个请求，请换一个"
    text_en = "This Idempotency-Key was used for another request; choose a new one"


class AskedAtOnce(Refusal):
    """The first question of this ``Idempotency-Key`` is not answered yet."""

    code = "asked_at_once"
    text_zh = "同一 Idempotency-Key 的请求正在处理，请在 {retry_after_s} 秒后重试"
    text_en = "A request with this Idempotency-Key is being answered; retry in {retry_after_s} s"


class PasswordMustChange(Refusal):
    """The password was set by somebody else and opens nothing before it is changed."""

    code = "password_must_change"
    http_status = 403
    text_zh = "当前是临时密码，请先设置自己的新密码"
    text_en = "This is a temporary password; set one of your own first"


class NoSuchColleague(NotFound):
    """Nobody of this id in the organisation."""

    code = "no_such_colleague"
    text_zh = "没有找到员工（编号 {id}）"
    text_en = "Person {id} was not found"


class OwnPassword(Refusal):
    """One's own password is changed, not reset."""

    code = "own_password"
    text_zh = "自己的密码请在 设置 → 修改密码 中更改"
    text_en = "Change your own password under Settings → Password instead"


class BackOfficePassword(Refusal):
    """Who enters the back office may do more than who resets."""

    code = "back_office_password"
    text_zh = "管理后台的账号请由部署者在服务器上重置"
    text_en = "Whoever runs the installation resets accounts of the back office"


class ResetTooSoon(Refusal):
    """Passwords are reset one at a time, not in a row."""

    code = "reset_too_soon"
    http_status = 429
    text_zh = "重置过于频繁，请在 {retry_after_s} 秒后再试"
    text_en = "Too many resets; try again in {retry_after_s} seconds"


class NewPasswordWeak(BadInput):
    """A password that is guessed first, or the one there is."""

    code = "new_password_weak"
    text_zh = "新密码太简单，或与现在的相同：{why}"
    text_en = "The new password is too easy, or the one you have: {why}"


class OldPasswordWrong(Refusal):
    """Who changes a password has to know it."""

    code = "old_password_wrong"
    text_zh = "当前密码不正确，请检查后重试"
    text_en = "The present password is not right; check it and try again"
