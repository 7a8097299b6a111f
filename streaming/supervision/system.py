"""All processes of one machine, from their start to their end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from django.conf import settings

from cameras.errors import reason_of
from streaming.conf import Conf, variable
from streaming.network import addresses, certificates, ports
from streaming.network.listeners import Listeners
from streaming.supervision import embedded
from streaming.supervision.life import ProcessSpec
from streaming.supervision.supervisor import StartError, Supervisor

logger = logging.getLogger(__name__)

#: The settings that `serve` has options for: its processes see what was chosen.
CHOICES = (
    *("HOST", "API_PORT", "WEBSOCKET_PORT", "STREAMING_PORT", "WEB", "INGEST", "PULL", "SERVER"),
    *("TLS", "TLS_HOST", "TLS_PORT"),
)
#: The whole system ends within 5 s: 3.5 s for the workers, then this for the embedded server.
EMBEDDED_STOP_S = 1.2


@dataclass(frozen=True, slots=True)
class Demo:
    """A camera without hardware, and the key it publishes with."""

    slug: str
    key: str = field(repr=False)


class System:
    """Web, ingest, pull and demo processes, and the embedded Valkey where there is no REDIS_URL."""

    def __init__(self, conf: Conf, listeners: Sequence[Listeners], demo: Demo | None) -> None:
        self._conf = conf
        self._listeners = listeners
        self._demo = demo
        self._redis_url = settings.REDIS_URL
        self._renewal = asyncio.Event()
        self._valkey = Supervisor()
        self._workers = Supervisor()

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Until Ctrl-C or SIGTERM; a second one ends it at once. SIGHUP renews the first three.

        Raises StartError.
        """
        self._obey_signals()
        with tempfile.TemporaryDirectory(prefix="skysentry-") as directory:
            try:
                if not self._redis_url:
                    await self._start_valkey(Path(directory))
                await self._work(on_ready)
            except asyncio.CancelledError:
                # Told to end: that is no failure.
                pass
            finally:
                await self._stop()

    def _obey_signals(self) -> None:
        loop = asyncio.get_running_loop()
        running = asyncio.current_task()
        assert running is not None

        def end() -> None:
            if running.cancelling():
                self._workers.kill()
            else:
                running.cancel()

        terminals = [fd for fd in (0, 1, 2) if os.isatty(fd)]

        def renew() -> None:
            # A terminal that was closed says so by the same signal.
            if all(map(os.isatty, terminals)):
                self._renewal.set()
            else:
                end()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, end)
        loop.add_signal_handler(signal.SIGHUP, renew)

    async def _start_valkey(self, directory: Path) -> None:
        await self._valkey.start(embedded.spec(directory))
        self._redis_url = embedded.url(directory)

    def _environment(self) -> dict[str, str]:
        hosts = addresses.allowed_hosts(self._conf.HOST)
        if self._conf.TLS:
            hosts += addresses.allowed_hosts(self._conf.TLS_HOST)
        chosen = {variable(name): getattr(self._conf, name) for name in CHOICES}
        return {
            # They read .env themselves: what it says by then.
            **{k: v for k, v in os.environ.items() if k not in settings.FROM_ENV_FILE},
            **{name: "" if value is None else str(value) for name, value in chosen.items()},
            "SERVE_HOSTS": ",".join(hosts),
            "REDIS_URL": self._redis_url,
        }

    async def _work(self, on_ready: Callable[[], None]) -> None:
        await self._workers.start(*self._specs())
        on_ready()
        if self._demo:
            self._workers.keep(self._demo_camera(self._demo))
        await asyncio.gather(
            self._valkey.wait(), self._workers.wait(), self._keep_certificate(), self._renew()
        )

    async def _renew(self) -> None:
        """One process after the other, each time that it is told to."""
        while True:
            await self._renewal.wait()
            # From here on, being told means once more.
            self._renewal.clear()
            try:
                for spec in self._specs():
                    await self._workers.renew(spec)
            except StartError as error:
                logger.error(
                    "Renewing was given up, and the processes before go on: %s", reason_of(error)
                )
            else:
                logger.info("All processes were renewed")

    async def _keep_certificate(self) -> None:
        if self._conf.TLS:
            names = addresses.certificate_names(self._conf.TLS_HOST)
            await certificates.keep(settings.VAR_DIR, names)

    async def _stop(self) -> None:
        # New connections are refused from now on rather than kept waiting.
        for listeners in self._listeners:
            listeners.close()
        await self._workers.stop()
        await self._valkey.stop(EMBEDDED_STOP_S)

    def _specs(self) -> Iterator[ProcessSpec]:
        env = self._environment()
        for listeners in self._listeners:
            yield self._web(env, listeners)
        for number in range(1, self._conf.INGEST + 1):
            yield ProcessSpec(f"ingest {number}", _manage("ingest"), env)
        for number in range(1, self._conf.PULL + 1):
            yield ProcessSpec(f"pull {number}", _manage("pull"), env)

    def _web(self, env: Mapping[str, str], listeners: Listeners) -> ProcessSpec:
        options = {"--fd": listeners.plain.fileno()}
        if listeners.secure is not None:
            options["--tls-fd"] = listeners.secure.fileno()
        arguments = chain.from_iterable((name, str(fd)) for name, fd in options.items())
        return ProcessSpec(
            listeners.name,
            _manage("web", "--server", self._conf.SERVER, *arguments),
            env,
            pass_fds=tuple(options.values()),
        )

    def _demo_camera(self, demo: Demo) -> ProcessSpec:
        port = ports.endpoints(self._conf)["signaling"].port
        return ProcessSpec(
            "demo camera",
            _manage(
                "demo_camera", "--url", addresses.url(self._conf.HOST, port), "--slug", demo.slug
            ),
            {**self._environment(), "SKYSENTRY_PUBLISH_KEY": demo.key},
        )


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
