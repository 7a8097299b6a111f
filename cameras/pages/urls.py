from __future__ import annotations

from django.urls import path

from cameras.pages import (
    account,
    audit,
    groups,
    link_dialog,
    notifications,
    people,
    screens,
    sharing,
    sources,
    views,
    welcome,
)
from cameras.pages.confirm import ConfirmView
from cameras.pages.passkeys import AddPasskeyView
from cameras.pages.sign_in import PasskeyBeginView, PasskeyView, SecondStepView
from cameras.pages.two_step import TwoStepView

urlpatterns = [
    path("cameras/", views.cameras, name="cameras"),
    path("cameras/add/", views.add, name="camera-add"),
    path("cameras/<slug:slug>/settings/", views.SettingsView.as_view(), name="camera-settings"),
    path("cameras/<slug:slug>/source/", sources.SourceView.as_view(), name="camera-source"),
    path("cameras/<slug:slug>/delete/", views.delete, name="camera-delete"),
    path("cameras/<slug:slug>/notification/", notifications.choose, name="camera-notification"),
    path("audit/", audit.log, name="audit"),
    path("audit/export/", audit.export, name="audit-export"),
    path("links/", link_dialog.links, name="links"),
    path("links/<uuid:link>/revoke/", link_dialog.revoke, name="link-revoke"),
    path("people/", people.PeopleView.as_view(), name="people"),
    path("people/invite/", people.InviteView.as_view(), name="people-invite"),
    path("people/groups/<int:pk>/", people.PeopleGroupView.as_view(), name="people-group"),
    path("people/<str:pk>/", people.PersonView.as_view(), name="person"),
    path("welcome/", welcome.WelcomeView.as_view(), name="welcome"),
    path("groups/add/", groups.add, name="group-add"),
    path("groups/<slug:slug>/settings/", groups.settings, name="group-settings"),
    path("groups/<slug:slug>/sharing/", sharing.GroupSharingView.as_view(), name="group-sharing"),
    path("groups/<slug:slug>/delete/", groups.delete, name="group-delete"),
    path("screens/add/", screens.add, name="screen-add"),
    path("account/", account.AccountView.as_view(), name="account"),
    path("account/passkeys/", AddPasskeyView.as_view(), name="passkey-add"),
    path("account/two-step/", TwoStepView.as_view(), name="two-step"),
    path("sign-in/passkey/begin/", PasskeyBeginView.as_view(), name="passkey-begin"),
    path("sign-in/passkey/", PasskeyView.as_view(), name="passkey"),
    path("sign-in/second-step/", SecondStepView.as_view(), name="second-step"),
    path("confirm/", ConfirmView.as_view(), name="confirm"),
    path("account/password/", account.PasswordView.as_view(), name="password"),
]
