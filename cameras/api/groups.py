from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.urls.converters import SlugConverter
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.filters import SearchFilter
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.serializers import (
    BaseSerializer,
    BooleanField,
    CharField,
    HyperlinkedIdentityField,
    ListField,
    ModelSerializer,
    SlugRelatedField,
    ValidationError,
)
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet

from cameras import access, groups
from cameras.models import Camera, CameraGroup, is_id
from cameras.models.slugs import MAX_LENGTH
from cameras.users import NAME_FIELD, User, signed_in_user

#: Cameras that one request may put into a group.
MAX_CAMERAS = 1000


class IsManagerOrReadOnly(BasePermission):
    message = _("You can see this group of cameras, but you can't change it.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method != "POST" or access.can_create(request.user)

    def has_object_permission(self, request: Request, view: APIView, group: Any) -> bool:
        return request.method in SAFE_METHODS or group.manageable


class CamerasField(ListField):
    """Cameras by slug or id, asked for all at once."""

    child = CharField(max_length=MAX_LENGTH)

    def to_representation(self, data: Any) -> list[str]:
        return [camera.slug for camera in data.all()]

    def run_child_validation(self, data: Any) -> list[Camera]:
        addresses: list[str] = super().run_child_validation(data)
        ids = {address for address in addresses if is_id(address)}
        slugs = set(addresses) - ids
        found = list(self._choosable().filter(Q(pk__in=ids) | Q(slug__in=slugs)))
        known = {name for camera in found for name in (str(camera.pk), camera.slug)}
        if missing := [address for address in addresses if address not in known]:
            text = _("There is no camera “%(name)s” that you can add to this group.")
            raise ValidationError([text % {"name": missing[0]}])
        return found

    def _choosable(self) -> QuerySet[Camera]:
        user = self.context["request"].user
        group = getattr(self.root, "instance", None) or CameraGroup(owner=user)
        return access.choosable(user, group)


class GroupSerializer(ModelSerializer[CameraGroup]):
    url = HyperlinkedIdentityField(view_name="api-group-detail", lookup_field="slug")
    owner = SlugRelatedField[User](slug_field=NAME_FIELD, read_only=True, help_text=_("User name."))
    manageable = BooleanField(read_only=True, help_text=_("Whether you may change it."))
    cameras = CamerasField(
        required=False,
        max_length=MAX_CAMERAS,
        help_text=_("Slugs of those you may see; ids are taken, too."),
    )

    class Meta:
        model = CameraGroup
        fields = ("url", "slug", "name", "owner", "manageable", "cameras", "created")
        read_only_fields = ("slug", "created")


@extend_schema_view(
    list=extend_schema(
        description=_(
            "Groups of cameras, by name: your own, and those with a camera you may watch."
        )
    ),
    create=extend_schema(description=_("Create a group. You become its owner.")),
    retrieve=extend_schema(description=_("A group of cameras.")),
    partial_update=extend_schema(description=_("Rename or fill a group you manage.")),
    destroy=extend_schema(description=_("Delete a group you manage. Its cameras stay.")),
)
class GroupViewSet(ModelViewSet[CameraGroup]):
    permission_classes = (IsAuthenticatedOrReadOnly, IsManagerOrReadOnly)
    serializer_class = GroupSerializer
    queryset = CameraGroup.objects.none()
    lookup_field = "slug"
    lookup_value_regex = SlugConverter.regex
    filter_backends = (SearchFilter,)
    search_fields = ("name", "slug")
    http_method_names = ("get", "head", "options", "post", "patch", "delete")

    def get_queryset(self) -> QuerySet[CameraGroup]:
        seen = Prefetch("cameras", access.visible(self.request.user))
        return access.visible_groups(self.request.user).prefetch_related(seen)

    def get_object(self) -> CameraGroup:
        group = self.get_queryset().filter(slug=self.kwargs["slug"]).first()
        if group is None:
            raise Http404(access.NO_SUCH_GROUP)
        self.check_object_permissions(self.request, group)
        return group

    def perform_create(self, serializer: BaseSerializer[CameraGroup]) -> None:
        self._save(serializer, owner=self.request.user)

    def perform_update(self, serializer: BaseSerializer[CameraGroup]) -> None:
        self._save(serializer)

    def _save(self, serializer: BaseSerializer[CameraGroup], **fields: Any) -> None:
        cameras = serializer.validated_data.pop("cameras", None)
        group = serializer.save(**fields)
        if cameras is not None:
            groups.fill(group, cameras, by=signed_in_user(self.request))
        # As it is seen from now on, with what the list adds to it.
        serializer.instance = self.get_queryset().get(pk=group.pk)
