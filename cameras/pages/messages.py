from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class _CookieStorage(CookieStorage):
    #: Beside the session's: another server on this host must not delete what it cannot read.
    cookie_name = f"messages_{settings.SESSION_COOKIE_NAME}"


class Storage(FallbackStorage):
    storage_classes = (_CookieStorage, SessionStorage)
