from __future__ import annotations

import pytest
from django.test import RequestFactory

from cameras.pages import links


def test_a_link_leads_to_where_others_find_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().get("/cameras/")
    assert links.link_to(request, "/shared/", "ssl_x") == "http://testserver/shared/#ssl_x"
    monkeypatch.setattr(links, "origin_of", lambda _request: "https://cameras.example")
    assert links.link_to(request, "/shared/", "ssl_x") == "https://cameras.example/shared/#ssl_x"


def test_a_code_is_drawn_of_it() -> None:
    assert links.qr_code("https://cameras.example/shared/#ssl_x").startswith("<svg")
