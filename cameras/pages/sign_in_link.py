from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.views import RedirectURLMixin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views import View

from cameras import sign_in_links

PARAMETER = "secret"


class SignInLinkView(RedirectURLMixin, View):
    """Signs in whoever comes by a link, and leads to `next`."""

    # Programs that look at what it leads to, by HEAD, must not use it up.
    http_method_names = ("get",)
    next_page = "wall"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Raises PermissionDenied for a link that no longer works."""
        # All of it or nothing: on a full disk, the link is not used up by a sign-in that fails.
        with transaction.atomic():
            user = sign_in_links.redeem(request.GET.get(PARAMETER, ""))
            if user is None:
                raise PermissionDenied
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            request.session.save()
        return redirect(self.get_success_url())
