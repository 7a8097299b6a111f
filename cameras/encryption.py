"""Secrets that the server itself has to know again: encrypted at rest, by keys from SECRET_KEY."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


class Lost(Exception):
    """It was encrypted with a SECRET_KEY that is among the settings no longer."""


def seal(secret: str, *, purpose: str) -> str:
    """As it is kept, "" for an empty one. What is sealed for one purpose opens for no other."""
    return _keys(purpose).encrypt(secret.encode()).decode() if secret else ""


def unseal(kept: str, *, purpose: str) -> str:
    """Raises Lost."""
    try:
        return _keys(purpose).decrypt(kept).decode() if kept else ""
    except InvalidToken:
        raise Lost from None


def _keys(purpose: str) -> MultiFernet:
    """The first one seals; those of SECRET_KEY_FALLBACKS only open."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([_key(force_bytes(secret), purpose) for secret in secrets])


def _key(secret: bytes, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=f"skysentry:{purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret)))
