"""GStreamer's RTSP server, in a process of the system's Python: python3 gstreamer.py CODEC AUTH"""

from __future__ import annotations

import sys

import gi  # type: ignore[import-not-found,unused-ignore]

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # type: ignore[import-not-found,unused-ignore] # noqa: E402

USER, PASSWORD = "owner", 'p:ä"\\ss wörd'
ENCODERS = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! rtph264pay",
    "h265": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! rtph265pay",
}
SOURCE = "videotestsrc is-live=true ! video/x-raw,width=160,height=128,framerate=30/1"


def main(codec: str, authentication: str) -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service("0")
    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_launch(f"( {SOURCE} ! {ENCODERS[codec]} name=pay0 pt=96 )")
    if authentication != "none":
        server.set_auth(proof(authentication))
        permissions = GstRtspServer.RTSPPermissions.new()
        permissions.add_permission_for_role("user", "media.factory.access", True)
        permissions.add_permission_for_role("user", "media.factory.construct", True)
        factory.set_permissions(permissions)
    server.get_mount_points().add_factory("/live", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


def proof(authentication: str) -> GstRtspServer.RTSPAuth:
    auth = GstRtspServer.RTSPAuth.new()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    if authentication == "basic":
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(USER, PASSWORD), token)
    else:
        auth.set_supported_methods(2)  # Digest
        auth.add_digest(USER, PASSWORD, token)
    return auth


if __name__ == "__main__":
    main(*sys.argv[1:])
