"""Signing in: with a password, a link or a passkey; and the second step, where there is one."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import RedirectURLMixin
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache

from cameras import access, limits, passkeys, proof, two_step
from cameras.passkeys import PasskeyError
from cameras.users import User

#: In the session, of who has taken the first step and not the second.
_PENDING = "first_step"
_PENDING_FOR_S = 600
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@method_decorator(never_cache, name="dispatch")
class SignInView(auth_views.LoginView):
    """With a password; the page also offers passkeys."""

    next_page = "wall"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        why_no_passkeys = passkeys.why_not(self.request)
        return super().get_context_data(passkeys=why_no_passkeys is None, **context)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        return begin(self.request, form.get_user(), "password", self.get_success_url())


class PasskeyBeginView(View):
    """What the browser asks a passkey for: of anybody, or of who has taken the first step."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        if passkeys.why_not(request):
            return HttpResponse(status=404)
        user = _known(request) if "second_step" in request.POST else None
        return JsonResponse(passkeys.begin_signing_in(request, user))


def _known(request: HttpRequest) -> User | None:
    """Who has taken the first step, or signed in and is asked again."""
    user = pending_user(request) or request.user
    return user if isinstance(user, User) else None


class PasskeyView(RedirectURLMixin, View):
    """Signs in by a passkey, which is both steps at once."""

    http_method_names = ("post",)
    next_page = "wall"

    def post(self, request: HttpRequest) -> HttpResponse:
        token, answer = request.POST.get("token", ""), request.POST.get("answer", "")
        pending = pending_user(request)
        try:
            user = passkeys.sign_in(request, token, answer)
        except PasskeyError as error:
            return JsonResponse({"message": str(error)}, status=403)
        url = self.get_success_url()
        if pending is not None and pending == user:
            url = pending_url(request)
        finish(request, user, "passkey", is_second=True)
        return JsonResponse({"url": url})


@method_decorator(never_cache, name="dispatch")
class SecondStepView(View):
    """Asks who has taken the first step for a code, or a passkey."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user = pending_user(request)
        if user is None:
            return redirect("login")
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        if not has_second_step(self.user):
            # The server demands what the person has not set up yet.
            return redirect("two-step")
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        found, problem, status = check_code(request, self.user)
        if problem:
            return self._page(problem, status)
        url = pending_url(request)
        finish(request, self.user, found, is_second=True)
        return redirect(url)

    def _page(self, problem: str = "", status: int = 200) -> HttpResponse:
        row = two_step.of(self.user)
        context = {
            "who": self.user,
            "problem": problem,
            "codes": row is not None,
            "app": row is not None and bool(row.secret),
            "passkeys": passkeys.has_usable(self.user, self.request),
        }
        return render(self.request, "registration/second_step.html", context, status=status)


def begin(request: HttpRequest, user: User, method: str, url: str) -> HttpResponse:
    """The first step is taken by `method`: signs in, or asks for the second step."""
    if two_step.of(user) is None and not access.is_second_step_demanded(user):
        finish(request, user, method)
        return redirect(url)
    # Nothing of somebody else who was signed in here.
    request.session.flush()
    request.session[_PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "next": url,
        "at": time.time(),
    }
    return redirect("second-step")


def pending_user(request: HttpRequest) -> User | None:
    """Who has taken the first step here, a short while ago."""
    pending = request.session.get(_PENDING)
    if not pending or time.time() - pending["at"] > _PENDING_FOR_S:
        return None
    user = User._default_manager.filter(pk=pending["user"], is_active=True).first()
    if user is None or not constant_time_compare(pending["hash"], user.get_session_auth_hash()):
        return None
    return user


def has_second_step(user: User) -> bool:
    """Whether there is one to take, be it with a passkey for another address of this server."""
    return two_step.of(user) is not None or user.passkeys.exists()


def pending_url(request: HttpRequest) -> str:
    """Where they wanted to go."""
    url: str = request.session[_PENDING]["next"]
    return url


def finish(request: HttpRequest, user: User, method: str, *, is_second: bool = False) -> None:
    """Signs in. `method` is that of the last step."""
    request.session.pop(_PENDING, None)
    vars(request)["signed_in_by"] = method
    login(request, user, backend=_BACKEND)
    request.session[access.SECOND_STEP] = is_second
    proof.note(request.session, second_step=is_second)


def check_code(request: HttpRequest, user: User) -> tuple[str, str, int]:
    """Uses up the code that was sent: which kind it was; else what to say, and the status."""
    try:
        found = two_step.check(user, request.POST.get("code", ""))
    except two_step.Wait as wait:
        return "", _waiting(wait), 429
    if found is None:
        _count_failure(request, user)
        return "", _("This code is wrong or was already used."), 200
    return found, "", 200


def _count_failure(request: HttpRequest, user: User) -> None:
    credentials = {"username": user.get_username(), "what": "code"}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)


def _waiting(wait: two_step.Wait) -> str:
    text = ngettext(
        "Too many wrong codes. Try again in a minute, or use a passkey.",
        "Too many wrong codes. Try again in %(minutes)d minutes, or use a passkey.",
        wait.minutes,
    )
    return text % {"minutes": wait.minutes}


class SecondStepMiddleware(MiddlewareMixin):
    """Where the server demands a second step of staff: sessions without one end."""

    def __init__(self, get_response: Any) -> None:
        if not limits.get().STAFF_TWO_STEP:
            raise MiddlewareNotUsed
        super().__init__(get_response)

    def process_request(self, request: HttpRequest) -> None:
        user = request.user
        if isinstance(user, User) and access.lacks_second_step(user, request.session):
            request.session.flush()
            request.user = AnonymousUser()
