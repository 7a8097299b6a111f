from __future__ import annotations

import io
from datetime import datetime

import pytest
from PIL import Image

from streaming.demo.scene import LIGHTS, Scene

NOON = datetime(2026, 11, 30, 12, 0, 0)


def jpeg(scene, seconds=0.0, number=1, now=NOON, quality=0.7):
    return scene.jpeg(seconds, number, now, quality)


@pytest.fixture
def scene():
    return Scene(160, 120, LIGHTS["dusk"])


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("size", [(160, 120), (640, 360), (48, 64)])
def test_a_picture_is_a_jpeg_of_the_size_in_each_light(light, size):
    width, height = size
    picture = Image.open(io.BytesIO(jpeg(Scene(width, height, LIGHTS[light]))))
    picture.load()
    assert (picture.format, picture.size) == ("JPEG", size)


def test_the_same_moment_looks_the_same(scene):
    assert jpeg(scene, 3.0) == jpeg(scene, 3.0)


@pytest.mark.parametrize(
    "other", [{"seconds": 1.0}, {"number": 2}, {"now": NOON.replace(microsecond=100_000)}]
)
def test_it_moves_and_says_when_and_which_picture_it_is(scene, other):
    assert jpeg(scene) != jpeg(scene, **other)


def test_more_quality_takes_more_bytes(scene):
    assert len(jpeg(scene, quality=0.3)) < len(jpeg(scene, quality=0.95))
