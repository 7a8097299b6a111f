"""Where the server itself gets a camera's pictures. A password goes in, and never out."""

from __future__ import annotations

import threading
from base64 import b64encode
from typing import Any, ClassVar

from asgiref.sync import async_to_sync
from django.core.exceptions import ValidationError as InvalidValue
from django.http import Http404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, Throttled
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras import access, sources
from cameras.models import Camera, Source
from streaming.backplane.connection import Unavailable
from streaming.backplane.store import SourceState, store
from streaming.publish.pull import words
from streaming.publish.pull.trial import TRY_S, Trial, try_source

#: At once in this process: each takes a thread for up to TRY_S.
MAX_TRIALS = 4

_trials = threading.BoundedSemaphore(MAX_TRIALS)


class SourceSerializer(serializers.ModelSerializer[Source]):
    password = serializers.CharField(
        write_only=True,
        required=False,
        allow_blank=True,
        max_length=200,
        trim_whitespace=False,
        help_text=gettext_lazy("Stays as it is when left out. Never shown."),
    )
    has_password = serializers.BooleanField(read_only=True)

    class Meta:
        model = Source
        fields: tuple[str, ...] = (
            *("address", "recording_address", "user", "password", "has_password"),
            *("every_s", "enabled", "only_wanted"),
        )
        extra_kwargs: ClassVar = {"every_s": {"required": False}}

    def create(self, validated_data: dict[str, Any]) -> Source:
        raise NotImplementedError

    def filled(self) -> Source:
        """The source with what was given, not saved. Raises ValidationError."""
        given = dict(self.validated_data)
        password = given.pop("password", None)
        assert self.instance is not None
        source: Source = self.instance
        for name, value in given.items():
            setattr(source, name, value)
        try:
            sources.take_password(source, password)
        except InvalidValue as error:
            raise serializers.ValidationError({"password": error.messages}) from error
        return source


class ShownSourceSerializer(SourceSerializer):
    """With what becomes of connecting to it."""

    state = serializers.CharField(
        read_only=True,
        help_text=gettext_lazy(
            "connecting, connected, waiting (nobody watches), busy (somebody else films), failed, "
            "or empty: no process connects."
        ),
    )
    problem = serializers.CharField(read_only=True, help_text=gettext_lazy("Why it failed."))
    text = serializers.CharField(read_only=True, help_text=gettext_lazy("The same, for people."))

    class Meta(SourceSerializer.Meta):
        fields = (*SourceSerializer.Meta.fields, "state", "problem", "text")


class TrialSerializer(serializers.Serializer[Any]):
    """What came of trying a source."""

    works = serializers.BooleanField()
    problem = serializers.CharField(help_text=gettext_lazy("A code, or empty."))
    text = serializers.CharField(help_text=gettext_lazy("The same, for people."))
    codec = serializers.CharField(help_text=gettext_lazy("jpeg or h264; empty where it failed."))
    still = serializers.CharField(
        allow_null=True, help_text=gettext_lazy("A JPEG in base64, where the camera sends JPEGs.")
    )


@method_decorator(never_cache, name="dispatch")
class _OfSource(APIView):
    permission_classes = (IsAuthenticated,)

    def camera(self, request: Request, slug: str) -> Camera:
        camera = access.visible_camera(request.user, slug)
        if not access.can_set_source(request.user, camera):
            raise PermissionDenied(_("You can't set where this camera's pictures come from."))
        return camera


class SourceView(_OfSource):
    """The address of an IP camera that the server connects to, of a camera you manage."""

    @extend_schema(operation_id="camera_source", responses=ShownSourceSerializer)
    def get(self, request: Request, slug: str) -> Response:
        source = Source.objects.filter(camera=self.camera(request, slug)).first()
        if source is None:
            raise Http404(_("This camera has no source."))
        return Response(_shown(source))

    @extend_schema(
        operation_id="camera_source_set", request=SourceSerializer, responses=ShownSourceSerializer
    )
    def put(self, request: Request, slug: str) -> Response:
        given = SourceSerializer(sources.of(self.camera(request, slug)), data=request.data)
        given.is_valid(raise_exception=True)
        source = given.filled()
        source.save()
        return Response(_shown(source))

    @extend_schema(operation_id="camera_source_remove", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        for source in Source.objects.filter(camera=self.camera(request, slug)):
            source.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class TrySourceView(_OfSource):
    """Connect once, within five seconds, without saving anything."""

    @extend_schema(
        operation_id="camera_source_try", request=SourceSerializer, responses=TrialSerializer
    )
    def post(self, request: Request, slug: str) -> Response:
        given = SourceSerializer(sources.of(self.camera(request, slug)), data=request.data)
        given.is_valid(raise_exception=True)
        return Response(_words_of(_tried(given.filled())))


def _tried(source: Source) -> Trial:
    if not _trials.acquire(blocking=False):
        raise Throttled(wait=TRY_S)
    try:
        return async_to_sync(try_source)(source)
    finally:
        _trials.release()


def _shown(source: Source) -> dict[str, Any]:
    try:
        found = store().source(source.camera_id) if source.enabled else None
    except Unavailable:
        found = None
    state = found or SourceState("")
    text = words.sentence(state.state, state.problem)
    told = {"state": state.state, "problem": state.problem, "text": text}
    return {**SourceSerializer(source).data, **told}


def _words_of(trial: Trial) -> dict[str, Any]:
    if trial.problem is not None:
        text = words.sentence("failed", trial.problem)
    elif trial.still is None:
        text = _("It works: the camera sends %(codec)s video.") % {"codec": trial.codec.upper()}
    else:
        text = _("It works: this is what the camera sees.")
    return {
        "works": trial.problem is None,
        "problem": trial.problem or "",
        "text": text,
        "codec": trial.codec,
        "still": b64encode(trial.still).decode() if trial.still else None,
    }
