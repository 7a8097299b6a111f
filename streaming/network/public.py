"""Where others find this server."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.request import split_domain_port

from streaming import conf
from streaming.network import addresses


def origin_of(request: HttpRequest) -> str:
    """The origin at which other devices open this server's pages: as this page was opened, unless
    only this machine can do so."""
    host = request.get_host()
    own = f"{request.scheme}://{host}"
    if not addresses.is_loopback(split_domain_port(host)[0]):
        return own
    chosen = conf.get()
    secure = addresses.lan_urls(chosen.TLS_HOST, chosen.TLS_PORT, "https") if chosen.TLS else []
    return next(iter([*secure, *addresses.lan_urls(chosen.HOST, chosen.API_PORT), own]))
