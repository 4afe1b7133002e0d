"""The page a buyer pays on; plain HTML, works without scripts."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from kaibo.base.errors import BadInput
from kaibo.base.money import yuan
from kaibo.orders.models import SandboxPayment
from kaibo.orders.sandbox import bank, courier


@require_http_methods(["GET", "POST"])
@csrf_protect
@never_cache
def payment_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the visit; a pressed button is a POST with a CSRF token."""
    row = SandboxPayment.objects.filter(token=token).first()
    if row is None or "sandbox" not in settings.KAIBO_PAY:
        raise Http404
    if request.method == "POST":
        try:
            bank.press(token, request.POST.get("button", ""), now=timezone.now())
        except BadInput:
            return render(request, "orders/sandbox.html", _page(row), status=422)
        courier.kick()
        # After a redirect, reloading the page presses nothing.
        return HttpResponseRedirect(request.path)
    return render(request, "orders/sandbox.html", _page(row))


def _page(row: SandboxPayment) -> dict[str, object]:
    return {
        "payment": row,
        "amount": yuan(row.amount_fen),
        "late_at": row.pay_before + bank.LATE_BY,
    }
