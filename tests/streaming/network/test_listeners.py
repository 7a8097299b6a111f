from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from streaming.network import listeners
from tests.processes import free_port

Bind = Callable[[str, int, int], list[socket.socket]]


@pytest.fixture
def bind() -> Iterator[Bind]:
    with ExitStack() as stack:

        def bind(host: str, port: int, count: int) -> list[socket.socket]:
            return [stack.enter_context(one) for one in listeners.bind(host, port, count)]

        yield bind


def accepted(listener: socket.socket) -> bool:
    """Whether a connection waits there."""
    listener.setblocking(False)
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def test_every_process_gets_a_listener_on_the_same_port(bind: Bind) -> None:
    port = free_port()
    sockets = bind("127.0.0.1", port, 3)
    assert [listener.getsockname() for listener in sockets] == [("127.0.0.1", port)] * 3


def test_connections_are_spread_and_wait_for_their_process(bind: Bind) -> None:
    port = free_port()
    sockets = bind("127.0.0.1", port, 2)
    for _ in range(50):
        socket.create_connection(("127.0.0.1", port)).close()
    assert all(map(accepted, sockets))


@pytest.mark.skipif(
    not hasattr(socket, "TCP_NOTSENT_LOWAT"), reason="this platform cannot limit it"
)
def test_little_is_buffered_for_a_slow_viewer(bind: Bind) -> None:
    port = free_port()
    (listener,) = bind("127.0.0.1", port, 1)
    with socket.create_connection(("127.0.0.1", port)), listener.accept()[0] as viewer:
        assert viewer.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == 65_536


def test_a_second_instance_is_refused(bind: Bind) -> None:
    port = free_port()
    bind("127.0.0.1", port, 2)
    with pytest.raises(listeners.ListenError, match=rf"Port {port} .* in use.*--port"):
        bind("127.0.0.1", port, 2)


def test_an_instance_on_all_addresses_is_noticed_as_well(bind: Bind) -> None:
    port = free_port()
    bind("0.0.0.0", port, 1)
    with pytest.raises(listeners.ListenError, match="in use"):
        bind("127.0.0.1", port, 1)


def test_a_port_that_was_just_left_is_free(bind: Bind) -> None:
    port = free_port()
    (listener,) = bind("127.0.0.1", port, 1)
    with socket.create_connection(("127.0.0.1", port)):
        # The side that closes first keeps the address for a minute.
        listener.accept()[0].close()
    listener.close()
    assert bind("127.0.0.1", port, 1)


@pytest.mark.parametrize("host", ["192.0.2.77", "no-such-name.invalid", "not an address"])
def test_an_address_that_is_not_ours_is_refused(bind: Bind, host: str) -> None:
    with pytest.raises(listeners.ListenError, match=f"Cannot listen on {host}: .*--host"):
        bind(host, free_port(), 1)


def test_a_port_for_the_privileged_is_explained(
    bind: Bind, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(listeners.ListenError, match="Port 80 needs more rights"):
        bind("127.0.0.1", 80, 1)


def test_localhost_is_the_ipv4_address(bind: Bind) -> None:
    (listener,) = bind("localhost", free_port(), 1)
    assert listener.family is socket.AF_INET


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_ipv6_addresses_work_as_well(bind: Bind) -> None:
    port = free_port()
    (listener,) = bind("::1", port, 1)
    with socket.create_connection(("::1", port)):
        listener.accept()[0].close()
    with pytest.raises(listeners.ListenError, match="in use"):
        bind("::1", port, 1)
