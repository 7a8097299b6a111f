from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.streaming.supervision.served import Serve, Start


@contextmanager
def starting(folder: Path) -> Iterator[Start]:
    """Starts one `serve` or several with this folder, and ends them."""
    with ExitStack() as stack:

        def start(*options: str, **others: Any) -> Serve:
            # Not in `folder`: the path of a Unix socket may have about a hundred characters.
            outer = stack.enter_context(tempfile.TemporaryDirectory(prefix="serve-"))
            temporary = Path(outer, "tmp")
            temporary.mkdir()
            serve = Serve(folder, temporary, *options, **others)
            stack.callback(serve.end)
            return serve

        yield start


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with starting(tmp_path) as start:
        yield start
