"""A Chromium led by the DevTools protocol itself: its hidden tabs are hidden, as a person's are."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.e2e.remote import Remote, RemoteError, launched, remote


class Tab:
    """A tab: as much of Playwright's page as the tests need."""

    def __init__(self, chromium: Remote, target: str, session: str) -> None:
        self._chromium = chromium
        self._target = target
        self._session = session

    async def command(self, method: str, /, **params: Any) -> Any:
        message = {"method": method, "params": params, "sessionId": self._session}
        return await self._chromium.send(message)

    async def evaluate(self, function: str) -> Any:
        """What a JavaScript function of no arguments returns. Raises RemoteError."""
        answer = await self.command(
            "Runtime.evaluate",
            expression=f"({function})()",
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in answer:
            raise RemoteError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    async def come_to_front(self) -> None:
        await self._chromium.command("Target.activateTarget", targetId=self._target)


@asynccontextmanager
async def chromium(path: str, flags: Sequence[str], folder: Path) -> AsyncIterator[Remote]:
    """A Chromium without a window, with a new profile in this folder."""
    command = (
        *(path, "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}"),
        *flags,
    )
    with launched(command, folder / "DevToolsActivePort") as text:
        port, endpoint = text.split()
        async with remote(f"ws://127.0.0.1:{port}{endpoint}") as chromium:
            yield chromium


async def open_tab(chromium: Remote, url: str) -> Tab:
    """A new tab in front of the others."""
    target = (await chromium.command("Target.createTarget", url=url))["targetId"]
    attached = await chromium.command("Target.attachToTarget", targetId=target, flatten=True)
    return Tab(chromium, target, attached["sessionId"])


async def set_cookies(chromium: Remote, cookies: Sequence[Mapping[str, Any]]) -> None:
    """Sign in with the cookies of another browser."""
    await chromium.command("Storage.setCookies", cookies=[*cookies])
