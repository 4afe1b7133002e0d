"""The desk's lists of this context as files."""

from kaibo.access.reads import api_keys
from kaibo.base.listing import Column, Listing

LISTS = (
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
