from __future__ import annotations

import pytest
from django.test import RequestFactory, override_settings
from django.urls import set_script_prefix

from streaming.conf import Conf
from streaming.network import ports

SPLIT = {"WEBSOCKET_PORT": 8001, "STREAMING_PORT": 8002}


@pytest.fixture(autouse=True)
def _hosts(settings):
    settings.ALLOWED_HOSTS = ["camera.example", "[::1]"]


def page(host, **how):
    return RequestFactory().get("/", headers={"host": host}, **how)


def addresses(host, **how):
    """Where a page sends its camera, and where it watches."""
    request = page(host, **how)
    return ports.signaling_url(request), ports.streaming_url(request)


def test_all_is_one_group_unless_said_otherwise():
    web = ports.Endpoint("web", 8000, 8443)
    assert set(ports.endpoints(Conf()).values()) == {web}
    assert set(ports.endpoints(Conf(WEBSOCKET_PORT=8000, STREAMING_PORT=8000)).values()) == {web}


def test_each_port_has_a_group_and_a_port_with_tls():
    assert ports.endpoints(Conf(WEBSOCKET_PORT=8001, STREAMING_PORT=8002)) == {
        "web": ports.Endpoint("web", 8000, 8443),
        "signaling": ports.Endpoint("signaling", 8001, 8444),
        "streaming": ports.Endpoint("streaming", 8002, 8445),
    }


def test_roles_may_share_a_port():
    endpoints = ports.endpoints(Conf(WEBSOCKET_PORT=8001, STREAMING_PORT=8001))
    assert (
        endpoints["signaling"] == endpoints["streaming"] == ports.Endpoint("signaling", 8001, 8444)
    )
    assert ports.endpoints(Conf(STREAMING_PORT=8002))["streaming"].tls_port == 8444


def test_on_one_port_a_page_speaks_to_its_own_server():
    assert addresses("camera.example:8000") == ("", "")


@override_settings(SKYSENTRY=SPLIT)
@pytest.mark.parametrize(
    ("host", "signaling", "streaming"),
    [
        ("camera.example:8000", "ws://camera.example:8001", "ws://camera.example:8002"),
        ("[::1]:8000", "ws://[::1]:8001", "ws://[::1]:8002"),
        ("camera.example:8001", "", "ws://camera.example:8002"),
        ("camera.example:8002", "ws://camera.example:8001", ""),
    ],
)
def test_a_page_speaks_to_the_other_ports_of_its_host(host, signaling, streaming):
    assert addresses(host) == (signaling, streaming)


@override_settings(SKYSENTRY={**SPLIT, "TLS": True})
def test_a_secure_page_speaks_to_the_ports_with_tls():
    found = addresses("camera.example:8443", secure=True)
    assert found == ("wss://camera.example:8444", "wss://camera.example:8445")


@override_settings(SKYSENTRY=SPLIT)
@pytest.mark.parametrize(
    ("host", "how"),
    [
        ("camera.example", {"secure": True}),
        ("camera.example:8443", {"secure": True}),
        ("camera.example", {}),
        ("camera.example:9000", {}),
    ],
)
def test_behind_a_proxy_a_page_speaks_to_its_own_server(host, how):
    assert addresses(host, **how) == ("", "")


@override_settings(SKYSENTRY={**SPLIT, "SIGNALING_URL": "wss://cameras.example"})
def test_another_server_for_cameras_comes_first():
    assert ports.signaling_url(page("camera.example:8000")) == "wss://cameras.example"
    assert ports.socket_urls(page("camera.example:8000")) == [
        "wss://cameras.example",
        "ws://camera.example:8002",
    ]


@override_settings(SKYSENTRY=SPLIT)
def test_a_host_that_is_not_ours_is_named_to_nobody():
    assert ports.socket_urls(page("evil.example:8000")) == []


@override_settings(SKYSENTRY={**SPLIT, "API_PORT": 80})
def test_the_usual_port_is_not_said():
    assert addresses("camera.example") == ("ws://camera.example:8001", "ws://camera.example:8002")
    assert "http://camera.example" in ports.page_origins("http", "camera.example:8001")


@pytest.fixture
def _below_a_path():
    set_script_prefix("/cams/")
    yield
    set_script_prefix("/")


@pytest.mark.usefixtures("_below_a_path")
def test_below_a_path_sockets_are_there_too():
    request = page("camera.example:8000")
    assert ports.watch_socket(request) == "/cams/ws/watch/"
    assert ports.publish_sockets(request) == "/cams/ws/publish/"


@pytest.mark.usefixtures("_below_a_path")
@override_settings(SKYSENTRY={"SIGNALING_URL": "wss://cameras.example"})
def test_another_server_is_below_no_path_of_ours():
    request = page("camera.example:8000")
    assert ports.publish_sockets(request) == "wss://cameras.example/ws/publish/"
