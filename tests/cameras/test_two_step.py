from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.contrib.auth.models import User
from django.test import override_settings
from django.utils import timezone

from cameras import two_step
from cameras.models import RecoveryCode, TwoStep

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret() -> str:
    return two_step.new_secret()


@pytest.fixture
def codes(owner: User, secret: str) -> list[str]:
    """The recovery codes of the owner, who has turned it on."""
    return two_step.turn_on(owner, secret)


def code_of(secret: str, steps_later: int = 0) -> str:
    return pyotp.TOTP(secret).at(timezone.now() + timedelta(seconds=30 * steps_later))


def test_a_code_of_the_app_works_once(owner: User, secret: str, codes: list[str]) -> None:
    assert two_step.check(owner, code_of(secret)) == "code"
    assert two_step.check(owner, code_of(secret)) is None
    assert two_step.check(owner, code_of(secret, 1)) == "code"


def test_the_code_that_turned_it_on_does_not_sign_in(owner: User, secret: str) -> None:
    step = two_step.step_of(secret, code_of(secret))
    assert step is not None
    two_step.turn_on(owner, secret, step)
    assert two_step.check(owner, code_of(secret)) is None


@pytest.mark.parametrize("steps", [-3, 3])
def test_a_code_of_another_time_is_wrong(
    owner: User, secret: str, codes: list[str], steps: int
) -> None:
    assert two_step.check(owner, code_of(secret, steps)) is None


def test_a_recovery_code_works_once_however_it_is_typed(owner: User, codes: list[str]) -> None:
    assert len(set(codes)) == two_step.RECOVERY_CODES
    assert two_step.check(owner, codes[0].upper().replace("-", " ")) == "recovery"
    assert two_step.check(owner, codes[0]) is None
    assert two_step.check(owner, codes[1]) == "recovery"


def test_neither_secret_nor_codes_stand_in_the_database(
    owner: User, secret: str, codes: list[str]
) -> None:
    row = TwoStep.objects.get()
    assert secret not in row.secret
    kept = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert not kept & {two_step.normal(code) for code in codes}


def test_after_five_wrong_codes_none_is_looked_at(
    owner: User, secret: str, codes: list[str]
) -> None:
    for _ in range(two_step.MAX_WRONG):
        assert two_step.check(owner, "000000") is None
    for _ in range(2):
        with pytest.raises(two_step.Wait) as waiting:
            two_step.check(owner, code_of(secret))
        assert waiting.value.minutes == 5
    TwoStep.objects.update(wait_until=timezone.now())
    assert two_step.check(owner, code_of(secret)) == "code"


def test_a_right_code_forgives_wrong_ones(owner: User, secret: str, codes: list[str]) -> None:
    for code in codes[:3]:
        for _ in range(two_step.MAX_WRONG - 1):
            two_step.check(owner, "000000")
        assert two_step.check(owner, code) == "recovery"


def test_with_passkeys_as_the_second_step_no_code_works_but_recovery_codes(owner: User) -> None:
    codes = two_step.turn_on(owner)
    assert two_step.check(owner, "000000") is None
    assert two_step.check(owner, codes[0]) == "recovery"


def test_after_a_change_of_the_secret_key_recovery_codes_still_work(
    owner: User, secret: str, codes: list[str]
) -> None:
    with override_settings(SECRET_KEY="another"):
        assert two_step.check(owner, code_of(secret)) is None
        assert two_step.check(owner, codes[0]) == "recovery"


def test_once_it_is_off_nothing_is_asked_for(owner: User, codes: list[str]) -> None:
    two_step.turn_off(owner)
    assert two_step.of(owner) is None
    assert two_step.check(owner, codes[0]) is None
    assert not RecoveryCode.objects.exists()
