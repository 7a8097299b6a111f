"""Two-step sign-in is set up: by who has signed in, or must before they can."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cameras import access, passkeys, proof, two_step
from cameras.pages.confirm import fresh_proof
from cameras.pages.sign_in import finish, has_second_step, pending_url, pending_user
from cameras.users import User

#: Of the app that is being set up, in the session.
_SECRET = "two_step_secret"


@method_decorator(never_cache, name="dispatch")
class TwoStepView(View):
    """Shows the code for an app, and takes the first one that the app shows."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.is_pending = not request.user.is_authenticated
        user = pending_user(request) if self.is_pending else request.user
        if not isinstance(user, User):
            return redirect("login")
        # Who has it already does not replace it by taking the first step alone.
        if self.is_pending and has_second_step(user):
            return redirect("second-step")
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    @fresh_proof(second_step=True)
    def get(self, request: HttpRequest) -> HttpResponse:
        secret = two_step.new_secret()
        request.session[_SECRET] = two_step.sealed(secret)
        return self._page(secret)

    @fresh_proof(second_step=True)
    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("action") == "use-passkeys" and not self.is_pending:
            return self._use_passkeys()
        secret = two_step.unsealed(request.session.get(_SECRET, ""))
        if not secret:
            return redirect("two-step")
        step = two_step.step_of(secret, two_step.normal(request.POST.get("code", "")))
        if step is None:
            return self._page(secret, _("Wrong code. Enter the one the app shows now."))
        del request.session[_SECRET]
        codes = two_step.turn_on(self.user, secret, step)
        return self._turned_on(codes)

    def _page(self, secret: str, problem: str = "") -> HttpResponse:
        code = segno.make(two_step.address_for_app(self.user, secret), error="m")
        context = {
            "who": self.user,
            "problem": problem,
            "secret": " ".join(secret[first : first + 4] for first in range(0, len(secret), 4)),
            "qr": code.svg_inline(scale=5, border=2, dark="#000", light="#fff"),
            "is_demanded": self.is_pending,
        }
        return render(self.request, "account/two_step.html", context)

    def _turned_on(self, codes: list[str]) -> HttpResponse:
        url = reverse("account") + "#two-step"
        if self.is_pending:
            url = pending_url(self.request)
            finish(self.request, self.user, "code", is_second=True)
        return self._show(codes, url)

    def _use_passkeys(self) -> HttpResponse:
        """From now on the person's passkeys are the second step."""
        url = reverse("account") + "#two-step"
        if not passkeys.has_usable(self.user, self.request):
            messages.error(self.request, _("Add a passkey first."))
            return redirect(url)
        return self._show(two_step.turn_on(self.user), url)

    def _show(self, codes: list[str], url: str) -> HttpResponse:
        """The one page that shows recovery codes. This device stays signed in."""
        self.request.session[access.SECOND_STEP] = True
        proof.note(self.request.session, second_step=True)
        return render(self.request, "account/recovery_codes.html", {"codes": codes, "url": url})
