from __future__ import annotations

from enum import StrEnum


class Limit(StrEnum):
    """What a process refuses by, as metrics and logs call it; the settings are in upper case."""

    CONNECTIONS = "connections"
    CONNECTIONS_PER_ADDRESS = "connections_per_address"
    SOCKETS_PER_ADDRESS = "sockets_per_address"
    SOCKETS_PER_PERSON = "sockets_per_person"
    HANDSHAKES_PER_ADDRESS = "handshakes_per_address"
    BODY_BYTES = "body_bytes"
    #: Messages of either socket that break the protocol.
    BAD_MESSAGES = "bad_messages"
    #: What a connection may send and make the process do, which no setting changes.
    CONNECTION_WORK = "connection_work"
    NEGOTIATIONS = "negotiations"
    NEGOTIATIONS_PER_CAMERA = "negotiations_per_camera"
    TAKE_OVERS_PER_CAMERA = "take_overs_per_camera"
    FRAME_RATE_PERCENT = "frame_rate_percent"
    CAMERA_BYTES_PER_S = "camera_bytes_per_s"
    VIEWERS = "viewers"
    VIEWERS_PER_CAMERA = "viewers_per_camera"
    VIEWER_MESSAGES_PER_S = "viewer_messages_per_s"
    POLLS_PER_S = "polls_per_s"
    STREAMS = "streams"
    STREAMS_PER_READER = "streams_per_reader"
    DOCTOR_CHECKS = "doctor_checks"
    DOCTOR_CHECKS_PER_ADDRESS = "doctor_checks_per_address"
    LOG_LINES_PER_S = "log_lines_per_s"
    API_REQUESTS_PER_PERSON = "api_requests_per_person"
    API_REQUESTS_PER_ADDRESS = "api_requests_per_address"
    SIGN_INS = "sign_ins"
    CAMERAS_PER_PERSON = "cameras_per_person"
    GROUPS_PER_PERSON = "groups_per_person"
    LINKS_PER_PERSON = "links_per_person"
    KEYS_PER_CAMERA = "keys_per_camera"
    TOKENS_PER_PERSON = "tokens_per_person"
    INVITATIONS_PER_PERSON = "invitations_per_person"
