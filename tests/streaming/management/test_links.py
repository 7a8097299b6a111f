from __future__ import annotations

from dataclasses import replace

from django.urls import reverse

from streaming import conf
from streaming.management.links import links_to_sign_in, server_urls
from streaming.network import addresses
from tests.cameras.pages.browser import use_link


def test_it_signs_in_and_leads_to_the_wall(client, owner):
    [link] = links_to_sign_in(["https://cameras.example"], owner)
    address, _, secret = link.partition("#")
    assert address == "https://cameras.example" + reverse("sign-in-link")
    assert use_link(client, secret).headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(owner.pk)


def test_each_is_another_persons(owner, stranger):
    assert links_to_sign_in([""], owner) != links_to_sign_in([""], stranger)


def test_at_each_address_it_is_the_same_link(client, owner):
    near, far = links_to_sign_in(["http://127.0.0.1:8000", "https://192.0.2.7:8443"], owner)
    assert near.removeprefix("http://127.0.0.1:8000") == far.removeprefix("https://192.0.2.7:8443")


def test_a_server_is_found_by_this_machine_first_and_then_by_others(monkeypatch):
    others = {"0.0.0.0": ["192.0.2.7"], "127.0.0.1": []}
    monkeypatch.setattr(addresses, "_others", others.__getitem__)
    here = replace(conf.get(), HOST="127.0.0.1", TLS=False)
    assert server_urls(here) == ["http://127.0.0.1:8000"]
    assert server_urls(replace(here, HOST="0.0.0.0", TLS=True)) == [
        "http://127.0.0.1:8000",
        "http://192.0.2.7:8000",
        "https://192.0.2.7:8443",
    ]
