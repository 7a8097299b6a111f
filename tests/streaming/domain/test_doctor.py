from __future__ import annotations

from functools import partial

import pytest

from streaming.domain import doctor
from streaming.domain.doctor import Check, Fact, Found, Verdict, findings, worst

GB = 1_000_000_000
redis = partial(doctor.Redis, name="Valkey", version="9.1", memory_bytes=10_000_000)

CASES = [
    (doctor.Serving(True, [8000]), Found.SERVING),
    (doctor.Serving(True), Found.OTHER_SERVER),
    (doctor.Serving(False), Found.NOT_RUNNING),
    (doctor.Serving(True, [8000, 8443], [8443]), Found.PORTS_CLOSED),
    (doctor.Addresses(["http://a"], ["https://a"], False), Found.SECURE_FOR_OTHERS),
    (doctor.Addresses(["http://a"], [], False), Found.INSECURE_FOR_OTHERS),
    (doctor.Addresses(["http://a"], [], True), Found.BEHIND_A_PROXY),
    (doctor.Addresses([], [], False), Found.ONLY_HERE),
    (doctor.Proxy(is_forwarded=False, is_believed=False), Found.NO_PROXY),
    (doctor.Proxy(is_forwarded=True, is_believed=True), Found.PROXY_TRUSTED),
    (doctor.Proxy(is_forwarded=True, is_believed=False), Found.PROXY_NOT_TRUSTED),
    (doctor.Certificate(300), Found.CERTIFICATE_GOOD),
    (doctor.Certificate(20), Found.CERTIFICATE_LATE),
    (doctor.Certificate(-1), Found.CERTIFICATE_EXPIRED),
    (doctor.Certificate(None), Found.CERTIFICATE_MISSING),
    (doctor.Processes(1, 1, 0.01), Found.PROCESSES_GOOD),
    (doctor.Processes(1, 1, 0.8), Found.PROCESSES_SLOW),
    (doctor.Processes(1, 0, 0.01), Found.NO_INGEST),
    (redis(), Found.REDIS_GOOD),
    (redis(round_trip_ms=40.0), Found.REDIS_SLOW),
    (redis(max_memory_bytes=10_500_000), Found.REDIS_FULL),
    (redis(max_memory_bytes=GB, policy="allkeys-lru"), Found.REDIS_EVICTS),
    (redis(policy="allkeys-lru"), Found.REDIS_GOOD),
    (doctor.Redis(), Found.REDIS_AWAY),
    (doctor.Database("SQLite"), Found.DATABASE_GOOD),
    (doctor.Database("SQLite", unapplied=2), Found.DATABASE_OLD),
    (doctor.Database("SQLite", is_writable=False), Found.DATABASE_READ_ONLY),
    (doctor.Database("SQLite", is_there=False), Found.DATABASE_AWAY),
    (doctor.Disk(50 * GB), Found.DISK_GOOD),
    (doctor.Disk(GB // 2), Found.DISK_LOW),
    (doctor.Disk(GB // 100), Found.DISK_FULL),
    (doctor.Descriptors(65_536, 2000), Found.DESCRIPTORS_GOOD),
    (doctor.Descriptors(1024, 2000), Found.DESCRIPTORS_FEW),
    (doctor.UdpPorts(0, 0), Found.UDP_ANY),
    (doctor.UdpPorts(100, 60), Found.UDP_FREE),
    (doctor.UdpPorts(100, 9), Found.UDP_FEW),
    (doctor.UdpPorts(100, 0), Found.UDP_TAKEN),
    (doctor.IceServers(0), Found.ICE_NONE),
    (doctor.IceServers(2), Found.ICE_ANSWER),
    (doctor.IceServers(2, ["turn:a"]), Found.ICE_SILENT),
    (doctor.NoAnswer(Check.DISK, "OSError"), Found.NO_ANSWER),
]


@pytest.mark.parametrize(("fact", "found"), CASES)
def test_each_fact_means_something(fact: Fact, found: Found) -> None:
    finding = fact.finding()
    assert finding.found is found
    assert finding.check is fact.check


def test_everything_that_can_be_found_is_tried() -> None:
    assert {found for _, found in CASES} == set(Found)
    assert {fact.check for fact, _ in CASES} == set(Check)


def test_findings_stand_in_the_order_of_the_checks() -> None:
    facts = [doctor.Disk(50 * GB), doctor.Serving(False), doctor.NoAnswer(Check.REDIS, "")]
    assert [each.check for each in findings(facts)] == [Check.SERVING, Check.REDIS, Check.DISK]


def test_the_worst_counts() -> None:
    good, warning, problem = doctor.Disk(50 * GB), doctor.Serving(False), doctor.Redis()
    assert worst(findings([good])) is Verdict.OK
    assert worst(findings([good, warning])) is Verdict.WARNING
    assert worst(findings([problem, good, warning])) is Verdict.PROBLEM
    assert worst([]) is Verdict.OK


def test_addresses_are_beside_what_is_found_never_in_it() -> None:
    silent = doctor.IceServers(1, ["turn:turn.example.org"]).finding()
    others = doctor.Addresses([], ["https://192.0.2.7:8443"], False).finding()
    assert silent.places == ["turn:turn.example.org"]
    assert others.places == ["https://192.0.2.7:8443"]
    assert "192.0.2.7" not in str(others.values)
    assert "example" not in str(silent.values)
