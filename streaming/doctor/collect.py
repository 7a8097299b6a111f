"""What the server knows of itself: each question has its own time, and all are asked at once."""

from __future__ import annotations

import resource
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from streaming import conf
from streaming.api import health
from streaming.backplane.connection import Unavailable
from streaming.backplane.store import store
from streaming.domain import doctor
from streaming.domain.doctor import Check, Fact, NoAnswer
from streaming.network import addresses, certificates, ports, stun
from streaming.supervision.instance import running_urls

#: The whole answer comes within 5 s.
ANSWER_S = 4.0
_CONNECT_S = 1.0
_STUN_S = 2.0
_MAX_URLS = 20
#: For people: more than any process opens.
_INFINITY = 1_048_576

Question = Callable[[], Fact | None]


def server_facts(*, is_server: bool) -> list[Fact]:
    """What can be told of the server, in any order, within ANSWER_S: by one of its processes
    (`is_server`) or by a command, which doesn't know where the Redis is that `serve` brings."""
    chosen = conf.get()
    return ask(
        {
            Check.SERVING: lambda: _serving(chosen, is_server),
            Check.ADDRESSES: lambda: _addresses(chosen),
            Check.CERTIFICATE: lambda: _certificate() if chosen.TLS else None,
            Check.PROCESSES: lambda: _processes() if settings.REDIS_URL else None,
            Check.REDIS: lambda: _redis() if settings.REDIS_URL else None,
            Check.DATABASE: _database,
            Check.DISK: lambda: doctor.Disk(shutil.disk_usage(settings.VAR_DIR).free),
            Check.DESCRIPTORS: lambda: _descriptors(chosen),
            Check.UDP_PORTS: lambda: _udp_ports(chosen.UDP_PORTS),
            Check.ICE_SERVERS: lambda: _ice_servers(chosen),
        }
    )


def ask(questions: Mapping[Check, Question], within_s: float = ANSWER_S) -> list[Fact]:
    """The answers; one that takes too long, or fails, is NoAnswer. None is nothing to tell."""
    until_s = time.monotonic() + within_s
    pool = ThreadPoolExecutor(len(questions), thread_name_prefix="doctor")
    asked = {check: pool.submit(question) for check, question in questions.items()}
    # Who still hangs then goes on in its thread, which ends by the question's own time.
    pool.shutdown(wait=False)
    answers = (_answer(check, future, until_s) for check, future in asked.items())
    return [answer for answer in answers if answer is not None]


def _answer(check: Check, future: Future[Fact | None], until_s: float) -> Fact | None:
    try:
        return future.result(max(0.0, until_s - time.monotonic()))
    except Exception as error:
        # Whatever fails is what was asked for, and the other answers are needed all the more.
        return NoAnswer(check, type(error).__name__)


def _serving(chosen: conf.Conf, is_server: bool) -> Fact:
    urls = running_urls(settings.VAR_DIR / "serve.lock")
    if not urls:
        return doctor.Serving(is_running=is_server)
    found = [_place(url) for url in urls[:_MAX_URLS]]
    # Of a `serve` with other ports on its command line, the settings here tell nothing.
    is_known = is_server or chosen.API_PORT in {port for _, port in found}
    found += [
        (addresses.reachable(chosen.HOST), each.port)
        for each in ports.endpoints(chosen).values()
        if is_known and each.port not in {port for _, port in found}
    ]
    closed = [port for host, port in dict.fromkeys(found) if not _is_open(host, port)]
    return doctor.Serving(True, [port for _, port in found], closed)


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _is_open(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), _CONNECT_S):
            return True
    except OSError:
        return False


def _addresses(chosen: conf.Conf) -> Fact:
    urls = running_urls(settings.VAR_DIR / "serve.lock") or [
        *addresses.lan_urls(chosen.HOST, chosen.API_PORT),
        *(addresses.lan_urls(chosen.TLS_HOST, chosen.TLS_PORT, "https") if chosen.TLS else ()),
    ]
    others = [url for url in urls if not addresses.is_loopback(_place(url)[0])]
    return doctor.Addresses(
        insecure=[url for url in others if url.startswith("http:")],
        secure=[url for url in others if url.startswith("https:")],
        has_proxies=bool(getattr(settings, "TRUSTED_PROXIES", ())),
    )


def _certificate() -> Fact:
    try:
        pem = certificates.chain(settings.VAR_DIR).read_bytes()
        end = x509.load_pem_x509_certificate(pem).not_valid_after_utc
    except (OSError, ValueError):
        return doctor.Certificate(None)
    return doctor.Certificate((end - datetime.now(UTC)).days)


def _processes() -> Fact | None:
    try:
        found = store().processes()
    except Unavailable:
        # That is what the check of Redis says.
        return None
    roles = [each.role for each in found]
    lag_s = max((each.loop_lag_s for each in found), default=0.0)
    return doctor.Processes(roles.count("web"), roles.count("ingest"), lag_s)


def _redis() -> Fact:
    try:
        server = store().server()
        asked_s = time.monotonic()
        store().now_ms()
        round_trip_ms = 1000 * (time.monotonic() - asked_s)
    except Unavailable:
        return doctor.Redis()
    return doctor.Redis(
        server.name,
        server.version,
        round_trip_ms,
        server.memory_bytes,
        server.max_memory_bytes,
        server.policy,
    )


def _database() -> Fact:
    state = health.ask_database()
    name = connection.display_name
    if state != health.OK:
        return doctor.Database(name, state != health.AWAY, is_writable=False)
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    finally:
        connection.close()
    return doctor.Database(name, unapplied=len(plan))


def _descriptors(chosen: conf.Conf) -> Fact:
    # `serve` lets its processes have as many as the system allows.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    is_infinite = most == resource.RLIM_INFINITY
    return doctor.Descriptors(_INFINITY if is_infinite else most, chosen.CONNECTIONS)


def _udp_ports(wanted: range) -> Fact:
    return doctor.UdpPorts(len(wanted), sum(map(_is_free, wanted)))


def _is_free(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as line:
        try:
            line.bind(("", port))
        except OSError:
            return False
    return True


def _ice_servers(chosen: conf.Conf) -> Fact:
    urls = list(_urls(chosen.ICE_SERVERS))[:_MAX_URLS]
    if not urls:
        return doctor.IceServers(0)
    with ThreadPoolExecutor(len(urls), thread_name_prefix="doctor: STUN") as pool:
        answered = list(pool.map(lambda url: stun.answers(url, _STUN_S), urls))
    silent = [url for url, is_there in zip(urls, answered, strict=True) if not is_there]
    return doctor.IceServers(len(urls), silent)


def _urls(servers: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for server in servers:
        urls = server["urls"]
        yield from [urls] if isinstance(urls, str) else urls
