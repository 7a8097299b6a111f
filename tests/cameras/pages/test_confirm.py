from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pyotp
import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from cameras import proof, two_step
from cameras.models import ApiToken, AuditEvent, Passkey, TwoStep
from tests.cameras.authenticator import Authenticator
from tests.cameras.pages.browser import leave_open, prove_second_step, signed_in, text

ACCOUNT, CONFIRM, PASSWORD = "/account/", "/confirm/", "correct-horse-battery"
DOORS = {
    "token": (ACCOUNT, {"action": "make-token", "name": "Script", "days": 30}),
    "passkey removed": (ACCOUNT, {"action": "remove-passkey", "id": 1}),
    "two-step off": (ACCOUNT, {"action": "two-step-off"}),
    "two-step replaced": ("/account/two-step/", {"code": "123456"}),
}


@pytest.fixture
def owner(owner: User) -> User:
    owner.set_password(PASSWORD)
    owner.save()
    return owner


@pytest.fixture
def client(owner: User) -> Client:
    """Its session was left open for a while, and somebody else may use it."""
    client = Client(headers={"host": "localhost"})
    client.force_login(owner)
    leave_open(client)
    return client


def is_asked(response: Any) -> bool:
    return str(response.headers.get("Location", "")).startswith(CONFIRM)


# Doors


@pytest.mark.parametrize("door", DOORS)
def test_what_changes_how_people_sign_in_asks_first(client: Client, owner: User, door: str) -> None:
    Passkey.objects.create(pk=1, user=owner, name="Phone", credential="x", public_key=b"")
    two_step.turn_on(owner, two_step.new_secret())
    url, form = DOORS[door]
    response = client.post(url, form)
    assert is_asked(response)
    assert not ApiToken.objects.exists()
    assert Passkey.objects.exists()
    assert TwoStep.objects.exists()
    prove_second_step(client)
    assert not is_asked(client.post(url, form))


def test_an_app_to_set_up_is_shown_to_nobody_before(client: Client) -> None:
    assert is_asked(client.get("/account/two-step/"))


def test_adding_a_passkey_leads_there(client: Client) -> None:
    answer = client.post("/account/passkeys/").json()
    assert answer == {"confirm": "/confirm/?next=%2Faccount%2F%23passkeys&second_step=1"}
    assert not Passkey.objects.exists()


def test_a_password_gives_nobody_what_stands_for_both_steps(client: Client, owner: User) -> None:
    two_step.turn_on(owner, two_step.new_secret())
    client.post(CONFIRM, {"password": PASSWORD})
    assert "confirm" in client.post("/account/passkeys/").json()
    assert is_asked(client.post(*DOORS["token"]))
    assert client.post("/api/tokens/", {"name": "Script"}).status_code == HTTPStatus.FORBIDDEN
    prove_second_step(client)
    assert "challenge" in client.post("/account/passkeys/").json()
    assert not is_asked(client.post(*DOORS["token"]))
    assert ApiToken.objects.exists()


def test_a_password_deletes_no_second_step_in_the_admin(superuser: User) -> None:
    two_step.turn_on(superuser, two_step.new_secret())
    client = signed_in(superuser)
    assert proof.is_fresh(client.session)
    url = f"/admin/cameras/twostep/{TwoStep.objects.get().pk}/delete/"
    asked = client.post(url, {"post": "yes"})
    assert is_asked(asked)
    assert TwoStep.objects.exists()
    assert "Code of your authenticator app" in text(client.get(asked.headers["Location"]))


def test_a_first_password_is_not_set_by_whoever_finds_the_browser(stranger: User) -> None:
    stranger.set_unusable_password()
    stranger.save()
    client = signed_in(stranger)
    leave_open(client)
    new = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert is_asked(client.post("/account/password/", new))
    assert "signin_link sam" in text(client.get(CONFIRM))


def test_on_the_first_day_a_first_password_is_the_proof(stranger: User) -> None:
    stranger.set_unusable_password()
    stranger.save()
    client = signed_in(stranger)
    session = client.session
    session["proved_at"] -= 3600
    session.save()
    assert 'href="/account/password/"' in client.get(CONFIRM).content.decode()
    new = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    client.post("/account/password/", new)
    stranger.refresh_from_db()
    assert stranger.check_password(PASSWORD)
    assert not is_asked(client.get("/account/two-step/"))


def test_a_link_for_somebody_elses_password_asks_first(superuser: User, viewer: User) -> None:
    client = signed_in(superuser)
    leave_open(client)
    response = client.post(f"/people/{viewer.pk}/", {"action": "new-password"})
    assert response.headers["Location"] == f"/confirm/?next=%2Fpeople%2F{viewer.pk}%2F"


def test_the_api_makes_no_token_either(client: Client) -> None:
    response = client.post("/api/tokens/", {"name": "Script"})
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "/confirm/" in response.json()["detail"]
    assert not ApiToken.objects.exists()


def test_the_account_page_says_so_before_anything_is_typed(client: Client, owner: User) -> None:
    link = 'href="/confirm/?next=%2Faccount%2F%23tokens&amp;second_step=1"'
    assert link in client.get(ACCOUNT).content.decode()
    assert link not in signed_in(owner).get(ACCOUNT).content.decode()


@pytest.mark.parametrize(
    ("method", "path", "asks"),
    [
        ("get", "auth/user/add/", True),
        ("get", "auth/user/1/password/", True),
        ("get", "cameras/apitoken/add/?name=x", True),
        ("post", "cameras/passkey/", True),
        ("get", "cameras/passkey/", False),
        ("get", "auth/user/", False),
        ("get", "cameras/camera/add/", False),
    ],
)
def test_the_admin_asks_on_pages_about_accounts(
    superuser: User, method: str, path: str, asks: bool
) -> None:
    client = signed_in(superuser)
    leave_open(client)
    assert is_asked(getattr(client, method)(f"/admin/{path}")) == asks


def test_the_admin_has_no_page_of_its_own_for_ones_password(superuser: User) -> None:
    response = signed_in(superuser).get("/admin/password_change/")
    assert response.headers["Location"] == "/account/password/"


# The page


def test_the_password_opens_the_doors(client: Client) -> None:
    assert "Password" in text(client.get(CONFIRM))
    there = client.post(f"{CONFIRM}?next=/account/", {"password": PASSWORD})
    assert there.headers["Location"] == "/account/"
    assert proof.is_fresh(client.session)
    assert not proof.is_fresh(client.session, second_step=True)


def test_it_leads_to_no_other_site(client: Client) -> None:
    for url in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        page = client.get(CONFIRM, {"next": url})
        assert url not in page.content.decode()
        there = client.post(CONFIRM, {"password": PASSWORD, "next": url})
        assert there.headers["Location"] == ACCOUNT


def test_a_wrong_password_opens_nothing_and_who_guesses_waits(client: Client) -> None:
    for _ in range(4):
        assert "Wrong password" in text(client.post(CONFIRM, {"password": "x"}))
    assert client.post(CONFIRM, {"password": "x"}).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert not proof.is_fresh(client.session)
    assert AuditEvent.objects.filter(details__person="olga").exists()


def test_who_guesses_the_old_password_waits_too(client: Client) -> None:
    form = {"old_password": "x", "new_password1": "another-horse", "new_password2": "another-horse"}
    for _ in range(4):
        assert client.post("/account/password/", form).status_code == HTTPStatus.OK
    right = {**form, "old_password": PASSWORD}
    client.post("/account/password/", form)
    assert client.post("/account/password/", right).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert AccessAttempt.objects.get().failures_since_start >= 5


def test_two_steps_are_turned_off_by_the_second_one_alone(client: Client, owner: User) -> None:
    secret = two_step.new_secret()
    two_step.turn_on(owner, secret)
    client.post(CONFIRM, {"password": PASSWORD})
    asked = client.post(ACCOUNT, {"action": "two-step-off"})
    page = text(client.get(asked.headers["Location"]))
    assert "Code of your authenticator app" in page
    assert "Password" not in page
    assert "wrong or was already used" in text(client.post(CONFIRM, {"code": "000000"}))
    assert TwoStep.objects.exists()
    client.post(CONFIRM, {"code": pyotp.TOTP(secret).at(timezone.now())})
    client.post(ACCOUNT, {"action": "two-step-off"})
    assert not TwoStep.objects.exists()


def test_who_guesses_codes_waits(client: Client, owner: User) -> None:
    two_step.turn_on(owner, two_step.new_secret())
    for _ in range(4):
        assert client.post(CONFIRM, {"code": "000000"}).status_code == HTTPStatus.OK
    assert client.post(CONFIRM, {"code": "000000"}).status_code == HTTPStatus.TOO_MANY_REQUESTS


def passkey_of(user: User) -> Authenticator:
    device, client = Authenticator(), Client(headers={"host": "localhost"})
    client.force_login(user)
    options = client.post("/account/passkeys/").json()
    client.post("/account/passkeys/", {"answer": device.make(options)})
    return device


def use(client: Client, device: Authenticator) -> Any:
    begun = client.post("/sign-in/passkey/begin/", {"second_step": "1"}).json()
    answer = {"token": begun["token"], "answer": device.ask(begun["options"]), "next": ACCOUNT}
    return client.post(CONFIRM, answer)


def test_a_passkey_opens_them_as_a_second_step(client: Client, owner: User) -> None:
    device = passkey_of(owner)
    assert "Use a passkey" in text(client.get(CONFIRM))
    assert use(client, device).json() == {"url": ACCOUNT}
    assert proof.is_fresh(client.session, second_step=True)


def test_a_passkey_of_somebody_else_opens_nothing(client: Client, stranger: User) -> None:
    response = use(client, passkey_of(stranger))
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert not proof.is_fresh(client.session)


def test_who_has_not_signed_in_confirms_nothing(db: None) -> None:
    assert Client().get(CONFIRM).headers["Location"].startswith("/sign-in/")
