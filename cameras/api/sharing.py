"""Who has access to a camera or a group of cameras: what was granted, and share links."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import Http404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    CharField,
    ModelSerializer,
    SerializerMethodField,
    SlugRelatedField,
    ValidationError,
)
from rest_framework.viewsets import GenericViewSet

from cameras import access
from cameras.api.secrets import SecretViewSet, validate_future
from cameras.models import Camera, CameraGroup, Grant, ShareLink
from cameras.pages.sharing import withdraw
from cameras.users import NAME_FIELD, User


class OfShared(GenericViewSet[Any]):
    """About the camera or group in the address, which `find` finds, and who may share it."""

    permission_classes = (IsAuthenticated,)
    is_for_some = True
    #: The column that names it.
    column = ""
    what: Camera | CameraGroup

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.what = self.find(kwargs["slug"])
        if not access.can_share(request.user, self.what):
            raise PermissionDenied(_("You can see this, but you can't share it."))

    def find(self, slug: str) -> Camera | CameraGroup:
        raise NotImplementedError


class OfCamera(OfShared):
    column = "camera"

    def find(self, slug: str) -> Camera:
        return access.visible_camera(self.request.user, slug)


class OfGroup(OfShared):
    column = "group"

    def find(self, slug: str) -> CameraGroup:
        return access.visible_group(self.request.user, slug)


class GrantSerializer(ModelSerializer[Grant]):
    user = SlugRelatedField[User](
        slug_field=NAME_FIELD,
        queryset=User._default_manager.filter(is_active=True),
        required=False,
        allow_null=True,
        help_text=_("User name; or give a group of people instead."),
    )
    user_group = SlugRelatedField[Group](
        slug_field="name",
        queryset=Group.objects.all(),
        required=False,
        allow_null=True,
        help_text=_("Name of a group of people."),
    )
    invited = SerializerMethodField(
        help_text=_("What somebody is called who has not accepted an invitation yet, or null.")
    )

    class Meta:
        model = Grant
        fields = ("id", "user", "user_group", "invited", "role")

    def get_invited(self, grant: Grant) -> str | None:
        return grant.invitation.name if grant.invitation else None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("user")) == bool(attrs.get("user_group")):
            raise ValidationError(_("Give either `user` or `user_group`."))
        return attrs


@method_decorator(never_cache, name="dispatch")
class GrantViewSet(
    mixins.ListModelMixin, mixins.CreateModelMixin, mixins.DestroyModelMixin, OfShared
):
    serializer_class = GrantSerializer
    queryset = Grant.objects.none()
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[Grant]:
        # Without one where the schema is made.
        if not hasattr(self, "what"):
            return Grant.objects.none()
        return access.grants_on(self.what).filter(**Grant.on(self.what)).order_by("pk")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        role = data.get("role", Grant._meta.get_field("role").default)
        grant = Grant.give(data.get("user") or data.get("user_group"), self.what, role)
        return Response(self.get_serializer(grant).data, status.HTTP_201_CREATED)

    def get_object(self) -> Grant:
        grant = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if grant is None:
            raise Http404(_("No grant has this number."))
        return grant

    def perform_destroy(self, instance: Grant) -> None:
        withdraw(instance)


class LinkSerializer(ModelSerializer[ShareLink]):
    created_by = SlugRelatedField[User](slug_field=NAME_FIELD, read_only=True)

    class Meta:
        model = ShareLink
        fields: tuple[str, ...] = (
            "id",
            "name",
            "expires",
            "max_viewers",
            "origins",
            "created_by",
            "created",
            "last_used",
        )
        read_only_fields = ("created", "last_used")
        extra_kwargs: ClassVar = {"expires": {"validators": [validate_future]}}


class NewLinkSerializer(LinkSerializer):
    secret = CharField(
        read_only=True, help_text=_("Shown once. The link is /shared/# and the secret.")
    )

    class Meta(LinkSerializer.Meta):
        fields = (*LinkSerializer.Meta.fields, "secret")


class LinkViewSet(OfShared, SecretViewSet):
    serializer_class = LinkSerializer
    queryset = ShareLink.objects.none()
    lookup_value_regex = r"[0-9a-f-]{36}"

    def get_queryset(self) -> QuerySet[ShareLink]:
        if not hasattr(self, "what"):
            return ShareLink.objects.none()
        return access.links_to(self.what).filter(**{self.column: self.what}, kiosk=False)

    def issue(self, **fields: Any) -> tuple[ShareLink, str]:
        created_by = self.request.user
        return ShareLink.issue(**{self.column: self.what}, created_by=created_by, **fields)


_slug = extend_schema(
    parameters=[OpenApiParameter("slug", OpenApiTypes.STR, OpenApiParameter.PATH)]
)


@_slug
@extend_schema_view(
    list=extend_schema(description=_("What was granted on a camera you manage.")),
    create=extend_schema(
        description=_("Give a person or a group of people access to a camera you manage.")
    ),
    destroy=extend_schema(description=_("Remove somebody's access to a camera.")),
)
class CameraGrantViewSet(OfCamera, GrantViewSet):
    pass


@_slug
@extend_schema_view(
    list=extend_schema(description=_("What was granted on a group of cameras that you own.")),
    create=extend_schema(
        description=_("Give people access to the cameras of a group that its owner manages.")
    ),
    destroy=extend_schema(description=_("Remove somebody's access to a group of cameras.")),
)
class GroupGrantViewSet(OfGroup, GrantViewSet):
    pass


@_slug
@extend_schema_view(
    list=extend_schema(description=_("The share links to a camera you manage.")),
    create=extend_schema(
        description=_("Create a link with which anyone can watch a camera."),
        responses={201: NewLinkSerializer},
    ),
    destroy=extend_schema(
        description=_("Revoke a link. Everyone watching with it is disconnected.")
    ),
)
class CameraLinkViewSet(OfCamera, LinkViewSet):
    pass


@_slug
@extend_schema_view(
    list=extend_schema(description=_("The share links to a group of cameras that you own.")),
    create=extend_schema(
        description=_("Create a link with which anyone can watch a group of cameras."),
        responses={201: NewLinkSerializer},
    ),
    destroy=extend_schema(
        description=_("Revoke a link. Everyone watching with it is disconnected.")
    ),
)
class GroupLinkViewSet(OfGroup, LinkViewSet):
    pass
