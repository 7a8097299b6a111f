"""What an ASGI application needs of `streaming`: `application`, or `websocket_urlpatterns` among a
project's own; and `with_pushes` around its "http"."""

from __future__ import annotations

from typing import Any, cast

from channels.routing import URLRouter
from channels.security.websocket import WebsocketDenier
from django.urls import path, re_path

from cameras.limits import get as catalogue_limits
from streaming import conf
from streaming.doctor.consumer import Checks, DoctorConsumer
from streaming.network.languages import in_language
from streaming.network.origins import SameOriginValidator
from streaming.network.path_prefix import PathPrefix
from streaming.network.proxies import behind_proxies
from streaming.network.sign_in import signed_in
from streaming.network.socket_limits import Visitors
from streaming.process.web import WebNode, node
from streaming.publish.consumer import PublishConsumer
from streaming.publish.push.door import PushDoor
from streaming.watch.consumer import WatchConsumer


def websockets(node: WebNode) -> list[Any]:
    """The addresses of the sockets, for the viewers and cameras of a process, and for the doctor.

    Each asks where the page came from and who has signed in, and how many sockets they have,
    whatever the project puts around it.
    """
    visitors = Visitors(conf.get(), node.refusals)

    def of_pages(consumer: Any) -> Any:
        people = signed_in(visitors.by_person(in_language(consumer)))
        # Channels routes ASGI applications by Django's own path(), whose type knows only views.
        return cast(Any, visitors.by_address(SameOriginValidator(people)))

    publish = PublishConsumer.as_asgi(
        backplane=node.backplane,
        admission=node.admission,
        start=node.start,
        count_refusal=node.refusals.count,
        refused=node.audit.refused,
    )
    watch = WatchConsumer.as_asgi(hub=node.hub, start=node.start, count_refusal=node.refusals.count)
    doctor = DoctorConsumer.as_asgi(
        backplane=node.backplane,
        checks=Checks(node.refusals.count),
        start=node.start,
        count_refusal=node.refusals.count,
    )
    return [
        path("ws/publish/<slug:slug>/", of_pages(publish)),
        path("ws/watch/", of_pages(watch)),
        path("ws/shared/<uuid:link>/", of_pages(watch)),
        path("ws/doctor/", of_pages(doctor)),
    ]


websocket_urlpatterns = websockets(node())


def with_pushes(application: Any, web: WebNode | None = None) -> Any:
    """Around the application of "http": takes the pictures that programs push to a process."""
    web = web or node()
    door = PushDoor(
        application,
        sessions=web.pushes,
        pushers=web.pushers,
        refusals=web.refusals,
        start=web.start,
        refused=web.audit.refused,
        refused_per_minute=catalogue_limits().API_REQUESTS_PER_ADDRESS,
    )
    return in_language(door)


#: Other paths are refused: without that, each would be an error of the server.
sockets = PathPrefix(
    URLRouter([*websocket_urlpatterns, re_path("", cast(Any, WebsocketDenier.as_asgi()))])
)
#: For the "websocket" of a ProtocolTypeRouter: `sockets`, by whose limits each visitor has an
#: address of their own behind a proxy of TRUSTED_PROXIES, too.
application = behind_proxies(sockets)
