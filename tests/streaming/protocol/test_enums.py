"""The protocol's words are those of the catalogue and of the domain."""

from __future__ import annotations

import re

import pytest

from cameras import denials, models
from streaming.protocol import enums
from tests.streaming.protocol.scripts import script


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


def test_the_catalogue_knows_the_same_denials():
    assert [word.value for word in enums.Denial] == [word.value for word in denials.Denial]
    assert denials.SENTENCES.keys() == set(denials.Denial)


@pytest.mark.parametrize(
    "words",
    [enums.EndReason, enums.Denial, enums.CloseCode, enums.PublishErrorCode, enums.WatchErrorCode],
)
def test_each_says_what_it_means_and_is_found_by_its_value(words):
    assert all(word.means for word in words)
    assert all(words(word.value) is word for word in words)


def test_whatever_closes_a_socket_has_a_code_that_says_so():
    closes = {code.closes for code in (*enums.PublishErrorCode, *enums.WatchErrorCode)} - {None}
    assert closes == {1000, 1008, 1013, 4400, 4403, 4408}


def test_the_scripts_stay_away_after_the_codes_that_the_protocol_says():
    found = re.findall(r"^  ([A-Z_]+): (\d+),$", script("protocol/close-codes.js"), re.MULTILINE)
    final = [code for code in enums.CloseCode if code.then in ("stays away", "does not reconnect")]
    assert [(name, int(value)) for name, value in found] == [(code.name, code) for code in final]


def test_the_scripts_name_transports_as_the_catalogue_does():
    found = re.findall(r'\b[A-Z]+: "(\w+)"', script("protocol/transports.js"))
    assert found == models.Transport.values


@pytest.mark.parametrize(("wait_s", "said"), [(0.0, 1), (1.0, 1), (1.2, 2), (60.0, 60)])
def test_a_close_says_in_whole_seconds_when_to_come_back(wait_s, said):
    assert enums.retry_reason(wait_s) == f"retry_after={said}"
