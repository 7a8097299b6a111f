"""What a person does on pages, without a browser."""

from __future__ import annotations

import html
import re
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from cameras import proof


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def leave_open(client: Client) -> None:
    """For so long that who uses it has proved nothing lately."""
    session = client.session
    for key in ("proved_at", "proved_second_step_at"):
        session.pop(key, None)
    session.save()


def prove_second_step(client: Client) -> None:
    """As whoever signed in by two steps did just now."""
    session = client.session
    proof.note(session, second_step=True)
    session.save()


def use_link(client: Client, secret: str, then: str = "", **extra: Any) -> Any:
    """Presses the button on the page of a sign-in link."""
    form = {"secret": secret, "sign_in": "yes", "next": then}
    return client.post("/sign-in/link/", form, **extra)


def text(response: Any) -> str:
    """What the page says, without its tags."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(words))


def secret_in(response: Any) -> str:
    """The secret that the page shows; empty if it shows none."""
    found = re.search(r'value="((?:sspk|ssat)_[^"]+)"', response.content.decode())
    return found[1] if found else ""


def link_in(response: Any) -> str:
    """The link that the page shows once; empty if it shows none."""
    found = re.search(r'value="(https?://[^"]+#[^"]+)"', response.content.decode())
    return found[1] if found else ""
