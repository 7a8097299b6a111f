"""Publish keys and API tokens: create, list, revoke. A secret is shown once, when it is created."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    CharField,
    ModelSerializer,
    SerializerMethodField,
    SlugRelatedField,
    ValidationError,
)
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from cameras import proof, two_step
from cameras.access import can_manage, keys_without_right, visible_camera
from cameras.models import ApiToken, Camera, PublishKey
from cameras.users import NAME_FIELD, User


class KeySerializer(ModelSerializer[PublishKey]):
    created_by = SlugRelatedField[User](slug_field=NAME_FIELD, read_only=True)
    works = SerializerMethodField(
        help_text=_("False when the person who created it may no longer publish to the camera.")
    )

    class Meta:
        model = PublishKey
        fields: tuple[str, ...] = ("id", "name", "works", "created_by", "created", "last_used")

    def get_works(self, key: PublishKey) -> bool:
        return key not in self.context["fallen"]


class NewKeySerializer(KeySerializer):
    secret = CharField(read_only=True, help_text=_("Shown once. Keep it."))

    class Meta(KeySerializer.Meta):
        fields = (*KeySerializer.Meta.fields, "secret")


def validate_future(when: datetime) -> None:
    """Raises ValidationError."""
    if when <= timezone.now():
        raise ValidationError(_("This is in the past."))


class TokenSerializer(ModelSerializer[ApiToken]):
    class Meta:
        model = ApiToken
        fields: tuple[str, ...] = ("id", "name", "expires", "created", "last_used")
        extra_kwargs: ClassVar = {"expires": {"validators": [validate_future]}}


class NewTokenSerializer(TokenSerializer):
    secret = CharField(read_only=True, help_text=_("Shown once. Keep it."))

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "secret")


@method_decorator(never_cache, name="dispatch")
class SecretViewSet(
    mixins.ListModelMixin, mixins.CreateModelMixin, mixins.DestroyModelMixin, GenericViewSet[Any]
):
    lookup_value_regex = r"\d{1,18}"

    def issue(self, **fields: Any) -> tuple[Any, str]:
        raise NotImplementedError

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        row, secret = self.issue(**given.validated_data)
        made = {**self.get_serializer(row).data, "secret": secret}
        return Response(made, status.HTTP_201_CREATED)

    def get_object(self) -> Any:
        try:
            return super().get_object()
        except Http404:
            raise Http404(_("Nothing has this number, or it was revoked.")) from None

    def perform_destroy(self, instance: Any) -> None:
        instance.revoke()


@extend_schema(parameters=[OpenApiParameter("slug", OpenApiTypes.STR, OpenApiParameter.PATH)])
@extend_schema_view(
    list=extend_schema(description=_("The publish keys of a camera you manage.")),
    create=extend_schema(
        description=_("Create a key for a device without an account to publish with."),
        responses={201: NewKeySerializer},
    ),
    destroy=extend_schema(
        description=_("Revoke a key. Devices that film with it are disconnected.")
    ),
)
class KeyViewSet(SecretViewSet):
    permission_classes = (IsAuthenticated,)
    serializer_class = KeySerializer
    queryset = PublishKey.objects.none()
    is_for_some = True
    camera: Camera

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.camera = visible_camera(request.user, kwargs["slug"])
        if not can_manage(request.user, self.camera):
            raise PermissionDenied(_("You can watch this camera, but you can't manage it."))

    def get_queryset(self) -> QuerySet[PublishKey]:
        # Without a camera where the schema is made.
        keys = PublishKey.valid().filter(camera=getattr(self, "camera", None))
        return keys.select_related("created_by")

    def get_serializer_context(self) -> dict[str, Any]:
        # Without a camera where the schema is made.
        fallen = keys_without_right(self.camera) if hasattr(self, "camera") else []
        return {**super().get_serializer_context(), "fallen": fallen}

    def issue(self, **fields: Any) -> tuple[PublishKey, str]:
        return PublishKey.issue(camera=self.camera, created_by=self.request.user, **fields)


class NoTokenFromToken(BasePermission):
    """A token that got into wrong hands must not make others, which would outlive it."""

    message = _(
        "A token can't create tokens. Sign in to create one, on your account page or at /api/docs/."
    )

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method != "POST" or not isinstance(request.auth, ApiToken)


class FreshProof(BasePermission):
    """As on the account page: whoever finds somebody's browser open makes no token that lasts."""

    message = _("Confirm it's you at /confirm/?second_step=1 first, then try again.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method != "POST":
            return True
        user = request.user
        by_second_step = isinstance(user, User) and two_step.of(user) is not None
        return proof.is_fresh(request._request.session, second_step=by_second_step)


@extend_schema_view(
    list=extend_schema(description=_("Your own tokens that are not revoked.")),
    create=extend_schema(
        description=_(
            "Create a token for yourself. Needs a session that signed in in the last 10 minutes, or"
            " confirmed it at /confirm/?second_step=1; with two-step sign-in, by the second step. A"
            " token can't create tokens."
        ),
        responses={201: NewTokenSerializer},
        auth=[{"cookieAuth": []}],  # type: ignore[list-item]
    ),
    destroy=extend_schema(description=_("Revoke one of your tokens.")),
)
class TokenViewSet(SecretViewSet):
    permission_classes = (IsAuthenticated, NoTokenFromToken, FreshProof)
    serializer_class = TokenSerializer
    queryset = ApiToken.objects.none()

    def get_queryset(self) -> QuerySet[ApiToken]:
        return ApiToken.objects.filter(user=self.request.user.pk, revoked=None)

    def issue(self, **fields: Any) -> tuple[ApiToken, str]:
        return ApiToken.issue(user=self.request.user, **fields)
