from __future__ import annotations

import pytest

from streaming.protocol.enums import EndReason, PublishErrorCode
from streaming.publish import words


def test_every_end_has_its_sentence():
    assert words.ENDS.keys() == set(EndReason)
    assert all(str(sentence).endswith(".") for sentence in words.ENDS.values())


def test_every_refusal_has_its_sentence_but_bad_messages_which_differ():
    assert words.REFUSALS.keys() == set(PublishErrorCode) - {PublishErrorCode.BAD_MESSAGE}
    assert all(str(sentence).endswith(".") for sentence in words.REFUSALS.values())


def test_who_took_over_is_named():
    ended = words.ended(EndReason.TAKEN_OVER, "vera")
    assert ended.message == "vera is now publishing to this camera from another page or device."
    assert '"by":"vera"' in ended.text()
    assert '"by"' not in words.ended(EndReason.STOPPED, "").text()


@pytest.mark.parametrize("code", words.REFUSALS)
def test_only_what_passes_is_to_be_tried_again(code):
    refused = words.refused(code)
    is_for_a_while = code == "busy" or code.endswith("unavailable")
    assert ('"retry_after_s":2' in refused.text()) is is_for_a_while
    assert '"publisher"' not in refused.text()


def test_who_publishes_is_named():
    refused = words.refused(PublishErrorCode.CAMERA_BUSY, "olga")
    assert refused.message.startswith("olga is publishing to this camera.")
    assert '"publisher":"olga"' in refused.text()


def test_who_sent_too_much_is_told_when_to_come_back():
    assert '"retry_after_s":30' in words.ended(EndReason.TOO_MUCH, "").text()
    assert '"retry_after_s"' not in words.ended(EndReason.LOST, "").text()
