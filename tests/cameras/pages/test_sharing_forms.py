from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cameras.models import CameraGroup, Grant, Role
from cameras.pages.sharing_forms import LinkForm, ShareForm


@pytest.mark.parametrize(("hours", "life"), [("", None), ("0", None), ("24", timedelta(days=1))])
def test_a_link_ends_when_it_was_said(camera, owner, hours, life):
    form = LinkForm({"hours": hours})
    assert form.is_valid()
    link, _ = form.issue(owner, camera=camera)
    if life is None:
        assert link.expires is None
    else:
        assert abs(timezone.now() + life - link.expires) < timedelta(minutes=1)


def test_sites_are_said_a_line_each():
    form = LinkForm({"origins": "https://a.example\n\n https://B.example/ "})
    assert form.is_valid()
    assert form.cleaned_data["origins"] == ["https://a.example", "https://b.example"]
    assert not LinkForm({"origins": "http://a.example"}).is_valid()


def test_sharing_again_gives_another_role(camera, owner, stranger):
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    for what, role in ((camera, Role.WATCH), (group, Role.WATCH), (camera, Role.MANAGE)):
        form = ShareForm(what, {"share-username": "sam", "share-role": role})
        assert form.is_valid()
        form.save()
    assert [(grant.what, grant.role) for grant in Grant.objects.order_by("pk")] == [
        (camera, Role.MANAGE),
        (group, Role.WATCH),
    ]
