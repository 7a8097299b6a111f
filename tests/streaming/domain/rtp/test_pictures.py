from __future__ import annotations

import pytest

from streaming.domain.codecs.annex_b import joined
from streaming.domain.rtp.h264 import H264Format
from streaming.domain.rtp.packets import Packet
from streaming.domain.rtp.pictures import MAX_PARAMETERS, Pictures, Reordered
from streaming.domain.rtp.units import MAX_PICTURE_BYTES, TooLarge

SPS, PPS, KEY, SLICE = b"\x67sps", b"\x68pps", b"\x65\xb8key", b"\x41\xe0slice"
#: Not the first of its picture.
LATER_KEY, LATER = b"\x65\x40key", b"\x41\x40slice"
SEI, DELIMITER, RECOVERY = b"\x06\x05\x01a\x80", b"\x09\x10", b"\x06\x06\x01\x84\x80"
TICKS = 3000


class Camera:
    """Sends packets of which each has one unit."""

    def __init__(self, source=7, sequence=65_530, timestamp=2**32 - TICKS):
        self.source = source
        self.sequence = sequence
        self.timestamp = timestamp
        self.marks = True

    def picture(self, *units, after=1):
        self.timestamp = (self.timestamp + after * TICKS) % 2**32
        return [
            self.packet(unit, marker=self.marks and at == len(units) - 1)
            for at, unit in enumerate(units)
        ]

    def packet(self, unit, marker=True):
        self.sequence = (self.sequence + 1) % 2**16
        return Packet(96, marker, self.sequence, self.timestamp, self.source, unit)


@pytest.fixture
def camera():
    return Camera()


@pytest.fixture
def pictures():
    return Pictures(H264Format(), 90_000)


def taken(pictures, *packets):
    return [coded for packet in packets for coded in pictures.add(packet)]


def begin(camera, pictures):
    """The camera sends until it is known that it marks its pictures' ends."""
    packets = [*camera.picture(SPS, PPS, KEY), *camera.picture(SLICE)]
    assert [coded.key for coded in taken(pictures, *packets)] == [True, False]


def test_a_key_frame_begins_with_its_parameters(camera, pictures):
    packets = [*camera.picture(DELIMITER, SPS, PPS, SEI, KEY, LATER_KEY), *camera.picture(SLICE)]
    key, after = taken(pictures, *packets)
    assert key == (joined([SPS, PPS, KEY, LATER_KEY]), True, key.media_s)
    assert after == (joined([SLICE]), False, pytest.approx(key.media_s + 1 / 30))


def test_parameters_of_the_description_stand_in_for_those_of_the_stream(camera):
    pictures = Pictures(H264Format(), 90_000, [SPS, PPS, b"", SEI])
    [key, _] = taken(pictures, *camera.picture(KEY), *camera.picture(SLICE))
    assert key.data == joined([SPS, PPS, KEY])
    [newer] = taken(pictures, *camera.picture(b"\x67new", KEY))
    assert newer.data == joined([b"\x67new", PPS, KEY])


def test_a_key_frame_without_parameters_shows_nothing(camera, pictures):
    assert taken(pictures, *camera.picture(SPS, KEY), *camera.picture(SLICE)) == []
    assert taken(pictures, *camera.picture(PPS, KEY))[0].data == joined([SPS, PPS, KEY])


def test_parameters_are_bounded(camera, pictures):
    sets = [b"\x67%d" % number for number in range(MAX_PARAMETERS + 1)]
    packets = [*camera.picture(*sets, b"\x67" + bytes(2000), PPS, KEY), *camera.picture(SLICE)]
    assert taken(pictures, *packets)[0].data == joined([*sets[:-1], PPS, KEY])


def test_what_comes_before_the_first_key_frame_is_left_out(camera, pictures):
    assert taken(pictures, *camera.picture(LATER), *camera.picture(SLICE)) == []
    assert pictures.lost == 0
    [key] = taken(pictures, *camera.picture(SPS, PPS, KEY))
    assert key.key


def test_a_picture_from_which_decoders_recover_at_once_is_a_key_frame(camera, pictures):
    packets = [*camera.picture(SPS, PPS, RECOVERY, SLICE), *camera.picture(SLICE)]
    assert taken(pictures, *packets)[0][:2] == (joined([SPS, PPS, RECOVERY, SLICE]), True)


def test_pictures_whose_end_is_not_marked_are_whole_with_the_next(camera, pictures):
    camera.marks = False
    packets = [*camera.picture(SPS, PPS, KEY), *camera.picture(SLICE, LATER)]
    assert len(taken(pictures, *packets)) == 1
    assert taken(pictures, *camera.picture(SLICE))[0].data == joined([SLICE, LATER])


def test_a_mark_on_each_slice_is_not_believed(camera, pictures):
    marked = [*camera.picture(SPS, PPS, KEY), camera.packet(LATER_KEY), *camera.picture(SLICE)]
    assert [coded.data for coded in taken(pictures, *marked)] == [
        joined([SPS, PPS, KEY, LATER_KEY])
    ]


def test_a_mark_that_begins_to_lie_tears_no_further_picture(camera, pictures):
    begin(camera, pictures)
    lied = [*camera.picture(SLICE), camera.packet(LATER), *camera.picture(SLICE)]
    assert len(taken(pictures, *lied)) == 1
    key = [*camera.picture(SPS, PPS, KEY), camera.packet(LATER_KEY), *camera.picture(SLICE)]
    assert taken(pictures, *key)[-1].data == joined([SPS, PPS, KEY, LATER_KEY])


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_after_a_loss_nothing_comes_before_the_next_key_frame(camera, pictures, missing):
    begin(camera, pictures)
    torn = camera.picture(SLICE, LATER, LATER)
    del torn[missing]
    assert taken(pictures, *torn, *camera.picture(SLICE), *camera.picture(SLICE)) == []
    assert pictures.lost >= 2
    assert [each.key for each in taken(pictures, *camera.picture(SPS, PPS, KEY))] == [True]


def test_a_broken_payload_is_a_loss(camera, pictures):
    begin(camera, pictures)
    broken = camera.picture(b"\x7c\x01piece", SLICE)
    assert taken(pictures, *broken, *camera.picture(SLICE)) == []


def test_packets_that_come_again_or_late_change_nothing(camera, pictures):
    begin(camera, pictures)
    first, second = camera.picture(SLICE), camera.picture(SLICE)
    assert len(taken(pictures, *first, *first, *second, *first, *second)) == 2
    assert len(taken(pictures, *camera.picture(SLICE))) == 1


def test_a_camera_that_began_anew_is_followed(camera, pictures):
    begin(camera, pictures)
    anew = Camera(source=8, sequence=5, timestamp=0)
    assert [each.key for each in taken(pictures, *anew.picture(SPS, PPS, KEY))] == [True]


def test_numbers_that_jump_are_a_loss(camera, pictures):
    begin(camera, pictures)
    camera.sequence -= 5000
    assert taken(pictures, *camera.picture(SLICE)) == []
    assert [each.key for each in taken(pictures, *camera.picture(SPS, PPS, KEY))] == [True]


def test_pictures_in_another_order_are_found_by_their_times(camera, pictures):
    begin(camera, pictures)
    steps = [3, -2] * 3
    packets = [each for after in steps for each in camera.picture(SLICE, after=after)]
    with pytest.raises(Reordered):
        taken(pictures, *packets)


def test_a_clock_that_is_set_is_no_other_order(camera, pictures):
    begin(camera, pictures)
    for _ in range(5):
        taken(pictures, *camera.picture(SLICE, after=-5))
        for _ in range(20):
            taken(pictures, *camera.picture(SLICE))
    assert pictures.lost == 0


def test_a_picture_between_others_is_refused(camera, pictures):
    with pytest.raises(Reordered):
        taken(pictures, *camera.picture(b"\x01\xa0"))


def test_pictures_are_bounded(camera, pictures):
    with pytest.raises(TooLarge):
        taken(pictures, *camera.picture(SPS, PPS, KEY, *[LATER_KEY + bytes(60_000)] * 20))
    assert MAX_PICTURE_BYTES < 20 * 60_000


def test_slices_are_bounded(camera, pictures):
    with pytest.raises(TooLarge):
        taken(pictures, *camera.picture(KEY, *[LATER_KEY] * 300))
