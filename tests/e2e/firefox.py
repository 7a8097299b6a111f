"""A Firefox led by WebDriver BiDi."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.e2e.remote import Remote, RemoteError, launched, remote

PATH = shutil.which("firefox-esr") or shutil.which("firefox")

PREFERENCES: Mapping[str, str | bool | int] = {
    # A camera that needs neither a device nor a question.
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    # A machine whose only network is its own finds itself.
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    # Pages may move without ever having been touched.
    "media.autoplay.default": 0,
    # Talks to nobody but us.
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
}


class FirefoxPage:
    """A tab: as much of Playwright's page as the tests need."""

    def __init__(self, firefox: Remote, context: str) -> None:
        self._firefox = firefox
        self._context = context

    async def goto(self, url: str) -> None:
        await self._firefox.command(
            "browsingContext.navigate", context=self._context, url=url, wait="complete"
        )

    async def evaluate(self, function: str) -> Any:
        """What a JavaScript function of no arguments returns. Raises RemoteError."""
        answer = await self._firefox.command(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({function})()))()",
            target={"context": self._context},
            awaitPromise=True,
            # As if a person had touched the page.
            userActivation=True,
        )
        if answer["type"] == "exception":
            raise RemoteError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"].get("value", "null"))


@asynccontextmanager
async def firefox(
    profile: Path, preferences: Mapping[str, str | bool | int] = PREFERENCES
) -> AsyncIterator[Remote]:
    """A Firefox without windows, with a new profile."""
    assert PATH
    lines = [
        f"user_pref({json.dumps(name)}, {json.dumps(value)});"
        for name, value in preferences.items()
    ]
    (profile / "user.js").write_text("\n".join(lines))
    command = (PATH, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0")
    with launched(command, profile / "WebDriverBiDiServer.json") as text:
        address = json.loads(text)
        url = f"ws://{address['ws_host']}:{address['ws_port']}/session"
        async with remote(url) as firefox:
            await firefox.command("session.new", capabilities={})
            yield firefox


async def new_page(firefox: Remote) -> FirefoxPage:
    answer = await firefox.command("browsingContext.create", type="window")
    return FirefoxPage(firefox, answer["context"])


async def set_cookies(firefox: Remote, cookies: Sequence[Mapping[str, Any]]) -> None:
    """Sign in with the cookies of another browser."""
    for cookie in cookies:
        await firefox.command(
            "storage.setCookie",
            cookie={
                "name": cookie["name"],
                "value": {"type": "string", "value": cookie["value"]},
                "domain": cookie["domain"],
                "path": cookie["path"],
            },
        )
