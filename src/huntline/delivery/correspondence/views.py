"""The webhook door: a mail service posts what came in, as the mail itself (message/rfc822), with the secret of the door."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from huntline.delivery.correspondence.inbound import LARGEST, take_mail
from huntline.delivery.errors import InboundUnknown, ReplyAddressForged


# No cookie says who it is: the secret of the door does.
@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Answer 200 after the mail is kept; 404 to a caller without the secret, and where there is no such door; 422 for an address not ours.

    The address that the mail came to is the query parameter `recipient`.
    """
    secret = settings.HUNTLINE_INBOUND_SECRET
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secret or not constant_time_compare(given, secret):
        return JsonResponse({"code": "not_found"}, status=404)
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > LARGEST:
        return JsonResponse({"code": "too_large"}, status=413)
    try:
        taken = take_mail(request.read(int(length)), request.GET.get("recipient", ""))
    except (ReplyAddressForged, InboundUnknown) as refused:
        return JsonResponse({"code": refused.code}, status=422)
    return JsonResponse({"outcome": taken.outcome, "number": taken.number})
