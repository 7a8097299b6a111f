from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

DOCS = "/api/docs/"


@pytest.fixture
def page(static_files, client, db):
    response = client.get(DOCS)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture(scope="module")
def operations(schema):
    return [operation for path in schema["paths"].values() for operation in path.values()]


def test_the_page_asks_no_other_host_for_anything(page):
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert all(re.match(r"/(?!/)|#", address) for address in addresses)


def test_all_it_needs_comes_from_this_server(page, client):
    needed = re.findall(r'(?:<script[^>]* src|<link[^>]* href)="([^"]+)"', page)
    assert any("swagger-ui-bundle.js" in address for address in needed)
    for address in [*needed, *re.findall(r'data-schema="([^"]+)"', page)]:
        assert client.get(address).status_code == 200, address


def test_the_page_runs_no_script_of_its_own(page):
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert "<style" not in page
    assert not re.search(r" on\w+=", page)


def test_the_schema_is_valid_and_complete(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "api.yaml"))


def test_every_operation_has_a_name_and_words(operations):
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids)) > 10
    assert all(operation["description"] for operation in operations)


def test_every_error_is_documented_as_a_problem(operations):
    for operation in operations:
        errors = {code: of for code, of in operation["responses"].items() if code >= "400"}
        assert {"401", "406", "429"} <= errors.keys()
        for error in errors.values():
            assert list(error["content"]) == ["application/problem+json"]


@pytest.mark.parametrize(
    ("path", "tag", "codes"),
    [
        ("/api/cameras/", "cameras", {"401"}),
        ("/api/cameras/{slug}/", "cameras", {"401", "404"}),
        ("/api/cameras/{slug}/keys/", "keys", {"401", "403", "404"}),
        ("/api/cameras/{slug}/latest.jpg", "live", {"401", "404", "503"}),
        ("/api/cameras/{slug}/stats/", "live", {"401", "404"}),
        ("/api/stats/", "live", {"401"}),
        ("/api/sessions/", "sessions", {"401"}),
        ("/api/tokens/", "tokens", {"401"}),
        ("/metrics", "metrics", {"401", "403"}),
    ],
)
def test_what_is_read_has_a_tag_and_says_who_may_not(schema, path, tag, codes):
    read = schema["paths"][path]["get"]
    assert read["tags"] == [tag]
    assert codes <= read["responses"].keys()
    assert ("403" in read["responses"]) == ("403" in codes)


def test_who_is_told_to_wait_is_told_for_how_long(operations):
    for operation in operations:
        for code in {"429", "503"} & operation["responses"].keys():
            assert "Retry-After" in operation["responses"][code]["headers"]


def test_one_is_told_how_to_authenticate(client):
    response = client.get("/api/schema/", HTTP_ACCEPT="application/json")
    assert "Authorization: Bearer ssat_" in response.json()["info"]["description"]


def test_the_reference_is_in_one_language(client, db):
    german = client.get("/api/schema/", headers={"accept-language": "de"})
    assert german.content == client.get("/api/schema/").content
