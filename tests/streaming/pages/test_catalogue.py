from __future__ import annotations

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
