from __future__ import annotations

import ipaddress
import socket

import pytest

from streaming.network import addresses


@pytest.fixture(autouse=True)
def interfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ["127.0.0.1", "::1", "192.168.7.5", "169.254.3.3", "fe80::1", "fd00::5"]
    monkeypatch.setattr(addresses, "_local_addresses", lambda: map(ipaddress.ip_address, found))
    monkeypatch.setattr(socket, "gethostname", lambda: "Garage")


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("garage.lan", "http://garage.lan:80"),
        ("::1", "http://[::1]:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
    ],
)
def test_the_url_is_one_that_this_machine_reaches(host: str, url: str) -> None:
    assert addresses.url(host, 80) == url


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_no_other_device_reaches_a_loopback_address(host: str) -> None:
    assert addresses.lan_urls(host, 80) == []


@pytest.mark.parametrize(
    ("host", "urls"),
    [
        ("192.168.7.5", ["http://192.168.7.5:80"]),
        ("0.0.0.0", ["http://192.168.7.5:80"]),
        ("::", ["http://192.168.7.5:80", "http://[fd00::5]:80"]),
    ],
)
def test_other_devices_reach_the_addresses_of_this_machine(host: str, urls: list[str]) -> None:
    assert addresses.lan_urls(host, 80) == urls


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("192.168.7.5", ["192.168.7.5"]),
        ("fd00::5", ["[fd00::5]"]),
        ("0.0.0.0", ["192.168.7.5", "garage", "garage.local"]),
    ],
)
def test_browsers_may_name_what_is_listened_on_and_nothing_else(
    host: str, allowed: list[str]
) -> None:
    assert addresses.allowed_hosts(host) == allowed


def test_other_devices_reach_them_by_tls_too() -> None:
    assert addresses.lan_urls("0.0.0.0", 8443, "https") == ["https://192.168.7.5:8443"]


@pytest.mark.parametrize(
    ("host", "others"),
    [
        ("0.0.0.0", ["192.168.7.5"]),
        ("::", ["192.168.7.5", "fd00::5"]),
        ("192.168.7.5", ["192.168.7.5"]),
        ("localhost", []),
    ],
)
def test_a_certificate_names_all_by_which_this_machine_is_called(
    host: str, others: list[str]
) -> None:
    here = ["localhost", "127.0.0.1", "::1", "garage", "garage.local"]
    assert addresses.certificate_names(host) == [*here, *others]


def test_the_addresses_of_this_machine_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert ipaddress.ip_address("127.0.0.1") in addresses._local_addresses()


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        *(("localhost", True), ("127.0.0.1", True), ("::1", True), ("[::1]", True)),
        *(("", False), ("192.168.1.5", False), ("cameras.local", False), ("[fe80::1]", False)),
    ],
)
def test_a_loopback_host_is_known_in_each_of_its_forms(host: str, is_one: bool) -> None:
    assert addresses.is_loopback(host) is is_one
