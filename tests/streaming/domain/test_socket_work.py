from __future__ import annotations

from streaming.domain import socket_work
from streaming.domain.socket_work import Fault, SocketWork

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def first_fault(opcodes, every_s=0.0):
    """What ended a socket that sent these frames, and after how many."""
    work = SocketWork()
    for number, opcode in enumerate(opcodes):
        if fault := work.take(opcode, 100 + number * every_s):
            return fault, number
    return None


def test_a_camera_of_sixty_frames_a_second_in_four_pieces_each_is_fine():
    message = [BINARY, *[CONTINUATION] * 3]
    assert first_fault(message * 3600, every_s=1 / 240) is None


def test_a_message_may_have_so_many_pieces_and_no_more():
    fine = [TEXT, *[CONTINUATION] * (socket_work.MAX_FRAGMENTS - 1)]
    assert first_fault([*fine, BINARY, CONTINUATION]) is None
    assert first_fault([*fine, CONTINUATION]) == (Fault.TOO_MANY_FRAGMENTS, len(fine))


def test_control_frames_between_the_pieces_do_not_hide_their_number():
    pieces = [TEXT, *[CONTINUATION, PONG] * socket_work.MAX_FRAGMENTS]
    assert first_fault(pieces, every_s=0.1) == (Fault.TOO_MANY_FRAGMENTS, 511)


def test_pings_and_pongs_are_few():
    assert first_fault([PING] * 101) == (Fault.TOO_OFTEN, 100)
    assert first_fault([PONG] * 101) == (Fault.TOO_OFTEN, 100)
    assert first_fault([PING, PONG] * 1000, every_s=0.05) is None
    assert first_fault([PING, PONG] * 1000, every_s=0.04) is not None


def test_a_flood_of_whole_messages_is_no_better():
    assert first_fault([TEXT] * 1001) == (Fault.TOO_OFTEN, 1000)
    assert first_fault([TEXT] * 5000, every_s=0.001) is None
