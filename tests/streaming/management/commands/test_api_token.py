from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from cameras.models import ApiToken

pytestmark = pytest.mark.usefixtures("db")


def made(*arguments: str) -> str:
    output = StringIO()
    call_command("api_token", *arguments, stdout=output, stderr=StringIO())
    return output.getvalue()


def test_it_prints_a_token_that_acts_as_its_person(owner: User) -> None:
    printed = made("olga")
    secret = printed.removesuffix("\n")
    assert secret == secret.strip()
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    [token] = api.get("/api/tokens/").json()["results"]
    assert (token["name"], token["expires"]) == ("Shell", None)


def test_it_may_have_a_name_and_an_end(owner: User) -> None:
    made("olga", "--name", "Prometheus", "--days", "30")
    token = ApiToken.objects.get()
    assert (token.user, token.name) == (owner, "Prometheus")
    assert token.expires is not None
    assert timedelta(days=29) < token.expires - timezone.now() <= timedelta(days=30)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody"], "No active user named 'nobody'"),
        (["olga", "--name", ""], "name of 1 to 100 characters"),
        (["olga", "--name", "x" * 101], "name of 1 to 100 characters"),
        (["olga", "--name", "a\nb"], "without control characters"),
        (["olga", "--days", "0"], "at least a day"),
        (["olga", "--days", "9999999999"], "too large"),
    ],
)
def test_what_cannot_be_is_said(owner: User, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        made(*arguments)
    assert not ApiToken.objects.exists()


def test_a_person_has_as_many_as_is_allowed(owner: User, settings: Any) -> None:
    settings.SKYSENTRY = {"TOKENS_PER_PERSON": 1}
    made("olga")
    with pytest.raises(CommandError, match="already has 1 API tokens"):
        made("olga")
