"""What the dialog asks for with which people share a camera or a wall by a link."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cameras import access
from cameras.models import Camera, ShareLink
from cameras.pages.links import link_to, qr_code
from cameras.pages.sharing_forms import LinkForm
from cameras.quotas import QuotaExceeded
from cameras.users import User, signed_in_user


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def links(request: HttpRequest) -> HttpResponse:
    """The links to `camera`, `group`, or without either to all that a person manages; a new one."""
    user = signed_in_user(request)
    what = _what(user, request.GET)
    if request.method == "GET":
        return JsonResponse({"html": _list(request, what)})
    form = LinkForm(request.POST, prefix="link")
    if not form.is_valid():
        return JsonResponse({"message": _first_mistake(form)}, status=400)
    try:
        link, secret = form.issue(user, **what)
    except QuotaExceeded as error:
        return JsonResponse({"message": str(error)}, status=403)
    url = link_to(request, reverse("shared"), secret)
    embed = link_to(request, reverse("shared-embed", args=[link.pk]), secret)
    return JsonResponse(
        {
            "url": url,
            "revoke": reverse("link-revoke", args=[link.pk]),
            "svg": qr_code(url),
            "embed": embed if link.origins else "",
            "html": _list(request, what),
        }
    )


@login_required
@require_POST
def revoke(request: HttpRequest, link: str) -> HttpResponse:
    get_object_or_404(access.revocable_links(signed_in_user(request)), pk=link).revoke()
    return HttpResponse(status=204)


def _what(user: User, query: Any) -> dict[str, Any]:
    """Columns of a link. Raises Http404 for what is not theirs to share."""
    if slug := query.get("camera"):
        return {"camera": get_object_or_404(access.manageable(user), Camera.at(slug))}
    if slug := query.get("group"):
        return {"group": get_object_or_404(access.shareable_groups(user), slug=slug)}
    if not access.manageable(user).exists():
        raise Http404
    return {}


def _list(request: HttpRequest, what: dict[str, Any]) -> str:
    to_all = {"camera": None, "group": None, "created_by": request.user}
    found = ShareLink.valid().filter(kiosk=False, **(what or to_all))
    return render_to_string("cameras/_links.html", {"links": found, "user": request.user}, request)


def _first_mistake(form: LinkForm) -> str:
    [errors, *_others] = form.errors.values()
    return str(errors[0])
