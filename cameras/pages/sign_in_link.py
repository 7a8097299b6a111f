from __future__ import annotations

from django.contrib.auth.views import RedirectURLMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from cameras import sign_in_links
from cameras.pages.sign_in import begin
from cameras.users import User


@method_decorator(never_cache, name="dispatch")
class SignInLinkView(RedirectURLMixin, View):
    """Signs in whoever comes by a link and presses the button, and leads to `next`.

    The secret stands in the fragment. A script sends it here; the page that answers names the
    person. So programs that look at what an address leads to use nothing up, and no other page
    signs somebody in unasked.
    """

    next_page = "wall"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Raises PermissionDenied for a link that no longer works."""
        secret = request.POST.get("secret", "")
        if "sign_in" in request.POST:
            return self._sign_in(secret)
        person = sign_in_links.person(secret)
        if person is None:
            raise PermissionDenied
        return self._page(person=person, secret=secret)

    def _page(self, **context: object) -> HttpResponse:
        return render(self.request, "registration/sign_in_link.html", context)

    def _sign_in(self, secret: str) -> HttpResponse:
        answers = []

        def sign_in(user: User) -> None:
            answers.append(begin(self.request, user, "link", self.get_success_url()))
            # On a full disk this fails, and leaves the link unused.
            self.request.session.save()

        if sign_in_links.redeem(secret, sign_in) is None:
            raise PermissionDenied
        return answers[0]
