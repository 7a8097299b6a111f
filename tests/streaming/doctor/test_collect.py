from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from streaming.doctor import collect
from streaming.domain import doctor
from streaming.domain.doctor import Check, Fact
from streaming.network import certificates, stun
from streaming.supervision.instance import only_one

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(VAR_DIR=tmp_path):
        yield tmp_path


def facts(**chosen: object) -> dict[Check, Fact]:
    with override_settings(SKYSENTRY=chosen):
        return {fact.check: fact for fact in collect.server_facts(is_server=False)}


def test_a_server_that_does_not_run_is_said_to(folder: Path) -> None:
    found = facts()
    assert found[Check.SERVING] == doctor.Serving(False)
    assert found[Check.DATABASE] == doctor.Database("SQLite")
    assert Check.CERTIFICATE not in found
    assert not [fact for fact in found.values() if isinstance(fact, doctor.NoAnswer)]


def test_a_port_of_the_running_server_that_takes_nobody_is_found(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as open_one:
        port = open_one.getsockname()[1]
        with only_one(folder / "serve.lock", [f"http://127.0.0.1:{port}"]):
            assert facts(API_PORT=port)[Check.SERVING] == doctor.Serving(True, [port], [])
        open_one.close()
        with only_one(folder / "serve.lock", [f"http://127.0.0.1:{port}"]):
            assert facts(API_PORT=port)[Check.SERVING] == doctor.Serving(True, [port], [port])


def test_other_ports_on_the_command_line_of_serve_are_no_problem(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as open_one:
        port = open_one.getsockname()[1]
        with only_one(folder / "serve.lock", [f"http://127.0.0.1:{port}"]):
            assert facts(API_PORT=1)[Check.SERVING] == doctor.Serving(True, [port], [])


def test_addresses_of_the_running_server_are_told_apart(folder: Path) -> None:
    urls = ["http://127.0.0.1:1", "http://127.0.0.2:1", "https://[::1]:1"]
    with only_one(folder / "serve.lock", urls):
        assert facts(API_PORT=1024)[Check.ADDRESSES] == doctor.Addresses([], [], False)


def test_a_certificate_has_its_days(folder: Path) -> None:
    assert facts(TLS=True)[Check.CERTIFICATE] == doctor.Certificate(None)
    certificates.ensure(folder, ["localhost"])
    fact = facts(TLS=True)[Check.CERTIFICATE]
    assert isinstance(fact, doctor.Certificate)
    assert fact.days_left in (394, 395, 396)


def test_taken_udp_ports_are_counted() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("", 0))
        port = taken.getsockname()[1]
        fact = facts(UDP_PORTS=f"{port}-{port}")[Check.UDP_PORTS]
    assert fact == doctor.UdpPorts(1, 0)


def test_silent_stun_servers_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stun, "answers", lambda url, timeout_s: "good" in url)
    servers = [{"urls": ["stun:good.example", "stun:bad.example"]}, {"urls": "turn:good.example"}]
    found = facts(ICE_SERVERS=servers)[Check.ICE_SERVERS]
    assert found == doctor.IceServers(3, ["stun:bad.example"])


def test_redis_and_processes_are_asked_where_there_is_an_address(valkey: object) -> None:
    with override_settings(REDIS_URL="redis://somewhere"):
        found = facts()
    redis = found[Check.REDIS]
    assert isinstance(redis, doctor.Redis)
    assert redis.name == "Valkey"
    assert found[Check.PROCESSES] == doctor.Processes(0, 0, 0.0)


def test_a_question_that_hangs_or_fails_holds_up_none_of_the_others() -> None:
    def fail() -> Fact:
        raise ValueError("secret")

    def hang() -> None:
        time.sleep(0.3)

    questions = {
        Check.DISK: lambda: doctor.Disk(1),
        Check.REDIS: hang,
        Check.DATABASE: fail,
        Check.UDP_PORTS: lambda: None,
    }
    began_s = time.monotonic()
    answers = collect.ask(questions, within_s=0.1)
    assert time.monotonic() - began_s < 0.3
    assert answers == [
        doctor.Disk(1),
        doctor.NoAnswer(Check.REDIS, "TimeoutError"),
        doctor.NoAnswer(Check.DATABASE, "ValueError"),
    ]
