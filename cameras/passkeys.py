"""Passkeys (WebAuthn): a device signs its person in, having looked at a finger, a face or a PIN."""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cameras.audit import record
from cameras.models import AuditKind, Passkey
from cameras.users import User

#: How long a browser may take to answer.
ANSWER_WITHIN_S = 600
_SALT = "cameras.passkeys"
_REQUIRED = UserVerificationRequirement.REQUIRED


class PasskeyError(Exception):
    """Not a valid answer of a passkey that is known here. The text is for people."""


def why_not(request: HttpRequest) -> Promise | None:
    """Why a page at this address can have no passkeys; None where it can."""
    host = host_of(request)
    if _is_address(host):
        return _(
            "Passkeys don't work at an IP address. To use them, open SkySentry at a host name with"
            " https."
        )
    if not request.is_secure() and host != "localhost":
        return _("Passkeys need https. Open SkySentry with https to use them.")
    return None


def host_of(request: HttpRequest) -> str:
    """The name that passkeys are bound to."""
    return split_domain_port(request.get_host())[0].strip("[]")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def usable(user: User, request: HttpRequest) -> QuerySet[Passkey]:
    """Those of a person that work at this address."""
    return user.passkeys.filter(host=host_of(request))


def has_usable(user: User, request: HttpRequest) -> bool:
    return why_not(request) is None and usable(user, request).exists()


def begin_adding(request: HttpRequest, user: User) -> tuple[dict[str, Any], Any]:
    """What the browser is asked for, and the state that `add` needs."""
    entity = PublicKeyCredentialUserEntity(
        name=user.get_username(), id=_handle(user), display_name=user.get_username()
    )
    options, state = _server(request).register_begin(
        entity,
        _descriptors(usable(user, request)),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_REQUIRED,
    )
    return dict(options)["publicKey"], state


def add(request: HttpRequest, user: User, name: str, state: Any, answer: str) -> Passkey:
    """Raises PasskeyError."""
    data = _checked(lambda: _server(request).register_complete(state, _read(answer)))
    credential = data.credential_data
    if credential is None:
        raise PasskeyError(_FAILED)
    if user.passkeys.count() >= Passkey.MAX_PER_PERSON:
        raise PasskeyError(_("You already have the maximum number of passkeys. Remove one first."))
    passkey = Passkey(
        user=user,
        name=name,
        credential=websafe_encode(credential.credential_id),
        public_key=bytes(credential),
        host=host_of(request),
    )
    try:
        with transaction.atomic():
            passkey.save()
    except IntegrityError:
        raise PasskeyError(_("This passkey was already added.")) from None
    _record("passkey_added", passkey)
    return passkey


@transaction.atomic
def remove(passkey: Passkey) -> None:
    passkey.delete()
    _record("passkey_removed", passkey)


def _record(what: str, passkey: Passkey) -> None:
    record(AuditKind.ACCOUNT_CHANGED, what=what, name=passkey.name, person=str(passkey.user))


def begin_signing_in(request: HttpRequest, user: User | None = None) -> dict[str, Any]:
    """What the browser is asked for, and a token that `sign_in` needs. Without a user, the browser
    offers whatever passkeys it has for this host."""
    allowed = None if user is None else _descriptors(usable(user, request))
    options, state = _server(request).authenticate_begin(allowed, _REQUIRED)
    begun = {"state": state, "at": timezone.now().timestamp()}
    get_token(request)
    token = signing.dumps(begun, salt=_salt_of_browser(request))
    return {"options": dict(options)["publicKey"], "token": token}


def sign_in(request: HttpRequest, token: str, answer: str) -> User:
    """Whose passkey answered, in the browser that was asked. Raises PasskeyError."""
    return _used(request, token, answer).user


def check(request: HttpRequest, user: User, token: str, answer: str) -> None:
    """Raises PasskeyError unless a passkey of this person answered."""
    _used(request, token, answer, of=user)


def _used(request: HttpRequest, token: str, answer: str, of: User | None = None) -> Passkey:
    """Raises PasskeyError."""
    try:
        begun = signing.loads(token, salt=_salt_of_browser(request), max_age=ANSWER_WITHIN_S)
    except signing.BadSignature:
        raise PasskeyError(_("That took too long. Try again.")) from None
    given = _read(answer)
    passkey = _passkey(request, given)
    if of is not None and passkey.user != of:
        raise PasskeyError(_("This passkey belongs to somebody else."))
    _checked(
        lambda: _server(request).authenticate_complete(
            begun["state"], [AttestedCredentialData(bytes(passkey.public_key))], given
        )
    )
    if not _use(passkey, datetime.fromtimestamp(begun["at"], UTC)):
        raise PasskeyError(_FAILED)
    return passkey


def _salt_of_browser(request: HttpRequest) -> str:
    """No other browser has the secret of this one's CSRF cookie, which is another one after each
    sign-in."""
    return f"{_SALT}:{request.META.get('CSRF_COOKIE', '')}"


def _passkey(request: HttpRequest, given: Mapping[str, Any]) -> Passkey:
    """Raises PasskeyError for one that is not known here."""
    response = _checked(lambda: AuthenticationResponse.from_dict(given))
    known = Passkey.objects.filter(host=host_of(request), user__is_active=True)
    passkey = known.filter(credential=websafe_encode(response.raw_id)).first()
    if passkey is None:
        raise PasskeyError(_("This passkey isn't registered here. It may have been removed."))
    handle = response.response.user_handle
    if handle is not None and not hmac.compare_digest(handle, _handle(passkey.user)):
        raise PasskeyError(_FAILED)
    return passkey


def _use(passkey: Passkey, begun: datetime) -> bool:
    """Whether it has not been used since that: no answer is taken twice."""
    unused = Q(last_used=None) | Q(last_used__lt=begun)
    rows = Passkey.objects.filter(unused, pk=passkey.pk)
    return bool(rows.update(last_used=timezone.now()))


_FAILED = _("The passkey could not be verified. Try again.")


def _checked(check: Any) -> Any:
    """Raises PasskeyError for whatever is wrong with an answer."""
    try:
        return check()
    except (ValueError, KeyError, TypeError, AttributeError, NotImplementedError):
        raise PasskeyError(_FAILED) from None


def _read(answer: str) -> Mapping[str, Any]:
    """Raises PasskeyError for what is no JSON object."""
    try:
        given = json.loads(answer)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise PasskeyError(_FAILED)
    return given


def _server(request: HttpRequest) -> Fido2Server:
    host = host_of(request)
    origin = f"{request.scheme}://{request.get_host()}"
    entity = PublicKeyCredentialRpEntity(name="SkySentry", id=host)
    return Fido2Server(entity, verify_origin=origin.__eq__)


def _handle(user: User) -> bytes:
    """Names a person to the device, and to nobody else."""
    return salted_hmac(_SALT, str(user.pk), algorithm="sha256").digest()


def _descriptors(passkeys: QuerySet[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            type=PublicKeyCredentialType.PUBLIC_KEY,
            id=AttestedCredentialData(bytes(passkey.public_key)).credential_id,
        )
        for passkey in passkeys
    ]
