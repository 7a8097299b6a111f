from __future__ import annotations

import pytest

from cameras.api.problems import DATABASE_UNAVAILABLE
from cameras.database import RETRY_AFTER_S
from tests.cameras.api.test_problems import is_problem
from tests.outage import database_away, disk_full

pytestmark = pytest.mark.django_db

PAGES = ("/", "/cameras/", "/cameras/front-door/", "/dashboard/", "/nowhere/", "/admin/")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_that_the_database_is_away(client, owner, camera, path, caplog):
    client.force_login(owner)
    client.raise_request_exception = False
    with database_away():
        response = client.get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == str(RETRY_AFTER_S)
    assert "The database is unavailable" in response.text
    assert not caplog.text.count("Traceback")
    assert not [record for record in caplog.records if record.name == "django.request"]


@pytest.mark.parametrize("path", ["/api/cameras/", "/api/tokens/", "/api/sessions/"])
def test_the_api_says_so_as_a_problem(client, owner, path):
    client.force_login(owner)
    with database_away():
        response = client.get(path)
    assert response["Retry-After"] == str(RETRY_AFTER_S)
    is_problem(response, 503, path, DATABASE_UNAVAILABLE.type)


def test_the_page_asks_the_database_nothing(client, owner):
    client.force_login(owner)
    with database_away() as asked:
        client.get("/cameras/")
    assert asked.call_count == 1


def test_what_middleware_could_not_write_is_answered_alike(client, owner, settings, caplog):
    client.force_login(owner)
    client.raise_request_exception = False
    # After the view.
    settings.SESSION_SAVE_EVERY_REQUEST = True
    with disk_full():
        response = client.get("/")
    assert response.status_code == 503
    assert response["Retry-After"] == str(RETRY_AFTER_S)
    assert "Traceback" not in caplog.text


def test_on_a_full_disk_pages_are_shown_and_changes_refused(client, owner, camera):
    client.force_login(owner)
    with disk_full():
        assert client.get("/cameras/").status_code == 200
        hall = {"name": "Hall", "visibility": "private"}
        assert client.post("/cameras/add/", hall).status_code == 503


def test_an_error_of_another_kind_is_one_of_the_server(client, monkeypatch):
    def wall(_request):
        raise ZeroDivisionError

    monkeypatch.setattr("streaming.pages.views.access.watchable_with_rights", wall)
    client.raise_request_exception = False
    assert client.get("/").status_code == 500
