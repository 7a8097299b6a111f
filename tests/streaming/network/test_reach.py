from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.test import override_settings

from streaming.network.reach import reach


def test_it_is_what_this_machine_is_in():
    found = reach()
    assert ip_address("127.0.0.1") in found.own_addresses
    assert ip_network("127.0.0.0/8") in found.own_networks
    assert not found.named


def test_it_is_what_the_operator_names():
    with override_settings(SKYSENTRY={"PULL_NETWORKS": "10.0.0.0/8, 127.0.0.1"}):
        assert reach().named == (ip_network("10.0.0.0/8"), ip_network("127.0.0.1/32"))
