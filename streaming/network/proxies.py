from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


def behind_proxies(application: Any) -> Any:
    """The ASGI application, to which visitors come from where TRUSTED_PROXIES of the settings say.

    Without any, nobody's `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    """
    proxies = getattr(settings, "TRUSTED_PROXIES", ())
    if not proxies:
        return application
    return ProxyHeadersMiddleware(cast(Any, application), trusted_hosts=list(proxies))
