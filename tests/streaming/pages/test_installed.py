from __future__ import annotations

import io
import json

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse
from PIL import Image

from streaming.pages.static_files import version


def opened(name: str) -> Image.Image:
    path = finders.find(name)
    assert path is not None
    return Image.open(path)


def test_the_pages_are_an_app_with_icons_of_the_sizes_they_say(client, db):
    manifest = reverse("manifest")
    assert f'<link rel="manifest" href="{manifest}">' in client.get("/").content.decode()
    response = client.get(manifest)
    assert response.headers["Content-Type"] == "application/manifest+json"
    values = response.json()
    assert (values["start_url"], values["display"]) == ("/", "standalone")
    assert {icon["purpose"] for icon in values["icons"]} == {"any", "maskable"}
    for icon in values["icons"]:
        with opened(icon["src"].removeprefix(f"/static/{version()}/")) as picture:
            assert "{}x{}".format(*picture.size) == icon["sizes"]


def test_a_maskable_icon_has_no_corners_that_a_mask_would_show():
    with opened("img/icon-maskable.png") as picture:
        assert picture.convert("RGBA").getpixel((0, 0)) == (11, 15, 20, 255)


def test_the_offline_page_needs_nobody_to_be_signed_in_nor_a_database(client):
    page = client.get(reverse("offline")).content.decode()
    assert "can't be reached" in page


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_offline_worker_changes_with_the_static_files_and_the_language(client, language):
    response = client.get(reverse("offline-worker"), headers={"accept-language": language})
    assert response.headers["Content-Type"].startswith("text/javascript")
    first = response.content.decode().splitlines()[0]
    offline = json.loads(first.removeprefix("self.offline = ").removesuffix(";"))
    assert (offline["page"], offline["version"]) == ("/offline/", f"{version()}-{language}")
    assert static("css/base.css") in offline["files"]
    assert static("js/pages/offline/main.js") in offline["files"]


def test_browsers_that_read_no_page_find_an_icon(client):
    icon = b"".join(client.get("/favicon.ico").streaming_content)
    assert Image.open(io.BytesIO(icon)).format == "ICO"


def test_search_engines_are_asked_to_stay_away(client):
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize("name", ["manifest", "offline", "offline-worker", "favicon", "robots"])
def test_they_only_answer_questions(client, name):
    assert client.post(reverse(name)).status_code == 405
