from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from cameras import sources
from cameras.models import Source


@pytest.fixture
def source(camera):
    source = Source(camera=camera, address="http://cam/live", user="olga")
    source.password = "s3cret"
    source.save()
    return source


def test_a_camera_has_one_saved_or_new(camera):
    assert sources.of(camera).pk is None
    saved = Source.objects.create(camera=camera, address="http://a/")
    assert sources.of(camera) == saved


def test_the_password_stays_at_another_path_of_the_same_device(source):
    source.address = "http://cam/other"
    sources.take_password(source, None)
    assert source.password == "s3cret"


@pytest.mark.parametrize("address", ["http://evil/live", "http://cam:555/live", "https://cam/live"])
def test_a_password_is_never_sent_to_another_device(source, address):
    source.address = address
    with pytest.raises(ValidationError):
        sources.take_password(source, None)
    sources.take_password(source, "new")
    assert source.password == "new"
