from __future__ import annotations

import msgspec

from cameras.access import watchable_with_rights
from cameras.models import CAPTURE_FIELDS, Camera
from streaming.protocol.enums import Delivery
from streaming.protocol.facts import CameraFacts, ListedCamera


def test_they_are_those_of_the_camera(camera):
    assert CameraFacts.of(camera) == CameraFacts(
        id=camera.pk,
        slug="front-door",
        name="Front door",
        width=1280,
        height=720,
        frame_rate=30,
        quality=0.7,
        delivery=Delivery.RESILIENT,
        codec="auto",
    )


def test_they_are_what_the_catalogue_says_of_filming():
    assert CameraFacts.__struct_fields__ == ("id", "slug", "name", *CAPTURE_FIELDS)


def test_a_camera_may_be_as_it_was_made_or_as_it_is_stored(camera):
    assert CameraFacts.of(camera) == CameraFacts.of(Camera.objects.get())


def test_the_api_says_the_same_of_a_camera(camera, owner, client):
    client.force_login(owner)
    told = client.get(f"/api/cameras/{camera.slug}/").json()
    facts = msgspec.to_builtins(CameraFacts.of(camera))
    assert facts.items() <= told.items()


def test_a_list_says_what_else_the_viewer_may(camera, viewer):
    listed = ListedCamera.of(watchable_with_rights(viewer).get())
    assert (listed.id, listed.slug) == (camera.pk, "front-door")
    assert (listed.publishable, listed.manageable) == (False, False)
