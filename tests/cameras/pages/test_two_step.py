from __future__ import annotations

import pyotp
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from cameras import access, two_step
from cameras.models import AuditEvent, Passkey, TwoStep
from tests.cameras.pages.browser import signed_in, text

ACCOUNT = "/account/"
SET_UP = "/account/two-step/"


@pytest.fixture
def client(owner: User) -> Client:
    return signed_in(owner)


def code(client: Client) -> str:
    return pyotp.TOTP(two_step.unsealed(client.session["two_step_secret"])).at(timezone.now())


def test_it_is_on_once_the_app_has_shown_a_code(client: Client, owner: User) -> None:
    page = client.get(SET_UP)
    assert "<svg" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert not TwoStep.objects.exists()
    shown = client.post(SET_UP, {"code": code(client)})
    assert "no-store" in shown.headers["Cache-Control"]
    codes = shown.context["codes"]
    assert codes[0] in text(shown)
    assert two_step.check(owner, codes[0]) == "recovery"
    assert client.session[access.SECOND_STEP]
    assert "9 recovery codes left" in text(client.get(ACCOUNT))
    assert AuditEvent.objects.filter(details__what="two_step_on").exists()


def test_a_wrong_code_turns_nothing_on(client: Client) -> None:
    client.get(SET_UP)
    assert "Wrong code." in text(client.post(SET_UP, {"code": "12"}))
    assert not TwoStep.objects.exists()
    # The same code for the app as before.
    client.post(SET_UP, {"code": code(client)})
    assert TwoStep.objects.exists()


def test_a_code_without_the_page_before_leads_there(client: Client) -> None:
    assert client.post(SET_UP, {"code": "123456"}).headers["Location"] == SET_UP


def test_who_has_not_signed_in_sets_up_nothing(db: None) -> None:
    assert Client().get(SET_UP).headers["Location"] == "/sign-in/"


def test_it_is_turned_off_on_the_account_page(client: Client, owner: User) -> None:
    client.get(SET_UP)
    client.post(SET_UP, {"code": code(client)})
    assert "On. After your password" in text(client.get(ACCOUNT))
    # The code that was shown a moment ago proved the second step.
    client.post(ACCOUNT, {"action": "two-step-off"})
    assert not TwoStep.objects.exists()


def test_passkeys_can_be_the_second_step(owner: User) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(owner)
    action = {"action": "use-passkeys"}
    assert "Add a passkey first." in text(client.post(SET_UP, action, follow=True))
    Passkey.objects.create(
        user=owner, name="Phone", credential="x", public_key=b"", host="localhost"
    )
    assert len(client.post(SET_UP, action).context["codes"]) == two_step.RECOVERY_CODES
    assert TwoStep.objects.get().secret == ""
