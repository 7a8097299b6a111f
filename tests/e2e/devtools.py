"""A Chromium led by the DevTools protocol itself: its hidden tabs are hidden, as a person's are."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
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


class Chromium:
    """A Chromium without a window, with a profile of its own."""

    def __init__(self, remote: Remote, profile: Path) -> None:
        self._remote = remote
        self._profile = profile

    async def open(self, url: str = "about:blank", first: str = "") -> Tab:
        """A new tab in front of the others; the script `first` runs before its pages' own."""
        target = (await self._remote.command("Target.createTarget", url="about:blank"))["targetId"]
        attached = await self._remote.command(
            "Target.attachToTarget", targetId=target, flatten=True
        )
        tab = Tab(self._remote, target, attached["sessionId"])
        await tab.command("Page.enable")
        await tab.command("Page.addScriptToEvaluateOnNewDocument", source=first)
        await tab.command("Page.navigate", url=url)
        return tab

    async def sign_in(self, cookies: Sequence[Mapping[str, Any]]) -> None:
        """With the cookies of another browser."""
        await self._remote.command("Storage.setCookies", cookies=[*cookies])

    async def permit_camera(self, setting: str, origin: str) -> None:
        """As the visitor says beside the address: "granted", "denied" or "prompt"."""
        await self._remote.command(
            "Browser.setPermission", permission={"name": "camera"}, setting=setting, origin=origin
        )

    @contextmanager
    def without_network(self) -> Iterator[None]:
        """All its sockets fall silent, without a word to anybody, and speak again."""
        listing = subprocess.run(
            ["ps", "-axwwo", "pid=,args="], check=True, text=True, stdout=subprocess.PIPE
        ).stdout
        [pid] = [
            int(line.split(None, 1)[0])
            for line in listing.splitlines()
            if "network.mojom.NetworkService" in line and str(self._profile) in line
        ]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def chromium(path: str, flags: Sequence[str], profile: Path) -> AsyncIterator[Chromium]:
    command = (
        *(path, "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={profile}"),
        *flags,
    )
    with launched(command, profile / "DevToolsActivePort") as text:
        port, endpoint = text.split()
        async with remote(f"ws://127.0.0.1:{port}{endpoint}") as browser:
            yield Chromium(browser, profile)
