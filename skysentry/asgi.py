from __future__ import annotations

import os
from typing import Any, cast

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skysentry.settings")
http = get_asgi_application()

from django.conf import settings  # noqa: E402
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware  # noqa: E402

from streaming import conf  # noqa: E402
from streaming.network.body_limit import BodyLimit  # noqa: E402
from streaming.process.web import node  # noqa: E402
from streaming.routing import application as websockets  # noqa: E402

routes = ProtocolTypeRouter(
    {
        "http": BodyLimit(http, conf.get().BODY_BYTES, node().refusals),
        "websocket": websockets,
    }
)
# Around everything and not a server's option: both servers behave alike. Limits by address stand
# inside, so that the address is the visitor's.
application = ProxyHeadersMiddleware(cast(Any, routes), trusted_hosts=settings.TRUSTED_PROXIES)
