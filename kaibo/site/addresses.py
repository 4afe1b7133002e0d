"""What no database may be asked for is refused before anything looks it up."""

from collections.abc import Callable
from urllib.parse import unquote_plus

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse

_NUL = "\x00"


def readable_address(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: an address, a query or a cookie with a NUL in it names nothing.

    PostgreSQL refuses a question that holds one and SQLite answers it; here both say the same.

    Raises:
        Http404: the address has one.
        BadRequest: the query or a cookie has one; a quoted cookie can spell any byte.
    """

    def judged(request: HttpRequest) -> HttpResponse:
        if _NUL in request.path:
            raise Http404
        query = unquote_plus(request.META.get("QUERY_STRING", ""))
        if any(_NUL in text for text in (query, *request.COOKIES.values())):
            raise BadRequest("a NUL in the query or a cookie")
        return get_response(request)

    return judged
