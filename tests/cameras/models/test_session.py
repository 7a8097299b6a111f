from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cameras.models import CaptureSession, EndReason, Transport


@pytest.mark.parametrize(
    "end",
    [
        {"ended": timezone.now()},
        {"end_reason": EndReason.LOST},
        {"ended": timezone.now(), "end_reason": "boredom"},
    ],
)
def test_a_session_ends_with_a_time_and_a_known_reason_or_not_at_all(camera, end):
    with pytest.raises(IntegrityError), transaction.atomic():
        CaptureSession.objects.create(camera=camera, transport=Transport.WEBRTC, **end)


def test_a_session_number_is_never_given_again(camera):
    first = CaptureSession.objects.create(camera=camera, transport=Transport.WEBRTC)
    number = first.pk
    first.delete()
    second = CaptureSession.objects.create(camera=camera, transport=Transport.WEBRTC)
    assert second.pk > number


def test_the_newest_session_comes_first(camera):
    numbers = [
        CaptureSession.objects.create(camera=camera, transport=Transport.WEBRTC).pk
        for _ in range(3)
    ]
    assert [session.pk for session in camera.sessions.all()] == numbers[::-1]
