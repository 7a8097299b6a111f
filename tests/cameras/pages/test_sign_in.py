from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pyotp
import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings
from django.utils import timezone

from cameras import access, sign_in_links, two_step
from cameras.access import Identity, actor_of
from cameras.models import AuditEvent, AuditKind, Passkey
from cameras.pages import sign_in as sign_in_pages
from tests.cameras.authenticator import Authenticator
from tests.cameras.pages.browser import prove_second_step, signed_in, text, use_link

SIGN_IN = "/sign-in/"
SECOND = "/sign-in/second-step/"
PASSWORD = "correct-horse-battery"
DEMANDED = override_settings(SKYSENTRY={"STAFF_TWO_STEP": True})

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(owner: User) -> User:
    owner.set_password(PASSWORD)
    owner.save()
    return owner


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture
def secret() -> str:
    return two_step.new_secret()


def enter_password(client: Client, name: str = "olga", url: str = "/account/") -> Any:
    return client.post(SIGN_IN, {"username": name, "password": PASSWORD, "next": url})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code(secret: str) -> str:
    return pyotp.TOTP(secret).at(timezone.now())


def methods() -> list[str]:
    signed = AuditEvent.objects.filter(kind=AuditKind.SIGNED_IN).order_by("pk")
    return [event.details["what"] for event in signed]


@pytest.fixture
def passkey(owner: User) -> Authenticator:
    """The owner's, added on the account page."""
    device = Authenticator()
    client = Client(headers={"host": "localhost"})
    client.force_login(owner)
    prove_second_step(client)
    options = client.post("/account/passkeys/").json()
    added = client.post("/account/passkeys/", {"answer": device.make(options)})
    assert added.status_code == HTTPStatus.OK
    AuditEvent._base_manager.all().delete()
    return device


def use(client: Client, device: Authenticator, **fields: str) -> Any:
    begun = client.post("/sign-in/passkey/begin/", fields).json()
    answer = {"token": begun["token"], "answer": device.ask(begun["options"]), **fields}
    return client.post("/sign-in/passkey/", answer)


# One step


def test_a_password_is_enough_without_a_second_step(client: Client, owner: User) -> None:
    assert enter_password(client).headers["Location"] == "/account/"
    assert is_signed_in(client)
    assert methods() == ["password"]


def test_a_passkey_is_both_steps(client: Client, owner: User, passkey: Authenticator) -> None:
    two_step.turn_on(owner)
    response = use(client, passkey, next="/account/")
    assert response.json() == {"url": "/account/"}
    assert is_signed_in(client)
    assert client.session[access.SECOND_STEP]
    assert methods() == ["passkey"]


def test_a_passkey_leads_to_no_other_site(client: Client, passkey: Authenticator) -> None:
    assert use(client, passkey, next="https://evil.example.org/").json() == {"url": "/"}


def test_a_passkey_that_is_not_known_is_told_so(client: Client, db: None) -> None:
    response = use(client, Authenticator())
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "isn't registered here" in response.json()["message"]
    assert not is_signed_in(client)


def test_the_page_offers_passkeys_where_there_can_be_some(client: Client, db: None) -> None:
    assert "Use a passkey" in text(client.get(SIGN_IN))
    at_address = Client(headers={"host": "127.0.0.1"})
    assert "Use a passkey" not in text(at_address.get(SIGN_IN))
    assert at_address.post("/sign-in/passkey/begin/").status_code == HTTPStatus.NOT_FOUND


def test_looking_at_the_page_and_asking_leaves_no_session(client: Client, db: None) -> None:
    client.get(SIGN_IN)
    client.post("/sign-in/passkey/begin/")
    assert not client.session.session_key or not client.session.keys()


# Two steps


@pytest.fixture
def codes(owner: User, secret: str) -> list[str]:
    return two_step.turn_on(owner, secret)


def test_after_the_password_a_code_is_asked_for(
    client: Client, owner: User, secret: str, codes: list[str]
) -> None:
    assert enter_password(client).headers["Location"] == SECOND
    assert not is_signed_in(client)
    assert "Enter the code that your authenticator app shows for olga" in text(client.get(SECOND))
    assert client.get("/account/").status_code == HTTPStatus.FOUND
    assert client.post(SECOND, {"code": code(secret)}).headers["Location"] == "/account/"
    assert is_signed_in(client)
    assert client.session[access.SECOND_STEP]
    assert methods() == ["code"]


def test_a_link_is_the_first_step_alone_too(client: Client, owner: User, codes: list[str]) -> None:
    link = use_link(client, sign_in_links.issue(owner), then="/account/")
    assert link.headers["Location"] == SECOND
    assert not is_signed_in(client)
    assert client.post(SECOND, {"code": codes[0]}).headers["Location"] == "/account/"
    assert methods() == ["recovery"]


def test_a_wrong_code_is_told_and_recorded(client: Client, owner: User, codes: list[str]) -> None:
    enter_password(client)
    assert "This code is wrong" in text(client.post(SECOND, {"code": "000000"}))
    assert not is_signed_in(client)
    failed = AuditEvent.objects.get(kind=AuditKind.SIGN_IN_FAILED)
    assert failed.details == {"what": "code", "person": "olga"}


def test_too_many_wrong_codes_are_followed_by_a_wait(
    client: Client, owner: User, codes: list[str]
) -> None:
    enter_password(client)
    for _ in range(5):
        client.post(SECOND, {"code": "000000"})
    response = client.post(SECOND, {"code": codes[0]})
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "Try again in 5 minutes" in text(response)


def test_a_passkey_is_the_second_step(
    client: Client, owner: User, codes: list[str], passkey: Authenticator
) -> None:
    enter_password(client)
    assert "Use a passkey" in text(client.get(SECOND))
    assert use(client, passkey, second_step="1").json() == {"url": "/account/"}
    assert is_signed_in(client)


def test_the_first_step_is_worth_nothing_after_a_while_or_a_new_password(
    client: Client, owner: User, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter_password(client)
    monkeypatch.setattr(sign_in_pages, "_PENDING_FOR_S", -1)
    assert client.post(SECOND, {"code": codes[0]}).headers["Location"] == SIGN_IN
    monkeypatch.undo()
    owner.set_password("another-horse-9")
    owner.save()
    assert client.post(SECOND, {"code": codes[0]}).headers["Location"] == SIGN_IN
    assert not is_signed_in(client)


def test_without_the_first_step_there_is_no_second(client: Client, codes: list[str]) -> None:
    for response in client.get(SECOND), client.post(SECOND, {"code": codes[0]}):
        assert response.headers["Location"] == SIGN_IN


def test_the_admin_has_the_same_door(client: Client, superuser: User) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/sign-in/?next=%2Fadmin%2F"


# What the server demands of staff


@pytest.fixture
def staff(superuser: User) -> User:
    superuser.set_password(PASSWORD)
    superuser.save()
    return superuser


@DEMANDED
def test_staff_set_it_up_before_they_are_signed_in(client: Client, staff: User) -> None:
    assert enter_password(client, "root").headers["Location"] == SECOND
    setting_up = client.get(SECOND, follow=True)
    assert "Staff accounts on this server need a second step." in text(setting_up)
    assert not is_signed_in(client)
    secret = two_step.unsealed(client.session["two_step_secret"])
    shown = client.post("/account/two-step/", {"code": code(secret)})
    assert len(shown.context["codes"]) == two_step.RECOVERY_CODES
    assert shown.context["url"] == "/account/"
    assert is_signed_in(client)
    assert client.get("/admin/").status_code == HTTPStatus.OK


@DEMANDED
def test_a_first_step_replaces_no_app(client: Client, staff: User) -> None:
    two_step.turn_on(staff, two_step.new_secret())
    enter_password(client, "root")
    assert client.get("/account/two-step/").headers["Location"] == SECOND


@DEMANDED
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_first_step_adds_no_app_beside_a_passkey(staff: User, host: str) -> None:
    Passkey.objects.create(
        user=staff, name="Phone", credential="x", public_key=b"", host="localhost"
    )
    client = Client(headers={"host": host})
    enter_password(client, "root")
    assert client.get("/account/two-step/").headers["Location"] == SECOND
    assert "one of root's passkeys" in text(client.get(SECOND))
    assert not is_signed_in(client)


@DEMANDED
def test_others_sign_in_as_before(client: Client, owner: User) -> None:
    enter_password(client)
    assert is_signed_in(client)
    assert client.get("/account/").status_code == HTTPStatus.OK


@pytest.mark.parametrize("demanded", [True, False])
def test_sessions_of_staff_without_it_end(staff: User, demanded: bool) -> None:
    before = signed_in(staff)
    identity = Identity(staff.pk, before.session.session_key)
    with override_settings(SKYSENTRY={"STAFF_TWO_STEP": demanded}):
        assert (actor_of(identity) is None) == demanded
        # Middleware is chosen at the start.
        again = Client()
        again.cookies = before.cookies
        assert (again.get("/account/").status_code == HTTPStatus.FOUND) == demanded


def test_a_link_for_a_new_password_is_the_first_step_alone(
    client: Client, owner: User, codes: list[str]
) -> None:
    secret = sign_in_links.issue_for_password(owner)
    answer = client.post("/welcome/", {"secret": secret, "password": "another-horse-9"})
    assert answer.headers["Location"] == SECOND
    assert not is_signed_in(client)
    client.post(SECOND, {"code": codes[0]})
    assert is_signed_in(client)
    changed = AuditEvent.objects.filter(kind=AuditKind.ACCOUNT_CHANGED, details__what="password")
    assert changed.exists()
