from __future__ import annotations

import pytest

from cameras.models import Source

URL = "/cameras/front-door/source/"
SETTINGS = "/cameras/front-door/settings/"
PASSWORD = "t0p-s3cret"
GIVEN = {
    "action": "save",
    "address": "http://192.168.1.20/live",
    "user": "olga",
    "password": PASSWORD,
    "recording_address": "",
    "every_s": "1",
    "enabled": "on",
}


@pytest.fixture
def staff(owner, client, camera):
    owner.is_staff = True
    owner.save()
    client.force_login(owner)
    return client


def test_an_address_is_set_and_its_password_is_shown_to_nobody(staff):
    answer = staff.post(URL, GIVEN, follow=True)
    assert answer.redirect_chain == [(URL, 302)]
    source = Source.objects.get()
    assert (source.address, source.user, source.password) == (GIVEN["address"], "olga", PASSWORD)
    page = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert GIVEN["address"] in page
    assert PASSWORD not in page


def test_an_empty_password_is_the_one_before(staff):
    staff.post(URL, GIVEN)
    staff.post(URL, {**GIVEN, "password": "", "only_wanted": "on"})
    source = Source.objects.get()
    assert source.only_wanted
    assert source.password == PASSWORD


def test_without_a_user_there_is_no_password(staff):
    staff.post(URL, GIVEN)
    staff.post(URL, {**GIVEN, "user": "", "password": ""})
    assert not Source.objects.get().has_password


def test_a_password_goes_to_no_other_device(staff):
    staff.post(URL, GIVEN)
    answer = staff.post(URL, {**GIVEN, "password": "", "address": "http://192.0.2.66/"})
    assert "Enter the password again" in answer.content.decode()
    assert Source.objects.get().address == GIVEN["address"]


def test_an_address_as_vendors_print_it_is_taken_apart(staff):
    address = f"http://admin:{PASSWORD}@192.168.1.20/live"
    staff.post(URL, {**GIVEN, "address": address, "user": "", "password": ""})
    source = Source.objects.get()
    assert (source.address, source.user, source.password) == (GIVEN["address"], "admin", PASSWORD)


def test_mistakes_are_said_and_the_password_is_not(staff):
    page = staff.post(URL, {**GIVEN, "address": "ftp://x"}).content.decode()
    assert "has to begin with rtsp://" in page
    assert PASSWORD not in page
    assert not Source.objects.exists()


def test_it_is_removed(staff):
    staff.post(URL, GIVEN)
    assert staff.post(URL, {"action": "remove"})["Location"] == SETTINGS
    assert not Source.objects.exists()


def test_who_manages_the_camera_but_may_not_add_sources_sees_none_of_it(owner, client, camera):
    client.force_login(owner)
    assert client.get(URL).status_code == 403
    assert client.post(URL, GIVEN).status_code == 403
    assert URL not in client.get(SETTINGS).content.decode()


def test_settings_lead_to_it(staff):
    assert "Connect an IP camera" in staff.get(SETTINGS).content.decode()
    staff.post(URL, GIVEN)
    page = staff.get(SETTINGS).content.decode()
    assert "The server connects to an IP camera" in page
    assert PASSWORD not in page
