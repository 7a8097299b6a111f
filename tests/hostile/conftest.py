from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import pytest

from tests.chaos.system import Owner
from tests.e2e.system import System
from tests.hostile.stand import TOLD_S, Stand
from tests.hostile.witness import witness

#: The cameras of every system here: the witness's, and one for the attackers.
CAMERAS = """
from cameras.models import Camera
from cameras.users import User
owner = User.objects.get()
for slug in ("witness", "target"):
    Camera.objects.create(name=slug, slug=slug, owner=owner, width=320, height=240, frame_rate=15)
"""


@pytest.fixture(scope="module")
def environ() -> dict[str, str]:
    """Variables of the system's environment, such as lower limits: a module overrides it."""
    return {}


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str]) -> Iterator[Stand]:
    """A running system, its owner, and a witness of what attacks do to others."""
    if sys.platform != "linux":
        pytest.skip("What a process holds is asked by /proc.")
    system = System(tmp_path_factory.mktemp("var"))
    system.env |= environ
    with system:
        owner = Owner(system)
        system.run(CAMERAS)
        key = owner.publish_key("witness")
        with witness(system.url, "witness", key, owner.cookies) as seeing:
            # Until its processes tell what they hold with the witness there.
            time.sleep(TOLD_S)
            yield Stand(system, owner, seeing)
