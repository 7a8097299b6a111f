from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from cameras import account, two_step
from cameras.models import ApiToken, AuditEvent, Passkey


@pytest.fixture
def others(owner: User, stranger: User) -> None:
    for user in owner, stranger:
        ApiToken.issue(user=user, name="Script")
        Passkey.objects.create(
            user=user, name="Phone", credential=user.username, public_key=b"", host="localhost"
        )


@pytest.mark.usefixtures("others")
def test_tokens_and_passkeys_of_one_person_go(owner: User, stranger: User) -> None:
    assert account.has_others(owner)
    account.close_others(owner)
    assert not account.has_others(owner)
    assert account.has_others(stranger)
    told = {event.details.get("what") for event in AuditEvent.objects.all()}
    assert {"token", "passkey_removed"} <= told


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize("secret", ["", "JBSWY3DPEHPK3PXP"])
def test_passkeys_that_are_the_second_step_stay(owner: User, secret: str) -> None:
    two_step.turn_on(owner, secret)
    account.close_others(owner)
    assert owner.passkeys.exists() == (not secret)
    assert not ApiToken.valid().filter(user=owner).exists()
