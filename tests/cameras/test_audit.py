from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from cameras import access, audit, sessions
from cameras.audit import Refusal, Visit, Who
from cameras.identity import Identity
from cameras.models import (
    ActorKind,
    ApiToken,
    AuditEvent,
    AuditKind,
    Camera,
    Grant,
    PublishKey,
    Role,
    ShareLink,
    Visibility,
)

pytestmark = pytest.mark.django_db

ADDRESS = "192.0.2.7"


def kinds(**of: object) -> list[str]:
    return [event.kind for event in AuditEvent.objects.filter(**of)]


def visit_of(who: Who, camera: Camera) -> Visit:
    return Visit(uuid.uuid4().hex, camera.pk, who)


@pytest.fixture
def vera(viewer: User) -> Who:
    return Who.of(Identity(viewer.pk, "session"), "vera", ADDRESS)


def watched() -> AuditEvent:
    return AuditEvent.objects.get(kind=AuditKind.WATCHED)


def test_a_visit_is_one_row_from_its_begin_to_its_end(camera: Camera, vera: Who) -> None:
    visit = visit_of(vera, camera)
    audit.write("p1", [visit], [])
    assert watched().is_open
    assert [each.actor for each in audit.watching_now(camera)] == ["vera"]
    visit.ended, visit.publisher = visit.started + timedelta(minutes=3), "olga"
    audit.write("p1", [visit], [])
    row = watched()
    assert (row.actor, row.address, row.camera, row.user_id) == (
        "vera",
        ADDRESS,
        camera,
        vera.identity.user_id,
    )
    assert (row.duration_s, row.details) == (180, {"publisher": "olga"})
    assert not audit.watching_now(camera)


def test_many_visits_cost_a_few_queries(
    camera: Camera, vera: Who, django_assert_max_num_queries
) -> None:
    visits = [visit_of(vera, camera) for _ in range(200)]
    # A statement of SQLite holds some of them.
    with django_assert_max_num_queries(9):
        audit.write("p1", visits, [])
    assert audit.watching_now(camera).count() == 200


def test_what_is_gone_is_named_and_not_referred_to(camera: Camera, vera: Who) -> None:
    visit = visit_of(vera, camera)
    User.objects.get(username="vera").delete()
    camera.delete()
    audit.write("p1", [visit], [])
    assert (watched().actor, watched().user, watched().camera) == ("vera", None, None)


def test_a_token_is_named_beside_its_person(camera: Camera, owner: User) -> None:
    token, _ = ApiToken.issue(user=owner, name="Backup")
    who = Who.of(Identity(owner.pk, token_id=token.pk), "olga", ADDRESS)
    audit.write("p1", [visit_of(who, camera)], [])
    assert (watched().actor, watched().actor_kind) == ("olga (Backup)", ActorKind.TOKEN)


def test_visits_of_a_process_that_died_are_closed(camera: Camera, vera: Who) -> None:
    for process in "dead", "alive":
        audit.write(process, [visit_of(vera, camera)], [])
    long_ago = timezone.now() - timedelta(minutes=5)
    AuditEvent._base_manager.filter(kind=AuditKind.WATCHED).update(last_seen=long_ago)
    audit.keep_alive("alive")
    assert audit.close_abandoned() == 1
    dead = AuditEvent.objects.get(process="dead")
    assert dead.ended == dead.last_seen == long_ago
    assert [each.process for each in audit.watching_now(camera)] == ["alive"]


def test_who_was_refused_is_recorded(camera: Camera, stranger: User) -> None:
    who = Who.of_user(stranger, ADDRESS)
    audit.write("p1", [], [Refusal(who, "front-door", Role.WATCH)])
    row = AuditEvent.objects.get(kind=AuditKind.REFUSED)
    assert (row.actor, row.camera, row.details) == ("sam", camera, {"what": "watch"})
    assert row.ended == row.started


@pytest.mark.parametrize(("address", "wanted"), [("none", Role.WATCH), ("front-door", Role.WATCH)])
def test_nobody_is_refused_what_is_not_there_or_is_theirs(
    camera: Camera, viewer: User, address: str, wanted: Role
) -> None:
    audit.write("p1", [], [Refusal(Who.of_user(viewer), address, wanted)])
    assert not kinds(kind=AuditKind.REFUSED)


def test_a_viewer_is_refused_the_settings(camera: Camera, viewer: User) -> None:
    audit.write("p1", [], [Refusal(Who.of_user(viewer), "front-door", Role.MANAGE)])
    assert kinds(kind=AuditKind.REFUSED)


# Filming


def open_session(camera: Camera, owner: User) -> int:
    session = sessions.open_session(
        camera.pk, Identity(owner.pk), "olga", ADDRESS, "Mozilla", "webrtc"
    )
    return session.pk


def filmed() -> AuditEvent:
    return AuditEvent.objects.for_display().get(kind=AuditKind.FILMED)


def test_filming_takes_its_end_from_the_session(camera: Camera, owner: User) -> None:
    number = open_session(camera, owner)
    assert (filmed().actor, filmed().address, filmed().is_open) == ("olga", ADDRESS, True)
    sessions.close_session(number, "stopped", timezone.now() + timedelta(minutes=1))
    assert not filmed().is_open
    assert filmed().duration_s == pytest.approx(60, abs=1)


def test_it_keeps_the_end_when_the_session_is_deleted(camera: Camera, owner: User) -> None:
    number = open_session(camera, owner)
    sessions.close_session(number, "stopped", timezone.now() + timedelta(minutes=1))
    camera.delete()
    assert filmed().session is None
    assert filmed().duration_s == pytest.approx(60, abs=1)


def test_a_camera_that_never_connected_is_said_to_have_tried(camera: Camera, owner: User) -> None:
    sessions.close_session(open_session(camera, owner), "peer_failed", was_connected=False)
    assert (filmed().session, filmed().details) == (None, {"what": "failed"})
    assert not filmed().is_open


# Keeping


def test_what_is_too_old_is_deleted(camera: Camera, vera: Who) -> None:
    AuditEvent._base_manager.all().delete()
    for days in (1, 8):
        visit = visit_of(vera, camera)
        visit.started -= timedelta(days=days)
        visit.ended = visit.started
        audit.write("p1", [visit], [])
    assert audit.prune(7) == 1
    assert audit.prune(7) == 0
    assert timezone.now() - watched().started < timedelta(days=2)


# Reading


def test_managers_read_of_their_cameras_and_others_of_themselves(
    camera: Camera, owner: User, viewer: User, stranger: User, vera: Who
) -> None:
    AuditEvent._base_manager.all().delete()
    audit.write("p1", [visit_of(vera, camera)], [])
    assert access.auditable(owner).count() == 1
    assert access.auditable(viewer).count() == 1
    assert access.auditable(stranger).count() == 0
    Grant.objects.create(camera=camera, user=stranger, role=Role.MANAGE)
    assert access.auditable(stranger).filter(kind=AuditKind.WATCHED).exists()


def test_who_was_refused_does_not_learn_by_the_log_that_a_camera_is_there(
    camera: Camera, owner: User, viewer: User, stranger: User
) -> None:
    AuditEvent._base_manager.all().delete()
    asked = [(stranger, Role.WATCH), (viewer, Role.MANAGE)]
    refusals = [Refusal(Who.of_user(who), "front-door", role) for who, role in asked]
    audit.write("p1", [], refusals)
    assert access.auditable(owner).count() == 2
    # Who watches it knows of it anyway.
    assert access.auditable(viewer).count() == 1
    assert not access.auditable(stranger).exists()


def test_whoever_may_view_the_log_reads_all(camera: Camera, stranger: User, vera: Who) -> None:
    audit.write("p1", [visit_of(vera, camera)], [])
    stranger.user_permissions.add(Permission.objects.get(codename="view_auditevent"))
    staff = User.objects.get(pk=stranger.pk)
    assert access.auditable(staff).count() == AuditEvent.objects.count()
    staff.is_active = False
    assert not access.auditable(staff).exists()


def test_keys_and_visitors_read_nothing(camera: Camera, vera: Who) -> None:
    Camera.objects.update(visibility=Visibility.PUBLIC)
    key, _ = PublishKey.issue(camera=camera, name="Phone", created_by=camera.owner)
    assert not access.auditable(key).exists()


def test_who_comes_by_a_link_counts_as_its_note(camera: Camera, owner: User) -> None:
    link, _ = ShareLink.issue(camera=camera, created_by=owner, name="Neighbours")
    who = Who.of(Identity(owner.pk, share_id=link.pk), "Neighbours", ADDRESS)
    audit.write("p1", [visit_of(who, camera)], [])
    row = watched()
    assert (row.actor_kind, row.actor, row.link, row.user) == (
        ActorKind.LINK,
        "Neighbours",
        link,
        None,
    )
