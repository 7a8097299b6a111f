"""The protocol's words are those of the catalogue and of the domain."""

from __future__ import annotations

import pytest

from cameras import models
from streaming.protocol import enums


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        (enums.EndReason, models.EndReason),
        (enums.Delivery, models.Delivery),
    ],
)
def test_the_catalogue_knows_the_same_words(words, choices):
    assert [word.value for word in words] == choices.values


def test_a_camera_may_be_set_to_what_the_catalogue_knows():
    assert sorted(enums.CODEC_SETTINGS) == sorted(models.Codec.values)


@pytest.mark.parametrize(
    "words", [enums.EndReason, enums.CloseCode, enums.PublishErrorCode, enums.WatchErrorCode]
)
def test_each_says_what_it_means_and_is_found_by_its_value(words):
    assert all(word.means for word in words)
    assert all(words(word.value) is word for word in words)


def test_both_sockets_close_with_the_same_codes():
    closes = {code.closes for code in (*enums.PublishErrorCode, *enums.WatchErrorCode)} - {None}
    assert closes == {4400, 4403, 4408}
