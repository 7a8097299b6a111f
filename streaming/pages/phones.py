"""A phone becomes a camera: its invitation as a QR code, its own page, and what it has to trust."""

from __future__ import annotations

import segno
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from cameras import access, phones
from cameras.models import Camera, PhoneInvitation, PublishKey
from cameras.pages import picture
from cameras.quotas import QuotaExceeded
from cameras.users import User
from streaming import conf
from streaming.network import addresses, certificates, origins, ports
from streaming.pages.installed import icons


def invitation_url(origin: str, secret: str) -> str:
    """The secret stands in the fragment, which browsers keep to themselves."""
    return f"{origin}{reverse('phone')}#{secret}"


def qr_code(url: str) -> segno.QRCode:
    return segno.make_qr(url)


# Whoever manages a camera invites


@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """A new invitation to film for a camera, as a QR code."""
    camera, user = _invitable(request, slug)
    try:
        origin = _origin(request)
        invitation, secret = phones.invite(camera, user)
    except NoOriginError as error:
        return _sentence(str(error), status=409)
    except QuotaExceeded as error:
        return _sentence(str(error), status=403)
    code = qr_code(invitation_url(origin, secret))
    return JsonResponse(
        {
            "state": reverse("phone-invitation", args=[slug, invitation.pk]),
            "origin": origin,
            "svg": code.svg_inline(omitsize=True, border=4, light="#fff"),
            "expires_in_s": int(phones.INVITATION_LIFETIME.total_seconds()),
        }
    )


@require_GET
def invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Whether the phone has come, and what it is called."""
    camera, _user = _invitable(request, slug)
    found = get_object_or_404(PhoneInvitation.objects.select_related("key"), pk=pk, camera=camera)
    state = "used" if found.used else "open" if found.expires > timezone.now() else "expired"
    return JsonResponse({"state": state, "phone": found.key.name if found.key else ""})


def _invitable(request: HttpRequest, slug: str) -> tuple[Camera, User]:
    camera = access.visible_camera(request.user, slug)
    if not isinstance(request.user, User) or not access.can_invite(request.user, camera):
        raise Http404
    return camera, request.user


class NoOriginError(Exception):
    """There is no address at which a phone could film; the text says what to do."""


def _origin(request: HttpRequest) -> str:
    """Where a phone finds this server: as this page was opened, if phones can do so too."""
    host = request.get_host()
    if request.is_secure() and not addresses.is_loopback(split_domain_port(host)[0]):
        return f"https://{host}"
    chosen = conf.get()
    if not chosen.TLS:
        raise NoOriginError(
            _(
                "A phone's browser allows the camera only on secure pages. Start SkySentry with "
                "“python3 dev.py run --tls”, then come back to this page."
            )
        )
    urls = addresses.lan_urls(chosen.TLS_HOST, chosen.TLS_PORT, "https")
    if not urls:
        raise NoOriginError(
            _(
                "This computer isn't on a network through which a phone can reach it. Connect it "
                "to the phone's network, start SkySentry again, then come back to this page."
            )
        )
    return urls[0]


# The phone


@require_GET
def phone(request: HttpRequest) -> HttpResponse:
    """The home of a device that films by a key of its own. It says nothing of any camera."""
    context = {"sockets": ports.publish_sockets(request), "lists": picture.lists()}
    return render(request, "streaming/phone.html", context)


@csrf_exempt
@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """The phone's key for the invitation; without a cookie, which some phones refuse."""
    origin = request.headers.get("Origin", "")
    if not origins.is_allowed(origin, request.scheme or "", request.get_host()):
        raise PermissionDenied
    try:
        redeemed = phones.redeem(
            request.POST.get("secret", ""), request.headers.get("User-Agent", "")
        )
    except QuotaExceeded as error:
        return _sentence(str(error), status=403)
    if redeemed is None:
        text = _("This code was already used, or is older than ten minutes.")
        return _sentence(text, status=410)
    key, secret = redeemed
    return JsonResponse({"camera": str(key.camera_id), "key": secret})


@csrf_exempt
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """A phone that cannot keep its key gives it back. Whoever has a key may do so."""
    if key := PublishKey.find(request.POST.get("key", "")):
        key.revoke()
    return HttpResponse(status=204)


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """Lets the phone's page be put on its home screen."""
    start = reverse("phone")
    values = {
        "name": _("SkySentry camera"),
        "short_name": _("Camera"),
        "id": start,
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": "#0b0f14",
        "theme_color": "#0b0f14",
        "icons": icons(),
    }
    return JsonResponse(values, content_type="application/manifest+json")


# What it has to trust


@require_GET
def trust(request: HttpRequest) -> HttpResponse:
    """How a device comes to trust this server's certificate."""
    is_on = conf.get().TLS
    return render(request, "streaming/trust.html", {"tls": is_on}, status=200 if is_on else 404)


@require_GET
def authority(request: HttpRequest) -> HttpResponse:
    """The certificate of the local authority, for download."""
    if not conf.get().TLS:
        text = _("This server has no certificate of its own: it was started without --tls.")
        return HttpResponse(text, content_type="text/plain; charset=utf-8", status=404)
    pem = certificates.authority_certificate(settings.VAR_DIR)
    return HttpResponse(pem, content_type="application/x-x509-ca-cert")


def _sentence(text: str, status: int) -> JsonResponse:
    return JsonResponse({"message": text}, status=status)
