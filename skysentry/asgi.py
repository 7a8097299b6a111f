from __future__ import annotations

import os
from typing import Any, cast

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skysentry.settings")
http = get_asgi_application()

from django.conf import settings  # noqa: E402
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware  # noqa: E402

from streaming import conf  # noqa: E402
from streaming.network.body_limit import BodyLimit  # noqa: E402
from streaming.network.origins import SameOriginValidator  # noqa: E402
from streaming.network.socket_limits import AddressLimit, PersonLimit  # noqa: E402
from streaming.process.web import node  # noqa: E402
from streaming.routing import websocket_urlpatterns  # noqa: E402

limits, refusals = conf.get(), node().refusals
sockets = PersonLimit(URLRouter(websocket_urlpatterns), limits.SOCKETS_PER_PERSON, refusals)
routes = ProtocolTypeRouter(
    {
        "http": BodyLimit(http, limits.BODY_BYTES, refusals),
        "websocket": AddressLimit(
            SameOriginValidator(AuthMiddlewareStack(sockets)),
            limits.SOCKETS_PER_ADDRESS,
            limits.HANDSHAKES_PER_ADDRESS,
            refusals,
        ),
    }
)
# Around everything and not a server's option: both servers behave alike. What is limited by address
# stands inside, so that it is the visitor's.
application = ProxyHeadersMiddleware(cast(Any, routes), trusted_hosts=settings.TRUSTED_PROXIES)
