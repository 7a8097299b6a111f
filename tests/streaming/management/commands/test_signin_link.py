from __future__ import annotations

from io import StringIO
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse

from streaming.supervision.instance import only_one
from tests.cameras.pages.browser import use_link

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> object:
    with override_settings(VAR_DIR=tmp_path):
        yield tmp_path


def link(*arguments: str) -> str:
    output = StringIO()
    call_command("signin_link", *arguments, stdout=output)
    return output.getvalue().strip()


def test_it_signs_the_owner_in_once(superuser: User) -> None:
    url, client = link(), Client()
    assert url.startswith("http://127.0.0.1:8000/sign-in/link/")
    secret = urldefrag(url).fragment
    assert use_link(client, secret).headers["Location"] == reverse("wall")
    assert client.session["_auth_user_id"] == str(superuser.pk)
    assert use_link(Client(), secret).status_code == 403


def test_it_signs_anybody_else_in_by_name(superuser: User, stranger: User) -> None:
    client = Client()
    use_link(client, urldefrag(link("sam")).fragment)
    assert client.session["_auth_user_id"] == str(stranger.pk)


def test_before_the_first_start_there_is_an_owner_too() -> None:
    link()
    assert User.objects.get().is_superuser


def test_the_server_that_runs_is_meant(folder: Path, superuser: User) -> None:
    with only_one(folder / "serve.lock", ["http://127.0.0.1:9876", "https://192.0.2.7:8443"]):
        near, far = link().splitlines()
    assert near.startswith("http://127.0.0.1:9876/sign-in/link/")
    assert far.startswith("https://192.0.2.7:8443/sign-in/link/")
    assert link().startswith("http://127.0.0.1:8000/")


def test_another_address_may_be_named(superuser: User) -> None:
    assert link("--url", "https://cameras.example/").startswith("https://cameras.example/sign-in/")


def test_nobody_is_said_to_be_nobody(stranger: User) -> None:
    stranger.is_active = False
    stranger.save()
    for name in ("sam", "nobody"):
        with pytest.raises(CommandError, match=f"no active user named '{name}'"):
            link(name)


def test_an_owner_who_was_switched_off_stays_so(superuser: User) -> None:
    superuser.is_active = False
    superuser.save()
    with pytest.raises(CommandError, match="no active superuser"):
        link()
