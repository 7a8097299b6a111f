"""A person adds a passkey."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import View

from cameras import passkeys
from cameras.pages.confirm import fresh_proof
from cameras.passkeys import PasskeyError
from cameras.user_agents import browser_name
from cameras.users import signed_in_user

#: In the session, while the browser asks its person.
_STATE = "passkey"


def _ask(url: str) -> HttpResponse:
    """The page's script goes there."""
    return JsonResponse({"confirm": url})


class AddPasskeyView(LoginRequiredMixin, View):
    """First without an `answer`, which says what to ask the browser for; then with it."""

    http_method_names = ("post",)

    # A passkey is both steps at once: by the first step alone, nobody gets one.
    @fresh_proof(page="account", place="#passkeys", second_step=True, ask=_ask)
    def post(self, request: HttpRequest) -> HttpResponse:
        if why_not := passkeys.why_not(request):
            return JsonResponse({"message": str(why_not)}, status=400)
        if "answer" in request.POST:
            return self._add(request, request.POST["answer"])
        options, state = passkeys.begin_adding(request, signed_in_user(request))
        # The library's own types are of text.
        request.session[_STATE] = json.loads(json.dumps(state))
        return JsonResponse(options)

    def _add(self, request: HttpRequest, answer: str) -> HttpResponse:
        user = signed_in_user(request)
        # What was asked once is answered once.
        state = request.session.pop(_STATE, None)
        name = browser_name(request.headers.get("User-Agent", ""))
        try:
            passkeys.add(request, user, name, state, answer)
        except PasskeyError as error:
            return JsonResponse({"message": str(error)}, status=400)
        messages.success(request, _("Passkey added. You can sign in with it from now on."))
        return JsonResponse({})
