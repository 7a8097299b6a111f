"""The audit log: who did what with cameras and accounts, from where, when and for how long.

Changes are recorded with the transaction that makes them. Visits of viewers and refusals are
collected by the live side, and written by `write` in batches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import transaction
from django.db.models import (
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Manager,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone

from cameras import access, requester
from cameras.identity import Identity
from cameras.models import (
    ActorKind,
    ApiToken,
    AuditEvent,
    AuditKind,
    Camera,
    CaptureSession,
    PublishKey,
    Role,
    ShareLink,
)
from cameras.users import User

#: In one statement: writers of SQLite wait for each other.
MAX_PRUNED = 500
#: That somebody reads the log is recorded so often.
_READ_EVERY_S = 600
#: A visit whose process has not said for so long that it goes on has ended with the process.
ABANDONED_AFTER_S = 180.0

M = TypeVar("M", bound=Model)

# `objects` takes no changes.
_rows: Manager[AuditEvent] = AuditEvent._base_manager


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who acts, as the log names them."""

    identity: Identity
    label: str = ""
    address: str = ""
    kind: ActorKind = ActorKind.VISITOR

    @classmethod
    def of(cls, identity: Identity, label: str, address: str) -> Who:
        return cls(identity, label, address, _kind(identity))

    @classmethod
    def of_user(cls, user: User | AnonymousUser, address: str = "") -> Who:
        return cls.of(Identity(user.pk), user.get_username(), address)

    @classmethod
    def of_key(cls, key: PublishKey) -> Who:
        """A device that has just been given the key."""
        return cls.of(Identity(key_id=key.pk), key.name, now_acting().address)

    @classmethod
    def of_request(cls, request: HttpRequest) -> Who:
        address = request.META.get("REMOTE_ADDR", "")
        user, token = getattr(request, "user", None), getattr(request, "auth", None)
        if user is None or not user.is_authenticated:
            return cls(Identity(), "", address)
        if isinstance(token, ApiToken):
            identity = Identity(user.pk, token_id=token.pk)
        else:
            identity = Identity(user.pk, request.session.session_key)
        return cls.of(identity, user.get_username(), address)


def _kind(identity: Identity) -> ActorKind:
    if identity.share_id is not None:
        return ActorKind.LINK
    if identity.key_id is not None:
        return ActorKind.KEY
    if identity.token_id is not None:
        return ActorKind.TOKEN
    if identity.source_id is not None:
        return ActorKind.SERVER
    return ActorKind.VISITOR if identity.user_id is None else ActorKind.PERSON


_SERVER = Who(Identity(), kind=ActorKind.SERVER)


def now_acting() -> Who:
    """Who sent the request that is being answered; the server itself, where there is none."""
    request = requester.current()
    return _SERVER if request is None else Who.of_request(request)


def record(
    kind: AuditKind,
    *,
    camera: Camera | None = None,
    camera_name: str = "",
    who: Who | None = None,
    session: CaptureSession | None = None,
    **details: Any,
) -> None:
    """Something happened just now, in the transaction that is open. Details are JSON."""
    who = who or now_acting()
    row = _Known([who]).row(kind, who, camera, details)
    # Of a camera that is gone only the name is left.
    row.camera_name = row.camera_name or camera_name
    row.session = session
    if session is None:
        row.ended = row.started
    row.save()


def note_reading(user: User) -> None:
    """Somebody reads the log."""
    if cache.add(f"audit-read:{user.pk}", True, _READ_EVERY_S):
        record(AuditKind.LOOKED_UP)


@dataclass(slots=True)
class Visit:
    """A viewer before a camera. `ended`: None while it goes on."""

    id: str
    camera_id: UUID
    who: Who
    started: datetime = field(default_factory=timezone.now)
    ended: datetime | None = None
    #: Who filmed meanwhile.
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody asked for a camera in vain, at an address that need not be a camera's."""

    who: Who
    address: str
    wanted: Role
    at: datetime = field(default_factory=timezone.now)


def write(process_id: str, visits: Collection[Visit], refusals: Collection[Refusal]) -> None:
    """Adds visits, and what has become of those that are there; and refusals of cameras that exist.

    Raises django.db.Error; may be done again then.
    """
    with transaction.atomic():
        known = _Known([*(visit.who for visit in visits), *(each.who for each in refusals)])
        cameras = Camera.objects.in_bulk({visit.camera_id for visit in visits})
        rows = [_row_of_visit(visit, known, cameras, process_id) for visit in visits]
        rows += [row for each in refusals for row in _rows_of_refusal(each, known)]
        _rows.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["visit"],
            update_fields=["ended", "last_seen", "details"],
        )


def _row_of_visit(
    visit: Visit, known: _Known, cameras: Mapping[UUID, Camera], process_id: str
) -> AuditEvent:
    details = {"publisher": visit.publisher} if visit.publisher else {}
    row = known.row(AuditKind.WATCHED, visit.who, cameras.get(visit.camera_id), details)
    row.visit, row.process = visit.id, process_id
    row.started, row.ended = visit.started, visit.ended
    return row


def _rows_of_refusal(refusal: Refusal, known: _Known) -> Iterator[AuditEvent]:
    """None where there is no such camera, and where it was something else that was not found."""
    camera = Camera.objects.filter(Camera.at(refusal.address)).first()
    if camera is None or _may(refusal.who.identity, refusal.wanted, camera):
        return
    row = known.row(AuditKind.REFUSED, refusal.who, camera, {"what": refusal.wanted.value})
    row.started = row.ended = refusal.at
    yield row


def _may(identity: Identity, role: Role, camera: Camera) -> bool:
    actor = access.actor_of(identity)
    return actor is not None and access.with_role(actor, role).filter(pk=camera.pk).exists()


class _Known:
    """Who is still there of those that rows refer to, asked for all at once."""

    def __init__(self, whos: Iterable[Who]) -> None:
        identities = {who.identity for who in whos}
        # That of a link is its maker, who does not act.
        people = {None if each.share_id else each.user_id for each in identities}
        self._users = _existing(User, people)
        self._links = _existing(ShareLink, {each.share_id for each in identities})
        self._keys = _existing(PublishKey, {each.key_id for each in identities})
        self._tokens = _existing(ApiToken, {each.token_id for each in identities})

    def row(
        self, kind: AuditKind, who: Who, camera: Camera | None, details: dict[str, Any]
    ) -> AuditEvent:
        identity = who.identity
        token = self._tokens.get(identity.token_id)
        label = f"{who.label} ({token})" if token else who.label
        return AuditEvent(
            kind=kind,
            camera=camera,
            camera_name=camera.name if camera else "",
            actor_kind=who.kind,
            actor=label[: AuditEvent.MAX_LABEL_LENGTH],
            user=None if identity.share_id else self._users.get(identity.user_id),
            link=self._links.get(identity.share_id),
            key=self._keys.get(identity.key_id),
            token=token,
            address=who.address[: AuditEvent.MAX_ADDRESS_LENGTH],
            details=details,
        )


def _existing(model: type[M], keys: set[Any]) -> dict[Any, M]:
    wanted = keys - {None}
    return dict(model._base_manager.in_bulk(wanted)) if wanted else {}


def keep_alive(process_id: str) -> None:
    """The visits of this process go on."""
    _rows.filter(process=process_id, ended=None, session=None).update(last_seen=timezone.now())


def close_abandoned(older_than_s: float = ABANDONED_AFTER_S) -> int:
    """Ends the visits whose process died without a word. Returns how many."""
    silent_since = timezone.now() - timedelta(seconds=older_than_s)
    visits = _rows.filter(ended=None, session=None, last_seen__lt=silent_since)
    return visits.exclude(visit=None).update(ended=F("last_seen"))


def keep_ends(sessions: QuerySet[CaptureSession], **details: str) -> None:
    """These sessions are about to be deleted: the log keeps when they ended, and the details."""
    of_row = CaptureSession.objects.filter(pk=OuterRef("session"))
    ended = Coalesce(Subquery(of_row.values("ended")), Subquery(of_row.values("last_seen")))
    _rows.filter(session__in=sessions, ended=None).update(ended=ended, details=details)


def prune(kept_days: float) -> int:
    """Deletes what ended so long ago, MAX_PRUNED at most, the oldest first. Returns how many."""
    before = timezone.now() - timedelta(days=kept_days)
    old = _rows.filter(started__lt=before).order_by("started").values_list("pk", flat=True)
    deleted, _ = _rows.filter(pk__in=list(old[:MAX_PRUNED])).delete()
    return deleted


@dataclass(frozen=True, slots=True)
class WatchedBy:
    """How long somebody watched in all."""

    who: AuditEvent
    visits: int
    duration_s: float


def watched_by(events: QuerySet[AuditEvent], most: int = 10) -> list[WatchedBy]:
    """Those of these who watched for longest. Visitors are told apart by their addresses."""
    visits = events.filter(kind=AuditKind.WATCHED).annotate(
        lasted=ExpressionWrapper(
            Coalesce("ended", "last_seen") - F("started"), output_field=DurationField()
        ),
        place=Case(When(actor_kind=ActorKind.VISITOR, then="address"), default=Value("")),
    )
    sums = (
        visits.order_by()
        .values("actor_kind", "actor", "place")
        .annotate(visits=Count("pk"), total=Sum("lasted"))
    )
    return [
        WatchedBy(
            AuditEvent(actor_kind=each["actor_kind"], actor=each["actor"], address=each["place"]),
            each["visits"],
            each["total"].total_seconds(),
        )
        for each in sums.order_by("-total")[:most]
    ]


def watching_now(camera: Camera) -> QuerySet[AuditEvent]:
    """The visits that go on."""
    visits = AuditEvent.objects.filter(camera=camera, kind=AuditKind.WATCHED, ended=None)
    return visits.order_by("started")
