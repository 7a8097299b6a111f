from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cameras.models import ApiToken, Camera, CaptureSession, Grant, PublishKey, Role, Transport


@pytest.fixture
def staff(db):
    """May do everything in the admin that model permissions allow, but on their own cameras."""
    user = User.objects.create_user("stella", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="cameras").exclude(
            codename__in=["view_camera", "change_camera"]
        )
    )
    return user


@pytest.fixture
def own(staff):
    return Camera.objects.create(name="Garden", owner=staff)


@pytest.fixture
def admin(client, superuser):
    client.force_login(superuser)
    return client


def listed(model):
    return reverse(f"admin:cameras_{model}_changelist")


def add(model):
    return reverse(f"admin:cameras_{model}_add")


def change(row):
    return reverse(f"admin:cameras_{row._meta.model_name}_change", args=[row.pk])


def choose(client, model, action, *rows):
    """Presses "Go"."""
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(listed(model), data)


def run(client, model, action, *rows):
    """Presses "Go", and "Yes" where one is asked."""
    response = choose(client, model, action, *rows)
    if response.status_code != 200:
        return response
    inputs = re.findall(r'<input type="hidden" name="(.+?)" value="(.+?)">', text(response))
    data = {name: [value for other, value in inputs if other == name] for name, _ in inputs}
    return client.post(listed(model), data)


def text(response):
    return response.content.decode()


def messages(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def secrets_in(text):
    return re.findall(r"ss(?:pk|at)_[-\w]{43}", text)


def camera_form(camera, **changes):
    kept = ["name", "slug", "location", "notes", "visibility", "width", "height"]
    kept += ["frame_rate", "quality", "delivery", "codec"]
    form = {name: getattr(camera, name) for name in kept}
    for inline, rows in ("grants", camera.grants.all()), ("publish_keys", ()):
        form |= {f"{inline}-TOTAL_FORMS": len(rows), f"{inline}-INITIAL_FORMS": len(rows)}
        for index, row in enumerate(rows):
            form[f"{inline}-{index}-id"] = row.pk
            form[f"{inline}-{index}-camera"] = camera.pk
            form[f"{inline}-{index}-role"] = row.role
    return {**form, "owner": camera.owner_id, "enabled": "on", **changes}


# Cameras


def test_a_camera_is_added_without_a_slug(admin, owner):
    response = admin.post(add("camera"), camera_form(Camera(name="Garden", owner=owner)))
    assert response.status_code == 302
    assert Camera.objects.get().slug == "garden"


def test_who_adds_a_camera_is_its_owner_unless_they_say_otherwise(admin, superuser):
    assert f'<option value="{superuser.pk}" selected>' in admin.get(add("camera")).content.decode()


def test_cameras_are_disabled_and_enabled_together(
    admin, camera, own, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as announcements:
        run(admin, "camera", "disable", camera, own)
    assert not Camera.objects.filter(enabled=True).exists()
    assert len(announcements) == 2
    run(admin, "camera", "enable", camera)
    assert Camera.objects.get(enabled=True) == camera


def test_a_publish_key_is_made_and_shown_once(admin, camera, superuser):
    (secret,) = secrets_in(messages(run(admin, "camera", "make_keys", camera)))
    key = PublishKey.objects.get()
    assert (key.camera, key.created_by) == (camera, superuser)
    assert PublishKey.find(secret) == key
    pages = [admin.get(change(camera)).content.decode() for _ in range(2)]
    assert [secrets_in(page) for page in pages] == [[secret], []]


def test_the_publish_keys_of_a_camera_are_revoked_together(admin, camera, own):
    for of in camera, camera, own:
        PublishKey.issue(camera=of, name="Hall phone")
    run(admin, "camera", "revoke_keys", camera)
    assert PublishKey.valid().get().camera == own


def test_the_role_in_a_grant_changes_and_its_person_does_not(admin, camera, viewer, stranger):
    form = camera_form(camera) | {"grants-0-role": "manage", "grants-0-user": stranger.pk}
    assert admin.post(change(camera), form).status_code == 302
    grant = Grant.objects.get()
    assert (grant.user, grant.role) == (viewer, Role.MANAGE)


def test_a_camera_is_deleted_with_its_sessions(admin, camera):
    CaptureSession.objects.create(camera=camera, transport=Transport.WEBRTC)
    url = reverse("admin:cameras_camera_delete", args=[camera.pk])
    assert admin.post(url, {"post": "yes"}).status_code == 302
    assert not Camera.objects.exists()


# Asking first


@pytest.fixture
def phone_key(camera):
    return PublishKey.issue(camera=camera, name="Hall <phone>")[0]


@pytest.mark.parametrize("action", ["disable", "revoke_keys"])
def test_what_takes_something_away_from_a_camera_asks_first(admin, camera, phone_key, action):
    asked = text(choose(admin, "camera", action, camera))
    assert "Are you sure?" in asked
    assert "Front door" in asked
    assert Camera.objects.get().enabled
    assert PublishKey.valid().get() == phone_key


@pytest.mark.parametrize("action", ["enable", "make_keys"])
def test_what_takes_nothing_away_does_not_ask(admin, camera, action):
    assert choose(admin, "camera", action, camera).status_code == 302


def test_the_keys_that_would_be_revoked_are_listed(admin, camera, own, phone_key):
    revoked, _ = PublishKey.issue(camera=camera, name="Old phone")
    revoked.revoke()
    PublishKey.issue(camera=own, name="Shed")
    for asked in (
        text(choose(admin, "camera", "revoke_keys", camera)),
        text(choose(admin, "publishkey", "revoke", phone_key, revoked)),
    ):
        assert "Front door: Hall &lt;phone&gt;" in asked
        assert "Old phone" not in asked
        assert "Shed" not in asked


def test_tokens_are_listed_with_their_people(admin, owner):
    token, secret = ApiToken.issue(user=owner, name="Script")
    assert "olga: Script" in text(choose(admin, "apitoken", "revoke", token))
    assert ApiToken.find(secret)


def test_nothing_is_asked_where_there_is_nothing_to_take_away(admin, camera):
    Camera.objects.update(enabled=False)
    for action in "disable", "revoke_keys":
        response = choose(admin, "camera", action, camera)
        assert response.status_code == 302
        assert "There is nothing to do" in messages(response)


def test_deleting_cameras_asks_first(admin, camera):
    assert "Are you sure" in text(choose(admin, "camera", "delete_selected", camera))
    assert Camera.objects.exists()


# Lists


@pytest.mark.parametrize("model", ["camera", "publishkey", "apitoken", "capturesession"])
def test_a_list_costs_the_same_however_long(admin, owner, model):
    shown = [queries_of_a_list(admin, owner, model, rows) for rows in (1, 30)]
    assert shown[0] == shown[1] <= 12


def queries_of_a_list(admin, owner, model, rows):
    Camera.objects.all().delete()
    for number in range(rows):
        made_by = User.objects.create_user(f"maker {rows} {number}")
        camera = Camera.objects.create(name="Garden", owner=made_by)
        key, _ = PublishKey.issue(camera=camera, name="Phone", created_by=made_by)
        ApiToken.issue(user=made_by, name="Script")
        CaptureSession.objects.create(
            camera=camera, key=key, user=made_by, transport=Transport.WEBRTC
        )
    with CaptureQueriesContext(connection) as queries:
        assert text(admin.get(listed(model))).count('name="_selected_action"') >= rows
    return len(queries)


# Keys and tokens


def test_an_added_key_shows_its_secret_once(admin, camera, superuser):
    response = admin.post(add("publishkey"), {"camera": camera.pk, "name": "Hall phone"})
    (secret,) = secrets_in(messages(response))
    key = PublishKey.objects.get()
    assert (key.name, key.created_by) == ("Hall phone", superuser)
    assert PublishKey.find(secret) == key


def test_an_added_token_shows_its_secret_once(admin, owner):
    response = admin.post(add("apitoken"), {"user": owner.pk, "name": "Script"})
    (secret,) = secrets_in(messages(response))
    token = ApiToken.objects.get()
    assert (token.name, token.user) == ("Script", owner)
    assert ApiToken.find(secret) == token


def test_a_key_keeps_secret_and_camera_when_its_name_changes(admin, camera, own):
    key, secret = PublishKey.issue(camera=camera, name="Hall phone")
    response = admin.post(change(key), {"name": "Old phone", "camera": own.pk, "digest": "x"})
    assert response.status_code == 302
    key.refresh_from_db()
    assert (key.name, key.camera) == ("Old phone", camera)
    assert PublishKey.find(secret) == key
    assert not secrets_in(messages(response))


@pytest.mark.parametrize("model", [PublishKey, ApiToken])
def test_secrets_are_revoked(admin, camera, owner, model):
    holder = {"camera": camera} if model is PublishKey else {"user": owner}
    row, secret = model.issue(name="Script", **holder)
    run(admin, model._meta.model_name, "revoke", row)
    assert model.find(secret) is None


def test_neither_secret_nor_digest_is_on_the_page_of_a_key(admin, camera):
    key, secret = PublishKey.issue(camera=camera, name="Hall phone")
    page = admin.get(change(key)).content.decode()
    assert secret not in page
    assert key.digest not in page


# Sessions


def test_sessions_are_read_and_never_written(admin, camera):
    session = CaptureSession.objects.create(camera=camera, transport=Transport.WEBRTC)
    assert admin.get(change(session)).status_code == 200
    assert admin.post(change(session), {"frames": 9}).status_code == 403
    assert admin.get(add("capturesession")).status_code == 403
    url = reverse("admin:cameras_capturesession_delete", args=[session.pk])
    assert admin.post(url, {"post": "yes"}).status_code == 403
    assert CaptureSession.objects.get().frames == 0


# Staff who are not superusers


def test_staff_see_what_belongs_to_cameras_they_manage(client, staff, own, camera):
    for of in camera, own:
        PublishKey.issue(camera=of, name=f"Phone of {of}")
        CaptureSession.objects.create(camera=of, publisher=of.name, transport=Transport.WEBRTC)
    client.force_login(staff)
    for model in "publishkey", "capturesession":
        page = client.get(listed(model)).content.decode()
        assert "Garden" in page
        assert "Front door" not in page


def test_staff_who_may_only_view_see_the_cameras_they_manage(client, staff, own, camera):
    staff.user_permissions.add(Permission.objects.get(codename="view_camera"))
    client.force_login(staff)
    assert client.get(change(own)).status_code == 200
    assert client.get(change(camera)).status_code == 302


def test_staff_make_no_keys_for_cameras_of_others(client, staff, own, camera):
    client.force_login(staff)
    client.post(add("publishkey"), {"camera": camera.pk, "name": "Hall phone"})
    assert not PublishKey.objects.exists()
    client.post(add("publishkey"), {"camera": own.pk, "name": "Shed"})
    assert PublishKey.objects.get().camera == own


def test_staff_make_no_tokens_for_others(client, staff, superuser):
    client.force_login(staff)
    client.post(add("apitoken"), {"user": superuser.pk, "name": "Script"})
    assert not ApiToken.objects.exists()
    client.post(add("apitoken"), {"user": staff.pk, "name": "Script"})
    assert ApiToken.objects.get().user == staff


def test_staff_see_no_tokens_of_others(client, staff, owner):
    token, _ = ApiToken.issue(user=owner, name="Script")
    client.force_login(staff)
    assert client.get(change(token)).status_code == 302
