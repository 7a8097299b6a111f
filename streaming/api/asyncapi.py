from __future__ import annotations

from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from streaming.network import ports
from streaming.protocol import asyncapi


class AsyncApiView(APIView):
    """The messages of both sockets and of the data channels, as an AsyncAPI document."""

    # As the OpenAPI schema, beside which it stands.
    permission_classes = spectacular_settings.SERVE_PERMISSIONS

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        own = f"{'wss' if request.is_secure() else 'ws'}://{request.get_host()}"
        servers = {
            "publish": ports.signaling_url(request) or own,
            "watch": ports.streaming_url(request) or own,
        }
        return Response(asyncapi.document(servers))
