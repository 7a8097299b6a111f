"""Bounds of the protocol."""

from __future__ import annotations

#: For a camera to say who it is, and for an ingest process to answer it.
AUTHENTICATION_TIMEOUT_S = 10.0
ANSWER_TIMEOUT_S = 15.0
#: For a camera to ask for something, once it may.
REQUEST_TIMEOUT_S = 60.0
#: For a viewer to watch a camera or say something.
IDLE_TIMEOUT_S = 300.0
#: Of a control message of a camera, and of one on the watch socket.
MAX_CAMERA_MESSAGE_BYTES = 16 * 1024
MAX_VIEWER_MESSAGE_BYTES = 4 * 1024
#: Cameras on one watch socket: a wall of eight by eight.
MAX_CAMERAS = 64
#: Codecs that anybody may name; there are fewer.
MAX_CODECS = 16
#: Of a camera, and of a group of cameras.
MAX_SLUG_LENGTH = 60
#: A picture every ten seconds.
MIN_FPS = 0.1
MAX_FPS = 30
