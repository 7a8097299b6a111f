"""Before what changes how people sign in, whoever uses a session proves anew who they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import Group
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cameras import passkeys, proof, two_step
from cameras.models import ApiToken, Passkey, TwoStep
from cameras.pages.sign_in import check_code
from cameras.passkeys import PasskeyError
from cameras.users import User, signed_in_user

Method: TypeAlias = Callable[..., HttpResponse]

#: Of the admin: their pages change how people sign in, or what they may do.
_IN_ADMIN = (User, Group, ApiToken, Passkey, TwoStep)
#: Those of them that only show something, until a form is sent.
_LISTS = ("_changelist", "_history")


def fresh_proof(
    *,
    page: str = "",
    place: str = "",
    second_step: bool = False,
    ask: Callable[[str], HttpResponse] = redirect,
) -> Callable[[Method], Method]:
    """Of a method of a view: runs once the person has proved lately who they are.

    Until then `ask` sends them to the page for it, which leads back to `page`, or to this one. With
    `second_step`, whoever has two-step sign-in proves that step.
    """

    def decorate(method: Method) -> Method:
        @wraps(method)
        def ask_first(view: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            request: HttpRequest = view.request
            if has_proved(request, second_step=second_step):
                return method(view, *args, **kwargs)
            there = reverse(page) if page else request.path
            return ask(confirm_url(f"{there}{place}", second_step=second_step))

        return ask_first

    return decorate


def has_proved(request: HttpRequest, *, second_step: bool = False) -> bool:
    """Whether they may go on. Nobody else than those who have signed in is asked."""
    user = request.user
    if not isinstance(user, User):
        return True
    by_second_step = second_step and two_step.of(user) is not None
    return proof.is_fresh(request.session, second_step=by_second_step)


def confirm_url(back: str, *, second_step: bool = False) -> str:
    """Where they prove it, and go on to `back`."""
    query = {"next": back, **({"second_step": "1"} if second_step else {})}
    return f"{reverse('confirm')}?{urlencode(query)}"


@method_decorator(never_cache, name="dispatch")
class ConfirmView(LoginRequiredMixin, RedirectURLMixin, View):
    """Asks for the password, a code or a passkey."""

    next_page = "account"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in_user(request)
        if "answer" in request.POST:
            return self._by_passkey(user)
        if "code" in request.POST:
            return self._by_code(user)
        return self._by_password(user)

    def _by_password(self, user: User) -> HttpResponse:
        if not is_password_of(self.request, user, self.request.POST.get("password", "")):
            return self._page(_("Wrong password. It is case-sensitive."))
        return self._go_on(second_step=False)

    def _by_code(self, user: User) -> HttpResponse:
        _kind, problem, status = check_code(self.request, user)
        return self._page(problem, status) if problem else self._go_on(second_step=True)

    def _by_passkey(self, user: User) -> HttpResponse:
        token, answer = self.request.POST.get("token", ""), self.request.POST["answer"]
        try:
            passkeys.check(self.request, user, token, answer)
        except PasskeyError as error:
            return JsonResponse({"message": str(error)}, status=403)
        return JsonResponse({"url": self._go_on(second_step=True).url})

    def _go_on(self, *, second_step: bool) -> HttpResponseRedirect:
        proof.note(self.request.session, second_step=second_step)
        messages.success(self.request, _("Confirmed. You won't be asked again for 10 minutes."))
        return HttpResponseRedirect(self.get_success_url())

    def _page(self, problem: str = "", status: int = 200) -> HttpResponse:
        user = signed_in_user(self.request)
        row = two_step.of(user)
        needs_second_step = row is not None and "second_step" in self.request.GET
        by_password = user.has_usable_password() and not needs_second_step
        context = {
            "problem": problem,
            "next": self.get_success_url(),
            "by_password": by_password,
            "by_code": row is not None and not by_password,
            "app": row is not None and bool(row.secret),
            "passkeys": passkeys.has_usable(user, self.request),
            "may_set_password": not user.has_usable_password()
            and proof.may_set_first_password(self.request.session),
        }
        return render(self.request, "registration/confirm.html", context, status=status)


def is_password_of(request: HttpRequest, user: User, password: str) -> bool:
    """Asked as when somebody signs in: who guesses has to wait."""
    return authenticate(request, username=user.get_username(), password=password) == user


class AdminProofMiddleware(MiddlewareMixin):
    """Demands a fresh proof on the pages of the admin that change how people sign in."""

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        # With the second step: there it can be deleted, also one's own.
        if not _changes_sign_in(request) or has_proved(request, second_step=True):
            return None
        # What a form has sent is not sent again.
        back = request.get_full_path() if request.method == "GET" else request.path
        return redirect(confirm_url(back, second_step=True))


def _changes_sign_in(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None or "admin" not in match.app_names:
        return False
    name = match.url_name or ""
    if not name.startswith(tuple(f"{m._meta.app_label}_{m._meta.model_name}_" for m in _IN_ADMIN)):
        return False
    return request.method != "GET" or not name.endswith(_LISTS)
