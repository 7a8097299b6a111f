from __future__ import annotations

import re
import socket

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from cameras import phones
from cameras.models import Camera
from cameras.setup import ensure_owner
from streaming.management.commands.serve import _phone_code
from streaming.network import addresses
from tests.processes import free_port


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_others", lambda _host: ["192.168.7.5"])


def secret(output: str, origin: str) -> str:
    found = re.search(rf"{re.escape(origin)}/phone/#(ssin_\S+)", output)
    assert found
    return found[1]


def test_it_prints_a_code_for_the_first_camera(db: None, settings, capsys) -> None:
    owner, _ = ensure_owner()
    camera = Camera.objects.create(name="Hall", owner=owner)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        settings.SKYSENTRY = {"TLS_PORT": port}
        call_command("phone")
    output = capsys.readouterr().out
    redeemed = phones.redeem(secret(output, f"https://192.168.7.5:{port}"), "iPhone")
    assert redeemed
    assert redeemed[0].camera == camera
    # A code, and no wider than a terminal.
    assert max(map(len, re.sub(r"\x1b\[\d*m", "", output).split("\n"))) <= 100
    assert any(set(line) & set("█▀▄") for line in output.split("\n"))


def test_it_takes_a_camera_and_the_address_of_a_proxy(camera: Camera, owner: User, capsys) -> None:
    call_command("phone", camera.slug, url="https://cameras.example/")
    redeemed = phones.redeem(secret(capsys.readouterr().out, "https://cameras.example"), "")
    assert redeemed
    assert (redeemed[0].camera, redeemed[0].created_by) == (camera, owner)


def test_a_server_without_tls_is_told_how_to_start(camera: Camera, settings) -> None:
    settings.SKYSENTRY = {"TLS_PORT": free_port()}
    with pytest.raises(CommandError, match="run --tls"):
        call_command("phone", camera.slug)


def test_a_camera_that_does_not_exist_is_told_of(db: None) -> None:
    with pytest.raises(CommandError, match="no camera 'nowhere'"):
        call_command("phone", "nowhere", url="https://cameras.example")


def test_when_too_many_codes_wait_it_says_so(camera: Camera, settings) -> None:
    settings.SKYSENTRY = {"INVITATIONS_PER_PERSON": 1}
    call_command("phone", camera.slug, url="https://cameras.example")
    with pytest.raises(CommandError, match="are waiting for a phone"):
        call_command("phone", camera.slug, url="https://cameras.example")
    # Which does not keep a server from starting.
    [sentence, _] = _phone_code("https://cameras.example", camera, camera.owner)
    assert "are waiting for a phone" in sentence
