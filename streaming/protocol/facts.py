"""What a camera, and a page that shows one, must know of it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from streaming.protocol.enums import CODEC_SETTINGS, Delivery
from streaming.protocol.message import about

_CODECS = list(CODEC_SETTINGS)


class CameraFacts(msgspec.Struct, frozen=True):
    """A camera's settings."""

    id: Annotated[UUID, about("never changes")]
    slug: Annotated[str, about("its part of addresses, which may change")]
    name: Annotated[str, about("as people call it")]
    width: Annotated[int, about("of its pictures, pixels")]
    height: Annotated[int, about("of its pictures, pixels")]
    frame_rate: Annotated[int, about("most frames a second")]
    quality: Annotated[float, about("from 0 to 1")]
    delivery: Annotated[Delivery, about("what becomes of frames that are lost (section 3)")]
    codec: Annotated[str, about('what it is set to send ("What is wanted")', enum=_CODECS)]

    @classmethod
    def of(cls, camera: object) -> CameraFacts:
        """Those of an object that has them as attributes."""
        return msgspec.convert(camera, cls, from_attributes=True)


class ListedCamera(msgspec.Struct, frozen=True):
    """What a list of cameras says of each."""

    id: Annotated[UUID, about("never changes")]
    slug: Annotated[str, about("its part of addresses, which may change")]
    name: Annotated[str, about("as people call it")]
    width: Annotated[int, about("of its pictures, as set, pixels")]
    height: Annotated[int, about("of its pictures, as set, pixels")]
    frame_rate: Annotated[int, about("most frames a second")]
    publishable: Annotated[bool, about("whether the viewer may publish to it")]
    manageable: Annotated[bool, about("whether the viewer may change it and add phones")]

    @classmethod
    def of(cls, camera: object) -> ListedCamera:
        """Those of an object that has them as attributes, as `access.watchable_with_rights` has."""
        return msgspec.convert(camera, cls, from_attributes=True)
