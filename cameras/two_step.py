"""The second step of signing in: a code of an authenticator app, or a recovery code."""

from __future__ import annotations

import base64
import hashlib
import logging
import math
import secrets
import time
from datetime import timedelta

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from cameras.audit import record
from cameras.models import AuditKind, RecoveryCode, TwoStep
from cameras.secret import digest_of
from cameras.users import User

logger = logging.getLogger(__name__)

ISSUER = "SkySentry"
RECOVERY_CODES = 10
#: After so many wrong codes in a row, none is looked at for a while.
MAX_WRONG = 5
WAIT = timedelta(minutes=5)

_STEP_S = 30
#: Clocks of phones are a little off.
_STEPS_OFF = (0, -1, 1)


class Wait(Exception):
    """Too many wrong codes: try again after `minutes`."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


def of(user: User) -> TwoStep | None:
    """None for who signs in with a password alone."""
    return TwoStep.objects.filter(user=user).first()


def new_secret() -> str:
    """For an app."""
    return pyotp.random_base32()


def address_for_app(user: User, secret: str) -> str:
    """What an app reads as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.get_username(), issuer_name=ISSUER)


def step_of(secret: str, code: str) -> int | None:
    """The number of the half minute to which the code belongs; None for a wrong one."""
    totp, now = pyotp.TOTP(secret), int(time.time()) // _STEP_S
    steps = (now + off for off in _STEPS_OFF)
    right = (each for each in steps if constant_time_compare(totp.generate_otp(each), code))
    return next(right, None)


@transaction.atomic
def turn_on(user: User, secret: str = "", step: int = 0) -> list[str]:
    """From now on it is asked for: with the app's secret, whose code of `step` was shown, or
    without one, where passkeys are the second step. The recovery codes, which are shown once."""
    TwoStep.objects.filter(user=user).delete()
    row = TwoStep.objects.create(user=user, secret=sealed(secret), last_step=step)
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(two_step=row, digest=digest_of(normal(code))) for code in codes
    )
    record(AuditKind.ACCOUNT_CHANGED, what="two_step_on", person=str(user))
    return codes


@transaction.atomic
def turn_off(user: User) -> None:
    if TwoStep.objects.filter(user=user).delete()[0]:
        record(AuditKind.ACCOUNT_CHANGED, what="two_step_off", person=str(user))


def check(user: User, given: str) -> str | None:
    """Uses a code up. Which kind it was, "code" or "recovery"; None for a wrong one.

    Raises Wait after too many wrong ones.
    """
    row = of(user)
    if row is None:
        return None
    _count(row)
    code = normal(given)
    found = "code" if _is_code(row, code) else "recovery" if _is_recovery_code(row, code) else None
    if found:
        TwoStep.objects.filter(pk=row.pk).update(wrong_codes=0)
    return found


def normal(code: str) -> str:
    """As people type them: with spaces and hyphens, in capitals."""
    return code.replace(" ", "").replace("-", "").lower()


def _count(row: TwoStep) -> None:
    """Before it is looked at, so that those who come at once are counted, too. Raises Wait."""
    now = timezone.now()
    free = Q(wait_until=None) | Q(wait_until__lte=now)
    rows = TwoStep.objects.filter(pk=row.pk)
    counted = rows.filter(free).update(wrong_codes=F("wrong_codes") + 1)
    row.refresh_from_db()
    if counted and row.wrong_codes > MAX_WRONG:
        rows.update(wrong_codes=0, wait_until=now + WAIT)
        row.refresh_from_db()
    if row.wait_until is not None and row.wait_until > now:
        raise Wait(math.ceil((row.wait_until - now).total_seconds() / 60))


def _is_code(row: TwoStep, code: str) -> bool:
    secret = unsealed(row.secret)
    step = step_of(secret, code) if secret else None
    if step is None:
        return False
    # If it comes twice at once, only one of them changes the row.
    return bool(TwoStep.objects.filter(pk=row.pk, last_step__lt=step).update(last_step=step))


def _is_recovery_code(row: TwoStep, code: str) -> bool:
    return bool(RecoveryCode.objects.filter(two_step=row, digest=digest_of(code)).delete()[0])


def _recovery_code() -> str:
    """80 bits, which nobody guesses from a digest."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[first : first + 4] for first in range(0, 16, 4))


def sealed(secret: str) -> str:
    """As it is kept: encrypted, by a key made from SECRET_KEY."""
    return _fernet().encrypt(secret.encode()).decode() if secret else ""


def unsealed(kept: str) -> str:
    """Empty where there is none, or SECRET_KEY is another one."""
    try:
        return _fernet().decrypt(kept).decode() if kept else ""
    except InvalidToken:
        logger.warning("The secret of an authenticator app was kept with another SECRET_KEY")
        return ""


def _fernet() -> Fernet:
    key = hashlib.sha256(b"two-step sign-in:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
