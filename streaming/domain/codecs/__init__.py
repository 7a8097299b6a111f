"""The codecs of frames, one file each; a further one is a file here and a line in `CODECS`."""

from __future__ import annotations

from streaming.domain.codecs import h264, jpeg, vp8

#: Those that viewers decode soonest and cheapest come first.
CODECS = (jpeg.JPEG, h264.H264, vp8.VP8)

BY_NUMBER = {codec.number: codec for codec in CODECS}
#: What video may be in, by name, the best first.
VIDEO_CODECS = {codec.name: codec for codec in CODECS if codec.is_video}
