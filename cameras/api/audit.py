from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework.permissions import IsAuthenticated
from rest_framework.serializers import (
    BooleanField,
    CharField,
    DateTimeField,
    FloatField,
    HyperlinkedIdentityField,
    ModelSerializer,
    SerializerMethodField,
    SlugRelatedField,
)
from rest_framework.viewsets import ReadOnlyModelViewSet

from cameras import audit_words
from cameras.access import auditable
from cameras.api.filters import AuditFilter
from cameras.audit import note_reading
from cameras.models import AuditEvent, Camera
from cameras.users import signed_in_user


class AuditEventSerializer(ModelSerializer[AuditEvent]):
    url = HyperlinkedIdentityField(view_name="api-audit-detail")
    camera = SlugRelatedField[Camera](slug_field="slug", read_only=True)
    who = SerializerMethodField(help_text=_("As the log names them, in words."))
    what = SerializerMethodField(help_text=_("What they did, in words."))
    ended = DateTimeField(
        source="until", read_only=True, allow_null=True, help_text=_("Null while it goes on.")
    )
    open = BooleanField(source="is_open", read_only=True, help_text=_("Whether it goes on."))
    duration_s = FloatField(
        read_only=True,
        allow_null=True,
        help_text=_("Of watching and filming, up to now; null for what takes no time."),
    )
    camera_name = CharField(read_only=True, help_text=_("As it was called then."))

    class Meta:
        model = AuditEvent
        fields = (
            *("url", "id", "kind", "what", "camera", "camera_name", "actor_kind", "actor", "who"),
            *("address", "started", "ended", "open", "duration_s", "details"),
        )

    @extend_schema_field(str)
    def get_who(self, event: AuditEvent) -> str:
        return audit_words.actor(event)

    @extend_schema_field(str)
    def get_what(self, event: AuditEvent) -> str:
        return audit_words.sentence(event)


@extend_schema_view(
    list=extend_schema(
        description=_(
            "Who did what with the cameras you manage, and what you did yourself; with the "
            "permission to view the audit log, all. The newest first."
        )
    ),
    retrieve=extend_schema(description=_("One event of the audit log.")),
)
class AuditViewSet(ReadOnlyModelViewSet[AuditEvent]):
    permission_classes = (IsAuthenticated,)
    serializer_class = AuditEventSerializer
    queryset = AuditEvent.objects.none()
    lookup_value_regex = r"\d{1,18}"
    filter_backends = (DjangoFilterBackend,)
    filterset_class = AuditFilter

    def get_queryset(self) -> QuerySet[AuditEvent]:
        return auditable(self.request.user).for_display()

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        note_reading(signed_in_user(request))
        return super().list(request, *args, **kwargs)

    def get_object(self) -> AuditEvent:
        try:
            return super().get_object()
        except Http404:
            raise Http404(
                _("This event doesn't exist, or you don't have permission to read it.")
            ) from None
