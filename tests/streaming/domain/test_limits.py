from __future__ import annotations

from dataclasses import fields

from streaming.domain.limits import Limit
from streaming.limits import Limits

#: Bounds of the protocol and of connections, which no setting changes.
FIXED = {Limit.BAD_MESSAGES, Limit.CONNECTION_WORK}


def test_what_is_refused_by_a_setting_is_called_as_it():
    settings = {each.name.lower() for each in fields(Limits)}
    assert set(Limit) - FIXED <= settings
