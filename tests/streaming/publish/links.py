from __future__ import annotations

import asyncio


class Wire:
    """A link on which nothing comes; it is open if it is to be."""

    is_open = True

    def __init__(self, intake, on_closed):
        self.is_closed = False

    async def opened(self):
        if not self.is_open:
            await asyncio.Event().wait()

    def send_control(self, text):
        pass

    def detach(self):
        pass

    async def close(self):
        self.is_closed = True


async def tell_nobody(publication, reason):
    pass
