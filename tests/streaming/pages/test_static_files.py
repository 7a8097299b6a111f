from __future__ import annotations

import gzip

import pytest
from django.templatetags.static import static

from streaming.pages.static_files import version

NAME = "css/base.css"
FOR_GOOD = "max-age=31536000, public, immutable"


@pytest.fixture
def files(settings, tmp_path):
    """A folder that is among the static files."""
    settings.STATICFILES_DIRS = [tmp_path]
    version.cache_clear()
    yield tmp_path
    version.cache_clear()


def test_the_version_changes_with_the_content_of_any_file(files):
    versions = set()
    for content in ("1", "2", "1"):
        (files / "a.js").write_text(content)
        version.cache_clear()
        versions.add(version())
    assert len(versions) == 2


def test_names_are_part_of_the_version(files):
    (files / "a.js").write_text("")
    before = version()
    (files / "a.js").rename(files / "b.js")
    version.cache_clear()
    assert version() != before


def test_who_develops_sees_changes_at_once(settings):
    settings.DEBUG = True
    assert static(NAME) == f"/static/{NAME}"


async def test_browsers_keep_a_file_for_a_year(static_files, async_client):
    response = await async_client.get(static(NAME))
    assert response.headers["Cache-Control"] == FOR_GOOD


async def test_an_older_page_gets_what_there_is_now_but_does_not_keep_it(
    static_files, async_client
):
    response = await async_client.get(f"/static/0123456789ab/{NAME}")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "max-age=5, public"


async def test_a_file_that_is_not_there_is_not_found(static_files, async_client, db):
    response = await async_client.get(static("js/nothing.js"))
    assert response.status_code == 404
    assert "immutable" not in response.headers["Cache-Control"]


async def test_a_file_is_compressed_whole(static_files, async_client):
    response = await async_client.get(static(NAME), headers={"Accept-Encoding": "gzip, br"})
    plain = await async_client.get(static(NAME))
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == plain.content
    assert len(response.content) < len(plain.content) / 2


async def test_a_part_of_a_file_is_that_part(static_files, async_client):
    headers = {"Accept-Encoding": "gzip", "Range": "bytes=0-9"}
    response = await async_client.get(static(NAME), headers=headers)
    assert response.status_code == 206
    assert len(b"".join([piece async for piece in response])) == 10
