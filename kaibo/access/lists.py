"""The desk's lists of this context as files."""

from kaibo.access.reads import api_keys, people_of
from kaibo.base.listing import Column, Listing

LISTS = (
    Listing(
        path="/desk/persons",
        may="people.edit",
        title="员工 People",
        rows=lambda asked: people_of(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("姓名 Name", "name"),
            Column("账号 Account", "username"),
            Column("角色 Roles", "roles"),
            Column("启用 Active", "is_active"),
            Column("最近登录 Last signed in", "last_login"),
            Column("临时密码至 Temporary until", "temporary_until"),
        ),
    ),
    Listing(
        path="/desk/keys",
        may="keys.edit",
        title="密钥 Keys",
        rows=lambda asked: api_keys(asked.org_id),
        columns=(
            Column("编号 No", "id"),
            Column("名称 Name", "name"),
            Column("开头 Begins with", "prefix"),
            Column("权限 Scopes", "scopes"),
            Column("创建人 Made by", "made_by.name"),
            Column("创建时间 Made at", "created_at"),
            Column("到期 Expires", "expires_at"),
            Column("最近使用 Used on", "used_on"),
            Column("吊销时间 Revoked at", "revoked_at"),
        ),
    ),
)
