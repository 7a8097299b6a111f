from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skysentry.settings")
http = get_asgi_application()

from streaming import conf  # noqa: E402
from streaming.network.body_limit import BodyLimit  # noqa: E402
from streaming.network.proxies import behind_proxies  # noqa: E402
from streaming.network.turns import Turns  # noqa: E402
from streaming.process.web import node  # noqa: E402
from streaming.routing import sockets, with_pushes  # noqa: E402

routes = ProtocolTypeRouter(
    {
        "http": BodyLimit(with_pushes(Turns(http)), conf.get().BODY_BYTES, node().refusals),
        "websocket": sockets,
    }
)
# Around everything and not a server's option: both servers behave alike. Limits by address stand
# inside, so that the address is the visitor's.
application = behind_proxies(routes)
