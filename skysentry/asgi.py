from __future__ import annotations

import os
from typing import Any, cast

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skysentry.settings")
http = get_asgi_application()

from django.conf import settings  # noqa: E402
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware  # noqa: E402

from streaming.network.origins import SameOriginValidator  # noqa: E402
from streaming.network.sign_in import signed_in  # noqa: E402
from streaming.routing import websocket_urlpatterns  # noqa: E402

routes = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": SameOriginValidator(signed_in(URLRouter(websocket_urlpatterns))),
    }
)
# Around everything and not a server's option: both servers behave alike.
application = ProxyHeadersMiddleware(cast(Any, routes), trusted_hosts=settings.TRUSTED_PROXIES)
