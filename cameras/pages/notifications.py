"""Where somebody chooses to be told when a camera is lost."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cameras import access
from cameras.models import Camera, LossNotification, NotificationDelay
from cameras.users import User


@require_POST
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Keeps `after_s`: one of `NotificationDelay`, or "0" for no notifications."""
    user = request.user
    if not isinstance(user, User):
        return _refusal(_("Sign in to get notifications."), 403)
    camera = access.watchable(user).filter(Camera.at(slug)).first()
    if camera is None:
        return _refusal(str(access.NO_SUCH_CAMERA), 404)
    after = request.POST.get("after_s", "")
    if after == "0":
        LossNotification.objects.filter(user=user, camera=camera).delete()
    elif after in map(str, NotificationDelay.values):
        LossNotification.objects.update_or_create(
            user=user, camera=camera, defaults={"after_s": int(after)}
        )
    else:
        return _refusal(_("Choose one of the times in the list."), 400)
    return HttpResponse(status=204)


def context_of(user: Any, camera: Camera) -> dict[str, Any]:
    """What the page of a camera shows: what was chosen, and what can be."""
    if not isinstance(user, User) or not camera.enabled:
        return {}
    mine = LossNotification.objects.filter(user=user, camera=camera)
    return {
        "may_be_told": True,
        "told_after_s": mine.values_list("after_s", flat=True).first() or 0,
        "delays": NotificationDelay.choices,
    }


def _refusal(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"message": sentence}, status=status)
