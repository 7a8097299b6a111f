"""A real system whose cameras come over a `UdpRelay`, and who speaks with it without a browser."""

from __future__ import annotations

import json
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from aioice.ice import get_host_addresses

from tests.chaos.network import Network
from tests.chaos.udp import UdpRelay, free_ports
from tests.e2e.system import System
from tests.signing_in import open_link

#: Linux has it without asking; the server itself has the same ports at its other addresses.
RELAY_ADDRESS = "127.0.0.2"


class RelayedSystem(System):
    """`serve` that tells cameras to come to the relay."""

    def __init__(self, var: Path, server: str = "uvicorn", *options: str) -> None:
        super().__init__(var, server, *options)
        self._ports = free_ports(RELAY_ADDRESS, 20)
        self.env["SKYSENTRY_UDP_PORTS"] = f"{self._ports[0]}-{self._ports[-1]}"
        self.env["SKYSENTRY_ADVERTISED_ADDRESSES"] = RELAY_ADDRESS

    def relay(self, network: Network) -> UdpRelay:
        return UdpRelay(
            network,
            address=RELAY_ADDRESS,
            ports=self._ports,
            server=get_host_addresses(use_ipv4=True, use_ipv6=False)[0],
        )


class Owner:
    """The owner, signed in by the link, which works once."""

    def __init__(self, system: System) -> None:
        self._jar = CookieJar()
        self._url = system.url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        open_link(self._opener, system.sign_in_link)

    @property
    def cookies(self) -> str:
        """As a Cookie header has them."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._jar)

    def publish_key(self, slug: str) -> str:
        """A new key for this camera."""
        [token] = [cookie.value for cookie in self._jar if cookie.name.startswith("csrftoken")]
        request = urllib.request.Request(
            f"{self._url}/api/cameras/{slug}/keys/",
            json.dumps({"name": "Relayed"}).encode(),
            {"Content-Type": "application/json", "X-CSRFToken": token or ""},
        )
        with self._opener.open(request) as response:
            secret: str = json.load(response)["secret"]
            return secret
