from __future__ import annotations

from streaming.management.links import sign_in_link


def test_it_signs_in_and_leads_to_the_wall(client, owner):
    link = sign_in_link("https://cameras.example", owner)
    assert link.startswith("https://cameras.example/")
    response = client.get(link.removeprefix("https://cameras.example"))
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(owner.pk)


def test_each_is_another_persons(owner, stranger):
    assert sign_in_link("", owner) != sign_in_link("", stranger)
