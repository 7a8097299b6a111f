from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from streaming.domain.addresses import Reach

HOME = Reach(
    named=(),
    own_networks=[ip_network(each) for each in ("192.168.1.0/24", "127.0.0.0/8", "fe80::/64")],
    own_addresses=[ip_address("192.168.1.5"), ip_address("127.0.0.1")],
)


def named(*networks):
    return Reach([ip_network(each) for each in networks], HOME.own_networks, HOME.own_addresses)


def reaches(reach, address):
    return reach.includes(ip_address(address))


@pytest.mark.parametrize(
    "address", ["192.168.1.20", "8.8.8.8", "2606:4700::1", "::ffff:192.168.1.20"]
)
def test_the_own_network_and_public_addresses_are_reached(address):
    assert reaches(HOME, address)


NEVER = [
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254", "169.254.1.1", "224.0.0.1"),
    *("239.255.255.250", "255.255.255.255", "240.0.0.1", "100.100.100.200", "168.63.129.16"),
    *("::", "::1", "fe80::1", "ff02::1", "fd00:ec2::254", "192.168.1.5", "192.0.0.192"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1", "::127.0.0.1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1"),
]


@pytest.mark.parametrize("reach", [HOME, named("0.0.0.0/0", "::/0"), named("10.0.0.0/8")])
@pytest.mark.parametrize("address", NEVER)
def test_what_is_no_camera_is_never_reached(reach, address):
    assert not reaches(reach, address)


@pytest.mark.parametrize(
    "address", ["10.0.0.7", "192.168.2.20", "172.17.0.2", "fd00::7", "100.64.1.1"]
)
def test_other_private_networks_are_reached_only_when_they_are_named(address):
    assert not reaches(HOME, address)
    assert reaches(named(address), address)
    assert reaches(named("0.0.0.0/0", "::/0"), address)


def test_naming_networks_replaces_the_own_ones():
    assert not reaches(named("10.0.0.0/8"), "192.168.1.20")


@pytest.mark.parametrize(
    ("network", "address"),
    [
        ("127.0.0.1/32", "127.0.0.1"),
        ("127.0.0.0/8", "127.0.0.1"),
        ("169.254.0.0/16", "169.254.7.7"),
        ("192.168.1.5/32", "192.168.1.5"),
        ("::1/128", "::1"),
        ("127.0.0.1/32", "::ffff:127.0.0.1"),
    ],
)
def test_an_operator_may_name_even_these(network, address):
    assert reaches(named(network), address)
