from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from cameras.models import PersonInvitation


def test_an_invitation_is_found_by_its_secret_until_it_is_used(owner):
    soon = timezone.now() + timedelta(days=1)
    invitation, secret = PersonInvitation.issue(created_by=owner, name="Anna", expires=soon)
    assert secret.startswith("ssiv_")
    assert PersonInvitation.find(secret) == invitation
    PersonInvitation.objects.update(used=timezone.now())
    assert PersonInvitation.find(secret) is None
