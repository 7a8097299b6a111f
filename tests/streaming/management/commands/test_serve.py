from __future__ import annotations

import os
import re
import resource
import signal
import socket
import sqlite3
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection
from websockets.typing import Origin

from streaming import conf
from streaming.management.commands import serve as serve_command
from tests.processes import PATIENCE_S, free_port, is_alive, kill, wait_until
from tests.signing_in import open_link
from tests.streaming.supervision.served import (
    LOST_S,
    START_S,
    STOP_S,
    Serve,
    Start,
    connect,
    ready,
    refusal,
    starting,
    trusting,
)

pytestmark = pytest.mark.system

#: What the server decides of this, tests/streaming/servers/ asks of both each time.
BOTH_SERVERS = pytest.mark.parametrize(
    "server", ["uvicorn", pytest.param("daphne", marks=pytest.mark.faults(seconds=5))]
)


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory, few_files: tuple[int, int]) -> Iterator[Serve]:
    """One that films, whose processes may die. It is not to end."""
    with starting(tmp_path_factory.mktemp("var")) as start:
        serve = ready(start("--demo", is_first=True))
        wait_until(lambda: serve.pids("demo_camera"), START_S)
        yield serve


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def by_https_only(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serve]:
    with starting(tmp_path_factory.mktemp("var")) as start:
        yield ready(start("--server", request.param, HTTPS_ONLY="true"))


def test_it_says_in_few_lines_what_to_do_next(by_https_only: Serve) -> None:
    serve = by_https_only
    assert f"{serve.url}/cameras/my-camera/capture/" in serve.welcome
    assert f"{serve.url}/api/docs/" in serve.welcome
    assert f"{serve.url}/admin/" in serve.welcome
    assert len(serve.welcome.splitlines()) <= 20
    assert "<html" in serve.get()


def test_the_sign_in_link_leads_the_owner_to_the_wall_once(serve: Serve) -> None:
    link = re.search(rf"{serve.url}/sign-in/link/\S+", serve.welcome)
    assert link
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    assert open_link(opener, link[0]) == f"{serve.url}/"
    with opener.open(f"{serve.url}/admin/", timeout=PATIENCE_S) as response:
        assert response.url == f"{serve.url}/admin/"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        open_link(opener, link[0])


def test_a_log_has_no_link_that_signs_anybody_in(superuser: User) -> None:
    chosen = replace(conf.get(), TLS=True)
    urls = ["http://127.0.0.1:8000", "https://192.0.2.7:8443"]
    printed, logged = (
        "\n".join(serve_command._welcome(chosen, urls, superuser, links)) for links in (True, False)
    )
    assert printed.count("/sign-in/link/") == len(urls)
    assert "/sign-in/link/" not in logged
    assert "manage.py signin_link" in logged or "-m django signin_link" in logged
    assert "#" not in logged


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.faults(seconds=5))]
)
def test_a_signal_ends_everything_and_nothing_is_left(start: Start, number: signal.Signals) -> None:
    serve = ready(start("--web", "2", "--demo", "--pull", "1"))
    assert serve.pids("pull")
    serve.process.send_signal(number)
    assert serve.process.wait(STOP_S) == 0
    assert serve.left_behind() == []
    assert "Traceback" not in serve.output


@BOTH_SERVERS
def test_sockets_are_told_that_the_server_restarts(start: Start, server: str) -> None:
    serve = ready(start("--server", server))
    url = f"ws://127.0.0.1:{serve.port}/ws/watch/"
    with connect(url, origin=Origin(serve.url)) as viewer, suppress(ConnectionClosed):
        serve.process.terminate()
        for _ in viewer:
            pass
    assert viewer.close_code in (1001, 1012)


def test_a_second_signal_ends_it_at_once(start: Start) -> None:
    serve = ready(start())
    (ingest,) = serve.pids("ingest")
    os.kill(ingest, signal.SIGSTOP)
    serve.process.send_signal(signal.SIGINT)
    wait_until(lambda: not serve.pids("web"), STOP_S)
    serve.process.send_signal(signal.SIGINT)
    assert serve.process.wait(1.5) == 0
    assert serve.left_behind() == []


def test_a_killed_supervisor_leaves_nothing(start: Start) -> None:
    serve = ready(start("--web", "2", "--demo"))
    serve.process.kill()
    wait_until(lambda: serve.left_behind() == [], LOST_S)


@pytest.mark.parametrize("word", ["web", "ingest", "demo_camera", "keeper.py", "valkey-server"])
def test_a_killed_process_is_replaced(serve: Serve, word: str) -> None:
    wait_until(lambda: serve.pids(word), START_S)
    killed = serve.pids(word)
    kill(*killed)
    wait_until(lambda: set(serve.pids(word)) - set(killed), START_S)
    wait_until(lambda: "ok" in answer(serve), START_S)


@pytest.mark.faults(seconds=14)
def test_a_demo_camera_that_was_frozen_films_again(serve: Serve) -> None:
    wait_until(lambda: films(serve), START_S)
    (demo,) = serve.pids("demo_camera")
    os.kill(demo, signal.SIGSTOP)
    # The server has given its session up by then, and the supervisor has not lost patience yet.
    wait_until(lambda: not films(serve), STOP_S)
    os.kill(demo, signal.SIGCONT)
    wait_until(lambda: films(serve), START_S)
    assert serve.pids("demo_camera") == [demo]


def films(serve: Serve) -> bool:
    return '"state":"live"' in serve.get("/api/cameras/demo/stats/")


def answer(serve: Serve) -> str:
    with suppress(OSError):
        return serve.get("/readyz")
    return ""


def test_a_frozen_process_is_replaced(serve: Serve) -> None:
    wait_until(lambda: "ok" in answer(serve), START_S)
    (frozen,) = serve.pids("ingest")
    os.kill(frozen, signal.SIGSTOP)
    wait_until(lambda: set(serve.pids("ingest")) - {frozen}, START_S)
    assert not is_alive(frozen)


def test_a_session_that_a_crash_left_open_is_closed_by_the_next_start(
    tmp_path: Path, start: Start
) -> None:
    crashed = ready(start("--demo"))
    wait_until(lambda: sessions(tmp_path), START_S)
    crashed.end()
    [(_, ended, reason)] = sessions(tmp_path)
    assert (ended, reason) == (None, "")
    ready(start())
    [(last_seen, ended, reason)] = sessions(tmp_path)
    assert (ended, reason) == (last_seen, "server_stopped")


def sessions(var: Path) -> list[tuple[str, str | None, str]]:
    with closing(sqlite3.connect(var / "skysentry.sqlite3")) as database:
        return database.execute(
            "SELECT last_seen, ended, end_reason FROM cameras_capturesession"
        ).fetchall()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_processes_have_as_many_files_as_the_system_allows(
    serve: Serve, few_files: tuple[int, int]
) -> None:
    # One that has just begun has not asked yet.
    files = {(few_files[1], few_files[1])}
    wait_until(lambda: {files_of(pid) for pid in serve.pids("web|ingest")} == files, START_S)


def files_of(pid: int) -> tuple[int, int]:
    """How many it may open: as it is, and if it asks."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    [soft, hard] = next(line for line in lines if "open files" in line).split()[3:5]
    return int(soft), int(hard)


@pytest.fixture(scope="module")
def few_files() -> Iterator[tuple[int, int]]:
    """So few for a start, and so many for who asks."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    limits = (256, before[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    yield limits
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_requests_wait_for_a_web_process_that_starts_again(serve: Serve) -> None:
    kill(*serve.pids("web"))
    assert "<html" in serve.get()


def test_a_second_start_is_refused_and_told_of_the_first(serve: Serve) -> None:
    with starting(serve.var) as start:
        assert refusal(start()).startswith(
            f"CommandError: SkySentry is already running here: {serve.url} "
            f"(process {serve.process.pid}). Stop it first, or"
        )
    assert "<html" in serve.get()


@pytest.mark.faults(seconds=20)
def test_it_starts_again_where_it_ran_before_without_a_camera_that_was_deleted(
    tmp_path: Path, start: Start
) -> None:
    first = ready(start(is_first=True))
    first.process.terminate()
    first.process.wait(STOP_S)
    with closing(sqlite3.connect(tmp_path / "skysentry.sqlite3")) as database, database:
        database.execute("DELETE FROM cameras_camera")
    second = ready(start())
    assert "database" in first.output
    assert "database" not in second.output
    assert "/capture/" in first.output
    assert "/capture/" not in second.output


def test_a_port_in_use_is_refused(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert (
            refusal(start("--port", str(port)))
            == f"CommandError: Port {port} of 127.0.0.1 is in use. Choose another one with --port."
        )


def test_an_address_of_another_machine_is_refused(start: Start) -> None:
    assert refusal(start("--host", "192.0.2.77")).startswith(
        "CommandError: Cannot listen on 192.0.2.77"
    )


@pytest.mark.parametrize("option", [("--port", "70000"), ("--web", "0"), ("--ingest", "-1")])
def test_a_number_that_makes_no_sense_is_refused(start: Start, option: tuple[str, str]) -> None:
    assert re.fullmatch(
        rf"CommandError: {option[0]} is {option[1]}; it takes a whole number from .*",
        refusal(start(*option)),
    )


@pytest.mark.parametrize(
    ("name", "value"), [("DATABASE_URL", "foo://x"), ("DEBUG", "maybe"), ("LOG_LEVEL", "foo")]
)
def test_a_variable_that_makes_no_sense_is_refused(start: Start, name: str, value: str) -> None:
    assert refusal(start(**{name: value})).startswith(name)


def test_a_setting_that_makes_no_sense_is_refused(start: Start) -> None:
    serve = start(API_PORT="many")
    assert serve.process.wait(START_S) == 1
    assert "API_PORT is 'many'; it takes a whole number" in serve.output
    assert "Traceback" not in serve.output


def test_a_redis_that_does_not_answer_is_refused(start: Start) -> None:
    url = f"redis://:secret@127.0.0.1:{free_port()}/0"
    line = refusal(start(REDIS_URL=url))
    assert line.startswith(
        f"CommandError: REDIS_URL ({url.replace(':secret@', '')}) cannot be used"
    )


def test_a_redis_that_wants_a_password_is_refused(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=demand_password, args=[server], daemon=True).start()
        url = f"redis://127.0.0.1:{server.getsockname()[1]}"
        assert refusal(start(REDIS_URL=url)).startswith(
            f"CommandError: REDIS_URL ({url}) cannot be used: "
        )


def demand_password(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        while connection.recv(4096):
            connection.sendall(b"-NOAUTH Authentication required.\r\n" * 3)


def test_a_database_that_cannot_be_opened_is_refused(start: Start) -> None:
    line = refusal(start(DATABASE_URL="sqlite:////nowhere/skysentry.sqlite3"))
    assert line == "CommandError: The database cannot be used: unable to open database file"


def test_on_all_addresses_it_answers_to_those_and_no_other_name(start: Start) -> None:
    serve = ready(start("--host", "0.0.0.0", ALLOWED_HOSTS="other.example, cameras.example"))
    assert len(serve.output.splitlines()) <= 20
    assert "<html" in serve.get(Host=socket.gethostname().lower())
    assert "<html" in serve.get(Host="cameras.example")
    with pytest.raises(urllib.error.HTTPError, match="400"):
        serve.get(Host="somebody.example")


@BOTH_SERVERS
def test_with_tls_other_devices_find_it_too(tmp_path: Path, start: Start, server: str) -> None:
    port = free_port()
    serve = ready(start("--tls", "--tls-port", str(port), "--server", server))
    context = trusting(tmp_path / "tls" / "authority.crt")
    for name in ("127.0.0.1", "localhost", socket.gethostname().lower()):
        url = f"https://{name}:{port}"
        with urllib.request.urlopen(f"{url}/", timeout=PATIENCE_S, context=context) as response:
            assert "<html" in response.read().decode()
        with connect(f"wss{url[5:]}/ws/watch/", origin=Origin(url), ssl=context):
            pass
        # Another server of the same machine.
        with pytest.raises(InvalidStatus, match="403"):
            connect(f"wss{url[5:]}/ws/watch/", origin=Origin(serve.url), ssl=context)
    assert "<html" in serve.get()
    assert "/trust/" in serve.output
    assert re.search(rf"https://\S+:{port}/phone/#ssin_", serve.output)


def test_an_address_of_another_machine_is_refused_for_tls(start: Start) -> None:
    assert re.match(
        "CommandError: Cannot listen on 192.0.2.77: .*--tls-host",
        refusal(start("--tls", "--tls-host", "192.0.2.77")),
    )


def test_a_damaged_authority_is_told_of(tmp_path: Path, start: Start) -> None:
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "authority.key").write_text("nonsense")
    assert re.match(
        "CommandError: The local certificate authority .* Delete ", refusal(start("--tls"))
    )


BY_HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_a_trusted_proxy_says_that_a_page_came_by_https(start: Start, server: str) -> None:
    serve = ready(start("--server", server, TRUSTED_PROXIES="127.0.0.1", HTTPS_ONLY="true"))
    assert promises_https(serve)
    with connect_by_https(serve) as viewer:
        assert viewer.response


def test_nobody_else_can_say_so(by_https_only: Serve) -> None:
    assert not promises_https(by_https_only)
    with pytest.raises(InvalidStatus, match="403"):
        connect_by_https(by_https_only)


def promises_https(serve: Serve) -> bool:
    request = urllib.request.Request(serve.url, headers=BY_HTTPS)
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
        return "Strict-Transport-Security" in response.headers


def connect_by_https(serve: Serve) -> ClientConnection:
    return connect(
        f"ws://127.0.0.1:{serve.port}/ws/watch/",
        origin=Origin(f"https://127.0.0.1:{serve.port}"),
        additional_headers=BY_HTTPS,
    )
