from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, make_password
from django.dispatch import Signal
from django.test import Client, override_settings
from django.urls import reverse

from cameras import passwords
from cameras.passwords import Busy, Gate
from cameras.signals import limit_reached


@pytest.fixture(autouse=True)
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """A process whose gate lets one through at a time."""
    gate = Gate(1)
    monkeypatch.setattr(passwords, "_gate", gate)
    monkeypatch.setattr(passwords, "WAIT_S", 0.05)
    monkeypatch.setattr(passwords.PasswordHasher, "iterations", 2)
    with override_settings(PASSWORD_HASHERS=["cameras.passwords.PasswordHasher"]):
        yield gate


def test_no_more_are_hashed_at_once_than_there_are_places(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "WAIT_S", 10)
    inside, most = 0, 0

    def hash_slowly(*_: Any) -> str:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.01)
        inside -= 1
        return "hash"

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", hash_slowly)
    with ThreadPoolExecutor(8) as pool:
        hashes = list(pool.map(make_password, ["secret"] * 8))
    assert (most, hashes) == (1, ["hash"] * 8)


def test_those_who_come_first_and_at_once_share_one_gate(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SKYSENTRY = {"SIGN_INS": 3}
    monkeypatch.setattr(passwords, "_gate", None)
    with ThreadPoolExecutor(8) as pool:
        gates = set(pool.map(lambda _: passwords.gate(), range(8)))
    assert len(gates) == 1


def test_who_waits_too_long_is_turned_away(gate: Gate) -> None:
    with gate.passed(), ThreadPoolExecutor(1) as pool, pytest.raises(Busy):
        pool.submit(make_password, "secret").result()


def test_when_too_many_wait_the_next_is_turned_away_at_once(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "WAIT_S", 10)
    with ThreadPoolExecutor(passwords.WAITING_PER_PLACE) as pool:
        with gate.passed():
            waiting = [pool.submit(make_password, "x") for _ in range(passwords.WAITING_PER_PLACE)]
            while gate._inside.acquire(blocking=False):
                gate._inside.release()
                time.sleep(0.001)
            began_s = time.monotonic()
            with pytest.raises(Busy):
                make_password("secret")
            assert time.monotonic() - began_s < 5
        assert all(each.result() for each in waiting)


def test_a_failed_hash_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        with pytest.raises(TypeError):
            passwords.PasswordHasher().encode(None, "salt")  # type: ignore[arg-type]
    assert make_password("secret")


def test_hashes_are_those_of_django() -> None:
    before = PBKDF2PasswordHasher().encode("secret", "salt", 2)
    assert check_password("secret", before)
    assert make_password("secret", "salt") == before


@pytest.mark.parametrize("name", ["olga", "nobody"])
def test_a_page_says_when_to_try_again(client: Client, owner: Any, gate: Gate, name: str) -> None:
    owner.set_password("correct horse")
    owner.save()
    with _heard(limit_reached) as heard, _held(gate):
        response = client.post("/sign-in/", {"username": name, "password": "x"})
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert response.headers["Retry-After"] == "5"
    assert "try again in a few seconds" in response.content.decode()
    assert heard == [("sign_ins", "127.0.0.1")]


def test_who_changes_the_password_waits_like_the_others(
    client: Client, owner: Any, gate: Gate
) -> None:
    owner.set_password("correct horse")
    owner.save()
    client.force_login(owner)
    with _held(gate):
        response = client.post(reverse("password"), {"old_password": "correct horse"})
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_a_busy_server_counts_no_wrong_password(client: Client, owner: Any, gate: Gate) -> None:
    owner.set_password("correct horse")
    owner.save()
    with _held(gate):
        for _ in range(6):
            client.post("/sign-in/", {"username": "olga", "password": "correct horse"})
    signed_in = client.post("/sign-in/", {"username": "olga", "password": "correct horse"})
    assert signed_in.status_code == HTTPStatus.FOUND


class _held:
    """While this lasts, somebody else's password is being hashed."""

    def __init__(self, gate: Gate) -> None:
        self._gate, self._done = gate, threading.Event()

    def __enter__(self) -> None:
        inside = threading.Event()
        self._thread = threading.Thread(target=self._hash, args=(inside,))
        self._thread.start()
        inside.wait()

    def _hash(self, inside: threading.Event) -> None:
        with self._gate.passed():
            inside.set()
            self._done.wait()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()


class _heard:
    """What a signal says of limits meanwhile."""

    def __init__(self, signal: Signal) -> None:
        self._signal = signal
        self._said: list[tuple[str, str]] = []

    def __enter__(self) -> list[tuple[str, str]]:
        self._signal.connect(self._hear)
        return self._said

    def _hear(self, limit: str, who: str, **_: Any) -> None:
        self._said.append((limit, who))

    def __exit__(self, *_: object) -> None:
        self._signal.disconnect(self._hear)
