from __future__ import annotations

import json
from dataclasses import asdict, fields
from ipaddress import ip_network

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from streaming import conf
from streaming.conf import Conf, load, variable

STUN = {"urls": "stun:stun.example.org"}
TURN = {
    "urls": ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org"],
    "username": "sky",
    "credential": "secret",
    "credentialType": "password",
}


def test_nothing_needs_to_be_set():
    assert load({}, {}) == Conf()


def test_the_settings_are_taken():
    assert load({"API_PORT": 8080, "HOST": "::"}, {}) == Conf(API_PORT=8080, HOST="::")


def test_the_environment_overrides_the_settings():
    assert load({"WEB": 2, "INGEST": 3}, {"SKYSENTRY_WEB": "4"}) == Conf(WEB=4, INGEST=3)


def test_an_empty_variable_means_the_default():
    given = {"API_PORT": 8080, "WEBSOCKET_PORT": 8001, "HOST": "::", "TLS": True, "WEB": 4}
    assert load(given, {variable(field.name): "" for field in fields(Conf)}) == Conf()


def test_the_settings_of_a_process_are_settings():
    every = Conf(
        WEBSOCKET_PORT=8001,
        SERVER="daphne",
        TLS=True,
        ICE_SERVERS=(STUN, TURN),
        UDP_PORTS=range(50000, 50101),
        ADVERTISED_ADDRESSES=("203.0.113.7", "2001:db8::7"),
        SIGNALING_URL="wss://cameras.example.org",
        PULL_NETWORKS=(ip_network("192.168.1.0/24"), ip_network("fd00::7")),
    )
    assert load(asdict(every), {}) == every
    assert load(asdict(Conf()), {}) == Conf()


def test_other_variables_of_the_environment_are_left_alone():
    others = {"PORT": "99", "SKYSENTRY_PUBLISH_KEY": "sspk_x", "SKYSENTRY_VAR_DIR": "/srv"}
    assert load({}, others) == Conf()


def test_a_variable_that_is_not_known_is_named_with_those_that_are():
    with pytest.raises(
        ImproperlyConfigured, match=r"^SKYSENTRY_PROT is not .*API_PORT.*SKYSENTRY_HOST"
    ):
        load({}, {"SKYSENTRY_PROT": "8000"})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("HOST", "0.0.0.0", "0.0.0.0"),
        ("API_PORT", "65535", 65535),
        ("WEBSOCKET_PORT", "", None),
        ("WEBSOCKET_PORT", "8001", 8001),
        ("STREAMING_PORT", "8002", 8002),
        ("WEB", "64", 64),
        ("INGEST", "1", 1),
        ("SERVER", "daphne", "daphne"),
        ("TLS", "true", True),
        ("TLS", "False", False),
        ("TLS", "yes", True),
        ("TLS", "Off", False),
        ("TLS_PORT", "443", 443),
        ("ICE_SERVERS", '[{"urls": "stun:stun.example.org"}]', (STUN,)),
        ("ICE_SERVERS", json.dumps([TURN, STUN]), (TURN, STUN)),
        ("ICE_SERVERS", "[]", ()),
        ("UDP_PORTS", "", range(0)),
        ("UDP_PORTS", "50000-50100", range(50000, 50101)),
        ("UDP_PORTS", "65535-65535", range(65535, 65536)),
        ("ADVERTISED_ADDRESSES", "", ()),
        ("ADVERTISED_ADDRESSES", "203.0.113.7, 2001:DB8::7", ("203.0.113.7", "2001:db8::7")),
        ("SIGNALING_URL", "", ""),
        ("SIGNALING_URL", "ws://localhost:8000", "ws://localhost:8000"),
        ("SIGNALING_URL", "wss://[2001:db8::7]", "wss://[2001:db8::7]"),
    ],
)
def test_a_text_of_the_environment_is_read(name, text, value):
    assert getattr(load({}, {variable(name): text}), name) == value


def test_every_setting_is_read_from_the_environment():
    for field in fields(Conf):
        name = variable(field.name)
        with pytest.raises(ImproperlyConfigured, match=f"{name} is ' '"):
            load({}, {name: " "})


@pytest.mark.parametrize("value", ["eighty", "0", "65536", "-1", 8000.5, None, float("inf")])
def test_what_is_no_port_is_refused(value):
    with pytest.raises(ImproperlyConfigured, match=r"^API_PORT is .* from 1 to 65535"):
        load({"API_PORT": value}, {})


@pytest.mark.parametrize("name", ["WEB", "INGEST"])
@pytest.mark.parametrize("value", [0, 65])
def test_processes_are_one_to_sixty_four(name, value):
    with pytest.raises(ImproperlyConfigured, match=rf"SKYSENTRY_{name} is {value}; .* 1 to 64"):
        load({name: value}, {})


@pytest.mark.parametrize(
    "value",
    [
        "stun:stun.example.org",
        '"urls"',
        '["urls"]',
        '{"urls": "stun:stun.example.org"}',
        '[{"url": "stun:stun.example.org"}]',
        '[{"urls": "stun:stun.example.org", "user": "sky"}]',
        '[{"urls": "stun.example.org"}]',
        '[{"urls": []}]',
        '[{"urls": 7}]',
        '[{"urls": ["stun:stun.example.org", 7]}]',
        '[{"username": "sky"}]',
        "7",
        "null",
        None,
        STUN,
        ["urls"],
    ],
)
def test_what_is_no_list_of_ice_servers_is_refused_with_an_example(value):
    with pytest.raises(ImproperlyConfigured, match=r"SKYSENTRY_ICE_SERVERS is .* such as \[\{"):
        load({"ICE_SERVERS": value}, {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOST", 7),
        ("TLS", "maybe"),
        ("SERVER", "apache"),
        ("SERVER", ["daphne"]),
        ("SIGNALING_URL", 7),
    ],
)
def test_a_wrong_value_is_refused_by_name(name, value):
    with pytest.raises(ImproperlyConfigured, match=f"SKYSENTRY_{name} is "):
        load({name: value}, {})


def test_a_setting_that_is_not_known_is_named_with_those_that_are():
    with pytest.raises(
        ImproperlyConfigured, match=r"'PROT'. Known: ADVERTISED_ADDRESSES, API_PORT, "
    ):
        load({"PROT": 8000}, {})


def test_a_changed_setting_is_seen_by_the_process():
    with override_settings(SKYSENTRY={"API_PORT": 8001}):
        assert conf.get().API_PORT == 8001
    assert conf.get().API_PORT == Conf().API_PORT


@pytest.mark.parametrize(
    "value",
    [
        "https://cameras.example",
        "cameras.example",
        "wss://",
        "wss://cameras.example/",
        "wss://cameras.example/ws",
        "wss://cameras.example:port",
        "wss://cameras.example; script-src *",
        "wss://user@cameras.example",
    ],
)
def test_a_server_for_signaling_is_an_address_and_nothing_more(value):
    with pytest.raises(ImproperlyConfigured, match=r"^SKYSENTRY_SIGNALING_URL is .* such as wss:"):
        load({"SIGNALING_URL": value}, {})


@pytest.mark.parametrize(
    "value", ["50000", "50100-50000", "80-90", "50000-65536", "50000-", "-50000", "a-b", 7]
)
def test_what_is_no_range_of_ports_is_refused_with_an_example(value):
    with pytest.raises(ImproperlyConfigured, match=r"^SKYSENTRY_UDP_PORTS is .* 50000-50100"):
        load({"UDP_PORTS": value}, {})


@pytest.mark.parametrize("value", ["cameras.example", "203.0.113.7:50000", "203.0.113.7,", 7])
def test_what_is_no_list_of_addresses_is_refused_with_an_example(value):
    with pytest.raises(ImproperlyConfigured, match=r"^SKYSENTRY_ADVERTISED_ADDRESSES is .* 203"):
        load({"ADVERTISED_ADDRESSES": value}, {})
