from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from cameras import passkeys
from cameras.models import AuditEvent, Passkey
from cameras.passkeys import PasskeyError
from tests.cameras.authenticator import Authenticator

pytestmark = pytest.mark.django_db


def at(host: str = "localhost", *, secure: bool = False, browser: str = "a" * 32) -> HttpRequest:
    """As Django's middleware knows the browser again."""
    request = RequestFactory().get("/", headers={"host": host}, secure=secure)
    request.META["CSRF_COOKIE"] = browser
    return request


def added(user: User, device: Authenticator, request: HttpRequest | None = None) -> Passkey:
    request = request or at()
    options, state = passkeys.begin_adding(request, user)
    return passkeys.add(request, user, "Phone", state, device.make(options))


def signed_in(device: Authenticator, request: HttpRequest | None = None) -> User:
    request = request or at()
    begun = passkeys.begin_signing_in(request)
    return passkeys.sign_in(request, begun["token"], device.ask(begun["options"]))


def test_whoever_has_a_passkey_signs_in_without_a_name(owner: User, stranger: User) -> None:
    mine, others = Authenticator(), Authenticator()
    passkey = added(owner, mine)
    added(stranger, others)
    assert signed_in(mine) == owner
    assert signed_in(others) == stranger
    passkey.refresh_from_db()
    assert passkey.last_used is not None


def test_the_device_is_asked_to_verify_its_person(owner: User) -> None:
    options, _ = passkeys.begin_adding(at(), owner)
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    begun = passkeys.begin_signing_in(at())
    assert begun["options"]["userVerification"] == "required"
    assert "allowCredentials" not in begun["options"]
    device = Authenticator(verifies=False)
    with pytest.raises(PasskeyError):
        added(owner, device)


def test_a_device_that_verified_nobody_signs_nobody_in(owner: User) -> None:
    device = Authenticator()
    added(owner, device)
    device.flags = Authenticator(verifies=False).flags
    with pytest.raises(PasskeyError):
        signed_in(device)


def test_an_answer_is_taken_once(owner: User) -> None:
    device = Authenticator()
    added(owner, device)
    begun = passkeys.begin_signing_in(at())
    answer = device.ask(begun["options"])
    assert passkeys.sign_in(at(), begun["token"], answer) == owner
    with pytest.raises(PasskeyError):
        passkeys.sign_in(at(), begun["token"], answer)
    assert signed_in(device) == owner


def test_an_answer_is_taken_from_the_browser_that_was_asked(owner: User) -> None:
    device = Authenticator()
    added(owner, device)
    begun = passkeys.begin_signing_in(at())
    answer = device.ask(begun["options"])
    for other in ("b" * 32, ""):
        with pytest.raises(PasskeyError):
            passkeys.sign_in(at(browser=other), begun["token"], answer)
    assert passkeys.sign_in(at(), begun["token"], answer) == owner


def test_an_answer_to_something_else_is_refused(owner: User) -> None:
    device = Authenticator()
    added(owner, device)
    asked, other = passkeys.begin_signing_in(at()), passkeys.begin_signing_in(at())
    with pytest.raises(PasskeyError):
        passkeys.sign_in(at(), other["token"], device.ask(asked["options"]))


def test_an_answer_that_took_too_long_is_refused(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Authenticator()
    added(owner, device)
    monkeypatch.setattr(passkeys, "ANSWER_WITHIN_S", -1)
    with pytest.raises(PasskeyError, match="too long"):
        signed_in(device)


@override_settings(ALLOWED_HOSTS=["*"])
def test_a_page_of_another_place_gets_nothing(owner: User) -> None:
    device = Authenticator()
    added(owner, device)
    device.origin = "http://localhost:9999"
    with pytest.raises(PasskeyError):
        signed_in(device)
    device.origin = "https://localhost.example.org"
    with pytest.raises(PasskeyError, match="isn't registered here"):
        signed_in(device, at("localhost.example.org", secure=True))


@override_settings(ALLOWED_HOSTS=["cameras.example.org"])
def test_behind_https_the_origin_is_that_of_the_request(owner: User) -> None:
    device = Authenticator("https://cameras.example.org")
    request = at("cameras.example.org", secure=True)
    assert added(owner, device, request).host == "cameras.example.org"
    assert signed_in(device, request) == owner


def test_a_passkey_that_was_removed_or_whose_person_is_disabled_is_not_known(owner: User) -> None:
    device = Authenticator()
    passkey = added(owner, device)
    owner.is_active = False
    owner.save()
    with pytest.raises(PasskeyError, match="isn't registered here"):
        signed_in(device)
    passkey.delete()
    with pytest.raises(PasskeyError, match="isn't registered here"):
        signed_in(device)


def test_somebody_elses_handle_is_refused(owner: User, stranger: User) -> None:
    device, other = Authenticator(), Authenticator()
    added(owner, device)
    added(stranger, other)
    device.handle = other.handle
    with pytest.raises(PasskeyError):
        signed_in(device)


def test_a_device_is_added_once_and_not_too_many(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Authenticator()
    added(owner, device)
    with pytest.raises(PasskeyError, match="already added"):
        added(owner, device)
    monkeypatch.setattr(Passkey, "MAX_PER_PERSON", 1)
    with pytest.raises(PasskeyError, match="maximum number of passkeys"):
        added(owner, Authenticator())


BAD: list[Any] = ["", "x", "[]", "{}", '{"response": 7}', "[" * 10_000, '{"id": "\\u0000"}']


@pytest.mark.parametrize("answer", BAD)
def test_nonsense_is_refused(owner: User, answer: str) -> None:
    begun = passkeys.begin_signing_in(at())
    _options, state = passkeys.begin_adding(at(), owner)
    with pytest.raises(PasskeyError):
        passkeys.sign_in(at(), begun["token"], answer)
    with pytest.raises(PasskeyError):
        passkeys.sign_in(at(), "token", answer)
    for given in state, None:
        with pytest.raises(PasskeyError):
            passkeys.add(at(), owner, "Phone", given, answer)


def test_of_who_has_taken_the_first_step_their_own_are_asked_for(owner: User) -> None:
    device = Authenticator()
    added(owner, device)
    begun = passkeys.begin_signing_in(at(), owner)
    assert len(begun["options"]["allowCredentials"]) == 1


def test_what_comes_and_goes_is_on_record(owner: User) -> None:
    passkeys.remove(added(owner, Authenticator()))
    assert not owner.passkeys.exists()
    removed, made = AuditEvent.objects.all()[:2]
    assert made.details == {"what": "passkey_added", "name": "Phone", "person": "olga"}
    assert removed.details == {"what": "passkey_removed", "name": "Phone", "person": "olga"}


@pytest.mark.parametrize(
    ("host", "secure", "words"),
    [
        ("localhost:8000", False, None),
        ("cameras.example.org", True, None),
        ("cameras.example.org", False, "need https"),
        ("192.168.1.7:8443", True, "at an IP address"),
        ("[::1]:8443", True, "at an IP address"),
    ],
)
def test_some_addresses_can_have_none(host: str, secure: bool, words: str | None) -> None:
    with override_settings(ALLOWED_HOSTS=["*"]):
        why = passkeys.why_not(at(host, secure=secure))
    assert (words in str(why)) if words else why is None
