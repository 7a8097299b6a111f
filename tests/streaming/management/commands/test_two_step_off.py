from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from cameras import two_step
from cameras.models import AuditEvent, Passkey

pytestmark = pytest.mark.usefixtures("db")


def test_whoever_has_lost_everything_signs_in_with_one_step(owner: User) -> None:
    two_step.turn_on(owner)
    output = StringIO()
    call_command("two_step_off", "olga", stdout=output)
    assert output.getvalue() == "Two-step sign-in is off for olga.\n"
    assert two_step.of(owner) is None


def test_passkeys_go_too_where_that_is_asked_for(owner: User) -> None:
    fields = {"name": "Phone", "credential": "x", "public_key": b"", "host": "localhost"}
    Passkey.objects.create(user=owner, **fields)
    call_command("two_step_off", "olga", "--passkeys", stdout=StringIO())
    assert not Passkey.objects.exists()
    assert AuditEvent.objects.filter(details__what="passkey_removed").exists()


@pytest.mark.parametrize(
    ("name", "words"), [("nobody", "No active user named 'nobody'"), ("olga", "is not on for olga")]
)
def test_what_cannot_be_is_said(owner: User, name: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("two_step_off", name)
