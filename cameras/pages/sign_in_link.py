from __future__ import annotations

from django.contrib.auth.views import RedirectURLMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views import View

from cameras import sign_in_links
from cameras.pages.sign_in import begin
from cameras.users import User

PARAMETER = "secret"


class SignInLinkView(RedirectURLMixin, View):
    """Signs in whoever comes by a link, and leads to `next`."""

    # Programs that look at what it leads to, by HEAD, must not use it up.
    http_method_names = ("get",)
    next_page = "wall"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Raises PermissionDenied for a link that no longer works."""

        answers = []

        def sign_in(user: User) -> None:
            answers.append(begin(request, user, "link", self.get_success_url()))
            # On a full disk this fails, and leaves the link unused.
            request.session.save()

        if sign_in_links.redeem(request.GET.get(PARAMETER, ""), sign_in) is None:
            raise PermissionDenied
        return answers[0]
