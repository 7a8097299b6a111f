"""People and groups of people: who they are, what they may do, and what becomes of their accounts.

For whoever may add people; the rule book says whose accounts they look after.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cameras import access, invitations, sign_in_links
from cameras import groups as camera_groups
from cameras.models import Camera, CameraGroup, Grant, PersonInvitation
from cameras.pages.confirm import fresh_proof
from cameras.pages.links import NewLink, link_to, show_link
from cameras.pages.people_forms import GrantForm, InvitationForm, MembershipForm, NewGroupForm
from cameras.pages.requests import row_id
from cameras.pages.sharing import show_invitation, withdraw
from cameras.quotas import QuotaExceeded
from cameras.users import NAME_FIELD, User, signed_in_user


@method_decorator(never_cache, name="dispatch")
class PeopleManagersView(LoginRequiredMixin, UserPassesTestMixin, View):
    def test_func(self) -> bool:
        return access.can_invite_people(signed_in_user(self.request))

    @property
    def manager(self) -> User:
        return signed_in_user(self.request)

    def withdraw(self, grants: QuerySet[Grant]) -> str:
        """Takes back the one that is meant; what to say about it."""
        grant = grants.filter(pk=row_id(self.request)).first()
        if grant is not None and not access.can_grant(self.manager, grant):
            return _("You don't manage “%(name)s”. Ask somebody who does.") % {"name": grant.what}
        if grant is not None:
            withdraw(grant)
        return _("Access changed.")

    def back(self, text: str, name: str, *args: object) -> HttpResponse:
        messages.success(self.request, text)
        return redirect(reverse(name, args=args))


class PeopleView(PeopleManagersView):
    """Everybody, and who is invited."""

    def get(self, request: HttpRequest) -> HttpResponse:
        people = access.manageable_people(self.manager).order_by("-is_active", NAME_FIELD)
        context = {
            "people": people.prefetch_related("groups"),
            "invitations": self._invitations,
            "groups": Group.objects.annotate(people=Count("user")).order_by("name"),
            "theirs": access.manageable_people_groups(self.manager),
            "may_change_groups": access.can_manage_people_groups(self.manager),
            "group_form": NewGroupForm(),
        }
        return render(request, "people/list.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        match request.POST.get("action"):
            case "revoke-invitation":
                if invitation := self._invitations.filter(pk=row_id(request)).first():
                    invitation.revoke()
                return self.back(_("Invitation revoked."), "people")
            case "add-group" if access.can_manage_people_groups(self.manager):
                form = NewGroupForm(request.POST)
                if form.is_valid():
                    return redirect("people-group", form.save().pk)
                messages.error(request, str(form.errors["name"][0]))
                return redirect("people")
        return HttpResponse(status=400)

    @property
    def _invitations(self) -> Any:
        waiting = PersonInvitation.valid()
        return waiting if self.manager.is_superuser else waiting.filter(created_by=self.manager)


class InviteView(PeopleManagersView):
    """Somebody new, with what they may do."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(InvitationForm(self.manager))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = InvitationForm(self.manager, request.POST)
        if not form.is_valid():
            return self._page(form)
        data = form.cleaned_data
        groups = data.get("user_groups", ())
        try:
            made = invitations.invite(self.manager, data["name"], form.grants(), groups)
        except QuotaExceeded as error:
            form.add_error(None, str(error))
            return self._page(form)
        return show_invitation(request, *made, done=reverse("people"))

    def _page(self, form: InvitationForm) -> HttpResponse:
        return render(self.request, "people/invite.html", {"form": form})


class PersonView(PeopleManagersView):
    """One person: rights, groups, account."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._page(self._person(pk))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        person = self._person(pk)
        match request.POST.get("action"):
            case "grant":
                return self._grant(person)
            case "withdraw":
                return self._withdraw(person)
            case "groups" if access.can_manage_people_groups(self.manager):
                return self._put_into_groups(person)
            # One's own is changed by who knows the one before.
            case "new-password" if person != self.manager:
                return self._new_password(person)
            case "disable" if person != self.manager:
                return self._set_active(person, False)
            case "enable":
                return self._set_active(person, True)
            case "remove" if person != self.manager:
                return self._remove(person)
        return HttpResponse(status=400)

    def _person(self, pk: str) -> User:
        """Raises Http404."""
        try:
            return get_object_or_404(access.manageable_people(self.manager), pk=pk)
        except (ValidationError, ValueError):
            raise Http404 from None

    def _page(self, person: User, grant_form: GrantForm | None = None) -> HttpResponse:
        context = {
            "person": person,
            "is_self": person == self.manager,
            "grants": _given(Grant.objects.filter(user=person)),
            "through": _given(Grant.objects.filter(user_group__user=person)),
            "owned": Camera.objects.filter(owner=person),
            "owned_groups": CameraGroup.objects.filter(owner=person),
            "grant_form": grant_form or GrantForm(self.manager),
            "groups": person.groups.order_by("name"),
            "membership_form": MembershipForm(
                self.manager, initial={"groups": person.groups.all()}
            ),
            "may_change_groups": access.can_manage_people_groups(self.manager),
        }
        return render(self.request, "people/person.html", context)

    def _grant(self, person: User) -> HttpResponse:
        form = GrantForm(self.manager, self.request.POST)
        if not form.is_valid():
            return self._page(person, form)
        form.save(person)
        return self.back(_("Access changed."), "person", person.pk)

    def _withdraw(self, person: User) -> HttpResponse:
        text = self.withdraw(Grant.objects.filter(user=person))
        return self.back(text, "person", person.pk)

    def _put_into_groups(self, person: User) -> HttpResponse:
        form = MembershipForm(self.manager, self.request.POST)
        if form.is_valid():
            form.put(person)
        return self.back(_("Saved."), "person", person.pk)

    @fresh_proof()
    def _new_password(self, person: User) -> HttpResponse:
        secret = sign_in_links.issue_for_password(person)
        text = _("%(name)s opens this link to choose a new password. It works once, within a day.")
        link = NewLink(
            title=_("New password for %(name)s") % {"name": person},
            url=link_to(self.request, reverse("welcome"), secret),
            note=text % {"name": person},
            done=reverse("person", args=[person.pk]),
        )
        return show_link(self.request, link)

    def _set_active(self, person: User, is_active: bool) -> HttpResponse:
        person.is_active = is_active
        person.save(update_fields=["is_active"])
        text = _("%(name)s can sign in again.") if is_active else _("%(name)s is signed out.")
        return self.back(text % {"name": person}, "person", person.pk)

    @transaction.atomic
    def _remove(self, person: User) -> HttpResponse:
        # One by one: a bulk update tells nobody that rights have changed.
        # Groups first, while it shows what is the person's own in them.
        for group in person.camera_groups.all():
            camera_groups.hand_over(group, self.manager)
        for camera in person.cameras.all():
            camera.owner = self.manager
            camera.save(update_fields=["owner"])
        name = str(person)
        person.delete()
        return self.back(_("%(name)s was removed.") % {"name": name}, "people")


class PeopleGroupView(PeopleManagersView):
    """A group of people: who is in it, and what they may do."""

    def test_func(self) -> bool:
        return super().test_func() and access.can_manage_people_groups(self.manager)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(self._group(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        group = self._group(pk)
        match request.POST.get("action"):
            case "members":
                return self._set_members(group)
            case "grant":
                form = GrantForm(self.manager, request.POST)
                if not form.is_valid():
                    return self._page(group, form)
                form.save(group)
            case "withdraw":
                text = self.withdraw(Grant.objects.filter(user_group=group))
                return self.back(text, "people-group", group.pk)
            case "remove":
                group.delete()
                return self.back(_("%(name)s was removed.") % {"name": group}, "people")
            case _:
                return HttpResponse(status=400)
        return self.back(_("Access changed."), "people-group", group.pk)

    def _group(self, pk: int) -> Group:
        """Raises Http404."""
        return get_object_or_404(access.manageable_people_groups(self.manager), pk=pk)

    def _page(self, group: Group, grant_form: GrantForm | None = None) -> HttpResponse:
        people = access.manageable_people(self.manager).order_by(NAME_FIELD)
        context = {
            "group": group,
            "people": people.annotate(is_member=Count("pk", filter=Q(groups=group))),
            "grants": _given(Grant.objects.filter(user_group=group)),
            "grant_form": grant_form or GrantForm(self.manager),
        }
        return render(self.request, "people/group.html", context)

    def _set_members(self, group: Group) -> HttpResponse:
        theirs = access.manageable_people(self.manager)
        ticked = theirs.filter(pk__in=self.request.POST.getlist("people"))
        # Those whose accounts others look after stay.
        group.user_set.set([*group.user_set.exclude(pk__in=theirs.values("pk")), *ticked])
        return self.back(_("Saved."), "people-group", group.pk)


def _given(grants: Any) -> Any:
    return grants.select_related("camera", "camera_group", "user_group")
