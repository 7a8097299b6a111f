"""The RTSP server that many cameras have, of Debian's packages."""

from __future__ import annotations

import subprocess
from pathlib import Path

import av
import pytest

from streaming.protocol.enums import SourceErrorCode
from streaming.publish.pull.media import Credentials, Place, SourceError
from streaming.publish.pull.rtsp import rtsp_pictures

SERVER = Path(__file__).with_name("gstreamer.py")
SYSTEM_PYTHON = "/usr/bin/python3"
HAS = """
import gi
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst
Gst.init(None)
assert all(map(Gst.ElementFactory.find, ("x264enc", "x265enc", "rtph264pay", "rtph265pay")))
"""
PACKAGES = (
    "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"
    " gstreamer1.0-plugins-ugly"
)
#: As the server has them.
OWNER = Credentials("owner", 'p:ä"\\ss wörd')

pytestmark = pytest.mark.system


@pytest.fixture(scope="module", autouse=True)
def _gstreamer():
    python = Path(SYSTEM_PYTHON)
    asked = python.exists() and subprocess.run([python, "-c", HAS], capture_output=True, timeout=60)
    if not asked or asked.returncode:
        pytest.skip(f"GStreamer's RTSP server is not here: apt install {PACKAGES}")


@pytest.fixture
def place(request):
    command = [SYSTEM_PYTHON, SERVER, *request.param]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield Place("rtsp", "localhost", "127.0.0.1", int(server.stdout.readline()), "/live")
        server.kill()


@pytest.mark.parametrize(
    ("place", "codec"),
    [(("h264", "basic"), "h264"), (("h264", "digest"), "h264"), (("h265", "none"), "hevc")],
    indirect=["place"],
    ids=["h264 basic", "h264 digest", "h265"],
)
async def test_its_pictures_are_read_and_decoded(place, codec):
    pictures = []
    async with rtsp_pictures(place, OWNER) as stream:
        async for picture in stream:
            pictures.append(picture)
            if len(pictures) == 20:
                break
    assert pictures[0].key
    decoder = av.CodecContext.create(codec, "r")
    decoded = [frame for each in pictures for frame in decoder.decode(av.Packet(each.data))]
    assert len(decoded + decoder.decode(None)) == 20


@pytest.mark.parametrize("place", [("h264", "basic"), ("h264", "digest")], indirect=True, ids=str)
async def test_it_refuses_a_wrong_password(place):
    with pytest.raises(SourceError) as raised:
        async with rtsp_pictures(place, Credentials("owner", "wrong")):
            pass
    assert raised.value.code is SourceErrorCode.REFUSED
