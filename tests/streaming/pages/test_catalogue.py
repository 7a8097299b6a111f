from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from streaming.pages import catalogue


async def test_a_browser_keeps_the_texts_of_scripts_for_itself(async_client):
    response = await async_client.get(catalogue.address())
    assert b"gettext" in response.content
    assert response.headers["Cache-Control"] == "max-age=31536000, private, immutable"


async def test_at_another_address_they_are_asked_for_again(async_client):
    response = await async_client.get("/jsi18n/?v=0123456789ab")
    assert "immutable" not in response.headers["Cache-Control"]


def test_each_language_has_its_own_address():
    with override("en"):
        english = catalogue.address()
    with override("de"):
        assert catalogue.address() != english


def page_of(client, path="/", **headers):
    return client.get(path, headers=headers).content.decode()


def language_of(page):
    [language] = re.findall(r'<html lang="([^"]+)">', page)
    return language


def test_a_page_its_scripts_and_its_menu_are_in_the_browsers_language(client, camera):
    page = page_of(client, accept_language="de-AT,de;q=0.9")
    assert language_of(page) == "de"
    assert "Zum Inhalt springen" in page
    [texts] = re.findall(r'src="(/jsi18n/[^"]+)"', page)
    response = client.get(texts, headers={"accept-language": "de-AT,de;q=0.9"})
    assert "Verbindung verloren" in response.content.decode()
    assert "immutable" in response.headers["Cache-Control"]
    assert re.findall(r'name="language" value="(\w+)" lang="\w+"( aria-current)?', page) == [
        ("en", ""),
        ("de", " aria-current"),
    ]


def test_a_language_that_was_chosen_is_kept(client, camera):
    chosen = client.post(reverse("language"), {"language": "de", "next": "/?page=2"})
    assert chosen.headers["Location"] == "/?page=2"
    assert language_of(page_of(client, accept_language="en")) == "de"
    assert client.cookies["django_language"]["max-age"] == 400 * 24 * 3600
    client.post(reverse("language"), {"language": "en"})
    assert language_of(page_of(client, accept_language="de")) == "en"


def test_it_is_chosen_for_this_site_alone(client, db):
    chosen = client.post(reverse("language"), {"language": "de", "next": "https://example.org/"})
    assert chosen.headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/400/", "/offline/"])
def test_pages_that_need_nothing_are_in_the_browsers_language_too(client, db, path):
    headers = {
        "accept-language": "de",
        "host": "nobody.example" if path == "/400/" else "testserver",
    }
    assert language_of(page_of(client, path, **headers)) == "de"
