"""Whether an address is that of a camera: asked once, before anything is saved."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from cameras.models import Source
from streaming.domain.codecs import jpeg
from streaming.domain.codecs.codec import Malformed
from streaming.protocol.enums import SourceErrorCode
from streaming.publish.pull.link import size_of
from streaming.publish.pull.media import Picture, SourceError
from streaming.publish.pull.pulled import credentials_of, pictures_of
from streaming.publish.pull.resolve import resolve

TRY_S = 5.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `still` is a JPEG where the camera sends these."""

    problem: SourceErrorCode | None = None
    codec: str = ""
    still: bytes | None = None


async def try_source(source: Source) -> Trial:
    """Connects to a source that need not be saved; within TRY_S."""
    try:
        async with asyncio.timeout(TRY_S):
            return _seen(await _first_picture(source))
    except SourceError as error:
        return Trial(error.code)
    except TimeoutError:
        return Trial(SourceErrorCode.SILENT)


async def _first_picture(source: Source) -> Picture:
    place = await resolve(source.place)
    async with pictures_of(source, place, credentials_of(source)) as pictures:
        async for picture in pictures:
            return picture
    raise SourceError(SourceErrorCode.NO_VIDEO)


def _seen(picture: Picture) -> Trial:
    size = size_of(picture)
    if picture.codec is not jpeg.JPEG or size is None:
        return Trial(codec=picture.codec.name)
    try:
        # Exif and the like are nobody's business here, either.
        return Trial(codec="jpeg", still=jpeg.JPEG.clean(picture.data, 0, True, size))
    except Malformed:
        return Trial(SourceErrorCode.MALFORMED)
