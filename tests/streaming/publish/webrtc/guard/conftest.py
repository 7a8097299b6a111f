from __future__ import annotations

import pytest

from tests.streaming.publish.webrtc.guard.attacker import Attacker
from tests.streaming.publish.webrtc.session import Refusals, Session


@pytest.fixture
def attacker(session: Session, refusals: Refusals) -> Attacker:
    return Attacker(session, refusals)
