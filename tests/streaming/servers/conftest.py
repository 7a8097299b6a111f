from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from streaming.network import certificates
from tests.streaming.servers.child import NAMES, Server, Start
from tests.streaming.supervision.served import trusting


@pytest.fixture(params=["uvicorn", "daphne"])
def start(request: pytest.FixtureRequest) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(
            work: str = "await asyncio.Event().wait()",
            chain: Path | None = None,
            loop: str = "",
            prepare: str = "",
            **env: str,
        ) -> Server:
            server = Server(request.param, work, chain, loop, prepare, env)
            stack.enter_context(server.process)
            stack.callback(server.process.kill)
            return server

        yield start


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    certificates.ensure(tmp_path, NAMES)
    return certificates.chain(tmp_path)


@pytest.fixture
def context(chain: Path) -> ssl.SSLContext:
    return trusting(chain.with_name("authority.crt"))
