"""Refusals of webhooks."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class NoSuchEndpoint(NotFound):
    """No webhook endpoint of this id in the organisation."""

    code = "no_such_endpoint"
    text_zh = "没有找到回调地址（编号 {id}）"
    text_en = "Webhook endpoint {id} was not found"


class NoSuchDelivery(NotFound):
    """No delivery of this id in the organisation."""

    code = "no_such_delivery"
    text_zh = "没有找到投递记录（编号 {id}）"
    text_en = "Delivery {id} was not found"


class EndpointUnusable(BadInput):
    """Not an address to which facts may be sent."""

    code = "endpoint_unusable"
    text_zh = "“{field}”应是 https:// 或 http:// 开头、不含账号和密码的网址"
    text_en = "“{field}” must be an http(s) address without a name or password in it"


class KindUnknown(BadInput):
    """No such kind of fact."""

    code = "kind_unknown"
    text_zh = "没有事实种类“{kind}”，请从列表中选择"
    text_en = "There is no kind of fact “{kind}”; choose from the list"


class TooManyEndpoints(Refusal):
    """Each endpoint costs a request per fact; an organisation has a limited number."""

    code = "too_many_endpoints"
    text_zh = "最多可有 {most} 个回调地址，请先删除不再使用的"
    text_en = "At most {most} endpoints may be in use; remove those that are not needed first"


class DeliveryNotDead(Refusal):
    """A delivery that is on its way or arrived needs no replay."""

    code = "delivery_not_dead"
    text_zh = "这次投递仍在重试，会自动再发"
    text_en = "This delivery is still being tried and will be sent again by itself"


class AddressForbidden(Refusal):
    """The name leads to a network that webhooks may not reach."""

    code = "address_forbidden"
    text_zh = "{host} 指向内部网络，不能投递；需要时由运维设置 KAIBO_HOOKS_PRIVATE=1"
    text_en = "{host} leads into a private network; the operator may set KAIBO_HOOKS_PRIVATE=1"
