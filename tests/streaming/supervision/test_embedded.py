from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest
import redis
from channels_redis.utils import create_pool

from streaming.supervision import embedded
from tests.processes import PATIENCE_S, standard

FOLDER = "C# projects %20?"


@pytest.mark.system
def test_its_folder_may_be_called_anything() -> None:
    with tempfile.TemporaryDirectory(prefix="sky-") as outer:
        folder = Path(outer, FOLDER)
        folder.mkdir()
        command, pipe = embedded.spec(folder).argv, subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe) as keeper:
            assert standard(keeper.stdout).readline() == b"ready\n"
            with redis.Redis.from_url(embedded.url(folder)) as client:
                assert client.ping()
            keeper.terminate()
            keeper.wait(PATIENCE_S)


def test_channel_layers_find_it_there() -> None:
    pool = create_pool({"address": embedded.url(Path("/tmp", FOLDER))})
    assert pool.connection_kwargs["path"] == f"/tmp/{FOLDER}/redis.sock"
