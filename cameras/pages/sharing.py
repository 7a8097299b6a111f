"""Who has access to a camera or a group: the part of its page that says so, and changes it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cameras import access, invitations
from cameras.models import Camera, CameraGroup, Grant, PersonInvitation, ShareLink
from cameras.pages.links import NewLink, link_to, show_link
from cameras.pages.people_forms import NewPersonForm
from cameras.pages.requests import row_id
from cameras.pages.sharing_forms import LinkForm, ShareForm
from cameras.quotas import QuotaExceeded
from cameras.users import User, signed_in_user

PLACE = "#people"


class SharingPart:
    """For a page of `what`, at `address`. `page` shows it, with forms that have mistakes."""

    def __init__(self, request: HttpRequest, what: Camera | CameraGroup, address: str) -> None:
        self.request = request
        self.what = what
        self.address = address
        self.user = signed_in_user(request)

    def context(self) -> dict[str, Any]:
        """What the template _access.html needs."""
        grants = list(access.grants_on(self.what))
        return {
            "what": self.what,
            "grants": sorted(grants, key=lambda grant: str(grant.who).casefold()),
            "links": access.links_to(self.what),
            "share_form": ShareForm(self.what),
            "link_form": LinkForm(prefix="link"),
            "person_form": NewPersonForm(prefix="person"),
            "may_invite_people": access.can_invite_people(self.user),
            "known": _names(self.user),
        }

    def act(self) -> HttpResponse | dict[str, Any] | None:
        """What was posted: an answer, or a form with mistakes; None for what is none of its."""
        actions = {
            "share": self._share,
            "unshare": self._unshare,
            "make-link": self._make_link,
            "revoke-link": self._revoke_link,
            "invite": self._invite,
        }
        action = actions.get(self.request.POST.get("action", ""))
        return action() if action else None

    def _share(self) -> HttpResponse | dict[str, Any]:
        form = ShareForm(self.what, self.request.POST)
        if not form.is_valid():
            return {"share_form": form}
        grant = form.save()
        text = _("Shared with %(name)s: %(role)s.")
        return self._back(text % {"name": grant.who, "role": grant.get_role_display()})

    def _unshare(self) -> HttpResponse:
        grant = self.what.grants.filter(pk=row_id(self.request)).first()
        if grant is None:
            return self._back(_("It was no longer shared with them."))
        withdraw(grant)
        text = _("No longer shared with %(name)s.") % {"name": grant.who}
        if not access.can_share(self.user, self.what):
            messages.success(self.request, text)
            return redirect("cameras")
        return self._back(text)

    def _make_link(self) -> HttpResponse | dict[str, Any]:
        form = LinkForm(self.request.POST, prefix="link")
        if not form.is_valid():
            return {"link_form": form}
        try:
            link, secret = form.issue(self.user, **_column(self.what))
        except QuotaExceeded as error:
            form.add_error(None, str(error))
            return {"link_form": form}
        return show_link(self.request, self._shown(link, secret))

    def _shown(self, link: ShareLink, secret: str) -> NewLink:
        text = _("Anyone with this link can watch “%(name)s”, without an account.")
        return NewLink(
            title=_("Link to %(name)s") % {"name": self.what},
            url=link_to(self.request, reverse("shared"), secret),
            note=text % {"name": self.what},
            done=self.address + PLACE,
        )

    def _revoke_link(self) -> HttpResponse:
        links = {str(link.pk): link for link in access.links_to(self.what)}
        if link := links.get(self.request.POST.get("id", "")):
            link.revoke()
        return self._back(_("Link revoked. Everyone watching with it is disconnected."))

    def _invite(self) -> HttpResponse | dict[str, Any]:
        form = NewPersonForm(self.request.POST, prefix="person")
        if not access.can_invite_people(self.user):
            return HttpResponse(status=403)
        if not form.is_valid():
            return {"person_form": form}
        name, role = form.cleaned_data["name"], form.cleaned_data["role"]
        grants = [Grant(role=role, **Grant.on(self.what))]
        try:
            invitation, secret = invitations.invite(self.user, name, grants)
        except QuotaExceeded as error:
            form.add_error(None, str(error))
            return {"person_form": form}
        return show_invitation(self.request, invitation, secret, self.address + PLACE)

    def _back(self, text: str) -> HttpResponse:
        messages.success(self.request, text)
        return redirect(self.address + PLACE)


def show_invitation(
    request: HttpRequest, invitation: PersonInvitation, secret: str, done: str
) -> HttpResponse:
    days = invitations.LIFETIME.days
    text = _("%(name)s opens this link to create an account. It works once, within %(days)d days.")
    return show_link(
        request,
        NewLink(
            title=_("Invitation for %(name)s") % {"name": invitation},
            url=link_to(request, reverse("welcome"), secret),
            note=text % {"name": invitation, "days": days},
            done=done,
        ),
    )


def withdraw(grant: Grant) -> None:
    """Takes back what was granted; an invitation to nothing ends with it."""
    invitation = grant.invitation
    grant.delete()
    if invitation and not invitation.grants.exists() and not invitation.user_groups.exists():
        invitation.revoke()


def _column(what: Camera | CameraGroup) -> dict[str, Any]:
    """Of a link to it."""
    return {"group" if isinstance(what, CameraGroup) else "camera": what}


def _names(user: User) -> list[str]:
    """Whom they may choose from without knowing the name."""
    if not access.can_invite_people(user):
        return []
    people = [each.get_username() for each in access.manageable_people(user)]
    return sorted([*people, *Group.objects.values_list("name", flat=True)], key=str.casefold)


@method_decorator(never_cache, name="dispatch")
class GroupSharingView(LoginRequiredMixin, View):
    """Who has access to a group of cameras."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._page(self._part(slug))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        part = self._part(slug)
        answer = part.act()
        if isinstance(answer, HttpResponse):
            return answer
        return HttpResponse(status=400) if answer is None else self._page(part, answer)

    def _part(self, slug: str) -> SharingPart:
        groups = access.shareable_groups(signed_in_user(self.request)).select_related("owner")
        group = get_object_or_404(groups, slug=slug)
        return SharingPart(self.request, group, reverse("group-sharing", args=[slug]))

    def _page(self, part: SharingPart, forms: dict[str, Any] | None = None) -> HttpResponse:
        context = {"group": part.what, **part.context(), **(forms or {})}
        return render(self.request, "cameras/group_sharing.html", context)
