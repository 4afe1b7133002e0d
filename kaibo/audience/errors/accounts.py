"""Refusals of viewers' accounts."""

from kaibo.base.errors import BadInput, Refusal


class LoginUnreadable(BadInput):
    """Neither a mainland mobile number nor an e-mail address."""

    code = "login_unreadable"
    text_zh = "请填写 11 位手机号或电子邮箱"
    text_en = "Give a mobile number of 11 digits or an e-mail address"


class PasswordWeak(BadInput):
    """A password that is guessed first."""

    code = "password_weak"
    text_zh = "密码太容易猜到：{why}"
    text_en = "The password is too easy to guess: {why}"


class LoginTaken(Refusal):
    """Somebody has an account with this login at this shop."""

    code = "login_taken"
    text_zh = "这个手机号或邮箱已有账号，请直接登录"
    text_en = "There is an account with this login; sign in instead"


class AccountThere(Refusal):
    """The viewer has an account already."""

    code = "account_there"
    text_zh = "你已有账号（{login}），无需再注册"
    text_en = "You have an account already ({login})"


class LoginWrong(Refusal):
    """No such login, or another password; which of them is not told."""

    code = "login_wrong"
    http_status = 422
    text_zh = "账号或密码不对，请核对后再试"
    text_en = "Login or password is wrong; check both and try again"


class AccountLocked(Refusal):
    """Too many wrong passwords in a row."""

    code = "account_locked"
    http_status = 429
    text_zh = "密码多次输错，请 {minutes} 分钟后再试"
    text_en = "Too many wrong passwords; try again in {minutes} minutes"
