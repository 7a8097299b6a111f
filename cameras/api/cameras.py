from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls.converters import SlugConverter
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.filters import SearchFilter
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.serializers import (
    BaseSerializer,
    BooleanField,
    HyperlinkedIdentityField,
    ModelSerializer,
    SlugRelatedField,
)
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet

from cameras.access import NO_SUCH_CAMERA, can_create, can_manage, visible_with_rights
from cameras.api.filters import CameraFilter
from cameras.models import CAPTURE_FIELDS, Camera
from cameras.users import NAME_FIELD, User


class IsManagerOrReadOnly(BasePermission):
    message = _("You can watch this camera, but you can't change it.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method != "POST" or can_create(request.user)

    def has_object_permission(self, request: Request, view: APIView, camera: Camera) -> bool:
        return request.method in SAFE_METHODS or can_manage(request.user, camera)


class CameraSerializer(ModelSerializer[Camera]):
    url = HyperlinkedIdentityField(view_name="api-camera-detail", lookup_field="slug")
    owner = SlugRelatedField[User](slug_field=NAME_FIELD, read_only=True, help_text=_("User name."))
    manageable = BooleanField(read_only=True, help_text=_("Whether you may change it."))
    publishable = BooleanField(read_only=True, help_text=_("Whether you may publish to it."))

    class Meta:
        model = Camera
        fields = (
            "url",
            "id",
            "slug",
            "name",
            "location",
            "notes",
            "owner",
            "manageable",
            "publishable",
            "enabled",
            "visibility",
            *CAPTURE_FIELDS,
            "created",
        )
        read_only_fields = ("slug", "created")

    def to_representation(self, instance: Camera) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not shown["manageable"]:
            del shown["notes"]
        return shown


@extend_schema_view(
    list=extend_schema(description=_("The cameras you may watch or manage, by name.")),
    create=extend_schema(description=_("Create a camera. You become its owner.")),
    retrieve=extend_schema(description=_("A camera you may watch or manage.")),
    partial_update=extend_schema(description=_("Change a camera you manage.")),
    destroy=extend_schema(description=_("Delete a camera you manage, with its sessions and keys.")),
)
class CameraViewSet(ModelViewSet[Camera]):
    permission_classes = (IsAuthenticatedOrReadOnly, IsManagerOrReadOnly)
    serializer_class = CameraSerializer
    queryset = Camera.objects.none()
    lookup_field = "slug"
    lookup_value_regex = SlugConverter.regex
    filter_backends = (DjangoFilterBackend, SearchFilter)
    filterset_class = CameraFilter
    search_fields = ("name", "slug", "location")
    http_method_names = ("get", "head", "options", "post", "patch", "delete")

    def get_queryset(self) -> QuerySet[Camera]:
        return visible_with_rights(self.request.user)

    def get_object(self) -> Camera:
        camera = self.get_queryset().filter(Camera.at(self.kwargs["slug"])).first()
        if camera is None:
            raise Http404(NO_SUCH_CAMERA)
        self.check_object_permissions(self.request, camera)
        return camera

    def perform_create(self, serializer: BaseSerializer[Camera]) -> None:
        camera = serializer.save(owner=self.request.user)
        # As it is seen from now on, with what the list adds to it.
        serializer.instance = self.get_queryset().get(pk=camera.pk)
