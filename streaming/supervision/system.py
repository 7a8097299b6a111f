"""All processes of one machine, from their start to their end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from pathlib import Path

from django.conf import settings

from streaming.conf import Conf, variable
from streaming.supervision import addresses, certificates, embedded
from streaming.supervision.supervisor import ProcessSpec, Supervisor

#: The settings that `serve` has options for: its processes see what was chosen.
CHOICES = ("HOST", "API_PORT", "WEB", "INGEST", "SERVER", "TLS", "TLS_HOST", "TLS_PORT")
#: The whole system ends within 5 s: 3.5 s for the workers, then this for the embedded server.
EMBEDDED_STOP_S = 1.2


@dataclass(frozen=True, slots=True)
class Demo:
    """A camera without hardware, and the key it publishes with."""

    slug: str
    key: str = field(repr=False)


class System:
    """Web, ingest and demo processes, and the embedded Valkey where there is no REDIS_URL."""

    def __init__(
        self,
        conf: Conf,
        sockets: Sequence[socket.socket],
        secure_sockets: Sequence[socket.socket],
        demo: Demo | None,
    ) -> None:
        self._conf = conf
        self._sockets = sockets
        self._secure_sockets = secure_sockets
        self._demo = demo
        self._valkey = Supervisor()
        self._workers = Supervisor()

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Until Ctrl-C or SIGTERM; a second one ends it at once. Raises StartError."""
        self._obey_signals()
        with tempfile.TemporaryDirectory(prefix="skysentry-") as directory:
            try:
                url = settings.REDIS_URL or await self._start_valkey(Path(directory))
                await self._work(self._environment(url), on_ready)
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

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, end)

    async def _start_valkey(self, directory: Path) -> str:
        await self._valkey.start(embedded.spec(directory))
        return embedded.url(directory)

    def _environment(self, redis_url: str) -> dict[str, str]:
        hosts = [*settings.ALLOWED_HOSTS, *addresses.allowed_hosts(self._conf.HOST)]
        if self._conf.TLS:
            hosts += addresses.allowed_hosts(self._conf.TLS_HOST)
        return {
            **os.environ,
            **{variable(name): str(getattr(self._conf, name)) for name in CHOICES},
            "ALLOWED_HOSTS": ",".join(hosts),
            "REDIS_URL": redis_url,
        }

    async def _work(self, env: Mapping[str, str], on_ready: Callable[[], None]) -> None:
        await self._workers.start(*self._web(env), *self._ingest(env))
        on_ready()
        if self._demo:
            self._workers.keep(self._demo_camera(self._demo, env))
        await asyncio.gather(self._valkey.wait(), self._workers.wait(), self._keep_certificate())

    async def _keep_certificate(self) -> None:
        if self._conf.TLS:
            names = addresses.certificate_names(self._conf.TLS_HOST)
            await certificates.keep(settings.VAR_DIR, names)

    async def _stop(self) -> None:
        # New connections are refused from now on rather than kept waiting.
        for listener in (*self._sockets, *self._secure_sockets):
            listener.close()
        await self._workers.stop()
        await self._valkey.stop(EMBEDDED_STOP_S)

    def _web(self, env: Mapping[str, str]) -> list[ProcessSpec]:
        pairs = zip_longest(self._sockets, self._secure_sockets)
        return [
            self._web_process(number, env, listener, secure)
            for number, (listener, secure) in enumerate(pairs, start=1)
        ]

    def _web_process(
        self,
        number: int,
        env: Mapping[str, str],
        listener: socket.socket,
        secure: socket.socket | None,
    ) -> ProcessSpec:
        options = {"--fd": listener.fileno()}
        if secure is not None:
            options["--tls-fd"] = secure.fileno()
        arguments = chain.from_iterable((name, str(fd)) for name, fd in options.items())
        return ProcessSpec(
            f"web {number}",
            _manage("web", "--server", self._conf.SERVER, *arguments),
            env,
            pass_fds=tuple(options.values()),
        )

    def _ingest(self, env: Mapping[str, str]) -> list[ProcessSpec]:
        return [
            ProcessSpec(f"ingest {number}", _manage("ingest"), env)
            for number in range(1, self._conf.INGEST + 1)
        ]

    def _demo_camera(self, demo: Demo, env: Mapping[str, str]) -> ProcessSpec:
        url = addresses.url(self._conf.HOST, self._conf.API_PORT)
        return ProcessSpec(
            "demo camera",
            _manage("demo_camera", "--url", url, "--slug", demo.slug),
            {**env, "SKYSENTRY_PUBLISH_KEY": demo.key},
        )


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
