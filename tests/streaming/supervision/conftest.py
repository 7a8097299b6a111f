from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.streaming.supervision.served import Serve, Start


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(*options: str, **others: Any) -> Serve:
            # Not in tmp_path: the path of a Unix socket may have about a hundred characters.
            outer = stack.enter_context(tempfile.TemporaryDirectory(prefix="serve-"))
            temporary = Path(outer, "tmp")
            temporary.mkdir()
            serve = Serve(tmp_path, temporary, *options, **others)
            stack.callback(serve.end)
            return serve

        yield start
