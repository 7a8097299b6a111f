from __future__ import annotations

from cameras.models import PhoneInvitation
from streaming.management.phone_code import phone_code

ORIGIN = "https://192.168.7.5:8443"


def test_it_is_a_new_invitation_as_a_picture_and_as_a_link(camera, owner):
    sentence, empty, *picture, _, link = phone_code(ORIGIN, camera, owner)
    assert camera.name in sentence
    assert empty == ""
    assert len({len(line) for line in picture}) == 1
    assert link.strip().startswith(f"{ORIGIN}/phone/#ssin_")
    invitation = PhoneInvitation.objects.get()
    assert (invitation.camera, invitation.created_by) == (camera, owner)
