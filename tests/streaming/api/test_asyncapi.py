from __future__ import annotations

import pytest

PATH = "/api/asyncapi.json"


def test_whoever_may_read_the_openapi_schema_may_read_it(client, db):
    response = client.get(PATH)
    assert response.status_code == client.get("/api/schema/").status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["asyncapi"] == "3.0.0"


@pytest.mark.parametrize(("secure", "protocol"), [(False, "ws"), (True, "wss")])
def test_the_sockets_are_on_the_server_that_was_asked(client, db, secure, protocol):
    servers = client.get(PATH, secure=secure).json()["servers"]
    assert servers == {
        name: {"host": "testserver", "protocol": protocol} for name in ("publish", "watch")
    }


def test_sockets_with_ports_of_their_own_are_found_there(client, db, settings):
    settings.SKYSENTRY = {"WEBSOCKET_PORT": 8001, "STREAMING_PORT": 8002}
    servers = client.get(PATH, headers={"host": "localhost:8000"}).json()["servers"]
    assert servers == {
        "publish": {"host": "localhost:8001", "protocol": "ws"},
        "watch": {"host": "localhost:8002", "protocol": "ws"},
    }


def test_the_page_of_the_api_leads_to_it(client, db):
    assert f'href="{PATH}"' in client.get("/api/docs/").content.decode()
