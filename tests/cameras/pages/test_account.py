from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cameras import devices
from cameras.models import ApiToken, Camera, Grant, PublishKey, Role, ShareLink, SignedInDevice
from tests.cameras.pages.browser import secret_in, signed_in, text

ACCOUNT = "/account/"
GOOD = "correct-horse-battery"


@pytest.mark.parametrize(("days", "expires_in"), [(30, timedelta(days=30)), (0, None)])
def test_a_token_is_shown_once(stranger: User, days: int, expires_in: timedelta | None) -> None:
    client = signed_in(stranger)
    before = timezone.now()
    response = client.post(ACCOUNT, {"action": "make-token", "name": "Backup", "days": days})
    secret = secret_in(response)
    token = ApiToken.find(secret)
    assert token is not None
    assert (token.user, token.name) == (stranger, "Backup")
    if expires_in is None:
        assert token.expires is None
    else:
        assert token.expires is not None
        assert before + expires_in <= token.expires <= timezone.now() + expires_in
    page = client.get(ACCOUNT)
    assert "Backup" in text(page)
    assert secret not in page.content.decode()
    assert secret not in str(dict(client.session))


@pytest.mark.parametrize("data", [{"days": 30}, {"name": "x"}, {"name": "x", "days": 12}])
def test_a_token_needs_a_name_and_one_of_the_lives(stranger: User, data: dict[str, object]) -> None:
    response = signed_in(stranger).post(ACCOUNT, {"action": "make-token", **data})
    assert 'aria-invalid="true"' in response.content.decode()
    assert not ApiToken.objects.exists()


def test_a_token_has_a_name_of_one_line(stranger: User) -> None:
    data = {"action": "make-token", "name": "a\nb", "days": "30"}
    assert "without control characters" in text(signed_in(stranger).post(ACCOUNT, data))
    assert not ApiToken.objects.exists()


def test_one_revokes_ones_own_tokens_only(stranger: User, owner: User) -> None:
    mine, _ = ApiToken.issue(user=stranger, name="Mine")
    other, _ = ApiToken.issue(user=owner, name="Hers")
    client = signed_in(stranger)
    for token in (mine, other):
        client.post(ACCOUNT, {"action": "revoke-token", "id": token.pk})
    assert list(ApiToken.valid()) == [other]
    page = text(client.get(ACCOUNT))
    assert "Mine" not in page
    assert "Hers" not in page


def test_one_revokes_the_keys_one_made(camera: Camera, stranger: User, owner: User) -> None:
    mine, _ = PublishKey.issue(camera=camera, name="Old phone", created_by=stranger)
    other, _ = PublishKey.issue(camera=camera, name="Hers", created_by=owner)
    client = signed_in(stranger)
    page = text(client.get(ACCOUNT))
    assert "Old phone Front door Never used" in page
    assert "Hers" not in page
    for key in (mine, other):
        client.post(ACCOUNT, {"action": "revoke-key", "id": key.pk})
    assert list(PublishKey.valid()) == [other]


def test_ones_own_keys_that_no_longer_work_are_marked(
    camera: Camera, stranger: User, viewer: User
) -> None:
    grant = Grant.objects.get(user=viewer)
    grant.role = Role.PUBLISH
    grant.save()
    for maker in (stranger, viewer):
        PublishKey.issue(camera=camera, name="Phone", created_by=maker)
    fallen = signed_in(stranger).get(ACCOUNT)
    mark = "Doesn't work: you no longer have permission to publish to this camera."
    assert mark in text(fallen)
    assert "Front door" in text(fallen)
    # Nor may they open its page, or take the key over.
    assert reverse("viewer", args=[camera.slug]) not in fallen.content.decode()
    assert "Make it mine" not in text(fallen)
    assert mark not in text(signed_in(viewer).get(ACCOUNT))


def test_a_key_of_a_disabled_camera_is_not_marked(camera: Camera, owner: User) -> None:
    PublishKey.issue(camera=camera, name="Phone", created_by=owner)
    camera.enabled = False
    camera.save()
    assert "Doesn't work" not in text(signed_in(owner).get(ACCOUNT))


def test_more_tokens_and_keys_take_no_more_queries(camera: Camera, owner: User) -> None:
    client = signed_in(owner)

    def add() -> None:
        ApiToken.issue(user=owner, name="Token")
        PublishKey.issue(camera=camera, name="Key", created_by=owner)

    add()
    with CaptureQueriesContext(connection) as few:
        client.get(ACCOUNT)
    for _ in range(5):
        add()
    with CaptureQueriesContext(connection) as more:
        client.get(ACCOUNT)
    assert len(more) == len(few)


def test_who_came_by_a_link_sets_a_first_password(owner: User) -> None:
    client = signed_in(owner)
    assert "Set a password" in text(client.get(ACCOUNT))
    data = {"new_password1": GOOD, "new_password2": GOOD}
    response = client.post(reverse("password"), data, follow=True)
    assert "The new password is set." in text(response)
    owner.refresh_from_db()
    assert owner.check_password(GOOD)


def test_who_has_a_password_proves_it(owner: User) -> None:
    owner.set_password(GOOD)
    owner.save()
    client = signed_in(owner)
    new = {"new_password1": "another-horse-9", "new_password2": "another-horse-9"}
    client.post(reverse("password"), new)
    wrong = client.post(reverse("password"), {**new, "old_password": "wrong"})
    assert "Your old password was entered incorrectly" in text(wrong)
    owner.refresh_from_db()
    assert owner.check_password(GOOD)
    client.post(reverse("password"), {**new, "old_password": GOOD})
    owner.refresh_from_db()
    assert owner.check_password("another-horse-9")


@pytest.mark.parametrize("bad", ["short", "password123", "84629174653"])
def test_a_password_easily_guessed_is_refused(owner: User, bad: str) -> None:
    data = {"new_password1": bad, "new_password2": bad}
    response = signed_in(owner).post(reverse("password"), data)
    assert 'aria-invalid="true"' in response.content.decode()
    owner.refresh_from_db()
    assert not owner.has_usable_password()


def test_a_new_password_signs_other_devices_out(owner: User) -> None:
    here, elsewhere = signed_in(owner), signed_in(owner)
    here.post(reverse("password"), {"new_password1": GOOD, "new_password2": GOOD})
    assert here.get(ACCOUNT).status_code == 200
    assert elsewhere.get(ACCOUNT).status_code == 302


def test_administration_is_shown_to_staff_only(
    client: Client, superuser: User, owner: User
) -> None:
    admin = reverse("admin:index")
    assert admin in signed_in(superuser).get(ACCOUNT).content.decode()
    assert admin not in signed_in(owner).get(ACCOUNT).content.decode()


@pytest.mark.usefixtures("devices_noted")
def test_devices_are_listed_and_signed_out(owner: User) -> None:
    here, elsewhere, third = signed_in(owner), signed_in(owner), signed_in(owner)
    for client in here, elsewhere, third:
        client.get(ACCOUNT)
    page = here.get(ACCOUNT)
    assert text(page).count("Unknown browser This device") == 1
    # Which would let whoever reads the page in.
    assert str(elsewhere.session.session_key) not in page.content.decode()
    handle = devices.handle(SignedInDevice.objects.get(pk=elsewhere.session.session_key))
    here.post(ACCOUNT, {"action": "sign-out-device", "id": handle})
    assert elsewhere.get(ACCOUNT).status_code == 302
    assert third.get(ACCOUNT).status_code == 200
    here.post(ACCOUNT, {"action": "sign-out-others"})
    assert third.get(ACCOUNT).status_code == 302
    assert here.get(ACCOUNT).status_code == 200


@pytest.mark.usefixtures("devices_noted")
def test_nobody_signs_out_somebody_elses_device(owner: User, stranger: User) -> None:
    hers, his = signed_in(owner), signed_in(stranger)
    for client in hers, his:
        client.get(ACCOUNT)
    handle = devices.handle(SignedInDevice.objects.get(user=owner))
    for wrong in handle, "", "none":
        his.post(ACCOUNT, {"action": "sign-out-device", "id": wrong})
    assert hers.get(ACCOUNT).status_code == 200


def test_one_revokes_the_links_one_shared(owner: User, camera: Camera) -> None:
    client = signed_in(owner)
    link, _ = ShareLink.issue(camera=camera, created_by=owner, name="Neighbours")
    assert "Neighbours Front door · never expires" in text(client.get(ACCOUNT))
    client.post(ACCOUNT, {"action": "revoke-link", "id": str(link.pk)})
    link.refresh_from_db()
    assert link.revoked


@pytest.mark.parametrize("closes", [True, False])
def test_a_new_password_closes_the_other_ways_in_when_asked_to(owner: User, closes: bool) -> None:
    owner.set_password(GOOD)
    owner.save()
    client, new = signed_in(owner), f"{GOOD}-2"
    form = {"old_password": GOOD, "new_password1": new, "new_password2": new}
    assert "Also revoke my API tokens" not in text(client.get("/account/password/"))
    ApiToken.issue(user=owner, name="Script")
    assert "Also revoke my API tokens" in text(client.get("/account/password/"))
    client.post("/account/password/", {**form, **({"close_others": "on"} if closes else {})})
    owner.refresh_from_db()
    assert owner.check_password(new)
    assert ApiToken.valid().exists() != closes
    assert client.get(ACCOUNT).status_code == 200


def test_django_speaks_our_german_of_passwords(stranger: User) -> None:
    client = signed_in(stranger)
    page = text(client.get("/account/password/", headers={"accept-language": "de"}))
    assert "Geben Sie dasselbe Passwort noch einmal ein." in page
    assert "Das Passwort darf nicht nur aus Ziffern bestehen." in page
