from __future__ import annotations

import asyncio
import errno
import logging
import os
import resource

logger = logging.getLogger(__name__)

_LOOK_EVERY_S = 1.0
_SAY_EVERY_S = 60.0


async def watch() -> None:
    """Log that this process can open no further file, once a minute at most, for ever.

    Servers drop new connections then, and not every one says so.
    """
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        if not _is_one_left():
            allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
            logger.error("All %d files that the system allows are open: others must wait", allowed)
            await asyncio.sleep(_SAY_EVERY_S)


def _is_one_left() -> bool:
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            return False
        raise
    return True
